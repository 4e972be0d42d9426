"""Balancing meets its totals, keeps what it must keep, and says why when it cannot."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from econ.kernels.inputoutput.balancing import NotBalancedError, balancing_faults, gras, ras
from econ.kernels.inputoutput.sut_ras import supply_use_faults, sut_ras

# Ten times the relative gap at which the iterations stop.
MET = 1e-9
# A minimiser finds a minimum to the square root of the digits of its function.
MINIMISED = 1e-5


def least_information_gain(cells: Any, rows: Any, columns: Any) -> Any:
    """The GRAS table from its dual problem: a convex function of the logarithms of r and s."""
    m = rows.size

    def dual(y: Any) -> tuple[float, Any]:
        power = y[:m, None] + y[None, m:]
        up, down = np.maximum(cells, 0) * np.exp(power), np.maximum(-cells, 0) * np.exp(-power)
        slope = np.append((up - down).sum(axis=1) - rows, (up - down).sum(axis=0) - columns)
        return float((up + down).sum() - rows @ y[:m] - columns @ y[m:]), slope

    y = minimize(dual, np.zeros(m + columns.size), jac=True, method="BFGS", tol=1e-9).x
    power = y[:m, None] + y[None, m:]
    return cells * np.exp(np.sign(cells) * power)


def ras_by_hand(cells: Any, rows: Any, columns: Any) -> Any:
    table = cells.copy()
    for _ in range(500):
        for i in range(rows.size):
            table[i] *= rows[i] / table[i].sum()
        for j in range(columns.size):
            table[:, j] *= columns[j] / table[:, j].sum()
    return table


def test_ras_is_scaling_rows_and_columns_in_turn() -> None:
    rng = np.random.default_rng(3)
    cells = rng.uniform(0.0, 9.0, (4, 6)) * (rng.uniform(size=(4, 6)) < 0.8)
    other = cells * rng.uniform(0.5, 2.0, (4, 6))
    rows, columns = other.sum(axis=1), other.sum(axis=0)
    found = ras(cells, rows, columns)
    np.testing.assert_allclose(found.matrix, ras_by_hand(cells, rows, columns), rtol=1e-8)
    assert max(found.row_gap, found.column_gap) <= 1e-10
    # An end by hand: two proportional rows share every column as their totals do.
    half = ras(np.array([[1.0, 3.0], [1.0, 3.0]]), np.array([6.0, 2.0]), np.array([4.0, 4.0]))
    np.testing.assert_allclose(half.matrix, [[3.0, 3.0], [1.0, 1.0]], rtol=1e-14)


def test_gras_is_the_table_of_least_information_gain_that_a_minimiser_finds() -> None:
    cells = np.array([[7.0, 3.0, 5.0, -3.0], [2.0, 9.0, 8.0, 1.0], [-2.0, 0.0, 2.0, 1.0]])
    rows, columns = np.array([15.0, 26.0, -1.0]), np.array([9.0, 16.0, 17.0, -2.0])
    found = gras(cells, rows, columns)
    best = least_information_gain(cells, rows, columns)
    np.testing.assert_allclose(found.matrix, best, atol=MINIMISED * 17)
    # One sign only in the last row, and no zero: the case of Temurshoev, Miller and Bouwmeester.
    cells[2] = [-2.0, -1.0, -2.0, -1.0]
    found = gras(cells, rows, columns)
    best = least_information_gain(cells, rows, columns)
    np.testing.assert_allclose(found.matrix, best, atol=MINIMISED * 17)


def test_a_small_row_is_as_exact_as_a_large_one() -> None:
    rng = np.random.default_rng(4)
    cells = rng.uniform(1.0, 2.0, (3, 3)) * np.array([[1e9], [1.0], [1e-3]])
    other = cells * rng.uniform(0.5, 2.0, (3, 3))
    for method in (ras, gras):
        found = method(cells, other.sum(axis=1), other.sum(axis=0))
        np.testing.assert_allclose(found.matrix.sum(axis=1), other.sum(axis=1), rtol=MET)


def test_rows_that_must_become_zero_do_and_what_hangs_on_them_is_named() -> None:
    cells = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0], [0.0, 0.0, 6.0]])
    rows, columns = np.array([0.0, 8.0, 4.0]), np.array([3.0, 3.0, 6.0])
    for method in (ras, gras):
        found = method(cells, rows, columns)
        assert found.matrix[0].tolist() == [0.0, 0.0, 0.0]
        assert found.row_multipliers[0] == 0.0
        np.testing.assert_allclose(found.matrix.sum(axis=0), columns, rtol=MET)
        lonely = np.array([[1.0, 2.0, 9.0], [3.0, 4.0, 0.0], [5.0, 6.0, 0.0]])
        with pytest.raises(ValueError, match="column 2, 6: all zero, but its total is not"):
            method(lonely, rows, columns)
    gone = gras(-cells, -rows, -columns)
    assert gone.matrix[0].tolist() == [0.0, 0.0, 0.0]


def test_a_row_fixed_as_a_whole_is_not_refused_for_its_last_digit() -> None:
    cells = np.array([[0.1, 0.2, 0.3], [1.0, 1.0, 1.0]])
    fixed = np.array([[True] * 3, [False] * 3])
    total = np.array([0.6, 4.4])  # 0.1 + 0.2 + 0.3 is not 0.6 in floats
    for method in (ras, gras):
        found = method(cells, total, np.array([1.0, 2.0, 2.0]), fixed=fixed)
        np.testing.assert_array_equal(found.matrix[0], cells[0])
        np.testing.assert_allclose(found.matrix[1], [0.9, 1.8, 1.7], rtol=MET)


def test_totals_that_differ_by_rounding_are_met_at_once() -> None:
    rows, columns = np.array([3.0, 1.0]), np.array([2.0, 2.0]) * (1.0 + 5e-10)
    for method in (ras, gras):
        assert method(np.ones((2, 2)), rows, columns).iterations < 5


def test_what_comes_in_stays_as_it_was_and_whole_numbers_are_taken() -> None:
    cells, rows, columns = np.array([[1, 2], [3, 4]]), np.array([4, 6]), np.array([5, 5])
    for method in (ras, gras):
        found = method(cells, rows, columns)
        np.testing.assert_allclose(found.matrix.sum(axis=0), columns, rtol=MET)
    assert cells.tolist() == [[1, 2], [3, 4]]


def test_shapes_that_do_not_fit_are_said_in_words() -> None:
    one, mask = np.ones((2, 2)), np.zeros(2, dtype=bool)
    with pytest.raises(ValueError, match=r"table of shape \(2, 2\) for 3 and 2 totals"):
        ras(one, np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match=r"fixed of shape \(2,\) for 2 and 2 totals"):
        gras(one, np.ones(2), np.ones(2), fixed=mask)


def test_multipliers_that_run_away_end_in_a_refusal_not_in_infinity() -> None:
    # The first two rows have to sell 5 to a column that takes 4: every round moves r by a factor.
    cells = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    rows, columns = np.array([2.0, 3.0, 5.0]), np.array([4.0, 6.0])
    for method in (ras, gras):
        with pytest.raises(NotBalancedError) as caught:
            method(cells, rows, columns)
        assert caught.value.gap > 0.01
        assert caught.value.iterations < 10_000


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


def stacked(supply: Any, use: Any, imported: Any) -> Any:
    """Products at home and abroad: what is used, less what is made, less what is imported."""
    p, i = supply.shape
    m = imported.sum(axis=1)[:, None]
    top, low = [use, -supply, np.zeros((p, 1))], [imported, np.zeros((p, i)), -m]
    return np.vstack([np.hstack(top), np.hstack(low)])


def economy(seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    supply = np.diag(rng.uniform(50.0, 90.0, 3)) + rng.uniform(0.0, 5.0, (3, 3))
    use, imported = rng.uniform(1.0, 9.0, (3, 5)), rng.uniform(0.0, 4.0, (3, 5))
    use[1, 4] = -2.0  # stocks that are drawn down
    use *= (supply.sum(axis=1) / use.sum(axis=1))[:, None]
    return supply, use, imported


def test_imports_and_home_products_are_balanced_together_as_a_minimiser_does() -> None:
    supply, use, imported = economy(5)
    output = supply.sum(axis=0) * np.array([1.1, 0.9, 1.2])
    total = 1.3 * imported.sum()
    uses = (use + imported).sum(axis=0) * np.array([1.1, 0.9, 1.0, 1.2, 0.8])
    uses *= (output.sum() + total) / uses.sum()
    found = sut_ras(supply, use, output, uses, imported_use=imported, imports=total)
    assert found.imported_use is not None
    np.testing.assert_allclose(found.supply.sum(axis=0), output, rtol=MET)
    np.testing.assert_allclose((found.use + found.imported_use).sum(axis=0), uses, rtol=MET)
    np.testing.assert_allclose(found.imported_use.sum(), total, rtol=MET)
    np.testing.assert_allclose(found.supply.sum(axis=1), found.use.sum(axis=1), rtol=MET)
    assert (np.sign(found.use) == np.sign(use)).all()
    r, t = found.product_multipliers, found.industry_multipliers
    np.testing.assert_allclose(found.supply, supply * t / r[:, None], rtol=1e-12)
    best = least_information_gain(
        stacked(supply, use, imported), np.zeros(6), np.concatenate([uses, -output, [-total]])
    )
    np.testing.assert_allclose(found.use, best[:3, :5], atol=MINIMISED * 90)
    np.testing.assert_allclose(found.imported_use, best[3:, :5], atol=MINIMISED * 90)


def test_imports_known_by_product_are_met_by_product() -> None:
    supply, use, imported = economy(6)
    wanted = imported.sum(axis=1) * np.array([1.5, 0.8, 1.0])
    uses = (use + imported).sum(axis=0)
    uses = uses * (supply.sum() + wanted.sum()) / uses.sum()
    found = sut_ras(supply, use, supply.sum(axis=0), uses, imported_use=imported, imports=wanted)
    assert found.imported_use is not None
    np.testing.assert_allclose(found.imported_use.sum(axis=1), wanted, rtol=MET)
    np.testing.assert_allclose(found.supply.sum(axis=1), found.use.sum(axis=1), rtol=MET)


def test_faults_of_supply_and_use_are_named_on_their_own_axis() -> None:
    supply, use = np.diag([1.0, 1.0, 0.0]), np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    found = supply_use_faults(supply, use, np.array([1.0, 1.0, 2.0]), np.array([1.0, 3.0]))
    said = {(fault.axis, fault.position, fault.value, fault.problem) for fault in found}
    assert ("use", 1, 3.0, "all zero, but its total is not") in said
    assert ("industry", 2, 2.0, "all zero, but its total is not") in said
    assert ("product", 1, 0.0, "supplied but not used") in said
    assert ("product", 2, 0.0, "used but not supplied") in said
    half = supply_use_faults(supply, use, np.ones(3), np.ones(2), imported_use=use)
    assert [fault.problem for fault in half] == ["imported use and imports go together"]
    flat = supply_use_faults(supply, use, np.ones(2), np.ones(2))
    assert [fault.problem for fault in flat] == ["supply has shape (3, 3), not (3, 2)"]
    nothing = supply_use_faults(
        np.eye(2), np.eye(2), np.ones(2), np.ones(2), imported_use=np.zeros((2, 2)), imports=4.0
    )
    assert ("imports", 4.0) in {(fault.axis, fault.value) for fault in nothing}


def test_the_handbook_s_projection_of_austria_to_2006_is_reproduced_as_printed() -> None:
    # United Nations (2018), Handbook on Supply and Use Tables and Input-Output Tables, chapter 18:
    # given in box 18.2 (p. 568), found in box 18.5 (p. 574), read in a public transcription, not
    # in the book. The last row is taxes less subsidies on products, made nowhere; one is negative.
    use = np.array(
        [
            [1784, 2777, 340, 1448, 477],
            [987, 37706, 20218, 43014, 74550],
            [301, 9761, 5668, 27221, 6924],
            [452, 18475, 57943, 118725, 18546],
            [0, 0, 0, 0, 0],
        ],
        dtype=float,
    )
    imported = np.array(
        [
            [115, 980, 141, 920, 53],
            [480, 42057, 8228, 28991, 17557],
            [1, 249, 395, 0, 0],
            [39, 3491, 9476, 1373, 2579],
            [-93, 1024, 4720, 18215, 117],
        ],
        dtype=float,
    )
    supply = np.array(
        [[6826, 0, 0], [725, 172430, 3320], [2, 4433, 45440], [249, 4345, 209547], [0, 0, 0]],
        dtype=float,
    )
    output = np.array([8367.0, 200582.0, 273485.0])
    value_added, final = np.array([3990.0, 68902.0, 159769.0]), np.array([249844.0, 134709.0])
    totals, imports = np.append(output - value_added, final), 127602.0 + 24290.0
    found = sut_ras(supply, use, output, totals, imported_use=imported, imports=imports)
    three_decimals, whole_numbers = 0.5e-3, 0.5  # as printed
    for multipliers, printed in (
        (found.product_multipliers[:4], [0.982, 1.011, 0.995, 0.998]),
        (found.import_multipliers, [0.991, 0.987, 0.990, 0.993, 1.008]),
        (found.use_multipliers, [1.081, 1.133, 1.062, 1.042, 1.111]),
        (found.industry_multipliers, [1.057, 1.118, 1.057]),
    ):
        np.testing.assert_allclose(multipliers, printed, atol=three_decimals, rtol=0.0)
    printed_use = [
        [1894, 3091, 355, 1482, 520],
        [1078, 43184, 21704, 45306, 83694],
        [324, 11009, 5992, 28236, 7655],
        [488, 20900, 61438, 123517, 20566],
    ]
    printed_imported = [
        [123, 1100, 148, 950, 58],
        [512, 47021, 8622, 29808, 19241],
        [1, 279, 415, 0, 0],
        [42, 3927, 9990, 1420, 2844],
        [-85, 1169, 5051, 19125, 131],
    ]
    printed_supply = [[7343, 0, 0], [758, 190737, 3471], [2, 4979, 48235], [264, 4866, 221779]]
    np.testing.assert_allclose(found.use[:4], printed_use, atol=whole_numbers, rtol=0.0)
    np.testing.assert_allclose(found.imported_use, printed_imported, atol=whole_numbers, rtol=0.0)
    np.testing.assert_allclose(found.supply[:4], printed_supply, atol=whole_numbers, rtol=0.0)


def test_gras_gives_the_numbers_that_the_tests_of_an_r_package_hold() -> None:
    # The function doGRAS; it stops at a change of 1e-6.
    cells = np.array([[7.0, 3.0, 5.0, -3.0], [2.0, 9.0, 8.0, 0.0], [-2.0, 0.0, 2.0, 0.0]])
    found = gras(cells, np.array([15.0, 26.0, -1.0]), np.array([9.0, 16.0, 17.0, -2.0]))
    theirs = [
        [8.424340881, 3.375237362, 5.200422021, -2.000000263],
        [3.000997078, 12.624763744, 10.374239178, 0.0],
        [-2.425339135, 0.0, 1.425339135, 0.0],
    ]
    np.testing.assert_allclose(found.matrix, theirs, atol=1e-6, rtol=0.0)
