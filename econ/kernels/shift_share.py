"""Shift-share designs: exposure, Rotemberg weights, shock-level averages, AKM and AKM0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
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
    fitted = np.linalg.lstsq(root * controls, root * values, rcond=None)[0]
    left: Array = values - controls @ fitted
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
    found = np.linalg.lstsq(root[:, None] * shares, root * instrument, rcond=None)[0]
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class AkmErrors:
    """The error of a shift-share estimate and its confidence set under a null hypothesis.

    Parameters
    ----------
    error : float
        AKM.
    null_error : float
        AKM0: with residuals under the hypothesis that the coefficient is `null`.
    low, high : float
        Ends of the AKM0 set. Where ``low > high`` the set is all numbers but those between them;
        where both are infinite it is every number.
    bounded : bool
    """

    error: float
    null_error: float
    low: float
    high: float
    bounded: bool


def akm_errors(
    outcome: Array,
    regressor: Array,
    instrument: Array,
    shares: Array,
    weights: Array,
    *,
    clusters: Codes,
    critical: float,
    null: float = 0.0,
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
    critical : float
        Of the normal distribution, for the ends of the set.
    null : float
        The coefficient under the hypothesis of `null_error`.

    Returns
    -------
    AkmErrors

    References
    ----------
    [adao_kolesar_morales_2019], section IV: remarks 5 and 6 for AKM and AKM0.

    Examples
    --------
    >>> y, z = np.array([1.0, -2.0, 1.0]), np.array([1.0, -1.0, 0.0])
    >>> found = akm_errors(y, z, z, np.eye(3), np.ones(3), clusters=np.arange(3), critical=1.96)
    >>> round(found.error, 6), found.bounded  # shares of one: the same as HC0
    (0.353553, False)
    """
    shocks = recovered_shocks(instrument, shares, weights)
    moment = float(instrument @ (weights * regressor))
    estimate = float(instrument @ (weights * outcome)) / moment

    def by_cluster(residual: Array) -> Array:
        parts = shocks * (shares.T @ (weights * residual))
        return np.asarray(np.bincount(clusters, parts), dtype=np.float64)

    scores = by_cluster(outcome - estimate * regressor)
    null_scores = by_cluster(outcome - null * regressor)
    slopes = by_cluster(regressor)
    room = moment**2 / critical**2 - float(slopes @ slopes)
    shift = float(scores @ slopes) / room
    spread = shift**2 + float(scores @ scores) / room
    if spread < 0.0:
        low, high = -np.inf, np.inf
    else:
        half = np.sqrt(spread) * np.sign(room)
        low, high = estimate - shift - half, estimate - shift + half
    return AkmErrors(
        error=float(np.sqrt(scores @ scores)) / abs(moment),
        null_error=float(np.sqrt(null_scores @ null_scores)) / abs(moment),
        low=float(low),
        high=float(high),
        bounded=bool(room > 0.0),
    )
