"""Technical coefficients, whether an economy is productive, and the income of households."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "household_income",
    "is_productive",
    "spectral_radius",
    "technical_coefficients",
]

Array = npt.NDArray[np.float64]
BOUND_STEPS: Final = 60


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


def is_productive(flows: Array, output: Array) -> bool:
    """Return whether the economy can produce any final demand: spectral radius of A below one.

    Column sums below one settle it in one pass. Otherwise the Collatz-Wielandt bounds
    ``min (Av)_i / v_i <= rho <= max (Av)_i / v_i`` are narrowed by iterating a positive v; what
    they leave open is settled by the eigenvalues.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [money]
    output : ndarray, shape (n,) [money]

    Returns
    -------
    bool

    References
    ----------
    [miller_blair_2009], appendix 2.2 (the Hawkins-Simon conditions).

    Examples
    --------
    >>> flows = np.array([[150.0, 500.0], [200.0, 100.0]])
    >>> is_productive(flows, np.array([1000.0, 2000.0])), is_productive(flows, np.full(2, 100.0))
    (True, False)
    """
    size = np.where(output == 0.0, 1.0, output)
    negative = flows.min(initial=0.0) < 0.0
    magnitudes = np.abs(flows) if negative else flows
    sums = (np.ones(len(size)) @ magnitudes) / size
    if sums.max(initial=0.0) < 1.0:
        return True
    if not negative:
        v = sums + 1.0  # positive
        for _ in range(BOUND_STEPS):
            after = (v @ flows) / size
            ratios = after / v
            if ratios.max() < 1.0:
                return True
            if ratios.min() >= 1.0:
                return False
            v = v + after
            v /= v.max()
    return spectral_radius(flows / size) < 1.0


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
