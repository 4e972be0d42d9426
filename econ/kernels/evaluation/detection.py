"""How often a test by ranks sees an effect, from what a design finds where nothing happened."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["detection_rates", "smallest_detected"]

Array = npt.NDArray[np.float64]


def detection_rates(nothing: Array, effects: Array, size: float) -> Array:
    """Return, of each placebo, whether an effect added to it would be significant by its rank.

    The p-value of a site is the share of units, itself among them, whose estimate is as large in
    absolute value as its own.

    Parameters
    ----------
    nothing : ndarray, shape (n,) [outcome]
        What the design finds for each unit when nothing happened.
    effects : ndarray, shape (g,) [outcome]
    size : float [-]
        Of the test.

    Returns
    -------
    ndarray, shape (g, n) [-]
        1 where it is significant, 0 elsewhere.

    References
    ----------
    [abadie_diamond_hainmueller_2010], section 2.4, for the test.

    Examples
    --------
    >>> detection_rates(np.array([-1.0, 0.0, 1.0]), np.array([0.0, 3.0]), 0.4).sum(axis=1).tolist()
    [0.0, 3.0]
    """
    n = len(nothing)
    ordered = np.sort(np.abs(nothing))
    found = np.abs(nothing + effects[:, None])
    # Ties count against the effect; rounding must not break them.
    at_least = n - np.searchsorted(ordered, found * (1.0 - 1e-12), side="left")
    own = np.abs(nothing) >= found * (1.0 - 1e-12)
    rank = 1 + at_least - own
    rates: Array = (rank <= size * n * (1.0 + 1e-12)).astype(np.float64)
    return rates


def smallest_detected(effects: Array, rates: Array, power: float) -> float:
    """Return the smallest effect from which on all are detected often enough, interpolated.

    Parameters
    ----------
    effects : ndarray, shape (g,) [outcome]
        Increasing.
    rates : ndarray, shape (g,) [-]
    power : float [-]

    Returns
    -------
    float [outcome]
        Infinite where not even the largest is.

    References
    ----------
    [bloom_1995] for the minimum detectable effect.

    Examples
    --------
    >>> smallest_detected(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.7, 0.9]), 0.8).__round__(6)
    1.5
    """
    short = np.flatnonzero(rates < power)
    if not len(short):
        return float(effects[0])
    last = int(short[-1])
    if last + 1 == len(effects):
        return float("inf")
    rise = (power - rates[last]) / (rates[last + 1] - rates[last])
    return float(effects[last] + rise * (effects[last + 1] - effects[last]))
