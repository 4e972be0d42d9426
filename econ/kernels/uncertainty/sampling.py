"""Seeded draws: a Latin hypercube, and the quantile functions that turn it into parameters."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln, expit, ndtr, ndtri

__all__ = [
    "latin_hypercube",
    "lognormal_quantile",
    "normal_quantile",
    "pert_quantile",
    "sobol_sequence",
    "triangular_quantile",
    "zero_inflated_quantile",
]

Array = npt.NDArray[np.float64]
# Normal scores of probabilities a rounding away from zero and one lie within.
SCORES: Final = 8.25
# Of the cubic between quantiles: with as many it is off by less than 1e-9 (tested).
NODES: Final = 1025


def latin_hypercube(rng: np.random.Generator, draws: int, dimensions: int) -> Array:
    """Return a Latin hypercube of uniform numbers, one stratum per draw in every dimension.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness; the same generator gives the same numbers.
    draws : int
        Number of draws, d.
    dimensions : int
        Number of parameters, k.

    Returns
    -------
    ndarray, shape (k, d) [-]
        Strictly between 0 and 1; each row holds one number in every interval [i/d, (i+1)/d).

    References
    ----------
    [mckay_1979], section 2.

    Examples
    --------
    >>> u = latin_hypercube(np.random.default_rng(0), 4, 1)
    >>> sorted(int(4 * x) for x in u[0])
    [0, 1, 2, 3]
    """
    strata = rng.permuted(np.tile(np.arange(draws, dtype=np.float64), (dimensions, 1)), axis=1)
    inside = rng.uniform(0.0, 1.0, size=(dimensions, draws))
    tiny = np.finfo(np.float64).eps
    return np.clip((strata + inside) / draws, tiny, 1.0 - tiny)


def sobol_sequence(seed: int, draws: int, dimensions: int) -> Array:
    """Return a scrambled Sobol sequence, which fills all dimensions evenly at once.

    Parameters
    ----------
    seed : int
        Of the scrambling.
    draws : int
        Number of draws, d; most even for powers of two.
    dimensions : int
        Number of parameters, k.

    Returns
    -------
    ndarray, shape (k, d) [-]
        Strictly between 0 and 1: the first d points of the sequence.

    References
    ----------
    [sobol_1967]; [owen_1998] (scrambling).

    Examples
    --------
    >>> u = sobol_sequence(0, 8, 2)
    >>> [sorted(int(8 * x) for x in row) for row in u]
    [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7]]
    """
    from scipy.stats import qmc  # noqa: PLC0415  (half a second to load)

    if draws == 0:
        return np.empty((dimensions, 0))
    engine = qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng(seed))
    points = engine.random_base2(int(np.ceil(np.log2(draws))))[:draws]
    tiny = np.finfo(np.float64).eps
    found: Array = np.clip(np.ascontiguousarray(points.T), tiny, 1.0 - tiny)
    return found


def triangular_quantile(u: Array, low: float, mode: float, high: float) -> Array:
    """Return quantiles of the triangular distribution on [low, high].

    Parameters
    ----------
    u : ndarray, shape (d,) [-]
        Probabilities.
    low, mode, high : float [unit of the parameter]
        ``low <= mode <= high``.

    Returns
    -------
    ndarray, shape (d,) [unit of the parameter]

    References
    ----------
    [johnson_kotz_1999], section 1.

    Examples
    --------
    >>> triangular_quantile(np.array([0.0, 0.5, 1.0]), 0.0, 1.0, 2.0).tolist()
    [0.0, 1.0, 2.0]
    """
    if high == low:
        return np.full_like(u, low)
    split = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < split, rising, falling)


def pert_quantile(u: Array, low: float, mode: float, high: float) -> Array:
    """Return quantiles of the PERT beta distribution on [low, high], shape parameter 4.

    Parameters
    ----------
    u : ndarray, shape (d,) [-]
        Probabilities.
    low, mode, high : float [unit of the parameter]
        ``low <= mode <= high``; the mean is ``(low + 4 mode + high) / 6``.

    Returns
    -------
    ndarray, shape (d,) [unit of the parameter]

    References
    ----------
    [malcolm_1959], p. 652.

    Examples
    --------
    >>> float(pert_quantile(np.array([0.5]), 0.0, 0.5, 1.0)[0])
    0.5
    """
    if high == low:
        return np.full_like(u, low)
    weight = 4.0
    alpha = 1.0 + weight * (mode - low) / (high - low)
    beta = 1.0 + weight * (high - mode) / (high - low)
    scaled: Array = (
        betaincinv(alpha, beta, u) if u.size <= NODES else _beta_quantile(u, alpha, beta)
    )
    return low + (high - low) * scaled


def _beta_quantile(u: Array, alpha: float, beta: float) -> Array:
    """Return quantiles of a beta distribution at many probabilities, off by less than 1e-9.

    The logit of the quantile is smooth in the normal score of the probability, so that a cubic
    between a thousand nodes with their exact slopes says it all, ten times faster.
    """
    z = np.linspace(-SCORES, SCORES, NODES)
    half = NODES // 2
    # Each tail from its own end, where digits are left.
    below = betaincinv(alpha, beta, ndtr(z[: half + 1]))
    above = betaincinv(beta, alpha, ndtr(-z[half + 1 :]))
    logs = np.concatenate([np.log(below), np.log1p(-above)])
    rests = np.concatenate([np.log1p(-below), np.log(above)])
    y = logs - rests
    # dy/dz: the density of the score over that of the quantile, on the scale of its logit.
    slope = np.exp(-0.5 * (z**2 + np.log(2.0 * np.pi)) + betaln(alpha, beta))
    slope = slope / np.exp(alpha * logs + beta * rests)
    step = z[1] - z[0]
    place = (np.clip(ndtri(u), -SCORES, SCORES) - z[0]) / step
    left = np.clip(place.astype(np.intp), 0, NODES - 2)
    t = place - left
    rise, first, second = y[left + 1] - y[left], step * slope[left], step * slope[left + 1]
    # Hermite's cubic, by its divided differences.
    found = y[left] + t * (first + t * (rise - first + (t - 1.0) * (first + second - 2.0 * rise)))
    quantiles: Array = expit(found)
    return quantiles


def lognormal_quantile(u: Array, low: float, median: float, high: float) -> Array:
    """Return quantiles of a two-piece lognormal distribution.

    Below the median the spread is that of `low`, above it that of `high`; with `low` and `high` in
    the same ratio to the median it is the lognormal distribution.

    Parameters
    ----------
    u : ndarray, shape (d,) [-]
        Probabilities.
    low, median, high : float [unit of the parameter]
        The 5 %, 50 % and 95 % quantiles; positive. Draws may fall outside of `low` and `high`.

    Returns
    -------
    ndarray, shape (d,) [unit of the parameter]

    References
    ----------
    [johnson_kotz_1994], chapter 14 (lognormal); its two halves each keep their own spread.

    Examples
    --------
    >>> lognormal_quantile(np.array([0.05, 0.5, 0.95]), 1.0, 2.0, 6.0).round(6).tolist()
    [1.0, 2.0, 6.0]
    """
    z = ndtri(u)
    spread = np.where(z < 0.0, np.log(median / low), np.log(high / median)) / ndtri(0.95)
    drawn: Array = median * np.exp(spread * z)
    return drawn


def normal_quantile(u: Array, low: float, median: float, high: float) -> Array:
    """Return quantiles of a two-piece normal distribution.

    Parameters
    ----------
    u : ndarray, shape (d,) [-]
        Probabilities.
    low, median, high : float [unit of the parameter]
        The 5 %, 50 % and 95 % quantiles; with `low` and `high` at the same distance from the median
        it is the normal distribution, as an estimate with its 90 % interval has it.

    Returns
    -------
    ndarray, shape (d,) [unit of the parameter]

    References
    ----------
    [johnson_kotz_1994], chapter 13 (normal); its two halves each keep their own spread.

    Examples
    --------
    >>> normal_quantile(np.array([0.05, 0.5, 0.95]), -1.0, 0.5, 2.0).round(6).tolist()
    [-1.0, 0.5, 2.0]
    """
    z = ndtri(u)
    spread = np.where(z < 0.0, median - low, high - median) / ndtri(0.95)
    drawn: Array = median + spread * z
    return drawn


def zero_inflated_quantile(u: Array, zero: float, median: float, high: float) -> Array:
    """Return quantiles of a mass at zero with a lognormal tail.

    Parameters
    ----------
    u : ndarray, shape (d,) [-]
        Probabilities.
    zero : float [-]
        Probability of exactly zero, below 0.95.
    median : float [unit of the parameter]
        Median of the positive part.
    high : float [unit of the parameter]
        95 % quantile of the whole distribution, above `median`.

    Returns
    -------
    ndarray, shape (d,) [unit of the parameter]

    References
    ----------
    [aitchison_1955], section 2 (the delta distribution).

    Examples
    --------
    >>> zero_inflated_quantile(np.array([0.3, 0.75, 0.95]), 0.5, 1.0, 5.0).round(6).tolist()
    [0.0, 1.0, 5.0]
    """
    positive = np.maximum(u - zero, 0.0) / (1.0 - zero)
    sigma = np.log(high / median) / ndtri((0.95 - zero) / (1.0 - zero))
    safe = np.where(positive > 0.0, positive, 0.5)
    drawn: Array = np.where(positive > 0.0, median * np.exp(sigma * ndtri(safe)), 0.0)
    return drawn
