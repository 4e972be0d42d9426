"""Multipliers of a social accounting matrix: by hand, by law, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

ACCOUNTS = ["farms", "factories", "labour", "capital", "poor", "rich", "government", "abroad"]
GROUPS = {
    "activities": ["farms", "factories"],
    "factors": ["labour", "capital"],
    "institutions": ["poor", "rich"],
}
OUTSIDE = ["government", "abroad"]


def sam() -> pd.DataFrame:
    """Receipts in rows; activities pay factors, factors institutions, institutions activities."""
    cells = pd.DataFrame(0.0, ACCOUNTS, ACCOUNTS)
    cells.loc["farms"] = [10, 20, 0, 0, 30, 20, 0, 20]
    cells.loc["factories"] = [15, 40, 0, 0, 40, 60, 10, 35]
    cells.loc["labour", ["farms", "factories"]] = [45, 80]
    cells.loc["capital", ["farms", "factories"]] = [30, 60]
    cells.loc["poor", ["labour", "capital"]] = [85, 5]
    cells.loc["rich", ["labour", "capital", "poor"]] = [40, 85, 0]
    cells.loc["government", ["poor", "rich"]] = [5, 5]
    cells.loc["abroad", ["poor", "rich"]] = [15, 40]
    return cells


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        make()
    return str(caught.value)


def test_the_parts_of_pyatt_and_round_multiply_and_add_up_to_the_multipliers() -> None:
    found = econ.sam_multipliers(sam(), OUTSIDE, groups=GROUPS)
    A = found.coefficients.to_numpy()
    np.testing.assert_allclose(found.multipliers, np.linalg.inv(np.eye(6) - A), rtol=1e-12)
    product = found.closed_loop @ found.open_loop @ found.transfer
    np.testing.assert_allclose(product, found.multipliers, rtol=1e-12)
    np.testing.assert_allclose(
        sum(part.to_numpy() for part in found.contributions.values()), found.multipliers, rtol=1e-12
    )
    # Within factors nothing is paid on; transfer effects are those of intermediate inputs.
    assert (found.transfer.loc["labour":"rich", "labour":"rich"] == np.eye(4)).all().all()
    own = np.linalg.inv(np.eye(2) - A[:2, :2])
    np.testing.assert_allclose(found.transfer.iloc[:2, :2], own, rtol=1e-12)
    # An injection into activities reaches institutions by the open loop, and comes back by the
    # closed one only.
    assert (
        (found.contributions["open loop"].loc["farms":"factories", "farms":"factories"] == 0)
        .all()
        .all()
    )
    assert (
        (found.contributions["closed loop"].loc["farms":"factories", "farms":"factories"] > 0)
        .all()
        .all()
    )


def test_whatever_is_injected_leaks_in_the_end() -> None:
    found = econ.sam_multipliers(sam(), OUTSIDE)
    np.testing.assert_allclose((found.leakages @ found.multipliers).sum(), 1.0, rtol=1e-12)
    # The matrix itself: what exogenous accounts pay makes the receipts that are there.
    cells = sam()
    paid = cells.loc[found.multipliers.index, OUTSIDE].sum(axis=1)
    receipts = cells.sum(axis=1)[found.multipliers.index]
    np.testing.assert_allclose(found.multipliers @ paid, receipts, rtol=1e-12)


def test_a_matrix_of_production_and_households_is_the_model_closed_to_them() -> None:
    accounts = ["1", "2", "households", "others"]
    cells = pd.DataFrame(
        [[150, 500, 50, 300], [200, 100, 400, 1300], [300, 500, 50, 150], [350, 900, 500, 0]],
        *(accounts, accounts),
    )
    found = econ.sam_multipliers(cells, "others").multipliers
    # Miller and Blair (2009), section 2.5.
    printed = [[1.365, 0.425, 0.251], [0.527, 1.348, 0.5955], [0.570, 0.489, 1.289]]
    np.testing.assert_allclose(found, printed, rtol=0, atol=0.5001e-3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda m: {"exogenous": "goverment"},
            "value goverment: unknown account; did you mean gov",
        ),
        (lambda m: {"exogenous": []}, "column exogenous: none asked for"),
        (lambda m: {"sam": m.to_numpy()}, "column sam, value ndarray: of another type"),
        (lambda m: {"sam": m + 10.0 * (m == 85)}, "value labour: receives 125 and pays 135"),
        (lambda m: {"sam": m.replace(85.0, np.nan)}, "row poor, column labour: not finite"),
        (lambda m: {"sam": m.rename(index={"farms": "Total"})}, "value Total: looks like a total"),
        (lambda m: {"groups": GROUPS | {"factors": ["labour"]}}, "value capital: in no group"),
        (lambda m: {"groups": GROUPS | {"more": ["rich"]}}, "value rich: in two groups"),
        (
            lambda m: {"groups": GROUPS | {"state": ["government"]}},
            "value government: no endogenous",
        ),
        (lambda m: {"rounding": 1e6}, "column rounding, value 1e+06: too coarse to check"),
        (lambda m: {"rounding": "fine"}, "column rounding, value 'fine': not a finite number"),
    ],
)
def test_what_is_no_social_accounting_matrix_is_refused_by_name(change: Any, words: str) -> None:
    given = {"sam": sam(), "exogenous": OUTSIDE} | change(sam())
    assert words in refusal(lambda: econ.sam_multipliers(**given))


def test_nothing_that_leaks_is_refused() -> None:
    circle = pd.DataFrame(
        [[0.0, 5.0, 0.0], [5.0, 0.0, 0.0], [0.0, 0.0, 0.0]], list("abx"), list("abx")
    )
    assert "nothing leaks out of the others" in refusal(lambda: econ.sam_multipliers(circle, "x"))


def test_totals_without_labels_are_in_the_order_of_the_table() -> None:
    table = pd.DataFrame({"x": [1.0, 1.0], "y": [1.0, 1.0]}, ["a", "b"])
    found = econ.balance(table, [3, 1], np.array([2, 2]))
    assert found.frame.to_numpy().tolist() == [[1.5, 1.5], [0.5, 0.5]]
    assert "shape (3,)" in refusal(lambda: econ.balance(table, [3, 1, 1], [2, 2]))
    bare = econ.balance([[1, 1], [1, 1]], [3, 1], [2, 2])
    assert list(bare.frame.index) == ["1", "2"]
