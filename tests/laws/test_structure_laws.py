"""What holds of the structure of every productive table."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from econ.kernels.inputoutput.coefficient_errors import (
    effect_variance,
    multiplier_variance,
    output_variance,
)
from econ.kernels.inputoutput.decomposition import additive_decomposition
from econ.kernels.inputoutput.extraction import (
    Cut,
    complete_extraction,
    group_extraction,
    sector_extraction,
)
from econ.kernels.inputoutput.influence import changed_inverse
from econ.kernels.inputoutput.linkages import normalised
from econ.kernels.inputoutput.paths import path_influence, structural_paths
from econ.kernels.inputoutput.structural_decomposition import (
    effect_decomposition,
    output_decomposition,
    structure,
)

# Relative to the largest number of a result; columns of A stay below 0.8, so that a solve loses
# two or three of sixteen digits.
CLOSE = 1e-9


@dataclass(frozen=True)
class Economy:
    v: np.ndarray
    A: np.ndarray
    f: np.ndarray

    @property
    def L(self) -> np.ndarray:
        return np.linalg.inv(np.eye(self.f.size) - self.A)

    @property
    def x(self) -> np.ndarray:
        return self.L @ self.f

    @property
    def m(self) -> np.ndarray:
        return self.v @ self.L


@st.composite
def economies(draw: st.DrawFn, n: int | None = None) -> Economy:
    size = draw(st.integers(1, 5)) if n is None else n
    cells = st.floats(0.0, 1.0).map(lambda x: round(x, 4))
    raw = draw(arrays(float, (size, size), elements=cells))
    load = draw(arrays(float, size, elements=st.floats(0.0, 0.8)))
    sums = raw.sum(axis=0)
    A = np.divide(raw, sums, out=np.zeros_like(raw), where=sums > 0.0) * load
    positive = st.floats(0.1, 100.0)
    return Economy(
        v=draw(arrays(float, size, elements=positive)),
        A=A,
        f=draw(arrays(float, size, elements=positive)),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Economy, Economy]:
    n = draw(st.integers(1, 5))
    return draw(economies(n)), draw(economies(n))


cuts = st.builds(
    Cut,
    purchases=st.booleans(),
    sales=st.just(True),
    within=st.booleans(),
    final_demand=st.booleans(),
    share=st.floats(0.01, 1.0),
) | st.builds(
    Cut,
    sales=st.just(False),
    within=st.booleans(),
    final_demand=st.booleans(),
    share=st.floats(0.01, 1.0),
)


def close(found: np.ndarray, expected: np.ndarray) -> None:
    scale = max(float(np.abs(expected).max(initial=0.0)), 1.0)
    np.testing.assert_allclose(found, expected, rtol=CLOSE, atol=CLOSE * scale)


def losses(economy: Economy, cut: Cut) -> np.ndarray:
    return sector_extraction(
        economy.m,
        economy.v,
        diagonal=np.diagonal(economy.L),
        own=np.diagonal(economy.A),
        output=economy.x,
        final_demand=economy.f,
        cut=cut,
    )


@given(economies(), cuts)
def test_a_loss_is_never_negative_nor_more_than_the_complete_one(
    economy: Economy, cut: Cut
) -> None:
    complete = complete_extraction(economy.m, np.diagonal(economy.L), economy.x)
    found = losses(economy, cut)
    slack = CLOSE * complete.max()
    assert (found >= -slack).all()
    assert (found <= complete + slack).all()
    assert (complete <= economy.m @ economy.f * (1.0 + CLOSE)).all()
    assert (complete >= economy.v * economy.x * (1.0 - CLOSE)).all()


@given(economies(), cuts)
def test_a_group_of_one_loses_what_its_sector_does(economy: Economy, cut: Cut) -> None:
    found = [
        economy.v
        @ group_extraction(
            economy.L[:, [j]],
            [j],
            within=economy.A[[j]][:, [j]],
            output=economy.x,
            final_demand=economy.f,
            cut=cut,
        )
        for j in range(economy.f.size)
    ]
    close(np.array(found), losses(economy, cut))


@given(pairs())
def test_every_decomposition_leaves_no_residual(pair: tuple[Economy, Economy]) -> None:
    start, end = (structure(e.v, e.A, e.f) for e in pair)
    found = effect_decomposition(start, end)
    whole = found.effects.sum() + found.technology.sum() + found.demand.sum()
    scale = max(abs(s.effects @ s.output) for s in (start, end))
    assert abs(whole - found.change) <= CLOSE * scale
    by_output = output_decomposition(start, end)
    parts = by_output.technology.sum(axis=1) + by_output.demand.sum(axis=1)
    limit = CLOSE * max(s.output.max() for s in (start, end))
    assert np.abs(parts - by_output.change).max() <= limit


@given(pairs())
def test_turning_time_around_turns_every_contribution_around(
    pair: tuple[Economy, Economy],
) -> None:
    sides = [[e.v, e.L, e.f] for e in pair]

    def output(factors: list[np.ndarray]) -> np.ndarray:
        return factors[0] * (factors[1] @ factors[2])

    there = additive_decomposition(sides[0], sides[1], output)  # type: ignore[arg-type]
    back = additive_decomposition(sides[1], sides[0], output)  # type: ignore[arg-type]
    close(there.values, -back.values)
    close(there.values.sum(axis=0), there.change)
    close(there.low, -back.high)
    scale = CLOSE * max(np.abs(there.high).max(), np.abs(there.low).max(), 1.0)
    assert (there.low <= there.values + scale).all()
    assert (there.values <= there.high + scale).all()


@given(economies(), st.floats(1e-3, 1.0))
def test_listed_small_and_pruned_paths_are_the_whole_effect(economy: Economy, share: float) -> None:
    total = float(economy.m @ economy.f)
    found = structural_paths(economy.v, economy.A, economy.f, economy.m, share * total)
    close(np.array(found.values.sum() + found.small + found.pruned), np.array(total))
    assert (found.values >= share * total).all()
    assert found.share.sum() <= 1.0 + CLOSE


@given(economies(n=4))
def test_a_path_carries_at_most_the_global_influence(economy: Economy) -> None:
    L = economy.L
    path = [2, 0, 3]
    found = path_influence(path, economy.A, L[np.ix_(path, path)])
    assert found.multiplier >= 1.0 - CLOSE
    assert found.direct <= found.total * (1.0 + CLOSE)
    assert found.total <= found.overall * (1.0 + CLOSE) + CLOSE


@given(economies(n=3), st.floats(-0.05, 0.05))
def test_a_changed_coefficient_can_be_changed_back(economy: Economy, change: float) -> None:
    there = changed_inverse(economy.L, 0, 2, change)
    close(changed_inverse(there, 0, 2, -change), economy.L)


@given(economies())
def test_coefficients_that_move_together_spread_a_multiplier_at_least_as_much(
    economy: Economy,
) -> None:
    L, m, x = economy.L, economy.m, economy.x
    variance = (0.1 * economy.A) ** 2
    n = x.size
    apart, by_column, together = (
        [
            multiplier_variance(m, L, variance, groups),
            output_variance(L, x, variance, groups),
            np.array([effect_variance(m, x, variance, groups)]),
        ]
        for groups in (None, np.arange(n), np.zeros(n, int))
    )
    # A, L, m and x are not negative: every covariance adds.
    for less, more, most in zip(apart, by_column, together, strict=True):
        assert (less <= more * (1.0 + CLOSE)).all()
        assert (more <= most * (1.0 + CLOSE)).all()


@given(economies())
def test_normalised_linkages_have_mean_one(economy: Economy) -> None:
    column_sums = economy.L.sum(axis=0)
    close(normalised(column_sums).mean(), np.array(1.0))
    weighted = normalised(column_sums, economy.f)
    close(np.average(weighted, weights=economy.f), np.array(1.0))
