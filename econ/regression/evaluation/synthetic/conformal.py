"""Conformal p-values and intervals of a synthetic control: exact where residuals exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.conformal import conformal_p_value
from econ.quantity.design import seed_faults
from econ.regression.evaluation.synthetic.pool import Pool
from econ.regression.results.diagnostic import draws_faults

__all__ = ["Conformal", "ConformalP", "interval_of_effect", "p_value_of_effect"]

Array = npt.NDArray[np.float64]
FILE: Final = "conformal"
SCHEMES: Final = ("moving block", "iid")
GRID: Final = 60
DOUBLINGS: Final = 12
WIDE: Final = 8.0


@dataclass(frozen=True)
class ConformalP:
    """A conformal p-value with the smallest it could have been.

    Parameters
    ----------
    value, floor : float [-]
    effect : float [outcome]
        The hypothesis, the same in every period after the event.
    scheme : str
    """

    value: float
    floor: float
    effect: float
    scheme: str

    def __str__(self) -> str:
        return (
            f"p = {self.value:.4f} of an effect of {self.effect:g} ({self.scheme}; "
            f"no p-value below {self.floor:.4f} is possible)"
        )


@dataclass(frozen=True)
class Conformal:
    """How periods are rearranged.

    Parameters
    ----------
    scheme : {"moving block", "iid"}
    power : float
        Of the residuals in the statistic.
    draws : int
        Random orders, for iid.
    seed : int
    """

    scheme: Literal["moving block", "iid"] = "moving block"
    power: float = 1.0
    draws: int = 5000
    seed: int = 0

    def __post_init__(self) -> None:
        faults = [*seed_faults(self.seed, FILE), *draws_faults(self.draws, FILE)]
        if self.scheme not in SCHEMES:
            mend = nearest(self.scheme, SCHEMES)
            faults.append(Fault(FILE, "scheme", "unknown", mend, value=self.scheme))
        if not (isinstance(self.power, Real) and 0.0 < self.power < np.inf):
            mend = "write a positive number: 1 for absolute residuals, 2 for squares"
            faults.append(Fault(FILE, "power", "no power", mend, value=self.power))
        InputError.raise_if(faults)

    def floor(self, periods: int) -> float:
        """Return the smallest p-value possible with so many periods."""
        return 1.0 / periods if self.scheme == "moving block" else 1.0 / (self.draws + 1)

    def of(self, residuals: Array, after: int) -> float:
        """Return the p-value of residuals, those after the event last."""
        rng = np.random.default_rng(self.seed)
        options = {"scheme": self.scheme, "power": self.power}
        return conformal_p_value(residuals, after, draws=self.draws, rng=rng, **options)  # type: ignore[arg-type]


def p_value_of_effect(
    pool: Pool, effect: float, weights: Callable[[Pool], Array], rule: Conformal
) -> ConformalP:
    """Return the p-value of one effect in all periods after the event.

    The effect is taken off, and weights are fitted to all periods: under the hypothesis none
    is special.
    """
    without = pool.outcomes.copy()
    without[0, pool.before :] -= effect
    whole = replace(pool, outcomes=without, fitted=np.ones(len(pool.periods), dtype=bool))
    residuals = without[0] - weights(whole) @ without[1:]
    value = rule.of(residuals, pool.after)
    return ConformalP(value, rule.floor(len(pool.periods)), effect, rule.scheme)


def interval_of_effect(
    pool: Pool,
    effect: float,
    spread: float,
    weights: Callable[[Pool], Array],
    rule: Conformal,
    *,
    level: float,
) -> tuple[float, float]:
    """Return the smallest and largest effect that is not refused; infinite where none can be.

    NaN where every effect near the estimate is refused: no effect that is the same in all periods
    fits what was seen.

    Parameters
    ----------
    effect, spread : float [outcome]
        Where to look, and how widely at first.
    level : float [-]
    """
    if rule.floor(len(pool.periods)) > 1.0 - level:
        return -np.inf, np.inf

    def kept(tried: float) -> bool:
        return p_value_of_effect(pool, tried, weights, rule).value > 1.0 - level

    start = effect
    if not kept(effect):
        tried = effect + WIDE * spread * np.arange(-GRID, GRID + 1) / GRID
        accepted = [float(value) for value in tried if kept(float(value))]
        if not accepted:
            return np.nan, np.nan
        start = min(accepted, key=lambda value: abs(value - effect))
    return _edge(start, -spread, kept), _edge(start, spread, kept)


def _edge(effect: float, step: float, kept: Callable[[float], bool]) -> float:
    """Return the last effect kept on one side, to a sixtieth of the distance to the first not."""
    reach = step
    for _ in range(DOUBLINGS):
        if not kept(effect + reach):
            break
        reach *= 2.0
    else:
        return float(np.copysign(np.inf, step))
    tried = effect + reach * np.arange(GRID, -1, -1) / GRID
    return next((float(value) for value in tried if kept(float(value))), effect)


def intervals_by_period(
    pool: Pool, gaps: Array, weights: Callable[[Pool], Array], rule: Conformal, *, level: float
) -> pd.DataFrame:
    """Return gap, p-value and interval of each period after the event, each on its own.

    Parameters
    ----------
    gaps : ndarray, shape (t,) [outcome]
    """
    spread = float(np.sqrt((gaps[: pool.before] ** 2).mean())) or float(np.abs(gaps).max()) or 1.0
    rows = []
    for place in range(pool.before, len(pool.periods)):
        columns = [*range(pool.before), place]
        alone = replace(
            pool,
            periods=tuple(pool.periods[column] for column in columns),
            outcomes=pool.outcomes[:, columns],
            sites=pool.sites[:, columns],
        )
        nothing = p_value_of_effect(alone, 0.0, weights, rule)
        gap = float(gaps[place])
        low, high = interval_of_effect(alone, gap, 4.0 * spread, weights, rule, level=level)
        row = {"period": pool.periods[place], "gap": gap, "p_value": nothing.value}
        rows.append(row | {"floor": nothing.floor, "low": low, "high": high, "level": level})
    return pd.DataFrame(rows)
