"""What may be wrong with the events of a study: years, sizes, products, and what counts twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from econ.errors import Fault, nearest
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.energy import EnergyTable
from econ.scenario.events import (
    CapitalExpenditure,
    EnergySupply,
    Event,
    Programme,
)
from econ.scenario.events.size import quantity

__all__ = [
    "horizon_faults",
    "metered_faults",
    "role_faults",
    "site_faults",
    "size_faults",
    "supply_faults",
    "support_faults",
]


def site_faults(
    file: str,
    *,
    events: Sequence[Event],
    programmes: Sequence[Programme],
    assumptions: Assumptions,
    years: Sequence[int],
    products: Axis,
    final_uses: Axis,
) -> list[Fault]:
    """Return what is wrong with events, programmes and the templates they use."""
    faults = [f for event in events for f in event.faults(file, assumptions, years, products)]
    faults += [f for programme in programmes for f in programme.faults(file, assumptions, years)]
    used = {t.name: t for event in events for t in event.used_templates}
    for template in used.values():
        faults += template.faults(products, final_uses, assumptions)
    pledges = [event.pledge for event in events]
    for event in events:
        if not isinstance(event, CapitalExpenditure) or event.net_of is None:
            continue
        groups = [name for name, share in event.template.groups.items() if share]
        for column, known in (("pledge", pledges), ("group", groups)):
            value = event.net_of[column]
            if value not in known:
                mend = nearest(value, known)
                where = f"{event.pledge} net_of"
                faults.append(Fault(file, column, "unknown", mend, where, value))
    return faults


def size_faults(
    file: str,
    events: Iterable[Event],
    assumptions: Assumptions,
    *,
    commitments: Mapping[str, str],
    money: str,
) -> list[Fault]:
    """Return sizes whose number and ratios do not make money, or do not make persons.

    Commitments and parameters that nobody knows are told elsewhere.

    Parameters
    ----------
    commitments : mapping of str to str
        Unit of every commitment.
    money : str
        Unit of the study.
    """
    faults = []
    for event in events:
        for size in event.sizes():
            unknown = size.commitment and size.commitment not in commitments
            if not size.is_number or unknown or any(n not in assumptions for n in size.names()):
                continue
            found = quantity(size.given).unit(assumptions, commitments, money)
            wanted = money if size.counts == "money" else size.counts
            if found != wanted:
                mend = f"its parts make {found}; change number or ratios"
                faults.append(Fault(file, size.column, f"not in {wanted}", mend, event.pledge))
    return faults


def supply_faults(file: str, events: Sequence[Event], table: InputOutputTable) -> list[Fault]:
    """Return demand for products without output, losses without jobs, and energy bought twice."""
    faults = []
    jobs = table.employment
    templates = {t.name: t for event in events for t in event.used_templates}
    asked = [
        (f"{name}.toml", line.asset, line.product)
        for name, template in templates.items()
        for line in template.lines
        if line.product
    ]
    asked += [(file, event.pledge, product) for event in events for product in event.products()]
    for where, who, product in dict.fromkeys(asked):
        if product in table.products and table.output[table.products.position(product)] == 0.0:
            mend = "the table makes none of it at home; choose a product that has output"
            faults.append(Fault(where, "product", "a product without output", mend, who, product))
    for event in events:
        for lost in event.displacement_in("operation"):
            known = lost.product in table.products
            if known and not jobs[table.products.position(lost.product)] > 0.0:
                mend = "name a product that people are employed in"
                problem = "nobody to displace"
                faults.append(Fault(file, "product", problem, mend, event.pledge, lost.product))
    sites = {e.pledge: e for e in events}
    for event in events:
        if not isinstance(event, EnergySupply) or not event.site:
            continue
        site = sites.get(event.site)
        if site is None:
            mend = nearest(event.site, sites)
            faults.append(Fault(file, "site", "no such event", mend, event.pledge, event.site))
            continue
        bought = {line.product: t.name for t in site.used_templates for line in t.lines}
        if event.product in bought:
            template = bought[event.product]
            mend = f"take {event.product} out of {template}.toml, or drop the contract"
            faults.append(Fault(file, "product", "bought twice", mend, event.pledge, event.product))
    return faults


def metered_faults(file: str, events: Sequence[Event], energy: EnergyTable | None) -> list[Fault]:
    """Return sites that buy electricity by ``[energy]`` and are not in it, or name no such asset.

    Parameters
    ----------
    file : str
    events : sequence of Event
    energy : EnergyTable or None
        Of the study.
    """
    known = {} if energy is None else {site.pledge: energy.product for site in energy.site}
    faults = []
    for event in events:
        site = getattr(event, "operation", None)
        if site is None or not site.metered:
            continue
        where = f"{event.pledge} operation"
        bought = {line.asset: line.product for line in site.template.lines}
        if event.pledge not in known:
            problem = "no electricity of the site"
            mend = "add an [[energy.site]] of the pledge, or leave metered out"
            faults.append(Fault(file, "metered", problem, mend, where, site.metered))
        if site.metered not in bought:
            mend = nearest(site.metered, bought)
            faults.append(Fault(file, "metered", "no such asset", mend, where, site.metered))
        elif bought[site.metered] != known.get(event.pledge, bought[site.metered]):
            mend = f"[energy] is of {known[event.pledge]}; name the asset of that product"
            faults.append(Fault(file, "metered", "not electricity", mend, where, site.metered))
    return faults


def support_faults(file: str, events: Sequence[Event]) -> list[Fault]:
    """Return public money for pledges that are no events, or that are public money themselves."""
    spending = [event.pledge for event in events if not event.supports]
    return [
        Fault(
            file,
            "supports",
            "no event that spends",
            nearest(name, spending),
            event.pledge,
            name,
        )
        for event in events
        for name in event.supports
        if name not in spending
    ]


def horizon_faults(
    file: str, events: Sequence[Event], pledges: pd.DataFrame, years: Sequence[int]
) -> list[Fault]:
    """Return pledges that were announced after the study ends."""
    announced = dict(zip(pledges["pledge"], pledges["announced"], strict=True))
    faults: list[Fault] = []
    for event in events:
        day = announced.get(event.pledge)
        if day is not None and not pd.isna(day) and pd.Timestamp(day).year > years[-1]:
            mend = f"it was announced in {pd.Timestamp(day).year}; lengthen the years"
            problem = "a horizon before the pledge"
            faults.append(Fault(file, "years", problem, mend, event.pledge, list(years)))
    return faults


def role_faults(file: str, roles: Iterable[tuple[str, str]]) -> list[Fault]:
    """Return parameters that would take something off in two steps: the same thing twice.

    Parameters
    ----------
    roles : iterable of (str, str)
        Step and parameter.
    """
    steps: dict[str, list[str]] = {}
    for step, name in dict.fromkeys(roles):
        steps.setdefault(name, []).append(step)
    return [
        Fault(
            file,
            "additionality",
            f"one parameter in two steps: {', '.join(found)}",
            "give each step a parameter of its own; each asks another question",
            value=name,
        )
        for name, found in steps.items()
        if len(found) > 1
    ]
