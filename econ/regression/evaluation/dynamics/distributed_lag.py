"""Distributed lags: what an impulse does now and later, in one regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.least_squares import OLS
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit, level_faults
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["DistributedLag", "DistributedLagFit"]

FILE: Final = "distributed lag"


@dataclass(frozen=True)
class DistributedLagFit:
    """Coefficients by lag, and their running sum.

    Parameters
    ----------
    fit : Fit
        The whole regression.
    lags : tuple of int, k
        Negative where the shock lies ahead.
    terms : tuple of str, k
    """

    fit: Fit
    lags: tuple[int, ...]
    terms: tuple[str, ...]

    def tidy(self, *, level: float | None = None) -> pd.DataFrame:
        """Return a row per lag, with the columns of a Fit."""
        frame = self.fit.tidy(level=level).set_index("term").loc[list(self.terms)].reset_index()
        frame.insert(0, "lag", list(self.lags))
        return frame

    def cumulative(self, *, level: float | None = None) -> pd.DataFrame:
        """Return the sum of coefficients from lag 0 to each lag, with its own error."""
        rows = []
        for place, lag in enumerate(self.lags):
            if lag < 0:
                continue
            kept = [
                term for term, other in zip(self.terms, self.lags, strict=True) if 0 <= other <= lag
            ]
            found = self.fit.linear_combination(dict.fromkeys(kept, 1.0), name=f"0 to {lag}")
            rows.append({"lag": self.lags[place], **found.tidy(level=level).iloc[0].to_dict()})
        return pd.DataFrame(rows)

    @property
    def long_run(self) -> Fit:
        """The sum of all coefficients from lag 0 on, as a fit of one term."""
        kept = [term for term, lag in zip(self.terms, self.lags, strict=True) if lag >= 0]
        return self.fit.linear_combination(dict.fromkeys(kept, 1.0), name="long run")


@dataclass(frozen=True)
class DistributedLag:
    """A regression on an impulse, its lags, and where asked for its leads.

    Parameters
    ----------
    outcome, shock : str
        Columns or expressions of a formula.
    lags, leads : int
    controls : sequence of str
    effects : str
        As in ``"dep + year"``.
    vcov : str or mapping, optional
    weights : str
    level : float [-]
    small_sample : str

    References
    ----------
    [wooldridge_2010], section 10.6.

    Examples
    --------
    >>> frame = pd.DataFrame({"place": "a", "t": range(9), "x": [0.0, 1, 0, 0, 2, 0, 0, 1, 0]})
    >>> frame["y"] = 3.0 * frame["x"] + 1.5 * frame["x"].shift(1) + [0, 0, 0, 0, 0, 0, 0, 0, 0.1]
    >>> found = DistributedLag("y", "x", lags=1, vcov="iid").fit(Panel(frame, "place", "t"))
    >>> found.tidy()["estimate"].round(1).tolist()
    [3.0, 1.5]
    """

    outcome: str
    shock: str
    lags: int = 4
    leads: int = 0
    controls: Sequence[str] = ()
    effects: str = ""
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"

    def __post_init__(self) -> None:
        faults = level_faults(self.level)
        faults += [
            Fault(FILE, name, "no number of periods", "write 0 or more", value=value)
            for name, value in (("lags", self.lags), ("leads", self.leads))
            if isinstance(value, bool) or not isinstance(value, int) or value < 0
        ]
        InputError.raise_if(faults)

    @property
    def formula(self) -> str:
        """The regression."""
        effects = f" | {self.effects}" if self.effects else ""
        return f"{self.outcome} ~ {' + '.join([*self._terms, *self.controls])}{effects}"

    @property
    def _terms(self) -> list[str]:
        steps = range(-self.leads, self.lags + 1)
        return [_shifted(self.shock, step) for step in steps]

    def fit(self, data: Panel) -> DistributedLagFit:
        """Return the coefficients.

        Raises
        ------
        InputError
            With every fault of configuration or panel.
        """
        if not isinstance(data, Panel):
            mend = 'write Panel(frame, unit="...", time="...")'
            problem, kind = "periods are not named", type(data).__name__
            raise InputError.one("data", "", problem, mend, value=kind)
        options: dict[str, Any] = {
            "vcov": self.vcov,
            "weights": self.weights,
            "level": self.level,
            "small_sample": self.small_sample,
        }
        estimator = FixedEffects if self.effects else OLS
        fit = estimator(self.formula, **options).fit(data)
        terms = tuple(fit.terms[fit.index(term)] for term in self._terms)
        lags = tuple(int(step) for step in np.arange(-self.leads, self.lags + 1))
        return DistributedLagFit(fit, lags, terms)


def _shifted(name: str, step: int) -> str:
    if step == 0:
        return name
    return f"lag({name}, {step})" if step > 0 else f"lead({name}, {-step})"
