"""Tables that answer other questions than net: what policy caused, and what it is worth today."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.factored import totals
from econ.impact.result import ImpactResult
from econ.kernels.phasing import discount_factors
from econ.report.contents import Contents
from econ.report.tables.ranges import ranged

__all__ = ["attribution", "present_values"]

Array = npt.NDArray[np.float64]


def attribution(contents: Contents) -> pd.DataFrame:
    """Return what policy caused, beside net and gross: another question, never multiplied with it.

    Columns phase, measure, when, unit, gross, net, policy, each with low and high. Empty where the
    study names no share for it.
    """
    rows: list[dict[str, object]] = []
    if contents.attributed is None:
        return pd.DataFrame(rows)
    answers = {"gross": contents.gross, "net": contents.net, "policy": contents.attributed}
    spans: dict[str, list[int] | None] = {"construction": None, "operation": [contents.last_year]}
    for phase, years in spans.items():
        for measure in ("employment", "gdp"):
            unit = contents.gross.units[measure]
            row: dict[str, object] = {
                "phase": phase,
                "measure": measure,
                "when": "all years" if years is None else f"in {contents.last_year}",
                "unit": str(unit.summed_over_years() if years is None else unit),
            }
            for name, result in answers.items():
                row |= ranged(name, result.draws(measure, phase=phase, years=years))
            rows.append(row)
    return pd.DataFrame(rows)


def present_values(contents: Contents) -> pd.DataFrame:
    """Return GDP of all years discounted to the study's price year, gross and net.

    An extra: no other figure is discounted, and this one is added to none. Columns subject, label,
    phase, base_year, rate, unit, and gross and net with low and high. Empty where the study names
    no rate.
    """
    rows: list[dict[str, object]] = []
    base = contents.unit.price_year
    if contents.discount_rate is None or base is None:
        return pd.DataFrame(rows)
    years = np.asarray(contents.gross.years, dtype=np.float64)
    factors = discount_factors(years, float(base), contents.discount_rate)
    for subject, members in contents.subjects().items():
        if members == (subject,):
            continue
        for phase in ("construction", "operation"):
            row: dict[str, object] = {
                "subject": subject,
                "label": contents.label(subject),
                "phase": phase,
                "base_year": base,
                "rate": float(contents.discount_rate[0]),
                "unit": str(contents.gross.units["gdp"]),
            }
            for name, result in (("gross", contents.gross), ("net", contents.net)):
                row |= ranged(name, _discounted(result, members, phase, factors))
            rows.append(row)
    return pd.DataFrame(rows)


def _discounted(result: ImpactResult, pledges: Sequence[str], phase: str, factors: Array) -> Array:
    found = np.zeros(factors.shape[1])
    for response in result.responses:
        if response.phase == phase and response.pledge in pledges:
            size = (totals(response.values, "gdp") * response.weight).sum(axis=0)
            found = found + size * (response.profile * factors).sum(axis=0)
    return found
