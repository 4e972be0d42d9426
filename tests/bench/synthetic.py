"""Does the truth lie in a 90 % interval nine times in ten? Synthetic economies, truth known.

An economy is made at random, and with it the demand, the share of it that is carried out and the
jobs factor that are true. An analyst is given the table and what was measured of the rest, each
with an error of known size, and asks the package for jobs with their interval.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from econ import Assumptions, Axis, DemandShock, InputOutputTable, LeontiefModel, Parameter, Unit
from econ.impact.interval import interval
from econ.impact.shock import ShockPart

Array = npt.NDArray[np.float64]

SEED: Final = 20240513
PRODUCTS: Final = 6
QUANTILE_95: Final = 1.6448536269514722
INPUTS: Final = (0.2, 0.7)
ERRORS: Final = (0.02, 0.15)
PRIMARY: Final = (0.3, 0.05, 0.4, 0.05, 0.2)


def economy(rng: np.random.Generator) -> InputOutputTable:
    """Return a table of a few products that is productive and closes."""
    coefficients = rng.dirichlet(np.ones(PRODUCTS), PRODUCTS).T * rng.uniform(*INPUTS, PRODUCTS)
    final = rng.lognormal(5.0, 1.0, (PRODUCTS, 1))
    output = np.linalg.solve(np.eye(PRODUCTS) - coefficients, final.sum(axis=1))
    rest = output * (1.0 - coefficients.sum(axis=0))
    imports, taxes, pay, other, surplus = (share * rest for share in PRIMARY)
    return InputOutputTable.from_arrays(
        products=Axis("product", [f"P{place}" for place in range(PRODUCTS)]),
        final_uses=Axis("final use", ["P3_S14"]),
        flows=coefficients * output,
        final=final,
        imports=np.append(imports, 0.0),
        product_taxes=np.append(taxes, 0.0),
        compensation=pay,
        production_taxes=other,
        surplus=surplus,
        output=output,
        employment=output * rng.lognormal(2.0, 0.5, PRODUCTS),
        imports_by_origin=np.zeros((PRODUCTS, 2)) + np.eye(PRODUCTS, 2) * imports.sum() * [1, 0],
        unit=Unit.parse("MEUR 2022 basic"),
        region="XX",
    )


def measured(name: str, truth: float, error: float, rng: np.random.Generator) -> Parameter:
    """Return what is measured of a true number, with an error whose size is known."""
    value = truth * float(np.exp(error * rng.normal()))
    factor = float(np.exp(QUANTILE_95 * error))
    return Parameter(
        name, name, value, value / factor, value * factor, "ratio", "lognormal", "evidence",
        source=("synthetic",),
    )  # fmt: skip


def is_covered(seed: int, draws: int) -> bool:
    """Return whether the truth of one economy lies in the interval that its analyst is given."""
    rng = np.random.default_rng(seed)
    table = economy(rng)
    names = [f"demand {label}" for label in table.products.labels]
    truth = {name: float(rng.lognormal(2.0, 1.0)) for name in names}
    truth |= {"realised": float(rng.uniform(0.3, 1.0)), "jobs factor": float(rng.uniform(0.8, 1.2))}
    known = Assumptions(
        {name: measured(name, t, rng.uniform(*ERRORS), rng) for name, t in truth.items()}
    )
    drawn = known.draws(seed, draws)
    demand = np.stack([drawn[name] for name in names]) * drawn["realised"]
    part = ShockPart(
        "pledge", "construction", "XX", demand.sum(axis=0), demand,
        *(np.zeros_like(demand) for _ in range(3)), np.zeros(draws + 1), np.ones((1, draws + 1)),
    )  # fmt: skip
    shock = DemandShock(table.products, (2024,), Unit.parse("MEUR 2022 basic"), (part,))
    model = LeontiefModel(table, jobs_factor=drawn["jobs factor"])
    _, low, high = interval(model.run(shock, "synthetic").draws("employment"))
    true_demand = truth["realised"] * np.array([truth[name] for name in names])
    output = np.linalg.solve(np.eye(PRODUCTS) - table.coefficients, true_demand)
    jobs = truth["jobs factor"] * float(table.per_output(table.employment) @ output)
    return bool(low <= jobs <= high)


def coverage(economies: int, draws: int) -> float:
    """Return in which share of the economies the interval holds the truth."""
    return float(np.mean([is_covered(SEED + number, draws) for number in range(economies)]))
