"""When an event happens: works that are spent over years, and what runs until a horizon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from econ.declared import Declared
from econ.errors import Fault, InputError, nearest
from econ.kernels.phasing import (
    even_curve,
    front_loaded_curve,
    milestone_curve,
    operating_profile,
    s_curve,
    shifted_profile,
)
from econ.quantity.parameters import Assumptions
from econ.scenario.events.setting import Setting

__all__ = ["CURVES", "Span", "SpanTable", "Works", "WorksTable"]

Array = npt.NDArray[np.float64]

CURVES: Final[Mapping[str, Callable[[int], Array]]] = {
    "even": even_curve,
    "front-loaded": front_loaded_curve,
    "s-curve": s_curve,
}


# No longer than the years of a study may be; what is larger is no year.
Year = Annotated[int, Field(ge=1800, le=2200)]


class WorksTable(Declared):
    """When the money is spent."""

    start: Year
    shares: Annotated[list[float | str], Field(min_length=1)] | None = None
    curve: str = ""
    until: Year | None = None
    milestones: dict[str, float] = Field(default={})
    slip: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if [self.shares is None, not self.curve, not self.milestones].count(False) != 1:
            raise ValueError("not understood; give one of shares, curve, milestones")
        if self.shares is not None:
            numbers = [share for share in self.shares if not isinstance(share, str)]
            if any(number < 0 for number in numbers) or (numbers and not sum(numbers) > 0):
                raise ValueError("shares below zero, or all of them zero; write positive weights")
        return self

    @model_validator(mode="after")
    def _a_curve_and_its_end(self) -> Self:
        if self.curve and self.curve not in CURVES:
            raise ValueError(f"unknown curve {self.curve}; {nearest(self.curve, CURVES)}")
        if (self.until is not None) != bool(self.curve):
            raise ValueError("a curve runs until a year; give both or none")
        if self.until is not None and self.until < self.start:
            raise ValueError("until lies before start; correct one of the two")
        return self

    @model_validator(mode="after")
    def _rising_milestones(self) -> Self:
        if not self.milestones:
            return self
        try:
            days = [_in_years(day) for day in self.milestones]
        except ValueError:
            raise ValueError("a milestone is no date; write 2025-06-30 = 0.4") from None
        reached = list(self.milestones.values())
        if sorted(days) != days or sorted(reached) != reached or reached[0] < 0:
            raise ValueError("milestones do not rise; write dates and shares in order")
        if not np.isclose(reached[-1], 1.0):
            raise ValueError("milestones do not end at one; say by when all of it is spent")
        if days[0] <= self.start:
            raise ValueError("a milestone lies before start; correct one of the two")
        if len(set(days)) < len(days):
            raise ValueError("two milestones on one day; keep one")
        return self


@dataclass(frozen=True)
class Works:
    """When money is spent.

    Parameters
    ----------
    start : int
        First year, as announced.
    shares : tuple of float or str
        Weight of each year; a number, or a parameter.
    slip : str
        Parameter [years], or empty: delay against the announcement.

    Examples
    --------
    >>> Works.curve("even", 2024, 2025).shares
    (0.5, 0.5)
    """

    start: int
    shares: tuple[float | str, ...]
    slip: str = ""

    @classmethod
    def of(cls, table: WorksTable) -> Works:
        """Turn a ``works`` table into its record."""
        if table.curve and table.until is not None:
            return cls.curve(table.curve, table.start, table.until, table.slip)
        if table.milestones:
            return cls.milestones(table.start, table.milestones, table.slip)
        return cls(table.start, tuple(table.shares or ()), table.slip)

    @classmethod
    def curve(cls, name: str, start: int, until: int, slip: str = "") -> Works:
        """Return works by one of `CURVES`, the last year included."""
        if name not in CURVES:
            raise InputError.one("works", "curve", "unknown", nearest(name, CURVES), value=name)
        return cls(start, tuple(CURVES[name](until - start + 1).tolist()), slip)

    @classmethod
    def milestones(cls, start: int, reached: Mapping[str, float], slip: str = "") -> Works:
        """Return works by the share that is spent by each date, straight lines between.

        Examples
        --------
        >>> Works.milestones(2024, {"2025-01-01": 0.4, "2026-01-01": 1.0}).shares
        (0.4, 0.6)
        """
        dates = np.array([float(start), *[_in_years(day) for day in reached]])
        shares = np.array([0.0, *reached.values()])
        years = np.arange(start, int(np.ceil(dates[-1])), dtype=np.float64)
        found = milestone_curve(years, dates, shares)
        return cls(start, tuple(float(share) for share in found.round(12)), slip)

    @property
    def last(self) -> int:
        """Last year in which money is spent, as announced."""
        spent = [place for place, share in enumerate(self.shares) if share != 0]
        return self.start + max(spent, default=0)

    def named(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return its parameters, each with the units its role takes."""
        weights = [(name, ("weight", "share")) for name in self.shares if isinstance(name, str)]
        return [(self.slip, ("years",)), *weights]

    def profile(self, pledge: str, setting: Setting, *, late: bool) -> Array:
        """Return the share that is spent in each year, shape (y, c)."""
        draws = setting.draws
        weights = np.stack(
            [
                draws[share] if isinstance(share, str) else np.full(draws.columns, float(share))
                for share in self.shares
            ]
        )
        shares = np.zeros((len(setting.years), draws.columns))
        first = self.start - setting.years[0]
        shares[first : first + len(weights)] = weights / weights.sum(axis=0)
        try:
            return shifted_profile(shares, self.delay(setting, late=late))
        except ValueError as error:
            mend = f"lengthen the years, or narrow {self.slip}"
            problem = f"works outside the years in some draws: {error}"
            raise InputError.one("study", "years", problem, mend, value=pledge) from error

    def delay(self, setting: Setting, *, late: bool) -> Array:
        """Return the delay against the announcement, shape (c,) [years]."""
        if late and self.slip:
            return setting.draws[self.slip]
        return np.zeros(setting.draws.columns)

    def faults(
        self, file: str, pledge: str, assumptions: Assumptions, years: Sequence[int]
    ) -> list[Fault]:
        """Return works that do not lie within the years."""
        last = self.start + len(self.shares) - 1
        latest = last + (assumptions.drawn(self.slip).high if self.slip in assumptions else 0.0)
        if self.start >= years[0] and latest <= years[-1]:
            return []
        mend = f"works run {self.start} to {latest:g} with delay; widen the years"
        return [Fault(file, "years", "works outside the years", mend, pledge, list(years))]


class SpanTable(Declared):
    """From when until when something runs."""

    start: float
    closing: float | None = None
    ramp: str = ""
    slip: str = ""


@dataclass(frozen=True)
class Span:
    """From when until when something runs, at the same yearly size once it is full.

    Parameters
    ----------
    start : float
        Calendar year with fraction, as announced.
    closing : float
        The same; infinite for the end of the study.
    ramp, slip : str
        Parameters [years], or empty: from start to full size; delay against the announcement.
    """

    start: float
    closing: float = field(default=np.inf)
    ramp: str = ""
    slip: str = ""

    @classmethod
    def of(cls, table: SpanTable) -> Span:
        """Turn a ``span`` table into its record."""
        closing = np.inf if table.closing is None else table.closing
        return cls(table.start, closing, table.ramp, table.slip)

    def named(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return its parameters, each with the units its role takes."""
        return [(self.ramp, ("years",)), (self.slip, ("years",))]

    def profile(self, setting: Setting, *, late: bool) -> Array:
        """Return how far it runs in each year, shape (y, c) [share of full size]."""
        draws = setting.draws
        nothing = np.zeros(draws.columns)
        slip = draws[self.slip] if late and self.slip else nothing
        ramp = draws[self.ramp] if self.ramp else nothing
        years = np.asarray(setting.years, dtype=np.float64)
        return operating_profile(years, self.start + slip, ramp, self.closing)

    def faults(self, file: str, pledge: str, years: Sequence[int]) -> list[Fault]:
        """Return a start after the years or before them, and an end before the start."""
        faults = []
        if not years[0] <= self.start < years[-1] + 1:
            mend = f"the study runs {years[0]} to {years[-1]}; start within it"
            faults.append(Fault(file, "start", "outside the years", mend, pledge, self.start))
        if self.closing <= self.start:
            mend = f"it starts in {self.start:g}; correct one of the two"
            faults.append(
                Fault(file, "closing", "closes before it opens", mend, pledge, self.closing)
            )
        return faults


def _in_years(day: str) -> float:
    """Return a date as a calendar year with fraction.

    Examples
    --------
    >>> _in_years("2025-07-02")
    2025.5
    """
    found = date.fromisoformat(day)
    first, following = date(found.year, 1, 1), date(found.year + 1, 1, 1)
    return round(found.year + (found - first) / (following - first), 2)
