"""The determinant of ``I - rho W``, and the traces and sums of its inverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import splu

__all__ = ["LogDeterminant", "SpatialTraces", "spatial_multiplier_traces"]

Array = npt.NDArray[np.float64]
Sparse = Any

# Up to here the whole inverse is held at once; above it, blocks of its columns and of its rows.
DENSE: Final = 4000
BLOCK: Final = 256


@dataclass(frozen=True)
class LogDeterminant:
    """``ln |I - rho W|`` as a function of rho.

    Parameters
    ----------
    weights : sparse array, shape (n, n)
    eigenvalues : ndarray, shape (n,), optional
        Where they are at hand; otherwise every value costs a sparse LU factorisation.
    copies : int
        Number of periods in which the same weights hold.
    without_mean : bool
        Whether each period has lost its mean, and with it the eigenvalue one of weights whose rows
        sum to one.

    Examples
    --------
    >>> weights = sparse.csr_array([[0.0, 1.0], [1.0, 0.0]])
    >>> by_factor = LogDeterminant(weights).at(0.5)
    >>> by_values = LogDeterminant(weights, np.array([1.0, -1.0])).at(0.5)
    >>> round(by_factor, 9), round(by_values, 9)  # ln(1 - 0.25)
    (-0.287682072, -0.287682072)
    """

    weights: Sparse
    eigenvalues: npt.NDArray[Any] | None = None
    copies: int = 1
    without_mean: bool = False

    @property
    def rows(self) -> int:
        """Number of observations that are left of all periods."""
        return self.copies * (int(self.weights.shape[0]) - self.without_mean)

    def at(self, rho: float) -> float:
        """Return the logarithm of the determinant of all periods."""
        lost = float(np.log(1.0 - rho)) if self.without_mean else 0.0
        return self.copies * (self._of_one(rho) - lost)

    def _of_one(self, rho: float) -> float:
        if self.eigenvalues is not None:
            return float(np.log(np.abs(1.0 - rho * self.eigenvalues)).sum())
        n = self.weights.shape[0]
        factor = splu(sparse.csc_matrix(sparse.eye_array(n) - rho * self.weights))
        return float(np.log(np.abs(factor.U.diagonal())).sum())

    @property
    def bounds(self) -> tuple[float, float]:
        """Where rho may lie: the interval around zero in which the matrix is regular."""
        if self.eigenvalues is not None:
            real = self.eigenvalues[
                np.abs(np.imag(self.eigenvalues)) < np.sqrt(np.finfo(float).eps)
            ]
            least, most = float(np.real(real).min()), float(np.real(real).max())
            return (1.0 / least if least < 0.0 else -1.0), (1.0 / most if most > 0.0 else 1.0)
        largest = float(abs(self.weights).sum(axis=1).max())
        return -1.0 / largest, 1.0 / largest


@dataclass(frozen=True)
class SpatialTraces:
    """Traces and sums of products of W and ``A = (I - rho W)^-1``.

    Parameters
    ----------
    a, wa, waa, wawa : float
        ``tr A``, ``tr WA``, ``tr WAA``, ``tr WAWA``.
    wa_squared, wwa, w_wa : float
        ``tr (WA)'WA``, ``tr WWA`` and ``tr W'WA``.
    sum_a, sum_wa, sum_waa, sum_wawa : float
        ``1'A1`` and so on.
    """

    a: float
    wa: float
    waa: float
    wawa: float
    wa_squared: float
    wwa: float
    w_wa: float
    sum_a: float
    sum_wa: float
    sum_waa: float
    sum_wawa: float

    def times(self, copies: int) -> SpatialTraces:
        """Return those of a matrix that has this one `copies` times on its diagonal."""
        return SpatialTraces(*(copies * value for value in vars(self).values()))


def spatial_multiplier_traces(weights: Sparse, rho: float) -> SpatialTraces:
    """Return the traces and sums that information matrices and average effects are made of.

    Parameters
    ----------
    weights : sparse array, shape (n, n)
    rho : float

    Returns
    -------
    SpatialTraces

    References
    ----------
    [lesage_pace_2009], section 2.7.

    Examples
    --------
    >>> weights = sparse.csr_array([[0.0, 1.0], [1.0, 0.0]])
    >>> found = spatial_multiplier_traces(weights, 0.5)
    >>> round(found.a, 9), round(found.sum_a, 9)  # A has 4/3 on and 2/3 off the diagonal
    (2.666666667, 4.0)
    """
    n = weights.shape[0]
    weights = sparse.csc_array(weights)
    if rho == 0.0:
        return _of_weights(weights)
    factor = splu(sparse.csc_matrix(sparse.eye_array(n) - rho * weights))
    transposed = sparse.csc_array(weights.T)
    a = wa = waa = wawa = squared = wwa = w_wa = 0.0
    step = n if n <= DENSE else BLOCK
    for start in range(0, n, step):
        chosen = np.arange(start, min(start + step, n))
        unit = np.zeros((n, len(chosen)))
        unit[chosen, np.arange(len(chosen))] = 1.0
        columns = factor.solve(unit)  # A e_j
        lagged = weights @ columns  # WA e_j
        # (AW)' e_j, and AW = WA
        rows = lagged.T if step == n else transposed @ factor.solve(unit, trans="T")
        a += float(columns[chosen, np.arange(len(chosen))].sum())
        wa += float(lagged[chosen, np.arange(len(chosen))].sum())
        waa += float((rows * columns).sum())
        wawa += float((rows * lagged).sum())
        squared += float((lagged * lagged).sum())
        wwa += float((transposed[:, chosen].multiply(lagged)).sum())
        w_wa += float((weights[:, chosen].multiply(lagged)).sum())
    ones = np.ones(n)
    once = factor.solve(ones)
    lag = weights @ once
    twice = factor.solve(lag)  # AWA 1
    return SpatialTraces(
        a=a,
        wa=wa,
        waa=waa,
        wawa=wawa,
        wa_squared=squared,
        wwa=wwa,
        w_wa=w_wa,
        sum_a=float(once.sum()),
        sum_wa=float(lag.sum()),
        sum_waa=float(twice.sum()),
        sum_wawa=float((weights @ twice).sum()),
    )


def _of_weights(weights: Sparse) -> SpatialTraces:
    """Return those at rho = 0, where A is the identity."""
    n = float(weights.shape[0])
    total, trace = float(weights.sum()), float(weights.trace())
    twice = float(weights.multiply(weights.T).sum())
    squared = float(weights.multiply(weights).sum())
    return SpatialTraces(
        a=n,
        wa=trace,
        waa=trace,
        wawa=twice,
        wa_squared=squared,
        wwa=twice,
        w_wa=squared,
        sum_a=n,
        sum_wa=total,
        sum_waa=total,
        sum_wawa=float((weights @ (weights @ np.ones(weights.shape[0]))).sum()),
    )
