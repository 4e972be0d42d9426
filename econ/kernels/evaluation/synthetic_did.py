"""Synthetic difference-in-differences: weights of donors and of periods, and the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.kernels.evaluation.simplex import frank_wolfe_weights, simplex_weights

__all__ = ["DoubleWeights", "double_difference", "noise_level", "synthetic_did_weights"]

Array = npt.NDArray[np.float64]
# The paper's package: period weights hardly penalised; two rounds, small weights cut between them.
PERIOD_RIDGE: Final = 1e-6
FIRST_STEPS, MOST_STEPS = 100, 10_000
CUT: Final = 4.0


@dataclass(frozen=True)
class DoubleWeights:
    """Weights of donors and of the periods before treatment.

    Parameters
    ----------
    donors : ndarray, shape (j,) [share]
    periods : ndarray, shape (t0,) [share]
    """

    donors: Array
    periods: Array


def noise_level(donors: Array) -> float:
    """Return the standard deviation of the donors' first differences before treatment.

    Parameters
    ----------
    donors : ndarray, shape (j, t0) [outcome]
        At least two periods.

    Returns
    -------
    float [outcome]

    References
    ----------
    [arkhangelsky_et_al_2021], equation 2.2.

    Examples
    --------
    >>> noise_level(np.array([[0.0, 1.0], [0.0, 3.0]])).__round__(6)
    1.414214
    """
    return float(np.diff(donors, axis=1).std(ddof=1))


def synthetic_did_weights(
    outcomes: Array,
    treated: int,
    before: int,
    *,
    donor_ridge: float,
    period_ridge: float,
    intercept: bool = True,
    exact: bool = False,
    least: float = 0.0,
    start: DoubleWeights | None = None,
) -> DoubleWeights:
    """Return weights that balance donors over periods and periods over donors.

    Parameters
    ----------
    outcomes : ndarray, shape (n, t) [outcome]
        Treated units last, periods after treatment last.
    treated, before : int
        Number of treated units and of periods before treatment.
    donor_ridge, period_ridge : float [outcome]
        zeta of the paper: the penalties' square roots, before they are scaled by their number.
    intercept : bool
        Whether donors may differ from the treated by a constant; without it, and with the
        period weights unused, this is a ridge-penalised synthetic control.
    exact : bool
        Solve the two quadratic programmes exactly, instead of stopping and cutting small weights
        as the paper's package does.
    least : float [outcome]
        Root of the smallest decrease worth another step, where not exact.
    start : DoubleWeights, optional
        Where the first round begins; equal weights where left out.

    Returns
    -------
    DoubleWeights

    References
    ----------
    [arkhangelsky_et_al_2021], equations 2.1 to 2.3 and algorithm 1.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 3.0], [5.0, 4.0, 3.0], [3.0, 3.0, 4.0]])
    >>> found = synthetic_did_weights(y, 1, 2, donor_ridge=0.0, period_ridge=1e-6, exact=True)
    >>> found.donors.round(6).tolist(), found.periods.round(3).tolist()
    ([0.5, 0.5], [0.0, 1.0])
    """
    near = outcomes[:-treated, :before]
    after = outcomes[:-treated, before:].mean(axis=1)
    target = outcomes[-treated:, :before].mean(axis=0)
    began = start or DoubleWeights(np.full(len(near), 1.0 / len(near)), np.full(before, 1 / before))

    def solved(columns: Array, aim: Array, zeta: float, begin: Array) -> Array:
        ridge = len(aim) * zeta**2
        if intercept:
            columns, aim = columns - columns.mean(axis=0), aim - aim.mean()
        if exact:
            return simplex_weights(columns - aim[:, None], ridge)
        stop = {"ridge": ridge, "least": least**2}
        first = frank_wolfe_weights(columns, aim, begin, steps=FIRST_STEPS, **stop)
        cut = np.where(first <= first.max() / CUT, 0.0, first)
        return frank_wolfe_weights(columns, aim, cut / cut.sum(), steps=MOST_STEPS, **stop)

    return DoubleWeights(
        solved(near.T, target, donor_ridge, began.donors),
        solved(near, after, period_ridge, began.periods),
    )


def double_difference(outcomes: Array, treated: int, before: int, weights: DoubleWeights) -> Array:
    """Return the effect in each period after treatment; their mean is the estimate.

    Parameters
    ----------
    outcomes : ndarray, shape (n, t) [outcome]
        Treated units last, periods after treatment last.
    treated, before : int
    weights : DoubleWeights

    Returns
    -------
    ndarray, shape (t - before,) [outcome]

    References
    ----------
    [arkhangelsky_et_al_2021], equation 2.4.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 3.0], [5.0, 4.0, 3.0], [3.0, 3.0, 4.0]])
    >>> even = DoubleWeights(np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    >>> double_difference(y, 1, 2, even).tolist()
    [1.0]
    """
    gaps = outcomes[-treated:].mean(axis=0) - weights.donors @ outcomes[:-treated]
    effect: Array = gaps[before:] - weights.periods @ gaps[:before]
    return effect
