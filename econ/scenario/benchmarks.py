"""What others reported of the like, per unit of money or in all, held against the study's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, nearest
from econ.impact.result import MEASURES

__all__ = ["Benchmark", "BenchmarkTable", "benchmark_faults"]


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

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        low = self.reported if self.low is None else self.low
        high = self.reported if self.high is None else self.high
        if not low <= self.reported <= high:
            raise ValueError("low, reported and high are out of order")
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

    @classmethod
    def of(cls, table: BenchmarkTable) -> Benchmark:
        """Turn a ``[[benchmark]]`` table into its record."""
        low = table.reported if table.low is None else table.low
        high = table.reported if table.high is None else table.high
        given = table.model_dump(exclude={"low", "high", "pledges"})
        return cls(low=low, high=high, pledges=tuple(table.pledges), **given)


def benchmark_faults(
    file: str,
    benchmarks: Iterable[Benchmark],
    *,
    pledges: Iterable[str],
    sources: Mapping[str, object],
) -> list[Fault]:
    """Return measures, pledges and sources that nobody knows.

    Parameters
    ----------
    file : str
    benchmarks : iterable of Benchmark
    pledges : iterable of str
        Modelled pledges.
    sources : mapping of str to object
        Publications by key.
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
    return faults
