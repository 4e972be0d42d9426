"""Ours: from a frame to a fit, through the public interface."""

from __future__ import annotations

from typing import Any

from panels import Task, departements, serve, site_and_donors, workers

import econ

DRAWS = 9999


def both(fit: Any) -> list[float]:
    """Return the first slope and its error."""
    place = fit.index("x" if "x" in fit.terms else "e")
    return [fit.estimates[place], fit.std_errors[place]]


def fitted(model: Any) -> Any:
    """Return a run of a model on a frame."""
    return model.fit


TWO_WAY = econ.FixedEffects("y ~ x + w | dep + year", vcov={"CRV1": "dep"})
NO_EFFECT = econ.FixedEffects("y ~ z + w | dep + year", vcov={"CRV1": "dep"})
LARGE = econ.FixedEffects("y ~ x + w | worker + firm", vcov={"CRV1": "firm"})
IV = econ.IV("y ~ x + w | e ~ z", vcov="HC1")
IV_TWO_WAY = econ.IV("y ~ x + w | dep + year | e ~ z", vcov={"CRV1": "dep"})
OUTCOME_ONLY = econ.SyntheticControl("y", "d00", at=15)
NESTED = econ.SyntheticControl(
    "y", "d00", at=15, predictors=[("y", 0, 4), ("y", 5, 9), ("y", 10, 14), ("y", 14), "size"]
)


def of_site(run: Any) -> Any:
    """Return a run of a synthetic control, the panel's making included."""
    return lambda frame: run(econ.Panel(frame, unit="dep", time="year"))


def effect(fit: Any) -> list[float]:
    """Return the mean gap after the event."""
    return [fit.effect]


def ranks(placebos: Any) -> list[float]:
    """Return the effects of all units."""
    return list(placebos.effects)


TASKS = {
    "synthetic_outcome_only": Task(site_and_donors, of_site(OUTCOME_ONLY.fit), effect, 20),
    "synthetic_outcome_only_placebos": Task(
        site_and_donors, of_site(OUTCOME_ONLY.placebos), ranks, 10
    ),
    "synthetic_nested": Task(site_and_donors, of_site(NESTED.fit), effect, 3),
    "synthetic_nested_placebos": Task(site_and_donors, of_site(NESTED.placebos), ranks, 2),
    "fixed_effects": Task(departements, fitted(TWO_WAY), both, 20),
    "fixed_effects_large": Task(workers, fitted(LARGE), both, 3),
    "least_squares": Task(departements, fitted(econ.OLS("y ~ x + w", vcov="HC1")), both, 20),
    "random_effects": Task(
        departements, fitted(econ.RandomEffects("y ~ x + w | dep", vcov="iid")), both, 10
    ),
    "weighted": Task(
        departements, fitted(econ.WLS("y ~ x + w", weights="people", vcov="HC1")), both, 20
    ),
    "first_differences": Task(
        departements,
        lambda frame: econ.FirstDifferences("y ~ x + w - 1", vcov="iid").fit(
            econ.Panel(frame, unit="dep", time="year")
        ),
        both,
        20,
    ),
    "instruments_two_way": Task(departements, fitted(IV_TWO_WAY), both, 10),
    "poisson_large": Task(
        workers, fitted(econ.Poisson("count ~ x + w | worker + firm", vcov="HC1")), both, 2
    ),
    "instruments": Task(departements, fitted(IV), both, 10),
    "poisson": Task(
        departements, fitted(econ.Poisson("count ~ x + w | dep + year", vcov="HC1")), both, 5
    ),
    "poisson_plain": Task(departements, fitted(econ.Poisson("count ~ x + w", vcov="HC0")), both, 5),
    "wild_bootstrap": Task(
        departements,
        lambda frame: econ.wild_cluster_bootstrap(
            NO_EFFECT, frame, "z", draws=DRAWS, interval=False
        ),
        lambda test: [test.p_value],
    ),
    "randomisation": Task(
        departements,
        lambda frame: econ.randomisation_inference(
            econ.FixedEffects("y ~ post | dep + year"),
            econ.Panel(frame, "dep", "year"),
            "post",
            draws=DRAWS,
        ),
        lambda test: [test.p_value],
    ),
}

if __name__ == "__main__":
    serve(TASKS)
