"""Jobs by place and sector, differenced over initial employment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.shift_share import leave_one_out_growth
from econ.regression.panel.panel import Panel, missing_columns

__all__ = ["Change", "changes_of", "column_of_sector", "spans_of"]

Array = npt.NDArray[np.float64]
SHOWN = 8


@dataclass(frozen=True, eq=False)
class Change:
    """Jobs of all units at the start and at the end of one period.

    Parameters
    ----------
    start, end : object
        Times, as in the panel.
    units : tuple, n
    before, after : mapping of str to ndarray, shape (n,) [persons, in any scale]
        By sector.
    total : ndarray, shape (n,) [as before]
        All jobs at the start.
    others : pandas.DataFrame
        What else the panel holds at the start, a row for each unit.
    """

    start: Any
    end: Any
    units: tuple[Any, ...]
    before: Mapping[str, Array]
    after: Mapping[str, Array]
    total: Array
    others: pd.DataFrame

    def matrix(self, sectors: Sequence[str], *, after: bool = False) -> Array:
        """Return jobs by unit and sector, shape (n, k)."""
        held = self.after if after else self.before
        return np.column_stack([held[sector] for sector in sectors])

    def growth_elsewhere(self, sectors: Sequence[str]) -> Array:
        """Return each sector's growth in all other units, shape (n, k); zero where it has none."""
        growth = leave_one_out_growth(self.matrix(sectors), self.matrix(sectors, after=True))
        return np.nan_to_num(growth)

    def growth(self, sectors: Sequence[str]) -> Array:
        """Return each sector's growth in all units together, shape (k,); zero where it had none."""
        before = self.matrix(sectors).sum(axis=0)
        after = self.matrix(sectors, after=True).sum(axis=0)
        return np.where(before > 0.0, after / np.where(before > 0.0, before, 1.0) - 1.0, 0.0)


def column_of_sector(sector: str, measure: str, columns: Sequence[str]) -> str:
    """Return the column of a sector: its own name, or the measure's name before it.

    Examples
    --------
    >>> column_of_sector("B-E", "employment", ["region", "employment_B_E"])
    'employment_B_E'
    """
    plain = "".join(letter if letter.isalnum() else "_" for letter in sector)
    for name in (sector, f"{measure}_{sector}", f"{measure}_{plain}"):
        if name in columns:
            return name
    return f"{measure}_{plain}"


def spans_of(panel: Panel, start: Any, end: Any, *, stacked: bool) -> list[tuple[Any, Any]]:
    """Return the periods of the differences: one, or all between neighbouring times.

    Raises
    ------
    InputError
        When a time is not in the panel, or the end does not come after the start.
    """
    times = sorted(panel.frame[panel.time].unique())
    first = times[0] if start is None else start
    last = times[-1] if end is None else end
    InputError.raise_if(
        [
            Fault("panel", panel.time, "no such time", nearest(time, times), value=time)
            for time in (first, last)
            if time not in times
        ]
    )
    inside = [time for time in times if first <= time <= last]
    if len(inside) < 2:
        mend = "give a panel with an earlier and a later time"
        raise InputError.one("panel", panel.time, "no change between two times", mend, value=first)
    return list(pairwise(inside)) if stacked else [(first, last)]


def changes_of(
    panel: Panel, sectors: Sequence[str], measure: str, spans: Sequence[tuple[Any, Any]]
) -> list[Change]:
    """Return jobs before and after, of every unit and sector.

    Raises
    ------
    InputError
        With every unknown sector, and every unit without a figure or without jobs.
    """
    frame, columns = panel.frame, list(panel.frame.columns)
    named = {sector: column_of_sector(sector, measure, columns) for sector in sectors}
    InputError.raise_if(missing_columns(frame, (measure, *named.values())))
    used = list(dict.fromkeys(time for span in spans for time in span))
    wide = {
        name: frame.pivot(index=panel.unit, columns=panel.time, values=name)[used].apply(
            pd.to_numeric, errors="coerce"
        )
        for name in (measure, *named.values())
    }
    faults = []
    for name, table in wide.items():
        for unit, time in zip(*np.nonzero(~np.isfinite(table.to_numpy(float))), strict=True):
            faults.append(
                Fault(
                    "panel",
                    name,
                    f"no figure in {used[int(time)]}",
                    "fill it, or leave the unit out",
                    str(table.index[int(unit)]),
                )
            )
    for unit in wide[measure].index[(wide[measure] <= 0.0).any(axis=1)]:
        mend = "leave the unit out"
        faults.append(Fault("panel", measure, "no jobs", mend, str(unit)))
    InputError.raise_if(faults[:SHOWN])
    kept = [name for name in columns if name not in wide and name not in (panel.unit, panel.time)]
    found = []
    for start, end in spans:
        rows = frame[frame[panel.time] == start].set_index(panel.unit)
        units = wide[measure].index
        found.append(
            Change(
                start=start,
                end=end,
                units=tuple(units),
                before={s: wide[c][start].to_numpy(dtype=np.float64) for s, c in named.items()},
                after={s: wide[c][end].to_numpy(dtype=np.float64) for s, c in named.items()},
                total=wide[measure][start].to_numpy(dtype=np.float64),
                others=rows.loc[units, kept],
            )
        )
    return found
