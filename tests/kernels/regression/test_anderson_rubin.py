"""Anderson and Rubin's set, held against the statistic it inverts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.regression.anderson_rubin import ReducedCoefficients

GRID = np.tan(np.linspace(-np.pi / 2.0, np.pi / 2.0, 2001)[1:-1])


@st.composite
def coefficients(draw: st.DrawFn) -> tuple[ReducedCoefficients, float]:
    m = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    root = rng.normal(size=(2 * m, 2 * m)) * 10.0 ** draw(st.integers(-2, 2))
    strength = draw(st.sampled_from([0.1, 1.0, 10.0]))
    size = draw(st.sampled_from([1e-6, 1.0, 1e6]))
    held = ReducedCoefficients(
        strength * rng.normal(size=m) * size, strength * rng.normal(size=m), np.eye(2 * m)
    )
    scale = np.repeat([size, 1.0], m)
    covariance = scale[:, None] * (root @ root.T) * scale / (2.0 * m)
    return ReducedCoefficients(held.outcome, held.endogenous, covariance), draw(
        st.floats(0.05, 8.0)
    )


@given(coefficients())
def test_a_value_lies_in_the_set_where_its_statistic_is_not_above_the_critical_one(
    drawn: tuple[ReducedCoefficients, float],
) -> None:
    held, critical = drawn
    intervals = held.not_rejected(critical)
    values = GRID * held.scale
    found = held.statistics(values)
    inside = np.zeros(len(values), dtype=bool)
    for low, high in intervals:
        inside |= (values >= low) & (values <= high)
    # At an end itself, rounding decides.
    clear = np.abs(found - critical) > 1e-6 * critical
    np.testing.assert_array_equal(inside[clear], (found <= critical)[clear])


@given(coefficients())
def test_at_a_finite_end_of_the_set_the_statistic_is_the_critical_one(
    drawn: tuple[ReducedCoefficients, float],
) -> None:
    held, critical = drawn
    ends = np.array([end for pair in held.not_rejected(critical) for end in pair])
    ends = ends[np.isfinite(ends)]
    # Roots of a polynomial of degree twelve from a matrix whose condition is the square of ours.
    np.testing.assert_allclose(held.statistics(ends), critical, rtol=1e-6)


def test_instruments_that_say_the_same_are_searched_on_a_grid() -> None:
    once = ReducedCoefficients(np.array([2.0]), np.array([1.0]), np.diag([1.0, 0.25]))
    twice = ReducedCoefficients(
        np.array([2.0, 2.0]), np.array([1.0, 1.0]), np.kron(np.diag([1.0, 0.25]), np.ones((2, 2)))
    )
    # F divides the same Wald statistic by one and by two.
    np.testing.assert_allclose(twice.not_rejected(1.0), once.not_rejected(2.0), rtol=1e-9)
