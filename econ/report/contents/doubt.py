"""`Doubt`: what a report gets of its doubt."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Doubt"]


@dataclass(frozen=True)
class Doubt:
    """What drives a study's answer, how likely outcomes are, and other readings of the question.

    Parameters
    ----------
    drivers : pandas.DataFrame
        outcome, parameter, label, first, first_error, total, total_error.
    chances : pandas.DataFrame
        outcome, threshold, unit, share, words, why.
    variants : pandas.DataFrame
        outcome, variant, label, weight, value, low, high, above_zero, unit.
    differences : pandas.DataFrame
        reading, label, outcome, one, other, difference, low, high, unit.
    readings : pandas.DataFrame
        reading, outcome, change, label, before, after, part, share, unit.
    whys : dict of str to str
        Why each variant, by name.
    how : str
        How the parts of a difference were found.
    """

    drivers: pd.DataFrame = field(default_factory=pd.DataFrame)
    chances: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    readings: pd.DataFrame = field(default_factory=pd.DataFrame)
    whys: dict[str, str] = field(default_factory=dict)
    how: str = ""
