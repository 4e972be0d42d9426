"""Spatially correlated scores: Conley's meat on the globe and on calendar time."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from econ.kernels.earth import EARTH_RADIUS_KM

__all__ = ["conley_meat"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
SITES_AT_ONCE: Final = 256
SLACK: Final = 1e-9  # of the distance, for rounding in the search of near places


def conley_meat(scores: Array, places: Array, periods: Codes, *, km: float, uniform: bool) -> Array:
    """Return the meat that allows correlation between places at most `km` apart.

    Places on a grid are often `km` apart to the last digit: they are counted, whatever the
    rounding of their distance. Only rows of the same period meet. Give every row the same period
    to let all rows meet.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
    places : ndarray, shape (n, 2) [degree]
        Latitude and longitude.
    periods : ndarray of int, shape (n,)
    km : float [km]
        Where the correlation ends.
    uniform : bool
        Whether all pairs within `km` count one; otherwise the weight falls to zero on a line.

    Returns
    -------
    ndarray, shape (k, k)

    References
    ----------
    [conley_1999], section 3; rows of one period by [hsiang_2010], supporting text; mean radius of
    the Earth by [moritz_2000].

    Examples
    --------
    >>> scores = np.array([[1.0], [2.0], [4.0]])
    >>> places = np.array([[48.0, 0.0], [48.1, 0.0], [43.0, 0.0]])
    >>> year = np.zeros(3, dtype=int)
    >>> conley_meat(scores, places, year, km=100.0, uniform=True).tolist()  # (1 + 2)^2 + 16
    [[25.0]]
    """
    sites, where = np.unique(places, axis=0, return_inverse=True)
    times, when = np.unique(periods, return_inverse=True)
    k = scores.shape[1]
    cell = np.ravel(where) * len(times) + when
    sums = np.zeros((len(sites) * len(times), k))
    for column in range(k):
        sums[:, column] = np.bincount(cell, weights=scores[:, column], minlength=len(sums))
    by_place = sums.reshape(len(sites), len(times) * k)
    points = _on_unit_sphere(sites)
    near = cKDTree(points)
    reach = 2.0 * np.sin(min(km / (2.0 * EARTH_RADIUS_KM), np.pi / 2.0)) * (1.0 + 2.0 * SLACK)
    meat = np.zeros((k, k))
    for start in range(0, len(sites), SITES_AT_ONCE):
        rows = slice(start, start + SITES_AT_ONCE)
        pairs = cKDTree(points[rows]).sparse_distance_matrix(near, reach, output_type="ndarray")
        distance = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.minimum(pairs["v"] / 2.0, 1.0))
        fading = 1.0 if uniform else np.maximum(1.0 - distance / km, 0.0)
        weight = np.where(distance <= km * (1.0 + SLACK), fading, 0.0)
        own = by_place[rows]
        shape = (len(own), len(sites))
        weights = sparse.csr_array((weight, (pairs["i"], pairs["j"])), shape=shape)
        meat += own.reshape(-1, k).T @ (weights @ by_place).reshape(-1, k)
    return (meat + meat.T) / 2.0


def _on_unit_sphere(places: Array) -> Array:
    north, east = np.radians(places).T
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
