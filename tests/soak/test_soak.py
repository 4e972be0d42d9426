"""What a report that runs every night must survive; `make soak` tries each a great many times."""

import csv
import io
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
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


class Nursery:
    """A warm process whose children run the command `econ`."""

    def __init__(self) -> None:
        told = [sys.executable, str(Path(__file__).with_name("nursery.py"))]
        self._process = subprocess.Popen(
            told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self, words: list[str], last: int = 0) -> int:
        """Run a command in a child that dies before its last operation on files; its number."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"words": words, "last": last}) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def ended(self) -> dict[str, int]:
        return self._answer()

    def run(self, words: list[str]) -> dict[str, int]:
        self.begin(words)
        return self.ended()

    def _answer(self) -> dict[str, int]:
        assert self._process.stdout is not None
        found: dict[str, int] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    found.close()


def whole(where: Path) -> dict[str, Any]:
    """Everything a build holds, but for the name of its vintage."""
    manifest = json.loads((where / "manifest.json").read_text("utf-8"))
    held: dict[str, Any] = files(where) | {"manifest.json": manifest | {"vintage": ""}}
    return held


def test_builds_that_are_killed_leave_nothing_torn(
    folder: Path, tmp_path: Path, nursery: Nursery
) -> None:
    def command(name: str, vintage: str) -> list[str]:
        told = ["report", "build", str(folder / "studies" / "acme.toml"), "--draws", "5"]
        told += ["--data", str(folder), "--keep", "3", "--vintage", vintage]
        return [*told, "--out", str(tmp_path / name), "--work", str(tmp_path / f"{name} work")]

    nursery.run(command("warm", "v"))  # compiles what is compiled once
    begun = time.monotonic()
    calm = nursery.run(command("calm", "v"))
    seconds = time.monotonic() - begun
    undisturbed = whole(tmp_path / "calm" / "study=acme" / "vintage=v")
    chance = random.Random(1)
    place = Place.at(tmp_path / "killed")
    done, killed = 0, 0
    for number in range(KILLS):
        # Every other one before a file is opened, moved or removed, and the others at any time.
        last = chance.randint(1, calm["operations"]) if number % 2 else 0
        pid = nursery.begin(command("killed", f"v{done}"), last)
        if not last:
            time.sleep(chance.uniform(0.0, seconds))
            with suppress(ProcessLookupError):  # it may have ended before
                os.kill(pid, signal.SIGKILL)
        killed += nursery.ended()["code"] == -signal.SIGKILL
        for vintage in vintages(place, "acme"):
            check(place, f"study=acme/vintage={vintage}")
        if f"v{done}" in vintages(place, "acme") or number == KILLS - 1:
            assert nursery.run(command("killed", f"v{done}"))["code"] == 0
            assert whole(tmp_path / "killed" / "study=acme" / f"vintage=v{done}") == undisturbed
            done += 1
            shutil.rmtree(tmp_path / "killed work")
    assert done
    assert killed > KILLS // 2
    print(f"{killed} of {KILLS} died, {done} builds completed, {calm['operations']} operations")


@pytest.fixture(autouse=True)
def _told(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    with capsys.disabled():
        if os.environ.get("SOAK_KILLS"):
            print(f"\n{STUDIES} studies, {ROWS} rows, {KILLS} kills")
