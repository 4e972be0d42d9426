"""The estimate without one unit or one sector: what a local multiplier rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.kernels.regression.shift_share import partialled_out
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.formula.formula import Formula

__all__ = ["Estimate", "just_identified", "without_each"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A coefficient, its error (HC1), and the first-stage F of its instrument.

    Parameters
    ----------
    value, error, strength : float
        Strength is not a number for least squares, or several regressors.
    """

    value: float
    error: float
    strength: float


def just_identified(
    formula: str, frame: pd.DataFrame, groups: Sequence[str], weights: str
) -> Estimate:
    """Return the first group's coefficient, and no more diagnostics than one.

    The same estimate as of `econ.IV`, or of `econ.OLS` where the formula has no instruments.
    """
    design = Design.build(Formula.parse(formula), frame, weights=weights)
    exogenous = design.exogenous
    if design.endogenous.names:
        regressors, instruments = design.endogenous.values, design.instruments.values
        controls = exogenous.values
    else:
        places = [exogenous.names.index(group) for group in groups]
        regressors = instruments = exogenous.values[:, places]
        controls = np.delete(exogenous.values, places, axis=1)
    sizes = design.weights if design.weights is not None else np.ones(design.nobs)
    k = regressors.shape[1]
    columns = np.column_stack([design.y, regressors, instruments])
    parameters = k + controls.shape[1]
    if design.effects:
        absorbed = Absorption(design.effects, design.slopes, design.weights)
        both = absorbed.residuals(np.column_stack([columns, controls]))
        columns, controls = both[:, : columns.shape[1]], both[:, columns.shape[1] :]
        parameters += absorbed.degrees
    left = partialled_out(columns, controls, sizes)
    y, x, z = left[:, 0], left[:, 1 : 1 + k], left[:, 1 + k :] * sizes[:, None]
    inverse = np.linalg.inv(z.T @ x)
    beta = inverse @ (z.T @ y)
    scores = z * (y - x @ beta)[:, None]
    factor = design.nobs / (design.nobs - parameters)
    covariance = factor * inverse @ (scores.T @ scores) @ inverse.T
    strength = np.nan
    if k == 1 and design.endogenous.names:
        first = float(z[:, 0] @ x[:, 0]) / float(z[:, 0] @ left[:, 2])
        left_over = z[:, 0] * (x[:, 0] - first * left[:, 2])
        strength = float(z[:, 0] @ x[:, 0]) ** 2 / (factor * float(left_over @ left_over))
    return Estimate(float(beta[0]), float(np.sqrt(covariance[0, 0])), strength)


def without_each(
    rows: Sequence[tuple[Any, Estimate]], whole: Estimate, ratio: float
) -> pd.DataFrame:
    """Return a row for each thing left out, the largest change first [jobs per job]."""
    found = pd.DataFrame(
        {
            "left_out": [name for name, _ in rows],
            "estimate": [ratio * found.value for _, found in rows],
            "std_error": [ratio * found.error for _, found in rows],
            "first_stage_F": [found.strength for _, found in rows],
        }
    )
    found["change"] = found["estimate"] - ratio * whole.value
    order = found["change"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)
