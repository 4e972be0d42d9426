"""`regionalise`: the national table cut by place, every cell of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import InputError
from econ.inputoutput.regional.trade import RegionalTrade, asked_of_anyone
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis

__all__ = ["BETWEEN", "regionalise"]

Array = npt.NDArray[np.float64]
BETWEEN: Final = " | "  # region | product, as everywhere


def regionalise(table: InputOutputTable, trade: RegionalTrade) -> InputOutputTable:
    """Return the multi-regional table: every cell of the national table, cut by place.

    Parameters
    ----------
    table : InputOutputTable
        The one the trade was made from.
    trade : RegionalTrade

    Returns
    -------
    InputOutputTable
        Products ``region | product``, final uses ``region | use`` (exports and stocks in the
        region that makes the product). Summed over regions it is the national table, cell by cell.

    Raises
    ------
    InputError
        When the trade is of another table.

    References
    ----------
    [miller_blair_2009], section 3.4.
    """
    same = trade.products.labels == table.products.labels
    same = same and trade.final_uses.labels == table.final_uses.labels
    if not same or not np.array_equal(trade.output, table.output):
        mend = "make the trade from this very table"
        raise InputError.one(table.name, "trade", "made from another table", mend)
    r, n = trade.shares.shape
    u = len(table.final_uses)
    flows = np.einsum("irs,ij,sj->risj", trade.coefficients, table.flows, trade.shares)
    asked = asked_of_anyone(table, trade.at_origin)
    final = np.einsum("irs,iu,su->risu", trade.coefficients, asked, trade.use_shares)
    places = np.arange(r)
    final[places, :, places, :] += trade.shares[:, :, None] * (table.final - asked)
    primary = _by_place(table.primary, trade, n)
    return InputOutputTable(
        products=_crossed("product", trade.regions, table.products),
        final_uses=_crossed("final use", trade.regions, table.final_uses),
        primary_inputs=table.primary_inputs,
        roles=table.roles,
        flows=flows.reshape(r * n, r * n),
        final=final.reshape(r * n, r * u),
        primary=primary,
        output=(trade.shares * table.output).ravel(),
        unit=table.unit,
        region=table.region,
        satellites=table.satellites,
        satellite_values=_spread(table.satellite_values, trade.shares),
        satellite_units=table.satellite_units,
        imports_by_origin=_imports_by_place(table, trade),
        regions=tuple(np.repeat(np.array(trade.regions.labels, dtype=object), n)),
        provenance=table.provenance.step(f"regionalised by {trade.statement}"),
        rounding=table.rounding,
        statistical_discrepancy=table.statistical_discrepancy
        + trade.gap * float(table.output.max()),
        keep_negative_flows=table.keep_negative_flows,
        name=f"{table.name} by region",
    )


def _crossed(name: str, regions: Axis, labels: Axis) -> Axis:
    return Axis(
        name,
        [BETWEEN.join((region, label)) for region in regions.labels for label in labels.labels],
    )


def _spread(rows: Array, shares: Array) -> Array:
    found: Array = (rows[:, None, :] * shares[None]).reshape(len(rows), shares.size)
    return found


def _by_place(primary: Array, trade: RegionalTrade, n: int) -> Array:
    """Return primary inputs by region: with the output of products, with the use of final uses."""
    of_products, of_uses = primary[:, :n], primary[:, n:]
    return np.hstack([_spread(of_products, trade.shares), _spread(of_uses, trade.use_shares)])


def _imports_by_place(table: InputOutputTable, trade: RegionalTrade) -> Array | None:
    """Return imports by product of origin and region of use: all producers, then each final use."""
    if table.imports_by_origin is None:
        return None
    r, n = trade.shares.shape
    of_producers = table.imports[:n]
    total = of_producers.sum()
    part = trade.shares @ of_producers / total if total else np.zeros(r)
    found = np.zeros((r, n, 1 + r * len(table.final_uses)))
    found[:, :, 0] = part[:, None] * table.imports_by_origin[:, 0]
    by_use = found[:, :, 1:].reshape(r, n, r, len(table.final_uses))
    places = np.arange(r)
    by_use[places, :, places, :] = table.imports_by_origin[:, 1:] * trade.use_shares[:, None, :]
    return found.reshape(r * n, -1)
