"""Nested synthetic control: importances of predictors chosen by the fit of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from econ.kernels.evaluation.simplex import simplex_weights

__all__ = ["NestedWeights", "nested_weights", "regression_importance"]

Array = npt.NDArray[np.float64]
DECADES: Final = 8.0  # importances down to this many powers of ten below the largest are tried
SHARE: Final = 1e-10
MATCHED: Final = "every predictor matched exactly"
RECOMBINED, POLISH = "recombination of these", "best of these"
EXACT, HEAVY = 1e-6, 1e5
SCREENED: Final = 240
STEPS, BISECTIONS, PATIENCE = 80, 25, 3
ARMIJO, IDLE, TINY = 1e-4, 1e-7, 1e-300
WIDEST: Final = 6.0  # of one step, in logs
ROUNDS, POPULATION, GENERATIONS, FINALISTS = 3, 30, 20, 6
CROSSING: Final = 300
COMPASS, COMPASS_END = 3.0, 1e-3


@dataclass(frozen=True)
class NestedWeights:
    """Where every start of the search ended; the first is the best.

    Parameters
    ----------
    starts : tuple of str, s
        What each search began from.
    losses : ndarray, shape (s,) [outcome squared]
        Mean squared error of the outcome before treatment.
    importances : ndarray, shape (s, k) [share]
        The diagonal of V, summing to one.
    weights : ndarray, shape (s, j) [share]
    """

    starts: tuple[str, ...]
    losses: Array
    importances: Array
    weights: Array


class _Nested:
    """The loss of a vector of log importances, and its slope; both without state but a count."""

    def __init__(self, predictors: Array, outcomes: Array) -> None:
        self.predictors, self.outcomes = predictors, outcomes

    def weights(self, logs: Array) -> Array:
        return simplex_weights(np.sqrt(np.exp(_bounded(logs)))[:, None] * self.predictors)

    def loss(self, logs: Array) -> float:
        error = self.outcomes @ self.weights(logs)
        return float(error @ error) / len(error)

    def loss_and_slope(self, logs: Array) -> tuple[float, Array]:
        """Differentiate the weights on their support by the Kuhn-Tucker conditions."""
        importance = np.exp(_bounded(logs))
        weights = simplex_weights(np.sqrt(importance)[:, None] * self.predictors)
        error = self.outcomes @ weights
        support = np.flatnonzero(weights > SHARE)
        near = self.predictors[:, support]
        n = len(support)
        system = np.zeros((n + 1, n + 1))
        system[:n, :n] = near.T @ (importance[:, None] * near)
        system[:n, n], system[n, :n] = 1.0, 1.0
        right = np.zeros(n + 1)
        right[:n] = 2.0 * self.outcomes[:, support].T @ error / len(error)
        try:
            shadow = np.linalg.solve(system, right)[:n]
        except np.linalg.LinAlgError:
            shadow = np.linalg.lstsq(system, right, rcond=None)[0][:n]
        slope = -(near @ shadow) * (near @ weights[support]) * importance
        return float(error @ error) / len(error), slope


def nested_weights(
    predictors: Array,
    outcomes: Array,
    *,
    starts: int,
    rng: np.random.Generator,
    given: Sequence[tuple[str, Array]] = (),
    thorough: bool = True,
) -> NestedWeights:
    """Return donor weights whose predictor importances give the best fit of the outcome.

    Where some weights match every predictor, importances do not matter, and of these weights those
    that fit the outcome best are returned. Elsewhere the inner problem is solved exactly; the outer
    one has kinks and many optima, so it is searched from several starts: equal importances, the
    ones that are given, and the most promising of a screened sample in which each predictor
    dominates in turn or importances spread over eight powers of ten. Each search follows the slope;
    where they ended is then recombined, and the best of all is polished without the slope.

    Parameters
    ----------
    predictors : ndarray, shape (k, j)
        Donors less the target, each predictor on a common scale.
    outcomes : ndarray, shape (t, j) [outcome]
        Donors less the target, in the periods that are to be fitted.
    starts : int
        Number of searches, at least one.
    rng : numpy.random.Generator
        For the sample.
    given : sequence of (str, ndarray of shape (k,))
        Named importances to start from.
    thorough : bool
        Screen a sample and recombine; else only search from equal importances and those given, for
        placebos by the hundred.

    Returns
    -------
    NestedWeights

    References
    ----------
    [abadie_diamond_hainmueller_2010], section 2.3 and appendix B; [becker_kloessner_2018] on the
    optima that published searches miss.

    Examples
    --------
    One predictor has one importance:

    >>> found = nested_weights(np.array([[-1.0, 1.0]]), np.array([[-2.0, 2.0]]), starts=1,
    ...                        rng=np.random.default_rng(0))
    >>> found.weights.round(9).tolist(), found.losses.round(9).tolist()
    ([[0.5, 0.5]], [0.0])
    """
    k = len(predictors)
    matched = _matched(predictors, outcomes)
    if matched is not None:
        error = outcomes @ matched
        loss = np.array([float(error @ error) / len(error)])
        return NestedWeights((MATCHED,), loss, np.full((1, k), 1.0 / k), matched[None, :])
    problem = _Nested(predictors, outcomes)
    found: list[tuple[str, float, Array]]
    if k == 1:
        logs = np.zeros(1)
        found = [("equal importances", problem.loss(logs), logs)]
    else:
        named = [("equal importances", np.zeros(k))]
        named += [(name, _logs(value)) for name, value in given]
        sample = _sample(problem, k, rng) if thorough else []
        begun = (named + _promising(sample, max(0, starts - len(named))))[:starts]
        found = [(name, *_descended(problem, logs)) for name, logs in begun]
        members = [(loss, logs) for _, loss, logs in found + sample]
        for _ in range(ROUNDS if thorough else 0):
            evolved = _recombined(problem, members, rng)[:FINALISTS]
            members = [_descended(problem, logs) for _, logs in evolved] + members
        best = min(members, key=lambda item: item[0])
        found.append((RECOMBINED if thorough else POLISH, *_polished(problem, *best, rng)))
    found.sort(key=lambda item: item[1])
    shares = [np.exp(logs - logs.max()) for _, _, logs in found]
    return NestedWeights(
        tuple(name for name, _, _ in found),
        np.array([loss for _, loss, _ in found]),
        np.array([share / share.sum() for share in shares]),
        np.array([problem.weights(logs) for _, _, logs in found]),
    )


def _matched(predictors: Array, outcomes: Array) -> Array | None:
    """Return the weights that fit the outcome best of those that match every predictor, if any."""
    size = np.abs(predictors).max(axis=1, keepdims=True)
    scaled = predictors / np.where(size > 0.0, size, 1.0)
    if np.abs(scaled @ simplex_weights(scaled)).max() > EXACT:
        return None
    heavy = HEAVY * np.abs(outcomes).max() * scaled
    weights = simplex_weights(np.vstack([heavy, outcomes]))
    return weights if np.abs(scaled @ weights).max() <= EXACT else None


def _logs(importance: Array) -> Array:
    """Return logs, floored so that a predictor without importance can win some."""
    floor = np.max(importance) * 10.0**-DECADES
    logs = np.log(np.maximum(importance, floor))
    below: Array = logs - logs.max()
    return below


def _sample(problem: _Nested, k: int, rng: np.random.Generator) -> list[tuple[str, float, Array]]:
    """Return importances of which one dominates or which spread widely, the best first."""
    ten = np.log(10.0)
    each = max(2, SCREENED // (2 * k))
    sample: list[tuple[str, Array]] = []
    for place in range(k):
        logs = -ten * rng.uniform(1.0, DECADES - 2.0, (each, k))
        logs[:, place] = 0.0
        sample += [(f"predictor {place + 1} dominant", row) for row in logs]
    spread = -ten * rng.uniform(0.0, DECADES, (SCREENED // 2, k))
    sample += [("random importances", row) for row in spread]
    found = [(name, problem.loss(logs), logs) for name, logs in sample]
    return sorted(found, key=lambda item: item[1])


def _promising(sample: list[tuple[str, float, Array]], count: int) -> list[tuple[str, Array]]:
    """Return the best of a sample, no two of one loss, for these lie in one basin."""
    chosen: list[tuple[str, Array]] = []
    last = -np.inf
    for name, loss, logs in sample:
        if len(chosen) == count:
            break
        if loss - last > SHARE * loss:
            chosen.append((name, logs))
            last = loss
    return chosen


def _descended(problem: _Nested, logs: Array) -> tuple[float, Array]:
    """Return the loss and the logs where the slope leads.

    Quasi-Newton steps with a bisecting line search that asks for the weak Wolfe conditions only:
    these pass the kinks at which stronger ones stop.
    """
    at = logs
    loss, slope = problem.loss_and_slope(at)
    k = len(at)
    inverse = np.eye(k) / max(float(np.linalg.norm(slope)), TINY)
    idle = 0
    for _ in range(STEPS):
        step = -inverse @ slope
        falls = float(slope @ step)
        if not falls < 0.0:
            break
        widest = float(np.abs(step).max())
        if widest > WIDEST:
            step, falls = step * (WIDEST / widest), falls * (WIDEST / widest)
        low, high, length = 0.0, np.inf, 1.0
        for _ in range(BISECTIONS):
            ahead = at + length * step
            found, next_slope = problem.loss_and_slope(ahead)
            if found > loss + ARMIJO * length * falls:
                high = length
            elif float(next_slope @ step) < falls / 2.0:
                low = length
            else:
                break
            length = 2.0 * low if np.isinf(high) else (low + high) / 2.0
        if not found < loss:
            break
        moved, turned = ahead - at, next_slope - slope
        idle = idle + 1 if loss - found < IDLE * loss else 0
        at, loss, slope = ahead, found, next_slope
        if idle == PATIENCE:
            break
        curvature = float(moved @ turned)
        if curvature > 0.0:
            ratio = np.eye(k) - np.outer(moved, turned) / curvature
            inverse = ratio @ inverse @ ratio.T + np.outer(moved, moved) / curvature
    return loss, _bounded(at)


def _polished(
    problem: _Nested, loss: float, logs: Array, rng: np.random.Generator
) -> tuple[float, Array]:
    """Return the loss and the logs beyond the kinks at which the slope stops."""
    loss, logs = _compass(problem, loss, logs, rng)
    options = {
        "xatol": 1e-4,
        "fatol": 1e-9 * loss,
        "maxfev": STEPS * len(logs),
        "adaptive": True,
    }
    last = minimize(problem.loss, logs, method="Nelder-Mead", options=options)
    return (float(last.fun), _bounded(last.x)) if last.fun < loss else (loss, logs)


def _recombined(
    problem: _Nested, members: list[tuple[float, Array]], rng: np.random.Generator
) -> list[tuple[float, Array]]:
    """Return the descendants of where the searches ended and of the sample, the best first.

    Differential evolution: the difference of two members moves a third one, or the parent on its
    way to the best.
    """
    members = sorted(members, key=lambda item: item[0])[:POPULATION]
    losses: Array = np.array([loss for loss, _ in members])
    logs: Array = np.array([log for _, log in members])
    n, k = logs.shape
    for _ in range(GENERATIONS):
        best = logs[losses.argmin()].copy()
        partners = rng.integers(n, size=(n, 3))
        factors = rng.uniform(0.4, 1.0, size=(n,))
        lean = rng.random(size=(n,)) < 0.5
        kept = rng.random((n, k)) < 0.3
        kept[np.arange(n), rng.integers(k, size=n)] = False
        for place in range(n):
            parent, factor = logs[place], factors[place]
            one, two, three = logs[partners[place]]
            base = parent + factor * (best - parent) if lean[place] else one
            child = _bounded(np.where(kept[place], parent, base + factor * (two - three)))
            loss = problem.loss(child)
            if loss <= losses[place]:
                losses[place], logs[place] = loss, child
    order = np.argsort(losses, kind="stable")
    return [(float(losses[place]), logs[place]) for place in order]


def _bounded(logs: Array) -> Array:
    below: Array = np.maximum(logs - logs.max(), -np.log(10.0) * DECADES)
    return below


def _compass(
    problem: _Nested, loss: float, logs: Array, rng: np.random.Generator
) -> tuple[float, Array]:
    """Return where steps along the axes and at random lead, halved when none helps."""
    k, step, left = len(logs), COMPASS, CROSSING
    while step > COMPASS_END and left > 0:
        moves = [sign * step * np.eye(k)[place] for place in rng.permutation(k) for sign in (1, -1)]
        moves += list(step * rng.standard_normal((k, k)))
        gained = False
        for move in moves:
            tried = _bounded(logs + move)
            value = problem.loss(tried)
            left -= 1
            if value < loss * (1.0 - SHARE):
                loss, logs, gained = value, tried, True
        if not gained:
            step /= 2.0
    return loss, logs


def regression_importance(predictors: Array, outcomes: Array) -> Array:
    """Return importances from a regression of the outcome on the predictors over all units.

    Parameters
    ----------
    predictors : ndarray, shape (k, n)
        On a common scale; the treated unit among the columns.
    outcomes : ndarray, shape (t, n) [outcome]

    Returns
    -------
    ndarray, shape (k,) [share]
        Proportional to the sum over periods of squared coefficients.

    References
    ----------
    [abadie_diamond_hainmueller_2010], as their package Synth starts its search.

    Examples
    --------
    >>> x = np.array([[0.0, 1.0, 2.0, 3.0], [1.0, -1.0, -1.0, 1.0]])
    >>> regression_importance(x, 2.0 * x[:1]).round(9).tolist()
    [1.0, 0.0]
    """
    k, n = predictors.shape
    design = np.column_stack([np.ones(n), predictors.T])
    coefficients = np.linalg.lstsq(design, outcomes.T, rcond=None)[0][1:]
    squares = (coefficients**2).sum(axis=1)
    total = squares.sum()
    shares: Array = squares / total if total > 0.0 else np.full(k, 1.0 / k)
    return shares
