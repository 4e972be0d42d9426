"""SUT-RAS: supply and use tables made to meet the totals of industries and uses together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from econ.kernels.inputoutput.balancing import (
    MOST_ITERATIONS,
    TOLERANCE,
    NotBalancedError,
    gras,
)
from econ.kernels.inputoutput.feasibility import BalancingFault, balancing_faults

__all__ = ["BalancedSupplyUse", "supply_use_faults", "sut_ras"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BalancedSupplyUse:
    """Supply and use tables balanced together.

    Parameters
    ----------
    supply : ndarray, shape (p, i) [money]
    use : ndarray, shape (p, i + u) [money]
        Domestic use.
    products : ndarray, shape (p,) [money]
        Output by product that came out: supply and domestic use of each agree.
    product_multipliers : ndarray, shape (p,) [-]
        r; domestic use is multiplied and supply divided by it, negative cells the other way.
    use_multipliers : ndarray, shape (i + u,) [-]
        s; of a column of use, domestic and imported.
    industry_multipliers : ndarray, shape (i,) [-]
        t; supply is ``S t / r``.
    iterations : int
    gap : float [-]
        Largest gap to a total or between supply and use, relative to the gross sum of its row or
        column.
    imported_use : ndarray, shape (p, i + u) [money], optional
    import_multipliers : ndarray, shape (p,) [-], optional
        Of the imported use of each product.
    """

    supply: Array
    use: Array
    products: Array
    product_multipliers: Array
    use_multipliers: Array
    industry_multipliers: Array
    iterations: int
    gap: float
    imported_use: Array | None = None
    import_multipliers: Array | None = None


@dataclass(frozen=True)
class _Stacked:
    cells: Array
    rows: Array
    columns: Array


def supply_use_faults(
    supply: Array,
    use: Array,
    industry_output: Array,
    use_totals: Array,
    *,
    imported_use: Array | None = None,
    imports: float | Array | None = None,
) -> list[BalancingFault]:
    """Return every reason why supply and use cannot meet their totals, before any iteration.

    Parameters
    ----------
    supply, use, industry_output, use_totals, imported_use, imports
        Of the shapes that `sut_ras` takes.

    Returns
    -------
    list of BalancingFault
        On the axes ``product``, ``use``, ``industry``, ``imports`` and ``table``.

    References
    ----------
    Own definition: the conditions of `balancing_faults`, and that a product is made if and only
    if it is used.

    Examples
    --------
    >>> made, used = np.ones((2, 2)), np.array([[1.0], [0.0]])
    >>> found = supply_use_faults(made, used, np.ones(2), np.array([2.0]))
    >>> [(fault.axis, fault.position, fault.problem) for fault in found]
    [('product', 1, 'supplied but not used')]
    """
    p, k = np.shape(use)[0], np.size(use_totals)
    given = (p,) if imports is None or np.ndim(imports) == 0 else np.asarray(imports).shape
    shapes = [
        ("use", np.shape(use), (p, k)),
        ("supply", np.shape(supply), (p, np.size(industry_output))),
        ("imported use", (p, k) if imported_use is None else imported_use.shape, (p, k)),
        ("imports", given, (p,)),
    ]
    faults = [
        BalancingFault("table", -1, 0.0, f"{what} has shape {found}, not {wanted}")
        for what, found, wanted in shapes
        if found != wanted
    ]
    if (imported_use is None) != (imports is None):
        faults.append(BalancingFault("table", -1, 0.0, "imported use and imports go together"))
    if faults:
        return faults
    stacked = _stacked(
        supply, use, industry_output, use_totals, imported_use=imported_use, imports=imports
    )
    found = balancing_faults(stacked.cells, stacked.rows, stacked.columns, signed=True)
    faults = [_renamed(fault, p, k, np.size(industry_output)) for fault in found]
    made, used = np.abs(supply).sum(axis=1) > 0.0, np.abs(use).sum(axis=1) > 0.0
    for wrong, problem in (
        (made & ~used, "supplied but not used"),
        (used & ~made, "used but not supplied"),
    ):
        faults += [BalancingFault("product", int(i), 0.0, problem) for i in np.flatnonzero(wrong)]
    return faults


def sut_ras(
    supply: Array,
    use: Array,
    industry_output: Array,
    use_totals: Array,
    *,
    imported_use: Array | None = None,
    imports: float | Array | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
) -> BalancedSupplyUse:
    """Return supply and use tables that meet industries' totals, without known product totals.

    At basic prices. Outputs of industries and totals of each column of use are given; the output
    of products comes out of the balancing. Supply and use of a product share one multiplier, the
    supply table by its inverse. With imported use, a column of use has one total and one
    multiplier for its domestic and imported parts, and what is imported of each product comes out
    too, from total imports; or is given, by product.

    Parameters
    ----------
    supply : ndarray, shape (p, i) [money]
        Product by industry.
    use : ndarray, shape (p, i + u) [money]
        Domestic use, intermediate and final, at basic prices; all use where `imported_use` is not
        given. Cells may be negative, as in GRAS.
    industry_output : ndarray, shape (i,) [money]
        Column totals of supply.
    use_totals : ndarray, shape (i + u,) [money]
        Column totals of use, domestic and imported together.
    imported_use : ndarray, shape (p, i + u) [money], optional
    imports : float or ndarray, shape (p,) [money], optional
        Total imports, or imports of each product; with `imported_use`.
    tolerance : float [-]
    most_iterations : int

    Returns
    -------
    BalancedSupplyUse

    Raises
    ------
    ValueError
        When the totals cannot be met, or are not within the iterations given.

    References
    ----------
    [temurshoev_timmer_2011], the settings at basic prices without and with imported use; imports
    given by product are our own addition. Not the setting at purchasers' prices.

    Examples
    --------
    >>> found = sut_ras(np.diag([10.0, 10.0]), np.array([[4.0, 6.0], [6.0, 4.0]]),
    ...                 np.array([12.0, 12.0]), np.array([12.0, 12.0]))
    >>> found.products.round(8).tolist()
    [12.0, 12.0]
    """
    faults = supply_use_faults(
        supply, use, industry_output, use_totals, imported_use=imported_use, imports=imports
    )
    if faults:
        said = [f"{f.axis} {f.position}, {f.value:.6g}: {f.problem}" for f in faults]
        raise ValueError("the totals cannot be met: " + "; ".join(said))
    stacked = _stacked(
        supply, use, industry_output, use_totals, imported_use=imported_use, imports=imports
    )
    (p, k), i = use.shape, supply.shape[1]
    try:
        found = gras(
            stacked.cells,
            stacked.rows,
            stacked.columns,
            tolerance=tolerance,
            most_iterations=most_iterations,
        )
    except NotBalancedError as error:
        named = _renamed(BalancingFault(error.axis, error.position, error.gap, ""), p, k, i)
        raise NotBalancedError(named.axis, named.position, error.gap, error.iterations) from error
    r, s = found.row_multipliers, found.column_multipliers
    t = np.divide(1.0, s[k : k + i], out=np.zeros(i), where=s[k : k + i] > 0.0)
    made = 0.0 - found.matrix[:p, k : k + i]
    abroad = imported_use is not None
    return BalancedSupplyUse(
        supply=made,
        use=found.matrix[:p, :k],
        products=made.sum(axis=1),
        product_multipliers=r[:p],
        use_multipliers=s[:k],
        industry_multipliers=t,
        iterations=found.iterations,
        gap=max(found.row_gap, found.column_gap),
        imported_use=found.matrix[p:, :k] if abroad else None,
        import_multipliers=r[p:] if abroad else None,
    )


def _stacked(
    supply: Array,
    use: Array,
    industry_output: Array,
    use_totals: Array,
    *,
    imported_use: Array | None,
    imports: float | Array | None,
) -> _Stacked:
    # Supply enters with its sign turned: product balance is then a row that sums to zero.
    p = use.shape[0]
    home = _Stacked(
        np.hstack([use, -supply]), np.zeros(p), np.concatenate([use_totals, -industry_output])
    )
    if imported_use is None or imports is None:
        return home
    nothing = np.zeros(supply.shape)
    cells = np.vstack([home.cells, np.hstack([imported_use, nothing])])
    if np.ndim(imports) > 0:
        return _Stacked(cells, np.append(home.rows, imports), home.columns)
    # The rest of the world is one more supplier, of imported products only.
    abroad = np.concatenate([np.zeros(p), -imported_use.sum(axis=1)])
    return _Stacked(
        np.hstack([cells, abroad[:, None]]),
        np.zeros(2 * p),
        np.append(home.columns, -np.asarray(imports, dtype=np.float64)),
    )


def _renamed(fault: BalancingFault, p: int, k: int, i: int) -> BalancingFault:
    """Return the fault of a stacked row or column on the axis of the tables it came from."""
    place = fault.position
    if fault.axis == "row":
        axis, start = ("product", 0) if place < p else ("imports", p)
        return replace(fault, axis=axis, position=place - start)
    if fault.axis == "column" and place >= k:
        # Supply stands in the stack with its sign turned.
        axis, start = ("industry", k) if place < k + i else ("imports", -1)
        turned = replace(fault, axis=axis, value=-fault.value)
        return replace(turned, position=place - start if start >= 0 else -1)
    return replace(fault, axis="use" if fault.axis == "column" else fault.axis)
