"""Synthetic difference-in-differences: donors and periods weighted, one site or several dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.synthetic_did import (
    DoubleWeights,
    double_difference,
    noise_level,
    synthetic_did_weights,
)
from econ.quantity.design import seed_faults
from econ.regression.evaluation.dates import plain
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.pool import Pool, Question, pool_of
from econ.regression.evaluation.synthetic.projection import projected
from econ.regression.evaluation.synthetic.synthetic_cohorts import (
    FILE,
    Cohort,
    curve_of,
    jackknifed,
    spread_of,
)
from econ.regression.evaluation.synthetic.synthetic_control import panel_of, treated_of
from econ.regression.evaluation.synthetic.synthetic_did_fit import SyntheticDiDFit
from econ.regression.evaluation.treatment import Treatment
from econ.regression.panel.panel import Panel
from econ.regression.results.diagnostic import Diagnostic, draws_faults, level_faults
from econ.regression.results.fit import Fit

__all__ = ["SyntheticDiD"]

Array = npt.NDArray[np.float64]
METHODS: Final = {
    "sdid": "Synthetic difference-in-differences",
    "sc": "Synthetic control, ridge as in synthdid",
    "did": "Difference-in-differences",
}
ERRORS: Final = ("placebo", "jackknife", "bootstrap", "none")
PERIOD_RIDGE: Final = 1e-6  # eta.lambda of the paper's package; also eta.omega of its "sc"
LEAST: Final = 1e-5
ENOUGH_DRAWS: Final = 1000


@dataclass(frozen=True)
class SyntheticDiD:
    """Donors and periods weighted so that the site moved in parallel before the event.

    Parameters
    ----------
    outcome : str
    treated : str, sequence of str or Treatment
        Left out where `at` names each site's date.
    at : period, or mapping of str to period
        First period under treatment, of all sites or of each.
    donors : DonorRule or sequence of str, optional
    covariates : sequence of str
        Columns that vary over time and that the event does not move; what they explain of the
        untreated, by a regression with unit and period effects, is taken out of the outcome
        first. Draws of the standard error hold those slopes.
    standard_error : {"placebo", "jackknife", "bootstrap", "none"}
        Placebo is the only one for a single site. With one site every donor is one placebo: all are
        taken, and nothing is drawn.
    draws, seed : int
        Of placebos or resamples.
    method : {"sdid", "sc", "did"}
        ``sc`` is the synthetic control of the same package, without intercept or period weights;
        ``did`` weighs all alike.
    solver : {"published", "exact"}
        Stop and cut small weights as the paper's package does, or solve exactly; draws of the
        standard error are always solved exactly.
    zeta : float, optional
        Root of the penalty; ``(sites * periods after)^(1/4)`` times the noise where left out.
    unit : str
    level : float [-]

    References
    ----------
    [arkhangelsky_et_al_2021], algorithms 1 to 4; cohorts of several dates are weighted by their
    treated unit-periods.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "place": ["a"] * 4 + ["b"] * 4 + ["c"] * 4 + ["d"] * 4, "year": [1, 2, 3, 4] * 4,
    ...     "jobs": [3.0, 4, 5, 9, 2, 3, 4, 5, 4, 5, 6, 7, 7, 8, 9, 10]})
    >>> fit = SyntheticDiD("jobs", "a", at=4).fit(Panel(frame, unit="place", time="year"))
    >>> round(fit.effect, 6), fit.att.vcov
    (3.0, 'placebo, all 3 donors')
    """

    outcome: str
    treated: str | Sequence[str] | Treatment = ()
    at: Any = None
    donors: DonorRule | Sequence[str] | None = None
    covariates: Sequence[str] = ()
    standard_error: Literal["placebo", "jackknife", "bootstrap", "none"] = "placebo"
    draws: int = 1000
    seed: int = 0
    method: Literal["sdid", "sc", "did"] = "sdid"
    solver: Literal["published", "exact"] = "published"
    zeta: float | None = None
    unit: str = ""
    level: float = 0.90

    def __post_init__(self) -> None:
        given = (self.covariates,) if isinstance(self.covariates, str) else self.covariates
        object.__setattr__(self, "covariates", tuple(str(name) for name in given))
        faults = [*level_faults(self.level), *seed_faults(self.seed, FILE)]
        if self.zeta is not None and not (
            isinstance(self.zeta, Real) and 0.0 <= self.zeta < np.inf
        ):
            mend = "write a number of zero or more, or leave it out"
            faults.append(Fault(FILE, "zeta", "no penalty", mend, value=self.zeta))
        for column, value, choices in (
            ("standard_error", self.standard_error, ERRORS),
            ("method", self.method, tuple(METHODS)),
            ("solver", self.solver, ("published", "exact")),
        ):
            if value not in choices:
                faults.append(Fault(FILE, column, "unknown", nearest(value, choices), value=value))
        faults += draws_faults(self.draws, FILE, least=2)
        InputError.raise_if(faults)

    @property
    def formula(self) -> str:
        """What is compared."""
        given = "".join(f" + {name}" for name in self.covariates)
        return f"{self.outcome} ~ treated{given} | unit + time, weighted"

    def fit(self, data: Panel) -> SyntheticDiDFit:
        """Return the average effect on the treated.

        Raises
        ------
        InputError
            With every fault of question and panel.
        """
        panel = panel_of(data)
        pools = self._pools(panel)
        slopes = None
        if len(self.covariates):
            held = projected(panel, pools, self._dates()[0], self.covariates)
            pools, slopes = list(held.pools), held.slopes
        controls = pools[0].outcomes[1:]
        cohorts = [self._cohort(pool) for pool in pools]
        exact = self.solver == "exact"
        weights = [self._weights(controls, cohort, exact=exact) for cohort in cohorts]
        effect = self._estimate(controls, cohorts, weights)
        draws, words = self._draws(controls, cohorts, weights)
        spread = spread_of(draws, self.standard_error)
        names = [label for pool in pools for label in (pool.site,)]
        found = Fit(
            estimator=METHODS[self.method],
            outcome=self.outcome,
            terms=("ATT",),
            estimates=np.array([effect]),
            covariance=np.array([[spread**2]]),
            degrees_of_freedom=np.inf,
            nobs=(len(controls) + sum(len(c.sites) for c in cohorts)) * controls.shape[1],
            vcov=words,
            sample="; ".join(pool.sample for pool in pools),
            statistics={"noise": cohorts[0].noise, "zeta": cohorts[0].zeta} | _named(slopes),
            diagnostics=self._diagnostics(pools[0], len(draws), names),
            level=self.level,
            unit=self.unit,
            provenance=pools[0].provenance,
        )
        return SyntheticDiDFit(
            att=found,
            donors=pools[0].donors,
            cohorts=tuple(cohort.at for cohort in cohorts),
            donor_weights=np.array([w.donors for w in weights]),
            period_weights=tuple(
                pd.Series(w.periods, index=list(pool.periods[: pool.before]), name="weight")
                for w, pool in zip(weights, pools, strict=True)
            ),
            curve=curve_of(controls, cohorts, weights),
            draws=draws,
            placebo=self.standard_error == "placebo",
        )

    # ------------------------------------------------------------ cohorts

    def _pools(self, panel: Panel) -> list[Pool]:
        """Return a pool for each date; nobody who is ever treated is a donor."""
        dates, rule = self._dates()
        every = [name for names in dates.values() for name in names]
        pools, faults = [], []
        for date, names in dates.items():
            others = [name for name in every if name not in names and name in panel.labels]
            chosen = rule.without(others, "treated too") if others else rule
            try:
                pools.append(
                    pool_of(panel, Question(self.outcome, tuple(names), date, donors=chosen))
                )
            except InputError as error:
                faults += [fault for fault in error.faults if fault not in faults]
        if self.outcome in self.covariates:
            mend = "leave it out: the outcome explains itself"
            faults.append(Fault(FILE, "covariates", "is the outcome", mend, value=self.outcome))
        sizes = {pool.donors for pool in pools}
        if len(sizes) > 1:
            mend = "leave `similar` out, or evaluate the dates apart"
            faults.append(Fault(FILE, "donors", "differ between dates", mend))
        if not dates:
            faults.append(Fault(FILE, "at", "no site", "name each site with its date"))
        faults += [
            Fault(
                FILE, "donors", "fewer than two donors", "bring more units", value=len(pool.donors)
            )
            for pool in pools
            if len(pool.donors) < 2
        ]
        faults += [
            Fault(FILE, "at", "one period before the event", "bring two or more", value=str(date))
            for pool, date in zip(pools, dates, strict=False)
            if pool.before < 2
        ]
        treated = sum(len(pool.sites) for pool in pools)
        if self.standard_error in ("jackknife", "bootstrap") and treated < 2 * len(pools):
            problem = f"no {self.standard_error} with one treated unit of a date"
            mend = 'choose standard_error="placebo"'
            faults.append(Fault(FILE, "standard_error", problem, mend, value=treated))
        if self.standard_error == "placebo" and pools and treated >= len(pools[0].donors):
            problem = "no more donors than treated units"
            mend = "choose jackknife or bootstrap, or bring more donors"
            faults.append(Fault(FILE, "standard_error", problem, mend, value=len(pools[0].donors)))
        InputError.raise_if(faults)
        return pools

    def _dates(self) -> tuple[dict[Any, list[str]], DonorRule]:
        """Return the sites of each date, and the rule of donors."""
        rule = DonorRule.of(self.donors)
        dates: dict[Any, list[str]] = {}
        if isinstance(self.at, Mapping):
            for site, date in self.at.items():
                dates.setdefault(plain(date), []).append(str(plain(site)))
        elif isinstance(self.treated, Treatment) and self.at is None:
            for site, date in zip(self.treated.units, self.treated.dates, strict=True):
                dates.setdefault(date, []).append(site)
            rule = rule.without(self.treated.neighbours, "partly treated: neighbours the site")
        else:
            named, date, rule = treated_of(self.treated, self.at, rule)
            dates[date] = list(named)
        return dates, rule

    def _cohort(self, pool: Pool) -> Cohort:
        noise = noise_level(pool.outcomes[1:, : pool.before])
        eta = (len(pool.sites) * pool.after) ** 0.25 if self.method == "sdid" else PERIOD_RIDGE
        zeta = eta * noise if self.zeta is None else self.zeta
        return Cohort(pool.periods[pool.before], pool.sites, pool.before, zeta, noise)

    # ------------------------------------------------------------ estimate

    def _weights(
        self, controls: Array, cohort: Cohort, *, exact: bool, start: DoubleWeights | None = None
    ) -> DoubleWeights:
        even = DoubleWeights(
            np.full(len(controls), 1.0 / len(controls)), np.full(cohort.before, 1.0 / cohort.before)
        )
        if self.method == "did":
            return even
        found = synthetic_did_weights(
            cohort.over(controls),
            len(cohort.sites),
            cohort.before,
            donor_ridge=cohort.zeta,
            period_ridge=PERIOD_RIDGE * cohort.noise,
            intercept=self.method == "sdid",
            exact=exact,
            least=LEAST * cohort.noise,
            start=start,
        )
        if self.method == "sc":
            return DoubleWeights(found.donors, np.zeros(cohort.before))
        return found

    def _estimate(
        self, controls: Array, cohorts: Sequence[Cohort], weights: Sequence[DoubleWeights]
    ) -> float:
        """Return the mean over cohorts, weighted by treated unit-periods."""
        effects, sizes = [], []
        for cohort, chosen in zip(cohorts, weights, strict=True):
            curve = double_difference(
                cohort.over(controls), len(cohort.sites), cohort.before, chosen
            )
            effects.append(float(curve.mean()))
            sizes.append(len(curve) * len(cohort.sites))
        return float(np.average(effects, weights=sizes))

    def _anew(self, controls: Array, cohorts: Sequence[Cohort]) -> float:
        solved = [self._weights(controls, cohort, exact=True) for cohort in cohorts]
        return self._estimate(controls, cohorts, solved)

    # ------------------------------------------------------------ its error

    def _draws(
        self, controls: Array, cohorts: Sequence[Cohort], weights: Sequence[DoubleWeights]
    ) -> tuple[Array, str]:
        rng = np.random.default_rng(self.seed)
        treated = sum(len(cohort.sites) for cohort in cohorts)
        if self.standard_error == "none":
            return np.zeros(0), "none"
        if self.standard_error == "jackknife":
            return jackknifed(controls, cohorts, weights, self._estimate), "jackknife"
        words = f"{self.standard_error}, {self.draws:,} draws, seed {self.seed}"
        if self.standard_error == "bootstrap":
            return self._resampled(controls, cohorts, rng), words
        if treated == 1:
            orders = [
                np.roll(np.arange(len(controls)), -place - 1) for place in range(len(controls))
            ]
            words = f"placebo, all {len(controls)} donors"
        else:
            orders = [rng.permutation(len(controls)) for _ in range(self.draws)]
        found = np.empty(len(orders))
        for draw, order in enumerate(orders):
            mixed = controls[order]
            placed, end = [], len(mixed)
            for cohort in cohorts:
                start = end - len(cohort.sites)
                placed.append(replace(cohort, sites=mixed[start:end]))
                end = start
            found[draw] = self._anew(mixed[:end], placed)
        return found, words

    def _resampled(
        self, controls: Array, cohorts: Sequence[Cohort], rng: np.random.Generator
    ) -> Array:
        sizes = [len(controls), *(len(cohort.sites) for cohort in cohorts)]
        ends = np.cumsum(sizes)
        found = np.empty(self.draws)
        for draw in range(self.draws):
            while True:
                taken = np.sort(rng.integers(ends[-1], size=ends[-1]))
                groups = np.split(taken, np.searchsorted(taken, ends[:-1]))
                if all(len(group) for group in groups) and len(groups[0]) > 1:
                    break
            placed = [
                replace(cohort, sites=cohort.sites[group - end])
                for cohort, group, end in zip(cohorts, groups[1:], ends[:-1], strict=True)
            ]
            found[draw] = self._anew(controls[groups[0]], placed)
        return found

    def _diagnostics(self, pool: Pool, draws: int, sites: Sequence[str]) -> tuple[Diagnostic, ...]:
        floor = 1.0 / (1 + len(pool.donors))
        reason = f"{len(pool.donors)} donors for {len(sites)} site(s) or dates"
        found = [Diagnostic("Donors", floor, reason=reason)]
        if self.standard_error in ("placebo", "bootstrap") and draws != len(pool.donors):
            holds = draws >= ENOUGH_DRAWS
            reason = f"{draws:,} draws, seed {self.seed}; below 1,000 the error moves with the seed"
            found.append(Diagnostic("Enough draws", float(draws), holds=holds, reason=reason))
        if self.standard_error == "placebo":
            reason = "placebos are donors: they must vary as much as the treated do"
            found.append(Diagnostic("Homoskedastic across units", reason=reason))
        return tuple(found)


def _named(slopes: pd.Series[float] | None) -> dict[str, float]:
    """Return slopes as statistics of a fit."""
    if slopes is None:
        return {}
    return {f"slope of {name}": float(value) for name, value in slopes.items()}
