"""Draws: evenly spread, the same from the same seed, and moving together where that is known."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from econ.errors import InputError
from econ.quantity.correlations import Correlation
from econ.quantity.parameters import Assumptions, Parameter


def uniform(name: str) -> Parameter:
    return Parameter(name, name, 0.5, 0.0, 1.0, "ratio", "uniform", "judgement")


def independent(*names: str) -> Assumptions:
    return Assumptions({name: uniform(name) for name in names})


def pair(one: str, other: str, value: float, **more: Any) -> Correlation:
    return Correlation((one, other), value, more.pop("basis", "judgement"), **more)


@pytest.mark.parametrize("scheme", ["latin_hypercube", "sobol"])
@pytest.mark.parametrize("rho", [-0.7, 0.0, 0.5])
def test_pairs_that_move_together_keep_one_number_in_every_stratum(scheme: str, rho: float) -> None:
    held = independent("a", "b", "c").correlated([pair("a", "b", rho)])
    draws = held.draws(7, 1024, scheme)
    for name in "abc":
        strata = np.sort((1024 * draws[name][1:]).astype(int))
        np.testing.assert_array_equal(strata, np.arange(1024))
    scores = norm.ppf([draws[name][1:] for name in "abc"])
    found = np.corrcoef(scores)
    # Three standard errors of a correlation of 1024 pairs are below 0.1.
    assert found[0, 1] == pytest.approx(rho, abs=0.1)
    assert found[0, 2] == pytest.approx(0.0, abs=0.1)
    # Rank correlation of a Gaussian copula: 6 / pi arcsin(rho / 2).
    expected = 6 / np.pi * np.arcsin(rho / 2)
    assert spearmanr(draws["a"][1:], draws["b"][1:]).statistic == pytest.approx(expected, abs=0.1)


def test_a_correlation_leaves_the_draws_of_all_others_as_they_were() -> None:
    plain = independent("a", "b", "c")
    held = plain.correlated([pair("b", "c", 0.8)])
    np.testing.assert_array_equal(plain.draws(3, 50)["a"], held.draws(3, 50)["a"])
    np.testing.assert_array_equal(plain.draws(3, 50)["b"], held.draws(3, 50)["b"])
    assert not np.array_equal(plain.draws(3, 50)["c"], held.draws(3, 50)["c"])
    central = [held.draws(3, 50)[name][0] for name in "abc"]
    assert central == [0.5, 0.5, 0.5]


def test_the_order_of_names_and_of_pairs_changes_no_draw() -> None:
    pairs = [pair("a", "b", 0.3), pair("b", "c", -0.4)]
    one = independent("a", "b", "c").correlated(pairs).draws(5, 64, "sobol")
    other = independent("c", "a", "b").correlated(pairs[::-1]).draws(5, 64, "sobol")
    for name in "abc":
        np.testing.assert_array_equal(one[name], other[name])


def test_a_sobol_sequence_finds_a_mean_better_than_as_many_random_numbers() -> None:
    names = list("abcdef")
    drawn = independent(*names).draws(11, 4096, "sobol")
    product = np.prod([2 * drawn[name][1:] for name in names], axis=0)
    # Random numbers leave a standard error of sqrt((4/3)^6 - 1) / 64 = 0.034.
    assert product.mean() == pytest.approx(1.0, abs=0.005)


def test_pairs_that_cannot_hold_at_once_are_refused_by_name_with_what_can() -> None:
    pairs = [pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9)]
    with pytest.raises(InputError) as caught:
        independent("a", "b", "c", "d").correlated([*pairs, pair("c", "d", 0.1)], "mine.toml")
    message = str(caught.value)
    assert "mine.toml, column correlation" in message
    assert "not positive definite" in message
    for one, other in pairwise("abc"):
        assert f"{one} and {other} (0.9)" in message
    assert "near them and possible are a and b 0." in message


def test_every_fault_of_every_pair_is_named_at_once() -> None:
    fixed = Parameter("tax", "Tax", 0.1, 0.1, 0.1, "share", "fixed", "judgement")
    known = Assumptions({**independent("real", "slip").parameters, "tax": fixed})
    faulty = [
        pair("real", "slipp", 0.2),
        pair("real", "tax", 0.2),
        pair("real", "real", 0.2),
        pair("real", "slip", 1.0),
        pair("slip", "real", float("nan"), basis="guess"),
        pair("slip", "tax", 0.3, basis="evidence"),
        pair("tax", "slip", 0.3, source=("nobody_1900",)),
    ]
    with pytest.raises(InputError) as caught:
        known.correlated(faulty)
    message = str(caught.value)
    for words in (
        "value slipp: unknown parameter; did you mean slip?",
        "value tax: a fixed value moves with nothing",
        "value real: a parameter with itself",
        "value 1.0: no correlation; write a number between -1 and 1",
        "value nan: no correlation",
        "slip and real, column between: named twice",
        "value guess: unknown basis",
        "no correlation without a source",
        "value nobody_1900: unknown source",
    ):
        assert words in message


@pytest.mark.parametrize(
    "given",
    [
        5,
        "ab",
        [("a", "b", 0.5)],
        [{"between": ["a", "b"], "value": 0.5}],
        [Correlation(("a", "b", "c"), 0.1, "judgement")],  # type: ignore[arg-type]
        [Correlation("ab", 0.1, "judgement")],  # type: ignore[arg-type]
        [Correlation((1, 2), 0.1, "judgement")],  # type: ignore[arg-type]
        *[[pair("a", "b", value)] for value in ("0.5", None, True, np.array([0.5, 0.2]))],
    ],
)
def test_what_is_no_pair_of_names_and_a_number_is_refused_by_name(given: Any) -> None:
    with pytest.raises(InputError, match="hand, column correlation") as caught:
        independent("a", "b", "c").correlated(given)
    assert 'give Correlation(("a", "b"), 0.5, "judgement")' in str(caught.value)


@pytest.mark.parametrize("value", [1e300, -1e300, 1.0, float("inf"), float("nan")])
def test_a_number_beyond_one_is_no_correlation(value: float) -> None:
    with pytest.raises(InputError, match="no correlation; write a number between -1 and 1"):
        independent("a", "b").correlated([pair("a", "b", value)])


@pytest.mark.parametrize("seed", [None, -1, 1.5, True, "seven"])
def test_without_a_seed_nothing_is_drawn(seed: Any) -> None:
    with pytest.raises(InputError, match="column seed") as caught:
        independent("a").draws(seed, -3, "halton")
    message = str(caught.value)
    assert "no number of draws" in message
    assert "value halton: unknown scheme; choose one of: latin_hypercube, sobol" in message
