"""What stands at the borders: wrong options, frames and tables, refused by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import econ
from econ.errors import InputError
from econ.inputoutput.supply_use import SupplyUseTable
from econ.kernels.operator import LeontiefOperator

REGIONS = ["North", "South"]
PRODUCTS = ["A", "C", "F"]
USES = ["P3_S14", "P51G"]
# Sums and solves of six sectors in double precision.
CLOSE = 1e-10


def frames(index: pd.Index | None = None) -> dict[str, Any]:
    """Six products (two regions of three) whose rows and columns close, with imported flows."""
    rng = np.random.default_rng(0)
    names = [f"p{k}" for k in range(6)] if index is None else index
    labels = [f"p{k}" for k in range(6)] if index is None else list(map(" | ".join, index))
    Z, Y = rng.uniform(1.0, 10.0, (6, 6)), rng.uniform(5.0, 40.0, (6, 2))
    M = rng.uniform(0.1, 2.0, (6, 8))
    x = Z.sum(axis=1) + Y.sum(axis=1)
    rest = x - Z.sum(axis=0) - M.sum(axis=0)[:6]
    V = np.zeros((4, 8))
    V[0], V[1:, :6] = M.sum(axis=0), np.array([0.6, 0.1, 0.3])[:, None] * rest
    everyone = [*labels, *USES]
    return {
        "flows": pd.DataFrame(Z, names, names),
        "final": pd.DataFrame(Y, names, USES),
        "primary": pd.DataFrame(V, ["P7", "D1", "D29X39", "B2A3G"], everyone),
        "imported": pd.DataFrame(M, labels, everyone),
        "satellites": pd.DataFrame([10.0 * x], ["employment"], labels),
        "satellite_units": {"employment": "persons"},
        "unit": "MEUR 2022 basic",
        "rounding": 1e-9,
    }


def supply_use_frames(n: int = 3) -> dict[str, Any]:
    """Products and industries that close; industry I1 makes some of each product."""
    rng = np.random.default_rng(1)
    products, industries = [f"p{k}" for k in range(n)], [f"I{k}" for k in range(n)]
    S = np.diag(rng.uniform(80.0, 120.0, n))
    S[:, 1] += 5.0
    U = rng.uniform(2.0, 10.0, (n, n))
    added = S.sum(axis=0) - U.sum(axis=0)
    return {
        "supply": pd.DataFrame(S, products, industries),
        "use": pd.DataFrame(U, products, industries),
        "final": pd.DataFrame({"C": S.sum(axis=1) - U.sum(axis=1)}, products),
        "primary": pd.DataFrame([0.6 * added, 0.4 * added], ["D1", "B2A3G"], industries),
        "unit": "MEUR 2022 basic",
        "rounding": 1e-6,
    }


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        make()
    return str(caught.value)


@pytest.fixture(scope="module")
def table() -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames())


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


# ---------------------------------------------------------------- imports and value added


def test_imported_flows_without_a_row_of_imports_are_refused_beside_value_added() -> None:
    given = frames()
    whole = econ.InputOutputTable.from_frames(**given)
    found = econ.multipliers(whole, ["imports"])
    A, M = whole.coefficients, given["imported"].to_numpy()
    wanted = (M.sum(axis=0)[:6] / whole.output) @ np.linalg.inv(np.eye(6) - A)
    np.testing.assert_allclose(found["effect"], wanted, rtol=CLOSE)
    # Called something else, the imports still close every column, but no multiplier counts them.
    for change in (
        {"roles": {"P7": "other"}},
        {"primary": given["primary"].drop("P7"), "rounding": 0.05, "statistical_discrepancy": 99.0},
    ):
        message = refusal(lambda change=change: econ.InputOutputTable.from_frames(**given | change))
        assert "column primary: imported flows, but no row of imports" in message
        assert "give primary a row of imports: the column sums of imported" in message


def test_imported_flows_are_taken_where_no_value_added_closes_the_columns() -> None:
    given = frames()
    wages = given["primary"].loc[["D1", "D29X39"]]
    table = econ.InputOutputTable.from_frames(**given | {"primary": wages})
    assert "imports" not in table.measures
    assert "value imports: the table has no such row" in refusal(
        lambda: econ.multipliers(table, ["imports"])
    )
    nothing = econ.InputOutputTable.from_frames(**given | {"primary": None})
    assert nothing.import_share("P3_S14").max() > 0.0


def of_which(given: dict[str, Any]) -> pd.DataFrame:
    """Value added in one row, with wages and taxes as parts of it."""
    primary = given["primary"].copy()
    primary.loc["B1G"] = primary.drop("P7", errors="ignore").sum()
    return primary.drop("B2A3G")


def test_parts_of_value_added_that_are_more_than_it_are_refused_by_name() -> None:
    given = frames()
    primary = of_which(given)
    econ.InputOutputTable.from_frames(**given | {"primary": primary})
    primary.loc["D1", "p2"] = primary.loc["B1G", "p2"]
    message = refusal(lambda: econ.InputOutputTable.from_frames(**given | {"primary": primary}))
    assert "1 fault" in message
    assert "row value_added, column p2, value" in message
    assert "parts of value added (compensation and production_taxes) exceed it" in message
    assert "give the surplus below zero as a row of its own" in message
    # A loss stated as such explains it, and so does a subsidy.
    loss = primary.copy()
    loss.loc["B2A3G"] = 0.0
    loss.loc["B2A3G", "p2"] = -loss.loc["D29X39", "p2"]
    econ.InputOutputTable.from_frames(**given | {"primary": loss})
    primary.loc["D1", "p2"] += 3.0
    primary.loc["D29X39", "p2"] = -3.0
    econ.InputOutputTable.from_frames(**given | {"primary": primary})


def test_parts_of_an_industrys_value_added_are_held_to_the_same() -> None:
    given = supply_use_frames()
    primary = of_which(given)
    SupplyUseTable.from_frames(**given | {"primary": primary})
    primary.loc["D1", "I1"] = 1.1 * primary.loc["B1G", "I1"]
    message = refusal(lambda: SupplyUseTable.from_frames(**given | {"primary": primary}))
    assert "row value_added, column I1" in message
    assert "parts of value added (compensation) exceed it" in message
