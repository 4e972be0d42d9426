"""Money that changes hands and produces nothing by itself: income of households, and equity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from econ.errors import Fault
from econ.impact.shock import ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Template
from econ.scenario.events.event import Event, EventTable, shock_part
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import AmountTable, Named
from econ.scenario.events.timing import Works, WorksTable

__all__ = ["Equity", "HouseholdIncome", "TransferTable"]


class TransferTable(EventTable):
    """One ``[[event]]`` of the kinds ``household_income`` and ``equity``."""

    amount: AmountTable
    works: WorksTable


@dataclass(frozen=True, kw_only=True)
class _Transfer(Event):
    """Money that changes hands over some years.

    Parameters
    ----------
    amount : mapping
        As of an investment.
    works : Works
        When it changes hands.
    """

    table: ClassVar[type[EventTable]] = TransferTable

    amount: Mapping[str, Any]
    works: Works

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        amount, works = table.amount.chosen(), Works.of(table.works)
        return cls(**cls.shared(table), amount=amount, works=works)

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
        """Return every parameter nobody knows, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        return found + self.works.faults(file, self.pledge, assumptions, years)

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Any]:
        """Return when it changes hands, shape (y, c)."""
        return {("construction", ""): self.works.profile(self.pledge, setting, late=late)}

    def _part(self, setting: Setting, table: ProductionTable, destination: str) -> list[ShockPart]:
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        return [
            shock_part(
                self.pledge,
                "construction",
                setting,
                amount,
                products=len(table.products),
                profile=self.profiles(setting, late=False)["construction", ""],
                **{destination: amount},
            )
        ]


@dataclass(frozen=True, kw_only=True)
class HouseholdIncome(_Transfer):
    """Income that households get without producing for it: only what they spend has an effect.

    The amount is disposable: after contributions and tax. It is induced effect alone.
    """

    kind: ClassVar[str] = "household_income"

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole amount as income."""
        return self._part(setting, table, "income")


@dataclass(frozen=True, kw_only=True)
class Equity(_Transfer):
    """A stake that is bought: a claim changes its owner, and nothing is produced."""

    kind: ClassVar[str] = "equity"

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole amount as an existing asset."""
        return self._part(setting, table, "existing_assets")
