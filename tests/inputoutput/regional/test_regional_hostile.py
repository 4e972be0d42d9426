"""What a hostile reader found in the regional room, mended and held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ import (
    Areas,
    InputError,
    InputOutputTable,
    PeopleFlows,
    RegionalActivity,
    Regionalisation,
    Study,
    catalogue,
    regional_multipliers,
    regional_trade,
    regionalise,
)
from econ.data.dataset import Dataset
from econ.quantity.axes import Axis
from econ.report.tables import TABLES
from econ.study.parts.answer import contents


def regions_with(study: Study, **changes: Any) -> Study:
    settings = study.file.regions
    assert settings is not None
    changed = settings.model_copy(update=changes)
    return replace(study, file=study.file.model_copy(update={"regions": changed}))


@pytest.fixture
def small_study(study: Study) -> Study:
    return study.with_draws(3)


def test_two_codes_in_one_area_are_one_place(small_study: Study) -> None:
    assert small_study.file.regions is not None
    sites = dict(small_study.file.regions.sites)
    split = {"FRF12": "remainder", "FR101": "marseille_share", "FR102": "marseille_share"}
    made = regions_with(small_study, sites={**sites, "microsoft_petit_landau": split})
    assert made.geography is not None
    places = made.geography.places(made.draws())["microsoft_petit_landau"]
    assert list(places) == ["FRF12", "FR1"]
    assert places["FR1"][0] == pytest.approx(0.7)
    assert places["FRF12"][0] == pytest.approx(0.3)
    shown = contents(made)
    rings = TABLES["sites"](shown)
    own = rings[rings["pledge"] == "microsoft_petit_landau"]
    assert list(own["title"].unique()).count("Île-de-France") == 1


def test_a_remainder_and_a_share_in_one_area_sum_to_one(small_study: Study) -> None:
    made = regions_with(small_study, areas=["FRF12", "FRK26"], tiles="")
    assert made.geography is not None
    places = made.geography.places(made.draws())["microsoft_paris_marseille"]
    np.testing.assert_allclose(places["rest of FR"], 1.0)


def test_shares_below_zero_are_refused(small_study: Study) -> None:
    assert small_study.file.regions is not None
    sites = dict(small_study.file.regions.sites)
    split = {"FRF12": "remainder", "FRB": "it_share", "FRC": "petit_landau_share"}
    made = regions_with(small_study, sites={**sites, "microsoft_petit_landau": split})
    with pytest.raises(InputError, match=r"microsoft_petit_landau.*FRF12.*below zero"):
        made.run()


def test_a_region_cut_in_part_is_called_by_its_areas(small_study: Study) -> None:
    made = regions_with(small_study, areas=["FRF12", "FRK26", "FRL04", "FR1"])
    tiles = TABLES["tiles"](contents(made)).set_index("region")["title"]
    assert tiles["FRF"] == "Haut-Rhin"
    assert tiles["FR1"] == "Île-de-France"


def test_trade_that_cannot_meet_supply_is_refused(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12", "FRF"])
    for distances in (np.where(np.eye(3) > 0, 1.0, np.inf), np.full((3, 3), np.nan)):
        with pytest.raises(InputError, match=r"distances.*finite"):
            regional_trade(
                france,
                made.activity,
                Regionalisation("slq", distance_decay=1.0),
                distances=distances,
            )
    with pytest.raises(InputError, match=r"distance_decay.*outside its range"):
        Regionalisation("gravity", distance_decay=150.0)


def test_a_trade_of_another_table_is_refused(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    made = cut(["FRF12"])
    trade = regional_trade(france, made.activity, Regionalisation("slq"))
    doubled = replace(
        france,
        flows=2.0 * france.flows,
        final=2.0 * france.final,
        primary=2.0 * france.primary,
        output=2.0 * france.output,
        imports_by_origin=2.0 * np.asarray(france.imports_by_origin),
    )
    with pytest.raises(InputError, match="made from another table"):
        regionalise(doubled, trade)


def held(change: Callable[[pd.DataFrame], pd.DataFrame]) -> RegionalActivity:
    data = catalogue()
    stored = data.read("regional_employment")
    made = replace(stored, frame=change(stored.frame.copy()))
    areas = Areas.of(data.read("nuts_france"), ["FRF12"])
    return RegionalActivity.from_dataset(made, areas, data.read("products"), year=2018)


def cell(frame: pd.DataFrame, region: str, industry: str) -> Any:
    return (frame["region"] == region) & (frame["industry"] == industry) & (frame["year"] == 2018)


@pytest.mark.parametrize(
    ("region", "industry", "value", "words"),
    [
        ("FR", "J", np.nan, "do not sum to the country"),
        ("FRF12", "J", 8.1, "do not sum to the (country|larger region)"),
        ("FRF1", "J", 500.0, "row FRF1.*do not sum to the larger region"),
        ("FRF12", "TOTAL", 5.0, "row FRF12.*column TOTAL.*do not sum to the total"),
    ],
)
def test_figures_that_do_not_add_up_at_any_level(
    region: str, industry: str, value: float, words: str
) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[cell(frame, region, industry), "value"] = value
        return frame

    with pytest.raises(InputError, match=f"(?s){words}"):
        held(change)


def classified(rows: list[tuple[str, str]]) -> Dataset:
    stored = catalogue().read("nuts_france")
    codes, groups = zip(*rows, strict=True)
    frame = pd.DataFrame({"code": codes, "label": codes, "group": groups})
    return replace(stored, frame=frame.astype("str"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("SE1", "NUTS1"), ("SE11", "NUTS3")], "0 countries"),
        ([("SE", "NUTS0"), ("NO", "NUTS0"), ("SE11", "NUTS3")], "2 countries"),
        ([("SE", "NUTS0"), ("SE21", "NUTS3"), ("SE210", "NUTS3")], "uneven length in NUTS3"),
        ([("SE", "NUTS0"), ("SE1", "NUTS1"), ("SE2", "NUTS1"), ("SE11", "NUTS3")], "SE2.*nothing"),
    ],
)
def test_classifications_whose_codes_do_not_nest(rows: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Areas.of(classified(rows), ["SE11"])


def test_people_of_no_numbers_are_refused() -> None:
    axis = Axis("region", ["a", "b"])
    half, far = np.full(2, 0.5), np.array([[1.0, 9.0], [9.0, 1.0]])
    for size, distances in ((np.array([np.nan, 1.0]), far), (half, far * np.nan), (half, far[:1])):
        with pytest.raises(InputError, match=r"people.*not what is asked for"):
            PeopleFlows.by_gravity(axis, size, distances, commuters=half, shoppers=half)
    apart = np.where(np.eye(2) > 0, 1.0, np.inf)
    flows = PeopleFlows.by_gravity(axis, half, apart, commuters=half, shoppers=half)
    # Beyond reach nobody travels.
    assert flows.residence.tolist() == np.eye(2).tolist()


def test_a_region_without_any_jobs_is_refused(small: Any) -> None:
    _, activity = small
    with pytest.raises(InputError, match=r"west.*nobody works there"):
        replace(activity, values=np.array([[0.0, 0.0], [4.0, 6.0]]))


def test_an_augmented_quotient_that_makes_an_area_unproductive_says_so() -> None:
    labels = ["special", "rest"]
    table = InputOutputTable.from_frames(
        pd.DataFrame([[300.0, 10.0], [100.0, 500.0]], index=labels, columns=labels),
        output=pd.Series([450.0, 5000.0], index=labels),
        unit="MEUR 2022 basic",
    )
    areas = Areas(Axis("region", ["here", "there"]), (("here",), ("there",)), "all")
    activity = RegionalActivity(
        areas=areas,
        industries=Axis("industry", labels),
        values=np.array([[5.0, 0.05], [5.0, 95.0]]),
        industry_of={label: label for label in labels},
        measure="employment",
        year=2022,
    )
    method = Regionalisation("aflq", delta=0.1)
    with pytest.raises(InputError, match=r"here.*unproductive by this method.*flq"):
        regional_multipliers(table, activity, method, areas=["here"], measures=["output"])


def test_one_method_may_be_given_alone_and_none_is_refused(small: Any) -> None:
    table, activity = small
    found = regional_multipliers(table, activity, Regionalisation("slq"), areas=["west"])
    assert set(found["method"]) == {"national", "SLQ"}
    with pytest.raises(InputError, match="no methods"):
        regional_multipliers(table, activity, [], areas=["west"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "nope"}, "nope.*no such method"),
        ({"others": ["nope"]}, "nope.*no such method"),
        ({"delta": ""}, "delta.*flq has no default"),
        ({"cross_hauling": ""}, "cross_hauling.*charm has no default"),
        ({"sheltered": ["shops"]}, "shops.*no such industry or product"),
        ({"areas": ["FR42"]}, "FR42.*unknown region"),
    ],
)
def test_faults_of_regions_are_found_before_anything_is_computed(
    study: Study, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        InputError.raise_if(regions_with(study, **changes).faults())


def test_a_country_says_where_its_own_final_uses_are(small: Any) -> None:
    table, activity = small
    uses = {"homes": table.final[:, 0], "abroad": table.final[:, 1]}
    labels = list(table.products.labels)
    renamed = InputOutputTable.from_frames(
        pd.DataFrame(table.flows, index=labels, columns=labels),
        final=pd.DataFrame(uses, index=labels),
        unit="MEUR 2022 basic",
    )
    with pytest.raises(InputError, match=r"(?s)homes.*without a place.*abroad"):
        regional_trade(renamed, activity, Regionalisation("slq"))
    spread = {"homes": "TOTAL", "abroad": "at origin"}
    named = regional_trade(renamed, activity, Regionalisation("slq"), spread=spread)
    plain = regional_trade(table, activity, Regionalisation("slq"))
    np.testing.assert_allclose(named.coefficients, plain.coefficients)
