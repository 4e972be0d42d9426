"""Supply and use made symmetric: printed figures, the plain formulas, and laws."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.inputoutput.almon import almon_flows
from econ.kernels.inputoutput.supplyuse import (
    basic_at_rates,
    basic_from_purchasers,
    margin_matrix,
    purchasers_from_basic,
    symmetric_table,
)

# A handful of products and solves in double precision.
CLOSE = 1e-9


def economy(seed: int, n: int = 4) -> dict[str, Any]:
    """Supply with a strong diagonal, and uses that balance it by product and by industry."""
    rng = np.random.default_rng(seed)
    supply = np.diag(rng.uniform(80.0, 120.0, n)) + rng.uniform(0.0, 10.0, (n, n))
    use = rng.uniform(0.0, 10.0, (n, n))
    rest = supply.sum(axis=1) - use.sum(axis=1)
    added = supply.sum(axis=0) - use.sum(axis=0)
    return {
        "supply": supply,
        "use": use,
        "final": np.column_stack([0.7 * rest, 0.3 * rest]),
        "primary": np.vstack([0.4 * added, 0.6 * added]),
    }


# United Nations (2018), Handbook on Supply and Use Tables and Input-Output Tables, table 12.3
# (page 376): agriculture, manufacturing and construction, services. Read from a transcription.
HANDBOOK = {
    "supply": [[25.77, 5.15, 7.04], [1.35, 402.51, 40.21], [13.32, 25.64, 717.41]],
    "use": [[4.35, 9.28, 0.61], [8.08, 107.80, 46.29], [3.78, 62.72, 211.40]],
    "final": [[13.18, 0.08, 10.47], [32.04, 73.94, 175.94], [344.77, 20.75, 112.95]],
    "primary": [[21.70, 129.78, 428.07]],
}
HANDBOOK_IMPORTED = [[0.77, 6.40, 0.48], [1.49, 100.14, 35.30], [0.28, 17.20, 42.52]]
# Tables 12.5, 12.7, 12.12 and 12.16 (pages 387, 388, 392 and 396).
HANDBOOK_RESULTS: dict[str, dict[str, Any]] = {
    "A": {
        "flows": [[6.40, 9.33, -1.50], [10.45, 116.03, 35.68], [-0.33, 61.13, 217.11]],
        "imported": [[1.11, 6.91, -0.37], [1.01, 109.33, 26.58], [-0.79, 17.48, 43.31]],
        "primary": [[20.10, 123.88, 435.56]],
    },
    "B": {
        "flows": [[2.89, 8.80, 2.55], [6.85, 102.84, 52.47], [5.10, 69.51, 203.30]],
        "imported": [[0.57, 6.00, 1.08], [2.47, 94.92, 39.53], [0.77, 18.22, 41.00]],
        "primary": [[19.31, 143.79, 416.45]],
    },
    "C": {
        "flows": [[6.65, 11.66, -2.98], [8.39, 112.47, 37.25], [1.17, 55.66, 224.02]],
        "final": [[15.22, -1.60, 11.51], [13.49, 78.65, 183.05], [361.28, 17.72, 104.80]],
    },
    "D": {
        "flows": [[3.04, 7.73, 4.28], [8.04, 101.09, 49.20], [5.13, 70.97, 204.82]],
        "imported": [[0.53, 4.96, 1.18], [1.46, 92.21, 33.50], [0.54, 26.57, 43.61]],
        "final": [[15.12, 0.64, 9.64], [42.52, 67.73, 164.72], [332.35, 26.39, 125.00]],
    },
}
# Inputs and results are printed to two decimals; the models sum inputs at weights up to 1.6.
TWO_DECIMALS_IN_AND_OUT = 0.015


@pytest.mark.parametrize("model", "ABCD")
def test_the_united_nations_handbook_s_worked_example_is_reproduced(model: Any) -> None:
    given = {name: np.array(cells) for name, cells in HANDBOOK.items()}
    found = symmetric_table(**given, model=model)
    abroad = symmetric_table(**{**given, "use": np.array(HANDBOOK_IMPORTED)}, model=model)
    seen = {
        "flows": found.flows,
        "final": found.final,
        "primary": found.primary,
        "imported": abroad.flows,
    }
    for block, printed in HANDBOOK_RESULTS[model].items():
        np.testing.assert_allclose(
            seen[block], printed, rtol=0.0, atol=TWO_DECIMALS_IN_AND_OUT, err_msg=block
        )
    below = np.argwhere(np.array(HANDBOOK_RESULTS[model]["flows"]) < 0.0)
    assert found.negatives.tolist() == below.tolist()


def test_the_eurostat_manual_s_box_11_4_is_reproduced_by_model_a_and_almon_s_method() -> None:
    # Eurostat (2008), Manual of Supply, Use and Input-Output Tables, box 11.4 (page 328): cheese,
    # ice cream, chocolate, rennet, other. Read from a transcription.
    supply = np.diag([70.0, 180.0, 100.0, 20.0, 535.0])
    supply[0, 1], supply[1, 0] = 30.0, 20.0
    final = np.array([[100.0], [200.0], [60.0], [0.0], [400.0]])
    primary = np.array([[44.0, 96.0, 70.0, 15.0, 535.0]])
    use = np.zeros((5, 5))
    use[2, :2], use[3, :2], use[4, :4] = [4.0, 36.0], [14.0, 6.0], [28.0, 72.0, 30.0, 5.0]
    pure = np.zeros((5, 5))
    pure[2, 1], pure[3, 0], pure[4, :4] = 40.0, 20.0, [30.0, 70.0, 30.0, 5.0]
    found = symmetric_table(supply, use, final, primary, "A")
    np.testing.assert_allclose(found.flows, pure, atol=CLOSE)
    assert found.negatives.size == 0
    # One unit of chocolate and of rennet on the wrong side, and two flows fall below zero.
    moved = use.copy()
    moved[2, :2], moved[3, :2] = [3.0, 37.0], [15.0, 5.0]
    found = symmetric_table(supply, moved, final, primary, "A")
    assert found.flows[2:4, :2].round(2).tolist() == [[-1.67, 41.67], [21.67, -1.67]]
    assert found.negatives.tolist() == [[2, 0], [3, 1]]
    # Almon's method finds the pure recipes again, and the use table that they imply.
    again = almon_flows(supply, moved).flows
    np.testing.assert_allclose(again, pure, atol=CLOSE)
    np.testing.assert_allclose(again @ (supply / supply.sum(axis=1)[:, None]), use, atol=CLOSE)


def test_two_industries_worked_by_hand_in_each_model() -> None:
    # Industry 2 makes 10 of product 1 beside its own 90, so S^-1 = [[1, -1/9], [0, 10/9]] / 100.
    supply = np.array([[100.0, 10.0], [0.0, 90.0]])
    use = np.array([[20.0, 30.0], [40.0, 20.0]])
    final, primary = np.array([[60.0], [30.0]]), np.array([[40.0, 50.0]])
    wanted = {
        # Product 1 costs 0.2 and 0.4 per unit; 10 of it take 2 and 4 out of industry 2.
        "A": [[20 + 2, 30 - 2], [40 + 4, 20 - 4]],
        # A tenth of all inputs of industry 2 goes with product 1.
        "B": [[20 + 3, 30 - 3], [40 + 2, 20 - 2]],
        # Industry 2 sells 10/90 of what product 2 sells, beside 100/90 of product 2's own row.
        "C": [[20 - 40 / 9, 30 - 20 / 9], [40 + 40 / 9, 20 + 20 / 9]],
        # A tenth in eleven of product 1 is sold by industry 2.
        "D": [[20 * 10 / 11, 30 * 10 / 11], [40 + 20 / 11, 20 + 30 / 11]],
    }
    for model, flows in wanted.items():
        found = symmetric_table(supply, use, final, primary, model)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.flows, flows, rtol=CLOSE, err_msg=model)
        rows = found.flows.sum(axis=1) + found.final.sum(axis=1)
        np.testing.assert_allclose(rows, found.output, rtol=CLOSE)


@given(st.integers(0, 500))
def test_the_four_models_are_their_formulas_with_inverses(seed: int) -> None:
    given = economy(seed)
    S, U = given["supply"], given["use"]
    q, g = S.sum(axis=1), S.sum(axis=0)
    T = np.linalg.inv(S)
    wanted = {
        "A": (U @ T * q, given["final"], given["primary"] @ T * q, q),
        "B": (U / g @ S.T, given["final"], given["primary"] / g @ S.T, q),
        "C": (np.diag(g) @ T @ U, np.diag(g) @ T @ given["final"], given["primary"], g),
        "D": ((S / q[:, None]).T @ U, (S / q[:, None]).T @ given["final"], given["primary"], g),
    }
    for model, blocks in wanted.items():
        found = symmetric_table(**given, model=model)  # type: ignore[arg-type]
        seen = (found.flows, found.final, found.primary, found.output)
        for have, want in zip(seen, blocks, strict=True):
            # Flows near zero are differences of larger ones.
            np.testing.assert_allclose(have, want, rtol=CLOSE, atol=CLOSE, err_msg=model)


@given(st.integers(0, 500), st.sampled_from("ABCD"))
def test_rows_and_columns_close_and_totals_are_kept(seed: int, model: Any) -> None:
    given = economy(seed)
    found = symmetric_table(**given, model=model)
    rows = found.flows.sum(axis=1) + found.final.sum(axis=1)
    columns = found.flows.sum(axis=0) + found.primary.sum(axis=0)
    np.testing.assert_allclose(rows, found.output, rtol=CLOSE)
    np.testing.assert_allclose(columns, found.output, rtol=CLOSE)
    np.testing.assert_allclose(found.final.sum(axis=0), given["final"].sum(axis=0), rtol=CLOSE)
    np.testing.assert_allclose(found.primary.sum(axis=1), given["primary"].sum(axis=1), rtol=CLOSE)
    assert found.flows.sum() == pytest.approx(given["use"].sum())
    if model in ("B", "D"):
        assert (found.flows >= 0).all()
        assert found.negatives.size == 0


@given(st.integers(0, 500), st.sampled_from("ABCD"))
def test_without_secondary_products_every_model_is_the_use_table(seed: int, model: Any) -> None:
    given = economy(seed)
    given["supply"] = np.diag(given["supply"].sum(axis=1))
    found = symmetric_table(**given, model=model)
    np.testing.assert_allclose(found.flows, given["use"], rtol=CLOSE)
    assert found.negatives.size == 0


@given(st.integers(0, 500))
def test_b_keeps_the_use_of_each_product_and_d_that_of_each_industry(seed: int) -> None:
    given = economy(seed)
    B, D = (symmetric_table(**given, model=m) for m in ("B", "D"))  # type: ignore[arg-type]
    np.testing.assert_allclose(B.flows.sum(axis=1), given["use"].sum(axis=1), rtol=CLOSE)
    np.testing.assert_allclose(D.flows.sum(axis=0), given["use"].sum(axis=0), rtol=CLOSE)


def test_negatives_are_reported_by_place() -> None:
    supply = np.array([[100.0, 40.0], [0.0, 60.0]])
    use = np.array([[60.0, 0.0], [10.0, 20.0]])
    found = symmetric_table(supply, use, np.zeros((2, 1)), np.zeros((1, 2)), "A")
    assert found.negatives.tolist() == [[0, 1]]
    assert found.flows[0, 1] == pytest.approx(-24.0)


def test_what_cannot_be_inverted_is_refused_with_the_reason() -> None:
    def of(supply: np.ndarray[Any, Any], model: Any) -> object:
        p, i = supply.shape
        return symmetric_table(supply, np.ones((p, i)), np.ones((p, 1)), np.ones((1, i)), model)

    for model in "AC":
        with pytest.raises(ValueError, match=r"as many products as industries, not \(3, 2\)"):
            of(np.ones((3, 2)), model)
        with pytest.raises(ValueError, match="two industries make the same mix"):
            of(np.array([[1.0, 2.0], [2.0, 4.0]]), model)
        with pytest.raises(ValueError, match=r"industries \[1\] have no supply"):
            of(np.array([[1.0, 0.0], [2.0, 0.0]]), model)
    with pytest.raises(ValueError, match="no model 'E'; choose one of A, B, C, D"):
        of(np.eye(2), "E")
    assert of(np.ones((3, 2)), "B")
    assert of(np.ones((3, 2)), "D")


# ---------------------------------------------------------------- valuation


def valued(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    goods = rng.uniform(0.0, 4.0, (5, 3))
    goods[3:] = 0.0  # trade and transport
    margins = margin_matrix(goods, np.array([3, 4]), np.array([0.75, 0.25]))
    basic, taxes = rng.uniform(5.0, 50.0, (5, 3)), rng.uniform(-1.0, 3.0, (5, 3))
    return {"basic": basic, "margins": margins, "taxes": taxes}


@given(st.integers(0, 500))
def test_from_basic_to_purchasers_prices_and_back(seed: int) -> None:
    given = valued(seed)
    purchasers = purchasers_from_basic(**given)
    found = basic_from_purchasers(purchasers, given["margins"], given["taxes"])
    np.testing.assert_allclose(found.use, given["basic"], rtol=CLOSE)
    np.testing.assert_allclose(found.taxes, given["taxes"].sum(axis=0), rtol=CLOSE)
    # What a user pays is what producers get and the state takes; margins only move.
    spent = found.use.sum(axis=0) + found.taxes
    np.testing.assert_allclose(spent, purchasers.sum(axis=0), rtol=CLOSE)


def test_margins_go_to_trade_and_transport_in_their_shares() -> None:
    goods = np.array([[12.0, 4.0], [8.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    found = margin_matrix(goods, np.array([2, 3]), np.array([0.75, 0.25]))
    assert found.tolist() == [[12.0, 4.0], [8.0, 0.0], [-15.0, -3.0], [-5.0, -1.0]]
    with pytest.raises(ValueError, match="give one each, summing to one"):
        margin_matrix(goods, np.array([2, 3]), np.array([0.75, 0.5]))
    with pytest.raises(ValueError, match=r"margins on the services \[1\], which earn them"):
        margin_matrix(goods, np.array([1, 2]), np.array([0.5, 0.5]))


@given(st.integers(0, 500))
def test_rates_give_what_their_matrices_give(seed: int) -> None:
    rng = np.random.default_rng(seed)
    purchasers = rng.uniform(1.0, 50.0, (4, 3))
    margins, taxes = rng.uniform(0.0, 0.3, 4), rng.uniform(-0.05, 0.2, 4)
    margins[3] = 0.0
    services, shares = np.array([3]), np.array([1.0])
    found = basic_at_rates(purchasers, margins, taxes, services, shares)
    matrix = margin_matrix(margins[:, None] * purchasers, services, shares)
    wanted = basic_from_purchasers(purchasers, matrix, taxes[:, None] * purchasers)
    np.testing.assert_allclose(found.use, wanted.use, rtol=CLOSE)
    np.testing.assert_allclose(found.taxes, wanted.taxes, rtol=CLOSE, atol=CLOSE)
    # One user alone is his column.
    alone = basic_at_rates(purchasers[:, 1], margins, taxes, services, shares)
    np.testing.assert_allclose(alone.use, found.use[:, 1], rtol=CLOSE)
    np.testing.assert_allclose(alone.taxes, found.taxes[1:2], rtol=CLOSE, atol=CLOSE)


def test_rates_and_margins_that_cannot_be_are_refused_with_their_place() -> None:
    given = valued(4)
    with pytest.raises(ValueError, match=r"margins of columns \[0, 1, 2\] sum to"):
        basic_from_purchasers(given["basic"], np.abs(given["margins"]), given["taxes"])
    with pytest.raises(ValueError, match=r"taxes have shape \(5, 2\); give \(5, 3\)"):
        purchasers_from_basic(given["basic"], given["margins"], given["taxes"][:, :2])
    none, one = np.zeros(2), np.array([1.0])
    with pytest.raises(ValueError, match=r"products \[1\] have margin rates \[0.7\] and tax rates"):
        basic_at_rates(np.ones(2), np.array([0.0, 0.7]), np.array([0.0, 0.4]), np.array([0]), one)
    with pytest.raises(ValueError, match=r"products \[0\]"):
        basic_at_rates(np.ones(2), np.array([-0.1, 0.0]), none, np.array([1]), one)


def test_an_industry_with_jobs_and_no_output_is_refused_and_a_small_one_is_not() -> None:
    none = np.zeros((2, 1))
    with pytest.raises(ValueError, match=r"industries \[1\] have jobs or primary inputs"):
        symmetric_table(np.diag([5.0, 0.0]), np.zeros((2, 2)), none, np.array([[3.0, 7.0]]), "B")
    supply = np.diag([0.1, 1e7])
    found = symmetric_table(supply, np.zeros((2, 2)), none, np.ones((1, 2)), "A")
    assert found.primary.tolist() == [[1.0, 1.0]]
