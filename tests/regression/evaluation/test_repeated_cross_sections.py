"""Repeated cross-sections through the public interface."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

SAME = 1e-10


def households(seed: int = 0, n: int = 2_400) -> pd.DataFrame:
    """Other households in each year, in twelve regions, of which six are treated."""
    rng = np.random.default_rng(seed)
    region, year = rng.integers(0, 12, n), rng.integers(2010, 2016, n)
    since = np.select([region < 3, region < 6], [2012, 2014], 0)
    size = rng.normal(size=n) + 0.3 * (since > 0)
    gain = (1.0 + 0.3 * (year - since)) * ((since > 0) & (year >= since))
    return pd.DataFrame(
        {
            "region": region,
            "year": year,
            "since": since,
            "near": (since == 2012).astype(int),
            "after": (year >= 2012).astype(int),
            "size": size,
            "income": 0.2 * region
            + size * (1.0 + 0.05 * (year - 2010))
            + gain
            + rng.normal(size=n),
        }
    )


def test_households_need_no_name_and_the_effect_is_found() -> None:
    frame = households()
    asked: dict[str, Any] = {"time": "year", "cohort": "since", "panel": False}
    fit = econ.CallawaySantAnna("income ~ size", **asked).fit(frame)
    treated = frame[(frame["since"] > 0) & (frame["year"] >= frame["since"])]
    truth = float((1.0 + 0.3 * (treated["year"] - treated["since"])).mean())
    att = fit.att
    assert abs(att.estimates[0] - truth) < 3.0 * att.std_errors[0]
    assert att.vcov == f"influence of rows ({len(frame)})"
    assert "samples of one population" in fit.sample
    assert fit.aggregate("event").honest("RM", l_vec="first", Mbar=0.5).low < 1.0


def test_a_unit_that_is_named_clusters_the_rows() -> None:
    frame = households()
    asked: dict[str, Any] = {"time": "year", "cohort": "since", "panel": False}
    rows = econ.CallawaySantAnna("income", **asked).fit(frame).att
    places = econ.CallawaySantAnna("income", unit="region", **asked).fit(frame).att
    named = econ.CallawaySantAnna("income", vcov={"CRV1": "region"}, **asked).fit(frame).att
    assert places.estimates == pytest.approx(rows.estimates, abs=SAME)
    assert places.std_errors == pytest.approx(named.std_errors, abs=SAME)
    assert places.vcov == "clustered by region (12)"
    sites = econ.Treatment(("0", "1", "2"), (2012,) * 3)
    of_sites = econ.CallawaySantAnna(
        "income", unit="region", time="year", cohort=sites, panel=False
    ).fit(frame)
    assert {cell.group for cell in of_sites.cells} == {2012.0}


def test_a_balanced_panel_without_covariates_has_one_effect_either_way() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        [
            {"dep": i, "year": t, "since": [0, 2012][i % 2], "y": rng.normal() + i % 5}
            for i in range(40)
            for t in range(2010, 2014)
        ]
    )
    asked: dict[str, Any] = {"unit": "dep", "time": "year", "cohort": "since"}
    changes = econ.CallawaySantAnna("y", **asked).fit(frame)
    levels = econ.CallawaySantAnna("y", panel=False, **asked).fit(frame)
    assert levels.estimates == pytest.approx(changes.estimates, abs=SAME)
    # Clustered by unit, rows of a unit are a change again.
    assert levels.att.std_errors == pytest.approx(changes.att.std_errors, abs=SAME)


@pytest.mark.parametrize("method", ["dr", "imp", "reg", "ipw"])
def test_two_groups_of_other_rows_before_and_after(method: str) -> None:
    frame = households(n=6_000)
    frame = frame[frame["since"] != 2014]
    frame = frame.assign(
        income=frame["income"] - 0.3 * frame["near"] * frame["after"] * (frame["year"] - 2012)
    )
    model = econ.DifferenceInDifferences(
        "income ~ size", treated="near", post="after", method=method, panel=False
    )
    fit = model.fit(frame)
    assert fit.terms == ("near:after",)
    # The true effect is one; two standard errors and what growth of the slope leaves.
    assert abs(fit.estimates[0] - 1.0) < 2.5 * fit.std_errors[0]
    plain = econ.DifferenceInDifferences("income", treated="near", post="after").fit(frame)
    bare = econ.DifferenceInDifferences(
        "income", treated="near", post="after", method=method, panel=False
    ).fit(frame)
    assert bare.estimates[0] == pytest.approx(plain.estimates[0], abs=SAME)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": ""}, "time: not named"),
        ({"cohort": "", "treatment": "after"}, "name the column of the places"),
        ({"cohort": "sinse"}, "did you mean since"),
        ({"formula": "lag(income)"}, "lag"),
        ({"formula": "income ~ 1 | region"}, "unit and time effects"),
    ],
)
def test_what_cannot_be_read_is_refused(change: dict[str, Any], words: str) -> None:
    asked = {"formula": "income", "time": "year", "cohort": "since", "panel": False} | change
    with pytest.raises(InputError, match=words):
        econ.CallawaySantAnna(**asked).fit(households())


def test_rows_without_a_period_and_places_whose_date_moves_are_refused() -> None:
    frame = households()
    frame["year"] = frame["year"].astype(float)
    frame.loc[7, "year"] = np.nan
    model = econ.CallawaySantAnna("income", time="year", cohort="since", panel=False)
    with pytest.raises(InputError, match="row 7, column year: no value"):
        model.fit(frame)
    moved = households()
    moved.loc[3, "since"] = 2013
    named = econ.CallawaySantAnna("income", unit="region", time="year", cohort="since", panel=False)
    with pytest.raises(InputError, match="first treatment moves within region"):
        named.fit(moved)
