"""Synthetic controls through the public interface: known answers, laws, placebos, refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.regression.evaluation.synthetic.conformal import Conformal
from econ.regression.evaluation.synthetic.donors import DonorRule, neighbours_within
from econ.regression.evaluation.synthetic.placebo import PermutationP
from econ.regression.evaluation.synthetic.predictors import Predictor
from econ.regression.evaluation.synthetic.stacked import StackedSyntheticControl
from econ.regression.evaluation.synthetic.synthetic_control import SyntheticControl
from econ.regression.evaluation.synthetic.synthetic_did import SyntheticDiD
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import TIDY

TRUE = {"u1": 0.6, "u2": 0.4}
EFFECT = 5.0


def frame(units: int = 12, periods: int = 20, seed: int = 0) -> pd.DataFrame:
    """Random walks; the site is an average of two of them, with an effect from 2015 on."""
    rng = np.random.default_rng(seed)
    walks = 100.0 + rng.normal(size=(periods, units)).cumsum(axis=0)
    walks[:, 0] = 0.6 * walks[:, 1] + 0.4 * walks[:, 2]
    walks[15:, 0] += EFFECT
    years = np.arange(2000, 2000 + periods)
    rows = [
        {"dep": f"u{unit}", "year": year, "jobs": value, "size": value + unit}
        for unit in range(units)
        for year, value in zip(years, walks[:, unit], strict=True)
    ]
    return pd.DataFrame(rows)


def panel(data: pd.DataFrame | None = None) -> Panel:
    return Panel(frame() if data is None else data, unit="dep", time="year")


SITE = SyntheticControl("jobs", "u0", at=2015)


@pytest.mark.parametrize(
    "estimator",
    [
        SITE,
        replace(SITE, predictors=["jobs", ("jobs", 2005), ("jobs", 2000, 2009)]),
        replace(SITE, method="augmented", ridge=1e-6),
    ],
    ids=["outcome", "nested", "augmented"],
)
def test_an_exact_average_of_donors_is_found_with_its_effect(estimator: Any) -> None:
    fit = estimator.fit(panel())
    assert fit.effect == pytest.approx(EFFECT, abs=1e-4)
    for name, weight in TRUE.items():
        assert fit.weights[name] == pytest.approx(weight, abs=1e-3)
    assert fit.rmspe_before < 1e-4


def test_an_effect_added_to_the_site_is_added_to_every_gap_and_moves_no_weight() -> None:
    data = frame(seed=3)
    more = data.copy()
    more.loc[(more.dep == "u0") & (more.year >= 2015), "jobs"] += 7.0
    one, two = SITE.fit(panel(data)), SITE.fit(panel(more))
    np.testing.assert_array_equal(one.weights, two.weights)
    np.testing.assert_allclose(two.gaps.loc[2015:] - one.gaps.loc[2015:], 7.0)


def test_order_of_rows_and_kind_of_period_do_not_matter() -> None:
    data = frame(seed=4)
    mixed = data.sample(frac=1.0, random_state=1)
    dated = data.assign(year=pd.to_datetime(data["year"].astype(str) + "-01-01"))
    expected = SITE.fit(panel(data))
    assert SITE.fit(panel(mixed)).effect == expected.effect
    at = replace(SITE, at=pd.Timestamp("2015-01-01"))
    assert at.fit(panel(dated)).effect == pytest.approx(expected.effect)
    assert replace(SITE, at="2015").fit(panel(data)).effect == expected.effect


def test_an_event_between_two_periods_begins_with_the_next() -> None:
    data = frame()[lambda rows: rows["year"] % 3 != 0]
    fit = replace(SITE, at=2013).fit(panel(data[data["year"] != 2013]))
    assert fit.periods[fit.before] == 2014


def test_the_outcome_only_fit_stands_beside_the_nested_one() -> None:
    fit = replace(SITE, predictors=["size", ("jobs", 2014)]).fit(panel(frame(seed=5)))
    free = SITE.fit(panel(frame(seed=5)))
    np.testing.assert_allclose(fit.outcome_only, free.synthetic)
    assert fit.diagnostic("Outcome-only fit beside").statistic >= 1.0
    assert {"weight", "outcome_only"} < set(fit.weights_table())


def test_starts_that_end_elsewhere_are_a_diagnostic_by_name() -> None:
    data = frame(seed=6)
    data.loc[data.dep == "u0", "jobs"] += np.linspace(0.0, 3.0, 20)
    fit = replace(SITE, predictors=["size", ("jobs", 2003), ("jobs", 2014)]).fit(panel(data))
    found = fit.diagnostic("Same answer from every start")
    ends = fit.starts()
    assert len(ends) >= 12
    assert found.holds == bool((ends["away"] <= 0.02).all())
    assert "starts end at one set of weights" in found.reason
    assert fit.diagnostic("Same answer from every search").holds is not None


def test_given_importances_are_used_and_not_searched() -> None:
    given = replace(SITE, predictors=["jobs", "size"], importance=[3.0, 1.0]).fit(panel())
    assert given.balance()["importance"].tolist() == [0.75, 0.25]
    assert given.starts().empty


def test_several_sites_of_one_date_are_averaged() -> None:
    both = replace(SITE, treated=("u0", "u3")).fit(panel())
    rows = frame().query("dep in ['u0', 'u3']").groupby("year")["jobs"].mean()
    np.testing.assert_allclose(both.observed, rows)
    assert "u3" not in both.donors


# ---------------------------------------------------------------- placebos


def test_the_site_with_an_effect_ranks_first_and_the_floor_is_printed() -> None:
    placebos = SITE.placebos(panel())
    assert placebos.p_value == PermutationP(1, 12)
    assert placebos.p_value.value == placebos.p_value.floor == pytest.approx(1 / 12)
    assert "no p-value below 0.0833 is possible" in str(placebos)
    assert placebos.table()["rank"].tolist() == list(range(1, 13))
    by_period = placebos.p_values_by_period()
    assert (by_period["p_value"] >= by_period["floor"]).all()


def test_a_p_value_with_few_donors_is_refused_without_its_floor() -> None:
    few = replace(SITE, donors=["u1", "u2", "u3"]).placebos(panel())
    assert few.p_value.value >= few.p_value.floor == 0.25
    with pytest.raises(InputError, match=r"3 donors allow no p-value below 0\.25"):
        float(few.p_value)
    assert float(SITE.placebos(panel()).p_value) == pytest.approx(1 / 12)


def test_where_nothing_happened_ranks_are_uniform() -> None:
    ranks = []
    for seed in range(60):
        data = frame(units=10, periods=14, seed=seed)
        data = data[data["dep"] != "u0"]
        site = SyntheticControl("jobs", "u1", at=2010)
        ranks.append(site.placebos(panel(data)).p_value.rank)
    # Nine units: the mean rank is 5 with a standard error of 0.33.
    assert np.mean(ranks) == pytest.approx(5.0, abs=1.0)


def test_badly_fitting_placebos_can_be_left_out() -> None:
    placebos = SITE.placebos(panel(frame(seed=2)))
    strict = placebos.p_value_of_effect(worst_fit=1.0)
    assert strict.units <= placebos.p_value_of_effect().units == 12


def test_placebo_dates_use_only_periods_before_the_event() -> None:
    found = SITE.in_time(panel(), [2008, 2011])
    assert [fit.periods[-1] for fit in found.fits] == [2014, 2014]
    assert found.table()["at"].tolist() == [2008, 2011]
    with pytest.raises(InputError, match="not before the event 2015"):
        SITE.in_time(panel(), [2016])


def test_leaving_out_a_donor_that_matters_changes_the_fit() -> None:
    found = SITE.leave_one_out(panel())
    assert set(found.left_out) == set(TRUE)
    table = found.table().set_index("left_out")
    assert table.loc["u1", "rmspe_before"] > table.loc["", "rmspe_before"]
    reach = found.range()
    assert (reach["low"] <= reach["gap"]).all()
    assert (reach["gap"] <= reach["high"]).all()


def test_a_donor_that_was_hit_too_hides_the_effect() -> None:
    data = frame()
    data.loc[(data.dep == "u1") & (data.year >= 2015), "jobs"] += EFFECT
    hit = SITE.fit(panel(data))
    assert hit.effect == pytest.approx(EFFECT * (1.0 - TRUE["u1"]), abs=1e-4)
    clean = replace(SITE, donors=DonorRule(exclude={"u1": "hit too"})).fit(panel(data))
    assert "u1" not in clean.donors
    assert clean.dropped == {"u1": "hit too"}


# ---------------------------------------------------------------- conformal


def test_conformal_keeps_the_true_effect_and_refuses_none() -> None:
    data = frame(seed=4)
    rng = np.random.default_rng(0)
    data["jobs"] += rng.normal(scale=0.3, size=len(data))
    whole = panel(data)
    assert SITE.conformal(whole, EFFECT).value > 0.10
    nothing = SITE.conformal(whole)
    assert nothing.value <= 0.10
    assert nothing.floor == 1 / 20
    low, high = SITE.conformal_interval(whole)
    assert low <= EFFECT <= high
    table = SITE.conformal_intervals(whole)
    assert len(table) == 5
    assert (table["low"] <= table["high"]).all()


def test_an_effect_that_grows_fits_no_constant_one() -> None:
    data = frame(seed=4)
    late = (data.dep == "u0") & (data.year >= 2015)
    data.loc[late, "jobs"] += 300.0 * (data.loc[late, "year"] - 2014)
    low, high = SITE.conformal_interval(panel(data))
    assert np.isnan([low, high]).all()


def test_too_few_periods_give_no_bounded_interval() -> None:
    data = frame(periods=17).query("year >= 2010")
    low, high = SITE.conformal_interval(panel(data))
    assert (low, high) == (-np.inf, np.inf)
    iid = SITE.conformal(panel(data), rule=Conformal("iid", draws=200))
    assert iid.floor == 1 / 201


# ---------------------------------------------------------------- donors and refusals


def test_neighbours_are_left_out_and_refused_where_they_are_named() -> None:
    near = {"u0": ["u1"]}
    fit = replace(SITE, donors=DonorRule(neighbours=near)).fit(panel())
    assert "u1" not in fit.donors
    assert fit.dropped["u1"] == "neighbours u0"
    with pytest.raises(InputError, match="u1: neighbours the site u0"):
        replace(SITE, donors=DonorRule(only=("u1", "u2"), neighbours=near)).fit(panel())
    leave = DonorRule(only=("u1", "u2"), neighbours=near, allow_neighbours=True)
    allowed = replace(SITE, donors=leave).fit(panel())
    assert allowed.donors == ("u1", "u2")
    assert allowed.diagnostic("No donor neighbours the site").holds is False


def test_donors_of_another_size_are_left_out_by_rule() -> None:
    data = frame()
    data.loc[data.dep == "u5", ["jobs", "size"]] *= 10.0
    fit = replace(SITE, donors=DonorRule(similar=(0.5, 2.0))).fit(panel(data))
    assert "u5" not in fit.donors
    assert "times the site's size" in fit.dropped["u5"]
    reasons = fit.donors_table().set_index("unit")["reason"]
    assert reasons["u5"] == fit.dropped["u5"]


def test_the_departements_around_a_site_lie_within_reach() -> None:
    near = neighbours_within(econ.catalogue().read("places_france"), 100.0)
    assert {"FRF11", "FRF34", "FRC24"} <= set(near["FRF12"])
    assert "FR101" not in near["FRF12"]


def test_all_faults_come_at_once() -> None:
    wrong = SyntheticControl(
        "jobs", "x0", at=2050, donors=["u1", "u99"], predictors=["size", ("jobs", 2012, 2016)]
    )
    with pytest.raises(InputError) as refused:
        wrong.fit(panel())
    text = str(refused.value)
    assert "the event lies outside the panel" in text
    assert "x0" in text
    assert "u99" in text
    assert len(refused.value.faults) == 3


def test_gaps_missing_columns_and_windows_beyond_the_event_are_refused_by_name() -> None:
    data = frame()
    data.loc[(data.dep == "u3") & (data.year == 2004), "jobs"] = np.nan
    holes = data[~((data.dep == "u0") & (data.year == 2007))]
    with pytest.raises(InputError) as refused:
        SITE.fit(panel(holes))
    assert "u0" in str(refused.value)
    assert "value 2007" in str(refused.value)
    assert "u3" in str(refused.value)
    dropped = replace(SITE, donors=DonorRule(incomplete="drop")).fit(panel(data))
    assert dropped.dropped["u3"] == "gaps in the outcome"
    with pytest.raises(InputError, match="no such column"):
        replace(SITE, outcome="wages").fit(panel())
    with pytest.raises(InputError, match="reaches beyond the event"):
        replace(SITE, predictors=[("size", 2012, 2016)]).fit(panel())
    with pytest.raises(InputError, match="none of its periods"):
        replace(SITE, predictors=[("size", 1980, 1985)]).fit(panel())


def test_a_site_without_donors_or_without_periods_before_is_refused() -> None:
    alone = frame().query("dep == 'u0'")
    with pytest.raises(InputError, match="the site has no donors"):
        SITE.fit(panel(alone))
    with pytest.raises(InputError, match="no period before the event"):
        replace(SITE, at=2000).fit(panel())
    with pytest.raises(InputError, match="unit-period stands twice"):
        panel(pd.concat([frame(), frame().head(1)], ignore_index=True))
    with pytest.raises(InputError, match="units and periods are not named"):
        SITE.fit(frame())  # type: ignore[arg-type]


def test_wrong_options_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="did you mean nested"):
        replace(SITE, method="nestd")
    with pytest.raises(InputError, match="one for each predictor"):
        replace(SITE, predictors=["size"], importance=[1.0, 2.0]).fit(panel())
    with pytest.raises(InputError, match="none to match"):
        replace(SITE, method="nested").fit(panel())
    with pytest.raises(InputError, match="the same for every unit"):
        replace(SITE, predictors=["one"]).fit(panel(frame().assign(one=1.0)))
    with pytest.raises(InputError, match="no predictor"):
        replace(SITE, predictors=[3]).fit(panel())
    assert Predictor.of(("size", 2000, 2004, "sum")).statistic == "sum"


def test_the_tidy_frame_has_the_columns_of_every_fit() -> None:
    tidy = SITE.fit(panel()).tidy()
    assert list(tidy) == list(TIDY)
    assert tidy["term"].tolist() == ["2015", "2016", "2017", "2018", "2019", "average after"]
    assert tidy["estimate"].iloc[-1] == pytest.approx(EFFECT, abs=1e-4)


# ---------------------------------------------------------------- several sites, and treatments


def test_a_treatment_brings_date_and_neighbours() -> None:
    site = econ.Treatment(("u0",), ("2015-06-30",), neighbours=("u3",))
    fit = SyntheticControl("jobs", site).fit(panel())
    assert fit.periods[fit.before] == 2015
    assert fit.dropped == {"u3": "partly treated: neighbours the site"}
    assert fit.effect == pytest.approx(EFFECT, abs=1e-4)
    did = SyntheticDiD("jobs", site, standard_error="none").fit(panel())
    assert "u3" not in did.donors
    two = econ.Treatment(("u0", "u4"), (2015, 2016))
    with pytest.raises(InputError, match="several dates"):
        SyntheticControl("jobs", two).fit(panel())
    with pytest.raises(InputError, match="no date of the event"):
        SyntheticControl("jobs", "u0").fit(panel())
    with pytest.raises(InputError, match="no period"):
        SyntheticControl("jobs", "u0", at="soon").fit(panel())


def test_sites_of_several_dates_are_stacked_by_time_since_the_event() -> None:
    data = frame(units=14)
    data["jobs"] += np.random.default_rng(0).normal(scale=0.2, size=len(data))
    data.loc[(data.dep == "u5") & (data.year >= 2013), "jobs"] += EFFECT
    dates = {"u0": 2015, "u5": 2013}
    found = StackedSyntheticControl("jobs", dates).fit(panel(data))
    assert found.horizon == 5
    assert found.gaps.index.tolist() == list(range(-13, 5))
    alone = []
    for site, other in (("u0", "u5"), ("u5", "u0")):
        rule = DonorRule(exclude={other: "treated too"})
        one = SyntheticControl("jobs", site, dates[site], donors=rule).fit(panel(data))
        alone.append(one.gaps.iloc[one.before : one.before + 5].mean())
    assert found.effect == pytest.approx(np.mean(alone))
    assert found.p_value >= found.floor == pytest.approx(1 / 145)
    assert found.p_value <= 0.10
    assert "treated too" in found.fits[0].dropped.values()
    assert "is possible" in str(found)
    assert list(found.tidy()) == list(TIDY)
    with pytest.raises(InputError, match="outside the panel"):
        StackedSyntheticControl("jobs", {"u0": 2015, "u5": 2050}).fit(panel(data))
