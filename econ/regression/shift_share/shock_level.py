"""A shift-share estimate as a regression across shocks, weighted by exposure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.shift_share import (
    effective_number,
    exposure_weights,
    partialled_out,
    shock_level_averages,
)
from econ.regression.results.diagnostic import perfect_fit
from econ.regression.results.fit import Diagnostic, Fit
from econ.regression.shift_share.exposure import Exposure
from econ.regression.shift_share.results import ShockLevel, diagnostics_of, strength_of
from econ.regression.shift_share.sample import ShiftShareSample

__all__ = ["MISSING", "shock_level_of"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
MISSING: Final = "missing"
CONVENTIONS: Final = ("fixest", "none")


@dataclass(frozen=True)
class _Across:
    """The rows of a regression across shocks."""

    weights: Array
    clusters: Codes
    controls: Array
    small_sample: str

    @property
    def number(self) -> int:
        return len(np.unique(self.clusters))

    def slope(self, outcome: Array, regressor: Array, shock: Array) -> tuple[float, float]:
        """Return the coefficient of the regressor, instrumented by the shock, and its error."""
        columns = np.column_stack([outcome, regressor, shock])
        y, x, z = partialled_out(columns, self.controls, self.weights).T
        moment = float(z @ (self.weights * x))
        estimate = float(z @ (self.weights * y)) / moment
        scores = np.bincount(self.clusters, self.weights * z * (y - estimate * x))
        n, k, groups = len(y), self.controls.shape[1] + 1, self.number
        factor = 1.0
        if self.small_sample == "fixest" and groups > 1 and n > k:
            factor = groups / (groups - 1.0) * (n - 1.0) / (n - k)
        return estimate, float(np.sqrt(factor * (scores @ scores))) / abs(moment)

    def among(self, kept: Mask) -> _Across:
        return _Across(
            self.weights[kept], self.clusters[kept], self.controls[kept], self.small_sample
        )


def shock_level_of(
    sample: ShiftShareSample,
    exposure: Exposure,
    shocks: Array,
    codes: Codes,
    *,
    controls: tuple[str, ...],
    balance: tuple[str, ...],
    small_sample: str,
    level: float,
) -> ShockLevel:
    """Return the regression across shocks; parameters as of `ShiftShare.shock_level`.

    Raises
    ------
    InputError
        With every unknown column or convention.
    """
    _check(exposure.columns, sample, controls, balance, small_sample)
    cells = list(exposure.cells)
    named = (*controls, *balance)
    columns = {name: list(exposure.columns[name]) for name in named if name in exposure.columns}
    shares = sample.shares
    if sample.incomplete:
        shares, cells, codes = _with_missing(sample, cells, codes)
        added = cells[len(shocks) :]
        shocks = np.append(shocks, np.zeros(len(added)))
        columns = {
            name: [*values, *_of_missing(values, added, exposure)]
            for name, values in columns.items()
        }
    exposed = exposure_weights(shares, sample.weights)
    used = exposed > 0.0
    averaged = shock_level_averages(
        np.column_stack([sample.outcome, sample.regressor, *sample.also.values()]),
        shares,
        sample.weights,
    )[used]
    shock = shocks[used]
    across = _Across(exposed[used], codes[used], _controls(columns, controls, used), small_sample)
    outcome, regressor = averaged[:, 0], averaged[:, 1]
    estimate, error = across.slope(outcome, regressor, shock)
    first, first_error = across.slope(regressor, shock, shock)
    by_cluster = np.bincount(across.clusters, across.weights).astype(np.float64)
    df = np.inf if small_sample == "none" else across.number - 1.0
    strength = np.nan if sample.reduced else strength_of(first, first_error)
    fit = _fit(sample, across, estimate, error, level).replace(
        degrees_of_freedom=df,
        statistics={
            "first_stage": first,
            "first_stage_F": strength,
            "effective_shocks": effective_number(by_cluster),
        },
        diagnostics=(
            *diagnostics_of(sample, by_cluster, strength),
            *_perfect(sample, estimate),
        ),
    )
    labelled = _frame(cells, exposed, used).assign(
        outcome=outcome, regressor=regressor, shock=shock
    )
    known = {name: averaged[:, 2 + place] for place, name in enumerate(sample.also)}
    known |= {name: _numbers(columns[name], name)[used] for name in balance if name not in known}
    slopes = [(name, *_slope_on(across, known[name], shock)) for name in balance]
    return ShockLevel(fit, labelled, effective_number(by_cluster), _balance(slopes, df))


def _fit(
    sample: ShiftShareSample, across: _Across, estimate: float, error: float, level: float
) -> Fit:
    """Return the estimate across shocks, without its statistics."""
    shocks = len(across.weights)
    clustered = across.number < shocks
    how = f"clustered ({across.number})" if clustered else "heteroskedasticity-robust"
    return Fit(
        estimator="Shift-share, shock level",
        outcome=sample.outcome_name,
        terms=(sample.term,),
        estimates=np.array([estimate]),
        covariance=np.array([[error**2]]),
        degrees_of_freedom=np.inf,
        nobs=shocks,
        vcov=f"exposure-robust, {how}",
        clusters=(across.number,),
        sample=f"{shocks} shocks; {sample.sample}",
        level=level,
        provenance=sample.provenance,
        vintage=sample.vintage,
    )


def _perfect(sample: ShiftShareSample, estimate: float) -> list[Diagnostic]:
    """Say so where the regressor leaves nothing of the outcome in any row."""
    left = sample.outcome - estimate * sample.regressor
    squares = float(sample.weights @ left**2), float(sample.weights @ sample.outcome**2)
    return list(perfect_fit(*squares))


def _frame(cells: Sequence[Any], exposed: Array, used: Mask) -> pd.DataFrame:
    """Return the sectors in use with their exposure; without periods where there are none."""
    frame = pd.DataFrame(
        {
            "sector": [cell[0] for cell in cells],
            "period": [cell[1] for cell in cells],
            "exposure": exposed,
        }
    )[used]
    if frame["period"].isna().all():
        frame = frame.drop(columns="period")
    return frame.reset_index(drop=True)


def _slope_on(across: _Across, values: Array, shock: Array) -> tuple[float, float]:
    """Return what the shocks predict of a variable, and its error, where it has values."""
    kept = np.isfinite(values)
    if not kept.any():
        return np.nan, np.nan
    return across.among(kept).slope(values[kept], shock[kept], shock[kept])


def _check(
    known: Mapping[str, Any],
    sample: ShiftShareSample,
    controls: Sequence[str],
    balance: Sequence[str],
    small_sample: str,
) -> None:
    faults = [
        Fault("shocks", name, "no such column", nearest(name, known))
        for name in controls
        if name not in known
    ]
    faults += [
        Fault("data", name, "no such column of data or shocks", nearest(name, known))
        for name in balance
        if name not in known and name not in sample.also
    ]
    if small_sample not in CONVENTIONS:
        mend = nearest(small_sample, CONVENTIONS)
        faults.append(Fault("shift share", "small_sample", "unknown", mend, value=small_sample))
    InputError.raise_if(faults)


def _with_missing(
    sample: ShiftShareSample, cells: list[Any], codes: Codes
) -> tuple[Array, list[Any], Codes]:
    """Add, for each period, the sector to which units are exposed by what their shares lack."""
    shares = sample.shares
    rest = np.maximum(1.0 - sample.raw_sums, 0.0)
    periods = list(dict.fromkeys(now for _, now in cells))
    parts = [shares]
    for now in periods:
        here = [now is None or own == now for own in sample.periods or [now] * len(rest)]
        parts.append(np.where(here, rest, 0.0)[:, None])
    # One cluster, as one sector has; on their own where every shock is on its own.
    apart = np.arange(len(periods)) if len(set(codes.tolist())) == len(codes) else 0
    of_missing = np.full(len(periods), codes.max() + 1) + apart
    added = [(MISSING, now) for now in periods]
    return np.column_stack(parts), [*cells, *added], np.append(codes, of_missing)


def _of_missing(
    values: Sequence[Hashable], added: Sequence[Any], exposure: Exposure
) -> list[Hashable]:
    """Return what the added sectors have of a column: the period where it is that, else zero."""
    if list(values) == [cell[1] for cell in exposure.cells]:
        return [cell[1] for cell in added]
    numeric = pd.api.types.is_numeric_dtype(pd.Series(list(values)))
    return [0.0 if numeric else MISSING] * len(added)


def _numbers(values: Sequence[Hashable], name: str) -> Array:
    found = pd.to_numeric(pd.Series(list(values)), errors="coerce").to_numpy(dtype=np.float64)
    if not np.isfinite(found).any():
        raise InputError.one("shocks", name, "no numbers", "name a column of numbers")
    return found


def _controls(
    columns: Mapping[str, Sequence[Hashable]], names: tuple[str, ...], used: Mask
) -> Array:
    parts = [np.ones((int(used.sum()), 1))]
    for name in names:
        values = pd.Series(list(columns[name]))[used]
        if pd.api.types.is_numeric_dtype(values):
            parts.append(values.to_numpy(dtype=np.float64)[:, None])
        else:
            dummies = pd.get_dummies(values.astype(str), drop_first=True, dtype=np.float64)
            parts.append(dummies.to_numpy())
    return np.column_stack(parts)


def _balance(rows: list[tuple[str, float, float]], df: float) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["variable", "estimate", "std_error"])
    frame = frame.astype({"estimate": np.float64, "std_error": np.float64})
    frame["statistic"] = frame["estimate"] / frame["std_error"]
    frame["p_value"] = 2.0 * stats.t.sf(np.abs(frame["statistic"]), df)
    return frame
