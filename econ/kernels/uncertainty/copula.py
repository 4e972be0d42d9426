"""Draws that hang together: a Gaussian copula on numbers that keep their strata."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from econ.kernels.uncertainty.columns import column_product

__all__ = ["gaussian_copula", "nearest_correlation", "smallest_eigenvalue"]

Array = npt.NDArray[np.float64]


def gaussian_copula(u: Array, correlation: Array) -> Array:
    """Return uniform numbers that hang together, each row the same numbers in another order.

    Normal scores of the rows are mixed by the Cholesky factor of the correlation; each row is then
    put into the order of its mixed scores, so that a Latin hypercube stays one.

    Parameters
    ----------
    u : ndarray, shape (k, d) [-]
        Independent rows, strictly between 0 and 1.
    correlation : ndarray, shape (k, k) [-]
        Of the normal scores; positive definite.

    Returns
    -------
    ndarray, shape (k, d) [-]
        The first row is as it was.

    References
    ----------
    [iman_conover_1982], section 2 (rearranged to the ranks of correlated scores); [nelsen_2006],
    section 2.3 (the Gaussian copula).

    Examples
    --------
    Perfect company, up to rounding, puts the second row into the order of the first:

    >>> u = np.array([[0.1, 0.5, 0.9], [0.8, 0.2, 0.6]])
    >>> gaussian_copula(u, np.array([[1.0, 0.999999], [0.999999, 1.0]])).tolist()
    [[0.1, 0.5, 0.9], [0.2, 0.6, 0.8]]
    """
    factor: Array = np.linalg.cholesky(correlation).astype(np.float64)
    mixed = column_product(factor, ndtri(u))
    ranks = np.argsort(np.argsort(mixed, axis=1, kind="stable"), axis=1, kind="stable")
    return np.take_along_axis(np.sort(u, axis=1), ranks, axis=1)


def smallest_eigenvalue(correlation: Array) -> float:
    """Return the smallest eigenvalue: above zero where the correlations can hold together.

    Parameters
    ----------
    correlation : ndarray, shape (k, k) [-]
        Symmetric.

    References
    ----------
    [higham_2002b], section 1.

    Examples
    --------
    >>> round(smallest_eigenvalue(np.array([[1.0, 0.5], [0.5, 1.0]])), 6)
    0.5
    """
    return float(np.linalg.eigvalsh(correlation)[0])


def nearest_correlation(matrix: Array, least: float) -> Array:
    """Return correlations near those given that can hold together.

    Parameters
    ----------
    matrix : ndarray, shape (k, k) [-]
        Symmetric, ones on the diagonal.
    least : float [-]
        Eigenvalues are lifted to this much, and the diagonal is scaled back to one.

    Returns
    -------
    ndarray, shape (k, k) [-]

    References
    ----------
    [higham_2002b], section 1 (clipped eigenvalues; near, not the very nearest).

    Examples
    --------
    >>> impossible = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, -0.9], [0.9, -0.9, 1.0]])
    >>> bool(smallest_eigenvalue(nearest_correlation(impossible, 0.01)) > 0)
    True
    """
    values, vectors = np.linalg.eigh(matrix)
    lifted = (vectors * np.maximum(values, least)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    found: Array = lifted / np.outer(scale, scale)
    return found
