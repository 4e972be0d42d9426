"""What a table must meet to be balanced, and every reason why it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "BalancingFault",
    "BalancingProblem",
    "balancing_faults",
    "balancing_problem",
    "signed_sums",
]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Sums of row and of column totals that differ by no more than this are rounding: the columns give.
SLACK: Final = 1e-9
# A total less its fixed cells is zero when it is smaller than the rounding of the subtraction.
ROUNDING: Final = float(16 * np.finfo(np.float64).eps)


@dataclass(frozen=True)
class BalancingFault:
    """Why a table cannot be balanced.

    Parameters
    ----------
    axis : str
        ``row``, ``column`` or ``table``; of supply and use ``product``, ``use``, ``industry``,
        ``imports`` or ``table``.
    position : int
        Of the row or column; -1 for the whole table.
    value : float
    problem : str
    """

    axis: str
    position: int
    value: float
    problem: str


@dataclass(frozen=True)
class BalancingProblem:
    """The cells that may change, and what they have to sum to.

    Parameters
    ----------
    positive : ndarray, shape (m, n) [money]
        Cells above zero.
    negative : ndarray, shape (m, n) [money], optional
        Cells below zero, without their sign; None when there are none.
    row_totals : ndarray, shape (m,) [money]
        Less the fixed cells.
    column_totals : ndarray, shape (n,) [money]
        Less the fixed cells.
    live_rows : ndarray, shape (m,) [-]
        0 for a row that must become zero, otherwise 1: its total is zero and its cells have one
        sign, or had two only by cells that must become zero themselves.
    live_columns : ndarray, shape (n,) [-]
    """

    positive: Array
    negative: Array | None
    row_totals: Array
    column_totals: Array
    live_rows: Array
    live_columns: Array


@dataclass(frozen=True)
class SignedSums:
    """Sums of the positive and of the negative cells, both without sign.

    Parameters
    ----------
    rows, negative_rows : ndarray, shape (m,) [money]
    columns, negative_columns : ndarray, shape (n,) [money]
    """

    rows: Array
    negative_rows: Array
    columns: Array
    negative_columns: Array


def balancing_problem(
    matrix: Array, row_totals: Array, column_totals: Array, fixed: Mask | None = None
) -> BalancingProblem:
    """Return the cells that may change, and what the fixed ones leave of the totals.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
    row_totals : ndarray, shape (m,) [money]
    column_totals : ndarray, shape (n,) [money]
    fixed : ndarray of bool, shape (m, n), optional
        Cells that keep their value.

    Returns
    -------
    BalancingProblem

    References
    ----------
    [miller_blair_2009], section 7.4 (additional exogenous information); Own definition: the rows
    that must become zero.

    Examples
    --------
    >>> held = np.array([[True, False], [False, False]])
    >>> found = balancing_problem(np.ones((2, 2)), np.full(2, 3.0), np.full(2, 3.0), held)
    >>> found.positive.tolist(), found.row_totals.tolist()
    ([[0.0, 1.0], [1.0, 1.0]], [2.0, 3.0])
    """
    cells, u, v = (np.asarray(x, dtype=np.float64) for x in (matrix, row_totals, column_totals))
    if fixed is not None:
        held = np.where(fixed, cells, 0.0)
        cells, u, v = np.where(fixed, 0.0, cells), _left(u, held, 1), _left(v, held, 0)
    up, down = cells, None
    if cells.min(initial=0.0) < 0.0:
        up, down = np.maximum(cells, 0.0), np.maximum(-cells, 0.0)
    rows, columns = _live(up, down, u, v)
    return BalancingProblem(up, down, u, v, rows, columns)


def signed_sums(positive: Array, negative: Array | None, rows: Array, columns: Array) -> SignedSums:
    """Return sums of positive and of negative cells, weighted by row and by column.

    Parameters
    ----------
    positive : ndarray, shape (m, n) [money]
    negative : ndarray, shape (m, n) [money] or None
        Without their sign.
    rows : ndarray, shape (m,) [-]
        Weights in the sums of columns.
    columns : ndarray, shape (n,) [-]
        Weights in the sums of rows.

    Returns
    -------
    SignedSums

    References
    ----------
    Own definition: the sums that the conditions of [temurshoev_miller_bouwmeester_2013] need.

    Examples
    --------
    >>> found = signed_sums(np.array([[2.0, 0.0]]), np.array([[0.0, 1.0]]), np.ones(1), np.ones(2))
    >>> found.rows.tolist(), found.negative_rows.tolist()
    ([2.0], [1.0])
    """
    if negative is None:
        return SignedSums(
            positive @ columns, np.zeros(rows.size), rows @ positive, np.zeros(columns.size)
        )
    return SignedSums(positive @ columns, negative @ columns, rows @ positive, rows @ negative)


def balancing_faults(
    matrix: Array,
    row_totals: Array,
    column_totals: Array,
    *,
    signed: bool,
    fixed: Mask | None = None,
) -> list[BalancingFault]:
    """Return every reason why the totals cannot be met, before any iteration.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
    row_totals : ndarray, shape (m,) [money]
    column_totals : ndarray, shape (n,) [money]
    signed : bool
        Whether cells and totals may be negative (GRAS).
    fixed : ndarray of bool, shape (m, n), optional
        Cells that keep their value; what they leave of the totals is examined.

    Returns
    -------
    list of BalancingFault

    References
    ----------
    [miller_blair_2009], section 7.4; Own definition: the conditions that are checked.

    Examples
    --------
    >>> cells = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> [f.problem for f in balancing_faults(cells, np.ones(2), np.ones(2), signed=False)]
    ['all zero, but its total is not']
    """
    shape = (np.size(row_totals), np.size(column_totals))
    shapes = {"table": np.shape(matrix), "fixed": shape if fixed is None else fixed.shape}
    for what, found in shapes.items():
        if found != shape:
            problem = f"{what} of shape {found} for {shape[0]} and {shape[1]} totals"
            return [BalancingFault("table", -1, 0.0, problem)]
    faults: list[BalancingFault] = []
    for axis, totals, side in (("row", row_totals, 1), ("column", column_totals, 0)):
        wrong = ~np.isfinite(totals) | ~np.isfinite(np.asarray(matrix)).all(axis=side)
        faults += _named(axis, totals, wrong, "not finite")
    if faults:
        return faults
    return _infeasible(balancing_problem(matrix, row_totals, column_totals, fixed), signed=signed)


def _left(totals: Array, held: Array, side: int) -> Array:
    left = totals - held.sum(axis=side)
    # A row that is fixed as a whole must not fail by the last digit of its sum.
    rounding = ROUNDING * (np.abs(totals) + np.abs(held).sum(axis=side))
    return np.where(np.abs(left) <= rounding, 0.0, left)


def _live(up: Array, down: Array | None, u: Array, v: Array) -> tuple[Array, Array]:
    rows, columns = np.ones(u.size), np.ones(v.size)
    if (u != 0.0).all() and (v != 0.0).all():
        return rows, columns
    while True:
        sums = signed_sums(up, down, rows, columns)
        row = (rows > 0.0) & (u == 0.0) & ((sums.rows > 0.0) != (sums.negative_rows > 0.0))
        signs = (sums.columns > 0.0) != (sums.negative_columns > 0.0)
        column = (columns > 0.0) & (v == 0.0) & signs
        if not (row.any() or column.any()):
            return rows, columns
        rows, columns = np.where(row, 0.0, rows), np.where(column, 0.0, columns)


def _infeasible(problem: BalancingProblem, *, signed: bool) -> list[BalancingFault]:
    faults: list[BalancingFault] = []
    up, down = problem.positive, problem.negative
    u, v = problem.row_totals, problem.column_totals
    sums = signed_sums(up, down, problem.live_rows, problem.live_columns)
    for axis, side, totals, above, below in (
        ("row", 1, u, sums.rows, sums.negative_rows),
        ("column", 0, v, sums.columns, sums.negative_columns),
    ):
        positive, negative = totals > 0.0, totals < 0.0
        if signed:
            no_up, no_down = (above == 0.0) & (below > 0.0), (below == 0.0) & (above > 0.0)
            problems = [
                (positive & no_up, "no positive cell for a positive total"),
                (negative & no_down, "no negative cell for a negative total"),
            ]
        else:
            lower = np.zeros(totals.size, bool) if down is None else (down > 0.0).any(axis=side)
            problems = [(lower, "negative cells; use GRAS"), (negative, "negative total")]
        nothing = (totals != 0.0) & (above == 0.0) & (below == 0.0)
        for wrong, said in [*problems, (nothing, "all zero, but its total is not")]:
            faults += _named(axis, totals, wrong, said)
    gap = float(u.sum() - v.sum())
    if abs(gap) > SLACK * max(np.abs(u).sum(), np.abs(v).sum()):
        faults.append(BalancingFault("table", -1, gap, "row and column totals sum differently"))
    return faults


def _named(axis: str, totals: Array, wrong: Mask, problem: str) -> list[BalancingFault]:
    return [
        BalancingFault(axis, int(place), float(totals[place]), problem)
        for place in np.flatnonzero(wrong)
    ]
