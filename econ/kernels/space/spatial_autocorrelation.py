"""Whether neighbours are alike: Moran's I and Lagrange multiplier tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from econ.kernels.space.spatial_weights import row_sums

__all__ = [
    "LagrangeMultipliers",
    "Moran",
    "lagrange_multipliers",
    "moran",
    "moran_of_residuals",
    "permuted_moran",
]

Array = npt.NDArray[np.float64]
Sparse = Any


@dataclass(frozen=True)
class Moran:
    """Moran's I with its expectation and variance where nothing is autocorrelated.

    Parameters
    ----------
    statistic, expectation, variance : float [-]
    """

    statistic: float
    expectation: float
    variance: float

    @property
    def z(self) -> float:
        """Standard deviate [-]."""
        return (self.statistic - self.expectation) / float(np.sqrt(self.variance))


def moran(values: Array, weights: Sparse, *, normal: bool = False) -> Moran:
    """Return Moran's I of a variable.

    Parameters
    ----------
    values : ndarray, shape (n,)
    weights : sparse array, shape (n, n)
    normal : bool
        Variance of normal values; otherwise that of values dealt out at random.

    Returns
    -------
    Moran

    References
    ----------
    [cliff_ord_1981], equations 2.8 and 2.12.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> line = csr_array(np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1))
    >>> found = moran(np.array([1.0, 2.0, 3.0, 4.0]), line)
    >>> round(found.statistic, 6), round(found.expectation, 6)
    (0.333333, -0.333333)
    """
    n = len(values)
    z = values - values.mean()
    s0 = float(weights.sum())
    both = weights + weights.T
    s1 = float((both.multiply(both)).sum()) / 2.0
    s2 = float(((row_sums(weights) + row_sums(weights.T)) ** 2).sum())
    squares = float(z @ z)
    statistic = n / s0 * float(z @ (weights @ z)) / squares
    expectation = -1.0 / (n - 1)
    if normal:
        second = (n**2 * s1 - n * s2 + 3.0 * s0**2) / ((n**2 - 1.0) * s0**2)
    else:
        kurtosis = n * float((z**4).sum()) / squares**2
        second = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3.0 * s0**2)
        second -= kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6.0 * s0**2)
        second /= (n - 1.0) * (n - 2) * (n - 3) * s0**2
    return Moran(statistic, expectation, second - expectation**2)


def permuted_moran(values: Array, weights: Sparse, draws: int, rng: np.random.Generator) -> Array:
    """Return Moran's I of the values dealt out at random.

    Parameters
    ----------
    values : ndarray, shape (n,)
    weights : sparse array, shape (n, n)
    draws : int

    Returns
    -------
    ndarray, shape (draws,)

    References
    ----------
    [cliff_ord_1981], section 2.3.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> permuted_moran(np.array([0.0, 1.0]), pair, 2, np.random.default_rng(1)).tolist()
    [-1.0, -1.0]
    """
    z = values - values.mean()
    mixed = rng.permuted(np.broadcast_to(z, (draws, len(z))), axis=1)
    scale = len(z) / float(weights.sum()) / float(z @ z)
    found: Array = scale * (mixed * (weights @ mixed.T).T).sum(axis=1)
    return found


def moran_of_residuals(residuals: Array, regressors: Array, weights: Sparse) -> Moran:
    """Return Moran's I of least-squares residuals, which are correlated by the regression itself.

    Parameters
    ----------
    residuals : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
        With the constant; of full rank.
    weights : sparse array, shape (n, n)

    Returns
    -------
    Moran

    References
    ----------
    [cliff_ord_1981], section 8.3.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> line = csr_array(np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1))
    >>> y = np.array([1.0, 2.0, 3.0, 4.0])
    >>> round(moran_of_residuals(y - y.mean(), np.ones((4, 1)), line).expectation, 6)
    -0.333333
    """
    n, k = regressors.shape
    s0 = float(weights.sum())
    q = np.linalg.qr(regressors)[0]
    wq, tq = weights @ q, weights.T @ q
    inner = q.T @ wq
    squared = (weights.multiply(weights.T)).sum() - 2.0 * (tq * wq).sum() + (inner * inner.T).sum()
    crossed = (
        (weights.multiply(weights)).sum()
        - (wq * wq).sum()
        - (tq * tq).sum()
        + (inner * inner).sum()
    )
    trace = float(weights.trace() - np.trace(inner))
    free = n - k
    scale = n / s0
    expectation = scale * trace / free
    second = scale**2 * float(squared + crossed + trace**2) / (free * (free + 2.0))
    statistic = scale * float(residuals @ (weights @ residuals)) / float(residuals @ residuals)
    return Moran(statistic, expectation, second - expectation**2)


@dataclass(frozen=True)
class LagrangeMultipliers:
    """What a least-squares regression says of a spatial model it leaves out; each chi-squared.

    Parameters
    ----------
    error, lag : float
        One degree of freedom.
    robust_error, robust_lag : float
        Robust to the other; one degree of freedom.
    both : float
        Lag and error at once; two degrees of freedom.
    """

    error: float
    lag: float
    robust_error: float
    robust_lag: float
    both: float


def lagrange_multipliers(outcome: Array, regressors: Array, weights: Sparse) -> LagrangeMultipliers:
    """Return tests of a spatial lag and of spatially correlated errors.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
        With the constant; of full rank.
    weights : sparse array, shape (n, n)

    Returns
    -------
    LagrangeMultipliers

    References
    ----------
    [anselin_1996], equations 10 to 15.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> line = csr_array(np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1))
    >>> found = lagrange_multipliers(np.array([1.0, 2.0, 3.0, 4.0]), np.ones((4, 1)), line)
    >>> round(found.error, 6)  # (4 * 1.25 / 5) ** 2 / 12
    0.333333
    """
    n = len(outcome)
    q = np.linalg.qr(regressors)[0]
    fitted = q @ (q.T @ outcome)
    residuals = outcome - fitted
    variance = float(residuals @ residuals) / n
    lagged = weights @ fitted
    left = lagged - q @ (q.T @ lagged)
    trace = float((weights.multiply(weights.T)).sum() + (weights.multiply(weights)).sum())
    error = float(residuals @ (weights @ residuals)) / variance
    lag = float(residuals @ (weights @ outcome)) / variance
    information = float(left @ left) / variance + trace
    beyond = information - trace
    robust_lag = (lag - error) ** 2 / beyond if beyond > 0.0 else np.nan
    robust_error = np.nan
    if beyond > 0.0:
        robust_error = (error - trace / information * lag) ** 2
        robust_error /= trace * (1.0 - trace / information)
    return LagrangeMultipliers(
        error=error**2 / trace,
        lag=lag**2 / information,
        robust_error=float(robust_error),
        robust_lag=float(robust_lag),
        both=float(error**2 / trace + robust_lag),
    )
