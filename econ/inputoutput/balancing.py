"""Labelled tables made to meet new totals, aligned by label and refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.balancing_labels import (
    check_search,
    duplicate_labels,
    told,
    totals_by_label,
    unmet,
)
from econ.inputoutput.given import Block, amounts_of, as_typed, labelled
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types, choice
from econ.kernels.inputoutput.balancing import (
    MOST_ITERATIONS,
    TOLERANCE,
    NotBalancedError,
    gras,
    ras,
)
from econ.kernels.inputoutput.feasibility import balancing_faults

__all__ = ["BalancedTable", "balance"]

Array = npt.NDArray[np.float64]
Method = Literal["ras", "gras"]


@dataclass(frozen=True)
class BalancedTable:
    """A balanced table and how it was reached.

    Parameters
    ----------
    frame : pandas.DataFrame
    row_multipliers, column_multipliers : pandas.Series [-]
    iterations : int
    gap : float [-]
        Largest gap to a total, relative to the gross sum of its row or column.
    method : str
    """

    frame: pd.DataFrame
    row_multipliers: pd.Series[float]
    column_multipliers: pd.Series[float]
    iterations: int
    gap: float
    method: str


def balance(
    table: Block,
    row_totals: Block,
    column_totals: Block,
    *,
    method: Method = "gras",
    fixed: pd.DataFrame | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
    name: str = "table",
) -> BalancedTable:
    """Return the table closest to `table` that meets the totals.

    Parameters
    ----------
    table : pandas.DataFrame, shape (m, n) [money]
    row_totals : pandas.Series, shape (m,) [money]
    column_totals : pandas.Series, shape (n,) [money]
        Numbers without labels are in the order of the table.
    method : {"ras", "gras"}
        GRAS keeps the signs of negative cells; on a table without any it is RAS.
    fixed : pandas.DataFrame of bool, shape (m, n), optional
        Cells that keep their value.
    tolerance : float [-]
        Largest gap to a total, as `gap` has it; above zero and below 0.01.
    most_iterations : int
    name : str
        How errors call the table.

    Returns
    -------
    BalancedTable

    Raises
    ------
    InputError
        With every label that does not match and every total that cannot be met; or when an option
        is unknown or of another type.

    References
    ----------
    [miller_blair_2009], section 7.4; [junius_oosterhaven_2003].

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 1.0], "y": [1.0, 1.0]}, index=["a", "b"])
    >>> totals = pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"y": 2.0, "x": 2.0})
    >>> balance(table, *totals).frame
         x    y
    a  1.5  1.5
    b  0.5  0.5
    """
    choice(method, get_args(Method), "method", name)
    check_search(tolerance, most_iterations, name)
    frame = as_typed(labelled(table))
    check_types(name, {"table": (frame, pd.DataFrame), "fixed": (fixed, pd.DataFrame)}, ("fixed",))
    across = as_typed(amounts_of(row_totals, frame.index, "row totals", name))
    down = as_typed(amounts_of(column_totals, frame.columns, "column totals", name))
    series = {"row totals": (across, pd.Series), "column totals": (down, pd.Series)}
    check_types(name, series)
    rows, columns = labels_of(frame.index)[0], labels_of(frame.columns)[0]
    faults = [*duplicate_labels(rows, "row", name), *duplicate_labels(columns, "column", name)]
    cells, wrong = aligned(frame, rows, columns, "cells", name)
    u, wrong_rows = totals_by_label(across, rows, "row totals", name)
    v, wrong_columns = totals_by_label(down, columns, "column totals", name)
    faults += [*wrong, *wrong_rows, *wrong_columns]
    held = None
    if fixed is not None:
        mask, wrong = _mask(fixed, rows, columns, name)
        faults += wrong
        held = mask
    InputError.raise_if(faults)
    labels = {"row": rows, "column": columns}
    found_faults = balancing_faults(cells, u, v, signed=method == "gras", fixed=held)
    InputError.raise_if([told(fault, labels, name) for fault in found_faults])
    solve = ras if method == "ras" else gras
    try:
        found = solve(cells, u, v, fixed=held, tolerance=tolerance, most_iterations=most_iterations)
    except NotBalancedError as error:
        raise InputError([unmet(error, labels, name)]) from error
    return BalancedTable(
        frame=pd.DataFrame(found.matrix, index=frame.index, columns=frame.columns),
        row_multipliers=pd.Series(found.row_multipliers, index=frame.index),
        column_multipliers=pd.Series(found.column_multipliers, index=frame.columns),
        iterations=found.iterations,
        gap=max(found.row_gap, found.column_gap),
        method=method,
    )


# ---------------------------------------------------------------- supply and use


def _mask(
    fixed: pd.DataFrame, rows: list[str], columns: list[str], name: str
) -> tuple[npt.NDArray[np.bool_], list[Fault]]:
    mend = "write True for a cell that keeps its value, otherwise False"
    faults = [
        Fault(name, f"fixed {label}", "not true or false", mend, value=str(kind))
        for label, kind in zip(labels_of(fixed.columns)[0], fixed.dtypes, strict=True)
        if kind != np.dtype(bool)
    ]
    if faults:
        return np.zeros((0, 0), dtype=np.bool_), faults
    cells, faults = aligned(fixed.astype(float), rows, columns, "fixed", name)
    return cells > 0.0, faults
