"""Errors of a study by the delta method, beside those of its draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from econ.kernels.uncertainty.sensitivity import propagated_variance
from econ.quantity.draws import Draws
from econ.study.doubt.moving import all_moving, national
from econ.study.outcomes import Outcome, outcomes_of
from econ.study.study import Study, check_study

__all__ = ["error_propagation"]

Array = npt.NDArray[np.float64]

# Of Gauss and Hermite: half as many again move no covariance of the main study by 1e-4 of it.
NODES: Final = 64
# Midpoints of as many slices of probability: means to 1e-4, standard deviations of long tails to
# 1e-3, both of themselves. Parameters that are zero or long-tailed move no outcome of a site.
STRATA: Final = 4096
# In standard deviations, of a central difference: ten times as much moves no result by 1e-6 of it.
STEP: Final = 1e-3


def error_propagation(
    study: Study, outcomes: Sequence[Outcome | str] | None = None
) -> pd.DataFrame:
    """Return the standard deviation of each outcome by the delta method and by its draws.

    The first is exact where an outcome is linear in the assumptions: then the two agree to the
    error of the draws. Where they do not, the outcome is not linear over the ranges.

    Parameters
    ----------
    study : Study
    outcomes : sequence of Outcome or str, optional

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome, linear, draws, draws_error, unit``: both standard deviations, and the
        standard error of the second.

    References
    ----------
    [jcgm_100_2008], equation (13).
    """
    check_study("error_propagation", study)
    asked = outcomes_of(outcomes)
    lean = study if any(o.regions for o in asked) else national(study)
    moved = all_moving(lean)
    u = (np.arange(STRATA) + 0.5) / STRATA
    drawn = {name: study.assumptions.drawn(name).at(u) for name in moved}
    mean = {p.name: p.value for p in study.assumptions} | {n: x.mean() for n, x in drawn.items()}
    spread = np.array([drawn[name].std() for name in moved])
    columns = 1 + 2 * len(moved)
    values = {name: np.full(columns, value) for name, value in mean.items()}
    for index, name in enumerate(moved):
        values[name][1 + 2 * index] -= STEP * spread[index]
        values[name][2 + 2 * index] += STEP * spread[index]
    evaluation, drawn_too = lean.evaluate(Draws(values)), lean.run()
    near = np.stack([outcome.draws(evaluation) for outcome in asked])
    gradient = (near[:, 2::2] - near[:, 1::2]) / (2.0 * STEP * spread)
    linear = np.sqrt(propagated_variance(gradient, _covariance(study, moved, spread)))
    rows = []
    for place, outcome in enumerate(asked):
        sample = outcome.draws(drawn_too)[1:]
        gap = sample - sample.mean()
        deviation = float(np.sqrt((gap**2).mean()))
        fourth = float((gap**4).mean())
        error = np.sqrt(max(fourth - deviation**4, 0.0) / sample.size) / (2.0 * deviation or 1.0)
        rows.append(
            {
                "outcome": outcome.name,
                "linear": float(linear[place]),
                "draws": deviation,
                "draws_error": float(error),
                "unit": outcome.unit(drawn_too),
            }
        )
    return pd.DataFrame(rows)


def _covariance(study: Study, names: Sequence[str], spread: Array) -> Array:
    """Return the covariance of assumptions from their distributions, by quadrature."""
    found = np.diag(spread**2)
    x, weights = np.polynomial.hermite.hermgauss(NODES)
    z, weights = np.sqrt(2.0) * x, weights / weights.sum()
    for pair in study.assumptions.correlations:
        if not set(pair.between) <= set(names):
            continue
        one, other = pair.between
        first = study.assumptions.drawn(one).at(ndtr(z))
        mixed = pair.value * z[:, None] + np.sqrt(1.0 - pair.value**2) * z[None, :]
        second = study.assumptions.drawn(other).at(ndtr(mixed).ravel()).reshape(mixed.shape)
        joint = weights @ (first[:, None] * second) @ weights
        apart = (weights @ first) * (weights @ second @ weights)
        i, j = names.index(one), names.index(other)
        found[i, j] = found[j, i] = joint - apart
    return found
