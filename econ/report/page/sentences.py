"""What a report says of its doubt, in words that its tables justify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from econ.quantity.wording import number, percent, ranged
from econ.report.contents import Contents
from econ.report.contents.doubt import Doubt

__all__ = ["Sentence", "sentences"]

SHOWN: Final = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence that numbers justify.

    Parameters
    ----------
    outcome : str
    text : str
    """

    outcome: str
    text: str


def sentences(contents: Contents) -> Sequence[Sentence]:
    """Return what the tables of doubt say, in words: drivers, chances and readings.

    Every number is taken from the tables; a table that is empty has no sentence.
    """
    doubt = contents.doubt
    found = []
    if not doubt.drivers.empty:
        outcome = str(doubt.drivers["outcome"].iloc[0])
        found.append(Sentence(outcome, _on_drivers(doubt.drivers, outcome)))
    if not doubt.chances.empty:
        outcome = str(doubt.chances["outcome"].iloc[0])
        found.append(Sentence(outcome, _on_chances(doubt.chances, outcome)))
    if not doubt.differences.empty:
        outcome = str(doubt.differences["outcome"].iloc[min(1, len(doubt.differences) - 1)])
        found.append(Sentence(outcome, _on_readings(doubt, outcome)))
    return found


def _quoted(label: object) -> str:
    return f"\u201c{label}\u201d"


def _on_drivers(table: pd.DataFrame, outcome: str) -> str:
    rows = table[table["outcome"] == outcome].sort_values("total", ascending=False)
    first, second = rows.iloc[0], rows.iloc[1]
    return (
        f"Of what is not known of {outcome}, {_quoted(first['label'])} explains "
        f"{percent(first['total'])} of the variance, with all it interacts with; next comes "
        f"{_quoted(second['label'])}, {percent(second['total'])}."
    )


def _on_chances(table: pd.DataFrame, outcome: str) -> str:
    rows = table[table["outcome"] == outcome]
    sign, *others = rows.to_dict("records")
    text = f"That {outcome} are above zero is {sign['words']} ({percent(sign['share'])} of draws)"
    for row in others:
        text += (
            f"; that they exceed {number(row['threshold'])}, {row['why']}, is {row['words']} "
            f"({percent(row['share'])})"
        )
    return f"{text}."


def _on_readings(doubt: Doubt, outcome: str) -> str:
    row = doubt.differences[doubt.differences["outcome"] == outcome].iloc[-1]
    parts = doubt.readings
    parts = parts[(parts["outcome"] == outcome) & (parts["reading"] == row["reading"])]
    named = [f"{percent(part.share)} is {_quoted(part.label)}" for part in parts.itertuples()]
    return (
        f"{row['label']}, {outcome} would be {row['other'] / row['one']:.0f} times ours, "
        f"{ranged(row['difference'], row['low'], row['high'])} more: of the difference "
        f"{', '.join(named[:SHOWN])}."
    )
