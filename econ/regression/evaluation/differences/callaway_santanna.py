"""Treatments that begin at different dates: comparisons of two periods, cohort by cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.cross_sections import cross_section_effects
from econ.kernels.evaluation.doubly_robust import METHODS
from econ.kernels.evaluation.group_time import (
    BASES,
    GroupTime,
    group_time_effects,
)
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.group_effects import StaggeredFit
from econ.regression.evaluation.differences.question import CONTROL_NAMES, Question
from econ.regression.evaluation.differences.samples import (
    common,
    complete,
    dose_faults,
    last_as_control,
    perfect_effects,
    read,
    seen_before,
    unit_dose,
    unit_weights,
    without_always,
)
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Diagnostic

__all__ = ["CallawaySantAnna"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LINE: Final = Diagnostic(
    "effects in proportion to the dose",
    reason="assumed, not tested: where effects bend with the dose, large doses weigh more than few",
)
POPULATION: Final = "rows compared, not changes of units: samples of one population"


@dataclass(frozen=True)
class CallawaySantAnna(Question):
    """Group-time effects of Callaway and Sant'Anna, as R's ``did``.

    Parameters
    ----------
    formula, unit, time, cohort, treatment, anticipation, weights, vcov, level
        See `Question`. Covariates are those of the earlier period of each comparison.
    control : {"never", "notyet"}
        Whom the treated are compared with: units never treated, or not treated yet.
    method : {"dr", "imp", "reg", "ipw"}
        Doubly robust (``did``), its improved form (default of ``DRDID`` and Stata's ``drdid``),
        outcome regression, inverse probability weighting.
    base : {"varying", "universal"}
        Before treatment, measure effects from the period before, or all from the last untreated
        one. Honest bounds take the universal base whichever is shown.
    balanced : bool
        Leave out units that lack a period, as ``did`` does by default; else each comparison
        takes the units that have both of its periods.
    panel : bool
        False for repeated cross-sections, where other units are seen in each period: every row
        counts, and `unit` may be left out or names what errors are clustered by. With the unit of
        a panel that has gaps it is ``allow_unbalanced_panel`` of ``did``.

    dose : str
        A column with the dose of each treated unit, zero or empty for the others, as
        `Treatment.attach` writes it. Effects are then those of one unit of dose: a line through no
        effect at no dose, by least squares given covariates; `method` is not asked.

    References
    ----------
    [callaway_santanna_2021]; the estimators of each cell are those of [santanna_zhao_2020];
    [callaway_goodman_bacon_santanna_2024] on doses.

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> model = CallawaySantAnna("jobs", unit="dep", time="year", cohort="since")
    >>> fit = model.fit(frame).att
    >>> fit.params["ATT"], round(fit.bse["ATT"], 3)
    (np.float64(2.5), np.float64(0.791))
    """

    control: str = "never"
    method: str = "dr"
    base: str = "varying"
    balanced: bool = True
    panel: bool = True
    dose: str = ""

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> StaggeredFit:
        """Return effects by cohort and period.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data, see `Cohorts.build`; when the controls asked for do not
            exist, or no comparison is possible.
        """
        faults = [
            Fault("estimator", name, "unknown", nearest(value, known), value=value)
            for name, value, known in (
                ("control", self.control, CONTROL_NAMES),
                ("method", self.method, METHODS),
                ("base", self.base, BASES),
            )
            if value not in known
        ]
        faults += [
            Fault("estimator", name, "neither", "write True or False", value=value)
            for name, value in (("balanced", self.balanced), ("panel", self.panel))
            if not isinstance(value, bool)
        ]
        faults += dose_faults(self.dose, data, panel=self.panel)
        found = read(self, data, faults, rows=self.panel is False)
        _refuse_still(found)
        control = CONTROL_NAMES[self.control]
        if not self.panel:
            found = seen_before(found, self.anticipation)
        else:
            found = complete(found) if self.balanced else found
            found = without_always(found, self.anticipation)
        if not np.isinf(found.first).any():
            if control == "never":
                raise InputError.one(
                    "data",
                    "cohort",
                    "no unit is never treated",
                    'compare with those not treated yet: control="notyet"',
                )
            found = last_as_control(found, self.anticipation)
        (long, *short), notes = self._effects(found, control)
        if not any(cell.after for cell in long.cells):
            mend = "give more units or fewer covariates, or control='notyet'"
            raise InputError.one("data", "", "no cohort can be compared after treatment", mend)
        words = {"never": "never treated", "notyet": "not yet treated"}[control]
        how = f"per unit of {self.dose}" if self.dose else self.method
        shared = common(found, self, f"Callaway-Sant'Anna ({how}, {words})", notes)
        if self.dose:
            shared["diagnostics"] = (*shared["diagnostics"], LINE)
        many = len(long.cells)
        shared["diagnostics"] += perfect_effects(found, long.covariance[:many, :many])
        whole = self._as_fit(shared, long, reference=-1.0 - self.anticipation)
        return self._as_fit(shared, short[0], universal=whole) if short else whole

    def _effects(self, found: Cohorts, control: str) -> tuple[tuple[GroupTime, ...], list[str]]:
        """Return effects by each base that is needed, and what was read in which way."""
        columns = np.column_stack([np.ones(len(found.unit)), found.slopes])
        asked: dict[str, Any] = {
            "method": self.method,
            "control": control,
            "anticipation": self.anticipation,
            "bases": ("universal",) if self.base == "universal" else ("universal", "varying"),
        }
        if not self.panel:
            effects = cross_section_effects(
                found.design.y,
                found.period,
                found.row_first,
                found.times,
                covariates=columns,
                weights=found.row_weights,
                clusters=found.clusters,
                **asked,
            )
            return effects, [POPULATION]
        weights, notes = unit_weights(found)
        dose = unit_dose(found, self.dose) if self.dose else None
        clusters = np.zeros(len(found.labels), dtype=np.int64)
        clusters[found.unit] = found.clusters
        effects = group_time_effects(
            found.wide(found.design.y),
            found.first,
            found.times,
            covariates=np.stack([found.wide(column) for column in columns.T], axis=2),
            weights=weights,
            clusters=clusters,
            dose=dose,
            **asked,
        )
        return effects, notes

    def _as_fit(self, shared: dict[str, Any], effects: GroupTime, **more: Any) -> StaggeredFit:
        sample = shared["sample"]
        if effects.empty:
            shown = ", ".join(f"({cell.group:g}, {cell.time:g})" for cell in effects.empty)
            sample = f"{sample}; no comparison for {shown}"
        return StaggeredFit(
            **shared | {"sample": sample},
            terms=tuple(f"ATT({cell.group:g}, {cell.time:g})" for cell in effects.cells),
            estimates=effects.values,
            covariance=effects.covariance[: len(effects.cells), : len(effects.cells)],
            cells=effects.cells,
            groups=effects.groups,
            shares=effects.shares,
            joint=effects.covariance,
            anticipation=self.anticipation,
            **more,
        )


def _refuse_still(found: Cohorts) -> None:
    """Refuse covariates that are the same everywhere: they tell no unit from another."""
    InputError.raise_if(
        [
            Fault("data", name, "is the same in every row", "leave it out", value=column[0])
            for name, column in zip(found.covariates, found.slopes.T, strict=True)
            if np.ptp(column) == 0.0
        ]
    )
