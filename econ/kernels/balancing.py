"""RAS and GRAS: a table made to meet new totals, with what the balancing did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "Balanced",
    "BalancingFault",
    "balancing_faults",
    "gras",
    "ras",
]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Largest gap between a balanced row or column and its total, relative to the largest total.
TOLERANCE: Final = 1e-10
MOST_ITERATIONS: Final = 10_000


@dataclass(frozen=True)
class BalancingFault:
    """Why a table cannot be balanced.

    Parameters
    ----------
    axis : {"row", "column", "table"}
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
class Balanced:
    """A balanced table and how it was reached.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
    row_multipliers : ndarray, shape (m,) [-]
        r; in GRAS negative cells are divided by it.
    column_multipliers : ndarray, shape (n,) [-]
        s.
    iterations : int
    row_gap, column_gap : float [-]
        Largest gap to a total, relative to the largest total.
    """

    matrix: Array
    row_multipliers: Array
    column_multipliers: Array
    iterations: int
    row_gap: float
    column_gap: float


def balancing_faults(
    matrix: Array, row_totals: Array, column_totals: Array, *, signed: bool, slack: float = 1e-9
) -> list[BalancingFault]:
    """Return every reason why the totals cannot be met, before any iteration.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
    row_totals : ndarray, shape (m,) [money]
    column_totals : ndarray, shape (n,) [money]
    signed : bool
        Whether cells and totals may be negative (GRAS).
    slack : float [share]
        By how much the two sums of totals may differ.

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
    faults: list[BalancingFault] = []
    if matrix.shape != (row_totals.size, column_totals.size):
        problem = f"shape {matrix.shape} for {row_totals.size} and {column_totals.size} totals"
        return [BalancingFault("table", -1, 0.0, problem)]
    finite = np.isfinite(matrix)
    for axis, totals, side in (("row", row_totals, 1), ("column", column_totals, 0)):
        cells_finite = finite.all(axis=side)
        faults += [
            BalancingFault(axis, int(place), float(totals[place]), "not finite")
            for place in np.flatnonzero(~np.isfinite(totals) | ~cells_finite)
        ]
    if faults:
        return faults
    positive, negative = np.maximum(matrix, 0.0), np.minimum(matrix, 0.0)
    for axis, totals, side in (("row", row_totals, 1), ("column", column_totals, 0)):
        up, down = positive.sum(axis=side), negative.sum(axis=side)
        if not signed:
            problems = [(down < 0, "negative cells; use GRAS"), (totals < 0, "negative total")]
        else:
            problems = [
                ((totals > 0) & (up == 0) & (down < 0), "no positive cell for a positive total"),
                ((totals < 0) & (down == 0) & (up > 0), "no negative cell for a negative total"),
            ]
        problems.append(((totals != 0) & (up == 0) & (down == 0), "all zero, but its total is not"))
        faults += [
            BalancingFault(axis, int(place), float(totals[place]), problem)
            for wrong, problem in problems
            for place in np.flatnonzero(wrong)
        ]
    gap = float(row_totals.sum() - column_totals.sum())
    size = max(np.abs(row_totals).sum(), np.abs(column_totals).sum())
    if abs(gap) > slack * size:
        faults.append(BalancingFault("table", -1, gap, "row and column totals sum differently"))
    return faults


def ras(
    matrix: Array,
    row_totals: Array,
    column_totals: Array,
    *,
    fixed: Mask | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
) -> Balanced:
    """Return the biproportional table ``diag(r) A diag(s)`` that meets both totals.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
        Not negative.
    row_totals : ndarray, shape (m,) [money]
    column_totals : ndarray, shape (n,) [money]
    fixed : ndarray of bool, shape (m, n), optional
        Cells that keep their value.
    tolerance : float [-]
    most_iterations : int

    Returns
    -------
    Balanced

    Raises
    ------
    ValueError
        When the totals cannot be met, or are not within the iterations given.

    References
    ----------
    [miller_blair_2009], section 7.4.1.

    Examples
    --------
    >>> found = ras(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([3.0, 1.0]), np.array([2.0, 2.0]))
    >>> found.matrix.tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    held, free, u, v = _without_fixed(matrix, row_totals, column_totals, fixed)
    _refuse(balancing_faults(free, u, v, signed=False))
    size = _size(u, v)
    s = np.ones(v.size)
    r = np.ones(u.size)
    row_gap = column_gap = np.inf
    iterations = 0
    for iterations in range(1, most_iterations + 1):  # noqa: B007
        sums = free @ s
        row_gap = float(np.abs(r * sums - u).max(initial=0.0) / size)
        r = np.divide(u, sums, out=np.zeros_like(u), where=sums > 0.0)
        across = r @ free
        column_gap = float(np.abs(s * across - v).max(initial=0.0) / size)
        s = np.divide(v, across, out=np.zeros_like(v), where=across > 0.0)
        if max(column_gap, row_gap) <= tolerance:
            break
    balanced = r[:, None] * free * s + held
    return _checked(balanced, (r, s), iterations, (row_totals, column_totals), tolerance)


def gras(
    matrix: Array,
    row_totals: Array,
    column_totals: Array,
    *,
    fixed: Mask | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
) -> Balanced:
    """Return the table that meets both totals and keeps the sign of every cell.

    Positive cells become ``r p s``, negative ones ``n / (r s)``; each multiplier is the positive
    root of a quadratic equation.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
        Of any sign.
    row_totals : ndarray, shape (m,) [money]
    column_totals : ndarray, shape (n,) [money]
    fixed : ndarray of bool, shape (m, n), optional
        Cells that keep their value.
    tolerance : float [-]
    most_iterations : int

    Returns
    -------
    Balanced

    Raises
    ------
    ValueError
        When the totals cannot be met, or are not within the iterations given.

    References
    ----------
    [junius_oosterhaven_2003]; [lenzen_wood_gallego_2007] (the multipliers without e);
    [temurshoev_miller_bouwmeester_2013] (rows without positive cells).

    Examples
    --------
    >>> cells = np.array([[2.0, -1.0], [1.0, 2.0]])
    >>> found = gras(cells, np.array([2.0, 3.0]), np.array([4.0, 1.0]))
    >>> found.matrix.sum(axis=0).round(8).tolist(), (np.sign(found.matrix[0])).tolist()
    ([4.0, 1.0], [1.0, -1.0])
    """
    held, free, u, v = _without_fixed(matrix, row_totals, column_totals, fixed)
    _refuse(balancing_faults(free, u, v, signed=True))
    up, down = np.maximum(free, 0.0), np.maximum(-free, 0.0)
    size = _size(u, v)
    r, s = np.ones(u.size), np.ones(v.size)
    iterations = 0
    for iterations in range(1, most_iterations + 1):  # noqa: B007
        r = _root(up @ s, down @ (1.0 / s), u)
        plus, minus = r @ up, (1.0 / r) @ down
        before = np.abs(s * plus - minus / s - v).max(initial=0.0) / size
        s = _root(plus, minus, v)
        if before <= tolerance:
            break
    scale = r[:, None] * s
    balanced = up * scale - down / scale + held
    return _checked(balanced, (r, s), iterations, (row_totals, column_totals), tolerance)


# ---------------------------------------------------------------- steps


def _without_fixed(
    matrix: Array, row_totals: Array, column_totals: Array, fixed: Mask | None
) -> tuple[Array, Array, Array, Array]:
    if fixed is None:
        return np.zeros(()), matrix, row_totals, column_totals
    held = np.where(fixed, matrix, 0.0)
    free = np.where(fixed, 0.0, matrix)
    return held, free, row_totals - held.sum(axis=1), column_totals - held.sum(axis=0)


def _root(plus: Array, minus: Array, total: Array) -> Array:
    """Return the positive root of ``plus y^2 - total y - minus = 0``; one where all is zero."""
    disc = np.sqrt(total**2 + 4.0 * plus * minus)
    # Two forms of one root: each is safe from cancellation on its side.
    up = np.divide(total + disc, 2.0 * plus, out=np.ones_like(total), where=plus > 0.0)
    low = disc - total
    down = np.divide(2.0 * minus, low, out=up.copy(), where=(total < 0.0) & (low > 0.0))
    # Only negative cells and a negative total: n / y = -total.
    alone = (plus == 0.0) & (minus > 0.0)
    root: Array = np.where(alone, np.divide(minus, -total, out=down.copy(), where=total < 0), down)
    return np.where(root > 0.0, root, 1.0)


def _size(row_totals: Array, column_totals: Array) -> float:
    size = max(np.abs(row_totals).max(initial=0.0), np.abs(column_totals).max(initial=0.0))
    return float(size) or 1.0


def _refuse(faults: list[BalancingFault]) -> None:
    if faults:
        said = [f"{f.axis} {f.position}, {f.value:.6g}: {f.problem}" for f in faults]
        raise ValueError("the totals cannot be met: " + "; ".join(said))


def _checked(
    matrix: Array,
    multipliers: tuple[Array, Array],
    iterations: int,
    totals: tuple[Array, Array],
    tolerance: float,
) -> Balanced:
    row_totals, column_totals = totals
    size = _size(row_totals, column_totals)
    rows = np.abs(matrix.sum(axis=1) - row_totals) / size
    columns = np.abs(matrix.sum(axis=0) - column_totals) / size
    found = Balanced(
        matrix, *multipliers, iterations, float(rows.max(initial=0)), float(columns.max(initial=0))
    )
    # The sum over a long row adds its own rounding to the tolerance.
    allowed = 10 * tolerance
    if not max(found.row_gap, found.column_gap) <= allowed:
        axis, gaps = ("row", rows) if found.row_gap >= found.column_gap else ("column", columns)
        worst = int(np.argmax(gaps))
        raise ValueError(
            f"not balanced after {iterations} iterations: {axis} {worst} is {gaps[worst]:.3g} of "
            "the largest total off; the zeros of the table do not allow these totals"
        )
    return found
