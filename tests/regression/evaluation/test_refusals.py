"""What a hostile user writes: one readable error by name, or the answer that was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.regression.evaluation.power import Power
from econ.regression.evaluation.synthetic.stacked import StackedSyntheticControl

SAME = 1e-10


def frame(units: int = 12, periods: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    names = [f"u{unit:02d}" for unit in range(units)]
    found = pd.DataFrame(
        {
            "dep": np.repeat(names, periods),
            "year": np.tile(np.arange(2000, 2000 + periods), units),
            "jobs": 100.0 + rng.normal(size=units * periods),
            "size": rng.normal(size=units * periods),
            "one": 1.0,
        }
    )
    found["since"] = found["dep"].map({"u00": 2006, "u01": 2006, "u02": 2008}).fillna(0).astype(int)
    found["hit"] = (found["since"] > 0).astype(int)
    found["after"] = (found["year"] >= 2006).astype(int)
    return found


def panel(data: pd.DataFrame | None = None) -> econ.Panel:
    return econ.Panel(frame() if data is None else data, unit="dep", time="year")


ASKED: dict[str, Any] = {"unit": "dep", "time": "year", "cohort": "since"}
STAGGERED = (
    econ.CallawaySantAnna,
    econ.SunAbraham,
    econ.BorusyakJaravelSpiess,
    econ.TwoWayFixedEffects,
    econ.EventStudy,
    econ.BaconDecomposition,
)
Run = Callable[[], Any]


def control(**options: Any) -> Any:
    return econ.SyntheticControl("jobs", **({"treated": "u00", "at": 2006} | options))


def double(**options: Any) -> Any:
    return econ.SyntheticDiD("jobs", **({"treated": "u00", "at": 2006} | options))


SYNTHETIC: dict[str, tuple[Run, str]] = {
    "donors that are none": (lambda: control(donors=5).fit(panel()), "donors.*no names"),
    "no date": (lambda: control(at=pd.NaT).fit(panel()), "no period"),
    "several dates": (lambda: control(at=[2006]).fit(panel()), "write one period"),
    "several dates of did": (lambda: double(at=[2006]).fit(panel()), "write one period"),
    "a site twice": (lambda: control(treated=["u00", "u00"]).fit(panel()), "stands twice"),
    "a site twice of did": (lambda: double(treated=["u00", "u00"]).fit(panel()), "stands twice"),
    "no name": (lambda: control(treated=None).fit(panel()), "no name"),
    "predictors that are none": (lambda: control(predictors=5), "predictors.*no list"),
    "a window of one period": (lambda: control(fit_window=2003), "fit_window.*no window"),
    "a penalty in words": (lambda: control(method="augmented", ridge="a"), "no penalty"),
    "importances in words": (
        lambda: control(predictors=["size"], importance="ab"),
        "importance.*no numbers",
    ),
    "no placebo date": (lambda: control().in_time(panel(), []), "no date"),
    "a level of five": (lambda: control().conformal_interval(panel(), level=5), "no level"),
    "an effect of nothing": (
        lambda: control().conformal(panel(), float("nan")),
        "effect.*no effect",
    ),
    "an effect in words": (lambda: control().conformal(panel(), "a"), "effect.*no effect"),
    "no site": (lambda: econ.SyntheticDiD("jobs", at={}).fit(panel()), "no site"),
    "no dates": (
        lambda: StackedSyntheticControl("jobs", "u00").fit(panel()),  # type: ignore[arg-type]
        "no sites with dates",
    ),
    "the outcome for a covariate": (
        lambda: double(covariates=["jobs"]).fit(panel()),
        "is the outcome",
    ),
    "too large": (
        lambda: control().fit(panel(frame().assign(jobs=frame()["jobs"] * 1e200))),
        "beyond double precision",
    ),
    "too small": (
        lambda: control().fit(panel(frame().assign(jobs=frame()["jobs"] * 1e-200))),
        "beyond double precision",
    ),
}


@pytest.mark.parametrize("what", SYNTHETIC)
def test_a_synthetic_control_that_cannot_be_made_is_refused_by_name(what: str) -> None:
    run, words = SYNTHETIC[what]
    with pytest.raises(InputError, match=rf"(?s){words}"):
        run()


def fitted(model: Any, change: dict[str, Any] | None = None, **options: Any) -> Any:
    data = frame().assign(**(change or {}))
    return model("jobs", **(ASKED | options)).fit(data)


@pytest.mark.parametrize("model", STAGGERED)
def test_a_cohort_that_names_no_column_and_a_date_before_all_time_are_refused(model: Any) -> None:
    with pytest.raises(InputError, match=r"cohort.*no column"):
        fitted(model, cohort=5)
    with pytest.raises(InputError, match=r"value -1\.0: no period of the panel"):
        fitted(model, {"since": frame()["since"].replace(0, -1)})
    with pytest.raises(InputError, match="beyond double precision"):
        fitted(model, {"jobs": frame()["jobs"] * 1e200})


@pytest.mark.parametrize("model", STAGGERED)
def test_all_treated_at_one_date_leave_nobody_to_compare_with(model: Any) -> None:
    words = "treated later, or never|never treated"
    with pytest.raises(InputError, match=words):
        fitted(model, {"since": 2006})


@pytest.mark.parametrize("model", STAGGERED)
@pytest.mark.parametrize("never", [np.inf, np.nan, 9999])
def test_never_is_zero_nothing_infinite_or_a_year_beyond_the_panel(
    model: Any, never: float
) -> None:
    zero = fitted(model)
    other = fitted(model, {"since": frame()["since"].replace(0, never)})
    assert float(np.ravel(answer(other))[0]) == pytest.approx(
        float(np.ravel(answer(zero))[0]), abs=SAME
    )


def answer(found: Any) -> Any:
    return found.estimate if hasattr(found, "estimate") else found.estimates


@pytest.mark.parametrize("model", STAGGERED)
def test_yearly_periods_count_in_years_beside_dates_of_any_kind(model: Any) -> None:
    data = frame()
    periods = pd.PeriodIndex(data["year"].astype(str), freq="Y")
    dates = pd.to_datetime(data["year"].astype(str) + "-07-01")
    since = pd.Series(
        pd.PeriodIndex([str(year) if year else "NaT" for year in data["since"]], freq="Y")
    )
    plain = fitted(model)
    for change in (
        {"year": periods},
        {"year": periods, "since": since},
        {"year": dates},
    ):
        other = fitted(model, change)
        np.testing.assert_allclose(answer(other), answer(plain), atol=SAME)
        assert getattr(other, "terms", ()) == getattr(plain, "terms", ())


def test_years_beside_quarters_are_refused() -> None:
    data = frame(periods=8)
    quarter = {2000 + place: f"{2010 + place // 4}Q{place % 4 + 1}" for place in range(8)}
    change = {"year": data["year"].map(quarter), "since": data["since"].replace(2006, 2011)}
    with pytest.raises(InputError, match="years beside shorter periods"):
        econ.SunAbraham("jobs", **ASKED).fit(data.assign(**change))


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (lambda: fitted(econ.CallawaySantAnna, panel=5), "panel.*neither"),
        (lambda: fitted(econ.CallawaySantAnna, balanced="no"), "balanced.*neither"),
        (lambda: fitted(econ.EventStudy, window=(3, -3)), "no window"),
        (lambda: fitted(econ.EventStudy, window="wide"), "no window"),
        (lambda: fitted(econ.EventStudy, reference="x"), "no event time"),
        (lambda: fitted(econ.BorusyakJaravelSpiess, leads=50), "reach before the panel"),
        (lambda: fitted(econ.CallawaySantAnna).aggregate("event", min_e="a"), "no event time"),
        (
            lambda: econ.honest_did(
                [0.1, 2.0], 0.01 * np.eye(2), pre=1, post=1, l_vec="first", Mbar="wide"
            ),
            "no bound",
        ),
    ],
)
def test_options_that_are_none_are_refused_by_name(run: Run, words: str) -> None:
    with pytest.raises(InputError, match=words):
        run()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"treated": None}, "treated: not named"),
        ({"panel": "no"}, "panel.*neither"),
        ({"method": "dr", "panel": False, "vcov": "HC1"}, "vcov.*not of this method"),
    ],
)
def test_groups_that_cannot_be_read_are_refused(change: dict[str, Any], words: str) -> None:
    asked = {"formula": "jobs", "treated": "hit", "post": "after"} | change
    with pytest.raises(InputError, match=words):
        econ.DifferenceInDifferences(**asked).fit(frame())


PLACES = pd.DataFrame({"region": ["u00", "u01"], "latitude": [0.0, 1.0], "longitude": [0.0, 1.0]})


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (lambda site: econ.Treatment(None, None), "nobody is treated"),  # type: ignore[arg-type]
        (lambda site: econ.Treatment(("u00",), (2006,), dose=("many",)), "no dose"),  # type: ignore[arg-type]
        (lambda site: econ.Treatment(("u00",), (2006,), dose=(np.inf,)), "no dose"),
        (lambda site: site.near(PLACES, km=-1.0), "no distance"),
        (lambda site: site.near(PLACES, km=np.nan), "no distance"),
        (lambda site: site.exposure(PLACES, km=0.0), "no distance"),
        (lambda site: site.near(PLACES.assign(latitude=np.nan), km=9.0), "no coordinate"),
        (lambda site: site.near(PLACES.assign(latitude="north"), km=9.0), "no coordinate"),
    ],
)
def test_a_treatment_that_is_none_is_refused(run: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(econ.Treatment(("u00",), (2006,)))


def test_a_pledge_of_many_is_refused_and_one_site_needs_no_tuple() -> None:
    rows = pd.DataFrame({"nuts": ["u00"], "deadline": ["2027"], "amount": ["ten"]})
    with pytest.raises(InputError, match="row 0, column amount, value ten: no number"):
        econ.Treatment.from_pledges(rows, unit="nuts")
    assert econ.Treatment("u00", 2006) == econ.Treatment(("u00",), (2006,))  # type: ignore[arg-type]


@pytest.mark.parametrize("announced", [{}, None, {"u00": np.nan}, {"u00": "ten"}, {"u00": -3.0}])
def test_power_needs_sites_and_sizes(announced: Any) -> None:
    with pytest.raises(InputError, match=r"no site|no size"):
        Power("jobs", dates=[2006]).run(panel(), announced)


@pytest.mark.parametrize("change", [{"designs": []}, {"size": "a"}, {"size": True}, {"scale": "a"}])
def test_a_power_that_cannot_be_reckoned_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="power, column"):
        Power("jobs", **({"dates": 2006} | change))


def test_units_that_are_numbers_may_be_named_by_them() -> None:
    data = frame().assign(dep=lambda rows: rows["dep"].str[1:].astype(int))
    found = econ.SyntheticControl("jobs", 0, at=2006).fit(panel(data))
    assert found.site == "0"
