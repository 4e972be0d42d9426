"""A million joint draws of the main study, streamed to Parquet: seconds, memory, size on disk.

``python million_draws.py FOLDER`` draws it and prints a JSON line. Memory is that of the process
with the files it has mapped, which the system gives back where it is short, and without them.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from worker import PEAK_UNITS_PER_MB

from econ.builds.many_draws import draw
from econ.builds.order import orders

NAME: Final = "main_study_1000000_draws"
DRAWS: Final = 1_000_000
STUDY: Final = "choose_france_2024"
MOST_MB: Final = 4096.0
OFTEN: Final = 0.2  # seconds between two looks at the memory
STATUS: Final = Path("/proc/self/status")


def million_draws(folder: Path) -> dict[str, Any]:
    """Return the entry of a million draws."""
    command = [sys.executable, __file__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{DRAWS} draws: {done.stderr[-2000:]}")
    run: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    aim = f"peak <= {MOST_MB:g} MB"
    met = run["peak_mb"] <= MOST_MB
    return {
        "name": NAME,
        "peer": None,
        "ours_s": run["seconds"],
        "peer_s": None,
        "ratio": None,
        "ours_peak_mb": run["peak_mb"],
        "peer_peak_mb": None,
        "n": DRAWS,
        "peak_mb_without_files": run["own_mb"],
        "written_mb": run["written_mb"],
        "target": aim,
        "missed": [] if met else [aim],
        "met": met,
        "note": "of the country, one process; the peak counts files that are mapped",
    }


class _Memory:
    """The highest memory of this process that is in no file, looked at again and again."""

    def __init__(self) -> None:
        self.highest = 0.0
        self._ended = Event()
        self._looking = Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Memory:
        self._looking.start()
        return self

    def __exit__(self, *told: object) -> None:
        self._ended.set()
        self._looking.join()

    def _look(self) -> None:
        while STATUS.exists() and not self._ended.wait(OFTEN):
            lines = STATUS.read_text("ascii").splitlines()
            held = next(line for line in lines if line.startswith("RssAnon"))
            self.highest = max(self.highest, int(held.split()[1]) / 1024)


def main() -> None:
    """Draw the study and print the line."""
    home = Path(sys.argv[1]) / "million"
    shutil.rmtree(home, ignore_errors=True)
    (order,) = orders([STUDY], out=home / "draws", work=home / "work", draws=DRAWS, vintage="bench")
    start = time.perf_counter()
    with _Memory() as memory:
        built = draw(order)
    seconds = time.perf_counter() - start
    written = sum(path.stat().st_size for path in (home / "draws" / built.folder).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAK_UNITS_PER_MB
    shutil.rmtree(home)
    told = {"seconds": seconds, "peak_mb": peak, "own_mb": memory.highest}
    print(json.dumps({**told, "written_mb": written / 1e6}))


if __name__ == "__main__":
    main()
