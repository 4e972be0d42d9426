"""Shares and shocks in one matrix: who is exposed to which shock, and how much."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.regression.shift_share.reading import (
    SHOCKS,
    SHOWN,
    Cell,
    cell_name,
    read_shares,
    read_shocks,
)

__all__ = ["Exposure"]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Exposure:
    """Who is exposed to which shock, and how much.

    Parameters
    ----------
    rows : tuple of (unit, period), n
        Period is None where shares have none.
    cells : tuple of (sector, period), k
        Period is None where shocks have none.
    shares : ndarray, shape (n, k)
    shocks : ndarray, shape (k,), optional
    columns : mapping of str to tuple, shape (k,)
        Further columns of the shocks, by which errors may be clustered.
    """

    rows: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    shares: Array
    shocks: Array | None
    columns: Mapping[str, tuple[Hashable, ...]]

    @property
    def by_period(self) -> bool:
        """Whether shocks differ from period to period."""
        return any(period is not None for _, period in self.cells)

    @property
    def dated(self) -> bool:
        """Whether shares differ from period to period."""
        return any(period is not None for _, period in self.rows)

    @classmethod
    def read(
        cls,
        shares: pd.DataFrame,
        shocks: pd.Series[Any] | pd.DataFrame | Mapping[Any, float] | None,
        *,
        unit: str = "",
        sector: str = "",
        period: str = "",
        share: str = "",
        shock: str = "",
    ) -> Exposure:
        """Read shares and shocks, long or wide; parameters as of `ShiftShare`.

        Raises
        ------
        InputError
            With every share that is no share, every sum above one, and every sector without a
            shock.
        """
        held = read_shares(shares, unit, sector, period, share)
        given = read_shocks(shocks, sector, period, shock)
        if given is None:
            return cls(held.rows, held.sectors, held.matrix, None, {})
        place = {name: j for j, name in enumerate(held.sectors)}
        InputError.raise_if(_unmet(held.rows, place, held.matrix, given.cells)[:SHOWN])
        periods = np.array([row[1] for row in held.rows], dtype=object)
        rows_of = {now: _at(periods, now) for now in dict.fromkeys(c[1] for c in given.cells)}
        matrix = np.zeros((len(held.rows), len(given.cells)))
        for j, (sector_name, now) in enumerate(given.cells):
            if (sector_name, now) in place:
                matrix[:, j] = held.matrix[:, place[sector_name, now]]
            elif (sector_name, None) in place:
                own = rows_of[now]
                matrix[own, j] = held.matrix[own, place[sector_name, None]]
        return cls(held.rows, given.cells, matrix, given.values, given.columns)

    def at(self, units: Sequence[Hashable], periods: Sequence[Hashable] | None) -> Array:
        """Return the shares of the rows of a data set, shape (m, k).

        Raises
        ------
        InputError
            With units of the data that have no shares, or periods without shocks.
        """
        place = {row: i for i, row in enumerate(self.rows)}
        times = periods if periods is not None and self.dated else [None] * len(units)
        wanted = list(zip(units, times, strict=True))
        lost = [row for row in dict.fromkeys(wanted) if row not in place][:SHOWN]
        known = [cell_name(row) for row in self.rows] if lost else []
        faults = [
            Fault("data", "", "unit without shares", nearest(name, known), value=name)
            for name in map(cell_name, lost)
        ]
        if self.by_period and periods is not None:
            there = dict.fromkeys(period for _, period in self.cells)
            faults += [
                Fault("data", "", "no shocks in this period", nearest(now, there), value=now)
                for now in dict.fromkeys(periods)
                if now not in there
            ]
        InputError.raise_if(faults)
        found = self.shares[[place[row] for row in wanted]]
        if periods is None or not self.by_period or self.dated:
            return found
        # Shares of a base period meet the shocks of each row's own period.
        cells = np.array([period for _, period in self.cells], dtype=object)
        cells_of = {now: _at(cells, now) for now in dict.fromkeys(periods)}
        own = np.array([cells_of[now] for now in periods])
        return np.where(own, found, 0.0)

    @staticmethod
    def read_unit_shocks(
        frame: pd.DataFrame,
        cells: Sequence[Cell],
        units: Sequence[Hashable],
        periods: Sequence[Hashable] | None,
    ) -> Array:
        """Return shocks that differ from unit to unit, shape (m, k), for the rows of a data set.

        Raises
        ------
        InputError
            With every sector or unit that is missing.
        """
        dated = frame.index.nlevels == 2
        by_period = frame.columns.nlevels == 2
        wanted = list(zip(units, periods or [], strict=True)) if dated else list(units)
        names = [cell if by_period else cell[0] for cell in cells]
        faults = [
            Fault("unit_shocks", "", f"no such {what}", "add it", value=str(name))
            for what, asked, held in (
                ("unit", wanted, frame.index),
                ("sector", names, frame.columns),
            )
            for name in list(dict.fromkeys(n for n in asked if n not in held))[:SHOWN]
        ]
        InputError.raise_if(faults)
        rows = frame.index.get_indexer(pd.Index(wanted))
        columns = frame.columns.get_indexer(pd.Index(names))
        chosen = frame.to_numpy(dtype=np.float64)[np.ix_(rows, columns)]
        return np.asarray(np.nan_to_num(chosen), dtype=np.float64)


def _at(periods: npt.NDArray[Any], now: Hashable) -> Mask:
    if now is None:
        return np.ones(len(periods), dtype=bool)
    return np.array([period is None or period == now for period in periods], dtype=bool)


def _unmet(
    rows: Sequence[Cell], place: Mapping[Cell, int], matrix: Array, cells: Sequence[Cell]
) -> list[Fault]:
    """Return a fault for each sector to which somebody is exposed and which has no shock."""
    given = set(cells)
    of_shocks = dict.fromkeys(period for _, period in cells)
    of_rows = dict.fromkeys(period for _, period in rows)
    by_period = tuple(of_shocks) != (None,)
    wanted = of_rows if by_period and tuple(of_rows) != (None,) else of_shocks
    periods = np.array([row[1] for row in rows], dtype=object)
    used = {now: (matrix[_at(periods, now)] != 0.0).any(axis=0) for now in wanted}
    lost = [
        (name, now if own is None and by_period else own)
        for (name, own), j in place.items()
        for now in wanted
        if used[now][j] and (name, now if own is None and by_period else own) not in given
    ]
    known = [cell_name(cell) for cell in cells] if lost else []
    return [
        Fault(
            SHOCKS,
            "",
            "no shock for this sector",
            f"give it, zero if there was none; {nearest(name, known)}",
            value=name,
        )
        for name in map(cell_name, dict.fromkeys(lost))
    ]
