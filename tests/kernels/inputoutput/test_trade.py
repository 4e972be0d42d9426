"""Trade between regions: margins are met, own use is kept, nothing falls below zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from econ.kernels.inputoutput.trade import (
    attainable_own_use,
    balanced_trade,
    gravity_prior,
    great_circle_distances,
    trade_around,
)


@st.composite
def markets(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    """Supply and demand of a few products that sum to the same, and own use wanted."""
    r, n = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    numbers = st.floats(0.1, 1000.0)
    supply = draw(arrays(float, (r, n), elements=numbers))
    demand = draw(arrays(float, (r, n), elements=numbers))
    demand = demand * supply.sum(axis=0) / demand.sum(axis=0)
    share = draw(arrays(float, (r, n), elements=st.floats(0.0, 1.2)))
    return supply, demand, share * demand


@given(markets())
def test_supply_and_demand_are_met_and_nothing_is_below_zero(market: tuple[Any, Any, Any]) -> None:
    supply, demand, wanted = market
    if len(supply) == 2:
        wanted[1] = np.nan
    own = attainable_own_use(wanted, supply, demand)
    left = np.where(np.isfinite(own), own, 0.0)
    prior = gravity_prior(supply - left, demand - left, np.ones((len(supply),) * 2), 0.0)
    found = trade_around(own, prior, supply, demand)
    assert (found.trade >= -1e-12 * supply.max()).all()
    # Rounding of sums whose parts differ by ten orders of magnitude.
    np.testing.assert_allclose(found.trade.sum(axis=2).T, supply, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(found.trade.sum(axis=1).T, demand, rtol=1e-9, atol=1e-9)
    if len(supply) > 2:
        diagonal = np.diagonal(found.trade, axis1=1, axis2=2).T
        np.testing.assert_allclose(diagonal, own, rtol=1e-9)


@given(markets())
def test_own_use_is_what_was_wanted_as_far_as_it_goes(market: tuple[Any, Any, Any]) -> None:
    supply, demand, wanted = market
    own = attainable_own_use(wanted, supply, demand)
    assert (own <= np.minimum(supply, demand) * (1.0 + 1e-12)).all()
    assert (own >= np.minimum(wanted, np.minimum(supply, demand)) * (1.0 - 1e-12)).all()


@given(markets())
def test_balancing_a_balanced_trade_changes_nothing(market: tuple[Any, Any, Any]) -> None:
    supply, demand, _ = market
    prior = gravity_prior(supply, demand, np.ones((len(supply),) * 2), 0.0)
    once = balanced_trade(prior, supply, demand).trade
    np.testing.assert_allclose(balanced_trade(once, supply, demand).trade, once, rtol=1e-9)


def test_nearer_regions_trade_more() -> None:
    ones = np.ones((3, 1))
    distances = np.array([[1.0, 2.0, 8.0], [2.0, 1.0, 8.0], [8.0, 8.0, 1.0]])
    found = trade_around(0.5 * ones, gravity_prior(ones, ones, distances, 1.0), ones, ones).trade[0]
    assert found[0, 1] > found[0, 2]


def test_a_product_that_nobody_makes_is_not_traded() -> None:
    nothing = np.zeros((3, 1))
    found = trade_around(nothing, np.ones((1, 3, 3)), nothing, nothing)
    assert not found.trade.any()


def test_paris_and_marseille_are_660_kilometres_apart() -> None:
    # Notre-Dame and the old harbour; the known distance as the crow flies is about 660 km.
    found = great_circle_distances(np.array([2.3499, 5.3698]), np.array([48.8530, 43.2965]))
    assert found[0, 1] == pytest.approx(660.0, abs=3.0)
    assert np.diagonal(found).tolist() == [0.0, 0.0]
