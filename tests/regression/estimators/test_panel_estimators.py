"""Panel estimators held against linearmodels and against what R's plm and pyfixest print."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError


def firms(units: int = 40, periods: int = 7, seed: int = 3) -> pd.DataFrame:
    """A panel whose unit effects go with the regressor, with holes in it."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        [(f"f{unit}", 2000 + period) for unit in range(units) for period in range(periods)],
        columns=["firm", "year"],
    )
    effect = np.repeat(rng.normal(size=units), periods)
    frame["value"] = effect + rng.normal(size=len(frame))
    frame["capital"] = rng.normal(size=len(frame)).cumsum() / 5.0
    noise = rng.normal(size=len(frame)) + np.repeat(rng.normal(size=units), periods)
    frame["inv"] = 0.5 * frame["value"] + 0.2 * frame["capital"] + effect + noise
    return frame.sample(frac=0.85, random_state=1).sort_index()


def as_linearmodels(frame: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    indexed = frame.set_index(["firm", "year"])
    return indexed["inv"], indexed[["value", "capital"]]


FORMULA = "inv ~ value + capital"


@pytest.mark.parametrize("effects", ["firm", "firm + year"])
def test_fixed_effects_are_those_of_linearmodels(effects: str) -> None:
    from linearmodels.panel import PanelOLS

    frame = firms()
    y, x = as_linearmodels(frame)
    theirs = PanelOLS(y, x, entity_effects=True, time_effects="year" in effects).fit()
    ours = econ.FixedEffects(f"{FORMULA} | {effects}", vcov="iid").fit(frame)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(ours.bse, theirs.std_errors, rtol=1e-8)
    robust = PanelOLS(y, x, entity_effects=True, time_effects="year" in effects)
    ours = econ.FixedEffects(f"{FORMULA} | {effects}", vcov="HC1").fit(frame)
    np.testing.assert_allclose(ours.bse, robust.fit(cov_type="robust").std_errors, rtol=1e-8)


def test_unit_effects_nested_in_the_cluster_are_not_counted_with_two_periods() -> None:
    """The trap of linearmodels: errors 41 % too large, for it counts the units once years are in.

    With two periods, two-way effects are a regression of changes on a constant, whose errors by
    unit have n - 1 and n - 2 in the factor where ours has 2n - 1 and 2n - 3.
    """
    frame = firms().query("year < 2002")
    both = frame.groupby("firm")["year"].transform("size") == 2
    frame = frame[both]
    ours = econ.FixedEffects("inv ~ value | firm + year").fit(frame)
    panel = econ.Panel(frame, "firm", "year")
    changes = econ.FirstDifferences("inv ~ value", vcov="HC0").fit(panel)
    units = frame["firm"].nunique()
    factor = units / (units - 1) * (2 * units - 1) / (2 * units - 3)
    assert ours.params["value"] == pytest.approx(changes.params["value"], rel=1e-10)
    assert ours.bse["value"] == pytest.approx(changes.bse["value"] * np.sqrt(factor), rel=1e-10)


def test_dummies_give_the_same_estimates_and_leverage_as_absorbed_effects() -> None:
    frame = firms(12, 6)
    for kind in ("iid", "HC1", "HC2", "HC3"):
        absorbed = econ.FixedEffects(f"{FORMULA} | firm + year", vcov=kind).fit(frame)
        dummies = econ.OLS(f"{FORMULA} + C(firm) + C(year)", vcov=kind).fit(frame)
        np.testing.assert_allclose(absorbed.params, dummies.params[1:3], rtol=1e-8)
        np.testing.assert_allclose(absorbed.bse, dummies.bse[1:3], rtol=1e-8)


def test_the_jackknife_is_what_leaving_each_cluster_out_gives() -> None:
    frame = firms(12, 6)
    formula = f"{FORMULA} | firm + year"
    ours = econ.FixedEffects(formula, vcov={"CRV3": "firm"}).fit(frame)
    without = np.array(
        [
            econ.FixedEffects(formula).fit(frame[frame["firm"] != firm]).estimates
            for firm in frame["firm"].unique()
        ]
    )
    moved = without - ours.estimates
    groups = len(without)
    np.testing.assert_allclose(ours.covariance, (groups - 1) / groups * moved.T @ moved, rtol=1e-6)


def test_slopes_of_units_are_those_of_products_with_dummies() -> None:
    frame = firms(10, 7)
    absorbed = econ.FixedEffects("inv ~ value | firm + firm[capital]", vcov="iid").fit(frame)
    dummies = econ.OLS("inv ~ value + C(firm) + C(firm):capital", vcov="iid").fit(frame)
    assert absorbed.params["value"] == pytest.approx(dummies.params["value"], rel=1e-8)
    assert absorbed.bse["value"] == pytest.approx(dummies.bse["value"], rel=1e-8)


def test_singletons_are_left_out_and_reported() -> None:
    frame = firms(20, 4)
    alone = frame.assign(firm=np.where(frame.index == frame.index[0], "alone", frame["firm"]))
    fit = econ.FixedEffects(f"{FORMULA} | firm").fit(alone)
    assert fit.nobs == len(alone) - 1
    assert "dropped 1 alone in firm" in fit.sample


def test_first_differences_are_those_of_linearmodels() -> None:
    from linearmodels.panel import FirstDifferenceOLS

    balanced = firms(30, 6, seed=9)
    wide = balanced.pivot(index="firm", columns="year", values="inv").dropna().index
    balanced = balanced[balanced["firm"].isin(wide)]
    y, x = as_linearmodels(balanced)
    theirs = FirstDifferenceOLS(y, x).fit()
    panel = econ.Panel(balanced, "firm", "year")
    ours = econ.FirstDifferences(f"{FORMULA} - 1", vcov="iid").fit(panel)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.bse, theirs.std_errors, rtol=1e-9)


def test_a_long_difference_has_one_row_for_each_unit_and_names_in_levels() -> None:
    panel = econ.Panel(firms(), "firm", "year")
    fit = econ.LongDifferences(FORMULA).fit(panel)
    ends = panel.frame.pivot(index="firm", columns="year")
    both = ends["inv"][[2000, 2006]].dropna().index
    assert fit.nobs == len(both)
    assert fit.terms == ("Intercept", "value", "capital")
    change = ends["value"][2006] - ends["value"][2000]
    other = ends["inv"][2006] - ends["inv"][2000]
    wide = pd.DataFrame({"x": change, "k": ends["capital"][2006] - ends["capital"][2000]})
    plain = econ.OLS("y ~ x + k").fit(wide.assign(y=other).dropna())
    np.testing.assert_allclose(fit.params, plain.params, rtol=1e-9)


def test_random_effects_are_those_of_linearmodels_on_an_unbalanced_panel() -> None:
    from linearmodels.panel import RandomEffects

    frame = firms()
    y, x = as_linearmodels(frame)
    theirs = RandomEffects(y, x.assign(Intercept=1.0)[["Intercept", "value", "capital"]]).fit()
    ours = econ.RandomEffects(f"{FORMULA} | firm", vcov="iid").fit(frame)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.bse, theirs.std_errors, rtol=1e-9)


def test_effects_that_go_with_the_regressor_fail_hausmans_and_mundlaks_tests() -> None:
    fit = econ.RandomEffects(FORMULA).fit(econ.Panel(firms(80), "firm", "year"))
    assert fit.diagnostic("Hausman").holds is False
    assert fit.diagnostic("Mundlak").holds is False
    assert "fixed effects" in fit.diagnostic("Hausman").reason


def panels_that_are_none() -> Iterator[tuple[pd.DataFrame, str]]:
    frame = firms(5, 4)
    yield pd.concat([frame, frame.head(1)]), "unit-period stands twice"
    yield frame.assign(year=frame["year"] + 0.5), "no period"
    yield frame.assign(firm=None), "no value"
    yield frame.head(0), "no rows"
    yield frame.rename(columns={"firm": "company"}), "no such column"


@pytest.mark.parametrize(("frame", "words"), list(panels_that_are_none()))
def test_what_is_no_panel_is_refused_by_name(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputError, match=words):
        econ.Panel(frame, unit="firm", time="year")


def test_lags_run_along_the_calendar_and_not_along_the_rows() -> None:
    frame = pd.DataFrame(
        {"dep": ["a"] * 4 + ["b"] * 3, "year": [2000, 2001, 2003, 2004, 2000, 2001, 2002]}
    )
    panel = econ.Panel(frame, "dep", "year")
    before = panel.shifted(np.arange(7.0), 1)
    np.testing.assert_array_equal(before, [np.nan, 0.0, np.nan, 2.0, np.nan, 4.0, 5.0])
    ordered = econ.Panel(frame, "dep", "year", spacing="order")
    np.testing.assert_array_equal(
        ordered.shifted(np.arange(7.0), 1), [np.nan, 0.0, np.nan, 2.0, np.nan, 4.0, 5.0]
    )


def test_absorbed_terms_are_refused_by_name_or_dropped_with_a_row() -> None:
    frame = firms(20, 5)
    frame["size"] = frame["firm"].str.len().astype(float) + frame["firm"].str[1:].astype(int)
    with pytest.raises(InputError, match="value size: is absorbed by the fixed effects"):
        econ.FixedEffects("inv ~ value + size | firm").fit(frame)
    fit = econ.FixedEffects("inv ~ value + size | firm", collinear="drop").fit(frame)
    assert fit.terms == ("value",)
    assert "size is absorbed" in fit.diagnostic("collinear terms").reason
