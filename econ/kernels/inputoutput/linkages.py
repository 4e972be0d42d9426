"""Linkages of Rasmussen and Hirschman, and the key sectors they tell."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "coefficients_of_variation",
    "key_sectors",
    "normalised",
]

Array = npt.NDArray[np.float64]


def normalised(linkage: Array, weights: Array | None = None) -> Array:
    """Return a linkage over its mean: Rasmussen's power or sensitivity of dispersion.

    Parameters
    ----------
    linkage : ndarray, shape (n,) [per unit]
        Column sums of L (backward) or row sums of the Ghosh inverse (forward).
    weights : ndarray, shape (n,), optional
        Final demand or primary inputs; by default every sector counts the same.

    Returns
    -------
    ndarray, shape (n,) [-]
        Above one: stronger than the mean.

    References
    ----------
    [miller_blair_2009], section 12.2.

    Examples
    --------
    >>> normalised(np.array([1.5, 2.5])).tolist()
    [0.75, 1.25]
    """
    found: Array = linkage / np.average(linkage, weights=weights)
    return found


def coefficients_of_variation(inverse: Array, axis: Literal["columns", "rows"]) -> Array:
    """Return how unevenly a sector's linkage is spread: low is a pull on everybody.

    Parameters
    ----------
    inverse : ndarray, shape (n, n) [-]
        L for columns, or the Ghosh inverse for rows.
    axis : {"columns", "rows"}

    Returns
    -------
    ndarray, shape (n,) [-]
        Standard deviation (n - 1) over mean.

    References
    ----------
    [miller_blair_2009], section 12.2; Rasmussen's indices of variation.

    Examples
    --------
    >>> coefficients_of_variation(np.array([[2.0, 1.0], [0.0, 1.0]]), "columns").round(4).tolist()
    [1.4142, 0.0]
    """
    side = 0 if axis == "columns" else 1
    if inverse.shape[side] == 1:
        return np.zeros(inverse.shape[1 - side])
    found: Array = inverse.std(axis=side, ddof=1) / inverse.mean(axis=side)
    return found


def key_sectors(backward: Array, forward: Array) -> npt.NDArray[np.str_]:
    """Return the class of every sector by its normalised linkages.

    Parameters
    ----------
    backward, forward : ndarray, shape (n,) [-]
        Normalised, mean one.

    Returns
    -------
    ndarray of str, shape (n,)
        ``key`` (both above one), ``backward``, ``forward`` or ``weak``.

    References
    ----------
    [miller_blair_2009], section 12.2, table 12.4 (the four quadrants).

    Examples
    --------
    >>> key_sectors(np.array([1.2, 1.1, 0.7]), np.array([1.3, 0.8, 0.9])).tolist()
    ['key', 'backward', 'weak']
    """
    strong, wide = backward > 1.0, forward > 1.0
    return np.select([strong & wide, strong, wide], ["key", "backward", "forward"], "weak")
