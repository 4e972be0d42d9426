"""What keeps supply and use from being made symmetric, by label; and flows made to balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.balancing import balance
from econ.inputoutput.supply_use_accounting import SupplyUseArrays
from econ.kernels.inputoutput.almon import almon_flows

__all__ = ["flows_above_zero", "model_faults"]

Array = npt.NDArray[np.float64]


def model_faults(table: SupplyUseArrays, model: str) -> list[Fault]:
    """Return what keeps a table from being transformed by a model.

    Parameters
    ----------
    table : SupplyUseArrays
    model : {"A", "B", "C", "D"}

    Returns
    -------
    list of Fault
        The kernel would name positions; these name products and industries.

    References
    ----------
    [eurostat_manual_2008], chapter 11.
    """
    if model in ("A", "C"):
        return _without_supply(table)
    return _vanishing(table) if model == "B" else _foreign_only(table)


def _without_supply(table: SupplyUseArrays) -> list[Fault]:
    sides = (("product", table.products, 1), ("industry", table.industries, 0))
    return [
        Fault(table.name, what, "no supply", "leave it out", value=axis.labels[place])
        for what, axis, side in sides
        for place in np.flatnonzero(~table.supply.any(axis=side))
    ]


def _vanishing(table: SupplyUseArrays) -> list[Fault]:
    below = np.vstack([table.primary[:, : len(table.industries)], table.satellite_values])
    rows = table.primary_inputs.labels + table.satellites.labels
    mend = "it would vanish; merge the industry, or give its output"
    idle = ~table.supply.any(axis=0)
    return [
        Fault(
            table.name,
            table.industries.labels[column],
            "no output beside it",
            mend,
            rows[row],
            value,
        )
        for row, column in np.argwhere((below != 0.0) & idle)
        for value in (below[row, column],)
    ]


def _foreign_only(table: SupplyUseArrays) -> list[Fault]:
    if table.imported is None:
        return []
    mend = "no home industry's shares place them; use model B, or merge it with a product made"
    value = table.imported.sum(axis=1)
    return [
        Fault(table.name, "imported", "imports, but no supply", mend, label, value[place])
        for place, label in enumerate(table.products.labels)
        if not table.supply[place].sum() and table.imported[place].any()
    ]


def flows_above_zero(
    table: SupplyUseArrays,
    use: Array,
    flows: Array,
    labels: Sequence[str],
    *,
    block: str,
    how: Literal["balance", "almon"],
) -> Array:
    """Return flows of the row and column sums given, none of them below zero.

    Parameters
    ----------
    table : SupplyUseArrays
    use : ndarray, shape (p, i) [unit]
        What the flows were made of.
    flows : ndarray, shape (k, k) [unit]
        Some of them below zero.
    labels : sequence of str, k
    block : str
        How errors call the flows.
    how : {"balance", "almon"}
        Start from the flows without those below zero, or from Almon's.

    Returns
    -------
    ndarray, shape (k, k) [unit]

    Raises
    ------
    InputError
        When the sums cannot be met, or Almon's method does not settle.

    References
    ----------
    [almon_2000]; [miller_blair_2009], section 7.4 (RAS).
    """
    near = np.maximum(flows, 0.0) if how == "balance" else _almon(table, use)
    names = list(labels)
    try:
        return balance(
            pd.DataFrame(near, names, names),
            pd.Series(flows.sum(axis=1), names),
            pd.Series(flows.sum(axis=0), names),
            method="ras",
            name=table.name if block == "flows" else f"{table.name}, {block}",
        ).frame.to_numpy()
    except InputError as error:
        mend = "keep the flows below zero, or use model B or D"
        raise InputError([replace(fault, mend=mend) for fault in error.faults]) from error


def _almon(table: SupplyUseArrays, use: Array) -> Array:
    made = table.supply.sum(axis=1)
    shares = table.supply.T / np.where(made == 0.0, 1.0, made)
    own, largest = np.diag(shares), shares.max(axis=0)
    mend = "order the industries as the products, or aggregate"
    problem = "not the main maker of the product that stands in its place"
    InputError.raise_if(_makers(table, own < largest, problem, mend))
    try:
        return almon_flows(table.supply, use).flows
    except ValueError as error:
        mend = "aggregate the products, or use negatives='balance'"
        problem = "makes half of its product or less; Almon's method did not settle"
        faults = _makers(table, own <= 1.0 / 2.0, problem, mend)
        raise InputError(faults or [Fault(table.name, "supply", str(error), mend)]) from error


def _makers(
    table: SupplyUseArrays, wrong: npt.NDArray[np.bool_], problem: str, mend: str
) -> list[Fault]:
    return [
        Fault(table.name, "supply", problem, mend, table.products.labels[place], maker)
        for place in np.flatnonzero(wrong)
        for maker in (table.industries.labels[place],)
    ]
