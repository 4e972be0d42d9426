"""Ridge-augmented synthetic control: what simplex weights leave is corrected by a regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.kernels.evaluation.simplex import simplex_weights
from econ.kernels.regression.least_squares import column_sizes

__all__ = ["RidgeChoice", "augmented_weights", "chosen_ridge", "ridge_grid"]

Array = npt.NDArray[np.float64]
# The published package's grid: this many steps down to this share of the largest.
GRID_STEPS: Final = 20
SMALLEST: Final = 1e-8


@dataclass(frozen=True)
class RidgeChoice:
    """The penalty that cross-validation over periods takes.

    Parameters
    ----------
    ridge : float
        The one taken.
    grid : ndarray, shape (g,)
    errors, standard_errors : ndarray, shape (g,) [outcome squared]
        Mean squared error of the periods left out, and its standard error over these.
    """

    ridge: float
    grid: Array
    errors: Array
    standard_errors: Array


def augmented_weights(donors: Array, target: Array, weights: Array, ridge: float) -> Array:
    """Return weights plus the ridge correction of the imbalance they leave.

    ``w + X (X'X + ridge I)^-1 (x1 - X'w)``, X the donors' periods centred on the donors' means;
    weights may become negative.

    Parameters
    ----------
    donors : ndarray, shape (t, j) [outcome]
        Before treatment.
    target : ndarray, shape (t,) [outcome]
    weights : ndarray, shape (j,) [share]
        Of the simplex.
    ridge : float
        Positive.

    Returns
    -------
    ndarray, shape (j,)
        Summing to one.

    References
    ----------
    [ben_michael_feller_rothstein_2021], equation 10 and lemma 1.

    Examples
    --------
    >>> donors, target = np.array([[0.0, 2.0]]), np.array([3.0])
    >>> augmented_weights(donors, target, np.array([0.0, 1.0]), 2.0).tolist()
    [-0.25, 1.25]
    """
    means = donors.mean(axis=1)
    centred, aim = (donors - means[:, None]).T, target - means
    left = aim - centred.T @ weights
    gram = centred.T @ centred + ridge * np.eye(len(aim))
    found: Array = weights + centred @ np.linalg.solve(gram, left)
    return found


def ridge_grid(donors: Array) -> Array:
    """Return the penalties that are tried, from the largest singular value squared downwards.

    Parameters
    ----------
    donors : ndarray, shape (t, j) [outcome]

    Returns
    -------
    ndarray, shape (g,)

    References
    ----------
    [ben_michael_feller_rothstein_2021], as in their package augsynth.

    Examples
    --------
    >>> ridge_grid(np.array([[0.0, 2.0]]))[:2].round(6).tolist()
    [2.0, 0.796214]
    """
    centred = donors - donors.mean(axis=1, keepdims=True)
    largest = float(np.linalg.norm(centred, 2)) ** 2
    grid: Array = largest * SMALLEST ** (np.arange(GRID_STEPS + 1) / GRID_STEPS)
    return grid


def chosen_ridge(donors: Array, target: Array, *, one_standard_error: bool = True) -> RidgeChoice:
    """Return the penalty that predicts periods left out best, by the published package's rule.

    Each period before treatment but the last is left out in turn; the simplex weights are fitted
    anew without it.

    Parameters
    ----------
    donors : ndarray, shape (t, j) [outcome]
        At least three periods.
    target : ndarray, shape (t,) [outcome]
    one_standard_error : bool
        Take the largest penalty whose error is within one standard error of the smallest, instead
        of that of the smallest error.

    Returns
    -------
    RidgeChoice

    References
    ----------
    [ben_michael_feller_rothstein_2021], section 5.3, and their package augsynth.

    Examples
    --------
    >>> donors = np.array([[0.0, 2.0], [1.0, 3.0], [2.0, 4.0], [2.0, 5.0]])
    >>> chosen_ridge(donors, donors @ np.array([0.5, 0.5])).errors.max() < 1e-9
    np.True_
    """
    grid = ridge_grid(donors)
    means = donors.mean(axis=1)
    centred, aim = donors - means[:, None], target - means
    folds = len(aim) - 1
    errors = np.empty((folds, len(grid)))
    for out in range(folds):
        kept = np.arange(len(aim)) != out
        near, near_aim = centred[kept], aim[kept]
        weights = simplex_weights(near - near_aim[:, None])
        left = near_aim - near @ weights
        # One decomposition serves every penalty.
        rows, values, columns = np.linalg.svd(near, full_matrices=False)
        shrunk = (rows.T @ left)[:, None] * values[:, None] / (values[:, None] ** 2 + grid)
        corrected = weights[:, None] + columns.T @ shrunk
        errors[out] = (aim[out] - centred[out] @ corrected) ** 2
    means_, spread = errors.mean(axis=0), _deviation(errors) / np.sqrt(folds)
    best = int(means_.argmin())
    within = grid[means_ <= means_[best] + spread[best]].max()
    return RidgeChoice(float(within if one_standard_error else grid[best]), grid, means_, spread)


def _deviation(errors: Array) -> Array:
    """Return the standard deviation of each column, whose squares may be beyond all numbers."""
    sizes = column_sizes(errors)
    found: Array = sizes * (errors / sizes).std(axis=0, ddof=1)
    return found
