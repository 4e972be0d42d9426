"""Additive decomposition against every order written out."""

from collections.abc import Sequence
from itertools import permutations
from math import prod

import numpy as np
import pytest

from econ.kernels.inputoutput.decomposition import additive_decomposition

# Sums of a few dozen products, in another order.
ROUNDINGS = 1e-12


def chain(factors: Sequence[np.ndarray]) -> np.ndarray:
    v, L, mix, level = factors
    return v * (L @ (mix * level))


def example() -> tuple[list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(3)
    shapes = [(4,), (4, 4), (4,), ()]
    return (
        [np.asarray(rng.uniform(0.5, 2.0, shape)) for shape in shapes],
        [np.asarray(rng.uniform(0.5, 2.0, shape)) for shape in shapes],
    )


def moves(start: Sequence[np.ndarray], end: Sequence[np.ndarray], order: Sequence[int]) -> list:
    """What each factor changes when the factors move in this order."""
    held, made = list(start), {}
    for factor in order:
        before = chain(held)
        held[factor] = end[factor]
        made[factor] = chain(held) - before
    return [made[factor] for factor in range(len(start))]


def test_the_mean_the_range_and_the_deviation_are_those_of_all_24_orders() -> None:
    start, end = example()
    every = np.array([moves(start, end, order) for order in permutations(range(4))])
    found = additive_decomposition(start, end, chain)
    np.testing.assert_allclose(found.values, every.mean(axis=0), rtol=ROUNDINGS, atol=ROUNDINGS)
    np.testing.assert_allclose(found.low, every.min(axis=0), rtol=ROUNDINGS)
    np.testing.assert_allclose(found.high, every.max(axis=0), rtol=ROUNDINGS)
    np.testing.assert_allclose(found.deviation, every.std(axis=0), rtol=1e-10)


def test_the_polar_mean_is_that_of_the_order_given_and_its_reverse() -> None:
    start, end = example()
    both = np.array([moves(start, end, range(4)), moves(start, end, range(3, -1, -1))])
    found = additive_decomposition(start, end, chain, "polar")
    np.testing.assert_allclose(found.values, both.mean(axis=0), rtol=ROUNDINGS, atol=ROUNDINGS)
    np.testing.assert_allclose(found.low, both.min(axis=0), rtol=ROUNDINGS)
    np.testing.assert_allclose(found.deviation, both.std(axis=0), rtol=1e-10)


@pytest.mark.parametrize("how", ["all_orders", "polar"])
def test_the_contributions_leave_no_residual(how: str) -> None:
    start, end = example()
    found = additive_decomposition(start, end, chain, how)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.values.sum(axis=0), found.change, rtol=ROUNDINGS)
    np.testing.assert_allclose(found.change, chain(end) - chain(start), rtol=ROUNDINGS)


def test_a_product_is_asked_for_once_per_set_of_factors_that_moved() -> None:
    asked = []

    def volume(sides: Sequence[float]) -> np.ndarray:
        asked.append(tuple(sides))
        return np.array(prod(sides))

    additive_decomposition([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], volume)
    assert len(asked) == len(set(asked)) == 8


def test_one_factor_explains_all_of_it() -> None:
    found = additive_decomposition([2.0], [5.0], lambda factors: np.array(factors[0] ** 2))
    assert (found.values.tolist(), found.deviation.tolist()) == ([21.0], [0.0])


def test_orders_of_an_unknown_name_are_refused() -> None:
    with pytest.raises(ValueError, match="the orders are 'polr'; ask for all_orders or polar"):
        additive_decomposition([1.0], [2.0], lambda factors: np.array(prod(factors)), "polr")  # type: ignore[arg-type]


def test_factors_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="2 factors at the start and 1 at the end"):
        additive_decomposition([1.0, 2.0], [1.0], lambda factors: np.array(prod(factors)))
    with pytest.raises(ValueError, match="0 factors"):
        additive_decomposition([], [], lambda factors: np.array(prod(factors)))
    with pytest.raises(ValueError, match="13 factors; give 1 to 12"):
        additive_decomposition([1.0] * 13, [2.0] * 13, lambda factors: np.array(prod(factors)))
