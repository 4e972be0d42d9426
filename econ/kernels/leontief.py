"""The open Leontief model and its closure to households, by solving and never by inverting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import lu_factor, lu_solve

__all__ = [
    "LeontiefFactor",
    "household_income",
    "leontief_factor",
    "spectral_radius",
    "technical_coefficients",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LeontiefFactor:
    """The factorised matrix ``I - A``: made once, solved as often as asked.

    Parameters
    ----------
    lu : ndarray, shape (n, n)
    pivots : ndarray, shape (n,)
    """

    lu: Array
    pivots: npt.NDArray[np.intp]

    def solve(self, demand: Array) -> Array:
        """Return the output x with ``(I - A) x = f``, shape of `demand` (n,) or (n, k)."""
        output: Array = lu_solve((self.lu, self.pivots), demand)
        return output

    def solve_transposed(self, coefficients: Array) -> Array:
        """Return the multipliers m with ``(I - A)' m = v``, of the shape (n,) or (n, k) given."""
        multipliers: Array = lu_solve((self.lu, self.pivots), coefficients, trans=1)
        return multipliers


def technical_coefficients(flows: Array, output: Array) -> Array:
    """Return inputs per unit of output, ``A = Z diag(x)^-1``.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [money]
        Z, from row product to column product.
    output : ndarray, shape (n,) [money]
        x; a column without output has no inputs.

    Returns
    -------
    ndarray, shape (n, n) [-]

    References
    ----------
    [miller_blair_2009], section 2.2.

    Examples
    --------
    >>> flows = np.array([[150.0, 500.0], [200.0, 100.0]])
    >>> technical_coefficients(flows, np.array([1000.0, 2000.0]))
    array([[0.15, 0.25],
           [0.2 , 0.05]])
    """
    safe = np.where(output == 0.0, 1.0, output)
    return flows / safe


def spectral_radius(coefficients: Array) -> float:
    """Return the largest modulus of an eigenvalue of A; an economy is productive below one.

    Parameters
    ----------
    coefficients : ndarray, shape (n, n) [-]

    Returns
    -------
    float [-]

    References
    ----------
    [miller_blair_2009], appendix 2.2 (the Hawkins-Simon conditions).

    Examples
    --------
    >>> round(spectral_radius(np.array([[0.5, 0.0], [0.0, 0.25]])), 12)
    0.5
    """
    return float(np.abs(np.linalg.eigvals(coefficients)).max())


def leontief_factor(coefficients: Array) -> LeontiefFactor:
    """Factorise ``I - A`` once.

    Parameters
    ----------
    coefficients : ndarray, shape (n, n) [-]

    Returns
    -------
    LeontiefFactor
        Solves for outputs and, transposed, for multipliers.

    References
    ----------
    [miller_blair_2009], section 2.2 and table 2.4.

    Examples
    --------
    >>> factor = leontief_factor(np.array([[0.15, 0.25], [0.20, 0.05]]))
    >>> factor.solve(np.array([600.0, 1500.0])).round(1).tolist()
    [1247.5, 1841.6]
    """
    keywords: dict[str, Any] = {"check_finite": True}
    lu, pivots = lu_factor(np.eye(coefficients.shape[0]) - coefficients, **keywords)
    return LeontiefFactor(lu, pivots)


def household_income(earned: Array, respending: Array) -> Array:
    """Return the income that follows from an income when households spend part of it.

    The closed model is a rank-one change of the open one, so one number per draw tells it all:
    ``y = y0 / (1 - k)``, where k is the income that one unit of income creates in the next round.

    Parameters
    ----------
    earned : ndarray, shape (..., d) [money]
        Income of the open model, y0.
    respending : ndarray, shape (d,) [-]
        k; below one.

    Returns
    -------
    ndarray, shape (..., d) [money]
        Income of the model closed to households, y.

    References
    ----------
    [miller_blair_2009], section 2.5.

    Examples
    --------
    >>> household_income(np.array([100.0]), np.array([0.2])).tolist()
    [125.0]
    """
    if (respending >= 1.0).any():
        raise ValueError("households spend more than they earn at home in every round")
    total: Array = earned / (1.0 - respending)
    return total
