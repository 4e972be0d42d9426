"""A study file's tables as people write them, and the records they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty, declared, is_file
from econ.errors import Fault, InputError, nearest
from econ.quantity.correlations import CorrelationTable
from econ.scenario.benchmarks import BenchmarkTable
from econ.scenario.bill_of_goods import Template
from econ.scenario.crosschecks import CrossCheckTable
from econ.scenario.energy import EnergyTable
from econ.scenario.events import EVENTS, PROGRAMMES, CapitalExpenditure, Event, Programme
from econ.scenario.evidence import EvidenceTable
from econ.scenario.people import PeopleTable
from econ.scenario.purse import FiscalTable
from econ.scenario.regions import RegionsTable
from econ.scenario.regressions import RegressionTable
from econ.scenario.steps_to_net import ATTRIBUTION, CROWDING, LEAKAGE, REFERENCE
from econ.scenario.variants import VariantTable

__all__ = [
    "FEWEST_DRAWS",
    "MODELS",
    "MOST_DRAWS",
    "Promise",
    "StudyFile",
    "declared_events",
    "read_events",
    "read_programmes",
    "read_promise",
    "read_templates",
    "template_file",
]

FEWEST_DRAWS = 2
MOST_DRAWS = 100_000
MODELS = ("closed", "open")


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


class SlackTable(Declared):
    """How crowding out follows the slack of the labour market around a site."""

    response: NonEmpty
    unemployment: NonEmpty


class ClearingTable(Declared):
    """How crowding out grows with the years, as the labour market clears."""

    share: NonEmpty
    years: NonEmpty


class AdditionalityTable(Declared):
    """The parameters of the steps that are the same for every event."""

    reference_case: NonEmpty
    leakage: NonEmpty
    crowding_out: NonEmpty
    slack: SlackTable | None = None
    clearing: ClearingTable | None = None
    attribution: str = ""

    def named(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the parameters named here, each with the units its place takes."""
        shares = [self.reference_case, self.leakage, self.crowding_out, self.attribution]
        found: list[tuple[str, tuple[str, ...]]] = [(n, ("share",)) for n in shares if n]
        if self.slack is not None:
            found += [(self.slack.response, ("ratio",)), (self.slack.unemployment, ("share",))]
        if self.clearing is not None:
            found += [(self.clearing.share, ("share",)), (self.clearing.years, ("years",))]
        return found

    def roles(self) -> list[tuple[str, str]]:
        """Return the parameters that take something off, each with its step."""
        named = [(REFERENCE, self.reference_case), (LEAKAGE, self.leakage)]
        named += [(CROWDING, self.crowding_out), (ATTRIBUTION, self.attribution)]
        later = "" if self.clearing is None else self.clearing.share
        named.append((f"{CROWDING} in the long run", later))
        return [(step, name) for step, name in named if name]


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
    discount_rate: str = ""
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
    evidence: EvidenceTable | None = None
    event: Annotated[list[dict[str, Any]], Field(min_length=1)]
    promise: list[PromiseTable] = Field(default=[])
    crosscheck: list[CrossCheckTable] = Field(default=[])
    benchmark: list[BenchmarkTable] = Field(default=[])
    excluded: list[ExcludedTable] = Field(default=[])
    variant: list[VariantTable] = Field(default=[])
    threshold: list[ThresholdTable] = Field(default=[])
    regression: list[RegressionTable] = Field(default=[])
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


def declared_events(entries: object, name: str) -> tuple[list[tuple[str, Any]], list[Fault]]:
    """Return every ``[[event]]`` held to the shape of its kind, and what is wrong with them."""
    tables: list[tuple[str, Any]] = []
    faults: list[Fault] = []
    kinds: dict[str, type[Event] | type[Programme]] = {**EVENTS, **PROGRAMMES}
    given = entries if isinstance(entries, list) else []
    for place, entry in enumerate(given, start=1):
        if not isinstance(entry, dict):
            continue
        kind = entry.get("kind", CapitalExpenditure.kind)
        who = next((entry[n] for n in ("pledge", "commitment") if n in entry), place)
        where = f"event {who}"
        if not isinstance(kind, str) or kind not in kinds:
            mend = nearest(str(kind)[:80], kinds)
            faults.append(Fault(name, "kind", "no such kind of event", mend, where, kind))
            continue
        try:
            tables.append((kind, declared(kinds[kind].table, entry, name, where)))
        except InputError as error:
            faults += error.faults
    return tables, faults


def template_file(name: str, folders: Sequence[Path]) -> Path:
    """Return the file of a template in the first folder that has it; a path is no name."""
    if not name.strip() or name.startswith(".") or any(sign in name for sign in "/\\:"):
        mend = "write its name alone; the file stands beside the study or in the data's templates"
        raise InputError.one("template", "template", "a path, not a name", mend, value=name)
    paths = [folder / f"{name}.toml" for folder in folders]
    return next(filter(is_file, paths), paths[-1])


def read_templates(
    tables: Sequence[tuple[str, Any]], folders: Sequence[Path], faults: list[Fault]
) -> dict[str, Template]:
    """Read every template the events name from the first folder that has it.

    What is wrong with them is added to `faults`.
    """
    named = [getattr(table, key, "") for _, table in tables for key in ("template", "instead")]
    sites = [getattr(table, "operation", None) for _, table in tables]
    named += [site.template for site in sites if site is not None]
    found = {}
    for name in dict.fromkeys(named):
        if not name:
            continue
        try:
            found[name] = Template.load(template_file(name, folders))
        except InputError as error:
            faults += error.faults
    return found


def read_events(
    tables: Sequence[tuple[str, Any]], templates: Mapping[str, Template]
) -> tuple[Event, ...]:
    """Return the records of the events that spend, hire or transfer."""
    return tuple(EVENTS[kind].of(t, templates) for kind, t in tables if kind in EVENTS)


def read_programmes(
    tables: Sequence[tuple[str, Any]], templates: Mapping[str, Template]
) -> tuple[Programme, ...]:
    """Return the records of the programmes for people and firms."""
    return tuple(PROGRAMMES[kind].of(t, templates) for kind, t in tables if kind in PROGRAMMES)


def read_promise(entry: PromiseTable) -> Promise:
    """Turn a ``[[promise]]`` table into its record."""
    return Promise(entry.commitment, entry.implied, entry.peak.model_dump() if entry.peak else {})
