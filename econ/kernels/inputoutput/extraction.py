"""Hypothetical extraction: what an economy loses without a sector or a group, never re-solved.

Cutting cells of A is a change of low rank, ``A - s U V'``. With L at hand the new output follows
from a system of the size of the group (Woodbury), and for single sectors from one division.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Cut", "complete_extraction", "group_extraction", "sector_extraction"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """What is taken out of the table with a group of sectors g.

    - ``Cut()``: purchases, sales, own use and final demand: the complete extraction.
    - ``Cut(sales=False, final_demand=False)``: the backward extraction, column g of A; g still
      delivers what is asked of it, with imported inputs.
    - ``Cut(purchases=False, final_demand=False)``: the forward extraction, row g of A; others
      import what g sold them.
    - ``Cut(purchases=False)``: row and final demand. At a full share it is the complete
      extraction, for who makes nothing buys nothing; below, g's own column shrinks with its
      output and is not cut twice. It is the partial extraction of Dietzenbacher and Lahr.
    - ``Cut(final_demand=False)``: g is isolated and works for final demand alone.

    Parameters
    ----------
    purchases, sales : bool
        Cells of A in the columns (rows) of g, outside of g; at least one of them.
    within : bool
        Cells of A in both the rows and the columns of g: own use, and trade inside the group.
    final_demand : bool
        Final demand for g.
    share : float [share]
        How much of each of these is taken; above zero and at most one. No cell is cut twice.

    Raises
    ------
    ValueError
        When nothing is cut or the share is not above zero and at most one.
    """

    purchases: bool = True
    sales: bool = True
    within: bool = True
    final_demand: bool = True
    share: float = 1.0

    def __post_init__(self) -> None:
        if not (self.purchases or self.sales):
            raise ValueError("nothing is extracted; cut purchases, sales or both")
        if not 0.0 < self.share <= 1.0:
            raise ValueError(f"the share is {self.share}; give one above 0 and at most 1")


def complete_extraction(multipliers: Array, diagonal: Array, output: Array) -> Array:
    """Return what is lost with each sector when it is taken out completely, all at once.

    Without sector j the others make ``x_r - L_rj x_j / l_jj``, and j nothing; weighted by v the
    loss is ``(v'L)_j x_j / l_jj``. Derivation: ``L_rr - L_rj L_jr / l_jj`` is the inverse of the
    table without j (inverse of a partitioned matrix); apply it to the final demand of the others.

    Parameters
    ----------
    multipliers : ndarray, shape (n,) or (p, n) [measure per unit of final demand]
        ``v'L``; the column sums of L for the loss of output.
    diagonal : ndarray, shape (n,) [-]
        Of L.
    output : ndarray, shape (n,) [money]
        x.

    Returns
    -------
    ndarray, shape of `multipliers` [measure]
        The sector's own output is part of its loss.

    References
    ----------
    [miller_blair_2009], section 12.2.6; [miller_lahr_2001].

    Examples
    --------
    Two sectors that do not trade: each takes its own output along.

    >>> two = np.array([2.0, 2.0])
    >>> complete_extraction(two, two, np.array([10.0, 30.0])).tolist()
    [10.0, 30.0]
    """
    losses: Array = multipliers * (output / diagonal)
    return losses


def sector_extraction(
    multipliers: Array,
    effects: Array,
    *,
    diagonal: Array,
    own: Array,
    output: Array,
    final_demand: Array,
    cut: Cut,
) -> Array:
    """Return what is lost with each sector under any cut, for all sectors in one closed form.

    Parameters
    ----------
    multipliers : ndarray, shape (n,) or (p, n) [measure per unit of final demand]
        ``m = v'L``.
    effects : ndarray, of the shape of `multipliers` [measure per unit of output]
        v.
    diagonal : ndarray, shape (n,) [-]
        Of L.
    own : ndarray, shape (n,) [-]
        Diagonal of A.
    output, final_demand : ndarray, shape (n,) [money]
        x and f.
    cut : Cut
        What is taken out.

    Returns
    -------
    ndarray, of the shape of `multipliers` [measure]

    Notes
    -----
    The forms of one sector, with ``k = 1`` where own use is cut and ``k = 1 - a`` where it is kept,
    and s the share: backward ``s (k m - v) x / (1 + s (k l - 1))``, forward
    ``s m (k x - f) / (1 + s (k l - 1))``, row and final demand ``s m k x / (1 + s (k l - 1))``.

    Forward extraction in the Ghosh model, a row of B set to zero, is the backward extraction of
    its transpose: give ``G i``, ones, the diagonals of G and B, x, and primary inputs for f.

    References
    ----------
    [dietzenbacher_lahr_2013] (partial extraction); [miller_lahr_2001] (which cells are cut);
    [miller_blair_2009], section 12.2.6; [hager_1989] (Woodbury's formula).

    Examples
    --------
    A sector that makes 10 and uses 5 of it itself, deprived of its own use:

    >>> one = np.ones(1)
    >>> sector_extraction(
    ...     2.0 * one, one, diagonal=2.0 * one, own=0.5 * one, output=10.0 * one,
    ...     final_demand=5.0 * one, cut=Cut(final_demand=False),
    ... ).tolist()
    [5.0]
    """
    if multipliers.shape != effects.shape:
        raise ValueError(f"multipliers {multipliers.shape}, effects {effects.shape}; one per cell")
    wide = np.atleast_2d(multipliers).T[:, :, None]
    direct = np.atleast_2d(effects).T[:, :, None]
    found = _loss(
        wide,
        direct,
        block=diagonal[:, None, None],
        own=own[:, None, None],
        output=output[:, None],
        demand=final_demand[:, None],
        cut=cut,
    )
    return found.T.reshape(multipliers.shape)


def group_extraction(
    columns: Array,
    group: Sequence[int],
    *,
    within: Array,
    output: Array,
    final_demand: Array,
    cut: Cut,
) -> Array:
    """Return by how much every sector's output falls without a group of sectors, a region say.

    The complete extraction is ``L_.g (L_gg)^-1 x_g``; every cut needs no more than the group's
    columns of L and one system of the size of the group, or twice that.

    Parameters
    ----------
    columns : ndarray, shape (n, g) [-]
        Columns of L of the group, in its order.
    group : sequence of int, length g
        Positions; no position twice.
    within : ndarray, shape (g, g) [-]
        A within the group.
    output, final_demand : ndarray, shape (n,) [money]
        x and f.
    cut : Cut
        What is taken out.

    Returns
    -------
    ndarray, shape (n,) [money]
        Multiply by v for any other measure.

    Raises
    ------
    ValueError
        When the group names a position twice or shapes do not fit.

    References
    ----------
    [dietzenbacher_lahr_2013]; [miller_blair_2009], section 12.2.6; [hager_1989].

    Examples
    --------
    >>> inverse = np.linalg.inv(np.eye(2) - np.array([[0.15, 0.25], [0.20, 0.05]]))
    >>> demand = np.array([350.0, 1700.0])
    >>> group_extraction(
    ...     inverse[:, [0]], [0], within=np.array([[0.15]]), output=inverse @ demand,
    ...     final_demand=demand, cut=Cut(),
    ... ).round(2).tolist()
    [1000.0, 210.53]
    """
    members = np.asarray(group, dtype=np.intp)
    k = members.size
    if np.unique(members).size != k:
        raise ValueError(f"the group {members.tolist()} names a position twice; name each once")
    if columns.shape != (output.size, k) or within.shape != (k, k):
        raise ValueError(
            f"columns of L {columns.shape} and A within the group {within.shape}; "
            f"give {(output.size, k)} and {(k, k)}"
        )
    direct = np.zeros_like(columns)
    direct[members, np.arange(k)] = 1.0
    found: Array = _loss(
        columns[None],
        direct[None],
        block=columns[members][None],
        own=within[None],
        output=output[members][None],
        demand=final_demand[members][None],
        cut=cut,
    )[0]
    return found


def _loss(
    multipliers: Array,
    effects: Array,
    *,
    block: Array,
    own: Array,
    output: Array,
    demand: Array,
    cut: Cut,
) -> Array:
    """Return the losses (b, p) of b groups of k sectors, on p measures.

    With E the columns of the identity of g, C the columns of A that are cut and R its rows,
    ``x - x* = s L U (I + s V'L U)^-1 V'y + s L E f_g`` and ``y = x - s L E f_g``, the last terms
    only where final demand is cut. As ``L A = A L = L - I``, nothing but L at g is needed.
    """
    one = np.eye(block.shape[-1])
    outside = one - own
    # What is left of I - A within the group when its own cells are not part of the cut.
    kept = one if cut.within else outside
    from_column = (multipliers @ kept - effects, block @ kept - one, output)
    row = kept if not cut.purchases else outside
    sold = _times(row, output) - demand
    # V'L E f, by how much the cut of final demand lowers what V' measures.
    lower_output, lower_sold = _times(block, demand), _times(row @ block - one, demand)
    if cut.purchases and cut.sales:
        # The cells of g with itself go with the columns, so the rows are those outside of g.
        spread = np.concatenate([from_column[0], multipliers], axis=-1)
        core = np.concatenate(
            [
                np.concatenate([from_column[1], block], axis=-1),
                np.concatenate([outside @ block @ kept - kept, outside @ block - one], axis=-1),
            ],
            axis=-2,
        )
        seen, lower = (
            np.concatenate([output, sold], axis=-1),
            np.concatenate([lower_output, lower_sold], axis=-1),
        )
    elif cut.purchases:
        spread, core, seen = from_column
        lower = lower_output
    else:
        spread, core, seen, lower = multipliers, row @ block - one, sold, lower_sold
    share = cut.share
    if cut.final_demand:
        seen = seen - share * lower
    system = np.eye(core.shape[-1]) + share * core
    lost = share * _times(spread, np.linalg.solve(system, seen[..., None])[..., 0])
    if cut.final_demand:
        lost = lost + share * _times(multipliers, demand)
    return lost


def _times(matrices: Array, vectors: Array) -> Array:
    product: Array = (matrices @ vectors[..., None])[..., 0]
    return product
