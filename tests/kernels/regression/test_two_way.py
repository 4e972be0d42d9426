"""Two fixed effects taken out of columns, held against dummies and against within."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.regression.two_way import TwoWay

# Least squares on dummies by singular values: rounding of numbers of the order of ten.
ROUNDING = 1e-11


def codes(values: list[int]) -> np.ndarray:
    return np.unique(values, return_inverse=True)[1]


@st.composite
def effects(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray]:
    n = draw(st.integers(2, 40))
    first = draw(st.lists(st.integers(0, draw(st.integers(0, 9))), min_size=n, max_size=n))
    second = draw(st.lists(st.integers(0, draw(st.integers(0, 9))), min_size=n, max_size=n))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    weights = rng.uniform(0.1, 3.0, n) if draw(st.booleans()) else None
    columns = rng.normal(size=(n, 2)) + draw(st.sampled_from([0.0, 10.0]))
    return codes(first), codes(second), weights, columns


def dummies(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.column_stack([np.eye(first.max() + 1)[first], np.eye(second.max() + 1)[second]])


@given(effects())
def test_what_is_left_is_what_dummies_leave(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray],
) -> None:
    first, second, weights, columns = drawn
    roots = np.ones(len(first)) if weights is None else np.sqrt(weights)
    design = dummies(first, second) * roots[:, None]
    fitted = np.linalg.lstsq(design, columns * roots[:, None], rcond=None)[0]
    expected = columns - dummies(first, second) @ fitted
    found = TwoWay(first, second, weights).residuals(columns)
    assert found is not None
    np.testing.assert_allclose(found, expected, atol=ROUNDING)


@given(effects())
def test_the_parts_are_what_the_rank_of_dummies_lacks(
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray],
) -> None:
    first, second, weights, _ = drawn
    design = dummies(first, second)
    lacking = design.shape[1] - np.linalg.matrix_rank(design)
    assert TwoWay(first, second, weights).parts == lacking


@pytest.mark.parametrize("weighted", [False, True])
def test_many_levels_that_meet_seldom_agree_with_within(weighted: bool) -> None:
    import within

    rng = np.random.default_rng(3)
    n = 20_000
    first, second = (
        codes(rng.integers(0, 4000, n).tolist()),
        codes(rng.integers(0, 300, n).tolist()),
    )
    weights = rng.uniform(0.5, 2.0, n) if weighted else None
    columns = rng.normal(size=(n, 3)) + np.array([0.0, 5.0, -100.0])
    terms = [within.Effect(code.astype(np.uint32), True, None) for code in (first, second)]
    solver = within.Solver(terms, weights=weights)
    options = within.LsmrOptions(tol=1e-13, maxiter=1000)
    expected = solver.solve_batch(np.asfortranarray(columns), options).demeaned
    found = TwoWay(first, second, weights).residuals(columns)
    # Within stops at a share of 1e-13 of a column whose numbers are of the order of a hundred.
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_chain_of_levels_is_left_to_a_better_preconditioner() -> None:
    steps = np.arange(3000)
    first, second = np.repeat(steps, 2), np.append(np.repeat(steps[:-1] + 1, 2), [0, 0])
    second = np.roll(second, 1)
    columns = np.random.default_rng(0).normal(size=(len(first), 1))
    assert TwoWay(first, second, None).residuals(columns) is None
