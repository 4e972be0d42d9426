"""Synthetic control of one site: classic, outcome-only or ridge-augmented, with its placebos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.kernels.evaluation.predictor_weights import BRIEF
from econ.kernels.evaluation.simplex import simplex_weights
from econ.regression.evaluation.dates import plain
from econ.regression.evaluation.synthetic.conformal import (
    Conformal,
    ConformalP,
    interval_of_effect,
    intervals_by_period,
    p_value_of_effect,
)
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.gaps import SyntheticFit, gaps_of
from econ.regression.evaluation.synthetic.placebo import (
    LeaveOneOut,
    PlaceboDates,
    Placebos,
    placebos_in_space,
)
from econ.regression.evaluation.synthetic.pool import Pool, Question, pool_of
from econ.regression.evaluation.synthetic.predictors import Calendar, Predictor
from econ.regression.evaluation.synthetic.weight_diagnostics import diagnosed
from econ.regression.evaluation.synthetic.weighting import Weighting
from econ.regression.evaluation.treatment import Treatment
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import level_faults

__all__ = ["SyntheticControl"]

Array = npt.NDArray[np.float64]
NAMES: Final = {
    "nested": "Synthetic control",
    "outcome": "Synthetic control, outcome only",
    "augmented": "Ridge-augmented synthetic control",
}
CARRIES: Final = 1e-3
FILE: Final = "synthetic control"


@dataclass(frozen=True)
class SyntheticControl:
    """A weighted average of donors that was like the site before the event.

    Parameters
    ----------
    outcome : str
        Column.
    treated : str, sequence of str or Treatment
        The site; several that were hit on one date are averaged. A `Treatment` brings its date,
        and its neighbours are no donors.
    at : period
        The first one under treatment.
    predictors : sequence of Predictor, str or tuple
        What the donors are to match: ``"x"`` is its mean before the event, ``("x", 1980, 1988)``
        that of a window, ``("x", 1975)`` one period.
    training : sequence, optional
        The same predictors in a training period: importances are then chosen by the fit in
        `fit_window` (the validation period) and applied to `predictors`.
    fit_window : tuple of period, optional
        First and last period in which the outcome is to be fitted; all before the event.
    donors : DonorRule or sequence of str, optional
        Every other unit of the panel where left out.
    method : {"", "nested", "outcome", "augmented"}
        The classic estimator where predictors are given; else the outcome-only fit. ``augmented``
        corrects the outcome-only fit by a ridge regression; its weights may be negative.
    importance : sequence of float, optional
        Of the predictors (the diagonal of V), where it is not to be searched.
    starts, searches, seed : int
        Of the search of importances.
    ridge : float, optional
        Penalty of the augmentation; by cross-validation over periods where left out.
    one_standard_error : bool
        Whether that takes the largest penalty within one standard error of the best.
    unit : str
        Of the outcome.
    level : float [-]
        Of conformal intervals.

    References
    ----------
    [abadie_diamond_hainmueller_2010], section 2; [abadie_diamond_hainmueller_2015] on
    cross-validation; [ben_michael_feller_rothstein_2021].

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "place": ["a"] * 4 + ["b"] * 4 + ["c"] * 4, "year": [1, 2, 3, 4] * 3,
    ...     "jobs": [3.0, 4, 5, 9, 2, 3, 4, 5, 4, 5, 6, 7]})
    >>> panel = Panel(frame, unit="place", time="year")
    >>> fit = SyntheticControl("jobs", "a", at=4).fit(panel)
    >>> round(fit.effect, 6), fit.weights.round(6).to_dict()
    (3.0, {'b': 0.5, 'c': 0.5})
    """

    outcome: str
    treated: str | Sequence[str] | Treatment
    at: Any = None
    predictors: Sequence[Any] = ()
    training: Sequence[Any] = ()
    fit_window: tuple[Any, Any] | None = None
    donors: DonorRule | Sequence[str] | None = None
    method: str = ""
    importance: Sequence[float] = ()
    starts: int = 12
    searches: int = 2
    seed: int = 0
    ridge: float | None = None
    one_standard_error: bool = True
    unit: str = ""
    level: float = 0.90
    weighting: Weighting = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("predictors", "training"):
            given = getattr(self, name)
            given = (given,) if isinstance(given, str | Predictor) else given
            object.__setattr__(self, name, () if given is None else given)
        faults = level_faults(self.level)
        faults += [
            Fault(FILE, name, "no list", "write a list of predictors", value=getattr(self, name))
            for name in ("predictors", "training")
            if not isinstance(getattr(self, name), Sequence)
        ]
        window = self.fit_window
        if window is not None and not (isinstance(window, list | tuple) and len(window) == 2):
            mend = "write its first and its last period, as in (1980, 1988)"
            faults.append(Fault(FILE, "fit_window", "no window", mend, value=window))
        InputError.raise_if(faults)
        method = self.method or ("nested" if len(self.predictors) else "outcome")
        chosen = Weighting(
            method,  # type: ignore[arg-type]
            starts=self.starts,
            searches=self.searches,
            seed=self.seed,
            importance=self.importance,
            ridge=self.ridge,
            one_standard_error=self.one_standard_error,
        )
        object.__setattr__(self, "weighting", chosen)

    @property
    def formula(self) -> str:
        """What is matched on what."""
        names = [predictor.name for predictor in self.question.predictors]
        return f"{self.outcome} ~ {' + '.join(names) or self.outcome + ' before the event'}"

    @cached_property
    def question(self) -> Question:
        """The question without the estimator."""
        treated, at, donors = treated_of(self.treated, self.at, self.donors)
        return Question(
            outcome=self.outcome,
            treated=treated,
            at=at,
            predictors=tuple(Predictor.of(spec) for spec in self.predictors),
            training=tuple(Predictor.of(spec) for spec in self.training),
            fit_window=self.fit_window,
            donors=donors,
        )

    def pool(self, data: Panel) -> Pool:
        """Return site and donors as arrays.

        Raises
        ------
        InputError
            With every fault of question and panel.
        """
        pool = pool_of(panel_of(data), self.question)
        InputError.raise_if(self.weighting.faults(pool))
        return pool

    def fit(self, data: Panel) -> SyntheticFit:
        """Return the site beside its synthetic control.

        Parameters
        ----------
        data : Panel

        Raises
        ------
        InputError
            With every fault of question and panel.
        """
        return self._fit(self.pool(data))

    def placebos(self, data: Panel, *, treated_as_donor: bool = False, starts: int = 8) -> Placebos:
        """Return what the method finds for every donor, the site left out of their donors.

        Parameters
        ----------
        data : Panel
        treated_as_donor : bool
            Let the site be a donor of the placebos.
        starts : int
            Of the search of each placebo's importances, the site's own among them.
        """
        pool = self.pool(data)
        weighted = self.weighting.of(pool)
        first = pool.outcomes[0] - weighted.weights @ pool.outcomes[1:]
        if self.weighting.method == "outcome":
            return placebos_in_space(pool, first, None, treated_as_donor=treated_as_donor)
        quick = replace(self.weighting, starts=starts, searches=1, effort=BRIEF)
        if len(weighted.importance) and not self.importance:
            quick = replace(quick, began=(("the site's", weighted.importance),))

        def weights(placed: Pool) -> Array:
            return quick.of(placed).weights

        return placebos_in_space(pool, first, weights, treated_as_donor=treated_as_donor)

    def in_time(self, data: Panel, dates: Iterable[Any]) -> PlaceboDates:
        """Return what the method finds at dates before the event, on the periods before it only.

        Predictors without a window follow the date; a window that reaches beyond it is refused.

        Parameters
        ----------
        data : Panel
        dates : iterable of period
        """
        panel = panel_of(data)
        at = self.question.at
        dates = list(dates) if isinstance(dates, Iterable) else [dates]
        if not dates:
            mend = "name one or more periods before the event"
            raise InputError.one("placebos", "dates", "no date", mend)
        event = Calendar.of(panel, [at]).before(at)
        fits, faults = [], []
        for date in dates:
            try:
                moved = replace(
                    self,
                    treated=self.question.treated,
                    donors=self.question.donors,
                    at=date,
                    fit_window=None if self.training else self.fit_window,
                )
                pool = moved.pool(panel)
            except InputError as error:
                faults += list(error.faults)
                continue
            if pool.before >= event:
                mend = "choose dates before it"
                faults.append(
                    Fault("placebos", "dates", f"not before the event {at}", mend, value=date)
                )
                continue
            fits.append(moved._fit(pool.until(event, pool.before)))
        InputError.raise_if(faults)
        return PlaceboDates(tuple(fits))

    def leave_one_out(self, data: Panel) -> LeaveOneOut:
        """Return the fit without each of the donors that carry weight, one at a time.

        Importances are searched anew each time. Published replications often hold those of the full
        fit: ``replace(estimator, importance=fit.importance).leave_one_out(data)``.
        """
        pool = self.pool(data)
        full = self._fit(pool)
        used = np.flatnonzero(np.abs(full.donor_weights) > CARRIES)
        if len(pool.donors) < 2:
            raise InputError.one("donors", "", "one donor cannot be left out", "bring two or more")
        fits = [
            self._fit(pool.only([place + 1 for place in range(len(pool.donors)) if place != out]))
            for out in used
        ]
        return LeaveOneOut(full, tuple(fits), tuple(pool.donors[place] for place in used))

    def conformal(
        self, data: Panel, effect: float = 0.0, *, rule: Conformal | None = None
    ) -> ConformalP:
        """Return the conformal p-value of one effect in all periods after the event.

        Weights are those of the outcome-only fit to all periods (augmented where the method is).

        References
        ----------
        [chernozhukov_wuthrich_zhu_2021].
        """
        pool = self.pool(data)
        if isinstance(effect, bool) or not isinstance(effect, Real) or not np.isfinite(effect):
            mend = "write a number in the unit of the outcome"
            raise InputError.one("conformal", "effect", "no effect", mend, value=effect)
        return p_value_of_effect(pool, effect, self._on_all_periods(pool), rule or Conformal())

    def conformal_interval(
        self, data: Panel, *, rule: Conformal | None = None, level: float | None = None
    ) -> tuple[float, float]:
        """Return the effects, the same in all periods, that are not refused."""
        pool = self.pool(data)
        fit, weights = self._fit(pool), self._on_all_periods(pool)
        spread = 4.0 * fit.rmspe_before or abs(fit.effect) or 1.0
        chosen = self._level(level)
        return interval_of_effect(
            pool, fit.effect, spread, weights, rule or Conformal(), level=chosen
        )

    def conformal_intervals(
        self, data: Panel, *, rule: Conformal | None = None, level: float | None = None
    ) -> pd.DataFrame:
        """Return gap, p-value, its floor and interval of each period after the event."""
        pool = self.pool(data)
        fit = self._fit(pool)
        gaps = fit.observed - fit.synthetic
        chosen = self._level(level)
        weights = self._on_all_periods(pool)
        return intervals_by_period(pool, gaps, weights, rule or Conformal(), level=chosen)

    def _level(self, level: float | None) -> float:
        chosen = self.level if level is None else level
        InputError.raise_if(level_faults(chosen, "conformal"))
        return chosen

    def _fit(self, pool: Pool) -> SyntheticFit:
        weighted = self.weighting.of(pool)
        found = diagnosed(pool, weighted, self.weighting.method)
        name = NAMES[self.weighting.method]
        return gaps_of(pool, weighted, name, found, unit=self.unit, level=self.level)

    def _on_all_periods(self, pool: Pool) -> Callable[[Pool], Array]:
        """Return the rule of weights for pools whose periods are all alike."""
        if self.weighting.method != "augmented":
            return lambda whole: simplex_weights((whole.outcomes[1:] - whole.outcomes[0]).T)
        found = self.weighting.of(pool)
        penalty = found.ridge.ridge if found.ridge else self.ridge
        held = replace(self.weighting, ridge=penalty)
        return lambda whole: held.of(whole).weights


def treated_of(
    treated: Any, at: Any, donors: DonorRule | Sequence[str] | None
) -> tuple[tuple[str, ...], Any, DonorRule]:
    """Return the sites of one date, the date, and the rule of donors.

    Raises
    ------
    InputError
        When there is no date, or there are several.
    """
    rule = DonorRule.of(donors)
    if isinstance(treated, Treatment):
        dates = sorted({str(date) for date in treated.dates})
        if len(dates) > 1 and at is None:
            mend = "use SyntheticDiD or StackedSyntheticControl, or choose one with at="
            shown = ", ".join(dates)
            raise InputError.one("treatment", "dates", "several dates", mend, value=shown)
        # A year may stand for a day of it.
        if at is not None and not any(date.startswith(str(at)) for date in dates):
            mend = f"leave at= out, or write one of {', '.join(dates)}"
            problem = "is no date of the treatment"
            raise InputError.one("synthetic control", "at", problem, mend, value=at)
        rule = rule.without(treated.neighbours, "partly treated: neighbours the site")
        return treated.units, treated.dates[0] if at is None else at, rule
    if at is None:
        mend = "write the first period under treatment"
        raise InputError.one("synthetic control", "at", "no date of the event", mend)
    if not pd.api.types.is_scalar(at):
        mend = "write one period; several dates go into SyntheticDiD or StackedSyntheticControl"
        raise InputError.one("synthetic control", "at", "no period", mend, value=at)
    if isinstance(treated, str) or not isinstance(treated, Iterable):
        treated = (treated,)
    named = tuple(str(plain(name)) for name in treated)
    if any(isinstance(name, bool) or plain(name) is None for name in treated):
        mend = "write the name of the unit, or a list of names"
        raise InputError.one("synthetic control", "treated", "no name", mend, value=treated)
    return named, at, rule


def panel_of(data: Any) -> Panel:
    """Return the panel, or refuse what is none."""
    if isinstance(data, Panel):
        return data
    mend = 'write Panel(frame, unit="...", time="...")'
    problem = "units and periods are not named"
    raise InputError.one("data", "", problem, mend, value=type(data).__name__)
