"""Effects by cohort and period: group-time averages, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from econ.kernels.evaluation.doubly_robust import (
    Effect,
    Method,
    effect_on_changes,
    slope_on_changes,
)

__all__ = [
    "BASES",
    "CONTROLS",
    "Base",
    "Cell",
    "Controls",
    "GroupTime",
    "aggregation_gradient",
    "base_position",
    "effects_of_cohorts",
    "group_time_effects",
]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Controls = Literal["never", "notyet"]
Base = Literal["varying", "universal"]
CONTROLS: Final = ("never", "notyet")
BASES: Final = ("varying", "universal")
MANY: Final = 50_000  # rows from which on an influence is kept where it is not zero


@dataclass(frozen=True)
class Cell:
    """One cohort in one period.

    Parameters
    ----------
    group, time : float [period]
    after : bool
        Whether the cohort is treated.
    """

    group: float
    time: float
    after: bool


@dataclass(frozen=True)
class GroupTime:
    """Group-time effects and the joint covariance of them and of the cohorts' shares.

    Parameters
    ----------
    cells : tuple of Cell, c
    values : ndarray, shape (c,)
    groups : tuple of float, g
    shares : ndarray, shape (g,)
        Of all units.
    covariance : ndarray, shape (c + g, c + g)
    empty : tuple of Cell
        Cells that could not be estimated.
    """

    cells: tuple[Cell, ...]
    values: Array
    groups: tuple[float, ...]
    shares: Array
    covariance: Array
    empty: tuple[Cell, ...] = ()


def base_position(times: Array, group: float, place: int, anticipation: int, base: Base) -> int:
    """Return the place of the period that a cohort's change is measured from, -1 for none.

    Parameters
    ----------
    times : ndarray, shape (t,) [period]
        Ascending.
    group : float [period]
    place : int
        Of the period asked for.
    anticipation : int [period]
    base : {"varying", "universal"}

    Returns
    -------
    int

    References
    ----------
    [callaway_santanna_2021]; varying before treatment, as in R's did.

    Examples
    --------
    >>> times = np.array([2003.0, 2004.0, 2005.0, 2006.0])
    >>> base_position(times, 2006.0, 3, 0, "varying"), base_position(times, 2006.0, 1, 0, "varying")
    (2, 0)
    """
    if base == "varying" and times[place] < group:
        return place - 1
    earlier = np.flatnonzero(times + anticipation < group)
    return int(earlier[-1]) if earlier.size else -1


def group_time_effects(
    outcome: Array,
    cohorts: Array,
    times: Array,
    *,
    covariates: Array,
    weights: Array,
    clusters: npt.NDArray[np.int64],
    method: Method = "dr",
    control: Controls = "never",
    anticipation: int = 0,
    bases: Sequence[Base] = ("varying",),
    dose: Array | None = None,
) -> tuple[GroupTime, ...]:
    """Return the effect on every cohort in every period, once for each way to choose a base.

    Parameters
    ----------
    outcome : ndarray, shape (n, t)
        Units by periods; NaN where a unit is missing, which leaves it out of that comparison.
    cohorts : ndarray, shape (n,) [period]
        Of the first treatment, infinite for never.
    times : ndarray, shape (t,) [period]
    covariates : ndarray, shape (n, t, k)
        With a column of ones; taken in the earlier period of each comparison.
    weights : ndarray, shape (n,)
    clusters : ndarray of int, shape (n,)
        Codes from zero.
    method : {"dr", "imp", "reg", "ipw"}
    control : {"never", "notyet"}
        Units never treated, or not treated by the later period of the comparison.
    anticipation : int [period]
    bases : sequence of {"varying", "universal"}
        After treatment they are the same comparisons, made once.
    dose : ndarray of shape (n,), optional
        Of each treated unit: effects are then those of one unit of it, and `method` is not asked.

    Returns
    -------
    tuple of GroupTime

    References
    ----------
    [callaway_santanna_2021], theorems 1 and 2.

    Examples
    --------
    >>> outcome = np.array([[0.0, 3.0], [0.0, 5.0], [0.0, 1.0], [0.0, 2.0]])
    >>> (found,) = group_time_effects(outcome, np.array([1.0, 1.0, np.inf, np.inf]),
    ...                               np.array([0.0, 1.0]), covariates=np.ones((4, 2, 1)),
    ...                               weights=np.ones(4), clusters=np.arange(4))
    >>> found.values.tolist(), found.shares.tolist()
    ([2.5], [0.5])
    """
    weights = weights / weights.mean()
    seen: Flags = np.isfinite(outcome)
    known: Flags = np.asarray(np.isfinite(covariates).all(axis=2), dtype=bool)

    def compared(own: Flags, others: Flags, place: int, start: int) -> Effect:
        inside = np.asarray((own | others) & seen[:, place] & seen[:, start], dtype=bool)
        inside &= known[:, min(place, start)]
        change = outcome[inside, place] - outcome[inside, start]
        given, treated = covariates[inside, min(place, start)], own[inside].astype(float)
        if dose is None:
            found = effect_on_changes(change, treated, given, weights[inside], method)
        else:
            found = slope_on_changes(change, treated * dose[inside], given, weights[inside])
        return found.among(inside)

    return effects_of_cohorts(
        compared,
        cohorts,
        times,
        weights=weights,
        clusters=clusters,
        control=control,
        anticipation=anticipation,
        bases=bases,
    )


def effects_of_cohorts(
    compared: Callable[[Flags, Flags, int, int], Effect],
    cohorts: Array,
    times: Array,
    *,
    weights: Array,
    clusters: npt.NDArray[np.int64],
    control: Controls,
    anticipation: int,
    bases: Sequence[Base],
) -> tuple[GroupTime, ...]:
    """Return the effect on every cohort in every period from comparisons of two periods.

    Parameters
    ----------
    compared : callable
        From the treated, those they are compared with, and the places of a period and of its base
        to an effect with the influence of all n.
    cohorts : ndarray, shape (n,) [period]
        Of units or of rows; infinite for never.
    times : ndarray, shape (t,) [period]
    weights : ndarray, shape (n,)
        Of mean one.
    clusters : ndarray of int, shape (n,)
    control : {"never", "notyet"}
    anticipation : int [period]
    bases : sequence of {"varying", "universal"}

    Returns
    -------
    tuple of GroupTime

    References
    ----------
    [callaway_santanna_2021], theorems 1 and 2.

    Examples
    --------
    >>> level = np.array([1.0, 4.0])
    >>> def found(own, others, place, start):
    ...     return Effect(float(level[place] - level[start]), np.zeros(4))
    >>> (effects,) = effects_of_cohorts(
    ...     found, np.array([1.0, 1.0, np.inf, np.inf]), np.array([0.0, 1.0]), weights=np.ones(4),
    ...     clusters=np.arange(4), control="never", anticipation=0, bases=["varying"])
    >>> effects.cells, effects.values.tolist()
    ((Cell(group=1.0, time=1.0, after=True),), [3.0])
    """
    n = len(cohorts)
    groups = tuple(float(g) for g in np.unique(cohorts[np.isfinite(cohorts)]))
    members = {group: np.asarray(cohorts == group, dtype=bool) for group in groups}
    never: Flags = np.isinf(cohorts)

    alone = np.array_equal(clusters, np.arange(n))

    def held(influence: Array) -> Any:
        """Return what is kept of an influence: its sums by cluster, or where it is not zero."""
        if not alone:
            return np.bincount(clusters, influence)
        return sparse.csr_array(influence[None, :]) if n > MANY else influence

    @cache
    def effect(group: float, place: int, start: int) -> tuple[float, Any]:
        horizon = float(times[max(place, start)]) + anticipation
        own = members[group]
        others = np.asarray((cohorts > horizon) & ~own, dtype=bool)
        found = compared(own, others if control == "notyet" else never, place, start)
        return found.value, held(found.influence)

    member = np.array([members[group] for group in groups], dtype=float).reshape(-1, n)
    shares = member @ weights / n
    moved = [held(weights * (row - share)) for row, share in zip(member, shares, strict=True)]
    none = 0.0, held(np.zeros(n))

    def on(base: Base) -> GroupTime:
        found = []
        for group, place in product(groups, range(len(times))):
            start = base_position(times, group, place, anticipation, base)
            if start >= 0:
                cell = Cell(group, float(times[place]), bool(times[place] >= group))
                found.append((cell, *(none if start == place else effect(group, place, start))))
        known = [row for row in found if np.isfinite(row[1])]
        rows = [*(influence for _, _, influence in known), *moved]
        return GroupTime(
            tuple(cell for cell, _, _ in known),
            np.array([value for _, value, _ in known]),
            groups,
            shares,
            _products(rows) / n**2,
            tuple(cell for cell, value, _ in found if not np.isfinite(value)),
        )

    return tuple(on(base) for base in bases)


def _products(rows: Sequence[Any]) -> Array:
    """Return the products of all pairs of rows, which are all dense or all sparse."""
    if sparse.issparse(rows[0]):
        stacked = sparse.vstack(rows, format="csr")
        return np.asarray((stacked @ stacked.T).toarray(), dtype=np.float64)
    dense = np.vstack(rows)
    found: Array = dense @ dense.T
    return found


def aggregation_gradient(
    cells: Sequence[Cell],
    values: Array,
    groups: Sequence[float],
    shares: Array,
    chosen: npt.NDArray[np.bool_],
    *,
    by_share: bool = True,
) -> tuple[float, Array]:
    """Return an average of chosen cells and its gradient in cells and shares.

    Parameters
    ----------
    cells : sequence of Cell, c
    values : ndarray, shape (c,)
    groups : sequence of float, g
    shares : ndarray, shape (g,)
    chosen : ndarray of bool, shape (c,)
    by_share : bool
        Weigh cells by their cohort's share, or all alike.

    Returns
    -------
    tuple of float and ndarray, shape (c + g,)

    References
    ----------
    [callaway_santanna_2021], section 3 (summary measures; shares are estimated, too).

    Examples
    --------
    >>> cells = [Cell(1.0, 1.0, True), Cell(2.0, 2.0, True)]
    >>> mean, slope = aggregation_gradient(cells, np.array([4.0, 1.0]), [1.0, 2.0],
    ...                                    np.array([0.25, 0.5]), np.array([True, True]))
    >>> mean, slope.round(3).tolist()
    (2.0, [0.333, 0.667, 2.667, -1.333])
    """
    gradient = np.zeros(len(cells) + len(groups))
    places = np.flatnonzero(chosen)
    if not by_share:
        gradient[places] = 1.0 / places.size
        return float(values[places].mean()), gradient
    of = np.array([groups.index(cells[int(place)].group) for place in places])
    total = shares[of].sum()
    mean = float(shares[of] @ values[places] / total)
    gradient[places] = shares[of] / total
    np.add.at(gradient, len(cells) + of, (values[places] - mean) / total)
    return mean, gradient
