"""Who enters a comparison: rules of the published programs, each said in the fit's sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.kernels.evaluation.group_time import Cell
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.question import Question
from econ.regression.panel.panel import frame_of, missing_columns
from econ.regression.results.diagnostic import perfect_fit
from econ.regression.results.fit import Diagnostic

__all__ = [
    "cells_of",
    "common",
    "complete",
    "dose_faults",
    "imputable",
    "last_as_control",
    "masses_of",
    "perfect_effects",
    "read",
    "seen_before",
    "unit_dose",
    "unit_weights",
    "without_always",
]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SHOWN: Final = 5
FEW: Final = 10  # R's did warns of groups below five and one per covariate; clusters ask for more


def read(question: Question, data: Any, faults: Sequence[Fault], *, rows: bool = False) -> Cohorts:
    """Return the panel of a question, with the faults of its options among those of the data.

    Raises
    ------
    InputError
    """
    try:
        found = Cohorts.build(question, data, rows=rows)
    except InputError as refused:
        raise InputError([*faults, *refused.faults]) from None
    InputError.raise_if(faults)
    return found


def complete(found: Cohorts) -> Cohorts:
    """Return the units that have every period, as R's did keeps them.

    Raises
    ------
    InputError
        When none or nobody treated is left.
    """
    count = np.bincount(found.unit, minlength=len(found.labels))
    whole = count == len(found.times)
    if not np.isfinite(found.first[whole]).any():
        mend = "give all periods of the units, or take those there are: balanced=False"
        raise InputError.one("data", "", "no treated unit has every period", mend)
    return found.only(whole, "without every period")


def without_always(found: Cohorts, anticipation: int) -> Cohorts:
    """Return the units that are seen before treatment."""
    seen = np.full(len(found.labels), np.inf)
    np.minimum.at(seen, found.unit, found.row_time)
    return found.only(found.first - anticipation > seen, "treated in all their periods")


def seen_before(found: Cohorts, anticipation: int) -> Cohorts:
    """Return the rows of cohorts that are treated after the first period of all."""
    known = found.row_first - anticipation > found.times[0]
    return found.rows(known, "of cohorts treated from the first period on")


def last_as_control(found: Cohorts, anticipation: int) -> Cohorts:
    """Return the panel before the last cohort is treated, with that cohort as never treated.

    Raises
    ------
    InputError
        When there is one cohort only.
    """
    last = float(found.first.max())
    if (found.first == last).all():
        mend = "give units that are treated later, or never"
        raise InputError.one("data", "", "all units are treated at one date", mend, value=last)
    before = found.periods_before(last - anticipation)
    note = f"cohort {last:g} is the control, periods from its treatment left out"
    return before.with_first(np.where(before.first == last, np.inf, before.first), note)


def imputable(found: Cohorts, anticipation: int) -> Cohorts:
    """Return the periods in which somebody is untreated, so that they can be imputed.

    Raises
    ------
    InputError
        When no treated period is left.
    """
    free = found.row_time < found.row_first - anticipation
    known = np.isin(found.period, np.unique(found.period[free]))
    if not (known & ~free).any():
        mend = "give units that are treated later, or never"
        raise InputError.one("data", "", "nobody is untreated once treatment begins", mend)
    return found.rows(known, "in periods without an untreated unit")


def unit_weights(found: Cohorts) -> tuple[Array, list[str]]:
    """Return one weight for each unit, that of its first period, as R's did takes it."""
    weights = found.row_weights
    if found.design.weights is None:
        return np.ones(len(found.labels)), []
    place = np.full(len(found.labels), len(weights))
    order = np.argsort(found.period, kind="stable")
    for row in order[::-1]:
        place[found.unit[row]] = row
    held = weights[place]
    moved = not np.allclose(weights, held[found.unit])
    return held, ["weights of the first period"] if moved else []


def dose_faults(dose: Any, data: Any, *, panel: bool) -> list[Fault]:
    """Return what is wrong with the column of a dose."""
    if dose == "":
        return []
    if not isinstance(dose, str):
        return [Fault("estimator", "dose", "no column", "name the column", value=dose)]
    if not panel:
        mend = "leave it out: changes of units are regressed on it"
        return [Fault("estimator", "dose", "not for repeated cross-sections", mend, value=dose)]
    return missing_columns(frame_of(data), (dose,))


def unit_dose(found: Cohorts, name: str) -> Array:
    """Return the dose of each unit, zero for those never treated, shape (units,).

    Raises
    ------
    InputError
        When a treated unit has none, a unit has several, or an untreated one has some.
    """
    rows = pd.to_numeric(
        found.design.columns.frame[name].iloc[found.design.kept], errors="coerce"
    ).to_numpy(dtype=np.float64, na_value=np.nan)
    rows = np.where(np.isfinite(found.row_first) | np.isfinite(rows), rows, 0.0)
    held = np.zeros(len(found.labels))
    held[found.unit] = rows
    never = np.isinf(found.first)
    treated = "give each treated unit a positive dose"
    wrong = (
        (~never & ~(np.isfinite(held) & (held > 0.0)), "no dose of a treated unit", treated),
        (never & (held != 0.0), "a dose of a unit never treated", "write zero, or say since when"),
        (
            np.bincount(found.unit, rows != held[found.unit]) > 0,
            "several doses of a unit",
            "give each unit one: a dose that grows is another treatment",
        ),
    )
    InputError.raise_if(
        [
            Fault("data", name, problem, mend, value=found.labels[place])
            for which, problem, mend in wrong
            for place in np.flatnonzero(which)[:SHOWN]
        ]
    )
    return held


def cells_of(found: Cohorts, chosen: Flags) -> tuple[tuple[Cell, ...], Codes]:
    """Return the cohort-periods among chosen rows, and the code of each row's, -1 for none."""
    pairs = np.column_stack([found.row_first, found.row_time])
    held = chosen & np.isfinite(found.row_first)
    unique, inverse = np.unique(pairs[held], axis=0, return_inverse=True)
    codes = np.full(len(chosen), -1, dtype=np.int64)
    codes[held] = inverse.ravel()
    cells = tuple(Cell(float(g), float(t), bool(t >= g)) for g, t in unique)
    return cells, codes


def masses_of(found: Cohorts, cell: Codes) -> Array:
    """Return the weight of the rows of each cell, shape (c,)."""
    held = cell >= 0
    return np.bincount(cell[held], found.row_weights[held]).astype(np.float64)


def common(
    found: Cohorts, question: Question, estimator: str, notes: Sequence[str]
) -> dict[str, Any]:
    """Return the fields of a fit that say what it is an estimate of."""
    reached = np.isfinite(found.row_first)
    treated, others = (len(np.unique(found.clusters[side])) for side in (reached, ~reached))
    fewest = min(treated, others) or treated
    few = Diagnostic(
        "few treated or control units",
        float(fewest),
        holds=False,
        reason="errors rest on few units: compare with placebo or permutation p-values",
    )
    return {
        "estimator": estimator,
        "outcome": found.design.outcome,
        "degrees_of_freedom": float("inf"),
        "nobs": len(found.unit),
        "vcov": found.vcov,
        "clusters": (int(found.clusters.max()) + 1,),
        "sample": "; ".join([found.sample, *notes]),
        "statistics": {"first_period": float(found.times[0])},
        "diagnostics": (few,) if fewest < FEW else (),
        "level": question.level,
        "provenance": found.design.provenance.step(f"{estimator}: {found.design.formula.text}"),
        "vintage": found.design.vintage,
    }


def perfect_effects(found: Cohorts, covariance: Array) -> tuple[Diagnostic, ...]:
    """Return the row that says so when every effect is known without an error."""
    y = found.design.y
    return perfect_fit(float(np.diagonal(covariance).max()), float(np.mean((y - y.mean()) ** 2)))
