"""Linear estimators and Poisson, each on data of its own design and on some that breaks it."""

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
Frames = Callable[[np.random.Generator], pd.DataFrame]
LEVEL = 0.95
SLOPE = 0.5
UNITS, MANY, PERIODS = 60, 150, 8
NOT_REJECTED, REJECTED = (SLOPE, SLOPE, SLOPE), (np.inf, np.inf, SLOPE)


def on(
    model: Any, draw: Callable[[np.random.Generator], pd.DataFrame], panel: bool = False
) -> Draw:
    """Return a draw of a model's slope on x."""

    def interval(rng: np.random.Generator) -> Interval:
        frame = draw(rng)
        fit = model.fit(econ.Panel(frame, "unit", "time") if panel else frame)
        low, high = fit.conf_int(level=LEVEL).loc["x"]
        return float(low), float(high), SLOPE

    return interval


def unequal(rng: np.random.Generator) -> pd.DataFrame:
    """A cross-section whose variance grows with the square of x."""
    x = rng.normal(size=400)
    return pd.DataFrame({"x": x, "y": SLOPE * x + (0.2 + x**2) * rng.normal(size=400)})


def panel_of(
    rng: np.random.Generator,
    *,
    related: float = 0.0,
    lasting: float = 0.0,
    common: float = 0.0,
    units: int = UNITS,
) -> pd.DataFrame:
    """A panel with unit and period effects.

    Parameters
    ----------
    rng : numpy Generator
    related : float
        How strongly the units' effects go with x.
    lasting : float
        Autocorrelation of x and of the errors within units.
    common : float
        Size of shocks that units share, to x and to the outcome.
    units : int
    """
    effect = rng.normal(size=(units, 1))

    def series() -> Array:
        noise = rng.normal(size=(units, PERIODS))
        for time in range(1, PERIODS):
            noise[:, time] += lasting * noise[:, time - 1]
        return noise

    x = series() + related * effect + common * rng.normal(size=PERIODS)
    y = SLOPE * x + effect + series() + common * rng.normal(size=PERIODS)
    return frame_of(x, y)


def frame_of(x: Array, y: Array) -> pd.DataFrame:
    """Return a panel as a frame."""
    units, periods = x.shape
    unit, time = np.divmod(np.arange(units * periods), periods)
    return pd.DataFrame({"unit": unit, "time": time, "x": x.ravel(), "y": y.ravel()})


def shared_in_time(rng: np.random.Generator) -> pd.DataFrame:
    """Many periods, each with shocks that all units share."""
    x = rng.normal(size=(10, 120)) + rng.normal(size=120)
    return frame_of(x, SLOPE * x + rng.normal(size=(10, 120)) + rng.normal(size=120))


def neighbours(rng: np.random.Generator) -> pd.DataFrame:
    """Places a good 150 km apart, of four rows each that share their shocks."""
    place = np.repeat(np.arange(225), 4)
    shared = rng.normal(size=(2, 225))[:, place]
    x = shared[0] + 0.5 * rng.normal(size=900)
    y = SLOPE * x + shared[1] + 0.5 * rng.normal(size=900)
    lat, lon = 36.0 + 1.5 * (place // 15), 3.0 * (place % 15)
    return pd.DataFrame({"x": x, "y": y, "lat": lat, "lon": lon})


def instrumented(rng: np.random.Generator, *, strength: float) -> pd.DataFrame:
    """An endogenous regressor and three instruments."""
    z = rng.normal(size=(3, 250))
    shock = rng.normal(size=250)
    x = strength * z.sum(axis=0) + shock
    y = SLOPE * x + shock + 0.3 * rng.normal(size=250)
    return pd.DataFrame({"x": x, "y": y, "z1": z[0], "z2": z[1], "z3": z[2]})


def set_on(model: Any, draw: Frames) -> Draw:
    """Return whether the Anderson-Rubin set holds the truth, as an interval."""

    def interval(rng: np.random.Generator) -> Interval:
        found = model.anderson_rubin(draw(rng), null=SLOPE, level=LEVEL)
        return NOT_REJECTED if found.p_value >= 1.0 - LEVEL else REJECTED

    return interval


def counted(rng: np.random.Generator) -> pd.DataFrame:
    """Amounts whose mean is exponential and whose relative spread grows with x."""
    frame = panel_of(rng, related=0.3, units=MANY)
    frame["x"] /= 2.0  # else a few large amounts decide, and clusters are few
    mean = np.exp(SLOPE * frame["x"] + rng.normal(size=MANY)[frame["unit"]] / 4.0)
    spread = 0.3 + 0.3 / (1.0 + np.exp(-4.0 * frame["x"]))
    lognormal = np.exp(spread * rng.normal(size=len(frame)) - spread**2 / 2.0)
    return frame.assign(amount=mean * lognormal)


def few_clusters(rng: np.random.Generator) -> pd.DataFrame:
    """Ten clusters of unequal size with shocks of their own."""
    unit = np.repeat(np.arange(10), np.arange(5, 50, 5)[np.arange(10) % 9])
    own = rng.normal(size=(2, 10))[:, unit]
    x = own[0] + rng.normal(size=len(unit))
    y = SLOPE * x + own[1] + rng.normal(size=len(unit))
    return pd.DataFrame({"unit": unit, "x": x, "y": y})


def bootstrapped(draw: Frames) -> Draw:
    """Return whether the wild cluster bootstrap keeps the truth, as an interval."""

    def interval(rng: np.random.Generator) -> Interval:
        test = econ.wild_cluster_bootstrap(
            *(econ.OLS("y ~ x"), draw(rng), "x"),
            **{"cluster": "unit", "null": SLOPE, "draws": 399, "interval": False},
            seed=int(rng.integers(2**31)),
        )
        return NOT_REJECTED if test.p_value >= 1.0 - LEVEL else REJECTED

    return interval


def linear_designs() -> tuple[tuple[str, Draw, bool], ...]:
    """Return name, draw and whether the design holds, those that hold first."""
    within = econ.FixedEffects("y ~ x | unit + time")
    near = {"conley": {"km": 100, "lat": "lat", "lon": "lon", "kernel": "uniform"}}
    clustered = econ.OLS("y ~ x", vcov={"CRV1": "unit"})
    by_period = econ.OLS("y ~ x", vcov={"DK": {"lag": 1, "time": "time"}})
    differences = econ.FirstDifferences("y ~ x + C(time)")
    random = econ.RandomEffects("y ~ x")
    iv = econ.IV("y ~ 1 | x ~ z1 + z2 + z3")

    def lasting(rng: np.random.Generator) -> pd.DataFrame:
        return panel_of(rng, related=1.0, lasting=0.7, common=1.0)

    def related(rng: np.random.Generator) -> pd.DataFrame:
        return panel_of(rng, related=1.0)

    def strong(rng: np.random.Generator) -> pd.DataFrame:
        return instrumented(rng, strength=0.5)

    def weak(rng: np.random.Generator) -> pd.DataFrame:
        return instrumented(rng, strength=0.05)

    amounts = econ.Poisson("amount ~ x | unit")
    logs = econ.FixedEffects("log(amount) ~ x | unit")
    return (
        ("least_squares_hc3", on(econ.OLS("y ~ x", vcov="HC3"), unequal), True),
        ("fixed_effects_lasting", on(within, lasting), True),
        ("first_differences", on(differences, lasting, panel=True), True),
        ("long_differences", on(econ.LongDifferences("y ~ x"), related, panel=True), True),
        ("random_effects", on(random, panel_of, panel=True), True),
        (
            "driscoll_kraay",
            on(by_period, shared_in_time),
            True,
        ),
        ("conley", on(econ.OLS("y ~ x", vcov=near), neighbours), True),
        ("two_stages_strong", on(iv, strong), True),
        ("anderson_rubin_weak", set_on(iv, weak), True),
        ("poisson_fixed_effects", on(amounts, counted), True),
        ("wild_bootstrap_ten_clusters", bootstrapped(few_clusters), True),
        ("broken_iid_unequal_variance", on(econ.OLS("y ~ x", vcov="iid"), unequal), False),
        (
            "broken_random_effects_related",
            on(random, related, panel=True),
            False,
        ),
        ("broken_least_squares_endogenous", on(econ.OLS("y ~ x"), strong), False),
        ("broken_two_stages_weak", on(iv, weak), False),
        ("broken_clusters_by_unit_common_shocks", on(clustered, shared_in_time), False),
        ("broken_hc1_neighbours", on(econ.OLS("y ~ x", vcov="HC1"), neighbours), False),
        ("broken_logarithms_for_amounts", on(logs, counted), False),
    )
