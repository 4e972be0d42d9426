"""A build is whole or not there; what nothing changed for is left as it is."""

import errno
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from econ.builds import place as places
from econ.builds.build import build
from econ.builds.command import build_all as build_orders
from econ.builds.command import check_all
from econ.builds.graph import Ledger
from econ.builds.lock import held
from econ.builds.manifest import Manifest, check
from econ.builds.order import Order, orders
from econ.builds.trouble import BusyError, DamagedError, StorageError
from econ.builds.vintages import drop_old, latest, vintages
from econ.data.build import build_all
from econ.data.store import sha256
from econ.errors import InputError
from econ.study import Study
from econ.study.parts.answer import inputs

Make = Callable[..., Order]


def files(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder, by name."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): sha256(path) for path in found}


def newest(order: Order) -> Path:
    return order.out.path / "study=acme" / f"vintage={latest(order.out, 'acme')}"


def changed(data: Path, old: str, new: str) -> None:
    study = data / "studies" / "acme.toml"
    text = study.read_text("utf-8")
    assert old in text
    study.write_text(text.replace(old, new), "utf-8")


# ---------------------------------------------------------------- what a build leaves


def test_a_build_holds_a_page_every_table_and_a_manifest_that_names_them(built: Order) -> None:
    folder = "study=acme/vintage=2026-01"
    found = files(built.out.path / folder)
    assert {"report.html", "headline.parquet", "impacts.parquet", "manifest.json"} <= found.keys()
    manifest = Manifest.read(built.out, folder)
    assert {*manifest.outputs, "manifest.json"} == found.keys()
    check(built.out, folder)
    assert "parameter.realisation" in manifest.reads["headline.parquet"]


def test_the_same_inputs_give_the_same_bytes_in_another_place(
    built: Order, order: Make, tmp_path: Path
) -> None:
    other = order(vintage="2026-01", out=tmp_path / "other", work=tmp_path / "elsewhere")
    build(other)
    assert files(newest(built)) == files(newest(other))


def test_a_comment_in_a_study_runs_no_step_and_makes_no_vintage(built: Order, data: Path) -> None:
    changed(data, "[study]", "# why not\n[study]")
    again = build(built)
    assert (again.new, again.vintage, again.ran) == (False, "2026-01", ())


def test_a_study_beside_it_that_changes_is_no_reason_to_look_at_a_build_again(
    built: Order, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(built)
    beside = data / "studies" / "other.toml"
    beside.write_text((data / "studies" / "acme.toml").read_text("utf-8"), "utf-8")

    def look(*told: object) -> None:
        raise AssertionError(told)

    monkeypatch.setattr("econ.builds.build._built", look)
    assert not build(built).new
    (data / "templates" / "factory.toml").write_text("another", "utf-8")
    with pytest.raises(AssertionError):
        build(built)


def test_a_template_that_only_a_variant_spends_by_is_an_input() -> None:
    named = inputs(Study.load("choose_france_2024"))
    assert named["templates/data_centre_conventional.toml"].is_file()


def test_a_change_re_runs_only_what_rests_on_it(built: Order, data: Path) -> None:
    changed(data, "value = 0.6\n", "value = 0.65\n")
    ran = set(build(built).ran)
    assert {"country", "tables/headline", "figures/bridge_operation", "report.html"} <= ran
    assert not {"data check", "figures/where_the_money_goes"} & ran
    changed(data, 'economy = "Sweden"', 'economy = "the kingdom"')
    ran = set(build(built).ran)
    assert "report.html" in ran
    # One figure says who gets the money, by the name of the economy.
    assert [step for step in ran if step.startswith("figures/")] == ["figures/flows"]


def test_what_is_said_of_an_assumption_moves_no_table_of_the_country(
    built: Order, data: Path
) -> None:
    changed(data, 'label = "Compensation per job, factory"', 'label = "Pay of the factory"')
    ran = set(build(built).ran)
    assert {"tables/assumptions", "report.html"} <= ran
    national = {"headline", "effects", "by_year", "by_product", "pledges", "flows", "record"}
    assert not {f"tables/{name}" for name in national} & ran


def test_a_page_in_another_language_runs_no_step_but_its_figures_and_the_pages(
    built: Order,
) -> None:
    both = build(replace(built, vintage="2026-02", languages=("en", "fr")))
    assert {"report.html", "report.fr.html", "figures.fr/jobs_by_year"} <= set(both.ran)
    assert not {step for step in both.ran if step.startswith(("tables/", "figures/"))}
    french = (newest(built) / "report.fr.html").read_text("utf-8")
    assert '<html lang="fr">' in french
    assert 'href="report.html"' in french
    assert 'href="report.fr.html"' in (newest(built) / "report.html").read_text("utf-8")
    assert not build(replace(built, languages=("en", "fr"))).new
    alone = build(replace(built, vintage="2026-03", languages=("fr",)))
    assert "report.html" in alone.ran
    assert not {step for step in alone.ran if step.startswith(("tables/", "figures"))}
    assert '<html lang="fr">' in (newest(built) / "report.html").read_text("utf-8")


def test_the_words_of_the_data_are_part_of_what_a_page_rests_on(built: Order, data: Path) -> None:
    build(replace(built, vintage="2026-02", languages=("fr",)))
    (data / "languages").mkdir()
    words = 'msgid "Acme at Examplestad"\nmsgstr "Acme, à Examplestad"\n'
    (data / "languages" / "fr.po").write_text(words, "utf-8")
    assert build(replace(built, vintage="2026-03", languages=("fr",))).new
    assert "<h1>Acme, à Examplestad</h1>" in (newest(built) / "report.html").read_text("utf-8")
    (data / "languages" / "fr.po").write_text(words.replace("Acme, à", "Acme à"), "utf-8")
    again = build(replace(built, vintage="2026-04", languages=("fr",)))
    assert "report.html" in again.ran
    assert not {step for step in again.ran if step.startswith("tables/")}
    before, after = (
        Manifest.read(built.out, f"study=acme/vintage={vintage}").inputs
        for vintage in ("2026-03", "2026-04")
    )
    assert {name for name in after if after[name] != before.get(name)} == {"data/languages/fr.po"}
    assert "econ/report/language/words/fr.po" in after
    english = Manifest.read(built.out, "study=acme/vintage=2026-01").inputs
    assert not [name for name in english if name.endswith(".po")]


def test_builds_after_many_changes_are_what_a_first_build_makes(
    built: Order, order: Make, data: Path, tmp_path: Path
) -> None:
    pay = "value = 0.6\nlow = 0.5\nhigh = 0.7\n"
    changed(data, pay, "value = 0.65\nlow = 0.5\nhigh = 0.7\n")
    build(built)
    changed(data, "opening = 2025.0", "opening = 2025.5")
    changed(data, "low = 0.5\nhigh = 0.7\n", "low = 0.6\nhigh = 0.7\n")
    build(built)
    changed(data, 'label = "Compensation per job, factory"', 'label = "Pay"')
    changed(data, 'economy = "Sweden"', 'economy = "the kingdom"')
    pledges = data / "pledges" / "pledges.csv"
    pledges.write_text(pledges.read_text("utf-8").replace(",50,", ",55,"), "utf-8")
    build_all(data, ["pledges"])
    build(order(vintage="last"))
    build(order(vintage="last", out=tmp_path / "first", work=tmp_path / "nothing yet"))
    first = files(tmp_path / "first" / "study=acme" / "vintage=last")
    assert files(built.out.path / "study=acme" / "vintage=last") == first


def test_old_vintages_stay_and_retention_keeps_the_newest(
    built: Order, order: Make, data: Path
) -> None:
    before = files(newest(built))
    changed(data, "value = 0.6\n", "value = 0.65\n")
    build(order(vintage="2026-02"))
    assert vintages(built.out, "acme") == ["2026-01", "2026-02"]
    assert files(built.out.path / "study=acme" / "vintage=2026-01") == before
    for name in ("2026-03", "2026-04"):  # as whole as any, and sooner made
        old = built.out.path / "study=acme" / "vintage=2026-02"
        shutil.copytree(old, old.with_name(f"vintage={name}"))
    assert drop_old(built.out, "acme", keep=1) == ["2026-01", "2026-03"]
    assert (built.out.path / "study=acme" / "latest").resolve().name == "vintage=2026-02"


def test_a_vintage_that_was_moved_to_an_archive_stays_there(built: Order, tmp_path: Path) -> None:
    folder = built.out.path / "study=acme"
    shutil.copytree(folder / "vintage=2026-01", tmp_path / "archive")
    (folder / "vintage=2020-01").symlink_to(tmp_path / "archive")
    before = files(tmp_path / "archive")
    assert vintages(built.out, "acme") == ["2020-01", "2026-01"]
    assert drop_old(built.out, "acme", keep=1) == ["2020-01"]
    assert files(tmp_path / "archive") == before
    assert sorted(path.name for path in folder.iterdir()) == ["latest", "vintage=2026-01"]


def test_what_stands_where_a_build_belongs_is_left_and_told(built: Order, data: Path) -> None:
    there = built.out.path / "study=acme" / "vintage=2026-02"
    there.mkdir()
    (there / "minutes.txt").write_text("of a meeting", "utf-8")
    before = files(built.out.path)
    changed(data, "value = 0.6\n", "value = 0.65\n")
    with pytest.raises(StorageError, match="move away what stands where the build belongs"):
        build(replace(built, vintage="2026-02"))
    assert files(built.out.path) == before


def test_a_limit_on_the_size_of_files_leaves_the_build_of_yesterday(
    built: Order, data: Path
) -> None:
    before = files(built.out.path)
    changed(data, "value = 0.6\n", "value = 0.65\n")
    told = " ".join(map(shlex.quote, command(built)))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 60; {told}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == StorageError.exit_code
    assert "raise the limit on the size of files" in done.stderr
    assert files(built.out.path) == before


def test_a_vintage_is_never_written_again(built: Order, order: Make, data: Path) -> None:
    changed(data, "value = 0.6\n", "value = 0.65\n")
    with pytest.raises(InputError, match="built already"):
        build(order(vintage="2026-01"))


@pytest.mark.parametrize(
    "name", ["../up", "a/b", ".hidden", "a b", "x" * 65, "=", "a%2Fb", "latest"]
)
def test_a_vintage_whose_name_leaves_the_folder_is_refused(order: Make, name: str) -> None:
    with pytest.raises(InputError, match="no name"):
        build(order(vintage=name))
    assert not (order().out.path / "study=acme").exists()


def test_a_clock_that_jumps_back_does_not_turn_the_order(built: Order, data: Path) -> None:
    newest(built).rename(newest(built).with_name("vintage=2099-01-01T000000Z"))
    changed(data, "value = 0.6\n", "value = 0.65\n")
    assert build(built).vintage == "2099-01-01T000001Z"
    assert latest(built.out, "acme") == "2099-01-01T000001Z"


# ---------------------------------------------------------------- what goes wrong


def test_a_file_that_was_touched_is_found_and_built_anew(built: Order) -> None:
    table = newest(built) / "headline.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    (newest(built) / "bridge.parquet").unlink()
    (newest(built) / "extra.txt").write_text("x")
    (outcome,) = check_all([built])
    assert outcome.exit_code == DamagedError.exit_code
    assert "headline.parquet is not what was written" in outcome.message
    assert "bridge.parquet is missing" in outcome.message
    assert "extra.txt is not named" in outcome.message
    again = build(built)
    assert again.new
    assert again.vintage != "2026-01"
    check(built.out, again.folder)


def test_a_refused_study_leaves_the_build_of_yesterday(built: Order, data: Path) -> None:
    before = files(built.out.path)
    changed(data, 'product = "MAN"', 'product = "MAM"')
    with pytest.raises(InputError, match="did you mean MAN"):
        build(built)
    assert files(built.out.path) == before


def test_a_vanished_input_is_named_and_leaves_the_build_of_yesterday(
    built: Order, data: Path
) -> None:
    before = files(built.out.path)
    (data / "siot.parquet").unlink()
    with pytest.raises(InputError, match=re.escape("siot.parquet: no such file")):
        build(built)
    assert files(built.out.path) == before


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "a folder that can be written"),
        (errno.EACCES, "the right to write"),
    ],
)
def test_a_disk_that_does_not_take_it_leaves_the_build_of_yesterday(
    built: Order, data: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    before = files(built.out.path)
    changed(data, "value = 0.6\n", "value = 0.65\n")

    def refuse(self: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(places.Place, "publish", lambda self, made, below: refuse(made, made))
    with pytest.raises(StorageError, match=words):
        build(built)
    assert files(built.out.path) == before


def test_a_disk_that_is_really_full_leaves_no_torn_file(order: Make, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    mounted = shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False)
    if not mounted or mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        with pytest.raises(StorageError, match="free some space"):
            build(order(out=disk / "out"))
        assert not list((disk / "out").rglob("vintage=*"))
        assert not list((disk / "out").rglob(".new-*"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_where_the_link_to_the_latest_belongs_is_refused_first(order: Make) -> None:
    (order().out.path / "study=acme" / "latest").mkdir(parents=True)
    with pytest.raises(InputError, match="move it away"):
        build(order())
    assert [path.name for path in (order().out.path / "study=acme").iterdir()] == ["latest"]


@pytest.mark.parametrize(
    "name", ["..acme.toml", "a'b.toml", "a<b>.toml", "é=.toml", "e\u0301.toml"]
)
def test_a_study_whose_name_is_no_folder_is_refused(name: str, data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no name for a folder"):
        orders([name], out=tmp_path, work=tmp_path, data=data)


def test_a_place_that_is_a_file_is_refused(order: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="a file stands there"):
        order(out=tmp_path / "file")


def test_names_that_are_no_studies_are_refused_all_at_once(data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        orders(["acmee", "a/../b=c.toml"], out=tmp_path, work=tmp_path, data=data)
    assert len(caught.value.faults) == 2


def test_a_disk_for_steps_that_is_full_is_named(order: Make, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)]
    mounted = shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False)
    if not mounted or mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        with pytest.raises(StorageError, match=re.escape(str(disk / "work"))):
            build(order(work=disk / "work"))
        assert not list(order().out.path.rglob("vintage=*"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# ---------------------------------------------------------------- two at once


def test_a_second_build_is_refused_while_the_first_is_at_work(order: Make) -> None:
    with (
        held(order().work / "study=acme" / "lock", "acme"),
        pytest.raises(BusyError, match=f"process {os.getpid()}"),
    ):
        build(order())


def test_a_second_build_waits_when_it_is_told_to(order: Make) -> None:
    told = command(order(), "--wait", "120", "--log", str(order().work.parent / "log"))
    at_once = [subprocess.Popen(told, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [running.wait() for running in at_once] == [0, 0]
    assert len(vintages(order().out, "acme")) == 1
    check(order().out, f"study=acme/vintage={latest(order().out, 'acme')}")


def command(order: Order, *more: str) -> list[str]:
    told = [sys.executable, "-m", "econ.cli", "report", "build", str(order.study)]
    told += ["--data", str(order.data), "--out", order.out.root, "--work", str(order.work)]
    return [*told, "--draws", "20", *more]


def test_finished_steps_outlive_a_build_that_died(
    order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, kept = Ledger.keep, []

    def die_at_the_page(self: Ledger, step: str, content: bytes) -> None:
        if step == "report.html":
            raise KeyboardInterrupt
        kept.append(step)
        keep(self, step, content)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "keep", die_at_the_page)
        with pytest.raises(KeyboardInterrupt):
            build(order())
    again = build(order())
    assert "tables/headline" in kept
    assert not {step for step in again.ran if step.startswith(("tables/", "figures/"))}


# ---------------------------------------------------------------- the command


def test_the_command_tells_cron_what_happened(order: Make, data: Path, tmp_path: Path) -> None:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        told = command(order(), "--log", str(tmp_path / "log.jsonl"), *more)
        return subprocess.run(told, capture_output=True, text=True, check=False)

    first = run("--vintage", "2026-01")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.strip() == "study=acme/vintage=2026-01"
    begun = time.monotonic()
    again = run()
    assert again.stdout.strip() == "study=acme/vintage=2026-01 (unchanged)"
    unchanged_took = time.monotonic() - begun
    with held(order().work / "study=acme" / "lock", "acme"):
        assert run().returncode == BusyError.exit_code
    (newest(order()) / "headline.parquet").write_bytes(b"")
    assert run("--check").returncode == DamagedError.exit_code
    changed(data, 'product = "MAN"', 'product = "MAM"')
    refused = run()
    assert refused.returncode == 1
    assert "did you mean MAN" in refused.stderr
    assert "Traceback" not in refused.stderr
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert {"started", "step", "built", "unchanged", "failed"} <= {e["event"] for e in events}
    assert all(set(e) >= {"time", "event", "study"} for e in events)
    # A build that changes nothing does not load what a build needs; a ratio, for machines differ.
    steps = [e for e in events if e["event"] == "step"]
    seconds = max(e["seconds"] for e in steps)
    assert unchanged_took < seconds
    # What each step took makes the whole, to the rounding of each to a millisecond.
    assert sum(e["took"] for e in steps) == pytest.approx(seconds, abs=0.001 * len(steps))


def test_a_stream_that_cron_closed_is_no_reason_to_stop(order: Make) -> None:
    told = " ".join(map(shlex.quote, command(order(), "--vintage", "2026-01")))
    done = subprocess.run(f"{told} >&- 2>&-", shell=True, check=False)
    assert done.returncode == 0
    check(order().out, "study=acme/vintage=2026-01")


def test_a_fault_of_our_own_in_one_study_leaves_the_others_alone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (data / "studies" / "acme.toml").read_text("utf-8")
    (data / "studies" / "acme2.toml").write_text(text, "utf-8")
    told: dict[str, Any] = {"out": tmp_path / "out", "work": tmp_path / "work", "data": data}

    def fail(order: Order, log: object) -> None:
        if order.name == "acme":
            raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr("econ.builds.command.build", fail)
    outcomes = list(build_orders(orders(["acme", "acme2"], **told)))
    assert [outcome.exit_code for outcome in outcomes] == [70, 0]
    assert "ZeroDivisionError" in outcomes[0].message


def test_one_refused_study_does_not_stop_the_others(data: Path, tmp_path: Path) -> None:
    text = (data / "studies" / "acme.toml").read_text("utf-8")
    (data / "studies" / "broken.toml").write_text(text.replace('"MAN"', '"MAM"'), "utf-8")
    told: dict[str, Any] = {"out": tmp_path / "out", "work": tmp_path / "work", "data": data}
    asked = orders(["broken", "acme"], **told, draws=20)
    outcomes = {outcome.study: outcome for outcome in build_orders(asked)}
    assert (outcomes["broken"].exit_code, outcomes["acme"].exit_code) == (1, 0)
