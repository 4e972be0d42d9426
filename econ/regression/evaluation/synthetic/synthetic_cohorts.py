"""Sites by the date they were hit: what synthetic difference-in-differences averages over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.kernels.evaluation.synthetic_did import DoubleWeights, double_difference

__all__ = ["Cohort", "curve_of", "jackknifed", "spread_of"]

Array = npt.NDArray[np.float64]
FILE: Final = "synthetic did"


@dataclass(frozen=True)
class Cohort:
    """Sites of one date: their outcomes, and the root of the penalty of their donors' weights."""

    at: Any
    sites: Array
    before: int
    zeta: float
    noise: float

    def over(self, controls: Array) -> Array:
        """Return controls with the sites below them, shape (j + s, t)."""
        return np.vstack([controls, self.sites])


def spread_of(draws: Array, how: str) -> float:
    """Return the standard error from draws."""
    if not len(draws):
        return float("nan")
    if how == "jackknife":
        n = len(draws)
        return float(np.sqrt((n - 1.0) / n * ((draws - draws.mean()) ** 2).sum()))
    return float(draws.std())


def jackknifed(
    controls: Array,
    cohorts: Sequence[Cohort],
    weights: Sequence[DoubleWeights],
    estimate: Callable[[Array, Sequence[Cohort], Sequence[DoubleWeights]], float],
) -> Array:
    """Return the estimates without each unit in turn, weights kept and scaled to one."""
    found = []
    for out in range(len(controls)):
        kept = np.delete(np.arange(len(controls)), out)
        left = [w.donors[kept] for w in weights]
        if any(not share.sum() > 0.0 for share in left):
            mend = 'choose standard_error="placebo"'
            problem = "one donor carries all the weight: no jackknife"
            raise InputError.one(FILE, "standard_error", problem, mend)
        scaled = [
            DoubleWeights(share / share.sum(), w.periods)
            for share, w in zip(left, weights, strict=True)
        ]
        found.append(estimate(controls[kept], cohorts, scaled))
    for place, cohort in enumerate(cohorts):
        for out in range(len(cohort.sites)):
            fewer = list(cohorts)
            fewer[place] = replace(cohort, sites=np.delete(cohort.sites, out, axis=0))
            found.append(estimate(controls, fewer, weights))
    return np.array(found)


def curve_of(
    controls: Array, cohorts: Sequence[Cohort], weights: Sequence[DoubleWeights]
) -> pd.Series[float]:
    """Return the effect by periods since the event, weighted by the sites that have it."""
    longest = max(controls.shape[1] - cohort.before for cohort in cohorts)
    sums, counts = np.zeros(longest), np.zeros(longest)
    for cohort, chosen in zip(cohorts, weights, strict=True):
        effects = double_difference(cohort.over(controls), len(cohort.sites), cohort.before, chosen)
        sums[: len(effects)] += effects * len(cohort.sites)
        counts[: len(effects)] += len(cohort.sites)
    return pd.Series(sums / counts, index=range(longest), name="effect")
