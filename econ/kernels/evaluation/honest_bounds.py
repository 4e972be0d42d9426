"""Intervals for an effect when the trend after may stray as far as the trend before did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = [
    "Moments",
    "hybrid_accepts",
    "hybrid_interval",
    "hybrid_rejects",
    "least_favourable_value",
    "plug_in_interval",
    "relative_moments",
]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
GRID: Final = 1000  # points, and standard errors to each side: HonestDiD's
REACH: Final = 20.0
DOUBLINGS: Final = 20
EXACT: Final = 1e-10


@dataclass(frozen=True)
class Moments:
    """One polyhedron of trends, as the vertices of the dual of its test.

    The statistic at a value of the effect is the largest of the entries of
    ``slopes @ estimates - constants - effect * loads``.

    Parameters
    ----------
    slopes : ndarray, shape (v, p + q)
    constants, loads : ndarray, shape (v,)
    """

    slopes: Array
    constants: Array
    loads: Array


def _differences(pre: int, post: int, order: int) -> tuple[Array, Array]:
    """Return differences of the trend before, and of the trend after, the reference zero in."""
    whole = np.insert(np.eye(pre + post), pre, 0.0, axis=0)
    moves = np.diff(whole, n=order, axis=0)
    last = moves.shape[0] - post
    return moves[:last], moves[last:]


def relative_moments(
    covariance: Array,
    pre: int,
    weights: Array,
    bound: float,
    *,
    order: int = 1,
    constant: float = 0.0,
) -> list[Moments]:
    """Return the polyhedra whose union bounds the trend after by the trend before.

    After the reference, each move of the trend (``order`` 1) or bend (2) is at most `bound` times
    the largest before, plus `constant`. Largest where, and of which sign, is not known: one
    polyhedron each. The nuisance of each test, effects that are not asked for, drops out: the dual
    of its linear programme has q + 2 vertices, written down here, so no programme is solved.

    Parameters
    ----------
    covariance : ndarray, shape (p + q, p + q)
    pre : int
        p, the periods before.
    weights : ndarray, shape (q,)
        Of the effect asked for.
    bound : float [-]
        Mbar.
    order : {1, 2}
    constant : float [unit of the estimates]

    Returns
    -------
    list of Moments

    References
    ----------
    [rambachan_roth_2023], section 2.4.1 and footnote 9; [andrews_roth_pakes_2023] (the dual of
    the test).

    Examples
    --------
    >>> found = relative_moments(np.eye(3), 2, np.ones(1), 1.0)
    >>> len(found), found[0].loads.round(3).tolist()
    (4, [0.577, -0.577, 0.0])
    """
    before, after = _differences(pre, weights.size, order)
    q = weights.size
    # mix' after = weights: what adds the moves after up to the effect asked for.
    mix = np.linalg.solve(after[:, pre:].T, weights)
    up, down = np.maximum(mix, 0.0), np.maximum(-mix, 0.0)
    duals = np.vstack(
        [np.concatenate([up, down]), np.concatenate([down, up]), np.tile(np.eye(q), (1, 2))]
    )
    loads = np.concatenate([[1.0, -1.0], np.zeros(q)])
    sides = np.vstack([after, -after])
    found = []
    for move in before if bound > 0.0 else before[:1] * 0.0:
        for sign in (1.0, -1.0) if bound > 0.0 else (1.0,):
            rows = sides - bound * sign * move
            size = duals @ np.sqrt(np.einsum("ij,jk,ik->i", rows, covariance, rows))
            found.append(
                Moments(
                    duals @ rows / size[:, None],
                    constant * duals.sum(axis=1) / size,
                    loads / size,
                )
            )
    return found


def hybrid_rejects(
    estimates: Array,
    covariance: Array,
    moments: Moments,
    effects: Array,
    largest: float,
    *,
    size: float,
    first: float,
) -> Flags:
    """Return which values of the effect the conditional least-favourable hybrid test rejects.

    A first stage rejects statistics above `largest`. The second takes the statistic's
    distribution, given which moment binds and that the first stage has passed: a normal one, cut
    off where another moment would bind.

    Parameters
    ----------
    estimates : ndarray, shape (p + q,)
    covariance : ndarray, shape (p + q, p + q)
    moments : Moments
    effects : ndarray, shape (g,)
    largest : float
        The least-favourable critical value at size `first`, see `least_favourable_value`.
    size, first : float [share]
        Of the whole test, and of its first stage.

    Returns
    -------
    ndarray of bool, shape (g,)

    References
    ----------
    [andrews_roth_pakes_2023]; [rambachan_roth_2023], section 3.

    Examples
    --------
    >>> moments = relative_moments(np.eye(3), 2, np.ones(1), 0.0)[0]
    >>> hybrid_rejects(np.array([0.0, 0.0, 5.0]), np.eye(3), moments, np.array([0.0, 5.0]), 2.8,
    ...                size=0.05, first=0.005).tolist()
    [True, False]
    """
    spread = moments.slopes @ covariance @ moments.slopes.T
    values = moments.slopes @ estimates - moments.constants
    values = values - effects[:, None] * moments.loads
    binding = values.argmax(axis=1)
    top = values[np.arange(effects.size), binding]
    variance = np.diag(spread)[binding]
    certain = variance <= EXACT
    safe = np.where(certain, 1.0, variance)
    along = spread[binding] / safe[:, None]
    rest = values - along * top[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        meets = rest / (1.0 - along)
    below, above = along < 1.0 - EXACT, along > 1.0 + EXACT
    lower = np.where(below, meets, -np.inf).max(axis=1)
    upper = np.minimum(np.where(above, meets, np.inf).min(axis=1), largest)
    error = np.sqrt(safe)
    second = (size - first) / (1.0 - first)
    tail = stats.truncnorm.sf(top / error, lower / error, np.maximum(upper, lower) / error)
    conditional = (top > 0.0) & (top <= upper) & (tail < second)
    rejects: Flags = np.where(certain, top > EXACT, (top > largest) | conditional)
    return rejects


def least_favourable_value(
    moments: Moments, covariance: Array, first: float, draws: Array
) -> float:
    """Return the critical value when every moment binds at once.

    Parameters
    ----------
    moments : Moments
    covariance : ndarray, shape (p + q, p + q)
    first : float [share]
    draws : ndarray, shape (r, p + q)
        Standard normal.

    Returns
    -------
    float

    References
    ----------
    [andrews_roth_pakes_2023] (the least-favourable critical value).

    Examples
    --------
    >>> moments = Moments(np.array([[1.0], [-1.0]]), np.zeros(2), np.array([1.0, -1.0]))
    >>> draws = np.linspace(-2.0, 2.0, 401)[:, None]
    >>> round(least_favourable_value(moments, np.eye(1), 0.5, draws), 6)
    1.0
    """
    root = np.linalg.cholesky(covariance)
    return float(np.quantile((draws @ (moments.slopes @ root).T).max(axis=1), 1.0 - first))


def hybrid_accepts(
    estimates: Array,
    covariance: Array,
    moments: list[Moments],
    effects: Array,
    largest: list[float],
    *,
    size: float,
    first: float,
) -> Flags:
    """Return which values of the effect at least one polyhedron of trends does not reject.

    Parameters
    ----------
    estimates : ndarray, shape (p + q,)
    covariance : ndarray, shape (p + q, p + q)
    moments : list of Moments
    effects : ndarray, shape (g,)
    largest : list of float
        Least-favourable critical values, one for each of the moments.
    size, first : float [share]

    Returns
    -------
    ndarray of bool, shape (g,)

    References
    ----------
    [rambachan_roth_2023], lemma 2.2 (the union).

    Examples
    --------
    >>> moments = relative_moments(np.eye(3), 2, np.ones(1), 0.0)
    >>> hybrid_accepts(np.array([0.0, 0.0, 5.0]), np.eye(3), moments, np.array([0.0, 5.0]), [2.8],
    ...                size=0.05, first=0.005).tolist()
    [False, True]
    """
    kept = np.zeros(effects.size, dtype=bool)
    for one, value in zip(moments, largest, strict=True):
        kept |= ~hybrid_rejects(estimates, covariance, one, effects, value, size=size, first=first)
    return kept


def hybrid_interval(
    estimates: Array,
    covariance: Array,
    pre: int,
    weights: Array,
    *,
    moments: list[Moments],
    draws: Array,
    level: float,
    first: float,
) -> tuple[float, float]:
    """Return the hull of the effects that some polyhedron of trends does not reject.

    Parameters
    ----------
    estimates : ndarray, shape (p + q,)
    covariance : ndarray, shape (p + q, p + q)
    pre : int
    weights : ndarray, shape (q,)
    moments : list of Moments
    draws : ndarray, shape (r, p + q)
        Standard normal, for the first stage.
    level, first : float [share]

    Returns
    -------
    tuple of float
        NaN where every effect is rejected, infinite where no end was found.

    References
    ----------
    [rambachan_roth_2023], lemma 2.2 (the union) and section 3.

    Examples
    --------
    Without any violation allowed it is the usual interval, but for the first stage.

    >>> moments = relative_moments(np.eye(3), 2, np.ones(1), 0.0)
    >>> draws = np.random.default_rng(0).standard_normal((9999, 3))
    >>> low, high = hybrid_interval(np.array([0.0, 0.0, 5.0]), np.eye(3), 2, np.ones(1),
    ...                             moments=moments, draws=draws, level=0.95, first=0.005)
    >>> round(low, 1), round(high, 1)
    (3.0, 7.0)
    """
    values = [least_favourable_value(one, covariance, first, draws) for one in moments]

    def accepted(effects: Array) -> Flags:
        return hybrid_accepts(
            estimates, covariance, moments, effects, values, size=1.0 - level, first=first
        )

    post = slice(pre, None)
    centre = float(weights @ estimates[post])
    reach = REACH * float(np.sqrt(weights @ covariance[post, post] @ weights))
    for _ in range(DOUBLINGS):
        grid = np.linspace(centre - reach, centre + reach, GRID + 1)
        kept = accepted(grid)
        if not (kept[0] or kept[-1]):
            break
        reach *= 2.0
    if not kept.any():
        return float("nan"), float("nan")
    ends = np.flatnonzero(kept)[[0, -1]]
    low = -np.inf if kept[0] else _edge(accepted, grid[ends[0]], grid[ends[0] - 1])
    high = np.inf if kept[-1] else _edge(accepted, grid[ends[1]], grid[ends[1] + 1])
    return low, high


def _edge(accepted: object, inside: float, outside: float) -> float:
    """Narrow the end of an interval between two points of the grid."""
    assert callable(accepted)
    for _ in range(DOUBLINGS):
        middle = (inside + outside) / 2.0
        if accepted(np.array([middle]))[0]:
            inside = middle
        else:
            outside = middle
    return float(inside)


def plug_in_interval(
    estimates: Array, pre: int, weights: Array, bound: float
) -> tuple[float, float]:
    """Return the identified set at the estimates, as if the trend before were known: no interval.

    Parameters
    ----------
    estimates : ndarray, shape (p + q,)
    pre : int
    weights : ndarray, shape (q,)
    bound : float [-]
        Mbar.

    Returns
    -------
    tuple of float

    References
    ----------
    [rambachan_roth_2023], lemma 2.1. It covers the truth far too rarely; it is here to show that.

    Examples
    --------
    >>> plug_in_interval(np.array([0.0, 1.0, 5.0]), 2, np.ones(1), 0.5)
    (4.5, 5.5)
    """
    before, _ = _differences(pre, weights.size, 1)
    largest = float(np.abs(before @ estimates).max())
    reach = float(np.abs(np.cumsum(weights[::-1])).sum()) * bound * largest
    centre = float(weights @ estimates[pre:])
    return centre - reach, centre + reach
