"""`Panel`: the border of the regression wing, where units and periods become codes."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.quantity.provenance import Provenance

__all__ = [
    "Panel",
    "PanelReport",
    "frame_of",
    "integer_periods",
    "missing_columns",
    "quarter_of",
]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
SHOWN: Final = 5
# T as the French statistical office writes it.
QUARTER: Final = re.compile(r"(\d{4})[ -]?[QqTt]([1-4])|[QqTt]([1-4])[ -]?(\d{4})")
# Beyond it not every whole number is one in double precision.
MOST: Final = 1.0 / float(np.finfo(np.float64).eps)
SPACINGS: Final = ("calendar", "order")


@dataclass(frozen=True)
class PanelReport:
    """What a panel looks like before anything is estimated.

    Parameters
    ----------
    rows, units, periods : int
    balanced : bool
        Whether every unit has every period.
    gaps : tuple of str
        Units that lack a period between their first and their last.
    singletons : tuple of str
        Units with one row.
    """

    rows: int
    units: int
    periods: int
    balanced: bool
    gaps: tuple[str, ...]
    singletons: tuple[str, ...]

    def __str__(self) -> str:
        shape = "balanced" if self.balanced else "unbalanced"
        words = [f"{self.rows} rows, {self.units} units, {self.periods} periods, {shape}"]
        for label, names in (("with gaps", self.gaps), ("with one row", self.singletons)):
            if names:
                more = ", ..." if len(names) > SHOWN else ""
                words.append(f"{len(names)} units {label}: {', '.join(names[:SHOWN])}{more}")
        return "; ".join(words)


@dataclass(frozen=True)
class Panel:
    """Rows of units observed in periods.

    Parameters
    ----------
    frame : pandas.DataFrame or Dataset
    unit : str
        Column that names the unit.
    time : str
        Column of the period: whole numbers, dates, pandas periods, or texts such as 2008, 2008Q1,
        2008-05.
    spacing : {"calendar", "order"}
        Whether one lag is one step of the calendar (the greatest common one of the panel), or the
        period before, however long ago.

    Raises
    ------
    InputError
        When a column is missing or empty somewhere, or a unit has a period twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": ["2A", "2A", "13"], "year": [2008, 2010, 2008]})
    >>> print(Panel(frame, unit="dep", time="year").report)
    3 rows, 2 units, 2 periods, unbalanced; 1 units with one row: 13
    """

    frame: pd.DataFrame
    unit: str
    time: str
    spacing: Literal["calendar", "order"] = "calendar"
    provenance: Provenance = field(default_factory=Provenance, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.frame, Dataset):
            object.__setattr__(self, "provenance", self.frame.provenance | self.provenance)
        object.__setattr__(self, "frame", frame_of(self.frame))
        InputError.raise_if(missing_columns(self.frame, (self.unit, self.time)))
        if self.spacing not in SPACINGS:
            mend = nearest(self.spacing, SPACINGS)
            raise InputError.one("panel", "spacing", "unknown", mend, value=self.spacing)
        InputError.raise_if(
            [
                Fault("panel", name, "no value", "name the unit and period of every row", row)
                for name in (self.unit, self.time)
                if self.frame[name].hasnans
                for row in self.frame.index[self.frame[name].isna()][:SHOWN]
            ]
        )
        InputError.raise_if(
            [
                Fault(
                    "panel", name, "holds no labels", "name units and periods by texts or numbers"
                )
                for name in (self.unit, self.time)
                if self.frame[name].dtype == object
                and not self.frame[name].map(pd.api.types.is_hashable).all()
            ]
        )
        twice = self.frame.duplicated([self.unit, self.time], keep="first").to_numpy()
        if twice.any():
            raise InputError(
                [
                    Fault(
                        "panel",
                        f"{self.unit}, {self.time}",
                        "unit-period stands twice",
                        "keep one row of each unit and period, or sum them first",
                        str(index),
                        f"{row[self.unit]}, {row[self.time]}",
                    )
                    for index, row in self.frame[twice].head(SHOWN).iterrows()
                ]
            )
        self.periods  # noqa: B018  (refuses times that are no periods)

    @cached_property
    def units(self) -> Codes:
        """Code of the unit of each row, shape (n,), in the order of `labels`."""
        return np.asarray(self._factors[0], dtype=np.int64)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of the units, by code."""
        return tuple(map(str, self._factors[1]))

    @cached_property
    def _factors(self) -> tuple[Any, Any]:
        return pd.factorize(self.frame[self.unit], sort=True)

    @cached_property
    def periods(self) -> Codes:
        """Period of each row, shape (n,), counted in steps of the panel from its first."""
        calendar = integer_periods(self.frame[self.time], self.time)
        present, order = np.unique(calendar, return_inverse=True)
        if self.spacing == "order":
            return np.asarray(order, dtype=np.int64)
        step = int(np.gcd.reduce(np.diff(present))) if len(present) > 1 else 1
        return np.asarray((calendar - present[0]) // step, dtype=np.int64)

    def shifted(self, values: Array, steps: int) -> Array:
        """Return the values of `steps` periods earlier (later if negative), NaN where none are.

        Parameters
        ----------
        values : ndarray, shape (n,)
        steps : int [period]

        Examples
        --------
        >>> frame = pd.DataFrame({"dep": ["13", "13", "13"], "year": [2009, 2008, 2011]})
        >>> Panel(frame, "dep", "year").shifted(np.array([1.0, 2.0, 3.0]), 1).tolist()
        [2.0, nan, nan]
        """
        span = int(self.periods.max()) + 1
        keys = self.units * span + self.periods
        order = np.argsort(keys, kind="stable")
        inside = (self.periods - steps >= 0) & (self.periods - steps < span)
        wanted = np.where(inside, keys - steps, -1)
        place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
        source = order[place]
        return np.where(keys[source] == wanted, values[source], np.nan)

    @property
    def report(self) -> PanelReport:
        """Rows, units, periods, gaps and singletons."""
        count = np.bincount(self.units)
        first = np.full(len(count), np.iinfo(np.int64).max)
        last = np.full(len(count), -1, dtype=np.int64)
        np.minimum.at(first, self.units, self.periods)
        np.maximum.at(last, self.units, self.periods)
        periods = len(np.unique(self.periods))
        label = np.array(self.labels, dtype=object)
        return PanelReport(
            rows=len(self.frame),
            units=len(count),
            periods=periods,
            balanced=bool((count == periods).all()),
            gaps=tuple(label[count < last - first + 1]),
            singletons=tuple(label[count == 1]),
        )


def frame_of(data: Any) -> pd.DataFrame:
    """Return the frame of any data an estimator takes, index levels that have names as columns.

    Raises
    ------
    InputError
        When it is no frame, has no rows, or has a column twice.
    """
    found = data.frame if isinstance(data, Dataset | Panel) else data
    if not isinstance(found, pd.DataFrame):
        mend = "give a pandas DataFrame, an econ.Dataset or an econ.Panel"
        raise InputError.one("data", "", "no frame", mend, value=type(found).__name__)
    if found.columns.nlevels > 1:
        mend = "join them: frame.columns = [...]"
        raise InputError.one("data", "", "columns have several levels", mend)
    levels = [name for name in found.index.names if name is not None and name not in found.columns]
    if levels:
        found = found.reset_index(level=levels, drop=False)
    if not found.columns.is_unique:
        raise InputError(
            [
                Fault("data", str(name), "column stands twice", "keep one of the two")
                for name in dict.fromkeys(found.columns[found.columns.duplicated()])
            ]
        )
    if found.empty:
        raise InputError.one("data", "", "no rows", "give at least as many rows as terms")
    return found


def missing_columns(frame: pd.DataFrame, names: tuple[str, ...]) -> list[Fault]:
    """Return a fault for every name that is no column."""
    wanted = [name for name in dict.fromkeys(names) if name not in frame.columns]
    if not wanted:
        return []
    plain = {str(column) for column in frame.columns if not isinstance(column, str)}
    as_text = "its name is no text: frame.rename(columns=str)"
    mends = [as_text if name in plain else nearest(name, list(frame.columns)) for name in wanted]
    return [
        Fault("data", name, "no such column", mend)
        for name, mend in zip(wanted, mends, strict=True)
    ]


def integer_periods(times: pd.Series[Any], name: str) -> Codes:
    """Return times as whole numbers: calendar years, quarters, months, or days.

    Raises
    ------
    InputError
        When they are neither whole numbers nor dates.

    Examples
    --------
    >>> integer_periods(pd.Series(["2008Q4", "2009Q1"]), "quarter").tolist()
    [155, 156]
    """
    mend = "write whole numbers, dates, or texts such as 2008, 2008Q1, 2008-T1, 2008-05"
    if isinstance(times.dtype, pd.PeriodDtype):
        index = pd.PeriodIndex(times)
        yearly = index.freqstr.startswith("Y")
        return np.asarray(index.year if yearly else index.asi8, dtype=np.int64)
    if isinstance(times.dtype, pd.CategoricalDtype):
        times = times.astype(times.cat.categories.dtype)
    if pd.api.types.is_bool_dtype(times):
        times = times.astype(int)
    if not pd.api.types.is_numeric_dtype(times):
        numbers = pd.to_numeric(times.astype(str), errors="coerce")
        if not numbers.isna().any():
            times = numbers
        elif numbers.notna().any():
            first = times[numbers.isna()].iloc[0]
            mend = "write all in one way"
            raise InputError.one("data", name, "years and other dates mixed", mend, value=first)
    if pd.api.types.is_numeric_dtype(times):
        values = times.to_numpy(dtype=np.float64)
        whole = np.isfinite(values) & (values == np.round(values)) & (np.abs(values) < MOST)
        if not whole.all():
            worst = values[~whole][0]
            raise InputError.one("data", name, "no period", mend, value=float(worst))
        return values.astype(np.int64)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # pandas warns where it would guess
            quarters = times.map(quarter_of) if quarter_of(times.iloc[0]) else pd.Series([""])
            if quarters.ne("").all():
                return np.asarray(pd.PeriodIndex(quarters, freq="Q").asi8, dtype=np.int64)
            dates = pd.to_datetime(times)
    except (ValueError, TypeError, UserWarning) as error:
        raise InputError.one("data", name, "no period", mend, value=times.iloc[0]) from error
    return _of_dates(pd.DatetimeIndex(dates))


def quarter_of(text: object) -> str:
    """Return a quarter as 2008Q1, however its year and its number stand; nothing for no quarter.

    Examples
    --------
    >>> [quarter_of(text) for text in ("2008-T1", "Q12008", "2008Q1", "2008")]
    ['2008Q1', '2008Q1', '2008Q1', '']
    """
    found = QUARTER.fullmatch(str(text).strip())
    if found is None:
        return ""
    year, number, other_number, other_year = found.groups()
    return f"{year or other_year}Q{number or other_number}"


def _of_dates(dates: pd.DatetimeIndex) -> Codes:
    """Count years where all dates fall on one day of the year, else months, else days."""
    months = dates.year * 12 + dates.month - 1
    end = dates.is_month_end.all()
    if not (end or len(set(dates.day)) == 1):
        return np.asarray(dates.normalize().asi8 // _DAY[dates.unit], dtype=np.int64)
    one_a_year = len(set(dates.month)) == 1
    return np.asarray(dates.year if one_a_year else months, dtype=np.int64)


_DAY: Final = {unit: pd.Timedelta(days=1).as_unit(unit).value for unit in ("s", "ms", "us", "ns")}
