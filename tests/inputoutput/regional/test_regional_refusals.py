"""What the regional room refuses, by name and all at once."""

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
    catalogue,
    compare_with_survey,
    regional_multipliers,
    regional_trade,
    regionalise,
)
from econ.data.dataset import Dataset
from econ.quantity.axes import Axis


def refused(*words: str) -> Any:
    return pytest.raises(InputError, match=".*".join(words))


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["FR42"], ["FR42", "unknown region", "older NUTS version"]),
        (["FRF12", "FRX", "FRQ"], ["2 faults", "FRX", "FRQ"]),
        (["FRF", "FRF12"], ["FRF12", "nothing left of it", "already in FRF"]),
        (["FRF12", "FRF12"], ["FRF12", "nothing left of it"]),
        ([], ["no regions"]),
        ("FRF12", ["no regions", "give a list"]),
    ],
)
def test_unknown_old_and_repeated_regions(codes: Any, words: list[str]) -> None:
    with pytest.raises(InputError, match="(?s)" + ".*".join(words)):
        Areas.of(catalogue().read("nuts_france"), codes)


def changed(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Dataset:
    held = catalogue().read("regional_employment")
    return replace(held, frame=change(held.frame.copy()))


def read(regional: Dataset) -> RegionalActivity:
    data = catalogue()
    areas = Areas.of(data.read("nuts_france"), ["FRF12"])
    return RegionalActivity.from_dataset(regional, areas, data.read("products"), year=2018)


def in_2018(frame: pd.DataFrame, region: str, industry: str) -> pd.Series:  # type: ignore[type-arg]
    return (frame["region"] == region) & (frame["industry"] == industry) & (frame["year"] == 2018)


def test_a_region_that_misses_an_industry() -> None:
    gone = changed(lambda frame: frame[~in_2018(frame, "FRF12", "J")])
    with refused("FRF12", "column value, value J", "industry missing"):
        read(gone)


def test_a_region_that_is_missing_altogether() -> None:
    gone = changed(lambda frame: frame[frame["region"] != "FRF11"])
    with refused("FRF11", "region missing"):
        read(gone)


def test_regions_of_another_nuts_version_among_the_rows() -> None:
    mixed = changed(
        lambda frame: pd.concat(
            [frame, frame[frame["region"] == "FRF12"].assign(region="FR422")], ignore_index=True
        )
    )
    with refused("FR422", "another classification"):
        read(mixed)


def test_employment_that_does_not_sum_to_the_country() -> None:
    def more(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[in_2018(frame, "FRF12", "J"), "value"] += 50.0
        return frame

    with refused("column J", "do not sum to the country"):
        read(changed(more))


def test_manufacturing_above_all_industry() -> None:
    def more(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[in_2018(frame, "FRF12", "C"), "value"] = 500.0
        return frame

    with refused("FRF12, column C", "more than all of B-E"):
        read(changed(more))


def test_a_year_that_is_not_there() -> None:
    data = catalogue()
    areas = Areas.of(data.read("nuts_france"), ["FRF12"])
    with refused("employment 2019", "no such figures", "2018"):
        RegionalActivity.from_dataset(
            data.read("regional_employment"), areas, data.read("products"), year=2019
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "flp"}, ["flp", "did you mean"]),
        ({"method": "flq"}, ["delta", "no default"]),
        ({"method": "flq", "delta": 1.0}, ["delta", "value 1.0", "outside its range"]),
        ({"method": "aflq", "delta": -0.1}, ["delta", "outside its range"]),
        ({"method": "flq", "delta": "0.3"}, ["delta", "outside its range"]),
        ({"method": "flq", "delta": float("nan")}, ["delta", "outside its range"]),
        ({"method": "slq", "delta": 0.3}, ["delta", "slq has none"]),
        ({"method": "charm"}, ["cross_hauling", "no default"]),
        ({"method": "charm", "cross_hauling": -1.0}, ["cross_hauling", "outside its range"]),
        ({"method": "gravity"}, ["distance_decay", "no default"]),
        ({"method": "slq", "distance_decay": -1.0}, ["distance_decay", "outside its range"]),
    ],
)
def test_methods_without_their_numbers(options: dict[str, Any], words: list[str]) -> None:
    with refused(*words):
        Regionalisation(**options)


def test_trade_that_lacks_something(small: tuple[InputOutputTable, RegionalActivity]) -> None:
    table, activity = small
    with refused("distances", "missing"):
        regional_trade(table, activity, Regionalisation("gravity", distance_decay=1.0))
    with refused("distances", "shape"):
        regional_trade(
            table,
            activity,
            Regionalisation("gravity", distance_decay=1.0),
            distances=np.ones((3, 3)),
        )
    with refused("sheltered", "value F", "no such industry"):
        regional_trade(table, activity, Regionalisation("slq", sheltered=("F",)))
    with refused("P3_S14", "a final use without a place"):
        regional_trade(table, activity, Regionalisation("slq"), spread={"P3_S14": "shops"})
    made = regionalise(table, regional_trade(table, activity, Regionalisation("slq")))
    with refused("more than one region already"):
        regional_trade(made, activity, Regionalisation("slq"))
    with refused("made from another table"):
        regionalise(made, regional_trade(table, activity, Regionalisation("slq")))


def test_a_product_without_an_industry(small: tuple[InputOutputTable, RegionalActivity]) -> None:
    table, activity = small
    poor = replace(activity, industry_of={"farms": "farms"})
    with refused("plants", "no industry"):
        regional_trade(table, poor, Regionalisation("slq"))


def test_activity_that_is_no_activity(small: tuple[InputOutputTable, RegionalActivity]) -> None:
    _, activity = small
    with pytest.raises(InputError, match=r"(?s)4 faults.*row west.*farms.*row east.*plants"):
        replace(activity, values=np.array([[-1.0, 1.0], [1.0, np.nan]]))
    with refused("column plants", "nobody works in it"):
        replace(activity, values=np.array([[1.0, 0.0], [1.0, 0.0]]))


def test_people_who_do_not_sum_to_one() -> None:
    axis = Axis("region", ["a", "b"])
    with refused("row a", "residence", "do not sum to one"):
        PeopleFlows(axis, np.array([[0.5, 0.4], [0.0, 1.0]]), np.eye(2))
    frame = pd.DataFrame([[0.0, 0.0], [1.0, 3.0]], index=["a", "b"], columns=["a", "b"])
    with refused("row a", "nobody in this row"):
        PeopleFlows.from_frames(axis, frame)


def test_areas_products_and_surveys_nobody_knows(
    small: tuple[InputOutputTable, RegionalActivity],
) -> None:
    table, activity = small
    methods = [Regionalisation("slq")]
    with refused("value north", "unknown label"):
        regional_multipliers(table, activity, methods, areas=["north"])
    with refused("value shops", "unknown label"):
        regional_multipliers(table, activity, methods, areas=["west"], products=["shops"])
    with refused("no regions"):
        compare_with_survey(table, {}, methods)
    labels = ["shops", "plants"]
    other = InputOutputTable.from_frames(
        pd.DataFrame([[1.0, 1.0], [1.0, 1.0]], index=labels, columns=labels),
        output=pd.Series([10.0, 10.0], index=labels),
        unit="MEUR 2022 basic",
        rounding=0.05,
    )
    with pytest.raises(InputError, match=r"(?s)west.*shops.*not the country's.*farms.*missing"):
        compare_with_survey(table, {"west": other}, methods)
    with refused("value gravity", "no location quotient"):
        compare_with_survey(
            table, {"west": table}, [Regionalisation("gravity", distance_decay=1.0)]
        )
