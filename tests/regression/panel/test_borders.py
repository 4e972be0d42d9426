"""What comes in at the border of the wing is read right, or refused by name."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.regression.panel.panel import integer_periods


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    held = pd.DataFrame({"dep": np.repeat([f"d{i:02d}" for i in range(12)], 5)})
    held["year"] = np.tile(range(2000, 2005), 12)
    held["x"], held["y"] = rng.normal(size=(2, 60))
    return held


def fitted(changed: pd.DataFrame) -> pd.Series:
    return econ.FixedEffects("y ~ x | dep + year").fit(econ.Panel(changed, "dep", "year")).params


@pytest.mark.parametrize(
    "years",
    [
        lambda years: years.astype("category"),
        lambda years: years.astype(str).astype("category"),
        lambda years: pd.Categorical(years, categories=range(2010, 1990, -1)),
        lambda years: years.astype("Int64"),
        lambda years: years.astype(str),
        lambda years: pd.to_datetime(years.astype(str)),
        lambda years: pd.to_datetime(years.astype(str)).dt.tz_localize("Europe/Paris"),
        lambda years: [date(year, 1, 1) for year in years],
        lambda years: pd.PeriodIndex(years.astype(str), freq="Y"),
    ],
    ids=["category", "text category", "unused", "Int64", "text", "date", "zone", "day", "period"],
)
def test_years_written_in_any_way_are_the_same_years(years: Any) -> None:
    held = frame()
    other = held.assign(year=years(held["year"]))
    pd.testing.assert_series_equal(fitted(other), fitted(held))
    lagged = econ.OLS("y ~ lag(x)").fit(econ.Panel(other, "dep", "year"))
    assert lagged.nobs == 48
    assert "12 units" in lagged.sample


def test_units_with_categories_nobody_has_are_the_units_there_are() -> None:
    held = frame()
    units = pd.Categorical(held["dep"], categories=[f"d{i:02d}" for i in range(20)])
    other = held.assign(dep=units)
    assert econ.Panel(other, "dep", "year").report == econ.Panel(held, "dep", "year").report
    pd.testing.assert_series_equal(fitted(other), fitted(held))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.assign(year=[2000, "2001-01-01", 2002, 2003, 2004] * 12), "dates mixed"),
        (lambda f: f.assign(year=[2000, date(2001, 1, 1), 2002, 2003, 2004] * 12), "dates mixed"),
        (lambda f: f.assign(year=["2000Q1", "2001-01-01", "soon", "x", "y"] * 12), "no period"),
        (lambda f: f.assign(year=f["year"] * 1e300), "no period"),
        (lambda f: f.assign(year=f["year"] + 0.5), "no period"),
        (lambda f: f.assign(year=[[year] for year in f["year"]]), "year: holds no labels"),
        (lambda f: f.assign(dep=[[dep] for dep in f["dep"]]), "dep: holds no labels"),
        (lambda f: f.assign(x=pd.Series([10**400] * 60, dtype=object)), "row 0.*x.*no number"),
        (lambda f: f.assign(y=pd.to_timedelta(f["y"], unit="D")), "y: holds timedelta64"),
        (lambda f: f.assign(x=f["x"] * 1e200), "x.*beyond double precision"),
        (lambda f: f.assign(y=f["y"] * 1e-200), "y.*beyond double precision"),
        (lambda f: f.rename(columns={"x": 1}), "column x: no such column"),
        (lambda f: pd.concat([f], axis=1, keys=["a"]), "several levels"),
        (lambda f: pd.concat([f, f[["x"]]], axis=1), "x: column stands twice"),
    ],
)
def test_what_is_no_panel_is_refused_by_name(
    change: Any, words: str, recwarn: pytest.WarningsRecorder
) -> None:
    with pytest.raises(InputError, match=words):
        fitted(change(frame()))
    assert not recwarn.list


def test_a_column_whose_name_is_a_number_is_told_how_to_be_named() -> None:
    with pytest.raises(InputError, match=r"column 1: no such column; its name is no text"):
        econ.OLS("y ~ `1`").fit(frame().rename(columns={"x": 1}))


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ('y ~ __import__("os").system("x")', "cannot be read here"),
        ("y ~ eval(x)", "no such function"),
        ("y ~ lag(x, 0:100000000)", "at most 1000 lags"),
        ("y ~ (x + year)^9", "at most 2"),
        ("y ~ " + "*".join(f"a{n}" for n in range(60)), "too many terms; write at most 1000"),
        ("y ~ (" + " + ".join(f"a{n}" for n in range(60)) + ")^30", "too many terms"),
        ("y ~ " + ":".join(f"(a{n} + b{n})" for n in range(40)), "too many terms"),
        ("y ~ x | year | x ~ " + "*".join(f"a{n}" for n in range(60)), "too many terms"),
        ("y ~ " + " + ".join(f"a{n}" for n in range(1001)), "too many terms"),
        ("y ~ " + "(" * 5000 + "x" + ")" * 5000, "nested too deep"),
    ],
)
def test_a_formula_that_asks_too_much_is_refused_at_once(formula: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        econ.OLS(formula).fit(econ.Panel(frame(), "dep", "year"))


@pytest.mark.parametrize(
    ("estimates", "errors", "words"),
    [
        ([1e308, -1e308, 1e308], [1e-8, 1e-8, 1e-8], "beyond double precision"),
        ([1e-200, 2e-200, 3e-200], [1e-200] * 3, "beyond double precision"),
        ([1.0, 2.0, 3.0], [1e-17, 1e17, 1.0], "too small beside the largest"),
        ([1.0, 2.0, 3.0], [0.2, 1e8, 0.2], "too small beside the largest"),
        ([10**400, 1, 2], [1, 1, 1], "no numbers"),
    ],
)
def test_sizes_that_cannot_be_pooled_are_refused_by_name(
    estimates: list[float], errors: list[float], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        econ.pool(estimates, errors)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": "0.9"}, "level"),
        ({"method": "bayes", "prior": "half_normal", "prior_scale": "1"}, "prior_scale"),
        ({"method": "bayes", "prior": "half_normal", "prior_scale": np.inf}, "prior_scale"),
    ],
)
def test_settings_of_a_pool_that_are_none_are_refused_by_name(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        econ.pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], **options)


@pytest.mark.parametrize(
    "texts", [["2008-T1", "2008-T2"], ["Q12008", "Q22008"], ["2008q1", "2008Q2"]]
)
def test_quarters_are_read_however_they_are_written(texts: list[str]) -> None:
    found = integer_periods(pd.Series(texts), "quarter")
    assert found.tolist() == [152, 153]
