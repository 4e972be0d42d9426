"""Printed numbers first: what the kernels must give, from the textbook and from the manual."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from econ.kernels.inputoutput.leontief import (
    household_income,
    spectral_radius,
    technical_coefficients,
)
from econ.kernels.inputoutput.operator import LeontiefOperator

FOUR_DECIMALS = 0.5e-4 + 1e-12
Golden = Callable[[str], dict[str, Any]]


def test_miller_and_blair_2009_table_2_3_is_reproduced(golden: Golden) -> None:
    book = golden("miller_blair")
    A = technical_coefficients(np.array(book["flows"], float), np.array(book["output"], float))
    np.testing.assert_allclose(A, book["coefficients"], rtol=1e-15)
    factor = LeontiefOperator(A)
    np.testing.assert_allclose(factor.solve(np.eye(2)), book["inverse"], atol=FOUR_DECIMALS)
    x = factor.solve(np.array(book["new_demand"], float))
    np.testing.assert_allclose(x, book["new_output"], atol=0.05)  # printed to one decimal
    # The book takes labour from the output it has rounded to one decimal.
    labour = np.array(book["labour_per_output"]) * x
    np.testing.assert_allclose(labour, book["new_labour"], atol=0.02)


def test_the_eurostat_manual_s_table_of_germany_1995_is_reproduced_to_four_decimals(
    golden: Golden,
) -> None:
    book = golden("germany_1995")
    x = np.array(book["output"], float)
    factor = LeontiefOperator(technical_coefficients(np.array(book["flows"], float), x))
    gva, jobs = np.array(book["gva"]) / x, np.array(book["employment"]) / x
    rows = {
        "gva_per_output": gva,
        "backward_linkages": factor.solve_transposed(np.ones(6)),
        "gva_multipliers": factor.solve_transposed(gva),
        "employment_multipliers": factor.solve_transposed(jobs),
    }
    for name, found in rows.items():
        np.testing.assert_allclose(found, book[name], atol=FOUR_DECIMALS, err_msg=name)


def test_the_solutions_are_those_of_the_plain_inverse() -> None:
    rng = np.random.default_rng(1)
    A = rng.uniform(0.0, 1.0, (30, 30)) / 40.0
    L = np.linalg.inv(np.eye(30) - A)
    many = rng.normal(size=(30, 4))
    np.testing.assert_allclose(LeontiefOperator(A).solve(many), L @ many, rtol=1e-11)
    np.testing.assert_allclose(LeontiefOperator(A).solve_transposed(many), L.T @ many, rtol=1e-11)


def test_the_closed_model_is_the_augmented_matrix_of_miller_and_blair_section_2_5() -> None:
    rng = np.random.default_rng(2)
    A = rng.uniform(0.0, 0.15, (5, 5))
    pay, basket = rng.uniform(0.1, 0.4, 5), rng.dirichlet(np.ones(5))
    spent = 0.6
    augmented = np.block([[A, (spent * basket)[:, None]], [pay[None, :], np.zeros((1, 1))]])
    f = rng.uniform(0.0, 100.0, 5)
    closed = np.linalg.solve(np.eye(6) - augmented, np.append(f, 0.0))
    factor = LeontiefOperator(A)
    earned = pay @ factor.solve(f)
    income = household_income(np.array([earned]), np.array([spent * pay @ factor.solve(basket)]))
    output = factor.solve(f) + spent * income * factor.solve(basket)
    np.testing.assert_allclose(output, closed[:5], rtol=1e-12)
    np.testing.assert_allclose(income, closed[5:], rtol=1e-12)


def test_the_spectral_radius_of_a_stochastic_matrix_is_one() -> None:
    A = np.array([[0.2, 0.7], [0.8, 0.3]])
    assert spectral_radius(A) == pytest.approx(1.0, rel=1e-14)


def test_a_column_without_output_has_no_inputs_per_output() -> None:
    A = technical_coefficients(np.zeros((2, 2)), np.array([0.0, 5.0]))
    assert A.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_households_that_spend_more_than_they_earn_are_refused() -> None:
    with pytest.raises(ValueError, match="spend more than they earn"):
        household_income(np.array([1.0, 1.0]), np.array([0.5, 1.0]))
