"""Pooling: eight schools, and thirteen trials of the BCG vaccine as metafor prints them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import numpy as np
from replication import REPOSITORY, Replication

import econ

FOUR_DECIMALS = 0.5e-4
SIMULATED = 0.05  # the book's numbers are from simulation, ours are not


def _printed(name: str) -> dict[str, Any]:
    text = (REPOSITORY / "tests" / "golden" / "pooling.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)[name]
    return found


def eight_schools() -> Iterator[Replication]:
    """Posterior moments with a flat prior of tau."""
    printed = _printed("eight_schools")
    found = econ.pool(printed["estimates"], printed["std_errors"], method="bayes")
    source = "Gelman et al. (2013), section 5.5; Rubin (1981), table 1"
    pairs = [("mean", "std_error"), ("mean", "mean_sd")]
    ours = [getattr(found, name) for name in pairs[0]]
    yield Replication("mean effect", source, [printed[n] for n in pairs[1]], ours, SIMULATED)
    yield Replication("tau", source, [printed["tau"]], [found.tau], SIMULATED)
    school = [found.shrunken[0]]
    yield Replication("school A", source, [printed["school_a"]], school, SIMULATED)


def bcg_trials() -> Iterator[Replication]:
    """Log risk ratios by every estimator, with their intervals."""
    printed = _printed("bcg")
    a, b, c, d = np.array(printed["trials"], dtype=np.float64).T
    effect = np.log(a / (a + b)) - np.log(c / (c + d))
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    source = "metafor, dat.bcg (Viechtbauer 2010 and manual of rma.uni)"
    methods = list(printed["tau2"])
    pools = {m: econ.pool(effect, variances=variance, method=m, test="z") for m in methods}
    squares = [found.tau**2 for found in pools.values()]
    tau2 = list(printed["tau2"].values())
    yield Replication("tau² by six estimators", source, tau2, squares, FOUR_DECIMALS)
    settings: dict[str, dict[str, Any]] = {"reml": {"test": "z"}, "knha": {"test": "knha"}}
    for name, chosen in settings.items():
        found = econ.pool(effect, variances=variance, level=0.95, **chosen)
        fields = [field for field in ("mean", "std_error", "low", "high") if field in printed[name]]
        ours = [getattr(found, field) for field in fields]
        title = "REML" if name == "reml" else "REML, Hartung and Knapp"
        published = [printed[name][field] for field in fields]
        yield Replication(title, source, published, ours, FOUR_DECIMALS)
    i_squared = 100 * pools["REML"].i_squared
    yield Replication("I²", source, [printed["reml"]["i_squared"]], [i_squared], 0.5e-2)
