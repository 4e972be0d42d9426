"""Effects by cohort and period, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.group_time import Cell, aggregation_gradient
from econ.regression.evaluation.differences.aggregation import Aggregation, Effects, no_pretrends
from econ.regression.evaluation.differences.honest import HonestBounds
from econ.regression.evaluation.differences.violations import Bounds
from econ.regression.results.fit import Diagnostic, Fit

__all__ = ["KINDS", "StaggeredFit"]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
KINDS: Final = ("simple", "group", "calendar", "event")
ALIASES: Final = {
    "att": "simple",
    "overall": "simple",
    "cohort": "group",
    "dynamic": "event",
    "eventstudy": "event",
    "event_study": "event",
    "time": "calendar",
    "period": "calendar",
}


@dataclass(frozen=True)
class StaggeredFit(Effects):
    """Effects by cohort and period, with everything their averages need.

    Parameters
    ----------
    cells : tuple of Cell, c
        One for each term, ``ATT(cohort, period)``.
    masses : ndarray, shape (c,)
        Weight of each cell where averages weigh by rows.
    groups : tuple of float, g
    shares : ndarray, shape (g,)
        Of the cohorts among all units.
    joint : ndarray, shape (c + g, c + g) or (c + l, c + l)
        Covariance of effects and shares, or of effects and leads.
    by_share : bool
        Whether averages weigh by estimated shares (Callaway and Sant'Anna) or by rows.
    leads : tuple of float, l [period]
        Event times before treatment whose effects were estimated across cohorts.
    lead_values : ndarray, shape (l,)
    anticipation : int [period]
    reference : float
        Event time that all effects are measured from; NaN where there is no common one.
    universal : StaggeredFit or None
        The same effects measured from one period, where these are not.
    """

    cells: tuple[Cell, ...] = ()
    masses: Array = field(default_factory=lambda: np.zeros(0))
    groups: tuple[float, ...] = ()
    shares: Array = field(default_factory=lambda: np.zeros(0))
    joint: Array = field(default_factory=lambda: np.zeros((0, 0)))
    by_share: bool = True
    leads: tuple[float, ...] = ()
    lead_values: Array = field(default_factory=lambda: np.zeros(0))
    anticipation: int = 0
    reference: float = float("nan")
    universal: StaggeredFit | None = None

    def aggregate(
        self,
        kind: str = "simple",
        *,
        min_e: float = -np.inf,
        max_e: float = np.inf,
        balance_e: float | None = None,
    ) -> Aggregation:
        """Average the effects.

        Parameters
        ----------
        kind : {"simple", "group", "calendar", "event"}
            All effects after treatment; by cohort; by period; by time since treatment.
        min_e, max_e : float [period]
            Window of an event study.
        balance_e : float [period], optional
            Keep only cohorts seen for that long after treatment, so that every event time
            averages the same cohorts.

        Returns
        -------
        Aggregation
            With `overall`: of an event study the mean over event times from zero, of cohorts
            their mean by size, of periods the plain mean.

        References
        ----------
        [callaway_santanna_2021], section 3; names as in R's ``aggte``.
        """
        chosen = ALIASES.get(str(kind).lower(), str(kind).lower())
        if chosen not in KINDS:
            mend = nearest(kind, KINDS)
            raise InputError.one(self.estimator, "aggregate", "unknown", mend, value=kind)
        InputError.raise_if(
            [
                Fault(self.estimator, name, "no event time", "give periods", value=value)
                for name, value in (("min_e", min_e), ("max_e", max_e), ("balance_e", balance_e))
                if value is not None and (not isinstance(value, Real) or np.isnan(value))
            ]
        )
        found = self._aggregated(chosen, min_e, max_e, balance_e)
        if chosen == "event" and self.universal is not None:
            long = self.universal.aggregate(kind, min_e=min_e, max_e=max_e, balance_e=balance_e)
            return found.replace(universal=long)
        return found

    @property
    def att(self) -> Fit:
        """The average effect on the treated: ``aggregate("simple")``."""
        return self.aggregate("simple")

    def pretrends(self) -> Diagnostic:
        """Test that all effects before treatment, as far as it was not anticipated, are zero."""
        if self.leads:
            return self.aggregate("event").pretrends()
        early = [
            place
            for place, cell in enumerate(self.cells)
            if cell.time < cell.group - self.anticipation and self.covariance[place, place] > 0.0
        ]
        return no_pretrends(self, early)

    def honest(
        self,
        restriction: str = "RM",
        *,
        l_vec: Any = None,
        Mbar: Bounds = None,
        M: Bounds = None,
        level: float = 0.95,
        seed: int = 0,
        min_e: float = -np.inf,
        max_e: float = np.inf,
    ) -> HonestBounds:
        """Return honest intervals of the event study, see `Aggregation.honest`."""
        study = self.aggregate("event", min_e=min_e, max_e=max_e)
        return study.honest(restriction, l_vec=l_vec, Mbar=Mbar, M=M, level=level, seed=seed)

    # ------------------------------------------------------------ averages

    def _aggregated(
        self, kind: str, min_e: float, max_e: float, balance_e: float | None
    ) -> Aggregation:
        group = np.array([cell.group for cell in self.cells])
        time = np.array([cell.time for cell in self.cells])
        after = np.array([cell.after for cell in self.cells], dtype=bool)
        if not after.any():
            mend = "give later periods, or other controls"
            raise InputError.one(self.estimator, "aggregate", "no effect after treatment", mend)
        since = time - group
        if kind == "simple":
            return self._as_fit(kind, (), ("ATT",), [self._mean(after)])
        if kind == "group":
            keys = sorted(set(group[after]))
            rows = [self._mean(after & (group == key), alike=True) for key in keys]
            names = tuple(f"{key:g}" for key in keys)
            return self._as_fit(kind, keys, names, rows, self._over_groups(keys, rows))
        if kind == "calendar":
            keys = sorted(set(time[after]))
            rows = [self._mean(after & (time == key)) for key in keys]
            names = tuple(f"{key:g}" for key in keys)
            return self._as_fit(kind, keys, names, rows, _plain_mean(rows))
        held = (since >= min_e) & (since <= max_e)
        if balance_e is not None:
            last, first = time.max(), self._first_time(time)
            held &= (last - group >= balance_e) & (since <= balance_e)
            held &= since >= balance_e - last + first
        keys = sorted(set(since[held]))
        later = [key for key in keys if key >= 0.0]
        if not later:
            mend = "widen min_e, max_e or balance_e"
            raise InputError.one(self.estimator, "aggregate", "no event time is left", mend)
        rows = [self._mean(held & (since == key)) for key in keys]
        overall = _plain_mean([row for key, row in zip(keys, rows, strict=True) if key >= 0.0])
        early = [place for place, key in enumerate(self.leads) if min_e <= key <= max_e]
        rows = [*[self._lead(place) for place in early], *rows]
        keys = [*[self.leads[place] for place in early], *keys]
        names = tuple(f"{key:g}" for key in keys)
        return self._as_fit(kind, keys, names, rows, overall)

    def _first_time(self, time: Array) -> float:
        held = self.statistics.get("first_period", float("nan"))
        return held if np.isfinite(held) else float(time.min())

    def _mean(self, chosen: Flags, *, alike: bool = False) -> tuple[float, Array]:
        """Return an average of cells and its gradient in cells and shares."""
        if self.by_share:
            return aggregation_gradient(
                self.cells, self.estimates, self.groups, self.shares, chosen, by_share=not alike
            )
        weight = np.where(chosen, self.masses, 0.0)
        weight = weight / weight.sum()
        return float(weight @ self.estimates), np.append(weight, np.zeros(len(self.leads)))

    def _lead(self, place: int) -> tuple[float, Array]:
        return float(self.lead_values[place]), np.eye(len(self.joint))[len(self.cells) + place]

    def _over_groups(
        self, keys: Sequence[float], rows: Sequence[tuple[float, Array]]
    ) -> tuple[float, Array]:
        places = [self.groups.index(key) for key in keys]
        values = np.array([value for value, _ in rows])
        weight = self.shares[places] / self.shares[places].sum()
        mean = float(weight @ values)
        gradient = weight @ np.array([slope for _, slope in rows])
        if self.by_share:
            moved = (values - mean) / self.shares[places].sum()
            gradient[len(self.cells) + np.array(places)] += moved
        return mean, gradient

    def _as_fit(
        self,
        kind: str,
        keys: Sequence[float],
        names: tuple[str, ...],
        rows: Sequence[tuple[float, Array]],
        overall: tuple[float, Array] | None = None,
    ) -> Aggregation:
        values, covariance = self._spread(rows)
        common = {name: getattr(self, name) for name in Fit.__dataclass_fields__}
        common |= {"diagnostics": self.diagnostics, "statistics": {}}
        average = None
        if overall is not None:
            value, spread = self._spread([overall])
            average = Fit(**common | _estimates(("ATT",), value, spread))
        zero = [key for key, row in zip(keys, np.diag(covariance), strict=False) if row == 0.0]
        return Aggregation(
            **common | _estimates(names, values, covariance),
            kind=kind,
            keys=tuple(float(key) for key in keys),
            overall=average,
            reference=self.reference if self.reference in zero or not zero else np.nan,
            anticipation=self.anticipation,
        )

    def _spread(self, rows: Sequence[tuple[float, Array]]) -> tuple[Array, Array]:
        slopes = np.array([slope for _, slope in rows])
        return np.array([value for value, _ in rows]), slopes @ self.joint @ slopes.T


def _estimates(names: tuple[str, ...], values: Array, covariance: Array) -> dict[str, Any]:
    return {"terms": names, "estimates": values, "covariance": covariance}


def _plain_mean(rows: Sequence[tuple[float, Array]]) -> tuple[float, Array]:
    values, slopes = zip(*rows, strict=True)
    return float(np.mean(values)), np.mean(np.array(slopes), axis=0)
