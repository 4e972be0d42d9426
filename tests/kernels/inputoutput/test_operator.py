"""Every path to the same answer, and no answer without its residual."""

from typing import Any, get_args

import numpy as np
import pytest
from scipy import sparse

from econ.kernels.inputoutput.bordered import BorderedOperator, UpdatedOperator
from econ.kernels.inputoutput.operator import LeontiefOperator, Method

PATHS = [method for method in get_args(Method) if method != "auto"]
# Residuals of 1e-10 on a well-conditioned table leave answers at least this close.
SAME = 1e-9


def economy(n: int, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    flows = rng.random((n, n)) * rng.lognormal(size=n)
    return flows, flows.sum(axis=0) / rng.uniform(0.3, 0.7, n)


@pytest.mark.parametrize("method", PATHS)
@pytest.mark.parametrize("columns", [None, 3])
def test_every_path_gives_the_answer_of_the_plain_inverse(method: Any, columns: int | None) -> None:
    flows, output = economy(150)
    A = flows / output
    rng = np.random.default_rng(1)
    sides = rng.random(150 if columns is None else (150, columns))
    L = np.linalg.inv(np.eye(150) - A)
    operator = LeontiefOperator(flows, output, method=method)
    np.testing.assert_allclose(operator.solve(sides), L @ sides, rtol=SAME)
    np.testing.assert_allclose(operator.solve_transposed(sides), L.T @ sides, rtol=SAME)
    assert operator.report.method == method
    assert operator.report.residual <= operator.report.tolerance
    # (I - A) L = I, on every column.
    np.testing.assert_allclose((np.eye(150) - A) @ operator.inverse(), np.eye(150), atol=SAME)


def test_a_sparse_table_is_solved_as_a_dense_one() -> None:
    rng = np.random.default_rng(2)
    thin = sparse.random_array((1200, 1200), density=0.004, rng=rng, format="csr") * 0.1
    f = rng.random(1200)
    operator = LeontiefOperator(thin)
    found = operator.solve(f)
    assert operator.report.method == "sparse"
    np.testing.assert_allclose(found, np.linalg.solve(np.eye(1200) - thin.toarray(), f), rtol=SAME)
    dense = LeontiefOperator(thin.toarray(), method="lu").solve(f)
    np.testing.assert_allclose(found, dense, rtol=SAME)


def test_the_choice_is_made_by_size_and_by_what_is_asked_and_can_be_forced() -> None:
    flows, output = economy(1200)
    operator = LeontiefOperator(flows, output)
    assert operator.plan(1).method == "gmres"
    assert operator.plan(100).method == "lu"
    operator.factorise()
    assert operator.plan(1).method == "lu"
    assert operator.plan(1).reason == "the factor is there already"
    assert LeontiefOperator(flows, output, memory=1000).plan(100).method == "mixed"
    assert LeontiefOperator(flows, output, method="bicgstab").plan(100).method == "bicgstab"
    assert LeontiefOperator(flows[:50, :50], output[:50]).plan(1).method == "lu"


def test_the_residual_of_a_large_factor_is_estimated_from_random_projections() -> None:
    flows, output = economy(1100)
    operator = LeontiefOperator(flows, output, method="lu")
    f = np.random.default_rng(3).random((1100, 2))
    np.testing.assert_allclose(operator.solve(f) - operator.apply(operator.solve(f)), f, rtol=SAME)
    assert 0.0 < operator.report.residual < 1e-12
    lu, pivots = operator._factors["lu"]
    lu[0, 0] *= 1.001  # a factor that has been damaged
    operator._factors["lu"] = (lu, pivots)
    with pytest.raises(ArithmeticError, match="left a residual"):
        operator.solve(f)
    with pytest.raises(ArithmeticError, match="left a residual"):
        operator.solve_transposed(f)


def test_a_solve_that_does_not_converge_raises() -> None:
    A = np.array([[0.5, 0.5], [0.5, 0.5 - 1e-13]])
    for method in ("mixed", "bicgstab"):
        with pytest.raises(ArithmeticError):
            LeontiefOperator(A, method=method).solve(np.array([1.0, 2.0]))


def test_a_singular_table_is_named_by_column() -> None:
    with pytest.raises(ArithmeticError, match=r"singular at columns \[1\]"):
        LeontiefOperator(np.array([[0.5, 0.5], [0.5, 0.5]])).solve(np.ones(2))
    with pytest.raises(ArithmeticError, match="only feed each other"):
        LeontiefOperator(np.eye(3), method="sparse").solve(np.ones(3))


def test_wrong_shapes_and_unknown_methods_are_refused() -> None:
    A = np.zeros((3, 3))
    for wrong in (lambda: LeontiefOperator(A[:2]), lambda: LeontiefOperator(A, np.ones(2))):
        with pytest.raises(ValueError, match="shape"):
            wrong()
    with pytest.raises(ValueError, match="no solver 'qr'"):
        LeontiefOperator(A, method="qr")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="shape"):
        LeontiefOperator(A).solve(np.ones(2))
    with pytest.raises(ValueError, match="not finite"):
        LeontiefOperator(A).solve(np.array([1.0, np.nan, 0.0]))


def test_a_memory_mapped_table_is_solved_where_it_lies(tmp_path: Any) -> None:
    flows, output = economy(1000)
    np.save(tmp_path / "flows.npy", flows)
    mapped = np.load(tmp_path / "flows.npy", mmap_mode="r")
    f = np.random.default_rng(4).random(1000)
    operator = LeontiefOperator(mapped, output)
    np.testing.assert_allclose(operator.solve(f), LeontiefOperator(flows, output).solve(f))
    assert operator.report.method == "gmres"


def test_changed_coefficients_are_solved_on_the_old_factor() -> None:
    flows, output = economy(60)
    A = flows / output
    rng = np.random.default_rng(5)
    left, right = 0.2 * rng.random((60, 2)) / 60, np.eye(60)[:, [3, 40]]
    f = rng.random((60, 2))
    changed = UpdatedOperator(LeontiefOperator(A), left, right)
    L = np.linalg.inv(np.eye(60) - A - left @ right.T)
    np.testing.assert_allclose(changed.solve(f), L @ f, rtol=SAME)
    np.testing.assert_allclose(changed.solve_transposed(f), L.T @ f, rtol=SAME)


def test_a_change_that_makes_the_table_singular_is_refused() -> None:
    base = LeontiefOperator(np.array([[0.5, 0.5], [0.5, 0.25]]))
    cell = np.array([[0.0], [0.25]]), np.array([[0.0], [1.0]])
    with pytest.raises(ArithmeticError, match="singular"):
        UpdatedOperator(base, *cell)


def test_endogenous_accounts_are_the_bordered_system() -> None:
    rng = np.random.default_rng(6)
    A = rng.random((5, 5)) * 0.15
    V, C, T = rng.random((2, 5)) * 0.3, rng.random((5, 2)) * 0.15, rng.random((2, 2)) * 0.1
    f, g = rng.random(5), rng.random(2)
    whole = np.linalg.inv(np.eye(7) - np.block([[A, C], [V, T]]))
    accounts = BorderedOperator(LeontiefOperator(A), V, C, T)
    x, y = accounts.solve(f, g)
    np.testing.assert_allclose(np.append(x, y), whole @ np.append(f, g), rtol=SAME)
    v = rng.random(5)
    np.testing.assert_allclose(accounts.output_multipliers(v), v @ whole[:5, :5], rtol=SAME)
    np.testing.assert_allclose(accounts.income_per_demand, whole[5:, :5], rtol=SAME)
    np.testing.assert_allclose(accounts.income_multiplier, whole[5:, 5:], rtol=SAME)


def test_accounts_that_respend_everything_are_refused() -> None:
    one = np.ones((1, 1))
    with pytest.raises(ArithmeticError, match="closure needs less than one"):
        BorderedOperator(LeontiefOperator(0.5 * one), 0.5 * one, one, 0 * one)
