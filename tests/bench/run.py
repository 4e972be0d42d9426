"""Time the package against named peers, each pair in turn in one run: `make bench`.

Writes build/bench.json. Peers are installed into environments of their own under build/bench, by
uv where it is on the path and by pip elsewhere; one that cannot be installed is skipped by name,
and the command then ends with 1. A target that is missed is printed in capitals and does not.

Every run has an interpreter of its own. The fastest run of each side counts, and its highest peak
of memory, imports and the table that was read included. `tables.py` makes the tables, `worker.py`
is what all workers do, the others are one worker per side. Let nothing else run meanwhile.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from estimators import PACKAGES
from estimators import entries as estimator_entries
from million_draws import million_draws
from rich.console import Console
from rich.table import Table
from tables import WARM_UP, paths
from thousand_pledges import thousand_pledges

ROOM = Path(__file__).resolve().parents[2] / "build"
HERE = Path(__file__).parent
WORKERS = {
    "ours": "ours.py",
    "pymrio": "peer_pymrio.py",
    "mariopy": "peer_mariopy.py",
    "resolve": "peer_numpy.py",
    "factorisation": "peer_numpy.py",
    "loop": "peer_loop.py",
}
PEERS = {"pymrio": ["pymrio==0.7.0"], "mariopy": ["mariopy==1.3.2"], **PACKAGES}
SAME = 1e-9
GROWTH = (500, 1000, 2000, 4000, 8000)


@dataclass(frozen=True)
class Pair:
    """One entry: a task, its size, the peer and what is aimed at."""

    name: str
    task: str
    n: int
    peer: str | None
    rounds: int = 3
    least_ratio: float | None = None
    most_memory_share: float | None = None
    most_mb: float | None = None
    most_s: float | None = None
    covers: tuple[float, float] | None = None
    note: str = ""
    table: str = "regions"


PAIRS = (
    Pair(
        *("job_multipliers_n5000", "job_multipliers", 5000, "pymrio", 3, 40.0, 0.3),
        table="plain",
        note="cells drawn alike, as in the measurement the target comes from",
    ),
    Pair(
        *("job_multipliers_n5000_regions", "job_multipliers", 5000, "pymrio", 3),
        note="25 regions with heavy tails: more passes over the table",
    ),
    Pair("job_multipliers_n5000_mariopy", "job_multipliers", 5000, "mariopy", 1),
    Pair("extra_scenario_n3000", "extra_scenario", 3000, "pymrio", 3, 190.0),
    Pair(
        *("extra_scenario_n3000_mariopy", "extra_scenario", 3000, "mariopy", 1),
        note="the peer once, for every scenario stays in its memory; ours the best of several",
    ),
    Pair(
        *("extra_scenario_n3000_functions", "extra_scenario_functions", 3000, "pymrio"),
        note="the peer by its two functions that need L and M alone, both there already",
    ),
    Pair("extraction_all_n1000", "extraction_all", 1000, "resolve", 3, 300.0),
    Pair(
        *("draws_1000_n3000", "draws", 3000, "factorisation", 5),
        least_ratio=0.5,
        note="on a factor that is there; residuals checked",
    ),
    Pair(
        *("draws_1000_n3000_with_factor", "draws_with_factor", 3000, "factorisation", 5),
        note="the factorisation included",
    ),
    Pair("exiobase_size_n9800", "job_multipliers", 9800, None, most_mb=4096.0),
    Pair(
        *("regional_scenario_n910", "regional_scenario", 910, None),
        most_s=0.010,
        note="13 metropolitan regions and overseas by 65 products, the real table; a factor there",
    ),
    Pair(
        *("departements_sweep_101", "departements_sweep", 130, None),
        most_s=60.0,
        note="101 tables of two areas, trade balanced in each, multipliers of all products",
    ),
    Pair(
        *("main_study_10000_draws", "main_study", 101, "loop", 1, 50.0),
        most_mb=1024.0,
        most_s=5.0,
        note="regions and intervals included; of the loop twenty draws are timed",
    ),
    Pair(
        *("coverage_90_per_cent", "coverage", 101, None, 1),
        covers=(0.88, 0.92),
        note="share of 2,000 synthetic economies whose truth lies in the 90 % interval",
    ),
)


def interpreter(peer: str | None) -> str:
    """Return the Python of a side, its packages installed."""
    if peer not in PEERS:
        return sys.executable
    home = ROOM / "bench" / peer
    python = home / "bin" / "python"
    ready = home / ".ready"
    if not ready.exists():
        uv = shutil.which("uv")
        if uv is None:
            venv.create(home, with_pip=True, clear=True)
            install = [str(python), "-m", "pip", "install"]
        else:
            shutil.rmtree(home, ignore_errors=True)
            made = [uv, "venv", "--quiet", "--python", sys.executable, str(home)]
            subprocess.run(made, check=True, capture_output=True, text=True)
            install = [uv, "pip", "install", "--python", str(python)]
        install += ["--quiet", *PEERS[peer]]
        subprocess.run(install, check=True, capture_output=True, text=True)
        ready.write_text("")
    return str(python)


def measured(side: str, task: str, n: int, table: str = "regions") -> tuple[dict[str, Any], Any]:
    """Return what one side reports, and its answer, from an interpreter of its own."""
    folder = ROOM / "bench"
    for size, kind in ((n, table), (WARM_UP, "regions")):
        if not paths(folder, size, kind)[0].exists():
            made = [sys.executable, str(HERE / "tables.py"), str(folder), str(size), kind]
            subprocess.run(made, check=True)
    result = folder / f"{side}.npy"
    python = interpreter(side if side in PEERS else None)
    worker = str(HERE / WORKERS[side])
    command = [python, worker, task, str(n), str(folder), str(result), table]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{side} {task} n={n}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found, np.load(result)


def timed(pair: Pair) -> dict[str, Any]:
    """Return the entry of a pair; raise when the two answers differ."""
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    for _ in range(pair.rounds):
        own = pair.task.removesuffix("_functions")
        mine, answer = measured("ours", own, pair.n, pair.table)
        ours.append(mine)
        if pair.peer is not None:
            other, theirs_answer = measured(pair.peer, pair.task, pair.n, pair.table)
            theirs.append(other)
            np.testing.assert_allclose(answer, theirs_answer, rtol=SAME, err_msg=pair.name)
    entry: dict[str, Any] = {
        "name": pair.name,
        "peer": pair.peer,
        "ours_s": min(run["seconds"] for run in ours),
        "peer_s": min((run["seconds"] for run in theirs), default=None),
        "ratio": None,
        "ours_peak_mb": max(run["peak_mb"] for run in ours),
        "peer_peak_mb": max((run["peak_mb"] for run in theirs), default=None),
        "n": pair.n,
        "note": pair.note,
        "ours_runs": [run["seconds"] for run in ours],
        "peer_runs": [run["seconds"] for run in theirs],
        **{key: value for key, value in ours[-1].items() if key not in ("seconds", "peak_mb")},
        **{
            f"peer_{key}": theirs[-1][key]
            for key in ("draws_timed",)
            if key in (theirs or [{}])[-1]
        },
    }
    if entry["peer_s"] is not None:
        entry["ratio"] = entry["peer_s"] / entry["ours_s"]
    aims = targets(pair, entry)
    entry["target"] = "; ".join(aims)
    entry["missed"] = [aim for aim, reached in aims.items() if not reached]
    entry["met"] = not entry["missed"] if aims else None
    return entry


def targets(pair: Pair, entry: dict[str, Any]) -> dict[str, bool]:
    """Return every target of a pair, in words, and whether it is met."""
    found = {}
    if pair.least_ratio is not None:
        found[f"ratio >= {pair.least_ratio:g}"] = entry["ratio"] >= pair.least_ratio
    if pair.most_memory_share is not None:
        most = pair.most_memory_share * entry["peer_peak_mb"]
        found[f"peak <= {pair.most_memory_share:g} of the peer's"] = entry["ours_peak_mb"] <= most
    if pair.most_mb is not None:
        found[f"peak <= {pair.most_mb:g} MB"] = entry["ours_peak_mb"] <= pair.most_mb
    if pair.covers is not None:
        least, most = pair.covers
        found[f"coverage {least:g} to {most:g}"] = least <= entry["coverage"] <= most
    if pair.most_s is not None:
        found[f"seconds <= {pair.most_s:g}"] = entry["ours_s"] <= pair.most_s
    return found


def growth() -> dict[str, Any]:
    """Return how time and memory of the job multipliers grow with the size of the table."""
    rows = []
    for n in GROWTH:
        runs = [measured("ours", "job_multipliers", n)[0] for _ in range(Pair.rounds)]
        fastest = min(run["seconds"] for run in runs)
        highest = max(run["peak_mb"] for run in runs)
        rows.append({"n": n, "ours_s": fastest, "ours_peak_mb": highest})
    size = np.log([row["n"] for row in rows[-3:]])
    seconds = np.log([row["ours_s"] for row in rows[-3:]])
    # A peak is of the whole process. What it holds before it has a table falls out of the steps
    # between sizes that double, which grow as the memory of the tables does.
    steps = np.diff([row["ours_peak_mb"] for row in rows[-3:]])
    return {
        "name": "growth",
        "peer": None,
        "ours_s": rows[-1]["ours_s"],
        "peer_s": None,
        "ratio": None,
        "ours_peak_mb": rows[-1]["ours_peak_mb"],
        "peer_peak_mb": None,
        "rows": rows,
        "exponent_of_time": float(np.polyfit(size, seconds, 1)[0]),
        "exponent_of_memory": float(np.log2(steps[1] / steps[0])),
        "note": "exponents over the three largest sizes",
    }


def line(entry: dict[str, Any]) -> list[str]:
    """Return the row of an entry in the printed table."""
    if "skipped" in entry:
        why = "SKIPPED: it could not be installed"
        return [entry["name"], str(entry["peer"]), "", "", "", "", "", why]
    written = [
        "" if entry[key] is None else f"{entry[key]:{form}}"
        for key, form in (
            *(("ours_s", ".4f"), ("peer_s", ".4f"), ("ratio", ".1f")),
            *(("ours_peak_mb", ".0f"), ("peer_peak_mb", ".0f")),
        )
    ]
    said = ""
    if entry.get("met") is not None:
        said = f"MISSED: {'; '.join(entry['missed'])}" if entry["missed"] else "met"
    return [entry["name"], entry["peer"] or "", *written, said]


def show(entries: list[dict[str, Any]]) -> None:
    """Print every entry, a row each, and how ours grows."""
    shown = Table(title="seconds, and peak memory in MB")
    heads = ("entry", "peer", "ours s", "peer s", "ratio", "ours MB", "peer MB", "target")
    for place, head in enumerate(heads):
        shown.add_column(head, justify="right" if 1 < place < len(heads) - 1 else "left")
    for entry in entries:
        shown.add_row(*line(entry))
    # A pipe is not a narrow terminal: rows written to a file are not broken.
    console = Console()
    console.print(shown) if console.is_terminal else Console(width=160).print(shown)
    last = entries[-1]
    time_, memory = last["exponent_of_time"], last["exponent_of_memory"]
    console.print(f"growth: time n^{time_:.2f}, memory n^{memory:.2f}")
    for entry in entries:
        if "exponent_of_pledges" in entry and "exponent_of_draws" in entry:
            pledges, draws = entry["exponent_of_pledges"], entry["exponent_of_draws"]
            console.print(f"{entry['name']}: time pledges^{pledges:.2f}, draws^{draws:.2f}")


def main() -> int:
    """Run every pair and write build/bench.json."""
    start = time.perf_counter()
    (ROOM / "bench").mkdir(parents=True, exist_ok=True)
    path = ROOM / "bench.json"
    # A run that fails leaves no figures of an older one behind.
    path.unlink(missing_ok=True)
    entries: list[dict[str, Any]] = []
    for pair in PAIRS:
        try:
            interpreter(pair.peer)
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or str(error)
            entries.append({"name": pair.name, "peer": pair.peer, "skipped": why[-500:]})
        else:
            entries.append(timed(pair))
        print(f"{pair.name}: {'SKIPPED' if 'skipped' in entries[-1] else 'done'}", flush=True)
    for entry in estimator_entries(interpreter, ROOM / "bench"):
        entries.append(entry)
        print(f"{entry['name']}: {'SKIPPED' if 'skipped' in entry else 'done'}", flush=True)
    entries.append(thousand_pledges(ROOM / "bench"))
    print(f"{entries[-1]['name']}: done", flush=True)
    entries.append(million_draws(ROOM / "bench"))
    print(f"{entries[-1]['name']}: done", flush=True)
    entries.append(growth())
    path.write_text(json.dumps(entries, indent=1) + "\n", "utf-8")
    show(entries)
    print(f"{path.relative_to(ROOM.parent)}, in {time.perf_counter() - start:.0f} s")
    return 1 if any("skipped" in entry for entry in entries) else 0


if __name__ == "__main__":
    sys.exit(main())
