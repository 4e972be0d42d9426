"""`Cohorts`: the border of an evaluation, where a panel becomes units, periods and first dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.kernels.evaluation.group_time import CONTROLS
from econ.regression.design.design import Block, Design
from econ.regression.design.expressions import Columns
from econ.regression.evaluation.differences.starts import Starts, starts_of
from econ.regression.evaluation.treatment import Treatment
from econ.regression.formula.formula import Formula
from econ.regression.panel.panel import Panel, frame_of, missing_columns
from econ.regression.standard_errors.vcov import Vcov, VcovSpec

__all__ = ["CONTROL_NAMES", "Cohorts", "Question"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CONTROL_NAMES: Final = {
    **{name: name for name in CONTROLS},
    "nevertreated": "never",
    "never_treated": "never",
    "notyettreated": "notyet",
    "not_yet_treated": "notyet",
    "not-yet": "notyet",
    "not_yet": "notyet",
}


@dataclass(frozen=True)
class Question:
    """What every estimator of an evaluation is told: the outcome, who, when, and since when.

    Parameters
    ----------
    formula : str
        ``outcome ~ covariates``; ``~ 1`` may be left out. No fixed effects: they are the
        estimator's own.
    unit, time : str
        Columns; may be left out where the data come as a `Panel`.
    cohort : str or Treatment
        A column with the period in which the unit is first treated; 0, empty or infinite for
        never.
    treatment : str
        Instead of `cohort`: a column that is one in the periods in which the unit is treated.
    anticipation : int [period]
        Periods before treatment in which it may already show.
    weights : str
        A column.
    vcov : str, mapping or None
        Clustered by unit where left out; ``{"CRV1": "state"}`` by another column.
    level : float [share]
        Of the intervals.
    """

    formula: str
    unit: str = ""
    time: str = ""
    cohort: str | Treatment = ""
    treatment: str = ""
    anticipation: int = 0
    weights: str = ""
    vcov: VcovSpec = None
    level: float = 0.90


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
    def build(cls, question: Question, data: Any) -> Cohorts:
        """Read data for a question.

        Raises
        ------
        InputError
            With every fault: unknown columns, a unit-period that stands twice, a treatment that
            switches off or moves, dates outside the panel, nobody treated, no period before.
        """
        faults: list[Fault] = []

        def tried(step: Callable[[], Any]) -> Any:
            try:
                return step()
            except InputError as refused:
                faults.extend(refused.faults)
                return None

        frame = frame_of(data)
        if isinstance(data, Panel):
            unit, time = question.unit or data.unit, question.time or data.time
        else:
            unit, time = question.unit, question.time
        named = [("unit", unit), ("time", time)]
        faults += [
            Fault("estimator", name, "not named", f"name the column: {name}='...'")
            for name, column in named
            if not column
        ]
        faults += _source_faults(question, frame)
        faults += _option_faults(question)
        formula = tried(lambda: _formula(question.formula))
        vcov = tried(lambda: _clusters(question.vcov))
        ways = vcov.ways if isinstance(vcov, Vcov) else ()
        present = bool(unit and time) and not missing_columns(frame, (unit, time))
        # The border has its own words for what is missing, so it is asked even so.
        panel = tried(lambda: Panel(data, unit=unit, time=time)) if unit and time else None
        reread = data if panel is None else panel
        design = None
        if formula is not None:
            design = tried(
                lambda: Design.build(formula, reread, weights=question.weights, needed=ways)
            )
        starts = None
        if present and not _source_faults(question, frame):
            starts = tried(
                lambda: starts_of(question.cohort, question.treatment, frame, unit, time)
            )
        InputError.raise_if(tuple(dict.fromkeys(faults)))
        assert isinstance(design, Design)
        assert isinstance(panel, Panel)
        assert isinstance(starts, Starts)
        kept = design.kept[starts.inside[design.kept]]
        if len(kept) < len(design.kept):
            design = Design.build(
                formula,
                Panel(frame.iloc[kept], unit=unit, time=time),
                weights=question.weights,
                needed=ways,
            )
        codes, labels = pd.factorize(frame[unit].iloc[kept], sort=True)
        calendar = starts.calendar[kept]
        times, period = np.unique(calendar, return_inverse=True)
        first = np.full(len(labels), np.inf)
        first[codes] = starts.first[kept]
        late = np.isfinite(first) & (first > times[-1] + question.anticipation)
        notes = list(starts.notes)
        if late.any():
            notes.append(f"{int(late.sum())} units treated after the last period, as never")
            first[late] = np.inf
        if len(ways) > 1:
            mend = "cluster by one column that holds each unit once"
            raise InputError.one("estimator", "vcov", "clusters in two ways", mend, value=ways)
        clusters = design.codes(ways[0]) if ways else np.asarray(codes, dtype=np.int64)
        words = f"clustered by {ways[0] if ways else unit} ({int(clusters.max()) + 1})"
        found = cls(
            design=design,
            unit=np.asarray(codes, dtype=np.int64),
            labels=tuple(str(label) for label in labels),
            times=times.astype(np.float64),
            period=np.asarray(period, dtype=np.int64),
            first=first,
            clusters=clusters,
            vcov=words,
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
        assert panel is not None
        kept = panel.frame.iloc[design.kept[rows]]
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


def _formula(text: Any) -> Formula:
    if isinstance(text, str) and text.strip() and "~" not in text:
        text = f"{text} ~ 1"
    found = Formula.parse(text)
    if found.effects or found.endogenous:
        mend = "write outcome ~ covariates: unit and time effects are the estimator's own"
        raise InputError.one("formula", "", "has fixed effects or instruments", mend, value=text)
    return found


def _clusters(spec: VcovSpec) -> Vcov | None:
    found = Vcov.parse(spec)
    if found is not None and found.kind != "CRV1":
        mend = 'leave it out (clustered by unit) or write {"CRV1": "column"}'
        problem = "the influence of units is summed by clusters only"
        raise InputError.one("estimator", "vcov", problem, mend, value=found.kind)
    return found


def _source_faults(question: Question, frame: pd.DataFrame) -> list[Fault]:
    given = [bool(question.cohort), bool(question.treatment)]
    if sum(given) != 1:
        mend = "name the column of first treatment (cohort=) or of the treated periods (treatment=)"
        problem = "given twice" if all(given) else "not named"
        return [Fault("estimator", "cohort, treatment", problem, mend)]
    names = [name for name in (question.cohort, question.treatment) if isinstance(name, str)]
    return missing_columns(frame, tuple(name for name in names if name))


def _option_faults(question: Question) -> list[Fault]:
    faults = []
    ahead = question.anticipation
    if not isinstance(ahead, int) or isinstance(ahead, bool) or ahead < 0:
        mend = "give whole periods: 0, 1, 2, ..."
        faults.append(Fault("estimator", "anticipation", "no number of periods", mend, value=ahead))
    if not (isinstance(question.level, float) and 0.0 < question.level < 1.0):
        mend = "write a share such as 0.90"
        faults.append(Fault("estimator", "level", "no level", mend, value=question.level))
    return faults
