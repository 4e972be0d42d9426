"""Almon's method: the product technology without flows below zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["AlmonFlows", "almon_flows"]

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

# Largest change of a flow in a round of Almon's method, relative to the sum of its row.
SETTLED: Final = 1e-13
# An input is held back when more than this is missing, relative to the sum of its row.
MISSING: Final = 1e-9
MOST_ROUNDS: Final = 10_000


@dataclass(frozen=True)
class AlmonFlows:
    """Flows of the product technology that are not below zero.

    Parameters
    ----------
    flows : ndarray, shape (r, p) [money]
    held : ndarray of int, shape (m, 2)
        Row and industry where the product technology asks for more of an input than the industry
        uses, so that less was taken out.
    rounds : int
    """

    flows: Array
    held: Places
    rounds: int


def almon_flows(supply: Array, use: Array) -> AlmonFlows:
    """Return the product-by-product flows of Almon's method, none below zero.

    Secondary products take their inputs out of the industry that makes them and into their
    product, in rounds, and never more than the industry has. With N the shares of products made
    outside of their own industry, each row z of flows repeats

    ``z_j = u_j - s_j sum_k N_jk z_k + z_j sum_h s_h N_hj``, ``s_j = min(1, u_j / sum_k N_jk z_k)``

    Where no s is below one these are the flows of model A. Row sums are those of the use table;
    column sums are not those of model A once an input is held back.

    Parameters
    ----------
    supply : ndarray, shape (p, p) [money]
        Product by industry; industry j is the main maker of product j.
    use : ndarray, shape (r, p) [money]
        Inputs of industries, not below zero.

    Returns
    -------
    AlmonFlows

    Raises
    ------
    ValueError
        When the supply table is not square, an industry is not the main maker of its product, a
        use is below zero, or the rounds do not settle: they do when each industry makes more than
        half of its product.

    References
    ----------
    [almon_2000], the algorithm for product technology with no negative flows.

    Examples
    --------
    Industry 2 makes 40 of product 1, which takes 0.6 of input 1 each, but uses no input 1; model
    A would take 24 out of nothing:

    >>> supply = np.array([[100.0, 40.0], [0.0, 60.0]])
    >>> use = np.array([[60.0, 0.0], [10.0, 20.0]])
    >>> found = almon_flows(supply, use)
    >>> found.flows.round(9).tolist(), found.held.tolist()
    ([[60.0, 0.0], [14.0, 16.0]], [[0, 1]])
    """
    if supply.shape[0] != supply.shape[1]:
        raise ValueError(f"Almon's method needs as many products as industries, not {supply.shape}")
    below = np.argwhere(use < 0.0)
    if below.size:
        raise ValueError(f"uses {below.tolist()} are below zero; Almon's method takes none")
    made = supply.sum(axis=1)
    shares = supply.T / np.where(made == 0.0, 1.0, made)
    minor = np.flatnonzero(np.diag(shares) < shares.max(axis=0))
    if minor.size:
        # The rounds may still settle, but on flows of no meaning.
        raise ValueError(
            f"industries {minor.tolist()} are not the main makers of the products "
            f"{minor.tolist()}; order the industries as the products, or aggregate"
        )
    outside = shares - np.diag(np.diag(shares))
    flows = np.array(use, dtype=np.float64)
    size = use.sum(axis=1)[:, None]
    for rounds in range(1, MOST_ROUNDS + 1):
        wanted = flows @ outside.T
        taken = np.minimum(wanted, use)
        scale = np.divide(taken, wanted, out=np.ones_like(wanted), where=wanted > 0.0)
        # Both terms are not below zero, so no rounding can make a flow so.
        after = (use - taken) + flows * (scale @ outside)
        settled = bool((np.abs(after - flows) <= SETTLED * size).all())
        flows = after
        if settled:
            return AlmonFlows(flows, np.argwhere(wanted - use > MISSING * size), rounds)
    half = np.flatnonzero(np.diag(shares) <= 1.0 / 2.0)
    raise ValueError(
        f"Almon's method did not settle in {MOST_ROUNDS} rounds; products {half.tolist()} are "
        "made for half or more outside of their own industry: aggregate them"
    )
