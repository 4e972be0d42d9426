"""`Study`: a question with everything needed to answer it; read from ``data/studies/*.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from econ.data.catalogue import Catalogue, catalogue
from econ.declared import declared, declared_faults, read_toml
from econ.errors import Fault, InputError, nearest
from econ.impact.model import ImpactModel
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import DemandShock
from econ.inputoutput.model import OPEN_MODEL, HouseholdClosure, LeontiefModel
from econ.inputoutput.regional.states import RegionalState
from econ.quantity.correlations import Correlation
from econ.quantity.parameters import Assumptions, Draws
from econ.scenario.additionality import Additionality, Clearing, Slack, gross_to_net
from econ.scenario.benchmarks import Benchmark
from econ.scenario.crosschecks import CrossCheck
from econ.scenario.declarations import (
    StudyFile,
    declared_events,
    read_events,
    read_programmes,
    read_promise,
    read_templates,
)
from econ.scenario.events import Event
from econ.scenario.losers import losers_of
from econ.scenario.scenario import Scenario
from econ.scenario.templates import with_templates
from econ.scenario.variants import Variant
from econ.study.checks.data_and_pledges import dataset_faults
from econ.study.checks.faults import question_faults
from econ.study.evaluation import Evaluation
from econ.study.files import find_study
from econ.study.question import OPTIONAL, ROLES, Question
from econ.study.sums_over_areas import check_sums

__all__ = ["Study", "check_study"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Study(Question):
    """A question with everything needed to answer it.

    One class, written in three files so that each has one reason; nothing else inherits from them.
    `Variations` makes another study of one and holds the fields it may change; `Question` holds
    what else is asked and says what it names; here it is loaded, checked and answered.

    Examples
    --------
    >>> study = Study.load("choose_france_2024")
    >>> study.unit.price_year
    2024
    """

    def __repr__(self) -> str:
        """Return name, title, years, draws and pledges."""
        pledges = [event.pledge for event in self.events]
        return (
            f"Study {self.name!r}: {self.title}; {self.years[0]} to {self.years[-1]}, "
            f"{self.file.study.draws} draws; {len(pledges)} pledges: {', '.join(pledges)}"
        )

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
        raw = read_toml(path)
        tables, faults = declared_events(raw.get("event"), path.name)
        InputError.raise_if([*declared_faults(StudyFile, raw, path.name), *faults])
        file = declared(StudyFile, raw, path.name)
        InputError.raise_if(dataset_faults(path.name, file.study, ROLES, data, OPTIONAL))
        faults = []
        templates = read_templates(tables, [path.parent, data.folder / "templates"], faults)
        unread = bool(faults)
        assumptions = with_templates(Assumptions.load(), templates.values(), data.sources, faults)
        assumptions = assumptions.override(file.assumptions, path.name, data.sources, faults)
        try:
            pairs = [Correlation.of(entry) for entry in file.correlation]
            assumptions = assumptions.correlated(pairs, path.name, data.sources)
        except InputError as error:
            faults += error.faults
        if unread:
            raise InputError(faults)
        study = cls(
            name=path.stem,
            path=path,
            file=file,
            data=data,
            assumptions=assumptions,
            events=read_events(tables, templates),
            programmes=read_programmes(tables, templates),
            promises=tuple(read_promise(entry) for entry in file.promise),
            crosschecks=tuple(CrossCheck.of(entry) for entry in file.crosscheck),
            benchmarks=tuple(Benchmark.of(entry) for entry in file.benchmark),
            excluded={entry.pledge: entry.why for entry in file.excluded},
            variants=tuple(Variant.of(entry) for entry in file.variant),
        )
        # Of an assumption at fault it is told once that it is, and not that nobody knows it.
        own = [file.assumptions, *(template.assumptions for template in templates.values())]
        left_out = {name for named in own for name in named if name not in assumptions}
        faults += [fault for fault in study.faults() if str(fault.value) not in left_out]
        InputError.raise_if(faults)
        if any(entry.assumption for entry in file.regression):
            from econ.study.regressions import with_estimates  # noqa: PLC0415  (few studies ask)

            held = with_estimates(assumptions, file.regression, data, path.name)
            study = replace(study, assumptions=held)
        return study

    def evaluate(self, draws: Draws) -> Evaluation:
        """Run the whole way: scenario, shock, both models, gross to net, programmes; by area."""
        return self.by_area(self.nationally(draws))

    def nationally(self, draws: Draws) -> Evaluation:
        """Run the whole way for the country."""
        scenario = self.scenario(draws)
        shock = scenario.shock(self.table)
        rules = self._rules(scenario)
        net_name = f"{self.name}.net"
        model = LeontiefModel(self.table, self._closure(draws), self._jobs_factor(draws))
        gross, losers = self._run(model, shock, scenario.losers(self.table), scenario)
        steps = gross_to_net(gross, rules, draws, net_name, losers=losers)
        net = list(steps.values())[-1]
        attributed = None
        if rules.attribution:
            name, asked = f"{self.name}.attributed", rules.policy_steps
            policy = gross_to_net(gross, rules, draws, name, steps=asked, losers=losers)
            attributed = list(policy.values())[-1]
        programmes = scenario.programmes(self.programmes, net_name, self.table)
        return Evaluation(
            scenario=scenario,
            shock=shock,
            gross_open=gross.without("induced", OPEN_MODEL),
            net_open=net.without("induced", OPEN_MODEL),
            steps=self._opened(steps),
            programmes=programmes.to_prices(self.unit, scenario.prices),
            attributed=attributed,
        )

    def in_parts(self, draws: Draws, at_once: int) -> Iterator[tuple[ImpactResult, ImpactResult]]:
        """Run the whole way for the country, some pledges at a time: each gross and net.

        What a pledge does depends on the amounts of others, and on nothing else of them, so that
        the parts add up to the whole; only one of them is in memory.

        Parameters
        ----------
        draws : Draws
        at_once : int
            Events in a part.
        """
        scenario = self.scenario(draws)
        model = LeontiefModel(self.table, self._closure(draws), self._jobs_factor(draws))
        spending = [event for event in self.events if not event.supports]
        for begin in range(0, len(spending), at_once):
            here = spending[begin : begin + at_once]
            names = {event.pledge for event in here}
            # What payers lose is booked at the pledges that get their money.
            some = [*here, *(event for event in self.events if names & set(event.supports))]
            shock, lost = scenario.shock(self.table, some), scenario.losers(self.table, some)
            gross, losers = self._run(model, shock, lost, scenario)
            rules = self._rules(scenario, some)
            steps = self._opened(
                gross_to_net(gross, rules, draws, f"{self.name}.net", losers=losers)
            )
            yield next(iter(steps.values())), list(steps.values())[-1]

    def by_area(
        self,
        evaluation: Evaluation,
        checked: Sequence[str] | None = None,
        states: Sequence[RegionalState] | None = None,
    ) -> Evaluation:
        """Return the country's evaluation with the same steps by area, where the study has any.

        Parameters
        ----------
        evaluation : Evaluation
        checked : sequence of str, optional
            Measures whose areas are held against the country's; all of them where left out.
        states : sequence of RegionalState, optional
            How regions hang together, where these are some draws of many.
        """
        if self.geography is None:
            return evaluation
        scenario, draws = evaluation.scenario, evaluation.scenario.draws
        lost = scenario.losers(self.table)
        displaced = self.geography.displaced(draws, scenario.events)
        places = self.geography.model(
            self.table,
            self._closure(draws),
            draws,
            self._jobs_factor(draws),
            losers=self.geography.losers(losers_of(scenario.events), displaced, draws),
            states=states,
        )
        gross, losers = self._run(places, evaluation.shock, lost, scenario)
        rules, net_name = self._rules(scenario), f"{self.name}.net"
        found = gross_to_net(gross, rules, draws, net_name, displaced=displaced, losers=losers)
        regional = self._opened(found)
        check_sums(regional, evaluation.steps, checked)
        return replace(evaluation, regional=regional)

    def _closure(self, draws: Draws) -> HouseholdClosure:
        households = self.file.households
        return HouseholdClosure.from_parameters(
            draws, self.household_names(), households.basket, tuple(households.without)
        )

    def _jobs_factor(self, draws: Draws) -> Array | None:
        name = self.file.study.jobs_factor
        return draws[name] if name else None

    def _opened(self, steps: Mapping[str, ImpactResult]) -> dict[str, ImpactResult]:
        """Return results as the study's model has them: an open one has no induced effect."""
        if self.file.study.model != "open":
            return dict(steps)
        return {name: result.without("induced", OPEN_MODEL) for name, result in steps.items()}

    def _run(
        self, model: ImpactModel, shock: DemandShock, lost: DemandShock, scenario: Scenario
    ) -> tuple[ImpactResult, tuple[Response, ...]]:
        """Return the gross result, and what a unit of demand does of all who lose by it."""
        both = replace(shock, parts=(*shock.parts, *lost.parts))
        found = model.run(both, f"{self.name}.gross").to_prices(self.unit, scenario.prices)
        names = {part.pledge for part in lost.parts}
        losers = tuple(r for r in found.responses if r.pledge in names)
        own = tuple(r for r in found.responses if r.pledge not in names)
        return replace(found, responses=own), losers

    def _rules(self, scenario: Scenario, events: Sequence[Event] | None = None) -> Additionality:
        settings = self.file.additionality
        slack = None if settings.slack is None else Slack(**settings.slack.model_dump())
        later = settings.clearing
        clearing = None if later is None else Clearing(**later.model_dump())
        given = settings.model_dump(exclude={"slack", "clearing"})
        return scenario.additionality(**given, slack=slack, clearing=clearing, events=events)

    def run(self) -> Evaluation:
        """Evaluate the study on its own draws."""
        return self.evaluate(self.draws())

    def faults(self) -> list[Fault]:
        """Return everything wrong between the study and what it names."""
        return question_faults(self)

    def variant(self, name: str) -> Study:
        """Return one of the study's variants, ready to run.

        Raises
        ------
        InputError
            When there is none of the name.
        """
        found = {variant.name: variant for variant in self.variants}
        if not isinstance(name, str) or name not in found:
            mend = nearest(str(name), found)
            raise InputError.one(self.path.name, "variant", "no such variant", mend, value=name)
        return self.with_(f"{self.name}.{name}", **found[name].changes)


def check_study(caller: str, given: object) -> None:
    """Refuse what is no study.

    Raises
    ------
    InputError
    """
    if not isinstance(given, Study):
        mend = "give what Study.load returns"
        raise InputError.one(caller, "study", "no study", mend, value=repr(given)[:80])
