"""Maps without geometry: regions as tiles, departements as points at their true centres."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.impact.interval import interval
from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import POINTS, Drawing, chart
from econ.report.figures.looks import INK
from econ.report.language import ENGLISH, Language

__all__ = ["jobs_by_region", "point_map", "tile_map"]

Array = npt.NDArray[np.float64]
UP: Final = "Blues"
DOWN: Final = "Oranges"
# A tile in points. Its number is read on colours that are light enough for dark ink.
TILE: Final = (55.0, 62.0)
GAP: Final = 2.5
HEAD: Final = 28.0
FOOT: Final = 15.0
PALEST, DEEPEST = 0.04, 0.46
WORDS: Final = 8.3
LETTERS: Final = 11
OPEN: Final = "////"
TITLES: Final = {
    ("gross", "construction"): "Gross jobs, construction",
    ("net", "construction"): "Net jobs, construction",
    ("gross", "operation"): "Gross jobs, operation",
    ("net", "operation"): "Net jobs, operation",
}
POINT: Final = 420.0
DEGREE_OF_LONGITUDE: Final = 0.69  # over one of latitude, at 46.5 degrees north


@dataclass(frozen=True)
class _Tile:
    column: int
    row: int
    title: str
    value: float
    low: float
    high: float
    unit: str = ""

    @property
    def open(self) -> bool:
        """Whether the interval holds zero, so that not even the sign is known."""
        return self.low < 0.0 < self.high


def jobs_by_region(
    tile_values: pd.DataFrame, phase: str, which: str, language: Language = ENGLISH
) -> Drawing | str:
    """Draw jobs of all pledges in every region; nothing where the study has no map.

    The colours of a phase are on one scale, gross and net: the two maps of it can be compared.

    Parameters
    ----------
    tile_values : pandas.DataFrame
    phase : str
    which : {"gross", "net"}
    """
    if tile_values.empty:
        return ""
    rows = tile_values[tile_values["phase"] == phase]
    unit = drawable(rows, "tile_values", [which])
    names = ["column", "row", "title", which, f"{which}_low", f"{which}_high"]
    tiles = [_Tile(*row) for row in rows[names].assign(unit=unit).itertuples(index=False)]
    when = language.translate(rows["when"].iloc[0])
    what = TITLES[which, phase]
    below = language.said("{when}, in {unit}", when=when, unit=language.unit(unit))
    deepest = float(rows[["gross", "net"]].abs().to_numpy().max())
    return _drawn(tiles, (language.translate(what), below), language, deepest)


def tile_map(
    values: Mapping[str, Any], tiles: pd.DataFrame, what: str, language: Language = ENGLISH
) -> Drawing | str:
    """Draw a value of every region as a tile: same size for all, place as on the map.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (c,), or float
        By area, central value first, then draws: the areas of a region are added up draw by draw
        and stand with their interval. A number that is no estimate has none and stands alone.
    tiles : pandas.DataFrame
        Columns area, region, title, column, row.
    what : str
        What the values are, with their unit.
    language : Language
        Of the numbers and titles.
    """
    if tiles.empty:
        return ""
    draws = {str(area): np.atleast_1d(np.asarray(v, float)) for area, v in values.items()}
    _check(draws)
    found = []
    for _, members in tiles.groupby(["region", "title"], sort=False):
        at = members.iloc[0]
        held = [draws[area] for area in members["area"] if area in draws]
        total = np.sum(held, axis=0) if held else np.zeros(1)
        value, low, high = (float(x) for x in interval(total))
        found.append(_Tile(int(at["column"]), int(at["row"]), str(at["title"]), value, low, high))
    return _drawn(found, ("", what), language)


def _drawn(
    tiles: Sequence[_Tile], title: tuple[str, str], language: Language, deepest: float = 0.0
) -> Drawing:
    """Draw tiles under a title; the deepest colour is that of a value, or of the largest here."""
    wide, high = TILE
    columns, rows = ([getattr(t, name) for t in tiles] for name in ("column", "row"))
    first, top = min(columns), min(rows)
    width = (max(columns) - first + 1) * (wide + GAP)
    some_open = any(tile.open for tile in tiles)
    height = HEAD + (max(rows) - top + 1) * (high + GAP) + (FOOT if some_open else 0.0)
    colours = _colours([tile.value for tile in tiles], deepest)

    def draw(axes: Any) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415  (heavy: loaded when drawn)

        for tile, colour in zip(tiles, colours, strict=True):
            left = (tile.column - first) * (wide + GAP)
            down = HEAD + (tile.row - top) * (high + GAP)
            axes.add_patch(Rectangle((left, down), wide, high, facecolor=colour))
            if tile.open:
                look: dict[str, Any] = {
                    "facecolor": "none",
                    "edgecolor": "#c3cad2",
                    "linewidth": 0.0,
                }
                axes.add_patch(Rectangle((left, down), wide, high, hatch=OPEN, **look))
            edge: dict[str, Any] = {"facecolor": "none", "edgecolor": "#6b7684", "linewidth": 0.7}
            axes.add_patch(Rectangle((left, down), wide, high, **edge))
            _written(axes, tile, left + wide / 2.0, down, language)
        what, below = title
        axes.text(0.0, HEAD - 17.0, what, size=9.6, va="bottom", weight="bold")
        axes.text(0.0, HEAD - 6.0, below, size=8.6, va="bottom")
        if some_open:
            at = height - FOOT + 3.0
            look = {"facecolor": "#ffffff", "edgecolor": "#8a94a6", "linewidth": 0.7}
            axes.add_patch(Rectangle((0.0, at), 16.0, 9.0, hatch=OPEN, **look))
            words = language.said("the interval holds zero: the sign is open")
            axes.text(20.0, at + 4.5, words, size=8.5, va="center")
        axes.set_xlim(-1.0, width)
        axes.set_ylim(height, 0.0)
        axes.set_aspect("equal")
        axes.axis("off")

    return chart(draw, height / POINTS + 0.05, width=width / POINTS + 0.05)


def _written(axes: Any, tile: _Tile, middle: float, down: float, language: Language) -> None:
    """Write title, number and interval into a tile, in that order from the top."""
    figure, spread = language.ranged_parts(tile.value, tile.low, tile.high, tile.unit)
    lines = _wrapped(language.translate(tile.title))
    line = {"ha": "center", "color": INK}
    for place, words in enumerate(lines):
        axes.text(middle, down + 9.0 + WORDS * place, words, va="baseline", size=7.4, **line)
    base = down + TILE[1] - (14.5 if spread else 9.0)
    axes.text(middle, base, figure, va="baseline", size=9.6, weight="bold", **line)
    ends = spread.strip("()")
    axes.text(middle, base + 9.5, ends, va="baseline", size=7.2, **line)


def point_map(
    values: Mapping[str, Any], places: pd.DataFrame, what: str, language: Language = ENGLISH
) -> Drawing | str:
    """Draw a value of every departement as a point at its centre.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (c,), or float
        By region code, as in `tile_map`; those without a place are left out.
    places : pandas.DataFrame
        Columns region, longitude, latitude; a column title where names are wanted.
    what : str
    """
    draws = {str(code): np.atleast_1d(np.asarray(v, float)) for code, v in dict(values).items()}
    _check(draws)
    if "region" not in places:
        return ""
    rows = places[places["region"].isin(list(draws))]
    if rows.empty:
        return ""
    found = [tuple(float(x) for x in interval(draws[code])) for code in rows["region"]]
    colours = _colours([value for value, _, _ in found])
    labels = rows["title"] if "title" in rows else rows["region"]

    def draw(axes: Any) -> None:
        axes.scatter(rows["longitude"], rows["latitude"], s=POINT, c=colours, edgecolors="#6b7684")
        cells = zip(rows["longitude"], rows["latitude"], labels, found, strict=True)
        for east, north, label, (value, low, high) in cells:
            figure, spread = language.ranged_parts(value, low, high)
            text = "\n".join([language.translate(label), figure, *([spread] if spread else [])])
            below = {"xytext": (0, -15), "textcoords": "offset points", "ha": "center"}
            axes.annotate(text, (east, north), va="top", size=7.5, **below)
        axes.set_aspect(1.0 / DEGREE_OF_LONGITUDE)
        axes.margins(0.18)
        axes.axis("off")
        axes.set_title(what, loc="left", size=9)

    return chart(draw, 4.9)


def _check(draws: Mapping[str, Array]) -> None:
    mend = "leave it out, or write a number"
    InputError.raise_if(
        [
            Fault("map", "value", "not finite", mend, region, float(found[0]))
            for region, found in draws.items()
            if not np.isfinite(found).all()
        ]
    )


def _colours(values: Sequence[float], deepest: float = 0.0) -> list[Any]:
    """Return a colour for each value, light enough for dark ink: blue above zero, orange below."""
    import matplotlib as mpl  # noqa: PLC0415  (heavy: loaded when drawn)

    # The square root keeps small regions apart beside one that is many times larger.
    largest = max(deepest, float(np.abs(values).max()))
    share = np.sqrt(np.abs(values) / (largest or 1.0))
    return [
        mpl.colormaps[DOWN if value < 0.0 else UP](PALEST + (DEEPEST - PALEST) * float(x))
        for value, x in zip(values, share, strict=True)
    ]


def _wrapped(title: str) -> list[str]:
    """Return a title on three lines at most, broken at hyphens and spaces."""
    spaced = title.replace("-", "- ")
    lines = textwrap.wrap(spaced, LETTERS, break_on_hyphens=False)
    return [line.replace("- ", "-") for line in lines][:3]
