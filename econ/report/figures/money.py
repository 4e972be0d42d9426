"""Where the money goes: shares of each pledge by destination."""

from __future__ import annotations

from typing import Final

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing
from econ.report.figures.looks import Look
from econ.report.figures.rows import Line, Mark, Row, initial, row_chart
from econ.report.language import ENGLISH, Language

__all__ = ["where_the_money_goes"]

FILLINGS: Final = (
    ("#0b5394", "#0b5394", ""),
    ("#f6d9ae", "#8a5210", "\\\\\\\\"),
    ("#e6e9ed", "#6b7684", "////"),
    ("#ffffff", "#0b5394", "++"),
    ("#9dbfe0", "#0b5394", "xxxx"),
)


def where_the_money_goes(destinations: pd.DataFrame, language: Language = ENGLISH) -> Drawing | str:
    """Draw the share of each pledge that goes to each destination, with its interval.

    Parameters
    ----------
    destinations : pandas.DataFrame
        Of the pledges to draw, five at most; of more, those with most money.
    """
    if destinations.empty:
        return ""
    amounts = destinations.groupby("subject", sort=False)["amount"].sum()
    subjects = list(amounts.nlargest(len(FILLINGS)).index)
    rows = destinations[destinations["subject"].isin(subjects)]
    unit = drawable(rows, "destinations", ["share"], unit="per cent of the investment")
    looks = {}
    for subject, filling in zip(subjects, FILLINGS, strict=False):
        label = str(rows.loc[rows["subject"] == subject, "label"].iloc[0])
        looks[subject] = Look(label, *filling)
    drawn = []
    for destination in dict.fromkeys(rows["destination"]):
        found = rows[rows["destination"] == destination].set_index("subject")
        lines = []
        for subject, look in looks.items():
            share, low, high = (
                float(found.loc[subject, f"share{end}"]) for end in ("", "_low", "_high")
            )
            mark = Mark(look, 100.0 * share, 100.0 * low, 100.0 * high)
            lines.append(Line((mark,), language.percent(share, low, high)))
        drawn.append(Row(initial(language.translate(destination)), tuple(lines)))
    return row_chart(drawn, language.unit(unit), tuple(looks.values()), language)
