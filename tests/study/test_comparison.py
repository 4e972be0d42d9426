"""Two studies side by side: parts add up, are fair, and say what nobody can explain."""

import itertools
from dataclasses import replace
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ import InputError, Outcome, Study, compare
from econ.kernels.uncertainty.sensitivity import ordered_parts, random_orders, shapley_values
from econ.study.parts.answer import contents

RELATIVE = 1e-9  # a few thousand additions of 64-bit numbers


@pytest.fixture(scope="module")
def plain(study: Study) -> Study:
    return study.with_draws(50)


def explained(one: Study, other: Study, **more: Any) -> dict[str, dict[str, float]]:
    found = compare(one, other, **more)
    parts = {
        str(outcome): dict(zip(rows["change"], rows["part"], strict=True))
        for outcome, rows in found.parts.groupby("outcome")
    }
    for row in found.differences.to_dict("records"):
        assert row["difference"] == pytest.approx(row["other"] - row["one"], rel=RELATIVE)
        assert sum(parts[row["outcome"]].values()) == pytest.approx(row["difference"], rel=RELATIVE)
        assert row["low"] <= row["difference"] <= row["high"]
    return parts


def test_parts_of_many_kinds_of_change_add_up_to_the_difference(plain: Study) -> None:
    other = plain.with_(
        "other",
        reference_case=0.0,
        realisation=1.0,
        model="open",
        templates={"amazon_aws": "gpu_cluster"},
    )
    parts = explained(plain, other)
    for outcome in parts.values():
        assert set(outcome) == {"reference_case", "realisation", "model", "event amazon_aws"}


def test_a_template_without_the_money_a_site_is_reckoned_from_is_refused_by_its_group(
    plain: Study,
) -> None:
    other = plain.with_("an office", templates={"microsoft_petit_landau": "office"})
    assert other.run().gross.draws("employment")[0] > 0.0  # what needs no group is answered
    with pytest.raises(InputError) as caught:
        contents(other)
    assert "value microsoft_petit_landau.facility: no such money is spent" in str(caught.value)


def test_more_than_twelve_changes_are_averaged_over_orders_and_add_up(plain: Study) -> None:
    names = [
        p.name
        for p in plain.assumptions
        if p.group.startswith("bill of goods") and p.name.startswith("weight") and p.low < p.high
    ]
    assert len(names) > 12
    other = plain.fixing(**{name: plain.assumptions[name].high for name in names})
    parts = explained(plain, other, outcomes=["net GDP of construction"])
    assert set(parts["net GDP of construction"]) == set(names)
    again = explained(plain, other, outcomes=["net GDP of construction"])
    assert again == parts


def test_where_each_change_is_linear_alone_and_nothing_interacts_a_part_is_what_it_makes_alone(
    plain: Study,
) -> None:
    # One factor on the warehouse, another on data centres: gross jobs are linear in both.
    gross = Outcome("gross jobs", "employment", "operation", "gross", year="last")
    changes = {"data_centre_jobs": 0.1, "warehouse_purchases": 0.05}
    parts = explained(plain, plain.with_(**changes), outcomes=[gross])["gross jobs"]
    for name, value in changes.items():
        alone = compare(plain, plain.with_(**{name: value}), outcomes=[gross])
        difference = float(alone.differences["difference"].iloc[0])
        assert parts[name] == pytest.approx(difference, rel=RELATIVE)


def test_the_way_back_is_the_way_there_with_the_sign_turned(plain: Study) -> None:
    other = plain.with_(reference_case=0.2, crowding_out=0.1)
    there, back = explained(plain, other), explained(other, plain)
    for outcome, parts in there.items():
        for change, part in parts.items():
            assert back[outcome][change] == pytest.approx(-part, rel=RELATIVE)


def test_a_study_differs_from_itself_by_nothing(plain: Study) -> None:
    found = compare(plain, plain)
    assert (found.differences[["difference", "low", "high"]] == 0.0).all(axis=None)
    assert found.parts.empty


def test_a_region_is_compared_where_an_outcome_is_of_one(plain: Study) -> None:
    here = Outcome("net jobs in Haut-Rhin", "employment", "operation", regions=("FRF12",))
    parts = explained(plain, plain.with_(method="slq", realisation=0.9), outcomes=[here])
    assert set(parts[here.name]) == {"regions", "realisation"}


def test_what_no_change_explains_is_refused_by_name_all_at_once(plain: Study) -> None:
    settings = plain.file.study.model_copy(update={"price_year": 2022, "currency": "USD"})
    other = replace(
        plain,
        file=plain.file.model_copy(update={"study": settings}),
        events=plain.events[:-1],
    )
    with pytest.raises(InputError) as caught:
        compare(plain, other)
    message = str(caught.value)
    for words in ("column currency, value EUR and USD", "column price_year", "other pledges"):
        assert words in message


def test_every_change_that_is_not_understood_is_named_at_once(plain: Study) -> None:
    with pytest.raises(InputError) as caught:
        plain.with_(
            realization=1.0,
            realisation=1.3,
            draws=1,
            seed=None,
            model="shut",
            method="floq",
            templates={"amazon": "warehouse", "amazon_aws": "wharehouse"},
        )
    message = str(caught.value)
    for words in (
        "value realization: unknown assumption or setting; did you mean realisation",
        "row realisation, column low",
        "value 1: not that many",
        "no seed; write a whole number of zero or more",
        "value shut: unknown model; choose one of: closed, open",
        "value floq: unknown method; did you mean",
        "value amazon: no such pledge; did you mean amazon_",
        "no such template; did you mean warehouse",
    ):
        assert words in message


def test_a_parameter_no_model_uses_is_refused_by_name(plain: Study) -> None:
    idle = {"idle": {"label": "Idle", "value": 0.5, "unit": "share", "basis": "judgement"}}
    with pytest.raises(InputError, match="value idle: a parameter no model uses"):
        plain.with_assumptions(idle).with_(idle=0.2)


def test_a_scenario_with_a_number_held_asks_for_what_a_study_with_it_does(plain: Study) -> None:
    draws = plain.with_draws(5).draws()
    held = plain.scenario(draws).with_("held", import_share_it=0.5).shock(plain.table)
    study = plain.with_draws(5).with_(import_share_it=0.5)
    other = study.scenario(study.draws()).shock(plain.table)
    for one, two in zip(held.parts, other.parts, strict=True):
        np.testing.assert_array_equal(one.imported, two.imported)
    with pytest.raises(InputError) as caught:
        plain.scenario(draws).with_(import_share=0.5, realisation=1.5)
    assert "value import_share: unknown parameter; did you mean" in str(caught.value)
    assert "row realisation" in str(caught.value)


def test_an_outcome_that_cannot_be_is_refused(plain: Study) -> None:
    with pytest.raises(InputError) as caught:
        Outcome("x", "jobs", "building", "nett", "first", "direkt")
    message = str(caught.value)
    for word in ("jobs", "building", "nett", "first", "direkt"):
        assert f"value {word}: unknown" in message
    with pytest.raises(InputError, match="unknown outcome; did you mean net jobs in operation"):
        compare(plain, plain, outcomes=["net jobs in operations"])


def brute_force(worth: np.ndarray) -> np.ndarray:
    k = int(worth.size).bit_length() - 1
    parts = np.zeros(k)
    for order in itertools.permutations(range(k)):
        made = 0
        for change in order:
            parts[change] += worth[made | 1 << change] - worth[made]
            made |= 1 << change
    return parts / factorial(k)


@given(st.integers(1, 5), st.integers(0, 10**6))
def test_shapley_values_are_the_mean_over_all_orders(k: int, seed: int) -> None:
    worth = np.random.default_rng(seed).normal(size=2**k)
    parts = shapley_values(worth)
    np.testing.assert_allclose(parts, brute_force(worth), atol=1e-12)
    assert parts.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-12)


@given(st.integers(1, 6), st.integers(0, 10**6))
def test_parts_over_orders_and_their_reverses_share_what_pairs_make_together(
    k: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    alone, together = rng.normal(size=k), np.triu(rng.normal(size=(k, k)), 1)
    held = np.array([[state >> change & 1 for change in range(k)] for state in range(2**k)])
    worth = held @ alone + np.einsum("si,ij,sj->s", held, together, held)
    orders = random_orders(k, 2, rng)
    along = [[sum(1 << c for c in order[:made]) for made in range(k + 1)] for order in orders]
    parts = ordered_parts(worth[np.array(along)], orders)
    # Where changes interact by twos, an order and its reverse already give the Shapley value.
    np.testing.assert_allclose(parts, shapley_values(worth), atol=1e-12)


def test_sides_that_are_no_studies_and_a_seed_that_is_none_are_refused(plain: Study) -> None:
    nothing: Any = None
    with pytest.raises(InputError, match="2 faults") as caught:
        compare(plain, nothing, seed=-1)
    assert "column other, value None: no study" in str(caught.value)
    assert "column seed, value -1: no seed" in str(caught.value)


def test_draws_that_do_not_pair_are_said_where_the_interval_is_empty(plain: Study) -> None:
    found = compare(plain, plain.with_(realisation=1.0, draws=20))
    assert found.differences[["low", "high"]].isna().all(axis=None)
    assert found.how.endswith("no interval: 50 and 20 draws do not pair, use with_draws()")
