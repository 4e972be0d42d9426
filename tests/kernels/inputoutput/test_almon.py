"""Almon's method: the product technology where it holds, and nothing below zero elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.inputoutput.almon import almon_flows
from econ.kernels.inputoutput.supplyuse import symmetric_table

# Rounds end at 1e-13 of a row's sum and shrink what is left by half or more.
CLOSE = 1e-9


def makers(seed: int, n: int = 5) -> np.ndarray:
    """Supply in which each industry makes at least two thirds of its own product."""
    rng = np.random.default_rng(seed)
    other = rng.uniform(0.0, 1.0, (n, n))
    np.fill_diagonal(other, 0.0)
    other *= rng.uniform(0.0, 30.0, n)[:, None] / other.sum(axis=1)[:, None]
    return np.asarray(other + np.diag(rng.uniform(60.0, 120.0, n)))


@given(st.integers(0, 500))
def test_where_recipes_are_true_they_are_recovered(seed: int) -> None:
    rng = np.random.default_rng(seed)
    supply, recipe = makers(seed), rng.uniform(0.0, 0.2, (5, 5))
    found = almon_flows(supply, recipe @ supply)
    np.testing.assert_allclose(found.flows, recipe * supply.sum(axis=1), rtol=CLOSE, atol=CLOSE)
    assert found.held.size == 0


@given(st.integers(0, 500))
def test_nothing_is_below_zero_and_rows_keep_their_sums(seed: int) -> None:
    rng = np.random.default_rng(seed)
    use = rng.uniform(0.0, 10.0, (3, 5)) * (rng.uniform(size=(3, 5)) < 0.5)
    found = almon_flows(makers(seed), use)
    assert (found.flows >= 0.0).all()
    np.testing.assert_allclose(found.flows.sum(axis=1), use.sum(axis=1), rtol=CLOSE)


@given(st.integers(0, 500))
def test_model_a_is_recovered_in_each_row_where_it_is_not_below_zero(seed: int) -> None:
    rng = np.random.default_rng(seed)
    supply = makers(seed)
    use = rng.uniform(0.0, 10.0, (5, 5)) * (rng.uniform(size=(5, 5)) < 0.7)
    plain = symmetric_table(supply, use, np.zeros((5, 1)), np.zeros((1, 5)), "A").flows
    found = almon_flows(supply, use)
    for row in np.flatnonzero((plain >= 0.0).all(axis=1)):
        np.testing.assert_allclose(found.flows[row], plain[row], rtol=CLOSE, atol=CLOSE)
    # And a row with something below zero had an input held back.
    assert set(np.flatnonzero((plain < -1e-6).any(axis=1))) <= set(found.held[:, 0].tolist())


def test_an_industry_gives_no_more_than_it_has_worked_by_hand() -> None:
    # Industry 2 makes 40 of product 1's 140. Of input 1 it has 6: all of it goes with product 1.
    supply = np.array([[100.0, 40.0], [0.0, 60.0]])
    found = almon_flows(supply, np.array([[60.0, 6.0], [10.0, 20.0]]))
    np.testing.assert_allclose(found.flows, [[66.0, 0.0], [14.0, 16.0]], rtol=CLOSE, atol=CLOSE)
    assert found.held.tolist() == [[0, 1]]


def test_what_cannot_be_used_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"as many products as industries, not \(3, 2\)"):
        almon_flows(np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"uses \[\[0, 1\]\] are below zero"):
        almon_flows(np.eye(2), np.array([[1.0, -1.0]]))
    with pytest.raises(ValueError, match=r"industries \[0, 1\] are not the main makers"):
        almon_flows(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[1.0, 2.0]]))
