"""Labelled tables made to meet new totals, aligned by label and refused by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types, choice, count, number
from econ.inputoutput.reading import aligned
from econ.kernels.inputoutput.balancing import (
    MOST_ITERATIONS,
    TOLERANCE,
    NotBalancedError,
    gras,
    ras,
)
from econ.kernels.inputoutput.feasibility import BalancingFault, balancing_faults
from econ.kernels.inputoutput.sut_ras import supply_use_faults, sut_ras

__all__ = ["BalancedSupplyUseTables", "BalancedTable", "balance", "balance_supply_use"]

Array = npt.NDArray[np.float64]
Method = Literal["ras", "gras"]
# What is a hundredth off is not balanced.
COARSEST_TOLERANCE: Final = 0.01
MEND = "mend the total, or let cells be other than zero"


@dataclass(frozen=True)
class BalancedTable:
    """A balanced table and how it was reached.

    Parameters
    ----------
    frame : pandas.DataFrame
    row_multipliers, column_multipliers : pandas.Series [-]
    iterations : int
    gap : float [-]
        Largest gap to a total, relative to the gross sum of its row or column.
    method : str
    """

    frame: pd.DataFrame
    row_multipliers: pd.Series[float]
    column_multipliers: pd.Series[float]
    iterations: int
    gap: float
    method: str


def balance(
    table: pd.DataFrame,
    row_totals: pd.Series[float],
    column_totals: pd.Series[float],
    *,
    method: Method = "gras",
    fixed: pd.DataFrame | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
    name: str = "table",
) -> BalancedTable:
    """Return the table closest to `table` that meets the totals.

    Parameters
    ----------
    table : pandas.DataFrame, shape (m, n) [money]
    row_totals : pandas.Series, shape (m,) [money]
    column_totals : pandas.Series, shape (n,) [money]
    method : {"ras", "gras"}
        GRAS keeps the signs of negative cells; on a table without any it is RAS.
    fixed : pandas.DataFrame of bool, shape (m, n), optional
        Cells that keep their value.
    tolerance : float [-]
        Largest gap to a total, as `gap` has it; above zero and below 0.01.
    most_iterations : int
    name : str
        How errors call the table.

    Returns
    -------
    BalancedTable

    Raises
    ------
    InputError
        With every label that does not match and every total that cannot be met; or when an option
        is unknown or of another type.

    References
    ----------
    [miller_blair_2009], section 7.4; [junius_oosterhaven_2003].

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 1.0], "y": [1.0, 1.0]}, index=["a", "b"])
    >>> totals = pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"y": 2.0, "x": 2.0})
    >>> balance(table, *totals).frame
         x    y
    a  1.5  1.5
    b  0.5  0.5
    """
    choice(method, get_args(Method), "method", name)
    _check_search(tolerance, most_iterations, name)
    types = {"table": (table, pd.DataFrame), "fixed": (fixed, pd.DataFrame)}
    totals = {"row totals": row_totals, "column totals": column_totals}
    series = {what: (given, pd.Series) for what, given in totals.items()}
    check_types(name, {**types, **series}, ("fixed",))
    rows, columns = labels_of(table.index)[0], labels_of(table.columns)[0]
    faults = [*_twice(rows, "row", name), *_twice(columns, "column", name)]
    cells, wrong = aligned(table, rows, columns, "cells", name)
    u, wrong_rows = _totals(row_totals, rows, "row totals", name)
    v, wrong_columns = _totals(column_totals, columns, "column totals", name)
    faults += [*wrong, *wrong_rows, *wrong_columns]
    held = None
    if fixed is not None:
        mask, wrong = _mask(fixed, rows, columns, name)
        faults += wrong
        held = mask
    InputError.raise_if(faults)
    labels = {"row": rows, "column": columns}
    found_faults = balancing_faults(cells, u, v, signed=method == "gras", fixed=held)
    InputError.raise_if([_told(fault, labels, name) for fault in found_faults])
    solve = ras if method == "ras" else gras
    try:
        found = solve(cells, u, v, fixed=held, tolerance=tolerance, most_iterations=most_iterations)
    except NotBalancedError as error:
        raise InputError([_unmet(error, labels, name)]) from error
    return BalancedTable(
        frame=pd.DataFrame(found.matrix, index=table.index, columns=table.columns),
        row_multipliers=pd.Series(found.row_multipliers, index=table.index),
        column_multipliers=pd.Series(found.column_multipliers, index=table.columns),
        iterations=found.iterations,
        gap=max(found.row_gap, found.column_gap),
        method=method,
    )


# ---------------------------------------------------------------- supply and use


@dataclass(frozen=True)
class BalancedSupplyUseTables:
    """Supply and use tables balanced together, and how it was reached.

    Parameters
    ----------
    supply, use : pandas.DataFrame
        Use is domestic.
    imported_use : pandas.DataFrame or None
    products : pandas.Series
        Output by product that came out.
    product_multipliers, use_multipliers, industry_multipliers : pandas.Series [-]
    import_multipliers : pandas.Series or None [-]
    iterations : int
    gap : float [-]
        Largest gap to a total or between supply and use, relative to the gross sum of its row or
        column.
    """

    supply: pd.DataFrame
    use: pd.DataFrame
    imported_use: pd.DataFrame | None
    products: pd.Series[float]
    product_multipliers: pd.Series[float]
    use_multipliers: pd.Series[float]
    industry_multipliers: pd.Series[float]
    import_multipliers: pd.Series[float] | None
    iterations: int
    gap: float


def balance_supply_use(
    supply: pd.DataFrame,
    use: pd.DataFrame,
    industry_output: pd.Series[float],
    use_totals: pd.Series[float],
    *,
    imported_use: pd.DataFrame | None = None,
    imports: float | pd.Series[float] | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
    name: str = "supply and use",
) -> BalancedSupplyUseTables:
    """Return supply and use tables that meet the totals of industries and uses: SUT-RAS.

    At basic prices; the output of products need not be known.

    Parameters
    ----------
    supply : pandas.DataFrame, shape (p, i) [money]
        Product by industry.
    use : pandas.DataFrame, shape (p, i + u) [money]
        Domestic use, intermediate and final; all use where `imported_use` is not given.
    industry_output : pandas.Series, shape (i,) [money]
    use_totals : pandas.Series, shape (i + u,) [money]
        Of domestic and imported use together.
    imported_use : pandas.DataFrame, shape (p, i + u) [money], optional
    imports : float or pandas.Series, shape (p,) [money], optional
        Total imports, or imports of each product; with `imported_use`.
    tolerance : float [-]
        Largest gap to a total, as `gap` has it; above zero and below 0.01.
    most_iterations : int
    name : str
        How errors call the tables.

    Returns
    -------
    BalancedSupplyUseTables

    Raises
    ------
    InputError
        With every label that does not match and every total that cannot be met; or when an option
        is of another type.

    References
    ----------
    [temurshoev_timmer_2011], the settings at basic prices.

    Examples
    --------
    >>> goods, makers = ["bread", "steel"], ["bakers", "mills"]
    >>> supply = pd.DataFrame([[10.0, 0.0], [0.0, 10.0]], index=goods, columns=makers)
    >>> use = pd.DataFrame([[4.0, 6.0], [6.0, 4.0]], index=goods, columns=["mills", "households"])
    >>> made = pd.Series({"mills": 12.0, "bakers": 12.0})
    >>> totals = pd.Series({"mills": 12.0, "households": 12.0})
    >>> balance_supply_use(supply, use, made, totals).products.round(8).to_dict()
    {'bread': 12.0, 'steel': 12.0}
    """
    _check_search(tolerance, most_iterations, name)
    tables = {"supply": supply, "use": use, "imported use": imported_use}
    series = {"industry output": industry_output, "use totals": use_totals}
    types: dict[str, tuple[object, type]] = {
        **{what: (given, pd.DataFrame) for what, given in tables.items()},
        **{what: (given, pd.Series) for what, given in series.items()},
    }
    check_types(name, types, ("imported use",))
    products, uses = labels_of(use.index)[0], labels_of(use.columns)[0]
    industries = labels_of(supply.columns)[0]
    faults = [
        fault
        for labels, axis in ((products, "product"), (uses, "use"), (industries, "industry"))
        for fault in _twice(labels, axis, name)
    ]
    used, wrong = aligned(use, products, uses, "use", name)
    faults += wrong
    made, wrong = aligned(supply, products, industries, "supply", name)
    faults += wrong
    output, wrong = _totals(industry_output, industries, "industry output", name)
    faults += wrong
    totals, wrong = _totals(use_totals, uses, "use totals", name)
    faults += wrong
    abroad: Array | None = None
    if imported_use is not None:
        abroad, wrong = aligned(imported_use, products, uses, "imported use", name)
        faults += wrong
    bought: float | Array | None
    if isinstance(imports, pd.Series):
        bought, wrong = _totals(imports, products, "imports", name)
        faults += wrong
    else:
        mend = "give one amount, or a pandas.Series by product"
        bought = None if imports is None else number(imports, "imports", name, mend=mend)
    if (abroad is None) != (bought is None):
        mend = "give both, or leave both out"
        faults.append(Fault(name, "imports", "imported use and imports go together", mend))
    InputError.raise_if(faults)
    labels_by_axis = {"product": products, "use": uses, "industry": industries, "imports": products}
    unfit = supply_use_faults(made, used, output, totals, imported_use=abroad, imports=bought)
    InputError.raise_if([_told(fault, labels_by_axis, name) for fault in unfit])
    try:
        found = sut_ras(
            made,
            used,
            output,
            totals,
            imported_use=abroad,
            imports=bought,
            tolerance=tolerance,
            most_iterations=most_iterations,
        )
    except NotBalancedError as error:
        raise InputError([_unmet(error, labels_by_axis, name)]) from error
    from_abroad, by_import = found.imported_use, found.import_multipliers
    return BalancedSupplyUseTables(
        supply=pd.DataFrame(found.supply, index=use.index, columns=supply.columns),
        use=pd.DataFrame(found.use, index=use.index, columns=use.columns),
        imported_use=None
        if from_abroad is None
        else pd.DataFrame(from_abroad, index=use.index, columns=use.columns),
        products=pd.Series(found.products, index=use.index),
        product_multipliers=pd.Series(found.product_multipliers, index=use.index),
        use_multipliers=pd.Series(found.use_multipliers, index=use.columns),
        industry_multipliers=pd.Series(found.industry_multipliers, index=supply.columns),
        import_multipliers=None if by_import is None else pd.Series(by_import, index=use.index),
        iterations=found.iterations,
        gap=found.gap,
    )


# ---------------------------------------------------------------- by name


def _check_search(tolerance: float, most_iterations: int, name: str) -> None:
    mend = "give a share above zero and below 0.01, such as 1e-10"
    number(tolerance, "tolerance", name, above=0.0, below=COARSEST_TOLERANCE, mend=mend)
    count(most_iterations, "most_iterations", name)


def _mask(
    fixed: pd.DataFrame, rows: list[str], columns: list[str], name: str
) -> tuple[npt.NDArray[np.bool_], list[Fault]]:
    mend = "write True for a cell that keeps its value, otherwise False"
    faults = [
        Fault(name, f"fixed {label}", "not true or false", mend, value=str(kind))
        for label, kind in zip(labels_of(fixed.columns)[0], fixed.dtypes, strict=True)
        if kind != np.dtype(bool)
    ]
    if faults:
        return np.zeros((0, 0), dtype=np.bool_), faults
    cells, faults = aligned(fixed.astype(float), rows, columns, "fixed", name)
    return cells > 0.0, faults


def _totals(
    given: pd.Series[float], labels: list[str], what: str, name: str
) -> tuple[Array, list[Fault]]:
    cells, faults = aligned(given.to_frame("total"), labels, ["total"], what, name)
    return (np.zeros(0) if faults else cells[:, 0]), faults


def _twice(labels: list[str], axis: str, name: str) -> list[Fault]:
    # Labels in the order asked for are not looked at again by `aligned`.
    count = Counter(labels)
    return [
        Fault(name, axis, "duplicate label", "merge or rename it", value=label)
        for label, times in count.items()
        if times > 1
    ]


def _told(fault: BalancingFault, labels: dict[str, list[str]], name: str) -> Fault:
    value = f"{_label(fault.axis, fault.position, labels)} {fault.value:.6g}".strip()
    return Fault(name, fault.axis, fault.problem, MEND, value=value)


def _unmet(error: NotBalancedError, labels: dict[str, list[str]], name: str) -> Fault:
    value = _label(error.axis, error.position, labels)
    problem = f"{error.gap:.3g} of its sum off after {error.iterations} iterations"
    mend = "let cells be other than zero, mend the totals, or allow more iterations"
    return Fault(name, error.axis, problem, mend, value=value or None)


def _label(axis: str, position: int, labels: dict[str, list[str]]) -> str:
    return labels[axis][position] if axis in labels and position >= 0 else ""
