"""Balancing by label: aligned, never re-sorted, refused by name."""

from typing import Any

import pandas as pd
import pytest

from econ.errors import InputError
from econ.inputoutput.balancing import balance
from econ.inputoutput.supply_use_balancing import balance_supply_use


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"x": [1.0, 3.0], "y": [2.0, 4.0]}, index=["b", "a"])


def test_totals_in_another_order_meet_their_own_row(table: pd.DataFrame) -> None:
    rows, columns = pd.Series({"a": 6.0, "b": 4.0}), pd.Series({"y": 7.0, "x": 3.0})
    for method in ("ras", "gras"):
        found = balance(table, rows, columns, method=method)  # type: ignore[arg-type]
        assert list(found.frame.index) == ["b", "a"]
        assert found.frame.loc["a"].sum() == pytest.approx(6.0)
        assert found.frame["x"].sum() == pytest.approx(3.0)
        assert found.gap < 1e-9
        assert found.iterations >= 1
    fixed = pd.DataFrame(False, index=table.index, columns=table.columns)
    fixed.loc["b", "x"] = True
    assert balance(table, rows, columns, fixed=fixed).frame.loc["b", "x"] == 1.0


def test_what_does_not_fit_is_refused_by_name(table: pd.DataFrame) -> None:
    rows, columns = pd.Series({"a": 6.0, "b": 4.0}), pd.Series({"y": 7.0, "x": 3.0})
    with pytest.raises(InputError, match=r"column row totals row, value c: unknown label"):
        balance(table, rows.rename({"a": "c"}), columns)
    with pytest.raises(InputError, match="row and column totals sum differently"):
        balance(table, rows, 2 * columns)
    table.loc["b"] = 0.0
    with pytest.raises(InputError, match="column row, value b 4: all zero"):
        balance(table, rows, columns)
    table.loc["b", "x"] = -1.0
    with pytest.raises(InputError, match="negative cells; use GRAS"):
        balance(table, rows, columns, method="ras")
    with pytest.raises(InputError, match="write 'ras' or 'gras'"):
        balance(table, rows, columns, method="stone")  # type: ignore[arg-type]
    twice = table.set_axis(["a", "a"])
    with pytest.raises(InputError, match="column row, value a: duplicate label"):
        balance(twice, rows, columns)


def test_totals_that_the_zeros_do_not_allow_are_refused_by_name() -> None:
    table = pd.DataFrame({"x": [1.0, 1.0], "y": [0.0, 1.0]}, index=["b", "a"])
    rows, columns = pd.Series({"b": 5.0, "a": 1.0}), pd.Series({"x": 1.0, "y": 5.0})
    with pytest.raises(InputError, match=r"column (row|column), value [abxy]: .* of its sum off"):
        balance(table, rows, columns, most_iterations=50)


@pytest.fixture
def tables() -> dict[str, Any]:
    goods = ["bread", "steel"]
    supply = pd.DataFrame({"bakers": [20.0, 0.0], "mills": [2.0, 18.0]}, index=goods)
    use = pd.DataFrame(
        {"bakers": [2.0, 5.0], "mills": [4.0, 6.0], "households": [16.0, 7.0]}, index=goods
    )
    imported = pd.DataFrame(1.0, index=goods, columns=use.columns)
    return {"supply": supply, "use": use, "imported_use": imported}


def test_supply_and_use_are_balanced_by_label(tables: dict[str, Any]) -> None:
    output = pd.Series({"mills": 22.0, "bakers": 24.0})
    uses = pd.Series({"households": 30.0, "bakers": 10.0, "mills": 14.0})
    tables["supply"] = tables["supply"].iloc[::-1]
    found = balance_supply_use(**tables, industry_output=output, use_totals=uses, imports=8.0)
    assert found.imported_use is not None
    assert list(found.use.index) == ["bread", "steel"]
    assert found.supply["mills"].sum() == pytest.approx(22.0)
    assert (found.use + found.imported_use)["households"].sum() == pytest.approx(30.0)
    assert found.imported_use.to_numpy().sum() == pytest.approx(8.0)
    assert found.supply.loc["steel", "bakers"] == 0.0
    assert found.supply.loc["bread"].sum() == pytest.approx(found.products["bread"])
    bought = pd.Series({"steel": 5.0, "bread": 3.0})
    found = balance_supply_use(**tables, industry_output=output, use_totals=uses, imports=bought)
    assert found.imported_use is not None
    assert found.imported_use.loc["steel"].sum() == pytest.approx(5.0)


def test_supply_and_use_that_do_not_fit_are_refused_by_name(tables: dict[str, Any]) -> None:
    output = pd.Series({"mills": 22.0, "bakers": 24.0})
    uses = pd.Series({"households": 30.0, "bakers": 10.0, "mills": 14.0})
    del tables["imported_use"]
    with pytest.raises(InputError, match=r"industry output row, value smiths: unknown label"):
        balance_supply_use(**tables, industry_output=output.rename({"mills": "smiths"}),
                           use_totals=uses)  # fmt: skip
    with pytest.raises(InputError, match="row and column totals sum differently"):
        balance_supply_use(**tables, industry_output=output, use_totals=uses)
    tables["use"].loc["steel"] = 0.0
    with pytest.raises(InputError, match="column product, value steel 0: supplied but not used"):
        balance_supply_use(**tables, industry_output=output, use_totals=uses)
