"""Nested synthetic control: importances of predictors chosen by the fit of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from econ.kernels.evaluation.nested_problem import (
    DECADES,
    NestedProblem,
    bounded_logs,
    rationalising_importance,
)
from econ.kernels.evaluation.simplex import simplex_weights

__all__ = [
    "BRIEF",
    "THOROUGH",
    "Effort",
    "NestedWeights",
    "nested_weights",
    "regression_importance",
]

Array = npt.NDArray[np.float64]
SHARE: Final = 1e-10
MATCHED: Final = "every predictor matched exactly"
ATTAINED: Final = "no weights fit the outcome better"
SAME: Final = 1e-6
RECOMBINED: Final = "recombination of these"
EXACT, HEAVY = 1e-6, 1e5
STEPS, BISECTIONS, PATIENCE = 80, 25, 3
ARMIJO, IDLE, TINY = 1e-4, 1e-7, 1e-300
WIDEST: Final = 6.0  # of one step, in logs
RANKS: Final = 3.0  # powers of ten between predictors of one rank and of the next
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


@dataclass(frozen=True)
class Effort:
    """How hard importances are searched.

    Parameters
    ----------
    screened : int
        Importances drawn, of which the most promising are starts.
    population, generations, finalists : int
        Of a recombination of where the searches ended: members, times, and how many of the last
        follow the slope once more.
    rounds : int
        Most recombinations; the search ends with the first but one that gains nothing.
    polished : bool
        Whether the best is moved on without the slope, past kinks.
    """

    screened: int
    population: int
    generations: int
    finalists: int
    rounds: int
    polished: bool


THOROUGH: Final = Effort(240, 30, 20, 6, rounds=3, polished=True)
BRIEF: Final = Effort(120, 20, 20, 4, rounds=1, polished=False)


def nested_weights(
    predictors: Array,
    outcomes: Array,
    *,
    starts: int,
    rng: np.random.Generator,
    given: Sequence[tuple[str, Array]] = (),
    effort: Effort = THOROUGH,
) -> NestedWeights:
    """Return donor weights whose predictor importances give the best fit of the outcome.

    Where some weights match every predictor, importances do not matter, and of these weights those
    that fit the outcome best are returned. Nor is anything searched where the weights that fit the
    outcome best of all can be rationalised: no importances do better. Elsewhere the inner problem
    is solved exactly; the outer one has kinks, plateaus and many optima, so it is searched from
    several starts: equal importances, the ones that are given, and the most promising of a screened
    sample in which importances spread over eight powers of ten or lie in three ranks. Each search
    follows the slope; where they ended is then recombined, and the best of all is polished without
    the slope.

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
    effort : Effort
        `THOROUGH`, or `BRIEF` for placebos by the hundred.

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
    problem = NestedProblem(predictors, outcomes)
    attained = _attained(problem)
    if attained is not None:
        return attained
    found: list[tuple[str, float, Array]]
    if k == 1:
        logs = np.zeros(1)
        found = [("equal importances", problem.loss(logs), logs)]
    else:
        named = [("equal importances", np.zeros(k))]
        named += [(name, _logs(value)) for name, value in given]
        sample = _sample(problem, k, effort.screened, rng)
        begun = (named + _promising(sample, max(0, starts - len(named))))[:starts]
        found = [(name, *_descended(problem, logs)) for name, logs in begun]
        members = [(loss, logs) for _, loss, logs in found + sample]
        best = min(members, key=lambda item: item[0])
        for round_ in range(effort.rounds):
            evolved = _recombined(problem, members, effort, rng)[: effort.finalists]
            members = [_descended(problem, logs) for _, logs in evolved] + members
            last, best = best, min(members, key=lambda item: item[0])
            if round_ and best[0] > last[0] * (1.0 - SAME):
                break
        if effort.polished:
            best = _polished(problem, *best, rng)
        found.append((RECOMBINED, *best))
    found = [(name, problem.exact_loss(logs), logs) for name, _, logs in found]
    found.sort(key=lambda item: item[1])
    shares = [np.exp(logs - logs.max()) for _, _, logs in found]
    return NestedWeights(
        tuple(name for name, _, _ in found),
        np.array([loss for _, loss, _ in found]),
        np.array([share / share.sum() for share in shares]),
        np.array([problem.weights(logs) for _, _, logs in found]),
    )


def _attained(problem: NestedProblem) -> NestedWeights | None:
    """Return the weights that fit the outcome best of all, if some importances lead to them."""
    weights = simplex_weights(problem.outcomes)
    importance = rationalising_importance(problem.predictors, weights)
    if importance is None:
        return None
    logs = _logs(importance)
    error = problem.outcomes @ weights
    least, found = float(error @ error) / len(error), problem.exact_loss(logs)
    if found > least * (1.0 + SAME):
        return None
    share = np.exp(logs)[None, :]
    solved = problem.weights(logs)[None, :]
    return NestedWeights((ATTAINED,), np.array([found]), share / share.sum(), solved)


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


def _sample(
    problem: NestedProblem, k: int, count: int, rng: np.random.Generator
) -> list[tuple[str, float, Array]]:
    """Return importances that spread widely or lie in three ranks, the best first."""
    ten, half = np.log(10.0), count // 2
    spread = -ten * rng.uniform(0.0, DECADES, (half, k))
    ranks = rng.integers(0, 3, (count - half, k)) * RANKS
    ranked = -ten * (ranks + rng.uniform(0.0, RANKS / 2.0, ranks.shape))
    sample = [("random importances", row) for row in spread]
    sample += [("predictors in ranks", row) for row in ranked]
    found = [(name, problem.exact_loss(logs), logs) for name, logs in sample]
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


def _descended(problem: NestedProblem, logs: Array) -> tuple[float, Array]:
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
    return loss, bounded_logs(at)


def _polished(
    problem: NestedProblem, loss: float, logs: Array, rng: np.random.Generator
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
    return (float(last.fun), bounded_logs(last.x)) if last.fun < loss else (loss, logs)


def _recombined(
    problem: NestedProblem,
    members: list[tuple[float, Array]],
    effort: Effort,
    rng: np.random.Generator,
) -> list[tuple[float, Array]]:
    """Return the descendants of where the searches ended and of the sample, the best first.

    Differential evolution: the difference of two members moves a third one, or the parent on its
    way to the best.
    """
    members = sorted(members, key=lambda item: item[0])[: effort.population]
    losses: Array = np.array([loss for loss, _ in members])
    logs: Array = np.array([log for _, log in members])
    n, k = logs.shape
    for _ in range(effort.generations):
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
            child = bounded_logs(np.where(kept[place], parent, base + factor * (two - three)))
            loss = problem.loss(child)
            if loss <= losses[place]:
                losses[place], logs[place] = loss, child
    order = np.argsort(losses, kind="stable")
    return [(float(losses[place]), logs[place]) for place in order]


def _compass(
    problem: NestedProblem, loss: float, logs: Array, rng: np.random.Generator
) -> tuple[float, Array]:
    """Return where steps along the axes and at random lead, halved when none helps."""
    k, step, left = len(logs), COMPASS, CROSSING
    while step > COMPASS_END and left > 0:
        moves = [sign * step * np.eye(k)[place] for place in rng.permutation(k) for sign in (1, -1)]
        moves += list(step * rng.standard_normal((k, k)))
        gained = False
        for move in moves:
            tried = bounded_logs(logs + move)
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
