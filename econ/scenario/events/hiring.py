"""Jobs alone: people are hired, at stated or unstated wages, and nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from econ.declared import NonEmpty
from econ.errors import Fault
from econ.impact.shock import Activity, ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Template
from econ.scenario.events.event import (
    Displacement,
    DisplacementTable,
    Event,
    EventTable,
    displaced,
    shock_part,
)
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import Named, Size, SizeTable, quantity
from econ.scenario.events.timing import Span, SpanTable

__all__ = ["Hiring", "HiringTable"]


class HiringTable(EventTable):
    """One ``[[event]]`` of the kind ``hiring``."""

    jobs: SizeTable
    product: NonEmpty
    span: SpanTable
    pay: str = ""
    transfer: str = ""
    displacement: list[str | DisplacementTable] = Field(default=[])
    substitution: str = ""


@dataclass(frozen=True, kw_only=True)
class Hiring(Event):
    """People who are hired.

    Parameters
    ----------
    jobs : mapping
        ``{"commitment": id}`` or ``{"parameter": name}``, with ratios ``times`` and ``per`` that
        make persons of it.
    product : str
        What they make.
    span : Span
    pay : str
        Parameter [MEUR per person]; empty for the mean of the table's product.
    transfer, substitution : str
        Parameters, or empty.
    displacement : tuple of Displacement
    """

    kind: ClassVar[str] = "hiring"
    table: ClassVar[type[EventTable]] = HiringTable

    jobs: Mapping[str, Any]
    product: str
    span: Span
    pay: str = ""
    transfer: str = ""
    displacement: tuple[Displacement, ...] = ()
    substitution: str = ""

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(
            **cls.shared(table),
            jobs=table.jobs.chosen(),
            product=table.product,
            span=Span.of(table.span),
            pay=table.pay,
            transfer=table.transfer,
            displacement=displaced(table.displacement),
            substitution=table.substitution,
        )

    def sizes(self) -> tuple[Size, ...]:
        """Return the jobs."""
        return (Size("jobs", self.jobs, "persons"),)

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = [*super().named(money), *self.span.named(), (self.pay, (f"{money} per person",))]
        found += [(self.transfer, ("share",)), (self.substitution, ("share",))]
        return found + [(lost.parameter, lost.units) for lost in self.displacement]

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return (self.product,)

    def displacement_in(self, phase: str) -> tuple[Displacement, ...]:
        """Return what others lose."""
        return self.displacement if phase == "operation" else ()

    def transfer_in(self, phase: str) -> str:
        """Return the parameter for what only moves within the firm."""
        return self.transfer if phase == "operation" else ""

    def substitution_in(self, phase: str) -> str:
        """Return the parameter for what the firm would have done in another way."""
        return self.substitution if phase == "operation" else ""

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        return found + self.span.faults(file, self.pledge, years)

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Any]:
        """Return how many of them are in post in each year, shape (y, c) [share]."""
        return {("operation", ""): self.span.profile(setting, late=late)}

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return a year of all of them in post: their pay, and nothing bought."""
        jobs = quantity(self.jobs).values(setting.draws, {}, setting.promised)
        if self.pay:
            pay = setting.in_table_money(jobs * setting.draws[self.pay], table)
        else:
            pay = jobs * table.pay_per_job[table.products.position(self.product)]
        return [
            shock_part(
                self.pledge,
                "operation",
                setting,
                pay,
                products=len(table.products),
                profile=np.asarray(self.profiles(setting, late=False)["operation", ""]),
                activity=Activity(self.product, pay, pay, jobs),
            )
        ]
