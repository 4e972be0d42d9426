"""Every cut is held against the changed table, solved anew."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from econ.kernels.inputoutput.extraction import (
    Cut,
    complete_extraction,
    group_extraction,
    sector_extraction,
)

# Two ways of solving the same well-conditioned system: a few hundred roundings apart.
SOLVES = 1e-11

CUTS = [
    Cut(purchases, sales, within, final_demand, share)
    for purchases, sales in ((True, True), (True, False), (False, True))
    for within, final_demand, share in product((True, False), (True, False), (1.0, 0.35))
]


class Table:
    """A dense table of eight sectors, and its inverse."""

    def __init__(self) -> None:
        rng = np.random.default_rng(11)
        self.A = rng.uniform(0.0, 0.2, (8, 8))
        self.f = rng.uniform(1.0, 50.0, 8)
        self.v = rng.uniform(0.1, 3.0, (2, 8))
        self.L = np.linalg.inv(np.eye(8) - self.A)
        self.x = self.L @ self.f

    def without(self, group: list[int], cut: Cut) -> np.ndarray:
        """Output of the changed table: cells cut once, one by one, then solved."""
        A, f = self.A.copy(), self.f.copy()
        for i, j in product(range(8), repeat=2):
            inside = i in group and j in group
            bought = cut.purchases and j in group and not inside
            sold = cut.sales and i in group and not inside
            if bought or sold or (cut.within and inside):
                A[i, j] *= 1.0 - cut.share
        if cut.final_demand:
            f[group] *= 1.0 - cut.share
        return np.linalg.solve(np.eye(8) - A, f)

    def by_sector(self, cut: Cut) -> np.ndarray:
        return sector_extraction(
            self.v @ self.L,
            self.v,
            diagonal=np.diagonal(self.L),
            own=np.diagonal(self.A),
            output=self.x,
            final_demand=self.f,
            cut=cut,
        )

    def of_group(self, group: list[int], cut: Cut, **changed: Any) -> np.ndarray:
        given: dict[str, Any] = {
            "within": self.A[np.ix_(group, group)],
            "output": self.x,
            "final_demand": self.f,
        } | changed
        return group_extraction(self.L[:, group], group, **given, cut=cut)


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_every_cut_of_every_sector_is_the_loss_of_the_table_solved_anew(cut: Cut) -> None:
    table = Table()
    anew = np.array([table.v @ (table.x - table.without([j], cut)) for j in range(8)]).T
    np.testing.assert_allclose(table.by_sector(cut), anew, rtol=SOLVES)


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_every_cut_of_a_group_is_the_loss_of_the_table_solved_anew(cut: Cut) -> None:
    table = Table()
    group = [6, 1, 3]  # in an order of its own
    anew = table.x - table.without(group, cut)
    # Some sectors lose nothing, which leaves a rounding.
    np.testing.assert_allclose(table.of_group(group, cut), anew, rtol=SOLVES, atol=1e-11)


def test_the_closed_form_of_the_complete_extraction_is_the_table_of_the_others() -> None:
    table = Table()
    found = complete_extraction(table.v @ table.L, np.diagonal(table.L), table.x)
    for j in range(8):
        rest = [k for k in range(8) if k != j]
        others = np.linalg.solve(np.eye(7) - table.A[np.ix_(rest, rest)], table.f[rest])
        lost = table.v @ table.x - table.v[:, rest] @ others
        np.testing.assert_allclose(found[:, j], lost, rtol=SOLVES)
    np.testing.assert_allclose(found, table.by_sector(Cut()), rtol=SOLVES)


def test_who_sells_nothing_and_serves_nobody_need_not_lose_its_purchases() -> None:
    table = Table()
    np.testing.assert_allclose(
        table.by_sector(Cut(purchases=False)), table.by_sector(Cut()), rtol=SOLVES
    )


def test_a_group_of_one_is_the_sector_and_all_sectors_take_everything() -> None:
    table = Table()
    cut = Cut(final_demand=False, share=0.5)
    one = table.v @ table.of_group([4], cut)
    np.testing.assert_allclose(one, table.by_sector(cut)[:, 4], rtol=SOLVES)
    np.testing.assert_allclose(table.of_group(list(range(8)), Cut()), table.x, rtol=SOLVES)


def test_forward_extraction_of_ghosh_is_the_backward_extraction_of_the_transpose() -> None:
    table = Table()
    B = table.A * table.x / table.x[:, None]
    G = np.linalg.inv(np.eye(8) - B)
    primary = table.x - table.x @ B
    found = sector_extraction(
        G.sum(axis=1),
        np.ones(8),
        diagonal=np.diagonal(G),
        own=np.diagonal(B),
        output=table.x,
        final_demand=primary,
        cut=Cut(sales=False, final_demand=False),
    )
    for j in range(8):
        changed = B.copy()
        changed[j, :] = 0.0
        left = np.linalg.solve((np.eye(8) - changed).T, primary)
        assert found[j] == pytest.approx((table.x - left).sum(), rel=SOLVES)


def test_a_sector_without_output_is_no_loss() -> None:
    nothing = np.zeros(1)
    found = sector_extraction(
        np.ones(1),
        np.ones(1),
        diagonal=np.ones(1),
        own=nothing,
        output=nothing,
        final_demand=nothing,
        cut=Cut(),
    )
    assert found.tolist() == [0.0]


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Cut(share=share)


def test_a_cut_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is extracted"):
        Cut(purchases=False, sales=False)


def test_a_group_that_does_not_fit_is_refused() -> None:
    table = Table()
    with pytest.raises(ValueError, match="twice"):
        table.of_group([2, 2], Cut())
    with pytest.raises(ValueError, match=r"give \(8, 2\) and \(2, 2\)"):
        table.of_group([2, 3], Cut(), within=np.zeros((1, 1)))


def test_effects_of_another_shape_are_refused() -> None:
    one = np.ones(2)
    with pytest.raises(ValueError, match="one per cell"):
        sector_extraction(
            np.ones((1, 2)),
            one,
            diagonal=one,
            own=one,
            output=one,
            final_demand=one,
            cut=Cut(),
        )
