"""What may be wrong between a study file and the data, assumptions and templates it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from econ.data.catalogue import Catalogue
from econ.errors import Fault, nearest
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.declarations import Promise
from econ.scenario.events import Event, Programme, event_faults
from econ.scenario.pledges import ancestors

__all__ = [
    "commitment_faults",
    "dataset_faults",
    "parameter_faults",
    "pledge_faults",
    "site_faults",
]


def dataset_faults(
    file: str, settings: Mapping[str, Any], roles: Sequence[str], data: Catalogue
) -> list[Fault]:
    """Return every role whose dataset the catalogue does not hold."""
    names = [(role, settings["study"][role]) for role in roles]
    return [
        Fault(file, role, "no such dataset", nearest(name, data.entries), "study", name)
        for role, name in names
        if name not in data
    ]


def site_faults(
    file: str,
    events: Sequence[Event],
    assumptions: Assumptions,
    years: Sequence[int],
    products: Axis,
) -> list[Fault]:
    """Return what is wrong with the events and with the templates they use."""
    faults = [fault for event in events for fault in event_faults(event, file, assumptions, years)]
    sites = [event.operation for event in events if event.operation is not None]
    used = {event.template.name: event.template for event in events}
    used |= {site.template.name: site.template for site in sites}
    for template in used.values():
        faults += template.faults(products, assumptions)
    faults += [
        Fault(
            file,
            "product",
            "unknown product",
            nearest(site.product, products.labels),
            value=site.product,
        )
        for site in sites
        if site.product not in products
    ]
    return faults


def parameter_faults(
    file: str,
    rules: Mapping[str, str],
    programmes: Sequence[Programme],
    promises: Sequence[Promise],
    assumptions: Assumptions,
) -> list[Fault]:
    """Return every parameter that is named outside of the events and that nobody knows."""
    names = list(rules.values())
    names += [name.removeprefix("not ") for p in programmes for name in p.chain]
    names += [p.at_most for p in programmes if p.at_most]
    names += [name for promise in promises for name in promise.implied.values()]
    known = [parameter.name for parameter in assumptions]
    return [
        Fault(file, "parameter", "unknown parameter", nearest(name, known), value=name)
        for name in dict.fromkeys(names)
        if name not in assumptions
    ]


def pledge_faults(
    file: str, pledges: pd.DataFrame, events: Sequence[Event], excluded: Mapping[str, str]
) -> list[Fault]:
    """Return pledges that do not exist, count twice, or are forgotten."""
    ids = list(pledges["pledge"])
    modelled = [event.pledge for event in events]
    faults = []
    for name in [*modelled, *excluded]:
        if name not in ids:
            mend = nearest(name, ids)
            faults.append(Fault(file, "pledge", "no such pledge", mend, value=name))
    if faults:
        return faults
    for name in modelled:
        if modelled.count(name) > 1:
            mend = "a pledge is an event once; delete one"
            faults.append(Fault(file, "pledge", "counted twice", mend, value=name))
        for above in ancestors(pledges, name):
            if above in modelled:
                mend = f"'{above}' contains '{name}': model the whole or its parts, not both"
                faults.append(Fault(file, "pledge", "counted twice", mend, value=name))
    containing = {above for name in modelled for above in ancestors(pledges, name)}
    article = pledges.loc[pledges["record"] == "article", "pledge"]
    for name in article:
        if name not in containing and name not in modelled and name not in excluded:
            mend = "make it an [[event]], or an [[excluded]] with why"
            faults.append(Fault(file, "pledge", "neither modelled nor excluded", mend, value=name))
    for event in events:
        if "own" in event.amount:
            continue
        parent = pledges.set_index("pledge").loc[event.pledge, "parent"]
        if not isinstance(parent, str) or not parent:
            mend = "give it { own = YEAR }, or a parent in the pledge file"
            faults.append(Fault(file, "amount", "a share of no parent", mend, value=event.pledge))
    return list(dict.fromkeys(faults))


def commitment_faults(
    file: str,
    commitments: pd.DataFrame,
    events: Sequence[Event],
    programmes: Sequence[Programme],
    promises: Sequence[Promise],
) -> list[Fault]:
    """Return commitments that are named and do not exist."""
    known = list(commitments["commitment"])
    names = [programme.commitment for programme in programmes]
    names += [promise.commitment for promise in promises]
    names += [
        event.operation.jobs["commitment"]
        for event in events
        if event.operation is not None and "commitment" in event.operation.jobs
    ]
    return [
        Fault(file, "commitment", "no such commitment", nearest(name, known), value=name)
        for name in dict.fromkeys(names)
        if name not in known
    ]
