"""Paths against every path written out, and path influences against all elementary paths."""

from itertools import pairwise, permutations, product

import numpy as np
import pytest

from econ.kernels.inputoutput.paths import path_influence, structural_paths

# A chain of a few products against a solve.
ROUNDINGS = 1e-12


def small(n: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(8)
    A, v = rng.uniform(0.0, 0.5 / n, (n, n)), rng.uniform(0.1, 2.0, n)
    f = rng.uniform(-5.0, 20.0, n)
    return v, A, f, np.linalg.solve((np.eye(n) - A).T, v)


def test_no_path_above_the_threshold_is_missed_and_none_below_is_listed() -> None:
    v, A, f, m = small()
    threshold = 0.05
    every = {}
    for length in range(1, 8):
        for path in product(range(4), repeat=length):
            along = np.prod([A[i, j] for i, j in pairwise(path)])
            every[path] = v[path[0]] * along * f[path[-1]]
    above = {path: value for path, value in every.items() if abs(value) >= threshold}
    assert max(len(path) for path in above) < 7  # the search by hand was long enough
    found = structural_paths(v, A, f, m, threshold)
    assert set(found.paths) == set(above)
    np.testing.assert_allclose(found.values, [above[path] for path in found.paths], rtol=ROUNDINGS)
    assert found.order.tolist() == [len(path) - 1 for path in found.paths]
    assert (np.diff(np.abs(found.values)) <= 0.0).all()


@pytest.mark.parametrize("threshold", [100.0, 1.0, 0.01, 1e-4])
def test_what_is_listed_what_is_small_and_what_is_pruned_is_the_whole_effect(
    threshold: float,
) -> None:
    v, A, f, m = small()
    found = structural_paths(v, A, f, m, threshold)
    whole = v @ np.linalg.solve(np.eye(4) - A, f)
    assert found.values.sum() + found.small + found.pruned == pytest.approx(whole, rel=1e-12)
    assert found.total == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(found.share * whole, found.values, rtol=1e-12)


def test_a_table_of_a_thousand_sectors_is_searched_through_blocks_of_nodes() -> None:
    n = 1000
    rng = np.random.default_rng(9)
    A = rng.lognormal(0.0, 2.0, (n, n))
    A *= 0.5 / A.sum(axis=0)
    v, f = rng.uniform(0.1, 2.0, n), rng.uniform(0.0, 10.0, n)
    m = np.linalg.solve((np.eye(n) - A).T, v)
    found = structural_paths(v, A, f, m, 1e-5 * float(m @ f))
    assert len(found.paths) > n
    assert found.values.sum() + found.small + found.pruned == pytest.approx(found.total, rel=1e-11)
    path, value = found.paths[-1], found.values[-1]
    along = np.prod([A[i, j] for i, j in pairwise(path)])
    assert value == pytest.approx(v[path[0]] * along * f[path[-1]], rel=ROUNDINGS)


def test_an_economy_that_nobody_asks_anything_of_has_no_paths() -> None:
    v, A, f, m = small()
    found = structural_paths(v, A, 0.0 * f, m, 1.0)
    assert (found.paths, found.values.size, found.total, found.pruned) == ((), 0, 0.0, 0.0)


def test_what_cannot_be_pruned_safely_is_refused() -> None:
    v, A, f, m = small()
    with pytest.raises(ValueError, match="endless paths"):
        structural_paths(v, A, f, m, 0.0)
    with pytest.raises(ValueError, match=r"coefficients hold -.* at \(0, 0\)"):
        structural_paths(v, -A, f, m, 1.0)
    with pytest.raises(ValueError, match="effects hold"):
        structural_paths(-v, A, f, m, 1.0)
    with pytest.raises(ValueError, match="the multipliers miss"):
        structural_paths(v, A, f, 1.1 * m, 1.0)


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_number_that_is_none_never_passes_for_a_pruned_branch(which: int, value: float) -> None:
    v, A, f, m = small()
    arrays = [array.copy() for array in (v, A, f, m)]
    arrays[which].flat[1] = value
    with pytest.raises(ValueError, match="give finite numbers"):
        structural_paths(*arrays, 1.0)


def test_the_path_multiplier_is_the_ratio_of_determinants_of_defourny_and_thorbecke() -> None:
    _, A, _, _ = small(6)
    L = np.linalg.inv(np.eye(6) - A)
    path = [3, 0, 5]
    rest = [1, 2, 4]
    ratio = np.linalg.det((np.eye(6) - A)[np.ix_(rest, rest)]) / np.linalg.det(np.eye(6) - A)
    found = path_influence(path, A, L[np.ix_(path, path)])
    assert found.multiplier == pytest.approx(ratio, rel=ROUNDINGS)
    assert found.direct == pytest.approx(A[3, 0] * A[0, 5], rel=ROUNDINGS)
    assert found.overall == L[3, 5]


def test_the_total_influences_of_all_elementary_paths_are_the_global_influence() -> None:
    _, A, _, _ = small(5)
    L = np.linalg.inv(np.eye(5) - A)
    for last in (0, 1, 4):
        between = [k for k in range(5) if k not in (0, last)]
        ends = [0] if last == 0 else [0, last]
        paths = [
            [0, *middle, *ends[1:]]
            for length in range(1 if last == 0 else len(between) + 1)
            for middle in permutations(between, length)
        ]
        whole = sum(path_influence(p, A, L[np.ix_(p, p)]).total for p in paths)
        assert whole == pytest.approx(L[0, last], rel=ROUNDINGS)


def test_a_path_that_turns_back_on_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="not elementary"):
        path_influence([0, 1, 0], np.zeros((2, 2)), np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"leaves the table; positions are 0 to 1"):
        path_influence([-1, 1], np.zeros((2, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"give L at the path's 2"):
        path_influence([0, 1], np.zeros((2, 2)), np.zeros((3, 3)))
