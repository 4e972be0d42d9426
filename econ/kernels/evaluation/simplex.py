"""Weights that are shares: the point of a convex hull that lies nearest to a target."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

__all__ = ["frank_wolfe_weights", "simplex_weights", "simplex_weights_of_each"]

Array = npt.NDArray[np.float64]
MOST_EXCHANGES: Final = 30


def simplex_weights(distances: Array, ridge: float = 0.0) -> Array:
    """Return ``argmin ||D w||^2 + ridge ||w||^2`` over shares ``w >= 0, sum(w) = 1``.

    The problem is homogeneous, so one run of non-negative least squares on D with a row of ones
    added solves it exactly: of ``min ||D u||^2 + (1'u - 1)^2`` the solution is proportional to w.

    Parameters
    ----------
    distances : ndarray, shape (t, j)
        D; column j is donor j less the target, so that ``D w`` is what the weights leave.
    ridge : float
        Not negative.

    Returns
    -------
    ndarray, shape (j,) [share]

    References
    ----------
    [abadie_diamond_hainmueller_2010], section 2.3, with V the identity; [lawson_hanson_1974],
    chapter 23, for non-negative least squares.

    Examples
    --------
    >>> simplex_weights(np.array([[10.0, 20.0]]) - 13.0).round(12).tolist()
    [0.7, 0.3]
    >>> simplex_weights(np.array([[10.0, 20.0]]) - 25.0).tolist()
    [0.0, 1.0]
    """
    t, j = distances.shape
    sizes = np.einsum("tj,tj->j", distances, distances)
    scale = np.sqrt(sizes.min(initial=np.inf) + ridge) if j else 1.0
    if not scale > 0.0:  # a donor that is the target
        exact = (sizes == 0.0).astype(np.float64)
        first: Array = np.where(np.arange(j) == exact.argmax(), 1.0, 0.0)
        return first
    rows = t + 1 + (j if ridge else 0)
    system = np.zeros((rows, j))
    system[:t] = distances / scale
    system[t] = 1.0
    if ridge:
        np.fill_diagonal(system[t + 1 :], np.sqrt(ridge) / scale)
    right = np.zeros(rows)
    right[t] = 1.0
    raw: Array = nnls(system, right, maxiter=MOST_EXCHANGES * max(rows, j))[0]
    shares: Array = raw / raw.sum()
    return shares


def simplex_weights_of_each(
    points: Array, targets: npt.NDArray[np.int64], donors: npt.NDArray[np.bool_]
) -> Array:
    """Return, of each of several units, the weights with which others come nearest to it.

    As `simplex_weights` of the others less the unit, which is written for each into one system: a
    column of zeros never carries weight.

    Parameters
    ----------
    points : ndarray, shape (n, t)
        A row per unit.
    targets : ndarray of int, shape (m,)
        Rows that are to be matched.
    donors : ndarray of bool, shape (n,)
        Who may carry weight, except of itself.

    Returns
    -------
    ndarray, shape (m, n) [share]

    References
    ----------
    [abadie_diamond_hainmueller_2010], section 2.4 (placebos in space).

    Examples
    --------
    >>> points = np.array([[10.0], [20.0], [13.0]])
    >>> simplex_weights_of_each(points, np.array([0, 2]), np.ones(3, dtype=bool)).round(12).tolist()
    [[0.0, 0.0, 1.0], [0.7, 0.3, 0.0]]
    """
    n, t = points.shape
    columns = np.ascontiguousarray(points.T)
    system, right = np.empty((t + 1, n)), np.zeros(t + 1)
    right[t] = 1.0
    found = np.empty((len(targets), n))
    for place, row in enumerate(targets):
        apart = np.subtract(columns, points[row, :, None], out=system[:t])
        sizes = np.einsum("tj,tj->j", apart, apart)
        others = donors.copy()
        others[row] = False
        scale = np.sqrt(sizes.min(where=others, initial=np.inf))
        if not 0.0 < scale < np.inf:  # a donor that is the target, or none at all
            found[place] = 0.0
            found[place, others] = simplex_weights(apart[:, others])
            continue
        apart /= scale
        system[t] = 1.0
        system[:, ~others] = 0.0
        raw = nnls(system, right, maxiter=MOST_EXCHANGES * max(t + 1, n))[0]
        found[place] = raw / raw.sum()
    return found


def frank_wolfe_weights(
    columns: Array, target: Array, start: Array, *, ridge: float, least: float, steps: int
) -> Array:
    """Return shares near ``argmin ||A w - b||^2 + ridge ||w||^2``, as published programs stop.

    Steps towards one vertex at a time with exact line search, until the mean squared error falls by
    less than `least` in a step.

    Parameters
    ----------
    columns : ndarray, shape (t, j)
        A.
    target : ndarray, shape (t,)
        b.
    start : ndarray, shape (j,) [share]
    ridge : float
    least : float
        Smallest decrease of ``(||A w - b||^2 + ridge ||w||^2) / t`` worth another step.
    steps : int
        Most steps.

    Returns
    -------
    ndarray, shape (j,) [share]

    References
    ----------
    [arkhangelsky_et_al_2021], section 2 and its package synthdid.

    Examples
    --------
    >>> A, b = np.array([[10.0, 20.0]]), np.array([13.0])
    >>> start = np.array([0.5, 0.5])
    >>> frank_wolfe_weights(A, b, start, ridge=0.0, least=1e-12, steps=50).round(6).tolist()
    [0.7, 0.3]
    """
    weights = start.astype(np.float64, copy=True)
    rows = len(target)
    gram, cross, constant = columns.T @ columns, columns.T @ target, float(target @ target)
    product = gram @ weights
    before = np.inf
    for step in range(steps):
        slope = product - cross + ridge * weights
        vertex = int(slope.argmin())
        towards = -weights
        towards[vertex] += 1.0
        moved = gram[vertex] - product
        curvature = float(towards @ moved) + ridge * float(towards @ towards)
        if curvature > 0.0:
            length = min(1.0, max(0.0, -float(slope @ towards) / curvature))
            weights += length * towards
            product += length * moved
        error = constant + float(weights @ (product - 2.0 * cross + ridge * weights))
        if step > 0 and before - error / rows <= least:
            break
        before = error / rows
    return weights
