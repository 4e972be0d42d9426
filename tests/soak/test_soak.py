"""What a report that runs every night must survive; `make soak` tries each a great many times."""

import csv
import io
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ.builds.manifest import check
from econ.builds.place import Place
from econ.builds.vintages import vintages
from econ.data.build import build_all
from econ.data.catalogue import Catalogue
from econ.data.store import sha256
from econ.errors import EconError
from econ.report.write import write_report
from econ.study import Study
from econ.study.parts.answer import contents

HERE = Path(__file__).parents[1] / "second_country"
KILLS = int(os.environ.get("SOAK_KILLS", "4"))
STUDIES = int(os.environ.get("SOAK_STUDIES", "150"))
ROWS = int(os.environ.get("SOAK_ROWS", "150"))

HOSTILE = [
    "",
    " ",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "../../../etc/passwd",
    "/etc/passwd",
    "a/b\\c",
    "\u202eevil",
    "{{ 7 * 7 }}",
    "${HOME}",
    "'; drop table",
    "null",
    "NaN",
    "1e400",
    "É",
    "\U0001f4a5",
    "x" * 100_000,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("soak") / "data"
    shutil.copytree(HERE, where)
    build_all(where)
    return where


# ---------------------------------------------------------------- study files


def toml(value: Any) -> str:
    """Write a value as TOML: every table inside another on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(toml(item) for item in value)}]"
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "inf", -math.inf: "-inf"}.get(value, "nan")
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree that holds a value."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def inside(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def broken(study: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], bool]:
    """Break a study in one place; say whether nothing valid can be left."""
    tree = json.loads(json.dumps(study))
    path = chance.choice(list(leaves(tree)))
    holder, key = inside(tree, path[:-1]), path[-1]
    way = chance.choice(["unknown key", "wrong kind", "not finite", "hostile text", "number"])
    if way == "unknown key":
        place = tree
        for step in path[:-1]:
            if not isinstance(place[step], dict):
                break
            place = place[step]
        if place is tree.get("assumptions") or place is tree:
            place = tree["study"]
        place[chance.choice(["sead", "Seed", "__class__", "eval", "é"])] = 1
        return tree, True
    if way == "wrong kind":
        holder[key] = chance.choice([{}, {"a": 1}, [[]], True, False])
        return tree, True
    if way == "not finite":
        holder[key] = chance.choice([math.nan, math.inf, -math.inf])
        return tree, True
    if way == "hostile text":
        holder[key] = chance.choice(HOSTILE)
        return tree, not isinstance(inside(study, path), str)
    holder[key] = chance.choice([0, -1, 1, 2.5, 1e300, -1e-300, 10**18, 2024, 0.999999])
    return tree, isinstance(inside(study, path), str) and path[-2:-1] != ("shares",)


def test_no_broken_study_is_a_traceback_and_none_is_accepted(folder: Path, tmp_path: Path) -> None:
    chance = random.Random(20240513)
    study = tomllib.loads((folder / "studies" / "acme.toml").read_text("utf-8"))
    data = Catalogue.load(folder)
    file = folder / "studies" / "fuzzed.toml"
    accepted = 0
    for number in range(STUDIES):
        tree, never = broken(study, chance)
        text = "\n".join(f"{json.dumps(name)} = {toml(held)}" for name, held in tree.items())
        file.write_text(text, "utf-8")
        try:
            question = Study.load(file, data)
            answer = question.with_draws(3).run()
        except EconError:
            continue
        assert not never, text
        accepted += 1
        for result in (answer.gross, answer.net):
            for measure in result.units:
                assert np.isfinite(result.draws(measure)).all(), text
        if number % 50 == 0:
            page = write_report(contents(question.with_draws(3)), tmp_path / "report")
            assert "<script>alert" not in page.read_text("utf-8"), text
    assert STUDIES < 100 or 0 < accepted < STUDIES
    assert not (tmp_path.parent / "etc").exists()


# ---------------------------------------------------------------- rows of pledges

NEVER = {
    "pledge": ["", " "],
    "amount": ["-1", "inf", "nan", "four", "1e999", "4.000,00", "=1+1", "-0.01"],
    "amount_low": ["60", "-1", "x"],
    "currency": ["", "usd", "EURO", "XXX"],
    "announced": ["2023-02-30", "13/05/2023", "tomorrow", "20230301", "0000-00-00"],
    "deadline": ["2022-01-01", "soon"],
    "nuts": ["SE999", "sweden", "SE1;SE"],
    "kind": ["", "capex", "money"],
    "bound": ["", "roughly"],
    "parent": ["nobody", "acme_plant"],
    "source": ["", "nobody_2020"],
    "certainty": ["", "sure"],
    "record": ["", "rumour"],
    "status": ["", "maybe"],
}


def test_no_broken_row_is_a_traceback_and_none_is_accepted(folder: Path, tmp_path: Path) -> None:
    chance = random.Random(20240521)
    work = tmp_path / "data"
    shutil.copytree(folder, work)
    file = work / "pledges" / "pledges.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    for _ in range(ROWS):
        column = chance.choice(list(row))
        never = column in NEVER and chance.random() < 0.5
        value = chance.choice(NEVER[column] if never else HOSTILE)
        sink = io.StringIO()
        writer = csv.DictWriter(sink, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerow(row | {column: value})
        file.write_text(sink.getvalue(), "utf-8")
        try:
            build_all(work, ["pledges"])
        except EconError:
            continue
        assert not never, (column, value)
        held = Catalogue.load(work).read("pledges").frame[column].iloc[0]
        if isinstance(held, str):  # what was accepted is what was written, and nothing else
            assert held.strip() == value.strip()
        else:
            assert not value.strip() or float(held) == float(value)


# ---------------------------------------------------------------- kills


def files(where: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in where.iterdir() if path.is_file()}


def test_builds_that_are_killed_leave_nothing_torn(folder: Path, tmp_path: Path) -> None:
    def command(name: str, vintage: str) -> list[str]:
        told = [sys.executable, "-m", "econ.cli", "report", "build", "--draws", "5"]
        told += [str(folder / "studies" / "acme.toml"), "--data", str(folder), "--keep", "3"]
        told += ["--out", str(tmp_path / name), "--work", str(tmp_path / f"{name} work")]
        return [*told, "--vintage", vintage]

    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    begun = time.monotonic()
    subprocess.run(command("calm", "v"), check=True, **quiet)
    whole = time.monotonic() - begun
    undisturbed = files(tmp_path / "calm" / "study=acme" / "vintage=v")
    chance = random.Random(1)
    place = Place.at(tmp_path / "killed")
    done = 0
    for number in range(KILLS):
        running = subprocess.Popen(command("killed", f"v{done}"), **quiet)
        time.sleep(chance.uniform(0.0, whole))
        running.kill()
        running.wait()
        for vintage in vintages(place, "acme"):
            check(place, f"study=acme/vintage={vintage}")
        if f"v{done}" in vintages(place, "acme") or number == KILLS - 1:
            subprocess.run(command("killed", f"v{done}"), check=True, **quiet)
            found = files(tmp_path / "killed" / "study=acme" / f"vintage=v{done}")
            assert {n: h for n, h in found.items() if n != "manifest.json"} == {
                n: h for n, h in undisturbed.items() if n != "manifest.json"
            }
            done += 1
            shutil.rmtree(tmp_path / "killed work")
    assert done


@pytest.fixture(autouse=True)
def _told(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    with capsys.disabled():
        if os.environ.get("SOAK_KILLS"):
            print(f"\n{STUDIES} studies, {ROWS} rows, {KILLS} kills")
