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
    wanted = [question.outcome, *(p.column for p in (*question.predictors, *question.training))]
    InputError.raise_if(missing_columns(panel.frame, tuple(wanted)) + not_numbers(panel, wanted))
    dates = [question.at, *(question.fit_window or ())]
    for predictor in (*question.predictors, *question.training):
        dates += [predictor.first, predictor.last, *predictor.periods]
    calendar = Calendar.of(panel, dates)
    before = calendar.before(question.at)
    faults = _event_faults(calendar, question.at, before)
    faults += [
        Fault(FILE, "treated", "not in the panel", nearest(name, panel.labels), value=name)
        for name in question.treated
        if name not in panel.labels
    ]
    if not question.treated:
        faults.append(Fault(FILE, "treated", "no site", "name the treated unit"))
    faults += [
        Fault(FILE, "treated", "stands twice", "name each site once", value=name)
        for name in dict.fromkeys(question.treated)
        if question.treated.count(name) > 1
    ]
    for name in dict.fromkeys(wanted):
        values = panel.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        refuse_beyond_squares(Block((name,), values[np.isfinite(values), None]))
    kept, dropped, wrong = question.donors.candidates(question.treated, panel.labels)
    InputError.raise_if(faults + wrong)

    rows = {name: place for place, name in enumerate(panel.labels)}
    table = wide(panel, question.outcome, calendar)
    sites = table[[rows[name] for name in question.treated]]
    kept, late = _kept(question.donors, kept, table[[rows[name] for name in kept]], sites, before)
    dropped |= late
    names, values, weak = _predictors(panel, calendar, question.predictors, before, rows)
    training_names, training, more = _predictors(panel, calendar, question.training, before, rows)
    faults = weak + more + gaps_in(question.treated, sites, calendar, question.outcome)
    units = [rows[name] for name in question.treated]
    every = np.hstack([values, training])
    labels = (*names, *training_names)
    faults += _empty(question.treated, every[units], labels)
    if question.donors.incomplete == "drop":
        lacking = {
            name: f"no {labels[int(np.argmax(~np.isfinite(every[rows[name]])))]}"
            for name in kept
            if not np.isfinite(every[rows[name]]).all()
        }
        gaps = {n: "gaps in the outcome" for n in kept if not np.isfinite(table[rows[n]]).all()}
        dropped |= gaps | lacking
        kept = [name for name in kept if name not in gaps and name not in lacking]
    places = [rows[name] for name in kept]
    faults += gaps_in(kept, table[places], calendar, question.outcome)
    faults += _empty(kept, every[places], labels)
    if not kept:
        why = f"{len(dropped)} units are excluded by the rule" if dropped else "no other unit"
        mend = "widen the DonorRule, or bring a panel with units that were not hit"
        faults.append(Fault(FILE, "donors", f"the site has no donors: {why}", mend))
    fitted = np.arange(len(calendar.numbers)) < before
    if question.fit_window is not None:
        first, last = (calendar.number(date) for date in question.fit_window)
        fitted &= (calendar.numbers >= first) & (calendar.numbers <= last)
        if not fitted.any():
            mend = "choose a first and a last period before the event"
            shown = f"{question.fit_window[0]} to {question.fit_window[1]}"
            faults.append(
                Fault(FILE, "fit_window", "no period before the event", mend, None, shown)
            )
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
