"""The peer pyfixest, in its own environment."""

from __future__ import annotations

import warnings
from typing import Any

import pyfixest as pf
from panels import Task, departements, serve, workers

warnings.filterwarnings("ignore")
FORMULA = "y ~ x + w | dep + year"


def first(found: Any) -> list[float]:
    """Return the first slope and its error."""
    return [found.coef()["x"], found.se()["x"]]


def bootstrap(frame: Any) -> Any:
    """Fit, then draw 9,999 times."""
    fit = pf.feols("y ~ z + w | dep + year", frame, vcov={"CRV1": "dep"})
    return fit.wildboottest(param="z", reps=9999, seed=1, cluster="dep")


TASKS = {
    "fixed_effects": Task(
        departements, lambda frame: pf.feols(FORMULA, frame, vcov={"CRV1": "dep"}), first, 10
    ),
    "fixed_effects_large": Task(
        workers,
        lambda frame: pf.feols("y ~ x + w | worker + firm", frame, vcov={"CRV1": "firm"}),
        first,
        3,
    ),
    "instruments_two_way": Task(
        departements,
        lambda frame: pf.feols(f"{FORMULA} | e ~ z", frame, vcov={"CRV1": "dep"}),
        first,
        10,
    ),
    "poisson_large": Task(
        workers,
        lambda frame: pf.fepois("count ~ x + w | worker + firm", frame, vcov="HC1"),
        first,
        2,
    ),
    "poisson": Task(
        departements,
        lambda frame: pf.fepois("count ~ x + w | dep + year", frame, vcov="HC1"),
        first,
        5,
    ),
    "wild_bootstrap": Task(departements, bootstrap, lambda found: [found["Pr(>|t|)"]], 2),
}

if __name__ == "__main__":
    serve(TASKS)
