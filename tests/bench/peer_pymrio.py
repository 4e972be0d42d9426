"""The peer pymrio, in its own environment.

The fastest way that its reference names, ``calc_A`` to ``calc_M`` and ``calc_x_from_L``: the
methods of a system make every account besides. For one more final demand also the way it names
for that: ``reset_all_to_coefficients``, a new Y, ``calc_all``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pymrio
from tables import Inputs
from worker import Case, serve

SCENARIOS: Final = 7
JOBS: Final = "employment"


class Frames:
    """The table as pymrio wants it: region and sector on both sides."""

    def __init__(self, inputs: Inputs) -> None:
        sectors = pd.MultiIndex.from_product([["R"], inputs.labels], names=["region", "sector"])
        uses = pd.MultiIndex.from_product([["R"], ["final"]], names=["region", "category"])
        self.Z = pd.DataFrame(inputs.flows, index=sectors, columns=sectors, copy=False)
        self.x = pd.DataFrame(inputs.output[:, None], index=sectors, columns=["indout"])
        self.Y = pd.DataFrame(inputs.final[:, None], index=sectors, columns=uses)
        self.scenario = pd.DataFrame(inputs.scenario[:, None], index=sectors, columns=uses)
        self.F = pd.DataFrame(inputs.jobs[None, :], index=[JOBS], columns=sectors)


def job_multipliers(inputs: Inputs) -> Case:
    """From Z, x and F to M."""
    frames = Frames(inputs)

    def run() -> pd.DataFrame:
        inverse = pymrio.calc_L(pymrio.calc_A(frames.Z, frames.x))
        return pymrio.calc_M(pymrio.calc_S(frames.F, frames.x), inverse)

    return Case(run, lambda found: found.loc[JOBS].to_numpy())


def extra_scenario(inputs: Inputs) -> Case:
    """One more final demand, as the documentation of the system says."""
    frames = Frames(inputs)
    system = pymrio.IOSystem(
        Z=frames.Z, Y=frames.Y, x=frames.x, jobs={"name": "jobs", "F": frames.F}
    )
    system.calc_all()

    def run() -> tuple[pd.DataFrame, float]:
        system.reset_all_to_coefficients()
        system.Y = frames.scenario
        system.calc_all()
        return system.x, float(system.jobs.D_cba.loc[JOBS].sum())

    return Case(run, lambda found: np.append(found[0].to_numpy(), found[1]), SCENARIOS)


def extra_scenario_functions(inputs: Inputs) -> Case:
    """One more final demand, by the two functions that need L and M alone."""
    frames = Frames(inputs)
    inverse = pymrio.calc_L(pymrio.calc_A(frames.Z, frames.x))
    multipliers = pymrio.calc_M(pymrio.calc_S(frames.F, frames.x), inverse)
    demand = frames.scenario.iloc[:, 0]

    def run() -> tuple[pd.DataFrame, float]:
        output = pymrio.calc_x_from_L(inverse, demand)
        return output, float(pymrio.calc_e(multipliers, demand).loc[JOBS])

    return Case(run, lambda found: np.append(found[0].to_numpy(), found[1]), SCENARIOS)


if __name__ == "__main__":
    serve(
        {
            "job_multipliers": job_multipliers,
            "extra_scenario": extra_scenario,
            "extra_scenario_functions": extra_scenario_functions,
        }
    )
