"""What each design finds where nothing happened: the noise an effect must stand out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.kernels.evaluation.synthetic_did import (
    double_difference,
    noise_level,
    synthetic_did_weights,
)
from econ.regression.evaluation.synthetic.placebo import gaps_of_each
from econ.regression.evaluation.synthetic.pool import Pool
from econ.regression.evaluation.synthetic.weighting import Weighting

__all__ = ["DESIGNS", "found_where_nothing_happened", "relative"]

Array = npt.NDArray[np.float64]
DESIGNS: Final[Mapping[str, str]] = {
    "did": "Difference-in-differences",
    "outcome": "Synthetic control, outcome only",
    "augmented": "Ridge-augmented synthetic control",
    "sdid": "Synthetic difference-in-differences",
}


def relative(pool: Pool) -> Pool:
    """Return the pool with outcomes relative to the last period before the event."""
    base = pool.outcomes[:, [pool.before - 1]]
    outcomes = pool.outcomes / base
    return replace(pool, outcomes=outcomes, sites=outcomes[[0]])


def found_where_nothing_happened(pool: Pool, design: str) -> Array:
    """Return what a design finds for the site and every donor in its place, shape (1 + j,).

    Parameters
    ----------
    pool : Pool
    design : {"did", "outcome", "augmented", "sdid"}
    """
    n, before = len(pool.outcomes), pool.before
    y = pool.outcomes
    if design == "did":
        change = y[:, before:].mean(axis=1) - y[:, :before].mean(axis=1)
        return np.asarray(change - (change.sum() - change) / (n - 1))
    if design == "outcome":
        gaps = gaps_of_each(pool, treated_as_donor=True)
        return np.asarray(gaps[:, before:].mean(axis=1))
    found = np.empty(n)
    ridge = None
    for row in range(n):
        others = [place for place in range(n) if place != row]
        if design == "sdid":
            controls = y[others]
            noise = noise_level(controls[:, :before])
            stacked = np.vstack([controls, y[[row]]])
            weights = synthetic_did_weights(
                stacked,
                1,
                before,
                donor_ridge=pool.after**0.25 * noise,
                period_ridge=1e-6 * noise,
                exact=True,
            )
            found[row] = double_difference(stacked, 1, before, weights).mean()
            continue
        placed = pool.only(others, row)
        weighted = Weighting("augmented", ridge=ridge).of(placed)
        # The site's penalty serves its placebos.
        ridge = weighted.ridge.ridge if weighted.ridge else ridge
        found[row] = (y[row] - weighted.weights @ y[others])[before:].mean()
    return found
