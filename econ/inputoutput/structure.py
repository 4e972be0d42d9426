"""What changed between two tables, through which chains, and which coefficients matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, UnitError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.amounts import by_product
from econ.inputoutput.options import check_types, choice, flag, number
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.coefficient_errors import multiplier_variance
from econ.kernels.inputoutput.influence import influence_intensity
from econ.kernels.inputoutput.paths import structural_paths
from econ.kernels.inputoutput.structural_decomposition import (
    effect_decomposition,
    sector_decomposition,
    structure,
)

__all__ = ["decomposition", "influential_coefficients", "multiplier_errors", "supply_chains"]

Array = npt.NDArray[np.float64]
Norm = Literal["sum", "euclidean"]
Side = Literal["origin", "sector"]
CAUSES: Final = ("coefficient", "technology", "final demand")


def decomposition(
    start: InputOutputTable,
    end: InputOutputTable,
    measure: str = "output",
    *,
    by: Side = "origin",
) -> pd.DataFrame:
    """Return the change of a measure between two tables by cause and product.

    The mean of the two polar decompositions of ``v'L f``: nothing is left over, and the sum of
    each cause is the same by either side.

    Parameters
    ----------
    start, end : InputOutputTable
        The same products, in the same order and at the same prices (deflate one of them first).
    measure : str
        From ``table.measures`` of both.
    by : {"origin", "sector"}
        Which product a row is about: the one whose column of A or final demand changed, or the
        one whose measure changed, as in Miller and Blair's table 13.1.

    Returns
    -------
    pandas.DataFrame
        Columns region, product, cause (``coefficient``: the measure per unit of output;
        ``technology``: A; ``final demand``), value, unit.

    Raises
    ------
    InputError
        When products differ.
    UnitError
        When the tables are not in one unit.

    References
    ----------
    [dietzenbacher_los_1998]; [miller_blair_2009], section 13.1.

    Examples
    --------
    >>> def table(flow: float) -> InputOutputTable:
    ...     return InputOutputTable.from_frames(
    ...         pd.DataFrame([[flow]], index=["all"], columns=["all"]),
    ...         final=pd.DataFrame({"f": [50.0]}, index=["all"]), unit="MEUR 2022 basic",
    ...     )
    >>> found = decomposition(table(50.0), table(0.0))
    >>> dict(zip(found["cause"], found["value"], strict=True))
    {'coefficient': 0.0, 'technology': -50.0, 'final demand': 0.0}
    """
    tables = {"start": (start, InputOutputTable), "end": (end, InputOutputTable)}
    check_types("decomposition", tables)
    choice(by, get_args(Side), "by", start.name)
    if start.products.labels != end.products.labels:
        mend = "map both tables to one list of products (table.map)"
        raise InputError.one(end.name, "products", "not those of the first table", mend)
    start.unit.check_same(end.unit, "compare two tables")
    sides = []
    for table in (start, end):
        values, unit = table.measure(measure)
        v = np.ones(len(table.products)) if measure == "output" else table.per_output(values)
        sides.append((structure(v, table.coefficients, table.final.sum(axis=1)), unit))
    if sides[0][1] != sides[1][1]:
        mend = "give the satellite in one unit"
        raise UnitError.not_comparable(sides[0][1], sides[1][1], "compare two tables", mend)
    old, new = sides[0][0], sides[1][0]
    if by == "sector":
        fallen = sector_decomposition(old, new)
        rows = (fallen.effects, fallen.technology, fallen.demand)
    else:
        parts = effect_decomposition(old, new)
        rows = (parts.effects, parts.technology.sum(axis=0), parts.demand)
    causes = dict(zip(CAUSES, rows, strict=True))
    n = len(start.products)
    return pd.DataFrame(
        {
            "region": np.tile(np.array(start.regions, dtype=object), len(causes)),
            "product": np.tile(np.array(start.products.labels, dtype=object), len(causes)),
            "cause": np.repeat(np.array(list(causes), dtype=object), n),
            "value": np.concatenate(list(causes.values())),
            "unit": str(sides[0][1]),
        }
    )


def supply_chains(
    table: InputOutputTable,
    demand: pd.Series[float] | Mapping[str, float],
    measure: str = "output",
    *,
    threshold: float = 0.001,
) -> pd.DataFrame:
    """Return the chains of suppliers through which a demand has its effect, largest first.

    A branch is left only where all that is behind it is below the threshold, so no chain above it
    is missed. The last row holds what all others sum to; the values sum to the whole effect.

    Parameters
    ----------
    table : InputOutputTable
    demand : pandas.Series or mapping [unit of the table]
        Final demand by product, only those that are not zero.
    measure : str
        From ``table.measures``.
    threshold : float [share]
        Of the whole effect.

    Returns
    -------
    pandas.DataFrame
        Columns chain (from the product demanded to the supplier where the effect falls), order
        (number of links), value, share, unit.

    Raises
    ------
    InputError
        When a product is unknown, the demand has no effect, or the table has flows or a measure
        below zero, whose chains cancel.

    References
    ----------
    [defourny_thorbecke_1984]; [lenzen_2007].

    Examples
    --------
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[50.0]], index=["all"], columns=["all"]),
    ...     final=pd.DataFrame({"f": [50.0]}, index=["all"]), unit="MEUR 2022 basic",
    ... )
    >>> supply_chains(table, pd.Series({"all": 1.0}), threshold=0.2)[["chain", "value"]]
                  chain  value
    0               all    1.0
    1        all <- all    0.5
    2  all other chains    0.5
    """
    check_types("supply_chains", {"table": (table, InputOutputTable)})
    mend = "give a share of the whole effect above zero"
    share = number(threshold, "threshold", table.name, above=0.0, mend=mend)
    f = by_product(table.products, demand, "demand", table.name)
    values, unit = table.measure(measure)
    v = np.ones(f.size) if measure == "output" else table.per_output(values)
    InputError.raise_if(_cancelling(table, measure, v))
    m = table.operator.solve_transposed(v)
    whole = float(m @ f)
    if not np.isfinite(whole) or whole == 0.0:
        mend = "give a finite demand that has an effect on the measure"
        raise InputError.one(table.name, "demand", "no effect", mend, value=whole)
    found = structural_paths(v, table.coefficients, f, m, share * abs(whole))
    names = table.products.labels
    # Read from the product demanded up the chain to its suppliers.
    chains = [" <- ".join(names[place] for place in reversed(path)) for path in found.paths]
    other = found.small + found.pruned
    return pd.DataFrame(
        {
            "chain": [*chains, "all other chains"],
            "order": pd.array([*found.order.tolist(), None], dtype="Int64"),
            "value": [*found.values.tolist(), other],
            "share": [*found.share.tolist(), other / whole],
            "unit": str(unit),
        }
    )


def influential_coefficients(table: InputOutputTable, *, norm: Norm = "sum") -> pd.DataFrame:
    """Return how much of the Leontief inverse hangs on each coefficient: the field of influence.

    Parameters
    ----------
    table : InputOutputTable
    norm : {"sum", "euclidean"}
        How the changes of the whole inverse are measured.

    Returns
    -------
    pandas.DataFrame, shape (n, n)
        From the row's product to the column's: the change of the inverse per unit of the
        coefficient's change.

    References
    ----------
    [sonis_hewings_1992]; [miller_blair_2009], section 12.3.
    """
    check_types("influential_coefficients", {"table": (table, InputOutputTable)})
    choice(norm, get_args(Norm), "norm", table.name)
    labels = list(table.products.labels)
    return pd.DataFrame(
        influence_intensity(table.operator.inverse(), norm), index=labels, columns=labels
    )


def multiplier_errors(
    table: InputOutputTable,
    measure: str = "output",
    *,
    relative: float | pd.DataFrame,
    together: bool = False,
) -> pd.DataFrame:
    """Return the standard error of every effect from that of the coefficients, to first order.

    ``dL = L dA L``, so no draws are needed; a Monte Carlo of small errors gives the same.

    Parameters
    ----------
    table : InputOutputTable
    measure : str
        From ``table.measures``.
    relative : float or pandas.DataFrame, shape (n, n) [share]
        Standard deviation of each coefficient over the coefficient.
    together : bool
        Whether the coefficients of a column move together; otherwise each moves by itself.

    Returns
    -------
    pandas.DataFrame
        Columns region, product, measure, effect, standard_error, both per unit of final demand.

    Raises
    ------
    InputError
        When an error is negative, not finite or not labelled as the table is.

    References
    ----------
    [bullard_sebald_1988]; Own definition: the first-order term.
    """
    check_types("multiplier_errors", {"table": (table, InputOutputTable)})
    flag(together, "together", table.name)
    labels = list(table.products.labels)
    if isinstance(relative, pd.DataFrame):
        share, faults = aligned(relative, labels, labels, "relative", table.name)
        InputError.raise_if(faults)
    else:
        mend = "give a share of zero or more, or a pandas.DataFrame of them"
        one = number(relative, "relative", table.name, mend=mend)
        share = np.full((len(labels), len(labels)), one)
    for row, column in np.argwhere(~((share >= 0.0) & np.isfinite(share)))[:1]:
        mend = "give a share of zero or more for every coefficient, labelled as the table is"
        value = float(share[row, column])
        raise InputError.one(
            table.name, labels[column], "no relative error", mend, row=labels[row], value=value
        )
    values, _ = table.measure(measure)
    v = np.ones(len(labels)) if measure == "output" else table.per_output(values)
    m = table.operator.solve_transposed(v)
    variance = (share * table.coefficients) ** 2
    groups = np.arange(len(labels)) if together else None
    found = multiplier_variance(m, table.operator.inverse(), variance, groups)
    return pd.DataFrame(
        {
            "region": np.array(table.regions, dtype=object),
            "product": np.array(labels, dtype=object),
            "measure": measure,
            "effect": m,
            "standard_error": np.sqrt(found),
        }
    )


def _cancelling(table: InputOutputTable, measure: str, effects: Array) -> list[Fault]:
    labels = table.products.labels
    mend = "its chains would cancel others; ask for a measure that is not below zero"
    faults = [
        Fault(table.name, measure, "below zero", mend, labels[place], effects[place])
        for place in np.flatnonzero(effects < 0.0)
    ]
    if not table.keep_negative_flows:
        return faults
    mend = "chains through it would cancel others; use a table without negative flows"
    return faults + [
        Fault(table.name, labels[column], "negative flow", mend, labels[row], value)
        for row, column in np.argwhere(table.flows < 0.0)
        for value in (table.flows[row, column],)
    ]
