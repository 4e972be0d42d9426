"""Balancing by label: aligned, never re-sorted, refused by name."""

import pandas as pd
import pytest

from econ.errors import InputError
from econ.inputoutput.balancing import balance


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
