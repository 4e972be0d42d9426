"""Randomisation inference: what the estimate would be, had others been treated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError
from econ.kernels.regression.sandwich import group_sums
from econ.quantity.design import seed_faults
from econ.regression.inference.partialled import Partialled, partialled

__all__ = ["RandomisationTest", "randomisation_inference"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
CELLS_AT_ONCE: Final = 8_000_000
EQUAL: Final = 1e-9  # estimates closer than this are the same one, met again


@dataclass(frozen=True)
class RandomisationTest:
    """What randomisation inference says of one coefficient.

    Parameters
    ----------
    term : str
    estimate : float
    p_value : float [-]
        Share of assignments, the actual one among them, whose estimate is as far from zero.
    p_error : float [-]
        Monte Carlo standard error of the p-value.
    draws, units, seed : int
    permuted : str
        What was permuted among what, in words.
    """

    term: str
    estimate: float
    p_value: float
    p_error: float
    draws: int
    units: int
    permuted: str
    seed: int


def randomisation_inference(
    estimator: Any,
    data: Any,
    term: str,
    *,
    by: str = "",
    within: str = "",
    draws: int = 9999,
    seed: int = 0,
) -> RandomisationTest:
    """Test that a treatment has no effect on any unit, by giving it to others.

    Parameters
    ----------
    estimator : OLS, WLS, FixedEffects, FirstDifferences or LongDifferences
    data : Panel, Dataset or DataFrame
    term : str
        The treatment.
    by : str, optional
        Column of the units among which whole treatments are permuted: paths over the periods of a
        `Panel`, or one value. The panel's unit where left out, and each row without a panel.
    within : str, optional
        Column of the strata the permutation stays within, constant in each unit.
    draws, seed : int

    Raises
    ------
    InputError
        With every fault; when a treatment varies within a unit and there are no periods, or a unit
        lacks some.

    References
    ----------
    [young_2019], section II.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.regression.estimators.least_squares import OLS
    >>> frame = pd.DataFrame({"d": [0, 0, 0, 1, 1, 1], "y": [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]})
    >>> test = randomisation_inference(OLS("y ~ d"), frame, "d", draws=999)
    >>> round(test.p_value, 1)  # of 20 assignments, the actual one and its mirror
    0.1
    """
    faults = seed_faults(seed, "randomisation")
    if not isinstance(draws, int) or draws < 1:
        mend = "give 999 or 9999"
        faults.append(Fault("randomisation", "draws", "no number of draws", mend, value=draws))
    InputError.raise_if(faults)
    model = partialled(estimator, data, term, needed=[name for name in (by, within) if name])
    cells = _cells(model, by)
    strata = _strata(model, within, cells)
    rng = np.random.default_rng(seed)
    beta = float(model.x @ model.y / (model.x @ model.x))
    count, made = 0, 0
    rows = max(1, CELLS_AT_ONCE // len(model.y))
    evaluate = (
        _exchanged(model, cells) if _exchangeable(model, cells) else _one_by_one(model, cells)
    )
    units = len(strata)
    while made < draws:
        block = min(rows, draws - made)
        drawn = evaluate(_permutations(rng, block, strata))
        count += int((np.abs(drawn) >= abs(beta) * (1.0 - EQUAL)).sum())
        made += block
    p = (1.0 + count) / (1.0 + draws)
    words = f"{term} among {units} {by or cells.name}" + (f" within {within}" if within else "")
    error = float(np.sqrt(p * (1.0 - p) / draws))
    return RandomisationTest(model.term, beta, p, error, draws, units, words, seed)


@dataclass(frozen=True)
class _Cells:
    """Where each row stands: its unit, its period, and the treatment of each unit by period."""

    name: str
    unit: Codes
    period: Codes
    paths: Array


def _cells(model: Partialled, by: str) -> _Cells:
    design = model.design
    n = len(model.y)
    if not by and design.panel is None:
        rows = np.arange(n)
        return _Cells("rows", rows, np.zeros(n, dtype=np.int64), model.raw[:, None])
    name = by or (design.panel.unit if design.panel is not None else "")
    unit = design.codes(name)
    units = int(unit.max()) + 1
    first = np.full(units, np.nan)
    first[unit] = model.raw
    if (first[unit] == model.raw).all():
        return _Cells(name, unit, np.zeros(n, dtype=np.int64), first[:, None])
    if design.panel is None:
        mend = "fit econ.Panel(frame, unit=..., time=...)"
        raise InputError.one("data", model.term, f"varies within {name} without periods", mend)
    period = np.unique(design.panel.periods[design.kept], return_inverse=True)[1]
    paths = np.full((units, int(period.max()) + 1), np.nan)
    paths[unit, period] = model.raw
    several = len(model.raw) != paths.size or np.isnan(paths).any()
    if several:
        mend = "keep units with every period, each once"
        raise InputError.one("data", name, "units lack periods, their paths do not fit", mend)
    return _Cells(name, unit, period, paths)


def _strata(model: Partialled, within: str, cells: _Cells) -> Codes:
    units = int(cells.unit.max()) + 1
    found = np.zeros(units, dtype=np.int64)
    if not within:
        return found
    codes = model.design.codes(within)
    found[cells.unit] = codes
    wrong = np.flatnonzero(found[cells.unit] != codes)
    InputError.raise_if(
        [
            Fault("data", within, f"varies within {cells.name}", "give one stratum to each unit")
            for _ in wrong[:1]
        ]
    )
    return found


def _permutations(rng: np.random.Generator, count: int, strata: Codes) -> Codes:
    """Return `count` permutations of units that stay within their strata, shape (count, N)."""
    drawn = np.tile(np.arange(len(strata)), (count, 1))
    for stratum in range(int(strata.max()) + 1):
        places = np.flatnonzero(strata == stratum)
        drawn[:, places] = rng.permuted(np.tile(places, (count, 1)), axis=1)
    return drawn


def _exchangeable(model: Partialled, cells: _Cells) -> bool:
    """Return whether taking effects out of a permuted treatment permutes what is left of it.

    So it is without effects, and on a balanced panel whose effects are those of units and periods.
    """
    if model.absorption is None:
        return True
    units, periods = cells.paths.shape
    plain = model.design.weights is None and all(slope is None for slope in model.design.slopes)
    if not plain or len(model.y) != units * periods:
        return False
    return all(
        _same(codes, cells.unit) or _function_of(codes, cells.period)
        for codes in model.absorption.effects
    )


def _function_of(codes: Codes, other: Codes) -> bool:
    held = np.zeros(int(other.max()) + 1, dtype=np.int64)
    held[other] = codes
    return bool((held[other] == codes).all())


def _same(codes: Codes, other: Codes) -> bool:
    return _function_of(codes, other) and _function_of(other, codes)


def _roots(model: Partialled) -> Array:
    weights = model.design.weights
    return np.ones(len(model.y)) if weights is None else np.sqrt(weights)


def _exchanged(model: Partialled, cells: _Cells) -> Any:
    """Return the estimates of permutations from totals of unit j's path against unit i's rows."""
    units, periods = cells.paths.shape
    roots = _roots(model)
    inside = (roots * cells.paths[cells.unit, cells.period])[:, None]
    if model.absorption is not None:
        inside = model.absorption.residuals(inside)
        own = inside[:, 0]
        paths = np.empty((units, periods))
        paths[cells.unit, cells.period] = own
    else:
        paths = cells.paths

    def by_cell(values: Array) -> Array:
        flat = group_sums(values[:, None], cells.unit * periods + cells.period)[:, 0]
        return np.concatenate([flat, np.zeros(units * periods - len(flat))]).reshape(units, periods)

    if periods == 1:
        return _of_single_values(
            paths[:, 0],
            by_cell(roots * model.y)[:, 0],
            by_cell(roots**2)[:, 0],
            np.stack([by_cell(roots * other)[:, 0] for other in model.others.T], axis=1),
        )
    against_y = paths @ by_cell(roots * model.y).T
    squares = paths**2 @ by_cell(roots**2).T
    against_others = [paths @ by_cell(roots * other).T for other in model.others.T]
    place = np.arange(units)

    def estimates(permutations: Codes) -> Array:
        top = against_y[permutations, place].sum(axis=1)
        below = squares[permutations, place].sum(axis=1)
        for totals in against_others:
            below -= totals[permutations, place].sum(axis=1) ** 2
        found: Array = top / below
        return found

    return estimates


def _of_single_values(values: Array, outcome: Array, squares: Array, others: Array) -> Any:
    """Return the estimates of permutations of one value for each unit, from totals by unit."""

    def estimates(permutations: Codes) -> Array:
        drawn = values[permutations]
        below = drawn**2 @ squares - ((drawn @ others) ** 2).sum(axis=1)
        found: Array = drawn @ outcome / below
        return found

    return estimates


def _one_by_one(model: Partialled, cells: _Cells) -> Any:
    """Return the estimates of permutations, effects taken out of each permuted treatment."""
    roots = _roots(model)

    def estimates(permutations: Codes) -> Array:
        columns = cells.paths[permutations[:, cells.unit], cells.period].T * roots[:, None]
        left = model.residuals(columns)
        found: Array = (model.y @ left) / np.einsum("nb,nb->b", left, left)
        return found

    return estimates
