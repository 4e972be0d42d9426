"""A contract to buy energy: a yearly quantity at a price, from one product of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import Field

from econ.declared import NonEmpty
from econ.errors import Fault
from econ.impact.shock import Activity, ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Template, bill_of_goods
from econ.scenario.events.event import (
    Displacement,
    DisplacementTable,
    Event,
    EventTable,
    displaced,
    shock_part,
)
from econ.scenario.events.purchase import one_product
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import Named, Size, SizeTable, money_of
from econ.scenario.events.timing import Span, SpanTable

__all__ = ["EnergySupply", "EnergySupplyTable"]


class EnergySupplyTable(EventTable):
    """One ``[[event]]`` of the kind ``energy_supply``."""

    yearly: SizeTable
    product: NonEmpty
    use: NonEmpty
    span: SpanTable
    site: str = ""
    displacement: list[str | DisplacementTable] = Field(default=[])


@dataclass(frozen=True, kw_only=True)
class EnergySupply(Event):
    """Energy that is bought under a contract.

    Parameters
    ----------
    yearly : mapping
        A ``commitment`` or ``parameter`` (MW, GWh) with ratios ``times`` and ``per`` (hours,
        price) that make money a year of it.
    product, use : str
        What is bought, and the column of the table whose import share it has.
    span : Span
    site : str
        The pledge whose site it supplies, or empty. Where that site's template buys the same
        product already, the contract would count it twice and is refused.
    displacement : tuple of Displacement
        What other buyers would have taken of it: a share of the contract. Jobs lost in a product
        are counted per job of the event, and a contract has none: a product is refused.
    """

    kind: ClassVar[str] = "energy_supply"
    table: ClassVar[type[EventTable]] = EnergySupplyTable

    yearly: Mapping[str, Any]
    product: str
    use: str
    span: Span
    site: str = ""
    displacement: tuple[Displacement, ...] = ()

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(
            **cls.shared(table),
            yearly=table.yearly.chosen(),
            product=table.product,
            use=table.use,
            span=Span.of(table.span),
            site=table.site,
            displacement=displaced(table.displacement),
        )

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = [*super().named(money), *self.span.named()]
        return found + [(lost.parameter, lost.units) for lost in self.displacement]

    def sizes(self) -> tuple[Size, ...]:
        """Return the money of a year."""
        return (Size("yearly", self.yearly, "money"),)

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return (self.product,)

    def displacement_in(self, phase: str) -> tuple[Displacement, ...]:
        """Return what others lose."""
        return self.displacement if phase == "operation" else ()

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        mend = "a contract has no jobs to count them by; give a parameter alone, a share of it"
        found += [
            Fault(file, "displacement", "jobs of others per job", mend, self.pledge, lost.product)
            for lost in self.displacement
            if lost.product
        ]
        return found + self.span.faults(file, self.pledge, years)

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Any]:
        """Return how far the contract runs in each year, shape (y, c)."""
        return {("operation", ""): self.span.profile(setting, late=late)}

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return a year of the contract; what is bought is indirect, as with any running site."""
        bought = setting.in_table_money(money_of(self.yearly, setting), table)
        template = one_product(self.pledge, self.product, self.use, "table")
        bill = bill_of_goods(template, bought, setting.draws, table)
        nothing = 0.0 * bought
        return [
            shock_part(
                self.pledge,
                "operation",
                setting,
                bought,
                products=len(table.products),
                **bill.destinations(),
                profile=self.profiles(setting, late=False)["operation", ""],
                activity=Activity(self.product, nothing, nothing, nothing),
            )
        ]
