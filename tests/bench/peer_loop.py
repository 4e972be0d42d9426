"""The peer ``loop``: the main study solved draw by draw, as one would with a model for one case.

Every draw is a study of its own: its scenario, its bill of goods, its tables of regions, its steps
from gross to net. Ten thousand of them take half an hour, so that some are timed, evenly spread,
and the time is that of all by proportion; the entry says how many.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from main_study import LOOPED, drawn, headline, looped
from tables import Inputs
from worker import Case, serve

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Looped:
    """What the loop found, and how long it took for the draws it solved."""

    numbers: Array
    seconds: float
    all_draws: int


def main_study(inputs: Inputs) -> Case:
    """Solve draws one by one; the real study, the inputs say how many draws there are."""
    study, draws = drawn(inputs)
    chosen = looped(draws)

    def run() -> Looped:
        start = time.perf_counter()
        numbers = [headline(study.evaluate(draws.part(slice(n, n + 1))))[:, 1] for n in chosen]
        seconds = time.perf_counter() - start
        return Looped(np.stack(numbers, axis=1), seconds, draws.columns - 1)

    def facts(found: Looped) -> dict[str, Any]:
        share = found.all_draws / len(chosen)
        return {"seconds": found.seconds * share, "draws_timed": min(LOOPED, found.all_draws)}

    return Case(run, lambda found: found.numbers.ravel(), facts=facts)


if __name__ == "__main__":
    serve({"main_study": main_study})
