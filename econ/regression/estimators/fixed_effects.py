"""Panel fixed effects, one way and many."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import InputError
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import (
    Options,
    absorption_of,
    fit_of,
    least_squares,
    refuse_parts,
    selected,
    variance_shares,
    weighted,
)
from econ.regression.formula.formula import Formula
from econ.regression.formula.terms import Effect
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["FixedEffects", "with_unit_effects"]


@dataclass(frozen=True)
class FixedEffects:
    """Least squares with fixed effects, taken out of every column before the regression.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors | unit + time``; on a `Panel` the effects may be left out, and are
        then those of its unit.
    vcov : str or mapping, optional
        Standard errors; clustered by the first fixed effect where left out.
    weights : str
        A column of weights.
    level : float [-]
        Of the intervals.
    small_sample : {"fixest", "stata", "cgm", "demeaned", "plm", "none"}
        Convention of the small-sample factor and of the degrees of freedom.
    collinear : {"refuse", "drop"}
        What happens to a term that others, or the fixed effects, contain.

    Notes
    -----
    Rows that are alone in a fixed effect say nothing of the regressors and are left out, as
    `Fit.sample` reports.

    References
    ----------
    [wooldridge_2010], section 10.5.

    Examples
    --------
    >>> frame = pd.DataFrame({"firm": list("aabb"), "value": [0.0, 1.0, 0.0, 2.0]})
    >>> frame["inv"] = [1.0, 3.0, 5.0, 9.0]
    >>> FixedEffects("inv ~ value | firm").fit(frame).params.round(9).to_dict()
    {'value': 2.0}
    """

    formula: str
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates.

        Raises
        ------
        InputError
            With every fault of the configuration or of the data.
        """
        options = Options.read(self)
        refuse_parts(options.formula, effects=True, instruments=False)
        formula = with_unit_effects(options.formula, data)
        design = Design.build(
            formula, data, weights=self.weights, needed=options.needed, drop_singletons=True
        )
        absorption = absorption_of(design)
        assert absorption is not None
        both = np.column_stack([design.y, design.exogenous.values])
        partialled = weighted(absorption.residuals(both), design.weights)
        chosen = selected(
            design.exogenous.names,
            weighted(design.exogenous.values, design.weights),
            partialled[:, 1:],
            options.collinear,
            absorbed=True,
        )
        if not chosen.names:
            raise InputError.one("formula", "", "no regressors", "write at least one term")
        y = partialled[:, 0]
        solved = least_squares(chosen.values, y, absorption)
        statistics = variance_shares(design, solved, y, intercept=True)
        return fit_of(
            "Fixed effects",
            design,
            chosen.names,
            solved,
            options,
            statistics=statistics,
            diagnostics=chosen.diagnostics,
        )


def with_unit_effects(formula: Formula, data: Panel | Dataset | pd.DataFrame) -> Formula:
    """Return the formula with the effects of the panel's unit where it names none.

    Raises
    ------
    InputError
        When neither the formula nor the data say what the effects are of.
    """
    if any(not effect.slope for effect in formula.effects):
        return formula
    if isinstance(data, Panel):
        terms = tuple(term for term in formula.terms if term.factors)
        return replace(formula, terms=terms, effects=(Effect((data.unit,)), *formula.effects))
    mend = 'write "y ~ x | unit + time", or fit an econ.Panel'
    raise InputError.one("formula", "", "no fixed effects", mend, value=formula.text)
