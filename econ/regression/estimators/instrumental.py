"""Instrumental variables: two-stage least squares and limited information maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.least_squares import Orthogonal, orthogonal_factors
from econ.kernels.regression.sandwich import cluster_meat, joint_codes
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import (
    ABSORBED,
    Options,
    absorption_of,
    fit_of,
    least_squares,
    selected,
    variance_shares,
    weighted,
)
from econ.regression.estimators.weak_instruments import AndersonRubin, ReducedForm
from econ.regression.panel.panel import Panel
from econ.regression.results.diagnostic import SIZE
from econ.regression.results.fit import Diagnostic, Fit
from econ.regression.standard_errors.covariance import Solved, covariance_of
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["IV"]

Array = npt.NDArray[np.float64]
METHODS: Final = ("2sls", "liml")


@dataclass(frozen=True)
class IV:
    """Instrumental variables, with or without fixed effects.

    Parameters
    ----------
    formula : str
        ``outcome ~ exogenous | fixed effects | endogenous ~ instruments``; without fixed effects
        ``outcome ~ exogenous | endogenous ~ instruments``.
    vcov : str or mapping, optional
        Standard errors; clustered by the first fixed effect or the panel's unit, else HC1, where
        left out.
    weights : str
        A column of weights.
    level : float [-]
        Of the intervals and of the Anderson-Rubin set.
    small_sample : {"fixest", "stata", "cgm", "demeaned", "plm", "none"}
        ``stata`` is ``ivregress`` without ``small``: no factor, and the normal distribution.
    collinear : {"refuse", "drop"}
    method : {"2sls", "liml"}

    Notes
    -----
    `Fit.diagnostics` holds the first-stage F, the effective F of Montiel Olea and Pflueger, the F
    statistics of Cragg and Donald and of Kleibergen and Paap, the test of Wu and Hausman, the test
    of overidentification (Sargan for iid errors, Hansen otherwise), and the Anderson-Rubin test
    with its set.

    References
    ----------
    [wooldridge_2010], chapter 5; [montiel_olea_pflueger_2013]; [kleibergen_paap_2006];
    [anderson_rubin_1949]; [sargan_1958].

    Examples
    --------
    >>> frame = pd.DataFrame({"z": [0.0, 0.0, 1.0, 1.0], "x": [0.0, 2.0, 2.0, 4.0]})
    >>> frame["y"] = [1.0, 2.0, 5.0, 6.0]
    >>> IV("y ~ 1 | x ~ z", vcov="iid").fit(frame).params.round(9).to_dict()
    {'Intercept': -0.5, 'x': 2.0}
    """

    formula: str
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"
    method: str = "2sls"

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates.

        Raises
        ------
        InputError
            With every fault: too few instruments, an instrument equal to its regressor.
        """
        system = _System.build(self, data)
        solved = system.solved
        design, options = system.design, system.options
        intercept = options.formula.intercept or system.absorption is not None
        statistics = variance_shares(design, solved, system.y, intercept)
        name = "Two-stage least squares" if self.method == "2sls" else "LIML"
        rows = [*system.diagnostics, *system.reduced.strength()]
        rows += [system.wu_hausman(), *system.overidentification(), system.anderson_rubin_row()]
        return fit_of(
            name,
            design,
            system.names,
            solved,
            options,
            statistics=statistics,
            diagnostics=rows,
        )

    def anderson_rubin(
        self, data: Panel | Dataset | pd.DataFrame, *, null: float = 0.0, level: float | None = None
    ) -> AndersonRubin:
        """Return the Anderson-Rubin test of the one endogenous coefficient, and its set.

        Raises
        ------
        InputError
            When there are several endogenous regressors.
        """
        system = _System.build(self, data)
        if len(system.reduced.names) > 1:
            problem = "the set is for one endogenous regressor"
            raise InputError.one("formula", "", problem, "instrument one of them at a time")
        return system.reduced.anderson_rubin(null, self.level if level is None else level)


@dataclass(frozen=True)
class _System:
    """Arrays of one fit, effects taken out and weights put in."""

    design: Design
    options: Options
    absorption: Absorption | None
    y: Array
    exogenous: Array
    endogenous: Array
    instruments: Array
    names: tuple[str, ...]
    solved: Solved
    reduced: ReducedForm
    diagnostics: tuple[Diagnostic, ...]

    @classmethod
    def build(cls, estimator: IV, data: Panel | Dataset | pd.DataFrame) -> _System:
        options = Options.read(estimator)
        _refuse(estimator, options)
        if options.small_sample == "stata":
            options = replace(options, small_sample="none")
        design = Design.build(
            options.formula,
            data,
            weights=estimator.weights,
            needed=options.needed,
            drop_singletons=True,
        )
        absorption = absorption_of(design)
        (_, first, _, last), (y, x1, x2, z) = _blocks(design, absorption)
        _refuse_still(design, x2)
        absorbed, collinear = absorption is not None, options.collinear
        exogenous = selected(design.exogenous.names, first, x1, collinear, absorbed)
        x1 = exogenous.values
        _refuse_equal(design, x1, np.column_stack([y, x2]), z)
        both = selected(
            (*exogenous.names, *design.instruments.names),
            np.column_stack([first[:, exogenous.places], last]),
            np.column_stack([x1, z]),
            collinear,
            absorbed,
        )
        z = both.values[:, x1.shape[1] :]
        _refuse_too_few(z.shape[1], x2.shape[1], options)
        columns = np.column_stack([x1, x2])
        all_instruments = orthogonal_factors(np.column_stack([x1, z])).q
        solve = _liml if estimator.method == "liml" else _two_stages
        found = solve(columns, y[:, 0], all_instruments, x1.shape[1])
        solved = replace(found, absorption=absorption)
        q = all_instruments[:, x1.shape[1] :]
        outside = all_instruments[:, : x1.shape[1]]
        reduced = ReducedForm(
            outcome=y[:, 0] - outside @ (outside.T @ y[:, 0]),
            endogenous=x2 - outside @ (outside.T @ x2),
            instruments=q,
            names=design.endogenous.names,
            exogenous=x1.shape[1],
            absorption=absorption,
            design=design,
            vcov=options.vcov_for(design),
            small_sample=options.small_sample,
        )
        return cls(
            design,
            options,
            absorption,
            y[:, 0],
            x1,
            x2,
            z,
            (*exogenous.names, *design.endogenous.names),
            solved,
            reduced,
            (*exogenous.diagnostics, *both.diagnostics),
        )

    def wu_hausman(self) -> Diagnostic:
        """Test that least squares is consistent: first-stage residuals add nothing to it."""
        left = self.reduced.residuals[:, 1:]
        columns = np.column_stack([self.exogenous, self.endogenous, left])
        solved = least_squares(columns, self.y, self.absorption)
        vcov, small = self.options.vcov_for(self.design), self.options.small_sample
        found = covariance_of(vcov, solved, self.design, small)
        g = left.shape[1]
        away, spread = solved.estimates[-g:], found.matrix[-g:, -g:]
        f = float(away @ np.linalg.pinv(spread, hermitian=True) @ away) / g
        df = found.degrees_of_freedom
        p = float(stats.f.sf(f, g, df) if np.isfinite(df) else stats.chi2.sf(g * f, g))
        names = ", ".join(self.reduced.names)
        reason = f"least squares would do for {names}; where this fails, instruments are needed"
        return Diagnostic("Wu-Hausman", f, p, (float(g), df), p > SIZE, reason)

    def overidentification(self) -> list[Diagnostic]:
        """Test that the instruments agree, where there are more than needed."""
        more = self.instruments.shape[1] - self.endogenous.shape[1]
        if more == 0:
            return []
        vcov = self.options.vcov_for(self.design)
        z = orthogonal_factors(np.column_stack([self.exogenous, self.instruments])).q
        residuals = self.solved.residuals
        if vcov.kind == "iid":
            fitted = z.T @ residuals
            name, j = "Sargan", float(fitted @ fitted / (residuals @ residuals)) * len(residuals)
        else:
            name, j = "Hansen J", self._hansen(z)
        p = float(stats.chi2.sf(j, more))
        reason = "the instruments agree with each other; it cannot say that all are valid"
        return [Diagnostic(name, j, p, (float(more),), p > SIZE, reason)]

    def _hansen(self, z: Array) -> float:
        vcov = self.options.vcov_for(self.design)
        moments = z * self.solved.residuals[:, None]
        if vcov.ways:
            codes = joint_codes([self.design.codes(vcov.ways[0])])
            meat = cluster_meat(moments, codes)
        else:
            meat = moments.T @ moments
        inverse = np.linalg.pinv(meat, hermitian=True)
        columns = np.column_stack([self.exogenous, self.endogenous])
        cross, target = z.T @ columns, z.T @ self.y
        beta = np.linalg.solve(cross.T @ inverse @ cross, cross.T @ inverse @ target)
        left = target - cross @ beta
        return float(left @ inverse @ left)

    def anderson_rubin_row(self) -> Diagnostic:
        """Return the test that no endogenous regressor matters, with the set where there is one."""
        if len(self.reduced.names) > 1:
            f, p, df = self.reduced.all_zero()
            reason = "no endogenous regressor matters, whatever the strength of the instruments"
            return Diagnostic("Anderson-Rubin", f, p, df, None, reason)
        found = self.reduced.anderson_rubin(0.0, self.options.level)
        name = self.reduced.names[0]
        reason = f"{name} is zero, whatever the strength; {found.level:.0%} set {found}"
        return Diagnostic("Anderson-Rubin", found.statistic, found.p_value, found.df, None, reason)


def _blocks(design: Design, absorption: Absorption | None) -> tuple[list[Array], list[Array]]:
    """Return outcome, exogenous, endogenous and instruments, weighted: before and after effects."""
    blocks = (design.exogenous, design.endogenous, design.instruments)
    raw = np.column_stack([design.y, *(block.values for block in blocks)])
    inside = raw if absorption is None else absorption.residuals(raw)
    ends = np.cumsum([1, *(block.values.shape[1] for block in blocks)])[:3]
    before, after = weighted(raw, design.weights), weighted(inside, design.weights)
    return np.split(before, ends, axis=1), np.split(after, ends, axis=1)


def _refuse_too_few(instruments: int, endogenous: int, options: Options) -> None:
    if instruments < endogenous:
        problem = f"{instruments} instruments for {endogenous} endogenous regressors"
        mend = "give at least as many instruments as endogenous regressors"
        raise InputError.one("formula", "", problem, mend, value=options.formula.text)


def _refuse(estimator: IV, options: Options) -> None:
    faults = []
    if estimator.method not in METHODS:
        mend = nearest(estimator.method, METHODS)
        faults.append(Fault("estimator", "method", "unknown", mend, value=estimator.method))
    if not options.formula.endogenous:
        mend = "write outcome ~ exogenous | endogenous ~ instruments"
        text = options.formula.text
        faults.append(Fault("formula", "", "no instruments", mend, value=text))
    InputError.raise_if(faults)


def _refuse_still(design: Design, endogenous: Array) -> None:
    """Refuse an endogenous regressor that does not vary."""
    problem = "endogenous regressor has no variation"
    InputError.raise_if(
        [
            Fault("formula", "", problem, "leave it out", value=name)
            for name, x in zip(design.endogenous.names, endogenous.T, strict=True)
            if not x.any()
        ]
    )


def _refuse_equal(design: Design, exogenous: Array, causes: Array, instruments: Array) -> None:
    """Refuse an instrument that is outcome or regressor, up to scale and exogenous terms."""
    every = np.column_stack([causes, instruments])
    every = every / np.maximum(np.abs(every).max(axis=0), np.finfo(np.float64).tiny)
    outside = orthogonal_factors(exogenous).q if exogenous.shape[1] else exogenous
    left = every - outside @ (outside.T @ every)
    left = left - outside @ (outside.T @ left)
    whole, size = np.linalg.norm(every, axis=0), np.linalg.norm(left, axis=0)
    spanned = size <= ABSORBED * whole
    left = left / np.where(spanned, 1.0, size)
    if np.linalg.matrix_rank(left[:, ~spanned]) <= 1:
        return  # too few rows are left to tell one variable from another
    roles = [f"the outcome {design.outcome}"]
    roles += [f"its regressor {name}" for name in design.endogenous.names]
    mend = "an instrument is another variable"
    faults = []
    for cause, role in enumerate(roles):
        for place, called in enumerate(design.instruments.names, start=len(roles)):
            if spanned[cause] or spanned[place]:
                continue
            along = float(left[:, cause] @ left[:, place])
            apart = np.linalg.norm(left[:, cause] - along * left[:, place])
            if apart <= ABSORBED:
                problem = f"instrument is {role}, up to scale and exogenous terms"
                faults.append(Fault("formula", "", problem, mend, value=called))
    InputError.raise_if(faults)


def _two_stages(columns: Array, y: Array, instruments: Array, exogenous: int) -> Solved:
    projected = instruments @ (instruments.T @ columns)
    factors = _identified(columns, projected, exogenous)
    estimates = factors.solve(y)
    residuals = y - columns @ estimates
    return Solved(estimates, factors.bread, projected, residuals, linear=False)


def _identified(columns: Array, projected: Array, exogenous: int) -> Orthogonal:
    """Return the factors of regressors seen through the instruments; refuse where one is lost."""
    factors = orthogonal_factors(projected)
    left = np.abs(np.diag(factors.r))
    if (left <= ABSORBED * np.linalg.norm(columns, axis=0)).any():
        mend = f"give instruments that move each of {columns.shape[1] - exogenous} regressors"
        raise InputError.one("formula", "", "the instruments identify too little", mend)
    return factors


def _liml(columns: Array, y: Array, instruments: Array, exogenous: int) -> Solved:
    _identified(columns, instruments @ (instruments.T @ columns), exogenous)
    both = np.column_stack([y, columns[:, exogenous:]])
    first = instruments[:, :exogenous]
    outer = both - first @ (first.T @ both)
    inner = both - instruments @ (instruments.T @ both)
    roots = np.linalg.eigvals(np.linalg.solve(inner.T @ inner, outer.T @ outer)).real
    left = columns - instruments @ (instruments.T @ columns)
    projected = columns - float(roots.min()) * left
    bread = np.linalg.inv(projected.T @ columns)
    estimates = bread @ (projected.T @ y)
    residuals = y - columns @ estimates
    return Solved(estimates, (bread + bread.T) / 2.0, projected, residuals, linear=False)
