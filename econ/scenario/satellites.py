"""What a study declares beside its pledges: the public purse, people, electricity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from econ.errors import Fault
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.declarations import StudyFile
from econ.scenario.energy import energy_faults
from econ.scenario.events import Event
from econ.scenario.purse import fiscal_faults

__all__ = [
    "groups_of",
    "satellite_faults",
    "satellite_parameters",
    "satellites_left_out",
    "used_by_satellites",
]


def groups_of(events: Iterable[Event]) -> list[str]:
    """Return ``pledge.group`` for every group of money that an event spends."""
    return [
        f"{event.pledge}.{group}"
        for event in events
        if event.spends_by is not None
        for group in event.spends_by.groups
    ]


def satellites_left_out(file: StudyFile) -> StudyFile:
    """Return the study file without its satellites, which move no job and no GDP.

    Electricity stays where a site buys by it.
    """
    sites = [event["operation"] for event in file.event if event.get("operation")]
    energy = None
    if file.energy is not None and any(site.get("metered") for site in sites):
        bare = [site.model_copy(update={"reported": None}) for site in file.energy.site]
        energy = file.energy.model_copy(update={"carbon": [], "site": bare})
    return file.model_copy(update={"fiscal": None, "people": None, "energy": energy})


def satellite_parameters(file: StudyFile, money: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the parameters of satellites with the units their place takes.

    Parameters
    ----------
    file : StudyFile
    money : str
        The study's unit of money.
    """
    found = file.fiscal.parameters(money) if file.fiscal is not None else []
    found += file.people.parameters() if file.people is not None else []
    return found + (file.energy.parameters(money) if file.energy is not None else [])


def used_by_satellites(file: StudyFile) -> list[str]:
    """Return the name of every parameter that satellites use."""
    names = [name for name, _ in satellite_parameters(file, "")]
    return names + (file.energy.named() if file.energy is not None else [])


def satellite_faults(
    name: str,
    file: StudyFile,
    assumptions: Assumptions,
    events: Iterable[Event],
    commitments: Mapping[str, str],
    *,
    products: Axis,
    money: str,
) -> list[Fault]:
    """Return what is wrong between a study's satellites and what they name.

    Parameters of `satellite_parameters` that nobody knows are told with those of the whole study.

    Parameters
    ----------
    name : str
        Of the study's file.
    file : StudyFile
    assumptions : Assumptions
    events : iterable of Event
        The modelled pledges.
    commitments : mapping of str to str
        Unit of every commitment.
    products : Axis
    money : str
    """
    modelled = list(events)
    templates = {e.pledge: e.spends_by for e in modelled if e.spends_by is not None}
    return [
        *fiscal_faults(name, file.fiscal),
        *energy_faults(
            name,
            file.energy,
            assumptions,
            commitments=commitments,
            templates=templates,
            products=products.labels,
            money=money,
        ),
    ]
