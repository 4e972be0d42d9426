"""Synthetic tables of any size, dense, made from one seed and saved once.

``python tables.py FOLDER N KIND`` writes them. ``plain``: cells drawn alike, as in the measurements
that the targets come from. ``regions``: 200 products a region, as the larger multi-regional tables
have; most inputs come from the region itself and cells have heavy tails, so that a Krylov solver
finds the table no easier than a real one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SEED: Final = 20240513
WARM_UP: Final = 100  # products of the small table that every task runs on first
ROWS_AT_ONCE: Final = 256
PRODUCTS_OF_A_REGION: Final = 200
DOMESTIC_WEIGHT: Final = 100.0
CELL_SPREAD: Final = 1.5
INPUTS_MEAN, INPUTS_SPREAD, INPUTS_RANGE = 0.5, 0.15, (0.05, 0.95)
OUTPUT_MEDIAN, OUTPUT_SPREAD = 1000.0, 1.0
JOBS_MEDIAN, JOBS_SPREAD = 8.0, 0.7


@dataclass(frozen=True)
class Inputs:
    """What every worker starts from, in memory.

    Parameters
    ----------
    flows : ndarray, shape (n, n) [MEUR]
    output, final, scenario : ndarray, shape (n,) [MEUR]
        Output, final demand, and another final demand.
    jobs : ndarray, shape (n,) [persons]
    """

    flows: Array
    output: Array
    final: Array
    scenario: Array
    jobs: Array

    @property
    def labels(self) -> list[str]:
        """Names of the products; sorted, for one peer sorts them."""
        return [f"product {place:05d}" for place in range(self.output.size)]


def paths(folder: Path, n: int, kind: str = "regions") -> tuple[Path, Path]:
    """Return where the flows and where the vectors of a table are kept."""
    return folder / f"flows_{kind}_{n}.npy", folder / f"vectors_{kind}_{n}.npz"


def write_inputs(folder: Path, n: int, kind: str = "regions") -> None:
    """Write a table of n products, a block of rows at a time."""
    rng = np.random.default_rng([SEED, n])
    output = rng.lognormal(np.log(OUTPUT_MEDIAN), OUTPUT_SPREAD, n)
    jobs = output * rng.lognormal(np.log(JOBS_MEDIAN), JOBS_SPREAD, n)
    inputs = np.clip(rng.normal(INPUTS_MEAN, INPUTS_SPREAD, n), *INPUTS_RANGE) * output
    region = np.arange(n) // PRODUCTS_OF_A_REGION
    flows_path, vectors_path = paths(folder, n, kind)
    unfinished = flows_path.with_suffix(".part")
    flows = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.float64, shape=(n, n))
    sums = np.zeros(n)
    blocks = [slice(start, start + ROWS_AT_ONCE) for start in range(0, n, ROWS_AT_ONCE)]
    for rows in blocks:
        if kind == "plain":
            cells = rng.random((len(region[rows]), n))
        else:
            cells = rng.lognormal(0.0, CELL_SPREAD, (len(region[rows]), n))
            cells *= np.where(region[rows, None] == region, DOMESTIC_WEIGHT, 1.0)
        # A large product sells much to everyone, so that final demand is what its size leaves.
        cells *= output[rows, None]
        flows[rows] = cells
        sums += cells.sum(axis=0)
    used = np.empty(n)
    for rows in blocks:
        flows[rows] *= inputs / sums
        used[rows] = flows[rows].sum(axis=1)
    flows.flush()
    scenario = rng.lognormal(0.0, OUTPUT_SPREAD, n)
    np.savez(vectors_path, output=output, final=output - used, scenario=scenario, jobs=jobs)
    unfinished.rename(flows_path)


def read_inputs(folder: Path, n: int, kind: str = "regions") -> Inputs:
    """Read a table that has been written; its arrays are read-only."""
    flows_path, vectors_path = paths(folder, n, kind)
    with np.load(vectors_path) as vectors:
        found = Inputs(flows=np.load(flows_path), **vectors)
    for array in (found.flows, found.output, found.final, found.scenario, found.jobs):
        array.flags.writeable = False
    return found


if __name__ == "__main__":
    write_inputs(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
