"""What every kind of event has in common: a pledge, what it yields, and how it turns net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, nearest
from econ.impact.by_product import ByProduct
from econ.impact.shock import ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions, Draws
from econ.scenario.bill_of_goods import Bill, Template, bill_of_goods
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import SHARE, Named, Size
from econ.scenario.steps_to_net import (
    ABANDONMENT,
    DISPLACEMENT,
    REALISATION,
    REFERENCE,
    SUBSTITUTION,
    TRANSFER,
)

__all__ = [
    "Displacement",
    "DisplacementTable",
    "Event",
    "EventTable",
    "displaced",
    "shock_part",
]

Array = npt.NDArray[np.float64]


class DisplacementTable(Declared):
    """What a site displaces: a share of itself, or the activity of others by product."""

    parameter: NonEmpty
    product: str = ""


class EventTable(Declared):
    """What may be said of any event that has a pledge."""

    kind: str = ""
    pledge: NonEmpty
    realised: str = ""
    abandoned: str = ""
    reference_case: str = ""
    unemployment: str = ""


@dataclass(frozen=True)
class Displacement:
    """What others lose by an event.

    Parameters
    ----------
    parameter : str
        Without a product: the share of the event's own activity that takes the place of the like.
        With one: jobs lost in the product for each job of the event.
    product : str
        Where the loss falls in a result by product; empty for the event's own.
    """

    parameter: str
    product: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """Units its parameter may have: a share of itself, or jobs of others per own job."""
        return ("persons per person",) if self.product else SHARE


def displaced(entries: Sequence[str | DisplacementTable]) -> tuple[Displacement, ...]:
    """Return what a file says of displacement as records."""
    return tuple(
        Displacement(entry)
        if isinstance(entry, str)
        else Displacement(entry.parameter, entry.product)
        for entry in entries
    )


@dataclass(frozen=True, kw_only=True)
class Event:
    """One pledge with everything that is assumed of it.

    Parameters
    ----------
    pledge : str
    realised : str
        Parameter: what is carried out, if the pledge is not abandoned. Empty for all of it.
    abandoned : str
        Parameter: the probability that nothing comes of it. Empty for never.
    reference_case : str
        Parameter that replaces the study's own, or empty.
    unemployment : str
        Parameter: the rate around the site, or empty for the country's.
    """

    kind: ClassVar[str] = ""
    table: ClassVar[type[EventTable]] = EventTable
    public: ClassVar[bool] = False

    pledge: str
    realised: str = ""
    abandoned: str = ""
    reference_case: str = ""
    unemployment: str = ""

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        raise NotImplementedError

    @staticmethod
    def shared(table: EventTable) -> dict[str, Any]:
        """Return what a table says that every event can say."""
        names = ("pledge", "realised", "abandoned", "reference_case", "unemployment")
        return {name: getattr(table, name) for name in names}

    @property
    def money(self) -> Mapping[str, Any]:
        """How the amount of the event is found; empty where it has none."""
        return {}

    @property
    def phase(self) -> str:
        """Phase in which money for it is counted: while it is built, or else while it runs."""
        return "construction" if self.money else "operation"

    @property
    def supports(self) -> tuple[str, ...]:
        """Pledges that the event only pays for, and that spend what it gives."""
        return ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Where public money comes from."""
        return ()

    @property
    def used_templates(self) -> tuple[Template, ...]:
        """Templates the event spends by."""
        return ()

    @property
    def spends_by(self) -> Template | None:
        """Template of the money that is spent once; its groups are accounts of the event."""
        return None

    def bill(self, setting: Setting, table: ProductionTable) -> Bill | None:
        """Return where the money goes that is spent once, line by line, in the table's money.

        Nothing where no template says it.
        """
        if self.spends_by is None:
            return None
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        shares = setting.group_shares(self)
        return bill_of_goods(self.spends_by, amount, setting.draws, table, shares)

    def sizes(self) -> tuple[Size, ...]:
        """Return every size of the event: its parameters, units and promised numbers follow."""
        return (Size("amount", self.money, "money"),) if self.money else ()

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes.

        Parameters
        ----------
        money : str
            The study's unit of money.
        """
        return [
            (self.realised, SHARE),
            (self.abandoned, ("share",)),
            (self.reference_case, SHARE),
            (self.unemployment, ("share",)),
            *(named for size in self.sizes() for named in size.named(money)),
        ]

    def parameter_units(self, money: str) -> Named:
        """Return the parameters the event and its templates name, empty names left out."""
        return [(name, units) for name, units in self.named(money) if name]

    def roles(self) -> list[tuple[str, str]]:
        """Return the parameters that take something off on the way to net, each with its step."""
        found = [
            (REALISATION, self.realised),
            (ABANDONMENT, self.abandoned),
            (REFERENCE, self.reference_case),
        ]
        found += [
            (DISPLACEMENT, lost.parameter)
            for phase in ("construction", "operation")
            for lost in self.displacement_in(phase)
        ]
        found += [(TRANSFER, self.transfer_in("operation"))]
        found += [(SUBSTITUTION, self.substitution_in("operation"))]
        return [(step, name) for step, name in dict.fromkeys(found) if name]

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return ()

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        known = [parameter.name for parameter in assumptions]
        faults = [
            Fault(file, "parameter", "unknown parameter", nearest(name, known), self.pledge, name)
            for name, _ in self.parameter_units("")
            if name not in assumptions
        ]
        losers = [lost.product for lost in self.displacement_in("operation") if lost.product]
        faults += [
            Fault(
                file,
                "product",
                "unknown product",
                nearest(name, products.labels),
                self.pledge,
                name,
            )
            for name in dict.fromkeys((*self.products(), *losers))
            if name not in products
        ]
        return faults

    def realised_in(self, phase: str) -> str:
        """Return the parameter that says how much of a phase is carried out."""
        return self.realised

    def displacement_in(self, phase: str) -> tuple[Displacement, ...]:
        """Return what others lose in a phase."""
        return ()

    def transfer_in(self, phase: str) -> str:
        """Return the parameter for what only moves within the firm, or nothing."""
        return ""

    def substitution_in(self, phase: str) -> str:
        """Return the parameter for what the firm would have done in another way, or nothing."""
        return ""

    def carried_out(self, phase: str, draws: Draws) -> Array:
        """Return how much of a phase comes about, shape (c,) [share of what was announced]."""
        realised = self.realised_in(phase)
        done = draws[realised] if realised else np.ones(draws.columns)
        if self.abandoned:
            done = done * (1.0 - draws.chance(self.abandoned, self.pledge))
        return done

    def lost_by_source(self, draws: Draws) -> Mapping[str, Array]:
        """Return what public money of each source costs elsewhere, shape (c,) [share of all]."""
        return {}

    def instead_of(self, source: str) -> Template | None:
        """Return what the money would have bought where it is taken; nothing for households."""
        return None

    def offsets(self, draws: Draws) -> Array:
        """Return the share of its own effect that public money costs elsewhere, shape (c,)."""
        return np.zeros(draws.columns)

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Array]:
        """Return when the event happens, by phase and stream, shape (y, c)."""
        raise NotImplementedError

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return what the event asks of a table, as announced, one part per phase and stream."""
        raise NotImplementedError


def shock_part(pledge: str, phase: str, setting: Setting, amount: Array, **given: Any) -> ShockPart:
    """Return a part that asks for nothing but what is given."""
    shape = (given.pop("products"), len(amount))
    nothing: dict[str, Any] = {
        name: ByProduct(shape, {}) for name in ("domestic", "imported", "margins", "taxes")
    }
    nothing["existing_assets"] = np.zeros(len(amount))
    return ShockPart(
        pledge=pledge, phase=phase, region=setting.region, amount=amount, **{**nothing, **given}
    )
