"""The shortest interval of fixed length for an effect when the trend may bend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize, special

__all__ = ["FixedLength", "fixed_length_interval", "folded_normal_quantile"]

Array = npt.NDArray[np.float64]
SWEEPS: Final = 1000
PLACES: Final = 40  # of the path, before the best stretch is searched
EXACT: Final = 1e-10


@dataclass(frozen=True)
class FixedLength:
    """The shortest interval whose centre is linear in the estimates.

    Parameters
    ----------
    low, high : float
    bias : float
        Largest bias of the centre under the bound.
    error : float
        Standard error of the centre.
    weights : ndarray, shape (p + q,)
        Of the estimates, in the centre.
    """

    low: float
    high: float
    bias: float
    error: float
    weights: Array


def folded_normal_quantile(level: float, bias: float) -> float:
    """Return the quantile of the modulus of a normal variable with mean `bias`, variance one.

    Parameters
    ----------
    level : float [share]
    bias : float
        In standard deviations; shape () throughout.

    Returns
    -------
    float

    References
    ----------
    [armstrong_kolesar_2018] (the critical value cv of a biased normal estimate).

    Examples
    --------
    >>> round(folded_normal_quantile(0.95, 0.0), 4), round(folded_normal_quantile(0.95, 9.0), 4)
    (1.96, 10.6449)
    """
    far = abs(bias)

    def gap(value: float) -> float:
        return float(special.ndtr(value - far) - special.ndtr(-value - far)) - level

    tails = float(special.ndtri((1.0 + level) / 2.0))
    return float(optimize.brentq(gap, 0.0, far + tails + 1.0, xtol=EXACT))


def fixed_length_interval(
    estimates: Array, covariance: Array, pre: int, weights: Array, *, bound: float, level: float
) -> FixedLength:
    """Return the optimal interval when the trend bends by at most `bound` from period to period.

    Weights on the periods before are chosen to trade variance against the largest bias; those that
    leave a straight trend in are excluded, since its bias has no bound. In the weights on bends the
    problem is a lasso, and its path is searched for the shortest interval.

    Parameters
    ----------
    estimates : ndarray, shape (p + q,)
        Event-study coefficients without the reference period, earliest first.
    covariance : ndarray, shape (p + q, p + q)
    pre : int
        p, the periods before.
    weights : ndarray, shape (q,)
        Of the effect asked for, over the periods after.
    bound : float [unit of the estimates]
        M: of second differences of the trend.
    level : float [share]

    Returns
    -------
    FixedLength

    References
    ----------
    [rambachan_roth_2023], section on fixed-length intervals; [armstrong_kolesar_2018].

    Examples
    --------
    One period before, one after: the only unbiased centre extrapolates the line.

    >>> found = fixed_length_interval(np.array([-1.0, 3.0]), np.eye(2), 1, np.ones(1),
    ...                               bound=0.0, level=0.95)
    >>> found.weights.round(6).tolist(), round((found.low + found.high) / 2, 6)
    ([1.0, 1.0], 2.0)
    """
    after = np.arange(1, weights.size + 1)
    slope = float(after @ weights)
    # Bend j periods before the reference weighs c_j = sum_{t > j} (t - j) a_{-t}; c_0 is `slope`.
    steps = np.arange(1, pre + 1)
    bends = np.maximum(steps[None, :] - np.arange(pre)[:, None], 0).astype(float)
    back = linalg.solve_triangular(bends, np.eye(pre))[::-1]  # rows: earliest period first
    fixed_bias = abs(slope) + sum(
        abs(float(np.maximum(after - j, 0) @ weights)) for j in range(1, weights.size)
    )
    start = np.concatenate([back[:, 0] * slope, weights])
    free = np.vstack([back[:, 1:], np.zeros((weights.size, pre - 1))])
    root = linalg.cholesky(covariance)
    target, design = root @ start, root @ free

    def at(c: Array) -> tuple[float, float, float]:
        error = float(np.linalg.norm(target + design @ c))
        bias = bound * (fixed_bias + float(np.abs(c).sum()))
        return folded_normal_quantile(level, bias / error) * error, bias, error

    best = _lasso(design, target, 0.0)
    if bound > 0.0 and pre > 1:
        top = float(np.abs(design.T @ target).max())
        corners = [np.zeros(pre - 1), best]

        def half(log_penalty: float) -> float:
            return at(_lasso(design, target, float(np.exp(log_penalty))))[0]

        ends = (float(np.log(top * EXACT)), float(np.log(top))) if top > 0.0 else (0.0, 1.0)
        coarse = np.linspace(ends[0], ends[1], num=PLACES)
        nearest = int(np.argmin([half(place) for place in coarse]))
        low, high = coarse[max(nearest - 1, 0)], coarse[min(nearest + 1, coarse.size - 1)]
        found = optimize.minimize_scalar(half, bounds=(low, high), method="bounded")
        corners.append(_lasso(design, target, float(np.exp(found.x))))
        best = min(corners, key=lambda c: at(c)[0])
    length, bias, error = at(best)
    linear = start + free @ best
    centre = float(linear @ estimates)
    return FixedLength(centre - length, centre + length, bias, error, linear)


def _lasso(design: Array, target: Array, penalty: float) -> Array:
    """Minimise ``|target + design c|^2 / 2 + penalty |c|_1`` by its pieces, exactly."""
    k = design.shape[1]
    gram, pull = design.T @ design, design.T @ target
    c: Array = np.zeros(k)
    if k:
        c -= np.linalg.solve(gram, pull)
    if penalty == 0.0 or not k:
        return c
    for _ in range(SWEEPS * k):
        before = c.copy()
        for j in range(k):
            rest = pull[j] + gram[j] @ c - gram[j, j] * c[j]
            c[j] = -np.sign(rest) * max(abs(rest) - penalty, 0.0) / gram[j, j]
        if np.abs(c - before).max() <= EXACT * max(1.0, np.abs(c).max()):
            break
    return c
