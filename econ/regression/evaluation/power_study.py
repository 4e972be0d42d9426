"""`PowerStudy`: the smallest effect that each design could see of each site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from econ.errors import InputError, nearest
from econ.regression.evaluation.synthetic.placebo_noise import DESIGNS

__all__ = ["Detection", "PowerStudy"]

Array = npt.NDArray[np.float64]
FILE: Final = "power"


@dataclass(frozen=True)
class Detection:
    """What one design could see of one site.

    Parameters
    ----------
    site, design : str
    level : float [outcome]
        Of the site in the last period before the latest placebo date.
    effects : ndarray, shape (g,) [share of the level]
    rates : ndarray, shape (g,) [share]
        Power at each effect.
    cases : int
        Placebo sites times dates.
    units : int
        Units in the test of each date.
    noise : float [share of the level]
        Standard deviation of what the design finds where nothing happened.
    smallest : float [share of the level]
        The minimum detectable effect; `low` and `high` bound it, units resampled.
    """

    site: str
    design: str
    level: float
    effects: Array
    rates: Array
    cases: int
    units: int
    noise: float
    smallest: float
    low: float
    high: float

    @property
    def amount(self) -> float:
        """The minimum detectable effect [outcome]."""
        return self.smallest * self.level

    def at(self, amount: float) -> float:
        """Return the power against an amount [outcome]."""
        return float(np.interp(abs(amount) / self.level, self.effects, self.rates))


@dataclass(frozen=True)
class PowerStudy:
    """Every site by every design.

    Parameters
    ----------
    outcome, unit : str
    scale : float
        Of `announced` in units of the outcome: 0.001 where the record is in thousands.
    dates : tuple of str
        Placebo dates.
    size, power : float [-]
    announced : mapping of str to float
        What was announced for each site, in the unit named.
    detections : tuple of Detection
    """

    outcome: str
    unit: str
    scale: float
    dates: tuple[str, ...]
    size: float
    power: float
    seed: int
    announced: Mapping[str, float]
    detections: tuple[Detection, ...]

    def table(self) -> pd.DataFrame:
        """Return the minimum detectable effect of each site and design, the smallest first."""
        rows = []
        for found in self.detections:
            amount = found.amount / self.scale
            announced = self.announced[found.site]
            rows.append(
                {
                    "site": found.site,
                    "design": DESIGNS[found.design],
                    "level": found.level / self.scale,
                    "mde": amount,
                    "low": found.low * found.level / self.scale,
                    "high": found.high * found.level / self.scale,
                    "mde_share": found.smallest,
                    "mde_normal": self._normal(found) * found.level / self.scale,
                    "announced": announced,
                    "power_at_announced": found.at(announced * self.scale),
                    "seen": bool(announced >= amount),
                    "cases": found.cases,
                    "p_floor": 1.0 / found.units,
                    "unit": self.unit,
                }
            )
        return pd.DataFrame(rows).sort_values(["site", "mde"]).reset_index(drop=True)

    def curve(self) -> pd.DataFrame:
        """Return power against the size of the effect, of each site and design."""
        frames = [
            pd.DataFrame(
                {
                    "site": found.site,
                    "design": DESIGNS[found.design],
                    "share": found.effects,
                    "effect": found.effects * found.level / self.scale,
                    "power": found.rates,
                }
            )
            for found in self.detections
        ]
        return pd.concat(frames, ignore_index=True)

    def of(self, site: str, design: str = "") -> Detection:
        """Return a detection; that of the smallest minimum where no design is named."""
        own = [
            found
            for found in self.detections
            if found.site == site and design in ("", found.design, DESIGNS[found.design])
        ]
        if not own:
            choices = sorted({found.site for found in self.detections})
            raise InputError.one(FILE, "site", "not studied", nearest(site, choices), value=site)
        return min(own, key=lambda found: found.smallest)

    def sentence(self, site: str, design: str = "", name: str = "") -> str:
        """Return what the record can and cannot show of a site, in one sentence."""
        found = self.of(site, design)
        announced = self.announced[site]
        amount = found.amount / self.scale
        where = name or site
        seen = "could be" if announced >= amount else "could not be"
        smallest = f"{amount:,.0f} {self.unit}" if np.isfinite(amount) else "any size tried"
        return (
            f"In {where} an effect below {smallest} could not be told from noise in this record "
            f"({DESIGNS[found.design]}; {found.cases} placebos; power {self.power:.0%}, "
            f"level {self.size:.0%}). The {announced:,.0f} announced {seen}: the test would see "
            f"them {found.at(announced * self.scale):.0%} of the time, and sees something "
            f"{found.at(0.0):.0%} of the time where nothing is."
        )

    def _normal(self, found: Detection) -> float:
        """Return the minimum detectable effect if placebos were normal."""
        quantiles = stats.norm.ppf(1.0 - self.size / 2.0) + stats.norm.ppf(self.power)
        return float(quantiles * found.noise)
