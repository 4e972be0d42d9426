"""The French regional panel: published sums, vintages kept apart, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from econ.data.catalogue import catalogue
from econ.errors import InputError
from econ.regression.panel.regional_panel import regional_panel


def test_departements_add_up_to_the_published_country() -> None:
    frame = regional_panel("employment").frame
    sums = frame.groupby("year")["employment"].sum()
    rounding = 0.1 * 101 / 2
    assert sums[2008] == pytest.approx(27227.5, abs=rounding)
    assert sums[2018] == pytest.approx(28327.5, abs=rounding)


def test_industries_of_a_departement_add_up_to_its_total() -> None:
    frame = regional_panel("employment", overseas=False).frame
    branches = ["A", "B_E", "F", "G_I", "J", "K", "L", "M_N", "O_Q", "R_U"]
    gap = frame[[f"employment_{b}" for b in branches]].sum(axis=1) - frame["employment"]
    assert gap.abs().max() < 0.6  # ten figures rounded to 0.1


def test_gdp_of_all_levels_is_the_published_one() -> None:
    rows = catalogue().read("regional_gdp").frame
    embassies = (rows["region"] == "FRZ") & (rows["year"] == 2019)
    outside = rows.loc[embassies, "value"].sum()
    for level, count in (("NUTS1", 14), ("NUTS2", 27), ("NUTS3", 101)):
        panel = regional_panel("gdp", level=level)
        assert len(panel.labels) == count
        total = panel.frame.loc[panel.frame["year"] == 2019, "gdp"].sum()
        assert total + outside == pytest.approx(2_437_635, abs=1.0)


def test_every_row_of_the_stored_panel_keeps_vintage_and_base() -> None:
    rows = catalogue().read("regional_panel").frame
    kept = rows.groupby("measure")[["base", "vintage"]].agg(set)
    assert kept.loc["gdp"].tolist() == [{2014}, {"January 2024 (base 2014)"}]
    assert kept.loc["gva"].tolist() == [{2020}, {"2026 (base 2020)"}]
    assert kept.loc["employment"].tolist() == [{0}, {"updated 2026-07-31"}]


def test_the_panel_says_its_vintage_and_sources() -> None:
    panel = regional_panel("gdp")
    assert "January 2024 (base 2014)" in panel.provenance.steps[-1]
    assert "eurostat_nama_10r_3gdp" in panel.provenance.sources


def test_measures_of_different_base_years_do_not_stand_side_by_side() -> None:
    with pytest.raises(InputError, match="gdp of base 2014; gva of base 2020"):
        regional_panel("gdp", "gva")


def test_figures_that_were_not_published_are_empty_not_zero() -> None:
    frame = regional_panel("employment").frame
    mayotte = frame[frame["departement"] == "976"].set_index("year")["employment"]
    assert 2008 not in mayotte or np.isnan(mayotte[2008])
    assert mayotte[2018] > 0


def test_measures_can_be_joined_where_both_have_the_year() -> None:
    panel = regional_panel("employment", "gdp", overseas=False)
    frame = panel.frame
    assert sorted(set(frame["year"])) == [2008, 2010, 2013, 2016, 2018]
    assert frame[["employment", "gdp"]].notna().all().all()


@pytest.mark.parametrize(
    ("measures", "settings", "words"),
    [
        (("gdpp",), {}, "did you mean gdp"),
        (("gdp",), {"level": "NUTS4"}, "column level, value NUTS4"),
        (("employment",), {"years": [2009]}, "column year, value 2009: no figures"),
    ],
)
def test_an_unknown_measure_level_or_year_is_refused(
    measures: tuple[str, ...], settings: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        regional_panel(*measures, **settings)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_distances_of_departements_are_symmetric_and_ranked() -> None:
    frame = catalogue().read("neighbours_france").frame
    assert len(frame) == 101 * 100
    back = frame.merge(
        frame, left_on=["region", "neighbour"], right_on=["neighbour", "region"], suffixes=("", "_")
    )
    pd.testing.assert_series_equal(back["km"], back["km_"], check_names=False)
    nearest = frame[frame["rank"] == 1].set_index("region")
    assert nearest.loc["FRF12", "neighbour"] in {"FRF11", "FRC24"}  # Bas-Rhin, Belfort
    assert (frame.sort_values("rank").groupby("region")["km"].diff().dropna() >= 0).all()
