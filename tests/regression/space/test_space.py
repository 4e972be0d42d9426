"""Regressions in space: laws between the models, panels, and refusals by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import econ
from econ.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)
SIDE = 7


def grid(side: int = SIDE) -> econ.SpatialWeights:
    """Rook neighbours on a square; labels are texts, so that no row number passes for a unit."""
    near: dict[str, list[str]] = {}
    for i in range(side):
        for j in range(side):
            steps = ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
            near[f"u{i:x}{j:x}"] = [
                f"u{a:x}{b:x}" for a, b in steps if 0 <= a < side and 0 <= b < side
            ]
    return econ.SpatialWeights.from_neighbours(near)


def simulated(
    W: econ.SpatialWeights, rho: float, theta: float = 0.0, seed: int = 1
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, len(W)))
    wanted = 1.0 + 2.0 * x - z + theta * (W.matrix @ x) + rng.normal(size=len(W))
    y = np.linalg.solve(np.eye(len(W)) - rho * W.matrix.toarray(), wanted)
    return pd.DataFrame({"unit": list(W.units), "y": y, "x": x, "z": z})


@given(SEEDS)
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    W = grid()
    frame = simulated(W, 0.4, seed=seed)
    mixed = frame.sample(frac=1.0, random_state=seed % 1000)
    for model in (econ.SAR, econ.SDM, econ.SEM, econ.SLX):
        first, second = (model("y ~ x + z", W, unit="unit").fit(data) for data in (frame, mixed))
        np.testing.assert_allclose(first.estimates, second.estimates, atol=1e-6)
        np.testing.assert_allclose(first.bse, second.bse, atol=1e-6)


@given(SEEDS)
@settings(max_examples=15)
def test_the_total_effect_is_beta_over_one_minus_rho(seed: int) -> None:
    W = grid()
    fit = econ.SAR("y ~ x + z", W, unit="unit").fit(simulated(W, 0.5, seed=seed))
    total = fit.params["x"] / (1.0 - fit.params["rho"])
    assert fit.effects is not None
    assert fit.effects.params["x total"] == pytest.approx(total, rel=1e-9)
    both = fit.effects.params["x direct"] + fit.effects.params["x indirect"]
    assert both == pytest.approx(total, rel=1e-9)


def test_without_a_lag_of_the_outcome_durbin_effects_are_those_of_lagged_regressors() -> None:
    W = grid()
    fit = econ.SLX("y ~ x + z", W, unit="unit", vcov="iid").fit(simulated(W, 0.0, 0.7))
    assert fit.effects is not None
    for name in ("x", "z"):
        assert fit.effects.params[f"{name} direct"] == pytest.approx(fit.params[name])
        assert fit.effects.params[f"{name} indirect"] == pytest.approx(fit.params[f"W_{name}"])
        assert fit.effects.bse[f"{name} indirect"] == pytest.approx(fit.bse[f"W_{name}"])


def test_a_durbin_model_with_its_lags_at_zero_is_a_lag_model() -> None:
    W = grid()
    frame = simulated(W, 0.4)
    wide = econ.SDM("y ~ x + z", W, unit="unit", lagged=()).fit(frame)
    plain = econ.SAR("y ~ x + z", W, unit="unit").fit(frame)
    np.testing.assert_allclose(wide.estimates, plain.estimates)
    part = econ.SDM("y ~ x + z", W, unit="unit", lagged=("x",)).fit(frame)
    assert part.terms == ("Intercept", "x", "z", "W_x", "rho")


def test_simulated_errors_of_effects_come_near_those_of_the_delta_method() -> None:
    W = grid(12)
    fit = econ.SDM("y ~ x + z", W, unit="unit").fit(simulated(W, 0.4, 0.5))
    drawn = fit.simulated_effects(W, draws=4000, seed=3)
    assert fit.effects is not None
    # The delta method is linear, and effects are not: one part in ten at this spread of rho.
    np.testing.assert_allclose(drawn.bse, fit.effects.bse, rtol=0.1)
    again = fit.simulated_effects(W, draws=4000, seed=3)
    np.testing.assert_array_equal(drawn.covariance, again.covariance)


def test_many_units_are_factored_to_the_estimates_of_the_eigenvalues(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from econ.regression.space import links

    W = grid()
    frame = simulated(W, 0.4)
    by_values = econ.SAR("y ~ x + z", W, unit="unit").fit(frame)
    drawn = by_values.simulated_effects(W, draws=500, seed=3)
    monkeypatch.setattr(links, "MANY", 0)
    factored = grid()
    assert factored.determinant.eigenvalues is None
    fit = econ.SAR("y ~ x + z", factored, unit="unit").fit(frame)
    np.testing.assert_allclose(fit.estimates, by_values.estimates, atol=1e-5)
    np.testing.assert_allclose(
        by_values.simulated_effects(factored, draws=500, seed=3).bse, drawn.bse, rtol=1e-6
    )


def test_two_stages_divide_by_what_is_asked_for() -> None:
    W = grid()
    frame = simulated(W, 0.4)
    left = econ.SAR("y ~ x + z", W, unit="unit", method="2sls").fit(frame)
    model = econ.SAR("y ~ x + z", W, unit="unit", method="2sls", small_sample="none")
    np.testing.assert_allclose(model.fit(frame).bse / left.bse, np.sqrt(45.0 / 49.0))


def test_two_stages_find_what_likelihood_finds() -> None:
    W = grid(15)
    frame = simulated(W, 0.4, seed=4)
    likely = econ.SAR("y ~ x + z", W, unit="unit").fit(frame)
    staged = econ.SAR("y ~ x + z", W, unit="unit", method="2sls", vcov="HC1").fit(frame)
    assert abs(staged.params["rho"] - likely.params["rho"]) < 3.0 * staged.bse["rho"]
    assert abs(likely.params["rho"] - 0.4) < 3.0 * likely.bse["rho"]


def stacked(W: econ.SpatialWeights, rho: float, periods: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    own = 3.0 * rng.normal(size=len(W))
    inverse = np.linalg.inv(np.eye(len(W)) - rho * W.matrix.toarray())
    rows = []
    for year in range(periods):
        x = rng.normal(size=len(W)) + own / 3.0
        y = inverse @ (2.0 * x + 0.5 * (W.matrix @ x) + own + year + rng.normal(size=len(W)))
        rows.append(pd.DataFrame({"unit": list(W.units), "year": 2000 + year, "y": y, "x": x}))
    return pd.concat(rows, ignore_index=True)


def test_a_panel_with_effects_of_units_and_years_finds_the_truth() -> None:
    W = grid()
    frame = stacked(W, 0.4).sample(frac=1.0, random_state=2)
    panel = econ.Panel(frame, unit="unit", time="year")
    fit = econ.SDM("y ~ x | unit + year", W).fit(panel)
    assert fit.terms == ("x", "W_x", "rho")
    for term, truth in (("x", 2.0), ("W_x", 0.5), ("rho", 0.4)):
        assert abs(fit.params[term] - truth) < 3.0 * fit.bse[term]
    assert fit.statistics["sigma2"] == pytest.approx(1.0, abs=0.2)
    assert fit.effects is not None
    assert fit.effects.params["x total"] == pytest.approx(2.5 / 0.6, rel=0.2)


def test_a_panel_with_correlated_errors_and_effects_of_units_finds_the_truth() -> None:
    W = grid()
    rng = np.random.default_rng(4)
    inverse = np.linalg.inv(np.eye(len(W)) - 0.6 * W.matrix.toarray())
    frame = stacked(W, 0.0).assign(y=lambda rows: 2.0 * rows["x"])
    own = rng.normal(size=len(W))
    frame["y"] += np.concatenate([own + inverse @ rng.normal(size=len(W)) for _ in range(6)])
    fit = econ.SEM("y ~ x | unit", W).fit(econ.Panel(frame, unit="unit", time="year"))
    for term, truth in (("x", 2.0), ("lambda", 0.6)):
        assert abs(fit.params[term] - truth) < 3.0 * fit.bse[term]
    assert fit.statistics["sigma2"] == pytest.approx(1.0, abs=0.2)


def test_errors_of_a_panel_grow_by_what_its_effects_take() -> None:
    W = grid()
    panel = econ.Panel(stacked(W, 0.4, periods=5), unit="unit", time="year")
    left = econ.SAR("y ~ x | unit", W).fit(panel)
    whole = econ.SAR("y ~ x | unit", W, small_sample="none").fit(panel)
    np.testing.assert_allclose(left.estimates, whole.estimates, atol=1e-6)
    np.testing.assert_allclose(left.bse / whole.bse, np.sqrt(5.0 / 4.0), rtol=1e-5)


def test_one_period_of_a_panel_is_a_cross_section() -> None:
    W = grid()
    frame = simulated(W, 0.4).assign(year=2000)
    across = econ.SAR("y ~ x", W, unit="unit").fit(frame)
    panel = econ.SAR("y ~ x", W).fit(econ.Panel(frame, unit="unit", time="year"))
    np.testing.assert_allclose(across.estimates, panel.estimates)


# ---------------------------------------------------------------- weights


def test_weights_from_coordinates_know_degrees_from_kilometres() -> None:
    places = econ.catalogue().read("places_france").frame
    metropolitan = places[~places["region"].str.startswith("FRY")]
    named = {"unit": "region", "lat": "latitude", "lon": "longitude"}
    near = econ.SpatialWeights.k_nearest(metropolitan, 5, **named)
    assert set(near.neighbours("FR101")) == {"FR105", "FR106", "FR107", "FR103", "FR108"}
    band = econ.SpatialWeights.distance_band(metropolitan, 160.0, **named)
    assert band.parts == 2  # Corsica is an island of two
    far = econ.SpatialWeights.inverse_distance(metropolitan, power=2.0, within=300.0, **named)
    assert max(far.neighbours("FR101"), key=far.neighbours("FR101").__getitem__) in (
        "FR105",
        "FR106",
        "FR107",
    )
    with pytest.raises(InputError, match="island: no neighbour"):
        econ.SpatialWeights.distance_band(metropolitan, 30.0, **named)


def test_every_way_to_write_the_same_neighbours_gives_the_same_weights(tmp_path: object) -> None:
    from pathlib import Path

    mapping = {1: [2], 2: [1, 3], 3: [2]}
    frame = pd.DataFrame([(a, b) for a, near in mapping.items() for b in near], columns=["i", "j"])
    file = Path(str(tmp_path)) / "line.gal"
    file.write_text("0 3 line POLYID\n1 1\n2\n2 2\n1 3\n3 1\n2\n", "utf-8")
    raw = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], index=[1, 2, 3], columns=[1, 2, 3])
    ways = [
        econ.SpatialWeights.from_neighbours(mapping),
        econ.SpatialWeights.from_neighbours(frame),
        econ.SpatialWeights.read_gal(file),
        econ.SpatialWeights.from_matrix(raw),
    ]
    for W in ways:
        assert W.units == (1, 2, 3)
        assert W.matrix.toarray().tolist() == [[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]]
        assert W.standardised


def test_a_subset_is_standardised_anew() -> None:
    W = grid(3).subset(["u00", "u01", "u11"])
    assert W.neighbours("u01") == {"u00": 0.5, "u11": 0.5}
    with pytest.raises(InputError, match="row u22: island"):
        grid(3).subset(["u00", "u01", "u22"])


@pytest.mark.parametrize(
    ("neighbours", "said"),
    [
        ({"a": ["b"], "b": []}, "link without its way back"),
        ({"a": ["b"], "b": ["a"], "c": []}, "row c: island"),
        ({"a": ["b", "z"], "b": ["a"]}, "value z: no such unit"),
        ({"a": ["a", "b"], "b": ["a"]}, "its own neighbour"),
        ({"a": ["b", "b"], "b": ["a"]}, "link stands twice"),
        ({"a": {"b": -1.0}, "b": {"a": 1.0}}, "weight below zero"),
        ({"a": {"b": float("nan")}, "b": {"a": 1.0}}, "not a finite weight"),
        ({"a": "b"}, "no list"),
        ([("a", "b")], "no list"),
        ({}, "no units"),
    ],
)
def test_neighbours_that_cannot_be_are_refused_by_name(neighbours: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        econ.SpatialWeights.from_neighbours(neighbours)  # type: ignore[arg-type]


def test_numbers_and_matrices_that_are_none_are_refused_by_name() -> None:
    places = pd.DataFrame({"x": [0.0, 1.0, 3.0], "y": [0.0, 0.0, 0.0]})
    plane = {"x": "x", "y": "y"}
    made = econ.SpatialWeights
    for attempt, said in (
        (lambda: made.k_nearest(places, 3, **plane), "value 3: no such number"),
        (lambda: made.k_nearest(places, "2", **plane), "value 2: no such number"),  # type: ignore[arg-type]
        (lambda: made.distance_band(places, "5", **plane), "value 5: no such distance"),  # type: ignore[arg-type]
        (lambda: made.inverse_distance(places, power=0.0, **plane), "no such power"),
        (lambda: made.k_nearest(places, 1, x="x"), "which coordinates"),
        (lambda: made.k_nearest(places, 1, lat="x", lon="z"), "column z: column missing"),
        (lambda: made.k_nearest(places * [1, 0.0] * 0.0, 1, **plane), "stands where another"),
        (lambda: made.from_matrix("abc"), "value str: no matrix"),
        (lambda: made.from_matrix([[0.0, 1.0]]), "column , value|shape"),
        (lambda: grid(3).subset([]), "no units"),
    ):
        with pytest.raises(InputError, match=said):
            attempt()


def test_islands_are_kept_when_asked_and_shown_in_the_diagnostics() -> None:
    W = econ.SpatialWeights.from_neighbours(
        {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"], "e": []}, islands="keep"
    )
    assert W.islands == ("e",)
    frame = pd.DataFrame({"y": [1.0, 3.0, 2.0, 5.0, 4.0], "x": [1.0, 2.0, 0.0, 3.0, 1.0]})
    fit = econ.SAR("y ~ x", W).fit(frame.set_axis(list("abcde")))
    assert not fit.diagnostic("no islands").holds


def test_units_of_weights_and_data_that_do_not_meet_are_refused_by_name() -> None:
    W = grid()
    frame = simulated(W, 0.4)
    with pytest.raises(InputError, match="say unit='unit'"):
        econ.SAR("y ~ x", W).fit(frame)
    with pytest.raises(InputError, match="value u00: in the weights but not in the data"):
        econ.SAR("y ~ x", W, unit="unit").fit(frame.iloc[1:])
    with pytest.raises(InputError, match="value u00: unit stands twice"):
        econ.SAR("y ~ x", W, unit="unit").fit(pd.concat([frame, frame.iloc[:1]]))
    holed = frame.assign(x=frame["x"].where(frame["unit"] != "u33"))
    with pytest.raises(InputError, match="row u33: no row may be lost: without x"):
        econ.SAR("y ~ x", W, unit="unit").fit(holed)
    panel = econ.Panel(stacked(W, 0.2).iloc[1:], unit="unit", time="year")
    with pytest.raises(InputError, match="value u00: missing in period 0"):
        econ.SAR("y ~ x", W).fit(panel)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "gmm"}, "column method, value gmm: unknown"),
        ({"vcov": "HC1"}, "not for this method"),
        ({"lags": 0, "method": "2sls"}, "no order of lags"),
        ({"level": 95}, "no level of confidence"),
        ({"small_sample": "stata"}, "column small_sample, value stata: unknown"),
    ],
)
def test_options_that_are_none_are_refused_by_name(options: dict[str, object], said: str) -> None:
    W = grid()
    with pytest.raises(InputError, match=said):
        econ.SAR("y ~ x", W, unit="unit", **options).fit(simulated(W, 0.4))  # type: ignore[arg-type]


def test_collinear_regressors_and_unknown_lags_are_refused_by_name() -> None:
    W = grid()
    frame = simulated(W, 0.4).assign(twice=lambda rows: 2.0 * rows["x"])
    with pytest.raises(InputError, match="value twice: is a linear combination"):
        econ.SAR("y ~ x + twice", W, unit="unit").fit(frame)
    with pytest.raises(InputError, match="value zz: no such regressor"):
        econ.SDM("y ~ x + z", W, unit="unit", lagged=("zz",)).fit(frame)


# ---------------------------------------------------------------- autocorrelation


def test_moran_of_a_variable_that_rises_with_its_neighbours_rejects() -> None:
    W = grid()
    frame = simulated(W, 0.8).set_index("unit")
    found = econ.moran(frame["y"], W, permutations=199, seed=1)
    assert found.p_value < 0.01
    assert found.p_permuted == 1 / 200
    mixed = frame["y"].sample(frac=1.0, random_state=1)
    assert econ.moran(mixed, W).statistic == pytest.approx(found.statistic)
    with pytest.raises(InputError, match="every unit has the same"):
        econ.moran(pd.Series(1.0, index=W.units), W)
    with pytest.raises(InputError, match="row u11, column y: no number"):
        econ.moran(frame["y"].where(frame.index != "u11"), W)


def test_lagrange_multipliers_point_to_the_model_that_made_the_data() -> None:
    W = grid(15)
    tests = econ.spatial_tests("y ~ x + z", simulated(W, 0.5), W, unit="unit")
    assert tests["LM lag"].p_value < 0.01
    assert tests["robust LM lag"].statistic > tests["robust LM error"].statistic
    assert tests.tidy()["test"].iloc[0] == "Moran's I of residuals"
