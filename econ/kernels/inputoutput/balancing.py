"""RAS and GRAS: a table made to meet new totals, with what the balancing did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.kernels.inputoutput.feasibility import (
    BalancingFault,
    BalancingProblem,
    balancing_faults,
    balancing_problem,
)

__all__ = [
    "Balanced",
    "BalancingFault",
    "NotBalancedError",
    "balancing_faults",
    "gras",
    "ras",
]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Largest gap between a balanced row or column and its total, relative to its own gross sum.
TOLERANCE: Final = 1e-10
MOST_ITERATIONS: Final = 10_000
# Multipliers further from one than this only come from totals that the zeros do not allow.
FURTHEST: Final = 1e150


class NotBalancedError(ValueError):
    """The iterations ended before the totals were met.

    Parameters
    ----------
    axis : {"row", "column"}
    position : int
        The worst row or column.
    gap : float [-]
        Relative to its own gross sum.
    iterations : int
    """

    def __init__(self, axis: str, position: int, gap: float, iterations: int) -> None:
        self.axis, self.position, self.gap, self.iterations = axis, position, gap, iterations
        super().__init__(
            f"not balanced after {iterations} iterations: {axis} {position} is {gap:.3g} of its "
            "sum off; the zeros of the table do not allow these totals, or more iterations are "
            "needed"
        )


@dataclass(frozen=True)
class _Multipliers:
    rows: Array
    columns: Array
    iterations: int
    met: bool


@dataclass(frozen=True)
class Balanced:
    """A balanced table and how it was reached; one that is not balanced is an error instead.

    Parameters
    ----------
    matrix : ndarray, shape (m, n) [money]
    row_multipliers : ndarray, shape (m,) [-]
        r; in GRAS negative cells are divided by it. Zero where a row has to become zero.
    column_multipliers : ndarray, shape (n,) [-]
        s.
    iterations : int
    row_gap, column_gap : float [-]
        Largest gap of a row or column to its total, relative to its gross sum: the sum of its
        cells without their signs.
    """

    matrix: Array
    row_multipliers: Array
    column_multipliers: Array
    iterations: int
    row_gap: float
    column_gap: float


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
    _refuse(balancing_faults(matrix, row_totals, column_totals, signed=False, fixed=fixed))
    problem = balancing_problem(matrix, row_totals, column_totals, fixed)
    free, u = problem.positive, problem.row_totals
    v = _reconciled(u, problem.column_totals)
    r, s = np.ones(u.size), np.ones(v.size)
    iterations, met = 0, False
    while not met and iterations < most_iterations:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            sums = free @ s
            row_gap = _largest(r * sums - u, u)
            new_r = np.divide(u, sums, out=np.zeros_like(u), where=sums > 0.0)
            across = new_r @ free
            column_gap = _largest(s * across - v, v)
            new_s = np.divide(v, across, out=np.zeros_like(v), where=across > 0.0)
        if not (_in_range(new_r) and _in_range(new_s)):
            break
        r, s, iterations = new_r, new_s, iterations + 1
        met = max(row_gap, column_gap) <= tolerance
    balanced = r[:, None] * free
    balanced *= s
    found = _Multipliers(r, s, iterations, met)
    return _finished(balanced, found, (matrix, row_totals, column_totals, fixed))


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

    Positive cells become ``r p s``, negative ones ``n / (r s)``. Zero stays zero. A row or column
    whose cells all have one sign and whose total is zero becomes zero.

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
    _refuse(balancing_faults(matrix, row_totals, column_totals, signed=True, fixed=fixed))
    problem = balancing_problem(matrix, row_totals, column_totals, fixed)
    found = _gras_multipliers(problem, tolerance, most_iterations)
    up, down = problem.positive, problem.negative
    r, s = found.rows, found.columns
    balanced = r[:, None] * up
    balanced *= s
    if down is not None:
        lower = _inverse(r)[:, None] * down
        lower *= _inverse(s)
        balanced -= lower
    return _finished(balanced, found, (matrix, row_totals, column_totals, fixed))


# ---------------------------------------------------------------- steps


def _refuse(faults: list[BalancingFault]) -> None:
    if faults:
        said = [f"{f.axis} {f.position}, {f.value:.6g}: {f.problem}" for f in faults]
        raise ValueError("the totals cannot be met: " + "; ".join(said))


def _reconciled(u: Array, v: Array) -> Array:
    """Return column totals that sum to the row totals to the last digit."""
    size = float(np.abs(v).sum())
    return v if size == 0.0 else v + (u.sum() - v.sum()) * (np.abs(v) / size)


def _gras_multipliers(
    problem: BalancingProblem, tolerance: float, most_iterations: int
) -> _Multipliers:
    up, down, u = problem.positive, problem.negative, problem.row_totals
    v = _reconciled(u, problem.column_totals)
    rows, columns = problem.live_rows, problem.live_columns
    r, s = rows, columns
    iterations, met = 0, False
    while not met and iterations < most_iterations:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            below = np.zeros(u.size) if down is None else down @ _inverse(s)
            new_r = _root(up @ s, below, u) * rows
            plus = new_r @ up
            minus = np.zeros(v.size) if down is None else _inverse(new_r) @ down
            above, below = s * plus, minus * _inverse(s)
            gap = _largest(above - below - v, above + below)
            new_s = _root(plus, minus, v) * columns
        if not (_in_range(new_r) and _in_range(new_s)):
            break
        r, s, iterations = new_r, new_s, iterations + 1
        met = gap <= tolerance
    return _Multipliers(r, s, iterations, met)


def _root(plus: Array, minus: Array, total: Array) -> Array:
    """Return the positive root of ``plus y^2 - total y - minus = 0``; one where all is zero."""
    # hypot does not overflow; of the two forms of the root each is safe from cancellation.
    spread = np.hypot(total, 2.0 * np.sqrt(plus) * np.sqrt(minus))
    above = np.divide(total + spread, 2.0 * plus, out=np.ones_like(total), where=plus > 0.0)
    below = spread - total
    root = np.divide(2.0 * minus, below, out=above, where=(total < 0.0) & (below > 0.0))
    positive: Array = np.where(root > 0.0, root, 1.0)
    return positive


def _inverse(multipliers: Array) -> Array:
    """Return 1 / y, and zero for what has to become zero."""
    out = np.zeros_like(multipliers)
    return np.divide(1.0, multipliers, out=out, where=multipliers > 0.0)


def _in_range(multipliers: Array) -> bool:
    inside = (multipliers < FURTHEST) & (multipliers > 1.0 / FURTHEST)
    return bool((inside | (multipliers == 0.0)).all())


def _largest(gap: Array, gross: Array) -> float:
    share = np.divide(np.abs(gap), gross, out=np.abs(gap), where=gross > 0.0)
    return float(share.max(initial=0.0))


def _finished(
    balanced: Array,
    found: _Multipliers,
    asked: tuple[Array, Array, Array, Mask | None],
) -> Balanced:
    matrix, row_totals, column_totals, fixed = asked
    if fixed is not None:
        np.copyto(balanced, matrix, where=fixed)
    gross, m, n = np.abs(balanced), np.ones(balanced.shape[0]), np.ones(balanced.shape[1])
    gaps: dict[str, Array] = {}
    for axis, totals, net, size in (
        ("row", row_totals, balanced @ n, gross @ n),
        ("column", column_totals, m @ balanced, m @ gross),
    ):
        gap, whole = np.abs(net - totals), np.maximum(size, np.abs(totals))
        gaps[axis] = np.divide(gap, whole, out=np.zeros_like(gap), where=whole > 0.0)
    largest = {axis: float(gap.max(initial=0.0)) for axis, gap in gaps.items()}
    if not found.met:
        worst = max(largest, key=lambda axis: largest[axis])
        place = int(np.argmax(gaps[worst]))
        raise NotBalancedError(worst, place, largest[worst], found.iterations)
    return Balanced(
        matrix=balanced,
        row_multipliers=found.rows,
        column_multipliers=found.columns,
        iterations=found.iterations,
        row_gap=largest["row"],
        column_gap=largest["column"],
    )
