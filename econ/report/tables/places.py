"""Tables of what happens where: by area, and around each site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.interval import interval
from econ.report.contents import Contents, Places
from econ.report.tables.ranges import ranged

__all__ = ["by_method", "by_region", "own_shares", "sites", "tile_values", "tiles"]

Array = npt.NDArray[np.float64]
MEASURES: Final = ("employment", "gdp")
TOTAL: Final = "_T"


def by_region(contents: Contents) -> pd.DataFrame:
    """Return jobs and GDP of every area, gross and net, of all pledges and of each part.

    Columns subject, label, region, title, phase, measure, when, unit, then gross and net with
    their intervals, median and share of draws above zero, and share (of the country, gross) with
    its interval.
    """
    places = contents.places
    if places is None:
        return pd.DataFrame()
    rows = []
    for subject, pledges in {"all": tuple(contents.amounts), **_each(contents)}.items():
        country = {
            (phase, measure): _gross(contents, places, pledges, (phase, measure))
            for phase in ("construction", "operation")
            for measure in MEASURES
        }
        for region, title in places.titles.items():
            for phase in ("construction", "operation"):
                for measure in MEASURES:
                    row = _row(contents, places, pledges, [region], (phase, measure))
                    head = {"subject": subject, "label": contents.label(subject)}
                    head |= {"region": region, "title": title}
                    own = _gross(contents, places, pledges, (phase, measure), [region])
                    share = _over(own, country[phase, measure])
                    rows.append({**head, **row, **ranged("share", share)})
    return pd.DataFrame(rows)


def sites(contents: Contents) -> pd.DataFrame:
    """Return, for each pledge, jobs and GDP in the areas of its sites, near them and elsewhere.

    Columns pledge, label, ring (``site``, ``rest of the region``, ``rest of the country`` or
    ``_T``), title, then as in `by_region`.
    """
    places = contents.places
    if places is None:
        return pd.DataFrame()
    rows = []
    for pledge, areas in places.sites.items():
        near = [
            area
            for area, region in places.regions.items()
            if area not in areas and region in {places.regions[own] for own in areas}
        ]
        far = [area for area in places.titles if area not in (*areas, *near)]
        rings: list[tuple[str, str, Sequence[str]]] = [
            ("site", places.titles[area], [area]) for area in areas
        ]
        rings += [("rest of the region", ", ".join(places.titles[a] for a in near), near)]
        rings += [("rest of the country", "rest of the country", far), (TOTAL, "all areas", [])]
        for phase in ("construction", "operation"):
            for measure in MEASURES:
                for ring, title, members in rings:
                    if members or ring == TOTAL:
                        chosen = members or list(places.titles)
                        row = _row(contents, places, (pledge,), chosen, (phase, measure))
                        head = {"pledge": pledge, "label": contents.label(pledge), "ring": ring}
                        rows.append({**head, "title": title, **row})
    return pd.DataFrame(rows)


def by_method(contents: Contents) -> pd.DataFrame:
    """Return jobs in the areas of each site by every method, with the words for both."""
    places = contents.places
    if places is None:
        return pd.DataFrame()
    frame = places.by_method
    labels = [contents.label(pledge) for pledge in frame["pledge"]]
    titles = [places.titles[region] for region in frame["region"]]
    frame = frame.assign(label=labels, title=titles)
    last = [name for name in frame if str(name).endswith(("_low", "_high"))]
    return frame[[*frame.columns.difference(last, sort=False), *last]]


def own_shares(contents: Contents) -> pd.DataFrame:
    """Return what each area covers itself of every product, and what the method asked for."""
    return pd.DataFrame() if contents.places is None else contents.places.own


def tiles(contents: Contents) -> pd.DataFrame:
    """Return where each area stands on the map of tiles: area, region, title, column, row."""
    places = contents.places
    rows = []
    if places is not None:
        rows = [
            {
                "area": area,
                "region": region,
                "title": _tile_title(places, region),
                "column": places.tiles[region][0],
                "row": places.tiles[region][1],
            }
            for area, region in places.regions.items()
            if region in places.tiles
        ]
    return pd.DataFrame(rows)


def tile_values(contents: Contents) -> pd.DataFrame:
    """Return jobs of all pledges in every region of the map of tiles, with intervals of their own.

    Columns region, title, column, row, then as in `by_region`. A region's interval is taken of the
    sum over its areas, draw by draw.
    """
    places, spread = contents.places, tiles(contents)
    if places is None or spread.empty:
        return pd.DataFrame()
    rows = []
    for keys, members in spread.groupby(["region", "title", "column", "row"], sort=False):
        head = dict(zip(("region", "title", "column", "row"), keys, strict=True))
        for phase in ("construction", "operation"):
            areas, what = list(members["area"]), (phase, "employment")
            rows.append({**head, **_row(contents, places, list(contents.amounts), areas, what)})
    return pd.DataFrame(rows)


def _gross(
    contents: Contents,
    places: Places,
    pledges: Sequence[str],
    what: tuple[str, str],
    regions: Sequence[str] | None = None,
) -> Array:
    phase, measure = what
    years = None if phase == "construction" else [contents.last_year]
    return places.gross.draws(measure, pledges=pledges, phase=phase, regions=regions, years=years)


def _over(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole != 0.0)


def _tile_title(places: Places, region: str) -> str:
    """Return a region's title, or those of its areas where they are not all of it."""
    if region in places.whole:
        return places.region_titles[region]
    return ", ".join(places.titles[area] for area, own in places.regions.items() if own == region)


def _each(contents: Contents) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in contents.amounts}


def _row(
    contents: Contents,
    places: Places,
    pledges: Sequence[str],
    regions: Sequence[str],
    what: tuple[str, str],
) -> dict[str, object]:
    phase, measure = what
    years = None if phase == "construction" else [contents.last_year]
    unit = places.gross.units[measure]
    when = f"total {contents.gross.years[0]}-{contents.last_year}"
    row: dict[str, object] = {
        "phase": phase,
        "measure": measure,
        "when": when if years is None else f"in {contents.last_year}",
        "unit": str(unit.summed_over_years() if years is None else unit),
    }
    for name, result in (("gross", places.gross), ("net", places.net)):
        draws = result.draws(measure, pledges=pledges, phase=phase, regions=regions, years=years)
        value, low, high = interval(draws)
        row |= {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
        row |= {
            f"{name}_median": float(np.median(draws[1:])),
            f"{name}_above_zero": float((draws[1:] > 0).mean()),
        }
    return row
