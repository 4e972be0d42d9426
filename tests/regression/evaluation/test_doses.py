"""Effects of one unit of dose: laws, a regression by hand, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

SAME = 1e-10
ASKED: dict[str, Any] = {"unit": "dep", "time": "year", "cohort": "since"}


def panel(seed: int = 0, slope: float = 0.01) -> pd.DataFrame:
    """Sites of 100 to 900 jobs that open in 2012 or 2014 among places without one."""
    rng = np.random.default_rng(seed)
    since = rng.choice([2012, 2014, 0], size=120, p=[0.3, 0.3, 0.4])
    dose = np.where(since > 0, rng.choice([100.0, 300.0, 900.0], size=120), 0.0)
    level = rng.normal(size=120)
    return pd.DataFrame(
        [
            {
                "dep": f"u{i:03d}",
                "year": year,
                "since": since[i],
                "jobs": dose[i],
                "size": level[i],
                "gdp": level[i]
                + 0.1 * (year - 2010)
                + slope * dose[i] * (0 < since[i] <= year)
                + rng.normal(scale=0.5),
            }
            for i in range(120)
            for year in range(2010, 2017)
        ]
    )


def test_the_effect_of_one_job_is_found() -> None:
    fit = econ.CallawaySantAnna("gdp", dose="jobs", **ASKED).fit(panel())
    att = fit.att
    assert abs(att.estimates[0] - 0.01) < 3.0 * att.std_errors[0]
    assert att.std_errors[0] < 0.001
    assert "per unit of jobs" in fit.estimator
    assert fit.diagnostic("effects in proportion to the dose").holds is None
    assert fit.pretrends().p_value > 0.01


def test_doses_that_are_all_alike_divide_the_effect_by_their_size() -> None:
    frame = panel().assign(jobs=lambda rows: 250.0 * (rows["since"] > 0))
    one = econ.CallawaySantAnna("gdp", dose="jobs", **ASKED).fit(frame)
    plain = econ.CallawaySantAnna("gdp", **ASKED).fit(frame)
    np.testing.assert_allclose(one.estimates * 250.0, plain.estimates, atol=SAME)
    np.testing.assert_allclose(one.std_errors * 250.0, plain.std_errors, atol=SAME)


def test_each_comparison_is_a_regression_of_changes_on_doses() -> None:
    frame = panel(seed=2)
    fit = econ.CallawaySantAnna("gdp ~ size", dose="jobs", **ASKED).fit(frame)
    wide = frame.pivot(index="dep", columns="year", values="gdp")
    units = frame.groupby("dep")[["since", "jobs", "size"]].first()
    pair = units[units["since"].isin([0, 2012])].assign(
        change=(wide[2013] - wide[2011]), dose=lambda rows: rows["jobs"]
    )
    by_hand = econ.OLS("change ~ dose + size", vcov="HC0").fit(pair)
    assert fit.params["ATT(2012, 2013)"] == pytest.approx(by_hand.params["dose"], abs=SAME)
    assert fit.bse["ATT(2012, 2013)"] == pytest.approx(by_hand.bse["dose"], abs=SAME)


def test_a_treatment_brings_its_doses_to_the_panel() -> None:
    frame = panel()
    sites = frame[frame["since"] > 0].groupby("dep")[["since", "jobs"]].first()
    site = econ.Treatment(
        tuple(sites.index), tuple(sites["since"]), dose=tuple(sites["jobs"]), dose_unit="persons"
    )
    attached = site.attach(frame.drop(columns=["since", "jobs"]), unit="dep", time="year")
    asked = ASKED | {"cohort": "first_treated"}
    found = econ.CallawaySantAnna("gdp", dose="dose", **asked).fit(attached)
    again = econ.CallawaySantAnna("gdp", dose="jobs", **ASKED).fit(frame)
    np.testing.assert_allclose(found.estimates, again.estimates, atol=SAME)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"jobs": 0.0}, "no dose of a treated unit"),
        ({"jobs": 5.0}, "a dose of a unit never treated"),
        ({"jobs": np.nan}, "no dose of a treated unit"),
    ],
)
def test_doses_that_do_not_fit_the_treated_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        econ.CallawaySantAnna("gdp", dose="jobs", **ASKED).fit(panel().assign(**change))


def test_a_dose_that_grows_an_unknown_one_and_one_of_cross_sections_are_refused() -> None:
    frame = panel()
    moved = frame.assign(jobs=frame["jobs"] * (frame["year"] - 2009))
    with pytest.raises(InputError, match="several doses of a unit"):
        econ.CallawaySantAnna("gdp", dose="jobs", **ASKED).fit(moved)
    with pytest.raises(InputError, match="did you mean jobs"):
        econ.CallawaySantAnna("gdp", dose="jobz", **ASKED).fit(frame)
    with pytest.raises(InputError, match="not for repeated cross-sections"):
        econ.CallawaySantAnna("gdp", dose="jobs", panel=False, **ASKED).fit(frame)
    asked = {"unit": "dep", "time": "year", "treatment": "jobs"}
    with pytest.raises(InputError, match=r"a dose goes into CallawaySantAnna\(dose=\)"):
        econ.CallawaySantAnna("gdp", **asked).fit(frame)
