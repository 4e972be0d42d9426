"""Covariates taken out of an outcome before sites are compared with donors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.regression.design.absorption import Absorption
from econ.regression.evaluation.synthetic.pool import FILE, Pool, gaps_in, not_numbers, wide
from econ.regression.evaluation.synthetic.predictors import Calendar
from econ.regression.panel.panel import Panel, missing_columns

__all__ = ["Projection", "projected"]

Array = npt.NDArray[np.float64]
WITHIN: Final = 1e-9  # of its own size: what effects leave of a column they absorb


@dataclass(frozen=True)
class Projection:
    """Pools whose outcomes are free of covariates, and the slopes that were taken out.

    Parameters
    ----------
    pools : tuple of Pool
    slopes : pandas.Series [outcome per unit of the covariate]
    """

    pools: tuple[Pool, ...]
    slopes: pd.Series[float]


def projected(
    panel: Panel, pools: Sequence[Pool], sites: Mapping[Any, Sequence[str]], names: Sequence[str]
) -> Projection:
    """Return pools with what covariates explain of the untreated taken out of every outcome.

    Slopes come from one regression with unit and period effects on the rows that are not under
    treatment, so that no effect is taken for a covariate's.

    Parameters
    ----------
    panel : Panel
    pools : sequence of Pool
        One for each date, with the same donors.
    sites : mapping of date to sequence of str
        In the order of the pools.
    names : sequence of str
        Of the covariates, k of them.

    Raises
    ------
    InputError
        When a covariate is no column of numbers, has gaps, or moves with the effects alone.

    References
    ----------
    [arkhangelsky_et_al_2021] (their remark on covariates that vary over time); [kranz_2022] on
    taking the slopes from untreated rows.
    """
    InputError.raise_if(missing_columns(panel.frame, tuple(names)) + not_numbers(panel, names))
    calendar = Calendar.of(panel, ())
    rows = {name: place for place, name in enumerate(panel.labels)}
    units = [*pools[0].donors, *(name for chosen in sites.values() for name in chosen)]
    places = [rows[name] for name in units]
    columns = np.stack([wide(panel, name, calendar)[places] for name in names], axis=2)
    faults = [
        fault
        for place, name in enumerate(names)
        for fault in gaps_in(units, columns[:, :, place], calendar, name)
    ]
    InputError.raise_if(faults)
    outcomes = np.vstack([pools[0].outcomes[1:], *(pool.sites for pool in pools)])
    free = np.ones(outcomes.shape, dtype=bool)
    start = len(pools[0].donors)
    for pool in pools:
        free[start : start + len(pool.sites), pool.before :] = False
        start += len(pool.sites)
    slopes = _slopes(outcomes, columns, free, names)
    left = outcomes - columns @ slopes
    donors, found, start = left[: len(pools[0].donors)], [], len(pools[0].donors)
    for pool in pools:
        own = left[start : start + len(pool.sites)]
        start += len(pool.sites)
        found.append(replace(pool, sites=own, outcomes=np.vstack([own.mean(axis=0), donors])))
    return Projection(tuple(found), pd.Series(slopes, index=list(names), name="slope"))


def _slopes(
    outcomes: Array, columns: Array, free: npt.NDArray[np.bool_], names: Sequence[str]
) -> Array:
    unit, period = np.nonzero(free)
    taken = Absorption((unit, period), (None, None), None)
    rows = np.column_stack([outcomes[free], columns[free]])
    left = taken.residuals(rows)
    own, around = left[:, 1:], rows[:, 1:] - rows[:, 1:].mean(axis=0)
    sizes = np.linalg.norm(own, axis=0)
    alone = sizes <= WITHIN * np.linalg.norm(around, axis=0)
    mend = "leave it out: unit and period effects say all it says"
    faults = [
        Fault(FILE, "covariates", "does not vary within units and periods", mend, value=name)
        for name, absorbed in zip(names, alone, strict=True)
        if absorbed
    ]
    if not faults and np.linalg.matrix_rank(own / sizes) < len(names):
        mend = "leave out one of those that say the same"
        faults.append(Fault(FILE, "covariates", "collinear", mend, value=", ".join(names)))
    InputError.raise_if(faults)
    found: Array = np.linalg.lstsq(own, left[:, 0], rcond=None)[0].astype(np.float64)
    return found
