"""How large an event is: money, jobs, MW, m² or pieces, brought to what is needed by ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty
from econ.quantity.parameters import bare_name
from econ.scenario.crosschecks import Quantity
from econ.scenario.events.setting import Setting

__all__ = [
    "SHARE",
    "AmountTable",
    "JobsTable",
    "Named",
    "Size",
    "SizeTable",
    "jobs_of",
    "money_of",
    "quantity",
]

Array = npt.NDArray[np.float64]
Named = list[tuple[str, tuple[str, ...]]]
SHARE: Final = ("share", "persons per person")
JOBS: Final = ("jobs_permanent", "jobs_construction")
# What jobs may be reckoned from with ratios: pieces of equipment, or firms.
WITH_JOBS: Final = ("equipment", "firms_supported")


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


@dataclass(frozen=True)
class Size:
    """One size of an event, as it was declared.

    Parameters
    ----------
    column : str
        Where it is declared: ``amount``, ``jobs`` or ``yearly``.
    given : mapping
        As of one of the tables of this module.
    counts : {"money", "persons"}
        What a number with its ratios has to make.
    """

    column: str
    given: Mapping[str, Any]
    counts: str

    @property
    def commitment(self) -> str:
        """The promised number it starts from, or nothing; no other size of its column may."""
        return str(self.given.get("commitment", ""))

    @property
    def is_number(self) -> bool:
        """Whether it is a number with ratios, and no share of something else."""
        return bool({"commitment", "parameter"} & set(self.given))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of commitment it may start from; none for any, as anything may cost money.

        Examples
        --------
        >>> Size("jobs", {"commitment": "gpus"}, "persons").kinds
        ('jobs_permanent', 'jobs_construction')
        """
        if self.counts == "money":
            return ()
        reckoned = "times" in self.given or "per" in self.given
        return (*JOBS, *WITH_JOBS) if reckoned else JOBS

    def names(self) -> list[str]:
        """Return the parameters of a number with ratios."""
        ratios = [*self.given.get("times", ()), *self.given.get("per", ())]
        named = [self.given.get("parameter", ""), *map(bare_name, ratios)]
        return [name for name in named if name]

    def named(self, money: str) -> Named:
        """Return its parameters, each with the units its role takes; none where ratios follow."""
        return [
            (self.given.get("share", ""), SHARE),
            (self.given.get("per_million", ""), (f"persons per {money}",)),
            *((name, ()) for name in self.names()),
        ]


def jobs_of(size: Mapping[str, Any], pledge: str, setting: Setting) -> Array:
    """Return a number of jobs, shape (c,) [persons]."""
    if "per_million" in size:
        return setting.amounts[pledge] * setting.draws[size["per_million"]]
    return quantity(size).values(setting.draws, {}, setting.promised)


def money_of(size: Mapping[str, Any], setting: Setting) -> Array:
    """Return an amount that follows from a number and its ratios, shape (c,)."""
    return quantity(size).values(setting.draws, {}, setting.promised)
