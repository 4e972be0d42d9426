"""The cells of a labelled frame in the order a table asks for, and what does not match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, nearest
from econ.inputoutput.levels import labels_of
from econ.inputoutput.totals import TOTAL, looks_like_total

__all__ = ["aligned"]

Array = npt.NDArray[np.float64]
# Booleans, dates, spans of time and complex numbers would pass for amounts.
NEVER_NUMBERS: Final = "bMmc"


def aligned(
    frame: pd.DataFrame,
    rows: Sequence[str] | None,
    columns: Sequence[str] | None,
    what: str,
    name: str,
) -> tuple[Array, list[Fault]]:
    """Return the cells of a frame in the order asked for, and what does not match.

    Parameters
    ----------
    frame : pandas.DataFrame
    rows, columns : sequence of str or None
        Labels wanted; None takes the frame's own.
    what : str
        How errors call the block.
    name : str
        How errors call the table.

    Returns
    -------
    tuple of ndarray and list of Fault
        Without copying where the labels stand in order already.
    """
    faults: list[Fault] = []
    places: list[list[int] | None] = []
    for side, wanted, index in (
        ("row", rows, frame.index),
        ("column", columns, frame.columns),
    ):
        have, _ = labels_of(index)
        if wanted is None or have == list(wanted):
            places.append(None)
            continue
        position = {label: place for place, label in enumerate(have)}
        faults += [
            Fault(name, f"{what} {side}", "duplicate label", "merge or rename it", value=label)
            for label in dict.fromkeys(x for x in have if have.count(x) > 1)
        ]
        faults += [
            Fault(name, f"{what} {side}", "label missing", "add it", value=label)
            for label in wanted
            if label not in position
        ]
        known = set(wanted)
        faults += [
            Fault(name, f"{what} {side}", TOTAL, "leave it out, sums are computed", value=label)
            if looks_like_total(label)
            else Fault(name, f"{what} {side}", "unknown label", nearest(label, wanted), value=label)
            for label in have
            if label not in known
        ]
        places.append([position.get(label, 0) for label in wanted])
    cells, wrong = _numbers(frame, what, name)
    if faults or wrong:
        return np.zeros((0, 0)), faults + wrong
    down, across = places
    if down is not None:
        cells = cells[down]
    if across is not None:
        cells = cells[:, across]
    return cells, []


def _numbers(frame: pd.DataFrame, what: str, name: str) -> tuple[Array, list[Fault]]:
    text = [place for place, kind in enumerate(frame.dtypes) if kind.kind not in "fiu"]
    faults = []
    for place in text:
        column = frame.iloc[:, place]
        if column.dtype.kind in NEVER_NUMBERS:
            problem, mend = "not a column of numbers", "give amounts"
            label = str(frame.columns[place])
            faults.append(Fault(name, f"{what} {label}", problem, mend, value=str(column.dtype)))
            continue
        numbers = pd.to_numeric(column, errors="coerce")
        flags = column.map(lambda cell: isinstance(cell, bool | np.bool_)).to_numpy(dtype=bool)
        for row in np.flatnonzero((numbers.isna() & column.notna()).to_numpy() | flags):
            label, value = labels_of(frame.index[[int(row)]])[0][0], column.iloc[row]
            problem, mend = "not a number", "write it with a decimal point, without separators"
            faults.append(
                Fault(name, f"{what} {frame.columns[place]}", problem, mend, label, value)
            )
    if faults:
        return np.zeros((0, 0)), faults
    if text:
        frame = frame.apply(pd.to_numeric)
    cells: Array = frame.to_numpy(dtype=np.float64)
    return cells, []
