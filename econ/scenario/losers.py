"""Who loses by a pledge, and how much: rivals that sell less, and those whose money pays for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from econ.errors import InputError
from econ.impact.by_product import ByProduct
from econ.impact.factored import Factored, Staffed, totals
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import ProductionTable
from econ.quantity.parameters import Draws
from econ.scenario.bill_of_goods import Template, bill_of_goods
from econ.scenario.events import Event
from econ.scenario.events.setting import Setting

__all__ = [
    "Loser",
    "Payer",
    "Rival",
    "losers_of",
    "lost_by_payers",
    "lost_by_rivals",
    "payers_of",
    "rivals_of",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rival:
    """Those who lose in one product by a pledge.

    Parameters
    ----------
    pledge, parameter, product : str
        One parameter may displace in several products: all three together tell rivals apart.
    """

    pledge: str
    parameter: str
    product: str

    phase = "operation"

    @property
    def stream(self) -> str:
        """How they are told apart among all who lose by the pledge."""
        return f"{self.parameter} in {self.product}"

    @property
    def name(self) -> str:
        """How they are called in a shock.

        Examples
        --------
        >>> Rival("warehouse", "displacement_retail", "G47").name
        'warehouse: displacement_retail in G47'
        """
        return f"{self.pledge}: {self.stream}"

    def unit(self, setting: Setting, table: ProductionTable) -> dict[str, Any]:
        """Return a unit of the table's money spent on what they sell, as a part of a shock."""
        one = np.ones(setting.draws.columns)
        bought = {table.products.position(self.product): one}
        return {"amount": one, "domestic": ByProduct((len(table.products), len(one)), bought)}


@dataclass(frozen=True)
class Payer:
    """Those who would have had the money that the state gives to a pledge.

    Parameters
    ----------
    pledge : str
        The pledge that gets it; what payers lose is booked there.
    funding : str
        The pledge of the public money.
    source : str
        Where it comes from: ``taxes``, ``borrowing`` or ``relabelled``.
    phase : str
    instead : Template, optional
        What a re-labelled budget would have bought. Without it households have less to spend.
    """

    pledge: str
    funding: str
    source: str
    phase: str
    instead: Template | None = None

    @property
    def stream(self) -> str:
        """How they are told apart among all who lose by the pledge."""
        return f"{self.source} for {self.funding}"

    @property
    def name(self) -> str:
        """How they are called in a shock."""
        return f"{self.pledge}: {self.stream}"

    def unit(self, setting: Setting, table: ProductionTable) -> dict[str, Any]:
        """Return a unit of the study's money as they would have spent it, as a part of a shock."""
        one = setting.in_table_money(np.ones(setting.draws.columns), table)
        if self.instead is None:
            return {"amount": one, "income": one}
        bill = bill_of_goods(self.instead, one, setting.draws, table)
        return {"amount": one, **bill.destinations()}


Loser = Rival | Payer


def rivals_of(events: Iterable[Event]) -> tuple[Rival, ...]:
    """Return all who lose in a product by events, each once."""
    found = [
        Rival(event.pledge, lost.parameter, lost.product)
        for event in events
        for lost in event.displacement_in("operation")
        if lost.product
    ]
    return tuple(dict.fromkeys(found))


def payers_of(events: Iterable[Event]) -> tuple[Payer, ...]:
    """Return all whose money goes to others of these events by way of the state."""
    given = {event.pledge: event for event in events}
    return tuple(
        Payer(name, event.pledge, source, given[name].phase, event.instead_of(source))
        for event in given.values()
        for name in event.supports
        if name in given
        for source in event.sources
    )


def losers_of(events: Iterable[Event]) -> tuple[Loser, ...]:
    """Return all who lose by events."""
    given = list(events)
    return (*rivals_of(given), *payers_of(given))


def lost_by_rivals(
    result: ImpactResult,
    events: Mapping[str, Event],
    draws: Draws,
    units: Sequence[Response],
) -> list[Response]:
    """Return what rivals lose: below zero, when and as far as the event is left.

    Own staff and purchases of those who lose are counted as those of the site are: without profit,
    depreciation and taxes on production of the jobs themselves.

    Parameters
    ----------
    result : ImpactResult
        What is left before the step.
    events : mapping of str to Event
    draws : Draws
    units : sequence of Response
        What a unit of demand for the products does, each under the name of its `Rival`.

    Raises
    ------
    InputError
        When others would lose jobs in a product that has none.
    """
    found = []
    for pledge, event in events.items():
        site = [r for r in result.responses if _runs(r, pledge)]
        for lost in rivals_of([event]) if site else ():
            of_it = [unit for unit in units if unit.pledge == lost.name]
            per_unit = sum((_direct_jobs(unit) for unit in of_it), np.zeros(draws.columns))
            if not np.all(per_unit > 0.0):
                mend = "name a product that people are employed in"
                problem = f"no jobs to lose by {lost.parameter}"
                raise InputError.one(pledge, "displacement", problem, mend, value=lost.product)
            own = sum((_direct_jobs(r) * r.weight[0] for r in site), np.zeros(draws.columns))
            taken = -draws[lost.parameter] * own / per_unit
            for unit in of_it:
                weight = np.ones_like(unit.weight) * taken
                as_staffed = _without_profit(unit)
                profile = site[0].profile
                found.append(replace(as_staffed, pledge=pledge, weight=weight, profile=profile))
    return found


def lost_by_payers(
    events: Mapping[str, Event],
    money: Mapping[tuple[str, str], Array],
    late: Mapping[tuple[str, str, str], Array],
    draws: Draws,
    units: Sequence[Response],
) -> list[Response]:
    """Return what those lose who would have had the money the state gives to a pledge.

    The state pays as far as the pledge is carried out, and for what would have come anyway too.

    Parameters
    ----------
    events : mapping of str to Event
    money : mapping of (str, str) to ndarray, shape (c,) [money of the study]
        By the pledge of the public money and the pledge that gets it.
    late : mapping of (str, str, str) to ndarray, shape (y, c)
        When it is paid, by pledge, phase and stream.
    draws : Draws
    units : sequence of Response
        What a unit of money does as they would have spent it, each under the name of its `Payer`.
    """
    found = []
    for payer in payers_of(events.values()):
        goal = events[payer.pledge]
        paid = money[payer.funding, payer.pledge] * goal.carried_out(goal.phase, draws)
        taken = -paid * events[payer.funding].lost_by_source(draws)[payer.source]
        profile = late[payer.funding, "construction", ""]
        found += [
            replace(
                unit,
                pledge=payer.pledge,
                weight=np.ones_like(unit.weight) * taken,
                profile=profile,
            )
            for unit in units
            if unit.pledge == payer.name
        ]
    return found


def _runs(response: Response, pledge: str) -> bool:
    return (response.pledge, response.phase, response.stream) == (pledge, "operation", "")


def _direct_jobs(response: Response) -> Array:
    jobs: Array = totals(response.values, "employment")[response.effects.index("direct")]
    return jobs


def _without_profit(response: Response) -> Response:
    """Return a response whose direct value added is pay alone, as a site's own is."""
    row = response.effects.index("direct")
    if isinstance(response.values, Factored):
        layer = response.values.layers[row]
        pay, profit = list(layer["compensation"]), [(-left, right) for left, right in layer["gva"]]
        staffed = {**layer, "gva": pay, "gdp": [*layer["gdp"], *profit, *pay]}
        return replace(response, values=response.values.with_layer(row, staffed))
    return replace(response, values=Staffed(response.values, row))
