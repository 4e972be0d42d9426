"""Joint draws of outcomes: those of one go, whatever is worked out at once and by what."""

import hashlib
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ import InputError, Outcome, Study, joint_draws

REPOSITORY = Path(__file__).resolve().parents[2]
AREAS = (
    Outcome("gross GDP of the works", "gdp", "construction", "gross"),
    Outcome("net jobs in Haut-Rhin", "employment", "operation", year="last", regions=("FRF12",)),
    Outcome("gross pay in Rhone", "compensation", "operation", "gross", regions=("FRK26",)),
)


def test_outcomes_worked_out_some_draws_at_a_time_are_those_of_one_go_to_the_bit(
    study: Study,
) -> None:
    few = study.with_draws(60)
    evaluation = few.run()
    for outcomes, at_once in ((AREAS, 20), (AREAS, 10**6), (AREAS[:1], 7)):
        expected = np.stack([outcome.draws(evaluation) for outcome in outcomes], axis=1)
        found = joint_draws(few, outcomes, at_once=at_once)
        assert list(found.columns) == [outcome.name for outcome in outcomes]
        assert found.to_numpy().tobytes() == expected.tobytes(), at_once


def test_memory_is_that_of_the_draws_worked_out_at_once(study: Study) -> None:
    peaks = {}
    for draws in (300, 4800):
        some = study.with_draws(draws)
        joint_draws(some.with_draws(2), AREAS[:1])
        tracemalloc.start()
        joint_draws(some, AREAS[:1], at_once=300)
        # All parameters of all draws are there, once as probabilities and once as values.
        held = 3 * 8 * draws * len(some.assumptions.parameters)
        peaks[draws] = tracemalloc.get_traced_memory()[1] - held
        tracemalloc.stop()
    assert peaks[4800] < 1.5 * peaks[300]


SCRIPT = """
import hashlib
from econ import Outcome, Study, joint_draws
here = Outcome("here", "employment", "operation", regions=("FRF12",))
found = joint_draws(Study.load("choose_france_2024").with_draws(30), [here], at_once=7)
print(hashlib.sha256(found.to_numpy().tobytes()).hexdigest())
"""


def test_the_number_of_threads_changes_no_bit() -> None:
    printed = set()
    for threads in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        printed.add(done.stdout.strip())
    assert len(printed) == 1
    assert len(printed.pop()) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize("at_once", [0, -5, 2.5, True, None, "all"])
def test_no_number_of_draws_at_once_is_refused_by_name(study: Study, at_once: Any) -> None:
    with pytest.raises(InputError, match="column at_once") as caught:
        joint_draws(study, at_once=at_once)
    assert "write a whole number above zero" in str(caught.value)
