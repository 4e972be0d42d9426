"""Commuters and shoppers, households by region, and what spills over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ import (
    InputError,
    InputOutputTable,
    PeopleFlows,
    Regionalisation,
    catalogue,
    multipliers,
    regional_households,
    regional_trade,
    regionalise,
    spillovers,
)
from econ.inputoutput.closure import Closure
from econ.quantity.axes import Axis

METHOD = Regionalisation("flq", delta=0.25, distance_decay=0.9)
TWO = Axis("region", ["west", "east"])


def test_a_census_of_commuters_becomes_shares() -> None:
    census = pd.DataFrame([[80.0, 20.0], [5.0, 95.0]], index=TWO.labels, columns=TWO.labels)
    flows = PeopleFlows.from_frames(TWO, census)
    assert flows.residence.tolist() == [[0.8, 0.2], [0.05, 0.95]]
    # Everyone buys where they live unless told otherwise.
    assert flows.place_of_spending.tolist() == flows.residence.tolist()


def test_pay_is_spent_where_those_who_earn_it_live_and_then_shop() -> None:
    flows = PeopleFlows(TWO, np.array([[0.8, 0.2], [0.0, 1.0]]), np.array([[0.9, 0.1], [0.5, 0.5]]))
    # Of a euro earned in the west 0.8 x 0.9 + 0.2 x 0.5 is spent there.
    assert flows.place_of_spending[0, 0] == pytest.approx(0.82)
    np.testing.assert_allclose(flows.place_of_spending.sum(axis=1), 1.0)


def test_gravity_sends_leavers_to_near_and_large_areas() -> None:
    axis = Axis("region", ["here", "near", "far"])
    distances = np.array([[10.0, 50.0, 200.0], [50.0, 10.0, 200.0], [200.0, 200.0, 10.0]])
    share = np.full(3, 0.2)
    flows = PeopleFlows.by_gravity(
        axis, np.full(3, 1 / 3), distances, commuters=share, shoppers=np.zeros(3)
    )
    assert flows.residence[0].tolist() == pytest.approx([0.8, 0.2 * 16 / 17, 0.2 / 17])
    assert flows.purchases.tolist() == np.eye(3).tolist()


def test_commuters_move_the_induced_effect_and_not_its_sum(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12", "FRF"])
    trade = regional_trade(france, made.activity, METHOD, distances=made.distances)
    table = regionalise(france, trade)
    regions = np.array(table.regions)
    column = table.products.position("FRF12 | H52")
    found = {}
    for share in (0.0, 0.3):
        people = PeopleFlows.by_gravity(
            made.areas.axis,
            made.activity.size,
            made.distances,
            commuters=np.full(3, share),
            shoppers=np.zeros(3),
        )
        closure = regional_households(table, spends="P3_S14", flows=people)
        demand = np.zeros(len(table.products))
        demand[column] = 1.0
        output, _ = closure.on(table).solve(demand)
        jobs = table.per_output(table.employment) * output
        found[share] = (jobs[regions == "FRF12"].sum(), jobs.sum())
    assert found[0.3][0] < found[0.0][0]
    assert found[0.3][1] == pytest.approx(found[0.0][1], rel=1e-9)


def test_households_by_region_refuse_flows_of_other_regions(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12"])
    table = regionalise(france, regional_trade(france, made.activity, Regionalisation("slq")))
    with pytest.raises(InputError, match="flows of other regions"):
        regional_households(table, spends="P3_S14", flows=PeopleFlows.none(TWO))
    people = PeopleFlows.none(made.areas.axis)
    for total in (-1.0, True, None, "all"):
        with pytest.raises(InputError, match="no total"):
            regional_households(table, spends="P3_S14", flows=people, total=total)  # type: ignore[arg-type]


def test_a_closed_region_that_is_the_country_is_closed_like_the_country(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FR"])
    table = regionalise(france, regional_trade(france, made.activity, Regionalisation("slq")))
    people = PeopleFlows.none(made.areas.axis)
    own = multipliers(
        table, ["employment"], closure=regional_households(table, spends="P3_S14", flows=people)
    )
    whole = multipliers(france, ["employment"], closure=Closure.households(france, spends="P3_S14"))
    np.testing.assert_allclose(own["effect"], whole["effect"], rtol=1e-9)


def sweep(table: InputOutputTable, **options: Any) -> pd.DataFrame:
    data = catalogue()
    return spillovers(
        table,
        METHOD,
        regional=data.read("regional_employment"),
        classification=data.read("nuts_france"),
        industries=data.read("products"),
        places=data.read("places_france"),
        year=2018,
        **options,
    )


def test_what_stays_and_what_spills_over_is_the_countrys_effect(france: InputOutputTable) -> None:
    found = sweep(france, regions=["FRF12", "FRF", "FR1"], products=["F", "C27"])
    whole = multipliers(france, ["output", "employment"])
    for row in found.itertuples():
        is_it = (whole["product"] == row.product) & (whole["measure"] == row.measure)
        effect = whole[is_it]["effect"].item()
        assert row.here + row.elsewhere == pytest.approx(effect, rel=1e-9)
        assert row.here >= row.direct
    shares = found[(found["product"] == "F") & (found["measure"] == "output")]
    by_region = shares.set_index("region")["spillover"]
    assert by_region["FRF12"] > by_region["FRF"] > by_region["FR1"] > 0.0


def test_a_sweep_holds_every_departement(france: InputOutputTable) -> None:
    found = sweep(france, products=["H52"], measures=["employment"])
    assert found["region"].nunique() == 101
    assert found["size"].sum() == pytest.approx(1.0, rel=1e-9)
    assert found["spillover"].between(0.0, 1.0).all()


def test_the_table_of_two_areas_gives_the_same_as_the_sweep(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12"])
    trade = regional_trade(france, made.activity, METHOD, distances=made.distances)
    table = regionalise(france, trade)
    demand = np.zeros(len(table.products))
    demand[table.products.position("FRF12 | C27")] = 1.0
    jobs = table.per_output(table.employment) * table.operator.solve(demand)
    here = jobs[np.array(table.regions) == "FRF12"].sum()
    found = sweep(france, regions=["FRF12"], products=["C27"], measures=["employment"])
    assert found["here"].item() == pytest.approx(here, rel=1e-9)
