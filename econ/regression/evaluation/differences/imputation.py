"""Treatments that begin at different dates: effects as what untreated rows do not explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError
from econ.kernels.evaluation.imputation import imputed_effects
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.group_effects import StaggeredFit
from econ.regression.evaluation.differences.question import Question
from econ.regression.evaluation.differences.samples import (
    cells_of,
    common,
    imputable,
    masses_of,
    perfect_effects,
    read,
    without_always,
)
from econ.regression.evaluation.differences.two_way import (
    absorbed_covariates,
)
from econ.regression.panel.panel import Panel

__all__ = ["BorusyakJaravelSpiess"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BorusyakJaravelSpiess(Question):
    """The imputation estimator of Borusyak, Jaravel and Spiess, as Stata's ``did_imputation``.

    Unit, period and covariates are fitted on untreated rows only; an effect is what is left of a
    treated one. Efficient when effects are free and errors are alike; all periods before count,
    so no bound on trends from a reference period can be asked.

    Parameters
    ----------
    formula, unit, time, cohort, treatment, anticipation, weights, vcov, level
        See `Question`.
    leads : int
        Effects before treatment for `pretrends`: that many periods before it, estimated apart on
        untreated rows and measured from all earlier ones.

    References
    ----------
    [borusyak_jaravel_spiess_2024]

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> model = BorusyakJaravelSpiess("jobs", unit="dep", time="year", cohort="since")
    >>> round(model.fit(frame).att.params["ATT"], 6)
    np.float64(2.5)
    """

    leads: int = 0

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> StaggeredFit:
        """Return effects by cohort and period.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data; when no period is left with untreated units.
        """
        faults = []
        if not isinstance(self.leads, int) or isinstance(self.leads, bool) or self.leads < 0:
            mend = "give whole periods: 0, 1, 2, ..."
            faults.append(
                Fault("estimator", "leads", "no number of periods", mend, value=self.leads)
            )
        found = without_always(read(self, data, faults), self.anticipation)
        found = imputable(found, self.anticipation)
        leads = self._leads(found)
        reached = np.count_nonzero(leads, axis=0) > 0
        if not reached.all():
            most = int(reached.sum())
            mend = f"the longest span before treatment has {most} periods: ask for fewer"
            raise InputError.one(
                "estimator", "leads", "reach before the panel", mend, value=self.leads
            )
        cells, cell = cells_of(found, found.row_time >= found.row_first - self.anticipation)
        estimates = imputed_effects(
            found.design.y,
            found.unit,
            found.period,
            covariates=found.slopes,
            weights=found.row_weights,
            cell=cell,
            clusters=found.clusters,
            leads=leads,
        )
        c = len(cells)
        covariance = estimates.covariance[:c, :c]
        groups = tuple(sorted({one.group for one in cells}))
        shared = common(found, self, "Imputation (Borusyak-Jaravel-Spiess)", [])
        return StaggeredFit(
            **shared
            | {
                "diagnostics": (
                    *shared["diagnostics"],
                    *absorbed_covariates(found),
                    *perfect_effects(found, covariance),
                )
            },
            terms=tuple(f"ATT({one.group:g}, {one.time:g})" for one in cells),
            estimates=estimates.values[:c],
            covariance=covariance,
            cells=cells,
            masses=masses_of(found, cell),
            groups=groups,
            shares=np.array([np.mean(found.first == group) for group in groups]),
            joint=estimates.covariance,
            by_share=False,
            leads=tuple(-float(lead + self.anticipation) for lead in range(self.leads, 0, -1)),
            lead_values=estimates.leads,
            anticipation=self.anticipation,
        )

    def _leads(self, found: Cohorts) -> Array:
        """Return a column of ones for each number of periods before treatment, shape (n, leads)."""
        since = found.row_time - found.row_first + self.anticipation
        numbers = np.arange(self.leads, 0, -1)
        return np.asarray(since[:, None] == -numbers, dtype=np.float64)
