"""What every worker does: read the table, get ready, run against the clock, save the answer.

``python ours.py TASK N FOLDER ANSWER KIND`` prints one JSON line: seconds, peak_mb and whatever the
task adds. Importing and reading are not timed; the memory of both is part of the peak. The task
runs once on a small table before, for libraries load some of their parts at their first use.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tables import WARM_UP, Inputs, read_inputs

Array = npt.NDArray[np.float64]
# Linux counts resident memory in kilobytes, macOS in bytes.
PEAK_UNITS_PER_MB: Final = 1024**2 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Case:
    """A task that is ready to run.

    Parameters
    ----------
    run : callable
        What is timed.
    answer : callable
        From what `run` returned to the numbers that ours and the peer must agree on; not timed.
    repeats : int
        Runs in one process, of which the fastest counts; more than one where a model that is
        ready answers again and again.
    facts : callable, optional
        From what `run` returned to further entries of the JSON line; not timed.
    """

    run: Callable[[], Any]
    answer: Callable[[Any], Array]
    repeats: int = 1
    facts: Callable[[Any], Mapping[str, Any]] | None = None


def serve(tasks: Mapping[str, Callable[[Inputs], Case]]) -> None:
    """Run the task of the command line and print its line."""
    task, n, folder, answer, kind = sys.argv[1:]
    tasks[task](read_inputs(Path(folder), WARM_UP)).run()
    case = tasks[task](read_inputs(Path(folder), int(n), kind))
    seconds = []
    found = None
    for _ in range(case.repeats):
        start = time.perf_counter()
        found = case.run()
        seconds.append(time.perf_counter() - start)
    # Taken before the answer is made, which is nobody's task.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAK_UNITS_PER_MB
    np.save(answer, np.asarray(case.answer(found), dtype=np.float64))
    facts = case.facts(found) if case.facts else {}
    print(json.dumps({"seconds": min(seconds), "peak_mb": peak, **facts}))
