"""Dates as people write them, in the whole periods in which a panel counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.regression.panel.panel import quarter_of

__all__ = ["calendar_of", "date_of", "is_later", "plain"]

Codes = npt.NDArray[np.int64]
MONTHS: Final = 12


def plain(at: Any) -> Any:
    """Return a date as text, a whole number as one, and None for nothing."""
    if not pd.api.types.is_scalar(at):
        return at
    if pd.isna(at):
        return None
    if isinstance(at, pd.Timestamp):
        return str(at.date())
    return int(at) if isinstance(at, float) and at.is_integer() else at


def date_of(at: Any) -> pd.Timestamp | int | None:
    """Return a period written as a whole number, or a date; None where it is neither."""
    if isinstance(at, bool) or not pd.api.types.is_scalar(at) or pd.isna(at):
        return None
    if isinstance(at, int | np.integer | float | np.floating):
        return int(at) if float(at).is_integer() else None
    if isinstance(at, pd.Period):
        return at.start_time
    text = quarter_of(at) or str(at)
    if text.isdigit():
        return int(text)
    try:
        return pd.Timestamp(pd.Period(text).start_time)
    except (ValueError, TypeError):
        return None


def is_later(one: Any, other: Any) -> bool:
    """Return whether a date lies after another; by year where one of them is a whole number."""
    first, second = date_of(one), date_of(other)
    if isinstance(first, pd.Timestamp) and isinstance(second, pd.Timestamp):
        return bool(first > second)
    years = [at.year if isinstance(at, pd.Timestamp) else at for at in (first, second)]
    return bool(None not in years and years[0] > years[1])  # type: ignore[operator]


def calendar_of(times: pd.Series[Any], calendar: Codes) -> Callable[[Any], float]:
    """Return what turns a date into the whole periods in which a panel counts."""
    if isinstance(times.dtype, pd.PeriodDtype):
        freq: Any = times.dtype.freq

        def in_freq(at: Any) -> float:
            found = date_of(at)
            whole = f"{found}" if isinstance(found, int) else found
            counted = pd.Period(whole, freq=freq)
            return float(counted.year if freq.rule_code.startswith("Y") else counted.ordinal)

        return in_freq
    first = times.iloc[0]
    quarters = isinstance(first, str) and bool(quarter_of(first))
    when = date_of(first)

    def counted(at: Any) -> float:
        found = date_of(at)
        if isinstance(found, int) and (isinstance(when, int) or found == calendar[0]):
            return float(found)
        stamp = pd.Timestamp(year=found, month=1, day=1) if isinstance(found, int) else found
        assert stamp is not None
        if quarters:
            return float(pd.Period(stamp, freq="Q").ordinal)
        if isinstance(when, int) or when is None or calendar[0] == when.year:
            return float(stamp.year)
        if calendar[0] == when.year * MONTHS + when.month - 1:
            return float(stamp.year * MONTHS + stamp.month - 1)
        return float((stamp.normalize() - pd.Timestamp(0)) // pd.Timedelta(days=1))

    return counted
