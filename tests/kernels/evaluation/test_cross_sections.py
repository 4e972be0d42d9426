"""Repeated cross-sections: another program, the same answer by hand, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from econ.kernels.evaluation.cross_sections import cross_section_effects, effect_on_levels
from econ.kernels.evaluation.doubly_robust import METHODS

Array = npt.NDArray[np.float64]
# One formula in double precision.
SAME = 1e-12


def rows(n: int = 900, seed: int = 0) -> pd.DataFrame:
    """Other units in each of five periods; cohorts of 3, 4 or never, and a covariate."""
    rng = np.random.default_rng(seed)
    cohort, time = rng.choice([0, 3, 4], n, p=[0.4, 0.3, 0.3]), rng.integers(1, 6, n)
    x = rng.normal(size=n) + 0.3 * (cohort > 0)
    gain = (1.0 + 0.5 * (time - cohort)) * ((cohort > 0) & (time >= cohort))
    y = 0.5 * cohort + 0.2 * time + x * (1.0 + 0.1 * time) + gain + rng.normal(size=n)
    return pd.DataFrame({"row": range(n), "g": cohort, "t": time, "x": x, "y": y})


def ours(frame: pd.DataFrame, method: Any, control: Any, base: Any) -> Any:
    times = np.unique(frame["t"]).astype(float)
    (found,) = cross_section_effects(
        frame["y"].to_numpy(),
        np.searchsorted(times, frame["t"]).astype(np.int64),
        frame["g"].replace(0, np.inf).to_numpy(dtype=float),
        times,
        covariates=np.column_stack([np.ones(len(frame)), frame["x"]]),
        weights=np.ones(len(frame)),
        clusters=np.arange(len(frame)),
        method=method,
        control=control,
        bases=[base],
    )
    return found


@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize(("control", "theirs"), [("never", "never_treated"), ("notyet", None)])
@pytest.mark.parametrize("method", ["dr", "ipw", "reg"])
def test_effects_by_cohort_and_period_are_those_of_diff_diff(
    method: str, control: str, theirs: str | None, base: str
) -> None:
    from diff_diff import CallawaySantAnna

    frame = rows()
    model = CallawaySantAnna(
        control_group=theirs or "not_yet_treated",
        estimation_method=method,
        panel=False,
        base_period=base,
    )
    with pytest.warns(UserWarning, match="stationary"):
        peer = model.fit(
            frame, outcome="y", unit="row", time="t", first_treat="g", covariates=["x"]
        )
    found = ours(frame, method, control, base)
    errors = np.sqrt(np.diag(found.covariance))
    for cell, value, error in zip(found.cells, found.values, errors, strict=False):
        other = peer.group_time_effects[cell.group, cell.time]
        assert value == pytest.approx(other["effect"], abs=SAME)
        # Its regression error leaves out what the fit to the controls adds: see the next test.
        if method != "reg" and error > 0.0:
            assert error == pytest.approx(other["se"], rel=SAME)


# The improved one leaves out first steps that vanish on average, not row by row.
@pytest.mark.parametrize("method", ["dr", "reg", "ipw"])
def test_the_influence_is_what_each_row_moves_the_effect(method: Any) -> None:
    rng = np.random.default_rng(1)
    n = 400
    treated, after = (rng.integers(0, 2, n).astype(float) for _ in "ab")
    x = rng.normal(size=n) + 0.4 * treated
    y = x * (1.0 + 0.5 * after) + treated * after + rng.normal(size=n)
    covariates = np.column_stack([np.ones(n), x])

    def value(weights: Array) -> float:
        return effect_on_levels(y, treated, after, covariates, weights=weights, method=method).value

    even = np.ones(n)
    found = effect_on_levels(y, treated, after, covariates, weights=even, method=method)
    assert abs(found.influence.mean()) < 1e-9
    step = 1e-4
    for row in range(0, n, 40):
        more, less = even.copy(), even.copy()
        more[row] += step
        less[row] -= step
        slope = n * (value(more) - value(less)) / (2.0 * step)
        assert found.influence[row] == pytest.approx(slope, rel=1e-4, abs=1e-5)


def test_without_covariates_the_effect_is_the_difference_of_four_means() -> None:
    frame = rows()
    pair = frame[frame["t"].isin([2, 3]) & frame["g"].isin([0, 3])]
    means = pair.groupby(["g", "t"])["y"].mean()
    by_hand = (means[3, 3] - means[3, 2]) - (means[0, 3] - means[0, 2])
    for method in METHODS:
        found = effect_on_levels(
            pair["y"].to_numpy(),
            (pair["g"] > 0).to_numpy(dtype=float),
            (pair["t"] == 3).to_numpy(dtype=float),
            np.ones((len(pair), 1)),
            weights=np.ones(len(pair)),
            method=method,  # type: ignore[arg-type]
        )
        assert found.value == pytest.approx(by_hand, abs=SAME)


def test_an_empty_group_and_collinear_covariates_have_no_effect() -> None:
    y, ones = np.arange(8.0), np.ones(8)
    half = np.repeat([0.0, 1.0], 4)
    none = effect_on_levels(y, half, half, np.ones((8, 1)), weights=ones)
    assert np.isnan(none.value)
    twice = np.column_stack([ones, ones])
    side = np.tile([0.0, 1.0], 4)
    for method in METHODS:
        assert np.isnan(effect_on_levels(y, half, side, twice, weights=ones, method=method).value)  # type: ignore[arg-type]


def test_many_rows_keep_their_influence_where_it_is_not_zero(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = rows()
    dense = ours(frame, "dr", "never", "universal")
    monkeypatch.setattr("econ.kernels.evaluation.group_time.MANY", 10)
    sparse = ours(frame, "dr", "never", "universal")
    np.testing.assert_allclose(sparse.covariance, dense.covariance, atol=SAME)
    np.testing.assert_array_equal(sparse.values, dense.values)


def test_a_weight_of_two_is_a_row_that_stands_twice() -> None:
    rng = np.random.default_rng(5)
    frame = rows(400)
    count = rng.integers(1, 4, len(frame))
    long = frame.loc[frame.index.repeat(count)]
    for method in METHODS:
        one, two = (
            effect_on_levels(
                part["y"].to_numpy(),
                (part["g"] > 0).to_numpy(dtype=float),
                (part["t"] > 2).to_numpy(dtype=float),
                np.column_stack([np.ones(len(part)), part["x"]]),
                weights=weights,
                method=method,  # type: ignore[arg-type]
            ).value
            for part, weights in ((frame, count.astype(float)), (long, np.ones(len(long))))
        )
        assert one == pytest.approx(two, abs=1e-9)
