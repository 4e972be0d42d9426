"""Public money: what it buys, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from econ.declared import NonEmpty
from econ.errors import Fault, InputError, nearest
from econ.impact.shock import ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions, Draws
from econ.scenario.bridge import Template, bill_of_goods
from econ.scenario.events.event import Event, EventTable, shock_part
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import AmountTable, Named
from econ.scenario.events.timing import Works, WorksTable

__all__ = ["RELABELLED", "SOURCES", "PublicFunding", "PublicFundingTable"]

Array = npt.NDArray[np.float64]

RELABELLED: Final = "relabelled"
SOURCES: Final = ("taxes", "borrowing", RELABELLED)
REMAINDER: Final = "remainder"


class PublicFundingTable(EventTable):
    """One ``[[event]]`` of the kind ``public_funding``."""

    amount: AmountTable
    template: NonEmpty
    works: WorksTable
    funding: dict[str, NonEmpty]
    offset: dict[str, NonEmpty] = Field(default={})

    @model_validator(mode="after")
    def _whole(self) -> Self:
        unknown = [name for name in (*self.funding, *self.offset) if name not in SOURCES]
        if unknown:
            raise ValueError(
                f"no such source of money, {unknown[0]}; {nearest(unknown[0], SOURCES)}"
            )
        if list(self.funding.values()).count(REMAINDER) != 1:
            raise ValueError(
                f"funding does not sum to one; write {REMAINDER} for one source and a parameter "
                "for every other"
            )
        costly = [name for name in self.funding if name != RELABELLED]
        if sorted(costly) != sorted(self.offset):
            raise ValueError(
                "offset does not match funding; say for taxes and borrowing what share of the "
                "effect they cost elsewhere, and for nothing else"
            )
        return self


@dataclass(frozen=True, kw_only=True)
class PublicFunding(Event):
    """Money that the state spends.

    Parameters
    ----------
    amount : mapping
        As of an investment.
    template : Template
        What it buys.
    works : Works
        When it is spent.
    funding : mapping of str to str
        By source, ``taxes``, ``borrowing`` or ``relabelled`` (a budget that was there): the
        parameter [share] of the money that comes from it; ``remainder`` for one of them.
    offset : mapping of str to str
        By source but the last: the parameter [share] of the effect that is lost elsewhere because
        the money is taken there. Of a re-labelled budget all is lost.
    """

    kind: ClassVar[str] = "public_funding"
    table: ClassVar[type[EventTable]] = PublicFundingTable
    public: ClassVar[bool] = True

    amount: Mapping[str, Any]
    template: Template
    works: Works
    funding: Mapping[str, str]
    offset: Mapping[str, str]

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(
            **cls.shared(table),
            amount=table.amount.chosen(),
            template=templates[table.template],
            works=Works.of(table.works),
            funding=table.funding,
            offset=table.offset,
        )

    @property
    def money(self) -> Mapping[str, Any]:
        """How the amount of the event is found."""
        return self.amount

    @property
    def used_templates(self) -> tuple[Template, ...]:
        """Template of the spending."""
        return (self.template,)

    @property
    def spends_by(self) -> Template:
        """Template of the spending."""
        return self.template

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = [*super().named(money), *self.works.named()]
        shares = [*self.funding.values(), *self.offset.values()]
        return found + [(name, ("share",)) for name in shares if name != REMAINDER]

    def roles(self) -> list[tuple[str, str]]:
        """Return the parameters that take something off, each with its step."""
        return super().roles() + [("funding offset", name) for name in self.offset.values()]

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter nobody knows, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        return found + self.works.faults(file, self.pledge, assumptions, years)

    def offsets(self, draws: Draws) -> Array:
        """Return what the sources of the money cost elsewhere, shape (c,) [share of the effect].

        Raises
        ------
        InputError
            When the shares of the sources exceed one in some draws.
        """
        given = {s: draws[name] for s, name in self.funding.items() if name != REMAINDER}
        rest = 1.0 - sum(given.values(), np.zeros(draws.columns))
        if (rest < 0.0).any():
            mend = "lower the shares of the sources; together they are one"
            problem = "funding does not sum to one in some draws"
            raise InputError.one("study", "funding", problem, mend, value=self.pledge)
        lost = np.zeros(draws.columns)
        for source in self.funding:
            whole = source == RELABELLED
            lost = lost + given.get(source, rest) * (1.0 if whole else draws[self.offset[source]])
        return lost

    def profiles(self, setting: Setting, *, late: bool) -> dict[tuple[str, str], Array]:
        """Return when it is spent, shape (y, c)."""
        return {("construction", ""): self.works.profile(self.pledge, setting, late=late)}

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole spending."""
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        bill = bill_of_goods(self.template, amount, setting.draws, table)
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
