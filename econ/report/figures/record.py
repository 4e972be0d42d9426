"""What the model says beside what the record says: every study, the pooled record, the model."""

from __future__ import annotations

from typing import Final

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing
from econ.report.figures.looks import Look
from econ.report.figures.rows import Line, Mark, Row, initial, row_chart
from econ.report.language import ENGLISH, Language

__all__ = ["model_and_record"]

STUDY: Final = Look("study", "#ffffff", "#55606e", shape="o")
POOLED: Final = Look("record, pooled", "#f6d9ae", "#8a5210", shape="D")
MODEL: Final = Look("input-output", "#0b5394", "#0b5394", shape="s")
STEP: Final = 0.1
GROUPS: Final = {
    "Studies that are pooled": (STUDY, ("study",)),
    "The record, pooled": (POOLED, ("pooled", "new place")),
    "The model, asked the same": (MODEL, ("model",)),
}


def model_and_record(table: pd.DataFrame, language: Language = ENGLISH) -> Drawing | str:
    """Draw jobs beyond a direct one by every study, by the record as a whole, and by the model."""
    if table.empty:
        return ""
    rows = table[table["kind"].isin([k for _, kinds in GROUPS.values() for k in kinds])]
    unit = drawable(rows, "model_and_record", {"estimate": ("low", "high")})
    drawn = []
    for words, (look, kinds) in GROUPS.items():
        chosen = rows[rows["kind"].isin(kinds)].to_dict("records")
        drawn += [Row(language.translate(words), strong=True)] if chosen else []
        for row in chosen:
            value, low, high = (float(row[column]) for column in ("estimate", "low", "high"))
            # A study stands as it was published; a pooled mean and a model bear one digit.
            known = look is STUDY
            stepped = language.stepped(value, low, high, STEP)
            said = language.ranged(value, low, high) if known else stepped
            label = language.translate(row["label"])
            if known and not row["verified"]:
                label = language.said("{study}, not seen on a page", study=label)
            drawn.append(Row(initial(label), (Line((Mark(look, value, low, high),), said),)))
    return row_chart(
        drawn, language.unit(unit), (STUDY, POOLED, MODEL), language, interval="interval of 90 %"
    )
