"""What a report shows of a study's areas: results, sites, own shares, every method beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from econ.quantity.axes import Classification
from econ.report.contents import Places
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
        by_method=_by_method(study),
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
        steps = list(variant.evaluate(central).regional.values())
        result, net = steps[0], steps[-1]
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
                            "net": float(net.draws("employment", regions=[area], **chosen)[0]),
                            "share": float(here / whole) if whole else 0.0,
                            "unit": str(unit if years else unit.summed_over_years()),
                        }
                    )
    return pd.DataFrame(rows)


def products(study: Study) -> Classification:
    """Return the words for every product of the study's table."""
    frame = study.dataset("products").frame
    return Classification("products", dict(zip(frame["code"], frame["label"], strict=True)))
