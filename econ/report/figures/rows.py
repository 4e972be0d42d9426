"""A chart of rows: words above, bars or points below, the number with its interval at the end."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from econ.quantity.wording import visible
from econ.report.figures.drawing import POINTS, WIDTH, Drawing, chart
from econ.report.figures.looks import (
    GRID,
    INTERVAL,
    SOFT,
    Look,
    columns_of,
    key,
    whisker,
)
from econ.report.language import Language

__all__ = ["STEPS", "TICKS", "Line", "Mark", "Row", "initial", "row_chart"]

# In points: a line of words, a bar with the room around it, the space between rows, and what axis
# and key take below.
WORDS: Final = 12.5
BAR: Final = 10.5
ROOM: Final = 13.5
SPACE: Final = 6.0
AXIS: Final = 34.0
KEY: Final = 17.0
LETTER: Final = 5.0  # of a number at the end of a line
LONGEST: Final = 56  # letters of words on one line
TICKS: Final = 4
TITLE: Final = 20.0
STEPS: Final = (1, 2, 5, 10)  # whose multiples one digit tells apart


@dataclass(frozen=True)
class Mark:
    """A bar from `start` to `value`, or a point at `value`, with the interval around it.

    Parameters
    ----------
    look : Look
    value, low, high : float
    start : float
    """

    look: Look
    value: float
    low: float
    high: float
    start: float = 0.0


@dataclass(frozen=True)
class Line:
    """Marks on one line, and the number that stands at its end."""

    marks: tuple[Mark, ...]
    words: str


@dataclass(frozen=True)
class Row:
    """Words and the lines under them; a heading where there is no line."""

    label: str
    lines: tuple[Line, ...] = ()
    strong: bool = False


def initial(text: str) -> str:
    """Return a text that begins with a capital.

    Examples
    --------
    >>> initial("imports of IT equipment")
    'Imports of IT equipment'
    """
    return text[:1].upper() + text[1:]


def row_chart(
    rows: Sequence[Row],
    unit: str,
    looks: tuple[Look, ...],
    language: Language,
    *,
    links: Sequence[float] = (),
    upright: float | None = 0.0,
    interval: str = INTERVAL,
    title: str = "",
) -> Drawing:
    """Draw rows from top to bottom on one axis.

    Parameters
    ----------
    rows : sequence of Row
    unit : str
        Of the axis, in the language.
    looks : tuple of Look
        For the key.
    language : Language
        Of key and axis; rows are in it already.
    links : sequence of float
        Values at which a thin line leads from a row to the next one.
    upright : float, optional
        Where a line stands through all rows.
    interval : str
        What the line with caps is, for the key; empty where none is drawn.
    title : str
        Above the rows, in the language.
    """
    words = [textwrap.wrap(visible(row.label), LONGEST) or [""] for row in rows]
    *tops, total = _tops(rows, words, TITLE if title else 0.0)
    held = [mark for row in rows for line in row.lines for mark in line.marks]
    ends = [x for mark in held for x in (mark.value, mark.low, mark.high)]
    ends += [mark.start for mark in held if not mark.look.shape]
    ends += [] if upright is None else [upright]
    left, right = min(ends), max(ends)
    longest = max((len(line.words) for row in rows for line in row.lines), default=0)
    share = 1.0 - (LETTER * longest + 12.0) / (WIDTH * POINTS)
    span = (right - left) or 1.0
    edge = left + span / share

    def draw(axes: Any) -> None:
        ticks = _ticks(left, left + span)
        axes.text(left, 0.0, title, va="top", size=10.5, weight="bold")
        for at, (row, lines) in enumerate(zip(rows, words, strict=True)):
            top = tops[at]
            weight = "bold" if row.strong else "normal"
            text = "\n".join(lines)
            axes.text(left, top + 1.0, text, va="top", size=9.5, weight=weight, linespacing=1.15)
            top += WORDS * len(lines)
            if row.lines:
                end = top + ROOM * len(row.lines)
                axes.vlines(ticks, top, end, color=GRID, linewidth=0.8, zorder=0)
                if upright is not None:
                    axes.vlines([upright], top, end, color=SOFT, linewidth=0.9, zorder=3)
            for line in row.lines:
                middle = top + ROOM / 2.0
                _drawn(axes, line, middle)
                axes.text(edge, middle, line.words, ha="right", va="center", size=9.0)
                top += ROOM
            if at < len(links):
                below = tops[at + 1] + WORDS * len(words[at + 1]) + (ROOM - BAR) / 2.0
                start = top - (ROOM - BAR) / 2.0
                axes.vlines([links[at]], start, below, color=SOFT, linewidth=0.8, linestyle=":")
        axes.set_xlim(left, edge)
        axes.set_ylim(total, 0.0)
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.set_xticks(ticks, [_tick(tick, ticks, language) for tick in ticks])
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(left, left + span)
        axes.set_xlabel(unit, loc="left")
        key(axes, looks, language, interval=interval)

    deep = -(-(len(looks) + bool(interval)) // columns_of(looks, interval, language))
    return chart(draw, (total + AXIS + KEY * deep) / POINTS)


def _tops(rows: Sequence[Row], words: Sequence[Sequence[str]], top: float) -> list[float]:
    """Return where each row begins, and at last where the next one would."""
    tops = [top]
    for row, lines in zip(rows, words, strict=True):
        tops.append(tops[-1] + WORDS * len(lines) + ROOM * len(row.lines) + SPACE)
    return tops


def _drawn(axes: Any, line: Line, middle: float) -> None:
    for mark in line.marks:
        if mark.look.shape:
            whisker(axes, mark.low, mark.high, middle)
            axes.plot([mark.value], [middle], zorder=6, **mark.look.point())
        else:
            width = mark.value - mark.start
            axes.barh([middle], [width], left=[mark.start], height=BAR, **mark.look.patch())
            whisker(axes, mark.low, mark.high, middle)


def _ticks(left: float, right: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  (heavy: loaded when drawn)

    slack = (right - left) * 1e-9
    found = MaxNLocator(TICKS, steps=STEPS).tick_values(left, right)
    return [float(x) for x in found if left - slack <= x <= right + slack]


def _tick(value: float, ticks: Sequence[float], language: Language) -> str:
    return language.number(value, ticks[1] - ticks[0] if len(ticks) > 1 else 0.0)
