"""Random effects by Swamy and Arora, with the tests that hold them against fixed effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from econ.data.dataset import Dataset
from econ.errors import InputError
from econ.kernels.regression.least_squares import (
    collinear_columns,
    column_sizes,
    orthogonal_factors,
)
from econ.kernels.regression.sandwich import group_sums
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import (
    Options,
    fit_of,
    least_squares,
    refuse_parts,
    selected,
)
from econ.regression.formula.terms import INTERCEPT
from econ.regression.panel.panel import Panel
from econ.regression.results.diagnostic import SIZE
from econ.regression.results.fit import Diagnostic, Fit
from econ.regression.standard_errors.covariance import Solved, covariance_of
from econ.regression.standard_errors.vcov import Vcov, VcovSpec

__all__ = ["RandomEffects", "VarianceComponents", "variance_components"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
VARIES: Final = 1e-8


@dataclass(frozen=True)
class VarianceComponents:
    """Variances of the idiosyncratic part and of the units' part, and each unit's share removed.

    Parameters
    ----------
    idiosyncratic, unit : float [outcome squared]
    theta : ndarray, shape (N,) [-]
    """

    idiosyncratic: float
    unit: float
    theta: Array


@dataclass(frozen=True)
class RandomEffects:
    """Generalised least squares with a random effect of each unit, by Swamy and Arora.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors`` on a `Panel`, or ``outcome ~ regressors | unit`` on a frame.
    vcov : str or mapping, optional
        Standard errors; clustered by unit where left out.
    level : float [-]
        Of the intervals.
    small_sample : {"fixest", "stata", "cgm", "demeaned", "plm", "none"}
    collinear : {"refuse", "drop"}

    Notes
    -----
    `Fit.diagnostics` holds Hausman's test against fixed effects, and Mundlak's, which is its form
    for the standard errors asked for. On unbalanced panels the variance of the unit effect takes
    the harmonic mean of the numbers of periods, as Stata and linearmodels do.

    References
    ----------
    [swamy_arora_1972]; [hausman_1978], section 3; [wooldridge_2010], sections 10.4 and 10.7.3.

    Examples
    --------
    >>> frame = pd.DataFrame({"firm": list("aabbcc"), "x": [0.0, 1.0, 1.0, 2.0, 2.0, 4.0]})
    >>> frame["y"] = [0.0, 1.1, 1.4, 2.2, 1.0, 2.9]
    >>> RandomEffects("y ~ x | firm", vcov="iid").fit(frame).params.round(3).to_dict()
    {'Intercept': -0.124, 'x': 0.934}
    """

    formula: str
    vcov: VcovSpec = None
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"
    weights: str = ""

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates.

        Raises
        ------
        InputError
            With every fault; when the data do not say what the units are; when weights are given.
        """
        options = Options.read(self)
        refuse_parts(options.formula, effects=True, instruments=False)
        if self.weights:
            mend = "leave them out, or use FixedEffects"
            raise InputError.one("estimator", "weights", "not for random effects", mend)
        unit = _unit(options, data)
        terms = options.formula.terms
        if options.formula.effects:
            terms = (INTERCEPT, *terms)
        formula = replace(options.formula, effects=(), terms=terms)
        vcov = options.vcov or Vcov("CRV1", (unit,))
        design = Design.build(formula, data, needed=(unit, *options.needed))
        options = replace(options, vcov=vcov)
        x = design.exogenous.values
        chosen = selected(design.exogenous.names, x, x, options.collinear, absorbed=False)
        if not chosen.names:
            raise InputError.one("formula", "", "no regressors", "write at least one term")
        codes = design.codes(unit)
        found = variance_components(design.y, chosen.values, codes)
        theta = found.theta[codes]
        y = _quasi_demeaned(design.y[:, None], codes, theta)[:, 0]
        solved = least_squares(_quasi_demeaned(chosen.values, codes, theta), y, None)
        tests = (
            _hausman(design.y, chosen.values, codes, solved),
            _mundlak(design, chosen.values, codes, theta, options),
        )
        return fit_of(
            "Random effects",
            design,
            chosen.names,
            solved,
            options,
            statistics=_statistics(design.y, solved, y, found),
            diagnostics=(*chosen.diagnostics, *(test for test in tests if test is not None)),
        )


def _unit(options: Options, data: object) -> str:
    effects = options.formula.effects
    if len(effects) > 1 or any(effect.slope for effect in effects):
        mend = "name one unit, and write periods as C(year) among the regressors"
        raise InputError.one("formula", "", "several random effects", mend)
    if effects:
        return "^".join(effects[0].columns)
    if isinstance(data, Panel):
        return data.unit
    mend = 'write "y ~ x | unit", or fit an econ.Panel'
    raise InputError.one("formula", "", "random effects of what", mend, value=options.formula.text)


def _means(columns: Array, codes: Codes) -> Array:
    means: Array = group_sums(columns, codes) / np.bincount(codes)[:, None]
    return means


def _quasi_demeaned(columns: Array, codes: Codes, theta: Array) -> Array:
    found: Array = columns - theta[:, None] * _means(columns, codes)[codes]
    return found


def _within(columns: Array, codes: Codes) -> tuple[Array, list[int]]:
    """Return columns without their unit means, and the places of those that vary within units."""
    demeaned = columns - _means(columns, codes)[codes]
    reach = np.linalg.norm(columns, axis=0)
    gone = collinear_columns(demeaned, reach, VARIES)
    kept = [place for place in range(columns.shape[1]) if place not in gone]
    return demeaned[:, kept], kept


def variance_components(y: Array, columns: Array, codes: Codes) -> VarianceComponents:
    """Return the variances of Swamy and Arora from the within and the between regression.

    Parameters
    ----------
    y : ndarray, shape (n,)
    columns : ndarray, shape (n, k)
        The intercept included.
    codes : ndarray of int, shape (n,)
        Unit of each row.

    Raises
    ------
    InputError
        When there are too few units for the between, or rows for the within regression.
    """
    count = np.bincount(codes)
    n, units = len(y), len(count)
    columns = columns / column_sizes(columns)
    inside, _ = _within(columns, codes)
    mean_y, mean_x = _means(y[:, None], codes)[:, 0], _means(columns, codes)
    between, _, rank, _ = np.linalg.lstsq(mean_x, mean_y, rcond=None)
    df_within, df_between = n - units - inside.shape[1], units - int(rank)
    if df_within < 1 or df_between < 1:
        problem = f"{units} units and {n} rows for {columns.shape[1]} terms"
        mend = "give more units or rows, or a shorter formula"
        raise InputError.one("data", "", problem, mend)
    demeaned = y - mean_y[codes]
    left = demeaned
    if inside.shape[1]:
        left = demeaned - inside @ orthogonal_factors(inside).solve(demeaned)
    idiosyncratic = float(left @ left) / df_within
    of_means = mean_y - mean_x @ between
    harmonic = units / float((1.0 / count).sum())
    unit = max(float(of_means @ of_means) / df_between - idiosyncratic / harmonic, 0.0)
    theta = 1.0 - np.sqrt(idiosyncratic / (count * unit + idiosyncratic))
    return VarianceComponents(idiosyncratic, unit, theta)


def _statistics(
    outcome: Array, solved: Solved, y: Array, found: VarianceComponents
) -> dict[str, float]:
    rss = float(solved.residuals @ solved.residuals)
    total = float(((y - y.mean()) ** 2).sum())
    both = found.idiosyncratic + found.unit
    return {
        "r2": 1.0 - rss / total if total > 0.0 else np.nan,
        "rss": rss,
        "tss": float(((outcome - outcome.mean()) ** 2).sum()),
        "df_resid": float(solved.nobs - solved.parameters),
        "sigma": float(np.sqrt(rss / (solved.nobs - solved.parameters))),
        "sigma_idiosyncratic": float(np.sqrt(found.idiosyncratic)),
        "sigma_unit": float(np.sqrt(found.unit)),
        "rho": found.unit / both if both > 0.0 else np.nan,
        "theta": float(np.median(found.theta)),
        "theta_min": float(found.theta.min()),
        "theta_max": float(found.theta.max()),
    }


def _hausman(outcome: Array, columns: Array, codes: Codes, solved: Solved) -> Diagnostic | None:
    """Hold fixed against random effects where both estimate the same slopes."""
    inside, kept = _within(columns, codes)
    if not kept:
        return None
    demeaned = outcome - _means(outcome[:, None], codes)[codes, 0]
    fixed = least_squares(inside, demeaned, None)
    units = int(codes.max()) + 1
    variance = float(fixed.residuals @ fixed.residuals) / (len(outcome) - units - len(kept))
    own = float(solved.residuals @ solved.residuals) / (solved.nobs - solved.parameters)
    apart = fixed.estimates - solved.estimates[kept]
    spread = variance * fixed.bread - own * solved.bread[np.ix_(kept, kept)]
    statistic = float(apart @ np.linalg.pinv(spread, hermitian=True) @ apart)
    positive = bool(np.linalg.eigvalsh(spread).min() > 0.0)
    p = float(stats.chi2.sf(statistic, len(kept))) if statistic >= 0.0 else np.nan
    reason = "units' effects are unrelated to the regressors; where this fails use fixed effects"
    if not positive:
        reason += "; the difference of covariances is not positive: trust Mundlak's test"
    holds = None if not positive else p > SIZE
    return Diagnostic("Hausman", statistic, p, (float(len(kept)),), holds, reason)


def _mundlak(
    design: Design, columns: Array, codes: Codes, theta: Array, options: Options
) -> Diagnostic | None:
    """Test that the units' means of the regressors add nothing, by the errors asked for."""
    _, kept = _within(columns, codes)
    means = _means(columns[:, kept], codes)[codes]
    both = np.column_stack([columns, means])
    gone = collinear_columns(both, np.linalg.norm(both, axis=0), VARIES)
    k = columns.shape[1]
    added = [place for place in range(k, both.shape[1]) if place not in gone]
    if not added or any(place < k for place in gone):
        return None
    wide = np.column_stack([columns, both[:, added]])
    y = _quasi_demeaned(design.y[:, None], codes, theta)[:, 0]
    solved = least_squares(_quasi_demeaned(wide, codes, theta), y, None)
    found = covariance_of(options.vcov_for(design), solved, design, options.small_sample)
    spread, estimates = found.matrix[k:, k:], solved.estimates[k:]
    q = int(np.linalg.matrix_rank(spread, hermitian=True))
    chi2 = float(estimates @ np.linalg.pinv(spread, hermitian=True) @ estimates)
    df = found.degrees_of_freedom
    p = float(stats.f.sf(chi2 / q, q, df)) if np.isfinite(df) else float(stats.chi2.sf(chi2, q))
    reason = f"units' means of the regressors add nothing, by errors {found.words}"
    return Diagnostic("Mundlak", chi2 / q, p, (float(q), df), p > SIZE, reason)
