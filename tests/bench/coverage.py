"""Draw data whose truth is known, and count how often the intervals hold it: `make bench`.

Each estimator is run in a design of its own, where its assumptions hold, and some in one that
breaks them, where the miss must show. Writes build/coverage.json. Nominal 95 per cent; a thousand
replications measure a coverage to 0.7 points.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from coverage_linear import linear_designs
from coverage_space import spatial_designs
from coverage_synthetic import synthetic_designs
from scipy.stats import norm

import econ
from econ.kernels.evaluation.fixed_length import fixed_length_interval
from econ.kernels.evaluation.honest_bounds import (
    hybrid_accepts,
    least_favourable_value,
    plug_in_interval,
    relative_moments,
)

ROOM = Path(__file__).resolve().parents[2] / "build"
LEVEL = 0.95
REPLICATIONS = 1000
WITHIN = (0.93, 0.97)
BROKEN = 0.80
UNITS, YEARS = 200, 8
COHORTS, SHARES = np.array([3.0, 5.0, np.inf]), np.array([0.3, 0.3, 0.4])
ASKED: dict[str, Any] = {"unit": "unit", "time": "time", "cohort": "since", "level": LEVEL}

Interval = tuple[float, float, float]  # low, high, truth
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """One estimator on one way of drawing data.

    Parameters
    ----------
    name : str
    draw : callable
        From a generator to an interval and the truth it is after.
    holds : bool
        Whether the assumptions hold; else the coverage must be visibly wrong.
    most : float
        Largest coverage; an honest bound may cover more often than it says.
    """

    name: str
    draw: Callable[[np.random.Generator], Interval]
    holds: bool = True
    most: float = WITHIN[1]

    def coverage(self, replications: int, seed: int = 0) -> float:
        """Return how often the interval holds the truth [share]."""
        streams = np.random.default_rng(seed).spawn(replications)
        drawn = [self.draw(stream) for stream in streams]
        return float(np.mean([low <= truth <= high for low, high, truth in drawn]))

    def meets(self, coverage: float) -> bool:
        """Return whether a coverage is what the design asks for."""
        return WITHIN[0] <= coverage <= self.most if self.holds else coverage < BROKEN


# ---------------------------------------------------------------- staggered panels


def staggered(
    rng: np.random.Generator, effect: Callable[[Array], Array], *, trend: float = 0.0
) -> pd.DataFrame:
    """Units treated at two dates or never, with errors that persist.

    Parameters
    ----------
    rng : numpy Generator
    effect : callable
        Of the periods since treatment.
    trend : float
        By which the trend of a unit grows with its size; size is larger among the treated,
        by half a standard deviation, so that the two overlap.
    """
    since = rng.choice(COHORTS, size=UNITS, p=SHARES)
    size = rng.normal(size=UNITS) + 0.5 * np.isfinite(since)
    times = np.arange(1.0, YEARS + 1.0)
    noise = rng.normal(size=(UNITS, YEARS))
    for year in range(1, YEARS):
        noise[:, year] += 0.5 * noise[:, year - 1]
    gone = times - since[:, None]
    gain = np.where(gone >= 0.0, effect(np.maximum(gone, 0.0)), 0.0)
    level = rng.normal(size=(UNITS, 1)) + np.sin(times)
    drift = trend * size[:, None] * times
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(UNITS), YEARS),
            "time": np.tile(times, UNITS),
            "since": np.repeat(np.where(np.isfinite(since), since, 0.0), YEARS),
            "size": np.repeat(size, YEARS),
            "gain": gain.ravel(),
            "y": (level + drift + gain + noise).ravel(),
        }
    )


def constant(since: Array) -> Array:
    """Return one effect at all times."""
    return np.ones_like(since)


def growing(since: Array) -> Array:
    """Return an effect that grows year by year."""
    return since + 1.0


def population_effect(effect: Callable[[Array], Array]) -> float:
    """Return the average over treated units and years that a large sample has."""
    pairs = [
        (share, effect(np.array([year - cohort]))[0])
        for cohort, share in zip(COHORTS, SHARES, strict=True)
        for year in range(1, YEARS + 1)
        if year >= cohort
    ]
    return float(np.average([value for _, value in pairs], weights=[share for share, _ in pairs]))


def on_panel(
    model: Any, effect: Callable[[Array], Array], *, trend: float = 0.0, sample: bool = True
) -> Callable[[np.random.Generator], Interval]:
    """Return a draw of a model's average effect; the truth is the sample's or the population's."""

    def draw(rng: np.random.Generator) -> Interval:
        frame = staggered(rng, effect, trend=trend)
        fit = model.fit(frame)
        one = getattr(fit, "att", fit)
        low, high = one.conf_int().iloc[0]
        treated = (frame["since"] > 0.0) & (frame["time"] >= frame["since"])
        truth = frame.loc[treated, "gain"].mean() if sample else population_effect(effect)
        return float(low), float(high), float(truth)

    return draw


# ---------------------------------------------------------------- two groups, and three


def groups(rng: np.random.Generator, *, drift: float = 0.0, industry: float = 0.0) -> pd.DataFrame:
    """Units before and after; `drift` moves them by size, `industry` all eligible ones."""
    place, eligible = rng.integers(0, 2, UNITS), rng.integers(0, 2, UNITS)
    size = rng.normal(size=UNITS) + 0.5 * place
    level = rng.normal(size=UNITS)
    after = drift * size + industry * place + place * eligible
    rows = {
        "unit": np.tile(np.arange(UNITS), 2),
        "place": np.tile(place, 2),
        "eligible": np.tile(eligible, 2),
        "size": np.tile(size, 2),
        "after": np.repeat([0, 1], UNITS),
        "y": np.concatenate([level, level + after]) + rng.normal(size=2 * UNITS),
    }
    return pd.DataFrame(rows)


def on_groups(
    model: Any, truth: float, **options: float
) -> Callable[[np.random.Generator], Interval]:
    """Return a draw of a model's effect."""

    def draw(rng: np.random.Generator) -> Interval:
        low, high = model.fit(groups(rng, **options)).conf_int().iloc[0]
        return float(low), float(high), truth

    return draw


# ---------------------------------------------------------------- other rows each year, and doses


def cross_sections(rng: np.random.Generator) -> pd.DataFrame:
    """Other people in each year; those of treated places are larger, and size moves their trend."""
    n = UNITS * YEARS
    since = rng.choice(COHORTS, size=n, p=SHARES)
    time = rng.integers(1, YEARS + 1, n)
    size = rng.normal(size=n) + 0.5 * np.isfinite(since)
    gain = np.where(time >= since, time - since + 1.0, 0.0)
    noise = rng.normal(size=n)
    return pd.DataFrame(
        {
            "time": time,
            "since": np.where(np.isfinite(since), since, 0.0),
            "size": size,
            "y": size * (1.0 + 0.3 * time) + np.sin(time) + gain + noise,
        }
    )


def on_cross_sections(model: Any) -> Callable[[np.random.Generator], Interval]:
    """Return a draw of the average effect on the treated."""

    def draw(rng: np.random.Generator) -> Interval:
        low, high = model.fit(cross_sections(rng)).att.conf_int().iloc[0]
        return float(low), float(high), population_effect(growing)

    return draw


def two_cross_sections(model: Any) -> Callable[[np.random.Generator], Interval]:
    """Return a draw of the effect, one, on a group whose trend moves with its size."""

    def draw(rng: np.random.Generator) -> Interval:
        n = UNITS * YEARS
        place, after = rng.integers(0, 2, n), rng.integers(0, 2, n)
        size = rng.normal(size=n) + 0.5 * place
        y = size * (1.0 + after) + place + after * place + rng.normal(size=n)
        frame = pd.DataFrame({"place": place, "after": after, "size": size, "y": y})
        low, high = model.fit(frame).conf_int().iloc[0]
        return float(low), float(high), 1.0

    return draw


def on_doses(model: Any) -> Callable[[np.random.Generator], Interval]:
    """Return a draw of the effect of one unit of dose, a half."""

    def draw(rng: np.random.Generator) -> Interval:
        frame = staggered(rng, constant)
        dose = rng.choice([1.0, 2.0, 4.0], size=UNITS)[frame["unit"]]
        frame["dose"] = np.where(frame["since"] > 0.0, dose, 0.0)
        frame["y"] += frame["gain"] * (0.5 * frame["dose"] - 1.0)
        low, high = model.fit(frame).att.conf_int().iloc[0]
        return float(low), float(high), 0.5

    return draw


# ---------------------------------------------------------------- honest bounds

PRE, POST = 4, 2
SPREAD = 0.02 * (np.eye(PRE + POST) + 1.0)
BENT = np.array([1.6, 0.9, 0.4, 0.1, 0.1, 0.4])  # its slope changes by 0.2 a period
MOVED = np.array([0.4, 0.0, 0.0, 0.0, 0.4, 0.8])  # it moves by 0.4 once before, and always after
WEIGHTS = np.full(POST, 1.0 / POST)
FIRST = (1.0 - LEVEL) / 10.0


def on_trend(
    trend: Array, interval: Callable[[Array], tuple[float, float]]
) -> Callable[[np.random.Generator], Interval]:
    """Return a draw of the average effect, none, on an event study with a trend."""

    def draw(rng: np.random.Generator) -> Interval:
        low, high = interval(rng.multivariate_normal(trend, SPREAD))
        return low, high, 0.0

    return draw


def smooth(seen: Array) -> tuple[float, float]:
    """Return the optimal fixed-length interval for bends of 0.2."""
    found = fixed_length_interval(seen, SPREAD, PRE, WEIGHTS, bound=0.2, level=LEVEL)
    return found.low, found.high


def usual(seen: Array) -> tuple[float, float]:
    """Return the interval under parallel trends."""
    centre, error = WEIGHTS @ seen[PRE:], np.sqrt(WEIGHTS @ SPREAD[PRE:, PRE:] @ WEIGHTS)
    reach = float(norm.ppf((1.0 + LEVEL) / 2.0)) * float(error)
    return float(centre) - reach, float(centre) + reach


def relative() -> Callable[[Array], tuple[float, float]]:
    """Return the hybrid test for moves as large as before, asked of the truth alone."""
    draws = np.random.default_rng(0).standard_normal((20_000, PRE + POST))
    moments = relative_moments(SPREAD, PRE, WEIGHTS, 1.0)
    largest = [least_favourable_value(one, SPREAD, FIRST, draws) for one in moments]

    def interval(seen: Array) -> tuple[float, float]:
        kept = hybrid_accepts(
            seen, SPREAD, moments, np.zeros(1), largest, size=1.0 - LEVEL, first=FIRST
        )
        return (0.0, 0.0) if kept[0] else (np.inf, np.inf)

    return interval


def plug_in(seen: Array) -> tuple[float, float]:
    """Return the bound that takes the estimated trend before for the true one."""
    return plug_in_interval(seen, PRE, WEIGHTS, 1.0)


def designs() -> tuple[Design, ...]:
    """Return every design, those that hold before those that break."""
    never = econ.CallawaySantAnna("y", **ASKED)
    given = econ.CallawaySantAnna("y ~ size", **ASKED)
    notyet = econ.CallawaySantAnna("y", control="notyet", **ASKED)
    abraham = econ.SunAbraham("y", **ASKED)
    imputed = econ.BorusyakJaravelSpiess("y", **ASKED)
    two_way = econ.TwoWayFixedEffects("y", **ASKED)
    pair: dict[str, Any] = {"treated": "place", "post": "after", "unit": "unit", "level": LEVEL}
    plain = econ.DifferenceInDifferences("y", **pair)
    doubly = econ.DifferenceInDifferences("y ~ size", method="dr", **pair)
    triple = econ.TripleDifference("y", eligible="eligible", **pair)
    rows: dict[str, Any] = {"time": "time", "cohort": "since", "level": LEVEL, "panel": False}
    crossed = econ.CallawaySantAnna("y ~ size", **rows)
    ungiven = econ.CallawaySantAnna("y", **rows)
    dosed = econ.CallawaySantAnna("y", dose="dose", **ASKED)
    two: dict[str, Any] = {"treated": "place", "post": "after", "level": LEVEL, "panel": False}
    linear = [Design(name, draw, holds) for name, draw, holds in linear_designs()]
    return (
        *linear,
        Design("callaway_santanna_never_growing", on_panel(never, growing, sample=False)),
        Design("callaway_santanna_notyet_growing", on_panel(notyet, growing, sample=False)),
        Design(
            "callaway_santanna_given_size",
            on_panel(given, growing, trend=0.3, sample=False),
        ),
        Design("sun_abraham_growing", on_panel(abraham, growing)),
        Design("imputation_growing", on_panel(imputed, growing)),
        Design("two_way_constant", on_panel(two_way, constant)),
        Design("differences_two_groups", on_groups(plain, 0.5)),
        Design("differences_doubly_robust", on_groups(doubly, 0.5, drift=1.0)),
        Design("triple_difference", on_groups(triple, 1.0, industry=2.0)),
        Design("callaway_santanna_cross_sections", on_cross_sections(crossed)),
        *(
            Design(
                f"differences_cross_sections_{method}",
                two_cross_sections(econ.DifferenceInDifferences("y ~ size", method=method, **two)),
            )
            for method in ("dr", "imp", "reg", "ipw")
        ),
        Design("callaway_santanna_per_dose", on_doses(dosed)),
        Design("honest_smoothness", on_trend(BENT, smooth), most=1.0),
        Design("honest_relative_magnitudes", on_trend(MOVED, relative()), most=1.0),
        Design("broken_two_way_growing", on_panel(two_way, growing), holds=False),
        Design(
            "broken_callaway_santanna_without_size",
            on_panel(never, growing, trend=0.3, sample=False),
            holds=False,
        ),
        Design(
            "broken_cross_sections_without_size",
            on_cross_sections(ungiven),
            holds=False,
        ),
        Design("broken_differences_drift", on_groups(plain, 0.5, drift=1.0), holds=False),
        Design("broken_differences_industry", on_groups(plain, 0.5, industry=2.0), holds=False),
        Design("broken_usual_interval_bends", on_trend(BENT, usual), holds=False),
        Design("broken_plug_in_bound", on_trend(MOVED, plug_in), holds=False),
        *(Design(name, draw, holds) for name, draw, holds in spatial_designs()),
        *(Design(name, draw, holds) for name, draw, holds in synthetic_designs()),
    )


def main(replications: int = REPLICATIONS) -> int:
    """Count all coverages and write build/coverage.json; return 1 when one is not as asked."""
    ROOM.mkdir(parents=True, exist_ok=True)
    rows = []
    for design in designs():
        start = time.perf_counter()
        found = design.coverage(replications)
        rows.append(
            {
                "name": design.name,
                "coverage": found,
                "replications": replications,
                "asked": f"{WITHIN[0]} to {design.most}" if design.holds else f"below {BROKEN}",
                "met": design.meets(found),
                "seconds": time.perf_counter() - start,
            }
        )
        print(f"{design.name}: {found:.3f}{'' if design.meets(found) else ' MISSED'}", flush=True)
    (ROOM / "coverage.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return 0 if all(row["met"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
