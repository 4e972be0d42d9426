"""`Study`: the one module that knows every wing; reads ``data/studies/*.toml`` and runs them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from econ.data.catalogue import Catalogue, Dataset, catalogue
from econ.errors import Fault, InputError, nearest
from econ.impact.result import ImpactResult
from econ.impact.shock import DemandShock
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.parameters import Assumptions, Draws
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit
from econ.scenario.additionality import bridge
from econ.scenario.declarations import (
    Promise,
    read_event,
    read_programme,
    read_promise,
    read_templates,
    structure_faults,
)
from econ.scenario.events import Event, Programme, event_faults
from econ.scenario.pledges import ancestors
from econ.scenario.scenario import Scenario

__all__ = ["Evaluation", "Study"]

ROLES: Final = (
    "pledges",
    "commitments",
    "context",
    "corrections",
    "table",
    "imports",
    "employment",
    "products",
    "prices",
)


@dataclass(frozen=True)
class Evaluation:
    """Everything a study computes for one set of draws.

    Parameters
    ----------
    shock : DemandShock
    gross_open, net_open : ImpactResult
        Open model, money in the study's unit.
    steps : dict of str to ImpactResult
        Model closed to households, from gross to net.
    programmes : ImpactResult
    """

    scenario: Scenario
    shock: DemandShock
    gross_open: ImpactResult
    net_open: ImpactResult
    steps: Mapping[str, ImpactResult]
    programmes: ImpactResult

    @property
    def gross(self) -> ImpactResult:
        """As announced."""
        return next(iter(self.steps.values()))

    @property
    def net(self) -> ImpactResult:
        """What is left after every step."""
        return list(self.steps.values())[-1]

    @property
    def results(self) -> tuple[ImpactResult, ...]:
        """Everything that goes into ``impacts.parquet``."""
        return (self.gross_open, self.gross, self.net_open, self.net, self.programmes)


@dataclass(frozen=True)
class Study:
    """A question with everything needed to answer it.

    Examples
    --------
    >>> study = Study.load("choose_france_2024")
    >>> study.unit.price_year
    2024
    """

    name: str
    path: Path
    settings: Mapping[str, Any]
    data: Catalogue
    assumptions: Assumptions
    events: tuple[Event, ...]
    programmes: tuple[Programme, ...]
    promises: tuple[Promise, ...]
    excluded: Mapping[str, str]

    @classmethod
    def load(cls, name: str | Path, data: Catalogue | None = None) -> Study:
        """Read a study by its name in the catalogue's folder, or by its path.

        Raises
        ------
        InputError
            With every fault of the study, its templates and its data.
        """
        data = data or catalogue()
        path = _find(name, data)
        try:
            settings = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError.one(path.name, "", f"no TOML: {error}", "mend the line") from error
        InputError.raise_if(
            structure_faults(path.name, settings) or _dataset_faults(path.name, settings, data)
        )
        faults: list[Fault] = []
        assumptions = Assumptions.load()
        try:
            assumptions = assumptions.override(settings.get("assumptions", {}), path.name)
        except InputError as error:
            faults += error.faults
        templates = read_templates(settings, path.parent, data.folder / "templates", faults)
        InputError.raise_if(faults)
        study = cls(
            name=path.stem,
            path=path,
            settings=settings,
            data=data,
            assumptions=assumptions,
            events=tuple(read_event(entry, templates) for entry in settings["event"]),
            programmes=tuple(read_programme(entry) for entry in settings.get("programme", [])),
            promises=tuple(read_promise(entry) for entry in settings.get("promise", [])),
            excluded={entry["pledge"]: entry["why"] for entry in settings.get("excluded", [])},
        )
        InputError.raise_if(study._faults())
        return study

    @property
    def title(self) -> str:
        """Title of the report."""
        return str(self.settings["study"]["title"])

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return int(self.settings["study"]["seed"])

    @property
    def years(self) -> tuple[int, ...]:
        """First to last year."""
        first, last = self.settings["study"]["years"]
        return tuple(range(first, last + 1))

    @property
    def unit(self) -> Unit:
        """Money of the report: millions of the study's currency in prices of one year."""
        settings = self.settings["study"]
        return Unit(settings["currency"], 10**6, settings["price_year"])

    def dataset(self, role: str) -> Dataset:
        """Read the dataset that plays a role (``pledges``, ``table`` ...) in the study."""
        return self.data.read(self.settings["study"][role])

    @cached_property
    def pledges(self) -> pd.DataFrame:
        """Rows of the schema PLEDGES."""
        return self.dataset("pledges").frame

    @cached_property
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
            region=self.settings["study"]["region"],
        )

    @cached_property
    def provenance(self) -> Provenance:
        """Sources of the study's data and of every parameter it may use."""
        found = Provenance(frozenset(key for p in self.assumptions for key in p.source))
        for role in ("pledges", "commitments", "table", "imports", "employment", "prices"):
            found = found | self.dataset(role).provenance
        return found | self.data.read("exchange_rates").provenance

    def draws(self) -> Draws:
        """Draw every parameter, central values first."""
        return self.assumptions.draws(self.seed, int(self.settings["study"]["draws"]))

    def scenario(self, draws: Draws) -> Scenario:
        """Return the scenario of the study for a set of draws."""
        settings = self.settings["study"]
        return Scenario(
            name=self.name,
            pledges=self.pledges,
            commitments=self.commitments,
            events=self.events,
            assumptions=self.assumptions,
            years=self.years,
            unit=self.unit,
            prices=self.data.prices(settings["prices"], settings["currency"]),
            region=settings["region"],
            draws=draws,
            provenance=self.provenance,
        )

    def evaluate(self, draws: Draws) -> Evaluation:
        """Run the whole way: scenario, shock, both models, gross to net, programmes."""
        scenario = self.scenario(draws)
        shock = scenario.shock(self.table)
        prices = scenario.prices
        without = tuple(self.settings.get("households", {}).get("without", ()))
        closure = HouseholdClosure.from_draws(draws, without)
        rules = scenario.additionality(**self.settings["additionality"])
        gross_name, net_name = f"{self.name}.gross", f"{self.name}.net"

        def run(closure: HouseholdClosure | None) -> dict[str, ImpactResult]:
            model = LeontiefModel(self.table, closure, draws["jobs_factor"])
            gross = model.run(shock, gross_name).to_prices(self.unit, prices)
            return bridge(gross, rules, draws, net_name)

        open_steps = run(None)
        return Evaluation(
            scenario=scenario,
            shock=shock,
            gross_open=open_steps["gross"],
            net_open=list(open_steps.values())[-1],
            steps=run(closure),
            programmes=scenario.programmes(self.programmes, net_name),
        )

    def run(self) -> Evaluation:
        """Evaluate the study on its own draws."""
        return self.evaluate(self.draws())

    def _faults(self) -> list[Fault]:
        file = self.path.name
        faults = [
            fault
            for event in self.events
            for fault in event_faults(event, file, self.assumptions, self.years)
        ]
        used = {event.template.name: event.template for event in self.events}
        used |= {
            event.operation.template.name: event.operation.template
            for event in self.events
            if event.operation is not None
        }
        for template in used.values():
            faults += template.faults(self.table.products, self.assumptions)
        faults += self._pledge_faults(file) + self._commitment_faults(file)
        names = list(self.settings["additionality"].values())
        names += [name.removeprefix("not ") for p in self.programmes for name in p.chain]
        names += [p.at_most for p in self.programmes if p.at_most]
        names += [name for promise in self.promises for name in promise.implied.values()]
        known = [parameter.name for parameter in self.assumptions]
        faults += [
            Fault(file, "parameter", "unknown parameter", nearest(name, known), value=name)
            for name in names
            if name not in self.assumptions
        ]
        return faults

    def _pledge_faults(self, file: str) -> list[Fault]:
        ids = list(self.pledges["pledge"])
        modelled = [event.pledge for event in self.events]
        faults = []
        for name in [*modelled, *self.excluded]:
            if name not in ids:
                mend = nearest(name, ids)
                faults.append(Fault(file, "pledge", "no such pledge", mend, value=name))
        if faults:
            return faults
        for name in modelled:
            if modelled.count(name) > 1:
                mend = "a pledge is an event once; delete one"
                faults.append(Fault(file, "pledge", "counted twice", mend, value=name))
            for above in ancestors(self.pledges, name):
                if above in modelled:
                    mend = f"'{above}' contains '{name}': model the whole or its parts, not both"
                    faults.append(Fault(file, "pledge", "counted twice", mend, value=name))
        containing = {above for name in modelled for above in ancestors(self.pledges, name)}
        article = self.pledges.loc[self.pledges["record"] == "article", "pledge"]
        for name in article:
            if name not in containing and name not in modelled and name not in self.excluded:
                mend = "make it an [[event]], or an [[excluded]] with why"
                faults.append(
                    Fault(file, "pledge", "neither modelled nor excluded", mend, value=name)
                )
        for event in self.events:
            if "own" in event.amount:
                continue
            parent = self.pledges.set_index("pledge").loc[event.pledge, "parent"]
            if not isinstance(parent, str) or not parent:
                mend = "give it { own = YEAR }, or a parent in the pledge file"
                faults.append(
                    Fault(file, "amount", "a share of no parent", mend, value=event.pledge)
                )
        return list(dict.fromkeys(faults))

    def _commitment_faults(self, file: str) -> list[Fault]:
        known = list(self.commitments["commitment"])
        names = [programme.commitment for programme in self.programmes]
        names += [promise.commitment for promise in self.promises]
        names += [
            event.operation.jobs["commitment"]
            for event in self.events
            if event.operation is not None and "commitment" in event.operation.jobs
        ]
        return [
            Fault(file, "commitment", "no such commitment", nearest(name, known), value=name)
            for name in dict.fromkeys(names)
            if name not in known
        ]

    def with_draws(self, count: int) -> Study:
        """Return the study with another number of draws."""
        settings = {**self.settings, "study": {**self.settings["study"], "draws": count}}
        return replace(self, settings=settings)


def _find(name: str | Path, data: Catalogue) -> Path:
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise InputError.one(str(path), "study", "no such file", "check the path")
        return path
    studies = data.folder / "studies"
    found = studies / f"{name}.toml"
    if not found.is_file():
        mend = nearest(name, sorted(known.stem for known in studies.glob("*.toml")))
        raise InputError.one(str(name), "study", "no such study", mend)
    return found


def _dataset_faults(file: str, settings: Mapping[str, Any], data: Catalogue) -> list[Fault]:
    names = [(role, settings["study"][role]) for role in ROLES]
    return [
        Fault(file, role, "no such dataset", nearest(name, data.entries), "study", name)
        for role, name in names
        if name not in data
    ]
