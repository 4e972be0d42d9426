"""Tables of electricity and carbon of the sites, beside the table's own demand for energy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.report.contents import Contents
from econ.report.contents.satellites import EnergySite
from econ.report.tables.ranges import FACTOR_OF_FLAG, ends, ranged, ratio
from econ.scenario.energy import YEARLY

__all__ = ["carbon", "electricity", "energy_demand"]

Array = npt.NDArray[np.float64]
TONNES: Final = "tCO2e per year"


def _total(sites: Sequence[EnergySite], side: str) -> Array:
    return np.asarray(np.sum([getattr(s, side) for s in sites if not s.within], axis=0))


def electricity(contents: Contents) -> pd.DataFrame:
    """Return the electricity of each site in full operation, gross and net, and what it costs.

    Columns pledge, label, within, words, unit, gross, net, reported (missing where nobody reports),
    bill (at a price: what a metered site buys), bought (its share of running cost: what any other
    site buys), each with its interval;
    money (unit of the last two), reported_ratio (reckoned over reported), bill_ratio (bill over
    bought), verdict of the bill (``fits`` within a factor of two, else ``far apart``), note. The
    last row is the total over sites that are within no other.
    """
    found = contents.energy
    if found is None:
        return pd.DataFrame()
    rows = []
    for site in found.sites:
        fits = (
            ratio(site.bill, site.bought) if site.bought.any() else np.full_like(site.bill, np.nan)
        )
        share = float(fits[0]) if site.bought[0] else np.nan
        near = 1.0 / FACTOR_OF_FLAG <= share <= FACTOR_OF_FLAG
        told = np.full_like(site.gross, np.nan) if site.reported is None else site.reported
        rows.append(
            {
                "pledge": site.pledge,
                "label": contents.label(site.pledge),
                "within": site.within,
                "words": site.words,
                "reported_words": site.reported_words,
                "note": site.note,
                "unit": YEARLY,
                "money": f"{contents.unit} per year",
                **ranged("gross", site.gross),
                **ranged("net", site.net),
                **ranged("reported", told),
                **ranged("bill", site.bill),
                **ranged("bought", site.bought),
                "reported_ratio": float(site.gross[0] / told[0]),
                "bill_ratio": share,
                "verdict": "fits" if near else "far apart" if np.isfinite(share) else "",
                **ends("reported_ratio", site.gross / told),
                **ends("bill_ratio", fits),
            }
        )
    total = {side: _total(found.sites, side) for side in ("gross", "net", "bill", "bought")}
    head = {"pledge": "all", "label": contents.label("all"), "within": "", "words": "", "note": ""}
    rows.append(
        head
        | {"unit": YEARLY, "money": f"{contents.unit} per year", "verdict": ""}
        | {
            key: value
            for side, draws in total.items()
            for key, value in ranged(side, draws).items()
        }
    )
    return pd.DataFrame(rows)


def carbon(contents: Contents) -> pd.DataFrame:
    """Return what the electricity of all sites emits in a year, by way of counting, gross and net.

    Columns label, method, factor with interval [tCO2e per GWh], gross, net with intervals, unit,
    note.
    """
    found = contents.energy
    if found is None:
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "label": entry.label,
                "method": entry.method,
                **ranged("factor", entry.factor),
                **ranged("gross", entry.factor * _total(found.sites, "gross")),
                **ranged("net", entry.factor * _total(found.sites, "net")),
                "unit": TONNES,
                "note": entry.note,
            }
            for entry in found.carbon
        ]
    )


def energy_demand(contents: Contents) -> pd.DataFrame:
    """Return the table's own demand for energy: output of its energy product, by phase.

    Columns phase, when, product, label, unit, gross, net with intervals; output_per_unit_sold:
    its own output per unit of it sold to a final user, with what producers sell to each other.
    """
    found = contents.energy
    if found is None:
        return pd.DataFrame()
    rows = []
    for phase, year in (("construction", 0), ("operation", contents.last_year)):
        row: dict[str, object] = {
            "phase": phase,
            "when": f"in {year}"
            if year
            else f"total {contents.gross.years[0]}-{contents.last_year}",
            "product": found.product,
            "label": contents.products.title(found.product),
            "unit": str(contents.gross.units["output"]),
        }
        for name, result in (("gross", contents.gross), ("net", contents.net)):
            dimensions = ("phase", "product", "year") if year else ("phase", "product")
            frame = result.by(*dimensions, measures=["output"])
            chosen = frame[
                (frame["phase"] == phase)
                & (frame["product"] == found.product)
                & (frame["year"] == year)
            ]
            parts = {name: "value", f"{name}_low": "low", f"{name}_high": "high"}
            row |= {key: float(chosen[column].sum()) for key, column in parts.items()}
        rows.append(row | {"output_per_unit_sold": found.per_unit_sold})
    return pd.DataFrame(rows)
