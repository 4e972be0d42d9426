"""What an event cannot mean: shares above one, negative money, the same thing taken off twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from econ.errors import EconError, Fault, nearest
from econ.quantity.parameters import Assumptions, bare_name
from econ.quantity.prices import Prices, convert
from econ.quantity.units import Unit
from econ.scenario.bill_of_goods import Template
from econ.scenario.events import CapitalExpenditure, Event, Programme

__all__ = [
    "announced_faults",
    "displacement_faults",
    "idle_faults",
    "net_of_faults",
    "number_faults",
    "own_number_faults",
    "programme_faults",
    "twice_faults",
    "use_faults",
]

SHORTEST_LIFE: Final = 1.0  # renewal is reckoned in whole years


def number_faults(
    file: str, events: Sequence[Event], templates: Iterable[Template], assumptions: Assumptions
) -> list[Fault]:
    """Return shares that exceed one, numbers that may fall below zero, and lives below a year.

    Parameters nobody knows are told elsewhere.
    """
    faults = []
    for event in events:
        whole = [event.reference_case, str(event.money.get("share", ""))]
        whole += [lost.parameter for lost in event.displacement_in("operation") if not lost.product]
        for name in dict.fromkeys(whole):
            if name in assumptions and assumptions.drawn(name).high > 1.0:
                mend = "it is a share of the whole; keep its range below one"
                value = f"{name}, up to {assumptions.drawn(name).high:g}"
                faults.append(Fault(file, "parameter", "more than all", mend, event.pledge, value))
        names = [name for name, _ in event.parameter_units("")]
        faults += _below_zero(file, event.pledge, names, assumptions)
        for size in event.sizes():
            raw = [*size.given.get("times", ()), *size.given.get("per", ())]
            faults += _negated(file, event.pledge, raw, assumptions)
        for life in event.lives if isinstance(event, CapitalExpenditure) else ():
            if life in assumptions and assumptions.drawn(life).low < SHORTEST_LIFE:
                mend = "what is renewed within the year is a purchase of operation; put it there"
                shown = f"{life}, from {assumptions.drawn(life).low:g}"
                problem = "a life below one year"
                faults.append(Fault(file, "life", problem, mend, event.pledge, shown))
        faults += _shortest_lives(file, event, assumptions)
    for template in {t.name: t for t in templates}.values():
        where = f"{template.name}.toml"
        names = [name for name, _ in template.parameter_units()]
        faults += _below_zero(where, None, names, assumptions)
        raw = [name for line in template.lines for name in line.weight]
        faults += _negated(where, None, raw, assumptions)
        assets = [line.asset for line in template.lines]
        faults += [
            Fault(where, "asset", "two lines of one asset", "give each its own", value=asset)
            for asset in dict.fromkeys(assets)
            if assets.count(asset) > 1
        ]
    return list(dict.fromkeys(faults))


def _shortest_lives(file: str, event: Event, assumptions: Assumptions) -> list[Fault]:
    """Return a spread that leaves single lives below a year, though the mean is not."""
    renewal = event.renewal if isinstance(event, CapitalExpenditure) else None
    if renewal is None or renewal.spread not in assumptions:
        return []
    widest = assumptions.drawn(renewal.spread).high
    faults = []
    for life in event.lives if isinstance(event, CapitalExpenditure) else ():
        mean = assumptions.drawn(life).low if life in assumptions else 0.0
        if mean >= SHORTEST_LIFE > mean * (1.0 - widest):
            mend = f"with {life} from {mean:g} years the spread may be up to "
            mend += f"{1.0 - SHORTEST_LIFE / mean:.2g}; narrow it, or lengthen the life"
            shown = f"{renewal.spread}, up to {widest:g}"
            problem = "single lives below one year"
            faults.append(Fault(file, "spread", problem, mend, event.pledge, shown))
    return faults


def own_number_faults(file: str, named: Iterable[str], assumptions: Assumptions) -> list[Fault]:
    """Return parameters named outside of the events whose draws may fall below zero.

    Parameters
    ----------
    file : str
    named : iterable of str
        The response to slack among them: below zero, less slack would crowd out less.
    assumptions : Assumptions
    """
    return _below_zero(file, None, named, assumptions)


def _below_zero(
    file: str, row: str | None, names: Iterable[str], assumptions: Assumptions
) -> list[Fault]:
    mend = "choose lognormal, triangular or beta, with a range above zero"
    return [
        Fault(file, "distribution", "normal draws may fall below zero", mend, row, name)
        for name in dict.fromkeys(names)
        if name in assumptions and assumptions[name].distribution == "normal"
    ]


def _negated(
    file: str, row: str | None, names: Iterable[str], assumptions: Assumptions
) -> list[Fault]:
    """Return what ``not`` is said of and is no share: one minus it means nothing."""
    return [
        Fault(
            file,
            "parameter",
            f"not of a {assumptions[bare_name(name)].unit}",
            "not is one minus a share; name a share",
            row,
            name,
        )
        for name in dict.fromkeys(names)
        if bare_name(name) != name
        and bare_name(name) in assumptions
        and assumptions[bare_name(name)].unit != "share"
    ]


def displacement_faults(file: str, events: Iterable[Event]) -> list[Fault]:
    """Return losses that an event names twice: they would be taken off twice."""
    faults = []
    for event in events:
        lost = event.displacement_in("operation")
        faults += [
            Fault(
                file,
                "displacement",
                "taken off twice",
                "name it once",
                event.pledge,
                f"{one.parameter} in {one.product}" if one.product else one.parameter,
            )
            for one in dict.fromkeys(lost)
            if lost.count(one) > 1
        ]
    return faults


def net_of_faults(file: str, events: Sequence[Event], pledges: pd.DataFrame) -> list[Fault]:
    """Return events whose group is net of themselves, or of a pledge that is no sibling."""
    parents = dict(zip(pledges["pledge"], pledges["parent"], strict=True))
    modelled = {event.pledge for event in events}
    faults = []
    for event in events:
        if not isinstance(event, CapitalExpenditure) or event.net_of is None:
            continue
        other = event.net_of["pledge"]
        where, own = f"{event.pledge} net_of", parents.get(event.pledge)
        if other == event.pledge:
            mend = "name the sibling that spends on the group alone"
            faults.append(Fault(file, "pledge", "net of itself", mend, where, other))
        elif other in modelled and not (isinstance(own, str) and own == parents.get(other)):
            mend = "name a part of the same parent"
            faults.append(Fault(file, "pledge", "no sibling", mend, where, other))
    return faults


def use_faults(file: str, events: Iterable[Event], known: Sequence[str]) -> list[Fault]:
    """Return columns of the table that an event reads import shares from and that are none."""
    return [
        Fault(file, "use", "unknown use", nearest(event.use, known), event.pledge, event.use)
        for event in events
        if hasattr(event, "use") and event.use not in known
    ]


def idle_faults(file: str, events: Iterable[Event], *, slack: bool) -> list[Fault]:
    """Return rates around a site that no slack follows: a parameter no model uses."""
    if slack:
        return []
    mend = "add slack to [additionality], or leave it out"
    idle = "a parameter no model uses"
    return [
        Fault(file, "unemployment", idle, mend, event.pledge, event.unemployment)
        for event in events
        if event.unemployment
    ]


def programme_faults(
    file: str,
    programmes: Iterable[Programme],
    assumptions: Assumptions,
    commitments: Mapping[str, str],
) -> list[Fault]:
    """Return effects that are not per head, and caps that count something else.

    Parameters
    ----------
    commitments : mapping of str to str
        Unit of every commitment.
    """
    single = {"persons": "person", "firms": "firm"}
    faults = []
    for programme in programmes:
        unit = commitments.get(programme.commitment, "")
        wanted = [(programme.effect, f"persons per {single.get(unit, unit)}")]
        wanted += [(programme.at_most, unit)] if programme.at_most else []
        faults += [
            Fault(
                file,
                "unit",
                f"{name} is in {assumptions[name].unit}",
                f"this place takes {needed}",
                programme.commitment,
                name,
            )
            for name, needed in wanted
            if unit and name in assumptions and assumptions[name].unit != needed
        ]
    return faults


def announced_faults(
    file: str, events: Iterable[Event], pledges: pd.DataFrame, prices: Prices, money: Unit
) -> list[Fault]:
    """Return own amounts of a year for which no rate or price is known."""
    currencies = dict(zip(pledges["pledge"], pledges["currency"], strict=True))
    faults = []
    for event in events:
        for size in event.sizes():
            year, currency = size.given.get("own"), currencies.get(event.pledge)
            if year is None or not isinstance(currency, str):
                continue
            there = Unit(money.base, money.scale, int(year))
            try:
                convert(1.0, Unit(currency, money.scale, int(year)), there, prices)
                convert(1.0, there, Unit(money.base, money.scale, money.price_year), prices)
            except EconError as error:
                mend = "name a year that rates and prices reach"
                faults.append(Fault(file, "own", str(error), mend, event.pledge, year))
    return faults


def twice_faults(
    file: str, roles: Iterable[tuple[str, str]], elsewhere: Mapping[str, Iterable[str]]
) -> list[Fault]:
    """Return parameters that a step takes off and that something else of the study uses as well.

    Parameters
    ----------
    roles : iterable of (str, str)
        Step and parameter.
    elsewhere : mapping of str to iterable of str
        Parameters by what uses them: households, templates, sizes.
    """
    return [
        Fault(
            file,
            "additionality",
            f"one parameter in a step and in {place}: {step}",
            "give the step a parameter of its own; what is taken off there is gone already",
            value=name,
        )
        for step, name in dict.fromkeys(roles)
        for place, names in elsewhere.items()
        if name in set(names)
    ]
