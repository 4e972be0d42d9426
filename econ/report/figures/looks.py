"""How things look in every figure: colour and pattern, either of which tells them apart alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from econ.report.language import Language

__all__ = [
    "ADDED",
    "GRID",
    "GROSS",
    "INK",
    "INTERVAL",
    "NET",
    "PROMISED",
    "SOFT",
    "TAKEN_OFF",
    "Look",
    "columns_of",
    "key",
    "whisker",
]

INK: Final = "#1c2733"
SOFT: Final = "#55606e"
GRID: Final = "#dfe4ea"
INTERVAL: Final = "90 % of draws"
CAP: Final = 2.6
# Of a key, in letters: the room a mark takes, and what a line holds.
MARKS: Final = 7
LETTERS: Final = 62


@dataclass(frozen=True)
class Look:
    """A filling.

    Parameters
    ----------
    words : str
        What it stands for, in the key of a figure.
    colour, edge : str
    pattern : str
        A hatch of matplotlib; empty for a plain filling.
    shape : str
        A marker of matplotlib, for what is drawn as a point; empty for a bar.
    """

    words: str
    colour: str
    edge: str
    pattern: str = ""
    shape: str = ""

    def patch(self) -> dict[str, Any]:
        """Return the look as matplotlib's options of a bar or an area."""
        return {
            "facecolor": self.colour,
            "edgecolor": self.edge,
            "hatch": self.pattern,
            "linewidth": 0.7,
        }

    def point(self, size: float = 6.0) -> dict[str, Any]:
        """Return the look as matplotlib's options of a marker."""
        return {
            "marker": self.shape,
            "markersize": size,
            "markerfacecolor": self.colour,
            "markeredgecolor": self.edge,
            "markeredgewidth": 1.2,
            "linestyle": "none",
        }


GROSS: Final = Look("gross", "#e6e9ed", "#6b7684", "////")
NET: Final = Look("net", "#0b5394", "#0b5394")
TAKEN_OFF: Final = Look("taken off", "#f6d9ae", "#8a5210", "\\\\\\\\")
ADDED: Final = Look("added", "#ffffff", "#8a5210", "++")
PROMISED: Final = Look("promised", "#ffffff", "#8a5210", "xxxx")


def whisker(
    axes: Any, low: float, high: float, at: float, *, upright: bool = False, cap: float = CAP
) -> None:
    """Draw an interval as a line with caps, cased in white so that it is seen on any filling.

    Parameters
    ----------
    axes : matplotlib axes
    low, high : float
        Nothing is drawn where they are one.
    at : float
        Where on the other axis.
    upright : bool
    cap : float
        Half the width of the caps, in units of the other axis.
    """
    if not low < high:
        return
    line = ([low, low, low, high, high, high], [at - cap, at + cap, at, at, at - cap, at + cap])
    across, along = (line[1], line[0]) if upright else line
    axes.plot(across, along, color="#ffffff", linewidth=3.0, solid_capstyle="butt", zorder=4)
    axes.plot(across, along, color=INK, linewidth=1.2, solid_capstyle="butt", zorder=5)


def columns_of(looks: tuple[Look, ...], interval: str, language: Language) -> int:
    """Return how many columns a key has, so that it is no wider than the figure."""
    said = [look.words for look in looks] + ([interval] if interval else [])
    words = [language.translate(text) for text in said]
    for count in range(min(4, len(words)), 1, -1):
        widest = [max(map(len, words[place::count])) for place in range(count)]
        if sum(widest) + MARKS * count <= LETTERS:
            return count
    return 1


def key(
    axes: Any, looks: tuple[Look, ...], language: Language, *, interval: str = INTERVAL
) -> None:
    """Write the key of a figure under it: every look, and what the line with caps is."""
    from matplotlib.lines import Line2D  # noqa: PLC0415  (heavy: loaded when drawn)
    from matplotlib.patches import Patch  # noqa: PLC0415

    handles: list[Any] = [
        Line2D([], [], label=language.translate(look.words), **look.point())
        if look.shape
        else Patch(label=language.translate(look.words), **look.patch())
        for look in looks
    ]
    if interval:
        line: dict[str, Any] = {"color": INK, "linewidth": 1.2, "marker": "|", "markersize": 6}
        handles.append(Line2D([], [], label=language.translate(interval), **line))
    columns = columns_of(looks, interval, language)
    axes.figure.legend(handles=handles, loc="outside lower left", ncols=columns)
