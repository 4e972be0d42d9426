"""Synthetic difference-in-differences and local projections on data of their design, and broken.

The broken one is a donor that was hit too: nothing before the event can tell, so every interval
misses, and only the rule by which donors are chosen guards against it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import econ

Array = npt.NDArray[np.float64]
Interval = tuple[float, float, float]  # low, high, truth
Draw = Callable[[np.random.Generator], Interval]
LEVEL = 0.95
UNITS, YEARS, EVENT = 60, 14, 10
EFFECT, PERSISTENCE, IMPACT = 3.0, 0.7, 2.0


def sites(treated: int, how: Any, *, hit: int = 0) -> Draw:
    """Units with levels and loads on a common factor; the last are treated, the first hit too."""

    def draw(rng: np.random.Generator) -> Interval:
        loads = np.abs(rng.normal(size=(UNITS, 1)))
        y = 5.0 * rng.normal(size=(UNITS, 1)) + loads * rng.normal(size=YEARS).cumsum()
        y = y + rng.normal(size=(UNITS, YEARS))
        y[UNITS - treated :, EVENT:] += EFFECT
        y[:hit, EVENT:] += EFFECT
        names = [f"u{unit:02d}" for unit in range(UNITS)]
        frame = pd.DataFrame(
            {
                "unit": np.repeat(names, YEARS),
                "time": np.tile(np.arange(YEARS), UNITS),
                "y": y.ravel(),
            }
        )
        rule = econ.SyntheticDiD(
            "y", names[UNITS - treated :], at=EVENT, solver="exact", standard_error=how
        )
        fit = rule.fit(econ.Panel(frame, unit="unit", time="time"))
        low, high = fit.att.conf_int(level=LEVEL).iloc[0]
        return float(low), float(high), EFFECT

    return draw


def priced(covariates: tuple[str, ...]) -> Draw:
    """Return a draw where a price moves the outcome, and rises in the treated after the event."""

    def draw(rng: np.random.Generator) -> Interval:
        treated = 10
        loads = np.abs(rng.normal(size=(UNITS, 1)))
        price = rng.normal(size=(UNITS, YEARS))
        price[UNITS - treated :, EVENT:] += 1.0
        y = 5.0 * rng.normal(size=(UNITS, 1)) + loads * rng.normal(size=YEARS).cumsum()
        y = y + 2.0 * price + rng.normal(size=(UNITS, YEARS))
        y[UNITS - treated :, EVENT:] += EFFECT
        names = [f"u{unit:02d}" for unit in range(UNITS)]
        frame = pd.DataFrame(
            {
                "unit": np.repeat(names, YEARS),
                "time": np.tile(np.arange(YEARS), UNITS),
                "y": y.ravel(),
                "price": price.ravel(),
            }
        )
        rule = econ.SyntheticDiD(
            "y",
            names[UNITS - treated :],
            at=EVENT,
            solver="exact",
            standard_error="jackknife",
            covariates=covariates,
        )
        fit = rule.fit(econ.Panel(frame, unit="unit", time="time"))
        low, high = fit.att.conf_int(level=LEVEL).iloc[0]
        return float(low), float(high), EFFECT

    return draw


def responses(horizon: int, periods: int = 150) -> Draw:
    """One series that an observed shock moves; plain robust errors, lags among the terms."""

    def draw(rng: np.random.Generator) -> Interval:
        shock, noise = rng.normal(size=(2, periods))
        y = np.zeros(periods)
        for t in range(1, periods):
            y[t] = PERSISTENCE * y[t - 1] + IMPACT * shock[t] + noise[t]
        frame = pd.DataFrame({"place": "a", "t": range(periods), "y": y, "x": shock})
        rule = econ.LocalProjection("y", "x", horizons=horizon, lags=1, level=LEVEL)
        fit = rule.fit(econ.Panel(frame, unit="place", time="t")).at(horizon)
        low, high = fit.conf_int(level=LEVEL).loc["x"]
        return float(low), float(high), IMPACT * PERSISTENCE**horizon

    return draw


def synthetic_designs() -> list[tuple[str, Draw, bool]]:
    """Return name, draw, and whether the assumptions hold."""
    return [
        ("synthetic DiD, one site, placebo errors", sites(1, "placebo"), True),
        ("synthetic DiD, ten sites, jackknife", sites(10, "jackknife"), True),
        ("synthetic DiD, a price taken out", priced(("price",)), True),
        ("synthetic DiD, a price left in", priced(()), False),
        ("synthetic DiD, donors that were hit too", sites(10, "jackknife", hit=25), False),
        ("local projection, lag-augmented, horizon 1", responses(1), True),
    ]
