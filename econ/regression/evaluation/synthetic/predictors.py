"""What a synthetic control is to match: columns, averaged over periods before the event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.regression.evaluation.dates import calendar_of, date_of
from econ.regression.panel.panel import Panel, integer_periods

__all__ = ["Calendar", "Predictor"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Statistic = Literal["mean", "median", "sum"]
STATISTICS: Final[tuple[Statistic, ...]] = ("mean", "median", "sum")
WINDOW: Final = 2


@dataclass(frozen=True)
class Predictor:
    """One predictor: a column and the periods it is averaged over.

    Parameters
    ----------
    column : str
    first, last : period, optional
        Of the window, both in it; every period before the event where left out.
    periods : sequence of period
        Instead of a window.
    statistic : {"mean", "median", "sum"}
        Over the periods that have a value.

    Examples
    --------
    >>> Predictor.of(("beer", 1984, 1988)).name
    'beer 1984-1988'
    >>> Predictor.of(("cigsale", 1975)).name, Predictor.of(("school", [1980, 1985])).name
    ('cigsale 1975', 'school 1980, 1985')
    """

    column: str
    first: Any = None
    last: Any = None
    periods: tuple[Any, ...] = ()
    statistic: Statistic = "mean"

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", tuple(self.periods))
        if self.statistic not in STATISTICS:
            mend = nearest(self.statistic, STATISTICS)
            raise InputError.one("predictors", self.column, "unknown statistic", mend)

    @classmethod
    def of(cls, spec: Predictor | str | Sequence[Any]) -> Predictor:
        """Read the short forms: ``"x"``, ``("x", 1980, 1988)``, ``("x", 1975)``, ``("x", [..])``.

        Raises
        ------
        InputError
            When it is none of these.
        """
        if isinstance(spec, Predictor):
            return spec
        if isinstance(spec, str):
            return cls(spec)
        name, window, statistic = _parts(list(spec) if isinstance(spec, list | tuple) else [])
        if name and len(window) <= WINDOW:
            first = window[0] if window else None
            if len(window) == WINDOW:
                return cls(name, window[0], window[1], statistic=statistic)
            if isinstance(first, tuple) and len(first) == WINDOW:
                return cls(name, first[0], first[1], statistic=statistic)
            if isinstance(first, list | tuple | range | np.ndarray):
                return cls(name, periods=tuple(first), statistic=statistic)
            return cls(name, periods=tuple(window), statistic=statistic)
        mend = 'write "x", ("x", first, last), ("x", period), ("x", [periods]) or Predictor(...)'
        raise InputError.one("predictors", "", "no predictor", mend, value=spec)

    @property
    def name(self) -> str:
        """Column and periods, as tables show them."""
        if self.periods:
            when = ", ".join(str(period) for period in self.periods)
        elif self.first is None and self.last is None:
            when = "before the event"
        else:
            when = f"{self.first}-{self.last}"
        plain = f"{self.column} {when}"
        return plain if self.statistic == "mean" else f"{plain}, {self.statistic}"


@dataclass(frozen=True)
class Calendar:
    """The periods of a panel, in order, and where others lie among them.

    Parameters
    ----------
    labels : tuple
        As the frame has them.
    numbers : ndarray, shape (t,)
        As whole numbers of one calendar.
    known : mapping of str to int
        Numbers of the dates that were asked for beside those of the panel.
    """

    labels: tuple[Any, ...]
    numbers: Codes
    known: dict[str, int]

    @classmethod
    def of(cls, panel: Panel, dates: Iterable[Any]) -> Calendar:
        """Read the periods of a panel together with other dates.

        Raises
        ------
        InputError
            When one of the dates is none.
        """
        first = np.unique(panel.periods, return_index=True)[1]
        times = panel.frame[panel.time].iloc[first]
        numbers = integer_periods(times, panel.time)
        counted = calendar_of(times, numbers)
        asked = [date for date in dates if date is not None]
        mend = "write it as the panel does, or as a date such as 2027-12-31"
        InputError.raise_if(
            [
                Fault("synthetic control", "date", "no period", mend, value=str(date))
                for date in asked
                if date_of(date) is None
            ]
        )
        order = np.argsort(numbers, kind="stable")
        labels = tuple(_plain(times.iloc[place]) for place in order)
        known = {str(date): int(counted(date)) for date in asked}
        return cls(labels, numbers[order], known)

    def number(self, date: Any) -> int:
        """Return the number of a date that was asked for."""
        return self.known[str(date)]

    def before(self, date: Any) -> int:
        """Return how many periods lie before a date."""
        return int(np.searchsorted(self.numbers, self.number(date), side="left"))

    def chosen(self, predictor: Predictor, before: int) -> npt.NDArray[np.bool_]:
        """Return which periods a predictor takes, shape (t,)."""
        if predictor.periods:
            wanted = [self.number(period) for period in predictor.periods]
            return np.asarray(np.isin(self.numbers, wanted))
        taken = np.ones(len(self.numbers), dtype=bool)
        if predictor.first is None and predictor.last is None:
            return np.asarray(np.arange(len(taken)) < before)
        if predictor.first is not None:
            taken &= self.numbers >= self.number(predictor.first)
        if predictor.last is not None:
            taken &= self.numbers <= self.number(predictor.last)
        return np.asarray(taken)


def _parts(spec: list[Any]) -> tuple[str, list[Any], Statistic]:
    """Return the column, the periods and the statistic of a short form; no column where none."""
    name = spec[0] if spec and isinstance(spec[0], str) else ""
    last = spec[-1] if len(spec) > 1 else None
    for statistic in STATISTICS:
        if isinstance(last, str) and last == statistic:
            return name, spec[1:-1], statistic
    return name, spec[1:], "mean"


def _plain(label: Any) -> Any:
    """Return a label as people write it: whole numbers without their point."""
    if isinstance(label, float | np.floating) and float(label).is_integer():
        return int(label)
    return label.item() if isinstance(label, np.generic) else label


def summarised(values: Array, statistic: str) -> Array:
    """Return the statistic of each row over the columns that have a value; NaN where none has.

    Parameters
    ----------
    values : ndarray, shape (n, w)
    statistic : {"mean", "median", "sum"}
    """
    found = np.full(len(values), np.nan)
    some = np.isfinite(values).any(axis=1)
    functions: dict[str, Callable[..., Array]] = {
        "mean": np.nanmean,
        "median": np.nanmedian,
        "sum": np.nansum,
    }
    found[some] = functions[statistic](values[some], axis=1)
    return found


def window_faults(predictor: Predictor, taken: npt.NDArray[np.bool_], before: int) -> list[Fault]:
    """Return what is wrong with the periods of a predictor."""
    if not taken.any():
        problem, mend = "none of its periods is in the panel", "choose periods of the panel"
    elif taken[before:].any():
        problem = "reaches beyond the event"
        mend = "end it before the event, which may have moved it"
    elif predictor.periods and taken.sum() < len(set(predictor.periods)):
        problem, mend = "some of its periods are not in the panel", "choose periods of the panel"
    else:
        return []
    return [Fault("predictors", predictor.column, problem, mend, value=predictor.name)]
