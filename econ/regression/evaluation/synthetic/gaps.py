"""`SyntheticFit`: a site beside its synthetic control, and what the weights rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.predictor_weights import NestedWeights
from econ.kernels.evaluation.ridge_augmentation import RidgeChoice
from econ.quantity.provenance import Provenance
from econ.regression.evaluation.synthetic.pool import Pool
from econ.regression.evaluation.synthetic.weighting import Weighted
from econ.regression.results.fit import TIDY, Diagnostic

__all__ = ["SyntheticFit", "gaps_of"]

Array = npt.NDArray[np.float64]
AVERAGE: Final = "average after"


@dataclass(frozen=True)
class SyntheticFit:
    """What a site had, what its synthetic control had, and the gap between them.

    Parameters
    ----------
    estimator, outcome, site : str
    periods : tuple, t
    before : int
        Number of periods before the event.
    observed, synthetic : ndarray, shape (t,) [outcome]
    donors : tuple of str, j
    donor_weights, outcome_only_weights : ndarray, shape (j,)
        Those of the method, and of the fit to the outcome alone.
    outcome_only : ndarray, shape (t,) [outcome]
        The synthetic control of that fit.
    predictors : tuple of str, k
    importance : ndarray, shape (k,) [share]
    balance_values : ndarray, shape (k, 3)
        Of the site, of its synthetic control, and the mean of all donors.
    searches : tuple of NestedWeights
    ridge : RidgeChoice, optional
    dropped : mapping of str to str
        Who is no donor, and why.
    diagnostics : tuple of Diagnostic
    sample : str
    unit : str
        Of the outcome.
    """

    estimator: str
    outcome: str
    site: str
    periods: tuple[Any, ...]
    before: int
    observed: Array
    synthetic: Array
    donors: tuple[str, ...]
    donor_weights: Array
    outcome_only_weights: Array
    outcome_only: Array
    predictors: tuple[str, ...]
    importance: Array
    balance_values: Array
    searches: tuple[NestedWeights, ...] = ()
    ridge: RidgeChoice | None = None
    dropped: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    sample: str = ""
    unit: str = ""
    level: float = 0.90
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def gaps(self) -> pd.Series[float]:
        """Observed less synthetic, by period."""
        return pd.Series(self.observed - self.synthetic, index=list(self.periods), name="gap")

    def gap(self, period: Any) -> float:
        """Return the gap of a period."""
        labels = [str(known) for known in self.periods]
        if str(period) not in labels:
            mend = nearest(period, labels)
            raise InputError.one("synthetic control", "period", "not there", mend, value=period)
        place = labels.index(str(period))
        return float(self.observed[place] - self.synthetic[place])

    @property
    def effect(self) -> float:
        """Mean gap after the event [outcome]."""
        return float((self.observed - self.synthetic)[self.before :].mean())

    @property
    def rmspe_before(self) -> float:
        """Root mean squared gap before the event [outcome]."""
        return float(np.sqrt(self.mspe_before))

    @property
    def mspe_before(self) -> float:
        """Mean squared gap before the event [outcome squared]."""
        return float(((self.observed - self.synthetic)[: self.before] ** 2).mean())

    @property
    def rmspe_after(self) -> float:
        """Root mean squared gap after the event [outcome]."""
        return float(np.sqrt(((self.observed - self.synthetic)[self.before :] ** 2).mean()))

    @property
    def rmspe_ratio(self) -> float:
        """Root mean squared gap after the event over that before; infinite for an exact fit."""
        return self.rmspe_after / self.rmspe_before if self.rmspe_before else np.inf

    @property
    def weights(self) -> pd.Series[float]:
        """Weight of each donor, by name."""
        return pd.Series(self.donor_weights, index=list(self.donors), name="weight")

    def weights_table(self) -> pd.DataFrame:
        """Return the donors that carry weight, by either fit, the heaviest first."""
        columns = {
            "donor": list(self.donors),
            "weight": self.donor_weights,
            "outcome_only": self.outcome_only_weights,
        }
        table = pd.DataFrame(columns)
        used = table[["weight", "outcome_only"]].abs().max(axis=1) > SHOWN
        return table[used].sort_values("weight", ascending=False).reset_index(drop=True)

    def balance(self) -> pd.DataFrame:
        """Return each predictor: importance, site, synthetic control, mean of the donors."""
        names = ["site", "synthetic", "donors"]
        table = pd.DataFrame(self.balance_values, columns=names)
        table.insert(0, "importance", self.importance)
        table.insert(0, "predictor", list(self.predictors))
        return table

    def starts(self) -> pd.DataFrame:
        """Return where the search of importances ended from every start, the best first.

        ``away`` is the distance of its weights from those of the best: half the sum of absolute
        differences, 0 where they are the same and 1 where no donor is shared.
        """
        rows = []
        every = [
            (place, name, loss, weights)
            for place, search in enumerate(self.searches, start=1)
            for name, loss, weights in zip(
                search.starts, search.losses, search.weights, strict=True
            )
        ]
        if every:
            best = min(every, key=lambda item: float(item[2]))[3]
            rows = [
                {
                    "search": place,
                    "start": name,
                    "mspe": float(loss),
                    "away": float(np.abs(weights - best).sum() / 2.0),
                }
                for place, name, loss, weights in every
            ]
        table = pd.DataFrame(rows, columns=["search", "start", "mspe", "away"])
        return table.sort_values("mspe", kind="stable").reset_index(drop=True)

    def path(self) -> pd.DataFrame:
        """Return site, synthetic control, gap and the outcome-only fit, a row per period."""
        columns = {
            "period": list(self.periods),
            "after": np.arange(len(self.periods)) >= self.before,
            "observed": self.observed,
            "synthetic": self.synthetic,
            "gap": self.observed - self.synthetic,
            "outcome_only": self.outcome_only,
        }
        return pd.DataFrame(columns)

    def donors_table(self) -> pd.DataFrame:
        """Return every candidate with whether it is a donor, and why not."""
        rows = [{"unit": name, "donor": True, "reason": ""} for name in self.donors]
        rows += [{"unit": n, "donor": False, "reason": why} for n, why in self.dropped.items()]
        return pd.DataFrame(rows, columns=["unit", "donor", "reason"])

    def diagnostic(self, name: str) -> Diagnostic:
        """Return a diagnostic by name."""
        held = {row.name: row for row in self.diagnostics}
        if name not in held:
            mend = nearest(name, held)
            raise InputError(
                [Fault("synthetic control", "diagnostic", "no such", mend, None, name)]
            )
        return held[name]

    def diagnostics_frame(self) -> pd.DataFrame:
        """Return the diagnostics, a row each."""
        names = ("name", "statistic", "p_value", "df", "holds", "reason")
        rows = [{name: getattr(row, name) for name in names} for row in self.diagnostics]
        return pd.DataFrame(rows, columns=list(names))

    def tidy(self) -> pd.DataFrame:
        """Return the gap of each period after the event and their mean, with the columns of a Fit.

        A synthetic control of one site has no standard error; its p-value comes from placebos.
        """
        after = [str(period) for period in self.periods[self.before :]]
        columns = dict.fromkeys(TIDY, np.nan) | {
            "term": [*after, AVERAGE],
            "estimate": [*(self.observed - self.synthetic)[self.before :], self.effect],
            "level": self.level,
            "n": len(self.periods) * (1 + len(self.donors)),
            "clusters": "",
            "sample": self.sample,
            "estimator": self.estimator,
            "vcov": "none: see the placebos",
            "outcome": self.outcome,
            "vintage": "",
            "unit": self.unit,
        }
        return pd.DataFrame(columns, columns=list(TIDY))

    def __str__(self) -> str:
        heavy = self.weights_table().query("weight != 0").head(SHOWN_DONORS)
        named = ", ".join(f"{row.donor} {row.weight:.3f}" for row in heavy.itertuples())
        lines = [
            f"{self.estimator}: {self.outcome}",
            self.sample,
            f"mean gap after {self.effect:.6g}; RMSPE before {self.rmspe_before:.4g}, "
            f"after {self.rmspe_after:.4g}, ratio {self.rmspe_ratio:.4g}",
            f"weights: {named}",
        ]
        lines += [
            f"{row.name}: {'holds' if row.holds else 'fails' if row.holds is False else 'see'}; "
            f"{row.reason}"
            for row in self.diagnostics
        ]
        return "\n".join(lines)


SHOWN: Final = 1e-6
SHOWN_DONORS: Final = 8


def gaps_of(
    pool: Pool,
    weighted: Weighted,
    estimator: str,
    diagnostics: tuple[Diagnostic, ...] = (),
    *,
    unit: str = "",
    level: float = 0.90,
) -> SyntheticFit:
    """Return a pool's site beside the donors, weighted."""
    values = pool.predictors
    balance = np.column_stack([values[0], weighted.weights @ values[1:], values[1:].mean(axis=0)])
    return SyntheticFit(
        estimator=estimator,
        outcome=pool.outcome,
        site=pool.site,
        periods=pool.periods,
        before=pool.before,
        observed=pool.outcomes[0],
        synthetic=weighted.weights @ pool.outcomes[1:],
        donors=pool.donors,
        donor_weights=weighted.weights,
        outcome_only_weights=weighted.outcome_only,
        outcome_only=weighted.outcome_only @ pool.outcomes[1:],
        predictors=pool.names,
        importance=weighted.importance
        if len(weighted.importance)
        else np.full(len(pool.names), np.nan),
        balance_values=balance,
        searches=weighted.searches,
        ridge=weighted.ridge,
        dropped=pool.dropped,
        diagnostics=diagnostics,
        sample=pool.sample,
        unit=unit,
        level=level,
        provenance=pool.provenance,
    )
