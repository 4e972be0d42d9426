"""Averages of effects, and what may be asked of an event study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.quantity.design import seed_faults
from econ.regression.evaluation.differences.honest import (
    HonestBounds,
    bounds_of,
    honest_bounds,
)
from econ.regression.evaluation.differences.violations import Bounds, Violations
from econ.regression.results.diagnostic import draws_faults, level_faults
from econ.regression.results.fit import Diagnostic, Fit

__all__ = ["Aggregation", "Effects", "no_pretrends"]

Array = npt.NDArray[np.float64]

DRAWS: Final = 20_000
CAUTION: Final = (
    "a test that does not reject shows no parallel trends, it may lack power: see .honest()"
)


@dataclass(frozen=True)
class Effects(Fit):
    """A fit whose fields go with its terms: what has other terms is a plain `Fit`."""

    def replace(self, **changes: Any) -> Self:
        """Return the fit with some fields changed; a plain `Fit` once its terms are others."""
        if "terms" in changes:
            names = Fit.__dataclass_fields__
            held = {name: getattr(self, name) for name in names} | changes
            return Fit(**held)  # type: ignore[return-value]
        return super().replace(**changes)


@dataclass(frozen=True)
class Aggregation(Effects):
    """Effects by event time, cohort or period, and their overall average.

    Parameters
    ----------
    kind : {"simple", "group", "calendar", "event"}
    keys : tuple of float
        Event time, cohort or period of each term.
    overall : Fit or None
        One term, the average of effects after treatment.
    reference : float
        Event time that all others are measured from; NaN where there is no common one.
    anticipation : int [period]
    universal : Aggregation or None
        The same event study measured from one period, where this one is not.
    """

    kind: str = "simple"
    keys: tuple[float, ...] = ()
    overall: Fit | None = None
    reference: float = float("nan")
    anticipation: int = 0
    universal: Aggregation | None = None

    def pretrends(self) -> Diagnostic:
        """Test that all effects before treatment, as far as it was not anticipated, are zero."""
        self._only_event("pretrends")
        chosen = [
            place
            for place, key in enumerate(self.keys)
            if key < -self.anticipation and self.covariance[place, place] > 0.0
        ]
        return no_pretrends(self, chosen)

    def bands(
        self, *, level: float | None = None, seed: int = 0, draws: int = DRAWS
    ) -> pd.DataFrame:
        """Return intervals that hold for all terms at once: sup-t bands.

        Parameters
        ----------
        level : float [share], optional
            That of the fit where left out.
        seed, draws : int
            Of the simulated largest t statistic.

        Returns
        -------
        pandas.DataFrame
            ``low, high`` by term; a term that is zero by construction has no width.

        References
        ----------
        [montiel_plagborg_2019]; [callaway_santanna_2021] simulate the same largest statistic by a
        multiplier bootstrap.
        """
        chosen = self.level if level is None else level
        InputError.raise_if(
            [
                *level_faults(chosen, self.estimator),
                *seed_faults(seed, self.estimator),
                *draws_faults(draws, self.estimator),
            ]
        )
        errors = self.std_errors
        live = errors > 0.0
        part = self.covariance[np.ix_(live, live)] / np.outer(errors[live], errors[live])
        values, vectors = np.linalg.eigh(part)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        normal = np.random.default_rng(seed).standard_normal((draws, int(live.sum())))
        largest = np.abs(normal @ root.T).max(axis=1, initial=0.0)
        width = float(np.quantile(largest, chosen)) * errors
        bounds = {"low": self.estimates - width, "high": self.estimates + width}
        return pd.DataFrame(bounds, index=list(self.terms))

    def honest(
        self,
        restriction: str = "RM",
        *,
        l_vec: Any = None,
        Mbar: Bounds = None,
        M: Bounds = None,
        level: float = 0.95,
        seed: int = 0,
    ) -> HonestBounds:
        """Return intervals for an effect that allow for trends that are not parallel.

        Parameters
        ----------
        restriction : {"RM", "SD", "SDRM"}
        l_vec : str, float, mapping or sequence of float
            The effect: "first", "average", an event time, weights. It has to be named.
        Mbar : float or sequence of float, optional
            Bounds of RM and SDRM.
        M : float or sequence of float, optional
            Bounds of SD.
        level : float [share]
        seed : int

        Raises
        ------
        InputError
            When there is no common reference period, or a bound of the other restriction is given.

        See Also
        --------
        econ.regression.evaluation.differences.honest.honest_bounds
        """
        self._only_event("honest")
        if self.universal is not None:
            return self.universal.honest(
                restriction, l_vec=l_vec, Mbar=Mbar, M=M, level=level, seed=seed
            )
        return honest_bounds(
            self._violations(),
            restriction,
            l_vec=l_vec,
            bounds=bounds_of(restriction, Mbar, M),
            level=level,
            seed=seed,
        )

    def _violations(self) -> Violations:
        if not np.isfinite(self.reference):
            mend = (
                "bounds need effects measured from the last period before treatment, for all "
                "cohorts alike: take CallawaySantAnna, SunAbraham or EventStudy as they come"
            )
            raise InputError.one(self.estimator, "honest", "no common reference period", mend)
        keys = np.array(self.keys)
        order = [place for place in np.argsort(keys) if keys[place] != self.reference]
        before = [place for place in order if keys[place] < self.reference]
        return Violations(
            self.estimates[order],
            self.covariance[np.ix_(order, order)],
            tuple(float(keys[place]) for place in before),
            tuple(float(keys[place]) for place in order[len(before) :]),
        )

    def _only_event(self, what: str) -> None:
        if self.kind != "event":
            mend = 'ask it of .aggregate("event")'
            problem = f"no {what} of effects by {self.kind}"
            raise InputError.one(self.estimator, what, problem, mend, value=self.kind)


def no_pretrends(fit: Fit, places: Sequence[int]) -> Diagnostic:
    """Test that some of the terms are all zero."""
    if not places:
        reason = "no effect before treatment was estimated"
        return Diagnostic("pre-trends", reason=reason)
    test = fit.wald(np.eye(len(fit.terms))[list(places)])
    df = (test.df,) if np.isinf(test.df_denominator) else (test.df, test.df_denominator)
    holds = None if np.isnan(test.p_value) else bool(test.p_value >= 1.0 - fit.level)
    dropped = len(places) - test.df
    short = f"; {dropped:g} restrictions follow from others" if dropped else ""
    return Diagnostic("pre-trends", test.statistic, test.p_value, df, holds, CAUTION + short)
