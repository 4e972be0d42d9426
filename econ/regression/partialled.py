"""One regressor and the outcome, with all other regressors and the fixed effects taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from econ.errors import InputError, nearest
from econ.kernels.least_squares import orthogonal_factors
from econ.regression.absorption import Absorption
from econ.regression.design import Design
from econ.regression.differences import FirstDifferences, LongDifferences, differenced, steps_of
from econ.regression.estimation import Options, absorption_of, refuse_parts, selected, weighted
from econ.regression.fixed_effects import FixedEffects, with_unit_effects
from econ.regression.least_squares import OLS, WLS

__all__ = ["Partialled", "partialled"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
KINDS = (OLS, WLS, FixedEffects, FirstDifferences, LongDifferences)


@dataclass(frozen=True)
class Partialled:
    """A linear model seen from one of its regressors.

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
    absorption: Absorption | None
    design: Design

    def residuals(self, columns: Array) -> Array:
        """Return columns, which carry the roots of weights, without all that is taken out."""
        left = columns
        if self.absorption is not None:
            roots = None if self.design.weights is None else np.sqrt(self.design.weights)[:, None]
            plain = left if roots is None else left / roots
            left = self.absorption.residuals(plain)
            left = left if roots is None else left * roots
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
        raise InputError.one("bootstrap", "cluster", "no clusters", "name a column", value=name)


def partialled(estimator: Any, data: Any, term: str, needed: Sequence[str] = ()) -> Partialled:
    """Return the model of an estimator seen from one term.

    Raises
    ------
    InputError
        When the estimator is not linear, or has no such term.
    """
    if not isinstance(estimator, KINDS):
        mend = f"give one of {', '.join(kind.__name__ for kind in KINDS)}"
        name = type(estimator).__name__
        raise InputError.one("bootstrap", "estimator", "not for this estimator", mend, value=name)
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
    chosen = selected(
        design.exogenous.names, before, after[:, 1:], options.collinear, absorption is not None
    )
    place = _place(term, chosen.names)
    columns = np.delete(chosen.values, place, axis=1)
    others = orthogonal_factors(columns).q if columns.shape[1] else columns
    pair = np.column_stack([after[:, 0], chosen.values[:, place]])
    pair = pair - others @ (others.T @ pair)
    return Partialled(
        term=chosen.names[place],
        y=pair[:, 0],
        x=pair[:, 1],
        raw=design.exogenous.values[:, chosen.places[place]],
        others=others,
        absorption=absorption,
        design=design,
    )


def _place(term: str, names: Sequence[str]) -> int:
    plain = ["".join(name.split()) for name in names]
    wanted = "".join(str(term).split())
    if wanted not in plain:
        raise InputError.one("bootstrap", "term", "no such term", nearest(term, names), value=term)
    return plain.index(wanted)
