"""What one coefficient does to the whole: fields of influence, limits of error, variances."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "changed_inverse",
    "effect_variance",
    "field_of_influence",
    "influence_intensity",
    "multiplier_variance",
    "output_variance",
    "tolerable_limits",
]

Array = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]


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


def multiplier_variance(
    multipliers: Array, inverse: Array, variance: Array, groups: Groups | None = None
) -> Array:
    """Return the variance of multipliers from that of the coefficients, to first order.

    ``dm' = m' dA L``. Independent coefficients: ``Var(m_j) = sum_ik m_i^2 Var(a_ik) l_kj^2``.
    Coefficients that move together: their deviations add up before they are squared.

    Parameters
    ----------
    multipliers : ndarray, shape (n,) [measure per unit of final demand]
        ``m = v'L``, v taken as certain.
    inverse : ndarray, shape (n, n) [-]
        L.
    variance : ndarray, shape (n, n) [-]
        Of the coefficients of A; not negative.
    groups : ndarray of int, shape (n,), optional
        Label of every column: all coefficients in columns of the same label are perfectly
        correlated; ``arange(n)`` for column by column. By default all coefficients are
        independent.

    Returns
    -------
    ndarray, shape (n,) [measure per unit of final demand, squared]

    Raises
    ------
    ValueError
        When a variance is negative, or there is not one group per column.

    References
    ----------
    [bullard_sebald_1988] (errors of coefficients in the inverse). Own definition: the first-order
    term, from ``dL = L dA L``.

    Examples
    --------
    >>> one = np.array([[2.0]])
    >>> multiplier_variance(np.array([2.0]), one, np.array([[0.01]])).tolist()
    [0.16]
    """
    _check_variance(variance, groups)
    if groups is None:
        found: Array = (multipliers**2 @ variance) @ inverse**2
        return found
    # m'S by column, spread over L, added within each group, and only then squared.
    moved = (_members(groups) * (multipliers @ np.sqrt(variance))) @ inverse
    together: Array = np.einsum("gj,gj->j", moved, moved)
    return together


def output_variance(
    inverse: Array, output: Array, variance: Array, groups: Groups | None = None
) -> Array:
    """Return the variance of every sector's output from that of the coefficients, to first order.

    ``dx = L dA x``; independent: ``Var(x_k) = sum_ij l_ki^2 Var(a_ij) x_j^2``.

    Parameters
    ----------
    inverse : ndarray, shape (n, n) [-]
        L.
    output : ndarray, shape (n,) [money]
        ``x = L f``, f taken as certain.
    variance : ndarray, shape (n, n) [-]
        Of the coefficients of A; not negative.
    groups : ndarray of int, shape (n,), optional
        As in `multiplier_variance`.

    Returns
    -------
    ndarray, shape (n,) [money squared]

    Raises
    ------
    ValueError
        When a variance is negative, or there is not one group per column.

    References
    ----------
    [bullard_sebald_1988]. Own definition: the first-order term, from ``dL = L dA L``.

    Examples
    --------
    >>> output_variance(np.array([[2.0]]), np.array([20.0]), np.array([[0.01]])).tolist()
    [16.0]
    """
    _check_variance(variance, groups)
    if groups is None:
        found: Array = inverse**2 @ (variance @ output**2)
        return found
    moved = inverse @ ((np.sqrt(variance) * output) @ _members(groups).T)
    together: Array = np.einsum("kg,kg->k", moved, moved)
    return together


def effect_variance(
    multipliers: Array, output: Array, variance: Array, groups: Groups | None = None
) -> float:
    """Return the variance of the whole effect ``v'L f``, to first order and without L.

    ``d(v'x) = m' dA x``; independent: ``sum_ij m_i^2 Var(a_ij) x_j^2``.

    Parameters
    ----------
    multipliers : ndarray, shape (n,) [measure per unit of final demand]
        ``m = v'L``.
    output : ndarray, shape (n,) [money]
        ``x = L f``.
    variance : ndarray, shape (n, n) [-]
        Of the coefficients of A; not negative.
    groups : ndarray of int, shape (n,), optional
        As in `multiplier_variance`.

    Returns
    -------
    float [measure squared]

    Raises
    ------
    ValueError
        When a variance is negative, or there is not one group per column.

    References
    ----------
    [bullard_sebald_1988]. Own definition: the first-order term, from ``dL = L dA L``.

    Examples
    --------
    >>> effect_variance(np.array([2.0]), np.array([20.0]), np.array([[0.01]]))
    16.0
    """
    _check_variance(variance, groups)
    if groups is None:
        return float(multipliers**2 @ variance @ output**2)
    moved = _members(groups) @ ((multipliers @ np.sqrt(variance)) * output)
    return float(moved @ moved)


def _check_variance(variance: Array, groups: Groups | None) -> None:
    below = np.argwhere(variance < 0.0)
    if below.size:
        i, j = below[0].tolist()
        raise ValueError(f"variance {variance[i, j]} at row {i}, column {j}; none is below zero")
    # One label would otherwise be spread over all columns.
    if groups is not None and groups.shape != variance.shape[1:]:
        raise ValueError(
            f"groups have shape {groups.shape}; label each of {variance.shape[1]} columns"
        )


def _members(groups: Groups) -> Array:
    """Return which column belongs to which group, shape (g, n)."""
    labels, place = np.unique(groups, return_inverse=True)
    members: Array = (np.arange(labels.size)[:, None] == place).astype(np.float64)
    return members
