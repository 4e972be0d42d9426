"""One function per figure of the report, each drawn as text of an SVG; `FIGURES` finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import pandas as pd

from econ.errors import Fault, InputError
from econ.report.figures.drawing import chart
from econ.report.figures.maps import tile_map
from econ.report.language import ENGLISH, Language

__all__ = ["FIGURES"]

Tables = Mapping[str, pd.DataFrame]


class Figure(Protocol):
    """Draws from the tables of a report, in a language."""

    def __call__(self, tables: Tables, said: Language = ENGLISH) -> str:
        """Return the text of an SVG."""


GROSS: Final = "#8a94a6"
NET: Final = "#0b5394"
CONSTRUCTION: Final = "#c0761c"
PALETTE: Final = ("#9aa5b1", "#c3cad2", "#0b5394", "#6fa8dc", "#c0761c", "#e8d5b7")
# Patterns tell neighbours apart where colours are printed in grey.
PATTERNS: Final = ("", "////", "", "....", "\\\\\\\\", "xxxx")
TOP_PRODUCTS: Final = 12
TOP_ASSUMPTIONS: Final = 8


def over_the_years(by_year: pd.DataFrame, measure: str, language: Language = ENGLISH) -> str:
    """Draw a measure in each year: net with its interval, gross as a line, phases in colours."""
    rows = by_year[by_year["measure"] == measure]

    def draw(axes: Any) -> None:
        for phase, colour, mark in (("construction", CONSTRUCTION, "o"), ("operation", NET, "s")):
            part = rows[rows["phase"] == phase]
            years = part["year"]
            axes.fill_between(
                years, part["net_low"], part["net_high"], color=colour, alpha=0.2, linewidth=0
            )
            axes.plot(
                years,
                part["net"],
                color=colour,
                marker=mark,
                markersize=4,
                label=language.translate(f"{phase}, net"),
            )
            axes.plot(
                years,
                part["gross"],
                color=colour,
                linestyle="--",
                linewidth=1,
                marker=mark,
                markersize=3,
                markerfacecolor="white",
                label=language.translate(f"{phase}, gross"),
            )
        axes.axhline(0, color="#3c4654", linewidth=0.8)
        axes.set_ylabel(_unit(rows, language))
        axes.set_xlabel(language.said("year"))
        named = list(rows["year"].unique())[::2]
        axes.set_xticks(named, [str(year) for year in named])
        axes.figure.legend(loc="outside lower center", ncols=2)

    return chart(draw, 3.9, language)


def where_the_money_goes(destinations: pd.DataFrame, language: Language = ENGLISH) -> str:
    """Draw where each euro of investment goes, imports first, one bar per announced pledge."""
    order = list(dict.fromkeys(destinations["destination"]))
    subjects = list(dict.fromkeys(destinations["subject"]))
    labels = [
        _short(language.translate(destinations.loc[destinations["subject"] == s, "label"].iloc[0]))
        for s in subjects
    ]
    places = range(len(subjects))
    shares = destinations.pivot(index="subject", columns="destination", values="share")

    def draw(axes: Any) -> None:
        left = pd.Series(0.0, index=subjects)
        for destination, colour, pattern in zip(order, PALETTE, PATTERNS, strict=True):
            width = shares.loc[subjects, destination]
            axes.barh(
                places,
                100 * width,
                left=100 * left,
                color=colour,
                hatch=pattern,
                edgecolor="white",
                linewidth=0,
                label=language.translate(destination),
            )
            left += width
        axes.set_yticks(list(places), labels)
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel(language.said("per cent of the investment"))
        axes.grid(visible=False, axis="y")
        axes.figure.legend(loc="outside lower center", ncols=2)

    return chart(draw, 0.45 * len(subjects) + 1.6, language)


def gross_to_net(
    bridge: pd.DataFrame, phase: str, measure: str, language: Language = ENGLISH
) -> str:
    """Draw what is left after each step from gross to net, with its interval."""
    rows = bridge[(bridge["phase"] == phase) & (bridge["measure"] == measure)]
    after = [f"after {step}" for step in rows["step"].iloc[1:]]
    steps = [language.translate(step) for step in ("gross", *after)]

    def draw(axes: Any) -> None:
        colours = [GROSS, *["#6fa8dc"] * (len(steps) - 2), NET]
        axes.barh(steps, rows["left"], color=colours)
        spread = [rows["left"] - rows["left_low"], rows["left_high"] - rows["left"]]
        axes.errorbar(
            rows["left"], steps, xerr=spread, fmt="none", ecolor="#1c2733", elinewidth=1, capsize=3
        )
        axes.axvline(0, color="#3c4654", linewidth=0.8)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(_unit(rows, language))

    return chart(draw, 2.9, language)


def jobs_by_product(by_product: pd.DataFrame, phase: str, language: Language = ENGLISH) -> str:
    """Draw the products with most gross jobs, net jobs beside them with their interval."""
    rows = by_product[(by_product["phase"] == phase) & (by_product["measure"] == "employment")]
    if rows.empty:
        return ""
    rows = rows.nlargest(TOP_PRODUCTS, "gross")

    def draw(axes: Any) -> None:
        places = range(len(rows))
        for shift, which, colour in ((-0.2, "gross", GROSS), (0.2, "net", NET)):
            axes.barh(
                [p + shift for p in places],
                rows[which],
                height=0.36,
                color=colour,
                label=language.translate(which),
            )
        spread = [rows["net"] - rows["net_low"], rows["net_high"] - rows["net"]]
        axes.errorbar(
            rows["net"],
            [p + 0.2 for p in places],
            xerr=spread,
            fmt="none",
            ecolor="#1c2733",
            elinewidth=1,
        )
        axes.set_yticks(
            list(places), [_short(language.translate(label)) for label in rows["label"]]
        )
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(_unit(rows, language))
        axes.legend(loc="lower right")

    return chart(draw, 4.4, language)


def jobs_by_region(
    tables: Mapping[str, pd.DataFrame], phase: str, which: str, language: Language = ENGLISH
) -> str:
    """Draw jobs of all pledges by region as tiles; nothing where the study has no regions."""
    rows, tiles = tables["by_region"], tables["tiles"]
    if rows.empty or tiles.empty:
        return ""
    jobs = (rows["measure"] == "employment") & (rows["phase"] == phase)
    chosen = rows[jobs & (rows["subject"] == "all")]
    values = dict(zip(chosen["region"], chosen[which], strict=True))
    first = chosen.iloc[0]
    what = [language.unit(first["unit"]), *map(language.translate, (which, phase, first["when"]))]
    return tile_map(values, tiles, ", ".join(what), language)


def tornado(sensitivity: pd.DataFrame, outcome: str, language: Language = ENGLISH) -> str:
    """Draw how far the widest assumptions move an outcome, each between its 5 % and 95 %."""
    rows = sensitivity[sensitivity["outcome"] == outcome].nlargest(TOP_ASSUMPTIONS, "swing")

    def draw(axes: Any) -> None:
        central = float(rows["central"].iloc[0])
        labels = [_short(language.translate(label), 44) for label in rows["label"]]
        places = range(len(rows))
        axes.barh(
            places,
            rows["low"] - central,
            left=central,
            color=GROSS,
            hatch="////",
            edgecolor="white",
            linewidth=0,
            label=language.said("low end"),
        )
        axes.barh(
            places, rows["high"] - central, left=central, color=NET, label=language.said("high end")
        )
        axes.set_yticks(list(places), labels)
        axes.axvline(central, color="#1c2733", linewidth=1)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(_unit(rows, language))
        axes.figure.legend(loc="outside lower center", ncols=2)

    return chart(draw, 3.4, language)


def _unit(rows: pd.DataFrame, language: Language) -> str:
    """Return the unit of an axis: one for all rows, none of which lacks its interval."""
    units = list(dict.fromkeys(map(str, rows["unit"])))
    ends = [name for name in rows if str(name).endswith(("_low", "_high"))]
    measure = next(str(rows[name].iloc[0]) for name in ("measure", "outcome") if name in rows)
    faults = [
        Fault(measure, name, "no interval", "give it the ends of its interval", row=int(row))
        for name in map(str, ends)
        for row in rows.index[rows[name].isna()]
    ]
    if len(units) > 1:
        mend = "draw one unit at a time"
        faults.append(Fault(measure, "unit", "mixed units", mend, value=", ".join(units)))
    InputError.raise_if(faults)
    return language.unit(units[0])


def _short(label: str, most: int = 34) -> str:
    plain = "".join(letter for letter in label if letter.isprintable())
    return plain if len(plain) <= most else plain[: most - 1].rstrip(" ,;") + "\u2026"


def _announced_only(destinations: pd.DataFrame, pledges: pd.DataFrame) -> pd.DataFrame:
    return destinations[destinations["subject"].isin(pledges["pledge"])]


FIGURES: Final[Mapping[str, Figure]] = {
    "jobs_by_year": lambda tables, said=ENGLISH: over_the_years(
        tables["by_year"], "employment", said
    ),
    "gdp_by_year": lambda tables, said=ENGLISH: over_the_years(tables["by_year"], "gdp", said),
    "where_the_money_goes": lambda tables, said=ENGLISH: where_the_money_goes(
        _announced_only(tables["destinations"], tables["pledges"]), said
    ),
    "bridge_construction": lambda tables, said=ENGLISH: gross_to_net(
        tables["bridge"], "construction", "employment", said
    ),
    "bridge_operation": lambda tables, said=ENGLISH: gross_to_net(
        tables["bridge"], "operation", "employment", said
    ),
    "products_construction": lambda tables, said=ENGLISH: jobs_by_product(
        tables["by_product"], "construction", said
    ),
    "products_operation": lambda tables, said=ENGLISH: jobs_by_product(
        tables["by_product"], "operation", said
    ),
    "map_construction": lambda tables, said=ENGLISH: jobs_by_region(
        tables, "construction", "gross", said
    ),
    "map_operation": lambda tables, said=ENGLISH: jobs_by_region(tables, "operation", "net", said),
    "tornado_operation": lambda tables, said=ENGLISH: tornado(
        tables["sensitivity"], "net jobs in operation", said
    ),
    "tornado_construction": lambda tables, said=ENGLISH: tornado(
        tables["sensitivity"], "net job-years of construction", said
    ),
}
