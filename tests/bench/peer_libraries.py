"""The libraries the estimators stand on or replace, in our own environment, as their pages say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
import within
from linearmodels.iv import IV2SLS
from linearmodels.panel import FirstDifferenceOLS, RandomEffects
from panels import Task, departements, serve, workers


def first(found: Any) -> list[float]:
    """Return the first slope and its error, by linearmodels' or statsmodels' names."""
    errors = found.std_errors if hasattr(found, "std_errors") else found.bse
    return [found.params["x"], errors["x"]]


def absorbed(frame: pd.DataFrame, names: list[str], cluster: str) -> Any:
    """Demean by within, then least squares and clusters by statsmodels: the floor."""
    codes = np.asfortranarray(frame[names].to_numpy(dtype=np.uint32))
    columns = np.asfortranarray(frame[["y", "x", "w"]].to_numpy())
    left = within.solve_batch(codes, columns).demeaned
    return sm.OLS(left[:, 0], left[:, 1:]).fit(
        cov_type="cluster", cov_kwds={"groups": frame[cluster].to_numpy()}
    )


def random_effects(frame: pd.DataFrame) -> Any:
    """Fit random effects by linearmodels."""
    indexed = frame.set_index(["dep", "year"])
    return RandomEffects(indexed["y"], sm.add_constant(indexed[["x", "w"]])).fit()


def first_differences(frame: pd.DataFrame) -> Any:
    """Fit first differences by linearmodels."""
    indexed = frame.set_index(["dep", "year"])
    return FirstDifferenceOLS(indexed["y"], indexed[["x", "w"]]).fit()


def instruments(frame: pd.DataFrame) -> Any:
    """Fit two-stage least squares by linearmodels, with its tests of the instruments."""
    exogenous = sm.add_constant(frame[["x", "w"]])
    found = IV2SLS(frame["y"], exogenous, frame["e"], frame["z"]).fit(
        cov_type="robust", debiased=True
    )
    found.wu_hausman()
    found.first_stage.diagnostics  # noqa: B018
    return found


def poisson(frame: pd.DataFrame) -> Any:
    """Fit Poisson by statsmodels."""
    columns = sm.add_constant(frame[["x", "w"]])
    return sm.GLM(frame["count"], columns, family=sm.families.Poisson()).fit(cov_type="HC0")


TASKS = {
    "fixed_effects": Task(
        departements,
        lambda frame: absorbed(frame, ["dep", "year"], "dep"),
        lambda found: [found.params[0]],
        20,
    ),
    "fixed_effects_large": Task(
        workers,
        lambda frame: absorbed(frame, ["worker", "firm"], "firm"),
        lambda found: [found.params[0]],
        3,
    ),
    "least_squares": Task(
        departements,
        lambda frame: sm.OLS.from_formula("y ~ x + w", frame).fit(cov_type="HC1"),
        first,
        20,
    ),
    "weighted": Task(
        departements,
        lambda frame: sm.WLS.from_formula("y ~ x + w", frame, weights=frame["people"]).fit(
            cov_type="HC1"
        ),
        first,
        20,
    ),
    "first_differences": Task(departements, first_differences, first, 10),
    "random_effects": Task(departements, random_effects, first, 10),
    "instruments": Task(departements, instruments, first, 10),
    "poisson_plain": Task(departements, poisson, first, 5),
}

if __name__ == "__main__":
    serve(TASKS)
