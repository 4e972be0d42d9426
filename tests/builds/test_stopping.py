"""A build that is told to stop says so, leaves nothing half made, and is finished by the next."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from econ.builds.manifest import Manifest
from econ.builds.order import Order
from econ.builds.vintages import vintages
from econ.stopping import Stopped, finishing, go_on, listening

# A background job may have been told to ignore what a person at a terminal sends.
RUN = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); from econ.cli import main; main()"
)
LONG = 120.0  # seconds that a loaded machine may need for what takes a few


def begun(order: Order, *more: str) -> subprocess.Popen[str]:
    """Start a build of the order, as cron would."""
    told = [sys.executable, "-c", RUN, "report", "build", str(order.study), *more]
    told += ["--data", str(order.data), "--out", order.out.root, "--work", str(order.work)]
    told += ["--draws", "20", "--vintage", "2026-01", "--log", str(log_of(order))]
    return subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def log_of(order: Order) -> Path:
    return order.work.parent / "log.jsonl"


def events(order: Order) -> list[dict[str, Any]]:
    lines = log_of(order).read_text("utf-8").splitlines() if log_of(order).exists() else []
    found = []
    for line in lines:
        with suppress(ValueError):  # the last one may be on its way
            found.append(json.loads(line))
    return found


def until(true: Callable[[], object], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("ascii").split()[2] != "Z"
    return False


def said(order: Order, step: str) -> bool:
    return any(step in (event.get("step"), event["event"]) for event in events(order))


def test_a_build_that_is_stopped_time_and_again_is_finished_by_the_next(
    order: Callable[..., Order], yesterdays: Path
) -> None:
    one = order()
    for number, step in (
        (signal.SIGINT, "country"),
        (signal.SIGTERM, "tables/headline"),
    ):
        running = begun(one)
        until(lambda step=step: said(one, step), running)
        running.send_signal(number)
        _, told = running.communicate(timeout=LONG)
        assert running.returncode == 128 + number
        assert (
            told == f"stopped by {number.name}; what stood still stands; run it again to finish\n"
        )
        last = events(one)[-1]
        assert (last["event"], last["signal"]) == ("stopped", number.name)
        assert (last["study"], last["exit_code"]) == ("acme", 128 + number)
        assert not list(one.out.path.rglob("*"))[1:]  # a folder for the study at most
        log_of(one).unlink()
    running = begun(one)
    assert running.communicate(timeout=LONG) == ("study=acme/vintage=2026-01\n", "")
    assert "tables/headline" not in {event.get("step") for event in events(one)}
    folder = "study=acme/vintage=2026-01"
    undisturbed = (yesterdays / "out" / folder / "manifest.json").read_text("utf-8")
    assert (one.out.path / folder / "manifest.json").read_text("utf-8") == undisturbed


def test_the_processes_of_a_build_end_with_it_stopped_or_killed(
    order: Callable[..., Order], data: Path
) -> None:
    one = order()
    other = data / "studies" / "acme2.toml"
    other.write_text((data / "studies" / "acme.toml").read_text("utf-8"), "utf-8")
    for number in (signal.SIGTERM, signal.SIGKILL):
        running = begun(one, str(other), "--jobs", "2")
        until(lambda: len([e for e in events(one) if e["event"] == "started"]) == 2, running)
        locks = [one.work / f"study={name}" / "lock" for name in ("acme", "acme2")]
        children = [int(json.loads(lock.read_text())["process"]) for lock in locks]
        assert running.pid not in children
        running.send_signal(number)
        running.communicate(timeout=LONG)
        assert running.returncode == (143 if number == signal.SIGTERM else -number)
        end = time.monotonic() + LONG
        while any(map(alive, children)):
            assert time.monotonic() < end
            time.sleep(0.01)
        stopped = {event["study"] for event in events(one) if event["event"] == "stopped"}
        assert stopped == ({"acme", "acme2"} if number == signal.SIGTERM else set())
        log_of(one).unlink()
    assert vintages(one.out, "acme") == vintages(one.out, "acme2") == []


def test_a_process_that_dies_takes_no_other_study_with_it(
    order: Callable[..., Order], data: Path
) -> None:
    one = order()
    other = data / "studies" / "acme2.toml"
    other.write_text((data / "studies" / "acme.toml").read_text("utf-8"), "utf-8")
    running = begun(one, str(other), "--jobs", "2")
    until(lambda: said(one, "started"), running)
    os.kill(int(json.loads((one.work / "study=acme" / "lock").read_text())["process"]), 9)
    running.communicate(timeout=LONG)
    assert running.returncode == 0
    for name in ("acme", "acme2"):
        assert Manifest.read(one.out, f"study={name}/vintage=2026-01").study == name


def test_a_run_that_is_stopped_leaves_the_earlier_report(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    out.mkdir()
    (out / "report.html").write_text("yesterday's", "utf-8")
    told = [sys.executable, "-c", RUN, "run", str(data / "studies" / "acme.toml")]
    told += ["--data", str(data), "--draws", "5", "--out", str(out)]
    running = subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: list(out.glob(".new-*")), running)
    running.terminate()
    assert running.communicate(timeout=LONG)[1].startswith("stopped by SIGTERM")
    assert running.returncode == 143
    assert {p.name: p.read_text("utf-8") for p in out.iterdir()} == {"report.html": "yesterday's"}


def test_a_signal_waits_for_what_is_being_finished() -> None:
    done = []

    def move_files() -> None:
        with listening(), finishing():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("moved")

    with pytest.raises(Stopped, match="SIGTERM"):
        move_files()
    assert done == ["moved"]


def test_a_signal_that_a_library_swallowed_is_heeded_at_the_next_step() -> None:
    def swallow() -> None:
        with listening():
            with suppress(Stopped):
                os.kill(os.getpid(), signal.SIGTERM)  # SIGINT may be ignored in a background job
            go_on()

    with pytest.raises(Stopped, match="SIGTERM"):
        swallow()
    go_on()
