"""When each unit is first treated: read from a column, from treated periods, or from a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.regression.evaluation.dates import calendar_of
from econ.regression.evaluation.treatment import Treatment
from econ.regression.panel.panel import integer_periods

__all__ = ["Starts", "starts_of"]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
SHOWN: Final = 5
SWITCH: Final = "give 1 where treated, 0 elsewhere; a dose goes into CallawaySantAnna(dose=)"


@dataclass(frozen=True)
class Starts:
    """Calendar and first treatment of every row of a frame, and which rows stay."""

    calendar: Array
    first: Array
    inside: Flags
    notes: tuple[str, ...]


def starts_of(
    cohort: str | Treatment, treatment: str, frame: pd.DataFrame, unit: str, time: str
) -> Starts:
    """Return when each row's unit is first treated, from a column or from a `Treatment`.

    Raises
    ------
    InputError
        When a treatment moves, switches off, or lies outside the panel.
    """
    everyone = np.ones(len(frame), dtype=bool)
    if isinstance(cohort, Treatment):
        return _from_treatment(cohort, frame, unit, time)
    calendar = integer_periods(frame[time], time).astype(np.float64)
    if treatment:
        first = _first_of_treated(treatment, frame, unit, calendar)
        return Starts(calendar, first, everyone, ())
    first, notes = _first_of_column(str(cohort), frame, time, calendar)
    if not unit:
        return Starts(calendar, first, everyone, notes)
    moved = pd.Series(first).groupby(frame[unit].to_numpy()).nunique(dropna=False)
    InputError.raise_if(
        [
            Fault(
                "data",
                str(cohort),
                f"first treatment moves within {unit} {name}",
                "give each unit one date: a treatment that ends or returns is not for this "
                "estimator",
            )
            for name in moved.index[moved > 1][:SHOWN]
        ]
    )
    return Starts(calendar, first, everyone, notes)


def _first_of_column(
    name: str, frame: pd.DataFrame, time: str, calendar: Array
) -> tuple[Array, tuple[str, ...]]:
    series = frame[name]
    known = series.notna().to_numpy()
    if not pd.api.types.is_numeric_dtype(series) and known.any():
        numbers = pd.to_numeric(series.astype(str), errors="coerce")
        if not numbers[known].isna().any():
            series = numbers
    if pd.api.types.is_numeric_dtype(series):
        first = series.to_numpy(dtype=np.float64, na_value=np.nan)
        never = ~np.isfinite(first) | (first == 0.0)
        broken = ~never & (first != np.round(first))
        if broken.any():
            row = int(np.flatnonzero(broken)[0])
            mend = "give whole periods, as in the column of time"
            raise InputError.one("data", name, "no period", mend, row=row, value=float(first[row]))
        negative = ~never & (first < 0.0)
        if negative.any() and (calendar > 0.0).all():
            row = int(np.flatnonzero(negative)[0])
            mend = "write 0, infinite or nothing for units that are never treated"
            problem = "no period of the panel"
            raise InputError.one("data", name, problem, mend, row=row, value=float(first[row]))
        if not pd.api.types.is_numeric_dtype(frame[time]):
            first = _years_on(first, never, frame[time], calendar, name)
        return np.where(never, np.inf, first), ()
    # Dates are read together with the column of time, so that both count in the same periods.
    joint = pd.concat([frame[time], series[known]], ignore_index=True)
    periods = integer_periods(joint, name)[len(frame) :].astype(np.float64)
    first = np.full(len(frame), np.inf)
    first[known] = periods
    return first, ()


def _years_on(
    first: Array, never: Flags, times: pd.Series[Any], calendar: Array, name: str
) -> Array:
    """Return years as the periods of a column of dates that counts in years.

    Raises
    ------
    InputError
        When it counts in quarters, months or days, of which a year has several.
    """
    if pd.api.types.is_string_dtype(times) and times.str.fullmatch(r"\d+(\.0)?").all():
        return first
    known = np.unique(first[~never]).astype(np.int64)
    counted = calendar_of(times, calendar.astype(np.int64))
    moved = {year: counted(int(year)) for year in [*known, *(known + 1)]}
    if any(moved[year + 1] - moved[year] != 1.0 for year in known):
        mend = f"write it as {times.name} is written, empty for never"
        raise InputError.one("data", name, "years beside shorter periods", mend)
    found = first.copy()
    found[~never] = [moved[int(year)] for year in first[~never]]
    return found


def _first_of_treated(name: str, frame: pd.DataFrame, unit: str, calendar: Array) -> Array:
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~np.isin(values, (0.0, 1.0))
    InputError.raise_if(
        [
            Fault("data", name, "neither one nor zero", SWITCH, row, v)
            for row, v in zip(
                frame.index[wrong][:SHOWN], frame[name][wrong].head(SHOWN), strict=True
            )
        ]
    )
    labels = frame[unit].to_numpy()
    on = pd.Series(np.where(values == 1.0, calendar, np.inf)).groupby(labels).transform("min")
    first = on.to_numpy(dtype=np.float64)
    off = (calendar >= first) & (values == 0.0)
    InputError.raise_if(
        [
            Fault(
                "data",
                name,
                f"treatment of {unit} {labels[row]} switches off",
                "this estimator takes a treatment that stays: end the panel before, or leave the "
                "unit out",
                value=f"{calendar[row]:g}",
            )
            for row in np.flatnonzero(off & ~pd.Series(off).groupby(labels).cumsum().gt(1))[:SHOWN]
        ]
    )
    return first


def _from_treatment(treatment: Treatment, frame: pd.DataFrame, unit: str, time: str) -> Starts:
    labels = frame[unit].astype(str)
    present = set(labels)
    calendar, starts = treatment.periods(frame[time], time)
    span = (calendar.min(), calendar.max())
    faults = [
        Fault("treatment", "units", "no such unit in the panel", nearest(name, present), value=name)
        for name in treatment.units
        if name not in present
    ]
    faults += [
        Fault(
            "treatment",
            "dates",
            f"the date of {name} lies outside the panel",
            f"the panel runs from {span[0]:g} to {span[1]:g}: give later periods or another date",
            value=date,
        )
        for name, date, start in zip(treatment.units, treatment.dates, starts, strict=True)
        if not span[0] < start <= span[1]
    ]
    InputError.raise_if(faults)
    by_unit = dict(zip(treatment.units, starts.tolist(), strict=True))
    first = labels.map(by_unit).to_numpy(dtype=np.float64, na_value=np.inf)
    exposed = labels.isin(treatment.neighbours).to_numpy()
    notes: tuple[str, ...] = ()
    if exposed.any():
        count = labels[exposed].nunique()
        notes = (f"{count} neighbours partly treated, left out",)
    return Starts(calendar, first, ~exposed, notes)
