"""Who is whose neighbour: weights from coordinates, their standardisation and eigenvalues."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from econ.kernels.earth import EARTH_RADIUS_KM

__all__ = [
    "connected_parts",
    "great_circle_chord",
    "nearest_neighbours",
    "points_on_sphere",
    "row_standardised",
    "row_sums",
    "weights_eigenvalues",
    "within_distance",
]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Sparse = Any

SYMMETRIC: Final = 1e-10


def row_sums(weights: Sparse) -> Array:
    """Return the sum of each row.

    Parameters
    ----------
    weights : sparse array, shape (n, n)

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    Own definition: sums.

    Examples
    --------
    >>> row_sums(sparse.csr_array([[0.0, 1.0], [0.5, 0.0]])).tolist()
    [1.0, 0.5]
    """
    return np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()


def row_standardised(weights: Sparse) -> Sparse:
    """Return weights whose rows sum to one: a lag is an average over neighbours.

    Parameters
    ----------
    weights : sparse array, shape (n, n)
        A row without neighbours stays empty.

    Returns
    -------
    sparse array, shape (n, n)

    References
    ----------
    [anselin_1988], section 3.2.

    Examples
    --------
    >>> row_standardised(sparse.csr_array([[0.0, 2.0, 2.0], [1.0, 0, 0], [0, 0, 0]])).toarray()[0]
    array([0. , 0.5, 0.5])
    """
    sums = row_sums(weights)
    return sparse.csr_array(sparse.diags_array(1.0 / np.where(sums == 0.0, 1.0, sums)) @ weights)


def connected_parts(weights: Sparse) -> Codes:
    """Return the number of the connected part of each unit.

    Parameters
    ----------
    weights : sparse array, shape (n, n)

    Returns
    -------
    ndarray of int, shape (n,)

    References
    ----------
    Own definition: parts of the graph, whatever the direction of its edges.

    Examples
    --------
    >>> connected_parts(sparse.csr_array([[0.0, 1.0, 0.0], [1.0, 0, 0], [0, 0, 0]])).tolist()
    [0, 0, 1]
    """
    found = sparse.csgraph.connected_components(weights, directed=False)[1]
    return np.asarray(found, dtype=np.intp)


def points_on_sphere(longitude: Array, latitude: Array) -> Array:
    """Return points of the globe in three dimensions, of which near ones are near on the ground.

    Parameters
    ----------
    longitude, latitude : ndarray, shape (n,) [degrees]

    Returns
    -------
    ndarray, shape (n, 3) [km]

    References
    ----------
    Own definition: a sphere of 6,371 km.

    Examples
    --------
    >>> points_on_sphere(np.zeros(1), np.zeros(1)).tolist()
    [[6371.0088, 0.0, 0.0]]
    """
    east, north = np.radians(longitude), np.radians(latitude)
    flat = np.cos(north)
    return EARTH_RADIUS_KM * np.column_stack(
        [flat * np.cos(east), flat * np.sin(east), np.sin(north)]
    )


def great_circle_chord(km: Array) -> Array:
    """Return the straight line through the globe between points so far apart on the ground.

    Parameters
    ----------
    km : ndarray, shape (...) [km]

    Returns
    -------
    ndarray, shape (...) [km]

    References
    ----------
    Own definition: a sphere of 6,371 km.

    Examples
    --------
    >>> float(great_circle_chord(np.array(100.0)).round(4))
    99.999
    """
    half = np.minimum(km / EARTH_RADIUS_KM, np.pi) / 2.0
    chord: Array = 2.0 * EARTH_RADIUS_KM * np.sin(half)
    return chord


def within_distance(points: Array, reach: float) -> tuple[Codes, Codes, Array]:
    """Return all pairs of different points that lie within reach of each other.

    Parameters
    ----------
    points : ndarray, shape (n, d)
    reach : float [unit of the points]

    Returns
    -------
    tuple of ndarray, shape (p,)
        From, to and distance; each pair in both directions.

    References
    ----------
    [anselin_1988], section 3.2 (distance bands).

    Examples
    --------
    >>> rows, columns, apart = within_distance(np.array([[0.0], [1.0], [5.0]]), 2.0)
    >>> rows.tolist(), columns.tolist(), apart.tolist()
    ([0, 1], [1, 0], [1.0, 1.0])
    """
    pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
    rows = np.concatenate([pairs[:, 0], pairs[:, 1]]).astype(np.intp)
    columns = np.concatenate([pairs[:, 1], pairs[:, 0]]).astype(np.intp)
    return rows, columns, np.linalg.norm(points[rows] - points[columns], axis=1)


def nearest_neighbours(points: Array, count: int) -> tuple[Codes, Codes, Array]:
    """Return the nearest other points of each point.

    Parameters
    ----------
    points : ndarray, shape (n, d)
        No two the same.
    count : int
        Below n.

    Returns
    -------
    tuple of ndarray, shape (n * count,)
        From, to and distance.

    References
    ----------
    [anselin_1988], section 3.2 (nearest neighbours).

    Examples
    --------
    >>> nearest_neighbours(np.array([[0.0], [1.0], [5.0]]), 1)[1].tolist()
    [1, 0, 1]
    """
    apart, found = cKDTree(points).query(points, k=count + 1)
    rows = np.repeat(np.arange(len(points), dtype=np.intp), count)
    return rows, found[:, 1:].ravel().astype(np.intp), apart[:, 1:].ravel()


def weights_eigenvalues(weights: Sparse, scale: Array) -> npt.NDArray[np.complex128] | Array:
    """Return all eigenvalues; real ones where weights times scale are symmetric.

    Row-standardised weights are similar to a symmetric matrix when the weights they were made from
    were symmetric, and its eigenvalues cost a fraction.

    Parameters
    ----------
    weights : sparse array, shape (n, n)
    scale : ndarray, shape (n,)
        Row sums before standardisation, ones without it.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    [ord_1975], appendix.

    Examples
    --------
    >>> whole = sparse.csr_array([[0.0, 0.5, 0.5], [1.0, 0, 0], [1.0, 0, 0]])
    >>> np.abs(weights_eigenvalues(whole, np.array([2.0, 1.0, 1.0]))).round(9).tolist()
    [1.0, 0.0, 1.0]
    """
    positive = np.where(scale > 0.0, scale, 1.0)
    raw = sparse.diags_array(positive) @ weights
    apart = abs(raw - raw.T)
    if apart.nnz == 0 or apart.max() <= SYMMETRIC * max(1.0, abs(raw).max()):
        root = np.sqrt(positive)
        similar = (sparse.diags_array(root) @ weights @ sparse.diags_array(1.0 / root)).toarray()
        real: Array = np.linalg.eigvalsh((similar + similar.T) / 2.0)
        return real
    found: npt.NDArray[np.complex128] = np.linalg.eigvals(weights.toarray()).astype(np.complex128)
    return found
