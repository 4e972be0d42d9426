"""A stated output that is bought: demand for one product, spent once over some years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from econ.declared import NonEmpty
from econ.impact.shock import ProductionTable, ShockPart
from econ.scenario.bill_of_goods import Line, Template, bill_of_goods
from econ.scenario.events.event import EventTable
from econ.scenario.events.over_works import OverWorks
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
class Purchase(OverWorks):
    """An output that is bought.

    Parameters
    ----------
    product, use : str
        What is bought, and the column of the table whose import share it has where
        `import_share` is ``table``.
    import_share : str
        A parameter, or ``table``.
    """

    kind: ClassVar[str] = "purchase"
    table: ClassVar[type[EventTable]] = PurchaseTable

    product: str
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

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = super().named(money)
        return [*found, ("" if self.import_share == "table" else self.import_share, ("share",))]

    def products(self) -> tuple[str, ...]:
        """Return the products the event names itself."""
        return (self.product,)

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole purchase."""
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        template = one_product(self.pledge, self.product, self.use, self.import_share)
        bill = bill_of_goods(template, amount, setting.draws, table)
        return self._part(setting, table, **bill.destinations())
