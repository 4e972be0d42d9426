"""Time the estimators against the libraries beneath them and against pyfixest: `make bench`.

Called by `run.py`, whose entries these join. Each run has an interpreter of its own; the fastest
run of each side counts. Both sides must agree on the answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
SIDES = {
    "ours": "estimators_ours.py",
    "libraries": "peer_libraries.py",
    "pyfixest": "peer_pyfixest.py",
}
PACKAGES = {"pyfixest": ["pyfixest==0.60.0", "wildboottest==0.3.2"]}
# 1.2 times the library beneath, as a ratio of its seconds to ours.
BENEATH = 1.0 / 1.2
SAME = 1e-6
ROUNDS = 2


@dataclass(frozen=True)
class Comparison:
    """One task against one side, and what is aimed at."""

    name: str
    task: str
    side: str | None
    least_ratio: float | None = None
    most_s: float | None = None
    tolerance: float = SAME
    note: str = ""


COMPARISONS = (
    Comparison("fixed_effects_96x30", "fixed_effects", "pyfixest", 3.0),
    Comparison(
        *("fixed_effects_96x30_floor", "fixed_effects", "libraries"),
        least_ratio=BENEATH,
        most_s=0.007,
        note="the floor demeans arrays and fits them, and reads no formula and no frame",
    ),
    Comparison("fixed_effects_1e6", "fixed_effects_large", "pyfixest", 1.0),
    Comparison(
        *("fixed_effects_1e6_floor", "fixed_effects_large", "libraries"),
        least_ratio=BENEATH,
        note="the floor stops at a tolerance of 1e-8, ours at 1e-12",
    ),
    Comparison("least_squares_96x30", "least_squares", "libraries", BENEATH),
    Comparison("weighted_96x30", "weighted", "libraries", BENEATH),
    Comparison(
        *("first_differences_96x30", "first_differences", "libraries", BENEATH),
        note="the making of the panel included",
    ),
    Comparison("random_effects_96x30", "random_effects", "libraries", BENEATH),
    Comparison("instruments_96x30", "instruments", "libraries", BENEATH),
    Comparison("instruments_two_way_96x30", "instruments_two_way", "pyfixest", 1.0),
    Comparison("poisson_96x30", "poisson_plain", "libraries", BENEATH),
    Comparison("poisson_two_way_96x30", "poisson", "pyfixest", 1.0),
    Comparison("poisson_1e6", "poisson_large", "pyfixest", 1.0),
    Comparison(
        *("wild_bootstrap_9999", "wild_bootstrap", "pyfixest", 5.0, 0.03),
        tolerance=0.02,
        note="two-way effects absorbed; the two draw with seeds of their own",
    ),
    Comparison(
        *("randomisation_9999", "randomisation", None),
        most_s=0.11,
        note="pyfixest's ritest ends in a singular matrix on two effects",
    ),
    Comparison(
        *("synthetic_control_95_donors", "synthetic_outcome_only", None),
        note="outcome only, the making of the panel included; the bare problem took 0.0004 s",
    ),
    Comparison(
        *("synthetic_control_95_placebos", "synthetic_outcome_only_placebos", None),
        most_s=0.011,
        note="outcome only, all placebos, the making of the panel included",
    ),
    Comparison(
        *("synthetic_control_nested", "synthetic_nested", None),
        most_s=0.15,
        note="proved, not searched: the best fit of the outcome is attained; mlsynth 0.80 s, "
        "diff-diff 1.8 s",
    ),
    Comparison(
        *("synthetic_control_nested_placebos", "synthetic_nested_placebos", None),
        most_s=6.5,
        note="all 95, each from a sample, eight starts and their recombination; mlsynth takes 76 s",
    ),
)


def measured(python: str, side: str, task: str, folder: Path) -> tuple[dict[str, Any], Any]:
    """Return what one side reports, and its answer, from an interpreter of its own."""
    answer = folder / f"estimators_{side}.npy"
    command = [python, str(HERE / SIDES[side]), task, str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{side} {task}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found, np.load(answer)


def compared(pair: Comparison, python: str, folder: Path) -> dict[str, Any]:
    """Return the entry of a comparison; raise when the two answers differ."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        mine, answer = measured(sys.executable, "ours", pair.task, folder)
        ours.append(mine)
        if pair.side is not None:
            other, expected = measured(python, pair.side, pair.task, folder)
            theirs.append(other)
            shared = min(len(answer), len(expected))
            np.testing.assert_allclose(
                answer[:shared], expected[:shared], atol=pair.tolerance, err_msg=pair.name
            )
    entry: dict[str, Any] = {
        "name": pair.name,
        "peer": pair.side,
        "ours_s": min(run["seconds"] for run in ours),
        "peer_s": min((run["seconds"] for run in theirs), default=None),
        "ratio": None,
        "ours_processor_s": min(run["processor_s"] for run in ours),
        "peer_processor_s": min((run["processor_s"] for run in theirs), default=None),
        "ours_peak_mb": max(run["peak_mb"] for run in ours),
        "peer_peak_mb": max((run["peak_mb"] for run in theirs), default=None),
        "note": pair.note,
    }
    aims: dict[str, bool] = {}
    if entry["peer_s"] is not None:
        entry["ratio"] = entry["peer_s"] / entry["ours_s"]
        if pair.least_ratio is not None:
            aims[f"ratio >= {pair.least_ratio:.2g}"] = entry["ratio"] >= pair.least_ratio
    if pair.most_s is not None:
        aims[f"seconds <= {pair.most_s:g}"] = entry["ours_s"] <= pair.most_s
    entry["target"] = "; ".join(aims)
    entry["missed"] = [aim for aim, reached in aims.items() if not reached]
    entry["met"] = not entry["missed"] if aims else None
    return entry


def entries(interpreter: Callable[[str | None], str], folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the entry of every comparison; one whose peer cannot be installed is skipped."""
    for pair in COMPARISONS:
        try:
            python = interpreter(pair.side if pair.side in PACKAGES else None)
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or str(error)
            yield {"name": pair.name, "peer": pair.side, "skipped": why[-500:]}
        else:
            yield compared(pair, python, folder)
