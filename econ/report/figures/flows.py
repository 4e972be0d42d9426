"""Money on its way, from pledge to effect: nodes and ribbons to one scale, nothing lost between.

The layout is stated, not searched: a column for each stage, nodes from top to bottom in the order
of the table, each with room for its words, ribbons in the order of their other ends.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import POINTS, Drawing, chart
from econ.report.figures.looks import INK, SOFT
from econ.report.figures.rows import initial
from econ.report.language import ENGLISH, Language

__all__ = ["from_pledge_to_effect"]

HEADS: Final = ("Pledged", "Bought", "Paid to", "Becomes")
# In points: what all money together is high, a node is wide, a line of words, the space between
# nodes, and what stands above and below.
WIDTH: Final = 4.7  # inch: narrower than others, so that words stand larger on a phone
SCALE: Final = 250.0
NODE: Final = 7.0
WORDS: Final = 9.6
SPACE: Final = 9.0
TOP: Final = 16.0
FOOT: Final = 18.0
LETTERS: Final = 15
LEAST: Final = 0.6
PLAIN: Final = ("#e6e9ed", "")
# Where money ends tells a ribbon's filling: by what its end is called.
FILLINGS: Final = (
    ("value added", ("#9dbfe0", "")),
    ("import", ("#f8e2c0", "\\\\")),
    ("tax", ("#ffffff", "")),
)


@dataclass(frozen=True)
class _Node:
    left: float
    top: float
    size: float
    words: tuple[str, ...]
    number: str
    spread: str


def from_pledge_to_effect(
    flows: pd.DataFrame, nodes: pd.DataFrame, language: Language = ENGLISH
) -> Drawing | str:
    """Draw flows as ribbons between nodes, each node with its number and interval.

    Parameters
    ----------
    flows, nodes : pandas.DataFrame
        The tables ``flows`` and ``flow_nodes``.
    """
    if flows.empty:
        return ""
    unit = drawable(nodes, "flow_nodes", ["amount"])
    drawable(flows, "flows", ["amount"])
    whole = float(nodes.loc[nodes["stage"] == 0, "amount"].sum())
    placed, height = _placed(nodes, whole, language)
    ribbons = _ribbons(flows, placed, whole)

    def draw(axes: Any) -> None:
        from matplotlib.patches import PathPatch, Rectangle  # noqa: PLC0415  (heavy)
        from matplotlib.path import Path  # noqa: PLC0415

        for start, end, size, (colour, pattern) in ribbons:
            (x, y), (to, down) = start, end
            middle = (x + to) / 2.0
            points = [(x, y), (middle, y), (middle, down), (to, down), (to, down + size)]
            points += [(middle, down + size), (middle, y + size), (x, y + size), (x, y)]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
            path = Path(points, [*codes, Path.CLOSEPOLY])
            look = {"facecolor": colour, "edgecolor": "#b3bcc6", "hatch": pattern}
            axes.add_patch(PathPatch(path, linewidth=0.4, **look))
        ground = {"facecolor": "#ffffff", "alpha": 0.65, "linewidth": 0.0, "pad": 0.6}
        over: dict[str, Any] = {"va": "top", "zorder": 4, "bbox": ground}
        for node in placed.values():
            corner = (node.left, node.top)
            axes.add_patch(Rectangle(corner, NODE, max(node.size, LEAST), facecolor=INK, zorder=3))
            text = "\n".join(node.words)
            at, top = node.left + NODE + 3.0, node.top - 1.0
            axes.text(at, top, text, size=8.0, linespacing=1.1, **over)
            top += WORDS * len(node.words)
            axes.text(at, top, node.number, size=8.4, weight="bold", **over)
            axes.text(at, top + WORDS, node.spread, size=7.6, **over)
        for stage, head in enumerate(HEADS):
            axes.text(
                _left(stage),
                TOP - 8.0,
                language.translate(head),
                size=9.5,
                weight="bold",
                va="bottom",
            )
        foot = language.said("{unit}; in brackets: 90 % of draws", unit=language.unit(unit))
        axes.text(0.0, height - 2.0, foot, size=8.6, color=SOFT, va="bottom")
        axes.set_xlim(0.0, WIDTH * POINTS)
        axes.set_ylim(height, 0.0)
        axes.axis("off")

    return chart(draw, height / POINTS, language, width=WIDTH)


def _left(stage: int) -> float:
    return stage * WIDTH * POINTS / len(HEADS)


def _placed(
    nodes: pd.DataFrame, whole: float, language: Language
) -> tuple[dict[tuple[int, str], _Node], float]:
    """Return every node with its place, and the height of all, in points."""
    found: dict[tuple[int, str], _Node] = {}
    lowest = 0.0
    for stage in range(len(HEADS)):
        top = TOP
        for row in nodes[nodes["stage"] == stage].to_dict("records"):
            name, amount = str(row["node"]), float(row["amount"])
            size = abs(amount) / whole * SCALE
            if size < LEAST:
                continue
            words = tuple(textwrap.wrap(initial(language.translate(name)), LETTERS))
            written = language.ranged_parts(amount, row["amount_low"], row["amount_high"])
            found[stage, name] = _Node(_left(stage), top, size, words, *written)
            top += max(size, WORDS * (len(words) + 1 + bool(written[1]))) + SPACE
        lowest = max(lowest, top)
    return found, lowest + FOOT


def _ribbons(
    flows: pd.DataFrame, placed: dict[tuple[int, str], _Node], whole: float
) -> list[tuple[tuple[float, float], tuple[float, float], float, tuple[str, str]]]:
    """Return start, end, size and filling of every ribbon, in points."""
    rows = []
    for row in flows.to_dict("records"):
        ends = (row["stage"] - 1, str(row["origin"])), (row["stage"], str(row["destination"]))
        if all(end in placed for end in ends):
            rows.append((*ends, float(row["amount"]) / whole * SCALE))
    leaving = sorted(rows, key=lambda r: (placed[r[0]].left, placed[r[0]].top, placed[r[1]].top))
    entering = sorted(rows, key=lambda r: (placed[r[1]].left, placed[r[1]].top, placed[r[0]].top))
    starts = _stacked([(row[0], row) for row in leaving], placed)
    arrivals = _stacked([(row[1], row) for row in entering], placed)
    return [
        (
            (placed[row[0]].left + NODE, starts[row]),
            (placed[row[1]].left, arrivals[row]),
            row[2],
            _filling(row[1][1]),
        )
        for row in rows
    ]


def _stacked(
    rows: list[tuple[tuple[int, str], Any]], placed: dict[tuple[int, str], _Node]
) -> dict[Any, float]:
    """Return where each ribbon touches its node: one below the other from the node's top."""
    next_top: dict[tuple[int, str], float] = {}
    found = {}
    for node, row in rows:
        top = next_top.get(node, placed[node].top)
        found[row] = top
        next_top[node] = top + row[2]
    return found


def _filling(name: str) -> tuple[str, str]:
    return next((filling for word, filling in FILLINGS if word in name), PLAIN)
