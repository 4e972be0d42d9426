"""Location quotients and cross-hauling: the definitions, and what must always hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from econ.kernels.inputoutput.quotients import (
    augmented_flegg_quotient,
    cross_hauling,
    cross_hauling_potential,
    cross_industry_quotient,
    flegg_quotient,
    limited,
    round_quotient,
    simple_quotient,
    size_factor,
)

POSITIVE = st.floats(0.01, 1e6)
SHARES = st.floats(0.001, 1.0)
DELTAS = st.floats(0.0, 0.9)


def activity(n: int = 5) -> st.SearchStrategy[Any]:
    return arrays(float, n, elements=POSITIVE)


def test_the_quotients_of_a_region_with_two_industries_by_hand() -> None:
    slq = simple_quotient(np.array([30.0, 10.0]), np.array([100.0, 100.0]))
    assert slq.tolist() == [1.5, 0.5]
    assert cross_industry_quotient(slq)[0, 1] == 3.0
    assert round_quotient(slq)[1, 0] == pytest.approx(0.5 / np.log2(2.5))
    # 40 of 200 jobs: lambda is log2(1.2) to the power 0.3.
    factor = 0.26303440583379378**0.3
    assert size_factor(0.2, 0.3) == pytest.approx(factor)
    assert flegg_quotient(slq, 0.2, 0.3)[1, 0] == pytest.approx(factor / 3.0)
    assert flegg_quotient(slq, 0.2, 0.3)[1, 1] == pytest.approx(factor * 0.5)
    assert augmented_flegg_quotient(slq, 0.2, 0.3)[1, 0] == pytest.approx(
        factor / 3.0 * np.log2(2.5)
    )


@given(activity(), activity(), SHARES)
def test_flegg_at_delta_zero_is_the_cross_industry_quotient(
    own: Any, all_: Any, share: float
) -> None:
    slq = simple_quotient(own, all_)
    assert (flegg_quotient(slq, share, 0.0) == cross_industry_quotient(slq)).all()


@given(activity(), DELTAS)
def test_a_region_that_is_the_country_covers_all_it_needs(own: Any, delta: float) -> None:
    slq = simple_quotient(own, own)
    for quotient in (
        cross_industry_quotient(slq),
        round_quotient(slq),
        flegg_quotient(slq, 1.0, delta),
        augmented_flegg_quotient(slq, 1.0, delta),
    ):
        np.testing.assert_allclose(quotient, 1.0, rtol=1e-12)  # log2(2) in floating point


@given(activity(), activity(), SHARES, DELTAS, DELTAS)
def test_a_larger_delta_covers_less(
    own: Any, all_: Any, share: float, one: float, other: float
) -> None:
    slq = simple_quotient(own, all_)
    less, more = sorted((one, other))
    assert (flegg_quotient(slq, share, more) <= flegg_quotient(slq, share, less)).all()


@given(activity(), activity(), SHARES, DELTAS)
def test_no_quotient_but_the_augmented_covers_more_than_all(
    own: Any, all_: Any, share: float, delta: float
) -> None:
    slq = simple_quotient(own, all_)
    assert limited(flegg_quotient(slq, share, delta)).max() <= 1.0
    augmented = augmented_flegg_quotient(slq, share, delta)
    assert (augmented <= np.maximum(1.0, np.log2(1.0 + slq))[None, :]).all()


@given(activity(), activity(), st.floats(0.01, 1000.0))
def test_the_unit_of_activity_does_not_matter(own: Any, all_: Any, scale: float) -> None:
    np.testing.assert_allclose(
        simple_quotient(own * scale, all_ * scale), simple_quotient(own, all_), rtol=1e-9
    )


def test_quotients_of_many_regions_are_those_of_each() -> None:
    own = np.array([[30.0, 10.0, 5.0], [1.0, 2.0, 3.0]])
    slq = simple_quotient(own, np.array([100.0, 100.0, 50.0]))
    share = np.array([0.2, 0.05])
    together = flegg_quotient(slq, share, 0.25)
    for place in range(2):
        np.testing.assert_array_equal(
            together[place], flegg_quotient(slq[place], share[place], 0.25)
        )


def test_an_industry_that_is_absent_sells_and_buys_nothing() -> None:
    slq = simple_quotient(np.array([0.0, 10.0]), np.array([5.0, 50.0]))
    found = cross_industry_quotient(slq)
    assert found[0].tolist() == [0.0, 0.0]
    assert found[:, 0].tolist() == [0.0, 0.0]


@given(
    arrays(float, (4, 3), elements=st.floats(0.0, 1e4)),
    arrays(float, (4, 3), elements=st.floats(0.0, 1e4)),
    arrays(float, 3, elements=st.floats(0.0, 5.0)),
)
def test_cross_hauling_keeps_balances_and_never_exceeds_output_or_use(
    output: Any, use: Any, potential: Any
) -> None:
    found = cross_hauling(output, use, potential)
    size = 1e-9 * (1.0 + output + use)
    np.testing.assert_allclose(found.exports - found.imports, output - use, atol=1e-8)
    assert (found.own >= -size).all()
    assert (found.exports >= -size).all()
    assert (found.imports >= -size).all()
    np.testing.assert_allclose(found.own + found.imports, use, atol=1e-8)


def test_without_cross_hauling_only_the_balance_is_traded() -> None:
    found = cross_hauling(np.array([[60.0]]), np.array([[40.0]]), np.zeros(1))
    assert (found.exports, found.imports) == (20.0, 0.0)


def test_the_potential_counts_what_goes_both_ways() -> None:
    potential = cross_hauling_potential(np.array([30.0]), np.array([10.0]), np.array([100.0]))
    assert potential.tolist() == [0.2]
