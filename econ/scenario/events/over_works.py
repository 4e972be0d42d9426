"""What events have in common whose money is spent once, over works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from econ.errors import Fault
from econ.impact.shock import ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.events.event import Event, shock_part
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import Named
from econ.scenario.events.timing import Works

__all__ = ["OverWorks"]


@dataclass(frozen=True, kw_only=True)
class OverWorks(Event):
    """An event whose money is spent, given or moved once, over some years.

    Parameters
    ----------
    amount : mapping
        As of an investment.
    works : Works
        When the money is spent.
    """

    amount: Mapping[str, Any]
    works: Works

    @property
    def money(self) -> Mapping[str, Any]:
        """How the amount of the event is found."""
        return self.amount

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        return [*super().named(money), *self.works.named()]

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter and product nobody knows, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        return found + self.works.faults(file, self.pledge, assumptions, years)

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Any]:
        """Return when the money is spent, shape (y, c)."""
        return {("construction", ""): self.works.profile(self.pledge, setting, late=late)}

    def _part(self, setting: Setting, table: ProductionTable, **asked: Any) -> list[ShockPart]:
        """Return what the money asks of a table, in one part."""
        return [
            shock_part(
                self.pledge,
                "construction",
                setting,
                setting.in_table_money(setting.amounts[self.pledge], table),
                products=len(table.products),
                profile=self.profiles(setting, late=False)["construction", ""],
                **asked,
            )
        ]
