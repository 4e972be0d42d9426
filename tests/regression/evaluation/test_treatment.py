"""Treatments read from pledges: dates apart, doses, neighbours, and what is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

HAUT_RHIN = "FRF12"


def pledge(**changes: Any) -> pd.DataFrame:
    row = {
        "nuts": HAUT_RHIN,
        "announced": "2024-05-13",
        "works_start": "2026-01-01",
        "deadline": "2027-12-31",
        "amount": 200.0,
        "unit": "persons",
    }
    return pd.DataFrame([row | changes])


def departements(first: int = 2018, last: int = 2030) -> pd.DataFrame:
    names = sorted(econ.catalogue().read("places_france").frame["region"])
    years = range(first, last + 1)
    rng = np.random.default_rng(0)
    rows = [(name, year, 300.0 + rng.normal()) for name in names for year in years]
    return pd.DataFrame(rows, columns=["region", "year", "jobs"])


def test_announcement_works_and_opening_are_dates_apart() -> None:
    years = pd.Series([2020, 2021])
    starts = {
        kind: econ.Treatment.from_pledges(pledge(), unit="nuts", date=kind).periods(years, "year")
        for kind in ("announcement", "works", "opening")
    }
    assert [float(found[1][0]) for found in starts.values()] == [2024.0, 2026.0, 2027.0]
    opening = econ.Treatment.from_pledges(pledge(), unit="nuts")
    assert opening.kind == "opening"
    assert opening.ahead(years) == 3
    assert econ.Treatment.from_pledges(pledge(), unit="nuts", date="announcement").ahead(years) == 0


@pytest.mark.parametrize(
    ("times", "start"),
    [
        (pd.Series([2020, 2021]), 2027),
        (pd.Series(["2020Q1", "2020Q2"]), (2027 - 1970) * 4 + 3),
        (pd.to_datetime(pd.Series(["2020-01-01", "2020-02-01"])), 2027 * 12 + 11),
        (pd.Series(pd.period_range("2020", periods=2, freq="Y")), 2027),
    ],
)
def test_a_date_falls_into_the_period_of_the_panel(times: Any, start: int) -> None:
    site = econ.Treatment.from_pledges(pledge(), unit="nuts")
    assert float(site.periods(times, "time")[1][0]) == start


def test_the_committed_pledge_of_petit_landau_is_read() -> None:
    rows = econ.catalogue().read("commitments").frame
    site = econ.Treatment.from_pledges(
        rows[rows["commitment"] == "petit_landau_permanent_jobs"], unit="nuts"
    )
    assert (site.units, site.dose, site.dose_unit) == ((HAUT_RHIN,), (200.0,), "persons")
    assert site.announced == ("2024-05-13",)


def test_neighbours_are_neither_treated_nor_control() -> None:
    places = econ.catalogue().read("places_france")
    site = econ.Treatment.from_pledges(pledge(), unit="nuts").near(places, km=100.0)
    assert "FRF11" in site.neighbours  # Bas-Rhin, some 60 km away
    assert HAUT_RHIN not in site.neighbours
    frame = departements()
    fit = econ.CallawaySantAnna("jobs", unit="region", time="year", cohort=site).fit(frame)
    assert fit.nobs == (101 - len(site.neighbours)) * 13
    assert f"{len(site.neighbours)} neighbours partly treated, left out" in fit.sample
    assert fit.diagnostic("few treated or control units").holds is False
    exposure = site.exposure(places, km=100.0)
    assert exposure[HAUT_RHIN] == 0.0
    assert 0.0 < exposure["FRF11"] < 200.0
    held = site.attach(frame, unit="region", time="year")
    assert set(held.loc[held["dose"] > 0.0, "region"]) == {HAUT_RHIN}
    assert set(held.loc[held["neighbour"], "region"]) == set(site.neighbours)


def test_a_date_outside_the_panel_and_an_unknown_unit_are_refused_together() -> None:
    site = econ.Treatment((HAUT_RHIN, "FRF99"), (2027, 2040))
    with pytest.raises(InputError) as refused:
        econ.CallawaySantAnna("jobs", unit="region", time="year", cohort=site).fit(departements())
    said = str(refused.value)
    assert "value FRF99: no such unit in the panel; did you mean FRF" in said
    assert "value 2040: the date of FRF99 lies outside the panel; the panel runs from" in said


def test_one_error_names_every_fault_of_a_treatment() -> None:
    with pytest.raises(InputError) as refused:
        econ.Treatment(
            ("a", "a"),
            (2020, "soon"),
            kind="closing",
            dose=(1.0,),
            neighbours=("a",),  # type: ignore[arg-type]
        )
    said = str(refused.value)
    for words in (
        "stands twice",
        "no date of a",
        "value closing",
        "has 1 values",
        "is treated itself",
    ):
        assert words in said
    with pytest.raises(InputError, match="was announced after its opening"):
        econ.Treatment(("a",), (2020,), announced=(2021,))


def test_pledges_of_one_place_are_not_added_up_and_mixed_doses_are_refused() -> None:
    two = pd.concat([pledge(), pledge(unit="EUR", amount=2e9)], ignore_index=True)
    with pytest.raises(InputError) as refused:
        econ.Treatment.from_pledges(two, unit="nuts")
    assert "2 rows for one place" in str(refused.value)
    assert "mixed units" in str(refused.value)
    with pytest.raises(InputError, match="no deadline"):
        econ.Treatment.from_pledges(pledge(deadline=None), unit="nuts")
