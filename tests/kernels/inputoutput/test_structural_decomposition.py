"""Decompositions by solving against the same with explicit inverses."""

import numpy as np
import pytest

from econ.kernels.inputoutput.decomposition import additive_decomposition
from econ.kernels.inputoutput.structural_decomposition import (
    Structure,
    demand_factors,
    effect_decomposition,
    four_factor_decomposition,
    output_decomposition,
    structure,
)

# Two ways of solving the same well-conditioned systems.
SOLVES = 1e-11


def tables() -> tuple[Structure, Structure]:
    rng = np.random.default_rng(5)
    return tuple(  # type: ignore[return-value]
        structure(rng.uniform(0.1, 2.0, 6), rng.uniform(0.0, 0.25, (6, 6)), rng.uniform(5, 50, 6))
        for _ in range(2)
    )


def inverse(table: Structure) -> np.ndarray:
    return np.linalg.inv(np.eye(6) - table.coefficients)


def test_the_three_parts_are_the_polar_decomposition_of_v_l_f() -> None:
    start, end = tables()
    sides = [[t.effects, inverse(t), t.demand] for t in (start, end)]
    polar = additive_decomposition(
        sides[0], sides[1], lambda k: np.asarray(k[0] @ k[1] @ k[2]), "polar"
    )
    found = effect_decomposition(start, end)
    parts = [found.effects.sum(), found.technology.sum(), found.demand.sum()]
    np.testing.assert_allclose(parts, polar.values, rtol=SOLVES)
    assert sum(parts) == pytest.approx(found.change, rel=SOLVES)


def test_a_coefficient_that_alone_changes_explains_all_of_it() -> None:
    start, _ = tables()
    A = start.coefficients.copy()
    A[2, 4] += 0.1
    found = effect_decomposition(start, structure(start.effects, A, start.demand))
    expected = np.zeros((6, 6))
    expected[2, 4] = found.change
    np.testing.assert_allclose(found.technology, expected, rtol=SOLVES)


def test_output_by_columns_is_l1_da_l0_column_by_column() -> None:
    start, end = tables()
    L0, L1 = inverse(start), inverse(end)
    dA, df = end.coefficients - start.coefficients, end.demand - start.demand
    found = output_decomposition(start, end)
    for j in range(6):
        one = np.zeros((6, 6))
        one[:, j] = dA[:, j]
        column = (L1 @ one @ L0 @ start.demand + L0 @ one @ L1 @ end.demand) / 2
        np.testing.assert_allclose(found.technology[:, j], column, rtol=SOLVES)
    np.testing.assert_allclose(
        found.technology.sum(axis=1), (L1 - L0) @ (start.demand + end.demand) / 2, rtol=SOLVES
    )
    np.testing.assert_allclose(found.demand, (L0 + L1) / 2 * df, rtol=SOLVES)
    whole = found.technology.sum(axis=1) + found.demand.sum(axis=1)
    np.testing.assert_allclose(whole, end.output - start.output, rtol=SOLVES)


def test_effects_and_outputs_tell_the_same_story() -> None:
    start, end = tables()
    ones = np.ones(6)
    before = structure(ones, start.coefficients, start.demand)
    after = structure(ones, end.coefficients, end.demand)
    by_cell, by_column = effect_decomposition(before, after), output_decomposition(start, end)
    np.testing.assert_allclose(
        by_cell.technology.sum(axis=0), by_column.technology.sum(axis=0), rtol=SOLVES
    )
    np.testing.assert_allclose(by_cell.demand, by_column.demand.sum(axis=0), rtol=SOLVES)


def test_four_factors_are_those_of_the_explicit_inverses() -> None:
    start, end = tables()
    rng = np.random.default_rng(6)
    uses = tuple(demand_factors(rng.uniform(0.0, 9.0, (6, 3))) for _ in range(2))
    found = four_factor_decomposition(start, end, uses)  # type: ignore[arg-type]
    sides = [
        [t.effects, inverse(t), of.mix @ of.uses, of.level]
        for t, of in zip((start, end), uses, strict=True)
    ]
    expected = additive_decomposition(
        sides[0], sides[1], lambda k: np.asarray(k[0] * (k[1] @ (k[2] * k[3])))
    )
    np.testing.assert_allclose(found.values, expected.values, rtol=SOLVES, atol=SOLVES)
    np.testing.assert_allclose(found.values.sum(axis=0), found.change, rtol=SOLVES, atol=SOLVES)


def test_demand_is_its_mix_by_its_uses_by_its_level() -> None:
    final = np.array([[1.0, 0.0, -2.0], [3.0, 0.0, 8.0]])
    found = demand_factors(final)
    np.testing.assert_allclose(found.mix * found.uses * found.level, final, rtol=1e-15)
    assert found.mix[:, 1].tolist() == [0.0, 0.0]


def test_demand_without_a_level_is_refused() -> None:
    with pytest.raises(ValueError, match="no mix to tell from a level"):
        demand_factors(np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"uses \[1\] sum to zero and are not empty"):
        demand_factors(np.array([[1.0, 2.0], [1.0, -2.0]]))
