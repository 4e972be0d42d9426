"""Linkages of Rasmussen and Hirschman, and hypothetical extraction in closed form."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "coefficients_of_variation",
    "extraction_losses",
    "group_extraction_loss",
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


def extraction_losses(
    multipliers: Array,
    output: Array,
    *,
    final: Array,
    own: Array,
    diagonal: Array,
    coefficients: Array,
    kind: Literal["complete", "backward", "forward"] = "complete",
    share: float = 1.0,
) -> Array:
    """Return what the economy loses with each sector, for all sectors in one closed form.

    With l the diagonal of L, a that of A and m = v'L, from the rank-one change of I - A:

    - complete (row, column and final demand gone, its output with them): ``m x / l``
    - backward (buys nothing at home from others; final demand kept):
      ``s (k m - v) x / (1 + s (k l - 1))`` with ``k = 1 - a``
    - forward (sells nothing to other industries at home; final demand kept):
      ``s m (k x - f) / (1 + s (k l - 1))``

    Parameters
    ----------
    multipliers : ndarray, shape (n,) [measure per unit of final demand]
        m.
    output, final : ndarray, shape (n,) [money]
        x and f.
    own : ndarray, shape (n,) [-]
        Diagonal of A.
    diagonal : ndarray, shape (n,) [-]
        Diagonal of L.
    coefficients : ndarray, shape (n,) [measure per unit of output]
        v.
    kind : {"complete", "backward", "forward"}
    share : float [share]
        s, how much of the purchases or sales is extracted; one for a complete extraction.

    Returns
    -------
    ndarray, shape (n,) [measure]

    Raises
    ------
    ValueError
        When the share is not above zero and at most one, or a complete extraction has a share.

    References
    ----------
    [dietzenbacher_lahr_2013], section 2 (partial extraction); [miller_blair_2009], section 12.2.6.

    Examples
    --------
    Two sectors that do not trade: extraction takes the sector's own output.

    >>> one = np.ones(2)
    >>> extraction_losses(
    ...     2.0 * one, 10.0 * one, final=5.0 * one,
    ...     own=0.5 * one, diagonal=2.0 * one, coefficients=one,
    ... ).tolist()
    [10.0, 10.0]
    """
    if not 0.0 < share <= 1.0 or (kind == "complete" and share != 1.0):
        raise ValueError(f"share {share}; above zero and at most one, and one when complete")
    if kind == "complete":
        whole: Array = multipliers * output / diagonal
        return whole
    kept = 1.0 - own
    change = 1.0 + share * (kept * diagonal - 1.0)
    if kind == "backward":
        lost: Array = share * (kept * multipliers - coefficients) * output / change
    else:
        lost = share * multipliers * (kept * output - final) / change
    return lost


def group_extraction_loss(multipliers: Array, block: Array, output: Array) -> float:
    """Return what the economy loses with a group of sectors, a region say.

    ``m_g (L_gg)^-1 x_g``: the group's rows, columns and final demand gone at once.

    Parameters
    ----------
    multipliers : ndarray, shape (g,) [measure per unit of final demand]
        Of the group.
    block : ndarray, shape (g, g) [-]
        L within the group.
    output : ndarray, shape (g,) [money]

    Returns
    -------
    float [measure]

    References
    ----------
    [dietzenbacher_lahr_2013], section 2; [miller_blair_2009], section 12.2.6.

    Examples
    --------
    >>> group_extraction_loss(np.array([2.0]), np.array([[2.0]]), np.array([10.0]))
    10.0
    """
    return float(multipliers @ np.linalg.solve(block, output))
