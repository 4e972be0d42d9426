"""An investment: works that are spent over years, then a site that runs and renews its machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
import numpy.typing as npt

from econ.declared import Declared, NonEmpty
from econ.errors import Fault
from econ.impact.shock import Activity, ProductionTable, ShockPart
from econ.kernels.phasing import renewal_profile
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Bill, Template, bill_of_goods
from econ.scenario.events.event import Displacement, Event, EventTable, shock_part
from econ.scenario.events.operation import Operation, OperationTable
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import AmountTable, Named, Size
from econ.scenario.events.timing import Works, WorksTable

__all__ = ["CapitalExpenditure", "CapitalExpenditureTable", "Renewal"]

Array = npt.NDArray[np.float64]
RENEWAL: Final = "renewal, "


class NetOfTable(Declared):
    """What a sibling pledge spends on a group alone."""

    group: NonEmpty
    pledge: NonEmpty


class RenewalTable(Declared):
    """How the machines of a site are renewed."""

    spread: NonEmpty
    cost: NonEmpty


class CapitalExpenditureTable(EventTable):
    """One ``[[event]]`` of the kind ``capital_expenditure``."""

    amount: AmountTable
    template: NonEmpty
    works: WorksTable
    realised: NonEmpty
    operation: OperationTable | None = None
    net_of: NetOfTable | None = None
    renewal: RenewalTable | None = None


@dataclass(frozen=True)
class Renewal:
    """How the machines of a site are renewed while it runs.

    Parameters
    ----------
    spread : str
        Parameter [share]: lives lie evenly within this share of the mean on both sides.
    cost : str
        Parameter [ratio]: what a renewal costs over what was bought first, in constant prices.
    """

    spread: str
    cost: str


@dataclass(frozen=True, kw_only=True)
class CapitalExpenditure(Event):
    """An investment and the site it makes.

    Parameters
    ----------
    amount : mapping
        ``{"share": parameter}`` of the parent, ``{"parameter": name}`` or ``{"commitment": id}``
        with ratios ``times`` and ``per`` that make money of it, ``{"remainder": true}`` of the
        parent, or ``{"own": year}``: the pledge's own amount at the mean rate of that year.
    template : Template
        What the investment buys; its lines say how long it lasts.
    works : Works
    operation : Operation, optional
        Without it nothing runs after the works.
    net_of : mapping, optional
        ``{"group": ..., "pledge": ...}``: what another pledge of the same parent spends is taken
        out of this group's share.
    renewal : Renewal, optional
        Without it nothing is bought again.
    """

    kind: ClassVar[str] = "capital_expenditure"
    table: ClassVar[type[EventTable]] = CapitalExpenditureTable

    amount: Mapping[str, Any]
    template: Template
    works: Works
    operation: Operation | None = None
    net_of: Mapping[str, str] | None = None
    renewal: Renewal | None = None

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(
            **cls.shared(table),
            amount=table.amount.chosen(),
            template=templates[table.template],
            works=Works.of(table.works),
            operation=None if table.operation is None else Operation.of(table.operation, templates),
            net_of=table.net_of.model_dump() if table.net_of else None,
            renewal=None if table.renewal is None else Renewal(**table.renewal.model_dump()),
        )

    @property
    def money(self) -> Mapping[str, Any]:
        """How the amount of the event is found."""
        return self.amount

    @property
    def used_templates(self) -> tuple[Template, ...]:
        """Templates of the investment and of its operation."""
        return (self.template, *((self.operation.template,) if self.operation else ()))

    @property
    def spends_by(self) -> Template:
        """Template of the investment."""
        return self.template

    def sizes(self) -> tuple[Size, ...]:
        """Return the amount, and the jobs of the operation."""
        return (*super().sizes(), *((self.operation.size,) if self.operation else ()))

    @property
    def lives(self) -> tuple[str, ...]:
        """Parameters of the lives of what is renewed."""
        if self.renewal is None or self.operation is None:
            return ()
        return tuple(dict.fromkeys(line.life for line in self.template.lines if line.life))

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = [*super().named(money), *self.works.named()]
        if self.operation is not None:
            found += self.operation.named(money)
        if self.renewal is not None:
            found += [(self.renewal.spread, ("share",)), (self.renewal.cost, ("ratio",))]
            found += [(name, ("years",)) for name in self.lives]
        return found

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return () if self.operation is None else (self.operation.product,)

    def realised_in(self, phase: str) -> str:
        """Return the parameter that says how much of a phase is carried out."""
        site = self.operation
        own = phase == "operation" and site is not None and site.realised
        return own or self.realised

    def displacement_in(self, phase: str) -> tuple[Displacement, ...]:
        """Return what others lose in a phase."""
        return self.operation.displacement if phase == "operation" and self.operation else ()

    def transfer_in(self, phase: str) -> str:
        """Return the parameter for what only moves within the firm."""
        return self.operation.transfer if phase == "operation" and self.operation else ""

    def substitution_in(self, phase: str) -> str:
        """Return the parameter for what the firm would have done in another way."""
        return self.operation.substitution if phase == "operation" and self.operation else ""

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        faults = super().faults(file, assumptions, years, products)
        faults += self.works.faults(file, self.pledge, assumptions, years)
        if self.operation is not None:
            faults += self.operation.faults(file, self.pledge, years, self.works)
        if self.renewal is not None and not self.lives:
            mend = "give an operation, and lines of the template a life; or leave renewal out"
            problem = "nothing to renew"
            faults.append(Fault(file, "renewal", problem, mend, self.pledge, self.template.name))
        return faults

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Array]:
        """Return when the event happens, by phase and stream, shape (y, c)."""
        works = self.works.profile(self.pledge, setting, late=late)
        found = {("construction", ""): works}
        if self.operation is None:
            return found
        slip = self.works.delay(setting, late=late)
        found["operation", ""] = self.operation.profile(setting, slip)
        if self.renewal is not None:
            open_years = self.operation.open_years(setting)
            for life in self.lives:
                again = renewal_profile(
                    works, setting.draws[life], setting.draws[self.renewal.spread]
                )
                found["operation", f"{RENEWAL}{life}"] = again * open_years
        return found

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return works, a year of operation, and one full renewal of all that has the same life."""
        when = self.profiles(setting, late=False)
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        shares = setting.group_shares(self)

        def spent(phase: str, stream: str, bill: Bill, **given: Any) -> ShockPart:
            return shock_part(
                self.pledge,
                phase,
                setting,
                given.pop("amount"),
                products=len(table.products),
                **bill.destinations(),
                profile=when[phase, stream],
                stream=stream,
                **given,
            )

        bill = bill_of_goods(self.template, amount, setting.draws, table, shares)
        found = [spent("construction", "", bill, amount=amount)]
        if self.operation is None:
            return found
        running, activity = self.operation.year(self, setting, table)
        whole = activity.output
        found.append(spent("operation", "", running, amount=whole, activity=activity))
        if self.renewal is not None:
            again = amount * setting.draws[self.renewal.cost]
            nothing = np.zeros(len(amount))
            idle = Activity(self.operation.product, nothing, nothing, nothing)
            for life in self.lives:
                part = bill_of_goods(self.template, again, setting.draws, table, shares, life=life)
                total = sum(part.lines.values(), nothing)
                stream = f"{RENEWAL}{life}"
                found.append(spent("operation", stream, part, amount=total, activity=idle))
        return found
