"""Quantile functions against scipy's distributions; the Latin hypercube against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from econ.kernels.uncertainty.sampling import (
    latin_hypercube,
    lognormal_quantile,
    pert_quantile,
    triangular_quantile,
    zero_inflated_quantile,
)

U = np.linspace(0.001, 0.999, 199)
EPS = float(np.finfo(np.float64).eps)  # no draw of the hypercube is nearer to 0 or 1
widths = st.floats(0, 100).filter(lambda w: w == 0 or w > 1e-6)


@pytest.mark.parametrize(
    ("low", "mode", "high"), [(0.0, 0.3, 1.0), (-2.0, -2.0, 5.0), (1.0, 4.0, 4.0)]
)
def test_triangular_quantiles_are_scipy_s(low: float, mode: float, high: float) -> None:
    oracle = stats.triang((mode - low) / (high - low), low, high - low)
    np.testing.assert_allclose(triangular_quantile(U, low, mode, high), oracle.ppf(U), rtol=1e-12)


@pytest.mark.parametrize(
    ("low", "mode", "high"), [(0.0, 0.3, 1.0), (-2.0, -2.0, 5.0), (1.0, 4.0, 4.0)]
)
def test_pert_quantiles_are_those_of_scipy_s_beta(low: float, mode: float, high: float) -> None:
    width = high - low
    oracle = stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, width)
    np.testing.assert_allclose(pert_quantile(U, low, mode, high), oracle.ppf(U), rtol=1e-10)
    assert oracle.mean() == pytest.approx((low + 4 * mode + high) / 6)


def test_lognormal_quantiles_are_scipy_s_with_the_range_as_5_and_95_per_cent() -> None:
    found = lognormal_quantile(U, 1.0, 2.0, 4.0)
    sigma = np.log(4.0) / (2 * stats.norm.ppf(0.95))
    np.testing.assert_allclose(found, stats.lognorm(sigma, scale=2.0).ppf(U), rtol=1e-12)


def test_zero_inflated_quantiles_are_a_mass_at_zero_and_scipy_s_lognormal() -> None:
    zero, median, high = 0.4, 0.3, 2.0
    found = zero_inflated_quantile(U, zero, median, high)
    sigma = np.log(high / median) / stats.norm.ppf((0.95 - zero) / (1 - zero))
    oracle = stats.lognorm(sigma, scale=median).ppf((U[U > zero] - zero) / (1 - zero))
    assert (found[zero >= U] == 0.0).all()
    np.testing.assert_allclose(found[zero < U], oracle, rtol=1e-12)


@given(seed=st.integers(0, 2**32), draws=st.integers(1, 200), dimensions=st.integers(1, 5))
def test_a_latin_hypercube_has_one_number_in_every_stratum(
    seed: int, draws: int, dimensions: int
) -> None:
    u = latin_hypercube(np.random.default_rng(seed), draws, dimensions)
    assert u.shape == (dimensions, draws)
    assert ((u > 0.0) & (u < 1.0)).all()
    for row in u:
        assert sorted(np.floor(row * draws).astype(int)) == list(range(draws))


@given(low=st.floats(-100, 100), first=widths, second=widths, u=st.floats(EPS, 1 - EPS))
def test_bounded_quantiles_stay_in_their_range(
    low: float, first: float, second: float, u: float
) -> None:
    mode = low + first
    high = mode + second
    slack = 1e-9 * max(1.0, abs(low), abs(high))  # of floating-point addition
    for quantile in (triangular_quantile, pert_quantile):
        found = quantile(np.array([u]), low, mode, high)[0]
        assert low - slack <= found <= high + slack
