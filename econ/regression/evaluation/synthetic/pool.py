"""Site and donors as arrays: the border of everything that builds a synthetic control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pandas.api.types import is_numeric_dtype

from econ.errors import Fault, InputError, nearest
from econ.quantity.provenance import Provenance
from econ.regression.design.design import Block, refuse_beyond_squares
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.predictors import (
    Calendar,
    Predictor,
    summarised,
    window_faults,
)
from econ.regression.panel.panel import Panel, missing_columns

__all__ = ["Pool", "Question", "gaps_in", "not_numbers", "pool_of", "wide"]

Array = npt.NDArray[np.float64]
SHOWN: Final = 5
FILE: Final = "synthetic control"


@dataclass(frozen=True)
class Question:
    """What is asked of a panel: which site, since when, matched on what.

    Parameters
    ----------
    outcome : str
        Column.
    treated : tuple of str
        The site, or several that were hit on one date and are averaged.
    at : period
        The first one under treatment.
    predictors, training : tuple of Predictor
        Matched by the donors; measured once more in a training period, where importances are
        chosen by cross-validation.
    fit_window : tuple of period, optional
        First and last period in which the outcome is to be fitted; all before the event where
        left out.
    donors : DonorRule
    """

    outcome: str
    treated: tuple[str, ...]
    at: Any
    predictors: tuple[Predictor, ...] = ()
    training: tuple[Predictor, ...] = ()
    fit_window: tuple[Any, Any] | None = None
    donors: DonorRule = field(default_factory=DonorRule)


@dataclass(frozen=True)
class Pool:
    """Outcomes and predictors of a site, in the first row, and of its donors.

    Parameters
    ----------
    outcome : str
    site : str
        Its name, or that of the average of several.
    donors : tuple of str, j
    periods : tuple, t
    before : int
        Number of periods before the event.
    outcomes : ndarray, shape (1 + j, t) [outcome]
    sites : ndarray, shape (s, t) [outcome]
        Of each treated unit, where several are averaged.
    fitted : ndarray, shape (t,), of bool
        The periods in which the outcome is to be fitted.
    names, training_names : tuple of str, k
    predictors, training : ndarray, shape (1 + j, k)
    dropped : mapping of str to str
        Who is no donor, and why.
    """

    outcome: str
    site: str
    donors: tuple[str, ...]
    periods: tuple[Any, ...]
    before: int
    outcomes: Array
    sites: Array
    fitted: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    predictors: Array
    training_names: tuple[str, ...]
    training: Array
    dropped: dict[str, str]
    neighbours_known: bool
    allow_neighbours: bool
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def after(self) -> int:
        """Number of periods under treatment."""
        return len(self.periods) - self.before

    def only(self, places: Sequence[int], site: int = 0, name: str = "") -> Pool:
        """Return the pool of one row as the site and others as its donors.

        Parameters
        ----------
        places : sequence of int
            Rows of the donors.
        site : int
            Row of the site.
        """
        rows = np.array([site, *places])
        labels = (self.site, *self.donors)
        return replace(
            self,
            site=name or labels[site],
            donors=tuple(map(labels.__getitem__, places)),
            outcomes=self.outcomes[rows],
            sites=self.sites if site == 0 else self.outcomes[[site]],
            predictors=self.predictors[rows],
            training=self.training[rows],
        )

    def until(self, periods: int, before: int) -> Pool:
        """Return the pool cut after so many periods, with an event that never was."""
        return replace(
            self,
            periods=self.periods[:periods],
            before=before,
            outcomes=self.outcomes[:, :periods],
            sites=self.sites[:, :periods],
            fitted=self.fitted[:periods] & (np.arange(periods) < before),
        )

    @property
    def sample(self) -> str:
        """Site, donors and periods, in words."""
        first, event, last = self.periods[0], self.periods[self.before], self.periods[-1]
        words = [f"{self.site} against {len(self.donors)} donors, {first} to {last}"]
        words.append(f"event {event}: {self.before} periods before, {self.after} after")
        if self.dropped:
            reasons = list(dict.fromkeys(self.dropped.values()))
            counted = [f"{list(self.dropped.values()).count(why)} {why}" for why in reasons]
            words.append(f"no donors: {', '.join(counted[:SHOWN])}")
        return "; ".join(words)


def pool_of(panel: Panel, question: Question) -> Pool:
    """Return site and donors as arrays.

    Raises
    ------
    InputError
        With every fault: no such column or site, an event outside the panel or at its very first
        period, no donors or refused ones, gaps in the outcome, a predictor that no donor has or
        that reaches beyond the event.
    """
    calendar = _calendar(panel, question)
    before = calendar.before(question.at)
    kept, dropped, wrong = question.donors.candidates(question.treated, panel.labels)
    named = _event_faults(calendar, question.at, before) + _site_faults(panel, question.treated)
    InputError.raise_if(named + wrong)

    rows = {name: place for place, name in enumerate(panel.labels)}
    table = wide(panel, question.outcome, calendar)
    units = [rows[name] for name in question.treated]
    sites = table[units]
    kept, late = _kept(question.donors, kept, table[[rows[name] for name in kept]], sites, before)
    dropped |= late
    names, values, weak = _predictors(panel, calendar, question.predictors, before, rows)
    training_names, training, more = _predictors(panel, calendar, question.training, before, rows)
    faults = weak + more + gaps_in(question.treated, sites, calendar, question.outcome)
    every, labels = np.hstack([values, training]), (*names, *training_names)
    faults += _empty(question.treated, every[units], labels)
    if question.donors.incomplete == "drop":
        incomplete = _incomplete(kept, rows, table, every, labels)
        dropped |= incomplete
        kept = [name for name in kept if name not in incomplete]
    places = [rows[name] for name in kept]
    faults += gaps_in(kept, table[places], calendar, question.outcome)
    faults += _empty(kept, every[places], labels)
    if not kept:
        why = f"{len(dropped)} units are excluded by the rule" if dropped else "no other unit"
        mend = "widen the DonorRule, or bring a panel with units that were not hit"
        faults.append(Fault(FILE, "donors", f"the site has no donors: {why}", mend))
    fitted, outside = _fitted(calendar, before, question.fit_window)
    faults += outside
    InputError.raise_if(faults)

    def stacked(values: Array) -> Array:
        return np.vstack([values[units].mean(axis=0), values[places]])

    many = f"average of {len(question.treated)} sites"
    return Pool(
        outcome=question.outcome,
        site=question.treated[0] if len(question.treated) == 1 else many,
        donors=tuple(kept),
        periods=calendar.labels,
        before=before,
        outcomes=stacked(table),
        sites=sites,
        fitted=fitted,
        names=names,
        predictors=stacked(values),
        training_names=training_names,
        training=stacked(training),
        dropped=dropped,
        neighbours_known=question.donors.neighbours is not None,
        allow_neighbours=question.donors.allow_neighbours,
        provenance=panel.provenance,
    )


def _calendar(panel: Panel, question: Question) -> Calendar:
    """Return the panel's periods, its columns and the dates of a question checked."""
    every = (*question.predictors, *question.training)
    wanted = list(dict.fromkeys([question.outcome, *(predictor.column for predictor in every)]))
    InputError.raise_if(missing_columns(panel.frame, tuple(wanted)) + not_numbers(panel, wanted))
    for name in wanted:
        values = panel.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        refuse_beyond_squares(Block((name,), values[np.isfinite(values), None]))
    dates = [question.at, *(question.fit_window or ())]
    for predictor in every:
        dates += [predictor.first, predictor.last, *predictor.periods]
    return Calendar.of(panel, dates)


def _site_faults(panel: Panel, treated: Sequence[str]) -> list[Fault]:
    faults = [
        Fault(FILE, "treated", "not in the panel", nearest(name, panel.labels), value=name)
        for name in treated
        if name not in panel.labels
    ]
    faults += [
        Fault(FILE, "treated", "stands twice", "name each site once", value=name)
        for name in dict.fromkeys(treated)
        if list(treated).count(name) > 1
    ]
    if not treated:
        faults.append(Fault(FILE, "treated", "no site", "name the treated unit"))
    return faults


def _incomplete(
    names: Sequence[str], rows: dict[str, int], table: Array, every: Array, labels: Sequence[str]
) -> dict[str, str]:
    """Return which donors lack an outcome or a predictor, and which."""
    found = {}
    for name in names:
        lacks = ~np.isfinite(every[rows[name]])
        if lacks.any():
            found[name] = f"no {labels[int(lacks.argmax())]}"
        elif not np.isfinite(table[rows[name]]).all():
            found[name] = "gaps in the outcome"
    return found


def _fitted(
    calendar: Calendar, before: int, window: tuple[Any, Any] | None
) -> tuple[npt.NDArray[np.bool_], list[Fault]]:
    """Return the periods in which the outcome is to be fitted, shape (t,)."""
    fitted = np.arange(len(calendar.numbers)) < before
    if window is not None:
        first, last = (calendar.number(date) for date in window)
        fitted &= (calendar.numbers >= first) & (calendar.numbers <= last)
    if fitted.any() or window is None:
        return fitted, []
    mend = "choose a first and a last period before the event"
    shown = f"{window[0]} to {window[1]}"
    problem = "no period before the event"
    return fitted, [Fault(FILE, "fit_window", problem, mend, value=shown)]


def not_numbers(panel: Panel, names: Iterable[str]) -> list[Fault]:
    """Return a fault for every column that holds no numbers."""
    return [
        Fault(
            "data", name, "no numbers", "give a numeric column", value=str(panel.frame[name].dtype)
        )
        for name in dict.fromkeys(names)
        if name in panel.frame and not is_numeric_dtype(panel.frame[name])
    ]


def _event_faults(calendar: Calendar, at: Any, before: int) -> list[Fault]:
    first, last = calendar.labels[0], calendar.labels[-1]
    if calendar.number(at) < calendar.numbers[0] or calendar.number(at) > calendar.numbers[-1]:
        problem, mend = "the event lies outside the panel", f"choose a period of {first} to {last}"
    elif before == 0:
        problem, mend = "no period before the event", f"bring periods before {first}"
    else:
        return []
    return [Fault(FILE, "at", problem, mend, value=at)]


def wide(panel: Panel, column: str, calendar: Calendar) -> Array:
    """Return a column with a row per unit and a column per period, NaN where there is no row."""
    values = panel.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
    table = np.full((len(panel.labels), len(calendar.numbers)), np.nan)
    table[panel.units, np.searchsorted(np.unique(panel.periods), panel.periods)] = values
    return table


def _kept(
    rule: DonorRule, names: list[str], outcomes: Array, sites: Array, before: int
) -> tuple[list[str], dict[str, str]]:
    if rule.similar is None:
        return names, {}
    sizes = summarised(outcomes[:, :before], "mean") if names else np.zeros(0)
    size = float(np.nanmean(sites[:, :before])) if np.isfinite(sites[:, :before]).any() else np.nan
    unlike = rule.unlike(names, sizes, size)
    return [name for name in names if name not in unlike], unlike


def _predictors(
    panel: Panel,
    calendar: Calendar,
    predictors: Sequence[Predictor],
    before: int,
    rows: dict[str, int],
) -> tuple[tuple[str, ...], Array, list[Fault]]:
    faults: list[Fault] = []
    values = np.empty((len(rows), len(predictors)))
    for place, predictor in enumerate(predictors):
        taken = calendar.chosen(predictor, before)
        wrong = window_faults(predictor, taken, before)
        faults += wrong
        if wrong:
            values[:, place] = 0.0
            continue
        table = wide(panel, predictor.column, calendar)
        values[:, place] = summarised(table[:, taken], predictor.statistic)
    return tuple(predictor.name for predictor in predictors), values, faults


def gaps_in(names: Sequence[str], outcomes: Array, calendar: Calendar, column: str) -> list[Fault]:
    """Return a fault for every unit that lacks a value, with the periods."""
    faults: list[Fault] = []
    if np.isfinite(outcomes).all():
        return faults
    for name, row in zip(names, outcomes, strict=True):
        missing = [str(calendar.labels[place]) for place in np.flatnonzero(~np.isfinite(row))]
        if missing:
            shown = ", ".join(missing[:SHOWN]) + (", ..." if len(missing) > SHOWN else "")
            mend = 'fill it, cut the panel, or drop such donors: DonorRule(incomplete="drop")'
            faults.append(Fault("data", column, "no finite value", mend, name, shown))
    return faults


def _empty(names: Sequence[str], values: Array, labels: Sequence[str]) -> list[Fault]:
    mend = 'choose other periods, or drop such donors: DonorRule(incomplete="drop")'
    if np.isfinite(values).all():
        return []
    return [
        Fault("predictors", label, "no value in these periods", mend, name)
        for name, row in zip(names, values, strict=True)
        for label, value in zip(labels, row, strict=True)
        if not np.isfinite(value)
    ]
