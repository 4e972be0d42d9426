"""Several sites, each with its own date: synthetic controls stacked by time since the event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.quantity.design import seed_faults
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.gaps import SyntheticFit
from econ.regression.evaluation.synthetic.placebo import Placebos
from econ.regression.evaluation.synthetic.synthetic_control import SyntheticControl, panel_of
from econ.regression.evaluation.treatment import Treatment
from econ.regression.panel.panel import Panel
from econ.regression.results.diagnostic import draws_faults
from econ.regression.results.fit import TIDY

__all__ = ["StackedFit", "StackedSyntheticControl"]

Array = npt.NDArray[np.float64]
FILE: Final = "stacked synthetic control"


@dataclass(frozen=True)
class StackedFit:
    """The sites' fits, and their mean by time since the event.

    Parameters
    ----------
    fits : tuple of SyntheticFit
    placebos : tuple of Placebos
        Of each site.
    draws, seed : int
        Of the combinations of placebos.
    """

    fits: tuple[SyntheticFit, ...]
    placebos: tuple[Placebos, ...]
    draws: int
    seed: int

    @property
    def horizon(self) -> int:
        """Number of periods after the event that every site has."""
        return min(len(fit.periods) - fit.before for fit in self.fits)

    @property
    def gaps(self) -> pd.Series[float]:
        """Mean gap by number of periods since the event, where every site has it."""
        ahead = min(fit.before for fit in self.fits)
        rows = [
            (fit.observed - fit.synthetic)[fit.before - ahead : fit.before + self.horizon]
            for fit in self.fits
        ]
        steps = range(-ahead, self.horizon)
        means: Array = np.mean(np.array(rows), axis=0)
        return pd.Series(means, index=list(steps), name="gap", dtype=np.float64)

    @property
    def effect(self) -> float:
        """Mean gap over sites and the periods after the event that all have [outcome]."""
        return float(self.gaps.loc[0:].mean())

    def placebo_effects(self) -> Array:
        """Return mean effects of one placebo drawn for each site, shape (draws,) [outcome]."""
        rng = np.random.default_rng(self.seed)
        drawn = [
            rng.choice(
                placebo.gaps[1:, placebo.before : placebo.before + self.horizon].mean(axis=1),
                self.draws,
            )
            for placebo in self.placebos
        ]
        return np.asarray(np.mean(drawn, axis=0))

    @property
    def floor(self) -> float:
        """The smallest p-value there could be [-]."""
        combinations = float(np.prod([float(len(placebo.units) - 1) for placebo in self.placebos]))
        return 1.0 / (1.0 + min(float(self.draws), combinations))

    @property
    def p_value(self) -> float:
        """Two-sided, by the rank among combinations of placebos; see `floor` [-]."""
        beyond = int((np.abs(self.placebo_effects()) >= abs(self.effect)).sum())
        return max(self.floor, (1.0 + beyond) / (1.0 + self.draws))

    def table(self) -> pd.DataFrame:
        """Return a row per site: date, effect, fit before, and its own placebo p-value."""
        rows = [
            {
                "site": fit.site,
                "at": fit.periods[fit.before],
                "effect": fit.effect,
                "rmspe_before": fit.rmspe_before,
                "p_value": placebo.p_value.value,
                "p_floor": placebo.p_value.floor,
            }
            for fit, placebo in zip(self.fits, self.placebos, strict=True)
        ]
        return pd.DataFrame(rows)

    def tidy(self) -> pd.DataFrame:
        """Return the mean gap by periods since the event with the columns of a Fit."""
        gaps = self.gaps.loc[0:]
        columns = dict.fromkeys(TIDY, np.nan) | {
            "term": [*(f"{step} after" for step in gaps.index), "average after"],
            "estimate": [*gaps, self.effect],
            "p_value": [*[np.nan] * len(gaps), self.p_value],
            "n": sum(fit.observed.size * (1 + len(fit.donors)) for fit in self.fits),
            "clusters": "",
            "sample": "; ".join(fit.sample for fit in self.fits),
            "estimator": f"{self.fits[0].estimator}, {len(self.fits)} sites stacked",
            "vcov": f"placebos, {self.draws:,} combinations, seed {self.seed}; "
            f"no p-value below {self.floor:.4g} is possible",
            "outcome": self.fits[0].outcome,
            "vintage": "",
            "unit": self.fits[0].unit,
        }
        return pd.DataFrame(columns, columns=list(TIDY))

    def __str__(self) -> str:
        return (
            f"{len(self.fits)} sites: mean effect {self.effect:.6g}, p = {self.p_value:.4f} "
            f"(no p-value below {self.floor:.4g} is possible)"
        )


@dataclass(frozen=True)
class StackedSyntheticControl:
    """A synthetic control for each of several sites, averaged by time since the event.

    Parameters
    ----------
    outcome : str
    at : mapping of str to period, or Treatment
        First period under treatment of each site; no site is a donor of another.
    predictors : sequence
        As for `SyntheticControl`; without windows, as dates differ.
    donors : DonorRule or sequence of str, optional
    method : {"", "nested", "outcome", "augmented"}
    draws, seed : int
        Combinations of one placebo for each site, of which the p-value is made.
    unit : str

    References
    ----------
    [dube_zipperer_2015], section 3; [abadie_2021], section 8.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({
    ...     "dep": np.repeat([f"u{i}" for i in range(9)], 12), "year": list(range(12)) * 9,
    ...     "jobs": 50.0 + rng.normal(size=(9, 12)).ravel()})
    >>> late = (frame["dep"] == "u0") & (frame["year"] >= 8)
    >>> early = (frame["dep"] == "u1") & (frame["year"] >= 6)
    >>> frame.loc[late | early, "jobs"] += 10.0
    >>> fit = StackedSyntheticControl("jobs", {"u0": 8, "u1": 6}).fit(
    ...     Panel(frame, unit="dep", time="year"))
    >>> bool(8.0 < fit.effect < 12.0), round(fit.p_value, 3)
    (True, 0.02)
    """

    outcome: str
    at: Mapping[str, Any] | Treatment
    predictors: Sequence[Any] = ()
    donors: DonorRule | Sequence[str] | None = None
    method: str = ""
    draws: int = 5000
    seed: int = 0
    unit: str = ""

    def __post_init__(self) -> None:
        InputError.raise_if([*seed_faults(self.seed, FILE), *draws_faults(self.draws, FILE)])

    def fit(self, data: Panel) -> StackedFit:
        """Return the sites' fits and placebos.

        Raises
        ------
        InputError
            With every fault of every site.
        """
        panel = panel_of(data)
        rule = DonorRule.of(self.donors)
        at = self.at
        if isinstance(at, Treatment):
            rule = rule.without(at.neighbours, "partly treated: neighbours the site")
            at = dict(zip(at.units, at.dates, strict=True))
        if not isinstance(at, Mapping):
            mend = "write each site with its date, as in {'u0': 2008, 'u1': 2010}"
            raise InputError.one(FILE, "at", "no sites with dates", mend, value=at)
        if not at:
            raise InputError.one(FILE, "at", "no site", "name each site with its date")
        fits: list[SyntheticFit] = []
        placebos: list[Placebos] = []
        faults: list[Fault] = []
        for site, date in at.items():
            others = [name for name in at if name != site and name in panel.labels]
            estimator = SyntheticControl(
                self.outcome,
                site,
                date,
                predictors=self.predictors,
                donors=rule.without(others, "treated too") if others else rule,
                method=self.method,
                unit=self.unit,
            )
            try:
                fits.append(estimator.fit(panel))
                placebos.append(estimator.placebos(panel))
            except InputError as error:
                faults += [fault for fault in error.faults if fault not in faults]
        InputError.raise_if(faults)
        return StackedFit(tuple(fits), tuple(placebos), self.draws, self.seed)
