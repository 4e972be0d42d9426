"""What stands at the borders: wrong options, frames and tables, refused by name."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from econ.kernels.operator import LeontiefOperator

# ---------------------------------------------------------------- no economy behind a solution


@pytest.mark.parametrize("method", ["lu", "mixed", "gmres", "sparse"])
def test_a_negative_solution_of_an_unproductive_matrix_is_an_error(method: Any) -> None:
    rng = np.random.default_rng(0)
    A = rng.random((40, 40))
    A *= 1.3 / np.abs(np.linalg.eigvals(A)).max()
    given = sparse.csr_array(A) if method == "sparse" else A
    operator = LeontiefOperator(given, method=method)
    words = r"right-hand side 1 falls to -.* the matrix is unproductive"
    for solve in (operator.solve, operator.solve_transposed):
        with pytest.raises(ArithmeticError, match=words):
            solve(np.column_stack([np.zeros(40), np.ones(40)]))
    with pytest.raises(ArithmeticError, match="unproductive"):
        operator.inverse()


def test_a_negative_solution_that_proves_nothing_is_returned() -> None:
    A = np.array([[0.2, 0.1], [0.3, 0.1]])
    asked = np.array([1.0, -5.0])
    found = LeontiefOperator(A).solve(asked)
    np.testing.assert_allclose(found - A @ found, asked)
    assert found.min() < 0.0
    # Flows below zero make outputs below zero in an economy that is productive.
    A[0, 1] = -0.9
    assert LeontiefOperator(A).solve(np.array([0.1, 1.0])).min() < 0.0


def test_an_economy_of_barely_less_than_one_is_solved() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        A = rng.random((30, 30)) * (rng.random((30, 30)) < 0.2)
        A *= (1.0 - 1e-4) / max(np.abs(np.linalg.eigvals(A)).max(), 1e-3)
        assert LeontiefOperator(A).solve(np.eye(30)).min() > -1e-8
        LeontiefOperator(A).inverse()
