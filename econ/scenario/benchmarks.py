"""What others reported of the like, per unit of money or in all, held against the study's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty
from econ.errors import EconError, Fault, nearest
from econ.impact.result import MEASURES
from econ.quantity.prices import Prices, convert
from econ.quantity.units import Unit

__all__ = ["Benchmark", "BenchmarkTable", "benchmark_faults"]

HEADS: Final = "employment"


class BenchmarkTable(Declared):
    """One ``[[benchmark]]`` of a study."""

    label: NonEmpty
    per: Literal["million", "total"] = "million"
    reported: float
    low: float | None = None
    high: float | None = None
    measure: NonEmpty
    phase: Literal["construction", "operation", "both"]
    years: Literal["all", "last"]
    pledges: Annotated[list[NonEmpty], Field(min_length=1)]
    source: NonEmpty
    why: NonEmpty
    price_year: Annotated[int, Field(ge=1800, le=2200)] | None = None

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        low = self.reported if self.low is None else self.low
        high = self.reported if self.high is None else self.high
        if not low <= self.reported <= high:
            raise ValueError("low, reported and high are out of order")
        return self

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(set(self.pledges)) < len(self.pledges):
            raise ValueError("a pledge that is named twice; name each once")
        return self

    @model_validator(mode="after")
    def _of_one_price_year(self) -> Self:
        if self.price_year is None and (self.measure == HEADS) == (self.per == "million"):
            raise ValueError("money of no year; write price_year, the year of the report's prices")
        return self


@dataclass(frozen=True)
class Benchmark:
    """A reported effect, and which of the study's own it is held against.

    Parameters
    ----------
    label : str
    reported, low, high : float [measure, per million of money or in all]
    measure : str
    phase : {"construction", "operation", "both"}
    years : {"all", "last"}
        Summed over all years, or a year of full operation.
    pledges : tuple of str
        The study's pledges to compare with.
    source : str
    why : str
        What explains the gap.
    per : {"million", "total"}
    price_year : int, optional
        Of the money it is reported in.
    """

    label: str
    reported: float
    low: float
    high: float
    measure: str
    phase: str
    years: str
    pledges: tuple[str, ...]
    source: str
    why: str
    per: str = "million"
    price_year: int | None = None

    @classmethod
    def of(cls, table: BenchmarkTable) -> Benchmark:
        """Turn a ``[[benchmark]]`` table into its record."""
        low = table.reported if table.low is None else table.low
        high = table.reported if table.high is None else table.high
        given = table.model_dump(exclude={"low", "high", "pledges"})
        return cls(low=low, high=high, pledges=tuple(table.pledges), **given)

    def at_prices(self, unit: Unit, prices: Prices) -> Benchmark:
        """Return what is reported as if its money were that of the unit's price year.

        Jobs per million become fewer where prices rose; money per million of the same year stays.

        Parameters
        ----------
        unit : Unit
            Money of the study.
        prices : Prices
        """
        if self.price_year is None or self.power == 0:
            return self
        there = Unit(unit.base, unit.scale, self.price_year)
        rise = convert(1.0, there, Unit(unit.base, unit.scale, unit.price_year), prices)
        by = rise**self.power
        low, high = self.low * by, self.high * by
        return replace(self, reported=self.reported * by, low=low, high=high)

    @property
    def power(self) -> int:
        """How often money stands above the line, less how often below it.

        Examples
        --------
        >>> jobs = Benchmark("x", 9.7, 9.7, 9.7, "employment", "both", "all", ("p",), "s", "w")
        >>> jobs.power
        -1
        """
        return (self.measure != HEADS) - (self.per == "million")


def benchmark_faults(
    file: str,
    benchmarks: Iterable[Benchmark],
    *,
    pledges: Iterable[str],
    sources: Mapping[str, object],
    unit: Unit,
    prices: Prices,
) -> list[Fault]:
    """Return measures, pledges and sources that nobody knows, and years without prices.

    Parameters
    ----------
    file : str
    benchmarks : iterable of Benchmark
    pledges : iterable of str
        Modelled pledges.
    sources : mapping of str to object
        Publications by key.
    unit : Unit
        Money of the study.
    prices : Prices
    """
    modelled = list(pledges)
    faults = []
    for mark in benchmarks:
        named = [("measure", mark.measure, MEASURES), ("source", mark.source, list(sources))]
        named += [("pledge", pledge, modelled) for pledge in mark.pledges]
        faults += [
            Fault(file, column, f"unknown {column}", nearest(value, known), mark.label, value)
            for column, value, known in named
            if value not in known
        ]
        try:
            mark.at_prices(unit, prices)
        except EconError as error:
            mend = "name a year that the prices reach"
            problem = str(error)
            faults.append(Fault(file, "price_year", problem, mend, mark.label, mark.price_year))
    return faults
