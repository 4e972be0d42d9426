"""Regressions with unit and period effects: the step that two-way estimators share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.regression.design.absorption import Absorption
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.evaluation.differences.cohorts import Cohorts, Question
from econ.regression.evaluation.differences.samples import common
from econ.regression.results.fit import Fit

__all__ = ["TwoWay", "TwoWayQuestion", "residual_treatment", "two_way"]

Array = npt.NDArray[np.float64]


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
    raw = model.fit(frame)
    places = [plain.index(term) for term in raw.terms]
    held = common(found, question, estimator, [])
    reasons = [
        row for row in raw.diagnostics if row.name not in ("collinear terms", "few clusters")
    ]
    lost = len(plain) - len(places)
    sample = held["sample"] + (f"; {lost} terms absorbed by the effects" if lost else "")
    fit = raw.replace(
        **held
        | {
            "sample": sample,
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
