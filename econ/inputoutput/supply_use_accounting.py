"""The laws of accounting that a supply-use table must keep, and the words for each breach."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from econ.errors import Fault
from econ.inputoutput.accounting import cell_mend, gaps_of, part_faults
from econ.inputoutput.roles import (
    CLOSING,
    NOT_VALUE_ADDED,
    label_faults,
    value_added_roles,
)
from econ.quantity.axes import Axis

__all__ = ["SupplyUseArrays", "faults_of_supply_use"]

Array = npt.NDArray[np.float64]
Labels = tuple[str, ...]


class SupplyUseArrays(Protocol):
    """What the laws look at; see `SupplyUseTable` for what each is."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def products(self) -> Axis: ...  # noqa: D102
    @property
    def industries(self) -> Axis: ...  # noqa: D102
    @property
    def final_uses(self) -> Axis: ...  # noqa: D102
    @property
    def primary_inputs(self) -> Axis: ...  # noqa: D102
    @property
    def satellites(self) -> Axis: ...  # noqa: D102
    @property
    def roles(self) -> Labels: ...  # noqa: D102
    @property
    def supply(self) -> Array: ...  # noqa: D102
    @property
    def use(self) -> Array: ...  # noqa: D102
    @property
    def final(self) -> Array: ...  # noqa: D102
    @property
    def primary(self) -> Array: ...  # noqa: D102
    @property
    def satellite_values(self) -> Array: ...  # noqa: D102
    @property
    def imported(self) -> Array | None: ...  # noqa: D102
    @property
    def rounding(self) -> float: ...  # noqa: D102
    @property
    def statistical_discrepancy(self) -> float: ...  # noqa: D102


def faults_of_supply_use(table: SupplyUseArrays) -> list[Fault]:
    """Return what is wrong with supply and use, shapes before cells and cells before sums.

    Parameters
    ----------
    table : SupplyUseArrays

    Returns
    -------
    list of Fault
        Empty when supply is use by product and output is inputs and value added by industry.

    References
    ----------
    [eurostat_manual_2008], chapters 4 to 6.
    """
    blocks = _blocks(table)
    return (
        _shape_faults(table, blocks)
        or _cell_faults(table, blocks)
        or [*_account_faults(table), *_import_faults(table)]
    )


def _blocks(table: SupplyUseArrays) -> dict[str, tuple[Array, Labels, Labels]]:
    products, industries = table.products.labels, table.industries.labels
    everyone = industries + table.final_uses.labels
    blocks = {
        "supply": (table.supply, products, industries),
        "use": (table.use, products, industries),
        "final": (table.final, products, table.final_uses.labels),
        "primary": (table.primary, table.primary_inputs.labels, everyone),
        "satellite_values": (table.satellite_values, table.satellites.labels, industries),
    }
    if table.imported is not None:
        blocks["imported"] = (table.imported, products, everyone)
    return blocks


def _shape_faults(
    table: SupplyUseArrays, blocks: dict[str, tuple[Array, Labels, Labels]]
) -> list[Fault]:
    faults = [
        Fault(table.name, name, f"shape {cells.shape}", f"give shape {(len(down), len(across))}")
        for name, (cells, down, across) in blocks.items()
        if cells.shape != (len(down), len(across))
    ]
    if len(table.roles) != len(table.primary_inputs):
        mend = f"give {len(table.primary_inputs)}, one per row"
        faults.append(Fault(table.name, "roles", f"{len(table.roles)} roles", mend))
    rows, satellites = table.primary_inputs.labels, table.satellites.labels
    return faults + label_faults(table.name, rows, table.roles, satellites)


def _cell_faults(
    table: SupplyUseArrays, blocks: dict[str, tuple[Array, Labels, Labels]]
) -> list[Fault]:
    mend = "write a number, or zero where there is no flow"
    faults = [
        Fault(table.name, f"{name} {across[c]}", "not finite", mend, down[r], cells[r, c])
        for name, (cells, down, across) in blocks.items()
        for r, c in np.argwhere(~np.isfinite(cells))
    ]
    mend = "an output or input is not below zero; net it off where it belongs"
    i = len(table.industries)
    for name in ("supply", "use", "imported"):
        if name not in blocks:
            continue
        cells, down, across = blocks[name]
        # Final uses of imports may be below zero: stocks are drawn down.
        faults += [
            Fault(table.name, f"{name} {across[c]}", "negative", mend, down[r], cells[r, c])
            for r, c in np.argwhere(cells[:, :i] < 0)
        ]
    return faults


def _account_faults(table: SupplyUseArrays) -> list[Fault]:
    (p, i), u = table.supply.shape, table.final.shape[1]
    slack, products, industries = table.statistical_discrepancy, table.products, table.industries
    made, used = table.supply.sum(axis=1), table.use.sum(axis=1) + table.final.sum(axis=1)
    output, inputs, whole = table.supply.sum(axis=0), table.supply.sum(axis=0), 0
    closing = bool(CLOSING & set(table.roles))
    if closing:
        counted = {*NOT_VALUE_ADDED, *value_added_roles(table.roles)}
        rows = [place for place, role in enumerate(table.roles) if role in counted]
        inputs, whole = table.use.sum(axis=0) + table.primary[rows, :i].sum(axis=0), len(rows)
    allowed = table.rounding * (i + i + u) + slack
    by_product = gaps_of(used - made, products.labels, allowed)
    by_industry = gaps_of(
        inputs - output, industries.labels, table.rounding * (p + p + whole) + slack
    )
    cell = cell_mend(by_product, by_industry, allowed)
    faults = []
    for label, gap in by_product.items():
        place = products.position(label)
        mend = cell or "take imports off one of them, or mend the row"
        mend = f"supply is {made[place]:.2f}, use {used[place]:.2f}; {mend}"
        faults.append(Fault(table.name, "supply", "product not balanced", mend, label, gap))
    for label, gap in by_industry.items():
        place = industries.position(label)
        mend = f"; {cell}" if cell else ""
        mend = (
            f"inputs and value added sum to {inputs[place]:.2f}, output (P1) is "
            f"{output[place]:.2f}: a gap of {gap:.2f}{mend}"
        )
        faults.append(Fault(table.name, label, "industry not balanced", mend, "P1", gap))
    if not closing:
        return faults
    allowed = table.rounding * (1 + len(table.roles)) + slack
    below = table.primary[:, :i]
    return faults + part_faults(table.name, industries.labels, table.roles, below, allowed)


def _import_faults(table: SupplyUseArrays) -> list[Fault]:
    if table.imported is None:
        return []
    rows = [place for place, role in enumerate(table.roles) if role == "imports"]
    if not rows:
        mend = "give primary a row of imports: the column sums of imported"
        return [Fault(table.name, "primary", "imported use, but no row of imports", mend)]
    gaps = table.imported.sum(axis=0) - table.primary[rows].sum(axis=0)
    allowed = table.rounding * (len(table.products) + len(rows)) + table.statistical_discrepancy
    everyone = table.industries.labels + table.final_uses.labels
    mend = "imported use must sum to the row of imports"
    return [
        Fault(table.name, everyone[place], "imports do not close", mend, "imports", gaps[place])
        for place in np.flatnonzero(np.abs(gaps) > allowed)
    ]
