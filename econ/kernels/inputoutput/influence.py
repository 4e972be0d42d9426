"""What one coefficient does to the whole: fields of influence and limits of error."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "changed_inverse",
    "field_of_influence",
    "influence_intensity",
    "tolerable_limits",
]

Array = npt.NDArray[np.float64]


def field_of_influence(column: Array, row: Array) -> Array:
    """Return the derivative of L by the coefficient a_ij: the field of influence of first order.

    Parameters
    ----------
    column : ndarray, shape (n,) [-]
        Column i of L.
    row : ndarray, shape (n,) [-]
        Row j of L.

    Returns
    -------
    ndarray, shape (n, n) [-]
        ``F = L_.i L_j.``

    References
    ----------
    [sonis_hewings_1992], section 2; [miller_blair_2009], section 12.3.

    Examples
    --------
    >>> field_of_influence(np.array([2.0, 1.0]), np.array([0.0, 3.0])).tolist()
    [[0.0, 6.0], [0.0, 3.0]]
    """
    return np.outer(column, row)


def changed_inverse(inverse: Array, i: int, j: int, change: float) -> Array:
    """Return L after a change of the one coefficient a_ij, exactly.

    ``L + e F / (1 - e l_ji)``, with F the field of influence.

    Parameters
    ----------
    inverse : ndarray, shape (n, n) [-]
        L.
    i, j : int
        Row and column of the coefficient.
    change : float [-]
        e, added to a_ij.

    Returns
    -------
    ndarray, shape (n, n) [-]

    Raises
    ------
    ValueError
        When the change makes the economy unproductive.

    References
    ----------
    [sherman_morrison_1950]; [sonis_hewings_1992], section 2.

    Examples
    --------
    >>> changed_inverse(np.array([[1.0]]), 0, 0, 0.5).tolist()
    [[2.0]]
    """
    left = 1.0 - change * inverse[j, i]
    if not left > 0.0:
        raise ValueError(
            f"a change of {change} at row {i}, column {j} leaves no productive economy; "
            f"stay below {1.0 / inverse[j, i]}"
        )
    found: Array = inverse + (change / left) * field_of_influence(inverse[:, i], inverse[j, :])
    return found


def influence_intensity(inverse: Array, norm: Literal["sum", "euclidean"] = "euclidean") -> Array:
    """Return how strongly each coefficient acts on all of L.

    The size of the field of influence of a_ij is the size of column i of L times that of row j:
    all n by n fields are measured without making one.

    Parameters
    ----------
    inverse : ndarray, shape (n, n) [-]
        L.
    norm : {"sum", "euclidean"}
        Sum of the field's elements without their signs, or root of the sum of their squares.

    Returns
    -------
    ndarray, shape (n, n) [-]
        For coefficient a_ij at (i, j).

    Raises
    ------
    ValueError
        When the norm is neither.

    References
    ----------
    [sonis_hewings_1992], section 3 (intensity of the field of influence).

    Examples
    --------
    >>> influence_intensity(np.array([[2.0, 1.0], [0.0, 1.0]]), "sum").tolist()
    [[6.0, 2.0], [6.0, 2.0]]
    """
    if norm not in ("sum", "euclidean"):
        raise ValueError(f"the norm is {norm!r}; ask for sum or euclidean")
    power = 1 if norm == "sum" else 2
    columns = np.linalg.norm(inverse, power, axis=0)
    return np.outer(columns, np.linalg.norm(inverse, power, axis=1))


def tolerable_limits(inverse: Array, coefficients: Array, output: Array, tolerance: float) -> Array:
    """Return by which share each coefficient may grow before some output moves too much.

    A change ``da`` of a_ij moves output k by ``l_ki da x_j / (1 - da l_ji)``. The largest relative
    move, over all k and of either sign, stays within the tolerance q up to
    ``|da| = q / (q s l_ji + |x_j| max_k |l_ki / x_k|)``, where s is the sign of a_ij: a negative
    coefficient grows downwards. A small limit marks an inverse-important coefficient.

    Parameters
    ----------
    inverse : ndarray, shape (n, n) [-]
        L.
    coefficients : ndarray, shape (n, n) [-]
        A.
    output : ndarray, shape (n,) [money]
        x, of any sign; sectors without output cannot move by a share and are left out.
    tolerance : float [share]
        q, above zero.

    Returns
    -------
    ndarray, shape (n, n) [share]
        Of the coefficient; infinite where it is zero, its column makes no output, or no growth
        reaches the tolerance.

    Raises
    ------
    ValueError
        When the tolerance is not above zero.

    References
    ----------
    [schintke_staglin_1988] (tolerable limits); [miller_blair_2009], section 12.3.

    Examples
    --------
    A coefficient of 1/2 may rise by an eleventh, to 6/11, before output rises by a tenth.

    >>> limit = tolerable_limits(np.array([[2.0]]), np.array([[0.5]]), np.array([20.0]), 0.1)
    >>> (1 / limit).round(6).tolist()
    [[11.0]]
    """
    if not tolerance > 0.0:
        raise ValueError(f"the tolerance is {tolerance}; give a share above zero")
    per_output = np.divide(
        inverse, output[:, None], out=np.zeros_like(inverse), where=output[:, None] != 0.0
    )
    pull = np.abs(per_output).max(axis=0)
    # Not above zero: nobody feels the sector, or the change damps itself faster than it grows.
    felt = tolerance * np.sign(coefficients) * inverse.T + np.outer(pull, np.abs(output))
    room = np.divide(tolerance, felt, out=np.full_like(felt, np.inf), where=felt > 0.0)
    moving = (coefficients != 0.0) & (output != 0.0)
    limits: Array = np.divide(
        room, np.abs(coefficients), out=np.full_like(room, np.inf), where=moving
    )
    return limits
