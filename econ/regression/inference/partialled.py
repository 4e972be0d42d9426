"""A linear regression with its effects taken out, and the same seen from one of its regressors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from econ.errors import InputError, nearest
from econ.kernels.regression.least_squares import orthogonal_factors
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.estimators.differences import (
    FirstDifferences,
    LongDifferences,
    differenced,
    steps_of,
)
from econ.regression.estimators.estimation import (
    Options,
    absorption_of,
    refuse_parts,
    selected,
    weighted,
)
from econ.regression.estimators.fixed_effects import FixedEffects, with_unit_effects
from econ.regression.estimators.least_squares import OLS, WLS

__all__ = ["Partialled", "Regression", "partialled", "regression"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
KINDS = (OLS, WLS, FixedEffects, FirstDifferences, LongDifferences)


@dataclass(frozen=True)
class Regression:
    """A linear regression as it is solved: effects taken out, times the roots of weights.

    Parameters
    ----------
    names : tuple of str
    places : tuple of int
        Of the terms among the columns of the design.
    columns : ndarray, shape (n, k)
    y : ndarray, shape (n,)
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    columns: Array
    y: Array
    absorption: Absorption | None
    design: Design

    @cached_property
    def residuals(self) -> Array:
        """What the regressors leave of the outcome, shape (n,)."""
        left: Array = self.y - self.columns @ orthogonal_factors(self.columns).solve(self.y)
        return left

    @property
    def absorbed(self) -> int:
        """Degrees of freedom of the fixed effects."""
        return 0 if self.absorption is None else self.absorption.degrees

    def without_effects(self, columns: Array) -> Array:
        """Return columns, which carry the roots of weights, without the fixed effects."""
        if self.absorption is None:
            return columns
        if self.design.weights is None:
            return self.absorption.residuals(columns)
        roots = np.sqrt(self.design.weights)[:, None]
        return self.absorption.residuals(columns / roots) * roots


@dataclass(frozen=True)
class Partialled:
    """A linear regression seen from one of its regressors.

    Parameters
    ----------
    term : str
    y, x : ndarray, shape (n,)
        Outcome and regressor, all others taken out, times the roots of weights.
    raw : ndarray, shape (n,)
        The regressor as it came.
    others : ndarray, shape (n, k)
        Orthonormal columns of the other regressors, effects taken out, times the roots of weights.
    """

    term: str
    y: Array
    x: Array
    raw: Array
    others: Array
    whole: Regression

    @property
    def design(self) -> Design:
        """Design of the regression."""
        return self.whole.design

    @property
    def absorption(self) -> Absorption | None:
        """Its fixed effects."""
        return self.whole.absorption

    def residuals(self, columns: Array) -> Array:
        """Return columns, which carry the roots of weights, without all that is taken out."""
        left = self.whole.without_effects(columns)
        found: Array = left - self.others @ (self.others.T @ left)
        return found

    def clusters(self, name: str) -> Codes:
        """Return the codes of a column; of the first effect or the unit where none is named.

        Raises
        ------
        InputError
            When there is neither.
        """
        if name:
            return self.design.codes(name)
        if self.design.effects:
            return self.design.effects[0]
        if self.design.panel is not None:
            return self.design.codes(self.design.panel.unit)
        raise InputError.one("bootstrap", "cluster", "no clusters", "name a column")


def regression(estimator: Any, data: Any, needed: Sequence[str] = ()) -> Regression:
    """Return the regression of a linear estimator on data.

    Raises
    ------
    InputError
        When the estimator is not linear, and with every fault of the data.
    """
    if not isinstance(estimator, KINDS):
        mend = f"give one of {', '.join(kind.__name__ for kind in KINDS)}"
        name = type(estimator).__name__
        raise InputError.one("estimator", "", "not for this estimator", mend, value=name)
    options = Options.read(estimator)
    absorbs = isinstance(estimator, FixedEffects)
    refuse_parts(options.formula, effects=absorbs, instruments=False)
    formula = options.formula
    if absorbs:
        formula = with_unit_effects(formula, data)
    elif isinstance(estimator, FirstDifferences | LongDifferences):
        formula = differenced(formula, steps_of(estimator, data), data.frame)
    design = Design.build(
        formula,
        data,
        weights=estimator.weights,
        needed=(*options.needed, *needed),
        drop_singletons=absorbs,
    )
    absorption = absorption_of(design)
    both = np.column_stack([design.y, design.exogenous.values])
    inside = both if absorption is None else absorption.residuals(both)
    before = weighted(design.exogenous.values, design.weights)
    after = weighted(inside, design.weights)
    names = design.exogenous.names
    chosen = selected(names, before, after[:, 1:], options.collinear, absorption is not None)
    if not chosen.names:
        raise InputError.one("formula", "", "no regressors", "write at least one term")
    return Regression(chosen.names, chosen.places, chosen.values, after[:, 0], absorption, design)


def partialled(estimator: Any, data: Any, term: str, needed: Sequence[str] = ()) -> Partialled:
    """Return the regression of a linear estimator seen from one term.

    Raises
    ------
    InputError
        When the estimator is not linear, or has no such term.
    """
    whole = regression(estimator, data, needed)
    place = _place(term, whole.names)
    columns = np.delete(whole.columns, place, axis=1)
    others = orthogonal_factors(columns).q if columns.shape[1] else columns
    pair = np.column_stack([whole.y, whole.columns[:, place]])
    pair = pair - others @ (others.T @ pair)
    raw = whole.design.exogenous.values[:, whole.places[place]]
    return Partialled(whole.names[place], pair[:, 0], pair[:, 1], raw, others, whole)


def _place(term: str, names: Sequence[str]) -> int:
    plain = ["".join(name.split()) for name in names]
    wanted = "".join(str(term).split())
    if wanted not in plain:
        problem = "no such term"
        raise InputError.one("estimator", "term", problem, nearest(term, names), value=term)
    return plain.index(wanted)
