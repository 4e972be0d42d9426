"""Spatial lag and spatial error models by maximum likelihood."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar

from econ.kernels.space.spatial_determinant import LogDeterminant, spatial_multiplier_traces
from econ.kernels.space.spatial_estimate import SpatialEstimate, least_squares_fit

__all__ = ["spatial_error_likelihood", "spatial_lag_likelihood"]

Array = npt.NDArray[np.float64]
Sparse = Any

INSIDE: Final = 1e-6
CLOSE: Final = 1e-10


def _most_likely(determinant: LogDeterminant, squares: Any, n: int) -> tuple[float, float]:
    low, high = determinant.bounds
    room = INSIDE * (high - low)

    def minus(rho: float) -> float:
        return n / 2.0 * float(np.log(squares(rho) / n)) - determinant.at(rho)

    found = minimize_scalar(
        minus, bounds=(low + room, high - room), method="bounded", options={"xatol": CLOSE}
    )
    constant = n / 2.0 * (float(np.log(2.0 * np.pi)) + 1.0)
    return float(found.x), -float(found.fun) - constant


def spatial_lag_likelihood(
    outcome: Array, regressors: Array, weights: Sparse, determinant: LogDeterminant
) -> SpatialEstimate:
    """Return ``y = rho W y + X beta + e`` by maximum likelihood.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
        Of full rank.
    weights : sparse array, shape (n, n)
    determinant : LogDeterminant
        Of the same weights, or of those of one period.

    Returns
    -------
    SpatialEstimate
        Covariance from the expected information; variance divided by the determinant's rows.

    References
    ----------
    [ord_1975], sections 2 and 3; [anselin_1988], sections 6.2 and 8.1.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ring = csr_array((np.roll(np.eye(6), 1, 1) + np.roll(np.eye(6), -1, 1)) / 2.0)
    >>> x = np.array([[1.0, 2.0, 4.0, 3.0, 7.0, 5.0]]).T
    >>> y = np.linalg.solve(np.eye(6) - 0.5 * ring.toarray(), 3.0 * x[:, 0])
    >>> noise = 1e-6 * np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0])
    >>> found = spatial_lag_likelihood(y + noise, x, ring, LogDeterminant(ring))
    >>> round(found.rho, 4), found.beta.round(4).tolist()
    (0.5, [3.0])
    """
    k, n = regressors.shape[1], determinant.rows
    lagged = weights @ outcome
    fits = least_squares_fit(np.column_stack([outcome, lagged]), regressors)
    own, lag = (np.column_stack([outcome, lagged]) - regressors @ fits).T
    a, b, c = float(own @ own), float(own @ lag), float(lag @ lag)

    def squares(rho: float) -> float:
        return a - 2.0 * rho * b + rho**2 * c

    rho, loglik = _most_likely(determinant, squares, n)
    beta = fits[:, 0] - rho * fits[:, 1]
    residuals = own - rho * lag
    variance = float(residuals @ residuals) / n
    once = spatial_multiplier_traces(determinant.weights, rho)
    traces = once.times(determinant.copies)
    identity = sparse.eye_array(len(outcome))
    spread = weights @ sparse.linalg.spsolve(
        sparse.csc_matrix(identity - rho * weights), regressors @ beta
    )
    information = np.zeros((k + 2, k + 2))
    information[0, 0] = traces.wawa + traces.wa_squared + float(spread @ spread) / variance
    information[0, 1:-1] = information[1:-1, 0] = regressors.T @ spread / variance
    information[1:-1, 1:-1] = regressors.T @ regressors / variance
    # Scaled by the variance, whose own unit may be far from the others'.
    information[0, -1] = information[-1, 0] = traces.wa
    information[-1, -1] = n / 2.0
    covariance = np.linalg.inv(information)[:-1, :-1]
    gap = float(residuals @ (weights @ residuals)) / variance
    squared = (weights.multiply(weights)).sum() + (weights.multiply(weights.T)).sum()
    left = float(squared) - (traces.wwa + traces.w_wa) ** 2 * covariance[0, 0]
    return SpatialEstimate(rho, beta, covariance, variance, loglik, residuals, gap**2 / left, once)


def spatial_error_likelihood(
    outcome: Array, regressors: Array, weights: Sparse, determinant: LogDeterminant
) -> SpatialEstimate:
    """Return ``y = X beta + u, u = lambda W u + e`` by maximum likelihood.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
        Of full rank.
    weights : sparse array, shape (n, n)
    determinant : LogDeterminant
        Of the same weights, or of those of one period.

    Returns
    -------
    SpatialEstimate
        Covariance from the expected information; variance divided by the determinant's rows.

    References
    ----------
    [ord_1975], section 4; [anselin_1988], section 6.2.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ring = csr_array((np.roll(np.eye(6), 1, 1) + np.roll(np.eye(6), -1, 1)) / 2.0)
    >>> x = np.array([[1.0, 2.0, 4.0, 3.0, 7.0, 5.0]]).T
    >>> e = 1e-6 * np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0])
    >>> found = spatial_error_likelihood(3.0 * x[:, 0] + e, x, ring, LogDeterminant(ring))
    >>> found.beta.round(4).tolist()
    [3.0]
    """
    k, n = regressors.shape[1], determinant.rows
    lag_y, lag_x = weights @ outcome, weights @ regressors

    def filtered(rho: float) -> tuple[Array, Array]:
        return outcome - rho * lag_y, regressors - rho * lag_x

    def squares(rho: float) -> float:
        y, x = filtered(rho)
        q = np.linalg.qr(x)[0]
        left = y - q @ (q.T @ y)
        return float(left @ left)

    rho, loglik = _most_likely(determinant, squares, n)
    y, x = filtered(rho)
    beta = least_squares_fit(y, x)
    residuals = y - x @ beta
    variance = float(residuals @ residuals) / n
    once = spatial_multiplier_traces(determinant.weights, rho)
    traces = once.times(determinant.copies)
    block = np.array([[traces.wawa + traces.wa_squared, traces.wa], [traces.wa, n / 2.0]])
    covariance = np.zeros((k + 1, k + 1))
    covariance[0, 0] = np.linalg.inv(block)[0, 0]
    covariance[1:, 1:] = variance * np.linalg.inv(x.T @ x)
    return SpatialEstimate(rho, beta, covariance, variance, loglik, residuals)
