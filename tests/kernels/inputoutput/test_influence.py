"""Fields of influence against numerical derivatives, variances against draws."""

import numpy as np
import pytest

from econ.kernels.inputoutput.coefficient_errors import (
    effect_variance,
    multiplier_variance,
    output_variance,
)
from econ.kernels.inputoutput.influence import (
    changed_inverse,
    field_of_influence,
    influence_intensity,
    tolerable_limits,
)

N = 5
DRAWS = 20_000
# The variance of d normal draws has a relative standard error of sqrt(2 / d), one per cent here;
# five of them are allowed for each of a few dozen numbers. The deviations of the coefficients
# are half a per cent, so that terms of second order change variances by less than 1e-4.
MONTE_CARLO = 5 * np.sqrt(2 / DRAWS)
DEVIATION = 0.005


def table() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    A = rng.uniform(0.0, 0.3, (N, N))
    return A, np.linalg.inv(np.eye(N) - A), rng.uniform(0.1, 2.0, N), rng.uniform(5.0, 50.0, N)


def with_cell(A: np.ndarray, i: int, j: int, change: float) -> np.ndarray:
    changed = A.copy()
    changed[i, j] += change
    return np.linalg.inv(np.eye(N) - changed)


def test_the_field_of_influence_is_the_derivative_of_the_inverse() -> None:
    A, L, _, _ = table()
    step = 1e-6
    slope = (with_cell(A, 1, 3, step) - with_cell(A, 1, 3, -step)) / (2 * step)
    # Central differences: the step squared, and roundings of 1e-16 over the step.
    np.testing.assert_allclose(field_of_influence(L[:, 1], L[3, :]), slope, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("change", [-0.2, 0.05, 0.3])
def test_a_changed_inverse_is_that_of_the_changed_table(change: float) -> None:
    A, L, _, _ = table()
    found = changed_inverse(L, 1, 3, change)
    np.testing.assert_allclose(found, with_cell(A, 1, 3, change), rtol=1e-11)


def test_a_change_that_breaks_the_economy_is_refused() -> None:
    _, L, _, _ = table()
    with pytest.raises(ValueError, match="no productive economy; stay below"):
        changed_inverse(L, 1, 3, 1.01 / L[3, 1])  # beyond rounding


def test_intensities_are_the_sizes_of_the_fields() -> None:
    _, L, _, _ = table()
    sums, sizes = influence_intensity(L, "sum"), influence_intensity(L)
    for i in range(N):
        for j in range(N):
            field = field_of_influence(L[:, i], L[j, :])
            assert sums[i, j] == pytest.approx(field.sum(), rel=1e-13)
            assert sizes[i, j] == pytest.approx(np.linalg.norm(field), rel=1e-13)


def test_at_its_tolerable_limit_a_coefficient_moves_the_most_moved_output_by_the_tolerance() -> (
    None
):
    A, L, _, f = table()
    A = A.copy()
    A[2, 2] = 0.0
    L = np.linalg.inv(np.eye(N) - A)
    x = L @ f
    limits = tolerable_limits(L, A, x, 0.01)
    for i in range(N):
        for j in range(N):
            if A[i, j] == 0.0:
                assert limits[i, j] == np.inf
                continue
            moved = with_cell(A, i, j, limits[i, j] * A[i, j]) @ f / x - 1.0
            assert moved.max() == pytest.approx(0.01, rel=1e-10)


def test_limits_hold_for_negative_outputs_and_coefficients() -> None:
    A, _, _, f = table()
    A = A.copy()
    A[0, 1], A[3, 3] = -0.2, -0.1
    f = f.copy()
    f[0] = -40.0
    x = np.linalg.solve(np.eye(N) - A, f)
    assert (x < 0.0).any()
    assert (x > 0.0).any()
    limits = tolerable_limits(np.linalg.inv(np.eye(N) - A), A, x, 0.01)
    for i in range(N):
        for j in range(N):
            moved = with_cell(A, i, j, limits[i, j] * A[i, j]) @ f / x - 1.0
            assert np.abs(moved).max() == pytest.approx(0.01, rel=1e-10)


def test_a_change_that_damps_itself_has_no_limit() -> None:
    # x = 10 / (1.5 + d) for a growth by d of -1/2: it falls, but never by more than the whole.
    A, x = np.array([[-0.5]]), np.array([10.0 / 1.5])
    assert tolerable_limits(1.0 / (1.0 - A), A, x, 1.0).tolist() == [[np.inf]]


def test_a_sector_without_output_sets_no_limit() -> None:
    A = np.array([[0.5, 0.1], [0.0, 0.0]])
    L = np.linalg.inv(np.eye(2) - A)
    limits = tolerable_limits(L, A, np.array([10.0, 0.0]), 0.1)
    assert np.isfinite(limits[0, 0])
    assert limits[0, 1] == np.inf
    with pytest.raises(ValueError, match="above zero"):
        tolerable_limits(L, A, np.array([10.0, 0.0]), 0.0)


@pytest.mark.parametrize(
    "groups", [None, np.arange(N), np.zeros(N, int), np.array([7, 2, 7, 2, 2])]
)
def test_variances_are_those_of_monte_carlo(groups: np.ndarray | None) -> None:
    A, L, v, f = table()
    m, x = v @ L, L @ f
    spread = DEVIATION * A
    rng = np.random.default_rng(12)
    if groups is None:
        z = rng.standard_normal((DRAWS, N, N))
    else:
        labels, place = np.unique(groups, return_inverse=True)
        z = rng.standard_normal((DRAWS, 1, labels.size))[:, :, place]
    inverses = np.linalg.inv(np.eye(N) - A - spread * z)
    drawn_m, drawn_x = v @ inverses, inverses @ f
    variance = spread**2
    np.testing.assert_allclose(
        multiplier_variance(m, L, variance, groups), drawn_m.var(axis=0), rtol=MONTE_CARLO
    )
    np.testing.assert_allclose(
        output_variance(L, x, variance, groups), drawn_x.var(axis=0), rtol=MONTE_CARLO
    )
    assert effect_variance(m, x, variance, groups) == pytest.approx(
        (drawn_x @ v).var(), rel=MONTE_CARLO
    )


def test_independent_variances_are_those_of_the_jacobian_written_out() -> None:
    A, L, v, f = table()
    m, x = v @ L, L @ f
    variance = (0.1 * A) ** 2
    by_hand = sum(
        variance[i, k] * field_of_influence(L[:, i], L[k, :]) ** 2
        for i in range(N)
        for k in range(N)
    )
    # With a unit vector for v (or f) both variances are those of the elements of L.
    np.testing.assert_allclose(
        [multiplier_variance(L[k], L, variance) for k in range(N)], by_hand, rtol=1e-12
    )
    np.testing.assert_allclose(
        np.array([output_variance(L, L[:, k], variance) for k in range(N)]).T, by_hand, rtol=1e-12
    )
    moved = np.outer(m, x)
    assert effect_variance(m, x, variance) == pytest.approx((moved**2 * variance).sum(), rel=1e-12)


def test_a_negative_variance_is_refused() -> None:
    _, L, v, _ = table()
    variance = np.zeros((N, N))
    variance[1, 2] = -1.0
    with pytest.raises(ValueError, match=r"variance -1.0 at row 1, column 2"):
        multiplier_variance(v @ L, L, variance)


def test_groups_that_do_not_label_every_column_are_refused() -> None:
    A, L, v, f = table()
    one = np.array([0])
    for asked in (
        lambda: multiplier_variance(v @ L, L, A**2, one),
        lambda: output_variance(L, L @ f, A**2, one),
        lambda: effect_variance(v @ L, L @ f, A**2, one),
    ):
        with pytest.raises(ValueError, match="label each of 5 columns"):
            asked()


def test_a_norm_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="the norm is 'max'; ask for sum or euclidean"):
        influence_intensity(np.eye(2), "max")  # type: ignore[arg-type]
