"""Trade between regions, product by product: who supplies whom, with all supply and demand met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.kernels.earth import EARTH_RADIUS_KM

__all__ = [
    "Balanced",
    "attainable_own_use",
    "balanced_trade",
    "gravity_prior",
    "great_circle_distances",
    "trade_around",
]

Array = npt.NDArray[np.float64]

MOST_ROUNDS: Final = 200
MOST_NEWTON_STEPS: Final = 60
SHORTEST_STEP: Final = 1e-6
LONGEST_STEP: Final = 2.0
TOLERANCE: Final = 1e-12
# Where one region would take in all that the others send, this part of what is traded is left
# among the others: a matrix on the edge of what is possible has no unique path to it.
LEFT_TO_OTHERS: Final = 0.02


@dataclass(frozen=True)
class Balanced:
    """Trade that meets supply and demand, and how it was found.

    Parameters
    ----------
    trade : ndarray, shape (n, r, r) [money]
        By product, from row to column.
    rounds : int
    gap : float [share]
        Largest gap of a region's supply, relative to the product's whole supply.
    """

    trade: Array
    rounds: int
    gap: float


def great_circle_distances(longitude: Array, latitude: Array) -> Array:
    """Return the distances between points on the globe.

    Parameters
    ----------
    longitude, latitude : ndarray, shape (r,) [degrees]

    Returns
    -------
    ndarray, shape (r, r) [km]

    References
    ----------
    Own definition: the haversine formula on a sphere of the mean radius of the Earth,
    [moritz_2000].

    Examples
    --------
    A quarter of the equator:

    >>> great_circle_distances(np.array([0.0, 90.0]), np.zeros(2)).round().tolist()
    [[0.0, 10008.0], [10008.0, 0.0]]
    """
    east, north = np.radians(longitude), np.radians(latitude)
    half = np.sin((north[:, None] - north) / 2.0) ** 2
    half = half + np.cos(north)[:, None] * np.cos(north) * np.sin((east[:, None] - east) / 2.0) ** 2
    found: Array = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return found


def gravity_prior(supply: Array, demand: Array, distances: Array, decay: float) -> Array:
    """Return trade in proportion to supply, demand and a power of distance, not yet balanced.

    Parameters
    ----------
    supply, demand : ndarray, shape (r, n) [money]
    distances : ndarray, shape (r, r) [km]
        Above zero, also within a region.
    decay : float [-]
        Trade falls with ``distance ** -decay``.

    Returns
    -------
    ndarray, shape (n, r, r) [-]

    References
    ----------
    [miller_blair_2009], section 8.6; [leontief_strout_1963].

    Examples
    --------
    >>> gravity_prior(
    ...     np.ones((2, 1)), np.ones((2, 1)), np.array([[1.0, 2.0], [2.0, 1.0]]), 1.0
    ... ).tolist()
    [[[1.0, 0.5], [0.5, 1.0]]]
    """
    # Relative to the nearest pair, so that no power of a distance underflows for all.
    nearness = (distances / distances.min()) ** -decay
    found: Array = supply.T[:, :, None] * nearness * demand.T[:, None, :]
    return found


def attainable_own_use(wanted: Array, supply: Array, demand: Array) -> Array:
    """Return what regions can buy from themselves, as near to what is wanted as leaves them room.

    No region buys more from itself than it makes or needs; and no region sends and receives more
    than all others together can take and give; where it would, a fiftieth of what is traded is left
    among the others.

    Parameters
    ----------
    wanted, supply, demand : ndarray, shape (r, n) [money]
        Supply and demand of a product sum to the same over the regions. Where `wanted` is not a
        number, trade decides.

    Returns
    -------
    ndarray, shape (r, n) [money]

    References
    ----------
    Own definition: Hall's condition for a trade matrix whose diagonal is given.

    Examples
    --------
    The first of three regions cannot import 80 where the others make 40:

    >>> column = lambda *values: np.array(values)[:, None]
    >>> attainable_own_use(
    ...     column(20.0, 10.0, 10.0), column(100.0, 20.0, 20.0), column(100.0, 20.0, 20.0)
    ... ).round(1).ravel().tolist()
    [80.8, 10.0, 10.0]
    """
    decided = np.isfinite(wanted)
    own = np.where(decided, np.clip(wanted, 0.0, np.minimum(supply, demand)), 0.0)
    if len(own) == 1:
        return np.minimum(supply, demand)
    # At most one region of a product is too large for the others; what it takes back may make
    # another one so. Only the first lift leaves a margin.
    margin = LEFT_TO_OTHERS if len(own) > 2 else 0.0
    for _ in range(len(own)):
        traded = (supply - own).sum(axis=0)
        excess = supply + demand - 2.0 * own - traded * (1.0 - margin)
        if not (excess > 0.0).any():
            break
        lifted = own + np.maximum(excess, 0.0) / (1.0 + margin)
        own, margin = np.minimum(lifted, np.minimum(supply, demand)), 0.0
    found: Array = np.where(decided, own, np.nan)
    return found


def balanced_trade(prior: Array, supply: Array, demand: Array) -> Balanced:
    """Return the trade nearest to a prior that meets supply and demand: RAS, product by product.

    Rows and columns are scaled in turn; a product that has not settled after 200 rounds is finished
    by Newton's method on the logarithms of its scales, which has the same solution.

    Parameters
    ----------
    prior : ndarray, shape (n, r, r) [-]
        From row to column; what is zero stays zero.
    supply, demand : ndarray, shape (r, n) [money]

    Returns
    -------
    Balanced
        Demand is met to the last digit, supply to the gap that is reported.

    References
    ----------
    [miller_blair_2009], section 7.4 (RAS); [bachem_korte_1979] (its convex dual).

    Examples
    --------
    >>> found = balanced_trade(
    ...     np.ones((1, 2, 2)), np.array([[30.0], [10.0]]), np.array([[20.0], [20.0]])
    ... )
    >>> found.trade.tolist()
    [[[15.0, 15.0], [5.0, 5.0]]]
    """
    given, taken = supply.T, demand.T
    trade = np.array(prior, dtype=np.float64)
    size = np.where(given.sum(axis=1) > 0.0, given.sum(axis=1), 1.0)
    open_, rounds = np.arange(len(trade)), 0
    gaps = np.zeros(len(trade))
    while open_.size and rounds < MOST_ROUNDS:
        rounds += 1
        block = trade[open_]
        block = block * _factor(given[open_], block.sum(axis=2))[:, :, None]
        block = block * _factor(taken[open_], block.sum(axis=1))[:, None, :]
        trade[open_] = block
        gap = np.abs(block.sum(axis=2) - given[open_]).max(axis=1) / size[open_]
        gaps[open_] = gap
        open_ = open_[gap > TOLERANCE]
    for place in open_:
        # Scaling crawls where almost all trade is one region's; Newton's method does not.
        trade[place] = _scaled_by_newton(trade[place], given[place], taken[place])
        gaps[place] = np.abs(trade[place].sum(axis=1) - given[place]).max() / size[place]
    return Balanced(trade, rounds, float(gaps.max(initial=0.0)))


def trade_around(own: Array, prior: Array, supply: Array, demand: Array) -> Balanced:
    """Return the trade around what regions buy from themselves: the rest goes as a prior says.

    Parameters
    ----------
    own : ndarray, shape (r, n) [money]
        As `attainable_own_use` gives it; not a number where the prior decides.
    prior : ndarray, shape (n, r, r) [-]
    supply, demand : ndarray, shape (r, n) [money]

    Returns
    -------
    Balanced

    References
    ----------
    [miller_blair_2009], sections 7.4 and 8.6.

    Examples
    --------
    >>> ten = np.full((3, 1), 10.0)
    >>> trade_around(0.4 * ten, np.ones((1, 3, 3)), ten, ten).trade[0].tolist()
    [[4.0, 3.0, 3.0], [3.0, 4.0, 3.0], [3.0, 3.0, 4.0]]
    """
    decided = np.isfinite(own)
    if len(own) == 2 and (decided.sum(axis=0) == 1).all():
        return _of_two(own, supply, demand)
    fixed = np.where(decided, own, 0.0)
    places = np.arange(len(own))
    around = np.array(prior, dtype=np.float64)
    around[:, places, places] *= ~decided.T
    found = balanced_trade(around, _left(supply, fixed), _left(demand, fixed))
    trade = found.trade
    trade[:, places, places] += fixed.T
    whole = np.where(supply.sum(axis=0) > 0.0, supply.sum(axis=0), 1.0)
    gap = np.abs(trade.sum(axis=2) - supply.T).max(axis=1) / whole
    return Balanced(trade, found.rounds, float(gap.max(initial=0.0)))


def _scaled_by_newton(block: Array, given: Array, taken: Array) -> Array:
    """Return the block scaled to its margins, columns last and so exactly."""
    r = len(given)
    rows, columns = given > 0.0, taken > 0.0
    logs = np.zeros(2 * r)

    def scaled(at: Array) -> Array:
        return np.asarray(block * np.exp(at[:r])[:, None] * np.exp(at[r:]))

    def dual(at: Array) -> float:
        return float(scaled(at).sum() - given @ at[:r] - taken @ at[r:])

    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(MOST_NEWTON_STEPS):
            trade = scaled(logs)
            sums = np.concatenate([trade.sum(axis=1), trade.sum(axis=0)])
            gradient = np.where(
                np.concatenate([rows, columns]), sums - np.concatenate([given, taken]), 0.0
            )
            if np.abs(gradient).max() <= TOLERANCE * given.sum():
                break
            curvature = np.block([[np.diag(sums[:r]), trade], [trade.T, np.diag(sums[r:])]])
            step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
            # No scale moves by more than a factor of e squared at once.
            length, now = min(1.0, LONGEST_STEP / max(np.abs(step).max(), LONGEST_STEP)), dual(logs)
            flat = TOLERANCE * abs(now)
            while length > SHORTEST_STEP and not dual(logs - length * step) <= now + flat:
                length /= 2.0
            logs = logs - length * step
    trade = scaled(logs)
    return trade * _factor(taken, trade.sum(axis=0))


def _factor(wanted: Array, have: Array) -> Array:
    found: Array = np.divide(wanted, have, out=np.zeros_like(have), where=have > 0.0)
    return found


def _left(whole: Array, part: Array) -> Array:
    """Return what a part leaves of the whole; nothing where only rounding is left."""
    rest = whole - part
    found: Array = np.where(rest > TOLERANCE * whole, rest, 0.0)
    return found


def _of_two(own: Array, supply: Array, demand: Array) -> Balanced:
    """Return the trade of two regions of which one's own use is given: nothing is left open."""
    trade = np.empty((own.shape[1], 2, 2))
    for place, other in ((0, 1), (1, 0)):
        given = np.isfinite(own[place])
        kept = own[place, given]
        received = demand[place, given] - kept
        trade[given, place, place] = kept
        trade[given, place, other] = supply[place, given] - kept
        trade[given, other, place] = received
        trade[given, other, other] = np.maximum(supply[other, given] - received, 0.0)
    return Balanced(trade, 0, 0.0)
