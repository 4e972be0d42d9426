"""The steps every linear estimator shares: options, columns that say nothing new, the fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.least_squares import collinear_columns, orthogonal_factors
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.formula.formula import Formula
from econ.regression.results.diagnostic import perfect_fit
from econ.regression.results.fit import Diagnostic, Fit, level_faults
from econ.regression.standard_errors.covariance import Solved, covariance_of
from econ.regression.standard_errors.vcov import Vcov, VcovSpec, small_sample_faults

__all__ = [
    "COLLINEAR",
    "Configured",
    "Options",
    "Selected",
    "absorption_of",
    "fit_least_squares",
    "fit_of",
    "least_squares",
    "refuse_parts",
    "selected",
    "variance_shares",
    "weighted",
]

Array = npt.NDArray[np.float64]
COLLINEAR: Final = ("refuse", "drop")
# A column counts as contained in others when less than this share of its length is left.
CONTAINED: Final = 1e-11
# After fixed effects were taken out by iteration, the share is held against its accuracy.
ABSORBED: Final = 1e-8
# A column whose variation is below this share of its size counts as constant.
CONSTANT: Final = 1e-6


class Configured(Protocol):
    """What every estimator is configured with."""

    @property
    def formula(self) -> str:
        """What is regressed on what."""
        ...

    @property
    def vcov(self) -> VcovSpec:
        """How standard errors are made."""
        ...

    @property
    def weights(self) -> str:
        """Column of the weights."""
        ...

    @property
    def level(self) -> float:
        """Level of the intervals."""
        ...

    @property
    def small_sample(self) -> str:
        """Convention of the small-sample factors."""
        ...

    @property
    def collinear(self) -> str:
        """What happens to terms that say nothing new."""
        ...


@dataclass(frozen=True)
class Options:
    """The configuration of an estimator, read and found sound."""

    formula: Formula
    vcov: Vcov | None
    level: float
    small_sample: str
    collinear: str

    @classmethod
    def read(cls, estimator: Configured) -> Options:
        """Read the configuration of an estimator.

        Raises
        ------
        InputError
            With the faults of all of it.
        """
        faults: list[Fault] = [*level_faults(estimator.level)]
        faults += small_sample_faults(estimator.small_sample)
        if estimator.collinear not in COLLINEAR:
            mend = nearest(estimator.collinear, COLLINEAR)
            problem = "unknown"
            faults.append(Fault("estimator", "collinear", problem, mend, value=estimator.collinear))
        if not isinstance(estimator.weights, str):
            mend = "name a column of the data"
            given = type(estimator.weights).__name__
            faults.append(Fault("estimator", "weights", "no column", mend, value=given))
        formula = vcov = None
        try:
            formula = Formula.parse(estimator.formula)
        except InputError as error:
            faults += error.faults
        try:
            vcov = Vcov.parse(estimator.vcov)
        except InputError as error:
            faults += error.faults
        InputError.raise_if(faults)
        assert formula is not None
        return cls(formula, vcov, estimator.level, estimator.small_sample, estimator.collinear)

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns the inference needs."""
        return () if self.vcov is None else self.vcov.columns

    def vcov_for(self, design: Design) -> Vcov:
        """Return what was asked for, or the house's policy: by unit where there is one, or HC1."""
        if self.vcov is not None:
            return self.vcov
        if design.formula.effects:
            return Vcov("CRV1", ("^".join(design.formula.effects[0].columns),))
        if design.panel is not None:
            return Vcov("CRV1", (design.panel.unit,))
        return Vcov("HC1")


def refuse_parts(formula: Formula, *, effects: bool, instruments: bool) -> None:
    """Refuse the parts of a formula that an estimator has no use for."""
    faults = []
    if formula.effects and not effects:
        names = " + ".join(effect.text for effect in formula.effects)
        mend = "use econ.FixedEffects, or C(...) among the regressors"
        faults.append(Fault("formula", "", "fixed effects are not for this", mend, value=names))
    if formula.endogenous and not instruments:
        names = " + ".join(term.text for term in formula.endogenous)
        faults.append(Fault("formula", "", "has instruments", "use econ.IV", value=names))
    InputError.raise_if(faults)


def absorption_of(design: Design) -> Absorption | None:
    """Return the fixed effects of a design, None where it has none."""
    if not design.effects:
        return None
    return Absorption(design.effects, design.slopes, design.weights)


def weighted(columns: Array, weights: Array | None) -> Array:
    """Return columns, shape (n, k) or (n,), times the square roots of weights."""
    if weights is None:
        return columns
    roots = np.sqrt(weights)
    return columns * (roots if columns.ndim == 1 else roots[:, None])


@dataclass(frozen=True)
class Selected:
    """Columns that each say something new; `places` are theirs among those that came in."""

    names: tuple[str, ...]
    values: Array
    places: tuple[int, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def selected(
    names: Sequence[str], before: Array, after: Array, collinear: str, absorbed: bool
) -> Selected:
    """Return the columns that those before them do not contain.

    Parameters
    ----------
    names : sequence of str
    before, after : ndarray, shape (n, k)
        Columns with weights put in, and with fixed effects taken out besides.
    collinear : {"refuse", "drop"}
    absorbed : bool
        Whether fixed effects were taken out.

    Raises
    ------
    InputError
        Naming every term that others contain, unless they may be dropped.
    """
    norms = reach = np.sqrt(np.einsum("ij,ij->j", after, after))
    tolerance = CONTAINED
    if absorbed:
        size = np.einsum("ij,ij->j", before, before)
        centred = np.sqrt(np.maximum(size - len(before) * before.mean(axis=0) ** 2, 0.0))
        reach = np.maximum(centred, CONSTANT * np.sqrt(size))
        tolerance = ABSORBED
    gone = collinear_columns(after, reach, tolerance)
    if not gone:
        return Selected(tuple(names), after, tuple(range(len(names))))
    faults = [
        Fault(
            "formula",
            "",
            "is absorbed by the fixed effects"
            if absorbed and norms[place] <= tolerance * reach[place]
            else "is a linear combination of the terms before it",
            'leave it out, or set collinear="drop"',
            value=names[place],
        )
        for place in gone
    ]
    if collinear == "refuse":
        raise InputError(faults)
    kept = tuple(place for place in range(len(names)) if place not in gone)
    reason = "; ".join(f"{fault.value} {fault.problem} and was dropped" for fault in faults)
    row = Diagnostic("collinear terms", float(len(gone)), holds=False, reason=reason)
    return Selected(tuple(names[place] for place in kept), after[:, kept], kept, (row,))


def least_squares(columns: Array, y: Array, absorption: Absorption | None) -> Solved:
    """Return the least-squares solution of weighted, partialled columns."""
    factors = orthogonal_factors(columns)
    estimates = factors.solve(y)
    return Solved(estimates, factors.bread, columns, y - columns @ estimates, absorption)


def variance_shares(design: Design, solved: Solved, y: Array, intercept: bool) -> dict[str, float]:
    """Return R-squared, its kin, and the residual variance.

    Parameters
    ----------
    design : Design
    solved : Solved
    y : ndarray, shape (n,)
        The outcome, effects taken out and weights put in.
    intercept : bool
        Whether the model has one; fixed effects are one.
    """
    n, parameters, weights = solved.nobs, solved.parameters, design.weights
    mean = float(np.average(design.y, weights=weights)) if intercept else 0.0
    away = weighted(design.y - mean, weights)
    total = float(away @ away)
    rss = float(solved.residuals @ solved.residuals)
    df = n - parameters
    ratio = rss / total if total > 0.0 else np.nan
    found = {
        "r2": 1.0 - ratio,
        "r2_adj": 1.0 - ratio * (n - intercept) / df if df > 0 else np.nan,
        "rss": rss,
        "tss": total,
        "df_resid": float(df),
        "sigma": float(np.sqrt(rss / df)) if df > 0 else np.nan,
    }
    if solved.absorption is not None:
        within = float(y @ y)
        found["r2_within"] = 1.0 - rss / within if within > 0.0 else np.nan
    if rss > 0.0:
        likelihood = -n / 2.0 * (np.log(2.0 * np.pi * rss / n) + 1.0)
        if weights is not None:
            likelihood += float(np.log(weights).sum()) / 2.0
        found["loglik"] = float(likelihood)
        found["aic"] = float(2.0 * parameters - 2.0 * likelihood)
        found["bic"] = float(np.log(n) * parameters - 2.0 * likelihood)
    return found


def fit_least_squares(name: str, design: Design, options: Options) -> Fit:
    """Return the fit of a design without fixed effects or instruments by least squares."""
    columns = weighted(design.exogenous.values, design.weights)
    y = weighted(design.y, design.weights)
    chosen = selected(design.exogenous.names, columns, columns, options.collinear, absorbed=False)
    if not chosen.names:
        raise InputError.one("formula", "", "no regressors", "write at least one term")
    solved = least_squares(chosen.values, y, None)
    return fit_of(
        name,
        design,
        chosen.names,
        solved,
        options,
        statistics=variance_shares(design, solved, y, design.formula.intercept),
        diagnostics=chosen.diagnostics,
    )


def fit_of(
    name: str,
    design: Design,
    names: Sequence[str],
    solved: Solved,
    options: Options,
    *,
    statistics: Mapping[str, float],
    diagnostics: Sequence[Diagnostic] = (),
    normal: bool = False,
) -> Fit:
    """Return the fit of a solved estimator, its covariance by the grammar.

    Its tests are by the normal distribution where `normal` says so, else by t.
    """
    found = covariance_of(options.vcov_for(design), solved, design, options.small_sample)
    rows = [*diagnostics, *found.diagnostics]
    if "rss" in statistics:
        rows += perfect_fit(statistics["rss"], statistics["tss"])
    fit = Fit(
        estimator=name,
        outcome=design.outcome,
        terms=tuple(names),
        estimates=solved.estimates,
        covariance=found.matrix,
        degrees_of_freedom=np.inf if normal else found.degrees_of_freedom,
        nobs=design.nobs,
        vcov=found.words,
        clusters=found.clusters,
        sample=design.sample,
        statistics=dict(statistics),
        diagnostics=tuple(rows),
        level=options.level,
        provenance=design.provenance.step(f"{name}: {design.formula.text}"),
        vintage=design.vintage,
    )
    slopes = [term for term in names if term != "Intercept"]
    if not slopes or not np.isfinite(found.matrix).all():
        return fit
    test = fit.wald(slopes)
    kind = {"f": test.statistic, "f_p": test.p_value, "df_model": test.df}
    return fit.replace(statistics={**statistics, **kind})
