"""What a pledge becomes, by kind; `EVENTS` and `PROGRAMMES` find the kinds by name.

An event takes a pledge and yields final demand, own activity of a site, income or claims, by year.
A programme takes a promised head count and yields people in work. A new kind is a record with a
table of the study file, entered below.
"""

from collections.abc import Mapping
from typing import Final

from econ.scenario.events.capital_expenditure import CapitalExpenditure, Renewal
from econ.scenario.events.energy_supply import EnergySupply
from econ.scenario.events.event import Displacement, Event, EventTable
from econ.scenario.events.hiring import Hiring
from econ.scenario.events.operation import Operation, RunningSite
from econ.scenario.events.programmes import Programme, StartupSupport, Training
from econ.scenario.events.public_funding import PublicFunding
from econ.scenario.events.purchase import Purchase
from econ.scenario.events.setting import Setting
from econ.scenario.events.timing import CURVES, Span, Works
from econ.scenario.events.transfer import Equity, HouseholdIncome

__all__ = [
    "CURVES",
    "EVENTS",
    "PROGRAMMES",
    "CapitalExpenditure",
    "Displacement",
    "EnergySupply",
    "Equity",
    "Event",
    "EventTable",
    "Hiring",
    "HouseholdIncome",
    "Operation",
    "Programme",
    "PublicFunding",
    "Purchase",
    "Renewal",
    "RunningSite",
    "Setting",
    "Span",
    "StartupSupport",
    "Training",
    "Works",
]

EVENTS: Final[Mapping[str, type[Event]]] = {
    "capital_expenditure": CapitalExpenditure,
    "operation": RunningSite,
    "hiring": Hiring,
    "purchase": Purchase,
    "household_income": HouseholdIncome,
    "equity": Equity,
    "public_funding": PublicFunding,
    "energy_supply": EnergySupply,
}
PROGRAMMES: Final[Mapping[str, type[Programme]]] = {
    "training": Training,
    "startup_support": StartupSupport,
}
