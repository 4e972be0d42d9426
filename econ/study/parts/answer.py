"""From a study to everything its report shows: results, sensitivity, promises, inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.schemas import SCHEMAS
from econ.errors import InputError
from econ.impact.interval import interval
from econ.quantity.parameters import WIDENING
from econ.quantity.prices import convert
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit
from econ.report.contents import Contents
from econ.scenario.bill_of_goods import Bill
from econ.scenario.crosschecks import CrossCheck
from econ.scenario.declarations import Promise, template_file
from econ.scenario.events import Event
from econ.scenario.satellites import used_by_satellites
from econ.study.doubt.doubt import doubt
from econ.study.doubt.drivers import sensitivity
from econ.study.doubt.moving import national
from econ.study.evaluation import Evaluation
from econ.study.outcomes import OUTCOMES
from econ.study.parts.against_record import against_record
from econ.study.parts.places import places, products
from econ.study.parts.satellites import energy, people, public_money, purse
from econ.study.question import ROLES
from econ.study.regressions import regressions_of
from econ.study.study import Study

__all__ = ["PARTS", "Stages", "bills", "catalogues", "contents", "inputs", "used_parameters"]

Array = npt.NDArray[np.float64]


def used_parameters(study: Study) -> frozenset[str]:
    """Return the names of the parameters the study's numbers depend on."""
    seen: set[str] = set()
    study.evaluate(study.assumptions.draws(study.seed, 1).recording(seen))
    names = [name for promise in study.promises for name in promise.implied.values()]
    names += [name for check in study.crosschecks for name in check.parameters()]
    names += used_by_satellites(study.file)
    names += [study.file.study.discount_rate] if study.file.study.discount_rate else []
    found = frozenset(seen) | frozenset(names)
    judged = any(study.assumptions[name].basis == "judgement" for name in found)
    widened = WIDENING in study.assumptions and judged
    return found | {WIDENING} if widened else found


@dataclass(frozen=True)
class Stages:
    """What the parts of an answer are made of, each computed when it is first asked for.

    Parameters
    ----------
    study : Study
    """

    study: Study

    @cached_property
    def used(self) -> frozenset[str]:
        """Names of the parameters the study's numbers depend on."""
        return used_parameters(self.study)

    @cached_property
    def decisive(self) -> frozenset[str]:
        """Those of them that the national figures rest on."""
        return used_parameters(national(self.study))

    @cached_property
    def nationally(self) -> Evaluation:
        """The country's evaluation."""
        return self.study.nationally(self.study.draws())

    @cached_property
    def by_area(self) -> Evaluation:
        """The same with results by area."""
        return self.study.by_area(self.nationally)

    @cached_property
    def bills(self) -> dict[str, Bill]:
        """Bill of goods of each event, in the study's money."""
        return bills(self.study, self.nationally)

    @cached_property
    def cited(self) -> frozenset[str]:
        """Keys of every publication the answer rests on."""
        study = self.study
        keys = {key for name in self.used for key in study.assumptions[name].source}
        keys |= {mark.source for mark in study.benchmarks}
        keys |= {k for bill in self.bills.values() for ks in bill.sources.values() for k in ks}
        return frozenset(keys) | self.nationally.shock.provenance.sources


# Every part of what a report shows, by its name in `Contents`.
PARTS: Final[Mapping[str, Callable[[Stages], Any]]] = {
    "name": lambda at: at.study.name,
    "title": lambda at: at.study.title,
    "unit": lambda at: at.study.unit,
    "seed": lambda at: at.study.seed,
    "shock": lambda at: at.nationally.shock,
    "gross_open": lambda at: at.nationally.gross_open,
    "net_open": lambda at: at.nationally.net_open,
    "steps": lambda at: at.nationally.steps,
    "programmes": lambda at: at.nationally.programmes,
    "places": lambda at: places(at.study, at.by_area),
    "amounts": lambda at: at.nationally.scenario.amounts,
    "bills": lambda at: at.bills,
    "jobs_implied": lambda at: {
        p.commitment: _implied(at.study, p, at.nationally) for p in at.study.promises
    },
    "sensitivity": lambda at: _with_whole(at, sensitivity(national(at.study), sorted(at.decisive))),
    "pledges": lambda at: at.study.pledges,
    "commitments": lambda at: at.study.commitments,
    "context": lambda at: _optional(at.study, "context"),
    "corrections": lambda at: _optional(at.study, "corrections"),
    "record": lambda at: _optional(at.study, "record"),
    "benchmarks": lambda at: [
        (mark, mark.at_prices(at.study.unit, at.nationally.scenario.prices))
        for mark in at.study.benchmarks
    ],
    "crosschecks": lambda at: [_sides(check, at.nationally) for check in at.study.crosschecks],
    "promises": lambda at: at.study.promises,
    "excluded": lambda at: at.study.excluded,
    "products": lambda at: products(at.study),
    "assumptions": lambda at: at.study.assumptions,
    "used": lambda at: at.used,
    "decisive": lambda at: at.decisive,
    "employment": lambda at: at.study.table.employment,
    "table_facts": lambda at: {
        "gdp": at.study.table.gdp_by_production,
        "employment": float(at.study.table.employment.sum()),
    },
    "texts": lambda at: at.study.file.report,
    "sources": lambda at: at.study.data.sources,
    "inputs": lambda at: inputs(at.study),
    "provenance": lambda at: Provenance(at.cited),
    "purse": lambda at: purse(at.study, at.nationally),
    "public_money": lambda at: public_money(at.study, at.nationally),
    "people": lambda at: people(at.study),
    "energy": lambda at: energy(at.study, at.nationally),
    "doubt": lambda at: doubt(at.study, at.by_area),
    "against_record": lambda at: against_record(at.study, at.nationally),
    "regressions": lambda at: regressions_of(
        at.study.file.regression, at.study.data, at.study.path.name
    ),
    "attributed": lambda at: at.nationally.attributed,
    "discount_rate": lambda at: _discount_rate(at.study, at.nationally),
    "catalogues": lambda at: catalogues(at.study),
    "crowding": lambda at: _crowding(at.study),
}


def _crowding(study: Study) -> tuple[str, str, str] | None:
    """Return the parameters of crowding out that grows, None where it is the same every year."""
    rules = study.file.additionality
    later = rules.clearing
    return None if later is None else (rules.crowding_out, later.share, later.years)


def contents(study: Study) -> Contents:
    """Run the study and gather everything its report shows.

    Raises
    ------
    InputError
        When it is given no `Study`, such as the result of one.
    """
    if not isinstance(study, Study):
        mend = "give the Study itself: econ.contents(study), not econ.contents(study.run())"
        given = type(study).__name__
        raise InputError.one("contents", "study", "no Study", mend, value=given)
    stages = Stages(study)
    return Contents(**{name: part(stages) for name, part in PARTS.items()})


def bills(study: Study, evaluation: Evaluation) -> dict[str, Bill]:
    """Return the bill of goods of each event, in the study's money."""
    money = study.table.unit
    plain = Unit(money.base, money.scale, money.price_year)
    factor = convert(1.0, plain, study.unit, evaluation.scenario.prices)
    spending = [event for event in study.events if not event.supports]
    return {e.pledge: _bill(e, study, evaluation).scaled(factor) for e in spending}


def catalogues(study: Study) -> tuple[Path, ...]:
    """Return the folders where a study's texts may be translated: the data's, then its own."""
    beside = [study.data.folder / "languages", study.path.parent / "languages"]
    return tuple(dict.fromkeys(folder.absolute() for folder in beside))


def _with_whole(at: Stages, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a tornado, and beside it the interval of each outcome with everything drawn."""
    whole = {o.name: interval(o.draws(at.nationally)) for o in OUTCOMES}
    ends = {
        f"outcome_{end}": rows["outcome"].map({n: float(x[i]) for n, x in whole.items()})
        for i, end in ((1, "low"), (2, "high"))
    }
    return rows.assign(**ends)


def _discount_rate(study: Study, evaluation: Evaluation) -> Array | None:
    name = study.file.study.discount_rate
    return evaluation.scenario.draws[name] if name else None


def _bill(event: Event, study: Study, evaluation: Evaluation) -> Bill:
    """Return where the money of an event goes that is spent once; nothing, where none is."""
    by_line = event.bill(evaluation.scenario, study.table)
    if by_line is not None:
        return by_line
    spent = [
        p for p in evaluation.shock.parts if (p.pledge, p.phase) == (event.pledge, "construction")
    ]
    if spent:
        part = spent[0]
        words = event.kind.replace("_", " ")
        return Bill(
            part.domestic,
            part.imported,
            part.margins,
            part.taxes,
            part.existing_assets,
            {words: part.amount},
        )
    columns = evaluation.shock.columns
    nothing = np.zeros((len(study.table.products), columns))
    return Bill(nothing, nothing, nothing, nothing, np.zeros(columns), {})


def _implied(study: Study, promise: Promise, evaluation: Evaluation) -> Array:
    if promise.peak:
        result = evaluation.gross
        product = result.products.position(promise.peak["product"])
        size = np.zeros((len(study.years), result.responses[0].profile.shape[1]))
        for response in result.responses:
            if response.pledge == promise.peak["pledge"] and response.phase == "construction":
                jobs = response.values["employment"][response.effects.index("direct"), product]
                size += jobs * response.profile
        return np.asarray(size.max(axis=0))
    amounts = evaluation.scenario.amounts
    draws = evaluation.scenario.draws
    implied = [amounts[pledge] * draws[name] for pledge, name in promise.implied.items()]
    return np.asarray(np.sum(implied, axis=0))


def _sides(check: CrossCheck, evaluation: Evaluation) -> tuple[CrossCheck, Array, Array]:
    scenario = evaluation.scenario
    left, right = (
        side.values(scenario.draws, scenario.spent, scenario.promised) for side in check.sides
    )
    return check, left, right


def _optional(study: Study, role: str) -> pd.DataFrame:
    if role in study.roles:
        return study.dataset(role).frame
    return pd.DataFrame(columns=SCHEMAS[ROLES[role]].names)


def inputs(study: Study) -> dict[str, Path]:
    """Return every file a study rests on, by name."""
    found = {
        f"data/{name}.parquet": study.data.entry(name).parquet for name in study.dataset_names()
    }
    found[f"studies/{study.path.name}"] = study.path
    for event in study.events:
        for template in event.used_templates:
            found[f"templates/{template.path.name}"] = template.path
    folders = (study.path.parent, study.data.folder / "templates")
    for variant in study.file.variant:
        for name in variant.templates.values():
            path = template_file(name, folders)
            found[f"templates/{path.name}"] = path
    package = Path(__file__).parents[2]
    found["econ/quantity/assumptions.toml"] = package / "quantity" / "assumptions.toml"
    found["econ/references.toml"] = package / "references.toml"
    return found
