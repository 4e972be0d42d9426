"""Effects by cohort and period, and honest intervals, against programs of others and plain laws."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import optimize

from econ.kernels.evaluation.doubly_robust import effect_on_changes, propensity_scores, tilted_odds
from econ.kernels.evaluation.fixed_length import fixed_length_interval, folded_normal_quantile
from econ.kernels.evaluation.group_time import GroupTime, aggregation_gradient, group_time_effects
from econ.kernels.evaluation.honest_bounds import (
    hybrid_interval,
    hybrid_rejects,
    least_favourable_value,
    plug_in_interval,
    relative_moments,
)
from econ.kernels.evaluation.imputation import imputed_effects

Array = npt.NDArray[np.float64]
# Two programs in double precision that solve the same equations in other orders.
SAME = 1e-8


def panel(seed: int = 0, units: int = 90, periods: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    cohort = rng.choice([0, 3, 4, 5], size=units)
    size = rng.normal(size=units) + 0.3 * (cohort > 0)
    base = rng.normal(size=units)
    rows = [
        {
            "unit": i,
            "time": t,
            "cohort": float(cohort[i]),
            "size": size[i],
            "y": base[i] + 0.3 * t * size[i] + (1.0 + 0.5 * (t - cohort[i])) * treated + noise,
        }
        for i in range(units)
        for t in range(1, periods + 1)
        for treated in [float(0 < cohort[i] <= t)]
        for noise in [rng.normal()]
    ]
    return pd.DataFrame(rows)


def group_time(data: pd.DataFrame, *, covariate: bool = False, **options: Any) -> GroupTime:
    wide = data.pivot(index="unit", columns="time", values="y")
    first = data.groupby("unit")["cohort"].first().to_numpy()
    held = np.ones((*wide.shape, 1))
    if covariate:
        size = data.pivot(index="unit", columns="time", values="size").to_numpy()
        held = np.concatenate([held, size[:, :, None]], axis=2)
    return group_time_effects(
        wide.to_numpy(),
        np.where(first == 0.0, np.inf, first),
        wide.columns.to_numpy(dtype=float),
        covariates=held,
        weights=np.ones(len(wide)),
        clusters=np.arange(len(wide)),
        **options,
    )[0]


def overall(found: GroupTime) -> tuple[float, float]:
    after = np.array([cell.after for cell in found.cells])
    value, slope = aggregation_gradient(
        found.cells, found.values, found.groups, found.shares, after
    )
    return value, float(np.sqrt(slope @ found.covariance @ slope))


@pytest.mark.parametrize("control", ["never", "notyet"])
@pytest.mark.parametrize(("method", "covariate"), [("dr", False), ("reg", True), ("ipw", True)])
def test_group_time_effects_are_those_of_diff_diff(
    control: str, method: str, covariate: bool
) -> None:
    from diff_diff import CallawaySantAnna

    data = panel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = CallawaySantAnna(
            control_group={"never": "never_treated", "notyet": "not_yet_treated"}[control],
            estimation_method=method,
        ).fit(
            data,
            outcome="y",
            unit="unit",
            time="time",
            first_treat="cohort",
            covariates=["size"] if covariate else None,
        )
    ours = group_time(data, control=control, method=method, covariate=covariate)
    for place, (cell, value) in enumerate(zip(ours.cells, ours.values, strict=True)):
        other = theirs.group_time_effects[(cell.group, int(cell.time))]
        assert value == pytest.approx(other["effect"], abs=SAME)
        assert np.sqrt(ours.covariance[place, place]) == pytest.approx(other["se"], abs=SAME)
    assert overall(ours) == pytest.approx((theirs.overall_att, theirs.overall_se), abs=SAME)


def test_the_doubly_robust_effect_is_right_when_either_model_is_wrong() -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    x = rng.normal(size=n)
    treated = (rng.uniform(size=n) < 1.0 / (1.0 + np.exp(-x))).astype(float)
    straight, ones = np.column_stack([np.ones(n), x]), np.ones(n)
    curved = x + x**2 + treated + rng.normal(size=n)
    # The outcome is curved in x, the regression straight: only the scores are right.
    assert effect_on_changes(curved, treated, straight, ones).value == pytest.approx(1.0, abs=0.15)
    assert abs(effect_on_changes(curved, treated, straight, ones, "reg").value - 1.0) > 0.15


def test_tilting_gives_controls_the_covariates_of_the_treated_exactly() -> None:
    rng = np.random.default_rng(2)
    held = np.column_stack([np.ones(400), rng.normal(size=(400, 2))])
    treated = (rng.uniform(size=400) < 1.0 / (1.0 + np.exp(-held[:, 1]))).astype(float)
    odds = tilted_odds(held, treated, 1.0 - treated)
    assert odds is not None
    assert ((1.0 - treated) * odds) @ held == pytest.approx(treated @ held, abs=1e-6)
    change = held @ np.array([1.0, 2.0, -1.0]) + 3.0 * treated
    assert effect_on_changes(change, treated, held, np.ones(400), "imp").value == pytest.approx(3.0)


def test_covariates_that_tell_treated_from_controls_give_no_scores() -> None:
    x = np.array([-2.0, -1.0, 1.0, 2.0])
    held = np.column_stack([np.ones(4), x])
    assert propensity_scores((x > 0).astype(float), held, np.ones(4)) is None
    assert np.isnan(effect_on_changes(x, (x > 0).astype(float), held, np.ones(4)).value)


def test_imputed_effects_are_those_of_diff_diff_and_weights_are_repetitions() -> None:
    from diff_diff import ImputationDiD

    data = panel(seed=2)
    theirs = ImputationDiD().fit(data, outcome="y", unit="unit", time="time", first_treat="cohort")
    treated = ((data["cohort"] > 0) & (data["time"] >= data["cohort"])).to_numpy()
    cell = np.full(len(data), -1)
    labels = data["cohort"] * 100 + data["time"]
    cell[treated] = pd.factorize(labels[treated])[0]
    unit = data["unit"].to_numpy()
    shape = {"covariates": np.zeros((len(data), 0)), "cell": cell, "clusters": unit}
    time = data["time"].to_numpy() - 1
    ours = imputed_effects(data["y"].to_numpy(), unit, time, weights=np.ones(len(data)), **shape)
    share = np.bincount(cell[treated]) / treated.sum()
    assert share @ ours.values == pytest.approx(theirs.overall_att, abs=1e-6)
    error = np.sqrt(share @ ours.covariance @ share)
    assert error == pytest.approx(theirs.overall_se, abs=1e-6)
    again = imputed_effects(
        data["y"].to_numpy(), unit, time, weights=np.full(len(data), 3.0), **shape
    )
    assert again.values == pytest.approx(ours.values, abs=SAME)
    assert again.covariance == pytest.approx(ours.covariance, abs=SAME)


# ---------------------------------------------------------------- honest intervals


def example(pre: int = 4, post: int = 3, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(pre + post, pre + post)) / 10.0
    covariance = root @ root.T + 0.01 * np.eye(pre + post)
    return rng.multivariate_normal(np.zeros(pre + post), covariance), covariance


def test_the_fixed_length_interval_is_the_shortest_there_is() -> None:
    estimates, covariance = example()
    weights, bound = np.array([0.2, 0.3, 0.5]), 0.05
    found = fixed_length_interval(estimates, covariance, 4, weights, bound=bound, level=0.95)
    rng = np.random.default_rng(0)
    steps = np.array([-4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    assert found.weights @ steps == pytest.approx(0.0, abs=SAME)
    half = (found.high - found.low) / 2.0
    for _ in range(200):
        other = found.weights.copy()
        other[:4] += rng.normal(scale=rng.choice([1e-3, 1e-1]), size=4)
        other[:4] -= (other @ steps) / (steps[:4] @ steps[:4]) * steps[:4]
        # The largest bias, by a linear programme over trends that bend by at most the bound.
        whole = np.insert(np.eye(7), 4, 0.0, axis=0)
        bends = np.diff(whole, n=2, axis=0)
        worst = -optimize.linprog(
            -other,
            A_ub=np.vstack([bends, -bends]),
            b_ub=np.full(2 * len(bends), bound),
            bounds=(None, None),
        ).fun
        error = np.sqrt(other @ covariance @ other)
        assert folded_normal_quantile(0.95, worst / error) * error >= half - 1e-9


@pytest.mark.parametrize("bound", [0.0, 0.7, 2.0])
def test_the_statistic_is_the_value_of_the_linear_programme(bound: float) -> None:
    estimates, covariance = example(seed=3)
    weights = np.array([0.5, -0.2, 0.7])
    whole = np.insert(np.eye(7), 4, 0.0, axis=0)
    moves = np.diff(whole, axis=0)
    for place, moments in enumerate(relative_moments(covariance, 4, weights, bound)):
        largest = bound * moves[place // 2] * (1.0 if place % 2 == 0 else -1.0)
        rows = np.vstack([moves[4:] - largest, -moves[4:] - largest])
        size = np.sqrt(np.diag(rows @ covariance @ rows.T))
        for effect in (-1.0, 0.0, 0.4):
            # Smallest eta with rows (estimates - effects) <= eta size, effects adding to `effect`.
            programme = optimize.linprog(
                np.array([1.0, 0.0, 0.0, 0.0]),
                A_ub=np.column_stack([-size, -rows[:, 4:]]),
                b_ub=-rows @ estimates,
                A_eq=np.concatenate([[0.0], weights])[None, :],
                b_eq=[effect],
                bounds=(None, None),
            )
            ours = moments.slopes @ estimates - moments.constants - effect * moments.loads
            assert ours.max() == pytest.approx(programme.fun, abs=1e-7)


def test_the_hybrid_interval_covers_under_its_own_violation_and_the_plug_in_does_not() -> None:
    rng = np.random.default_rng(4)
    covariance = 0.02 * (np.eye(5) + 1.0)
    trend = np.array([0.1, 0.0, -0.1, 0.2, 0.4])  # moves 0.2 after, at most 0.1 before
    weights, truth, bound = np.array([0.5, 0.5]), 1.0, 2.0
    draws = rng.standard_normal((4000, 5))
    moments = relative_moments(covariance, 3, weights, bound)
    largest = [least_favourable_value(one, covariance, 0.005, draws) for one in moments]
    honest = naive = 0
    repetitions = 400
    for _ in range(repetitions):
        seen = trend + np.array([0.0, 0.0, 0.0, truth, truth])
        seen = rng.multivariate_normal(seen, covariance)
        honest += any(
            not hybrid_rejects(
                seen, covariance, one, np.array([truth]), value, size=0.05, first=0.005
            )[0]
            for one, value in zip(moments, largest, strict=True)
        )
        low, high = plug_in_interval(seen, 3, weights, 0.5 * bound)
        naive += low <= truth <= high
    # Two binomial standard errors below the nominal level, and far below it.
    assert honest / repetitions >= 0.95 - 2.0 * np.sqrt(0.95 * 0.05 / repetitions)
    assert naive / repetitions < 0.90


def test_a_larger_bound_never_gives_a_shorter_interval() -> None:
    estimates, covariance = example(seed=5)
    weights = np.array([1.0, 0.0, 0.0])
    draws = np.random.default_rng(0).standard_normal((4000, 7))
    lengths = []
    for bound in (0.0, 0.5, 1.0, 2.0):
        moments = relative_moments(covariance, 4, weights, bound)
        low, high = hybrid_interval(
            estimates, covariance, 4, weights, moments=moments, draws=draws, level=0.95, first=0.005
        )
        lengths.append(high - low)
    assert lengths == sorted(lengths)
