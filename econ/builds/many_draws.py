"""Very many draws of one study: some at a time, in one process or many, streamed to Parquet."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from econ.builds.cluster import client_of
from econ.builds.columns import drawn_columns, new_columns
from econ.builds.lock import held
from econ.builds.log import Log, silent
from econ.builds.manifest import Manifest
from econ.builds.order import Built, Order
from econ.builds.place import MANIFEST, fresh_folder
from econ.builds.processes import called, processes
from econ.builds.state import versions
from econ.builds.trouble import LostError, StorageError, is_loss
from econ.builds.vintages import next_vintage, study_folder, vintage_folder
from econ.data.catalogue import Catalogue
from econ.data.store import parquet_bytes, sha256, write_bytes, write_row_groups
from econ.impact.joint import ROWS, SCHEMA
from econ.quantity.draws import Draws
from econ.quantity.provenance import Provenance
from econ.report.tables.national import spread
from econ.report.tables.schema import conformed
from econ.report.tables.tables import units_of
from econ.stopping import finishing
from econ.study.headline import SIDES, Figure, Headline
from econ.study.parts.answer import inputs
from econ.study.study import Study

__all__ = ["CHUNK", "draw"]

Array = npt.NDArray[np.float64]
Part = tuple[int, Draws]
CHUNK: Final = 2000
# Parts that are at work or wait for each process.
AHEAD: Final = 2
DRAWS: Final = "draws.parquet"
HEADLINE: Final = "headline.parquet"
SCRATCH: Final = "scratch"


def draw(
    order: Order,
    *,
    chunk: int = CHUNK,
    jobs: int = 1,
    scheduler: str = "local",
    log: Log = silent,
) -> Built:
    """Draw a study as often as the order says, and write every draw of its headline.

    What is in memory grows with `chunk` and with the number of processes, not with the number of
    draws: parameters and figures lie in files while they are made. The bytes do not depend on
    either of them, nor on the scheduler.

    Parameters
    ----------
    order : Order
        Its draws are needed.
    chunk : int
        Draws that are worked out at once.
    jobs : int
        Processes at once, where `scheduler` is ``local``.
    scheduler : str
        ``local``, or the address of a Dask scheduler.
    log : callable, optional

    Returns
    -------
    Built
        The vintage holds ``draws.parquet``, in the columns of `ImpactResult.write_draws`, and
        ``headline.parquet`` as a report has it: its intervals are the quantiles of all draws.

    Raises
    ------
    InputError, BusyError, StorageError
        As `econ.builds.build.build` does.
    """
    work = order.work / study_folder(order.name)
    with held(work / "lock", order.name, order.wait):
        log("started", study=order.name, out=order.out.root)
        try:
            if order.out.local:
                order.out.sweep(study_folder(order.name))
            shutil.rmtree(work / SCRATCH, ignore_errors=True)
            built = _drawn(order, work, _Ways(chunk, jobs, scheduler), log)
        except OSError as error:
            where = str(error.filename or f"{order.out.root} or {order.work}")
            raise StorageError.cannot("write", where, error) from error
        except BaseException as error:
            if is_loss(error):
                raise LostError.in_the_middle(order.name, error) from error
            raise
        finally:
            shutil.rmtree(work / SCRATCH, ignore_errors=True)
        log("built", study=order.name, vintage=built.vintage)
        return built


def _drawn(order: Order, work: Path, ways: _Ways, log: Log) -> Built:
    headline = _headline(order.study, order.data, order.draws)
    study, figures = headline.study, headline.figures
    count = study.file.study.draws
    draws = drawn_columns(study, headline.used, work / SCRATCH)
    found = new_columns(work / SCRATCH / "figures.npy", (len(figures), len(SIDES), 1 + count))
    parts = (
        (begin, draws.part(slice(begin, begin + ways.chunk)))
        for begin in range(0, count, ways.chunk)
    )
    task = _Task(order.study, order.data, order.draws)
    for begin, values in ways.run(task, parts):
        found[..., 1 + begin : begin + values.shape[-1]] = values[..., 1:]
        if begin == 0:
            found[..., 0] = values[..., 0]
        log("drawn", study=order.name, draws=begin + values.shape[-1] - 1)
    vintage = next_vintage(order.out, order.name, order.vintage)
    folder = vintage_folder(order.name, vintage)
    parent = order.out.path / study_folder(order.name) if order.out.local else work
    keys = {key for name in headline.used for key in study.assumptions[name].source}
    provenance = study.provenance | Provenance(frozenset(keys))
    with fresh_folder(parent, vintage) as fresh:
        write_row_groups(
            _rows(study.name, headline.model, figures, found),
            SCHEMA,
            fresh / DRAWS,
            units={"draw": "number", "year": "year", "value": "see column unit"},
            provenance=provenance.step("joint draws of the headline"),
        )
        frame = conformed(_table(figures, found), "headline")
        content = parquet_bytes(
            frame,
            units=units_of(frame),
            provenance=provenance.step(f"report of {study.name}"),
            schema="REPORT_HEADLINE",
        )
        write_bytes(content, fresh / HEADLINE)
        rests = sorted(f"parameter.{name}" for name in headline.used)
        manifest = Manifest(
            study=order.name,
            vintage=vintage,
            draws=count,
            seed=study.seed,
            inputs={name: sha256(path) for name, path in sorted(inputs(study).items())},
            outputs={name: sha256(fresh / name) for name in (DRAWS, HEADLINE)},
            reads={DRAWS: rests, HEADLINE: rests},
            versions=versions(),
        )
        write_bytes(manifest.to_json(), fresh / MANIFEST)
        with finishing() if order.out.local else nullcontext():
            order.out.publish(fresh, folder)
            order.out.point(study_folder(order.name), f"vintage={vintage}")
    return Built(order.name, vintage, folder, new=True)


class _Ways:
    """How the parts are worked out: at once how many draws, and by whom."""

    def __init__(self, chunk: int, jobs: int, scheduler: str) -> None:
        self.chunk, self.jobs, self.scheduler = chunk, jobs, scheduler

    def run(self, task: _Task, parts: Iterable[Part]) -> Iterator[tuple[int, Array]]:
        """Yield what comes of each part; a few of them are there at once."""
        if self.scheduler != "local":
            with client_of(self.scheduler) as client:
                submit = lambda part: client.submit(task, part, pure=False, retries=2)  # noqa: E731
                yield from _in_flight(submit, parts, AHEAD * max(len(client.nthreads()), 1))
        elif self.jobs == 1:
            yield from map(task, parts)
        else:
            with processes(self.jobs) as pool:
                submit = lambda part: pool.submit(called, task, part)  # noqa: E731
                yield from _in_flight(submit, parts, AHEAD * self.jobs)


def _in_flight(
    submit: Callable[[Part], Any], parts: Iterable[Part], most: int
) -> Iterator[tuple[int, Array]]:
    waiting: deque[Any] = deque()
    for part in parts:
        waiting.append(submit(part))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class _Task:
    """What a process is sent: where the study is, and its draws; the study is read there once."""

    def __init__(self, study: Path, data: Path, draws: int | None) -> None:
        self.study, self.data, self.draws = study, data, draws

    def __call__(self, part: Part) -> tuple[int, Array]:
        begin, draws = part
        return begin, _headline(self.study, self.data, self.draws).drawn(draws)


@cache
def _headline(path: Path, data: Path, draws: int | None) -> Headline:
    study = Study.load(path, Catalogue.load(data))
    if draws is not None:
        settings = study.file.study.model_copy(update={"draws": draws})
        study = replace(study, file=study.file.model_copy(update={"study": settings}))
    return Headline(study)


def _rows(name: str, model: str, figures: tuple[Figure, ...], found: Array) -> Iterator[pa.Table]:
    """Yield the draws of every figure, gross and net, in row groups of bounded size."""
    columns = found.shape[-1]
    at_once = max(1, ROWS // columns)
    lines = [(place, side) for place in range(len(figures)) for side in range(len(SIDES))]
    for begin in range(0, len(lines), at_once):
        some = lines[begin : begin + at_once]
        for early in range(0, columns, ROWS):
            late = min(early + ROWS, columns)
            values = np.stack([found[place, side, early:late] for place, side in some])
            yield _rows_of(name, model, [(figures[p], SIDES[s]) for p, s in some], values, early)


def _rows_of(
    name: str, model: str, lines: list[tuple[Figure, str]], values: Array, early: int
) -> pa.Table:
    m, c = values.shape

    def spread_out(labels: list[Any], kind: pa.DataType) -> pa.Array:
        codes = pa.array(np.repeat(np.arange(m, dtype=np.int32), c))
        return pa.DictionaryArray.from_arrays(codes, pa.array(labels, kind)).dictionary_decode()

    own: dict[str, list[Any]] = {
        "scenario": [f"{name}.{side}" for _, side in lines],
        "pledge": [figure.subject for figure, _ in lines],
        "phase": [figure.phase for figure, _ in lines],
        "measure": [figure.measure for figure, _ in lines],
        "year": [figure.year for figure, _ in lines],
        "unit": [figure.unit for figure, _ in lines],
    }
    same = {"model": model, "effect": "_T", "region": "_T", "product": "_T"}
    arrays = []
    for field in SCHEMA:
        if field.name == "draw":
            draws = np.arange(early, early + c, dtype=np.int32)
            arrays.append(pa.array(np.tile(draws, m), field.type))
        elif field.name == "value":
            arrays.append(pa.array(values.ravel(), field.type))
        elif field.name in own:
            arrays.append(spread_out(own[field.name], field.type))
        else:
            arrays.append(pa.repeat(same[field.name], m * c))
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _table(figures: tuple[Figure, ...], found: Array) -> pd.DataFrame:
    """Return the headline: intervals of all draws, one figure after the other."""
    heads = ("subject", "label", "phase", "measure", "when", "unit")
    rows = []
    for place, figure in enumerate(figures):
        row: dict[str, Any] = {head: getattr(figure, head) for head in heads}
        for side, name in enumerate(SIDES):
            row |= spread(name, np.array(found[place, side]))
        rows.append(row)
    return pd.DataFrame(rows)
