"""The tornado: how far each assumption moves the answer, beside what all of them leave open."""

from __future__ import annotations

from typing import Final

import pandas as pd

from econ.quantity.wording import rounding_step
from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing
from econ.report.figures.looks import INK, Look
from econ.report.figures.rows import Line, Mark, Row, initial, row_chart
from econ.report.language import ENGLISH, Language

__all__ = ["tornado"]

TOP: Final = 8
LOW: Final = Look("assumption at its low end", "#e6e9ed", "#6b7684", "////")
HIGH: Final = Look("at its high end", "#0b5394", "#0b5394")
ALL: Final = Look("central", "#ffffff", INK, shape="D")


def tornado(sensitivity: pd.DataFrame, outcome: str, language: Language = ENGLISH) -> Drawing:
    """Draw how far the widest assumptions move an outcome, each between its 5 % and 95 %.

    The first row is the interval of the outcome itself, with every assumption drawn.
    """
    rows = sensitivity[sensitivity["outcome"] == outcome].nlargest(TOP, "swing")
    ends = {"central": ("outcome_low", "outcome_high")}
    unit = drawable(rows, "sensitivity", ends)
    first = rows.iloc[0]
    central, low, high = (float(first[x]) for x in ("central", "outcome_low", "outcome_high"))
    step = rounding_step(low, high, unit)

    def between(one: float, other: float) -> str:
        ends = (language.number(end, step) for end in sorted((one, other)))
        return language.said("{low} to {high}", **dict(zip(("low", "high"), ends, strict=True)))

    whole = Mark(ALL, central, low, high)
    drawn = [
        Row(
            language.said("All assumptions together"),
            (Line((whole,), between(low, high)),),
            strong=True,
        )
    ]
    for row in rows.to_dict("records"):
        marks = tuple(
            Mark(look, row[end], row[end], row[end], start=central)
            for look, end in ((LOW, "low"), (HIGH, "high"))
        )
        drawn.append(
            Row(language.translate(row["label"]), (Line(marks, between(row["low"], row["high"])),))
        )
    title = initial(language.translate(outcome))
    looks = (ALL, LOW, HIGH)
    return row_chart(drawn, language.unit(unit), looks, language, upright=central, title=title)
