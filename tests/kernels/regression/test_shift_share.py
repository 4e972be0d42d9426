"""Shift-share arithmetic: what equals what, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.regression.shift_share import (
    akm_errors,
    exposure_weights,
    leave_one_out_growth,
    partialled_out,
    recovered_shocks,
    rotemberg_weights,
    shock_level_averages,
)

SEEDS = st.integers(0, 2**32 - 1)


def design(seed: int, n: int = 40, k: int = 6) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(k), n)
    shocks = rng.normal(size=k)
    weights = rng.uniform(0.5, 2.0, n)
    z = shares @ shocks
    x = z + rng.normal(scale=0.1, size=n)
    y = 2.0 * x + rng.normal(size=n)
    left = partialled_out(np.column_stack([y, x, z]), np.ones((n, 1)), weights)
    return (*left.T, shares, shocks, weights)


@given(SEEDS)
def test_the_shock_level_coefficient_is_the_unit_level_coefficient(seed: int) -> None:
    y, x, z, shares, shocks, weights = design(seed)
    by_unit = z @ (weights * y) / (z @ (weights * x))
    exposed = exposure_weights(shares, weights)
    above = shock_level_averages(np.column_stack([y, x]), shares, weights)
    g = shocks - exposed @ shocks / exposed.sum()
    by_shock = g @ (exposed * above[:, 0]) / (g @ (exposed * above[:, 1]))
    assert by_shock == pytest.approx(by_unit, rel=1e-8)


@given(SEEDS)
def test_rotemberg_weights_sum_to_one_and_average_to_the_estimate(seed: int) -> None:
    y, x, z, shares, shocks, weights = design(seed)
    found = rotemberg_weights(y, x, shares, shocks, weights)
    by_unit = z @ (weights * y) / (z @ (weights * x))
    assert found.weights.sum() == pytest.approx(1.0, rel=1e-9)
    assert found.weights @ found.estimates == pytest.approx(by_unit, rel=1e-6)


@given(SEEDS)
def test_shocks_are_recovered_from_an_instrument_that_is_spanned_by_the_shares(seed: int) -> None:
    _, _, _, shares, shocks, weights = design(seed)
    np.testing.assert_allclose(recovered_shocks(shares @ shocks, shares, weights), shocks)


def test_units_that_are_their_own_sector_have_the_errors_of_white() -> None:
    y, x, z, *_ = design(3)
    n = len(y)
    found = akm_errors(y, x, z, np.eye(n), np.ones(n), clusters=np.arange(n))
    by_hand = np.sqrt(((z * (y - found.estimate * x)) ** 2).sum()) / abs(z @ x)
    assert found.error == pytest.approx(by_hand)


def test_both_ends_of_the_akm0_set_have_the_critical_value() -> None:
    y, x, z, shares, _, weights = design(11, n=200, k=30)
    found = akm_errors(y, x, z, shares, weights, clusters=np.arange(30))
    assert found.bounded(1.96)
    ((low, high),) = found.confidence_set(1.96)
    assert low < found.estimate < high
    for end in (low, high):
        assert abs(found.estimate - end) / found.null_error(end) == pytest.approx(1.96)


def test_a_weak_instrument_gives_a_set_without_ends() -> None:
    rng = np.random.default_rng(5)
    y, _, z, shares, _, weights = design(5)
    noise = rng.normal(size=len(y))
    found = akm_errors(y, noise, z, shares, weights, clusters=np.arange(6))
    assert not found.bounded(1.96)
    ends = [end for interval in found.confidence_set(1.96) for end in interval]
    assert ends[0] == -np.inf
    assert ends[-1] == np.inf


def test_growth_elsewhere_is_not_a_number_where_there_is_nothing_elsewhere() -> None:
    growth = leave_one_out_growth(np.array([[2.0, 1.0], [0.0, 1.0]]), np.ones((2, 2)))
    assert np.isnan(growth[0, 0])
    assert growth[1, 0] == -0.5
