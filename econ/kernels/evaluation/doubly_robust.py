"""The effect of a treatment on changes of the treated, with its influence function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from econ.kernels.regression.least_squares import column_sizes

__all__ = [
    "METHODS",
    "Effect",
    "Method",
    "effect_on_changes",
    "orthogonal_columns",
    "propensity_scores",
    "slope_on_changes",
    "tilted_odds",
]

Array = npt.NDArray[np.float64]
Method = Literal["dr", "imp", "reg", "ipw"]
METHODS: Final = ("dr", "imp", "reg", "ipw")
# DRDID's: scores at one would give a control infinite weight.
LARGEST_SCORE: Final = 1.0 - 1e-6
ITERATIONS: Final = 100
CONVERGED: Final = 1e-10
SEPARATED: Final = 30.0


@dataclass(frozen=True)
class Effect:
    """An effect and how much every unit moves it.

    Parameters
    ----------
    value : float
        NaN where controls cannot be fitted: too few for the covariates, or told apart by them.
    influence : ndarray, shape (n,)
        Mean zero; the variance of the effect is the sum of squares over n squared.
    """

    value: float
    influence: Array

    def among(self, inside: npt.NDArray[np.bool_]) -> Effect:
        """Return the effect with the influence of a larger sample, none of those not inside.

        Parameters
        ----------
        inside : ndarray of bool, shape (m,)
            Those the effect was found on, n of them.
        """
        influence = np.zeros(len(inside))
        influence[inside] = self.influence * (len(inside) / max(int(inside.sum()), 1))
        return Effect(self.value, influence)


def effect_on_changes(
    change: Array, treated: Array, covariates: Array, weights: Array, method: Method = "dr"
) -> Effect:
    """Return the average effect on the treated from changes of treated and control units.

    Parameters
    ----------
    change : ndarray, shape (n,)
        Of the outcome, from the base period.
    treated : ndarray, shape (n,)
        One or zero.
    covariates : ndarray, shape (n, k)
        With a column of ones.
    weights : ndarray, shape (n,)
        Of the sample.
    method : {"dr", "imp", "reg", "ipw"}
        Doubly robust (either model may be wrong) by logit and least squares, or improved, by
        tilting and weighted least squares (then so is its error); outcome regression; or inverse
        probability weights that sum to one.

    Returns
    -------
    Effect

    References
    ----------
    [santanna_zhao_2020] (panel estimators and their influence functions).

    Examples
    --------
    >>> found = effect_on_changes(np.array([3.0, 5.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0, 0.0]),
    ...                           np.ones((4, 1)), np.ones(4))
    >>> found.value, found.influence.tolist()
    (2.5, [-2.0, 2.0, 1.0, -1.0])
    """
    n = len(change)
    weights = weights / weights.mean()
    on, off = weights * treated, weights * (1.0 - treated)
    none = Effect(float("nan"), np.full(n, np.nan))
    if not (on.sum() > 0.0 and off.sum() > 0.0):
        return none
    if covariates.shape[1] == 1:  # the three methods are one
        first, second = (side @ change / side.sum() for side in (on, off))
        moved = on * (change - first) / on.mean() - off * (change - second) / off.mean()
        return Effect(float(first - second), moved)
    even = orthogonal_columns(covariates)
    if even is None:
        return none
    covariates = even
    if method == "imp":
        return _improved(change, covariates, on, off) or none
    fitted, regression = np.zeros(n), np.zeros((n, covariates.shape[1]))
    if method != "ipw":
        gram = (off[:, None] * covariates).T @ covariates / n
        if np.linalg.matrix_rank(gram, hermitian=True) < gram.shape[0]:
            return none
        inverse = np.linalg.inv(gram)
        fitted = covariates @ (inverse @ (covariates.T @ (off * change) / n))
        regression = (off * (change - fitted))[:, None] * covariates @ inverse
    left = change - fitted
    first = on @ left / on.mean() / n
    inf_treated = on * (left - first)
    if method != "dr":
        inf_treated = on * (change - on @ change / on.mean() / n)
    if method == "reg":
        second = on @ fitted / on.mean() / n
        moved = on * (fitted - second) + regression @ (on @ covariates / n)
        return Effect(float(first), (inf_treated - moved) / on.mean())
    scores = propensity_scores(treated, covariates, weights)
    if scores is None:
        return none
    control = off * scores / (1.0 - scores)
    second = control @ left / control.mean() / n
    curve = (weights * scores * (1.0 - scores))[:, None] * covariates
    logit = (
        (weights * (treated - scores))[:, None]
        * covariates
        @ np.linalg.inv(curve.T @ covariates / n)
    )
    inf_control = control * (left - second)
    inf_control = inf_control + logit @ ((control * (left - second)) @ covariates / n)
    if method == "dr":
        inf_treated = inf_treated - regression @ (on @ covariates / n)
        inf_control = inf_control - regression @ (control @ covariates / n)
    moved = inf_treated / on.mean() - inf_control / control.mean()
    return Effect(float(first - second), moved)


def slope_on_changes(change: Array, dose: Array, covariates: Array, weights: Array) -> Effect:
    """Return the effect of one unit of dose: the slope of changes on doses, none for controls.

    Parameters
    ----------
    change : ndarray, shape (n,)
        Of the outcome, from the base period.
    dose : ndarray, shape (n,)
        Zero for controls.
    covariates : ndarray, shape (n, k)
        With a column of ones.
    weights : ndarray, shape (n,)
        Of the sample.

    Returns
    -------
    Effect

    References
    ----------
    [callaway_goodman_bacon_santanna_2024], section 3, on what such a slope averages where effects
    do not grow in proportion to the dose.

    Examples
    --------
    >>> found = slope_on_changes(np.array([2.0, 4.0, 0.0, 0.0]), np.array([1.0, 2.0, 0.0, 0.0]),
    ...                          np.ones((4, 1)), np.ones(4))
    >>> round(found.value, 9)
    2.0
    """
    n = len(change)
    none = Effect(float("nan"), np.full(n, np.nan))
    size = float(np.abs(dose).max(initial=0.0))
    even = orthogonal_columns(np.column_stack([covariates, dose / size])) if size else None
    if even is None:
        return none
    others = orthogonal_columns(covariates)
    assert others is not None
    weights = weights / weights.mean()
    rows = others * np.sqrt(weights)[:, None]
    scaled = np.column_stack([dose / size, change]) * np.sqrt(weights)[:, None]
    left = scaled - rows @ np.linalg.lstsq(rows, scaled, rcond=None)[0]
    spread = float(left[:, 0] @ left[:, 0]) / n
    slope = float(left[:, 0] @ left[:, 1]) / n / spread
    influence = left[:, 0] * (left[:, 1] - slope * left[:, 0]) / spread
    return Effect(slope / size, influence / size)


def orthogonal_columns(covariates: Array) -> Array | None:
    """Return columns that span the same, as large as ones and free of units; None if collinear.

    Parameters
    ----------
    covariates : ndarray, shape (n, k)

    Returns
    -------
    ndarray, shape (n, k), or None

    References
    ----------
    [santanna_zhao_2020], whose estimators depend on what covariates span alone.

    Examples
    --------
    >>> orthogonal_columns(np.array([[1.0, 1e9], [1.0, -1e9]])).round(6).tolist()
    [[-1.0, -1.0], [-1.0, 1.0]]
    >>> orthogonal_columns(np.ones((3, 2))) is None
    True
    """
    columns = covariates / column_sizes(covariates)
    n, k = columns.shape
    if n < k:
        return None
    q, r = np.linalg.qr(columns)
    left, length = np.abs(np.diag(r)), np.linalg.norm(columns, axis=0)
    if (left <= n * np.finfo(np.float64).eps * length).any():
        return None
    return np.asarray(np.sqrt(n) * q, dtype=np.float64)


def _improved(change: Array, covariates: Array, on: Array, off: Array) -> Effect | None:
    """Return the doubly robust effect whose error no first step moves, or None."""
    odds = tilted_odds(covariates, on, off)
    if odds is None:
        return None
    control = off * odds
    gram = (control[:, None] * covariates).T @ covariates
    if np.linalg.matrix_rank(gram, hermitian=True) < gram.shape[0]:
        return None
    left = change - covariates @ np.linalg.solve(gram, covariates.T @ (control * change))
    first, second = (side @ left / side.sum() for side in (on, control))
    moved = on * (left - first) / on.mean() - control * (left - second) / control.mean()
    return Effect(float(first - second), moved)


def tilted_odds(covariates: Array, on: Array, off: Array) -> Array | None:
    """Return odds of treatment that give controls the covariates of the treated, exactly.

    Parameters
    ----------
    covariates : ndarray, shape (n, k)
        With a column of ones.
    on, off : ndarray, shape (n,)
        Weights of treated and of controls.

    Returns
    -------
    ndarray, shape (n,) [-], or None
        None where no odds do: a covariate of the treated lies beyond those of all controls.

    References
    ----------
    [santanna_zhao_2020] (the improved estimator's inverse probability tilting).

    Examples
    --------
    >>> tilted_odds(np.ones((4, 1)), np.array([1.0, 0, 0, 0]), np.array([0, 1.0, 1, 1])).round(6)
    array([0.333333, 0.333333, 0.333333, 0.333333])
    """
    scores = propensity_scores((on > 0.0).astype(float), covariates, on + off)
    if scores is None:
        return None
    beta = np.linalg.lstsq(covariates, np.log(scores / (1.0 - scores)), rcond=None)[0]
    aim = covariates.T @ on
    for _ in range(ITERATIONS):
        with np.errstate(over="ignore"):
            odds = np.exp(covariates @ beta)
        gram = ((off * odds)[:, None] * covariates).T @ covariates
        if not np.isfinite(gram).all():
            return None
        if np.linalg.matrix_rank(gram, hermitian=True) < len(beta):
            return None
        step = np.linalg.solve(gram, aim - covariates.T @ (off * odds))
        # Far from the solution a full Newton step of an exponential overshoots.
        beta = beta + step / max(1.0, float(np.abs(covariates @ step).max()))
        if np.abs(covariates @ step).max() < CONVERGED:
            return np.asarray(np.exp(covariates @ beta), dtype=np.float64)
    return None


def propensity_scores(treated: Array, covariates: Array, weights: Array) -> Array | None:
    """Return the probability of treatment by a weighted logit, or None where none is finite.

    Parameters
    ----------
    treated : ndarray, shape (n,)
    covariates : ndarray, shape (n, k)
    weights : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,) [share], or None
        None where the covariates tell treated and controls apart, or are collinear.

    References
    ----------
    [santanna_zhao_2020] (the working model of the propensity score).

    Examples
    --------
    >>> propensity_scores(np.array([1.0, 0.0, 0.0, 0.0]), np.ones((4, 1)), np.ones(4)).round(6)
    array([0.25, 0.25, 0.25, 0.25])
    """
    beta = np.zeros(covariates.shape[1])
    for _ in range(ITERATIONS):
        scores = special.expit(covariates @ beta)
        slope = covariates.T @ (weights * (treated - scores))
        curve = (weights * scores * (1.0 - scores))[:, None] * covariates
        gram = curve.T @ covariates
        if np.linalg.matrix_rank(gram, hermitian=True) < len(beta):
            return None
        step = np.linalg.solve(gram, slope)
        beta = beta + step
        if np.abs(covariates @ step).max() < CONVERGED:
            break
    else:
        return None
    if np.abs(covariates @ beta).max() > SEPARATED:
        return None
    found: Array = np.minimum(special.expit(covariates @ beta), LARGEST_SCORE)
    return found
