"""Structural decomposition: what changed between two tables, by cause, without residual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from econ.kernels.inputoutput.decomposition import Contributions, additive_decomposition
from econ.kernels.inputoutput.operator import LeontiefOperator

__all__ = [
    "DemandFactors",
    "EffectDecomposition",
    "OutputDecomposition",
    "SectorDecomposition",
    "Structure",
    "demand_factors",
    "effect_decomposition",
    "four_factor_decomposition",
    "output_decomposition",
    "sector_decomposition",
    "structure",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Structure:
    """One table in coefficients, with what its solution tells.

    Parameters
    ----------
    effects : ndarray, shape (n,) [measure per unit of output]
        v.
    coefficients : ndarray, shape (n, n) [-]
        A.
    demand : ndarray, shape (n,) [money]
        f.
    output : ndarray, shape (n,) [money]
        ``x = L f``.
    multipliers : ndarray, shape (n,) [measure per unit of final demand]
        ``m = v'L``.
    """

    effects: Array
    coefficients: Array
    demand: Array
    output: Array
    multipliers: Array


def structure(effects: Array, coefficients: Array, demand: Array) -> Structure:
    """Return a table in coefficients with its output and multipliers, solved once.

    Parameters
    ----------
    effects : ndarray, shape (n,) [measure per unit of output]
    coefficients : ndarray, shape (n, n) [-]
    demand : ndarray, shape (n,) [money]

    Returns
    -------
    Structure

    References
    ----------
    [miller_blair_2009], section 2.2.

    Examples
    --------
    >>> found = structure(np.array([3.0]), np.array([[0.5]]), np.array([10.0]))
    >>> found.output.tolist(), found.multipliers.tolist()
    ([20.0], [6.0])
    """
    operator = LeontiefOperator(coefficients)
    return Structure(
        effects,
        coefficients,
        demand,
        operator.solve(demand),
        operator.solve_transposed(effects),
    )


@dataclass(frozen=True)
class EffectDecomposition:
    """The change of ``v'x`` by cause; all parts sum to `change`.

    Parameters
    ----------
    effects : ndarray, shape (n,) [measure]
        From v, by sector.
    technology : ndarray, shape (n, n) [measure]
        From A, by coefficient; sum its columns for the sector whose technology changed.
    demand : ndarray, shape (n,) [measure]
        From f, by product.
    change : float [measure]
    """

    effects: Array
    technology: Array
    demand: Array
    change: float


def effect_decomposition(start: Structure, end: Structure) -> EffectDecomposition:
    """Return the change of ``v'L f`` by v, by each coefficient and by each product of f.

    The mean of the two polar decompositions. As ``L1 - L0 = L0 (A1 - A0) L1``, both need nothing
    but the outputs and the multipliers of the two tables: ``dv (x0 + x1) / 2``,
    ``da_ij (m0_i x1_j + m1_i x0_j) / 2`` and ``(m0 + m1) df / 2``.

    Parameters
    ----------
    start, end : Structure
        Of shape n; the same sectors, in the same order and at the same prices.

    Returns
    -------
    EffectDecomposition

    References
    ----------
    [dietzenbacher_los_1998], section 2 (polar decompositions); [miller_blair_2009], section 13.1.

    Examples
    --------
    >>> old = structure(np.array([1.0]), np.array([[0.5]]), np.array([10.0]))
    >>> new = structure(np.array([1.0]), np.array([[0.5]]), np.array([15.0]))
    >>> found = effect_decomposition(old, new)
    >>> found.effects.tolist(), found.technology.tolist(), found.demand.tolist(), found.change
    ([0.0], [[0.0]], [10.0], 10.0)
    """
    mean_output = (start.output + end.output) / 2
    mean_multiplier = (start.multipliers + end.multipliers) / 2
    weight = np.outer(start.multipliers, end.output) + np.outer(end.multipliers, start.output)
    return EffectDecomposition(
        effects=(end.effects - start.effects) * mean_output,
        technology=(end.coefficients - start.coefficients) * (weight / 2),
        demand=mean_multiplier * (end.demand - start.demand),
        change=float(end.effects @ end.output - start.effects @ start.output),
    )


@dataclass(frozen=True)
class SectorDecomposition:
    """The change of ``v_i x_i`` of every sector by cause; the parts sum to it.

    Parameters
    ----------
    effects, technology, demand : ndarray, shape (n,) [measure]
        From v, from L, from f, by the sector whose measure changes.
    """

    effects: Array
    technology: Array
    demand: Array


def sector_decomposition(start: Structure, end: Structure) -> SectorDecomposition:
    """Return the change of each ``v_i x_i`` by v, L and f: where it falls, not where it arises.

    The mean of the two polar decompositions, whose sums are those of `effect_decomposition`:
    ``dv (x0 + x1) / 2``, ``(v0 dL f1 + v1 dL f0) / 2`` and ``(v0 L0 df + v1 L1 df) / 2``, with
    ``dL f1 = x1 - L0 f1`` and ``dL f0 = L1 f0 - x0``.

    Parameters
    ----------
    start, end : Structure
        Of shape n; the same sectors, in the same order and at the same prices.

    Returns
    -------
    SectorDecomposition

    References
    ----------
    [miller_blair_2009], section 13.1, equation 13.7 and table 13.1; [dietzenbacher_los_1998].

    Examples
    --------
    >>> old = structure(np.array([1.0]), np.array([[0.0]]), np.array([10.0]))
    >>> new = structure(np.array([1.0]), np.array([[0.5]]), np.array([20.0]))
    >>> found = sector_decomposition(old, new)
    >>> found.technology.tolist(), found.demand.tolist()
    ([15.0], [15.0])
    """
    old_way = LeontiefOperator(start.coefficients).solve(end.demand)
    new_way = LeontiefOperator(end.coefficients).solve(start.demand)
    v0, v1 = start.effects, end.effects
    return SectorDecomposition(
        effects=(v1 - v0) * (start.output + end.output) / 2,
        technology=(v0 * (end.output - old_way) + v1 * (new_way - start.output)) / 2,
        demand=(v0 * (old_way - start.output) + v1 * (end.output - new_way)) / 2,
    )


@dataclass(frozen=True)
class OutputDecomposition:
    """The change of every sector's output by cause; row sums of both parts sum to `change`.

    Parameters
    ----------
    technology : ndarray, shape (n, n) [money]
        Change of the row's output from the technology (column of A) of the column's sector.
    demand : ndarray, shape (n, n) [money]
        Change of the row's output from final demand for the column's product.
    change : ndarray, shape (n,) [money]
    """

    technology: Array
    demand: Array
    change: Array


def output_decomposition(start: Structure, end: Structure) -> OutputDecomposition:
    """Return the change of x by the columns of A and the products of f.

    The mean of the two decompositions of ``x = L f``, with the change of L split by columns:
    ``dL = sum over j of L1 dA_.j L0_j.``, so that column j contributes
    ``(L1 dA_.j x0_j + L0 dA_.j x1_j) / 2``. Solved with two factors, no inverse.

    Parameters
    ----------
    start, end : Structure
        Of shape n; the same sectors, in the same order and at the same prices.

    Returns
    -------
    OutputDecomposition

    References
    ----------
    [miller_blair_2009], section 13.1 (two factors, and changes of L by columns of A).

    Examples
    --------
    >>> old = structure(np.array([1.0]), np.array([[0.0]]), np.array([10.0]))
    >>> new = structure(np.array([1.0]), np.array([[0.5]]), np.array([10.0]))
    >>> output_decomposition(old, new).technology.tolist()
    [[10.0]]
    """
    before, after = LeontiefOperator(start.coefficients), LeontiefOperator(end.coefficients)
    changed = end.coefficients - start.coefficients
    asked = np.diag(end.demand - start.demand)
    return OutputDecomposition(
        technology=(after.solve(changed * start.output) + before.solve(changed * end.output)) / 2,
        demand=(after.solve(asked) + before.solve(asked)) / 2,
        change=end.output - start.output,
    )


@dataclass(frozen=True)
class DemandFactors:
    """Final demand as mix by use, uses and level: ``f = mix @ uses * level``.

    Parameters
    ----------
    mix : ndarray, shape (n, u) [share]
        Products within each use; columns sum to one, or hold zeros where the use is empty.
    uses : ndarray, shape (u,) [share]
        Uses in the total; they sum to one.
    level : float [money]
    """

    mix: Array
    uses: Array
    level: float


def demand_factors(final: Array) -> DemandFactors:
    """Return final demand as product mix, share of uses and level.

    Parameters
    ----------
    final : ndarray, shape (n, u) [money]
        Final demand by product and use.

    Returns
    -------
    DemandFactors

    Raises
    ------
    ValueError
        When final demand sums to zero, or a use that sums to zero is not empty.

    References
    ----------
    [miller_blair_2009], section 13.1 (level, mix and distribution of final demand).

    Examples
    --------
    >>> found = demand_factors(np.array([[2.0, 1.0], [2.0, 3.0]]))
    >>> found.mix.tolist(), found.uses.tolist(), found.level
    ([[0.5, 0.25], [0.5, 0.75]], [0.5, 0.5], 8.0)
    """
    sums = final.sum(axis=0)
    level = float(sums.sum())
    if level == 0.0:
        raise ValueError("final demand sums to zero; there is no mix to tell from a level")
    lost = np.flatnonzero((sums == 0.0) & (final != 0.0).any(axis=0))
    if lost.size:
        raise ValueError(
            f"uses {lost.tolist()} sum to zero and are not empty; add them to another use"
        )
    mix = np.divide(final, sums, out=np.zeros_like(final), where=sums != 0.0)
    return DemandFactors(mix, sums / level, level)


def four_factor_decomposition(
    start: Structure,
    end: Structure,
    uses: tuple[DemandFactors, DemandFactors],
    how: Literal["all_orders", "polar"] = "all_orders",
) -> Contributions:
    """Return the change of the measure of each sector by v, A, mix of final demand, and level.

    Mix is that of products within uses and of uses in the total together.

    Parameters
    ----------
    start, end : Structure
        Of shape n; their final demand is replaced by `uses`.
    uses : tuple of DemandFactors
        Final demand at the start and at the end.
    how : {"all_orders", "polar"}

    Returns
    -------
    Contributions
        Shape (4, n) [measure]: effect coefficients, technology, mix, level.

    References
    ----------
    [dietzenbacher_los_1998], section 2; [miller_blair_2009], section 13.1.

    Examples
    --------
    >>> table = structure(np.array([1.0]), np.array([[0.5]]), np.array([10.0]))
    >>> uses = demand_factors(np.array([[10.0]])), demand_factors(np.array([[15.0]]))
    >>> four_factor_decomposition(table, table, uses).values.ravel().tolist()
    [0.0, 0.0, 0.0, 10.0]
    """
    sides = [
        (table.effects, LeontiefOperator(table.coefficients), of.mix @ of.uses, of.level)
        for table, of in zip((start, end), uses, strict=True)
    ]

    def measure(factors: Sequence[Any]) -> Array:
        effects, solver, mix, level = factors
        made: Array = effects * solver.solve(mix * level)
        return made

    return additive_decomposition(sides[0], sides[1], measure, how)
