"""The part of the report that says where: tables add up, maps show what the tables say."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from econ import Study, catalogue
from econ.report.contents import Contents
from econ.report.figures.maps import point_map, tile_map
from econ.report.tables import TABLES
from econ.study.parts.answer import contents


@pytest.fixture(scope="module")
def shown(study: Study) -> Contents:
    return contents(study.with_draws(50))


def test_areas_add_up_to_the_headline(shown: Contents) -> None:
    regions, headline = TABLES["by_region"](shown), TABLES["headline"](shown)
    for subject in ("all", "microsoft_petit_landau"):
        for phase in ("construction", "operation"):
            for measure in ("employment", "gdp"):
                keys = {"subject": subject, "phase": phase, "measure": measure}
                parts = regions[(regions[list(keys)] == pd.Series(keys)).all(axis=1)]
                whole = headline[(headline[list(keys)] == pd.Series(keys)).all(axis=1)]
                for which in ("gross", "net"):
                    # Central values; intervals do not add up.
                    total = whole[which].item()
                    assert parts[which].sum() == pytest.approx(total, rel=1e-9, abs=1e-6)
                assert parts["share"].sum() == pytest.approx(1.0)


def test_rings_around_a_site_add_up(shown: Contents) -> None:
    sites = TABLES["sites"](shown)
    for _, rows in sites.groupby(["pledge", "phase", "measure"]):
        total = rows[rows["ring"] == "_T"]["gross"].item()
        assert rows[rows["ring"] != "_T"]["gross"].sum() == pytest.approx(total, rel=1e-9)
    petit_landau = sites[sites["pledge"] == "microsoft_petit_landau"]
    assert list(petit_landau["title"].unique()) == [
        "Haut-Rhin",
        "rest of Grand Est",
        "rest of the country",
        "all areas",
    ]


def test_every_method_is_shown_and_the_first_is_the_studys_own(shown: Contents) -> None:
    methods = TABLES["by_method"](shown)
    assert list(methods["method"].unique()) == [
        *("flq", "slq", "cilq", "rlq", "aflq", "charm", "gravity"),
        "flq, nothing sheltered",
    ]
    sites = TABLES["sites"](shown)
    own = methods[methods["method"] == "flq"].set_index(["pledge", "title", "phase"])["gross"]
    jobs = sites[(sites["ring"] == "site") & (sites["measure"] == "employment")]
    table = jobs.set_index(["pledge", "title", "phase"])["gross"]
    pd.testing.assert_series_equal(own.sort_index(), table.sort_index(), rtol=1e-9)


def test_the_map_of_tiles_shows_every_region_with_its_sum(shown: Contents) -> None:
    tiles = TABLES["tiles"](shown)
    values = {area: 100.0 * place for place, area in enumerate(tiles["area"])}
    drawn = tile_map(values, tiles, "jobs")
    assert tiles["region"].nunique() == 14
    grand_est = sum(values[area] for area in tiles[tiles["region"] == "FRF"]["area"])
    assert f">{grand_est:.0f}<" in drawn
    words = re.sub(r"<[^>]+>", " ", drawn)
    for title in ("Grand Est", "Bretagne", "Corse"):
        assert title in words
    assert drawn == tile_map(values, tiles, "jobs")


def test_a_map_without_tiles_is_nothing() -> None:
    assert tile_map({}, pd.DataFrame(), "jobs") == ""


def test_the_map_of_points_stands_at_the_centres_of_departements() -> None:
    places = catalogue().read("places_france").frame
    drawn = point_map({"FRF12": 12.0, "FRF11": -3.0}, places, "jobs")
    assert "FRF12" in drawn
    assert "\u22123" in drawn
    assert point_map({"DE": 1.0}, places, "jobs") == ""
