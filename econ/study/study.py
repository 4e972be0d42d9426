"""`Study`: a question with everything needed to answer it; read from ``data/studies/*.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from econ.data.catalogue import Catalogue, catalogue
from econ.data.dataset import Dataset
from econ.declared import declared, read_toml
from econ.errors import Fault, InputError, nearest
from econ.impact.result import ImpactResult
from econ.inputoutput.model import OPEN_MODEL, HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.correlations import Correlation
from econ.quantity.parameters import WIDENING, Assumptions, Draws, bare_name
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit
from econ.scenario.additionality import gross_to_net
from econ.scenario.benchmarks import Benchmark, benchmark_faults
from econ.scenario.crosschecks import CrossCheck, crosscheck_faults
from econ.scenario.declarations import (
    Promise,
    StudyFile,
    read_event,
    read_programme,
    read_promise,
    read_templates,
)
from econ.scenario.events import Event, Programme, parameter_units
from econ.scenario.satellites import satellite_faults, satellite_parameters, used_by_satellites
from econ.scenario.scenario import Scenario
from econ.scenario.templates import with_templates
from econ.scenario.variants import Variant
from econ.study.by_place import Geography, check_sums, geography
from econ.study.checks import (
    commitment_faults,
    dataset_faults,
    deadline_faults,
    household_faults,
    parameter_faults,
    pledge_faults,
    promise_faults,
    record_faults,
    region_faults,
    site_faults,
    unit_faults,
)
from econ.study.doubt_checks import doubt_faults
from econ.study.evaluation import Evaluation
from econ.study.files import find_study
from econ.study.variations import Variations

__all__ = ["Study"]

OPTIONAL: Final = ("context", "corrections", "record")
ROLES: Final[Mapping[str, str]] = {
    "pledges": "PLEDGES",
    "commitments": "COMMITMENTS",
    "context": "CONTEXT",
    "corrections": "CORRECTIONS",
    "table": "FLOWS",
    "imports": "FLOWS",
    "employment": "SATELLITES",
    "products": "CLASSIFICATION",
    "prices": "PRICES",
    "rates": "EXCHANGE_RATES",
    "record": "RECORD",
}


@dataclass(frozen=True)
class Study(Variations):
    """A question with everything needed to answer it.

    Examples
    --------
    >>> study = Study.load("choose_france_2024")
    >>> study.unit.price_year
    2024
    """

    name: str
    path: Path
    file: StudyFile
    data: Catalogue
    assumptions: Assumptions
    events: tuple[Event, ...]
    programmes: tuple[Programme, ...]
    promises: tuple[Promise, ...]
    crosschecks: tuple[CrossCheck, ...]
    benchmarks: tuple[Benchmark, ...]
    excluded: Mapping[str, str]
    variants: tuple[Variant, ...] = ()

    @classmethod
    def load(cls, name: str | Path, data: Catalogue | None = None) -> Study:
        """Read a study by its name in the catalogue's folder, or by its path.

        Raises
        ------
        InputError
            With every fault of the study, its templates and its data.
        """
        data = data or catalogue()
        path = find_study(name, data)
        file = declared(StudyFile, read_toml(path), path.name)
        InputError.raise_if(dataset_faults(path.name, file.study, ROLES, data, OPTIONAL))
        faults: list[Fault] = []
        templates = read_templates(
            file,
            [path.parent, data.folder / "templates"],
            faults,
        )
        assumptions = with_templates(Assumptions.load(), templates.values(), data.sources, faults)
        try:
            assumptions = assumptions.override(file.assumptions, path.name, data.sources)
            pairs = [Correlation.of(entry) for entry in file.correlation]
            assumptions = assumptions.correlated(pairs, path.name, data.sources)
        except InputError as error:
            faults += error.faults
        InputError.raise_if(faults)
        study = cls(
            name=path.stem,
            path=path,
            file=file,
            data=data,
            assumptions=assumptions,
            events=tuple(read_event(entry, templates) for entry in file.event),
            programmes=tuple(read_programme(entry) for entry in file.programme),
            promises=tuple(read_promise(entry) for entry in file.promise),
            crosschecks=tuple(CrossCheck.of(entry) for entry in file.crosscheck),
            benchmarks=tuple(Benchmark.of(entry) for entry in file.benchmark),
            excluded={entry.pledge: entry.why for entry in file.excluded},
            variants=tuple(Variant.of(entry) for entry in file.variant),
        )
        InputError.raise_if(study.faults())
        return study

    @property
    def title(self) -> str:
        """Title of the report."""
        return self.file.study.title

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return self.file.study.seed

    @property
    def years(self) -> tuple[int, ...]:
        """First to last year."""
        first, last = self.file.study.years
        return tuple(range(first, last + 1))

    @property
    def unit(self) -> Unit:
        """Money of the report: millions of the study's currency in prices of one year."""
        return Unit(self.file.study.currency, 10**6, self.file.study.price_year)

    @property
    def roles(self) -> list[str]:
        """Roles that a dataset plays in this study."""
        return [role for role in ROLES if getattr(self.file.study, role)]

    def dataset_names(self) -> list[str]:
        """Return the names of the datasets of the study and of its regions."""
        named = [str(getattr(self.file.study, role)) for role in self.roles]
        return named + (self.file.regions.datasets() if self.file.regions is not None else [])

    def dataset(self, role: str) -> Dataset:
        """Read the dataset that plays a role (``pledges``, ``table`` ...) in the study."""
        return self.data.read(getattr(self.file.study, role))

    @property
    def pledges(self) -> pd.DataFrame:
        """Rows of the schema PLEDGES."""
        return self.dataset("pledges").frame

    @property
    def commitments(self) -> pd.DataFrame:
        """Rows of the schema COMMITMENTS."""
        return self.dataset("commitments").frame

    @cached_property
    def table(self) -> InputOutputTable:
        """The input-output table."""
        return InputOutputTable.from_datasets(
            self.dataset("table"),
            self.dataset("imports"),
            self.dataset("employment"),
            region=self.file.study.region,
        )

    @cached_property
    def geography(self) -> Geography | None:
        """The areas of the study, where it has regions."""
        settings = self.file.regions
        if settings is None:
            return None
        return geography(self.data, settings, self.file.study.products)

    @cached_property
    def provenance(self) -> Provenance:
        """Sources of the study's data."""
        found = Provenance()
        for name in self.dataset_names():
            found = found | self.data.read(name).provenance
        return found

    def draws(self) -> Draws:
        """Draw every parameter, central values first."""
        settings = self.file.study
        return self.assumptions.draws(self.seed, settings.draws, settings.sampling)

    def scenario(self, draws: Draws) -> Scenario:
        """Return the scenario of the study for a set of draws."""
        settings = self.file.study
        return Scenario(
            name=self.name,
            pledges=self.pledges,
            commitments=self.commitments,
            events=self.events,
            assumptions=self.assumptions,
            years=self.years,
            unit=self.unit,
            prices=self.data.prices(settings.prices, settings.rates),
            region=settings.region,
            draws=draws,
            provenance=self.provenance,
        )

    def evaluate(self, draws: Draws) -> Evaluation:
        """Run the whole way: scenario, shock, both models, gross to net, programmes."""
        scenario = self.scenario(draws)
        shock = scenario.shock(self.table)
        households = self.file.households
        closure = HouseholdClosure.from_parameters(
            draws, self._household_names(), households.basket, tuple(households.without)
        )
        factor = self.file.study.jobs_factor
        rules = scenario.additionality(**self.file.additionality.model_dump())
        net_name = f"{self.name}.net"
        model = LeontiefModel(self.table, closure, draws[factor] if factor else None)
        gross = model.run(shock, f"{self.name}.gross").to_prices(self.unit, scenario.prices)
        steps = gross_to_net(gross, rules, draws, net_name)
        net = list(steps.values())[-1]
        regional: dict[str, ImpactResult] = {}
        if self.geography is not None:
            places = self.geography.model(self.table, closure, draws, model.jobs_factor)
            by_area = places.run(shock, gross.scenario).to_prices(self.unit, scenario.prices)
            displaced = self.geography.displaced(draws)
            regional = gross_to_net(by_area, rules, draws, net_name, displaced=displaced)
            for step in (next(iter(steps)), list(steps)[-1]):
                check_sums(regional[step], steps[step])
        if self.file.study.model == "open":
            steps = {name: result.without("induced", OPEN_MODEL) for name, result in steps.items()}
            regional = {
                name: result.without("induced", OPEN_MODEL) for name, result in regional.items()
            }
        return Evaluation(
            scenario=scenario,
            shock=shock,
            gross_open=gross.without("induced", OPEN_MODEL),
            net_open=net.without("induced", OPEN_MODEL),
            steps=steps,
            programmes=scenario.programmes(self.programmes, net_name),
            regional=regional,
        )

    def _household_names(self) -> dict[str, str]:
        return self.file.households.model_dump(exclude={"basket", "without"})

    def run(self) -> Evaluation:
        """Evaluate the study on its own draws."""
        return self.evaluate(self.draws())

    def used_names(self) -> frozenset[str]:
        """Return the assumptions that the study names anywhere."""
        shares = [*self.file.additionality.model_dump().values(), *self._household_names().values()]
        named = [name for name, _ in self._wanted_units(shares)]
        named += [bare_name(name) for entry in self.programmes for name in entry.chain]
        named += [entry.at_most for entry in self.programmes]
        named += [name for check in self.crosschecks for name in check.parameters()]
        named += used_by_satellites(self.file)
        named += [self.file.report.check.parameter] if self.file.report.check else []
        return frozenset(name for name in named if name) | {WIDENING}

    def variant(self, name: str) -> Study:
        """Return one of the study's variants, ready to run.

        Raises
        ------
        InputError
            When there is none of the name.
        """
        found = {variant.name: variant for variant in self.variants}
        if name not in found:
            mend = nearest(name, found)
            raise InputError.one(self.path.name, "variant", "no such variant", mend, value=name)
        return self.with_(f"{self.name}.{name}", **found[name].changes)

    def _wanted_units(self, shares: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        money = str(self.unit)
        sites = [event.operation for event in self.events if event.operation is not None]
        wanted = [pair for event in self.events for pair in parameter_units(event, money)]
        wanted += [pair for event in self.events for pair in event.template.parameter_units()]
        wanted += [pair for site in sites for pair in site.template.parameter_units()]
        implied = [name for promise in self.promises for name in promise.implied.values()]
        wanted += [(name, (f"persons per {money}",)) for name in implied]
        wanted += [(self.file.study.jobs_factor, ("ratio",))]
        wanted += self.file.regions.parameters() if self.file.regions is not None else []
        wanted += satellite_parameters(self.file, money)
        return wanted + [(name, ("share",)) for name in shares]

    def _geography_faults(self) -> list[Fault]:
        try:
            _ = self.geography
        except InputError as error:
            return list(error.faults)
        return []

    def _variant_faults(self) -> list[Fault]:
        faults: list[Fault] = []
        for variant in self.variants:
            try:
                self.with_(**dict(variant.changes))
            except InputError as error:
                file, row = self.path.name, f"variant {variant.name}"
                faults += [replace(fault, file=file, row=row) for fault in error.faults]
        return faults

    def _commitment_units(self) -> dict[str, str]:
        return dict(zip(self.commitments["commitment"], self.commitments["unit"], strict=True))

    def _record(self) -> pd.DataFrame | None:
        return self.dataset("record").frame if self.file.study.record else None

    def faults(self) -> list[Fault]:
        """Return everything wrong between the study and what it names."""
        file, pledges = self.path.name, [event.pledge for event in self.events]
        shares = [*self.file.additionality.model_dump().values(), *self._household_names().values()]
        factor = self.file.study.jobs_factor
        named = [*shares, factor] if factor else shares
        if self.file.regions is not None:
            named = [*named, *[name for name, _ in self.file.regions.parameters()]]
        regions = region_faults(file, self.file.regions, self.events, self.data)
        return [
            *(regions or self._geography_faults()),
            *site_faults(
                file,
                events=self.events,
                assumptions=self.assumptions,
                years=self.years,
                products=self.table.products,
                final_uses=self.table.final_uses,
            ),
            *household_faults(
                file, self.file.households, self.table.products, self.table.final_uses
            ),
            *unit_faults(file, self._wanted_units(shares), self.assumptions),
            *pledge_faults(file, self.pledges, self.events, self.excluded),
            *commitment_faults(file, self.commitments, self.events, self.programmes, self.promises),
            *promise_faults(file, self.promises, self.events, self.table.products),
            *record_faults(file, self._record(), self.commitments),
            *crosscheck_faults(
                file,
                self.crosschecks,
                self.assumptions,
                commitments=self._commitment_units(),
                pledges=pledges,
                money=str(self.unit),
            ),
            *benchmark_faults(file, self.benchmarks, pledges=pledges, sources=self.data.sources),
            *deadline_faults(file, self.programmes, self.years),
            *satellite_faults(
                file,
                self.file,
                self.assumptions,
                self.events,
                self._commitment_units(),
                products=self.table.products,
                money=str(self.unit),
            ),
            *doubt_faults(self.file, file, self.used_names(), self.variants, self.data.sources),
            *self._variant_faults(),
            *parameter_faults(file, named, self.programmes, self.promises, self.assumptions),
        ]
