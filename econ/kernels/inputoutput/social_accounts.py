"""Multipliers of a social accounting matrix, and their parts within, between and around groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["AccountingMultipliers", "accounting_multipliers"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AccountingMultipliers:
    """Multipliers ``M = M3 M2 M1`` and their factors, shape (n, n) each [-].

    Parameters
    ----------
    multipliers : ndarray
        ``(I - A)^-1``: receipts of the row per unit that the column receives from outside.
    transfer, open_loop, closed_loop : ndarray
        M1: within each group. M2: from one group to the next ones. M3: all the way round and back.
    """

    multipliers: Array
    transfer: Array
    open_loop: Array
    closed_loop: Array


def accounting_multipliers(coefficients: Array, groups: Codes) -> AccountingMultipliers:
    """Return the accounting multipliers and their decomposition by groups of accounts.

    With A0 the coefficients within groups and ``A* = (I - A0)^-1 (A - A0)``, of k groups:
    ``M1 = (I - A0)^-1``, ``M2 = I + A* + ... + A*^(k-1)`` and ``M3 = (I - A*^k)^-1``.

    Parameters
    ----------
    coefficients : ndarray, shape (n, n) [-]
        Payments of the column to the row per unit of the column's receipts.
    groups : ndarray of int, shape (n,)
        Group of each account: activities, factors, institutions.

    Returns
    -------
    AccountingMultipliers

    Raises
    ------
    numpy.linalg.LinAlgError
        When what is received is all paid on within the matrix.

    References
    ----------
    [pyatt_round_1979], equations 12 to 21.

    Examples
    --------
    Half of what activities receive goes to households, and half of that comes back:

    >>> found = accounting_multipliers(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([0, 1]))
    >>> found.open_loop.tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    >>> found.closed_loop.round(3).tolist(), found.multipliers.round(3).tolist()
    ([[1.333, 0.0], [0.0, 1.333]], [[1.333, 0.667], [0.667, 1.333]])
    """
    n, k = len(groups), len(np.unique(groups))
    identity = np.eye(n)
    within = np.where(groups[:, None] == groups, coefficients, 0.0)
    transfer = _inverse(identity - within)
    between = transfer @ (coefficients - within)
    open_loop, power = np.zeros((n, n)), identity
    for _ in range(k):
        open_loop += power
        power = power @ between
    return AccountingMultipliers(
        multipliers=_inverse(identity - coefficients),
        transfer=transfer,
        open_loop=open_loop,
        closed_loop=_inverse(identity - power),
    )


def _inverse(matrix: Array) -> Array:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
