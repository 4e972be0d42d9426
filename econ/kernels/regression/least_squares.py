"""Least squares by orthogonal factors, and which columns say nothing new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

__all__ = ["Orthogonal", "collinear_columns", "column_sizes", "leverage", "orthogonal_factors"]

Array = npt.NDArray[np.float64]
TALL: Final = 20_000
SAFE_PIVOT: Final = 1e-6
# Above this share of a column's length, rounding in the cross products cannot matter.
SAFE_SHARE: Final = 1e-3


@dataclass(frozen=True)
class Orthogonal:
    """``X = Q R`` with orthonormal Q and upper-triangular R.

    Parameters
    ----------
    q : ndarray, shape (n, k) [-]
    r : ndarray, shape (k, k) [unit of the columns]
    """

    q: Array
    r: Array

    def solve(self, y: Array) -> Array:
        """Return the least-squares coefficients of `y`, shape (n,) or (n, m)."""
        found: Array = solve_triangular(self.r, self.q.T @ y)
        return found

    @property
    def bread(self) -> Array:
        """Return ``(X'X)^-1``, shape (k, k)."""
        inverse = solve_triangular(self.r, np.eye(len(self.r)))
        found: Array = inverse @ inverse.T
        return found


def orthogonal_factors(columns: Array) -> Orthogonal:
    """Return the thin QR factors of a matrix of full column rank.

    Tall matrices whose columns are far from collinear are factored by Cholesky twice, which is as
    exact there and many times faster; all others by Householder reflections.

    Parameters
    ----------
    columns : ndarray, shape (n, k) [any]

    Returns
    -------
    Orthogonal

    References
    ----------
    [fukaya_2014], algorithm 2 (CholeskyQR2).

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> orthogonal_factors(x).solve(np.array([1.0, 3.0, 5.0])).round(12).tolist()
    [1.0, 2.0]
    """
    scale = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    if len(columns) > TALL and scale.all():
        first = _cholesky(columns / scale)
        if first is not None and np.abs(np.diag(first[1])).min() > SAFE_PIVOT:
            second = _cholesky(first[0])
            if second is not None:
                return Orthogonal(second[0], (second[1] @ first[1]) * scale)
    q, r = np.linalg.qr(columns)
    return Orthogonal(q, r)


def column_sizes(columns: Array) -> Array:
    """Return a power of two near the largest value of each column, one where all are zero.

    Divided by it a column loses no digit, and its squares and fourth powers stay within double
    precision whatever its unit.

    Parameters
    ----------
    columns : ndarray, shape (n, k) [any]

    Returns
    -------
    ndarray, shape (k,) [unit of the columns]

    References
    ----------
    [golub_van_loan_2013], section 3.5.2 (scaling by powers of the base).

    Examples
    --------
    >>> column_sizes(np.array([[3.0, 0.0], [-5.0, 0.0]])).tolist()
    [8.0, 1.0]
    """
    largest = np.abs(columns).max(axis=0, initial=0.0)
    exponents = np.frexp(largest)[1]
    return np.asarray(np.where(largest > 0.0, np.ldexp(1.0, exponents), 1.0), dtype=np.float64)


def _cholesky(columns: Array) -> tuple[Array, Array] | None:
    try:
        upper = np.asarray(np.linalg.cholesky(columns.T @ columns).T, dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    inverse = solve_triangular(upper, np.eye(len(upper)))
    orthogonal: Array = columns @ inverse
    return orthogonal, upper


def collinear_columns(columns: Array, norms: Array, tolerance: float) -> list[int]:
    """Return the columns that those before them already contain.

    Parameters
    ----------
    columns : ndarray, shape (n, k) [any]
    norms : ndarray, shape (k,) [unit of the columns]
        Lengths what is left of a column is held against: those before anything was taken out.
    tolerance : float [-]
        A column is contained when less than this share of its length is left.

    Returns
    -------
    list of int
        In increasing order.

    References
    ----------
    [golub_van_loan_2013], section 5.2.8 (Gram-Schmidt, each column orthogonalised twice).

    Examples
    --------
    >>> x = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 1.0]])
    >>> collinear_columns(x, np.linalg.norm(x, axis=0), 1e-9)
    [1]
    """
    n, k = columns.shape
    if _far_from_collinear(columns, norms):
        return []
    kept = np.empty((n, min(n, k)), order="F")
    count = 0
    found = []
    for j in range(k):
        left = columns[:, j].copy()
        for _ in range(2):
            left -= kept[:, :count] @ (kept[:, :count].T @ left)
        length = float(np.linalg.norm(left))
        if count == n or length <= tolerance * norms[j]:
            found.append(j)
        else:
            kept[:, count] = left / length
            count += 1
    return found


def _far_from_collinear(columns: Array, norms: Array) -> bool:
    """Return whether a Cholesky factor of the scaled cross products already settles it."""
    cross = columns.T @ columns
    lengths = np.sqrt(np.diag(cross))
    if not (lengths > SAFE_SHARE * norms).all():
        return False
    try:
        factor = np.linalg.cholesky(cross / np.outer(lengths, lengths))
    except np.linalg.LinAlgError:
        return False
    return bool((np.diag(factor) > SAFE_SHARE).all())


def leverage(q: Array) -> Array:
    """Return the diagonal of the hat matrix.

    Parameters
    ----------
    q : ndarray, shape (n, k) [-]
        Orthonormal columns.

    Returns
    -------
    ndarray, shape (n,) [-]
        Between 0 and 1; they add up to k.

    References
    ----------
    [hoaglin_welsch_1978], section 1.

    Examples
    --------
    >>> leverage(orthogonal_factors(np.array([[1.0], [1.0], [1.0], [1.0]])).q).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    found: Array = np.einsum("ij,ij->i", q, q)
    return found
