"""Bootstrap, randomisation and families of outcomes held against doing it the long way."""

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.kernels.regression.wild_bootstrap import rademacher_weights


def deps(units: int = 8, periods: int = 6, seed: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        [(f"d{unit}", 2000 + period) for unit in range(units) for period in range(periods)],
        columns=["dep", "year"],
    )
    shape = (units, periods)
    frame["inv"] = rng.normal(size=shape).cumsum(axis=1).ravel()
    frame["size"] = rng.normal(size=units * periods)
    frame["treated"] = (np.arange(units)[:, None] % 2 * np.ones(shape)).ravel()
    frame["post"] = frame["treated"] * (frame["year"] >= 2003)
    common = rng.normal(size=(units, 1)) * rng.normal(size=shape)
    frame["jobs"] = 0.3 * frame["inv"] + common.ravel() + rng.normal(size=units * periods)
    frame["wages"] = 0.5 * frame["jobs"] + rng.normal(size=units * periods)
    frame["people"] = rng.uniform(0.5, 2.0, units * periods)
    return frame


def by_hand(frame: pd.DataFrame, formula: str, short: str, weights: str, null: float) -> float:
    """Refit the regression on every bootstrap sample; every draw there is with six clusters."""
    restricted = frame.assign(left=frame["jobs"] - null * frame["inv"])
    held = frame[weights] if weights else np.ones(len(frame))
    dummies = pd.get_dummies(frame[["dep", "year"]].astype(str), drop_first=True).to_numpy(float)
    others = np.column_stack([np.ones(len(frame)), frame["size"], dummies])
    root = np.sqrt(np.asarray(held))[:, None]
    fitted = others @ np.linalg.lstsq(others * root, restricted["left"] * root[:, 0], rcond=None)[0]
    residual = restricted["left"].to_numpy() - fitted
    codes = frame["dep"].astype("category").cat.codes.to_numpy()
    ratios = []
    for signs in rademacher_weights(np.random.default_rng(0), 64, 6):
        sample = fitted + null * frame["inv"].to_numpy() + residual * signs[codes]
        fit = econ.FixedEffects(formula, weights=weights).fit(frame.assign(jobs=sample))
        ratios.append((fit.params["inv"] - null) / fit.bse["inv"])
    fit = econ.FixedEffects(formula, weights=weights).fit(frame)
    t = (fit.params["inv"] - null) / fit.bse["inv"]
    return float(np.mean(np.abs(ratios) >= abs(t) * (1.0 - 1e-9)))


@pytest.mark.parametrize(("weights", "null"), [("", 0.0), ("", 0.4), ("people", 0.0)])
def test_the_wild_bootstrap_is_what_refitting_every_sample_gives(weights: str, null: float) -> None:
    frame = deps(6)
    formula = "jobs ~ inv + size | dep + year"
    test = econ.wild_cluster_bootstrap(
        econ.FixedEffects(formula, weights=weights), frame, "inv", null=null, interval=False
    )
    assert test.draws == 64
    assert test.p_error == 0.0
    assert test.p_value == pytest.approx(by_hand(frame, formula, "size", weights, null))


@pytest.mark.parametrize("weights", ["", "people"])
@pytest.mark.parametrize("cluster", ["dep", "year"])
def test_effects_taken_out_and_effects_written_as_dummies_give_one_wild_bootstrap(
    weights: str, cluster: str
) -> None:
    frame = deps(30, 12).drop(index=[3, 50, 51, 200])
    formulas = (
        "jobs ~ inv + size | dep + year",
        "jobs ~ inv + size + C(year) | dep",
        "jobs ~ inv + size + C(dep) + C(year) | one",
    )
    tests = [
        econ.wild_cluster_bootstrap(
            econ.FixedEffects(formula, weights=weights),
            frame.assign(one=1),
            "inv",
            cluster=cluster,
            draws=499,
        )
        for formula in formulas
    ]
    assert len({test.p_value for test in tests}) == 1
    np.testing.assert_allclose([test.low for test in tests], tests[0].low, rtol=1e-9)


def test_the_interval_holds_the_values_that_are_not_rejected() -> None:
    frame = deps(16)
    model = econ.FixedEffects("jobs ~ inv | dep + year")
    test = econ.wild_cluster_bootstrap(model, frame, "inv", draws=999, level=0.9, seed=3)
    assert test.low < test.estimate < test.high
    width = test.high - test.low
    for value, inside in (
        (test.low + 0.02 * width, True),
        (test.high + 0.05 * width, False),
        (test.low - 0.05 * width, False),
    ):
        tried = econ.wild_cluster_bootstrap(
            model, frame, "inv", null=value, draws=999, seed=3, interval=False
        )
        assert (tried.p_value >= 0.1) == inside


def test_webbs_weights_and_the_seed_are_reported_and_reproduce_the_test() -> None:
    frame = deps()
    runs = [
        econ.wild_cluster_bootstrap(
            econ.OLS("jobs ~ inv"), frame, "inv", cluster="dep", draws=499, weights="webb", seed=5
        )
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert (runs[0].draws, runs[0].seed, runs[0].weights) == (499, 5, "webb")
    assert runs[0].p_error > 0.0


@pytest.mark.parametrize("formula", ["jobs ~ post + size | dep + year", "jobs ~ post | dep"])
@pytest.mark.parametrize("dropped", [0, 1])
def test_randomisation_is_what_refitting_every_assignment_gives(formula: str, dropped: int) -> None:
    """A panel with one row less has units whose paths do not fit."""
    frame = deps(6, 6).assign(
        ever=lambda rows: rows["treated"] * 2.0 + rows["dep"].str[1:].astype(int)
    )
    model = econ.FixedEffects(formula.replace("post", "post"))
    if dropped:
        frame = frame.iloc[:-1]
        with pytest.raises(InputError, match="units lack periods"):
            econ.randomisation_inference(model, econ.Panel(frame, "dep", "year"), "post")
        return
    panel = econ.Panel(frame, "dep", "year")
    found = econ.randomisation_inference(model, panel, "post", draws=60, seed=1)
    paths = frame.pivot(index="dep", columns="year", values="post").to_numpy()
    rng = np.random.default_rng(1)
    orders = rng.permuted(np.tile(np.arange(6), (60, 1)), axis=1)
    actual = model.fit(frame).params["post"]
    hits = sum(
        abs(model.fit(frame.assign(post=paths[order].ravel())).params["post"])
        >= abs(actual) * (1.0 - 1e-9)
        for order in orders
    )
    assert found.p_value == pytest.approx((1 + hits) / 61)


def test_randomising_values_over_an_unbalanced_panel_takes_the_effects_out_each_time() -> None:
    frame = deps(6, 6).iloc[:-2]
    model = econ.FixedEffects("jobs ~ treated + size | year", vcov="HC1")
    found = econ.randomisation_inference(model, frame, "treated", by="dep", draws=60, seed=2)
    values = frame.groupby("dep")["treated"].first().to_numpy()
    rng = np.random.default_rng(2)
    orders = rng.permuted(np.tile(np.arange(6), (60, 1)), axis=1)
    codes = frame["dep"].astype("category").cat.codes.to_numpy()
    actual = model.fit(frame).params["treated"]
    hits = sum(
        abs(model.fit(frame.assign(treated=values[order][codes])).params["treated"])
        >= abs(actual) * (1.0 - 1e-9)
        for order in orders
    )
    assert found.p_value == pytest.approx((1 + hits) / 61)


def test_strata_keep_treatments_within_them() -> None:
    frame = pd.DataFrame({"d": [0, 1, 0, 1], "side": list("aabb"), "y": [0.0, 1.0, 10.0, 11.0]})
    found = econ.randomisation_inference(
        econ.OLS("y ~ d + C(side)"), frame, "d", within="side", draws=4000
    )
    assert found.p_value == pytest.approx(0.5, abs=0.03)  # two of four assignments, by chance


def test_families_are_adjusted_as_statsmodels_does_and_the_stepdown_lies_between() -> None:
    from statsmodels.stats.multitest import multipletests

    frame = deps(20)
    models = [econ.FixedEffects(f"{outcome} ~ inv | dep + year") for outcome in ("jobs", "wages")]
    fits = [model.fit(frame) for model in models]
    adjusted = econ.adjust_p_values(fits, "inv", method="holm")
    expected = multipletests([fit.pvalues["inv"] for fit in fits], method="holm")[1]
    np.testing.assert_allclose(adjusted["p_adjusted"], expected)
    stepdown = econ.romano_wolf(models, frame, "inv", draws=1999, seed=4)
    plain = stepdown["p_value"].to_numpy()
    assert (stepdown["p_adjusted"] >= plain).all()
    assert (stepdown["p_adjusted"] <= np.minimum(2 * plain, 1.0) + 0.02).all()


def test_what_has_no_linear_model_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="value Poisson: not for this estimator"):
        econ.wild_cluster_bootstrap(econ.Poisson("jobs ~ inv | dep"), deps(), "inv")
    with pytest.raises(InputError, match="no such term; did you mean inv"):
        econ.wild_cluster_bootstrap(econ.FixedEffects("jobs ~ inv | dep"), deps(), "invs")


@pytest.mark.parametrize("null", [float("nan"), float("inf"), "a"])
def test_a_hypothesis_that_is_no_number_is_refused(null: object) -> None:
    frame = pd.DataFrame({"dep": list("aabbcc"), "x": [0.0, 1.0] * 3, "y": [0.0, 1, 1, 3, 0, 2]})
    with pytest.raises(InputError, match=r"null, .*no finite number"):
        econ.wild_cluster_bootstrap(econ.OLS("y ~ x"), frame, "x", cluster="dep", null=null)  # type: ignore[arg-type]


def test_a_seed_below_zero_is_refused() -> None:
    frame = pd.DataFrame({"dep": list("aabbcc"), "x": [0.0, 1.0] * 3, "y": [0.0, 1, 1, 3, 0, 2]})
    with pytest.raises(InputError, match=r"seed, .*no seed"):
        econ.wild_cluster_bootstrap(econ.OLS("y ~ x"), frame, "x", cluster="dep", seed=-1)
    with pytest.raises(InputError, match=r"seed, .*no seed"):
        econ.randomisation_inference(econ.OLS("y ~ x"), frame, "x", seed=-1)


def three_clusters(exact: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=30), "g": np.repeat(list("abc"), 10), "one": "a"})
    frame["y"] = 2.0 * frame["x"] + (0.0 if exact else rng.normal(size=30))
    return frame


def test_so_few_clusters_reject_nothing_and_the_interval_is_everything() -> None:
    test = econ.wild_cluster_bootstrap(econ.OLS("y ~ x"), three_clusters(), "x", cluster="g")
    # Eight combinations, two of which have each |t|: no p-value is below a quarter.
    assert test.p_value >= 0.25
    assert (test.low, test.high) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("cluster", "exact", "said"), [("one", False, "one cluster"), ("g", True, "a perfect fit")]
)
def test_one_cluster_or_a_perfect_fit_has_nothing_to_draw_from(
    cluster: str, exact: bool, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        econ.wild_cluster_bootstrap(econ.OLS("y ~ x"), three_clusters(exact), "x", cluster=cluster)
