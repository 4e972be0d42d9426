"""`balance`: a labelled table made to meet new totals, aligned by label and refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.reading import aligned, labels_of
from econ.kernels.balancing import (
    MOST_ITERATIONS,
    TOLERANCE,
    BalancingFault,
    balancing_faults,
    gras,
    ras,
)

__all__ = ["BalancedTable", "balance"]


@dataclass(frozen=True)
class BalancedTable:
    """A balanced table and how it was reached.

    Parameters
    ----------
    frame : pandas.DataFrame
    row_multipliers, column_multipliers : pandas.Series [-]
    iterations : int
    gap : float [-]
        Largest gap to a total, relative to the largest total.
    method : str
    """

    frame: pd.DataFrame
    row_multipliers: pd.Series[float]
    column_multipliers: pd.Series[float]
    iterations: int
    gap: float
    method: str


def balance(
    table: pd.DataFrame,
    row_totals: pd.Series[float],
    column_totals: pd.Series[float],
    *,
    method: Literal["ras", "gras"] = "gras",
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
    method : {"ras", "gras"}
        GRAS keeps the signs of negative cells; on a table without any it is RAS.
    fixed : pandas.DataFrame of bool, shape (m, n), optional
        Cells that keep their value.
    tolerance : float [-]
    most_iterations : int
    name : str
        How errors call the table.

    Returns
    -------
    BalancedTable

    Raises
    ------
    InputError
        With every label that does not match and every total that cannot be met.

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
    rows, _ = labels_of(table.index)
    columns, _ = labels_of(table.columns)
    cells, faults = aligned(table, rows, columns, "cells", name)
    down, wrong = aligned(row_totals.to_frame("total"), rows, ["total"], "row totals", name)
    faults += wrong
    across, wrong = aligned(
        column_totals.to_frame("total"), columns, ["total"], "column totals", name
    )
    faults += wrong
    held = None
    if fixed is not None:
        mask, wrong = aligned(fixed.astype(float), rows, columns, "fixed", name)
        faults += wrong
        held = mask > 0.0
    InputError.raise_if(faults)
    u, v = down[:, 0], across[:, 0]
    free = cells if held is None else np.where(held, 0.0, cells)
    kept = cells - free
    labels = {"row": rows, "column": columns, "table": [name]}
    mend = "mend the total, or let cells be other than zero"
    InputError.raise_if(
        [
            Fault(name, fault.axis, fault.problem, mend, value=_told(labels, fault))
            for fault in balancing_faults(
                free, u - kept.sum(axis=1), v - kept.sum(axis=0), signed=method == "gras"
            )
        ]
    )
    solve = {"ras": ras, "gras": gras}[method]
    try:
        found = solve(cells, u, v, fixed=held, tolerance=tolerance, most_iterations=most_iterations)
    except ValueError as error:
        raise InputError.one(name, "totals", str(error), mend) from error
    return BalancedTable(
        frame=pd.DataFrame(found.matrix, index=table.index, columns=table.columns),
        row_multipliers=pd.Series(found.row_multipliers, index=table.index),
        column_multipliers=pd.Series(found.column_multipliers, index=table.columns),
        iterations=found.iterations,
        gap=max(found.row_gap, found.column_gap),
        method=method,
    )


def _told(labels: dict[str, list[str]], fault: BalancingFault) -> str:
    if fault.position < 0:
        return f"{fault.value:.6g}"
    return f"{labels[fault.axis][fault.position]} {fault.value:.6g}"
