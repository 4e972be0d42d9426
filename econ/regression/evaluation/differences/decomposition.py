"""What a two-way estimate compares: Goodman-Bacon's decomposition into two-by-two estimates."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import InputError
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.question import Question
from econ.regression.evaluation.differences.samples import complete, read
from econ.regression.panel.panel import Panel

__all__ = ["BaconDecomposition", "Decomposition"]

KINDS: Final = {
    "treated_vs_never": "treated vs untreated",
    "earlier_vs_later": "earlier vs later treated",
    "later_vs_earlier": "later vs earlier treated",
}
FORBIDDEN: Final = KINDS["later_vs_earlier"]


@dataclass(frozen=True)
class Decomposition:
    """Two-by-two comparisons whose weighted sum is the two-way estimate.

    Parameters
    ----------
    estimate : float
        Of the two-way regression.
    comparisons : pandas.DataFrame
        ``treated, control, kind, weight, estimate``, a row for each pair of cohorts.
    sample : str
    """

    estimate: float
    comparisons: pd.DataFrame
    sample: str

    def by_kind(self) -> pd.DataFrame:
        """Return weight and average estimate of each kind of comparison."""
        rows = self.comparisons.assign(part=lambda f: f["weight"] * f["estimate"])
        found = rows.groupby("kind", sort=False)[["weight", "part"]].sum()
        found["estimate"] = found["part"] / found["weight"]
        return found.drop(columns="part").reset_index()

    @property
    def forbidden(self) -> float:
        """Weight of comparisons with units that are treated already [share]."""
        kind = self.comparisons["kind"]
        return float(self.comparisons.loc[kind == FORBIDDEN, "weight"].sum())

    def tidy(self) -> pd.DataFrame:
        """Return the comparisons."""
        return self.comparisons.copy()

    def __str__(self) -> str:
        lines = [f"two-way estimate {self.estimate:.4g} ="]
        lines += [
            f"  {weight:.3f} x {value:.4g}  {kind}"
            for kind, weight, value in self.by_kind().itertuples(index=False)
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class BaconDecomposition(Question):
    """Goodman-Bacon's decomposition, as R's ``bacondecomp``.

    The two-way estimate averages every comparison of two cohorts, among them those that take units
    treated earlier as controls; where effects grow, these pull it towards zero or beyond.

    Parameters
    ----------
    formula, unit, time, cohort, treatment
        See `Question`; without covariates and weights. Units that lack a period are left out:
        the weights hold for a balanced panel.

    References
    ----------
    [goodman_bacon_2021], theorem 1. Computed by diff-diff.

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> model = BaconDecomposition("jobs", unit="dep", time="year", cohort="since")
    >>> print(model.fit(frame))
    two-way estimate 2.5 =
      1.000 x 2.5  treated vs untreated
    """

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Decomposition:
        """Return the comparisons.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data; when there are covariates, weights or anticipation.
        """
        found = complete(read(self, data, []))
        for name, value in (
            ("covariates", ", ".join(found.covariates)),
            ("weights", self.weights),
            ("anticipation", self.anticipation),
        ):
            if value:
                mend = "leave them out: the decomposition is of the regression on treatment alone"
                raise InputError.one("estimator", name, "not decomposed", mend, value=value)
        if len(np.unique(found.first)) < 2:
            mend = "give units that are treated later, or never"
            raise InputError.one("data", "", "all units are treated at one date", mend)
        return _decomposed(found)


def _decomposed(found: Cohorts) -> Decomposition:
    from diff_diff import BaconDecomposition as Theirs  # noqa: PLC0415

    frame = pd.DataFrame(
        {
            "y": found.design.y.astype(np.float64),
            "unit": found.unit.astype(np.int64),
            "time": found.row_time.astype(np.int64),
            "first": np.where(np.isfinite(found.row_first), found.row_first, 0.0).astype(np.int64),
        }
    )
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        theirs: Any = Theirs(weights="exact").fit(
            frame, outcome="y", unit="unit", time="time", first_treat="first"
        )
    rows = [
        (
            f"{one.treated_group:g}",
            one.control_group if isinstance(one.control_group, str) else f"{one.control_group:g}",
            KINDS.get(one.comparison_type, one.comparison_type),
            float(one.weight),
            float(one.estimate),
        )
        for one in theirs.comparisons
    ]
    names = ["treated", "control", "kind", "weight", "estimate"]
    table = pd.DataFrame(rows, columns=names).replace({"control": {"never_treated": "untreated"}})
    notes = [str(warning.message).split(". ")[0] for warning in said]
    return Decomposition(float(theirs.twfe_estimate), table, "; ".join([found.sample, *notes]))
