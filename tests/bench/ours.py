"""Ours: from frames or arrays in memory to a labelled answer, through the public interface."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from main_study import main_study
from synthetic import coverage
from tables import SEED, WARM_UP, Inputs
from worker import Case, serve

from econ import (
    Areas,
    InputOutputTable,
    RegionalActivity,
    Regionalisation,
    Study,
    catalogue,
    extraction,
    multipliers,
    regional_trade,
    regionalise,
    spillovers,
)

Array = npt.NDArray[np.float64]
DRAWS: Final = 1000
DRAW_SPREAD: Final = 0.2
SCENARIOS: Final = 7
ECONOMIES, FEW_ECONOMIES, COVERAGE_DRAWS = 2000, 5, 1000


def build(inputs: Inputs, frames: dict[str, Any]) -> InputOutputTable:
    """Return the table, every check included."""
    return InputOutputTable.from_frames(
        **frames, satellite_units={"employment": "persons"}, unit="MEUR 2022 basic"
    )


def frames_of(inputs: Inputs) -> dict[str, Any]:
    """Return the frames of a table over the arrays given."""
    labels = inputs.labels
    return {
        "flows": pd.DataFrame(inputs.flows, index=labels, columns=labels, copy=False),
        "output": pd.Series(inputs.output, index=labels),
        "satellites": pd.DataFrame(inputs.jobs[None, :], index=["employment"], columns=labels),
    }


def job_multipliers(inputs: Inputs) -> Case:
    """From flows, output and jobs to jobs per unit of final demand."""
    frames = frames_of(inputs)

    def run() -> tuple[InputOutputTable, pd.DataFrame]:
        table = build(inputs, frames)
        return table, multipliers(table, measures=["employment"])

    def facts(found: tuple[InputOutputTable, pd.DataFrame]) -> dict[str, Any]:
        # The residual anew, from the arrays that came in, whatever the operator says of itself.
        effect = found[1]["effect"].to_numpy()
        direct = inputs.jobs / inputs.output
        gap = effect - (effect @ inputs.flows) / inputs.output - direct
        report = found[0].operator.report
        return {
            "residual": float(np.linalg.norm(gap) / np.linalg.norm(direct)),
            "method": report.method,
            "passes": report.iterations,
        }

    return Case(run, lambda found: found[1]["effect"].to_numpy(), facts=facts)


def extra_scenario(inputs: Inputs) -> Case:
    """One more final demand for a model that is ready: output by product and all jobs."""
    table = build(inputs, frames_of(inputs))
    table.operator.factorise()
    coefficients = table.per_output(table.employment)
    index = pd.Index(table.products.labels, name="product")

    def run() -> tuple[pd.Series, float]:
        output = table.operator.solve(inputs.scenario)
        return pd.Series(output, index=index), float(coefficients @ output)

    return Case(run, lambda found: np.append(found[0].to_numpy(), found[1]), SCENARIOS)


def extraction_all(inputs: Inputs) -> Case:
    """What output the economy would lose without each product."""
    frames = frames_of(inputs)

    def run() -> pd.DataFrame:
        return extraction(build(inputs, frames), measures=["output"])

    return Case(run, lambda found: found["loss"].to_numpy())


def demand_draws(inputs: Inputs) -> Array:
    """Return draws of final demand, shape (n, draws)."""
    rng = np.random.default_rng(SEED)
    noise = rng.lognormal(0.0, DRAW_SPREAD, (inputs.output.size, DRAWS))
    drawn: Array = inputs.scenario[:, None] * noise
    return drawn


def draws(inputs: Inputs) -> Case:
    """All outputs of every draw, with the factor there already."""
    table, demand = build(inputs, frames_of(inputs)), demand_draws(inputs)
    table.operator.factorise()
    return Case(lambda: table.operator.solve(demand), lambda output: output.sum(axis=0))


def draws_with_factor(inputs: Inputs) -> Case:
    """All outputs of every draw, the factor included."""
    table, demand = build(inputs, frames_of(inputs)), demand_draws(inputs)
    return Case(lambda: table.operator.factorise().solve(demand), lambda output: output.sum(axis=0))


def regional_scenario(inputs: Inputs) -> Case:
    """One more scenario on the table of the 13 metropolitan regions and overseas, by region.

    The real table of France; the inputs are not used.
    """
    data, table = catalogue(), Study.load("choose_france_2024").table
    areas = Areas.of(data.read("nuts_france"), [f"FR{letter}" for letter in "1BCDEFGHIJKLM"])
    regional, industries = data.read("regional_employment"), data.read("products")
    activity = RegionalActivity.from_dataset(regional, areas, industries, year=2018)
    trade = regional_trade(table, activity, Regionalisation("flq", delta=0.25))
    regions = regionalise(table, trade)
    regions.operator.factorise()
    jobs = regions.per_output(regions.employment)
    demand = np.random.default_rng(SEED).lognormal(0.0, 1.0, len(regions.products))
    index = pd.Index(areas.axis.labels, name="region")

    def run() -> pd.Series:
        output = regions.operator.solve(demand)
        return pd.Series((jobs * output).reshape(len(index), -1).sum(axis=1), index=index)

    return Case(run, lambda found: found.to_numpy(), SCENARIOS)


def departements_sweep(inputs: Inputs) -> Case:
    """Every departement against the rest of France, all products, output and jobs.

    The real table of France; the inputs are not used.
    """
    data, table = catalogue(), Study.load("choose_france_2024").table
    method = Regionalisation("flq", delta=0.25, distance_decay=0.9)

    def run() -> pd.DataFrame:
        return spillovers(
            table,
            method,
            regional=data.read("regional_employment"),
            classification=data.read("nuts_france"),
            industries=data.read("products"),
            places=data.read("places_france"),
            year=2018,
        )

    return Case(run, lambda found: found["spillover"].to_numpy())


def covered(inputs: Inputs) -> Case:
    """In which share of synthetic economies a 90 % interval holds the truth.

    The inputs are not used, but for the warm-up, which is short.
    """
    economies = FEW_ECONOMIES if inputs.output.size == WARM_UP else ECONOMIES

    def facts(share: float) -> dict[str, Any]:
        return {"coverage": share, "economies": economies}

    return Case(
        lambda: coverage(economies, COVERAGE_DRAWS), lambda share: np.array([share]), facts=facts
    )


if __name__ == "__main__":
    serve(
        {
            "main_study": main_study,
            "coverage": covered,
            "regional_scenario": regional_scenario,
            "departements_sweep": departements_sweep,
            "job_multipliers": job_multipliers,
            "extra_scenario": extra_scenario,
            "extraction_all": extraction_all,
            "draws": draws,
            "draws_with_factor": draws_with_factor,
        }
    )
