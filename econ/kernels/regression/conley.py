"""Spatially correlated scores: great-circle distances and Conley's meat on calendar time."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["conley_meat", "great_circle_km"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
EARTH_RADIUS_KM: Final = 6371.0088  # mean radius of the WGS 84 ellipsoid
ROWS_AT_ONCE: Final = 1024


def great_circle_km(lat: Array, lon: Array, other_lat: Array, other_lon: Array) -> Array:
    """Return distances along the sphere, by the haversine formula.

    Parameters
    ----------
    lat, lon : ndarray, shape (n,) [degree]
    other_lat, other_lon : ndarray, shape (m,) [degree]

    Returns
    -------
    ndarray, shape (n, m) [km]

    References
    ----------
    [sinnott_1984]; mean radius of the Earth by [moritz_2000].

    Examples
    --------
    >>> paris = np.array([48.8566]), np.array([2.3522])
    >>> lyon = np.array([45.764]), np.array([4.8357])
    >>> float(great_circle_km(*paris, *lyon)[0, 0].round())
    391.0
    """
    north, east, other_north, other_east = map(np.radians, (lat, lon, other_lat, other_lon))
    rise = np.sin((north[:, None] - other_north[None, :]) / 2.0) ** 2
    turn = np.sin((east[:, None] - other_east[None, :]) / 2.0) ** 2
    haversine = rise + np.cos(north)[:, None] * np.cos(other_north)[None, :] * turn
    distance: Array = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
    return distance


def conley_meat(scores: Array, places: Array, periods: Codes, *, km: float, uniform: bool) -> Array:
    """Return the meat that allows correlation between places less than `km` apart.

    Only rows of the same period meet. Give every row the same period to let all rows meet.

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
    [conley_1999], section 3; rows of one period by [hsiang_2010], supporting text.

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
    meat = np.zeros((k, k))
    for start in range(0, len(sites), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        distance = great_circle_km(sites[rows, 0], sites[rows, 1], sites[:, 0], sites[:, 1])
        near = distance < km
        weight = near.astype(np.float64) if uniform else np.where(near, 1.0 - distance / km, 0.0)
        met = (weight @ by_place).reshape(-1, k)
        own = by_place[rows].reshape(-1, k)
        meat += own.T @ met
    return (meat + meat.T) / 2.0
