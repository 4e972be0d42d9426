"""Every method by hand on a small country, and the lists of methods held to each other."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ import Areas, Regionalisation, Study, catalogue
from econ.inputoutput.regional.methods import METHODS, QUOTIENTS

# Two products; the west has SLQ of 1.5 and 2/3, and a fifth of all jobs.
SLQ = np.array([[1.5, 2.0 / 3.0]])
SIZE = np.array([0.2])
DELTA = 0.3
LAMBDA = np.log2(1.2) ** DELTA
BY_HAND: dict[str, tuple[list[list[float]], list[float]]] = {
    "slq": ([[1.0, 1.0], [2 / 3, 2 / 3]], [1.0, 2 / 3]),
    "cilq": ([[1.0, 1.0], [4 / 9, 2 / 3]], [1.0, 2 / 3]),
    "rlq": (
        [[1.0, 1.0], [2 / 3 / np.log2(2.5), 2 / 3 / np.log2(5 / 3)]],
        [1.0, 2 / 3],
    ),
    "flq": (
        [[min(1.0, 1.5 * LAMBDA), 1.0], [4 / 9 * LAMBDA, 2 / 3 * LAMBDA]],
        [min(1.0, 1.5 * LAMBDA), 2 / 3 * LAMBDA],
    ),
    "aflq": (
        [
            [min(1.0, 1.5 * LAMBDA) * np.log2(2.5), 1.0],
            [4 / 9 * LAMBDA * np.log2(2.5), 2 / 3 * LAMBDA],
        ],
        [min(1.0, 1.5 * LAMBDA), 2 / 3 * LAMBDA],
    ),
}


def test_every_quotient_is_reckoned_by_hand_here() -> None:
    assert set(BY_HAND) == set(QUOTIENTS)


@pytest.mark.parametrize("name", BY_HAND)
def test_what_a_quotient_says_is_covered(name: str) -> None:
    delta = DELTA if QUOTIENTS[name].sized else None
    between, of_final = Regionalisation(name, delta=delta).covered(SLQ, SIZE)
    expected = np.minimum(BY_HAND[name][0], np.inf if name == "aflq" else 1.0)
    np.testing.assert_allclose(between[0], expected, rtol=1e-12)
    np.testing.assert_allclose(of_final[0], BY_HAND[name][1], rtol=1e-12)


@pytest.mark.parametrize("page", ["reference/regions.md", "how-to/regionalise_honestly.md"])
def test_the_pages_list_every_method(page: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")
    named = set(re.findall(r"`([a-z]+)`", text))
    assert set(METHODS) <= named


def test_departements_and_regions_have_each_their_own_commuters_and_shoppers(study: Study) -> None:
    made = study.fixing(
        commuters_departement=0.01,
        commuters_region=0.30,
        shoppers_departement=0.02,
        shoppers_region=0.20,
    ).with_draws(2)
    assert made.geography is not None
    people = made.geography.model(made.table, _closure(made), made.draws(), None).states[0].people
    haut_rhin, bretagne = (people.areas.position(area) for area in ("FRF12", "FRH"))
    assert 1.0 - people.residence[haut_rhin, haut_rhin] == pytest.approx(0.01)
    assert 1.0 - people.purchases[haut_rhin, haut_rhin] == pytest.approx(0.02)
    # A region's commuters are its own towards larger ones, and its smaller neighbours' besides.
    assert 0.02 < 1.0 - people.residence[bretagne, bretagne] <= 0.60


def _closure(study: Study) -> Any:
    from econ import HouseholdClosure

    households = study.file.households
    names = households.model_dump(exclude={"basket", "without"})
    return HouseholdClosure.from_parameters(
        study.draws(), names, households.basket, tuple(households.without)
    )


def test_nobody_travels_beyond_reach(study: Study) -> None:
    settings = study.file.regions
    assert settings is not None
    near = settings.model_copy(update={"reach_km": 30.0})
    made = replace(study, file=study.file.model_copy(update={"regions": near}))
    assert made.geography is not None
    areas = made.geography.areas.axis
    travel = made.geography.travel
    assert np.isinf(travel[areas.position("FRF12"), areas.position("FR1")])
    assert np.isfinite(np.diagonal(travel)[areas.position("FRF12")])
    wide = study.geography
    assert wide is not None
    assert np.isfinite(wide.travel[areas.position("FRF12"), areas.position("rest of FRF")])


def test_effective_distance_is_a_power_mean_over_members() -> None:
    data = catalogue()
    areas = Areas.of(data.read("nuts_france"), ["FRF12", "FRF11"])
    places = data.read("places_france")
    apart = areas.apart()
    between = apart.distances(places, np.ones(len(areas.smallest)))
    weights = np.arange(1.0, 1.0 + len(areas.smallest))
    rest = slice(2, None)
    share = weights[rest] / weights[rest].sum()
    expected = 1.0 / (share / between[0, rest]).sum()
    assert areas.distances(places, weights)[0, 2] == pytest.approx(expected)
    squared = (share / between[0, rest] ** 2).sum() ** -0.5
    assert areas.distances(places, weights, power=2.0)[0, 2] == pytest.approx(squared)
