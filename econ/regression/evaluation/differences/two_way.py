"""Regressions with unit and period effects: the step that two-way estimators share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.regression.design.absorption import Absorption
from econ.regression.estimators.estimation import selected
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.question import Question
from econ.regression.evaluation.differences.samples import common
from econ.regression.results.fit import Diagnostic, Fit

__all__ = ["TwoWay", "TwoWayQuestion", "absorbed_covariates", "residual_treatment", "two_way"]

Array = npt.NDArray[np.float64]
ABSORBED: Final = 1e-9


@dataclass(frozen=True)
class TwoWayQuestion(Question):
    """A question that is answered by a regression with unit and period effects.

    Parameters
    ----------
    small_sample : str
        Convention of the small-sample factor, see `econ.FixedEffects`.
    """

    small_sample: str = "fixest"


@dataclass(frozen=True)
class TwoWay:
    """A regression on columns of one's own.

    Parameters
    ----------
    fit : Fit
        Columns first, then the covariates of the formula.
    kept : tuple of int
        Places of the columns that the effects did not absorb.
    """

    fit: Fit
    kept: tuple[int, ...]


def two_way(
    found: Cohorts, columns: Array, names: Sequence[str], question: TwoWayQuestion, estimator: str
) -> TwoWay:
    """Return the regression of the outcome on columns, covariates, and unit and period effects.

    Parameters
    ----------
    found : Cohorts
    columns : ndarray, shape (n, k)
    names : sequence of str
    question : TwoWayQuestion
    estimator : str

    Raises
    ------
    InputError
        When nothing is left to estimate.
    """
    every = np.column_stack([columns, found.slopes])
    labels = [*names, *found.covariates]
    plain = [f"x{place}" for place in range(every.shape[1])]
    frame = pd.DataFrame(every, columns=plain).assign(
        outcome=found.design.y,
        unit=found.unit,
        time=found.period,
        cluster=found.clusters,
        weight=found.row_weights,
    )
    model = FixedEffects(
        f"outcome ~ {' + '.join(plain)} | unit + time",
        vcov={"CRV1": "cluster"},
        weights="" if found.design.weights is None else "weight",
        level=question.level,
        small_sample=question.small_sample,
        collinear="drop",
    )
    effects = Absorption((found.unit, found.period), (None, None), found.design.weights)
    left = effects.residuals(columns)
    if not (np.abs(left).max(axis=0) > ABSORBED * np.abs(columns).max(axis=0)).any():
        mend = "give units that are treated later, or never"
        problem = "unit and period effects say all that the treatment says"
        raise InputError.one("data", "", problem, mend)
    raw = model.fit(frame)
    places = [plain.index(term) for term in raw.terms]
    held = common(found, question, estimator, [])
    reasons = [
        row for row in raw.diagnostics if row.name not in ("collinear terms", "few clusters")
    ]
    gone = [name for place, name in enumerate(labels) if place not in places]
    lost = f"; absorbed by the effects: {', '.join(gone)}" if gone else ""
    fit = raw.replace(
        **held
        | {
            "sample": held["sample"] + lost,
            "nobs": raw.nobs,
            "degrees_of_freedom": raw.degrees_of_freedom,
            "statistics": {**raw.statistics, **held["statistics"]},
            "diagnostics": (*held["diagnostics"], *reasons),
        },
        terms=tuple(labels[place] for place in places),
    )
    return TwoWay(fit, tuple(place for place in places if place < len(names)))


def residual_treatment(found: Cohorts, treated: Array) -> Array:
    """Return the treatment that unit and period effects leave, shape (n,)."""
    weights = found.design.weights
    effects = (found.unit, found.period)
    left: Array = Absorption(effects, (None, None), weights).residuals(treated[:, None])[:, 0]
    return left


def absorbed_covariates(found: Cohorts) -> tuple[Diagnostic, ...]:
    """Return a row that names the covariates that unit and period effects contain."""
    if not found.covariates:
        return ()
    roots = np.sqrt(found.row_weights)[:, None]
    effects = Absorption((found.unit, found.period), (None, None), found.design.weights)
    before, after = found.slopes * roots, effects.residuals(found.slopes) * roots
    return selected(found.covariates, before, after, "drop", absorbed=True).diagnostics
