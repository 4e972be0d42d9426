"""What a pledge becomes: works that are spent over years, then a site that runs.

The declarations of a study file, as frozen records, and their faults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from econ.errors import Fault, nearest
from econ.quantity.parameters import Assumptions
from econ.scenario.bridge import Template

__all__ = ["Event", "Operation", "Programme", "Works", "event_faults", "parameter_units"]


@dataclass(frozen=True)
class Works:
    """When the investment is spent.

    Parameters
    ----------
    start : int
        First year, as announced.
    shares : tuple of float or str
        Weight of each year; a number, or a parameter.
    slip : str
        Parameter [years], or empty: delay against the announcement.
    """

    start: int
    shares: tuple[float | str, ...]
    slip: str = ""


@dataclass(frozen=True)
class Operation:
    """How the site runs after it opens.

    Parameters
    ----------
    opening : float
        Calendar year with fraction, as announced.
    jobs : mapping
        ``{"commitment": id}`` or ``{"per_million": parameter}`` [persons per MEUR of investment].
    pay : str
        Parameter [MEUR per person].
    cost : mapping
        ``{"per_capital": parameter}``: running cost with own staff, share of the investment a year;
        or ``{"per_job": parameter}``: purchases [MEUR per person].
    displacement : tuple of str
        Parameters: shares of the site's activity that take the place of another.
    realised : str
        Parameter that replaces the event's own realisation.
    """

    template: Template
    product: str
    opening: float
    ramp: str
    jobs: Mapping[str, str]
    pay: str
    cost: Mapping[str, str]
    displacement: tuple[str, ...] = ()
    realised: str = ""


@dataclass(frozen=True)
class Event:
    """One pledge with everything that is assumed of it.

    Parameters
    ----------
    amount : mapping
        ``{"share": parameter}`` of the parent, ``{"parameter": name}`` [MEUR],
        ``{"remainder": true}`` of the parent, or ``{"own": year}``: the pledge's own amount at the
        mean rate of that year.
    net_of : mapping
        ``{"group": ..., "pledge": ...}``: what another pledge of the same parent spends is taken
        out of this group's share.
    reference_case : str
        Parameter that replaces the study's own, or empty.
    """

    pledge: str
    amount: Mapping[str, Any]
    template: Template
    works: Works
    realised: str
    operation: Operation | None = None
    net_of: Mapping[str, str] | None = None
    reference_case: str = ""


@dataclass(frozen=True)
class Programme:
    """A promise to train people or to support firms: a head count and a chain of factors.

    Parameters
    ----------
    chain : tuple of str
        Parameters to multiply the head count with; ``not x`` is one minus x.
    at_most : str
        Parameter that caps the head count, or empty.
    deadline : int
        Last year of the programme; its jobs are counted from the year after.
    """

    commitment: str
    label: str
    chain: tuple[str, ...]
    deadline: int
    at_most: str = ""


def parameter_units(event: Event, money: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the parameters an event names itself, each with the units its role can take.

    Parameters
    ----------
    event : Event
    money : str
        The study's unit of money.
    """
    share = ("share", "persons per person")
    found: list[tuple[Any, tuple[str, ...]]] = [
        (event.realised, share),
        (event.reference_case, share),
        (event.works.slip, ("years",)),
        (event.amount.get("share"), share),
        (event.amount.get("parameter"), (money,)),
        *[(name, ("weight", "share")) for name in event.works.shares],
    ]
    if event.operation is not None:
        site = event.operation
        found += [
            (site.ramp, ("years",)),
            (site.pay, (f"{money} per person",)),
            (site.realised, share),
            (site.jobs.get("per_million"), (f"persons per {money}",)),
            (site.cost.get("per_capital"), ("share per year",)),
            (site.cost.get("per_job"), (f"{money} per person",)),
            *[(name, share) for name in site.displacement],
        ]
    return [(name, units) for name, units in found if isinstance(name, str) and name]


def event_faults(
    event: Event, file: str, assumptions: Assumptions, years: Sequence[int]
) -> list[Fault]:
    """Return every parameter an event names and nobody knows, and years that do not fit."""
    names = [name for name, _ in parameter_units(event, "")]
    known = [parameter.name for parameter in assumptions]
    faults = [
        Fault(file, "parameter", "unknown parameter", nearest(name, known), event.pledge, name)
        for name in names
        if name not in assumptions
    ]
    last = event.works.start + len(event.works.shares) - 1
    slip = event.works.slip
    latest = last + (assumptions.drawn(slip).high if slip in assumptions else 0.0)
    if event.works.start < years[0] or latest > years[-1]:
        mend = f"works run {event.works.start} to {latest:g} with delay; widen the years"
        faults.append(
            Fault(file, "years", "works outside the years", mend, event.pledge, list(years))
        )
    if event.operation is not None and event.operation.opening >= years[-1]:
        mend = f"the study ends in {years[-1]}; open before, or widen the years"
        value = event.operation.opening
        faults.append(Fault(file, "opening", "opens after the years", mend, event.pledge, value))
    if event.operation is not None and event.operation.opening < event.works.start:
        mend = f"works start in {event.works.start}; correct one of the two"
        value = event.operation.opening
        faults.append(Fault(file, "opening", "opens before its works", mend, event.pledge, value))
    return faults
