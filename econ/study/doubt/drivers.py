"""What drives a study's answer: one assumption at a time, and shares of the variance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.uncertainty.copula import gaussian_copula
from econ.kernels.uncertainty.sampling import sobol_sequence
from econ.kernels.uncertainty.sensitivity import variance_shares
from econ.quantity.correlations import clusters, matrix
from econ.quantity.design import is_whole, seed_faults
from econ.quantity.draws import Draws
from econ.scenario.declarations import FEWEST_DRAWS, MOST_DRAWS
from econ.study.doubt.moving import all_moving, moving, national
from econ.study.outcomes import Outcome, outcomes_of
from econ.study.study import Study, check_study

__all__ = ["OTHERS", "sensitivity", "sobol_indices"]

Array = npt.NDArray[np.float64]

OTHERS: Final = "all others"
# Judgement: rows that a reader takes in for each outcome. No sum hangs on it: what is not looked
# at alone is in the group of all others.
ALONE: Final = 8
# A power of two, as a Sobol sequence wants. Judgement: no index of the main study then has a
# standard error above 0.04.
MOST_SAMPLES: Final = 1024
# A standard error from so many is good to 7 %: one over the root of twice their number.
RESAMPLES: Final = 100
# Judgement, enough to rank: what it misses is in the group of all others, whose share says so.
SCREENED: Final = 64
# Evaluated at once, some 110 MB; half as many take a third longer, and no number hangs on it.
COLUMNS: Final = 8192


def sensitivity(
    study: Study,
    names: Sequence[str] | None = None,
    outcomes: Sequence[Outcome | str] | None = None,
) -> pd.DataFrame:
    """Move one assumption at a time from its 5 % to its 95 % quantile: the tornado.

    Parameters
    ----------
    study : Study
    names : sequence of str, optional
        The assumptions to move; all that the national figures rest on where left out.
    outcomes : sequence of Outcome or str, optional
        Jobs in operation, job-years and GDP of construction where left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome, parameter, label, low, central, high, unit``.

    Raises
    ------
    InputError
        When an assumption or outcome is unknown.
    """
    check_study("sensitivity", study)
    asked = outcomes_of(outcomes)
    moved = moving(study) if names is None else list(dict.fromkeys(names))
    InputError.raise_if(_unknown(study, moved))
    evaluation = study.evaluate(study.assumptions.swings(moved))
    rows = []
    for outcome in asked:
        found = outcome.draws(evaluation)
        rows += [
            {
                "outcome": outcome.name,
                "parameter": name,
                "label": study.assumptions[name].label,
                "low": float(found[1 + 2 * index]),
                "central": float(found[0]),
                "high": float(found[2 + 2 * index]),
                "unit": outcome.unit(evaluation),
            }
            for index, name in enumerate(moved)
        ]
    return pd.DataFrame(rows)


def sobol_indices(
    study: Study,
    outcomes: Sequence[Outcome | str] | None = None,
    *,
    names: Sequence[str] | None = None,
    samples: int | None = None,
    seed: int | None = None,
) -> pd.DataFrame:
    """Return which share of each outcome's variance each assumption explains.

    Assumptions that move together are one: a share of the variance belongs to what is
    independent. Those that are not named are one group, so that nothing is left out.

    Parameters
    ----------
    study : Study
    outcomes : sequence of Outcome or str, optional
    names : sequence of str, optional
        Assumptions to look at alone; where left out, the eight with the largest total effect on
        each outcome in a first look at few draws.
    samples : int, optional
        Draws of each of two samples; as many as the study draws, up to 1024, where left out. A
        power of two is most even.
    seed : int, optional
        The study's own where left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome, parameter, label, first, first_error, total, total_error``: first-order
        and total index with their standard errors, most important first. ``parameter`` names all
        of a group, and is ``all others`` for the rest.

    Raises
    ------
    InputError
        When an assumption or outcome is unknown or an assumption has no range, or there are no
        samples.

    References
    ----------
    [saltelli_2010]; [jansen_1999].
    """
    check_study("sobol_indices", study)
    asked = outcomes_of(outcomes)
    lean = study if any(o.regions for o in asked) else national(study)
    every = all_moving(lean)
    count = min(study.file.study.draws, MOST_SAMPLES) if samples is None else samples
    seed = study.seed if seed is None else seed
    faults = _unknown(study, names or [])
    faults += [
        Fault("sobol_indices", "names", "moves no outcome", "leave it out", value=name)
        for name in names or []
        if name in study.assumptions and name not in every
    ]
    faults += seed_faults(seed, "sobol_indices")
    if not is_whole(count) or not FEWEST_DRAWS <= count <= MOST_DRAWS:
        mend = (
            f"give a whole number from {FEWEST_DRAWS} to {MOST_DRAWS}; a power of two is most even"
        )
        faults.append(Fault("sobol_indices", "samples", "not that many", mend, value=count))
    InputError.raise_if(faults)
    alone = _widest(lean, every, asked, seed) if names is None else list(names)
    groups = _groups(study, every, alone)
    found = _on_mixtures(lean, _two_samples(study, every, count, seed), groups.values(), asked)
    rows = []
    for place, outcome in enumerate(asked):
        shares = variance_shares(
            found[0, place], found[1, place], found[2:, place], RESAMPLES,
            np.random.default_rng([seed, place]),
        )  # fmt: skip
        table = pd.DataFrame(
            {
                "outcome": outcome.name,
                "parameter": list(groups),
                "label": [_label(study, name, members) for name, members in groups.items()],
                "first": shares.first,
                "first_error": shares.first_error,
                "total": shares.total,
                "total_error": shares.total_error,
            }
        )
        rows.append(table.sort_values("total", ascending=False, kind="stable"))
    return pd.concat(rows, ignore_index=True)


def _unknown(study: Study, names: Sequence[str]) -> list[Fault]:
    known = [parameter.name for parameter in study.assumptions]
    return [
        Fault("study", "names", "no such assumption", nearest(name, known), value=name)
        for name in names
        if name not in study.assumptions
    ]


def _widest(
    study: Study, names: Sequence[str], outcomes: Sequence[Outcome], seed: int
) -> list[str]:
    """Return the assumptions that move each outcome most, alone or with others, on few draws.

    One at a time would not do: what only matters together with another would stay unseen.
    """
    single = [(name,) for name in names]
    found = _on_mixtures(study, _two_samples(study, names, SCREENED, seed), single, outcomes)
    chosen: dict[str, None] = {}
    for place in range(len(outcomes)):
        total = ((found[0, place] - found[2:, place]) ** 2).mean(axis=1)
        order = np.argsort(-total, kind="stable")[:ALONE]
        chosen |= dict.fromkeys(names[row] for row in order if total[row] > 0.0)
    return list(chosen)


def _groups(study: Study, every: Sequence[str], alone: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what is looked at as one: what moves together, each alone, and all others."""
    held = {name: set(c) for c in clusters(study.assumptions.correlations) for name in c}
    groups: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for name in alone:
        if name not in taken:
            members = tuple(sorted((held.get(name, {name}) & set(every)) | {name}))
            groups[" and ".join(members)] = members
            taken |= set(members)
    rest = tuple(name for name in every if name not in taken)
    return {**groups, OTHERS: rest} if rest else groups


def _label(study: Study, name: str, members: Sequence[str]) -> str:
    if name == OTHERS:
        return f"All {len(members)} others together"
    return " and ".join(study.assumptions[member].label for member in members)


def _two_samples(
    study: Study, names: Sequence[str], count: int, seed: int
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return two independent samples of assumptions, each array of shape (d,)."""
    halves = np.split(sobol_sequence(seed, count, 2 * len(names)), 2)
    found = []
    for half in halves:
        sample = dict(zip(names, half, strict=True))
        for cluster in clusters(study.assumptions.correlations):
            members = [name for name in cluster if name in sample]
            if len(members) > 1:
                held = np.stack([sample[name] for name in members])
                mixed = gaussian_copula(held, matrix(members, study.assumptions.correlations))
                sample |= dict(zip(members, mixed, strict=True))
        found.append({name: study.assumptions.drawn(name).at(u) for name, u in sample.items()})
    return found[0], found[1]


def _on_mixtures(
    study: Study,
    samples: tuple[Mapping[str, Array], Mapping[str, Array]],
    groups: Iterable[Sequence[str]],
    outcomes: Sequence[Outcome],
) -> Array:
    """Return outcomes on both samples, and on the first with each group taken from the second.

    Returns
    -------
    ndarray, shape (2 + groups, outcomes, d)
    """
    first, second = samples
    count = len(next(iter(first.values())))
    designs = [first, second, *[{**first, **{n: second[n] for n in group}} for group in groups]]
    at_once = max(1, COLUMNS // count)
    found = []
    for begin in range(0, len(designs), at_once):
        chunk = designs[begin : begin + at_once]
        values = {p.name: np.full(1 + count * len(chunk), p.value) for p in study.assumptions}
        for name in first:
            values[name][1:] = np.concatenate([design[name] for design in chunk])
        evaluation = study.evaluate(Draws(values))
        drawn = np.stack([outcome.draws(evaluation)[1:] for outcome in outcomes])
        found.append(drawn.reshape(len(outcomes), len(chunk), count).swapaxes(0, 1))
    return np.concatenate(found)
