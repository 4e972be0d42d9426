"""Every kind of value at every place of a study file: an answer, or a refusal by name."""

import copy
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import econ.study.study as reading
from econ.data.folder import data_folder
from econ.errors import InputError
from econ.study import Study

STUDY = data_folder() / "studies" / "choose_france_2024.toml"
# `make soak` tries every kind at every place; `make test` every third, in turn, of one event.
EVERY = int(os.environ.get("SOAK_EVERY", "3"))
WRONG: tuple[Any, ...] = ("x", 1, -1, 2.5, [], {}, True, "", ["x"], {"x": 1}, float("nan"))
GONE = object()


def places(table: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    if isinstance(table, dict | list):
        entries = table.items() if isinstance(table, dict) else enumerate(table)
        for key, value in entries:
            yield from places(value, (*place, key))


def changed(table: Any, place: tuple[Any, ...], value: Any) -> Any:
    result = copy.deepcopy(table)
    inside = result
    for key in place[:-1]:
        inside = inside[key]
    if value is GONE:
        del inside[place[-1]]
    else:
        inside[place[-1]] = value
    return result


def refusal(path: Path) -> bool:
    """Return whether a study is refused; anything but a refusal of ours is raised."""
    try:
        Study.load(path)
    except InputError:
        return True
    return False


def test_every_value_of_the_wrong_kind_is_refused_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = tomllib.loads(STUDY.read_text("utf-8"))
    # The fourth event is the warehouse, with every kind of entry; the others repeat the first.
    tried = [
        place
        for place in places(table)
        if EVERY == 1 or len(place) == 1 or place[:1] != ("event",) or place[1] == 3
    ]
    kinds = (*WRONG, GONE)
    refused = asked = 0
    for number, place in enumerate(tried):
        for value in kinds[number % EVERY :: EVERY]:
            candidate = changed(table, place, value)
            monkeypatch.setattr(reading, "read_toml", lambda path, it=candidate: it)
            refused += refusal(STUDY)
            asked += 1
    # Titles, labels and reasons may be any text; years, kinds and names may not.
    assert refused > 0.85 * asked
