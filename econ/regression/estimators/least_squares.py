"""Ordinary and weighted least squares."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import InputError
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import (
    Configured,
    Options,
    fit_least_squares,
    refuse_parts,
)
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["OLS", "WLS"]


@dataclass(frozen=True)
class OLS:
    """Ordinary least squares.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors``; see `econ.regression.formula.formula.Formula.parse`.
    vcov : str or mapping, optional
        Standard errors; clustered by unit on a `Panel`, HC1 elsewhere, where left out.
    weights : str
        A column of weights, proportional to the inverse variance of each row.
    level : float [-]
        Of the intervals.
    small_sample : {"fixest", "stata", "cgm", "demeaned", "plm", "none"}
        Convention of the small-sample factor and of the degrees of freedom.
    collinear : {"refuse", "drop"}
        What happens to a term that others contain.

    References
    ----------
    [wooldridge_2010], chapter 4.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [0.0, 1.0, 2.0]})
    >>> OLS("y ~ x", vcov="iid").fit(frame).params.round(4).to_dict()
    {'Intercept': 0.8333, 'x': 1.5}
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
        return _fit("OLS", self, data)


@dataclass(frozen=True)
class WLS:
    """Weighted least squares: `OLS` that cannot go without weights.

    Parameters
    ----------
    formula, vcov, level, small_sample, collinear
        As for `OLS`.
    weights : str
        A column of weights, proportional to the inverse variance of each row.

    References
    ----------
    [wooldridge_2010], section 4.2.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [0.0, 1.0, 2.0], "n": [1.0, 1.0, 2.0]})
    >>> WLS("y ~ x", weights="n", vcov="iid").fit(frame).params.round(4).to_dict()
    {'Intercept': 0.8182, 'x': 1.5455}
    """

    formula: str
    weights: str = ""
    vcov: VcovSpec = None
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
        if isinstance(self.weights, str) and not self.weights:
            raise InputError.one("estimator", "weights", "no weights", "name a column, or use OLS")
        return _fit("Weighted least squares", self, data)


def _fit(name: str, estimator: Configured, data: Panel | Dataset | pd.DataFrame) -> Fit:
    options = Options.read(estimator)
    refuse_parts(options.formula, effects=False, instruments=False)
    design = Design.build(options.formula, data, weights=estimator.weights, needed=options.needed)
    name = "Weighted least squares" if estimator.weights else name
    return fit_least_squares(name, design, options)
