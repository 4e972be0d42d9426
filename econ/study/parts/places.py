"""What a report shows of a study's areas: results, sites, own shares, every method beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from econ.impact.interval import interval
from econ.quantity.axes import Classification
from econ.report.contents import Places
from econ.scenario.regions import RegionsTable
from econ.study.by_place import Geography
from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["places", "products"]


def places(study: Study, evaluation: Evaluation) -> Places | None:
    """Return what the study does area by area, or None where it names no areas."""
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
        by_method=_by_method(study, evaluation),
    )


def _sheltered(study: Study, found: Geography) -> tuple[str, ...]:
    """Return the products an area covers itself, in words."""
    known = products(study)
    named = set(found.settings.sheltered)
    industry_of = found.activity.industry_of
    return tuple(known.title(x) for x in study.table.products.labels if {industry_of[x], x} & named)


def _said(method: str) -> str:
    """Return a method as a reader writes it: quotients by their initials."""
    name, *rest = method.split(",")
    return ",".join([name if name == "gravity" else name.upper(), *rest])


def _by_method(study: Study, evaluation: Evaluation) -> pd.DataFrame:
    """Return jobs in the areas of each site by every method of the study, on the same draws."""
    settings = study.file.regions
    if settings is None:
        return pd.DataFrame()
    few = settings.model_copy(update={"tables": settings.tables_of_others})
    variants = {method: _with(study, few).with_method(method) for method in settings.others}
    if settings.sheltered:
        bare = few.model_copy(update={"sheltered": []})
        variants[f"{settings.method}, nothing sheltered"] = _with(study, bare)
    located = study.geography
    rows = []
    # One after the other: what every method does everywhere is not held at once, and of the others
    # only jobs are shown.
    for method in (settings.method, *variants):
        other = variants.get(method)
        answer = evaluation if other is None else other.by_area(evaluation, ("employment",))
        gross, net = (list(answer.regional.values())[end] for end in (0, -1))
        unit = gross.units["employment"]
        for pledge, shares in settings.sites.items():
            areas = [located.area_of(code) for code in shares] if located else list(shares)
            for area in dict.fromkeys(areas):
                for phase, years in (("construction", None), ("operation", [study.years[-1]])):
                    chosen: dict[str, Any] = {"pledges": [pledge], "phase": phase, "years": years}
                    whole = gross.draws("employment", **chosen)
                    here, left = (
                        result.draws("employment", regions=[area], **chosen)
                        for result in (gross, net)
                    )
                    share = np.divide(here, whole, out=np.zeros_like(whole), where=whole != 0.0)
                    drawn = {"gross": here, "net": left, "share": share}
                    ends = {name: interval(draws) for name, draws in drawn.items()}
                    rows.append(
                        {
                            "method": method,
                            "method_label": _said(method),
                            "pledge": pledge,
                            "region": area,
                            "phase": phase,
                            **{name: float(value) for name, (value, _, _) in ends.items()},
                            "unit": str(unit if years else unit.summed_over_years()),
                            **{f"{name}_low": float(low) for name, (_, low, _) in ends.items()},
                            **{f"{name}_high": float(high) for name, (_, _, high) in ends.items()},
                        }
                    )
    return pd.DataFrame(rows)


def _with(study: Study, settings: RegionsTable) -> Study:
    return replace(study, file=study.file.model_copy(update={"regions": settings}))


def products(study: Study) -> Classification:
    """Return the words for every product of the study's table."""
    frame = study.dataset("products").frame
    return Classification("products", dict(zip(frame["code"], frame["label"], strict=True)))
