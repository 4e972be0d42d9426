"""How donors are weighted: by the outcome alone, by nested predictors, or ridge-augmented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.predictor_weights import (
    THOROUGH,
    Effort,
    NestedWeights,
    nested_weights,
    regression_importance,
)
from econ.kernels.evaluation.ridge_augmentation import RidgeChoice, augmented_weights, chosen_ridge
from econ.kernels.evaluation.simplex import simplex_weights
from econ.quantity.design import seed_faults
from econ.regression.evaluation.synthetic.pool import Pool

__all__ = ["METHODS", "Weighted", "Weighting"]

Array = npt.NDArray[np.float64]
METHODS: Final = ("nested", "outcome", "augmented")
RIDGE_PERIODS: Final = 3


@dataclass(frozen=True)
class Weighted:
    """Weights, and how they were found.

    Parameters
    ----------
    weights, outcome_only : ndarray, shape (j,)
        Those of the method, and those that fit the outcome alone.
    importance : ndarray, shape (k,) [share]
        Of the predictors; empty without them.
    searches : tuple of NestedWeights
        Of the importances, each from starts of its own.
    ridge : RidgeChoice, optional
    """

    weights: Array
    outcome_only: Array
    importance: Array
    searches: tuple[NestedWeights, ...] = ()
    ridge: RidgeChoice | None = None


@dataclass(frozen=True)
class Weighting:
    """Method and its options.

    Parameters
    ----------
    method : {"nested", "outcome", "augmented"}
    starts, searches : int
        Starts of each search of the importances, and independent searches.
    seed : int
        Of the starts.
    importance : sequence of float
        The diagonal of V, where it is given and not searched.
    ridge : float, optional
        The penalty of the augmentation; by cross-validation where left out.
    one_standard_error : bool
        The rule of that cross-validation.
    effort : Effort
        Of each search.
    began : tuple of (str, ndarray)
        Named importances to begin from.
    """

    method: Literal["nested", "outcome", "augmented"]
    starts: int = 12
    searches: int = 2
    seed: int = 0
    importance: Sequence[float] = ()
    ridge: float | None = None
    one_standard_error: bool = True
    effort: Effort = THOROUGH
    began: tuple[tuple[str, Array], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        faults = []
        if self.method not in METHODS:
            mend = nearest(self.method, METHODS)
            faults.append(Fault("synthetic control", "method", "unknown", mend, value=self.method))
        faults += [
            Fault("synthetic control", name, "no number of them", "write 1 or more", value=number)
            for name, number in (("starts", self.starts), ("searches", self.searches))
            if not isinstance(number, int) or number < 1
        ]
        faults += seed_faults(self.seed, "synthetic control")
        try:
            held = tuple(float(value) for value in self.importance)
        except (TypeError, ValueError):
            held = ()
            mend = "give one number for each predictor"
            shown = str(self.importance)
            faults.append(Fault("predictors", "importance", "no numbers", mend, value=shown))
        object.__setattr__(self, "importance", held)
        if self.ridge is not None and not (isinstance(self.ridge, Real) and self.ridge > 0.0):
            mend = "write a positive number, or leave it to cross-validation"
            faults.append(Fault("synthetic control", "ridge", "no penalty", mend, value=self.ridge))
        InputError.raise_if(faults)

    def faults(self, pool: Pool) -> list[Fault]:
        """Return what the method lacks in a pool."""
        faults = []
        k = len(pool.names)
        if self.method == "nested" and not k:
            mend = 'give predictors, or choose method="outcome"'
            faults.append(Fault("synthetic control", "predictors", "none to match", mend))
        if pool.training_names and len(pool.training_names) != k:
            shown = f"{len(pool.training_names)} for {k}"
            mend = "give each predictor its training period, in the same order"
            faults.append(Fault("predictors", "training", "not as many", mend, value=shown))
        given = np.asarray(self.importance, dtype=np.float64)
        usable = given.shape == (k,) and np.isfinite(given).all() and (given >= 0.0).all()
        if self.importance and not (usable and given.sum() > 0.0):
            mend = f"give {k} numbers, none negative, one for each predictor"
            shown = str(tuple(self.importance))
            faults.append(Fault("predictors", "importance", "no weights", mend, value=shown))
        if self.method == "augmented" and self.ridge is None and pool.before < RIDGE_PERIODS:
            mend = "give ridge=, or bring three periods before the event"
            problem = "too few periods to choose the penalty"
            faults.append(Fault("synthetic control", "ridge", problem, mend, value=pool.before))
        constant = pool.predictors.std(axis=0) == 0.0 if k else np.zeros(0, dtype=bool)
        faults += [
            Fault("predictors", name, "the same for every unit", "leave it out")
            for name, same in zip(pool.names, constant, strict=True)
            if same
        ]
        return faults

    def of(self, pool: Pool) -> Weighted:
        """Return the weights of a pool's donors."""
        fitted = pool.outcomes[:, pool.fitted]
        distances = (fitted[1:] - fitted[0]).T
        outcome_only = simplex_weights(distances)
        none = np.zeros(0)
        if self.method == "outcome":
            return Weighted(outcome_only, outcome_only, none)
        if self.method == "augmented":
            donors, target = fitted[1:].T, fitted[0]
            rule = self.one_standard_error
            choice = None
            if self.ridge is None:
                choice = chosen_ridge(donors, target, one_standard_error=rule)
            ridge = choice.ridge if choice else float(self.ridge or 0.0)
            weights = augmented_weights(donors, target, outcome_only, ridge)
            return Weighted(weights, outcome_only, none, ridge=choice)
        final = _scaled(pool.predictors)
        apart = (final[1:] - final[0]).T
        if self.importance:
            importance = np.asarray(self.importance, dtype=np.float64)
            importance = importance / importance.sum()
            weights = simplex_weights(np.sqrt(importance)[:, None] * apart)
            return Weighted(weights, outcome_only, importance)
        matched = _scaled(pool.training) if pool.training_names else final
        given = (*self.began, ("regression", regression_importance(matched.T, fitted.T)))
        between = (matched[1:] - matched[0]).T
        searches = []
        for place in range(self.searches):
            rng = np.random.default_rng([self.seed, place])
            searches.append(
                nested_weights(
                    between,
                    distances,
                    starts=self.starts,
                    rng=rng,
                    given=given,
                    effort=self.effort,
                )
            )
            if not place and len(searches[0].starts) == 1:
                break  # one predictor, or all of them matched: nothing is searched
        best = min(searches, key=lambda search: float(search.losses[0]))
        importance = best.importances[0]
        weights = best.weights[0]
        if pool.training_names:
            weights = simplex_weights(np.sqrt(importance)[:, None] * apart)
        return Weighted(weights, outcome_only, importance, tuple(searches))


def _scaled(predictors: Array) -> Array:
    """Return predictors over their standard deviation among all units."""
    spread = predictors.std(axis=0, ddof=1)
    scaled: Array = predictors / np.where(spread > 0.0, spread, 1.0)
    return scaled
