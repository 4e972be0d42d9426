"""How large an event is: money, jobs, MW, m² or pieces, brought to what is needed by ratios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty
from econ.quantity.parameters import bare_name
from econ.scenario.crosschecks import Quantity
from econ.scenario.events.event import Event, Setting

__all__ = ["AmountTable", "JobsTable", "SizeTable", "jobs_of", "money_of", "quantity", "size_names"]

Array = npt.NDArray[np.float64]


class SizeTable(Declared):
    """A number to start from, and what it is multiplied with or divided by."""

    commitment: NonEmpty | None = None
    parameter: NonEmpty | None = None
    times: list[NonEmpty] = Field(default=[])
    per: list[NonEmpty] = Field(default=[])

    def starts(self) -> tuple[str, ...]:
        """Return the keys of which exactly one says where to start."""
        return ("commitment", "parameter")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        choices = sorted(self.starts())
        given = [name for name in choices if getattr(self, name) is not None]
        if len(given) != 1:
            found = ", ".join(given) or "none"
            raise ValueError(
                f"not understood, {found} given; give exactly one of: {', '.join(choices)}"
            )
        if (self.times or self.per) and not set(given) & {"commitment", "parameter"}:
            raise ValueError(f"ratios beside {given[0]}; times and per go with a number")
        return self

    def chosen(self) -> dict[str, Any]:
        """Return what is given."""
        return self.model_dump(exclude_none=True, exclude_defaults=True)


class AmountTable(SizeTable):
    """How the amount of an event is found."""

    own: int | None = None
    remainder: bool | None = None
    share: NonEmpty | None = None

    def starts(self) -> tuple[str, ...]:
        """Return the keys of which exactly one says where to start."""
        return ("own", "parameter", "remainder", "share", "commitment")

    @model_validator(mode="after")
    def _true_remainder(self) -> Self:
        if self.remainder is False:
            raise ValueError("remainder = false says nothing; leave it out or write true")
        return self


class JobsTable(SizeTable):
    """Where the number of jobs comes from."""

    per_million: NonEmpty | None = None

    def starts(self) -> tuple[str, ...]:
        """Return the keys of which exactly one says where to start."""
        return ("commitment", "parameter", "per_million")


def quantity(size: Mapping[str, Any]) -> Quantity:
    """Return the number that a commitment or parameter with its ratios makes."""
    return Quantity(
        "",
        commitment=size.get("commitment", ""),
        parameter=size.get("parameter", ""),
        times=tuple(size.get("times", ())),
        per=tuple(size.get("per", ())),
    )


def size_names(size: Mapping[str, Any]) -> list[str]:
    """Return the parameters of a size."""
    ratios = [*size.get("times", ()), *size.get("per", ())]
    named = [size.get("parameter", ""), *map(bare_name, ratios)]
    return [name for name in named if name]


def jobs_of(size: Mapping[str, Any], event: Event, setting: Setting) -> Array:
    """Return a number of jobs, shape (c,) [persons]."""
    if "per_million" in size:
        return setting.amounts[event.pledge] * setting.draws[size["per_million"]]
    return quantity(size).values(setting.draws, {}, setting.promised)


def money_of(size: Mapping[str, Any], setting: Setting) -> Array:
    """Return an amount that follows from a number and its ratios, shape (c,)."""
    return quantity(size).values(setting.draws, {}, setting.promised)
