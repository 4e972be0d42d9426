"""Tables of the country: the headline, effects, years, products, and the steps to net."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.result import EFFECTS, ImpactResult
from econ.report.contents import Contents
from econ.report.tables.ranges import ranged

__all__ = ["bridge", "by_product", "by_year", "effects", "headline", "spread"]

Array = npt.NDArray[np.float64]

NATIONAL_MEASURES: Final = ("employment", "gdp", "gva", "output", "compensation")


def spread(prefix: str, draws: Array) -> dict[str, float]:
    """Return central value, interval, median and share above zero of draws, shape (c,)."""
    return {
        **ranged(prefix, draws),
        f"{prefix}_median": float(np.median(draws[1:])),
        f"{prefix}_above_zero": float((draws[1:] > 0).mean()),
    }


def _gross_and_net(
    contents: Contents,
    measure: str,
    phase: str,
    *,
    pledges: Sequence[str] | None = None,
    effect: str | None = None,
    years: Sequence[int] | None = None,
) -> dict[str, float]:
    row: dict[str, float] = {}
    for name, result in (("gross", contents.gross), ("net", contents.net)):
        draws = result.draws(measure, pledges=pledges, phase=phase, effect=effect, years=years)
        row |= spread(name, draws)
    return row


def _span(contents: Contents, phase: str) -> tuple[str, list[int] | None]:
    """Return how a phase is summed up: construction over all years, operation in the last."""
    if phase == "construction":
        return f"total {contents.gross.years[0]}-{contents.last_year}", None
    return f"in {contents.last_year}", [contents.last_year]


def _unit(result: ImpactResult, measure: str, years: list[int] | None) -> str:
    unit = result.units[measure]
    return str(unit.summed_over_years() if years is None else unit)


def headline(contents: Contents) -> pd.DataFrame:
    """Return jobs and GDP of every subject, by phase, gross and net, with intervals."""
    rows = []
    for subject, pledges in contents.subjects().items():
        for phase in ("construction", "operation"):
            when, years = _span(contents, phase)
            rows += [
                {
                    "subject": subject,
                    "label": contents.label(subject),
                    "phase": phase,
                    "measure": measure,
                    "when": when,
                    "unit": _unit(contents.gross, measure, years),
                    **_gross_and_net(contents, measure, phase, pledges=pledges, years=years),
                }
                for measure in ("employment", "gdp")
            ]
    return pd.DataFrame(rows)


def effects(contents: Contents) -> pd.DataFrame:
    """Return direct, indirect and induced effects on every measure, by phase, gross and net."""
    rows = []
    for phase in ("construction", "operation"):
        when, years = _span(contents, phase)
        for measure in NATIONAL_MEASURES:
            rows += [
                {
                    "phase": phase,
                    "measure": measure,
                    "effect": effect or "total",
                    "when": when,
                    "unit": _unit(contents.gross, measure, years),
                    **_gross_and_net(contents, measure, phase, effect=effect, years=years),
                }
                for effect in (*EFFECTS, None)
            ]
    return pd.DataFrame(rows)


def by_year(contents: Contents) -> pd.DataFrame:
    """Return jobs and GDP of each year and phase, gross and net."""
    rows = []
    for year in contents.gross.years:
        for phase in ("construction", "operation"):
            rows += [
                {
                    "year": year,
                    "phase": phase,
                    "measure": measure,
                    "unit": str(contents.gross.units[measure]),
                    **_gross_and_net(contents, measure, phase, years=[year]),
                }
                for measure in ("employment", "gdp")
            ]
    return pd.DataFrame(rows)


def by_product(contents: Contents) -> pd.DataFrame:
    """Return jobs by product, gross and net: all years of construction, one of operation.

    Columns phase, product, label, measure, unit, gross and net with intervals; employment, the
    product's own jobs as the table has them in one year, and gross and net over it as shares with
    intervals. Like stands over like: construction is job-years of all years, so the product's own
    jobs are those of as many years [job-years]; operation is one year [persons]. The last are
    missing for other measures, and for products without jobs.
    """
    keys = ["phase", "product"]
    frames = []
    for name, result in (("gross", contents.gross), ("net", contents.net)):
        total = result.by("phase", "product", measures=["employment", "gva"])
        total = total[total["phase"] == "construction"]
        yearly = result.by("phase", "product", "year", measures=["employment", "gva"])
        yearly = yearly[(yearly["phase"] == "operation") & (yearly["year"] == contents.last_year)]
        rows = pd.concat([total, yearly])
        renamed = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
        frames.append(rows[[*keys, "measure", "unit", *renamed]].rename(columns=renamed))
    merged = frames[0].merge(frames[1], on=[*keys, "measure", "unit"], how="outer")
    products = contents.gross.products
    jobs = dict(zip(products.labels, contents.employment, strict=True))
    years = merged["phase"].map({"construction": len(contents.gross.years), "operation": 1})
    own = (merged["product"].map(jobs) * years).where(merged["measure"] == "employment")
    merged["employment"] = own.where(own > 0.0)
    for name in ("gross", "net"):
        for end in ("", "_low", "_high"):
            merged[f"{name}_share{end}"] = merged[f"{name}{end}"] / merged["employment"]
    merged.insert(2, "label", [contents.products.title(code) for code in merged["product"]])
    order = ["phase", "measure", "gross"]
    return merged.sort_values(order, ascending=[True, True, False], ignore_index=True)


def bridge(contents: Contents) -> pd.DataFrame:
    """Return what is left of jobs and GDP after each step from gross to net, and what it takes.

    Columns phase, measure, step, when, unit, left and lost with their intervals. What a step takes
    is taken draw by draw; below zero it adds.
    """
    rows = []
    for phase in ("construction", "operation"):
        when, years = _span(contents, phase)
        for measure in ("employment", "gdp"):
            before = None
            for step, result in contents.steps.items():
                left = result.draws(measure, phase=phase, years=years)
                rows.append(
                    {
                        "phase": phase,
                        "measure": measure,
                        "step": step,
                        "when": when,
                        "unit": _unit(result, measure, years),
                        **ranged("left", left),
                        **ranged("lost", np.zeros_like(left) if before is None else before - left),
                    }
                )
                before = left
    return pd.DataFrame(rows)
