"""The peer mariopy (MARIO), in its own environment, with its default options.

For one more final demand the way its documentation names: clone a scenario, reset it to
coefficients, update Y, ask for X and F. Its fastest way is ``calc_X_from_w``.
"""

from __future__ import annotations

import logging
from typing import Final

import mario
import numpy as np
import pandas as pd
from tables import Inputs
from worker import Case, serve

SCENARIOS: Final = 7
JOBS: Final = "employment"
LEVELS: Final = ["Region", "Level", "Item"]


class Frames:
    """The table as mariopy wants it: region, level and item on both sides."""

    def __init__(self, inputs: Inputs) -> None:
        labels = inputs.labels
        sectors = pd.MultiIndex.from_product([["R"], ["Sector"], labels], names=LEVELS)
        uses = pd.MultiIndex.from_product(
            [["R"], ["Consumption category"], ["final"]], names=LEVELS
        )
        accounts, factors = pd.Index([JOBS], name="Item"), pd.Index(["added"], name="Item")
        added = inputs.output - np.ones(len(labels)) @ inputs.flows
        self.blocks = {
            "Z": pd.DataFrame(inputs.flows, index=sectors, columns=sectors, copy=False),
            "Y": pd.DataFrame(inputs.final[:, None], index=sectors, columns=uses),
            "V": pd.DataFrame(added[None, :], index=factors, columns=sectors),
            "E": pd.DataFrame(inputs.jobs[None, :], index=accounts, columns=sectors),
            "EY": pd.DataFrame([[0.0]], index=accounts, columns=uses),
        }
        self.units = {
            "Sector": pd.DataFrame({"unit": ["M EUR"] * len(labels)}, index=labels),
            "Factor of production": pd.DataFrame({"unit": ["M EUR"]}, index=list(factors)),
            "Satellite account": pd.DataFrame({"unit": ["persons"]}, index=list(accounts)),
        }
        self.scenario = pd.DataFrame(inputs.scenario[:, None], index=sectors, columns=uses)

    def database(self) -> mario.Database:
        """Return the database, nothing computed yet."""
        return mario.Database(
            name="bench", table="IOT", **self.blocks, units=self.units, calc_all=False
        )


def job_multipliers(inputs: Inputs) -> Case:
    """From Z, Y and E to f."""
    frames = Frames(inputs)
    return Case(lambda: frames.database().resolve("f"), lambda found: found.loc[JOBS].to_numpy())


def extra_scenario(inputs: Inputs) -> Case:
    """One more final demand, as the documentation says."""
    frames = Frames(inputs)
    database = frames.database()
    database.resolve_many(["z", "e", "v", "w", "f"])

    def run() -> tuple[pd.DataFrame, float]:
        database.clone_scenario("baseline", "more")
        database.reset_to_coefficients("more")
        database.update_scenarios("more", Y=frames.scenario)
        found = database.resolve_many(["X", "F"], scenario="more")
        return found["X"], float(found["F"].loc[JOBS].sum())

    return Case(run, lambda found: np.append(found[0].to_numpy(), found[1]))


def extra_scenario_functions(inputs: Inputs) -> Case:
    """One more final demand, by the functions that need w and f alone."""
    frames = Frames(inputs)
    made = frames.database().resolve_many(["w", "f"])

    def run() -> tuple[pd.DataFrame, float]:
        output = mario.calc_X_from_w(made["w"], frames.scenario)
        return output, float(mario.calc_F(made["f"], frames.scenario).loc[JOBS].sum())

    return Case(run, lambda found: np.append(found[0].to_numpy(), found[1]), SCENARIOS)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    serve(
        {
            "job_multipliers": job_multipliers,
            "extra_scenario": extra_scenario,
            "extra_scenario_functions": extra_scenario_functions,
        }
    )
