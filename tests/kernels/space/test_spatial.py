"""Spatial kernels: against dense algebra, and the laws between the models."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from econ.kernels.space import spatial_determinant
from econ.kernels.space.spatial_autocorrelation import moran, moran_of_residuals, permuted_moran
from econ.kernels.space.spatial_determinant import LogDeterminant, spatial_multiplier_traces
from econ.kernels.space.spatial_effects import average_effects
from econ.kernels.space.spatial_likelihood import spatial_error_likelihood, spatial_lag_likelihood
from econ.kernels.space.spatial_weights import (
    great_circle_chord,
    nearest_neighbours,
    points_on_sphere,
    row_standardised,
    row_sums,
    weights_eigenvalues,
    within_distance,
)

SEEDS = st.integers(0, 2**32 - 1)


def neighbours(seed: int, n: int = 30) -> tuple[sparse.csr_array, np.ndarray]:
    points = np.random.default_rng(seed).uniform(size=(n, 2))
    rows, columns, _ = nearest_neighbours(points, 4)
    near = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    both = ((near + near.T) > 0.0).astype(float)
    return row_standardised(both), row_sums(both)


@given(SEEDS)
def test_three_ways_to_the_determinant_agree(seed: int) -> None:
    weights, sums = neighbours(seed)
    dense = np.linalg.slogdet(np.eye(30) - 0.7 * weights.toarray())[1]
    values = weights_eigenvalues(weights, sums)
    assert np.isrealobj(values)
    assert LogDeterminant(weights).at(0.7) == pytest.approx(dense, abs=1e-9)
    assert LogDeterminant(weights, values).at(0.7) == pytest.approx(dense, abs=1e-9)


@given(SEEDS, st.floats(-0.9, 0.9))
def test_traces_and_sums_are_those_of_the_dense_inverse(seed: int, rho: float) -> None:
    weights, _ = neighbours(seed)
    W = weights.toarray()
    A = np.linalg.inv(np.eye(30) - rho * W)
    found = spatial_multiplier_traces(weights, rho)
    ones = np.ones(30)
    for ours, product in (
        (found.wa, W @ A),
        (found.waa, W @ A @ A),
        (found.wawa, W @ A @ W @ A),
        (found.wa_squared, (W @ A).T @ (W @ A)),
    ):
        assert ours == pytest.approx(np.trace(product), rel=1e-8, abs=1e-8)
    assert found.sum_wawa == pytest.approx(ones @ W @ A @ W @ A @ ones, rel=1e-8)


def test_traces_at_zero_are_the_limit_of_those_near_it() -> None:
    weights, _ = neighbours(5)
    at, near = (spatial_multiplier_traces(weights, rho) for rho in (0.0, 1e-9))
    for name, value in vars(at).items():
        assert value == pytest.approx(getattr(near, name), abs=1e-6)


def test_traces_by_blocks_are_the_traces_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    weights, _ = neighbours(1)
    whole = spatial_multiplier_traces(weights, 0.4)
    monkeypatch.setattr(spatial_determinant, "DENSE", 1)
    monkeypatch.setattr(spatial_determinant, "BLOCK", 7)
    assert spatial_multiplier_traces(weights, 0.4).wa_squared == pytest.approx(whole.wa_squared)


@given(SEEDS)
def test_without_neighbours_influence_lag_and_error_models_are_least_squares(seed: int) -> None:
    weights, sums = neighbours(seed)
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(30), rng.normal(size=30)])
    y = x @ [1.0, 2.0] + rng.normal(size=30)
    determinant = LogDeterminant(weights, weights_eigenvalues(weights, sums))
    by_hand = np.linalg.lstsq(x, y, rcond=None)[0]
    lag = spatial_lag_likelihood(y, x, weights, determinant)
    error = spatial_error_likelihood(y, x, weights, determinant)
    q = np.linalg.qr(x)[0]
    residual = y - x @ by_hand
    least = -15.0 * (np.log(2.0 * np.pi * (residual @ residual) / 30.0) + 1.0)
    assert lag.loglik >= least - 1e-9
    assert error.loglik >= least - 1e-9
    lagged = weights @ y
    moved = by_hand - lag.rho * np.linalg.lstsq(x, lagged, rcond=None)[0]
    np.testing.assert_allclose(lag.beta, moved)
    assert abs(q.T @ lag.residuals).max() < 1e-8


@given(SEEDS, st.floats(-0.8, 0.8))
def test_the_total_effect_is_beta_over_one_minus_rho(seed: int, rho: float) -> None:
    weights, _ = neighbours(seed)
    traces = spatial_multiplier_traces(weights, rho)
    found = average_effects(np.array([2.0]), np.zeros(1), np.eye(3), traces, 30)
    assert found.total[0] == pytest.approx(2.0 / (1.0 - rho), rel=1e-8)


def test_delta_errors_are_those_of_numerical_derivatives() -> None:
    weights, _ = neighbours(8)
    covariance = np.diag([0.01, 0.2, 0.3])
    at = np.array([0.5, 2.0, -1.0])

    def direct(point: np.ndarray) -> float:
        traces = spatial_multiplier_traces(weights, point[0])
        return float(average_effects(point[1:2], point[2:], covariance, traces, 30).direct[0])

    steps = 1e-5 * np.eye(3)
    slope = np.array([(direct(at + s) - direct(at - s)) / 2e-5 for s in steps])
    traces = spatial_multiplier_traces(weights, at[0])
    found = average_effects(at[1:2], at[2:], covariance, traces, 30).covariance[0, 0]
    assert found == pytest.approx(slope @ covariance @ slope, rel=1e-6)


def test_morans_i_of_a_regression_on_a_constant_is_that_of_the_variable() -> None:
    weights, _ = neighbours(2)
    y = np.random.default_rng(2).normal(size=30)
    alone = moran(y, weights, normal=True)
    fitted = moran_of_residuals(y - y.mean(), np.ones((30, 1)), weights)
    for name in ("statistic", "expectation", "variance"):
        assert getattr(fitted, name) == pytest.approx(getattr(alone, name))


def test_the_variance_of_morans_i_is_that_of_permutations() -> None:
    weights, _ = neighbours(4)
    y = np.random.default_rng(4).exponential(size=30)
    draws = permuted_moran(y, weights, 4000, np.random.default_rng(9))
    found = moran(y, weights)
    assert draws.mean() == pytest.approx(found.expectation, abs=0.01)
    # Four thousand draws know a variance to some five per cent.
    assert draws.var() == pytest.approx(found.variance, rel=0.1)


def test_distance_on_the_ground_decides_who_is_within_reach() -> None:
    points = points_on_sphere(np.array([2.35, 4.84, 7.75]), np.array([48.86, 45.76, 48.57]))
    # Paris to Lyon 391 km, to Strasbourg 397 km, Lyon to Strasbourg 381 km.
    reach = float(great_circle_chord(np.array(395.0)))
    pairs = set(zip(*(codes.tolist() for codes in within_distance(points, reach)[:2]), strict=True))
    assert pairs == {(0, 1), (1, 0), (1, 2), (2, 1)}
