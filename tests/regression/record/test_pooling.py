"""Pooling: printed results, an oracle, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import InputError
from econ.regression.record.pooling import METHODS, leave_one_out, pool
from econ.regression.record.studies import PlainStudies

FOUR_DIGITS = 5e-5  # metafor prints four
RANDOM = [method for method in METHODS if method not in ("fixed", "bayes")]


@pytest.fixture(scope="module")
def bcg(golden: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    printed: dict[str, Any] = golden("pooling")["bcg"]
    a, b, c, d = np.array(printed["trials"], dtype=float).T
    effect = np.log(a / (a + b)) - np.log(c / (c + d))
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return {**printed, "effect": effect, "variance": variance}


# ---------------------------------------------------------------- printed numbers


@pytest.mark.parametrize("method", RANDOM)
def test_the_variance_between_bcg_trials_is_the_printed_one(
    bcg: dict[str, Any], method: str
) -> None:
    found = pool(bcg["effect"], variances=bcg["variance"], method=method)
    assert found.tau**2 == pytest.approx(bcg["tau2"][method], abs=FOUR_DIGITS)


def test_reml_of_the_bcg_trials_is_what_metafor_prints(bcg: dict[str, Any]) -> None:
    found = pool(bcg["effect"], variances=bcg["variance"], test="z", level=0.95, prediction="test")
    printed = bcg["reml"]
    for name in ("mean", "std_error", "low", "high"):
        assert getattr(found, name) == pytest.approx(printed[name], abs=FOUR_DIGITS), name
    assert 100 * found.i_squared == pytest.approx(printed["i_squared"], abs=0.005)
    assert found.tau_low**2 == pytest.approx(printed["tau2_low"], abs=FOUR_DIGITS)
    assert found.tau_high**2 == pytest.approx(printed["tau2_high"], abs=FOUR_DIGITS)
    assert found.q == pytest.approx(bcg["q"], abs=FOUR_DIGITS)
    interval = np.exp([found.prediction_low, found.prediction_high])
    np.testing.assert_allclose(interval, bcg["prediction"], atol=0.005)


def test_hartung_and_knapp_widen_the_bcg_interval_as_printed(bcg: dict[str, Any]) -> None:
    found = pool(bcg["effect"], variances=bcg["variance"], level=0.95, test="knha")
    for name, value in bcg["knha"].items():
        assert getattr(found, name) == pytest.approx(value, abs=FOUR_DIGITS), name
    assert found.degrees_of_freedom == 12


def test_the_error_of_hartung_and_knapp_is_at_least_the_plain_one_where_left_out() -> None:
    near = ([0.5, 0.5, 0.6], [0.2, 0.1, 0.3])
    plain, knapp, floored = (pool(*near, test=name) for name in ("t", "knha", "adhoc"))
    assert knapp.std_error < plain.std_error == floored.std_error
    assert pool(*near).std_error == floored.std_error
    far = ([0.1, 0.9, 2.0], [0.2, 0.1, 0.3])
    apart = pool(*far, test="knha", method="fixed")
    assert pool(*far, test="adhoc", method="fixed").std_error == apart.std_error


@pytest.mark.parametrize("method", ["fixed", "dl"])
def test_other_printed_means_of_the_bcg_trials(bcg: dict[str, Any], method: str) -> None:
    found = pool(bcg["effect"], variances=bcg["variance"], method=method, test="z")
    assert found.mean == pytest.approx(bcg[method]["mean"], abs=FOUR_DIGITS)
    assert found.std_error == pytest.approx(bcg[method]["std_error"], abs=FOUR_DIGITS)


def test_eight_schools_are_what_the_book_prints(golden: Callable[[str], dict[str, Any]]) -> None:
    printed = golden("pooling")["eight_schools"]
    found = pool(printed["estimates"], printed["std_errors"], method="bayes")
    simulated = 0.05  # the printed values are from simulation
    assert found.mean == pytest.approx(printed["mean"], abs=simulated)
    assert found.std_error == pytest.approx(printed["mean_sd"], abs=simulated)
    assert found.tau == pytest.approx(printed["tau"], abs=simulated)
    assert found.shrunken[0] == pytest.approx(printed["school_a"], abs=simulated)


# ---------------------------------------------------------------- oracle


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("ours", "theirs"), [("DL", "dl"), ("PM", "iterated")])
def test_statsmodels_pools_the_same(bcg: dict[str, Any], ours: str, theirs: str) -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    oracle = combine_effects(bcg["effect"], bcg["variance"], method_re=theirs, use_t=False)
    found = pool(bcg["effect"], variances=bcg["variance"], method=ours, test="z")
    tolerance = 1e-4 if ours == "PM" else 1e-12  # theirs stops iterating early
    assert found.tau**2 == pytest.approx(oracle.tau2, rel=tolerance)
    assert found.mean == pytest.approx(oracle.mean_effect_re, rel=tolerance)
    assert found.std_error == pytest.approx(oracle.sd_eff_w_re, rel=tolerance)
    assert found.q == pytest.approx(oracle.q, rel=1e-12)


def test_the_posterior_is_what_a_long_simulation_finds() -> None:
    y, s = np.array([0.8, 0.5, 1.0, 0.6]), np.array([0.2, 0.15, 0.2, 0.35])
    found = pool(y, s, method="bayes", prior="half_normal", prior_scale=0.5)
    rng = np.random.default_rng(8)
    tau = np.abs(rng.normal(scale=0.5, size=200_000))
    spread = s**2 + tau[:, None] ** 2
    precision = 1 / spread
    whole = precision.sum(axis=1)
    mean = (precision * y).sum(axis=1) / whole
    log_weight = 0.5 * (np.log(precision).sum(axis=1) - np.log(whole)) - 0.5 * (
        precision * (y - mean[:, None]) ** 2
    ).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    assert found.tau == pytest.approx(weight @ tau, abs=0.003)  # four errors of the simulation
    assert found.mean == pytest.approx(weight @ mean, abs=0.003)
    draw = mean + rng.normal(size=tau.size) * np.sqrt(1 / whole + tau**2)
    order = np.argsort(draw)
    quantiles = np.interp([0.05, 0.95], np.cumsum(weight[order]), draw[order])
    np.testing.assert_allclose([found.prediction_low, found.prediction_high], quantiles, atol=0.02)


# ---------------------------------------------------------------- laws

studies = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3)), min_size=3, max_size=8).map(
    lambda rows: (np.array([r[0] for r in rows]), np.array([r[1] for r in rows]))
)


@pytest.mark.parametrize("method", METHODS)
@given(given_studies=studies)
def test_the_order_of_studies_does_not_matter(
    method: str, given_studies: tuple[np.ndarray, np.ndarray]
) -> None:
    y, s = given_studies
    one, other = pool(y, s, method=method), pool(y[::-1], s[::-1], method=method)
    for name in ("mean", "std_error", "tau", "q", "prediction_low", "prediction_high"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(one.weights, other.weights[::-1], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
@given(given_studies=studies, scale=st.floats(0.01, 100), shift=st.floats(-10, 10))
def test_the_unit_of_measure_changes_nothing_else(
    method: str, given_studies: tuple[np.ndarray, np.ndarray], scale: float, shift: float
) -> None:
    y, s = given_studies
    one = pool(y, s, method=method)
    other = pool(scale * y + shift, scale * s, method=method)
    close = {"rel": 1e-5, "abs": 1e-5 * scale}
    assert other.mean == pytest.approx(scale * one.mean + shift, **close)
    assert other.std_error == pytest.approx(scale * one.std_error, **close)
    assert other.tau == pytest.approx(scale * one.tau, **close)
    assert other.i_squared == pytest.approx(one.i_squared, abs=1e-5)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "bayes"])
def test_identical_studies_pool_to_themselves_with_less_doubt(method: str) -> None:
    found = pool([2.0] * 9, [0.3] * 9, method=method, test="z")
    assert found.mean == pytest.approx(2.0)
    assert found.tau == 0.0
    assert found.std_error == pytest.approx(0.1)
    assert found.i_squared == 0.0


@pytest.mark.parametrize("method", [m for m in RANDOM if m != "SJ"])
def test_where_studies_agree_the_random_effects_are_the_fixed_one(method: str) -> None:
    y, s = np.array([1.0, 1.1, 0.9, 1.05]), np.array([0.5, 0.4, 0.6, 0.3])
    found, fixed = pool(y, s, method=method, test="z"), pool(y, s, method="fixed")
    assert found.tau == 0.0
    assert (found.mean, found.std_error) == pytest.approx((fixed.mean, fixed.std_error))


def test_a_prior_that_holds_tau_at_zero_gives_the_fixed_effect() -> None:
    y, s = np.array([1.0, 2.0, 0.5, 1.5]), np.array([0.5, 0.4, 0.6, 0.3])
    found = pool(y, s, method="bayes", prior="half_normal", prior_scale=1e-4)
    fixed = pool(y, s, method="fixed")
    assert (found.mean, found.std_error) == pytest.approx((fixed.mean, fixed.std_error), rel=1e-5)


def test_a_study_that_says_nothing_moves_nothing() -> None:
    y, s = [0.8, 0.5, 1.0], [0.2, 0.2, 0.2]
    with_it, without = pool([*y, 50.0], [*s, 1e7], test="z"), pool(y, s, test="z")
    assert with_it.mean == pytest.approx(without.mean, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_quantiles_of_mean_and_new_place_are_the_intervals(method: str) -> None:
    found = pool([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18], method=method)
    ends = np.array([0.05, 0.95])
    np.testing.assert_allclose(found.quantile(ends, of="mean"), [found.low, found.high])
    np.testing.assert_allclose(found.quantile(ends), [found.prediction_low, found.prediction_high])


def test_leaving_one_out_shows_which_study_carries_the_answer() -> None:
    given = PlainStudies(("a", "b", "c"), np.array([0.5, 0.6, 3.0]), np.array([0.1, 0.1, 0.1]), "")
    frame = leave_one_out(given, method="DL").set_index("without")
    assert list(frame.index) == ["", "a", "b", "c"]
    assert frame.loc["c", "estimate"] == pytest.approx(0.55)
    assert frame.loc["", "tau"] > frame.loc["c", "tau"]


# ---------------------------------------------------------------- refusals


def refused(*given: Any, **settings: Any) -> str:
    with pytest.raises(InputError) as caught:
        pool(*given, **settings)
    return str(caught.value)


def test_every_bad_study_is_named_at_once() -> None:
    said = refused([1.0, float("nan"), 2.0], [0.1, 0.2, 0.0], labels=["a", "b", "b"])
    assert "3 faults" in said
    assert "row b, column estimates" in said
    assert "row b, column std_errors, value 0.0" in said
    assert "stands twice" in said


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"method": "REMLL"}, "did you mean REML"),
        ({"test": "kn"}, "column test"),
        ({"prior": "flat"}, "column prior"),
        ({"level": 95}, "column level, value 95"),
        ({"method": "bayes", "prior": "half_cauchy"}, "prior_scale"),
        ({"prediction": "wide"}, "column prediction"),
    ],
)
def test_an_unknown_setting_is_refused_by_name(settings: dict[str, Any], words: str) -> None:
    assert words in refused([1.0, 2.0, 3.0], [0.1, 0.1, 0.1], **settings)


def test_too_few_studies_are_refused_with_how_many_are_needed() -> None:
    assert "at least 2" in refused([1.0], [0.1])
    assert "at least 3" in refused([1.0, 2.0], [0.1, 0.1], method="bayes")


def test_estimates_without_their_errors_are_refused() -> None:
    assert "std_errors or variances" in refused([1.0, 2.0])
    assert "std_errors or variances" in refused([1.0, 2.0], [1, 1], variances=[1, 1])
    assert "lengths differ" in refused([1.0, 2.0], [1.0])
    assert "no numbers" in refused(["high", "low"], [1.0, 1.0])


def test_two_studies_have_no_prediction_interval_of_higgins() -> None:
    found = pool([1.0, 3.0], [0.5, 0.5])
    assert (found.prediction_low, found.prediction_high) == (-np.inf, np.inf)


def test_teachers_expectations_are_pooled_as_metafor_and_the_handbook_print() -> None:
    # Raudenbush and Bryk (1985), 19 studies: metafor's dat.raudenbush1985, with the figures of its
    # analysis examples raudenbush1985 and raudenbush2009 (Handbook of Research Synthesis, p. 301).
    effects = [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18]
    effects += [-0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07]
    variances = [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630]
    variances += [0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303]
    asked = {"variances": variances, "test": "z", "prediction": "test", "level": 0.95}
    found = pool(effects, **asked)
    printed = [0.0837, 0.0188, -0.2036, 0.3711, 35.8295, 1.6208]
    ours = [found.mean, found.tau**2, found.prediction_low, found.prediction_high, found.q]
    # metafor holds itself to these within 0.001; the upper end of the prediction is 0.37099.
    np.testing.assert_allclose([*ours, found.mean / found.std_error], printed, rtol=0, atol=1.2e-4)
    shrunken = [0.0543, 0.1006, -0.0064, 0.2144, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604, 0.2485]
    shrunken += [0.1618, 0.1102, 0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248]
    # The fourth is printed 0.2144 and is 0.21434: metafor's own tolerance is 0.001.
    np.testing.assert_allclose(found.shrunken, shrunken, rtol=0, atol=1e-4)
    common = pool(effects, variances=variances, method="EE")
    np.testing.assert_allclose(
        [common.mean, common.mean / common.std_error], [0.0604, 1.6553], atol=0.5001e-4
    )
