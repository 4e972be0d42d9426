"""A study file's tables as people write them, and the records they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from econ.declared import Declared, is_file
from econ.errors import Fault, InputError
from econ.quantity.correlations import CorrelationTable
from econ.scenario.benchmarks import BenchmarkTable
from econ.scenario.bridge import Template
from econ.scenario.crosschecks import CrossCheckTable
from econ.scenario.energy import EnergyTable
from econ.scenario.events import Event, Operation, Programme, Works
from econ.scenario.people import PeopleTable
from econ.scenario.purse import FiscalTable
from econ.scenario.regions import RegionsTable
from econ.scenario.variants import VariantTable

__all__ = [
    "FEWEST_DRAWS",
    "MODELS",
    "MOST_DRAWS",
    "Promise",
    "StudyFile",
    "read_event",
    "read_programme",
    "read_promise",
    "read_templates",
]

NonEmpty = Annotated[str, Field(min_length=1)]
FEWEST_DRAWS = 2
MOST_DRAWS = 100_000
MODELS = ("closed", "open")


class _OneOf(Declared):
    """A table that holds exactly one of its keys."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            choices = ", ".join(type(self).model_fields)
            found = ", ".join(given) or "none"
            raise ValueError(f"not understood, {found} given; give exactly one of: {choices}")
        return self

    def chosen(self) -> dict[str, Any]:
        """Return the one key with its value."""
        return self.model_dump(exclude_none=True)


class AmountTable(_OneOf):
    """How the amount of an event is found."""

    own: int | None = None
    parameter: NonEmpty | None = None
    remainder: bool | None = None
    share: NonEmpty | None = None

    @model_validator(mode="after")
    def _true_remainder(self) -> Self:
        if self.remainder is False:
            raise ValueError("remainder = false says nothing; leave it out or write true")
        return self


class JobsTable(_OneOf):
    """Where the number of jobs comes from."""

    commitment: NonEmpty | None = None
    per_million: NonEmpty | None = None


class CostTable(_OneOf):
    """Where the running cost comes from."""

    per_capital: NonEmpty | None = None
    per_job: NonEmpty | None = None


class WorksTable(Declared):
    """When the investment is spent."""

    start: int
    shares: Annotated[list[float | str], Field(min_length=1)]
    slip: str = ""

    @model_validator(mode="after")
    def _positive(self) -> Self:
        numbers = [share for share in self.shares if not isinstance(share, str)]
        if any(number < 0 for number in numbers) or (numbers and not sum(numbers) > 0):
            raise ValueError("shares below zero, or all of them zero; write positive weights")
        return self


class OperationTable(Declared):
    """How the site runs."""

    template: NonEmpty
    product: NonEmpty
    opening: float
    ramp: NonEmpty
    jobs: JobsTable
    pay: NonEmpty
    cost: CostTable
    displacement: list[str] = Field(default=[])
    realised: str = ""


class NetOfTable(Declared):
    """What a sibling pledge spends on a group alone."""

    group: NonEmpty
    pledge: NonEmpty


class EventTable(Declared):
    """One ``[[event]]``."""

    pledge: NonEmpty
    amount: AmountTable
    template: NonEmpty
    works: WorksTable
    realised: NonEmpty
    operation: OperationTable | None = None
    net_of: NetOfTable | None = None
    reference_case: str = ""


class ProgrammeTable(Declared):
    """One ``[[programme]]``."""

    commitment: NonEmpty
    label: NonEmpty
    chain: Annotated[list[str], Field(min_length=1)]
    deadline: int
    at_most: str = ""


class PeakTable(Declared):
    """Direct jobs in a product in the busiest year of a pledge's works."""

    pledge: NonEmpty
    product: NonEmpty


class PromiseTable(Declared):
    """One ``[[promise]]``."""

    commitment: NonEmpty
    implied: dict[str, str] = Field(default={})
    peak: PeakTable | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.implied) == (self.peak is not None):
            raise ValueError("not understood; give either implied or peak")
        return self


class ExcludedTable(Declared):
    """One ``[[excluded]]``."""

    pledge: NonEmpty
    why: NonEmpty


class HouseholdsTable(Declared):
    """The parameters of the household closure, and the use whose basket households follow."""

    employer_contributions: NonEmpty
    employee_contributions: NonEmpty
    income_tax: NonEmpty
    propensity_to_consume: NonEmpty
    product_taxes: NonEmpty
    import_share: NonEmpty
    basket: NonEmpty
    without: list[str] = Field(default=[])


class AdditionalityTable(Declared):
    """The parameters of the steps that are the same for every event."""

    reference_case: NonEmpty
    leakage: NonEmpty
    crowding_out: NonEmpty


class CheckTable(Declared):
    """A parameter the page holds against the value-added share of a pledge's investment."""

    parameter: NonEmpty
    pledge: NonEmpty


class ThresholdTable(Declared):
    """A number that an outcome of the study may or may not exceed, and why that one."""

    outcome: NonEmpty
    value: float
    why: NonEmpty


class ReportTable(Declared):
    """What the page says of this study and no other: sentences, each printed where it is given."""

    economy: NonEmpty
    totals: str = ""
    promises: str = ""
    reference_case: str = ""
    bridge: str = ""
    programmes: str = ""
    money: str = ""
    products: str = ""
    left_out: str = ""
    check: CheckTable | None = None


class StudyTable(Declared):
    """``[study]``."""

    title: NonEmpty
    pledges: NonEmpty
    commitments: NonEmpty
    context: str = ""
    corrections: str = ""
    table: NonEmpty
    imports: NonEmpty
    employment: NonEmpty
    products: NonEmpty
    prices: NonEmpty
    rates: NonEmpty
    record: str = ""
    region: NonEmpty
    jobs_factor: str = ""
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    price_year: Annotated[int, Field(ge=1800, le=2200)]
    seed: Annotated[int, Field(ge=0)]
    draws: Annotated[int, Field(ge=FEWEST_DRAWS, le=MOST_DRAWS)]
    sampling: Literal["latin_hypercube", "sobol"] = "latin_hypercube"
    model: Literal["closed", "open"] = "closed"

    @model_validator(mode="after")
    def _first_before_last(self) -> Self:
        first, last = self.years
        if not 1800 <= first < last <= 2200:
            raise ValueError("years are no first and last year; write [first, last]")
        return self


class StudyFile(Declared):
    """A whole study file."""

    study: StudyTable
    additionality: AdditionalityTable
    households: HouseholdsTable
    report: ReportTable
    regions: RegionsTable | None = None
    fiscal: FiscalTable | None = None
    people: PeopleTable | None = None
    energy: EnergyTable | None = None
    event: Annotated[list[EventTable], Field(min_length=1)]
    programme: list[ProgrammeTable] = Field(default=[])
    promise: list[PromiseTable] = Field(default=[])
    crosscheck: list[CrossCheckTable] = Field(default=[])
    benchmark: list[BenchmarkTable] = Field(default=[])
    excluded: list[ExcludedTable] = Field(default=[])
    variant: list[VariantTable] = Field(default=[])
    threshold: list[ThresholdTable] = Field(default=[])
    correlation: list[CorrelationTable] = Field(default=[])
    assumptions: dict[str, dict[str, Any]] = Field(default={})


@dataclass(frozen=True)
class Promise:
    """A promised number of jobs, and how to find the number the euros imply.

    Parameters
    ----------
    implied : mapping of str to str
        Pledge to the parameter [persons per MEUR] that its investment is multiplied with.
    peak : mapping of str to str
        ``{"pledge": ..., "product": ...}``: direct jobs in the product in the busiest year.
    """

    commitment: str
    implied: Mapping[str, str]
    peak: Mapping[str, str]


def read_templates(
    file: StudyFile, folders: Sequence[Path], faults: list[Fault]
) -> dict[str, Template]:
    """Read every template a study names from the first folder that has it.

    What is wrong with them is added to `faults`.
    """
    names = [entry.template for entry in file.event]
    names += [entry.operation.template for entry in file.event if entry.operation]
    found = {}
    for name in dict.fromkeys(names):
        paths = [folder / f"{name}.toml" for folder in folders]
        try:
            found[name] = Template.load(next(filter(is_file, paths), paths[-1]))
        except InputError as error:
            faults += error.faults
    return found


def read_event(entry: EventTable, templates: Mapping[str, Template]) -> Event:
    """Turn an ``[[event]]`` table into its record."""
    works, site = entry.works, entry.operation
    return Event(
        pledge=entry.pledge,
        amount=entry.amount.chosen(),
        template=templates[entry.template],
        works=Works(works.start, tuple(works.shares), works.slip),
        realised=entry.realised,
        net_of=entry.net_of.model_dump() if entry.net_of else None,
        reference_case=entry.reference_case,
        operation=None
        if site is None
        else Operation(
            template=templates[site.template],
            product=site.product,
            opening=site.opening,
            ramp=site.ramp,
            jobs=site.jobs.chosen(),
            pay=site.pay,
            cost=site.cost.chosen(),
            displacement=tuple(site.displacement),
            realised=site.realised,
        ),
    )


def read_programme(entry: ProgrammeTable) -> Programme:
    """Turn a ``[[programme]]`` table into its record."""
    return Programme(
        commitment=entry.commitment,
        label=entry.label,
        chain=tuple(entry.chain),
        deadline=entry.deadline,
        at_most=entry.at_most,
    )


def read_promise(entry: PromiseTable) -> Promise:
    """Turn a ``[[promise]]`` table into its record."""
    return Promise(entry.commitment, entry.implied, entry.peak.model_dump() if entry.peak else {})
