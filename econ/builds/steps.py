"""The steps from a study's files to its page, and the facts each may read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, Final

import pandas as pd
import pyarrow.parquet as pq

from econ.builds.graph import Readings, Step, digest
from econ.builds.schema import conformed
from econ.builds.state import program
from econ.data.store import parquet_bytes
from econ.quantity.parameters import Parameter
from econ.report.contents import Contents
from econ.report.figures import FIGURES
from econ.report.page import page
from econ.report.tables import TABLES, impacts
from econ.report.write import units_of
from econ.study.answer import contents, inputs
from econ.study.study import Study

__all__ = ["FILES", "facts_of", "study_steps"]

PAGE: Final = "report.html"
MAKERS: Final[Mapping[str, Callable[[Contents], pd.DataFrame]]] = {"impacts": impacts, **TABLES}
FILES: Final = {**{f"tables/{name}": f"{name}.parquet" for name in MAKERS}, PAGE: PAGE}
WORDS: Final = ("label", "source", "group", "note", "verified", "file")


def facts_of(study: Study) -> dict[str, str]:
    """Return the hash of everything a step may read, by name.

    A parameter is two facts: its numbers, and everything that is said of it.
    """
    found = {"program": program(), "study.name": study.name}
    for name, section in study.file.model_dump(mode="json").items():
        if name != "assumptions":  # what a study changes of them is in the parameters
            found[f"study.{name}"] = digest(json.dumps(section, sort_keys=True))
    for entry in study.data:
        found[f"data.{entry.name}"] = entry.sha256
    for parameter in study.assumptions:
        found[f"parameter.{parameter.name}"] = digest(repr(_numbers(parameter)))
        found[f"words.{parameter.name}"] = digest(repr(parameter))
    for name, path in inputs(study).items():
        if name.startswith("templates/"):
            found[f"template.{path.stem}"] = digest(path.read_bytes())
    found["sources"] = digest(repr(sorted(study.data.sources.items())))
    return found


def _numbers(parameter: Parameter) -> tuple[Any, ...]:
    """Return what of a parameter can move a number."""
    held = {f.name: getattr(parameter, f.name) for f in fields(parameter)}
    return tuple(sorted((name, value) for name, value in held.items() if name not in WORDS))


def study_steps(study: Study) -> list[Step]:
    """Return the steps of a study's report, each after those it reads."""
    named = sorted(facts_of(study))
    return [
        Step("data check", partial(_data_check, study)),
        Step("model", partial(_model, study, named)),
        *[Step(f"tables/{name}", partial(_table, name, study), kept=True) for name in MAKERS],
        *[Step(f"figures/{name}", partial(_figure, name), kept=True) for name in FIGURES],
        Step(PAGE, _page, kept=True),
    ]


def _data_check(study: Study, read: Readings) -> list[str]:
    """Read every dataset of the study, which checks it against its schema and hash."""
    names = sorted(name for name in study.dataset_names())
    read.fact("program", *[f"data.{name}" for name in names])
    for name in names:
        study.data.read(name)
    return names


def _model(study: Study, named: list[str], read: Readings) -> Contents:
    read.after("data check")
    answer = contents(study)
    other = [name for name in named if not name.startswith(("parameter.", "words.", "data."))]
    read.fact(
        *other, *[f"{kind}.{name}" for name in answer.used for kind in ("parameter", "words")]
    )
    return answer


def _table(name: str, study: Study, read: Readings) -> bytes:
    read.fact("program")
    answer: Contents = read.result("model")
    frame = conformed(MAKERS[name](answer), name)
    return parquet_bytes(
        frame,
        units=units_of(frame),
        provenance=answer.provenance.step(f"report of {study.name}"),
        schema=f"REPORT_{name.upper()}",
    )


class _Tables(Mapping[str, pd.DataFrame]):
    """The tables as they were kept; those that are asked for are read."""

    def __init__(self, read: Readings) -> None:
        self._read = read

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise KeyError(name)
        kept: bytes = self._read.result(f"tables/{name}")
        table: pd.DataFrame = pq.read_table(io.BytesIO(kept)).to_pandas()
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


def _figure(name: str, read: Readings) -> bytes:
    read.fact("program")
    return FIGURES[name](_Tables(read)).encode()


def _page(read: Readings) -> bytes:
    read.fact("program")
    figures = {name: read.result(f"figures/{name}").decode() for name in FIGURES}
    return page(read.result("model"), _Tables(read), figures).encode()
