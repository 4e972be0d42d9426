"""The effect of a treatment where other units are seen before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from econ.kernels.evaluation.doubly_robust import (
    Effect,
    Method,
    orthogonal_columns,
    propensity_scores,
    tilted_odds,
)
from econ.kernels.evaluation.group_time import Base, Controls, GroupTime, effects_of_cohorts

__all__ = ["cross_section_effects", "effect_on_levels"]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Mean:
    """A weighted mean and what every row moves it."""

    value: float
    influence: Array

    @classmethod
    def of(cls, weights: Array, values: Array) -> _Mean:
        total = weights.mean()
        value = float((weights * values).mean() / total)
        return cls(value, weights * (values - value) / total)


@dataclass(frozen=True)
class _Line:
    """A weighted regression: fitted values of all rows, and what every row moves its slopes."""

    fitted: Array
    influence: Array

    @classmethod
    def of(cls, y: Array, covariates: Array, weights: Array) -> _Line | None:
        n = len(y)
        weighted = weights[:, None] * covariates
        gram = weighted.T @ covariates / n
        if np.linalg.matrix_rank(gram, hermitian=True) < len(gram):
            return None
        fitted = covariates @ np.linalg.solve(gram, weighted.T @ y / n)
        scores = weighted * (y - fitted)[:, None]
        return cls(fitted, _solved(gram, scores))

    def held(self) -> _Line:
        """Return the line as if it were known."""
        return _Line(self.fitted, np.zeros_like(self.influence))


@dataclass(frozen=True)
class _Sample:
    """Outcomes and weights of the treated, of the controls, and of the two cross-sections."""

    outcome: Array
    on: Array
    control: Array
    sides: tuple[Array, Array]
    covariates: Array

    def means(self) -> Effect:
        """Return the change of the treated less that of the controls, without covariates."""
        groups = (self.on, self.control)
        means = [_Mean.of(side * group, self.outcome) for group in groups for side in self.sides]
        return _summed(list(zip((-1.0, 1.0, 1.0, -1.0), means, strict=True)))

    def regressed(self, lines: Sequence[_Line]) -> Effect:
        """Return the change of the treated less that predicted for them from the controls."""
        before, later = (_Mean.of(side * self.on, self.outcome) for side in self.sides)
        predicted = _Mean.of(self.on, lines[1].fitted - lines[0].fitted)
        found = _summed([(1.0, later), (-1.0, before), (-1.0, predicted)])
        moved = (lines[1].influence - lines[0].influence) @ self.mean(self.on)
        return Effect(found.value, found.influence - moved)

    def reweighted(self, lines: Sequence[_Line], logit: Array | None) -> Effect:
        """Return the same beyond what the lines fit, with controls reweighted."""
        value, influence = 0.0, np.zeros(len(self.outcome))
        for sign, side, line in zip((-1.0, 1.0), self.sides, lines, strict=True):
            left = self.outcome - line.fitted
            own, others = side * self.on, side * self.control
            first, second = _Mean.of(own, left), _Mean.of(others, left)
            apart = self.mean(others) - self.mean(own)
            moved = first.influence - second.influence + line.influence @ apart
            if logit is not None:
                moved = moved - logit @ (second.influence @ self.covariates / len(left))
            value += sign * (first.value - second.value)
            influence = influence + sign * moved
        return Effect(value, influence)

    def shared(self, own: Sequence[_Line], controls: Sequence[_Line]) -> Effect:
        """Return what the treated of both cross-sections tell of the change in each."""
        value, influence = 0.0, np.zeros(len(self.outcome))
        for sign, side, mine, theirs in zip((-1.0, 1.0), self.sides, own, controls, strict=True):
            apart = mine.fitted - theirs.fitted
            every, some = _Mean.of(self.on, apart), _Mean.of(side * self.on, apart)
            slope = self.mean(self.on) - self.mean(side * self.on)
            moved = every.influence - some.influence
            moved = moved + (mine.influence - theirs.influence) @ slope
            value += sign * (every.value - some.value)
            influence = influence + sign * moved
        return Effect(value, influence)

    def mean(self, weights: Array) -> Array:
        """Return mean covariates, shape (k,)."""
        found: Array = weights @ self.covariates / weights.sum()
        return found


def _summed(parts: Sequence[tuple[float, _Mean]]) -> Effect:
    value = float(sum(sign * part.value for sign, part in parts))
    return Effect(value, np.sum([sign * part.influence for sign, part in parts], axis=0))


def effect_on_levels(
    outcome: Array,
    treated: Array,
    after: Array,
    covariates: Array,
    *,
    weights: Array,
    method: Method = "dr",
) -> Effect:
    """Return the average effect on the treated from two cross-sections of other units.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Of rows before and after.
    treated, after : ndarray, shape (n,)
        One or zero.
    covariates : ndarray, shape (n, k)
        With a column of ones.
    weights : ndarray, shape (n,)
        Of the sample.
    method : {"dr", "imp", "reg", "ipw"}
        As `effect_on_changes`; the two doubly robust ones are locally efficient: they also fit the
        treated, and need their covariates to be distributed alike before and after.

    Returns
    -------
    Effect

    References
    ----------
    [santanna_zhao_2020] (estimators for repeated cross-sections and their influence functions),
    as ``DRDID`` has them.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 5.0, 8.0, 1.0, 1.0, 2.0, 3.0])
    >>> found = effect_on_levels(y, np.repeat([1.0, 0.0], 4), np.tile([0.0, 0.0, 1.0, 1.0], 2),
    ...                          np.ones((8, 1)), weights=np.ones(8))
    >>> found.value, found.influence.tolist()
    (3.5, [2.0, -2.0, -6.0, 6.0, 0.0, 0.0, 2.0, -2.0])
    """
    n = len(outcome)
    weights = weights / weights.mean()
    on, off = weights * treated, weights * (1.0 - treated)
    sides = (1.0 - after, after)
    none = Effect(float("nan"), np.full(n, np.nan))
    if not all((side * group).sum() > 0.0 for side in sides for group in (on, off)):
        return none
    sample = _Sample(outcome, on, off, sides, covariates)
    if covariates.shape[1] == 1:
        return sample.means()
    even = orthogonal_columns(covariates)
    if even is None:
        return none
    covariates, sample = even, replace(sample, covariates=even)
    if method == "reg":
        lines = _lines(sample, off)
        return sample.regressed(lines) if lines else none
    odds, logit = _odds(treated, covariates, weights, method)
    if odds is None:
        return none
    sample = replace(sample, control=off * odds)
    if method == "ipw":
        flat = _Line(np.zeros(n), np.zeros_like(covariates))
        return sample.reweighted([flat, flat], logit)
    controls = _lines(sample, sample.control if method == "imp" else off)
    own = _lines(sample, on)
    if not (controls and own):
        return none
    if method == "imp":  # its first steps are made so that they do not move the effect
        controls, own = [line.held() for line in controls], [line.held() for line in own]
    first, second = sample.reweighted(controls, logit), sample.shared(own, controls)
    return Effect(first.value + second.value, first.influence + second.influence)


def _lines(sample: _Sample, weights: Array) -> list[_Line]:
    """Return the regressions before and after; none where the covariates are collinear in one."""
    found = [_Line.of(sample.outcome, sample.covariates, side * weights) for side in sample.sides]
    return [line for line in found if line is not None] if None not in found else []


def _odds(
    treated: Array, covariates: Array, weights: Array, method: Method
) -> tuple[Array | None, Array | None]:
    """Return odds of treatment, and what every row moves the coefficients of their logit."""
    if method == "imp":
        return tilted_odds(covariates, weights * treated, weights * (1.0 - treated)), None
    scores = propensity_scores(treated, covariates, weights)
    if scores is None:
        return None, None
    curve = (weights * scores * (1.0 - scores))[:, None] * covariates
    moved = (weights * (treated - scores))[:, None] * covariates
    return scores / (1.0 - scores), _solved(curve.T @ covariates / len(scores), moved)


def _solved(gram: Array, rows: Array) -> Array:
    found: Array = np.linalg.solve(gram, rows.T).T.astype(np.float64)
    return found


def cross_section_effects(
    outcome: Array,
    period: npt.NDArray[np.int64],
    cohorts: Array,
    times: Array,
    *,
    covariates: Array,
    weights: Array,
    clusters: npt.NDArray[np.int64],
    method: Method = "dr",
    control: Controls = "never",
    anticipation: int = 0,
    bases: Sequence[Base] = ("varying",),
) -> tuple[GroupTime, ...]:
    """Return the effect on every cohort in every period where rows are of other units each time.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    period : ndarray of int, shape (n,)
        Place in `times`.
    cohorts : ndarray, shape (n,) [period]
        Of the first treatment of the row's place or kind, infinite for never.
    times : ndarray, shape (t,) [period]
    covariates : ndarray, shape (n, k)
        With a column of ones.
    weights : ndarray, shape (n,)
    clusters : ndarray of int, shape (n,)
        Codes from zero.
    method, control, anticipation, bases
        As `group_time_effects`.

    Returns
    -------
    tuple of GroupTime

    References
    ----------
    [callaway_santanna_2021], appendix B; R's ``did`` with ``panel = FALSE``.

    Examples
    --------
    >>> (found,) = cross_section_effects(
    ...     np.array([0.0, 4.0, 0.0, 1.5]), np.array([0, 1, 0, 1]),
    ...     np.array([1.0, 1.0, np.inf, np.inf]), np.array([0.0, 1.0]), covariates=np.ones((4, 1)),
    ...     weights=np.ones(4), clusters=np.arange(4))
    >>> found.values.tolist()
    [2.5]
    """
    weights = weights / weights.mean()

    def compared(own: Flags, others: Flags, place: int, start: int) -> Effect:
        after = period == place
        inside = np.asarray((own | others) & (after | (period == start)), dtype=bool)
        found = effect_on_levels(
            outcome[inside],
            own[inside].astype(float),
            after[inside].astype(float),
            covariates[inside],
            weights=weights[inside],
            method=method,
        )
        return found.among(inside)

    return effects_of_cohorts(
        compared,
        cohorts,
        times,
        weights=weights,
        clusters=clusters,
        control=control,
        anticipation=anticipation,
        bases=bases,
    )
