"""Pooling of estimates: variance between studies, pooled mean, heterogeneity, prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2

__all__ = [
    "BETWEEN_STUDIES",
    "Heterogeneity",
    "PooledMean",
    "between_variance_interval",
    "dersimonian_laird",
    "generalised_q",
    "hedges_olkin",
    "heterogeneity",
    "maximum_likelihood",
    "paule_mandel",
    "pooled_mean",
    "restricted_likelihood",
    "sidik_jonkman",
]

Array = npt.NDArray[np.float64]
STEPS: Final = 1000
ROUNDING: Final = 1e-14
DOUBLINGS: Final = 200


@dataclass(frozen=True)
class PooledMean:
    """An inverse-variance mean.

    Parameters
    ----------
    mean, std_error : float
    weights : ndarray, shape (k,) [share]
    """

    mean: float
    std_error: float
    weights: Array


@dataclass(frozen=True)
class Heterogeneity:
    """How far studies differ beyond their own error.

    Parameters
    ----------
    q : float
        Cochran's statistic, chi-squared with k - 1 degrees of freedom where studies agree.
    p_value : float
    typical_variance : float
        What the variance within studies is like; with the variance between them it gives I².
    """

    q: float
    p_value: float
    typical_variance: float

    def i_squared(self, between: float) -> float:
        """Return the share of the total variance that is between studies [share]."""
        return between / (between + self.typical_variance)


def pooled_mean(
    estimates: Array,
    variances: Array,
    between: float = 0.0,
    *,
    knapp: bool = False,
    floored: bool = False,
) -> PooledMean:
    """Return the mean with weights ``1 / (variance + between)``.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)
    between : float
        Variance between studies; zero is the fixed-effect mean.
    knapp : bool
        Whether the standard error is that of Hartung and Knapp, for t with k - 1 degrees of
        freedom; otherwise it is the square root of one over the sum of the weights.
    floored : bool
        Whether the standard error of Hartung and Knapp is at least the other one.

    References
    ----------
    [dersimonian_laird_1986]; [hartung_knapp_2001]; [roever_knapp_friede_2015].

    Examples
    --------
    >>> found = pooled_mean(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    >>> found.mean, round(found.std_error, 6), found.weights.tolist()
    (2.0, 0.707107, [0.5, 0.5])
    """
    weights = 1.0 / (variances + between)
    whole = weights.sum()
    mean = float(weights @ estimates / whole)
    error = float(np.sqrt(1.0 / whole))
    if knapp:
        factor = float(np.sqrt(weights @ (estimates - mean) ** 2 / (len(estimates) - 1)))
        error *= max(factor, 1.0) if floored else factor
    return PooledMean(mean, error, weights / whole)


def generalised_q(estimates: Array, variances: Array, between: float = 0.0) -> float:
    """Return the weighted squared distance of the studies from their mean.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)
    between : float
        Variance between studies; at zero this is Cochran's Q.

    References
    ----------
    [paule_mandel_1982]; [viechtbauer_2007].

    Examples
    --------
    >>> generalised_q(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    2.0
    """
    mean = pooled_mean(estimates, variances, between).mean
    return float(((estimates - mean) ** 2 / (variances + between)).sum())


def heterogeneity(estimates: Array, variances: Array) -> Heterogeneity:
    """Return Cochran's Q with its p-value, and the typical variance within studies.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [higgins_thompson_2002], equation 9.

    Examples
    --------
    >>> found = heterogeneity(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    >>> found.q, round(found.p_value, 4), found.typical_variance, found.i_squared(1.0)
    (2.0, 0.1573, 1.0, 0.5)
    """
    weights = 1.0 / variances
    free = len(estimates) - 1
    q = generalised_q(estimates, variances)
    typical = free * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    return Heterogeneity(q, float(chi2.sf(q, free)), float(typical))


def dersimonian_laird(estimates: Array, variances: Array) -> float:
    """Return the variance between studies by the method of moments, never below zero.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [dersimonian_laird_1986], equation 8.

    Examples
    --------
    >>> dersimonian_laird(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    1.0
    """
    weights = 1.0 / variances
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    excess = generalised_q(estimates, variances) - (len(estimates) - 1)
    return max(0.0, float(excess / spread))


def hedges_olkin(estimates: Array, variances: Array) -> float:
    """Return the variance between studies from their plain variance, never below zero.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [hedges_olkin_1985], chapter 9.

    Examples
    --------
    >>> hedges_olkin(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    1.0
    """
    return max(0.0, float(estimates.var(ddof=1) - variances.mean()))


def sidik_jonkman(estimates: Array, variances: Array) -> float:
    """Return the variance between studies from their plain variance, reweighted; above zero.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [sidik_jonkman_2005], equation 2.

    Examples
    --------
    >>> sidik_jonkman(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    1.0
    """
    start = float(estimates.var())
    if start == 0.0:
        return 0.0
    weights = 1.0 / (variances + start)
    mean = weights @ estimates / weights.sum()
    return float(start * (weights @ (estimates - mean) ** 2) / (len(estimates) - 1))


def paule_mandel(estimates: Array, variances: Array) -> float:
    """Return the variance between studies at which the generalised Q is k - 1 (empirical Bayes).

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [paule_mandel_1982], equations 6 to 11.

    Examples
    --------
    >>> round(paule_mandel(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 9)
    1.0
    """
    return _where_q_is(estimates, variances, len(estimates) - 1.0)


def restricted_likelihood(estimates: Array, variances: Array) -> float:
    """Return the variance between studies of greatest restricted likelihood, never below zero.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [viechtbauer_2005], equation 6.

    Examples
    --------
    >>> round(restricted_likelihood(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 9)
    1.0
    """
    return _scored(estimates, variances, restricted=True)


def maximum_likelihood(estimates: Array, variances: Array) -> float:
    """Return the variance between studies of greatest likelihood, never below zero.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)

    References
    ----------
    [viechtbauer_2005], equation 5.

    Examples
    --------
    >>> round(maximum_likelihood(np.array([1.0, 5.0]), np.array([1.0, 1.0])), 9)
    3.0
    """
    return _scored(estimates, variances, restricted=False)


def between_variance_interval(
    estimates: Array, variances: Array, level: float
) -> tuple[float, float]:
    """Return the interval of the variance between studies by the profile of the generalised Q.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)
    level : float

    References
    ----------
    [viechtbauer_2007], section 3.

    Examples
    --------
    >>> low, high = between_variance_interval(np.array([1.0, 3.0]), np.array([1.0, 1.0]), 0.9)
    >>> low, round(high, 3)
    (0.0, 507.629)
    """
    free, tail = len(estimates) - 1, (1.0 - level) / 2.0
    low, high = (
        _where_q_is(estimates, variances, float(chi2.isf(p, free))) for p in (tail, 1.0 - tail)
    )
    return low, high


def _where_q_is(estimates: Array, variances: Array, wanted: float) -> float:
    """Return the variance between studies at which the falling generalised Q is `wanted`."""

    def gap(between: float) -> float:
        return generalised_q(estimates, variances, between) - wanted

    if gap(0.0) <= 0.0:
        return 0.0
    above = float(variances.max() + np.ptp(estimates) ** 2)
    for _ in range(DOUBLINGS):
        if gap(above) < 0.0:
            break
        above *= 2.0
    return float(brentq(gap, 0.0, above, xtol=above * ROUNDING))


def _log_likelihoods(
    estimates: Array, variances: Array, between: Array, *, restricted: bool
) -> Array:
    """Return the log-likelihood at each of several variances between studies, shape (g,)."""
    weights = 1.0 / (variances + between[:, None])
    whole = weights.sum(axis=1)
    mean = weights @ estimates / whole
    q = (weights * (estimates - mean[:, None]) ** 2).sum(axis=1)
    found: Array = np.log(weights).sum(axis=1) - q
    return found - np.log(whole) if restricted else found


def _scored(estimates: Array, variances: Array, *, restricted: bool) -> float:
    """Return the maximum of the likelihood: best of a grid, then where its slope changes sign."""

    def slope(between: float) -> float:
        weights = 1.0 / (variances + between)
        whole = weights.sum()
        mean = weights @ estimates / whole
        found = (weights**2 * (estimates - mean) ** 2).sum() - whole
        return float(found + (weights**2).sum() / whole if restricted else found)

    largest = float(variances.max() + np.ptp(estimates) ** 2)
    smallest = float(variances.min()) * ROUNDING
    grid = np.concatenate([[0.0], np.geomspace(smallest, largest, STEPS)])
    best = int(np.argmax(_log_likelihoods(estimates, variances, grid, restricted=restricted)))
    if best == 0:
        return 0.0
    below, above = float(grid[best - 1]), float(grid[min(best + 1, STEPS)])
    if slope(below) <= 0.0 or slope(above) >= 0.0:
        return float(grid[best])
    return float(brentq(slope, below, above, xtol=above * ROUNDING))


BETWEEN_STUDIES: Final[Mapping[str, Callable[[Array, Array], float]]] = {
    "DL": dersimonian_laird,
    "HE": hedges_olkin,
    "ML": maximum_likelihood,
    "PM": paule_mandel,
    "REML": restricted_likelihood,
    "SJ": sidik_jonkman,
}
