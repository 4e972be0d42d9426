"""From a study to everything its report shows: results, sensitivity, promises, inputs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.schemas import SCHEMAS
from econ.quantity.axes import Classification
from econ.quantity.parameters import WIDENING
from econ.quantity.prices import convert
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit
from econ.report.contents import Contents, Places
from econ.scenario.bridge import Bill
from econ.scenario.crosschecks import CrossCheck
from econ.scenario.declarations import Promise
from econ.scenario.events import CapitalExpenditure, Event
from econ.scenario.satellites import used_by_satellites
from econ.study.by_place import Geography
from econ.study.doubt import doubt
from econ.study.drivers import national, sensitivity
from econ.study.evaluation import Evaluation
from econ.study.question import ROLES
from econ.study.satellites import energy, people, purse
from econ.study.study import Study

__all__ = ["contents", "inputs", "used_parameters"]

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


def contents(study: Study) -> Contents:
    """Run the study and gather everything its report shows."""
    evaluation = study.run()
    used = used_parameters(study)
    decisive = used_parameters(national(study))
    scenario = evaluation.scenario
    money = scenario.prices
    table_money = study.table.unit
    plain = Unit(table_money.base, table_money.scale, table_money.price_year)
    factor = convert(1.0, plain, study.unit, money)
    sources = frozenset(key for name in used for key in study.assumptions[name].source)
    sources |= {mark.source for mark in study.benchmarks}
    bills = {e.pledge: _bill(e, study, evaluation).scaled(factor) for e in study.events}
    sources |= {key for bill in bills.values() for keys in bill.sources.values() for key in keys}
    return Contents(
        name=study.name,
        title=study.title,
        unit=study.unit,
        seed=study.seed,
        shock=evaluation.shock,
        gross_open=evaluation.gross_open,
        net_open=evaluation.net_open,
        steps=evaluation.steps,
        programmes=evaluation.programmes,
        places=_places(study, evaluation),
        amounts=scenario.amounts,
        bills=bills,
        jobs_implied={p.commitment: _implied(study, p, evaluation) for p in study.promises},
        sensitivity=sensitivity(national(study), sorted(decisive)),
        pledges=study.pledges,
        commitments=study.commitments,
        context=_optional(study, "context"),
        corrections=_optional(study, "corrections"),
        record=_optional(study, "record"),
        benchmarks=study.benchmarks,
        crosschecks=[_sides(check, evaluation) for check in study.crosschecks],
        promises=study.promises,
        excluded=study.excluded,
        products=_products(study),
        assumptions=study.assumptions,
        used=used,
        decisive=decisive,
        table_facts={
            "gdp": study.table.gdp_by_production,
            "employment": float(study.table.employment.sum()),
        },
        texts=study.file.report,
        sources=study.data.sources,
        inputs=inputs(study),
        provenance=Provenance(evaluation.shock.provenance.sources | sources),
        purse=purse(study, evaluation),
        people=people(study),
        energy=energy(study, evaluation),
        doubt=doubt(study, evaluation),
    )


def _bill(event: Event, study: Study, evaluation: Evaluation) -> Bill:
    """Return where the money of an event goes that is spent once; nothing, where none is."""
    if isinstance(event, CapitalExpenditure):
        return evaluation.scenario.bill(event, study.table)
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
        side.values(scenario.draws, scenario.amounts, scenario.promised) for side in check.sides
    )
    return check, left, right


def _places(study: Study, evaluation: Evaluation) -> Places | None:
    found = study.geography
    if found is None:
        return None
    areas = found.areas
    trade = found.central(study.table, study.assumptions)
    return Places(
        steps=evaluation.regional,
        titles={label: areas.titles[label] for label in areas.axis.labels},
        regions=areas.regions,
        whole=areas.whole_regions,
        region_titles={r: areas.titles.get(r, r) for r in areas.regions.values()},
        sites={
            pledge: tuple(dict.fromkeys(found.area_of(code) for code in shares))
            for pledge, shares in found.settings.sites.items()
        },
        tiles=found.tiles,
        own=trade.frame(),
        statement=trade.statement,
        year=found.activity.year,
        industries=len(found.activity.industries),
        note=found.settings.note,
        tables=found.settings.tables,
        sheltered=_sheltered(study, found),
        by_method=_by_method(study),
    )


def _sheltered(study: Study, found: Geography) -> tuple[str, ...]:
    """Return the products an area covers itself, in words."""
    known = _products(study)
    named = set(found.settings.sheltered)
    industry_of = found.activity.industry_of
    return tuple(known.title(x) for x in study.table.products.labels if {industry_of[x], x} & named)


def _said(method: str) -> str:
    """Return a method as a reader writes it: quotients by their initials."""
    name, *rest = method.split(",")
    return ",".join([name if name == "gravity" else name.upper(), *rest])


def _by_method(study: Study) -> pd.DataFrame:
    """Return gross jobs in the areas of each site, central values, by every method of the study."""
    settings = study.file.regions
    if settings is None:
        return pd.DataFrame()
    central = study.assumptions.draws(study.seed, 0)
    rows = []
    variants = {m: study.with_method(m) for m in (settings.method, *settings.others)}
    if settings.sheltered:
        bare = settings.model_copy(update={"sheltered": []})
        file = study.file.model_copy(update={"regions": bare})
        variants[f"{settings.method}, nothing sheltered"] = replace(study, file=file)
    for method, variant in variants.items():
        result = variant.evaluate(central).regional["gross"]
        for pledge, shares in settings.sites.items():
            located = study.geography
            areas = [located.area_of(code) for code in shares] if located else list(shares)
            for area in dict.fromkeys(areas):
                for phase, years in (("construction", None), ("operation", [study.years[-1]])):
                    chosen: dict[str, Any] = {"pledges": [pledge], "phase": phase, "years": years}
                    whole = result.draws("employment", **chosen)[0]
                    here = result.draws("employment", regions=[area], **chosen)[0]
                    unit = result.units["employment"]
                    rows.append(
                        {
                            "method": method,
                            "method_label": _said(method),
                            "pledge": pledge,
                            "region": area,
                            "phase": phase,
                            "gross": float(here),
                            "share": float(here / whole) if whole else 0.0,
                            "unit": str(unit if years else unit.summed_over_years()),
                        }
                    )
    return pd.DataFrame(rows)


def _optional(study: Study, role: str) -> pd.DataFrame:
    if role in study.roles:
        return study.dataset(role).frame
    return pd.DataFrame(columns=SCHEMAS[ROLES[role]].names)


def _products(study: Study) -> Classification:
    frame = study.dataset("products").frame
    return Classification("products", dict(zip(frame["code"], frame["label"], strict=True)))


def inputs(study: Study) -> dict[str, Path]:
    """Return every file a study rests on, by name."""
    found = {
        f"data/{name}.parquet": study.data.entry(name).parquet for name in study.dataset_names()
    }
    found[f"studies/{study.path.name}"] = study.path
    for event in study.events:
        for template in event.used_templates:
            found[f"templates/{template.path.name}"] = template.path
    package = Path(__file__).parents[1]
    found["econ/quantity/assumptions.toml"] = package / "quantity" / "assumptions.toml"
    found["econ/references.toml"] = package / "references.toml"
    return found
