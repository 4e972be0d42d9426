"""What drives a study's answer: one assumption at a time, shares of the variance, linear errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from econ.errors import Fault, InputError, nearest
from econ.kernels.uncertainty.copula import gaussian_copula
from econ.kernels.uncertainty.sampling import sobol_sequence
from econ.kernels.uncertainty.sensitivity import propagated_variance, variance_shares
from econ.quantity.correlations import clusters, matrix
from econ.quantity.design import is_whole, seed_faults
from econ.quantity.draws import Draws
from econ.scenario.declarations import FEWEST_DRAWS, MOST_DRAWS
from econ.scenario.satellites import satellites_left_out
from econ.study.outcomes import Outcome, outcomes_of
from econ.study.study import Study, check_study

__all__ = ["OTHERS", "error_propagation", "national", "sensitivity", "sobol_indices"]

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
# Of Gauss and Hermite: half as many again move no covariance of the main study by 1e-4 of it.
NODES: Final = 64
# Midpoints of as many slices of probability: means to 1e-4, standard deviations of long tails to
# 1e-3, both of themselves. Parameters that are zero or long-tailed move no outcome of a site.
STRATA: Final = 4096
# In standard deviations, of a central difference: ten times as much moves no result by 1e-6 of it.
STEP: Final = 1e-3
# Judgement, enough to rank: what it misses is in the group of all others, whose share says so.
SCREENED: Final = 64
# Evaluated at once, some 110 MB; half as many take a third longer, and no number hangs on it.
COLUMNS: Final = 8192


def national(study: Study) -> Study:
    """Return the study without what moves no job or GDP: regions, satellites, other questions."""
    settings = study.file.study.model_copy(update={"discount_rate": ""})
    rules = study.file.additionality.model_copy(update={"attribution": ""})
    left = {"regions": None, "study": settings, "additionality": rules}
    file = satellites_left_out(study.file).model_copy(update=left)
    return replace(study, file=file, crosschecks=())


def moving(study: Study) -> list[str]:
    """Return the assumptions with a range that the study's national figures rest on, sorted."""
    return _all_moving(national(study))


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
    every = _all_moving(lean)
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


def error_propagation(
    study: Study, outcomes: Sequence[Outcome | str] | None = None
) -> pd.DataFrame:
    """Return the standard deviation of each outcome by the delta method and by its draws.

    The first is exact where an outcome is linear in the assumptions: then the two agree to the
    error of the draws. Where they do not, the outcome is not linear over the ranges.

    Parameters
    ----------
    study : Study
    outcomes : sequence of Outcome or str, optional

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome, linear, draws, draws_error, unit``: both standard deviations, and the
        standard error of the second.

    References
    ----------
    [jcgm_100_2008], equation (13).
    """
    check_study("error_propagation", study)
    asked = outcomes_of(outcomes)
    lean = study if any(o.regions for o in asked) else national(study)
    moved = _all_moving(lean)
    u = (np.arange(STRATA) + 0.5) / STRATA
    drawn = {name: study.assumptions.drawn(name).at(u) for name in moved}
    mean = {p.name: p.value for p in study.assumptions} | {n: x.mean() for n, x in drawn.items()}
    spread = np.array([drawn[name].std() for name in moved])
    columns = 1 + 2 * len(moved)
    values = {name: np.full(columns, value) for name, value in mean.items()}
    for index, name in enumerate(moved):
        values[name][1 + 2 * index] -= STEP * spread[index]
        values[name][2 + 2 * index] += STEP * spread[index]
    evaluation, drawn_too = lean.evaluate(Draws(values)), lean.run()
    near = np.stack([outcome.draws(evaluation) for outcome in asked])
    gradient = (near[:, 2::2] - near[:, 1::2]) / (2.0 * STEP * spread)
    linear = np.sqrt(propagated_variance(gradient, _covariance(study, moved, spread)))
    rows = []
    for place, outcome in enumerate(asked):
        sample = outcome.draws(drawn_too)[1:]
        gap = sample - sample.mean()
        deviation = float(np.sqrt((gap**2).mean()))
        fourth = float((gap**4).mean())
        error = np.sqrt(max(fourth - deviation**4, 0.0) / sample.size) / (2.0 * deviation or 1.0)
        rows.append(
            {
                "outcome": outcome.name,
                "linear": float(linear[place]),
                "draws": deviation,
                "draws_error": float(error),
                "unit": outcome.unit(drawn_too),
            }
        )
    return pd.DataFrame(rows)


def _unknown(study: Study, names: Sequence[str]) -> list[Fault]:
    known = [parameter.name for parameter in study.assumptions]
    return [
        Fault("study", "names", "no such assumption", nearest(name, known), value=name)
        for name in names
        if name not in study.assumptions
    ]


def _all_moving(study: Study) -> list[str]:
    seen: set[str] = set()
    study.evaluate(study.assumptions.draws(study.seed, 1).recording(seen))
    return sorted(n for n in seen if study.assumptions[n].distribution != "fixed")


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


def _covariance(study: Study, names: Sequence[str], spread: Array) -> Array:
    """Return the covariance of assumptions from their distributions, by quadrature."""
    found = np.diag(spread**2)
    x, weights = np.polynomial.hermite.hermgauss(NODES)
    z, weights = np.sqrt(2.0) * x, weights / weights.sum()
    for pair in study.assumptions.correlations:
        if not set(pair.between) <= set(names):
            continue
        one, other = pair.between
        first = study.assumptions.drawn(one).at(ndtr(z))
        mixed = pair.value * z[:, None] + np.sqrt(1.0 - pair.value**2) * z[None, :]
        second = study.assumptions.drawn(other).at(ndtr(mixed).ravel()).reshape(mixed.shape)
        joint = weights @ (first[:, None] * second) @ weights
        apart = (weights @ first) * (weights @ second @ weights)
        i, j = names.index(one), names.index(other)
        found[i, j] = found[j, i] = joint - apart
    return found
