"""Least squares held against statsmodels, and refusals by name."""

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

EXACT = 1e-9  # two orders of the same arithmetic in double precision


def wages(rows: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "educ": rng.integers(8, 18, rows),
            "exper": rng.uniform(0.0, 30.0, rows),
            "region": rng.choice(["north", "south", "west"], rows),
            "firm": rng.integers(0, 24, rows),
            "year": rng.integers(2001, 2009, rows),
            "people": rng.uniform(0.5, 3.0, rows),
        }
    )
    frame["wage"] = np.exp(
        1.0 + 0.08 * frame["educ"] + 0.01 * frame["exper"] + rng.normal(size=rows) / 3
    )
    return frame


FORMULA = "log(wage) ~ educ + exper + I(exper**2) + region + educ:exper"


@pytest.mark.parametrize("kind", ["nonrobust", "HC0", "HC1", "HC2", "HC3"])
@pytest.mark.parametrize("weights", ["", "people"])
def test_estimates_and_their_errors_are_those_of_statsmodels(kind: str, weights: str) -> None:
    import statsmodels.api as sm

    frame = wages()
    columns = pd.DataFrame(
        {
            "Intercept": 1.0,
            "educ": frame["educ"],
            "exper": frame["exper"],
            "I(exper**2)": frame["exper"] ** 2,
            "region[T.south]": (frame["region"] == "south").astype(float),
            "region[T.west]": (frame["region"] == "west").astype(float),
            "educ:exper": frame["educ"] * frame["exper"],
        }
    )
    held = frame[weights] if weights else np.ones(len(frame))
    theirs = sm.WLS(np.log(frame["wage"]), columns, weights=held).fit(cov_type=kind, use_t=True)
    ours = econ.OLS(FORMULA, vcov=kind, weights=weights).fit(frame)
    assert list(ours.terms) == list(columns)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-7)
    np.testing.assert_allclose(ours.bse, theirs.bse, rtol=1e-7)
    np.testing.assert_allclose(ours.pvalues, theirs.pvalues, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(ours.conf_int(level=0.95), theirs.conf_int(0.05), rtol=1e-6)
    assert ours.rsquared == pytest.approx(theirs.rsquared, rel=EXACT)
    for ours_name, name in (("r2_adj", "rsquared_adj"), ("loglik", "llf"), ("f", "fvalue")):
        assert ours.statistics[ours_name] == pytest.approx(float(getattr(theirs, name)), rel=1e-7)


def test_clusters_one_way_and_two_way_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm
    from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

    frame = wages(600)  # enough for a positive covariance, which ours would else be made to be
    columns = sm.add_constant(frame[["educ", "exper"]].astype(float))
    theirs = sm.OLS(np.log(frame["wage"]), columns).fit()
    formula = "log(wage) ~ educ + exper"
    one = econ.OLS(formula, vcov={"CRV1": "firm"}).fit(frame)
    np.testing.assert_allclose(one.covariance, cov_cluster(theirs, frame["firm"]), rtol=1e-8)
    assert one.clusters == (24,)
    assert one.degrees_of_freedom == 23
    groups = frame[["firm", "year"]].to_numpy()
    both = econ.OLS(formula, vcov={"CRV1": "firm + year"}, small_sample="cgm").fit(frame)
    expected = cov_cluster_2groups(theirs, groups)[0]
    np.testing.assert_allclose(both.covariance, expected, rtol=1e-8)


def test_every_fault_of_a_formula_and_its_data_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        econ.OLS("log(wage) ~ eduk + exper + yaer").fit(wages())
    assert "column eduk: no such column; did you mean educ?" in str(caught.value)
    assert "column yaer: no such column; did you mean year" in str(caught.value)


def test_a_range_of_lags_that_falls_is_refused() -> None:
    with pytest.raises(InputError, match="write 1:3"):
        econ.OLS("y ~ lag(x, 3:1)").fit(pd.DataFrame({"y": [1.0, 2.0], "x": [1.0, 2.0]}))


def test_a_formula_nested_too_deep_and_missing_weights_are_refused_by_name() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [0.0, 1.0, 2.0]})
    with pytest.raises(InputError, match="nested too deep"):
        econ.OLS("y ~ " + "(" * 2000 + "x" + ")" * 2000).fit(frame)
    with pytest.raises(InputError, match="no weights"):
        econ.WLS("y ~ x").fit(frame)


def test_what_is_no_record_is_refused_by_triangulation() -> None:
    with pytest.raises(InputError, match="no pooled record"):
        econ.triangulate(None, {"input-output": [0.5]})  # type: ignore[arg-type]


def test_two_groups_need_two_columns() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "post": [0, 1, 0, 1]})
    with pytest.raises(InputError, match="one column twice"):
        econ.DifferenceInDifferences("y", treated="post", post="post").fit(frame)


def test_evidence_without_a_table_is_refused() -> None:
    with pytest.raises(InputError, match="no table"):
        econ.Evidence(None, "jobs per direct job")  # type: ignore[arg-type]
