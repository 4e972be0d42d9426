"""Columns of numbers on disk, so that very many draws need little memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from econ.errors import InputError
from econ.quantity.correlations import clusters
from econ.quantity.design import uniforms
from econ.quantity.draws import Draws
from econ.study.study import Study

__all__ = ["drawn_columns", "new_columns"]

Array = npt.NDArray[np.float64]


def new_columns(path: Path, shape: tuple[int, ...]) -> Array:
    """Return an array of zeros in a file, which the system keeps in memory as it can.

    Parameters
    ----------
    path : Path
    shape : tuple of int
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made: Array = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=shape)
    return made


def drawn_columns(study: Study, names: Iterable[str], folder: Path) -> Draws:
    """Return draws whose values lie in files, one parameter made after the other.

    They are those of `Study.draws`: each parameter has a stream of its own.

    Parameters
    ----------
    study : Study
    names : iterable of str
        Parameters that will be asked for.
    folder : Path

    Raises
    ------
    InputError
        When the study samples by a sequence, which all parameters share.
    """
    settings, assumptions = study.file.study, study.assumptions
    if settings.sampling != "latin_hypercube":
        mend = 'write sampling = "latin_hypercube": a parameter then has a stream of its own'
        raise InputError.one(
            study.path.name, "sampling", "not for very many draws", mend, value=settings.sampling
        )
    wanted = sorted(set(names))
    together = [set(cluster) for cluster in clusters(assumptions.correlations)]
    groups = [cluster for cluster in together if cluster & set(wanted)]
    groups += [{name} for name in wanted if not any(name in cluster for cluster in together)]
    values: dict[str, Array] = {}
    for group in groups:
        pairs = [pair for pair in assumptions.correlations if set(pair.between) <= group]
        u = uniforms(sorted(group), pairs, study.seed, settings.draws)
        for name in sorted(group & set(wanted)):
            column = new_columns(folder / f"{name}.npy", (1 + settings.draws,))
            column[0] = assumptions[name].value
            column[1:] = assumptions.drawn(name).at(u[name])
            values[name] = column
    return Draws(values, seed=study.seed)
