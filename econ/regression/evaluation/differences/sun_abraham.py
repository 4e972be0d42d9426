"""Treatments that begin at different dates: one regression with a coefficient for every cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.data.dataset import Dataset
from econ.regression.evaluation.differences.group_effects import StaggeredFit
from econ.regression.evaluation.differences.samples import (
    cells_of,
    last_as_control,
    masses_of,
    read,
    without_always,
)
from econ.regression.evaluation.differences.two_way import (
    TwoWayQuestion,
    two_way,
)
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit

__all__ = ["SunAbraham"]


@dataclass(frozen=True)
class SunAbraham(TwoWayQuestion):
    """The interaction-weighted estimator of Sun and Abraham, as ``sunab`` of R's ``fixest``.

    One regression with unit and period effects and a coefficient for every cohort in every period
    but the last before treatment; controls are the never treated, or else the last cohort.

    Parameters
    ----------
    formula, unit, time, cohort, treatment, anticipation, weights, vcov, level
        See `Question`. Averages weigh by rows, and their weights count as known.
    small_sample : str
        Convention of the small-sample factor, see `econ.FixedEffects`.

    References
    ----------
    [sun_abraham_2021]

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> model = SunAbraham("jobs", unit="dep", time="year", cohort="since")
    >>> round(model.fit(frame).att.params["ATT"], 6)
    np.float64(2.5)
    """

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> StaggeredFit:
        """Return effects by cohort and period.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data; when there is one cohort and no control.
        """
        found = without_always(read(self, data, []), self.anticipation)
        if not np.isinf(found.first).any():
            found = last_as_control(found, self.anticipation)
        reference = -1.0 - self.anticipation
        cells, cell = cells_of(found, found.row_time - found.row_first != reference)
        columns = (cell[:, None] == np.arange(len(cells))).astype(np.float64)
        names = [f"ATT({one.group:g}, {one.time:g})" for one in cells]
        solved = two_way(found, columns, names, self, "Sun-Abraham")
        c = len(solved.kept)
        held = tuple(cells[place] for place in solved.kept)
        groups = tuple(sorted({one.group for one in held}))
        common_fields = {name: getattr(solved.fit, name) for name in Fit.__dataclass_fields__}
        return StaggeredFit(
            **common_fields
            | {
                "terms": solved.fit.terms[:c],
                "estimates": solved.fit.estimates[:c],
                "covariance": solved.fit.covariance[:c, :c],
            },
            cells=held,
            masses=masses_of(found, cell)[list(solved.kept)],
            groups=groups,
            shares=np.array([np.mean(found.first == group) for group in groups]),
            joint=solved.fit.covariance[:c, :c],
            by_share=False,
            anticipation=self.anticipation,
            reference=reference,
        )
