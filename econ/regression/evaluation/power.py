"""Power: the smallest effect each design could tell from noise in the record there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.detection import detection_rates, smallest_detected
from econ.quantity.design import seed_faults
from econ.regression.evaluation.power_study import Detection, PowerStudy
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.placebo_noise import (
    DESIGNS,
    found_where_nothing_happened,
    relative,
)
from econ.regression.evaluation.synthetic.pool import Pool, Question, pool_of
from econ.regression.evaluation.synthetic.synthetic_control import panel_of
from econ.regression.panel.panel import Panel

__all__ = ["Power"]

Array = npt.NDArray[np.float64]
GRID: Final = 400
RESAMPLES: Final = 1000
LEAST_BEFORE, LEAST_AUGMENTED = 2, 3
FILE: Final = "power"


@dataclass(frozen=True)
class Power:
    """How small an effect a record can show, by placebo sites and placebo dates.

    Each unit that may be a donor of the site takes its place at each placebo date; what a design
    finds there is noise. An effect is added to each of them and counts as seen where the rank test
    at the level of `size` refuses that there is none. Outcomes are taken relative to the last
    period before the date, so that units of different size can stand in for each other.

    Parameters
    ----------
    outcome : str
    dates : sequence of period
        Placebo dates: nothing like the event may have happened around them.
    after : int
        Periods from the date on that are averaged.
    donors : DonorRule or sequence of str, optional
    designs : sequence of {"did", "outcome", "augmented", "sdid"}
    size, power : float [-]
    seed : int
        Of the resampled units that bound the minimum detectable effect.
    unit : str
        In which effects are announced and shown.
    scale : float
        The outcome's unit per that unit: 0.001 for jobs where the record is in thousands.

    References
    ----------
    [bloom_1995] for the measure; [abadie_diamond_hainmueller_2010] for the test.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({
    ...     "dep": np.repeat([f"u{i:02d}" for i in range(40)], 12), "year": list(range(12)) * 40,
    ...     "jobs": 100.0 + rng.normal(size=(40, 12)).ravel()})
    >>> study = Power("jobs", dates=[8], after=2, designs=["did"]).run(
    ...     Panel(frame, unit="dep", time="year"), {"u00": 5.0})
    >>> bool(1.0 < study.table()["mde"].iloc[0] < 4.0)
    True
    """

    outcome: str
    dates: Sequence[Any]
    after: int = 2
    donors: DonorRule | Sequence[str] | None = None
    designs: Sequence[str] = ("did", "outcome", "augmented", "sdid")
    size: float = 0.10
    power: float = 0.80
    seed: int = 0
    unit: str = ""
    scale: float = 1.0

    def __post_init__(self) -> None:
        for name in ("designs", "dates"):
            given = getattr(self, name)
            listed = isinstance(given, Iterable) and not isinstance(given, str)
            object.__setattr__(self, name, tuple(given) if listed else (given,))
        faults = [
            Fault(FILE, "designs", "unknown", nearest(design, DESIGNS), value=design)
            for design in self.designs
            if design not in DESIGNS
        ]
        faults += [
            Fault(FILE, name, "no share", "write a number between 0 and 1", value=value)
            for name, value in (("size", self.size), ("power", self.power))
            if isinstance(value, bool) or not isinstance(value, Real) or not 0.0 < value < 1.0
        ]
        if not self.designs:
            mend = f"name one or more of {', '.join(DESIGNS)}"
            faults.append(Fault(FILE, "designs", "none", mend))
        if not len(self.dates):
            faults.append(Fault(FILE, "dates", "no placebo date", "name one or more"))
        if not isinstance(self.after, int) or self.after < 1:
            mend = "write 1 or more"
            faults.append(Fault(FILE, "after", "no period after the date", mend, value=self.after))
        if not (isinstance(self.scale, Real) and 0.0 < self.scale < np.inf):
            faults.append(Fault(FILE, "scale", "not positive", "as in 0.001", value=self.scale))
        faults += seed_faults(self.seed, FILE)
        InputError.raise_if(faults)

    def run(self, data: Panel, announced: Mapping[str, float]) -> PowerStudy:
        """Return the minimum detectable effect of each site and design.

        Parameters
        ----------
        data : Panel
        announced : mapping of str to float
            The effect announced for each site, in `unit`.

        Raises
        ------
        InputError
            With every fault of sites, dates and panel.
        """
        panel = panel_of(data)
        detections, faults = [], _announced_faults(announced)
        InputError.raise_if(faults)
        for site in announced:
            pools = []
            for date in self.dates:
                try:
                    pools.append(self._pool(panel, site, date))
                except InputError as error:
                    faults += [fault for fault in error.faults if fault not in faults]
            if not faults:
                detections += [self._detection(site, design, pools) for design in self.designs]
        InputError.raise_if(faults)
        return PowerStudy(
            outcome=self.outcome,
            unit=self.unit or self.outcome,
            scale=self.scale,
            dates=tuple(str(date) for date in self.dates),
            size=self.size,
            power=self.power,
            seed=self.seed,
            announced=dict(announced),
            detections=tuple(detections),
        )

    def _pool(self, panel: Panel, site: str, date: Any) -> Pool:
        """Return the pool of a placebo date, cut some periods after it."""
        rule = DonorRule.of(self.donors)
        pool = pool_of(panel, Question(self.outcome, (site,), date, donors=rule))
        last = pool.before + self.after
        faults = []
        if last > len(pool.periods):
            problem = f"{len(pool.periods) - pool.before} periods from it on, not {self.after}"
            faults.append(Fault(FILE, "dates", problem, "choose earlier dates", value=str(date)))
        needed = LEAST_AUGMENTED if "augmented" in self.designs else LEAST_BEFORE
        if pool.before < needed:
            problem = f"fewer than {needed} periods before it"
            mend = 'choose later dates, or leave out "augmented"'
            faults.append(Fault(FILE, "dates", problem, mend, value=str(date)))
        if not (pool.outcomes > 0.0).all():
            mend = "an effect in shares needs positive outcomes"
            faults.append(Fault(FILE, "outcome", "not positive", mend, value=self.outcome))
        InputError.raise_if(faults)
        return pool.until(last, pool.before)

    def _detection(self, site: str, design: str, pools: Sequence[Pool]) -> Detection:
        nothing = [found_where_nothing_happened(relative(pool), design) for pool in pools]
        every = np.concatenate(nothing)
        widest = 4.0 * float(np.abs(every).max())
        effects = np.linspace(0.0, widest, GRID)
        seen = [detection_rates(found, effects, self.size) for found in nothing]
        rates = np.concatenate(seen, axis=1).mean(axis=1)
        # The first row is the site, whose name is the same at every date.
        names = [(pool.site, *pool.donors) for pool in pools]
        ends = self._resampled(names, seen, effects)
        return Detection(
            site=site,
            design=design,
            level=float(pools[-1].outcomes[0, pools[-1].before - 1]),
            effects=effects,
            rates=rates,
            cases=len(every),
            units=min(len(found) for found in nothing),
            noise=float(every.std(ddof=1)),
            smallest=smallest_detected(effects, rates, self.power),
            low=float(np.quantile(ends, 0.05, method="lower")),
            high=float(np.quantile(ends, 0.95, method="higher")),
        )

    def _resampled(
        self, names: Sequence[tuple[str, ...]], seen: Sequence[Array], effects: Array
    ) -> Array:
        """Return minimum detectable effects of units drawn anew, all dates of a unit together."""
        units = sorted({name for every in names for name in every})
        place = {name: number for number, name in enumerate(units)}
        sums, counts = np.zeros((len(effects), len(units))), np.zeros(len(units))
        for every, rates in zip(names, seen, strict=True):
            where = [place[name] for name in every]
            sums[:, where] += rates
            counts[where] += 1.0
        rng = np.random.default_rng(self.seed)
        times = rng.multinomial(len(units), np.full(len(units), 1.0 / len(units)), RESAMPLES)
        drawn = (sums @ times.T) / (counts @ times.T)
        return np.array([smallest_detected(effects, column, self.power) for column in drawn.T])


def _announced_faults(announced: Any) -> list[Fault]:
    """Return what is wrong with the sites and what was announced for them."""
    mend = "write each site with what was announced there, as in {'FRF12': 200.0}"
    if not isinstance(announced, Mapping) or not announced:
        return [Fault(FILE, "announced", "no site", mend, value=announced or None)]
    return [
        Fault(FILE, "announced", f"no size of {site}", "write a positive number", value=size)
        for site, size in announced.items()
        if isinstance(size, bool) or not isinstance(size, Real) or not 0.0 < float(size) < np.inf
    ]
