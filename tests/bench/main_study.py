"""The main study as a task: its draws, the numbers of its headline, and how its cost grows."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tables import WARM_UP, Inputs
from worker import Case

from econ import Draws, Evaluation, LeontiefModel, Study
from econ.impact.interval import interval

Array = npt.NDArray[np.float64]
STUDY: Final = "choose_france_2024"
DRAWS: Final = 10_000
FEW: Final = 20
LOOPED: Final = 20
GROWTH: Final = (2_500, 5_000, 10_000)
COPIES: Final = (1, 2, 4)


def drawn(inputs: Inputs) -> tuple[Study, Draws]:
    """Return the study and its draws; a few for the small table that tasks warm up on."""
    count = FEW if inputs.output.size == WARM_UP else DRAWS
    study = Study.load(STUDY).with_draws(count)
    return study, study.draws()


def looped(draws: Draws) -> list[int]:
    """Return the draws that are solved one by one, evenly spread."""
    count = draws.columns - 1
    return list(range(0, count, max(1, count // LOOPED)))[:LOOPED]


def headline(evaluation: Evaluation) -> Array:
    """Return jobs and GDP by phase, gross and net, and over all areas, shape (numbers, c)."""
    results = [
        result
        for steps in (evaluation.steps, evaluation.regional)
        for result in (next(iter(steps.values())), list(steps.values())[-1])
    ]
    return np.stack(
        [
            result.draws(measure, phase=phase)
            for result in results
            for measure in ("employment", "gdp")
            for phase in ("construction", "operation")
        ]
    )


def main_study(inputs: Inputs) -> Case:
    """From parameters to the headline and the areas of the real study, intervals included."""
    study, draws = drawn(inputs)
    study.table.operator.factorise()
    _ = study.geography

    def run() -> Array:
        evaluation = study.run()
        numbers = headline(evaluation)
        interval(numbers)
        for area in evaluation.regional and list(evaluation.regional.values())[-1].regions:
            interval(list(evaluation.regional.values())[-1].draws("employment", regions=[area]))
        return numbers

    def facts(_: Array) -> dict[str, Any]:
        return {} if inputs.output.size == WARM_UP else growth(study)

    return Case(run, lambda numbers: numbers[:, 1:][:, looped(draws)].ravel(), facts=facts)


def growth(study: Study) -> dict[str, Any]:
    """Return how the time grows with draws and with pledges, as exponents; one is linear."""
    by_draws = []
    for count in GROWTH:
        some = study.with_draws(count)
        start = time.perf_counter()
        some.run()
        by_draws.append(time.perf_counter() - start)
    shock = study.with_draws(GROWTH[0]).run().shock
    by_pledges = []
    for copies in COPIES:
        parts = [
            replace(part, pledge=f"{part.pledge} {copy}")
            for copy in range(copies)
            for part in shock.parts
        ]
        many = replace(shock, parts=tuple(parts))
        start = time.perf_counter()
        LeontiefModel(study.table).run(many, "many").draws("employment")
        by_pledges.append(time.perf_counter() - start)
    return {
        "seconds_by_draws": dict(zip(map(str, GROWTH), by_draws, strict=True)),
        "seconds_by_copies_of_the_pledges": dict(zip(map(str, COPIES), by_pledges, strict=True)),
        "exponent_of_draws": _exponent(GROWTH, by_draws),
        "exponent_of_pledges": _exponent(COPIES, by_pledges),
    }


def _exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
