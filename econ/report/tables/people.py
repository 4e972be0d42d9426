"""Tables of people: heads, full-time posts and hours; pay per head by product."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.interval import interval
from econ.impact.result import EFFECTS
from econ.quantity.units import PERSONS, Unit
from econ.report.contents import Contents

__all__ = ["pay_by_product", "people"]

Array = npt.NDArray[np.float64]
FTE: Final = Unit("FTE")
MILLION: Final = 10**6


def people(contents: Contents) -> pd.DataFrame:
    """Return heads, full-time equivalents and hours by phase and effect, gross and net.

    Columns phase, effect, what, unit, gross, net with intervals and medians. Over several years
    heads become job-years and full-time equivalents FTE-years; hours are millions. Compensation
    per head is of each draw, gross only: a mean over jobs of open sign says nothing.
    """
    found = contents.people
    if found is None:
        return pd.DataFrame()
    rows = []
    for phase, years in (("construction", None), ("operation", [contents.last_year])):
        for effect in (*EFFECTS, None):
            amounts: dict[str, dict[str, Array]] = {}
            for side, result in (("gross", contents.gross), ("net", contents.net)):
                chosen = {"phase": phase, "effect": effect}
                jobs = result.draws("employment", years=years, **chosen)
                pay = result.draws("compensation", years=years, **chosen)
                per_head = np.divide(pay, jobs, out=np.zeros_like(pay), where=jobs != 0.0)
                amounts[side] = {
                    "heads": jobs,
                    "full-time equivalents": jobs * found.full_time,
                    "hours": jobs * found.hours / MILLION,
                    "compensation per head": per_head * contents.unit.scale,
                }
            units = [PERSONS, FTE] if years else [u.summed_over_years() for u in (PERSONS, FTE)]
            named = dict(zip(amounts["gross"], map(str, units), strict=False))
            money = f"{contents.unit.base} {contents.unit.price_year} per person and year"
            named |= {"hours": "million hours", "compensation per head": money}
            for what, unit in named.items():
                row: dict[str, object] = {
                    "phase": phase,
                    "effect": effect or "total",
                    "what": what,
                    "unit": unit,
                }
                sides = ("gross",) if what.startswith("compensation") else ("gross", "net")
                for side in sides:
                    draws = amounts[side][what]
                    value, low, high = (float(x) for x in interval(draws))
                    row |= {side: value, f"{side}_low": low, f"{side}_high": high}
                    row[f"{side}_median"] = float(np.median(draws[1:]))
                rows.append(row)
    return pd.DataFrame(rows)


def pay_by_product(contents: Contents) -> pd.DataFrame:
    """Return compensation per person employed by product, of the table, highest first."""
    found = contents.people
    if found is None:
        return pd.DataFrame()
    frame = found.pay.copy()
    frame.insert(1, "label", [contents.products.title(code) for code in frame["product"]])
    return frame.sort_values("pay", ascending=False, ignore_index=True)
