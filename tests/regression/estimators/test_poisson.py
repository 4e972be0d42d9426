"""Poisson regression held against statsmodels, its own dummies, and separation by name."""

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError


def patents(rows: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"firm": rng.integers(0, 25, rows), "year": rng.integers(0, 6, rows)})
    frame["rd"], frame["size"] = rng.normal(size=(2, rows))
    frame["people"] = rng.uniform(0.5, 3.0, rows)
    mean = np.exp(0.4 * frame["rd"] - 0.2 * frame["size"] + rng.normal(size=25)[frame["firm"]] / 2)
    frame["patents"] = rng.poisson(mean * frame["people"])
    return frame


@pytest.mark.parametrize("kind", ["nonrobust", "HC0"])
def test_estimates_are_those_of_statsmodels(kind: str) -> None:
    import statsmodels.api as sm

    frame = patents()
    columns = sm.add_constant(frame[["rd", "size"]])
    model = sm.GLM(
        frame["patents"], columns, family=sm.families.Poisson(), exposure=frame["people"]
    )
    theirs = model.fit(cov_type=kind, tol=1e-12)
    ours = econ.Poisson("patents ~ rd + size", vcov=kind, exposure="people").fit(frame)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(ours.bse, theirs.bse, rtol=1e-6)
    np.testing.assert_allclose(ours.pvalues, theirs.pvalues, atol=1e-8)
    assert ours.statistics["loglik"] == pytest.approx(theirs.llf, rel=1e-10)


def test_absorbed_effects_and_dummies_give_the_same_estimates() -> None:
    frame = patents()
    inside = econ.Poisson("patents ~ rd + size | firm + year", vcov="HC1").fit(frame)
    dummies = econ.Poisson("patents ~ rd + size + C(firm) + C(year)", vcov="HC1").fit(frame)
    np.testing.assert_allclose(inside.params, dummies.params[["rd", "size"]], rtol=1e-7)
    np.testing.assert_allclose(inside.bse, dummies.bse[["rd", "size"]], rtol=1e-6)


def test_firms_that_never_patent_are_left_out_and_reported() -> None:
    frame = patents()
    frame.loc[frame["firm"] == 7, "patents"] = 0
    fit = econ.Poisson("patents ~ rd | firm").fit(frame)
    silent = int((frame["firm"] == 7).sum())
    assert f"dropped {silent} sent to zero" in fit.sample
    assert fit.diagnostic("separation").statistic == silent
    without = econ.Poisson("patents ~ rd | firm").fit(frame[frame["firm"] != 7])
    np.testing.assert_allclose(fit.params, without.params, rtol=1e-9)


def test_rows_a_regressor_separates_are_left_out_and_the_regressor_is_named() -> None:
    frame = patents()
    frame["closed"] = ((frame["patents"] == 0) & (frame.index < 200)).astype(float)
    fit = econ.Poisson("patents ~ rd + closed").fit(frame)
    assert fit.terms == ("Intercept", "rd")
    assert "closed" in fit.diagnostic("collinear terms").reason
    assert fit.diagnostic("separation").statistic == frame["closed"].sum()
    without = econ.Poisson("patents ~ rd").fit(frame[frame["closed"] == 0])
    np.testing.assert_allclose(fit.params, without.params, rtol=1e-8)


def test_what_has_no_exponential_mean_is_refused() -> None:
    frame = patents()
    for changed, words in (
        (frame.assign(patents=-1.0), "negative outcome"),
        (frame.assign(patents=0.0), "zero everywhere"),
    ):
        with pytest.raises(InputError, match=words):
            econ.Poisson("patents ~ rd").fit(changed)
