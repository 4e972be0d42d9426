"""The table of regions is the national table cut by place, in every cell and by every method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from econ import (
    Concordance,
    InputOutputTable,
    PeopleFlows,
    RegionalActivity,
    Regionalisation,
    multipliers,
    regional_households,
    regional_trade,
    regionalise,
)
from econ.inputoutput.closure import Closure

METHODS = {
    "slq": Regionalisation("slq", distance_decay=1.0),
    "cilq": Regionalisation("cilq", distance_decay=1.0),
    "rlq": Regionalisation("rlq", distance_decay=1.0),
    "flq": Regionalisation("flq", delta=0.25, distance_decay=1.0),
    "flq+": Regionalisation("flq", delta=0.25, distance_decay=1.0, sheltered=("F", "O-Q")),
    "aflq": Regionalisation("aflq", delta=0.25, distance_decay=1.0),
    "charm": Regionalisation("charm", cross_hauling=1.0, distance_decay=1.0),
    "gravity": Regionalisation("gravity", distance_decay=1.0),
}
REGIONS = [f"FR{letter}" for letter in "1BCDEFGHIJKLM"]


def summed(grid: Any, r: int, n: int) -> Any:
    """Return a grid of regions and products summed over regions on both sides."""
    return grid.reshape(r, n, r, -1).sum(axis=(0, 2))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("codes", [["FRF12"], ["FRF12", "FRF"], "regions"], ids=str)
def test_the_regions_sum_to_the_country_in_every_cell(
    france: InputOutputTable, cut: Callable[..., Any], method: Regionalisation, codes: Any
) -> None:
    made = cut(REGIONS if codes == "regions" else codes)
    trade = regional_trade(france, made.activity, method, distances=made.distances)
    table = regionalise(france, trade)
    r, n = trade.shares.shape
    # Sums of 64-bit numbers in another order.
    tight = {"rtol": 1e-11, "atol": 1e-7}
    np.testing.assert_allclose(summed(table.flows, r, n), france.flows, **tight)
    np.testing.assert_allclose(summed(table.final, r, n), france.final, **tight)
    rows = len(france.primary)
    of_products = table.primary[:, : r * n].reshape(rows, r, n).sum(axis=1)
    np.testing.assert_allclose(of_products, france.primary[:, :n], **tight)
    np.testing.assert_allclose(
        table.satellite_values.reshape(1, r, n).sum(axis=1), france.satellite_values, **tight
    )
    np.testing.assert_allclose(table.gva.reshape(r, n).sum(axis=0), france.gva, **tight)
    assert table.gdp_by_production == pytest.approx(france.gdp_by_production, rel=1e-12)
    assert table.gdp_by_expenditure == pytest.approx(france.gdp_by_expenditure, rel=1e-9)
    assert table.flows.min() >= 0.0
    assert trade.gap <= 1e-11


def test_a_concordance_takes_the_regions_back_to_the_country(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12", "FRF"])
    trade = regional_trade(france, made.activity, METHODS["flq"], distances=made.distances)
    table = regionalise(france, trade)
    pairs = [(label, label.split(" | ")[1]) for label in table.products.labels]
    back = table.map(Concordance.from_pairs(table.products, pairs))
    np.testing.assert_allclose(back.flows, france.flows, rtol=1e-11, atol=1e-7)
    np.testing.assert_allclose(back.output, france.output, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_region_that_is_the_whole_country_has_its_multipliers(
    france: InputOutputTable, cut: Callable[..., Any], method: Regionalisation
) -> None:
    made = cut(["FR"])
    trade = regional_trade(france, made.activity, method, distances=made.distances)
    own = multipliers(regionalise(france, trade), ["output", "employment", "gva"])
    whole = multipliers(france, ["output", "employment", "gva"])
    np.testing.assert_allclose(own["effect"], whole["effect"], rtol=1e-9)


def test_multipliers_summed_over_regions_are_the_countrys(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12", "FRF"])
    trade = regional_trade(france, made.activity, METHODS["flq+"], distances=made.distances)
    table = regionalise(france, trade)
    found = multipliers(table, ["employment"]).set_index("product")["effect"]
    whole = multipliers(france, ["employment"]).set_index("product")["effect"]
    for label in ("F", "C27", "J62_63", "H52"):
        assert found[f"FRF12 | {label}"] == pytest.approx(whole[label], rel=1e-9)


def test_closed_to_households_of_every_region_the_sum_is_still_the_countrys(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12", "FRF"])
    trade = regional_trade(france, made.activity, METHODS["flq+"], distances=made.distances)
    table = regionalise(france, trade)
    share = np.full(3, 0.15)
    people = PeopleFlows.by_gravity(
        made.areas.axis, made.activity.size, made.distances, commuters=share, shoppers=share
    )
    closure = regional_households(table, spends="P3_S14", flows=people)
    found = multipliers(table, ["employment"], closure=closure)
    found = found[found["type"] == "II"].set_index("product")["effect"]
    whole = multipliers(france, ["employment"], closure=Closure.households(france, spends="P3_S14"))
    whole = whole[whole["type"] == "II"].set_index("product")["effect"]
    for label in ("F", "C27", "J62_63", "H52"):
        assert found[f"FRF12 | {label}"] == pytest.approx(whole[label], rel=1e-9)


def test_the_small_country_by_hand(small: tuple[InputOutputTable, RegionalActivity]) -> None:
    table, activity = small
    # SLQ of the west: farms (1.2/2)/(4/10) = 1.5, plants (0.8/2)/(6/10) = 2/3.
    slq = activity.quotients(table.products)
    np.testing.assert_allclose(slq[0], [1.5, 2.0 / 3.0])
    trade = regional_trade(table, activity, Regionalisation("slq"))
    # Farms of the west: 30 % of 180 made for use at home; used there 0.3 x 20 + 2/15 x 60 by
    # producers and 20 % of 100 by households, all of which it makes itself.
    assert trade.own[0, 0] == pytest.approx(1.0)
    # Plants of the west: SLQ of 2/3 covers two thirds of what is used there.
    assert trade.own[0, 1] == pytest.approx(2.0 / 3.0)
    cut_table = regionalise(table, trade)
    assert cut_table.products.labels == (
        "west | farms",
        "west | plants",
        "east | farms",
        "east | plants",
    )
    # West's farms buy 0.3 x 30 of plants' goods, two thirds of it from the west.
    assert cut_table.flows[1, 0] == pytest.approx(0.3 * 30.0 * 2.0 / 3.0)
    # Exports stay with who makes them: 30 % of farms' exports.
    exports = cut_table.final[:, cut_table.final_uses.position("west | P6")]
    assert exports.tolist() == pytest.approx([6.0, 100.0 * 0.8 / 6.0, 0.0, 0.0])


def test_the_frame_of_the_trade_shows_what_was_wanted_and_what_came_out(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12"])
    trade = regional_trade(france, made.activity, METHODS["flq"], distances=made.distances)
    frame = trade.frame()
    assert list(frame["region"].unique()) == ["FRF12", "rest of FR"]
    here = frame[frame["region"] == "FRF12"]
    np.testing.assert_allclose(here["own_share"], here["wanted_share"], rtol=1e-9)
    assert frame.loc[frame["region"] == "rest of FR", "wanted_share"].isna().all()


def test_departements_sum_to_regions_and_regions_to_the_country(cut: Callable[..., Any]) -> None:
    one, other = cut(["FRF12", "FRF"]), cut(["FRF"])
    np.testing.assert_allclose(
        one.activity.values[:2].sum(axis=0), other.activity.values[0], rtol=1e-12
    )
    assert one.activity.size.sum() == pytest.approx(1.0)
    # The published number of jobs, thousands (nama_10r_3empers, 2018), to its rounding.
    assert one.activity.values.sum() == pytest.approx(28327.5, abs=0.05 * 102)


def test_petit_landau_is_nearer_to_strasbourg_than_to_paris(cut: Callable[..., Any]) -> None:
    made = cut(["FRF12", "FRF11", "FR101"])
    assert made.distances[0, 1] < made.distances[0, 2]
    assert (np.diagonal(made.distances)[:3] < 30.0).all()
