"""What may be drawn: rows of one unit, each with its interval, from a table that has sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError, nearest

__all__ = ["drawable"]

MOST: Final = 5


def drawable(
    table: pd.DataFrame,
    name: str,
    columns: Sequence[str] | Mapping[str, tuple[str, str]],
    *,
    unit: str = "unit",
) -> str:
    """Return the unit of rows that may be drawn.

    Parameters
    ----------
    table : pandas.DataFrame
        The rows to draw, of a table that `econ.report.tables.TABLES` made.
    name : str
        Of the table, for what is refused.
    columns : sequence of str, or mapping of str to pair of str
        The numbers to draw; ``x`` has its interval in ``x_low`` and ``x_high`` where it does not
        say otherwise.
    unit : str
        The column of the unit, or the unit itself where the table has no such column.

    Raises
    ------
    InputError
        Naming the table: for a number without its interval, or outside of it, for mixed units, and
        for a table without sources.
    """
    ends = (
        dict(columns)
        if isinstance(columns, Mapping)
        else {column: (f"{column}_low", f"{column}_high") for column in columns}
    )
    faults = [
        Fault(name, column, "no such column", nearest(column, list(map(str, table))))
        for column, pair in ends.items()
        for column in (column, *pair)
        if column not in table
    ]
    InputError.raise_if(faults)
    for column, (low, high) in ends.items():
        value, below, above = (table[x].to_numpy(dtype=float) for x in (column, low, high))
        bare = ~(np.isfinite(below) & np.isfinite(above)) | ~np.isfinite(value)
        apart = ~bare & ((value < below) | (value > above))
        mend = "give it the ends of its interval"
        faults += [
            Fault(name, column, "no interval", mend, row=str(row))
            for row in table.index[bare][:MOST]
        ]
        faults += [
            Fault(name, column, "outside of its interval", "give low <= value <= high", str(row))
            for row in table.index[apart][:MOST]
        ]
    units = list(dict.fromkeys(map(str, table[unit]))) if unit in table else [unit]
    if len(units) != 1:
        mend = "draw one unit at a time"
        faults.append(Fault(name, "unit", "mixed units", mend, value=", ".join(units)))
    if not table.attrs.get("sources"):
        mend = "make it by econ.report.tables.TABLES, of a study whose data name their sources"
        faults.append(Fault(name, "", "no source", mend))
    InputError.raise_if(faults)
    return units[0]
