"""Supply-use tables: the four models against their formulas, and what they keep."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import InputError
from econ.inputoutput.multipliers import multipliers
from econ.inputoutput.supply_use import SupplyUseTable
from econ.kernels.supplyuse import basic_from_purchasers, symmetric_table

# A handful of products and solves in double precision.
CLOSE = 1e-9


def frames(seed: int = 0, n: int = 4, secondary: float = 0.1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    products, industries = [f"p{k}" for k in range(n)], [f"I{k}" for k in range(n)]
    S = np.diag(rng.uniform(80.0, 120.0, n)) + secondary * rng.uniform(0.0, 50.0, (n, n))
    U = rng.uniform(2.0, 10.0, (n, n))
    rest = S.sum(axis=1) - U.sum(axis=1)
    added = S.sum(axis=0) - U.sum(axis=0)
    shares = np.array([0.2, 0.5, 0.3])
    return {
        "supply": pd.DataFrame(S, products, industries),
        "use": pd.DataFrame(U, products, industries),
        "final": pd.DataFrame({"C": 0.7 * rest, "X": 0.3 * rest}, products),
        "primary": pd.DataFrame(shares[:, None] * added, ["P7", "D1", "B2A3G"], industries),
        "satellites": pd.DataFrame([10.0 * S.sum(axis=0)], ["employment"], industries),
        "satellite_units": {"employment": "persons"},
        "unit": "MEUR 2022 basic",
        "rounding": 1e-6,
    }


def test_the_four_models_are_their_formulas() -> None:
    given = frames()
    S, U = given["supply"].to_numpy(), given["use"].to_numpy()
    q, g = S.sum(axis=1), S.sum(axis=0)
    wanted = {
        "A": U @ np.linalg.inv(S) @ np.diag(q),
        "B": U @ np.diag(1 / g) @ S.T,
        "C": np.diag(g) @ np.linalg.inv(S) @ U,
        "D": S.T @ np.diag(1 / q) @ U,
    }
    table = SupplyUseTable.from_frames(**given)
    for model, flows in wanted.items():
        found = table.symmetric(model)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.flows, flows, rtol=CLOSE)
        assert found.products.labels[0] == ("p0" if model in "AB" else "I0")


@given(st.integers(0, 500), st.sampled_from("ABCD"))
def test_every_model_keeps_gdp_jobs_and_final_demand_and_closes(seed: int, model: Any) -> None:
    given = frames(seed)
    table = SupplyUseTable.from_frames(**given)
    found = table.symmetric(model, negatives="keep")
    assert found.output.sum() == pytest.approx(given["supply"].to_numpy().sum())
    assert found.gva.sum() == pytest.approx(given["primary"].to_numpy()[1:].sum())
    assert found.employment.sum() == pytest.approx(given["satellites"].to_numpy().sum())
    np.testing.assert_allclose(found.final.sum(axis=0), given["final"].sum(), rtol=CLOSE)
    rows = found.flows.sum(axis=1) + found.final.sum(axis=1)
    np.testing.assert_allclose(rows, found.output, rtol=CLOSE)
    columns = found.flows.sum(axis=0) + found.imports[:4] + found.gva
    np.testing.assert_allclose(columns, found.output, rtol=CLOSE)
    if model in "BD":
        assert (found.flows >= 0).all()


def test_without_secondary_products_every_model_is_the_use_table() -> None:
    given = frames(secondary=0.0)
    table = SupplyUseTable.from_frames(**given)
    for model in "ABCD":
        found = table.symmetric(model)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.flows, given["use"], rtol=CLOSE)


def test_the_product_technology_is_recovered_where_it_is_true() -> None:
    rng = np.random.default_rng(3)
    A = rng.uniform(0.0, 0.15, (4, 4))
    S = frames()["supply"].to_numpy()
    found = symmetric_table(S, A @ S, np.zeros((4, 1)), np.zeros((1, 4)), "A")
    np.testing.assert_allclose(found.flows / found.output, A, rtol=CLOSE)
    # And the industry technology by model B.
    B = symmetric_table(S, A * S.sum(axis=0), np.zeros((4, 1)), np.zeros((1, 4)), "B")
    shares = (S / S.sum(axis=1)[:, None]).T
    np.testing.assert_allclose(B.flows / B.output, A @ shares, rtol=CLOSE)


def negative_case() -> SupplyUseTable:
    """Industry 1 makes a lot of product 0, without any of its main input."""
    supply = pd.DataFrame([[100.0, 40.0], [0.0, 60.0]], ["p", "q"], ["P", "Q"])
    use = pd.DataFrame([[60.0, 0.0], [10.0, 20.0]], ["p", "q"], ["P", "Q"])
    final = pd.DataFrame({"f": [80.0, 30.0]}, ["p", "q"])
    primary = pd.DataFrame([[30.0, 80.0]], ["B1G"], ["P", "Q"])
    return SupplyUseTable.from_frames(
        supply, use, final=final, primary=primary, unit="MEUR 2022 basic", name="two"
    )


def test_negative_flows_are_refused_by_name_kept_or_balanced() -> None:
    table = negative_case()
    with pytest.raises(
        InputError, match=r"two, row p, column q, value -24.0: below zero in model A"
    ):
        table.symmetric("A")
    kept = table.symmetric("A", negatives="keep")
    assert kept.flows[0, 1] == pytest.approx(-24.0)
    assert "negatives: keep" in kept.provenance.steps[-1]
    assert (table.symmetric("B").flows >= 0).all()


def test_a_balanced_table_has_the_sums_and_no_negative() -> None:
    for seed in range(300):
        table = SupplyUseTable.from_frames(**frames(seed, secondary=0.9))
        kept = table.symmetric("A", negatives="keep")
        if (kept.flows < 0).any() and (kept.flows.sum(axis=0) > 0).all():
            found = table.symmetric("A", negatives="balance")
            assert (found.flows >= 0).all()
            np.testing.assert_allclose(found.flows.sum(axis=0), kept.flows.sum(axis=0), rtol=1e-7)
            effect = multipliers(found, ["employment"])["effect"]
            assert (effect > 0).all()
            return
    pytest.fail("no economy with a negative flow was drawn")


def test_what_does_not_balance_is_named_with_all_its_products_and_industries() -> None:
    given = frames()
    given["use"].iloc[1, 2] += 50.0
    with pytest.raises(InputError) as caught:
        SupplyUseTable.from_frames(**given)
    assert "row p1, column supply, value 50.0" in str(caught.value)
    assert "row P1, column I2, value 50.0" in str(caught.value)
    given = frames()
    given["supply"].iloc[0, 0] = np.nan
    with pytest.raises(InputError, match="row p0, column supply I0, value nan: not finite"):
        SupplyUseTable.from_frames(**given)
    given = frames()
    with pytest.raises(InputError, match="value I9: unknown label"):
        SupplyUseTable.from_frames(
            **{**given, "supply": given["supply"].rename(columns={"I3": "I9"})}
        )


def test_model_a_needs_a_square_table_and_says_so() -> None:
    given = frames()
    supply, use = given["supply"].copy(), given["use"].copy()
    supply["I2"] += supply.pop("I3")
    use["I2"] += use.pop("I3")
    table = SupplyUseTable.from_frames(supply, use, final=given["final"], unit=given["unit"])
    with pytest.raises(InputError, match="as many products as industries"):
        table.symmetric("A")
    assert len(table.symmetric("D").products) == 3
    assert len(table.symmetric("B").products) == 4


def test_purchasers_prices_and_back() -> None:
    rng = np.random.default_rng(4)
    basic, taxes = rng.uniform(5.0, 50.0, (4, 3)), rng.uniform(0.0, 3.0, (4, 3))
    margins = rng.uniform(0.0, 4.0, (4, 3))
    margins[3] = -margins[:3].sum(axis=0)  # the trade row
    found = basic_from_purchasers(basic + margins + taxes, margins, taxes)
    np.testing.assert_allclose(found.use, basic, rtol=CLOSE)
    np.testing.assert_allclose(found.taxes, taxes.sum(axis=0), rtol=CLOSE)
    with pytest.raises(ValueError, match=r"margins of columns \[0, 1, 2\] sum to"):
        basic_from_purchasers(basic, np.abs(margins), taxes)
