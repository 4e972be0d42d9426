"""Local projections and distributed lags: by hand, against statsmodels, on known responses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ.errors import InputError
from econ.regression.estimators.instrumental import IV
from econ.regression.evaluation.dynamics.distributed_lag import DistributedLag
from econ.regression.evaluation.dynamics.local_projection import (
    CumulativeMultiplier,
    LocalProjection,
)
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import TIDY

PERSISTENCE = 0.7


def series(periods: int = 400, units: int = 1, seed: int = 0) -> Panel:
    """An autoregression that an observed shock moves by 2; a second shock is noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        shock, noise = rng.normal(size=periods), rng.normal(size=periods)
        y = np.zeros(periods)
        for t in range(1, periods):
            y[t] = PERSISTENCE * y[t - 1] + 2.0 * shock[t] + noise[t]
        rows.append(pd.DataFrame({"dep": f"u{unit}", "t": range(periods), "y": y, "x": shock}))
    return Panel(pd.concat(rows, ignore_index=True), unit="dep", time="t")


def test_the_response_of_an_autoregression_is_found_at_every_horizon() -> None:
    found = LocalProjection("y", "x", horizons=5).fit(series(3000))
    true = 2.0 * PERSISTENCE ** np.arange(6)
    inside = np.abs(found.estimates[:, 0] - true) <= 3.0 * found.std_errors[:, 0]
    assert inside.all()
    assert "HC1" in found.fits[0].vcov


def test_each_horizon_is_the_regression_anyone_would_write() -> None:
    import statsmodels.api as sm

    panel = series(120)
    found = LocalProjection("y", "x", horizons=3, lags=1, vcov={"HAC": {"lag": 3}}).fit(panel)
    frame = panel.frame
    for horizon in range(4):
        columns = pd.DataFrame(
            {
                "x": frame["x"],
                "y1": frame["y"].shift(1),
                "x1": frame["x"].shift(1),
                "one": 1.0,
                "lead": frame["y"].shift(-horizon),
            }
        ).dropna()
        peer = sm.OLS(columns["lead"], columns[["x", "y1", "x1", "one"]]).fit(
            cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False}
        )
        fit = found.at(horizon)
        n, k = len(columns), 4
        assert fit.nobs == n
        assert fit.params["x"] == pytest.approx(peer.params["x"])
        # fixest's factor n / (n - k) is on the variance; statsmodels is asked for none.
        ratio = float(fit.bse["x"] / peer.bse["x"])
        assert ratio == pytest.approx(np.sqrt(n / (n - k)), rel=0.02)


def test_the_cumulative_response_is_the_sum_of_the_responses() -> None:
    panel = series(300)
    one = LocalProjection("y", "x", horizons=4, common_sample=True).fit(panel)
    total = LocalProjection("y", "x", horizons=4, response="cumulative", common_sample=True).fit(
        panel
    )
    np.testing.assert_allclose(total.estimates[4, 0], one.estimates[:, 0].sum())
    assert {fit.nobs for fit in one.fits} == {one.fits[0].nobs}


def test_a_panel_is_clustered_by_unit_and_takes_effects_and_any_error() -> None:
    panel = series(40, units=12)
    rule = LocalProjection("y", "x", horizons=2, effects="dep + t")
    found = rule.fit(panel)
    assert found.fits[0].clusters == (12,)
    kraay = replace(rule, vcov={"DK": {"lag": 2}}).fit(panel)
    np.testing.assert_allclose(found.estimates, kraay.estimates)
    assert "Driscoll-Kraay" in kraay.fits[0].vcov
    true = 2.0 * PERSISTENCE ** np.arange(3)
    np.testing.assert_allclose(found.estimates[:, 0], true, atol=0.5)


def spending(periods: int = 600, seed: int = 1) -> Panel:
    """News moves spending, spending moves output by 0.6, and booms move both."""
    rng = np.random.default_rng(seed)
    news, boom = rng.normal(size=periods), rng.normal(size=periods)
    g = np.convolve(news, [0.5, 0.4, 0.3], mode="full")[:periods] + 0.5 * boom
    y = 0.6 * g + boom
    state = (np.arange(periods) // 50 % 2).astype(float)
    frame = pd.DataFrame(
        {"place": "us", "t": range(periods), "news": news, "g": g, "y": y, "slack": state}
    )
    return Panel(frame, unit="place", time="t")


def test_the_cumulative_multiplier_is_two_stage_least_squares_of_sums() -> None:
    panel = spending()
    found = CumulativeMultiplier("y", "g", ["news"], horizons=4, lags=1).fit(panel)
    frame = panel.frame.copy()
    for horizon in (0, 4):
        for name in ("y", "g"):
            frame[f"sum_{name}"] = sum(frame[name].shift(-step) for step in range(horizon + 1))
        text = "sum_y ~ lag(y, 1) + lag(g, 1) + lag(news, 1) | sum_g ~ news"
        by_hand = IV(text, vcov="iid").fit(Panel(frame, unit="place", time="t"))
        assert found.estimates[horizon, 0] == pytest.approx(by_hand.params["sum_g"])
    assert abs(found.estimates[4, 0] - 0.6) < 3.0 * found.std_errors[4, 0]
    assert "Newey-West" in found.fits[4].vcov
    assert "h = 4" in found.tidy()["term"].iloc[4]


def test_two_states_have_a_multiplier_each_and_their_difference_an_error() -> None:
    panel = spending(1200)
    frame = panel.frame.copy()
    frame["y"] += 0.5 * frame["g"] * frame["slack"]
    split = Panel(frame, unit="place", time="t")
    rule = CumulativeMultiplier("y", "g", ["news"], horizons=0, lags=1, state="slack")
    found = rule.fit(split)
    assert found.labels == ("slack = 1", "slack = 0")
    assert abs(found.estimates[0, 0] - 1.1) < 3.0 * found.std_errors[0, 0]
    assert abs(found.estimates[0, 1] - 0.6) < 3.0 * found.std_errors[0, 1]
    gap = found.difference().iloc[0]
    assert gap["estimate"] == pytest.approx(found.estimates[0, 0] - found.estimates[0, 1])
    plain = replace(rule, state="").fit(split)
    with pytest.raises(InputError, match="no two states"):
        plain.difference()


def test_an_expression_may_be_outcome_and_shock() -> None:
    panel = series(200)
    frame = panel.frame.assign(level=np.exp(panel.frame["y"] / 10.0))
    found = LocalProjection("log(level)", "x", horizons=1).fit(Panel(frame, "dep", "t"))
    plain = LocalProjection("y", "x", horizons=1).fit(panel)
    np.testing.assert_allclose(found.estimates * 10.0, plain.estimates)


def test_distributed_lags_find_the_weights_and_their_sum() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=500)
    y = np.convolve(x, [1.0, 0.5, 0.25])[:500] + 0.1 * rng.normal(size=500)
    panel = Panel(pd.DataFrame({"dep": "a", "t": range(500), "x": x, "y": y}), "dep", "t")
    found = DistributedLag("y", "x", lags=2, leads=1, vcov="HC1").fit(panel)
    tidy = found.tidy()
    assert tidy["lag"].tolist() == [-1, 0, 1, 2]
    np.testing.assert_allclose(tidy["estimate"], [0.0, 1.0, 0.5, 0.25], atol=0.03)
    running = found.cumulative()
    assert running["estimate"].iloc[-1] == pytest.approx(float(found.long_run.estimates[0]))
    np.testing.assert_allclose(running["estimate"], [1.0, 1.5, 1.75], atol=0.03)


def test_the_tidy_frame_has_the_columns_of_every_fit_and_names_the_horizon() -> None:
    tidy = LocalProjection("y", "x", horizons=2).fit(series(100)).tidy()
    assert list(tidy) == ["response", "horizon", *TIDY]
    assert tidy["term"].tolist() == ["h = 0", "h = 1", "h = 2"]


def test_errors_cover_as_they_say() -> None:
    held = []
    for seed in range(100):
        found = LocalProjection("y", "x", horizons=1, lags=1).fit(series(100, seed=seed))
        bounds = found.path()
        true = 2.0 * PERSISTENCE
        held.append(bounds["low"].iloc[1] <= true <= bounds["high"].iloc[1])
    # 100 replications: a share of 0.90 has a standard error of 0.03.
    assert np.mean(held) == pytest.approx(0.90, abs=0.08)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"horizons": -1}, "no number of periods"),
        ({"response": "levels"}, "did you mean level"),
        ({"outcome": "z"}, "no such column"),
        ({"state": "y"}, "no state of 0 and 1"),
        ({"horizons": 200}, "at horizon"),
    ],
)
def test_what_cannot_be_projected_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace(LocalProjection("y", "x", horizons=2), **change).fit(series(60))


def test_a_frame_without_named_periods_and_a_multiplier_without_instrument_are_refused() -> None:
    with pytest.raises(InputError, match="periods are not named"):
        LocalProjection("y", "x").fit(series(50).frame)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="needs an instrument"):
        CumulativeMultiplier("y", "g", [])
