"""Programmes for people and firms: a head count that passes a chain of shares, and no demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, nearest
from econ.impact.shock import ProductionTable
from econ.quantity.parameters import Assumptions, Draws
from econ.scenario.bill_of_goods import Template
from econ.scenario.events.setting import Setting
from econ.scenario.events.size import Named
from econ.scenario.events.timing import CURVES

__all__ = ["Programme", "ProgrammeTable", "StartupSupport", "Training"]

Array = npt.NDArray[np.float64]


class ProgrammeTable(Declared):
    """What every ``[[event]]`` says that is a programme."""

    kind: NonEmpty
    commitment: NonEmpty
    label: NonEmpty
    deadline: int
    start: int | None = None
    curve: str = ""
    at_most: str = ""
    overlap: NonEmpty
    effect: NonEmpty

    @model_validator(mode="after")
    def _a_curve_and_its_start(self) -> Self:
        if self.curve and self.curve not in CURVES:
            raise ValueError(f"unknown curve {self.curve}; {nearest(self.curve, CURVES)}")
        if (self.start is None) == bool(self.curve):
            raise ValueError("a curve runs from a year; give start and curve, or none of them")
        if self.start is not None and self.start > self.deadline:
            raise ValueError("start lies after the deadline; correct one of the two")
        return self


class TrainingTable(ProgrammeTable):
    """One ``[[event]]`` of the kind ``training``."""

    completion: NonEmpty
    adoption: str = ""
    productivity: str = ""

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.adoption) != bool(self.productivity):
            raise ValueError("productivity is of those who use it; give adoption too, or none")
        return self


class StartupSupportTable(ProgrammeTable):
    """One ``[[event]]`` of the kind ``startup_support``."""

    survival: NonEmpty


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A promise to train people or to support firms.

    Parameters
    ----------
    commitment : str
    label : str
    deadline : int
        Last year of the programme.
    overlap : str
        Parameter [share]: those who would have had the like without it (deadweight).
    effect : str
        Parameter: additional people in work for each that is left.
    at_most : str
        Parameter that caps the head count by how many there are, or empty.
    start : int, optional
    curve : str
        How the head count is reached from `start` to the deadline, one of `CURVES`; empty for all
        at once at the deadline. Effects count from the year after.
    """

    kind: ClassVar[str] = ""
    table: ClassVar[type[ProgrammeTable]] = ProgrammeTable
    takes: ClassVar[str] = ""

    commitment: str
    label: str
    deadline: int
    overlap: str
    effect: str
    at_most: str = ""
    start: int | None = None
    curve: str = ""

    @classmethod
    def of(cls, table: Any, templates: Mapping[str, Template]) -> Self:
        """Turn an ``[[event]]`` table into its record."""
        return cls(**table.model_dump(exclude={"kind"}))

    @property
    def pledge(self) -> str:
        """The commitment, by which its results are named."""
        return self.commitment

    def named(self, money: str) -> Named:
        """Return its parameters, each with the units its role takes."""
        return [(self.overlap, ("share",)), (self.effect, ()), (self.at_most, ())]

    def parameter_units(self, money: str) -> Named:
        """Return its parameters, empty names left out."""
        return [(name, units) for name, units in self.named(money) if name]

    def faults(self, file: str, assumptions: Assumptions, years: Sequence[int]) -> list[Fault]:
        """Return every parameter nobody knows, and a deadline outside the years."""
        known = [parameter.name for parameter in assumptions]
        faults = [
            Fault(
                file, "parameter", "unknown parameter", nearest(name, known), self.commitment, name
            )
            for name, _ in self.parameter_units("")
            if name not in assumptions
        ]
        for column, year in (("deadline", self.deadline), ("start", self.start)):
            if year is not None and year not in years:
                mend = f"the study runs {years[0]} to {years[-1]}"
                faults.append(Fault(file, column, "outside the years", mend, self.commitment, year))
        return faults

    def heads(self, setting: Setting) -> Array:
        """Return how many the programme reaches beyond those reached anyway, shape (c,)."""
        draws = setting.draws
        heads = np.full(draws.columns, setting.promised(self.commitment))
        if self.at_most:
            heads = np.minimum(heads, draws[self.at_most])
        return heads * self.kept(draws) * (1.0 - draws[self.overlap])

    def kept(self, draws: Draws) -> Array:
        """Return the share that completes or survives, shape (c,)."""
        return np.ones(draws.columns)

    def yearly(self, setting: Setting, table: ProductionTable) -> dict[str, Array]:
        """Return what all of it does in a year, by measure, shape (c,) [persons; table's money]."""
        return {"employment": self.heads(setting) * setting.draws[self.effect]}

    def profile(self, setting: Setting) -> Array:
        """Return how much of the head count was reached before each year, shape (y,) [share]."""
        reached = np.zeros(len(setting.years))
        years = np.asarray(setting.years)
        if self.start is None:
            reached[years > self.deadline] = 1.0
            return reached
        curve = CURVES[self.curve](self.deadline - self.start + 1)
        done = np.cumsum(curve)
        for place, year in enumerate(setting.years):
            if year > self.start:
                reached[place] = done[min(year - self.start, len(done)) - 1]
        return reached


@dataclass(frozen=True, kw_only=True)
class Training(Programme):
    """People who are trained.

    Parameters
    ----------
    completion : str
        Parameter [share]: those who finish.
    adoption, productivity : str
        Parameters [share], or empty: those who use what they learned at work, and what each of
        them makes more of a mean job's GDP.
    """

    kind: ClassVar[str] = "training"
    table: ClassVar[type[ProgrammeTable]] = TrainingTable
    takes: ClassVar[str] = "people_trained"

    completion: str
    adoption: str = ""
    productivity: str = ""

    def named(self, money: str) -> Named:
        """Return its parameters, each with the units its role takes."""
        shares = (self.completion, self.adoption, self.productivity)
        return [*super().named(money), *[(name, ("share",)) for name in shares]]

    def kept(self, draws: Draws) -> Array:
        """Return the share that completes, shape (c,)."""
        return draws[self.completion]

    def yearly(self, setting: Setting, table: ProductionTable) -> dict[str, Array]:
        """Return additional people in work, and what users of the training make more."""
        found = super().yearly(setting, table)
        if self.productivity:
            draws = setting.draws
            users = self.heads(setting) * draws[self.adoption]
            found["gdp"] = users * draws[self.productivity] * table.gdp_per_job
        return found


@dataclass(frozen=True, kw_only=True)
class StartupSupport(Programme):
    """Firms that are supported.

    Parameters
    ----------
    survival : str
        Parameter [share]: those that are still there when their jobs are counted.
    """

    kind: ClassVar[str] = "startup_support"
    table: ClassVar[type[ProgrammeTable]] = StartupSupportTable
    takes: ClassVar[str] = "firms_supported"

    survival: str

    def named(self, money: str) -> Named:
        """Return its parameters, each with the units its role takes."""
        return [*super().named(money), (self.survival, ("share",))]

    def kept(self, draws: Draws) -> Array:
        """Return the share that survives, shape (c,)."""
        return draws[self.survival]
