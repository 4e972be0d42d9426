"""Structural paths: through which chains of suppliers a demand has its effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["PathInfluence", "StructuralPaths", "path_influence", "structural_paths"]

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

# Nodes whose suppliers are weighed at one time: bounds the memory, not the answer.
NODES_AT_A_TIME: Final = 512
# Relative; multipliers that miss v + A'm by more were not solved from these coefficients.
MULTIPLIER_GAP: Final = 1e-6


@dataclass(frozen=True)
class StructuralPaths:
    """Every path that matters, largest first, and what the others sum to.

    ``values.sum() + small + pruned == total``.

    Parameters
    ----------
    paths : tuple of tuple of int
        Positions from the sector where the effect falls to the product of final demand: the path
        (i, j, k) is worth ``v_i a_ij a_jk f_k``.
    values : ndarray, shape (p,) [measure]
    order : ndarray of int, shape (p,)
        Links of the path; 0 is the effect in the sector that serves final demand.
    share : ndarray, shape (p,) [share]
        Of the total.
    small : float [measure]
        Paths below the threshold that were looked at on the way to others.
    pruned : float [measure]
        Branches not entered, each with all of its paths below the threshold altogether.
    total : float [measure]
        ``v'L f``.
    """

    paths: tuple[tuple[int, ...], ...]
    values: Array
    order: Places
    share: Array
    small: float
    pruned: float
    total: float


@dataclass(frozen=True)
class _Front:
    """Paths of one order: sector reached, where it came from in the order before, amount made."""

    sector: Places
    parent: Places
    amount: Array


def structural_paths(
    effects: Array,
    coefficients: Array,
    demand: Array,
    multipliers: Array,
    threshold: float,
) -> StructuralPaths:
    """Return all paths worth at least a threshold, and no guess about the others.

    A path that has asked sector i for an amount y is worth ``v_i y``, and together with everything
    upstream of it ``m_i y``. A branch is cut where that whole remainder is below the threshold, so
    that no path above it can be missed, however long. Orders are searched one by one; an order
    holds at most ``total / threshold`` branches, fewer with every order.

    Parameters
    ----------
    effects : ndarray, shape (n,) [measure per unit of output]
        v, not negative.
    coefficients : ndarray, shape (n, n) [-]
        A, not negative.
    demand : ndarray, shape (n,) [money]
        f, of any sign.
    multipliers : ndarray, shape (n,) [measure per unit of final demand]
        ``m = v'L``, as solved.
    threshold : float [measure]
        Above zero; a path is compared without its sign.

    Returns
    -------
    StructuralPaths

    Raises
    ------
    ValueError
        When the threshold is not above zero, an effect or a coefficient is negative (branches
        could cancel, and none be cut safely), a number is not finite, or the multipliers are not
        those of v and A.

    References
    ----------
    [treloar_1997] (paths); [lenzen_2007], section 2 (decomposition and pruning);
    [defourny_thorbecke_1984].

    Examples
    --------
    One sector that uses a half of its output itself: 1, 1/2, 1/4 and so on.

    >>> found = structural_paths(
    ...     np.array([1.0]), np.array([[0.5]]), np.array([1.0]), np.array([2.0]), 0.2
    ... )
    >>> found.paths, found.values.tolist(), found.small, found.pruned
    (((0,), (0, 0), (0, 0, 0)), [1.0, 0.5, 0.25], 0.125, 0.125)
    """
    _check(effects, coefficients, demand, multipliers, threshold)
    # Column s: what a unit asked of s is worth at each supplier, with all that is upstream of it.
    worth = multipliers[:, None] * coefficients
    whole = multipliers * demand
    kept = np.flatnonzero(np.abs(whole) >= threshold)
    total = float(multipliers @ demand)
    pruned = float(np.delete(whole, kept).sum())
    small = 0.0
    fronts = [_Front(kept, np.full(kept.size, -1), demand[kept])]
    found: list[tuple[Array, Places]] = []
    while fronts[-1].sector.size:
        front = fronts[-1]
        values = effects[front.sector] * front.amount
        listed = np.flatnonzero(np.abs(values) >= threshold)
        small += float(np.delete(values, listed).sum())
        found.append((values[listed], listed))
        following, cut = _suppliers(front, coefficients, worth, threshold)
        pruned += cut
        fronts.append(following)
    return _gathered(fronts, found, small, pruned, total)


def _check(
    effects: Array, coefficients: Array, demand: Array, multipliers: Array, threshold: float
) -> None:
    if not threshold > 0.0:
        raise ValueError(f"the threshold is {threshold}; there are endless paths above zero")
    given = {
        "effects": effects,
        "coefficients": coefficients,
        "demand": demand,
        "multipliers": multipliers,
    }
    for name, values in given.items():
        lost = np.argwhere(~np.isfinite(values))
        if lost.size:
            place = tuple(lost[0].tolist())
            raise ValueError(f"{name} hold {values[place]} at {place}; give finite numbers")
    for name, values in (("effects", effects), ("coefficients", coefficients)):
        below = np.argwhere(values < 0.0)
        if below.size:
            place = tuple(below[0].tolist())
            raise ValueError(
                f"{name} hold {values[place]} at {place}; branches that cancel cannot be cut, "
                "so follow positive and negative coefficients apart"
            )
    missed = np.abs(multipliers - effects - coefficients.T @ multipliers)
    if missed.max(initial=0.0) > MULTIPLIER_GAP * np.abs(multipliers).max(initial=0.0):
        raise ValueError(
            f"the multipliers miss v + A'm by {missed.max()} at {int(missed.argmax())}; "
            "solve them from these effects and coefficients"
        )


def _suppliers(
    front: _Front, coefficients: Array, worth: Array, threshold: float
) -> tuple[_Front, float]:
    """Return the next order, and what its branches below the threshold are worth."""
    sectors, parents, amounts, cut = [], [], [], 0.0
    for first in range(0, front.sector.size, NODES_AT_A_TIME):
        chosen = slice(first, first + NODES_AT_A_TIME)
        sector, amount = front.sector[chosen], front.amount[chosen]
        remainder = worth[:, sector] * amount
        enough = np.abs(remainder) >= threshold
        supplier, node = np.nonzero(enough)
        cut += float(remainder[~enough].sum())
        sectors.append(supplier)
        parents.append(node + first)
        amounts.append(coefficients[supplier, sector[node]] * amount[node])
    return _Front(np.concatenate(sectors), np.concatenate(parents), np.concatenate(amounts)), cut


def _gathered(
    fronts: list[_Front],
    found: list[tuple[Array, Places]],
    small: float,
    pruned: float,
    total: float,
) -> StructuralPaths:
    paths: list[tuple[int, ...]] = []
    for length, (_, listed) in enumerate(found):
        node, links = listed, []
        for front in reversed(fronts[: length + 1]):
            links.append(front.sector[node])
            node = front.parent[node]
        paths += [tuple(path) for path in np.column_stack(links).tolist()]
    values = np.concatenate([np.zeros(0), *(part for part, _ in found)])
    order = np.repeat(np.arange(len(found)), [part.size for part, _ in found])
    # Largest first; of equals, the shortest, then as found.
    rank = np.argsort(-np.abs(values), kind="stable")
    values = values[rank]
    return StructuralPaths(
        paths=tuple(paths[place] for place in rank),
        values=values,
        order=order[rank],
        share=values / total if total != 0.0 else np.full(values.size, np.nan),
        small=small,
        pruned=pruned,
        total=total,
    )


@dataclass(frozen=True)
class PathInfluence:
    """The influence that runs along one elementary path.

    Parameters
    ----------
    direct : float [-]
        Product of the coefficients along the path.
    multiplier : float [-]
        By how much the circuits around the path's own sectors enlarge it; at least one.
    total : float [-]
        ``direct * multiplier``.
    overall : float [-]
        Global influence: the element of L from the path's end to its beginning. It is the sum of
        the total influences of all elementary paths between the two.
    """

    direct: float
    multiplier: float
    total: float
    overall: float


def path_influence(path: Sequence[int], coefficients: Array, block: Array) -> PathInfluence:
    """Return direct, total and global influence along a path, and the path multiplier.

    The path multiplier of Defourny and Thorbecke is the ratio of two determinants of ``I - A``,
    without and with the sectors of the path; by Jacobi's identity it is the determinant of L at
    these sectors, so that no large determinant is taken.

    Parameters
    ----------
    path : sequence of int
        Positions from the sector where the effect falls to the one where demand comes in, as in
        `StructuralPaths`; none twice (an elementary path).
    coefficients : ndarray, shape (n, n) [-]
        A, or a matrix of expenditure propensities.
    block : ndarray, shape (p, p) [-]
        L in the rows and columns of the path, in its order.

    Returns
    -------
    PathInfluence

    Raises
    ------
    ValueError
        When the path is empty, meets a sector twice or leaves the table, or the block does not
        fit it.

    References
    ----------
    [defourny_thorbecke_1984], sections 2 and 3; [horn_johnson_2013], section 0.8.4.

    Examples
    --------
    A chain: 1 buys from 0, and 0 uses a half of its own output.

    >>> A = np.array([[0.5, 0.2], [0.0, 0.0]])
    >>> found = path_influence([0, 1], A, np.array([[2.0, 0.4], [0.0, 1.0]]))
    >>> found.direct, found.multiplier, found.total, found.overall
    (0.2, 2.0, 0.4, 0.4)
    """
    along = np.asarray(path, dtype=np.intp)
    if along.size == 0 or np.unique(along).size != along.size:
        raise ValueError(f"the path {along.tolist()} is not elementary; name each sector once")
    if along.min() < 0 or along.max() >= len(coefficients):
        raise ValueError(
            f"the path {along.tolist()} leaves the table; "
            f"positions are 0 to {len(coefficients) - 1}"
        )
    if block.shape != (along.size, along.size):
        raise ValueError(f"the block has shape {block.shape}; give L at the path's {along.size}")
    direct = float(np.prod(coefficients[along[:-1], along[1:]]))
    multiplier = float(np.linalg.det(block))
    return PathInfluence(direct, multiplier, direct * multiplier, float(block[0, -1]))
