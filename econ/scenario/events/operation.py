"""A site that runs: its own staff, and what it buys in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field

from econ.declared import Declared, NonEmpty
from econ.errors import Fault
from econ.impact.shock import Activity, ProductionTable, ShockPart
from econ.kernels.phasing import operating_profile
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Bill, Template, bill_of_goods, line_shares
from econ.scenario.energy import can_be_metered, electricity_bill
from econ.scenario.events.event import (
    Displacement,
    DisplacementTable,
    Event,
    EventTable,
    displaced,
    shock_part,
)
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import SHARE, JobsTable, Named, Size, SizeTable
from econ.scenario.events.timing import Works

__all__ = ["Operation", "OperationTable", "RunningSite", "RunningSiteTable"]

Array = npt.NDArray[np.float64]


class CostTable(SizeTable):
    """Where the running cost comes from."""

    per_capital: NonEmpty | None = None
    per_job: NonEmpty | None = None

    def starts(self) -> tuple[str, ...]:
        """Return the keys of which exactly one says where to start."""
        return ("per_capital", "per_job")


class OperationTable(Declared):
    """How the site runs."""

    template: NonEmpty
    product: NonEmpty
    opening: float
    stages: bool = False
    closing: float | None = None
    ramp: NonEmpty
    jobs: JobsTable
    pay: NonEmpty
    cost: CostTable
    metered: str = ""
    transfer: str = ""
    displacement: list[str | DisplacementTable] = Field(default=[])
    substitution: str = ""
    realised: str = ""


class RunningSiteTable(EventTable):
    """One ``[[event]]`` of the kind ``operation``: a site that stands already."""

    operation: OperationTable
    slip: str = ""


@dataclass(frozen=True)
class Operation:
    """How the site runs after it opens.

    Parameters
    ----------
    opening, closing : float
        Calendar years with fraction, as announced; it never closes where that is infinite.
    jobs : mapping
        ``{"per_million": parameter}`` [persons per MEUR of investment]; or ``{"commitment": id}``
        or ``{"parameter": name}``, with ratios ``times`` and ``per`` that make persons of it.
    pay : str
        Parameter [MEUR per person].
    cost : mapping
        ``{"per_capital": parameter}``: running cost with own staff, share of the investment a year;
        or ``{"per_job": parameter}``: purchases [MEUR per person].
    displacement : tuple of Displacement
        What others lose.
    transfer, substitution : str
        Parameters, or empty: what only moves within the firm; what it would have done otherwise.
    stages : bool
        Whether the site opens in stages, the first before the last year of its works.
    realised : str
        Parameter that replaces the event's own realisation.
    metered : str
        Asset of the template that is electricity and costs what the study's ``[energy]`` says of
        the site, in place of its share of purchases; empty for none. A template given to the
        pledge later may lack the group that this names: then the share stays.
    """

    template: Template
    product: str
    opening: float
    ramp: str
    jobs: Mapping[str, Any]
    pay: str
    cost: Mapping[str, Any]
    displacement: tuple[Displacement, ...] = ()
    realised: str = ""
    closing: float = field(default=np.inf)
    transfer: str = ""
    substitution: str = ""
    stages: bool = False
    metered: str = ""

    @classmethod
    def of(cls, table: OperationTable, templates: Mapping[str, Template]) -> Operation:
        """Turn an ``operation`` table into its record."""
        return cls(
            template=templates[table.template],
            product=table.product,
            opening=table.opening,
            closing=np.inf if table.closing is None else table.closing,
            ramp=table.ramp,
            jobs=table.jobs.chosen(),
            pay=table.pay,
            cost=table.cost.chosen(),
            transfer=table.transfer,
            displacement=displaced(table.displacement),
            substitution=table.substitution,
            realised=table.realised,
            stages=table.stages,
            metered=table.metered,
        )

    @property
    def size(self) -> Size:
        """The jobs as a size of the event."""
        return Size("jobs", self.jobs, "persons")

    def named(self, money: str) -> Named:
        """Return its parameters but those of its size, each with the units its role takes."""
        found: Named = [
            (self.ramp, ("years",)),
            (self.pay, (f"{money} per person",)),
            (self.realised, SHARE),
            (self.transfer, ("share",)),
            (self.substitution, ("share",)),
            (self.cost.get("per_capital", ""), ("share per year",)),
            (self.cost.get("per_job", ""), (f"{money} per person",)),
        ]
        return found + [(lost.parameter, lost.units) for lost in self.displacement]

    def profile(self, setting: Setting, slip: Array) -> Array:
        """Return how far the site runs in each year, shape (y, c) [share of full operation]."""
        years = np.asarray(setting.years, dtype=np.float64)
        ramp = setting.draws[self.ramp]
        return operating_profile(years, self.opening + slip, ramp, self.closing)

    def open_years(self, setting: Setting) -> Array:
        """Return how much of each year lies before the closing, shape (y, 1) [share]."""
        years = np.asarray(setting.years, dtype=np.float64)
        return np.clip(self.closing - years, 0.0, 1.0)[:, None]

    def year(self, event: Event, setting: Setting, table: ProductionTable) -> tuple[Bill, Activity]:
        """Return what a year of full operation buys, and what the site itself does."""
        jobs = setting.jobs(event)
        pay = setting.in_table_money(jobs * setting.draws[self.pay], table)
        bought = setting.in_table_money(self._purchases(event, setting), table)
        known: dict[str, Array] = {}
        energy = setting.energy if self.metered else None
        if energy is not None and can_be_metered(energy, event.pledge, setting.spent):
            of_site = setting.draws, setting.spent, setting.promised
            paid = electricity_bill(energy, event.pledge, *of_site)
            known = {self.metered: setting.in_table_money(paid, table)}
        bill = bill_of_goods(self.template, bought, setting.draws, table, metered=known)
        if known:
            bought = np.asarray(np.sum(list(bill.lines.values()), axis=0))
        return bill, Activity(self.product, pay + bought, pay, jobs)

    def by_share(self, event: Event, setting: Setting) -> Array:
        """Return what the metered asset would cost as a share of purchases, shape (c,).

        In the study's money a year; nothing where none is metered.
        """
        shares = line_shares(self.template, setting.draws)
        lines = zip(self.template.lines, shares, strict=True)
        share = sum((s for line, s in lines if line.asset == self.metered), np.zeros(1))
        found: Array = self._purchases(event, setting) * share
        return found

    def _purchases(self, event: Event, setting: Setting) -> Array:
        """Return what a year of full operation buys by the study's rule of cost, shape (c,)."""
        jobs = setting.jobs(event)
        if "per_job" in self.cost:
            per_job: Array = jobs * setting.draws[self.cost["per_job"]]
            return per_job
        cost = setting.amounts[event.pledge] * setting.draws[self.cost["per_capital"]]
        left: Array = np.maximum(cost - jobs * setting.draws[self.pay], 0.0)
        return left

    def faults(
        self, file: str, pledge: str, years: Sequence[int], works: Works | None
    ) -> list[Fault]:
        """Return an opening after the years, before its works are done, or after the closing."""
        faults = []
        if self.opening >= years[-1]:
            mend = f"the study ends in {years[-1]}; open before, or widen the years"
            faults.append(
                Fault(file, "opening", "opens after the years", mend, pledge, self.opening)
            )
        if works is not None and self.opening < works.start:
            mend = f"works start in {works.start}; correct one of the two"
            faults.append(
                Fault(file, "opening", "opens before its works", mend, pledge, self.opening)
            )
        elif works is not None and self.opening < works.last and not self.stages:
            mend = f"they end in {works.last}; open then or later, or say that it opens in stages: "
            mend += "stages = true"
            problem = "opens before the last year of its works"
            faults.append(Fault(file, "opening", problem, mend, pledge, self.opening))
        if self.closing <= self.opening:
            mend = f"it opens in {self.opening:g}; correct one of the two"
            problem = "closes before it opens"
            faults.append(Fault(file, "closing", problem, mend, pledge, self.closing))
        return faults


@dataclass(frozen=True, kw_only=True)
class RunningSite(Event):
    """A site that stands already and starts to run, or runs on.

    Parameters
    ----------
    operation : Operation
        Its cost is per job, for there is no investment.
    slip : str
        Parameter [years], or empty.
    """

    kind: ClassVar[str] = "operation"
    table: ClassVar[type[EventTable]] = RunningSiteTable

    operation: Operation
    slip: str = ""

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        site = Operation.of(table.operation, templates)
        return cls(**cls.shared(table), operation=site, slip=table.slip)

    @property
    def used_templates(self) -> tuple[Template, ...]:
        """Template of the operation."""
        return (self.operation.template,)

    def sizes(self) -> tuple[Size, ...]:
        """Return the jobs of the site."""
        return (self.operation.size,)

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        return [*super().named(money), *self.operation.named(money), (self.slip, ("years",))]

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return (self.operation.product,)

    def realised_in(self, phase: str) -> str:
        """Return the parameter that says how much is carried out."""
        return self.operation.realised or self.realised

    def displacement_in(self, phase: str) -> tuple[Displacement, ...]:
        """Return what others lose."""
        return self.operation.displacement if phase == "operation" else ()

    def transfer_in(self, phase: str) -> str:
        """Return the parameter for what only moves within the firm."""
        return self.operation.transfer if phase == "operation" else ""

    def substitution_in(self, phase: str) -> str:
        """Return the parameter for what the firm would have done in another way."""
        return self.operation.substitution if phase == "operation" else ""

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        faults = super().faults(file, assumptions, years, products)
        faults += self.operation.faults(file, self.pledge, years, None)
        if "per_capital" in self.operation.cost or "per_million" in self.operation.jobs:
            mend = "there is no investment to take a share of; give cost and jobs of their own"
            faults.append(Fault(file, "operation", "a share of nothing", mend, self.pledge))
        return faults

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Array]:
        """Return how far the site runs in each year, shape (y, c)."""
        slip = setting.draws[self.slip] if late and self.slip else np.zeros(setting.draws.columns)
        return {("operation", ""): self.operation.profile(setting, slip)}

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return a year of full operation."""
        bill, activity = self.operation.year(self, setting, table)
        return [
            shock_part(
                self.pledge,
                "operation",
                setting,
                activity.output,
                products=len(table.products),
                **bill.destinations(),
                profile=self.profiles(setting, late=False)["operation", ""],
                activity=activity,
            )
        ]
