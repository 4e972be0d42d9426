"""Units, prices and draws: what holds for all of them."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import EconError, UnitError
from econ.quantity.parameters import Assumptions, Draws, Parameter
from econ.quantity.prices import Deflator, ExchangeRates, Prices, convert
from econ.quantity.units import Unit

currencies = st.from_regex(r"[A-Z]{3}", fullmatch=True).filter(lambda code: code != "FTE")
years = st.none() | st.integers(1800, 2199)
money = st.builds(
    Unit,
    currencies,
    st.sampled_from([1, 10**3, 10**6, 10**9]),
    years,
    st.sampled_from([None, "basic", "purchasers"]),
)
counts = st.builds(
    Unit,
    st.sampled_from(["persons", "FTE", "job-years", "FTE-years", "share", "firms", "weight"]),
    st.sampled_from([1, 10**3, 10**6]),
)
simple = money | counts
units = simple | st.builds(
    lambda top, bottom: Unit(top.base, top.scale, top.price_year, top.valuation, bottom),
    simple,
    simple,
)

PRICES = Prices(
    {"EUR": Deflator("EUR", {2021: 1.5, 2022: 3.1, 2023: 5.4, 2024: -2.2})},
    ExchangeRates({("USD", 2022): 1.053, ("USD", 2024): 1.0824, ("GBP", 2022): 0.85}),
)


@given(unit=units)
def test_a_unit_is_read_back_from_its_text(unit: Unit) -> None:
    assert Unit.parse(str(unit)) == unit


@given(text=st.text())
def test_any_text_is_a_unit_or_is_refused(text: str) -> None:
    unit = None
    with suppress(UnitError):
        unit = Unit.parse(text)
    assert unit is None or Unit.parse(str(unit)) == unit


@given(
    amount=st.floats(-1e9, 1e9),
    there=st.sampled_from([2020, 2021, 2022, 2024]),
    scale=st.sampled_from([1, 10**3, 10**6, 10**9]),
)
def test_money_comes_back_from_another_year_and_scale_as_it_went(
    amount: float, there: int, scale: int
) -> None:
    home, away = Unit("EUR", 10**6, 2022), Unit("EUR", scale, there)
    back = convert(convert(amount, home, away, PRICES), away, home, PRICES)
    assert back == pytest.approx(amount, rel=1e-12)


@given(
    a=st.sampled_from([2020, 2022, 2024]),
    b=st.sampled_from([2020, 2022, 2024]),
    c=st.sampled_from([2020, 2022, 2024]),
)
def test_a_deflator_may_stop_on_the_way(a: int, b: int, c: int) -> None:
    deflator = PRICES.deflators["EUR"]
    assert deflator.factor(a, b) * deflator.factor(b, c) == pytest.approx(deflator.factor(a, c))


def test_money_is_deflated_first_and_then_exchanged_at_the_rate_of_the_target_year() -> None:
    found = convert(100.0, Unit("EUR", 10**6, 2024), Unit("USD", 10**6, 2022), PRICES)
    assert found == pytest.approx(100 / (1.054 * 0.978) * 1.053, rel=1e-12)


def test_two_foreign_currencies_meet_in_the_euro() -> None:
    found = convert(1.0, Unit("USD", 1, 2022), Unit("GBP", 1, 2022), PRICES)
    assert found == pytest.approx(0.85 / 1.053, rel=1e-15)


@pytest.mark.parametrize(
    ("unit", "to", "words"),
    [
        ("MUSD 2022", "MUSD 2024", "no deflator for USD: exchange"),
        ("MEUR 2019", "MEUR 2024", r"no price change of EUR for \[2020\]"),
        ("MEUR 2024", "MEUR 2025", r"no price change of EUR for \[2025\]"),
        ("MEUR 2022", "MXXX 2022", "unknown currency XXX"),
        ("MEUR 2023", "MUSD 2023", "no rate of USD for 2023: known are 2022 to 2024"),
        ("persons", "MEUR 2022", "both must be money"),
        ("persons per MEUR 2022", "persons per MEUR 2024", "both must be money"),
        ("GPU", "GPU", "name the price year|both must be money"),
    ],
)
def test_money_that_cannot_be_converted_says_what_is_missing(
    unit: str, to: str, words: str
) -> None:
    with pytest.raises(EconError, match=words):
        convert(1.0, Unit.parse(unit), Unit.parse(to), PRICES)


# ---------------------------------------------------------------- draws


def parameter(name: str) -> Parameter:
    return Parameter(name, name, 0.3, 0.1, 0.8, "share", "triangular", "judgement")


def draws_of(*names: str, seed: int = 7, count: int = 50) -> Draws:
    return Assumptions({name: parameter(name) for name in names}).draws(seed, count)


@given(seed=st.integers(0, 2**40), names=st.permutations(["a", "b", "c"]))
def test_the_same_seed_gives_the_same_draws_in_any_order_of_the_parameters(
    seed: int, names: list[str]
) -> None:
    one, other = draws_of("a", "b", "c", seed=seed), draws_of(*names, seed=seed)
    for name in names:
        np.testing.assert_array_equal(one[name], other[name])


def test_a_new_parameter_leaves_the_draws_of_the_others_alone() -> None:
    before, after = draws_of("a", "c"), draws_of("a", "b", "c")
    for name in ("a", "c"):
        np.testing.assert_array_equal(before[name], after[name])


def test_parameters_are_drawn_independently_and_another_seed_draws_others() -> None:
    draws = draws_of("a", "b", count=4000)
    a, b = draws["a"][1:], draws["b"][1:]
    # Standard error of a correlation of 4000 draws is 0.016; four of them.
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.064
    assert not np.array_equal(a, draws_of("a", seed=8, count=4000)["a"][1:])


def test_names_that_share_a_beginning_share_no_draws() -> None:
    draws = draws_of("a", "aa", "ab")
    assert len({tuple(draws[name][1:]) for name in ("a", "aa", "ab")}) == 3


def test_column_zero_is_the_central_value() -> None:
    assert draws_of("a")["a"][0] == 0.3
    assert draws_of("a", count=50).columns == 51


def test_swings_move_one_parameter_at_a_time() -> None:
    swings = Assumptions({name: parameter(name) for name in "abc"}).swings(["a", "b"])
    assert swings.columns == 5
    for name in "abc":
        moved = np.flatnonzero(swings[name] != 0.3).tolist()
        assert moved == {"a": [1, 2], "b": [3, 4], "c": []}[name]
    low, high = parameter("a").at(np.array([0.05, 0.95]))
    assert swings["a"][1:3].tolist() == [low, high]
