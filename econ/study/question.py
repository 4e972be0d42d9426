"""`Question`: what a study asks, and everything it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from econ.data.dataset import Dataset
from econ.inputoutput.table import InputOutputTable
from econ.quantity.parameters import WIDENING, Draws
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit
from econ.scenario.benchmarks import Benchmark
from econ.scenario.crosschecks import CrossCheck
from econ.scenario.declarations import Promise
from econ.scenario.events import Programme
from econ.scenario.satellites import satellite_parameters, used_by_satellites
from econ.scenario.scenario import Scenario
from econ.scenario.variants import Variant
from econ.study.by_place import Geography, geography
from econ.study.variations import Variations

__all__ = ["OPTIONAL", "ROLES", "Question"]

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
class Question(Variations):
    """What a study asks, and everything it names: the part of `Study` that is only read."""

    programmes: tuple[Programme, ...]
    promises: tuple[Promise, ...]
    crosschecks: tuple[CrossCheck, ...]
    benchmarks: tuple[Benchmark, ...]
    excluded: Mapping[str, str]
    variants: tuple[Variant, ...] = ()

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
    def modelled(self) -> list[str]:
        """Pledges with results of their own: public money that others spend has none."""
        return [event.pledge for event in self.events if not event.supports]

    @property
    def roles(self) -> list[str]:
        """Roles that a dataset plays in this study."""
        return [role for role in ROLES if getattr(self.file.study, role)]

    def dataset_names(self) -> list[str]:
        """Return the names of the datasets of the study, its evidence and its regions."""
        named = [str(getattr(self.file.study, role)) for role in self.roles]
        named += [self.file.evidence.data] if self.file.evidence is not None else []
        named += [entry.data for entry in self.file.regression if entry.data in self.data]
        named += self.file.regions.datasets() if self.file.regions is not None else []
        return list(dict.fromkeys(named))

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
        """The input-output table; its variants share it, and its factor."""
        settings = self.file.study
        roles = ("table", "imports", "employment")
        named = [getattr(settings, role) for role in roles]
        return self.data.once(
            f"table of {named} in {settings.region}",
            lambda: InputOutputTable.from_datasets(
                *(self.dataset(role) for role in roles), region=settings.region
            ),
        )

    @cached_property
    def geography(self) -> Geography | None:
        """The areas of the study, where it has regions."""
        settings = self.file.regions
        if settings is None:
            return None
        products = self.file.study.products
        what = f"geography of {products}: {settings.model_dump_json()}"
        return self.data.once(what, lambda: geography(self.data, settings, products))

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
            energy=self.file.energy,
        )

    def household_names(self) -> dict[str, str]:
        """Return the parameter of each share of the household closure."""
        return self.file.households.model_dump(exclude={"basket", "without"})

    def wanted_units(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return every parameter the study names, each with the units its place takes."""
        money = str(self.unit)
        wanted = [pair for event in self.events for pair in event.parameter_units(money)]
        wanted += [pair for entry in self.programmes for pair in entry.parameter_units(money)]
        templates = {t.name: t for event in self.events for t in event.used_templates}
        wanted += [pair for template in templates.values() for pair in template.parameter_units()]
        implied = [name for promise in self.promises for name in promise.implied.values()]
        wanted += [(name, (f"persons per {money}",)) for name in implied]
        return wanted + self.own_units()

    def own_units(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the parameters named outside of the events, each with the units it may have."""
        settings = self.file.study
        wanted: list[tuple[str, tuple[str, ...]]]
        wanted = [(settings.jobs_factor, ("ratio",)), (settings.discount_rate, ("share per year",))]
        wanted += self.file.additionality.named()
        wanted += satellite_parameters(self.file, str(self.unit))
        wanted += [(name, ("share",)) for name in self.household_names().values()]
        wanted += self.file.regions.parameters() if self.file.regions is not None else []
        return [(name, units) for name, units in wanted if name]

    def used_names(self) -> frozenset[str]:
        """Return the assumptions that the study names anywhere."""
        named = [name for name, _ in self.wanted_units()]
        named += [name for check in self.crosschecks for name in check.parameters()]
        named += used_by_satellites(self.file)
        held = self.file.report.check
        named += [] if held is None else [held.parameter]
        return frozenset(name for name in named if name) | {WIDENING}
