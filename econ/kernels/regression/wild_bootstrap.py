"""The wild cluster bootstrap in terms of cluster totals, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["ClusterTotals", "bootstrap_t", "rademacher_weights", "webb_weights"]

Array = npt.NDArray[np.float64]
WEBB: Final = np.sqrt(np.array([1.5, 1.0, 0.5]))  # of both signs, each with probability 1/6
MOST_ENUMERATED: Final = 16


def rademacher_weights(rng: np.random.Generator, draws: int, groups: int) -> Array:
    """Return weights of -1 and 1 for each draw and cluster.

    With few clusters every combination is returned once instead of at random: there are no others.

    Parameters
    ----------
    rng : numpy.random.Generator
    draws : int
        Number of draws, b.
    groups : int
        Number of clusters, G.

    Returns
    -------
    ndarray, shape (b, G) [-]
        Of ``2**G`` rows where that is at most `draws`.

    References
    ----------
    [roodman_2019], section 3.

    Examples
    --------
    >>> rademacher_weights(np.random.default_rng(0), 100, 2).tolist()
    [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    """
    if groups <= MOST_ENUMERATED and 2**groups <= draws:
        every = (np.arange(2**groups)[:, None] >> np.arange(groups)[::-1]) & 1
        return every.astype(np.float64) * 2.0 - 1.0
    words = rng.integers(0, 256, size=(draws, (groups + 7) // 8), dtype=np.uint8)
    drawn = np.unpackbits(words, axis=1, count=groups).astype(np.float64)
    drawn *= 2.0
    drawn -= 1.0
    return drawn


def webb_weights(rng: np.random.Generator, draws: int, groups: int) -> Array:
    """Return Webb's six-point weights, for fewer than some ten clusters.

    Parameters
    ----------
    rng : numpy.random.Generator
    draws : int
        Number of draws, b.
    groups : int
        Number of clusters, G.

    Returns
    -------
    ndarray, shape (b, G) [-]
        Plus or minus the roots of 3/2, 1 and 1/2.

    References
    ----------
    [webb_2023], section 3.

    Examples
    --------
    >>> drawn = webb_weights(np.random.default_rng(0), 1000, 5)
    >>> sorted(set(np.round(drawn.ravel() ** 2, 9).tolist()))
    [0.5, 1.0, 1.5]
    """
    values = np.concatenate([-WEBB, WEBB])
    return values[rng.integers(0, len(values), size=(draws, groups))]


@dataclass(frozen=True)
class ClusterTotals:
    """What the bootstrap needs of the data, for a hypothesis about one coefficient.

    With x the regressor of interest and y the outcome, both without what the other regressors and
    the fixed effects explain, residuals under the hypothesis `b` are ``y - b x``. All totals are
    linear in `b`, so that one set of them serves every hypothesis.

    Parameters
    ----------
    cross : ndarray, shape (G, 2)
        Totals of x times (y, x) within each cluster.
    spill : ndarray, shape (G, G, 2)
        Total over cluster g of x times what all regressors, the one of interest apart, predict from
        (y, x) of cluster h alone.

    References
    ----------
    [roodman_2019], section 5.
    """

    cross: Array
    spill: Array

    @property
    def square(self) -> float:
        """Sum of squares of x."""
        return float(self.cross[:, 1].sum())

    @property
    def estimate(self) -> float:
        """The coefficient."""
        return float(self.cross[:, 0].sum()) / self.square

    @cached_property
    def own(self) -> Array:
        """Sum of squares of x within each cluster, shape (G,)."""
        return self.cross[:, 1]

    def statistic(self) -> tuple[float, float]:
        """Return the coefficient and its clustered error, without small-sample factor."""
        beta = self.estimate
        scores = self.cross[:, 0] - beta * self.cross[:, 1]
        return beta, float(np.sqrt(scores @ scores)) / self.square


def bootstrap_t(totals: ClusterTotals, weights: Array, null: float) -> Array:
    """Return the t statistics of the restricted wild cluster bootstrap.

    Parameters
    ----------
    totals : ClusterTotals
    weights : ndarray, shape (b, G) [-]
    null : float
        The hypothesis, imposed on the residuals that are drawn from.

    Returns
    -------
    ndarray, shape (b,) [-]
        Infinite where a draw leaves no variance.

    References
    ----------
    [roodman_2019], section 5.

    Examples
    --------
    >>> cross = np.array([[1.0, 1.0], [2.0, 1.0]])
    >>> totals = ClusterTotals(cross, np.zeros((2, 2, 2)))
    >>> bootstrap_t(totals, np.array([[1.0, 1.0]]), 0.0).round(4).tolist()  # 1.5 / (0.7071 / 2)
    [4.2426]
    """
    hypothesis = np.array([1.0, -null])
    scores = totals.cross @ hypothesis
    spill = totals.spill @ hypothesis
    moved = weights @ scores / totals.square
    drawn = weights * scores[None, :]
    drawn -= weights @ spill.T
    drawn -= moved[:, None] * totals.own[None, :]
    error = np.sqrt(np.einsum("bg,bg->b", drawn, drawn)) / totals.square
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = moved / error
    return found
