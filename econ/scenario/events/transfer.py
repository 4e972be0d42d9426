"""Money that changes hands and produces nothing by itself: income of households, and equity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from econ.impact.shock import ProductionTable, ShockPart
from econ.scenario.bill_of_goods import Template
from econ.scenario.events.event import EventTable
from econ.scenario.events.over_works import OverWorks
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import AmountTable
from econ.scenario.events.timing import Works, WorksTable

__all__ = ["Equity", "HouseholdIncome", "TransferTable"]


class TransferTable(EventTable):
    """One ``[[event]]`` of the kinds ``household_income`` and ``equity``."""

    amount: AmountTable
    works: WorksTable


@dataclass(frozen=True, kw_only=True)
class _Transfer(OverWorks):
    """Money that changes hands over some years."""

    table: ClassVar[type[EventTable]] = TransferTable

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        amount, works = table.amount.chosen(), Works.of(table.works)
        return cls(**cls.shared(table), amount=amount, works=works)

    def _whole(self, setting: Setting, table: ProductionTable, destination: str) -> list[ShockPart]:
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        return self._part(setting, table, **{destination: amount})


@dataclass(frozen=True, kw_only=True)
class HouseholdIncome(_Transfer):
    """Income that households get without producing for it: only what they spend has an effect.

    The amount is disposable: after contributions and tax. It is induced effect alone.
    """

    kind: ClassVar[str] = "household_income"

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole amount as income."""
        return self._whole(setting, table, "income")


@dataclass(frozen=True, kw_only=True)
class Equity(_Transfer):
    """A stake that is bought: a claim changes its owner, and nothing is produced."""

    kind: ClassVar[str] = "equity"

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole amount as an existing asset."""
        return self._whole(setting, table, "existing_assets")
