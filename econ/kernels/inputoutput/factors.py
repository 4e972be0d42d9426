"""Factors of ``I - A``: dense in double or single precision, and sparse."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import LinAlgWarning, lu_factor
from scipy.sparse.linalg import splu

__all__ = ["dense_factor", "half_of_memory", "sparse_factor"]

Array = npt.NDArray[np.float64]


def dense_factor(
    flows: Any, scale: Array, *, single: bool
) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    """Return the pivoted LU factor of ``(I - Z diag(scale))'`` in one array of n by n.

    LAPACK reads by columns and a table lies by rows, so the transpose costs nothing.

    Parameters
    ----------
    flows : ndarray or scipy.sparse array, shape (n, n) [money]
    scale : ndarray, shape (n,) [1 / money]
        One over output.
    single : bool
        In single precision: half the memory, six digits.

    Returns
    -------
    tuple of ndarray
        As `scipy.linalg.lu_factor` gives it.

    Raises
    ------
    ArithmeticError
        When ``I - A`` is singular, naming the columns.

    References
    ----------
    [higham_2002], chapter 9 (LU) and chapter 12 (refinement).

    Examples
    --------
    >>> lu, pivots = dense_factor(np.array([[50.0]]), np.array([0.01]), single=False)
    >>> lu.tolist()
    [[0.5]]
    """
    n = scale.size
    matrix = np.empty((n, n), dtype=np.float32 if single else np.float64)
    if sparse.issparse(flows):
        matrix[:] = -(flows * scale).toarray()
    else:
        np.multiply(flows, -scale, out=matrix, casting="same_kind")
    matrix[np.diag_indices(n)] += 1
    with warnings.catch_warnings():
        # A zero pivot is told below, with the columns it concerns.
        warnings.simplefilter("ignore", LinAlgWarning)
        lu, pivots = lu_factor(matrix.T, overwrite_a=True, check_finite=True)
    size = np.abs(np.diagonal(lu))
    zero = np.flatnonzero(size <= np.finfo(lu.dtype).eps * size.max(initial=0.0))
    if zero.size:
        # Rows of the transpose are columns of I - A; pivoting has moved them.
        column = np.arange(n)
        for place, other in enumerate(pivots):
            column[[place, other]] = column[[other, place]]
        zero = np.sort(column[zero])
        raise ArithmeticError(
            f"I - A is singular at columns {zero[:10].tolist()}: their inputs use up all of output"
        )
    return lu, pivots


def sparse_factor(flows: Any, scale: Array) -> Any:
    """Return the sparse LU factor of ``I - Z diag(scale)``.

    Parameters
    ----------
    flows : ndarray or scipy.sparse array, shape (n, n) [money]
    scale : ndarray, shape (n,) [1 / money]

    Returns
    -------
    scipy.sparse.linalg.SuperLU

    Raises
    ------
    ArithmeticError
        When ``I - A`` is singular.

    References
    ----------
    [saad_2003], section 10.1 (sparse direct factors).

    Examples
    --------
    >>> factor = sparse_factor(np.array([[50.0]]), np.array([0.01]))
    >>> factor.solve(np.array([1.0])).tolist()
    [2.0]
    """
    scaled = sparse.csc_array(flows) * scale
    try:
        return splu(sparse.csc_array(sparse.eye_array(scale.size) - scaled))
    except RuntimeError as error:
        raise ArithmeticError("I - A is singular: some products only feed each other") from error


def half_of_memory() -> int:
    """Return half of the machine's memory [bytes], of the shape of one number.

    Own definition: no more than half is left to one factor, for the table itself takes as much.
    """
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        # No such question on this system: a factor is tried in double precision.
        return int(np.iinfo(np.int64).max)
