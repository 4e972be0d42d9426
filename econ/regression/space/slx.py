"""Spatial lags of the regressors (SLX)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.regression.estimators.estimation import (
    Options,
    fit_of,
    least_squares,
    selected,
    variance_shares,
)
from econ.regression.space.design import Data, SpatialDesign
from econ.regression.space.links import Links
from econ.regression.space.results import SpatialFit, with_effects
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["SLX"]


@dataclass(frozen=True)
class SLX:
    """Least squares with spatial lags of the regressors.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors``.
    W : SpatialWeights
    unit : str
        Column of the data that names the unit; its index where left out.
    lagged : tuple of str, optional
        Regressors whose lag enters; all but the constant where left out.
    vcov : str or mapping, optional
        By the common grammar; HC1 where left out.
    level : float [-]
    small_sample : {"fixest", "stata", "cgm", "plm", "none"}
    collinear : {"refuse", "drop"}

    References
    ----------
    [lesage_pace_2009], section 2.6.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.regression.space.weights import SpatialWeights
    >>> line = SpatialWeights.from_neighbours({0: [1], 1: [0, 2], 2: [1, 3], 3: [2]})
    >>> frame = pd.DataFrame({"y": [6.0, 2.0, 9.0, 4.0], "x": [0.0, 1.0, 2.0, 4.0]})
    >>> SLX("y ~ x", line, vcov="iid").fit(frame).terms
    ('Intercept', 'x', 'W_x')
    """

    formula: str
    W: Links
    unit: str = ""
    lagged: tuple[str, ...] | None = None
    vcov: VcovSpec = None
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    @property
    def weights(self) -> str:
        """None: every unit counts alike."""
        return ""

    def fit(self, data: Data) -> SpatialFit:
        """Return the estimates, and effects here and elsewhere.

        Raises
        ------
        InputError
            With every fault of configuration, weights or data.
        """
        options = Options.read(self)
        held = SpatialDesign.build(self.formula, self.W, data, self.unit, needed=options.needed)
        names, columns, roles = held.with_lags(self.lagged)
        chosen = selected(names, columns, columns, self.collinear, absorbed=False)
        back = np.argsort(held.order)
        solved = least_squares(chosen.values[back], held.y[back], None)
        statistics = variance_shares(held.design, solved, held.y[back], options.formula.intercept)
        fit = fit_of(
            "Spatial lag of X (SLX)",
            held.design,
            chosen.names,
            solved,
            options,
            statistics=statistics,
            diagnostics=chosen.diagnostics,
        )
        return with_effects(fit, roles.among(chosen.names), held.weights)
