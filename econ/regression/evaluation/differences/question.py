"""`Question`: what an evaluation is asked, and how data are read for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from econ.errors import Fault, InputError
from econ.kernels.evaluation.group_time import CONTROLS
from econ.regression.design.design import Design
from econ.regression.evaluation.differences.starts import Starts, starts_of
from econ.regression.evaluation.treatment import Treatment
from econ.regression.formula.formula import Formula
from econ.regression.panel.panel import Panel, frame_of, missing_columns
from econ.regression.standard_errors.vcov import Vcov, VcovSpec

__all__ = ["CONTROL_NAMES", "Question", "Reading"]

SHOWN: Final = 5
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
class Reading:
    """Data as a question reads them: the columns that were meant, and nothing left out yet."""

    frame: pd.DataFrame
    unit: str
    time: str
    formula: Formula
    design: Design
    starts: Starts
    ways: tuple[str, ...]
    weights: str
    rows: bool

    @classmethod
    def of(cls, question: Question, data: Any, *, rows: bool) -> Reading:
        """Read data for a question, all faults at once."""
        faults: list[Fault] = []

        def tried(step: Callable[[], Any]) -> Any:
            try:
                return step()
            except InputError as refused:
                faults.extend(refused.faults)
                return None

        frame = frame_of(data)
        unit, time = _unit_and_time(question, data)
        unsourced = _source_faults(question, frame)
        placed = bool(question.treatment) or isinstance(question.cohort, Treatment)
        faults += _unnamed_columns(unit, time, rows=rows, placed=placed)
        faults += unsourced
        faults += _option_faults(question)
        formula = tried(lambda: _formula(question.formula))
        vcov = tried(lambda: _clusters(question.vcov))
        ways = vcov.ways if isinstance(vcov, Vcov) else ()
        faults += _way_faults(ways)
        named = tuple(name for name in (unit, time) if name)
        absent = missing_columns(frame, named)
        table: Any = data
        if rows:
            faults += absent or _unnamed(frame, named)
        elif unit and time:
            # The border has its own words for what is missing, so it is asked even so.
            panel = tried(lambda: Panel(data, unit=unit, time=time))
            table = data if panel is None else panel
        design = None
        if formula is not None:
            found = frame if rows else table
            design = tried(
                lambda: Design.build(formula, found, weights=question.weights, needed=ways)
            )
        starts = None
        if time and (unit or (rows and not placed)) and not (absent or unsourced):
            starts = tried(
                lambda: starts_of(question.cohort, question.treatment, frame, unit, time)
            )
        InputError.raise_if(tuple(dict.fromkeys(faults)))
        assert isinstance(design, Design)
        assert isinstance(starts, Starts)
        assert formula is not None
        return cls(
            frame=frame,
            unit=unit,
            time=time,
            formula=formula,
            design=design,
            starts=starts,
            ways=ways,
            weights=question.weights,
            rows=rows,
        )

    def designed(self, frame: pd.DataFrame) -> Design:
        """Return the design of some of the rows."""
        table = frame if self.rows else Panel(frame, unit=self.unit, time=self.time)
        return Design.build(self.formula, table, weights=self.weights, needed=self.ways)


def _unit_and_time(question: Question, data: Any) -> tuple[str, str]:
    """Return the columns of place and period that are asked for, else those of the panel."""
    unit, time = question.unit, question.time
    if isinstance(data, Panel):
        unit, time = unit or data.unit, time or data.time
    return unit, time


def _unnamed_columns(unit: str, time: str, *, rows: bool, placed: bool) -> list[Fault]:
    """Return the columns that have to be named; rows need a place where places are treated."""
    faults = [
        Fault("estimator", name, "not named", f"name the column: {name}='...'")
        for name, column in (("unit", unit), ("time", time))
        if not column and (name == "time" or not rows)
    ]
    if rows and placed and not unit:
        mend = "name the column of the places that are treated: unit='...'"
        faults.append(Fault("estimator", "unit", "not named", mend))
    return faults


def _way_faults(ways: tuple[str, ...]) -> list[Fault]:
    if len(ways) < 2:
        return []
    mend = "cluster by one column that holds each unit once"
    return [Fault("estimator", "vcov", "clusters in two ways", mend, value=", ".join(ways))]


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
    if not isinstance(question.cohort, str | Treatment):
        mend = "name the column, or give a Treatment"
        return [Fault("estimator", "cohort", "no column", mend, value=question.cohort)]
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


def _unnamed(frame: pd.DataFrame, names: tuple[str, ...]) -> list[Fault]:
    """Return the rows without place or period."""
    mend = "name the place and the period of every row"
    return [
        Fault("data", name, "no value", mend, row)
        for name in names
        for row in frame.index[frame[name].isna()][:SHOWN]
    ]
