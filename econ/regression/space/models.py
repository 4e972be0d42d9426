"""Spatial regressions: lags of the outcome (SAR, SDM) and of errors (SEM)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.least_squares import column_sizes
from econ.kernels.space.spatial_estimate import SpatialEstimate
from econ.kernels.space.spatial_likelihood import spatial_error_likelihood, spatial_lag_likelihood
from econ.kernels.space.spatial_moments import (
    spatial_error_moments,
    spatial_lag_instruments,
    spatial_lag_two_stages,
)
from econ.regression.estimators.estimation import COLLINEAR, least_squares, selected
from econ.regression.results.diagnostic import perfect_fit
from econ.regression.results.fit import Diagnostic, Fit, level_faults
from econ.regression.space.design import Data, SpatialDesign
from econ.regression.space.links import Links
from econ.regression.space.results import SpatialFit, with_effects
from econ.regression.standard_errors.covariance import Solved
from econ.regression.standard_errors.vcov import Vcov, VcovSpec

__all__ = ["SAR", "SDM", "SEM"]

Array = npt.NDArray[np.float64]
METHODS: Final = {"SAR": ("ml", "2sls"), "SEM": ("ml", "gm"), "SDM": ("ml", "2sls")}
ROBUST: Final = ("iid", "HC0", "HC1")
CONVENTIONS: Final = ("fixest", "none")


@dataclass(frozen=True)
class SAR:
    """Spatial lag model, ``y = rho W y + X beta + e``.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors``; on a `Panel` also ``| unit + time``.
    W : SpatialWeights
    unit : str
        Column of the data that names the unit; its index where left out, a `Panel`'s own.
    method : {"ml", "2sls"}
        Maximum likelihood, or two-stage least squares with spatial lags of the regressors as
        instruments.
    vcov : {"iid", "HC0", "HC1"}
        Of two-stage least squares; likelihood has the information matrix.
    lags : int
        Highest order of lags among the instruments.
    level : float [-]
    small_sample : {"fixest", "none"}
        What the variance of two stages, or of a panel with effects, is divided by: what the
        coefficients and effects leave, as `spatialreg` and Lee and Yu; or the number of rows, as
        `spreg` and Elhorst.
    collinear : {"refuse", "drop"}

    Notes
    -----
    Fixed effects are taken out before, and the likelihood is that of what they leave: t - 1
    periods after effects of units, n - 1 units after effects of time where the rows of the
    weights sum to one [lee_yu_2010].

    References
    ----------
    [ord_1975]; [anselin_1988], section 6.2; [kelejian_prucha_1998].
    """

    formula: str
    W: Links
    unit: str = ""
    method: str = "ml"
    vcov: VcovSpec = None
    lags: int = 2
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Data) -> SpatialFit:
        """Return the estimates, and direct, indirect and total effects.

        Raises
        ------
        InputError
            With every fault of configuration, weights or data.
        """
        return _fit("Spatial lag (SAR)", "SAR", self, data, self.lags, durbin=False)


@dataclass(frozen=True)
class SDM:
    """Spatial Durbin model, ``y = rho W y + X beta + W X theta + e``.

    Parameters
    ----------
    formula, W, unit, method, vcov, lags, level, small_sample, collinear
        As for `SAR`.
    lagged : tuple of str, optional
        Regressors whose lag enters; all but the constant where left out.

    References
    ----------
    [lesage_pace_2009], sections 2.2 and 2.7; [lee_yu_2010].
    """

    formula: str
    W: Links
    unit: str = ""
    method: str = "ml"
    lagged: tuple[str, ...] | None = None
    vcov: VcovSpec = None
    lags: int = 2
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Data) -> SpatialFit:
        """Return the estimates, and direct, indirect and total effects.

        Raises
        ------
        InputError
            With every fault of configuration, weights or data.
        """
        return _fit(
            "Spatial Durbin (SDM)", "SDM", self, data, self.lags, durbin=True, lagged=self.lagged
        )


@dataclass(frozen=True)
class SEM:
    """Spatial error model, ``y = X beta + u, u = lambda W u + e``.

    Parameters
    ----------
    formula, W, unit, level, small_sample, collinear
        As for `SAR`.
    method : {"ml", "gm"}
        Maximum likelihood, or the generalised moments of Kelejian and Prucha, which give lambda
        no error.
    durbin : bool
        Whether lags of the regressors enter as well (SDEM).
    lagged : tuple of str, optional
        Of these regressors; of all but the constant where left out.

    References
    ----------
    [ord_1975]; [anselin_1988], section 6.2; [kelejian_prucha_1999].
    """

    formula: str
    W: Links
    unit: str = ""
    method: str = "ml"
    durbin: bool = False
    lagged: tuple[str, ...] | None = None
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Data) -> SpatialFit:
        """Return the estimates, and effects of the regressors.

        Raises
        ------
        InputError
            With every fault of configuration, weights or data.
        """
        name = "Spatial Durbin error (SDEM)" if self.durbin else "Spatial error (SEM)"
        return _fit(name, "SEM", self, data, 0, durbin=self.durbin, lagged=self.lagged)


def _fit(
    name: str,
    kind: str,
    model: SAR | SDM | SEM,
    data: Data,
    lags: int,
    *,
    durbin: bool,
    lagged: tuple[str, ...] | None = None,
) -> SpatialFit:
    asked = Vcov.parse(getattr(model, "vcov", None))
    vcov = "iid" if asked is None else asked.kind
    InputError.raise_if(_option_faults(kind, model, lags, vcov))
    held = SpatialDesign.build(model.formula, model.W, data, model.unit, effects=True)
    held = replace(held, corrected=model.small_sample != "none")
    names, columns, roles = held.with_lags(lagged if durbin else ())
    chosen = selected(names, columns, columns, model.collinear, absorbed=held.absorbed is not None)
    found, words = _estimated(kind, model, held, chosen.values, lags=lags, vcov=vcov)
    least = least_squares(chosen.values, held.y, held.absorbed)
    term = "lambda" if kind == "SEM" else "rho"
    fit = _assembled(name, held, (*chosen.names, term), found, words).replace(level=model.level)
    fit = fit.replace(
        statistics=_statistics(found, least, held, term),
        diagnostics=(*chosen.diagnostics, *_diagnostics(found, least, held, fit, term)),
    )
    spatial = len(chosen.names) if kind != "SEM" else -1
    # Errors that are correlated multiply nothing: their effects are those at rho = 0.
    traces = found.traces if kind != "SEM" else None
    kept = roles.among(chosen.names)
    return with_effects(fit, replace(kept, spatial=spatial), held.weights, traces)


def _option_faults(kind: str, model: SAR | SDM | SEM, lags: int, vcov: str) -> list[Fault]:
    """Return every option that is unknown, or not for the method."""
    faults = level_faults(model.level)
    allowed = ROBUST if model.method == "2sls" else ("iid",)
    if model.method not in METHODS[kind]:
        mend = nearest(model.method, METHODS[kind])
        faults.append(Fault("estimator", "method", "unknown", mend, value=model.method))
    if vcov not in allowed:
        mend = f"{model.method} has {' or '.join(allowed)}"
        faults.append(Fault("estimator", "vcov", "not for this method", mend, value=vcov))
    if kind != "SEM" and (not isinstance(lags, int) or lags < 1):
        faults.append(Fault("estimator", "lags", "no order of lags", "give 1, 2, ...", value=lags))
    small = model.small_sample
    if small not in CONVENTIONS:
        mend = nearest(small, CONVENTIONS)
        faults.append(Fault("estimator", "small_sample", "unknown", mend, value=small))
    if model.collinear not in COLLINEAR:
        mend = nearest(model.collinear, COLLINEAR)
        faults.append(Fault("estimator", "collinear", "unknown", mend, value=model.collinear))
    return faults


def _estimated(
    kind: str, model: SAR | SDM | SEM, held: SpatialDesign, columns: Array, *, lags: int, vcov: str
) -> tuple[SpatialEstimate, str]:
    """Return the estimates by the model's method, and what their covariance is called."""
    sizes, size = column_sizes(columns), float(column_sizes(held.y[:, None])[0])
    x, y, W = columns / sizes, held.y / size, held.matrix
    if model.method == "2sls":
        found = spatial_lag_two_stages(
            y, x, W, spatial_lag_instruments(x, W, lags), robust=vcov != "iid"
        )
        if vcov == "HC1":
            grown = len(y) / (len(y) - len(found.beta) - 1.0)
            found = replace(found, covariance=grown * found.covariance)
        if vcov == "iid" and model.small_sample == "none":
            shrunk = 1.0 - (len(found.beta) + 1.0) / len(y)
            variance = shrunk * found.variance
            found = replace(found, covariance=shrunk * found.covariance, variance=variance)
        words = "iid" if vcov == "iid" else f"heteroskedasticity-robust ({vcov})"
    elif model.method == "gm":
        found, words = spatial_error_moments(y, x, W), "generalised moments"
    else:
        likelihood = spatial_error_likelihood if kind == "SEM" else spatial_lag_likelihood
        found, words = likelihood(y, x, W, held.determinant), "information matrix"
    return found.in_units(size, sizes, held.determinant.rows), words


def _assembled(
    name: str,
    held: SpatialDesign,
    terms: tuple[str, ...],
    found: SpatialEstimate,
    words: str,
) -> Fit:
    k = len(found.beta)
    order = [*range(1, k + 1), 0]  # the spatial coefficient last
    design = held.design
    return Fit(
        estimator=name,
        outcome=design.outcome,
        terms=terms,
        estimates=np.append(found.beta, found.rho),
        covariance=found.covariance[np.ix_(order, order)],
        degrees_of_freedom=np.inf,
        nobs=len(held.y),
        vcov=words,
        sample=f"{design.sample}; {held.weights!r}",
        provenance=design.provenance.step(f"{name}: {design.formula.text}"),
        vintage=design.vintage,
    )


def _statistics(
    found: SpatialEstimate, least: Solved, held: SpatialDesign, term: str
) -> dict[str, float]:
    fitted = held.y - found.residuals
    k = len(found.beta) + 2
    known = {
        term: found.rho,
        "sigma2": found.variance,
        "r2": float(np.corrcoef(fitted, held.y)[0, 1] ** 2),
    }
    if not np.isfinite(found.loglik):
        return known
    return known | {
        "loglik": found.loglik,
        "aic": 2.0 * k - 2.0 * found.loglik,
        "bic": float(np.log(held.determinant.rows)) * k - 2.0 * found.loglik,
        "loglik_ols": _least_likelihood(least, held),
    }


def _least_likelihood(least: Solved, held: SpatialDesign) -> float:
    n = held.determinant.rows
    squares = float(least.residuals @ least.residuals)
    return -n / 2.0 * float(np.log(2.0 * np.pi * squares / n) + 1.0)


def _diagnostics(
    found: SpatialEstimate, least: Solved, held: SpatialDesign, fit: Fit, term: str
) -> list[Diagnostic]:
    away = held.y - held.y.mean()
    rows = [*perfect_fit(float(found.residuals @ found.residuals), float(away @ away))]
    if np.isfinite(found.loglik):
        ratio = 2.0 * (found.loglik - _least_likelihood(least, held))
        p = float(stats.chi2.sf(max(ratio, 0.0), 1))
        reason = f"likelihood ratio of {term} = 0 against least squares"
        rows.append(Diagnostic("spatial dependence", ratio, p, (1.0,), None, reason))
    if np.isfinite(found.residual_test):
        p = float(stats.chi2.sf(found.residual_test, 1))
        reason = "Lagrange multiplier of correlation that the lag leaves in the errors"
        rows.append(
            Diagnostic(
                "no residual autocorrelation",
                found.residual_test,
                p,
                (1.0,),
                bool(p > 1.0 - fit.level),
                reason,
            )
        )
    if held.weights.islands:
        names = ", ".join(map(str, held.weights.islands[:5]))
        reason = f"{len(held.weights.islands)} units have no neighbour: {names}"
        rows.append(
            Diagnostic("no islands", float(len(held.weights.islands)), holds=False, reason=reason)
        )
    return rows
