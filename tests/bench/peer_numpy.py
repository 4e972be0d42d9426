"""What anyone would write with numpy and scipy: re-solve without each sector; factorise once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from ours import demand_draws
from scipy.linalg import lu_factor, lu_solve
from tables import Inputs
from worker import Case, serve

Array = npt.NDArray[np.float64]


def extraction_all(inputs: Inputs) -> Case:
    """Solve the table again without each sector: no sales, no purchases, no final demand."""

    def run() -> Array:
        n = inputs.output.size
        coefficients = inputs.flows / inputs.output
        system = np.eye(n) - coefficients
        total = np.linalg.solve(system, inputs.final).sum()
        loss = np.empty(n)
        for sector in range(n):
            without, demand = system.copy(), inputs.final.copy()
            without[sector] = without[:, sector] = demand[sector] = 0.0
            without[sector, sector] = 1.0
            loss[sector] = total - np.linalg.solve(without, demand).sum()
        return loss

    return Case(run, lambda loss: loss)


def draws(inputs: Inputs) -> Case:
    """Factorise ``I - A``, and nothing else; the draws are solved after the clock has stopped."""
    system = np.eye(inputs.output.size) - inputs.flows / inputs.output

    def answer(factor: tuple[Array, npt.NDArray[np.intp]]) -> Array:
        output: Array = lu_solve(factor, demand_draws(inputs)).sum(axis=0)
        return output

    return Case(lambda: lu_factor(system), answer)


if __name__ == "__main__":
    serve({"extraction_all": extraction_all, "draws": draws, "draws_with_factor": draws})
