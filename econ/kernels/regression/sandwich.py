"""The meat of sandwich covariances: from scores to the covariance of estimates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

__all__ = [
    "cluster_meat",
    "driscoll_kraay_meat",
    "group_sums",
    "jackknife_covariance",
    "joint_codes",
    "multiway_meat",
    "newey_west_meat",
    "positive_semidefinite",
]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def group_sums(values: Array, codes: Codes) -> Array:
    """Return the sums of rows by group.

    Parameters
    ----------
    values : ndarray, shape (n, k)
    codes : ndarray of int, shape (n,)
        Between 0 and G - 1.

    Returns
    -------
    ndarray, shape (G, k)

    References
    ----------
    Own definition: a sum by group.

    Examples
    --------
    >>> group_sums(np.array([[1.0], [2.0], [4.0]]), np.array([0, 1, 0])).tolist()
    [[5.0], [2.0]]
    """
    groups = int(codes.max()) + 1 if len(codes) else 0
    sums = np.empty((groups, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(codes, weights=values[:, column], minlength=groups)
    return sums


def joint_codes(codes: Sequence[Codes]) -> Codes:
    """Return one code for every combination of codes that occurs, counted from 0.

    Parameters
    ----------
    codes : sequence of ndarray of int, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)

    References
    ----------
    Own definition: the intersection of groupings.

    Examples
    --------
    >>> joint_codes([np.array([0, 0, 1]), np.array([0, 1, 1])]).tolist()
    [0, 1, 2]
    """
    joint = codes[0]
    for other in codes[1:]:
        joint = np.unique(joint * (int(other.max()) + 1) + other, return_inverse=True)[1]
    return np.asarray(joint, dtype=np.int64)


def cluster_meat(scores: Array, codes: Codes) -> Array:
    """Return ``sum_g s_g s_g'`` with the scores added up within clusters.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
        Regressors times residuals.
    codes : ndarray of int, shape (n,)
        Cluster of each row, between 0 and G - 1.

    Returns
    -------
    ndarray, shape (k, k)

    References
    ----------
    [liang_zeger_1986], section 2.

    Examples
    --------
    >>> cluster_meat(np.array([[1.0], [2.0], [4.0]]), np.array([0, 0, 1])).tolist()
    [[25.0]]
    """
    sums = group_sums(scores, codes)
    return sums.T @ sums


def multiway_meat(scores: Array, ways: Sequence[Codes], factors: Sequence[float]) -> Array:
    """Return the meat for clusters that cross: each way added, overlaps taken off again.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
    ways : sequence of ndarray of int, shape (n,)
        Cluster codes of each way.
    factors : sequence of float [-]
        Small-sample factor of every subset of ways, in the order of `itertools.combinations`,
        single ways first.

    Returns
    -------
    ndarray, shape (k, k)
        Not always positive semi-definite.

    References
    ----------
    [cameron_gelbach_miller_2011], section 2.2.

    Examples
    --------
    >>> scores = np.array([[1.0], [2.0], [4.0]])
    >>> ways = [np.array([0, 0, 1]), np.array([0, 1, 1])]
    >>> multiway_meat(scores, ways, [1.0, 1.0, 1.0]).tolist()  # 25 + 37 - 21
    [[41.0]]
    """
    meat = np.zeros((scores.shape[1], scores.shape[1]))
    subsets = [
        subset
        for size in range(1, len(ways) + 1)
        for subset in combinations(range(len(ways)), size)
    ]
    for subset, factor in zip(subsets, factors, strict=True):
        sign = 1.0 if len(subset) % 2 else -1.0
        meat += sign * factor * cluster_meat(scores, joint_codes([ways[way] for way in subset]))
    return meat


def driscoll_kraay_meat(scores: Array, periods: Codes, lag: int) -> Array:
    """Return the meat that allows any correlation within a period and, fading, over `lag` periods.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
    periods : ndarray of int, shape (n,) [period]
        On the calendar: a period without rows counts as one with none.
    lag : int [period]

    Returns
    -------
    ndarray, shape (k, k)

    References
    ----------
    [driscoll_kraay_1998], section II; [newey_west_1987], equation 5 (Bartlett weights).

    Examples
    --------
    >>> scores = np.array([[1.0], [2.0], [4.0]])
    >>> driscoll_kraay_meat(scores, np.array([0, 0, 1]), 1).tolist()  # 9 + 16 + 2 (1/2) 12
    [[37.0]]
    """
    present, codes = np.unique(periods, return_inverse=True)
    sums = group_sums(scores, np.asarray(codes, dtype=np.int64))
    meat = sums.T @ sums
    for step in range(1, lag + 1):
        earlier = np.searchsorted(present, present - step)
        found = present[np.minimum(earlier, len(present) - 1)] == present - step
        gamma = sums[found].T @ sums[earlier[found]]
        meat += (1.0 - step / (lag + 1.0)) * (gamma + gamma.T)
    return meat


def newey_west_meat(scores: Array, units: Codes, periods: Codes, lag: int) -> Array:
    """Return the meat that allows fading correlation over `lag` periods within each unit.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
    units : ndarray of int, shape (n,)
    periods : ndarray of int, shape (n,) [period]
        On the calendar; a unit has a period once.
    lag : int [period]

    Returns
    -------
    ndarray, shape (k, k)

    References
    ----------
    [newey_west_1987], equation 5.

    Examples
    --------
    >>> scores = np.array([[1.0], [2.0], [4.0]])
    >>> newey_west_meat(scores, np.zeros(3, dtype=int), np.arange(3), 1).tolist()  # 21 + 2 + 8
    [[31.0]]
    """
    start = int(periods.min())
    span = int(periods.max()) - start + lag + 1
    keys = units * span + (periods - start)
    order = np.argsort(keys, kind="stable")
    keys, ordered = keys[order], scores[order]
    meat = ordered.T @ ordered
    for step in range(1, lag + 1):
        wanted = keys - step
        earlier = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found = (keys[earlier] == wanted) & (keys % span >= step)
        gamma = ordered[found].T @ ordered[earlier[found]]
        meat += (1.0 - step / (lag + 1.0)) * (gamma + gamma.T)
    return meat


def jackknife_covariance(without: Array, estimates: Array) -> Array:
    """Return the cluster jackknife, CRV3: how estimates move when each cluster is left out.

    Parameters
    ----------
    without : ndarray, shape (G, k)
        Estimates without each cluster.
    estimates : ndarray, shape (k,)

    Returns
    -------
    ndarray, shape (k, k)

    References
    ----------
    [mackinnon_nielsen_webb_2023], section 2, CV3.

    Examples
    --------
    >>> jackknife_covariance(np.array([[1.0], [3.0]]), np.array([2.0])).tolist()
    [[1.0]]
    """
    groups = len(without)
    moved = without - estimates
    return (groups - 1) / groups * moved.T @ moved


def positive_semidefinite(covariance: Array) -> tuple[Array, bool]:
    """Return the covariance with negative eigenvalues set to zero, and whether there were any.

    Parameters
    ----------
    covariance : ndarray, shape (k, k)

    Returns
    -------
    (ndarray, bool)
        Of shape (k, k).

    References
    ----------
    [cameron_gelbach_miller_2011], section 2.3.

    Examples
    --------
    >>> positive_semidefinite(np.array([[2.0, 0.0], [0.0, -1.0]]))[0].tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """
    scale = np.sqrt(np.abs(np.diag(covariance)))
    scale = np.where(scale > 0.0, scale, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    rounding = len(covariance) * np.finfo(np.float64).eps * max(float(np.abs(values).max()), 1.0)
    if values.min() >= -rounding:
        return covariance, False
    mended = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return np.outer(scale, scale) * mended, True
