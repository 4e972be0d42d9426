"""Shift-share designs: exposure, Rotemberg weights, shock-level averages, AKM and AKM0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.kernels.regression.least_squares import column_sizes

__all__ = [
    "COLLINEAR",
    "AkmErrors",
    "JustIdentified",
    "akm_errors",
    "effective_number",
    "exposure_weights",
    "leave_one_out_growth",
    "partialled_out",
    "recovered_shocks",
    "rotemberg_weights",
    "shock_level_averages",
]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
# Shares are often stored in single precision: what they span beyond it is rounding.
COLLINEAR: Final = float(np.finfo(np.float32).eps)


def partialled_out(values: Array, controls: Array, weights: Array) -> Array:
    """Return what weighted least squares on the controls leaves of each column.

    Parameters
    ----------
    values : ndarray, shape (n, m)
    controls : ndarray, shape (n, q)
        With the constant, if there is to be one; collinear columns do no harm.
    weights : ndarray, shape (n,)
        Above zero.

    Returns
    -------
    ndarray, shape (n, m)

    References
    ----------
    [frisch_waugh_1933].

    Examples
    --------
    >>> partialled_out(np.array([[1.0], [3.0]]), np.ones((2, 1)), np.array([1.0, 3.0])).ravel()
    array([-1.5,  0.5])
    """
    if not controls.shape[1]:
        return values.copy()
    root = np.sqrt(weights)[:, None]
    even = controls / column_sizes(controls)
    fitted = np.linalg.lstsq(root * even, root * values, rcond=None)[0]
    left: Array = values - even @ fitted
    return left


def leave_one_out_growth(before: Array, after: Array) -> Array:
    """Return each sector's growth in all other units.

    Parameters
    ----------
    before, after : ndarray, shape (n, k)
        Of unit and sector, at the start and at the end.

    Returns
    -------
    ndarray, shape (n, k) [-]
        Not a number where the sector has nothing elsewhere at the start.

    References
    ----------
    [autor_duggan_2003], on leaving out the own unit.

    Examples
    --------
    >>> before, after = np.array([[1.0], [2.0], [2.0]]), np.array([[9.0], [3.0], [2.0]])
    >>> leave_one_out_growth(before, after).ravel().round(6).tolist()
    [0.25, 2.666667, 3.0]
    """
    others_before = before.sum(axis=0) - before
    others_after = after.sum(axis=0) - after
    scale = np.abs(before).sum(axis=0) * before.shape[0] * np.finfo(np.float64).eps
    missing = others_before <= scale
    growth: Array = others_after / np.where(missing, np.nan, others_before) - 1.0
    return growth


@dataclass(frozen=True)
class JustIdentified:
    """One estimate for each share taken alone as instrument, and its weight in the whole.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Rotemberg weights; their sum is one.
    estimates : ndarray, shape (k,)
        Infinite or not a number where a share does not move the regressor.
    first_stage : ndarray, shape (k,)
        ``z_k' x`` after the controls: what the estimate is divided by.
    """

    weights: Array
    estimates: Array
    first_stage: Array


def rotemberg_weights(
    outcome: Array, regressor: Array, shares: Array, shocks: Array, weights: Array
) -> JustIdentified:
    """Return Rotemberg weights and just-identified estimates of each share.

    ``alpha_k = g_k z_k'x / sum_j g_j z_j'x`` and ``beta_k = z_k'y / z_k'x``.

    Parameters
    ----------
    outcome, regressor : ndarray, shape (n,)
        After the controls.
    shares : ndarray, shape (n, k)
    shocks : ndarray, shape (k,)
    weights : ndarray, shape (n,)

    Returns
    -------
    JustIdentified

    References
    ----------
    [goldsmith_pinkham_2020], proposition 3.

    Examples
    --------
    >>> found = rotemberg_weights(
    ...     np.array([2.0, -2.0]), np.array([1.0, -1.0]), np.array([[0.6, 0.4], [0.2, 0.8]]),
    ...     np.array([1.0, 0.0]), np.ones(2))
    >>> found.weights.tolist(), found.estimates.round(9).tolist()
    ([1.0, -0.0], [2.0, 2.0])
    """
    first = shares.T @ (weights * regressor)
    second = shares.T @ (weights * outcome)
    parts = shocks * first
    with np.errstate(divide="ignore", invalid="ignore"):
        return JustIdentified(parts / parts.sum(), second / first, first)


def exposure_weights(shares: Array, weights: Array) -> Array:
    """Return the average exposure to each sector, ``s_k``; the sum is the average sum of shares.

    Parameters
    ----------
    shares : ndarray, shape (n, k)
    weights : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (k,)

    References
    ----------
    [borusyak_hull_jaravel_2022], section 2.3.

    Examples
    --------
    >>> exposure_weights(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([1.0, 3.0])).tolist()
    [0.125, 0.875]
    """
    found: Array = (weights / weights.sum()) @ shares
    return found


def shock_level_averages(values: Array, shares: Array, weights: Array) -> Array:
    """Return the exposure-weighted average of each column by sector.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        After the controls.
    shares : ndarray, shape (n, k)
    weights : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (k, m)
        Not a number for a sector to which no unit is exposed.

    References
    ----------
    [borusyak_hull_jaravel_2022], proposition 1.

    Examples
    --------
    >>> shares = np.array([[0.5, 0.5], [0.0, 1.0]])
    >>> shock_level_averages(np.array([[3.0], [-1.0]]), shares, np.ones(2)).round(6).ravel()
    array([3.      , 0.333333])
    """
    exposed = shares.T @ weights
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = (shares.T @ (weights[:, None] * values)) / exposed[:, None]
    return found


def effective_number(weights: Array) -> float:
    """Return the inverse of the Herfindahl index of weights.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Not below zero; they are divided by their sum.

    Returns
    -------
    float

    References
    ----------
    [borusyak_hull_jaravel_2022], section 3.1 (the effective sample size of shocks).

    Examples
    --------
    >>> effective_number(np.array([2.0, 2.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights @ weights))


def recovered_shocks(instrument: Array, shares: Array, weights: Array) -> Array:
    """Return the sector shocks after the controls: the instrument's coefficients on the shares.

    Parameters
    ----------
    instrument : ndarray, shape (n,)
        After the controls.
    shares : ndarray, shape (n, k)
        Where they are collinear, the solution of smallest norm is taken.
    weights : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (k,)

    References
    ----------
    [adao_kolesar_morales_2019], section IV.A, remark 5.

    Examples
    --------
    >>> recovered_shocks(np.array([1.0, 2.0]), np.eye(2), np.ones(2)).round(9).tolist()
    [1.0, 2.0]
    """
    root = np.sqrt(weights)
    found = np.linalg.lstsq(root[:, None] * shares, root * instrument, rcond=COLLINEAR)[0]
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class AkmErrors:
    """Error and confidence set of a shift-share estimate, at any level and hypothesis.

    Parameters
    ----------
    estimate : float
    moment : float
        ``z'x``.
    scores, crossed, slopes : float
        Sums over clusters of sectors: of squared scores, of scores times slopes, of squared
        slopes. A score is what a sector adds to the moment of the residuals, a slope what it
        adds to the moment of the regressor.
    """

    estimate: float
    moment: float
    scores: float
    crossed: float
    slopes: float

    def times(self, factor: float) -> AkmErrors:
        """Return those of the outcome times a factor."""
        scores, crossed = factor**2 * self.scores, factor * self.crossed
        return AkmErrors(factor * self.estimate, self.moment, scores, crossed, self.slopes)

    @property
    def error(self) -> float:
        """AKM."""
        return float(np.sqrt(self.scores)) / abs(self.moment)

    def null_error(self, null: float = 0.0) -> float:
        """Return AKM0: the error with residuals under a hypothesis on the coefficient."""
        away = self.estimate - null
        squares = self.scores + 2.0 * away * self.crossed + away**2 * self.slopes
        return float(np.sqrt(max(squares, 0.0))) / abs(self.moment)

    def bounded(self, critical: float) -> bool:
        """Return whether the AKM0 set has two ends with all of it between them."""
        return bool(self.moment**2 > critical**2 * self.slopes)

    def confidence_set(self, critical: float) -> tuple[tuple[float, float], ...]:
        """Return the intervals of the AKM0 set: what AKM0 does not reject.

        Parameters
        ----------
        critical : float
            Of the normal distribution.
        """
        room = self.moment**2 / critical**2 - self.slopes
        if room == 0.0:
            return ((-np.inf, np.inf),)
        shift = self.crossed / room
        spread = shift**2 + self.scores / room
        if spread < 0.0:
            return ((-np.inf, np.inf),)
        low = self.estimate - shift - float(np.sqrt(spread))
        high = self.estimate - shift + float(np.sqrt(spread))
        return ((low, high),) if room > 0.0 else ((-np.inf, low), (high, np.inf))


def akm_errors(
    outcome: Array,
    regressor: Array,
    instrument: Array,
    shares: Array,
    weights: Array,
    *,
    clusters: Codes,
) -> AkmErrors:
    """Return AKM and AKM0 errors of ``z'y / z'x``.

    Residuals of units with like shares are correlated, whatever their distance. The variance
    is therefore summed over sectors: ``sum_k (g_k sum_i s_ik e_i)^2 / (z'x)^2``.

    Parameters
    ----------
    outcome, regressor, instrument : ndarray, shape (n,)
        After the controls; for a shift-share regressor, the last two are the same.
    shares : ndarray, shape (n, k)
    weights : ndarray, shape (n,)
    clusters : ndarray, shape (k,)
        Of sectors, whose shocks may be correlated; 0, 1, ... each once for none.

    Returns
    -------
    AkmErrors

    References
    ----------
    [adao_kolesar_morales_2019], section IV: remarks 5 and 6 for AKM and AKM0.

    Examples
    --------
    >>> y, z = np.array([1.0, -2.0, 1.0]), np.array([1.0, -1.0, 0.0])
    >>> found = akm_errors(y, z, z, np.eye(3), np.ones(3), clusters=np.arange(3))
    >>> round(found.error, 6), found.bounded(1.96)  # shares of one: the same as HC0
    (0.353553, False)
    """
    shocks = recovered_shocks(instrument, shares, weights)
    moment = float(instrument @ (weights * regressor))
    estimate = float(instrument @ (weights * outcome)) / moment

    def by_cluster(residual: Array) -> Array:
        parts = shocks * (shares.T @ (weights * residual))
        return np.asarray(np.bincount(clusters, parts), dtype=np.float64)

    scores, slopes = by_cluster(outcome - estimate * regressor), by_cluster(regressor)
    return AkmErrors(
        estimate=estimate,
        moment=moment,
        scores=float(scores @ scores),
        crossed=float(scores @ slopes),
        slopes=float(slopes @ slopes),
    )
