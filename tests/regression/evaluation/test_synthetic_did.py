"""Synthetic difference-in-differences: an oracle, known answers, its errors, refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ.errors import InputError
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.synthetic_did import SyntheticDiD
from econ.regression.evaluation.treatment import Treatment
from econ.regression.panel.panel import Panel


def frame(
    units: int = 20, periods: int = 12, treated: int = 1, effect: float = 0.0, seed: int = 0
) -> pd.DataFrame:
    """Unit and time effects, one factor, noise; the last units treated from 2008 on."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=periods).cumsum()
    loads = rng.normal(size=units)
    y = rng.normal(size=units)[:, None] * 3.0 + factor * loads[:, None]
    y = y + rng.normal(size=(units, periods)) + 50.0
    y[units - treated :, 8:] += effect
    rows = [
        {"dep": f"u{unit:02d}", "year": 2000 + t, "jobs": y[unit, t], "hit": 0}
        for unit in range(units)
        for t in range(periods)
    ]
    data = pd.DataFrame(rows)
    last = [f"u{unit:02d}" for unit in range(units - treated, units)]
    data.loc[data["dep"].isin(last) & (data["year"] >= 2008), "hit"] = 1
    return data


def panel(**options: Any) -> Panel:
    return Panel(frame(**options), unit="dep", time="year")


SITE = SyntheticDiD("jobs", "u19", at=2008)


@pytest.mark.parametrize("treated", [1, 3])
def test_an_independent_package_finds_the_same_effect(treated: int) -> None:
    from diff_diff import SyntheticDiD as Peer

    data = frame(treated=treated, effect=2.0, seed=1)
    sites = tuple(f"u{unit:02d}" for unit in range(20 - treated, 20))
    ours = SyntheticDiD("jobs", sites, at=2008).fit(Panel(data, unit="dep", time="year"))
    ever = data["dep"].isin(sites).astype(int)
    theirs = Peer(variance_method="jackknife" if treated > 1 else "placebo", seed=0).fit(
        data.assign(hit=ever),
        outcome="jobs",
        treatment="hit",
        unit="dep",
        time="year",
        post_periods=[2008, 2009, 2010, 2011],
    )
    # Both stop where a step gains less than 1e-10 of the noise's square.
    assert ours.effect == pytest.approx(theirs.att, abs=2e-3)


def test_published_stops_and_exact_weights_agree() -> None:
    data = panel(effect=2.0, seed=2)
    one, two = SITE.fit(data), replace(SITE, solver="exact").fit(data)
    assert one.effect == pytest.approx(two.effect, abs=0.02)
    assert one.weights.sum() == pytest.approx(1.0)
    assert one.period_weights[0].sum() == pytest.approx(1.0)
    assert one.curve.mean() == pytest.approx(one.effect)


def test_the_effect_moves_one_for_one_with_the_treated_after_the_event() -> None:
    before, after = (SITE.fit(panel(effect=size, seed=3)) for size in (0.0, 4.0))
    assert after.effect - before.effect == pytest.approx(4.0)
    assert after.std_error == pytest.approx(before.std_error)


def test_one_site_takes_every_donor_as_a_placebo_and_depends_on_no_seed() -> None:
    one, two = SITE.fit(panel()), replace(SITE, seed=7, draws=50).fit(panel())
    assert one.att.vcov == "placebo, all 19 donors"
    assert len(one.draws) == 19
    assert one.std_error == two.std_error
    assert one.p_value.floor == 1 / 20


def test_draws_and_seed_are_reported_and_repeat_themselves() -> None:
    sites = replace(SITE, treated=("u18", "u19"), draws=100, seed=3)
    one, two = sites.fit(panel()), sites.fit(panel())
    np.testing.assert_array_equal(one.draws, two.draws)
    assert one.att.vcov == "placebo, 100 draws, seed 3"
    assert one.att.diagnostic("Enough draws").holds is False


@pytest.mark.parametrize("how", ["jackknife", "bootstrap"])
def test_resampled_errors_are_of_the_size_of_placebo_errors(how: Any) -> None:
    sites = replace(SITE, treated=tuple(f"u{unit}" for unit in range(14, 20)), draws=200)
    data = panel(units=20, treated=6, seed=4)
    placebo = sites.fit(data).std_error
    other = replace(sites, standard_error=how).fit(data)
    # Different estimators of one spread, from 20 units.
    assert placebo / 3.0 < other.std_error < 3.0 * placebo
    with pytest.raises(InputError, match="no placebos were drawn"):
        other.p_value  # noqa: B018


def test_two_dates_are_weighted_by_their_treated_unit_periods() -> None:
    dates = {"u18": 2006, "u19": 2008}
    both = SyntheticDiD("jobs", at=dates, standard_error="none").fit(panel(seed=5))
    alone = []
    for site, date in dates.items():
        other = next(name for name in dates if name != site)
        rule = DonorRule(exclude={other: "treated too"})
        one = SyntheticDiD("jobs", site, at=date, donors=rule, standard_error="none")
        alone.append(one.fit(panel(seed=5)).effect)
    assert both.effect == pytest.approx((6 * alone[0] + 4 * alone[1]) / 10)
    assert np.isnan(both.std_error)


def test_coverage_is_near_nominal_in_its_own_design() -> None:
    held = 0
    for seed in range(120):
        fit = replace(SITE, solver="exact").fit(panel(units=20, effect=1.0, seed=seed))
        bounds = fit.att.conf_int(level=0.90)
        held += bool(bounds["low"].iloc[0] <= 1.0 <= bounds["high"].iloc[0])
    # 120 replications: a share of 0.90 has a standard error of 0.027.
    assert held / 120 == pytest.approx(0.90, abs=0.08)


def test_what_cannot_be_estimated_is_refused_with_all_faults() -> None:
    with pytest.raises(InputError, match="no jackknife with one treated unit"):
        replace(SITE, standard_error="jackknife").fit(panel())
    with pytest.raises(InputError, match="outside the panel"):
        replace(SITE, at=1990).fit(panel())
    with pytest.raises(InputError) as refused:
        SyntheticDiD("jobs", at={"u18": 1990, "x1": 2008}).fit(panel())
    assert len(refused.value.faults) == 2
    with pytest.raises(InputError, match="fewer than two donors"):
        replace(SITE, donors=["u01"]).fit(panel())
    with pytest.raises(InputError, match="did you mean bootstrap"):
        replace(SITE, standard_error="bootstrapp")  # type: ignore[arg-type]


def test_no_donors_is_not_every_donor() -> None:
    with pytest.raises(InputError, match="only: no donors"):
        DonorRule(only=())
    with pytest.raises(InputError, match="only: no donors"):
        SyntheticDiD("jobs", "u19", at=2008, donors=[]).fit(panel())


def test_a_penalty_or_seed_below_zero_and_a_unit_without_a_name_are_refused() -> None:
    with pytest.raises(InputError, match=r"zeta, .*no penalty"):
        SyntheticDiD("jobs", "u19", at=2008, zeta=-1.0)
    with pytest.raises(InputError, match=r"seed, .*no seed"):
        SyntheticDiD("jobs", "u19", at=2008, seed=-1)
    with pytest.raises(InputError, match=r"treated.*no name"):
        SyntheticDiD("jobs", None, at=2008).fit(panel())  # type: ignore[arg-type]


def test_a_date_other_than_that_of_the_treatment_is_refused() -> None:
    site = Treatment(("u19",), (2008,))
    with pytest.raises(InputError, match="no date of the treatment"):
        SyntheticDiD("jobs", site, at=2005).fit(panel())


# ---------------------------------------------------------------- covariates


def with_covariate(slope: float, seed: int = 5) -> pd.DataFrame:
    """Return outcomes that a covariate moves, which rises in the treated after the event."""
    rng = np.random.default_rng(seed)
    data = frame(treated=3, effect=2.0, seed=seed)
    data["price"] = rng.normal(size=len(data)) + 2.0 * data["hit"]
    data["jobs"] += slope * data["price"]
    return data


SITES = ("u17", "u18", "u19")


def test_what_a_covariate_adds_to_the_outcome_is_taken_out_again() -> None:
    asked = SyntheticDiD("jobs", SITES, at=2008, covariates=["price"], standard_error="none")
    one, two = (
        asked.fit(Panel(with_covariate(slope), unit="dep", time="year")) for slope in (0.0, 3.0)
    )
    # Outcomes less the covariate are the same ones, to rounding.
    assert two.effect == pytest.approx(one.effect, abs=1e-6)
    slopes = [fit.att.statistics["slope of price"] for fit in (one, two)]
    assert slopes[1] - slopes[0] == pytest.approx(3.0, abs=1e-9)
    naive = replace(asked, covariates=()).fit(Panel(with_covariate(3.0), unit="dep", time="year"))
    assert naive.effect - two.effect > 3.0


def test_the_slope_is_that_of_untreated_rows_with_unit_and_period_effects() -> None:
    data = with_covariate(1.5)
    fit = SyntheticDiD("jobs", SITES, at=2008, covariates="price", standard_error="none").fit(
        Panel(data, unit="dep", time="year")
    )
    by_hand = FixedEffects("jobs ~ price | dep + year").fit(data[data["hit"] == 0])
    assert fit.att.statistics["slope of price"] == pytest.approx(by_hand.params["price"])
    less = data.assign(jobs=data["jobs"] - by_hand.params["price"] * data["price"])
    plain = SyntheticDiD("jobs", SITES, at=2008, standard_error="none").fit(
        Panel(less, unit="dep", time="year")
    )
    assert fit.effect == pytest.approx(plain.effect, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.assign(price=data["dep"].str[1:].astype(float)), "does not vary within"),
        (lambda data: data.assign(price=data["price"].where(data.index != 7)), "no finite value"),
        (lambda data: data.assign(price="dear"), "no numbers"),
        (lambda data: data.drop(columns="price"), "no such column"),
    ],
)
def test_a_covariate_that_cannot_be_taken_out_is_refused(change: Any, said: str) -> None:
    data = change(with_covariate(1.0))
    asked = SyntheticDiD("jobs", SITES, at=2008, covariates=["price"])
    with pytest.raises(InputError, match=said):
        asked.fit(Panel(data, unit="dep", time="year"))
