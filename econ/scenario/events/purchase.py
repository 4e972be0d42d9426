"""A stated output that is bought: demand for one product, spent once over some years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from econ.declared import NonEmpty
from econ.errors import Fault
from econ.impact.shock import ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Line, Template, bill_of_goods
from econ.scenario.events.event import Event, EventTable, shock_part
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import AmountTable, Named
from econ.scenario.events.timing import Works, WorksTable

__all__ = ["Purchase", "PurchaseTable", "one_product"]


class PurchaseTable(EventTable):
    """One ``[[event]]`` of the kind ``purchase``."""

    amount: AmountTable
    product: NonEmpty
    works: WorksTable
    use: NonEmpty
    import_share: NonEmpty = "table"


def one_product(pledge: str, product: str, use: str, import_share: str) -> Template:
    """Return the template that buys nothing but one product."""
    line = Line(product, "all", (), product=product, import_share=import_share)
    return Template(pledge, product, use, {"all": ""}, (line,), Path())


@dataclass(frozen=True, kw_only=True)
class Purchase(Event):
    """An output that is bought.

    Parameters
    ----------
    amount : mapping
        As of an investment.
    product, use : str
        What is bought, and the column of the table whose import share it has where
        `import_share` is ``table``.
    works : Works
        When the money is spent.
    import_share : str
        A parameter, or ``table``.
    """

    kind: ClassVar[str] = "purchase"
    table: ClassVar[type[EventTable]] = PurchaseTable

    amount: Mapping[str, Any]
    product: str
    works: Works
    use: str
    import_share: str = "table"

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(
            **cls.shared(table),
            amount=table.amount.chosen(),
            product=table.product,
            works=Works.of(table.works),
            use=table.use,
            import_share=table.import_share,
        )

    @property
    def money(self) -> Mapping[str, Any]:
        """How the amount of the event is found."""
        return self.amount

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = [*super().named(money), *self.works.named()]
        return [*found, ("" if self.import_share == "table" else self.import_share, ("share",))]

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return (self.product,)

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        return found + self.works.faults(file, self.pledge, assumptions, years)

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Any]:
        """Return when it is bought, shape (y, c)."""
        return {("construction", ""): self.works.profile(self.pledge, setting, late=late)}

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole purchase."""
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        template = one_product(self.pledge, self.product, self.use, self.import_share)
        bill = bill_of_goods(template, amount, setting.draws, table)
        return [
            shock_part(
                self.pledge,
                "construction",
                setting,
                amount,
                products=len(table.products),
                **bill.destinations(),
                profile=self.profiles(setting, late=False)["construction", ""],
            )
        ]
