"""Other models on a table: Ghosh supply, Leontief prices, mixed, and endogenous capital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from econ.kernels.inputoutput.operator import LeontiefOperator

__all__ = [
    "MixedSolution",
    "capital_flows",
    "ghosh_output",
    "mixed_solution",
    "price_changes",
]

Array = npt.NDArray[np.float64]


def ghosh_output(operator: LeontiefOperator, output: Array, primary: Array) -> Array:
    """Return the output that a supply of primary inputs pushes through the economy.

    ``x' = w' G`` with ``G = diag(x)^-1 L diag(x)``, so one transposed solve of the Leontief
    operator: no second matrix. Read it as a cost-push price model (Dietzenbacher 1997); as a
    quantity model it lets output grow without inputs.

    Parameters
    ----------
    operator : LeontiefOperator
    output : ndarray, shape (n,) [money]
        Of the table.
    primary : ndarray, shape (n,) or (n, d) [money]
        Primary inputs, or their change.

    Returns
    -------
    ndarray, of the shape given [money]

    References
    ----------
    [miller_blair_2009], section 12.1; [dietzenbacher_1997].

    Examples
    --------
    >>> A = LeontiefOperator(np.array([[0.15, 0.25], [0.20, 0.05]]))
    >>> ghosh_output(A, np.array([1000.0, 2000.0]), np.array([650.0, 1400.0])).round(6).tolist()
    [1000.0, 2000.0]
    """
    scale = output if primary.ndim == 1 else output[:, None]
    per_output = np.divide(primary, scale, out=np.zeros_like(primary), where=scale != 0.0)
    found: Array = scale * operator.solve_transposed(per_output)
    return found


def price_changes(flows: Array, output: Array, costs: Array, pass_through: Array) -> Array:
    """Return by how much prices change when primary costs do.

    ``dp_j = s_j (sum_i dp_i a_ij + dv_j)``: a branch passes on the share s of what its inputs and
    primary costs add; the rest comes out of its surplus. With s = 1 it is the dual of the quantity
    model, ``dp' = dv' L``.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [money]
    output : ndarray, shape (n,) [money]
    costs : ndarray, shape (n,) or (n, d) [share of output]
        Change of primary costs per unit of output.
    pass_through : ndarray, shape (n,) [share]
        Zero (prices are given by the world market) to one.

    Returns
    -------
    ndarray, of the shape of `costs` [share of the old price]

    References
    ----------
    [miller_blair_2009], section 2.6 (price model); Own definition: the pass-through of a branch.

    Examples
    --------
    A cost of a tenth in the first sector; then with the second selling at the world price:

    >>> Z, x = np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0])
    >>> costs = np.array([0.1, 0.0])
    >>> price_changes(Z, x, costs, np.ones(2)).round(4).tolist()
    [0.1254, 0.033]
    >>> price_changes(Z, x, costs, np.array([1.0, 0.0])).round(4).tolist()
    [0.1176, 0.0]
    """
    # A diag(s): a column's inputs count for the share of them that is passed on.
    scaled = np.divide(output, pass_through, out=np.zeros_like(output), where=pass_through > 0.0)
    operator = LeontiefOperator(flows, scaled)
    passed = pass_through * costs if costs.ndim == 1 else pass_through[:, None] * costs
    return operator.solve_transposed(passed)


@dataclass(frozen=True)
class MixedSolution:
    """What the mixed model finds.

    Parameters
    ----------
    output : ndarray, shape (n,) [money]
        As given where output is exogenous, found elsewhere.
    final : ndarray, shape (n,) [money]
        As given where final demand is exogenous; found where output is: what is left for it.
    """

    output: Array
    final: Array


def mixed_solution(
    flows: Array, scale: Array, output: Array, final: Array, constrained: npt.NDArray[np.bool_]
) -> MixedSolution:
    """Return output and final demand when some sectors' output is given: supply constraints.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [money]
    scale : ndarray, shape (n,) [money]
        Output of the table, by which flows are divided.
    output : ndarray, shape (n,) [money]
        Exogenous where `constrained`; not read elsewhere.
    final : ndarray, shape (n,) [money]
        Exogenous where not `constrained`; not read elsewhere.
    constrained : ndarray of bool, shape (n,)

    Returns
    -------
    MixedSolution

    References
    ----------
    [miller_blair_2009], section 13.2 (mixed models).

    Examples
    --------
    >>> Z, x = np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0])
    >>> found = mixed_solution(
    ...     Z, x, np.array([1000.0, 0.0]), np.array([0.0, 1700.0]), np.array([True, False])
    ... )
    >>> found.output.tolist(), found.final.round(6).tolist()
    ([1000.0, 2000.0], [350.0, 1700.0])
    """
    free = ~constrained
    safe = np.where(scale == 0.0, 1.0, scale)
    A = flows / safe
    found = np.where(constrained, output, 0.0)
    if free.any():
        demand = final[free] + A[np.ix_(free, constrained)] @ output[constrained]
        found[free] = LeontiefOperator(A[np.ix_(free, free)]).solve(demand)
    left = np.where(constrained, found - A @ found, final)
    return MixedSolution(found, left)


def capital_flows(formation: Array, consumption: Array) -> Array:
    """Return replacement of capital by product and user, from its mix and its total.

    Parameters
    ----------
    formation : ndarray, shape (m,) [money]
        Gross fixed capital formation by what it is spent on.
    consumption : ndarray, shape (n,) [money]
        Consumption of fixed capital by industry.

    Returns
    -------
    ndarray, shape (m, n) [money]
        Every industry replaces capital in the mix of the economy.

    References
    ----------
    [lenzen_treloar_2004] (endogenous capital); Own definition: one mix for all industries.

    Examples
    --------
    >>> capital_flows(np.array([30.0, 10.0]), np.array([8.0, 4.0])).tolist()
    [[6.0, 3.0], [2.0, 1.0]]
    """
    return np.outer(formation / formation.sum(), consumption)
