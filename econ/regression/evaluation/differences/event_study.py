"""Two-way fixed effects, static and by event time: what they are, with what they average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError
from econ.regression.evaluation.differences.aggregation import Aggregation
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.samples import read, without_always
from econ.regression.evaluation.differences.two_way import (
    TwoWayQuestion,
    residual_treatment,
    two_way,
)
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Diagnostic, Fit

__all__ = ["EventStudy", "TwoWayFixedEffects"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TwoWayFixedEffects(TwoWayQuestion):
    """Least squares of the outcome on treatment with unit and period effects.

    With several dates of treatment it also compares the treated with those treated before them,
    and averages effects with weights that may be negative: `Fit.diagnostic("negative weights")`
    says how many, `bacon_decomposition` which comparisons. Right where the effect is one number.

    Parameters
    ----------
    formula, unit, time, cohort, treatment, anticipation, weights, vcov, level
        See `Question`.
    small_sample : str
        Convention of the small-sample factor, see `econ.FixedEffects`.

    References
    ----------
    [dechaisemartin_dhaultfoeuille_2020] (the weights); [goodman_bacon_2021].

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> model = TwoWayFixedEffects("jobs", unit="dep", time="year", cohort="since")
    >>> round(model.fit(frame).params["treated"], 6)
    np.float64(2.5)
    """

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimate, term ``treated``.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data, see `Cohorts.build`.
        """
        found = read(self, data, [])
        treated = (found.row_time >= found.row_first - self.anticipation).astype(np.float64)
        fit = two_way(found, treated[:, None], ["treated"], self, "Two-way fixed effects").fit
        return fit.replace(diagnostics=(*fit.diagnostics, _negative_weights(found, treated)))


def _negative_weights(found: Cohorts, treated: Array) -> Diagnostic:
    weight = (residual_treatment(found, treated) * found.row_weights)[treated > 0.0]
    weight = weight / weight.sum()
    negative = weight < 0.0
    total = float(weight[negative].sum())
    reason = (
        f"{int(negative.sum())} of {negative.size} treated rows weigh negative, "
        f"{total:.3g} together: if effects differ, the estimate may even have the wrong sign"
    )
    return Diagnostic("negative weights", total, holds=not negative.any(), reason=reason)


@dataclass(frozen=True)
class EventStudy(TwoWayQuestion):
    """Least squares on time since treatment with unit and period effects.

    Right where every cohort has the same path of effects; else effects of other event times leak
    into each coefficient, and `SunAbraham` or `CallawaySantAnna` is the estimator to take.

    Parameters
    ----------
    formula, unit, time, cohort, treatment, anticipation, weights, vcov, level
        See `Question`.
    small_sample : str
        Convention of the small-sample factor, see `econ.FixedEffects`.
    reference : int, optional [period]
        Event time that others are measured from; the last one not anticipated where left out.
    window : tuple of int, optional [period]
        First and last event time; earlier and later ones are put into these two.

    References
    ----------
    [sun_abraham_2021] (what its coefficients average).

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> model = EventStudy("jobs", unit="dep", time="year", cohort="since")
    >>> model.fit(frame).params.round(6).to_dict()
    {'0': 2.5}
    """

    reference: int | None = None
    window: tuple[int, int] | None = None

    def _option_faults(self) -> list[Fault]:
        faults, window = [], self.window
        if self.reference is not None and not _whole(self.reference):
            mend = "write whole periods from treatment, such as -1"
            fault = Fault("estimator", "reference", "no event time", mend, value=self.reference)
            faults.append(fault)
        pair = isinstance(window, list | tuple) and len(window) == 2 and all(map(_whole, window))
        if window is not None and not (pair and window[0] < window[1]):
            mend = "write its first and its last event time, as in (-5, 5)"
            faults.append(Fault("estimator", "window", "no window", mend, value=window))
        return faults

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Aggregation:
        """Return the effects by event time.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data; when the reference is no event time of the panel; when
            no unit is never treated and the effects absorb more than the reference and a line.
        """
        found = without_always(read(self, data, self._option_faults()), self.anticipation)
        since = np.where(np.isfinite(found.row_first), found.row_time - found.row_first, np.nan)
        if self.window is not None:
            since = np.clip(since, *self.window)
        last = -1.0 - self.anticipation
        reference = last if self.reference is None else float(self.reference)
        times = np.unique(since[np.isfinite(since)])
        if reference not in times:
            shown = ", ".join(f"{time:g}" for time in times)
            mend = f"choose from {shown}"
            fault = Fault("estimator", "reference", "no such event time", mend, value=reference)
            raise InputError([fault])
        left = [reference]
        if np.isfinite(found.first).all() and times[0] != reference:
            # Without never-treated units a straight line in event time is in the effects.
            left.append(float(times[0]))
        keys = [float(time) for time in times if time not in left]
        columns = (since[:, None] == np.array(keys)).astype(np.float64)
        names = [f"{key:g}" for key in keys]
        solved = two_way(found, columns, names, self, "Event study (two-way fixed effects)")
        kept = [keys[place] for place in solved.kept]
        later = {f"{key:g}": 1.0 for key in kept if key >= 0.0}
        fit = solved.fit
        if np.isfinite(found.first).all() and len(kept) < len(keys):
            _refuse_absorbed([key for key in keys if key not in kept])
        k = len(kept)
        mean = {name: 1.0 / len(later) for name in later}
        common = {name: getattr(fit, name) for name in Fit.__dataclass_fields__}
        if len(left) > 1:
            note = f"{fit.sample}; no unit is never treated: event time {left[1]:g} is zero, too"
            common["sample"] = note
        return Aggregation(
            **common
            | {
                "terms": fit.terms[:k],
                "estimates": fit.estimates[:k],
                "covariance": fit.covariance[:k, :k],
            },
            kind="event",
            keys=tuple(kept),
            overall=fit.linear_combination(mean, name="ATT") if mean else None,
            reference=reference if len(left) == 1 and reference == last else float("nan"),
            anticipation=self.anticipation,
        )


def _whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def _refuse_absorbed(times: list[float]) -> None:
    """Refuse event times that would be references nobody chose: every other one moves with them."""
    mend = "use SunAbraham or BorusyakJaravelSpiess, or bring units that are never treated"
    problem = "no unit is never treated, and unit and period effects absorb this event time"
    InputError.raise_if(
        [Fault("estimator", "event time", problem, mend, value=f"{time:g}") for time in times]
    )
