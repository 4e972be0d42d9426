"""Public money: what it buys or whom it is given to, and where it comes from."""

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
from econ.scenario.bill_of_goods import Template, bill_of_goods
from econ.scenario.events.event import EventTable
from econ.scenario.events.over_works import OverWorks
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import AmountTable, Named, Size
from econ.scenario.events.timing import Works, WorksTable
from econ.scenario.steps_to_net import FUNDING

__all__ = ["RELABELLED", "SOURCES", "PublicFunding", "PublicFundingTable"]

Array = npt.NDArray[np.float64]

RELABELLED: Final = "relabelled"
SOURCES: Final = ("taxes", "borrowing", RELABELLED)
REMAINDER: Final = "remainder"


class PublicFundingTable(EventTable):
    """One ``[[event]]`` of the kind ``public_funding``."""

    amount: AmountTable
    template: str = ""
    supports: list[NonEmpty] = Field(default=[])
    works: WorksTable
    funding: dict[str, NonEmpty]
    offset: dict[str, NonEmpty] = Field(default={})
    instead: str = ""

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

    @model_validator(mode="after")
    def _spent_or_given(self) -> Self:
        if bool(self.template) == bool(self.supports):
            raise ValueError(
                "not understood; give a template where the state buys, supports where it pays for "
                "pledges that buy themselves"
            )
        if len(set(self.supports)) < len(self.supports):
            raise ValueError("one pledge supported twice; name it once")
        if bool(self.instead) != (bool(self.supports) and RELABELLED in self.funding):
            raise ValueError(
                "instead is the template of what a re-labelled budget would have bought; give it "
                "with supports and relabelled, and leave it out otherwise"
            )
        own = ("realised", "abandoned", "reference_case", "unemployment")
        if self.supports and any(getattr(self, name) for name in own):
            raise ValueError(
                "support is paid as far as its pledge is carried out; leave out "
                f"{', '.join(own)} and say it there"
            )
        if self.supports and {"share", "remainder"} & set(self.amount.chosen()):
            raise ValueError(
                "support is no part of a parent; give its amount by own, parameter or commitment"
            )
        return self


@dataclass(frozen=True, kw_only=True)
class PublicFunding(OverWorks):
    """Money that the state spends, or gives to pledges that spend it.

    Parameters
    ----------
    template : Template, optional
        What the state buys.
    funding : mapping of str to str
        By source, ``taxes``, ``borrowing`` or ``relabelled`` (a budget that was there): the
        parameter [share] of the money that comes from it; ``remainder`` for one of them.
    offset : mapping of str to str
        By source but the last: the parameter [share] of what is lost elsewhere because the money
        is taken there. Of a re-labelled budget all is lost. Where the state buys itself, it is a
        share of the effect of what it buys; where it gives, of what households would have spent.
    supports : tuple of str
        The pledges it is given to. Their money holds it, so that it asks for nothing itself; what
        it costs elsewhere is booked at them.
    instead : Template, optional
        What a re-labelled budget that is given would have bought.
    """

    kind: ClassVar[str] = "public_funding"
    table: ClassVar[type[EventTable]] = PublicFundingTable
    public: ClassVar[bool] = True

    template: Template | None
    funding: Mapping[str, str]
    offset: Mapping[str, str]
    supports: tuple[str, ...] = ()
    instead: Template | None = None

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(
            **cls.shared(table),
            amount=table.amount.chosen(),
            template=templates[table.template] if table.template else None,
            works=Works.of(table.works),
            funding=table.funding,
            offset=table.offset,
            supports=tuple(table.supports),
            instead=templates[table.instead] if table.instead else None,
        )

    @property
    def money(self) -> Mapping[str, Any]:
        """How the amount is found that the state spends itself; what it gives, others spend."""
        return {} if self.supports else self.amount

    @property
    def used_templates(self) -> tuple[Template, ...]:
        """Template of the spending, or of what a budget would have bought."""
        return tuple(template for template in (self.template, self.instead) if template)

    @property
    def spends_by(self) -> Template | None:
        """Template of the spending."""
        return self.template

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the money comes from."""
        return tuple(self.funding)

    def sizes(self) -> tuple[Size, ...]:
        """Return the amount, spent or given."""
        return (Size("amount", self.amount, "money"),)

    def instead_of(self, source: str) -> Template | None:
        """Return what a budget would have bought; nothing for households."""
        return self.instead if source == RELABELLED else None

    def named(self, money: str) -> Named:
        """Return the parameters the event names itself, each with the units its role takes."""
        found = super().named(money)
        shares = [*self.funding.values(), *self.offset.values()]
        return found + [(name, ("share",)) for name in shares if name != REMAINDER]

    def roles(self) -> list[tuple[str, str]]:
        """Return the parameters that take something off, each with its step."""
        return super().roles() + [(FUNDING, name) for name in self.offset.values()]

    def faults(
        self, file: str, assumptions: Assumptions, years: Sequence[int], products: Axis
    ) -> list[Fault]:
        """Return every parameter nobody knows, sources above one, and years that do not fit."""
        found = super().faults(file, assumptions, years, products)
        given = [name for name in self.funding.values() if name in assumptions]
        if sum(assumptions.drawn(name).high for name in given) > 1.0:
            mend = "lower their ranges so that even the highest leave something for the remainder"
            value = ", ".join(given)
            problem = "funding does not sum to one"
            found.append(Fault(file, "funding", problem, mend, self.pledge, value))
        return found

    def lost_by_source(self, draws: Draws) -> dict[str, Array]:
        """Return what each source of the money costs elsewhere, shape (c,) [share of all].

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
        return {
            source: given.get(source, rest)
            * (1.0 if source == RELABELLED else draws[self.offset[source]])
            for source in self.funding
        }

    def offsets(self, draws: Draws) -> Array:
        """Return what the money costs elsewhere, shape (c,) [share of what the state buys]."""
        if self.supports:
            return super().offsets(draws)
        return sum(self.lost_by_source(draws).values(), np.zeros(draws.columns))

    def parts(self, setting: Setting, table: ProductionTable) -> list[ShockPart]:
        """Return the whole spending; nothing of what others spend."""
        if self.template is None:
            return []
        amount = setting.in_table_money(setting.amounts[self.pledge], table)
        bill = bill_of_goods(self.template, amount, setting.draws, table)
        return self._part(setting, table, **bill.destinations())
