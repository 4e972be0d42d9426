"""Promised jobs beside the jobs that the money implies."""

from __future__ import annotations

from typing import Final

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing
from econ.report.figures.looks import NET, PROMISED, Look
from econ.report.figures.rows import Line, Mark, Row, row_chart
from econ.report.language import ENGLISH, Language

__all__ = ["promised_and_modelled"]

MODELLED: Final = Look("implied by the money", NET.colour, NET.edge)


def promised_and_modelled(promises: pd.DataFrame, language: Language = ENGLISH) -> Drawing | str:
    """Draw every promise of jobs, and under it what the money implies, with its interval."""
    if promises.empty:
        return ""
    unit = drawable(promises, "promises", ["modelled"])
    drawn = []
    for row in promises.to_dict("records"):
        bound = "" if row["bound"] == "exactly" else f"{language.translate(row['bound'])} "
        promised = row["promised"]
        value, low, high = (row[f"modelled{end}"] for end in ("", "_low", "_high"))
        lines = (
            Line(
                (Mark(PROMISED, promised, promised, promised),),
                f"{bound}{language.number(promised)}",
            ),
            Line((Mark(MODELLED, value, low, high),), language.ranged(value, low, high, unit)),
        )
        drawn.append(Row(language.translate(row["label"]), lines))
    return row_chart(drawn, language.unit(unit), (PROMISED, MODELLED), language)
