"""Staggered treatments through the public interface: laws, other programs, traps, refusals."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

# One estimate by two ways of computing, in double precision.
SAME = 1e-8
ASKED: dict[str, Any] = {"unit": "dep", "time": "year", "cohort": "since"}


def panel(seed: int = 0, *, never: bool = True, growing: float = 0.5) -> pd.DataFrame:
    """Sixty units over eight years, treated in 2012, 2014 or never, with effects that grow."""
    rng = np.random.default_rng(seed)
    since = rng.choice([2012, 2014, 0] if never else [2012, 2014, 2016], size=60)
    level, size = rng.normal(size=60), rng.normal(size=60)
    rows = [
        {
            "dep": f"{i:02d}A",
            "year": year,
            "since": since[i],
            "size": size[i],
            "jobs": level[i] + 0.2 * (year - 2010) + effect + rng.normal(scale=0.5),
        }
        for i in range(60)
        for year in range(2010, 2018)
        for effect in [(1.0 + growing * (year - since[i])) * (0 < since[i] <= year)]
    ]
    return pd.DataFrame(rows)


ESTIMATORS = {
    "callaway_santanna": econ.CallawaySantAnna("jobs", **ASKED),
    "sun_abraham": econ.SunAbraham("jobs", **ASKED),
    "imputation": econ.BorusyakJaravelSpiess("jobs", **ASKED),
    "two_way": econ.TwoWayFixedEffects("jobs", **ASKED),
    "event_study": econ.EventStudy("jobs", **ASKED),
}


def answers(model: Any, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    fit = model.fit(frame)
    return np.concatenate([fit.estimates, fit.std_errors])


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_order_of_rows_and_the_names_of_units_do_not_matter(name: str) -> None:
    frame = panel()
    renamed = frame.assign(dep=frame["dep"].str[::-1]).sample(frac=1.0, random_state=1)
    model = ESTIMATORS[name]
    assert answers(model, renamed) == pytest.approx(answers(model, frame), abs=SAME)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_level_for_each_unit_and_a_shock_for_each_year_change_nothing(name: str) -> None:
    frame = panel()
    moved = frame["dep"].str[:2].astype(float) + (frame["year"] % 3) ** 2.0
    shifted = frame.assign(jobs=frame["jobs"] + moved)
    model = ESTIMATORS[name]
    assert answers(model, shifted) == pytest.approx(answers(model, frame), abs=1e-6)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_nullable_arrow_and_dated_columns_give_the_answer_of_plain_ones(name: str) -> None:
    frame = panel()
    arrow = frame.convert_dtypes(dtype_backend="pyarrow")
    nullable = frame.convert_dtypes().assign(since=frame["since"].replace(0, pd.NA).astype("Int64"))
    dated = frame.assign(
        year=pd.to_datetime(frame["year"].astype(str)),
        since=pd.to_datetime(frame["since"].replace(0, np.nan).astype("Int64").astype("string")),
    )
    model = ESTIMATORS[name]
    plain = answers(model, frame)
    assert np.isfinite(plain).all()
    for other in (arrow, nullable, dated):
        assert answers(model, other) == pytest.approx(plain, abs=SAME)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_treated_periods_say_the_same_as_the_first_one(name: str) -> None:
    frame = panel()
    frame["on"] = ((frame["since"] > 0) & (frame["year"] >= frame["since"])).astype(int)
    model = ESTIMATORS[name]
    asked = {"unit": "dep", "time": "year", "treatment": "on"}
    again = type(model)("jobs", **asked)  # type: ignore[call-arg]
    assert answers(again, frame) == pytest.approx(answers(model, frame), abs=SAME)


def test_without_never_treated_units_the_last_cohort_is_the_control() -> None:
    frame = panel(never=False)
    notyet = econ.CallawaySantAnna("jobs", control="notyet", **ASKED).fit(frame)
    before = frame[frame["year"] < 2016].assign(since=frame["since"].replace(2016, 0))
    by_hand = econ.CallawaySantAnna("jobs", control="notyet", **ASKED).fit(before)
    assert notyet.att.estimates == pytest.approx(by_hand.att.estimates, abs=SAME)
    assert "cohort 2016 is the control" in notyet.sample
    with pytest.raises(InputError, match="no unit is never treated"):
        econ.CallawaySantAnna("jobs", **ASKED).fit(frame)


def test_growing_effects_deceive_two_way_effects_and_not_the_others() -> None:
    frame = panel(never=False, growing=2.0)
    found = econ.EstimatorComparison("jobs", **ASKED).fit(frame)
    rows = found.rows.set_index("estimator")
    # Until 2015, the last year with an untreated unit: what the others are estimates of.
    early = frame[(frame["year"] < 2016) & (frame["since"] < 2016)]
    since = (early["year"] - early["since"])[early["year"] >= early["since"]]
    truth = float((1.0 + 2.0 * since).mean())
    others = rows.drop("Two-way fixed effects")
    answered = others[others["refused"] == ""]
    assert len(answered) == 3
    assert (answered["estimate"] - truth).abs().max() < 0.5
    assert rows.loc["Two-way fixed effects", "estimate"] < 0.5 * truth
    assert found.decomposition is not None
    assert found.decomposition.forbidden > 0.2
    assert "no unit is never treated" in rows.loc["Callaway-Sant'Anna, never treated", "refused"]


def test_the_comparison_says_what_each_estimator_assumes() -> None:
    said = str(econ.EstimatorComparison("jobs", **ASKED).fit(panel()))
    for word in ("never treated", "assumes that", "two-way estimate", "negative weights"):
        assert word in said


def test_one_site_is_put_to_synthetic_control_too_and_small_errors_are_warned_of() -> None:
    frame = panel().assign(since=0)
    frame.loc[frame["dep"] == "00A", "since"] = 2014
    rows = econ.EstimatorComparison("jobs", **ASKED).fit(frame).rows.set_index("estimator")
    alone = rows.loc["Synthetic control"]
    assert np.isnan(alone["std_error"])
    assert 1.0 / 60.0 <= alone["p_value"] <= 1.0
    warned = rows.loc["Callaway-Sant'Anna, never treated", "warns"]
    assert warned == "few treated or control units"


def test_bacon_comparisons_add_up_to_the_two_way_estimate() -> None:
    frame = panel(seed=3)
    parts = econ.BaconDecomposition("jobs", **ASKED).fit(frame)
    two_way = econ.TwoWayFixedEffects("jobs", **ASKED).fit(frame)
    table = parts.comparisons
    assert table["weight"].sum() == pytest.approx(1.0, abs=SAME)
    total = float(table["weight"] @ table["estimate"])
    assert total == pytest.approx(two_way.params["treated"], abs=SAME)


def test_sun_abraham_without_covariates_is_callaway_santanna_with_never_treated_controls() -> None:
    frame = panel(seed=4)
    ours = econ.SunAbraham("jobs", **ASKED).fit(frame).aggregate("event")
    other = econ.CallawaySantAnna("jobs", base="universal", **ASKED).fit(frame).aggregate("event")
    shared = [name for name in ours.terms if float(name) >= 0.0]
    assert len(shared) == 6
    assert ours.params[shared].to_numpy() == pytest.approx(
        other.params[shared].to_numpy(), abs=SAME
    )


def test_anticipation_moves_the_base_and_what_is_tested() -> None:
    fit = econ.CallawaySantAnna("jobs", anticipation=1, base="universal", **ASKED).fit(panel())
    event = fit.aggregate("event")
    assert event.params["-2"] == 0.0
    assert event.pretrends().df == (2.0,)
    assert event.honest("RM", l_vec="first").effect == "effect at event time -1"


def test_a_balanced_event_study_averages_the_same_cohorts_at_every_event_time() -> None:
    fit = econ.CallawaySantAnna("jobs", **ASKED).fit(panel())
    held = fit.aggregate("event", balance_e=3).params
    # Years 2010 to 2017: the later cohort is seen three years after, one before the base.
    assert list(held.index) == ["-3", "-2", "-1", "0", "1", "2", "3"][-len(held) :]
    assert list(held.index)[-4:] == ["0", "1", "2", "3"]
    with pytest.raises(InputError, match="no event time is left"):
        fit.aggregate("event", min_e=20)


def test_bands_for_all_event_times_at_once_are_wider_than_intervals_for_each() -> None:
    event = econ.CallawaySantAnna("jobs", base="universal", **ASKED).fit(panel()).aggregate("event")
    single, joint = event.conf_int(level=0.9), event.bands(level=0.9)
    width = (joint["high"] - joint["low"]) / (single["high"] - single["low"])
    assert (width.drop("-1") > 1.2).all()
    assert joint.loc["-1"].tolist() == [0.0, 0.0]


def test_units_with_a_gap_are_left_out_as_in_r_or_kept_where_they_serve() -> None:
    frame = panel().drop(index=[3, 60])
    strict = econ.CallawaySantAnna("jobs", **ASKED).fit(frame)
    loose = econ.CallawaySantAnna("jobs", balanced=False, **ASKED).fit(frame)
    assert "2 units without every period left out" in strict.sample
    assert strict.nobs == 58 * 8
    assert loose.nobs == 60 * 8 - 2


def test_clusters_above_units_are_summed_before_they_are_squared() -> None:
    frame = panel()
    twice = pd.concat(
        [
            frame.assign(region=frame["dep"]),
            frame.assign(region=frame["dep"], dep=frame["dep"] + "'"),
        ]
    )
    one = econ.CallawaySantAnna("jobs", **ASKED).fit(frame).att
    two = econ.CallawaySantAnna("jobs", vcov={"CRV1": "region"}, **ASKED).fit(twice).att
    assert two.bse.to_numpy() == pytest.approx(one.bse.to_numpy(), abs=SAME)
    assert two.vcov == "clustered by region (60)"


def test_leads_of_the_imputation_test_the_periods_before() -> None:
    frame = panel()
    fit = econ.BorusyakJaravelSpiess("jobs", leads=2, **ASKED).fit(frame)
    assert fit.aggregate("event").terms[:3] == ("-2", "-1", "0")
    assert fit.pretrends().df == (2.0,)
    bent = frame.assign(jobs=frame["jobs"] + 3.0 * (frame["since"] - frame["year"] == 1))
    shown = econ.BorusyakJaravelSpiess("jobs", leads=2, **ASKED).fit(bent).pretrends()
    assert shown.p_value < 0.001
    with pytest.raises(InputError, match="no common reference period"):
        fit.honest("RM", l_vec="first")


def test_an_honest_bound_needs_its_effect_named() -> None:
    fit = econ.CallawaySantAnna("jobs", **ASKED).fit(panel())
    with pytest.raises(InputError, match="name the effect: l_vec='first', 'average'"):
        fit.honest("RM", Mbar=1.0)
    with pytest.raises(InputError, match="RM is bounded by Mbar="):
        fit.honest("RM", l_vec="first", M=1.0)
    with pytest.raises(InputError, match=r"ask it of \.aggregate"):
        fit.aggregate("group").honest("RM", l_vec="first")
    found = fit.honest("RM", Mbar=[0.0, 1.0], l_vec={0: 0.5, 1: 0.5})
    assert found.rows["low"].is_monotonic_decreasing
    assert found.rows["high"].is_monotonic_increasing
    assert 0.0 < found.breakdown < np.inf


def test_honest_bounds_of_printed_coefficients_are_those_of_the_fit() -> None:
    study = econ.CallawaySantAnna("jobs", base="universal", **ASKED).fit(panel()).aggregate("event")
    kept = [name for name in study.terms if name != "-1"]
    before = sum(float(name) < -1.0 for name in kept)
    estimates = study.params[kept].to_numpy()
    covariance = study.cov_params().loc[kept, kept].to_numpy()
    post = len(kept) - before
    bare = econ.honest_did(estimates, covariance, pre=before, post=post, l_vec="average", Mbar=1.0)
    same = study.honest("RM", l_vec="average", Mbar=1.0)
    pd.testing.assert_frame_equal(bare.rows, same.rows)


def test_bounds_are_refused_where_effects_are_not_measured_from_the_last_period_before() -> None:
    study = econ.EventStudy("jobs", reference=-2, **ASKED).fit(panel())
    assert "-1" in study.terms
    with pytest.raises(InputError, match="no common reference period"):
        study.honest("RM", l_vec="first")


def test_quarters_written_as_texts_are_counted_one_by_one() -> None:
    frame = panel()
    quarter = {year: f"{2010 + n // 4}Q{n % 4 + 1}" for n, year in enumerate(range(2010, 2018))}
    quarters = frame.assign(year=frame["year"].map(quarter), since=frame["since"].map(quarter))
    yearly = econ.CallawaySantAnna("jobs", **ASKED).fit(frame).aggregate("event")
    found = econ.CallawaySantAnna("jobs", **ASKED).fit(quarters).aggregate("event")
    assert found.terms == yearly.terms
    assert found.estimates == pytest.approx(yearly.estimates, abs=SAME)


# ---------------------------------------------------------------- refusals


def test_one_error_names_every_fault_of_options_and_data() -> None:
    frame = panel()
    frame.loc[1, "year"] = 2010  # stands twice
    frame.loc[5, "since"] = 2013  # moves within the unit
    model = econ.CallawaySantAnna(
        "jobbs ~ size",
        unit="dep",
        time="year",
        cohort="since",
        control="nevver",
        method="drr",
        anticipation=-1,
        vcov="HC1",
    )
    with pytest.raises(InputError) as refused:
        model.fit(frame)
    said = str(refused.value)
    for words in (
        "did you mean never",
        "value drr",
        "no number of periods",
        "clusters only",
        "unit-period stands twice",
        "did you mean jobs?",
        "first treatment moves within dep",
    ):
        assert words in said, words


def test_a_treatment_that_switches_off_is_refused_by_unit_and_period() -> None:
    frame = panel()
    frame["on"] = ((frame["since"] > 0) & (frame["year"] >= frame["since"])).astype(int)
    unit = frame.loc[frame["on"] == 1, "dep"].iloc[0]
    frame.loc[(frame["dep"] == unit) & (frame["year"] == 2017), "on"] = 0
    for model in (econ.CallawaySantAnna, econ.TwoWayFixedEffects, econ.BaconDecomposition):
        with pytest.raises(InputError, match=f"treatment of dep {unit} switches off"):
            model("jobs", unit="dep", time="year", treatment="on").fit(frame)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (0, "nobody is treated within the panel"),
        (2050, "nobody is treated within the panel"),
        (2009, "no treated unit has a period before"),
    ],
)
def test_dates_outside_the_panel_are_refused(since: int, words: str) -> None:
    frame = panel().assign(since=since)
    with pytest.raises(InputError, match=words):
        econ.SunAbraham("jobs", **ASKED).fit(frame)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": "departement"}, "no such column; choose one of: dep"),
        ({"cohort": ""}, "name the column of first treatment"),
        ({"treatment": "since"}, "given twice"),
        ({"formula": "jobs ~ size | dep"}, "unit and time effects are the estimator's own"),
        ({"weights": "weight"}, "no such column"),
        ({"vcov": {"CRV1": "year"}}, "a unit lies in two clusters"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(change: dict[str, Any], words: str) -> None:
    asked = {"formula": "jobs", **ASKED} | change
    with pytest.raises(InputError, match=words):
        econ.CallawaySantAnna(**asked).fit(panel())


def test_covariates_that_separate_leave_the_comparison_out_by_name() -> None:
    frame = panel()
    frame["size"] = frame["size"] + 50.0 * (frame["since"] == 2012)
    fit = econ.CallawaySantAnna("jobs ~ size", **ASKED).fit(frame)
    assert "no comparison for (2012, " in fit.sample
    assert not any(term.startswith("ATT(2012") for term in fit.terms)


def test_an_event_study_without_never_treated_units_refuses_references_nobody_chose() -> None:
    rows = [
        {"dep": f"{i:02d}", "year": year, "since": since, "jobs": i + 2.0 * (year >= since)}
        for i in range(12)
        for since in [2004 + 2 * (i % 3)]
        for year in range(2000, 2011)
    ]
    with pytest.raises(InputError, match=r"event time.*SunAbraham or BorusyakJaravelSpiess"):
        econ.EventStudy("jobs", **ASKED).fit(pd.DataFrame(rows))
