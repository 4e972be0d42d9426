"""Instrumental variables held against linearmodels, textbooks, and what weak instruments do."""

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError


def schooling(rows: int = 500, strength: float = 0.5, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, 4)), columns=["z1", "z2", "exper", "u"])
    frame["educ"] = strength * (frame["z1"] + frame["z2"]) + 0.3 * frame["exper"] + frame["u"]
    frame["price"] = strength * (frame["z1"] - frame["z2"]) + rng.normal(size=rows)
    noise = frame["u"] + rng.normal(size=rows) * (1.0 + frame["z1"] ** 2)
    frame["wage"] = 0.1 * frame["educ"] + 0.2 * frame["exper"] - 0.3 * frame["price"] + noise
    frame["region"] = rng.integers(0, 40, rows)
    frame["people"] = rng.uniform(0.5, 2.0, rows)
    return frame


THEIRS = {"iid": {"cov_type": "unadjusted"}, "HC1": {"cov_type": "robust"}}


@pytest.mark.parametrize("vcov", ["iid", "HC1"])
@pytest.mark.parametrize("weights", ["", "people"])
def test_two_stages_are_those_of_linearmodels(vcov: str, weights: str) -> None:
    from linearmodels.iv import IV2SLS

    frame = schooling()
    exogenous = frame[["exper"]].assign(Intercept=1.0)[["Intercept", "exper"]]
    held = frame[weights] if weights else None
    ends, instruments = frame[["educ", "price"]], frame[["z1", "z2"]]
    model = IV2SLS(frame["wage"], exogenous, ends, instruments, weights=held)
    theirs = model.fit(debiased=True, **THEIRS[vcov])
    formula = "wage ~ exper | educ + price ~ z1 + z2"
    ours = econ.IV(formula, vcov=vcov, weights=weights).fit(frame)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(ours.bse, theirs.std_errors, rtol=1e-8)


def test_tests_of_the_instruments_are_those_of_linearmodels() -> None:
    from linearmodels.iv import IV2SLS

    frame = schooling()
    exogenous = frame[["exper"]].assign(Intercept=1.0)
    theirs = IV2SLS(frame["wage"], exogenous, frame[["educ"]], frame[["z1", "z2"]]).fit(
        cov_type="unadjusted"
    )
    ours = econ.IV("wage ~ exper | educ ~ z1 + z2", vcov="iid").fit(frame)
    assert ours.diagnostic("Sargan").statistic == pytest.approx(theirs.sargan.stat, rel=1e-8)
    wu = theirs.wu_hausman()
    assert ours.diagnostic("Wu-Hausman").statistic == pytest.approx(wu.stat, rel=1e-8)
    first = econ.OLS("educ ~ exper + z1 + z2", vcov="iid").fit(frame).wald(["z1", "z2"])
    assert ours.diagnostic("first-stage F: educ").statistic == pytest.approx(first.statistic)
    for name in ("Cragg-Donald F", "Kleibergen-Paap F"):
        assert ours.diagnostic(name).statistic == pytest.approx(first.statistic, rel=1e-8)


def test_with_one_instrument_the_effective_f_is_the_robust_first_stage_f() -> None:
    frame = schooling()
    ours = econ.IV("wage ~ exper | educ ~ z1", vcov={"CRV1": "region"}).fit(frame)
    first = econ.OLS("educ ~ exper + z1", vcov={"CRV1": "region"}).fit(frame)
    f = float(first.tvalues["z1"]) ** 2
    for name in ("effective F", "Kleibergen-Paap F", "first-stage F: educ"):
        assert ours.diagnostic(name).statistic == pytest.approx(f, rel=1e-9)
    # Montiel Olea and Pflueger (2013), table 1: 23.1 for one instrument and a bias of 10 %.
    assert "strong where above 23.1" in ours.diagnostic("effective F").reason


def test_liml_is_that_of_linearmodels() -> None:
    from linearmodels.iv import IVLIML

    frame = schooling()
    exogenous = frame[["exper"]].assign(Intercept=1.0)[["Intercept", "exper"]]
    model = IVLIML(frame["wage"], exogenous, frame[["educ"]], frame[["z1", "z2"]])
    theirs = model.fit(cov_type="unadjusted", debiased=True)
    ours = econ.IV("wage ~ exper | educ ~ z1 + z2", vcov="iid", method="liml").fit(frame)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-7)
    np.testing.assert_allclose(ours.bse, theirs.std_errors, rtol=1e-6)


def test_absorbed_effects_and_dummies_give_the_same_estimates() -> None:
    frame = schooling()
    inside = econ.IV("wage ~ exper | region | educ ~ z1 + z2", vcov="HC1").fit(frame)
    dummies = econ.IV("wage ~ exper + C(region) | educ ~ z1 + z2", vcov="HC1").fit(frame)
    for term in ("exper", "educ"):
        assert inside.params[term] == pytest.approx(dummies.params[term], rel=1e-8)
        assert inside.bse[term] == pytest.approx(dummies.bse[term], rel=1e-8)


def test_cards_return_to_schooling_is_reproduced() -> None:
    """Wooldridge, Introductory Econometrics, example 15.4: 0.132 (0.055), R-squared 0.238."""
    from linearmodels.datasets import card

    regions = " + ".join(f"reg66{number}" for number in range(2, 10))
    formula = f"lwage ~ exper + expersq + black + smsa + south + smsa66 + {regions} | educ ~ nearc4"
    fit = econ.IV(formula, vcov="iid").fit(card.load())
    assert fit.params["educ"] == pytest.approx(0.132, abs=5e-4)
    assert fit.bse["educ"] == pytest.approx(0.055, abs=5e-4)
    assert fit.rsquared == pytest.approx(0.238, abs=5e-4)
    assert fit.diagnostic("effective F").holds is False


def test_the_anderson_rubin_set_is_what_testing_each_value_gives() -> None:
    frame = schooling(200, 0.15)
    estimator = econ.IV("wage ~ exper | educ ~ z1 + z2", vcov="HC1")
    found = estimator.anderson_rubin(frame, level=0.95)
    for value in (-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 5.0):
        shifted = frame.assign(left=frame["wage"] - value * frame["educ"])
        test = econ.OLS("left ~ exper + z1 + z2", vcov="HC1").fit(shifted).wald(["z1", "z2"])
        ours = estimator.anderson_rubin(frame, null=value, level=0.95)
        assert ours.statistic == pytest.approx(test.statistic, rel=1e-8)
        inside = any(low <= value <= high for low, high in found.intervals)
        assert inside == (test.p_value >= 0.05)


def test_an_irrelevant_instrument_gives_a_set_without_ends() -> None:
    rng = np.random.default_rng(0)
    frame = schooling(200).assign(z=rng.normal(size=200))
    found = econ.IV("wage ~ exper | educ ~ z").anderson_rubin(frame)
    assert not found.bounded
    assert np.inf in np.array(found.intervals)


def test_a_set_may_fall_in_two_parts() -> None:
    """A weak first stage with a strong reduced form: the values near zero are rejected."""
    rng = np.random.default_rng(1)
    z, u = rng.normal(size=(2, 400))
    x = u - z * (z @ u) / (z @ z) + 0.03 * z  # insignificant by construction
    frame = pd.DataFrame({"z": z, "x": x, "y": 2.0 * z + 0.1 * rng.normal(size=400)})
    found = econ.IV("y ~ 1 | x ~ z").anderson_rubin(frame)
    assert len(found.intervals) == 2
    assert found.intervals[0][0] == -np.inf
    assert found.intervals[1][1] == np.inf
    assert found.intervals[0][1] < 0.0 < found.intervals[1][0]


def test_what_cannot_be_instrumented_is_refused_by_name() -> None:
    frame = schooling().assign(copy=lambda rows: 2.0 * rows["educ"])
    for formula, words in (
        ("wage ~ exper | educ ~ copy", "value copy: instrument is its regressor educ"),
        ("wage ~ exper | educ ~ educ", "value educ: stands among the instruments"),
        ("wage ~ exper | educ + price ~ z1", "1 instruments for 2 endogenous regressors"),
        ("wage ~ exper + z1 | educ ~ z1", "value z1: stands among the instruments"),
        ("wage ~ exper", "no instruments; write outcome"),
    ):
        with pytest.raises(InputError) as caught:
            econ.IV(formula).fit(frame)
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("column", "role"),
    [("shifted", "its regressor educ"), ("mixed", "its regressor educ"), ("pay", "the outcome")],
)
def test_an_instrument_is_no_regressor_or_outcome_beside_exogenous_terms(
    column: str, role: str
) -> None:
    frame = schooling()
    frame["shifted"], frame["mixed"] = 2.0 * frame["educ"] + 3.0, frame["educ"] + frame["exper"]
    frame["pay"] = 3.0 * frame["wage"] - frame["exper"]
    with pytest.raises(InputError, match=f"value {column}: instrument is {role}"):
        econ.IV(f"wage ~ exper | educ ~ {column} + z1").fit(frame)
