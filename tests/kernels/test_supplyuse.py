"""Supply and use made symmetric: hand-worked figures, the plain formulas, and laws."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.supplyuse import (
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
