"""One question put to every estimator that admits it, side by side with what each assumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import InputError
from econ.regression.evaluation.differences.callaway_santanna import CallawaySantAnna
from econ.regression.evaluation.differences.cohorts import Cohorts
from econ.regression.evaluation.differences.decomposition import BaconDecomposition, Decomposition
from econ.regression.evaluation.differences.event_study import TwoWayFixedEffects
from econ.regression.evaluation.differences.group_effects import StaggeredFit
from econ.regression.evaluation.differences.imputation import BorusyakJaravelSpiess
from econ.regression.evaluation.differences.question import Question
from econ.regression.evaluation.differences.samples import read
from econ.regression.evaluation.differences.sun_abraham import SunAbraham
from econ.regression.evaluation.synthetic.synthetic_control import SyntheticControl
from econ.regression.evaluation.synthetic.synthetic_did import SyntheticDiD
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Diagnostic, Fit

__all__ = ["Comparison", "EstimatorComparison"]

PARALLEL: Final = "trends of treated and controls are parallel"
ASSUMES: Final = {
    "Callaway-Sant'Anna, never treated": (
        "never treated",
        f"{PARALLEL} from the last period before treatment on, given the covariates",
    ),
    "Callaway-Sant'Anna, not yet treated": (
        "not yet treated",
        f"{PARALLEL} from the last period before treatment on, those treated later included",
    ),
    "Sun-Abraham": (
        "never treated, or the last cohort",
        f"{PARALLEL} from the last period before treatment on; covariates act alike everywhere",
    ),
    "Borusyak-Jaravel-Spiess": (
        "all untreated rows",
        f"{PARALLEL} over all periods; efficient, and first to err where they are not",
    ),
    "Two-way fixed effects": (
        "untreated and treated before",
        f"{PARALLEL} over all periods, and the effect is one number for all cohorts and times",
    ),
    "Synthetic difference in differences": (
        "never treated, weighted to move as the treated did",
        "weights of units and periods that made trends parallel before go on doing so",
    ),
    "Synthetic control": (
        "an average of never treated that lay where the treated did",
        "its weights go on holding, and the site is no stranger to every mix of the others",
    ),
}
PLACEBOS: Final = 200  # draws; SyntheticDiD itself takes a thousand
COLUMNS: Final = (
    *("estimator", "estimate", "std_error", "low", "high", "p_value", "n"),
    *("pretrends_p", "warns", "compares_with", "assumes", "refused"),
)


@dataclass(frozen=True)
class Comparison:
    """What each estimator says of one question.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``estimator, estimate, std_error, low, high, p_value, n, pretrends_p, warns,
        compares_with, assumes, refused``: the average effect on the treated, or why it was
        refused. Of synthetic control the p-value is that of placebos, and there is no standard
        error; `warns` names what the fit itself warns of.
    fits : dict of str to Fit
        By estimator, as fitted.
    decomposition : Decomposition or None
        Of the two-way estimate; None where it does not exist.
    diagnostics : tuple of Diagnostic
        Of the two-way estimate.
    level : float [share]
    sample : str
    """

    rows: pd.DataFrame
    fits: dict[str, Fit]
    decomposition: Decomposition | None
    diagnostics: tuple[Diagnostic, ...]
    level: float
    sample: str

    @property
    def spread(self) -> float:
        """Largest less smallest estimate of those that answered [unit of the outcome]."""
        return float(self.rows["estimate"].max() - self.rows["estimate"].min())

    def tidy(self) -> pd.DataFrame:
        """Return the rows."""
        return self.rows.copy()

    def __str__(self) -> str:
        share = f"{100.0 * self.level:g} %"
        lines = [self.sample]
        for row in self.rows.to_dict("records"):
            if row["refused"]:
                lines.append(f"{row['estimator']}: refused, {row['refused']}")
                continue
            lines.append(
                f"{row['estimator']}: {row['estimate']:.4g} ({row['std_error']:.4g}), "
                f"{share} [{row['low']:.4g}, {row['high']:.4g}], p = {row['p_value']:.3g}"
            )
            lines.append(f"  compares with {row['compares_with']}; assumes that {row['assumes']}")
        if self.decomposition is not None:
            lines.append(str(self.decomposition))
        lines += [f"{row.name}: {row.reason}" for row in self.diagnostics if row.holds is False]
        return "\n".join(lines)


@dataclass(frozen=True)
class EstimatorComparison(Question):
    """Run every estimator that admits a question: staggered, two-way and synthetic.

    Where they agree, the answer does not hang on the choice; where they do not, the decomposition
    and the assumptions say what differs. The choice is made before the estimates are seen.

    Parameters
    ----------
    formula, unit, time, cohort, treatment, anticipation, weights, vcov, level
        See `Question`.

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": [*"aabbccdd"], "year": [1, 2] * 4, "since": [2] * 4 + [0] * 4,
    ...                       "jobs": [0.0, 3, 0, 5, 0, 1, 0, 2]})
    >>> found = EstimatorComparison("jobs", unit="dep", time="year", cohort="since").fit(frame)
    >>> found.rows["estimate"].round(6).tolist()[:5]
    [2.5, 2.5, 2.5, 2.5, 2.5]
    """

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Comparison:
        """Return the comparison.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault of the data that no estimator admits.
        """
        found = read(self, data, [])
        asked = {field.name: getattr(self, field.name) for field in fields(Question)}
        rows, fits = [], {}
        diagnostics: tuple[Diagnostic, ...] = ()
        for name, model in self._models(asked, found, data).items():
            against, assumes = ASSUMES[name]
            try:
                fit = model()
            except InputError as refused:
                why = "; ".join(f"{fault.problem}: {fault.mend}" for fault in refused.faults[:1])
                rows.append((name, *[np.nan] * 5, 0, np.nan, "", against, assumes, why))
                continue
            fits[name] = fit
            diagnostics = fit.diagnostics if name == "Two-way fixed effects" else diagnostics
            rows.append((name, *_estimate(fit, self.level), against, assumes, ""))
        plain = {name: asked[name] for name in ("unit", "time", "cohort", "treatment", "level")}
        decomposition = None
        if not (found.covariates or self.weights or self.anticipation):
            try:
                decomposition = BaconDecomposition(self.formula, **plain).fit(data)
            except InputError:
                decomposition = None
        return Comparison(
            rows=pd.DataFrame(rows, columns=list(COLUMNS)),
            fits=fits,
            decomposition=decomposition,
            diagnostics=diagnostics,
            level=self.level,
            sample=found.sample,
        )

    def _models(
        self, asked: Mapping[str, Any], found: Cohorts, data: Any
    ) -> dict[str, Callable[[], Any]]:
        """Return the estimators by name, each to be fitted when it is called."""
        models: dict[str, Callable[[], Any]] = {
            "Callaway-Sant'Anna, never treated": lambda: CallawaySantAnna(
                **asked, control="never"
            ).fit(data),
            "Callaway-Sant'Anna, not yet treated": lambda: CallawaySantAnna(
                **asked, control="notyet"
            ).fit(data),
            "Sun-Abraham": lambda: SunAbraham(**asked).fit(data),
            "Borusyak-Jaravel-Spiess": lambda: BorusyakJaravelSpiess(**asked).fit(data),
            "Two-way fixed effects": lambda: TwoWayFixedEffects(**asked).fit(data),
            "Synthetic difference in differences": lambda: _double(found, self),
        }
        if np.isfinite(found.first).sum() == 1:
            models["Synthetic control"] = lambda: _control(found, self)
        return models


def _estimate(fit: Fit | StaggeredFit, level: float) -> tuple[Any, ...]:
    """Return what a row says of an estimator that was not refused."""
    one = fit.att if isinstance(fit, StaggeredFit) else fit
    early = fit.pretrends().p_value if isinstance(fit, StaggeredFit) else np.nan
    bounds = one.conf_int(level=level).iloc[0]
    return (
        float(one.estimates[0]),
        float(one.std_errors[0]),
        float(bounds["low"]),
        float(bounds["high"]),
        one.statistics.get("placebo_p", float(one.pvalues.iloc[0])),
        one.nobs,
        float(early),
        "; ".join(row.name for row in one.diagnostics if row.holds is False),
    )


def _panel(found: Cohorts, question: Question) -> tuple[Panel, dict[str, int]]:
    """Return outcomes as a panel of their own, and the first treated period of each site."""
    for name, value in (
        ("covariates", ", ".join(found.covariates)),
        ("weights", question.weights),
    ):
        if value:
            raise InputError.one("comparison", name, "takes none", "leave them out", value=value)
    frame = pd.DataFrame(
        {
            "site": np.array(found.labels, dtype=object)[found.unit],
            "period": found.row_time.astype(np.int64),
            "outcome": found.design.y,
        }
    )
    first = found.first - question.anticipation
    sites = {
        label: int(start)
        for label, start in zip(found.labels, first, strict=True)
        if np.isfinite(start)
    }
    return Panel(frame, unit="site", time="period"), sites


def _double(found: Cohorts, question: Question) -> Fit:
    panel, sites = _panel(found, question)
    model = SyntheticDiD("outcome", at=sites, draws=PLACEBOS, level=question.level)
    return model.fit(panel).att


def _control(found: Cohorts, question: Question) -> Fit:
    """Return the mean gap of the only site, without an error, with the p-value of placebos."""
    panel, sites = _panel(found, question)
    ((site, at),) = sites.items()
    model = SyntheticControl("outcome", site, at=at)
    effect = model.fit(panel).effect
    placebos = model.placebos(panel).p_value
    return Fit(
        estimator="Synthetic control, outcome-only",
        outcome=found.design.outcome,
        terms=("ATT",),
        estimates=np.array([effect]),
        covariance=np.array([[np.nan]]),
        degrees_of_freedom=float("inf"),
        nobs=len(found.unit),
        vcov=str(placebos),
        sample=found.sample,
        statistics={"placebo_p": float(placebos.value)},
        level=question.level,
        provenance=found.design.provenance,
        vintage=found.design.vintage,
    )
