"""What a solve reports, and the proof that no economy stands behind a solution below zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Plan", "SolveReport", "unproductive_at"]

Array = npt.NDArray[np.float64]

# Below zero by more than this, relative to the largest of a solution, is no rounding of the solve.
SOLUTION_ROUNDING: Final = 1e-8
# The inequality of the proof holds up to the residual of the solve.
PROOF_ROUNDING: Final = 1e-10


@dataclass(frozen=True)
class Plan:
    """Which way a solve goes, and why.

    Parameters
    ----------
    method : str
    reason : str
    """

    method: str
    reason: str


@dataclass(frozen=True)
class SolveReport:
    """What a solve did.

    Parameters
    ----------
    method, reason : str
    rows, columns : int
        Size of the system and number of right-hand sides.
    iterations : int
        Passes over the matrix or refinements; 0 for a direct solve.
    residual : float [-]
        Largest over the columns, relative to the right-hand side; estimated from random
        projections when a large factor is used again.
    tolerance : float [-]
    """

    method: str
    reason: str
    rows: int
    columns: int
    iterations: int
    residual: float
    tolerance: float


def unproductive_at(
    found: Array,
    sides: Array | None,
    smallest_flow: Callable[[], float],
    apply: Callable[..., Array],
) -> tuple[int, int] | None:
    """Return where a solution proves that no economy stands behind it, or None.

    With A and f not below zero, the part v of x that is below zero has ``A v >= v`` where v is not
    zero, and by Collatz and Wielandt the spectral radius of A is then one or more. A solution that
    is not below zero, beyond rounding, is looked at once; the table is read only in doubt.

    Parameters
    ----------
    found : ndarray, shape (n, k)
        Solutions x of ``(I - A) x = f``.
    sides : ndarray, shape (n, k), optional
        f; None for the unit vectors, of which found is the inverse.
    smallest_flow : callable
        Returns the smallest cell of A, whatever its scale; nothing is proved when it is negative.
    apply : callable
        Returns ``A v`` of an ndarray, shape (n,).

    Returns
    -------
    tuple of int or None
        Row and column of the smallest entry of the first column that proves it.

    References
    ----------
    [miller_blair_2009], appendix 2.2 (the Hawkins-Simon conditions).

    Examples
    --------
    One product that takes two of itself:

    >>> A = np.array([[2.0]])
    >>> unproductive_at(np.array([[-1.0]]), np.array([[1.0]]), A.min, A.__matmul__)
    (0, 0)
    """
    lowest = found.min(axis=0, initial=0.0)
    if not (lowest < 0.0).any():
        return None
    below = lowest < -SOLUTION_ROUNDING * np.maximum(found.max(axis=0), -lowest)
    if sides is not None:
        below &= sides.min(axis=0) >= 0.0
    if not below.any() or smallest_flow() < 0.0:
        return None
    for column in np.flatnonzero(below):
        v = np.maximum(-found[:, column], 0.0)
        if (apply(v) >= v - PROOF_ROUNDING * v.max()).all():
            return int(found[:, column].argmin()), int(column)
    return None
