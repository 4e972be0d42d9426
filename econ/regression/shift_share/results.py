"""What a shift-share design returns: its fit, Rotemberg weights, the regression across shocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from econ.errors import InputError
from econ.kernels.regression.shift_share import (
    COLLINEAR,
    AkmErrors,
    JustIdentified,
    effective_number,
    exposure_weights,
)
from econ.regression.results.diagnostic import perfect_fit
from econ.regression.results.fit import Diagnostic, Fit, level_faults
from econ.regression.shift_share.reading import Cell
from econ.regression.shift_share.sample import ShiftShareSample

__all__ = ["Rotemberg", "ShiftShareFit", "ShockLevel", "diagnostics_of", "strength_of"]

Array = npt.NDArray[np.float64]

# Staiger and Stock's rule of thumb for one instrument.
STRONG: Final = 10.0
FEW_SHOCKS: Final = 30


@dataclass(frozen=True)
class ShiftShareFit(Fit):
    """The coefficient of a shift-share design; with AKM0 its interval is a set, not symmetric.

    Parameters
    ----------
    akm : AkmErrors
        From which the error and the set follow at any level and under any hypothesis.
    null : bool
        Whether errors and intervals are AKM0's.
    """

    akm: AkmErrors | None = None
    null: bool = False

    @classmethod
    def made(
        cls,
        sample: ShiftShareSample,
        errors: AkmErrors,
        first: AkmErrors,
        codes: npt.NDArray[np.intp],
        words: str,
        *,
        null: bool,
        level: float,
    ) -> Self:
        """Put estimate, errors and diagnostics together."""
        error = errors.null_error() if null else errors.error
        residuals = sample.outcome - errors.estimate * sample.regressor
        weights = exposure_weights(sample.shares, sample.weights)
        shocks = np.bincount(codes, weights).astype(np.float64)
        strength = np.nan if sample.reduced else strength_of(first.estimate, first.error)
        stage = {
            "first_stage": first.estimate,
            "first_stage_error": first.error,
            "first_stage_F": strength,
        }
        statistics = ({} if sample.reduced else stage) | {
            "sigma2": float(sample.weights @ residuals**2) / float(sample.weights.sum()),
            "shocks": float(len(weights)),
            "effective_shocks": effective_number(shocks),
        }
        held = cls(
            estimator="Shift-share" if sample.reduced else "Shift-share 2SLS",
            outcome=sample.outcome_name,
            terms=(sample.term,),
            estimates=np.array([errors.estimate]),
            covariance=np.array([[error**2]]),
            degrees_of_freedom=np.inf,
            nobs=sample.nobs,
            vcov=words,
            clusters=(len(shocks),),
            sample=sample.sample,
            statistics=statistics,
            diagnostics=diagnostics_of(sample, shocks, strength),
            level=level,
            provenance=sample.provenance,
            vintage=sample.vintage,
            akm=errors,
            null=null,
        )
        squares = float(sample.weights @ sample.outcome**2) / float(sample.weights.sum())
        perfect = perfect_fit(statistics["sigma2"], squares)
        rows = (*held.diagnostics, held._set_diagnostic(), *perfect)
        return held.replace(diagnostics=rows)

    def _set_diagnostic(self) -> Diagnostic:
        assert self.akm is not None
        critical = float(stats.norm.ppf((1.0 + self.level) / 2.0))
        holds = self.akm.bounded(critical)
        parts = " and ".join(f"{a:.3g} to {b:.3g}" for a, b in self.confidence_set())
        reason = f"AKM0 does not reject {parts} at {self.level:.0%}"
        reason += "" if holds else ": too few or too weak shocks to tell"
        return Diagnostic("AKM0 set is an interval", holds=holds, reason=reason)

    def confidence_set(self, *, level: float | None = None) -> tuple[tuple[float, float], ...]:
        """Return the intervals of coefficients that AKM0 does not reject at a level."""
        chosen = self.level if level is None else level
        InputError.raise_if(level_faults(chosen))
        assert self.akm is not None
        return self.akm.confidence_set(float(stats.norm.ppf((1.0 + chosen) / 2.0)))

    def conf_int(self, *, level: float | None = None) -> pd.DataFrame:
        """Return the interval; with AKM0 the smallest that holds the whole set."""
        if not self.null or self.akm is None:
            return super().conf_int(level=level)
        ends = [end for part in self.confidence_set(level=level) for end in part]
        return pd.DataFrame({"low": [min(ends)], "high": [max(ends)]}, index=list(self.terms))


def strength_of(estimate: float, error: float) -> float:
    """Return the F of one instrument: infinite where nothing is left unexplained."""
    return (estimate / error) ** 2 if error > 0.0 else np.inf


def diagnostics_of(
    sample: ShiftShareSample, shocks: Array, first_stage: float
) -> tuple[Diagnostic, ...]:
    """Return what is to be known before the estimate is believed."""
    number = effective_number(shocks)
    low, high = float(sample.raw_sums.min()), float(sample.raw_sums.max())
    rank = int(np.linalg.matrix_rank(sample.shares, rtol=COLLINEAR))
    found = []
    if not sample.reduced:
        reason = f"first-stage F robust to exposure, against {STRONG:g} (Staiger and Stock)"
        # An F with errors across a handful of shocks is as uncertain as these errors.
        holds = bool(first_stage >= STRONG) if number >= FEW_SHOCKS else None
        found.append(Diagnostic("strong instrument", first_stage, holds=holds, reason=reason))
    found += [
        Diagnostic(
            "many shocks",
            number,
            holds=bool(number >= FEW_SHOCKS),
            reason=(
                f"{np.count_nonzero(shocks)} shocks or clusters of them, {number:.1f} by the "
                "inverse Herfindahl of exposure; errors across shocks need many"
            ),
        ),
        Diagnostic(
            "complete shares",
            holds=not sample.incomplete_by_period,
            reason=(
                f"shares sum to {low:.3g} to {high:.3g} and the controls leave that free: set "
                "control_sum_of_shares=True"
                if sample.incomplete_by_period
                else "shares sum to one, or their sum is controlled for"
            ),
        ),
    ]
    if sample.collinear:
        names = ", ".join(sample.collinear)
        reason = f"{names}: a linear combination of the controls before it, and so without effect"
        found.append(
            Diagnostic("collinear terms", float(len(sample.collinear)), holds=False, reason=reason)
        )
    if rank < min(sample.shares.shape[1], np.count_nonzero(sample.shares.any(axis=0))):
        reason = f"rank {rank} of {sample.shares.shape[1]}: shocks of smallest norm are taken"
        found.append(Diagnostic("shares not collinear", holds=False, reason=reason))
    return tuple(found)


@dataclass(frozen=True)
class Rotemberg:
    """How much each share counts in a shift-share estimate, and what it would say alone.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns sector, period, shock, weight, estimate, first_stage; largest weight first.
    estimate : float
        The weighted sum of the estimates: the shift-share estimate.
    """

    frame: pd.DataFrame
    estimate: float

    @classmethod
    def made(cls, cells: Sequence[Cell], shocks: Array, found: JustIdentified) -> Self:
        """Put labels to weights and estimates."""
        frame = pd.DataFrame(
            {
                "sector": [cell[0] for cell in cells],
                "period": [cell[1] for cell in cells],
                "shock": shocks,
                "weight": found.weights,
                "estimate": found.estimates,
                "first_stage": found.first_stage,
            }
        )
        if frame["period"].isna().all():
            frame = frame.drop(columns="period")
        used = found.weights != 0.0
        estimate = float(found.weights[used] @ found.estimates[used])
        order = np.argsort(-found.weights, kind="stable")
        return cls(frame.iloc[order].reset_index(drop=True), estimate)

    @property
    def weights(self) -> pd.Series[float]:
        """Weights by sector, or sector and period; their sum is one."""
        keys = [name for name in ("sector", "period") if name in self.frame.columns]
        return self.frame.set_index(keys)["weight"]

    @property
    def negative_share(self) -> float:
        """Sum of the negative weights over the sum of all, each taken positive [share]."""
        size = self.frame["weight"].abs().sum()
        return float(-self.frame["weight"].clip(upper=0.0).sum() / size)

    def top(self, count: int = 5) -> pd.DataFrame:
        """Return the sectors of the largest weights."""
        return self.frame.head(count)

    def by_sector(self) -> pd.DataFrame:
        """Return weights summed over periods, with the weighted mean of the estimates."""
        frame = self.frame.assign(part=self.frame["weight"] * self.frame["estimate"])
        summed = frame.groupby("sector", sort=False)[["weight", "part"]].sum()
        summed["estimate"] = summed["part"] / summed["weight"]
        return summed[["weight", "estimate"]].sort_values("weight", ascending=False).reset_index()

    def tidy(self) -> pd.DataFrame:
        """Return the frame."""
        return self.frame

    def summary(self) -> pd.DataFrame:
        """Return sum, mean and number of negative and positive weights."""
        rows = []
        for name, chosen in (
            ("negative", self.frame[self.frame["weight"] < 0.0]),
            ("positive", self.frame[self.frame["weight"] > 0.0]),
        ):
            weights = chosen["weight"]
            part = float((weights * chosen["estimate"]).sum())
            row = {"weights": name, "sum": weights.sum(), "mean": weights.mean()}
            rows.append(row | {"number": len(chosen), "contribution": part})
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class ShockLevel:
    """A shift-share estimate as a regression across shocks.

    Parameters
    ----------
    fit : Fit
        The same coefficient, with errors robust to exposure.
    frame : pandas.DataFrame
        Columns sector, period, exposure, outcome, regressor, shock.
    effective_shocks : float
        Inverse of the Herfindahl index of exposure, summed by cluster.
    balance : pandas.DataFrame
        Columns variable, estimate, std_error, statistic, p_value: whether shocks predict what
        was there before them.
    """

    fit: Fit
    frame: pd.DataFrame
    effective_shocks: float
    balance: pd.DataFrame

    def tidy(self) -> pd.DataFrame:
        """Return the fit's row."""
        return self.fit.tidy()
