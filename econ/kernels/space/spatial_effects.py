"""What a regressor does at home and elsewhere: average direct, indirect and total effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from econ.kernels.space.spatial_determinant import SpatialTraces

__all__ = ["AverageEffects", "average_effects", "effects_of_draws"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AverageEffects:
    """Average effects of m regressors and their covariance by the delta method.

    Parameters
    ----------
    direct, indirect, total : ndarray, shape (m,)
    covariance : ndarray, shape (3 m, 3 m)
        Of direct, then indirect, then total effects.
    """

    direct: Array
    indirect: Array
    total: Array
    covariance: Array


def average_effects(
    own: Array, lagged: Array, covariance: Array, traces: SpatialTraces, n: int
) -> AverageEffects:
    """Return average effects of ``y = rho W y + X beta + W X theta + e``.

    The effect of regressor r of unit j on unit i is cell i, j of ``A (beta_r I + theta_r W)``
    with ``A = (I - rho W)^-1``. Direct is the average of the diagonal, total that of row sums.

    Parameters
    ----------
    own, lagged : ndarray, shape (m,)
        beta and theta; zero where a regressor has no lag.
    covariance : ndarray, shape (1 + 2 m, 1 + 2 m)
        Of rho, beta and theta.
    traces : SpatialTraces
    n : int
        Number of units.

    Returns
    -------
    AverageEffects

    References
    ----------
    [lesage_pace_2009], section 2.7.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from econ.kernels.space.spatial_determinant import spatial_multiplier_traces
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> found = average_effects(
    ...     np.array([3.0]), np.zeros(1), np.zeros((3, 3)), spatial_multiplier_traces(pair, 0.5), 2)
    >>> float(found.direct[0].round(9)), float(found.total[0].round(9))
    (4.0, 6.0)
    """
    m = len(own)
    gradient = np.zeros((3 * m, 1 + 2 * m))
    rows = np.arange(m)
    for first, a, wa, waa, wawa in (
        (0, traces.a, traces.wa, traces.waa, traces.wawa),
        (2 * m, traces.sum_a, traces.sum_wa, traces.sum_waa, traces.sum_wawa),
    ):
        gradient[first + rows, 0] = (own * waa + lagged * wawa) / n
        gradient[first + rows, 1 + rows] = a / n
        gradient[first + rows, 1 + m + rows] = wa / n
    gradient[m : 2 * m] = gradient[2 * m :] - gradient[:m]
    direct = (own * traces.a + lagged * traces.wa) / n
    total = (own * traces.sum_a + lagged * traces.sum_wa) / n
    spread = gradient @ covariance @ gradient.T
    return AverageEffects(direct, total - direct, total, spread)


def effects_of_draws(draws: Array, traces: Array, n: int) -> Array:
    """Return the average effects of draws of the coefficients.

    Parameters
    ----------
    draws : ndarray, shape (d, 1 + 2 m)
        Of rho, beta and theta.
    traces : ndarray, shape (d, 4)
        ``tr A``, ``tr WA``, ``1'A1`` and ``1'WA1`` at each rho.
    n : int

    Returns
    -------
    ndarray, shape (d, 3 m)
        Direct, then indirect, then total.

    References
    ----------
    [lesage_pace_2009], section 5.6.2.

    Examples
    --------
    >>> effects_of_draws(np.array([[0.0, 3.0, 1.0]]), np.array([[2.0, 0.0, 2.0, 2.0]]), 2).tolist()
    [[3.0, 1.0, 4.0]]
    """
    m = (draws.shape[1] - 1) // 2
    own, lagged = draws[:, 1 : 1 + m], draws[:, 1 + m :]
    direct = (own * traces[:, [0]] + lagged * traces[:, [1]]) / n
    total = (own * traces[:, [2]] + lagged * traces[:, [3]]) / n
    return np.column_stack([direct, total - direct, total])
