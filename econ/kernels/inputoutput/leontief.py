"""Technical coefficients, whether an economy is productive, and the income of households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "TableSums",
    "household_income",
    "is_productive",
    "spectral_radius",
    "table_sums",
    "technical_coefficients",
]

Array = npt.NDArray[np.float64]
BOUND_STEPS: Final = 60
CACHED_CELLS: Final = 2**17


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


@dataclass(frozen=True)
class TableSums:
    """What one pass over a table tells.

    Parameters
    ----------
    rows, columns : ndarray, shape (n,) [money]
    smallest : float [money]
    """

    rows: Array
    columns: Array
    smallest: float


def table_sums(flows: Array) -> TableSums:
    """Return row sums, column sums and the smallest cell, reading the table once.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [money]
        Sums that are finite have finite parts, so this finds every cell that is not.

    Returns
    -------
    TableSums

    References
    ----------
    Own definition: the sums that the laws of accounting need.

    Examples
    --------
    >>> found = table_sums(np.array([[150.0, 500.0], [200.0, -100.0]]))
    >>> found.rows.tolist(), found.columns.tolist(), found.smallest
    ([650.0, 100.0], [350.0, 400.0], -100.0)
    """
    n, m = flows.shape
    rows, columns, smallest = np.empty(n), np.zeros(m), np.inf
    ones = np.ones(max(n, m))
    # A block of rows stays in the processor's cache while it is read three times.
    step = max(1, CACHED_CELLS // max(1, m))
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, n, step):
            block = flows[start : start + step]
            rows[start : start + step] = block @ ones[:m]
            columns += ones[: len(block)] @ block
            smallest = min(smallest, float(block.min(initial=np.inf)))
    return TableSums(rows, columns, smallest)


def is_productive(flows: Array, output: Array, columns: Array, *, negative: bool) -> bool:
    """Return whether the economy can produce any final demand: spectral radius of A below one.

    Column sums below one settle it in one pass. Otherwise the Collatz-Wielandt bounds
    ``min (Av)_i / v_i <= rho <= max (Av)_i / v_i`` are narrowed by iterating a positive v; what
    they leave open is settled by the eigenvalues.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [money]
    output : ndarray, shape (n,) [money]
    columns : ndarray, shape (n,) [money]
        Column sums of the flows.
    negative : bool
        Whether some flows are below zero; the bounds then do not hold.

    Returns
    -------
    bool

    References
    ----------
    [miller_blair_2009], appendix 2.2 (the Hawkins-Simon conditions).

    Examples
    --------
    >>> flows = np.array([[150.0, 500.0], [200.0, 100.0]])
    >>> sums = flows.sum(axis=0)
    >>> is_productive(flows, np.array([1000.0, 2000.0]), sums, negative=False)
    True
    >>> is_productive(flows, np.full(2, 100.0), sums, negative=False)
    False
    """
    size = np.where(output == 0.0, 1.0, output)
    sums = (np.abs(flows).sum(axis=0) if negative else columns) / size
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
