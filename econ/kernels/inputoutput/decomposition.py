"""Additive decomposition: the change of a product of factors, told by factor, without residual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product as combinations_of
from math import factorial
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Contributions", "additive_decomposition"]

Array = npt.NDArray[np.float64]

# 2^n results are held at a time; more factors than this are a mistake of the model.
MOST_FACTORS: Final = 12


@dataclass(frozen=True)
class Contributions:
    """What each factor contributes to a change.

    Parameters
    ----------
    values : ndarray, shape (k, ...)
        Mean over the orders, by factor; they sum to `change`.
    low, high : ndarray, shape (k, ...)
        Least and most over the orders: how far the answer depends on the order.
    deviation : ndarray, shape (k, ...)
        Standard deviation over the orders.
    change : ndarray, shape (...)
        Total change.
    """

    values: Array
    low: Array
    high: Array
    deviation: Array
    change: Array


def additive_decomposition(
    start: Sequence[Any],
    end: Sequence[Any],
    product: Callable[[Sequence[Any]], Array],
    how: Literal["all_orders", "polar"] = "all_orders",
) -> Contributions:
    """Return what each of k factors contributes to the change of their product, exactly.

    In a given order the factors move from start to end one after the other, and each contributes
    what its move changes. ``all_orders`` is the mean over all k! orders: a move depends only on
    which factors have moved before, so 2^k evaluations tell all (the mean is Shapley's value).
    ``polar`` is the mean of the order given and its reverse.

    Parameters
    ----------
    start, end : sequence, length k
        Factors, arrays of any shape (or whatever `product` takes).
    product : callable
        From k factors to an ndarray of shape (...), or a number; pure.
    how : {"all_orders", "polar"}

    Returns
    -------
    Contributions
        Of shape (k, ...); values sum to the change.

    Raises
    ------
    ValueError
        When the lengths differ, there are no factors or too many, or `how` is neither.

    References
    ----------
    [dietzenbacher_los_1998], section 2; [miller_blair_2009], section 13.1.

    Examples
    --------
    A rectangle grows from 2 by 3 to 4 by 5: the mean of both orders.

    >>> grown = additive_decomposition([2.0, 3.0], [4.0, 5.0], lambda sides: sides[0] * sides[1])
    >>> grown.values.tolist(), grown.low.tolist(), grown.high.tolist(), float(grown.change)
    ([8.0, 6.0], [6.0, 4.0], [10.0, 8.0], 14.0)
    """
    k = len(start)
    if len(end) != k:
        raise ValueError(f"{k} factors at the start and {len(end)} at the end; give as many")
    if not 0 < k <= MOST_FACTORS:
        raise ValueError(f"{k} factors; give 1 to {MOST_FACTORS}")
    if how not in ("all_orders", "polar"):
        raise ValueError(f"the orders are {how!r}; ask for all_orders or polar")
    held: dict[tuple[bool, ...], Array] = {}

    def at(moved: tuple[bool, ...]) -> Array:
        if moved not in held:
            mixed = [new if m else old for m, old, new in zip(moved, start, end, strict=True)]
            held[moved] = np.asarray(product(mixed), dtype=np.float64)
        return held[moved]

    found = [_moves(at, factor, k, how) for factor in range(k)]
    change = at((True,) * k) - at((False,) * k)
    mean, low, high, deviation = (np.stack(parts) for parts in zip(*found, strict=True))
    return Contributions(mean, low, high, deviation, change)


def _moves(
    at: Callable[[tuple[bool, ...]], Array], factor: int, k: int, how: str
) -> tuple[Array, Array, Array, Array]:
    """Return mean, least, most and deviation of one factor's move over the orders."""
    before: list[tuple[bool, ...]]
    if how == "polar":
        first, last = range(factor), range(factor + 1, k)
        before = [tuple(i in moved for i in range(k)) for moved in (first, last)]
        weights = [0.5, 0.5]
    else:
        before = [s for s in combinations_of((False, True), repeat=k) if not s[factor]]
        weights = [factorial(sum(s)) * factorial(k - 1 - sum(s)) / factorial(k) for s in before]
    low = high = mean = square = np.zeros(())
    for position, (state, weight) in enumerate(zip(before, weights, strict=True)):
        after = tuple(moved or i == factor for i, moved in enumerate(state))
        move = at(after) - at(state)
        low = move if position == 0 else np.minimum(low, move)
        high = move if position == 0 else np.maximum(high, move)
        # A running mean and spread (West): the difference of two squares would cancel.
        gathered = sum(weights[: position + 1])
        gap = move - mean
        mean = mean + gap * (weight / gathered)
        square = square + weight * gap * (move - mean)
    return mean, low, high, np.sqrt(square)
