"""One function per table of the report; `TABLES` finds them by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.interval import interval
from econ.impact.result import EFFECTS, ImpactResult
from econ.report import (
    doubt_tables,
    energy,
    inputs,
    people,
    places,
    promises,
    purse,
    questions,
    record_tables,
)
from econ.report.contents import Contents

__all__ = ["TABLES", "impacts"]

Array = npt.NDArray[np.float64]

NATIONAL_MEASURES: Final = ("employment", "gdp", "gva", "output", "compensation")


def _ranged(prefix: str, draws: Array) -> dict[str, float]:
    value, low, high = interval(draws)
    return {prefix: float(value), f"{prefix}_low": float(low), f"{prefix}_high": float(high)}


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
        row |= _ranged(name, draws)
        row[f"{name}_median"] = float(np.median(draws[1:]))
        row[f"{name}_above_zero"] = float((draws[1:] > 0).mean())
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


def destinations(contents: Contents) -> pd.DataFrame:
    """Return where each euro of investment goes: abroad first, then what stays in the country.

    The shares of a subject sum to one: every import, whether bought directly or by a supplier, all
    value added, product taxes, and what only changes its owner.
    """
    rows = []
    result = contents.gross_open
    for subject, members in contents.subjects().items():
        amount = np.sum([contents.amounts[name] for name in members], axis=0)

        def of(measure: str, effect: str, names: Sequence[str] = members) -> Array:
            return result.draws(measure, pledges=names, phase="construction", effect=effect)

        foreign = np.sum([contents.bills[name].imported.sum(axis=0) for name in members], axis=0)
        existing = np.sum([contents.bills[name].existing_assets for name in members], axis=0)
        parts = {
            "imported directly": foreign,
            "imported by suppliers": of("imports", "direct") + of("imports", "indirect") - foreign,
            "value added of contractors": of("gva", "direct"),
            "value added of their suppliers": of("gva", "indirect"),
            "product taxes": of("taxes", "direct") + of("taxes", "indirect"),
            "land and financial claims": existing,
        }
        for destination, money in parts.items():
            share = np.divide(money, amount, out=np.zeros_like(money), where=amount > 0)
            value, low, high = interval(share)
            rows.append(
                {
                    "subject": subject,
                    "label": contents.label(subject),
                    "destination": destination,
                    "amount": float(money[0]),
                    "unit": str(contents.unit),
                    "share": float(value),
                    "share_low": float(low),
                    "share_high": float(high),
                }
            )
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
    """Return jobs by product, gross and net: all years of construction, one of operation."""
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
    merged.insert(2, "label", [contents.products.title(code) for code in merged["product"]])
    order = ["phase", "measure", "gross"]
    return merged.sort_values(order, ascending=[True, True, False], ignore_index=True)


def bridge(contents: Contents) -> pd.DataFrame:
    """Return what is left of jobs and GDP after each step from gross to net."""
    rows = []
    for phase in ("construction", "operation"):
        when, years = _span(contents, phase)
        for measure in ("employment", "gdp"):
            for step, result in contents.steps.items():
                value, low, high = interval(result.draws(measure, phase=phase, years=years))
                rows.append(
                    {
                        "phase": phase,
                        "measure": measure,
                        "step": step,
                        "when": when,
                        "unit": _unit(result, measure, years),
                        "left": float(value),
                        "left_low": float(low),
                        "left_high": float(high),
                    }
                )
    return pd.DataFrame(rows)


def programmes(contents: Contents) -> pd.DataFrame:
    """Return what training and start-up support may add: near zero, with a fat tail."""
    rows = []
    result = contents.programmes
    facts = contents.commitments.set_index("commitment")["amount"]
    for name in result.pledges:
        promised = float(facts[name])
        draws = result.draws("employment", pledges=[name], years=[contents.last_year])
        value, low, high = interval(draws)
        rows.append(
            {
                "commitment": name,
                "label": contents.label(name),
                "value": float(value),
                "low": float(low),
                "high": float(high),
                "median": float(np.median(draws[1:])),
                "mean": float(draws[1:].mean()),
                "per_thousand": float(draws[1:].mean()) / promised * 1000,
                "none": float((draws[1:] == 0.0).mean()),
                "unit": str(result.units["employment"]),
            }
        )
    return pd.DataFrame(rows)


def sensitivity(contents: Contents) -> pd.DataFrame:
    """Return how far each assumption moves each outcome, widest first."""
    frame = contents.sensitivity.assign(
        swing=(contents.sensitivity["high"] - contents.sensitivity["low"]).abs()
    )
    return frame.sort_values(["outcome", "swing"], ascending=[True, False], ignore_index=True)


def impacts(contents: Contents) -> pd.DataFrame:
    """Return every impact row of both models, gross and net, and of the programmes.

    The open model's rows are the closed model's without the induced effect.
    """
    frames = []
    for closed, opened in (
        (contents.gross, contents.gross_open),
        (contents.net, contents.net_open),
    ):
        rows = closed.frame()
        frames += [rows[rows["effect"] != "induced"].assign(model=opened.model), rows]
    return pd.concat([*frames, contents.programmes.frame()], ignore_index=True)


TABLES: Final[Mapping[str, Callable[[Contents], pd.DataFrame]]] = {
    "headline": headline,
    "effects": effects,
    "pledges": inputs.pledges,
    "destinations": destinations,
    "by_year": by_year,
    "by_product": by_product,
    "by_region": places.by_region,
    "sites": places.sites,
    "own_shares": places.own_shares,
    "by_method": places.by_method,
    "tiles": places.tiles,
    "bridge": bridge,
    "attribution": questions.attribution,
    "present_values": questions.present_values,
    "promises": promises.promises,
    "crosschecks": promises.crosschecks,
    "record": promises.record,
    "benchmarks": promises.benchmarks,
    "model_and_record": record_tables.model_and_record,
    "pooled": record_tables.pooled,
    "two_answers": record_tables.two_answers,
    "calibration": record_tables.calibration,
    "programmes": programmes,
    "purse": purse.purse,
    "purse_by_level": purse.purse_by_level,
    "purse_by_year": purse.purse_by_year,
    "incomes": purse.incomes,
    "levies": purse.levies,
    "public_money": purse.public_money,
    "people": people.people,
    "pay_by_product": people.pay_by_product,
    "electricity": energy.electricity,
    "carbon": energy.carbon,
    "energy_demand": energy.energy_demand,
    "bill": inputs.bill,
    "sensitivity": sensitivity,
    "drivers": doubt_tables.drivers,
    "chances": doubt_tables.chances,
    "variants": doubt_tables.variants,
    "readings": doubt_tables.readings,
    "assumptions": inputs.assumptions,
    "sources": inputs.sources,
}
