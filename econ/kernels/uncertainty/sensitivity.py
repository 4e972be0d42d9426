"""What drives a result: shares of its variance by parameter, and errors carried through a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

__all__ = [
    "VarianceShares",
    "ordered_parts",
    "propagated_variance",
    "random_orders",
    "shapley_values",
    "variance_shares",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class VarianceShares:
    """Sobol indices of several parameters, or groups of them, with what sampling leaves open.

    Parameters
    ----------
    first, total : ndarray, shape (k,) [share of the variance]
        What a parameter explains alone, and with all it interacts with.
    first_error, total_error : ndarray, shape (k,) [share of the variance]
        Standard errors, by bootstrap.
    variance : float
        Of the result.
    """

    first: Array
    total: Array
    first_error: Array
    total_error: Array
    variance: float


def variance_shares(
    a: Array, b: Array, mixed: Array, resamples: int, rng: np.random.Generator
) -> VarianceShares:
    """Return first-order and total Sobol indices from two samples and their mixtures.

    Parameters
    ----------
    a, b : ndarray, shape (d,)
        A model's results on two independent samples of its parameters.
    mixed : ndarray, shape (k, d)
        Its results on the first sample with parameter i taken from the second.
    resamples : int
        Of the bootstrap.
    rng : numpy.random.Generator

    Returns
    -------
    VarianceShares
        Zeros where the result never varies.

    References
    ----------
    [saltelli_2010], table 2: (b) for the first order, (f), of [jansen_1999], for the total.

    Examples
    --------
    Of the sum of one and of two times a number alike, the first explains a fifth:

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.random((2, 2, 20_000))
    >>> a, b = x[0] + 2 * x[1], y[0] + 2 * y[1]
    >>> mixed = np.stack([y[0] + 2 * x[1], x[0] + 2 * y[1]])
    >>> variance_shares(a, b, mixed, 10, rng).total.round(1).tolist()
    [0.2, 0.8]
    """
    count = a.size
    # Centred, so that a mean far from zero does not drown the products.
    centre = 0.5 * (a.mean() + b.mean())
    a, b, mixed = a - centre, b - centre, mixed - centre
    alone, all_in = b * (mixed - a), 0.5 * (a - mixed) ** 2
    first, total, variance = _shares(alone, all_in, a, b, np.ones((1, count)))
    weights = rng.multinomial(count, np.full(count, 1.0 / count), size=resamples).astype(np.float64)
    firsts, totals, _ = _shares(alone, all_in, a, b, weights)
    return VarianceShares(
        first[:, 0], total[:, 0], firsts.std(axis=1), totals.std(axis=1), float(variance[0])
    )


def _shares(
    alone: Array, all_in: Array, a: Array, b: Array, weights: Array
) -> tuple[Array, Array, Array]:
    """Return both indices, (k, resamples), and the variance of both samples, (resamples,)."""
    count = weights.sum(axis=1)
    mean = (weights @ (a + b)) / (2 * count)
    variance = (weights @ (a**2 + b**2)) / (2 * count) - mean**2
    safe = np.where(variance > 0.0, variance * count, np.inf)
    return (alone @ weights.T) / safe, (all_in @ weights.T) / safe, variance


def propagated_variance(gradient: Array, covariance: Array) -> Array:
    """Return the variance of a linear result from that of its inputs: the delta method.

    Exact where the result is linear in the inputs, whatever their distribution; to the first order
    elsewhere.

    Parameters
    ----------
    gradient : ndarray, shape (m, k)
        Of each result by each input.
    covariance : ndarray, shape (k, k)
        Of the inputs.

    Returns
    -------
    ndarray, shape (m,)

    References
    ----------
    [jcgm_100_2008], equation (13).

    Examples
    --------
    >>> propagated_variance(np.array([[1.0, 2.0]]), np.diag([1.0, 0.25])).tolist()
    [2.0]
    """
    return np.asarray(np.einsum("mi,ij,mj->m", gradient, covariance, gradient))


def shapley_values(worth: Array) -> Array:
    """Return each change's part in a difference, averaged over all orders of making the changes.

    The parts add up to the difference in every order, and so does their mean, which treats all
    changes alike. Where the result is linear in every change, each part is what the change makes
    alone.

    Parameters
    ----------
    worth : ndarray, shape (2**k, ...)
        The result with the set of changes made whose bits are those of the row: row 0 with none,
        row 5 with the first and the third.

    Returns
    -------
    ndarray, shape (k, ...)

    References
    ----------
    [shapley_1953]; [shorrocks_2013], section 3.

    Examples
    --------
    Two times three becomes four times five, a difference of 14:

    >>> worth = np.array([2 * 3, 4 * 3, 2 * 5, 4 * 5], dtype=float)
    >>> shapley_values(worth).tolist()
    [8.0, 6.0]
    """
    k = int(worth.shape[0]).bit_length() - 1
    parts = np.zeros((k, *worth.shape[1:]))
    sets = np.arange(worth.shape[0])
    sizes = np.bitwise_count(sets).astype(int)
    weights = np.array([factorial(m) * factorial(k - m - 1) / factorial(k) for m in range(k)])
    for change in range(k):
        without = sets[(sets >> change & 1) == 0]
        gain = worth[without | 1 << change] - worth[without]
        parts[change] = np.tensordot(weights[sizes[without]], gain, axes=1)
    return parts


def random_orders(changes: int, count: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Return orders of making k changes, each followed by its reverse.

    Parameters
    ----------
    changes : int
        Number of changes, k.
    count : int
        Number of pairs, an order and its reverse.
    rng : numpy.random.Generator

    Returns
    -------
    list of tuple of int, each of shape (k,)
        Own definition: ``count`` permutations of (0, ..., k - 1) and their reverses; by the
        pairs the parts of two changes that interact are halved between them.

    Examples
    --------
    >>> random_orders(2, 1, np.random.default_rng(0))
    [(0, 1), (1, 0)]
    """
    orders = []
    for _ in range(count):
        order = tuple(int(change) for change in rng.permutation(changes))
        orders += [order, order[::-1]]
    return orders


def ordered_parts(worth: Array, orders: Sequence[Sequence[int]]) -> Array:
    """Return each change's part in a difference, averaged over some orders.

    Parameters
    ----------
    worth : ndarray, shape (o, k + 1, ...)
        The result along each order: with none of the changes made, with the first, with two.
    orders : sequence of sequences of int

    Returns
    -------
    ndarray, shape (k, ...)
        They add up to the difference.

    References
    ----------
    [shorrocks_2013], section 3: the mean over orders of the marginal contributions.

    Examples
    --------
    >>> worth = np.array([[6.0, 12.0, 20.0], [6.0, 10.0, 20.0]])
    >>> ordered_parts(worth, [(0, 1), (1, 0)]).tolist()
    [8.0, 6.0]
    """
    gains = np.diff(worth, axis=1)
    parts = np.zeros((gains.shape[1], *worth.shape[2:]))
    for row, order in enumerate(orders):
        parts[list(order)] += gains[row] / len(orders)
    return parts
