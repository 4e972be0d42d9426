"""The real table and regions of France, and a small country of two industries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from econ import Areas, InputOutputTable, RegionalActivity, Study, catalogue
from econ.quantity.axes import Axis

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """A country cut into areas."""

    areas: Areas
    activity: RegionalActivity
    distances: Array


@pytest.fixture(scope="session")
def france() -> InputOutputTable:
    return Study.load("choose_france_2024").table


@pytest.fixture(scope="session")
def cut() -> Callable[[list[str]], Cut]:
    data = catalogue()
    regional, products = data.read("regional_employment"), data.read("products")

    def made(codes: list[str]) -> Cut:
        areas = Areas.of(data.read("nuts_france"), codes)
        activity = RegionalActivity.from_dataset(regional, areas, products, year=2018)
        alone = RegionalActivity.from_dataset(regional, areas.apart(), products, year=2018)
        distances = areas.distances(data.read("places_france"), alone.values.sum(axis=1))
        return Cut(areas, activity, distances)

    return made


@pytest.fixture
def small() -> tuple[InputOutputTable, RegionalActivity]:
    """Two products with a fifth of the jobs in the west, mostly farms, and the rest in the east."""
    labels = ["farms", "plants"]
    table = InputOutputTable.from_frames(
        pd.DataFrame([[20.0, 60.0], [30.0, 90.0]], index=labels, columns=labels),
        final=pd.DataFrame({"P3_S14": [100.0, 180.0], "P6": [20.0, 100.0]}, index=labels),
        primary=pd.DataFrame(
            {"farms": [10.0, 60.0, 80.0], "plants": [50.0, 120.0, 80.0]},
            index=["P7", "D1", "B2A3G"],
        ),
        satellites=pd.DataFrame([[4.0, 6.0]], index=["employment"], columns=labels),
        satellite_units={"employment": "thousand persons"},
        unit="MEUR 2022 basic",
    )
    areas = Areas(Axis("region", ["west", "east"]), (("west",), ("east",)), "country")
    activity = RegionalActivity(
        areas=areas,
        industries=Axis("industry", labels),
        values=np.array([[1.2, 0.8], [2.8, 5.2]]),
        industry_of={"farms": "farms", "plants": "plants"},
        measure="employment",
        year=2022,
    )
    return table, activity
