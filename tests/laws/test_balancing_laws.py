"""What holds of every table that is balanced: totals, signs, zeros, units and least change."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from econ.kernels.inputoutput.balancing import Balanced, gras, ras
from econ.kernels.inputoutput.sut_ras import BalancedSupplyUse, sut_ras

# Iterations end at a gap of 1e-10 of a row's gross sum; the last update may add its like.
MET = 1e-9
# Cells of two tables that both meet their totals to 1e-10: a gap moves cells by more than itself.
CLOSE = 1e-6
Method = Callable[..., Balanced]
methods = pytest.mark.parametrize("method", [ras, gras])


@dataclass(frozen=True)
class Problem:
    """A table, and the totals of another with the same signs and zeros: they can be met."""

    cells: np.ndarray
    other: np.ndarray
    fixed: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        return self.other.sum(axis=1)

    @property
    def columns(self) -> np.ndarray:
        return self.other.sum(axis=0)


def amounts(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda x: round(x, 3))


@st.composite
def problems(draw: st.DrawFn, signed: bool = False) -> Problem:
    shape = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    sizes = draw(arrays(float, shape, elements=amounts(0.1, 10.0)))
    signs = st.sampled_from([1.0, 1.0, 1.0, 0.0, -1.0 if signed else 0.0])
    cells = sizes * draw(arrays(float, shape, elements=signs))
    fixed = draw(arrays(bool, shape))
    change = draw(arrays(float, shape, elements=amounts(0.5, 2.0)))
    return Problem(cells, cells * np.where(fixed, 1.0, change), fixed)


def assert_met(found: np.ndarray, problem: Problem) -> None:
    for side, totals in ((1, problem.rows), (0, problem.columns)):
        gross = np.abs(found).sum(axis=side)
        assert (np.abs(found.sum(axis=side) - totals) <= MET * gross).all()


@given(problems(signed=True))
def test_gras_meets_every_total_and_keeps_signs_and_zeros(problem: Problem) -> None:
    found = gras(problem.cells, problem.rows, problem.columns)
    assert_met(found.matrix, problem)
    np.testing.assert_array_equal(np.sign(found.matrix), np.sign(problem.cells))
    assert max(found.row_gap, found.column_gap) <= MET


@given(problems())
def test_ras_meets_every_total_and_keeps_zeros(problem: Problem) -> None:
    found = ras(problem.cells, problem.rows, problem.columns)
    assert_met(found.matrix, problem)
    np.testing.assert_array_equal(np.sign(found.matrix), np.sign(problem.cells))


@given(problems())
def test_ras_is_the_textbook_s_loop_of_rows_and_columns(problem: Problem) -> None:
    table = problem.cells.copy()
    found = ras(problem.cells, problem.rows, problem.columns)
    for _ in range(found.iterations):
        for i, total in enumerate(problem.rows):
            table[i] *= total / table[i].sum() if total else 0.0
        for j, total in enumerate(problem.columns):
            table[:, j] *= total / table[:, j].sum() if total else 0.0
    # The same number of the same steps: only the rounding of each product differs.
    np.testing.assert_allclose(found.matrix, table, rtol=1e-9)


@given(problems())
def test_gras_is_ras_where_nothing_is_negative(problem: Problem) -> None:
    asked = problem.cells, problem.rows, problem.columns
    np.testing.assert_allclose(gras(*asked).matrix, ras(*asked).matrix, rtol=CLOSE)


@given(problems(signed=True))
def test_the_multipliers_make_the_table(problem: Problem) -> None:
    found = gras(problem.cells, problem.rows, problem.columns)
    scale = np.outer(found.row_multipliers, found.column_multipliers)
    made = np.where(problem.cells < 0.0, problem.cells / scale, problem.cells * scale)
    np.testing.assert_allclose(found.matrix, made, rtol=1e-12)  # a few roundings


@given(problems(signed=True), st.integers(0, 2**32 - 1))
def test_no_other_table_with_these_totals_changes_less(problem: Problem, seed: int) -> None:
    # The objective of GRAS without its constant: sum of |x| ln(x / a) - |x|.
    cells = problem.cells
    found = gras(cells, problem.rows, problem.columns).matrix
    live = cells != 0.0

    def change(table: np.ndarray) -> float:
        size = np.abs(table[live])
        return float((size * np.log(size / np.abs(cells[live])) - size).sum())

    m, n = cells.shape
    margins = np.zeros((m + n, m * n))
    for i, j in np.argwhere(live):
        margins[[i, m + j], i * n + j] = 1.0
    # A step that moves live cells only and no total.
    step = np.random.default_rng(seed).normal(size=m * n) * live.ravel()
    step -= np.linalg.pinv(margins) @ (margins @ step)
    step = (step * live.ravel()).reshape(m, n)
    largest = np.abs(step).max()
    if largest > MET:
        step *= 0.1 * np.abs(found[live]).min() / largest
        # The slope along the step is zero up to the gap left; both ways the change is larger.
        slack = MET * np.abs(found).sum()
        assert change(found + step) >= change(found) - slack
        assert change(found - step) >= change(found) - slack


@given(problems(signed=True))
def test_a_table_that_meets_its_totals_stays_as_it_is(problem: Problem) -> None:
    cells = problem.cells
    same = gras(cells, cells.sum(axis=1), cells.sum(axis=0))
    # The totals are sums in another order, and rows may cancel: 1e-16 over their net sum.
    np.testing.assert_allclose(same.matrix, cells, rtol=MET)
    found = gras(cells, problem.rows, problem.columns).matrix
    again = gras(found, problem.rows, problem.columns).matrix
    np.testing.assert_allclose(again, found, rtol=CLOSE)


@given(problems(signed=True), st.sampled_from([1e-6, 1e-3, 1e3, 1e6]))
def test_the_unit_of_the_table_does_not_matter(problem: Problem, unit: float) -> None:
    cells, rows, columns = problem.cells, problem.rows, problem.columns
    found = gras(cells, rows, columns).matrix
    scaled = gras(unit * cells, unit * rows, unit * columns).matrix
    np.testing.assert_allclose(scaled, unit * found, rtol=CLOSE)
    # Nor does that of the old table alone: it tells shares, the totals tell the level of RAS.
    size = np.abs(cells)
    other = np.abs(problem.other)
    asked = other.sum(axis=1), other.sum(axis=0)
    np.testing.assert_allclose(
        ras(unit * size, *asked).matrix, ras(size, *asked).matrix, rtol=CLOSE
    )


@given(problems(signed=True), st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_which_side_is_called_row_matters(
    problem: Problem, seed: int
) -> None:
    cells, rows, columns = problem.cells, problem.rows, problem.columns
    found = gras(cells, rows, columns).matrix
    order = np.random.default_rng(seed).permutation(rows.size)
    moved = gras(cells[order], rows[order], columns).matrix
    np.testing.assert_allclose(moved, found[order], rtol=CLOSE)
    turned = gras(cells.T, columns, rows).matrix
    np.testing.assert_allclose(turned.T, found, rtol=CLOSE)


@given(problems(), problems(signed=True))
def test_fixed_cells_keep_their_value_to_the_bit(plain: Problem, signed: Problem) -> None:
    for method, problem in ((ras, plain), (gras, plain), (gras, signed)):
        found = method(problem.cells, problem.rows, problem.columns, fixed=problem.fixed)
        held = problem.fixed
        np.testing.assert_array_equal(found.matrix[held], problem.cells[held])
        assert_met(found.matrix, problem)


@methods
@given(problem=problems(), row=st.integers(0, 4))
def test_a_row_whose_total_is_zero_becomes_zero(method: Method, problem: Problem, row: int) -> None:
    other = problem.other.copy()
    other[row % other.shape[0]] = 0.0
    found = method(problem.cells, other.sum(axis=1), other.sum(axis=0))
    assert (found.matrix[row % other.shape[0]] == 0.0).all()
    assert_met(found.matrix, Problem(problem.cells, other, problem.fixed))


@methods
@given(problem=problems())
def test_nothing_that_was_given_is_changed(method: Method, problem: Problem) -> None:
    given_arrays = problem.cells.copy(), problem.rows, problem.columns, problem.fixed.copy()
    before = [array.copy() for array in given_arrays]
    cells, rows, columns, fixed = given_arrays
    method(cells, rows, columns, fixed=fixed)
    for array, copy in zip(given_arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# ---------------------------------------------------------------- supply and use


@dataclass(frozen=True)
class Projection:
    """Supply and use that agree by product, and the totals of others that agree as well."""

    supply: np.ndarray
    use: np.ndarray
    imported: np.ndarray
    output: np.ndarray
    totals: np.ndarray
    imports: np.ndarray

    def balanced(self, imports: float | np.ndarray) -> BalancedSupplyUse:
        return sut_ras(
            self.supply,
            self.use,
            self.output,
            self.totals,
            imported_use=self.imported,
            imports=imports,
        )


@st.composite
def projections(draw: st.DrawFn) -> Projection:
    p, i, u = (draw(st.integers(1, 4)) for _ in range(3))
    supply = draw(arrays(float, (p, i), elements=amounts(0.1, 9.0)))
    imported = draw(arrays(float, (p, i + u), elements=amounts(0.1, 3.0)))

    def used(made: np.ndarray) -> np.ndarray:
        use = draw(arrays(float, (p, i + u), elements=amounts(0.1, 9.0)))
        return use * (made.sum(axis=1) / use.sum(axis=1))[:, None]

    later = supply * draw(arrays(float, (p, i), elements=amounts(0.7, 1.5)))
    abroad = imported * draw(arrays(float, (p, i + u), elements=amounts(0.7, 1.5)))
    totals = used(later).sum(axis=0) + abroad.sum(axis=0)
    return Projection(supply, used(supply), imported, later.sum(axis=0), totals, abroad.sum(axis=1))


@given(projections(), st.booleans())
def test_projected_supply_and_use_agree_and_meet_what_is_known(
    asked: Projection, by_product: bool
) -> None:
    found = asked.balanced(asked.imports if by_product else float(asked.imports.sum()))
    assert found.imported_use is not None
    assert found.import_multipliers is not None
    np.testing.assert_allclose(found.supply.sum(axis=0), asked.output, rtol=MET)
    columns = (found.use + found.imported_use).sum(axis=0)
    np.testing.assert_allclose(columns, asked.totals, rtol=MET)
    np.testing.assert_allclose(found.use.sum(axis=1), found.supply.sum(axis=1), rtol=MET)
    abroad = found.imported_use.sum(axis=1)
    if by_product:
        np.testing.assert_allclose(abroad, asked.imports, rtol=MET)
    np.testing.assert_allclose(abroad.sum(), asked.imports.sum(), rtol=MET)
    r, s = found.product_multipliers[:, None], found.use_multipliers
    np.testing.assert_allclose(found.use, r * asked.use * s, rtol=1e-12)  # a few roundings
    np.testing.assert_allclose(
        found.supply, asked.supply * found.industry_multipliers / r, rtol=1e-12
    )
    np.testing.assert_allclose(
        found.imported_use, found.import_multipliers[:, None] * asked.imported * s, rtol=1e-12
    )


@given(projections())
def test_supply_and_use_that_meet_their_totals_stay_as_they_are(asked: Projection) -> None:
    same = sut_ras(
        asked.supply,
        asked.use,
        asked.supply.sum(axis=0),
        (asked.use + asked.imported).sum(axis=0),
        imported_use=asked.imported,
        imports=float(asked.imported.sum()),
    )
    np.testing.assert_allclose(same.supply, asked.supply, rtol=MET)
    np.testing.assert_allclose(same.use, asked.use, rtol=MET)
    np.testing.assert_allclose(same.imported_use, asked.imported, rtol=MET)


@given(projections())
def test_sut_ras_is_the_paper_s_own_iteration(asked: Projection) -> None:
    # Temurshoev and Timmer (2011), domestic and imported use at basic prices, in plain loops:
    # use r S u, supply V t / r, imports by product m q / r_m with one q for all.
    p = asked.supply.shape[0]
    base = asked.imported.sum(axis=1)
    total = float(asked.imports.sum())
    s, t, q = np.ones(asked.totals.size), np.ones(asked.output.size), 1.0
    found = asked.balanced(total)
    for _ in range(4 * found.iterations):
        r = np.array([np.sqrt((asked.supply[k] @ t) / (asked.use[k] @ s)) for k in range(p)])
        rm = np.array([np.sqrt(q * base[k] / (asked.imported[k] @ s)) for k in range(p)])
        s = asked.totals / (r @ asked.use + rm @ asked.imported)
        t = asked.output / ((1.0 / r) @ asked.supply)
        q = total / (base / rm).sum()
    np.testing.assert_allclose(found.supply, asked.supply * t / r[:, None], rtol=CLOSE)
    np.testing.assert_allclose(found.use, r[:, None] * asked.use * s, rtol=CLOSE)
    np.testing.assert_allclose(found.imported_use, rm[:, None] * asked.imported * s, rtol=CLOSE)
