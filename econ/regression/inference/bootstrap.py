"""The wild cluster bootstrap: inference with few clusters, fixed effects absorbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.sandwich import group_sums
from econ.kernels.regression.wild_bootstrap import (
    ClusterTotals,
    bootstrap_t,
    rademacher_weights,
    webb_weights,
)
from econ.quantity.design import seed_faults
from econ.regression.inference.partialled import Partialled, partialled
from econ.regression.results.diagnostic import level_faults

__all__ = ["BootstrapTest", "cluster_totals", "draw_weights", "wild_cluster_bootstrap"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
WEIGHTS: Final = {"rademacher": rademacher_weights, "webb": webb_weights}
CELLS_AT_ONCE: Final = 20_000_000
EQUAL: Final = 1e-9  # statistics closer than this are the same one, met again
# Steps outward, each three times as far: four million standard errors, beyond which t is rounding.
SEARCHES: Final = 14
EXACT: Final = 1e-12  # an error smaller than this part of the coefficient is rounding
FINE: Final = 1e-4  # of a standard error


@dataclass(frozen=True)
class BootstrapTest:
    """What a wild cluster bootstrap says of one coefficient.

    Parameters
    ----------
    term : str
    null, estimate, statistic : float
        The hypothesis, the coefficient and its t.
    p_value : float [-]
        Share of draws whose t is at least as far from zero.
    p_error : float [-]
        Monte Carlo standard error of the p-value; zero where every draw there is was made.
    low, high : float
        Values not rejected at `level`; NaN where no interval was asked for, infinite where so few
        clusters reject nothing.
    level : float [-]
    draws, clusters, seed : int
    weights : str
    """

    term: str
    null: float
    estimate: float
    statistic: float
    p_value: float
    p_error: float
    low: float
    high: float
    level: float
    draws: int
    clusters: int
    weights: str
    seed: int


def wild_cluster_bootstrap(
    estimator: Any,
    data: Any,
    term: str,
    *,
    cluster: str = "",
    null: float = 0.0,
    draws: int = 9999,
    weights: str = "rademacher",
    level: float | None = None,
    interval: bool = True,
    seed: int = 0,
) -> BootstrapTest:
    """Test one coefficient by the restricted wild cluster bootstrap.

    Parameters
    ----------
    estimator : OLS, WLS, FixedEffects, FirstDifferences or LongDifferences
    data : Panel, Dataset or DataFrame
    term : str
    cluster : str, optional
        Column of the clusters; the first fixed effect or the panel's unit where left out.
    null : float
        The hypothesis, imposed.
    draws : int
        With few clusters and Rademacher weights every combination is made once instead.
    weights : {"rademacher", "webb"}
        Webb's are for fewer than some ten clusters.
    level : float, optional
        Of the interval; the estimator's where left out.
    interval : bool
        Whether to find the values that are not rejected, some fifty tests more.
    seed : int

    Raises
    ------
    InputError
        With every fault; when the estimator has no wild cluster bootstrap, with one cluster, or a
        perfect fit.

    References
    ----------
    [roodman_2019]; [webb_2023].

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.regression.estimators.least_squares import OLS
    >>> frame = pd.DataFrame({"dep": list("aabbccdd"), "x": [0, 1, 0, 1, 0, 1, 0, 1]})
    >>> frame["y"] = [0.0, 1.0, 1.0, 2.2, 0.0, 0.9, 2.0, 3.1]
    >>> test = wild_cluster_bootstrap(OLS("y ~ x"), frame, "x", cluster="dep", interval=False)
    >>> test.draws, test.p_value
    (16, 0.125)
    """
    chosen = estimator.level if level is None else level
    _refuse(weights, draws, chosen, null, seed)
    model = partialled(estimator, data, term, needed=(cluster,) if cluster else ())
    codes = model.clusters(cluster)
    totals = cluster_totals(model, codes)
    groups = len(totals.cross)
    drawn = draw_weights(weights, np.random.default_rng(seed), draws, groups)
    made = len(drawn)
    beta, error = totals.statistic()
    _refuse_nothing_to_draw(groups, beta, error)

    def p_value(hypothesis: float) -> float:
        t = abs(beta - hypothesis) / error
        star = np.abs(bootstrap_t(totals, drawn, hypothesis))
        return float(np.mean(star >= t * (1.0 - EQUAL)))

    p = p_value(null)
    low = high = np.nan
    # A draw and its mirror have one |t|: among all combinations no p-value is below two of them.
    if interval and made < draws and 2.0 / made >= 1.0 - chosen:
        low, high = -np.inf, np.inf
    elif interval:
        low, high = (_end(p_value, beta, side * error, 1.0 - chosen) for side in (-1.0, 1.0))
    complete = made < draws
    return BootstrapTest(
        term=model.term,
        null=null,
        estimate=beta,
        statistic=(beta - null) / error,
        p_value=p,
        p_error=0.0 if complete else float(np.sqrt(p * (1.0 - p) / made)),
        low=low,
        high=high,
        level=chosen,
        draws=made,
        clusters=groups,
        weights=weights,
        seed=seed,
    )


def _refuse(weights: str, draws: int, level: float, null: float, seed: int) -> None:
    faults = [*level_faults(level), *seed_faults(seed, "bootstrap")]
    if not isinstance(null, Real) or not np.isfinite(float(null)):
        mend = "write the value of the coefficient to be tested, such as 0.0"
        faults.append(Fault("bootstrap", "null", "no finite number", mend, value=null))
    if weights not in WEIGHTS:
        mend = nearest(weights, WEIGHTS)
        faults.append(Fault("bootstrap", "weights", "unknown", mend, value=weights))
    if not isinstance(draws, int) or draws < 1:
        mend = "give 999 or 9999"
        faults.append(Fault("bootstrap", "draws", "no number of draws", mend, value=draws))
    InputError.raise_if(faults)


def _refuse_nothing_to_draw(groups: int, beta: float, error: float) -> None:
    if groups < 2:
        mend = "name a column with at least two clusters, better ten"
        InputError.raise_if([Fault("bootstrap", "cluster", "one cluster only", mend)])
    if not error > EXACT * abs(beta):
        mend = "nothing is left to draw from: report the fit as exact"
        InputError.raise_if([Fault("bootstrap", "residuals", "a perfect fit", mend, value=error)])


def draw_weights(kind: str, rng: np.random.Generator, draws: int, groups: int) -> Array:
    """Return the weights of each draw and cluster, shape (b, G)."""
    return WEIGHTS[kind](rng, draws, groups)


def cluster_totals(model: Partialled, codes: Codes) -> ClusterTotals:
    """Return the totals of a model by cluster."""
    both = np.column_stack([model.y, model.x])
    cross = group_sums(both * model.x[:, None], codes)
    spill = _explained(model, both, codes)
    return ClusterTotals(cross, _row_by_row(model, both, codes) if spill is None else spill)


def _explained(model: Partialled, both: Array, codes: Codes) -> Array | None:
    """Return what all else predicts, from sums by cluster and level; None where it cannot be."""
    by_regressors = group_sums(model.others * model.x[:, None], codes)
    found = []
    for column in both.T:
        spill = by_regressors @ group_sums(model.others * column[:, None], codes).T
        if model.absorption is not None:
            by_effects = model.absorption.fitted_products(model.x, column, codes)
            if by_effects is None:
                return None
            spill = spill + by_effects
        found.append(spill)
    return np.stack(found, axis=-1)


def _row_by_row(model: Partialled, both: Array, codes: Codes) -> Array:
    """Return the same from the rows, the regressor of one cluster after the other."""
    groups = int(codes.max()) + 1
    spill = np.zeros((groups, groups, 2))
    for first, last in _blocks(groups, len(model.x)):
        alone = np.zeros((len(model.x), last - first))
        rows = np.flatnonzero((codes >= first) & (codes < last))
        alone[rows, codes[rows] - first] = model.x[rows]
        predicted = alone - model.residuals(alone)
        for side in range(2):
            spill[first:last, :, side] = group_sums(predicted * both[:, [side]], codes).T
    return spill


def _blocks(groups: int, rows: int) -> Iterator[tuple[int, int]]:
    width = max(1, CELLS_AT_ONCE // max(rows, 1))
    for first in range(0, groups, width):
        yield first, min(first + width, groups)


def _end(p_value: Any, beta: float, step: float, size: float) -> float:
    """Return where the p-value falls to `size` on one side, infinite where it does not."""
    inside, outside = beta, beta + 2.0 * step
    for _ in range(SEARCHES):
        if p_value(outside) < size:
            break
        inside, outside = outside, outside + 2.0 * (outside - beta)
    else:
        return float(np.copysign(np.inf, step))
    while abs(outside - inside) > FINE * abs(step):
        middle = (inside + outside) / 2.0
        if p_value(middle) < size:
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2.0
