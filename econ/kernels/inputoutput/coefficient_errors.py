"""What errors of the coefficients do to multipliers, outputs and effects: variances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["effect_variance", "multiplier_variance", "output_variance"]

Array = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]


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
