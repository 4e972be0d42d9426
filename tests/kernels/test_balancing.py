"""Balancing meets its totals, keeps what it must keep, and says why when it cannot."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.balancing import balancing_faults, gras, ras
from econ.kernels.sut_ras import sut_ras

# Ten times the relative gap at which the iterations stop.
MET = 1e-9


@st.composite
def problems(draw: Any, signed: bool = False) -> tuple[Any, Any, Any]:
    """A table, and the totals of another with the same signs: they can be met."""
    m, n = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    cells = rng.uniform(1.0, 9.0, (m, n))
    if signed:
        cells[1:, 1:] *= rng.choice([1.0, 1.0, -1.0], (m - 1, n - 1))
    other = cells * rng.uniform(0.5, 2.0, (m, n))
    return cells, other.sum(axis=1), other.sum(axis=0)


@given(problems())
def test_ras_meets_both_totals_and_is_biproportional(problem: Any) -> None:
    cells, rows, columns = problem
    found = ras(cells, rows, columns)
    np.testing.assert_allclose(found.matrix.sum(axis=1), rows, rtol=MET)
    np.testing.assert_allclose(found.matrix.sum(axis=0), columns, rtol=MET)
    scale = np.outer(found.row_multipliers, found.column_multipliers)
    np.testing.assert_allclose(found.matrix, cells * scale, rtol=1e-12)


@given(problems(signed=True))
def test_gras_meets_both_totals_and_keeps_every_sign(problem: Any) -> None:
    cells, rows, columns = problem
    found = gras(cells, rows, columns)
    size = max(np.abs(rows).max(), np.abs(columns).max())
    np.testing.assert_allclose(found.matrix.sum(axis=1), rows, atol=MET * size)
    np.testing.assert_allclose(found.matrix.sum(axis=0), columns, atol=MET * size)
    np.testing.assert_array_equal(np.sign(found.matrix), np.sign(cells))


@given(problems())
def test_gras_is_ras_where_nothing_is_negative(problem: Any) -> None:
    np.testing.assert_allclose(gras(*problem).matrix, ras(*problem).matrix, rtol=1e-7)


@given(problems(signed=True), st.sampled_from([1e-3, 1e3]))
def test_the_unit_does_not_matter_and_met_totals_change_nothing(problem: Any, k: float) -> None:
    cells, rows, columns = problem
    found = gras(cells, rows, columns).matrix
    scaled = gras(k * cells, k * rows, k * columns).matrix
    np.testing.assert_allclose(scaled, k * found, rtol=1e-9)
    again = gras(found, found.sum(axis=1), found.sum(axis=0)).matrix
    np.testing.assert_allclose(again, found, rtol=1e-9)


def test_fixed_cells_keep_their_value() -> None:
    cells = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    fixed = np.zeros((2, 3), dtype=bool)
    fixed[0, 1] = True
    for method in (ras, gras):
        found = method(cells, np.array([8.0, 14.0]), np.array([6.0, 7.0, 9.0]), fixed=fixed)
        assert found.matrix[0, 1] == 2.0
        np.testing.assert_allclose(found.matrix.sum(axis=1), [8.0, 14.0], rtol=MET)


def test_the_balanced_table_is_the_one_of_least_information_gain() -> None:
    # Any other table with the same totals has a larger cross-entropy from the first.
    cells = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = ras(cells, np.array([4.0, 6.0]), np.array([5.0, 5.0])).matrix

    def gain(table: Any) -> float:
        return float((table * np.log(table / cells)).sum())

    for step in (0.05, -0.05):
        other = found + step * np.array([[1.0, -1.0], [-1.0, 1.0]])
        assert gain(other) > gain(found)


def test_totals_that_cannot_be_met_are_named_all_at_once() -> None:
    cells = np.array([[0.0, 0.0], [1.0, -1.0]])
    found = balancing_faults(cells, np.array([1.0, 2.0]), np.array([1.0, 1.0]), signed=False)
    said = {(fault.axis, fault.position, fault.problem) for fault in found}
    assert ("row", 0, "all zero, but its total is not") in said
    assert ("row", 1, "negative cells; use GRAS") in said
    assert ("table", -1, "row and column totals sum differently") in said
    with pytest.raises(ValueError, match="row 0, 1: all zero"):
        ras(cells, np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    nothing = np.array([[np.nan, 1.0], [1.0, 1.0]])
    assert {f.problem for f in balancing_faults(nothing, np.ones(2), np.ones(2), signed=True)} == {
        "not finite"
    }
    negative = balancing_faults(-np.ones((2, 2)), np.ones(2), np.ones(2), signed=True)
    assert {fault.problem for fault in negative} == {"no positive cell for a positive total"}


def test_zeros_that_do_not_allow_the_totals_are_told_and_nothing_is_returned() -> None:
    cells = np.array([[1.0, 0.0], [1.0, 1.0]])
    for method in (ras, gras):
        with pytest.raises(ValueError, match=r"not balanced after 50 iterations: (row|column) \d"):
            method(cells, np.array([5.0, 1.0]), np.array([1.0, 5.0]), most_iterations=50)


def test_a_row_without_positive_cells_is_balanced_by_its_negative_ones() -> None:
    cells = np.array([[-1.0, -2.0], [4.0, 6.0]])
    found = gras(cells, np.array([-6.0, 12.0]), np.array([2.0, 4.0]))
    np.testing.assert_allclose(found.matrix.sum(axis=1), [-6.0, 12.0], rtol=1e-8)
    assert (found.matrix[0] < 0).all()


def test_supply_and_use_are_balanced_together() -> None:
    rng = np.random.default_rng(8)
    supply = np.diag(rng.uniform(50.0, 90.0, 4)) + rng.uniform(0.0, 5.0, (4, 4))
    use = rng.uniform(1.0, 9.0, (4, 6))
    use *= (supply.sum(axis=1) / use.sum(axis=1))[:, None]
    same = sut_ras(supply, use, supply.sum(axis=0), use.sum(axis=0))
    np.testing.assert_allclose(same.supply, supply, rtol=1e-8)
    np.testing.assert_allclose(same.use, use, rtol=1e-8)
    output = supply.sum(axis=0) * np.array([1.1, 0.9, 1.2, 1.0])
    totals = use.sum(axis=0) * rng.uniform(0.8, 1.2, 6)
    totals *= output.sum() / totals.sum()
    found = sut_ras(supply, use, output, totals)
    np.testing.assert_allclose(found.supply.sum(axis=0), output, rtol=1e-8)
    np.testing.assert_allclose(found.use.sum(axis=0), totals, rtol=1e-8)
    np.testing.assert_allclose(found.supply.sum(axis=1), found.use.sum(axis=1), rtol=1e-8)
    assert (found.supply >= 0).all()
    # One multiplier per product, its inverse for supply: cell ratios times each other are the same.
    ratio = (found.use / use)[:, [0]] * (found.supply / supply)[:, [0]]
    np.testing.assert_allclose(ratio, np.full((4, 1), ratio[0, 0]), rtol=1e-8)


def test_industries_that_cannot_supply_what_is_used_are_refused() -> None:
    with pytest.raises(ValueError, match="row and column totals sum differently"):
        sut_ras(np.eye(2), np.eye(2), np.ones(2), np.array([1.0, 5.0]))
