"""Synthetic controls as arrays: an exact solver, the optimum of the nested fit, published stops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from econ.kernels.evaluation.conformal import conformal_p_value
from econ.kernels.evaluation.predictor_weights import nested_weights, regression_importance
from econ.kernels.evaluation.ridge_augmentation import augmented_weights, chosen_ridge, ridge_grid
from econ.kernels.evaluation.simplex import frank_wolfe_weights, simplex_weights
from econ.kernels.evaluation.synthetic_did import (
    DoubleWeights,
    double_difference,
    noise_level,
    synthetic_did_weights,
)

MATRICES = arrays(float, (6, 5), elements=st.floats(-10.0, 10.0, width=32))
# A quadratic programme solved in double precision.
PRECISION = 1e-6


def walks(periods: int, units: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=(periods, units)).cumsum(axis=0)


@given(MATRICES, st.sampled_from([0.0, 0.5]))
def test_no_share_of_donors_lies_nearer_than_the_weights_found(D: Any, ridge: float) -> None:
    weights = simplex_weights(D, ridge)
    assert weights.min() >= 0.0
    assert weights.sum() == pytest.approx(1.0)
    # Kuhn-Tucker: no vertex falls below the slope at the weights.
    slope = D.T @ (D @ weights) + ridge * weights
    assert slope.min() >= slope @ weights - PRECISION * (1.0 + np.abs(D).max() ** 2)


def test_a_donor_that_is_the_target_takes_all_the_weight() -> None:
    D = walks(4, 5)
    D[:, 2] = 0.0
    assert simplex_weights(D).tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]


def test_a_general_solver_finds_the_same_shares() -> None:
    D = walks(8, 6, seed=3)
    even = np.full(6, 1 / 6)
    found = minimize(
        lambda w: float(w @ D.T @ D @ w),
        even,
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    # The general solver stops at 1e-14 of the loss, some 1e-5 of a weight.
    np.testing.assert_allclose(simplex_weights(D), found.x, atol=1e-4)


def test_steps_towards_vertices_end_where_the_exact_solver_is() -> None:
    A, b = walks(9, 5, seed=1), walks(9, 1, seed=2)[:, 0]
    stopped = frank_wolfe_weights(A, b, np.full(5, 0.2), ridge=1.0, least=1e-14, steps=20_000)
    # Steps towards vertices converge as one over their number.
    np.testing.assert_allclose(stopped, simplex_weights(A - b[:, None], 1.0), atol=1e-3)


def test_the_nested_fit_recovers_weights_that_fit_predictors_and_outcomes_alike() -> None:
    Y = walks(10, 8, seed=5)
    true = np.array([0.5, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0])
    Y[:, 0] = Y[:, 1:] @ true
    X = np.vstack([Y[:5].mean(axis=0), Y[9], Y[4]])
    distances, outcomes = X[:, 1:] - X[:, :1], Y[:, 1:] - Y[:, :1]
    rng = np.random.default_rng(0)
    found = nested_weights(distances, outcomes, starts=8, rng=rng)
    assert found.starts == ("every predictor matched exactly",)
    assert found.losses[0] <= 1e-6 * (outcomes**2).mean()


def test_the_nested_fit_is_the_same_for_one_seed_and_never_beats_the_outcome_only_fit() -> None:
    Y = walks(10, 12, seed=7)
    Y[:, 0] += 2.0  # outside of what donors can match
    X = np.vstack([Y[:5].mean(axis=0), Y[9]])
    distances, outcomes = X[:, 1:] - X[:, :1], Y[:, 1:] - Y[:, :1]
    once, twice = (
        nested_weights(distances, outcomes, starts=6, rng=np.random.default_rng(1)) for _ in "ab"
    )
    np.testing.assert_array_equal(once.weights, twice.weights)
    assert once.losses[0] == once.losses.min()
    np.testing.assert_allclose(once.weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(once.importances.sum(axis=1), 1.0)
    assert len(once.starts) == len(once.losses) == len(once.weights) <= 7  # and a recombination
    assert "recombination of these" in once.starts
    free = outcomes @ simplex_weights(outcomes)
    assert once.losses[0] >= free @ free / len(free) - 1e-12


def test_importances_from_a_regression_are_shares() -> None:
    shares = regression_importance(walks(3, 20, seed=2), walks(4, 20, seed=3))
    assert shares.min() >= 0.0
    assert shares.sum() == pytest.approx(1.0)


def test_the_ridge_correction_reaches_the_target_as_the_penalty_vanishes() -> None:
    donors, target = walks(4, 9, seed=4), walks(4, 1, seed=8)[:, 0] + 30.0
    base = simplex_weights(donors - target[:, None])
    weights = augmented_weights(donors, target, base, 1e-9)
    assert weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(donors @ weights, target, rtol=1e-6)
    strong = augmented_weights(donors, target, base, 1e9)
    np.testing.assert_allclose(strong, base, atol=1e-6)


def test_the_penalty_is_the_largest_within_one_standard_error() -> None:
    donors, target = walks(12, 20, seed=6), walks(12, 1, seed=9)[:, 0]
    choice = chosen_ridge(donors, target)
    assert len(choice.grid) == 21
    assert choice.grid[-1] / choice.grid[0] == pytest.approx(1e-8)
    np.testing.assert_array_equal(choice.grid, ridge_grid(donors))
    least = int(choice.errors.argmin())
    reach = choice.errors[least] + choice.standard_errors[least]
    assert choice.ridge == choice.grid[choice.errors <= reach].max()
    assert chosen_ridge(donors, target, one_standard_error=False).ridge == choice.grid[least]


def test_a_step_added_to_the_treated_is_the_double_difference() -> None:
    Y = walks(9, 7, seed=11).T
    zeta = noise_level(Y[:-1, :6])
    weights = synthetic_did_weights(Y, 1, 6, donor_ridge=zeta, period_ridge=1e-6 * zeta, exact=True)
    before = double_difference(Y, 1, 6, weights)
    Y[-1, 6:] += 4.0
    np.testing.assert_allclose(double_difference(Y, 1, 6, weights), before + 4.0)


def test_synthetic_did_sees_no_constant_of_a_unit_nor_of_a_period() -> None:
    Y = walks(9, 7, seed=12).T
    moved = Y + np.arange(7)[:, None] * 10.0 + np.sin(np.arange(9)) * 5.0
    found = []
    for outcomes in (Y, moved):
        zeta = noise_level(Y[:-1, :6])
        weights = synthetic_did_weights(
            outcomes, 1, 6, donor_ridge=zeta, period_ridge=1e-3 * zeta, exact=True
        )
        found.append(double_difference(outcomes, 1, 6, weights))
    np.testing.assert_allclose(found[0], found[1], atol=1e-5)


def test_even_weights_are_difference_in_differences() -> None:
    Y = walks(5, 4, seed=13).T
    even = DoubleWeights(np.full(3, 1 / 3), np.full(3, 1 / 3))
    by_hand = (Y[3, 3:].mean() - Y[3, :3].mean()) - (Y[:3, 3:].mean() - Y[:3, :3].mean())
    assert double_difference(Y, 1, 3, even).mean() == pytest.approx(by_hand)


def test_a_conformal_p_value_is_exact_on_exchangeable_residuals() -> None:
    rng = np.random.default_rng(0)
    p = np.array([conformal_p_value(rng.normal(size=20), 1) for _ in range(2000)])
    assert p.min() >= 1 / 20
    # 2,000 draws: a share of 0.10 has a standard error of 0.007.
    assert (p <= 0.10).mean() == pytest.approx(0.10, abs=0.02)


def test_random_orders_approach_all_orders() -> None:
    residuals = np.array([0.1, -0.4, 0.3, 0.2, 2.0, 0.1])
    iid = conformal_p_value(residuals, 2, scheme="iid", draws=5000)
    # Both last periods must hold 2.0: one third of all pairs, ties with 0.1 included.
    assert iid == pytest.approx(1 / 3, abs=0.03)
