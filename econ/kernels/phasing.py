"""When money is spent and when a site runs: profiles over years, moved by slip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["operating_profile", "shifted_profile"]

Array = npt.NDArray[np.float64]


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


def operating_profile(years: Array, opening: Array, ramp: Array) -> Array:
    """Return how far a site is in operation in each year.

    Operation rises in a straight line from nothing at the opening to full after `ramp` years and
    stays there; a year counts the average of its twelve months.

    Parameters
    ----------
    years : ndarray, shape (y,) [calendar year]
    opening : ndarray, shape (d,) [calendar year with fraction]
    ramp : ndarray, shape (d,) [years]
        Zero or more.

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
    """

    def since_opening(year: Array) -> Array:
        elapsed = np.maximum(year[:, None] - opening[None, :], 0.0)
        slope = np.maximum(ramp, np.finfo(np.float64).tiny)
        rising = np.minimum(elapsed, ramp)
        area: Array = rising * rising / (2.0 * slope) + (elapsed - rising)
        return area

    return since_opening(years + 1.0) - since_opening(years)
