"""A table of one's own: what looks right and is not is refused in words that say what to do."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

PRODUCTS = ["A", "C", "F"]
USES = ["households", "exports"]


def frames() -> dict[str, Any]:
    """Three products in whole millions whose rows and columns close."""
    flows = pd.DataFrame([[10, 30, 5], [15, 90, 40], [5, 50, 80]], PRODUCTS, PRODUCTS)
    final = pd.DataFrame({"households": [30, 100, 200], "exports": [25, 155, 65]}, PRODUCTS)
    primary = pd.DataFrame(
        [[10, 90, 40, 50, 10], [2, 6, 9, 30, 0], [15, 90, 140, 0, 0], [43, 44, 86, 0, 0]],
        ["P7", "D21X31", "D1", "B2A3G"],
        [*PRODUCTS, *USES],
    )
    return {
        "flows": flows,
        "final": final,
        "primary": primary,
        "satellites": pd.DataFrame([[20, 30, 70]], ["employment"], PRODUCTS),
        "satellite_units": {"employment": "persons"},
        "unit": "MEUR 2022 basic",
        "rounding": 1e-6,
    }


@pytest.fixture
def table() -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames())


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        make()
    return str(caught.value)


def read(**change: Any) -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames() | change)


# ---------------------------------------------------------------- what households spend in all


def test_all_spending_is_home_goods_imports_and_taxes(table: econ.InputOutputTable) -> None:
    closure = econ.Closure.households(table, spends="households", total="spending")
    np.testing.assert_allclose(closure.spending[:, 0], np.array([30, 100, 200]) / 410.0)


def test_all_spending_is_refused_where_the_table_does_not_know_it() -> None:
    alone = read(primary=frames()["primary"][PRODUCTS])
    message = refusal(lambda: econ.Closure.households(alone, spends="households", total="spending"))
    assert "value spending: the table has no imports or product taxes of final uses" in message
    assert "give the total as an amount, or give primary columns for final uses" in message
    closure = econ.Closure.households(alone, spends="households", total=410.0)
    assert closure.spending.sum() == pytest.approx(330.0 / 410.0)


def test_amounts_by_product_are_not_all_that_is_spent(table: econ.InputOutputTable) -> None:
    amounts = pd.Series([30.0, 100.0, 150.0], PRODUCTS)
    message = refusal(lambda: econ.Closure.households(table, spends=amounts, total="spending"))
    assert "amounts of home products do not say what households spend in all" in message
