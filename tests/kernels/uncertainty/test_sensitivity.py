"""Sobol indices against closed forms and SALib; errors carried through what is linear."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from econ.kernels.uncertainty.sampling import sobol_sequence
from econ.kernels.uncertainty.sensitivity import propagated_variance, variance_shares

Array = npt.NDArray[np.float64]
COUNT = 4096


def ishigami(u: Array) -> Array:
    x = np.pi * (2 * u - 1)
    result: Array = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    return result


def ishigami_shares() -> tuple[Array, Array]:
    # Ishigami and Homma 1990, with a = 7 and b = 0.1.
    a, b, pi = 7.0, 0.1, np.pi
    first = np.array([0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, 0.0])
    both = b**2 * pi**8 * (1 / 18 - 1 / 50)
    variance = first.sum() + both
    return first / variance, (first + np.array([both, 0.0, both])) / variance


G_CONSTANTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def g_function(u: Array) -> Array:
    a = G_CONSTANTS[:, None]
    result: Array = np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=0)
    return result


def g_function_shares() -> tuple[Array, Array]:
    # Sobol's g-function: partial variances 1 / (3 (1 + a)^2), all of them multiplied.
    alone = 1 / (3 * (1 + G_CONSTANTS) ** 2)
    variance = np.prod(1 + alone) - 1
    rest = np.array([np.prod(1 + np.delete(alone, i)) for i in range(alone.size)])
    return alone / variance, alone * rest / variance


def samples(model: Callable[[Array], Array], k: int) -> tuple[Array, Array, Array]:
    a, b = np.split(sobol_sequence(7, COUNT, 2 * k), 2)
    mixed = []
    for place in range(k):
        one = a.copy()
        one[place] = b[place]
        mixed.append(model(one))
    return model(a), model(b), np.stack(mixed)


@pytest.mark.parametrize(
    ("model", "k", "closed"),
    [(ishigami, 3, ishigami_shares), (g_function, 8, g_function_shares)],
)
def test_indices_are_those_of_the_closed_form(
    model: Callable[[Array], Array], k: int, closed: Callable[[], tuple[Array, Array]]
) -> None:
    found = variance_shares(*samples(model, k), 200, np.random.default_rng(0))
    first, total = closed()
    # Four standard errors, which a Sobol sequence stays well inside of, and what is below them.
    assert (np.abs(found.first - first) <= 4 * found.first_error + 1e-3).all()
    assert (np.abs(found.total - total) <= 4 * found.total_error + 1e-3).all()
    assert (found.first_error < 0.05).all()


@pytest.mark.parametrize(("model", "k"), [(ishigami, 3), (g_function, 8)])
def test_indices_are_those_of_salib_on_the_same_samples(
    model: Callable[[Array], Array], k: int
) -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    a, b, mixed = samples(model, k)
    # SALib wants a, the mixtures and b of each point, one after the other.
    results = np.vstack([a, mixed, b]).T.ravel()
    problem = {"num_vars": k, "names": [f"x{i}" for i in range(k)], "bounds": [[0, 1]] * k}
    oracle = analyze(problem, results, calc_second_order=False, seed=1)
    ours = variance_shares(a, b, mixed, 100, np.random.default_rng(1))
    # SALib centres by the mean of all results, ours by that of the two samples.
    np.testing.assert_allclose(ours.first, oracle["S1"], atol=1e-4)
    np.testing.assert_allclose(ours.total, oracle["ST"], atol=1e-10)
    # SALib gives 95 % half-widths, ours are standard errors; a bootstrap of 100 is good to a third.
    sizeable = oracle["S1_conf"] > 1e-3
    ratio = oracle["S1_conf"][sizeable] / ours.first_error[sizeable]
    assert ((ratio > 1.96 * 0.66) & (ratio < 1.96 * 1.5)).all()


def test_what_never_varies_has_no_shares() -> None:
    flat = np.full(64, 3.0)
    found = variance_shares(flat, flat, np.stack([flat, flat]), 10, np.random.default_rng(0))
    assert found.variance == 0.0
    assert (found.first == 0.0).all()
    assert (found.total == 0.0).all()


def test_a_constant_added_changes_no_share() -> None:
    a, b, mixed = samples(ishigami, 3)
    near = variance_shares(a, b, mixed, 5, np.random.default_rng(0))
    far = variance_shares(a + 1e6, b + 1e6, mixed + 1e6, 5, np.random.default_rng(0))
    np.testing.assert_allclose(near.first, far.first, atol=1e-7)


def test_the_delta_method_is_exact_for_a_linear_model_of_draws_that_hang_together() -> None:
    rng = np.random.default_rng(3)
    root = rng.normal(size=(4, 4))
    covariance, gradient = root @ root.T, rng.normal(size=(3, 4))
    drawn = rng.multivariate_normal(np.zeros(4), covariance, size=50_000)
    variance = (drawn @ gradient.T).var(axis=0)
    # The standard error of a variance of 50,000 normal draws is 0.6 % of it; three of them.
    np.testing.assert_allclose(propagated_variance(gradient, covariance), variance, rtol=0.02)
