"""The two levels of a nested synthetic control: weights given importances, and their loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import dposv, dpotrs
from scipy.optimize import linprog

from econ.kernels.evaluation.simplex import simplex_weights

__all__ = ["DECADES", "NestedProblem", "bounded_logs", "rationalising_importance"]

Array = npt.NDArray[np.float64]
Support = npt.NDArray[np.int64]
DECADES: Final = 8.0  # importances down to this many powers of ten below the largest are tried
CARRIES: Final = 1e-10
EXCHANGES: Final = 8  # donors in or out of a guessed support before the problem is solved anew
SLACK, ROUNDING = 1e-10, 1e-14
TINY: Final = 1e-300


def bounded_logs(logs: Array) -> Array:
    """Return log importances, the largest zero and none further below than is tried.

    Parameters
    ----------
    logs : ndarray, shape (k,)

    Returns
    -------
    ndarray, shape (k,)

    References
    ----------
    [becker_kloessner_2018], who bound the importances that are searched in the same way.

    Examples
    --------
    >>> bounded_logs(np.array([3.0, 2.0, -99.0])).round(3).tolist()
    [0.0, -1.0, -18.421]
    """
    below: Array = np.maximum(logs - logs.max(), -np.log(10.0) * DECADES)
    return below


@dataclass
class NestedProblem:
    """The loss of a vector of log importances, and its slope.

    Weights change with importances, but who carries weight seldom does: each solution begins from
    the donors of the one before, and is kept if it meets the Kuhn-Tucker conditions of the inner
    problem. Else donors are exchanged, and at last the problem is solved from nothing.

    Parameters
    ----------
    predictors : ndarray, shape (k, j)
        Donors less the target, each predictor on a common scale.
    outcomes : ndarray, shape (t, j) [outcome]
        Donors less the target.
    """

    predictors: Array
    outcomes: Array

    def __post_init__(self) -> None:
        self._support: Support = np.zeros(0, dtype=np.int64)

    def weights(self, logs: Array) -> Array:
        """Return the weights of donors, shape (j,), solved from nothing."""
        return simplex_weights(np.sqrt(np.exp(bounded_logs(logs)))[:, None] * self.predictors)

    def exact_loss(self, logs: Array) -> float:
        """Return the mean squared error of the outcome under the weights solved from nothing."""
        error = self.outcomes @ self.weights(logs)
        return float(error @ error) / len(error)

    def loss(self, logs: Array) -> float:
        """Return the mean squared error of the outcome."""
        support, shares, _ = self._solved(np.exp(bounded_logs(logs)))
        error = self.outcomes[:, support] @ shares
        return float(error @ error) / len(error)

    def loss_and_slope(self, logs: Array) -> tuple[float, Array]:
        """Return the loss and its slope: weights are differentiated on their support."""
        importance = np.exp(bounded_logs(logs))
        support, shares, factor = self._solved(importance)
        near, fitted = self.predictors[:, support], self.outcomes[:, support]
        error = fitted @ shares
        right = 2.0 * (error @ fitted) / len(error)
        if factor is None:
            shadow = _shadow(near.T @ (importance[:, None] * near), right)
        else:
            both = np.column_stack([right, np.ones(len(right))])
            solved = dpotrs(factor, both)[0]
            shadow = solved[:, 0] - solved[:, 1] * (solved[:, 0].sum() / solved[:, 1].sum())
        slope = -(near @ shadow) * (near @ shares) * importance
        return float(error @ error) / len(error), slope

    def _solved(self, importance: Array) -> tuple[Support, Array, Array | None]:
        """Return who carries weight, how much, and the factor of their products if there is one."""
        support = self._support
        for _ in range(EXCHANGES):
            if not len(support):
                break
            near = self.predictors[:, support]
            products = near.T @ (importance[:, None] * near)
            size = max(float(products.diagonal().max()), TINY)
            # As many ones leave the solution as it is, and regular where the match is exact.
            factor, raw, failed = dposv(products + size, np.ones(len(support)))
            if failed:
                break
            shares = raw / raw.sum()
            least = int(shares.argmin())
            if shares[least] <= 0.0:
                support = np.delete(support, least)
                continue
            pulled = importance * (near @ shares)
            level = float(pulled @ (near @ shares))
            slopes = pulled @ self.predictors
            slopes[support] = level  # to rounding, which is all there is where the match is close
            lowest = int(slopes.argmin())
            if slopes[lowest] >= level * (1.0 - SLACK) - ROUNDING * size:
                self._support = support
                return support, shares, factor
            support = np.append(support, lowest)
        whole = simplex_weights(np.sqrt(importance)[:, None] * self.predictors)
        self._support = np.flatnonzero(whole > CARRIES)
        return self._support, whole[self._support], None


def _shadow(products: Array, right: Array) -> Array:
    """Return the shadow price of each weight when they sum to a constant."""
    n = len(right)
    system = np.zeros((n + 1, n + 1))
    system[:n, :n] = products
    system[:n, n], system[n, :n] = 1.0, 1.0
    aim = np.append(right, 0.0)
    try:
        found: Array = np.linalg.solve(system, aim)[:n]
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, aim, rcond=None)[0][:n]
    return found


def rationalising_importance(predictors: Array, weights: Array) -> Array | None:
    """Return importances under which given weights match the predictors best, or None.

    The Kuhn-Tucker conditions of the inner problem are linear in importances, so a linear
    programme settles it; of all importances the most even ones are taken. Weights that fit the
    outcome best of all and can be rationalised are the global optimum of the nested problem.

    Parameters
    ----------
    predictors : ndarray, shape (k, j)
        Donors less the target.
    weights : ndarray, shape (j,) [share]

    Returns
    -------
    ndarray, shape (k,) [share], or None

    References
    ----------
    [becker_kloessner_2018], section 3 (whether the unrestricted outer optimum is attained).

    Examples
    --------
    Of two donors the near one can be best, and the far one cannot:

    >>> donors = np.array([[1.0, 2.0], [1.0, 3.0]])
    >>> rationalising_importance(donors, np.array([1.0, 0.0])).tolist()
    [0.5, 0.5]
    >>> rationalising_importance(donors, np.array([0.0, 1.0])) is None
    True
    """
    k = len(predictors)
    left = predictors @ weights
    pull = (left[:, None] * (predictors - left[:, None])).T
    size = float(np.abs(pull).max(initial=0.0))
    if not size > 0.0:
        return None
    pull, carries = pull / size, weights > CARRIES
    held, free = pull[carries], pull[~carries]
    found = linprog(
        np.append(np.zeros(k), -1.0),
        A_ub=np.block([[-free, np.zeros((len(free), 1))], [-np.eye(k), np.ones((k, 1))]]),
        b_ub=np.zeros(len(free) + k),
        A_eq=np.block([[held, np.zeros((len(held), 1))], [np.ones((1, k)), np.zeros((1, 1))]]),
        b_eq=np.append(np.zeros(len(held)), 1.0),
        bounds=[*[(0.0, None)] * k, (10.0**-DECADES, None)],
        method="highs",
    )
    return np.asarray(found.x[:k], dtype=np.float64) if found.status == 0 else None
