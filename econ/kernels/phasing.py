"""When money is spent, a site runs and machines are renewed: profiles over years, moved by slip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "discount_factors",
    "even_curve",
    "front_loaded_curve",
    "milestone_curve",
    "operating_profile",
    "renewal_profile",
    "s_curve",
    "shifted_profile",
]

Array = npt.NDArray[np.float64]


def even_curve(count: int) -> Array:
    """Spend the same in every year, shape (y,) [share of the total].

    References
    ----------
    Own definition: equal parts.

    Examples
    --------
    >>> even_curve(4).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return np.full(count, 1.0 / count)


def front_loaded_curve(count: int) -> Array:
    """Spend most in the first year and less by equal steps, shape (y,) [share of the total].

    References
    ----------
    Own definition: the sum of the years' digits.

    Examples
    --------
    >>> front_loaded_curve(2).round(3).tolist()
    [0.667, 0.333]
    """
    digits = np.arange(count, 0, -1, dtype=np.float64)
    curve: Array = digits / digits.sum()
    return curve


def s_curve(count: int) -> Array:
    """Spend little at the start and at the end, shape (y,) [share of the total].

    By the fraction t of the time, ``t * t * (3 - 2 t)`` is spent.

    References
    ----------
    Own definition: the smooth step, which is the distribution of a beta variable (2, 2).

    Examples
    --------
    >>> s_curve(3).round(3).tolist()
    [0.259, 0.481, 0.259]
    """
    t = np.linspace(0.0, 1.0, count + 1)
    return np.diff(t * t * (3.0 - 2.0 * t))


def milestone_curve(years: Array, dates: Array, reached: Array) -> Array:
    """Spend in straight lines between dates by which a share is reached.

    Parameters
    ----------
    years : ndarray, shape (y,) [calendar year]
    dates : ndarray, shape (m,) [calendar year with fraction]
        Rising; nothing is spent before the first, everything by the last.
    reached : ndarray, shape (m,) [share of the total]
        From zero at the first date to one at the last.

    Returns
    -------
    ndarray, shape (y,) [share of the total]

    References
    ----------
    Own definition: linear interpolation between the dates.

    Examples
    --------
    >>> years = np.array([2024.0, 2025.0])
    >>> milestone_curve(years, np.array([2024.5, 2025.0, 2026.0]), np.array([0, 0.4, 1])).tolist()
    [0.4, 0.6]
    """
    edges = np.append(years, years[-1] + 1.0)
    return np.diff(np.interp(edges, dates, reached))


def renewal_profile(purchases: Array, life: Array, spread: Array) -> Array:
    """Return when machines are bought again after they wear out, and these again, and so on.

    Lives are spread evenly from ``life (1 - spread)`` to ``life (1 + spread)``; a machine is
    bought in the middle of a year. What wears out after the last year is not in it.

    Parameters
    ----------
    purchases : ndarray, shape (y, d) [share of the total]
        First purchases by year.
    life : ndarray, shape (d,) [years]
        Mean life.
    spread : ndarray, shape (d,) [share of the life]

    Returns
    -------
    ndarray, shape (y, d) [share of the first purchases]

    References
    ----------
    [feller_1941], equation 1.1: the renewal equation, in whole years.

    Examples
    --------
    Bought once, worn out after two years and then after two more:

    >>> once = np.array([[1.0], [0.0], [0.0], [0.0], [0.0]])
    >>> renewal_profile(once, np.array([2.0]), np.array([0.0]))[:, 0].tolist()
    [0.0, 0.0, 1.0, 0.0, 1.0]
    """
    count = purchases.shape[0]
    shortest = life * (1.0 - spread)
    width = np.maximum(2.0 * life * spread, np.finfo(np.float64).eps)
    edges = np.arange(1, count + 1, dtype=np.float64)[:, None] + 1.0 / 2.0
    worn = np.clip((edges - shortest) / width, 0.0, 1.0)
    at_age = np.diff(worn, axis=0, prepend=0.0)
    bought = np.array(purchases, dtype=np.float64)
    renewed = np.zeros_like(bought)
    for year in range(1, count):
        for age in range(1, year + 1):
            renewed[year] += at_age[age - 1] * bought[year - age]
        bought[year] += renewed[year]
    return renewed


def discount_factors(years: Array, base: float, rate: Array) -> Array:
    """Return what a unit of each year is worth in the base year.

    Parameters
    ----------
    years : ndarray, shape (y,) [calendar year]
    base : float [calendar year]
    rate : ndarray, shape (d,) [share per year]

    Returns
    -------
    ndarray, shape (y, d)

    References
    ----------
    [hm_treasury_green_book_2022], annex on discounting.

    Examples
    --------
    >>> discount_factors(np.array([2024.0, 2025.0]), 2024.0, np.array([0.25]))[:, 0].tolist()
    [1.0, 0.8]
    """
    factors: Array = (1.0 + rate[None, :]) ** (base - years[:, None])
    return factors


def shifted_profile(shares: Array, slip: Array) -> Array:
    """Move a spending profile by a number of years, keeping its total.

    A slip of 1.25 years moves three quarters of each year's money by one year and one quarter by
    two years.

    Parameters
    ----------
    shares : ndarray, shape (y, d) [share of the total]
        Spending by year and draw.
    slip : ndarray, shape (d,) [years]
        Non-negative.

    Returns
    -------
    ndarray, shape (y, d) [share of the total]

    Raises
    ------
    ValueError
        When a slip is below zero, or moves money beyond the last year.

    References
    ----------
    Own definition: linear interpolation between whole years.

    Examples
    --------
    >>> shares = np.array([[1.0], [0.0], [0.0]])
    >>> shifted_profile(shares, np.array([1.25]))[:, 0].tolist()
    [0.0, 0.75, 0.25]
    """
    if (slip < 0.0).any():
        raise ValueError("the slip is below zero; move the start of the works instead")
    whole = np.floor(slip).astype(np.intp)
    part = slip - whole
    moved = np.zeros_like(shares)
    for years in range(int(whole.max(initial=0)) + 2):
        weight = np.where(whole == years, 1.0 - part, 0.0) + np.where(whole + 1 == years, part, 0.0)
        if not weight.any():
            continue
        if (shares[shares.shape[0] - years :] * weight > 0.0).any():
            raise ValueError("the slip moves money beyond the last year; lengthen the years")
        moved[years:] += shares[: shares.shape[0] - years] * weight
    return moved


def operating_profile(years: Array, opening: Array, ramp: Array, closing: float = np.inf) -> Array:
    """Return how far a site is in operation in each year.

    Operation rises in a straight line from nothing at the opening to full after `ramp` years and
    stays there until the site closes; a year counts the average of its twelve months.

    Parameters
    ----------
    years : ndarray, shape (y,) [calendar year]
    opening : ndarray, shape (d,) [calendar year with fraction]
    ramp : ndarray, shape (d,) [years]
        Zero or more.
    closing : float [calendar year with fraction]
        Never, where left out.

    Returns
    -------
    ndarray, shape (y, d) [share of full operation]

    References
    ----------
    Own definition: a linear ramp, averaged over each calendar year.

    Examples
    --------
    >>> years = np.array([2027.0, 2028.0, 2029.0])
    >>> operating_profile(years, np.array([2028.0]), np.array([2.0]))[:, 0].tolist()
    [0.0, 0.25, 0.75]
    >>> operating_profile(years, np.array([2027.0]), np.array([0.0]), 2028.5)[:, 0].tolist()
    [1.0, 0.5, 0.0]
    """

    def since_opening(year: Array) -> Array:
        elapsed = np.maximum(np.minimum(year, closing)[:, None] - opening[None, :], 0.0)
        slope = np.maximum(ramp, np.finfo(np.float64).tiny)
        rising = np.minimum(elapsed, ramp)
        area: Array = rising * rising / (2.0 * slope) + (elapsed - rising)
        return area

    return since_opening(years + 1.0) - since_opening(years)
