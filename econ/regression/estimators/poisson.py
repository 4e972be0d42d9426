"""Poisson regression with fixed effects, and rows whose outcome is zero by the model itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog
from scipy.special import gammaln, xlogy

from econ.data.dataset import Dataset
from econ.errors import EconError, InputError
from econ.kernels.regression.least_squares import orthogonal_factors
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import Options, fit_of, refuse_parts, selected
from econ.regression.panel.panel import Panel
from econ.regression.results.diagnostic import perfect_fit
from econ.regression.results.fit import Diagnostic, Fit
from econ.regression.standard_errors.covariance import Solved
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["Poisson"]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
MOST_STEPS: Final = 200
SETTLED: Final = 1e-12
# A mean this far below the outcome's raises the suspicion that it goes to zero.
VANISHING: Final = 1e-6


@dataclass(frozen=True)
class Poisson:
    """Poisson pseudo-maximum likelihood, with or without fixed effects.

    The outcome need not be a count: the estimates are consistent where its mean is exponential in
    the regressors, and standard errors are robust unless ``vcov="iid"`` asks for the likelihood's.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors | fixed effects``, the outcome in levels.
    vcov : str or mapping, optional
        Standard errors; clustered by the first fixed effect or the panel's unit, else HC1, where
        left out.
    weights : str
        A column of weights.
    exposure : str
        A column the mean is proportional to, the population of a place for instance.
    level : float [-]
        Of the intervals, by the normal distribution.
    small_sample : {"fixest", "stata", "cgm", "demeaned", "plm", "none"}
    collinear : {"refuse", "drop"}

    Notes
    -----
    Rows of a fixed effect whose outcome is always zero, and rows that the regressors separate from
    the others, have no finite estimate. They say nothing of the other coefficients, are left out,
    and are counted in a diagnostic.

    References
    ----------
    [correia_guimaraes_zylkin_2020], sections 2 and 3; [wooldridge_2010], section 18.2.

    Examples
    --------
    >>> frame = pd.DataFrame({"patents": [1, 1, 4, 4, 0], "treated": [0, 0, 1, 1, 0]})
    >>> fit = Poisson("patents ~ treated").fit(frame)
    >>> np.exp(fit.params).round(6).to_dict()
    {'Intercept': 0.666667, 'treated': 6.0}
    """

    formula: str
    vcov: VcovSpec = None
    weights: str = ""
    exposure: str = ""
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates.

        Raises
        ------
        InputError
            With every fault; when the outcome is negative somewhere, or zero everywhere.
        EconError
            When the iteration does not converge.
        """
        options = Options.read(self)
        refuse_parts(options.formula, effects=True, instruments=False)
        needed = (*options.needed, *([self.exposure] if self.exposure else []))
        design = Design.build(
            options.formula, data, weights=self.weights, needed=needed, drop_singletons=True
        )
        _refuse_outcome(design)
        offset = self._offset(design)
        model, offset, dropped = _without_zero_effects(design, offset)
        selection = _select(model, options)
        found = _iterate(model, selection, offset)
        separated = _separated(model, selection, found.mean)
        if separated.any():
            dropped += int(separated.sum())
            model, offset = _rows(model, ~separated), offset[~separated]
            # A regressor that separated these rows may now be constant: that is reported, too.
            selection = _select(model, replace(options, collinear="drop"))
            found = _iterate(model, selection, offset)
        rows = [*selection.diagnostics, *_perfect(model, found)]
        if dropped:
            reason = (
                f"{dropped} rows whose outcome the model sends to zero were left out; "
                "they say nothing of the other coefficients"
            )
            rows.append(Diagnostic("separation", float(dropped), holds=False, reason=reason))
        return fit_of(
            "Poisson",
            model,
            selection.names,
            found.solved,
            options,
            statistics=_statistics(model, found),
            diagnostics=rows,
            normal=True,
        )

    def _offset(self, design: Design) -> Array:
        if not self.exposure:
            return np.zeros(design.nobs)
        held = design.numbers(self.exposure)
        if not (held > 0.0).all():
            worst = float(held.min())
            mend = "give an exposure above zero"
            raise InputError.one("data", self.exposure, "no exposure", mend, value=worst)
        return np.log(held)


@dataclass(frozen=True)
class _Selection:
    names: tuple[str, ...]
    columns: Array
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class _Found:
    solved: Solved
    mean: Array
    deviance: float
    steps: int


def _refuse_outcome(design: Design) -> None:
    mend = "Poisson is for outcomes of zero and above"
    if design.y.min() < 0.0:
        worst = float(design.y.min())
        raise InputError.one("data", design.outcome, "negative outcome", mend, value=worst)
    if design.y.max() == 0.0:
        raise InputError.one("data", design.outcome, "outcome is zero everywhere", mend)


def _rows(design: Design, kept: Mask) -> Design:
    """Return the design of some of its rows."""

    def block(held: Array | None) -> Array | None:
        return None if held is None else held[kept]

    exogenous = replace(design.exogenous, values=design.exogenous.values[kept])
    gone = int((~kept).sum())
    dropped = {**design.dropped, "sent to zero": design.dropped.get("sent to zero", 0) + gone}
    return replace(
        design,
        y=design.y[kept],
        exogenous=exogenous,
        effects=tuple(
            np.asarray(np.unique(codes[kept], return_inverse=True)[1], dtype=np.int64)
            for codes in design.effects
        ),
        slopes=tuple(block(slope) for slope in design.slopes),
        weights=block(design.weights),
        kept=design.kept[kept],
        dropped=dropped,
    )


def _without_zero_effects(design: Design, offset: Array) -> tuple[Design, Array, int]:
    """Leave out levels of fixed effects whose outcome is always zero, until there are none."""
    dropped = 0
    while True:
        kept = np.ones(design.nobs, dtype=bool)
        for codes, slope in zip(design.effects, design.slopes, strict=True):
            if slope is None:
                kept &= (np.bincount(codes, weights=design.y) > 0.0)[codes]
        if kept.all():
            return design, offset, dropped
        dropped += int((~kept).sum())
        design, offset = _rows(design, kept), offset[kept]


def _absorption(design: Design, weights: Array) -> Absorption | None:
    if not design.effects:
        return None
    return Absorption(design.effects, design.slopes, weights)


def _select(design: Design, options: Options) -> _Selection:
    columns = design.exogenous.values
    weights = np.ones(design.nobs) if design.weights is None else design.weights
    absorption = _absorption(design, weights)
    inside = columns if absorption is None else absorption.residuals(columns)
    absorbed = absorption is not None
    chosen = selected(design.exogenous.names, columns, inside, options.collinear, absorbed)
    if not chosen.names:
        raise InputError.one("formula", "", "no regressors", "write at least one term")
    return _Selection(chosen.names, columns[:, chosen.places], chosen.diagnostics)


def _deviance(y: Array, mean: Array, weights: Array) -> float:
    return float(2.0 * (weights @ (xlogy(y, y / mean) - (y - mean))))


def _iterate(design: Design, selection: _Selection, offset: Array) -> _Found:
    """Solve by weighted least squares, again and again, until the deviance settles."""
    y = design.y
    prior = np.ones(len(y)) if design.weights is None else design.weights
    mean = (y + float(np.average(y, weights=prior))) / 2.0
    index = np.log(mean)
    before, total = np.inf, float(prior @ y)
    both = np.empty((len(y), 1 + selection.columns.shape[1]), order="F")
    both[:, 1:] = selection.columns
    for step in range(1, MOST_STEPS + 1):
        working = index - offset + (y - mean) / mean
        weights = prior * mean
        absorption = _absorption(design, weights)
        both[:, 0] = working
        inside = both if absorption is None else absorption.residuals(both)
        roots = np.sqrt(weights)
        regressors = inside[:, 1:] * roots[:, None]
        factors = orthogonal_factors(regressors)
        estimates = factors.solve(inside[:, 0] * roots)
        left = inside[:, 0] - inside[:, 1:] @ estimates
        index = working - left + offset
        mean = np.exp(np.clip(index, -500.0, 500.0))
        now = _deviance(y, mean, prior)
        if abs(now - before) <= SETTLED * (abs(now) + total):
            residuals = prior * (y - mean) / roots
            solved = Solved(
                *(estimates, factors.bread, regressors, residuals, absorption),
                scale=1.0,
                linear=False,
            )
            return _Found(solved, mean, now, step)
        before = now
    raise EconError(
        f"Poisson did not converge in {MOST_STEPS} steps: "
        "look for regressors that are nonzero in a few rows only, and rescale large ones"
    )


def _separated(design: Design, selection: _Selection, mean: Array) -> Mask:
    """Return rows some direction of the regressors sends to zero without touching the others.

    The largest such set is the solution of a linear programme, solved where means vanish.
    """
    y = design.y
    suspect = (y == 0.0) & (mean < VANISHING * float(y.mean()))
    if not suspect.any():
        return np.zeros(len(y), dtype=bool)
    blocks = [sparse.csr_array(selection.columns)]
    for codes, slope in zip(design.effects, design.slopes, strict=True):
        values = np.ones(len(y)) if slope is None else slope
        shape = (len(y), int(codes.max()) + 1)
        blocks.append(sparse.csr_array((values, (np.arange(len(y)), codes)), shape=shape))
    columns = sparse.hstack(blocks, format="csr")
    zero, positive = columns[y == 0.0], columns[y > 0.0]
    solution = linprog(
        -np.asarray(zero.sum(axis=0)).ravel(),
        A_ub=sparse.vstack([-zero, zero]),
        b_ub=np.concatenate([np.zeros(zero.shape[0]), np.ones(zero.shape[0])]),
        A_eq=positive,
        b_eq=np.zeros(positive.shape[0]),
        bounds=(None, None),
        method="highs",
    )
    found = np.zeros(len(y), dtype=bool)
    if solution.status == 0:
        found[y == 0.0] = zero @ solution.x > VANISHING
    return found


def _perfect(design: Design, found: _Found) -> tuple[Diagnostic, ...]:
    # Squares, not the deviance: that is a difference of large terms, and never quite zero.
    y = design.y
    prior = np.ones(len(y)) if design.weights is None else design.weights
    away = y - np.average(y, weights=prior)
    return perfect_fit(float(prior @ (y - found.mean) ** 2), float(prior @ away**2))


def _statistics(design: Design, found: _Found) -> dict[str, float]:
    y, mean = design.y, found.mean
    prior = np.ones(len(y)) if design.weights is None else design.weights
    constant = float(prior @ (gammaln(y + 1.0)))
    likelihood = float(prior @ (xlogy(y, mean) - mean)) - constant
    average = float(np.average(y, weights=prior))
    null = float(prior @ (xlogy(y, average) - average)) - constant
    return {
        "loglik": likelihood,
        "r2_pseudo": 1.0 - likelihood / null if null else np.nan,
        "deviance": found.deviance,
        "steps": float(found.steps),
        "df_resid": float(design.nobs - found.solved.parameters),
    }
