"""The panels every side of the estimator benchmarks reads, and how it is timed.

``python SIDE.py TASK ANSWER`` prints one JSON line: seconds, processor_s and peak_mb. Making the
data and the first run, which loads libraries, are not timed.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

SEED: Final = 20240513
UNITS, PERIODS = 96, 30  # the departements of metropolitan France over a generation
ROWS, WORKERS, FIRMS = 1_000_000, 50_000, 1_000
PEAK_UNITS_PER_MB: Final = 1024**2 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Task:
    """What is timed, and the numbers both sides must agree on.

    Parameters
    ----------
    data : callable
        Makes the frame; not timed.
    run : callable
        From the frame to a result; timed.
    answer : callable
        From the result to numbers; not timed.
    repeats : int
        Of which the fastest counts.
    """

    data: Callable[[], pd.DataFrame]
    run: Callable[[pd.DataFrame], Any]
    answer: Callable[[Any], Any]
    repeats: int = 5


def departements() -> pd.DataFrame:
    """Return a balanced panel of 96 units and 30 periods."""
    rng = np.random.default_rng(SEED)
    n = UNITS * PERIODS
    frame = pd.DataFrame(
        {"dep": np.repeat(np.arange(UNITS), PERIODS), "year": np.tile(np.arange(PERIODS), UNITS)}
    )
    frame["x"], frame["w"], frame["z"] = rng.normal(size=(3, n))
    frame["post"] = ((frame["dep"] % 2 == 0) & (frame["year"] >= 15)).astype(float)
    effect = rng.normal(size=UNITS)[frame["dep"]] + rng.normal(size=PERIODS)[frame["year"]]
    shock = rng.normal(size=n)
    frame["e"] = 0.7 * frame["z"] + 0.3 * frame["x"] + shock
    frame["y"] = 0.2 * frame["x"] - 0.1 * frame["w"] + effect + 0.5 * shock + rng.normal(size=n)
    frame["count"] = rng.poisson(np.exp(0.2 * frame["x"] + 0.3 * effect))
    frame["people"] = rng.uniform(0.5, 2.0, n)
    return frame


def site_and_donors() -> pd.DataFrame:
    """Return a site that no donors match exactly, and 95 donors, 22 years, on two factors."""
    rng = np.random.default_rng(SEED)
    factors = rng.normal(size=(2, 22)).cumsum(axis=1)
    y = 100.0 + rng.normal(size=(UNITS, 2)) @ factors + 0.5 * rng.normal(size=(UNITS, 22))
    y[0] += 0.2 * y.std() * np.arange(22) / 22.0 + 2.0 * y.std()
    frame = pd.DataFrame(
        {
            "dep": np.repeat([f"d{unit:02d}" for unit in range(UNITS)], 22),
            "year": np.tile(np.arange(22), UNITS),
            "y": y.ravel(),
        }
    )
    frame["size"] = np.repeat(rng.normal(size=UNITS), 22)
    return frame


def workers() -> pd.DataFrame:
    """Return a million rows of workers and firms."""
    rng = np.random.default_rng(SEED)
    frame = pd.DataFrame(
        {"worker": rng.integers(0, WORKERS, ROWS), "firm": rng.integers(0, FIRMS, ROWS)}
    )
    frame["x"], frame["w"] = rng.normal(size=(2, ROWS))
    effect = rng.normal(size=WORKERS)[frame["worker"]] + rng.normal(size=FIRMS)[frame["firm"]]
    frame["y"] = 0.2 * frame["x"] - 0.1 * frame["w"] + effect + rng.normal(size=ROWS)
    frame["count"] = rng.poisson(np.exp(0.2 * frame["x"] + 0.3 * effect))
    return frame


def serve(tasks: Mapping[str, Task]) -> None:
    """Run the task of the command line and print its line."""
    name, answer = sys.argv[1:]
    task = tasks[name]
    frame = task.data()
    found = task.run(frame)
    seconds, processor = [], []
    for _ in range(task.repeats):
        start, busy = time.perf_counter(), time.process_time()
        found = task.run(frame)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAK_UNITS_PER_MB
    np.save(answer, np.asarray(task.answer(found), dtype=np.float64))
    best = {"seconds": min(seconds), "processor_s": min(processor)}
    print(json.dumps({**best, "peak_mb": peak}))
