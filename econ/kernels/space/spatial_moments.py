"""Spatial lag models by two stages, spatial error models by moments."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from econ.kernels.space.spatial_estimate import SpatialEstimate, least_squares_fit

__all__ = ["spatial_error_moments", "spatial_lag_instruments", "spatial_lag_two_stages"]

Array = npt.NDArray[np.float64]
Sparse = Any

CLOSE: Final = 1e-10


def spatial_lag_instruments(regressors: Array, weights: Sparse, orders: int) -> Array:
    """Return regressors and their spatial lags of first and higher order, each direction once.

    Parameters
    ----------
    regressors : ndarray, shape (n, k)
    weights : sparse array, shape (n, n)
    orders : int
        Highest order of the lags.

    Returns
    -------
    ndarray, shape (n, k + m)
        The lag of a constant is left out where it is one.

    References
    ----------
    [kelejian_prucha_1998], section 3.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> spatial_lag_instruments(np.array([[1.0], [3.0]]), pair, 1).tolist()
    [[1.0, 3.0], [3.0, 1.0]]
    """
    kept = regressors
    lag = regressors
    for _ in range(orders):
        lag = weights @ lag
        for column in lag.T:
            q = np.linalg.qr(kept)[0]
            left = column - q @ (q.T @ column)
            if np.linalg.norm(left) > np.sqrt(np.finfo(np.float64).eps) * np.linalg.norm(column):
                kept = np.column_stack([kept, column])
    return kept


def spatial_lag_two_stages(
    outcome: Array, regressors: Array, weights: Sparse, instruments: Array, *, robust: bool
) -> SpatialEstimate:
    """Return ``y = rho W y + X beta + e`` by two-stage least squares.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
    weights : sparse array, shape (n, n)
    instruments : ndarray, shape (n, q)
        With the regressors.
    robust : bool
        Whether errors may be heteroskedastic; otherwise their variance is divided by n - k - 1.

    Returns
    -------
    SpatialEstimate

    References
    ----------
    [kelejian_prucha_1998], section 3.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ring = csr_array((np.roll(np.eye(6), 1, 1) + np.roll(np.eye(6), -1, 1)) / 2.0)
    >>> x = np.array([[1.0, 2.0, 4.0, 3.0, 7.0, 5.0]]).T
    >>> y = np.linalg.solve(np.eye(6) - 0.5 * ring.toarray(), 3.0 * x[:, 0])
    >>> h = spatial_lag_instruments(x, ring, 2)
    >>> found = spatial_lag_two_stages(y, x, ring, h, robust=False)
    >>> round(found.rho, 6), found.beta.round(6).tolist()
    (0.5, [3.0])
    """
    n = len(outcome)
    z = np.column_stack([weights @ outcome, regressors])
    q = np.linalg.qr(instruments)[0]
    fitted = q @ (q.T @ z)
    delta = least_squares_fit(outcome, fitted)
    residuals = outcome - z @ delta
    variance = float(residuals @ residuals) / (n - z.shape[1])
    bread = np.linalg.inv(fitted.T @ fitted)
    covariance = variance * bread
    if robust:
        scores = fitted * residuals[:, None]
        covariance = bread @ (scores.T @ scores) @ bread
    return SpatialEstimate(float(delta[0]), delta[1:], covariance, variance, np.nan, residuals)


def spatial_error_moments(outcome: Array, regressors: Array, weights: Sparse) -> SpatialEstimate:
    """Return ``y = X beta + u, u = lambda W u + e`` by the generalised moments estimator.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
        Of full rank.
    weights : sparse array, shape (n, n)

    Returns
    -------
    SpatialEstimate
        Lambda is a nuisance here and has no error: its variance is not a number.

    References
    ----------
    [kelejian_prucha_1999], section 2.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ring = csr_array((np.roll(np.eye(6), 1, 1) + np.roll(np.eye(6), -1, 1)) / 2.0)
    >>> x = np.array([[1.0, 2.0, 4.0, 3.0, 7.0, 5.0]]).T
    >>> e = 1e-6 * np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0])
    >>> spatial_error_moments(3.0 * x[:, 0] + e, x, ring).beta.round(4).tolist()
    [3.0]
    """
    n, k = regressors.shape
    u = outcome - regressors @ least_squares_fit(outcome, regressors)
    lag = weights @ u
    twice = weights @ lag
    trace = float((weights.multiply(weights)).sum())
    scale = float(u @ u) / n
    moments = np.array(
        [
            [2.0 * u @ lag, -(lag @ lag), n],
            [2.0 * twice @ lag, -(twice @ twice), trace],
            [u @ twice + lag @ lag, -(lag @ twice), 0.0],
        ]
    ) / (n * scale)
    aims = np.array([u @ u, lag @ lag, u @ lag]) / (n * scale)

    def gaps(guess: Array) -> Array:
        rho, variance = guess
        left: Array = moments @ np.array([rho, rho**2, variance * scale]) - aims
        return left

    found = least_squares(gaps, np.array([0.0, 1.0]), xtol=CLOSE, ftol=CLOSE, gtol=CLOSE)
    rho = float(found.x[0])
    y, x = outcome - rho * (weights @ outcome), regressors - rho * (weights @ regressors)
    beta = least_squares_fit(y, x)
    residuals = y - x @ beta
    variance = float(residuals @ residuals) / n
    covariance = np.full((k + 1, k + 1), np.nan)
    covariance[1:, 1:] = variance * np.linalg.inv(x.T @ x)
    return SpatialEstimate(rho, beta, covariance, variance, np.nan, residuals)
