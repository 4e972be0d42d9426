"""Spatial lag and spatial error models: maximum likelihood, two stages, moments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import least_squares, minimize_scalar

from econ.kernels.space.spatial_determinant import (
    LogDeterminant,
    SpatialTraces,
    spatial_multiplier_traces,
)

__all__ = [
    "SpatialEstimate",
    "spatial_error_likelihood",
    "spatial_error_moments",
    "spatial_lag_instruments",
    "spatial_lag_likelihood",
    "spatial_lag_two_stages",
]

Array = npt.NDArray[np.float64]
Sparse = Any

INSIDE: Final = 1e-6
CLOSE: Final = 1e-10


@dataclass(frozen=True)
class SpatialEstimate:
    """Coefficients of a spatial model, the spatial one first.

    Parameters
    ----------
    rho : float
        Of the lag, or lambda of the error.
    beta : ndarray, shape (k,)
    covariance : ndarray, shape (1 + k, 1 + k)
    variance : float
        Of the errors.
    loglik : float
        Not a number where the estimate is none of likelihood.
    residuals : ndarray, shape (n,)
    traces : SpatialTraces or None
        Of the weights of one period at this rho, where they were needed.
    residual_test : float
        Lagrange multiplier of error correlation that a lag leaves; chi-squared with one degree of
        freedom.
    """

    rho: float
    beta: Array
    covariance: Array
    variance: float
    loglik: float
    residuals: Array
    residual_test: float = np.nan
    traces: SpatialTraces | None = None

    def in_units(self, of_outcome: float, of_regressors: Array, rows: int) -> SpatialEstimate:
        """Return what was estimated of columns divided by their sizes, in the unit they came in.

        Parameters
        ----------
        of_outcome : float
        of_regressors : ndarray, shape (k,)
        rows : int
            Of the likelihood.
        """
        scale = of_outcome / of_regressors
        both = np.append(1.0, scale)
        return replace(
            self,
            beta=scale * self.beta,
            covariance=both[:, None] * self.covariance * both,
            variance=of_outcome**2 * self.variance,
            loglik=self.loglik - rows * float(np.log(of_outcome)),
            residuals=of_outcome * self.residuals,
        )


def _least_squares(outcome: Array, regressors: Array) -> Array:
    found = np.linalg.lstsq(regressors, outcome, rcond=None)[0]
    return np.asarray(found, dtype=np.float64)


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
    fits = _least_squares(np.column_stack([outcome, lagged]), regressors)
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
    beta = _least_squares(y, x)
    residuals = y - x @ beta
    variance = float(residuals @ residuals) / n
    once = spatial_multiplier_traces(determinant.weights, rho)
    traces = once.times(determinant.copies)
    block = np.array([[traces.wawa + traces.wa_squared, traces.wa], [traces.wa, n / 2.0]])
    covariance = np.zeros((k + 1, k + 1))
    covariance[0, 0] = np.linalg.inv(block)[0, 0]
    covariance[1:, 1:] = variance * np.linalg.inv(x.T @ x)
    return SpatialEstimate(rho, beta, covariance, variance, loglik, residuals)


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
    delta = _least_squares(outcome, fitted)
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
    u = outcome - regressors @ _least_squares(outcome, regressors)
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
    beta = _least_squares(y, x)
    residuals = y - x @ beta
    variance = float(residuals @ residuals) / n
    covariance = np.full((k + 1, k + 1), np.nan)
    covariance[1:, 1:] = variance * np.linalg.inv(x.T @ x)
    return SpatialEstimate(rho, beta, covariance, variance, np.nan, residuals)
