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
from econ.kernels.inputoutput.supplyuse import symmetric_table

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


def with_imports(seed: int = 0, secondary: float = 0.1) -> dict[str, Any]:
    """The same economy, with imports by product of origin."""
    given = frames(seed, secondary=secondary)
    rng = np.random.default_rng(seed + 1)
    industries, products = list(given["use"].columns), list(given["use"].index)
    by_industry = given["primary"].loc["P7"].to_numpy()
    abroad = rng.dirichlet(np.ones(4), 4).T * by_industry
    final = rng.uniform(1.0, 5.0, (4, 2))
    uses = ["C", "X"]
    given["imported"] = pd.DataFrame(np.hstack([abroad, final]), products, industries + uses)
    paid = pd.DataFrame(0.0, given["primary"].index, uses)
    paid.loc["P7"] = final.sum(axis=0)
    given["primary"] = given["primary"].join(paid)
    return given


@given(st.integers(0, 200), st.sampled_from("ABCD"))
def test_imported_use_is_transformed_alike_and_its_columns_are_the_row_of_imports(
    seed: int, model: Any
) -> None:
    given = with_imports(seed)
    found = SupplyUseTable.from_frames(**given).symmetric(model, negatives="keep")
    assert found.imported is not None
    np.testing.assert_allclose(found.imported.sum(axis=0), found.imports, rtol=CLOSE)
    assert found.imports.sum() == pytest.approx(given["imported"].to_numpy().sum())
    S, M = given["supply"].to_numpy(), given["imported"].to_numpy()
    q, g = S.sum(axis=1), S.sum(axis=0)
    wanted = {
        "A": lambda: M[:, :4] @ np.linalg.inv(S) @ np.diag(q),
        "B": lambda: M[:, :4] @ np.diag(1 / g) @ S.T,
        "C": lambda: np.diag(g) @ np.linalg.inv(S) @ M[:, :4],
        "D": lambda: S.T @ np.diag(1 / q) @ M[:, :4],
    }
    # Flows near zero are differences of larger ones.
    np.testing.assert_allclose(found.imported[:, :4], wanted[model](), rtol=CLOSE, atol=CLOSE)


def test_imports_that_do_not_meet_their_row_are_refused_by_name() -> None:
    given = with_imports()
    given["imported"].loc["p1", "I2"] += 50.0
    with pytest.raises(InputError, match=r"row imports, column I2, value 50\.0"):
        SupplyUseTable.from_frames(**given)
    given = with_imports()
    given["primary"] = given["primary"].rename({"P7": "foreign"})
    given["roles"] = {"foreign": "other"}
    with pytest.raises(InputError, match="imported use, but no row of imports"):
        SupplyUseTable.from_frames(**given)


def test_a_product_only_imported_does_not_vanish_in_model_d() -> None:
    supply = pd.DataFrame([[100.0, 0.0], [0.0, 80.0], [0.0, 0.0]], list("pqr"), ["P", "Q"])
    use = pd.DataFrame([[20.0, 30.0], [30.0, 10.0], [0.0, 0.0]], list("pqr"), ["P", "Q"])
    final = pd.DataFrame({"f": [50.0, 40.0, 0.0]}, list("pqr"))
    imported = pd.DataFrame(0.0, list("pqr"), ["P", "Q", "f"])
    imported.loc["r"] = [5.0, 0.0, 7.0]
    primary = pd.DataFrame([[5.0, 0.0, 7.0], [45.0, 40.0, 0.0]], ["P7", "B1G"], ["P", "Q", "f"])
    table = SupplyUseTable.from_frames(
        supply, use, final=final, primary=primary, imported=imported, unit="MEUR 2022 basic"
    )
    with pytest.raises(
        InputError, match=r"row r, column imported, value 12\.0: imports, but no sup"
    ):
        table.symmetric("D")
    found = table.symmetric("B")
    assert found.imported is not None
    assert found.imported[2].tolist() == [5.0, 0.0, 0.0, 7.0]


def test_almon_s_method_gives_a_closed_table_without_negatives_and_only_for_model_a() -> None:
    seen = 0
    for seed in range(300):
        table = SupplyUseTable.from_frames(**with_imports(seed, secondary=0.9))
        kept = table.symmetric("A", negatives="keep")
        assert kept.imported is not None
        both = np.vstack([kept.flows, kept.imported[:, :4]])
        if both.min() < 0 and kept.flows.sum(axis=0).min() > 0 and kept.imports[:4].min() > 0:
            found = table.symmetric("A", negatives="almon")
            assert found.imported is not None
            assert (found.flows >= 0).all()
            assert (found.imported[:, :4] >= 0).all()
            np.testing.assert_allclose(found.flows.sum(axis=0), kept.flows.sum(axis=0), rtol=1e-7)
            np.testing.assert_allclose(found.flows.sum(axis=1), kept.flows.sum(axis=1), rtol=1e-7)
            assert "negatives: almon" in found.provenance.steps[-1]
            seen += 1
            if seen == 5:
                break
    assert seen == 5
    with pytest.raises(InputError, match="value almon: not known; choose refuse, keep or balance"):
        negative_case().symmetric("B", negatives="almon")


def test_imported_flows_below_zero_are_refused_by_name() -> None:
    supply = pd.DataFrame([[100.0, 40.0], [0.0, 60.0]], ["p", "q"], ["P", "Q"])
    use = pd.DataFrame([[10.0, 10.0], [10.0, 20.0]], ["p", "q"], ["P", "Q"])
    final = pd.DataFrame({"f": [120.0, 30.0]}, ["p", "q"])
    imported = pd.DataFrame([[60.0, 0.0, 0.0], [0.0] * 3], ["p", "q"], ["P", "Q", "f"])
    primary = pd.DataFrame([[60.0, 0.0, 0.0], [20.0, 70.0, 0.0]], ["P7", "B1G"], ["P", "Q", "f"])
    table = SupplyUseTable.from_frames(
        supply, use, final=final, primary=primary, imported=imported, unit="MEUR 2022 basic"
    )
    with pytest.raises(InputError, match=r"row p, column imported q, value -24.0: below zero in m"):
        table.symmetric("A")
