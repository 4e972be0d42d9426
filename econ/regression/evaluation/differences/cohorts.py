"""`Cohorts`: the border of an evaluation, where a panel becomes units, periods and first dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.regression.design.design import Block, Design
from econ.regression.design.expressions import Columns
from econ.regression.evaluation.differences.question import Question, Reading
from econ.regression.panel.panel import Panel

__all__ = ["Cohorts"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cohorts:
    """A panel with the period in which each unit is first treated.

    Parameters
    ----------
    design : Design
        Outcome, covariates with a column of ones, weights, and the rows kept.
    unit : ndarray of int, shape (n,)
        Codes from zero.
    labels : tuple of str
        Of the units.
    times : ndarray, shape (t,) [period]
    period : ndarray of int, shape (n,)
        Place in `times`.
    first : ndarray, shape (units,) [period]
        Infinite for never.
    clusters : ndarray of int, shape (n,)
    vcov : str
        In words.
    notes : tuple of str
        What was read in which way, and who was left out.
    """

    design: Design
    unit: Codes
    labels: tuple[str, ...]
    times: Array
    period: Codes
    first: Array
    clusters: Codes
    vcov: str
    notes: tuple[str, ...]

    @classmethod
    def build(cls, question: Question, data: Any, *, rows: bool = False) -> Cohorts:
        """Read data for a question.

        Parameters
        ----------
        question : Question
        data : Panel, Dataset or DataFrame
        rows : bool
            Whether every row is a unit of its own: repeated cross-sections. A unit that is named
            is then the place or household that rows belong to, and clusters them.

        Raises
        ------
        InputError
            With every fault: unknown columns, a unit-period that stands twice, a treatment that
            switches off or moves, dates outside the panel, nobody treated, no period before.
        """
        reading = Reading.of(question, data, rows=rows)
        starts, ways = reading.starts, reading.ways
        design = reading.design
        kept = design.kept[starts.inside[design.kept]]
        if len(kept) < len(design.kept):
            design = reading.designed(reading.frame.iloc[kept])
        grouping = reading.unit if not rows else ""
        codes, labels = _coded(reading.frame, grouping, kept)
        calendar = starts.calendar[kept]
        times, period = np.unique(calendar, return_inverse=True)
        first = np.full(len(labels), np.inf)
        first[codes] = starts.first[kept]
        late = np.isfinite(first) & (first > times[-1] + question.anticipation)
        notes = list(starts.notes)
        if late.any():
            what = "rows" if rows else "units"
            notes.append(f"{int(late.sum())} {what} treated after the last period, as never")
            first[late] = np.inf
        by = ways[0] if ways else reading.unit
        clusters = design.codes(ways[0]) if ways else _coded(reading.frame, by, kept)[0]
        count = int(clusters.max()) + 1
        found = cls(
            design=design,
            unit=codes,
            labels=labels,
            times=times.astype(np.float64),
            period=np.asarray(period, dtype=np.int64),
            first=first,
            clusters=clusters,
            vcov=f"clustered by {by} ({count})" if by else f"influence of rows ({count})",
            notes=tuple(notes),
        )
        InputError.raise_if(found._faults(question, ways))
        return found

    def _faults(self, question: Question, ways: tuple[str, ...]) -> list[Fault]:
        treated = np.isfinite(self.first)
        where = question.treatment or str(
            question.cohort if isinstance(question.cohort, str) else "treatment"
        )
        span = f"{self.times[0]:g} to {self.times[-1]:g}"
        faults = []
        if len(self.times) < 2:
            mend = "an evaluation compares periods: give at least two"
            faults.append(Fault("data", "time", "one period only", mend))
        if not treated.any():
            mend = f"the panel runs from {span}: give the period of first treatment of some units"
            faults.append(Fault("data", where, "nobody is treated within the panel", mend))
        elif (self.first[treated] - question.anticipation <= self.times[0]).all():
            mend = f"the panel runs from {span}: give earlier periods, or less anticipation"
            faults.append(Fault("data", where, "no treated unit has a period before", mend))
        if ways:
            pairs = len(set(zip(self.unit.tolist(), self.clusters.tolist(), strict=True)))
            if pairs > len(self.labels):
                mend = "cluster by a column that is constant within units"
                faults.append(Fault("data", ways[0], "a unit lies in two clusters", mend))
        return faults

    # ------------------------------------------------------------ views

    @property
    def row_first(self) -> Array:
        """First treatment of each row's unit, shape (n,)."""
        return self.first[self.unit]

    @property
    def row_time(self) -> Array:
        """Period of each row, shape (n,)."""
        return self.times[self.period]

    @property
    def treated(self) -> Flags:
        """Whether each row is treated, shape (n,)."""
        found: Flags = self.row_time >= self.row_first
        return found

    @property
    def row_weights(self) -> Array:
        """Weight of each row, shape (n,)."""
        weights = self.design.weights
        return np.ones(len(self.unit)) if weights is None else weights

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the covariates, without the intercept."""
        return tuple(name for name in self.design.exogenous.names if name != "Intercept")

    @property
    def slopes(self) -> Array:
        """Values of the covariates, without the intercept, shape (n, k)."""
        names = self.design.exogenous.names
        return self.design.exogenous.values[:, [name != "Intercept" for name in names]]

    @property
    def sample(self) -> str:
        """What was kept, dropped and how it was read, in a sentence."""
        return "; ".join([self.design.sample, *self.notes])

    def wide(self, values: Array) -> Array:
        """Return rows as units by periods, NaN where a unit has no row, shape (units, t)."""
        found = np.full((len(self.labels), len(self.times)), np.nan)
        found[self.unit, self.period] = values
        return found

    def only(self, units: Flags, why: str) -> Cohorts:
        """Return the units chosen; the others are left out and counted with a reason."""
        if units.all():
            return self
        note = f"{int((~units).sum())} units {why} left out"
        return self._kept(units[self.unit], note)

    def rows(self, chosen: Flags, why: str) -> Cohorts:
        """Return the rows chosen; the others are left out and counted with a reason."""
        if chosen.all():
            return self
        return self._kept(chosen, f"{int((~chosen).sum())} rows {why} left out")

    def periods_before(self, end: float) -> Cohorts:
        """Return the periods before an end."""
        return self._kept(self.row_time < end, "")

    def with_first(self, first: Array, note: str) -> Cohorts:
        """Return the panel with other dates of first treatment, and why."""
        return replace(self, first=first, notes=(*self.notes, note))

    def _kept(self, chosen: Flags, note: str) -> Cohorts:
        rows = np.flatnonzero(chosen)
        design, panel = self.design, self.design.panel
        kept = design.columns.frame.iloc[design.kept[rows]]
        again = None
        if panel is not None:
            again = Panel(kept, unit=panel.unit, time=panel.time, provenance=panel.provenance)
        left = np.unique(self.unit[rows])
        times, period = np.unique(self.period[rows], return_inverse=True)
        return Cohorts(
            design=replace(
                design,
                y=design.y[rows],
                exogenous=Block(design.exogenous.names, design.exogenous.values[rows]),
                endogenous=Block((), np.empty((len(rows), 0))),
                instruments=Block((), np.empty((len(rows), 0))),
                weights=None if design.weights is None else design.weights[rows],
                kept=np.arange(len(rows)),
                columns=Columns(kept, again),
            ),
            unit=np.searchsorted(left, self.unit[rows]),
            labels=tuple(np.array(self.labels, dtype=object)[left]),
            times=self.times[times],
            period=np.asarray(period, dtype=np.int64),
            first=self.first[left],
            clusters=np.asarray(
                np.unique(self.clusters[rows], return_inverse=True)[1], dtype=np.int64
            ),
            vcov=self.vcov,
            notes=(*self.notes, note) if note else self.notes,
        )


def _coded(frame: pd.DataFrame, name: str, kept: Codes) -> tuple[Codes, tuple[str, ...]]:
    """Return codes and labels of a column in the rows kept; of the rows themselves without one."""
    if not name:
        return np.arange(len(kept), dtype=np.int64), tuple(str(row) for row in kept)
    codes, labels = pd.factorize(frame[name].iloc[kept], sort=True)
    return np.asarray(codes, dtype=np.int64), tuple(str(label) for label in labels)
