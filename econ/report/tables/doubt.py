"""Tables of doubt: what drives the answer, how likely what is, and other readings."""

from __future__ import annotations

import pandas as pd

from econ.report.contents import Contents

__all__ = ["chances", "drivers", "readings", "sensitivity", "variants"]


def drivers(contents: Contents) -> pd.DataFrame:
    """Return the share of each outcome's variance that each assumption explains."""
    return contents.doubt.drivers


def chances(contents: Contents) -> pd.DataFrame:
    """Return in which share of the draws outcomes are above zero and above thresholds."""
    return contents.doubt.chances


def variants(contents: Contents) -> pd.DataFrame:
    """Return outcomes by variant, and of all variants mixed by their weights."""
    return contents.doubt.variants


def readings(contents: Contents) -> pd.DataFrame:
    """Return what explains the difference to each other reading, change by change."""
    return contents.doubt.readings


def sensitivity(contents: Contents) -> pd.DataFrame:
    """Return how far each assumption moves each outcome, widest first.

    Columns outcome, parameter, label, low, central, high, unit, swing, outcome_low, outcome_high:
    low and high are the outcome at both ends of the assumption, the last two its own interval.
    """
    frame = contents.sensitivity
    whole = frame[["outcome_low", "outcome_high"]]
    frame = frame.drop(columns=list(whole)).assign(swing=(frame["high"] - frame["low"]).abs())
    order = ["outcome", "swing"]
    return frame.join(whole).sort_values(order, ascending=[True, False], ignore_index=True)
