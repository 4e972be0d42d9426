"""Labelled models beside the quantity model: prices, supply, constraints, endogenous capital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.amounts import by_product
from econ.inputoutput.options import check_types, number
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.models import (
    capital_flows,
    ghosh_output,
    mixed_solution,
    price_changes,
)

__all__ = ["constrained_output", "price_effects", "supply_effects", "with_endogenous_capital"]

Array = npt.NDArray[np.float64]


def price_effects(
    table: InputOutputTable,
    costs: pd.Series[float] | Mapping[str, float] | float,
    *,
    of: str | None = None,
    pass_through: pd.Series[float] | float = 1.0,
) -> pd.DataFrame:
    """Return how prices follow from dearer imports, wages or taxes.

    Parameters
    ----------
    table : InputOutputTable
    costs : pandas.Series, mapping or float [share]
        By product, only those that change, or one number for all: of output, or with `of` of that
        row (imports dearer by a tenth: 0.1).
    of : str, optional
        A measure or primary input of the table: ``imports``, ``compensation`` ...
    pass_through : pandas.Series or float [share]
        How much of its added cost a product passes on; products left out pass on all.

    Returns
    -------
    pandas.DataFrame
        Columns region, product, cost (direct, per output), price (all rounds), both shares; and
        ``borne``: what the branch does not pass on, a share of its output.

    Raises
    ------
    InputError
        When a label is unknown, a share is not finite or a pass-through is not within 0 and 1.

    References
    ----------
    [miller_blair_2009], section 2.6.

    Examples
    --------
    >>> two = ["Agriculture", "Manufacturing"]
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], index=two, columns=two),
    ...     output=pd.Series([1000.0, 2000.0], index=two), unit="MUSD 2000 basic",
    ... )
    >>> price_effects(table, pd.Series({"Agriculture": 0.1}))["price"].round(4).tolist()
    [0.1254, 0.033]
    """
    check_types("price_effects", {"table": (table, InputOutputTable), "of": (of, str)}, ("of",))
    each = costs
    if isinstance(costs, Real):
        share = number(costs, "costs", table.name, mend="give a finite share, or one by product")
        each = dict.fromkeys(table.products.labels, share)
    changes = by_product(table.products, each, "costs", table.name)
    if of is not None and table.measure(of)[1].base != table.unit.base:
        mend = "name a row in money: imports, compensation, taxes"
        raise InputError.one(table.name, "of", "no cost", mend, value=of)
    if of is not None:
        changes = changes * table.per_output(table.measure(of)[0])
    mend = "give a share of zero to one"
    if isinstance(pass_through, pd.Series):
        passed = by_product(table.products, pass_through, "pass_through", table.name, otherwise=1.0)
    else:
        share = number(pass_through, "pass_through", table.name, mend=f"{mend}, or a pandas.Series")
        passed = np.full(len(table.products), share)
    wrong = np.flatnonzero(~((passed >= 0.0) & (passed <= 1.0)))
    InputError.raise_if(
        [
            Fault(table.name, "pass_through", "no share", mend, table.products.labels[i], passed[i])
            for i in wrong
        ]
    )
    prices = price_changes(table.flows, table.output, changes, passed)
    added = table.operator.apply_transposed(prices) + changes
    return pd.DataFrame(
        {
            "region": np.array(table.regions, dtype=object),
            "product": np.array(table.products.labels, dtype=object),
            "cost": changes,
            "price": prices,
            "borne": added - prices,
        }
    )


def supply_effects(
    table: InputOutputTable, primary: pd.Series[float] | Mapping[str, float]
) -> pd.Series[float]:
    """Return the change of output value that a change of primary inputs pushes forward: Ghosh.

    Parameters
    ----------
    table : InputOutputTable
    primary : pandas.Series or mapping [unit of the table]
        Change of primary inputs by product, only those that change.

    Returns
    -------
    pandas.Series
        Change of output by product [unit of the table].

    Raises
    ------
    InputError
        When a label is unknown or a value is not finite.

    References
    ----------
    [miller_blair_2009], section 12.1; [dietzenbacher_1997] reads it as a price model.
    """
    check_types("supply_effects", {"table": (table, InputOutputTable)})
    changes = by_product(table.products, primary, "primary", table.name)
    found = ghosh_output(table.operator, table.output, changes)
    return pd.Series(found, index=pd.Index(table.products.labels, name="product"), name="output")


def constrained_output(
    table: InputOutputTable,
    *,
    output: pd.Series[float] | Mapping[str, float],
    final: pd.Series[float] | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return output and final demand when some products' output is fixed: the mixed model.

    Parameters
    ----------
    table : InputOutputTable
    output : pandas.Series or mapping [unit of the table]
        Output of the constrained products.
    final : pandas.Series or mapping [unit of the table], optional
        Final demand of others, only those that change; by default that of the table.

    Returns
    -------
    pandas.DataFrame
        Columns region, product, constrained, output, final, in the unit of the table. A
        constrained product serves industries first; where its final demand falls below zero, the
        constraint cannot be without imports or stocks. Customers are never rationed.

    Raises
    ------
    InputError
        When a label is unknown, or a product has both its output and its final demand fixed.

    References
    ----------
    [miller_blair_2009], section 13.2.
    """
    check_types("constrained_output", {"table": (table, InputOutputTable)})
    fixed = by_product(table.products, output, "output", table.name, otherwise=np.nan)
    constrained = np.isfinite(fixed)
    demand = table.final.sum(axis=1)
    if final is not None:
        given = by_product(table.products, final, "final", table.name, otherwise=np.nan)
        both = np.flatnonzero(np.isfinite(given) & constrained)
        mend = "fix one of the two; the other follows"
        InputError.raise_if(
            [
                Fault(table.name, "final", "output is fixed too", mend, table.products.labels[i])
                for i in both
            ]
        )
        demand = np.where(np.isfinite(given), given, demand)
    found = mixed_solution(table.flows, table.output, fixed, demand, constrained)
    return pd.DataFrame(
        {
            "region": np.array(table.regions, dtype=object),
            "product": np.array(table.products.labels, dtype=object),
            "constrained": constrained,
            "output": found.output,
            "final": found.final,
        }
    )


def with_endogenous_capital(
    table: InputOutputTable, *, formation: str, consumption: str | pd.Series[float]
) -> InputOutputTable:
    """Return the table with the replacement of capital as an intermediate input.

    Every industry buys its consumption of fixed capital in the mix of the economy's gross fixed
    capital formation, home products, imports and taxes alike; the final use and the surplus
    (now net, and with it value added) give up as much. Every account still closes.

    Parameters
    ----------
    table : InputOutputTable
    formation : str
        The final use of gross fixed capital formation.
    consumption : str or pandas.Series [unit of the table]
        Consumption of fixed capital by product: a primary input or satellite of the table, or
        amounts.

    Returns
    -------
    InputOutputTable

    Raises
    ------
    InputError
        When a label is unknown or the table has no row of surplus to take it from.

    References
    ----------
    [lenzen_treloar_2004].
    """
    check_types("with_endogenous_capital", {"table": (table, InputOutputTable)})
    place, n = table.final_uses.position(formation), len(table.products)
    if isinstance(consumption, str):
        used = table.measure(consumption)[0]
    else:
        used = by_product(table.products, consumption, "consumption", table.name)
    own = isinstance(consumption, str) and consumption in table.primary_inputs
    if isinstance(consumption, str) and not own and consumption not in table.satellites:
        mend = "name a primary input of the surplus, a satellite, or give amounts"
        problem = "no consumption of fixed capital"
        raise InputError.one(table.name, "consumption", problem, mend, value=consumption)
    rows = [i for i, role in enumerate(table.roles) if role == "surplus"]
    if not rows or "value_added" in table.roles:
        mend = "give the surplus as a row of its own (roles={...: 'surplus'})"
        raise InputError.one(table.name, "primary", "no surplus to take capital from", mend)
    taker = table.primary_inputs.position(str(consumption)) if own else rows[0]
    mend = "consumption of fixed capital lies between zero and the surplus it is taken from"
    InputError.raise_if(
        [
            Fault(table.name, "consumption", "not within the surplus", mend, label, used[place])
            for place, label in enumerate(table.products.labels)
            if used[place] < 0.0 or used[place] > max(table.primary[taker, place], 0.0)
        ]
    )
    if table.roles[taker] != "surplus":
        mend = "name a row whose role is surplus"
        raise InputError.one(table.name, "consumption", "no surplus", mend, value=consumption)
    mix = np.concatenate([table.final[:, place], table.primary[:, n + place]])
    bought = capital_flows(mix, used)
    final, primary = table.final.copy(), table.primary.copy()
    final[:, place] -= bought[:n].sum(axis=1)
    primary[:, :n] += bought[n:]
    primary[:, n + place] -= bought[n:].sum(axis=1)
    primary[taker, :n] -= used
    return replace(
        table,
        flows=table.flows + bought[:n],
        final=final,
        primary=primary,
        imports_by_origin=None,
        imported=None,
        keep_negative_flows=table.keep_negative_flows or bool((bought[:n] < 0).any()),
        provenance=table.provenance.step("make the replacement of capital endogenous"),
    )
