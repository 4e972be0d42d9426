"""What an estimator of a spatial model finds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from econ.kernels.space.spatial_determinant import SpatialTraces

__all__ = ["SpatialEstimate", "least_squares_fit"]

Array = npt.NDArray[np.float64]


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


def least_squares_fit(outcome: Array, regressors: Array) -> Array:
    """Return the coefficients of least squares.

    Parameters
    ----------
    outcome : ndarray, shape (n,) or (n, m)
    regressors : ndarray, shape (n, k)

    Returns
    -------
    ndarray, shape (k,) or (k, m)

    References
    ----------
    [golub_van_loan_2013], section 5.3.

    Examples
    --------
    >>> least_squares_fit(np.array([2.0, 4.0]), np.array([[1.0], [2.0]])).round(9).tolist()
    [2.0]
    """
    found = np.linalg.lstsq(regressors, outcome, rcond=None)[0]
    return np.asarray(found, dtype=np.float64)
