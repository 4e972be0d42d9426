"""Draws of studies of many pledges: how time and memory grow, up to a thousand times ten thousand.

``python thousand_pledges.py PLEDGES DRAWS FOLDER`` draws one study and prints a JSON line: seconds
from the study file to every draw of its headline in Parquet, and the peak of memory.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from many_pledges import many_pledges
from worker import PEAK_UNITS_PER_MB

from econ.builds.many_draws import draw
from econ.builds.order import orders

NAME: Final = "thousand_pledges_10000_draws"
PLEDGES: Final = (10, 100, 1_000)
DRAWS: Final = (1_000, 10_000, 100_000)
LARGEST: Final = (1_000, 10_000)
MOST_MB: Final = 2048.0


def thousand_pledges(folder: Path) -> dict[str, Any]:
    """Return the entry: the largest study, and exponents of growth; one is linear."""
    sizes = [*[(count, DRAWS[0]) for count in PLEDGES], *[(PLEDGES[0], count) for count in DRAWS]]
    found = {size: _measured(*size, folder) for size in dict.fromkeys([*sizes, LARGEST])}
    by_pledges = [found[count, DRAWS[0]]["seconds"] for count in PLEDGES]
    by_draws = [found[PLEDGES[0], count]["seconds"] for count in DRAWS]
    largest = found[LARGEST]
    met = largest["peak_mb"] <= MOST_MB
    aim = f"peak <= {MOST_MB:g} MB"
    return {
        "name": NAME,
        "peer": None,
        "ours_s": largest["seconds"],
        "peer_s": None,
        "ratio": None,
        "ours_peak_mb": largest["peak_mb"],
        "peer_peak_mb": None,
        "n": LARGEST[0],
        "rows": [{"pledges": p, "draws": d, **run} for (p, d), run in found.items()],
        "exponent_of_pledges": _slope(PLEDGES, by_pledges),
        "exponent_of_draws": _slope(DRAWS, by_draws),
        "target": aim,
        "missed": [] if met else [aim],
        "met": met,
        "note": "of the country, one process; exponents between the two largest sizes",
    }


def _slope(sizes: tuple[int, ...], seconds: list[float]) -> float:
    return float(np.log(seconds[-1] / seconds[-2]) / np.log(sizes[-1] / sizes[-2]))


def _measured(pledges: int, draws: int, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, str(pledges), str(draws), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{pledges} pledges, {draws} draws: {done.stderr[-2000:]}")
    run: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return run


def main() -> None:
    """Draw one study and print its line."""
    pledges, draws, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    home = folder / f"pledges_{pledges}"
    shutil.rmtree(home, ignore_errors=True)
    study = many_pledges(home / "data", pledges)
    (order,) = orders(
        [str(study)],
        out=home / "draws",
        work=home / "work",
        data=home / "data",
        draws=draws,
        vintage="bench",
    )
    start = time.perf_counter()
    draw(order)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAK_UNITS_PER_MB
    shutil.rmtree(home)
    print(json.dumps({"seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
