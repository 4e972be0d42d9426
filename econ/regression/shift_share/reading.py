"""Shares and shocks as they come: long or wide, series, mapping or frame."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest

__all__ = ["SHOCKS", "SHOWN", "Cell", "Shares", "Shocks", "cell_name", "read_shares", "read_shocks"]

Array = npt.NDArray[np.float64]
Cell = tuple[Hashable, Hashable | None]

SHARES: Final = "shares"
SHOCKS: Final = "shocks"
# Shares are published rounded; sums above one by more are an error.
ROUNDING: Final = 1e-4
SHOWN: Final = 8


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares by unit and period, and by sector."""

    rows: tuple[Cell, ...]
    sectors: tuple[Cell, ...]
    matrix: Array


@dataclass(frozen=True, eq=False)
class Shocks:
    """Shocks by sector and period, and what else is said of them."""

    cells: tuple[Cell, ...]
    values: Array
    columns: Mapping[str, tuple[Hashable, ...]]


def cell_name(cell: Cell) -> str:
    """Return the name of a unit or sector and, where there is one, its period.

    Examples
    --------
    >>> cell_name(("C26", 2008)), cell_name(("C26", None))
    ('C26, 2008', 'C26')
    """
    return str(cell[0]) if cell[1] is None else f"{cell[0]}, {cell[1]}"


def read_shares(shares: pd.DataFrame, unit: str, sector: str, period: str, share: str) -> Shares:
    """Return shares in a matrix.

    Raises
    ------
    InputError
        With every share that is none, every unit that stands twice, every sum above one.
    """
    if not isinstance(shares, pd.DataFrame) or shares.empty:
        mend = "give a frame: a row for each unit and sector, or a column for each sector"
        raise InputError.one(SHARES, "", "no shares", mend, value=type(shares).__name__)
    long = bool(share) or (bool(sector) and sector in shares.columns)
    held = _long(shares, unit, sector, period, share) if long else _wide(shares, unit, period)
    InputError.raise_if(_faults_of_shares(held))
    return held


def _faults_of_shares(held: Shares) -> list[Fault]:
    matrix, rows, sectors = held.matrix, held.rows, held.sectors
    faults = []
    for problem, mend, wrong in (
        ("no value", "write zero where a unit has nothing of a sector", np.isnan(matrix)),
        ("share below zero", "give shares from zero to one", matrix < 0.0),
        ("share above one", "divide by the unit's total", matrix > 1.0 + ROUNDING),
    ):
        faults += [
            Fault(
                SHARES,
                cell_name(sectors[j]),
                problem,
                mend,
                cell_name(rows[i]),
                float(matrix[i, j]),
            )
            for i, j in np.argwhere(wrong)[:SHOWN]
        ]
    sums = np.nansum(matrix, axis=1)
    mend = "divide by the unit's total, or leave out a sector that contains others"
    if not faults:
        faults += [
            Fault(
                SHARES, "", "shares sum to more than one", mend, cell_name(rows[i]), float(sums[i])
            )
            for i in np.flatnonzero(sums > 1.0 + ROUNDING)[:SHOWN]
        ]
    return faults


def _long(shares: pd.DataFrame, unit: str, sector: str, period: str, share: str) -> Shares:
    named = {"unit": unit, "sector": sector, "share": share}
    faults = [
        Fault(SHARES, "", f"{what} not named", f"say {what}= with the name of a column")
        for what, name in named.items()
        if not name
    ]
    dated = bool(period) and period in shares.columns
    faults += [
        Fault(SHARES, name, "no such column", nearest(name, list(shares.columns)))
        for name in named.values()
        if name and name not in shares.columns
    ]
    InputError.raise_if(faults)
    units, known = pd.factorize(shares[unit])
    times, dates = pd.factorize(shares[period]) if dated else (np.zeros(len(shares), int), [None])
    rows, pairs = pd.factorize(units * len(dates) + times)
    of_units, of_times = list(known), list(dates)
    names: list[Cell] = [
        (of_units[int(pair) // len(of_times)], of_times[int(pair) % len(of_times)])
        for pair in pairs
    ]
    columns, sectors = pd.factorize(shares[sector])
    values = pd.to_numeric(shares[share], errors="coerce").to_numpy(dtype=np.float64)
    flat = rows * len(sectors) + columns
    twice = pd.Series(flat).duplicated().to_numpy()
    cells: list[Cell] = [(name, None) for name in sectors]
    faults = [
        Fault(
            SHARES,
            share,
            "unit and sector stand twice",
            "keep one row, or name the period",
            cell_name(names[rows[i]]),
            str(sectors[columns[i]]),
        )
        for i in np.flatnonzero(twice)[:SHOWN]
    ]
    faults += [
        Fault(SHARES, name, "no value", "name the unit and sector of every row", str(index))
        for name in (unit, sector, *([period] if dated else []))
        for index in shares.index[shares[name].isna()][:SHOWN]
    ]
    InputError.raise_if(faults)
    matrix = np.zeros((len(names), len(cells)))
    matrix[rows, columns] = values
    return Shares(tuple(names), tuple(cells), matrix)


def _wide(shares: pd.DataFrame, unit: str, period: str) -> Shares:
    keys = [name for name in (unit, period) if name and name in shares.columns]
    frame = shares.set_index(keys) if keys else shares
    if frame.index.nlevels > 2:
        mend = "index them by unit, or by unit and period"
        raise InputError.one(SHARES, "", "too many levels of the index", mend)
    if frame.index.nlevels == 2:
        rows: list[Cell] = [(head[0], head[1]) for head in frame.index]
    else:
        rows = [(head, None) for head in frame.index]
    twice = [row for row, again in zip(rows, frame.index.duplicated(), strict=True) if again]
    InputError.raise_if(
        [
            Fault(SHARES, "", "unit stands twice", "keep one row for each unit", cell_name(row))
            for row in twice[:SHOWN]
        ]
    )
    # Two levels of columns are period and sector, or sector and period, told apart by their names.
    if frame.columns.nlevels == 2:
        turned = str(frame.columns.names[0]) == period and bool(period)
        cells: list[Cell] = [
            (name[1], name[0]) if turned else (name[0], name[1]) for name in frame.columns
        ]
    else:
        cells = [(name, None) for name in frame.columns]
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    matrix = numbers.to_numpy(dtype=np.float64)
    return Shares(tuple(rows), tuple(cells), matrix)


def read_shocks(shocks: Any, sector: str, period: str, shock: str) -> Shocks | None:
    """Return shocks in an array, None where none are given.

    Raises
    ------
    InputError
        With every shock that is no number and every sector that stands twice.
    """
    if shocks is None:
        return None
    if isinstance(shocks, Mapping):
        shocks = pd.Series(dict(shocks), dtype=np.float64)
    columns: dict[str, tuple[Hashable, ...]] = {}
    if isinstance(shocks, pd.DataFrame):
        dated = bool(period) and period in shocks.columns
        wanted = [sector or "sector", shock or "shock"]
        InputError.raise_if(
            [
                Fault(SHOCKS, name, "no such column", nearest(name, list(shocks.columns)))
                for name in wanted
                if name not in shocks.columns
            ]
        )
        columns = {str(name): tuple(shocks[name]) for name in shocks.columns if name not in wanted}
        times: Iterable[Hashable | None] = shocks[period] if dated else [None] * len(shocks)
        cells: list[Cell] = list(zip(shocks[wanted[0]], times, strict=True))
        values = pd.to_numeric(shocks[wanted[1]], errors="coerce").to_numpy(dtype=np.float64)
    elif isinstance(shocks, pd.Series):
        if shocks.index.nlevels == 2:
            turned = bool(period) and str(shocks.index.names[0]) == period
            cells = [(key[1], key[0]) if turned else (key[0], key[1]) for key in shocks.index]
        else:
            cells = [(key, None) for key in shocks.index]
        values = pd.to_numeric(shocks, errors="coerce").to_numpy(dtype=np.float64)
    else:
        mend = "give a series by sector, a mapping, or a frame of sector and shock"
        raise InputError.one(SHOCKS, "", "no shocks", mend, value=type(shocks).__name__)
    faults = [
        Fault(SHOCKS, "", "no number", "give the shock, zero if there is none", cell_name(cells[i]))
        for i in np.flatnonzero(~np.isfinite(values))[:SHOWN]
    ]
    twice = pd.Index(cells, tupleize_cols=False).duplicated()
    mend = "keep one, or name the period"
    faults += [
        Fault(SHOCKS, "", "sector stands twice", mend, value=cell_name(cells[i]))
        for i in np.flatnonzero(twice)[:SHOWN]
    ]
    InputError.raise_if(faults)
    return Shocks(tuple(cells), values, columns)
