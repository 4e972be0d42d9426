"""From gross to net as a waterfall: totals at both ends, what each step takes between them."""

from __future__ import annotations

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing
from econ.report.figures.looks import ADDED, GROSS, NET, TAKEN_OFF
from econ.report.figures.rows import Line, Mark, Row, initial, row_chart
from econ.report.language import ENGLISH, Language

__all__ = ["gross_to_net"]


def gross_to_net(
    bridge: pd.DataFrame, phase: str, measure: str, language: Language = ENGLISH
) -> Drawing:
    """Draw what each step from gross to net takes off and leaves, between the two totals.

    A step hangs where the one before it ended. Its line with caps is the interval of what is left
    after it: the interval of what it takes, hung at a central value, would reach where nothing can.
    """
    rows = bridge[(bridge["phase"] == phase) & (bridge["measure"] == measure)]
    unit = drawable(rows, "bridge", ["left", "lost"])
    first, *steps = rows.to_dict("records")
    gross = Mark(GROSS, first["left"], first["left_low"], first["left_high"])
    words = language.ranged(first["left"], first["left_low"], first["left_high"], unit)
    drawn = [Row(language.said("Gross"), (Line((gross,), words),), strong=True)]
    before, added = first["left"], False
    links = [before]
    for step in steps:
        added = added or step["lost"] < 0.0
        mark = Mark(
            TAKEN_OFF if step["lost"] >= 0.0 else ADDED,
            step["left"],
            step["left_low"],
            step["left_high"],
            start=before,
        )
        words = language.ranged(-step["lost"], -step["lost_high"], -step["lost_low"], unit)
        drawn.append(Row(initial(language.translate(step["step"])), (Line((mark,), words),)))
        before = step["left"]
        links.append(before)
    last = steps[-1] if steps else first
    net = Mark(NET, last["left"], last["left_low"], last["left_high"])
    words = language.unless_open(last["left"], last["left_low"], last["left_high"], unit)
    drawn.append(Row(language.said("Net"), (Line((net,), words),), strong=True))
    looks = (GROSS, TAKEN_OFF, *((ADDED,) if added else ()), NET)
    title = language.said(
        "{jobs}, {phase}, {when}",
        jobs=initial(language.translate("jobs" if measure == "employment" else "GDP")),
        phase=language.translate(phase),
        when=language.translate(first["when"]),
    )
    return row_chart(drawn, language.unit(unit), looks, language, links=links, title=title)
