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
    """Return how far each assumption moves each outcome, widest first."""
    frame = contents.sensitivity.assign(
        swing=(contents.sensitivity["high"] - contents.sensitivity["low"]).abs()
    )
    return frame.sort_values(["outcome", "swing"], ascending=[True, False], ignore_index=True)
