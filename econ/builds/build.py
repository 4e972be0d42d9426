"""Build a study's report into a place: all of it, or nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

from econ.builds.lock import held
from econ.builds.log import Log, silent
from econ.builds.manifest import CODE, Manifest, check
from econ.builds.order import Built, Order
from econ.builds.place import MANIFEST, fresh_folder
from econ.builds.state import code, state_of, versions
from econ.builds.trouble import DamagedError, StorageError, of_a_store
from econ.builds.vintages import (
    drop_old,
    latest,
    next_vintage,
    study_folder,
    vintage_folder,
)
from econ.errors import InputError
from econ.stopping import finishing

__all__ = ["build"]

STATE = "state.json"


def build(order: Order, log: Log = silent) -> Built:
    """Build one study's report, or find that nothing it rests on has changed.

    Whatever happens on the way, the builds that stand are not touched; the new one appears as a
    whole at the end. What was finished before a build died is not computed again.

    Parameters
    ----------
    order : Order
    log : callable, optional
        Told every event with its facts.

    Returns
    -------
    Built

    Raises
    ------
    InputError
        When the study or its data are refused.
    BusyError
        When another build of the same study is at work.
    StorageError
        When the place cannot be read or written.
    """
    work = order.work / study_folder(order.name)
    with held(work / "lock", order.name, order.wait):
        log("started", study=order.name, out=order.out.root)
        try:
            if order.out.local:
                order.out.sweep(study_folder(order.name))
            found = _unchanged(order, work)
            built = found or _built(order, work, log)
            if order.keep is not None:
                for gone in drop_old(order.out, order.name, order.keep):
                    log("dropped", study=order.name, vintage=gone)
        except OSError as error:
            where = str(error.filename or f"{order.out.root} or {order.work}")
            raise StorageError.cannot("write", where, error) from error
        except Exception as error:
            if order.out.local or not of_a_store(error):
                raise
            raise StorageError.reached(order.out.root, error) from error
        log("built" if built.new else "unchanged", study=order.name, vintage=built.vintage)
        return built


def _state(order: Order) -> str:
    if not order.study.is_file():
        mend = "check the name; `econ report build` takes a study's name or the path of its file"
        raise InputError.one(str(order.study), "study", "no such study", mend)
    return state_of(order.study, order.data, {"draws": order.draws, "languages": order.languages})


def _unchanged(order: Order, work: Path) -> Built | None:
    """Return the last build where nothing it rests on changed and it is what it was."""
    try:
        last: dict[str, Any] = json.loads((work / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    vintage = str(last.get("vintage", ""))
    if (
        last.get("out") != order.out.root
        or order.vintage not in ("", vintage)
        or latest(order.out, order.name) != vintage
        or last.get("state") != _state(order)
    ):
        return None
    folder = vintage_folder(order.name, vintage)
    outputs: Mapping[str, str] = last.get("outputs", {})
    if not _holds(order, folder, outputs):
        return None
    return Built(order.name, vintage, folder, new=False)


def _built(order: Order, work: Path, log: Log) -> Built:
    from econ.builds.graph import Ledger, digest  # noqa: PLC0415  (not where nothing changed)
    from econ.builds.steps import files, study_graph  # noqa: PLC0415
    from econ.data.catalogue import Catalogue  # noqa: PLC0415
    from econ.data.store import sha256, write_text  # noqa: PLC0415
    from econ.report.language.catalogues import catalogue_files  # noqa: PLC0415
    from econ.report.page import pages_in  # noqa: PLC0415
    from econ.study.parts.answer import catalogues, inputs  # noqa: PLC0415
    from econ.study.study import Study  # noqa: PLC0415

    state = _state(order)
    study = Study.load(order.study, Catalogue.load(order.data))
    if order.draws is not None:
        study = study.with_draws(order.draws)
    begun = before = monotonic()

    def tell(step: str) -> None:
        nonlocal before
        now = monotonic()
        took, before = round(now - before, 3), now
        log("step", study=order.name, step=step, took=took, seconds=round(now - begun, 3))

    graph = study_graph(study, Ledger(work), tell, order.languages)
    named = files(order.languages)
    made = graph.run(named)
    outputs = {named[step]: content for step, content in made.items()}
    hashes = {name: digest(content) for name, content in sorted(outputs.items())}
    last = order.vintage or latest(order.out, order.name)
    folder = vintage_folder(order.name, last)
    if last and order.out.holds(folder) and _holds(order, folder, hashes):
        order.out.point(study_folder(order.name), f"vintage={last}")  # it may have died before
        write_text(_memory(order, state, last, hashes), work / STATE)
        return Built(order.name, last, folder, new=False, ran=tuple(graph.ran))
    vintage = next_vintage(order.out, order.name, order.vintage)
    folder = vintage_folder(order.name, vintage)
    spoken = [language.code for language in pages_in(order.languages).values()]
    reads = {named[step]: facts for step, facts in graph.rests(named).items()}
    rested = sorted({name for facts in reads.values() for name in facts} - {"program"})
    read = {**inputs(study), **catalogue_files(spoken, catalogues(study))}
    manifest = Manifest(
        study=order.name,
        vintage=vintage,
        draws=study.file.study.draws,
        seed=study.seed,
        inputs={name: sha256(path) for name, path in sorted(read.items())},
        outputs=hashes,
        reads=reads,
        versions=versions(),
        facts={CODE: code(), **{name: graph.facts.get(name, "") for name in rested}},
    )
    parent = order.out.path / study_folder(order.name) if order.out.local else work
    with fresh_folder(parent, vintage) as fresh:
        for name, content in outputs.items():
            _write(fresh / name, content)
        _write(fresh / MANIFEST, manifest.to_json())
        with finishing() if order.out.local else nullcontext():
            order.out.publish(fresh, folder)
            order.out.point(study_folder(order.name), f"vintage={vintage}")
            write_text(_memory(order, state, vintage, hashes), work / STATE)
    return Built(order.name, vintage, folder, new=True, ran=tuple(graph.ran))


def _holds(order: Order, folder: str, outputs: Mapping[str, str]) -> bool:
    """Return whether a build is whole and holds exactly these outputs."""
    try:
        return check(order.out, folder).outputs == outputs
    except (DamagedError, InputError):
        return False


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _memory(order: Order, state: str, vintage: str, outputs: Mapping[str, str]) -> str:
    """Return what the next build needs to tell at once that nothing changed."""
    held = {"out": order.out.root, "state": state, "vintage": vintage, "outputs": outputs}
    return json.dumps(held)
