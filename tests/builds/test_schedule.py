"""The timer, the crontab and the workflow of the docs say what the command understands."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from econ.data.folder import data_folder

FILES = data_folder().parent / "docs" / "how-to" / "schedule"


def commands() -> dict[str, str]:
    """The command of each file, as its scheduler would run it."""
    timer = (FILES / "econ-reports.service").read_text("utf-8")
    cron = (FILES / "crontab").read_text("utf-8")
    flow = (FILES / "reports.yml").read_text("utf-8")
    found = {
        "systemd": re.findall(r"^ExecStart=(.*)$", timer, re.MULTILINE),
        "cron": re.findall(
            r"^17 3 \* \* \* cd /srv/econ && nice -n 10 (.*) >/dev/null$", cron, re.MULTILINE
        ),
        "workflow": re.findall(r"^ +- run: (.*report build.*)$", flow, re.MULTILINE),
    }
    return {name: command for name, (command,) in found.items()}


@pytest.mark.parametrize("scheduler", ["systemd", "cron", "workflow"])
def test_the_command_of_a_scheduler_builds(scheduler: str, pristine: Path, tmp_path: Path) -> None:
    program, *words = shlex.split(commands()[scheduler])
    assert program.endswith(".venv/bin/econ")
    (tmp_path / "econ").mkdir()
    told = [re.sub("^/(srv|var)", str(tmp_path), word) for word in words]
    told[told.index("choose_france_2024")] = str(pristine / "studies" / "acme.toml")
    told += ["--data", str(pristine), "--draws", "5"]
    done = subprocess.run(
        [sys.executable, "-m", "econ.cli", *told],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    # systemd's journal hears what happened; cron sends a mail of whatever is heard.
    heard = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert heard[:1] == (["started"] if scheduler == "systemd" else [])
    assert list(tmp_path.rglob("study=acme/latest/report.html"))


def units() -> list[Path]:
    return [path for path in FILES.iterdir() if path.suffix in (".service", ".timer")]


def test_a_build_that_fails_is_told() -> None:
    service = (FILES / "econ-reports.service").read_text("utf-8")
    (told,) = re.findall(r"^OnFailure=(.*)$", service, re.MULTILINE)
    assert (FILES / told).is_file()
    assert (FILES / "crontab").read_text("utf-8").splitlines()[1].startswith("MAILTO=")


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    checker = shutil.which("systemd-analyze")
    if checker is None:
        pytest.skip("no systemd-analyze on this machine")
    for unit in units():
        text = unit.read_text("utf-8").replace("/srv/econ/.venv/bin/econ", sys.executable)
        (tmp_path / unit.name).write_text(text.replace("User=econ\n", ""), "utf-8")
    done = subprocess.run(
        [checker, "verify", "--recursive-errors=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "econ-reports" not in done.stderr, done.stderr


def test_the_timer_and_the_crontab_and_the_workflow_agree_on_the_hour() -> None:
    timer = (FILES / "econ-reports.timer").read_text("utf-8")
    assert "OnCalendar=*-*-* 03:17:00" in timer
    assert '- cron: "17 3 * * *"' in (FILES / "reports.yml").read_text("utf-8")
    assert (FILES / "crontab").read_text("utf-8").splitlines()[-1].startswith("17 3 * * * ")
