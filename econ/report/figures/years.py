"""What happens when: a panel for each phase, gross and net with their intervals."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing, chart
from econ.report.figures.looks import INK, Look, key, whisker
from econ.report.figures.rows import STEPS, TICKS, initial
from econ.report.language import ENGLISH, Language

__all__ = ["over_the_years"]

NET: Final = Look("net", "#0b5394", "#0b5394", shape="s")
GROSS: Final = Look("gross", "#ffffff", "#6b7684", shape="o")
LINES: Final = {"net": "-", "gross": "--"}
# Of a year: gross stands a little later than net, so that no interval hides another.
ASIDE: Final = 0.22
CAP: Final = 0.13
HEIGHT: Final = 4.9


def over_the_years(by_year: pd.DataFrame, measure: str, language: Language = ENGLISH) -> Drawing:
    """Draw a measure in each year and phase, gross and net, each with its interval."""
    rows = by_year[by_year["measure"] == measure]
    unit = drawable(rows, "by_year", ["gross", "net"])

    named = list(rows["year"].unique())[::2]

    def draw(panels: Any) -> None:
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  (heavy: loaded when drawn)

        for axes, phase in zip(panels, ("construction", "operation"), strict=True):
            part = rows[rows["phase"] == phase]
            for name, look, aside in (("net", NET, 0.0), ("gross", GROSS, ASIDE)):
                years = part["year"] + aside
                axes.plot(years, part[name], color=look.edge, linestyle=LINES[name], linewidth=1.3)
                ends = zip(years, part[f"{name}_low"], part[f"{name}_high"], strict=True)
                for year, low, high in ends:
                    whisker(axes, low, high, year, upright=True, cap=CAP)
                axes.plot(years, part[name], zorder=6, **look.point(4.5))
            axes.axhline(0, color=INK, linewidth=0.8)
            axes.set_title(initial(language.translate(phase)), loc="left", size=10, weight="bold")
            axes.set_ylabel(language.unit(unit))
            axes.yaxis.set_major_locator(MaxNLocator(TICKS, steps=STEPS))
            axes.yaxis.set_major_formatter(partial(_tick, axes, language))
            axes.grid(visible=False, axis="x")
            axes.set_xticks(named, [str(year) for year in named])
            axes.tick_params(labelbottom=True)
            axes.set_xlabel(language.said("year"))
        key(panels[-1], (NET, GROSS), language)

    return chart(draw, HEIGHT, language, panels=2)


def _tick(axes: Any, language: Language, value: float, _: int) -> str:
    ticks = axes.get_yticks()
    return language.number(value, float(ticks[1] - ticks[0]) if len(ticks) > 1 else 0.0)
