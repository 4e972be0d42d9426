"""Maps without geometry: regions as tiles, departements as points at their true centres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError
from econ.report.figures.drawing import chart
from econ.report.language import ENGLISH, Language

__all__ = ["point_map", "tile_map"]

UP: Final = "Blues"
BOTH: Final = "PuOr_r"
DARK: Final = 0.6
POINT: Final = 420.0
DEGREE_OF_LONGITUDE: Final = 0.69  # over one of latitude, at 46.5 degrees north
LONGEST: Final = 12


def tile_map(
    values: Mapping[str, float], tiles: pd.DataFrame, what: str, language: Language = ENGLISH
) -> str:
    """Draw a value of every region as a tile: same size for all, place as on the map.

    Parameters
    ----------
    values : mapping of str to float
        By area; the areas of a region are added up.
    tiles : pandas.DataFrame
        Columns area, region, title, column, row.
    what : str
        What the values are, with their unit.
    language : Language
        Of the numbers and titles.
    """
    if tiles.empty:
        return ""
    _check(values)
    known = tiles.assign(value=[float(values.get(area, 0.0)) for area in tiles["area"]])
    regions = known.groupby(["region", "title", "column", "row"], sort=False)["value"].sum()
    rows = regions.reset_index()
    colours = _colours(rows["value"])

    def draw(axes: Any) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415  (heavy: loaded when drawn)

        cells = zip(rows["column"], rows["row"], rows["title"], rows["value"], colours, strict=True)
        for column, row, title, value, (colour, dark) in cells:
            corner = (column, -row)
            axes.add_patch(Rectangle(corner, 0.96, 0.96, facecolor=colour, edgecolor="#8a94a6"))
            ink = "#ffffff" if dark else "#1c2733"
            middle = (column + 0.48, -row + 0.62)
            axes.text(
                *middle,
                _wrapped(language.translate(title)),
                ha="center",
                va="center",
                size=7.5,
                color=ink,
            )
            below = (column + 0.48, -row + 0.2)
            figure = _figure(value, language)
            axes.text(*below, figure, ha="center", va="center", size=9.5, color=ink, weight="bold")
        axes.set_xlim(rows["column"].min() - 0.05, rows["column"].max() + 1.0)
        axes.set_ylim(-rows["row"].max() - 0.05, 1.0 - rows["row"].min())
        axes.set_aspect("equal")
        axes.axis("off")
        axes.set_title(what, loc="left", size=9)

    return chart(draw, 4.9, language)


def point_map(
    values: Mapping[str, float], places: pd.DataFrame, what: str, language: Language = ENGLISH
) -> str:
    """Draw a value of every departement as a point at its centre.

    Parameters
    ----------
    values : mapping of str to float
        By region code; those without a place are left out.
    places : pandas.DataFrame
        Columns region, longitude, latitude; a column title where names are wanted.
    what : str
    language : Language
    """
    values = dict(values)
    _check(values)
    if "region" not in places:
        return ""
    rows = places[places["region"].isin(list(values))]
    if rows.empty:
        return ""
    rows = rows.assign(value=[float(values[code]) for code in rows["region"]])
    colours = _colours(rows["value"])
    labels = rows["title"] if "title" in rows else rows["region"]

    def draw(axes: Any) -> None:
        axes.scatter(
            rows["longitude"],
            rows["latitude"],
            s=POINT,
            c=[colour for colour, _ in colours],
            edgecolors="#8a94a6",
        )
        cells = zip(rows["longitude"], rows["latitude"], labels, rows["value"], strict=True)
        for east, north, label, value in cells:
            below = {"xytext": (0, -15), "textcoords": "offset points", "ha": "center"}
            axes.annotate(
                f"{label}\n{_figure(value, language)}", (east, north), va="top", size=7.5, **below
            )
        axes.set_aspect(1.0 / DEGREE_OF_LONGITUDE)
        axes.margins(0.18)
        axes.axis("off")
        axes.set_title(what, loc="left", size=9)

    return chart(draw, 4.9, language)


def _check(values: Mapping[str, float]) -> None:
    mend = "leave it out, or write a number"
    InputError.raise_if(
        [
            Fault("map", "value", "not finite", mend, str(region), value)
            for region, value in values.items()
            if not np.isfinite(value)
        ]
    )


def _figure(value: float, language: Language) -> str:
    return language.number(float(value), 10.0 if abs(value) >= 100.0 else 1.0)


def _colours(values: pd.Series[float]) -> list[tuple[Any, bool]]:
    """Return a colour for each value, and whether it is dark; white is zero."""
    import matplotlib as mpl  # noqa: PLC0415  (heavy: loaded when drawn)

    # The square root keeps small regions apart beside one that is many times larger.
    size = np.sign(values) * np.sqrt(np.abs(values))
    largest = float(np.abs(size).max()) or 1.0
    share = size / largest
    if (values >= 0.0).all():
        scale = mpl.colormaps[UP]
        return [(scale(0.05 + 0.8 * float(x)), float(x) > DARK) for x in share]
    scale = mpl.colormaps[BOTH]
    return [(scale(0.5 + 0.4 * float(x)), abs(float(x)) > DARK) for x in share]


def _wrapped(title: str) -> str:
    """Return a title on two lines or three, broken at hyphens and spaces."""
    lines = [""]
    for word in title.replace("-", "- ").split():
        glue = "" if not lines[-1] or lines[-1].endswith("-") else " "
        if lines[-1] and len(lines[-1]) + len(word) + len(glue) > LONGEST:
            lines.append(word)
        else:
            lines[-1] += glue + word
    return "\n".join(lines)
