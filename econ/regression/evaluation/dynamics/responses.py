"""`ImpulseResponse`: a response at every horizon, each with the fit it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError, nearest
from econ.regression.results.fit import TIDY, Fit

__all__ = ["ImpulseResponse"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ImpulseResponse:
    """Responses by horizon.

    Parameters
    ----------
    outcome : str
    response : str
        What is responded: level, difference or cumulative sum.
    horizons : tuple of int, h
    labels : tuple of str, m
        Of each response: the shock, or the state.
    keys : tuple of str, m
        Their terms in the fits.
    fits : tuple of Fit, h
    level : float [-]
    """

    outcome: str
    response: str
    horizons: tuple[int, ...]
    labels: tuple[str, ...]
    keys: tuple[str, ...]
    fits: tuple[Fit, ...]
    level: float = 0.90

    @property
    def estimates(self) -> Array:
        """Responses, shape (h, m) [outcome per shock]."""
        return np.array([[fit.params[key] for key in self.keys] for fit in self.fits])

    @property
    def std_errors(self) -> Array:
        """Their standard errors, shape (h, m)."""
        return np.array([[fit.bse[key] for key in self.keys] for fit in self.fits])

    def at(self, horizon: int) -> Fit:
        """Return the whole fit of a horizon.

        Raises
        ------
        InputError
            When the horizon was not estimated.
        """
        if horizon not in self.horizons:
            mend = nearest(horizon, self.horizons)
            raise InputError.one("local projection", "horizon", "not there", mend, value=horizon)
        return self.fits[self.horizons.index(horizon)]

    def path(self, label: str = "") -> pd.DataFrame:
        """Return horizon, estimate, standard error and interval of one response."""
        chosen = label or self.labels[0]
        frame = self.tidy()
        kept = frame[frame["response"] == chosen]
        if kept.empty:
            mend = nearest(label, self.labels)
            raise InputError.one("local projection", "label", "no such", mend, value=label)
        return kept[["horizon", "estimate", "std_error", "low", "high", "n"]].reset_index(drop=True)

    def tidy(self, *, level: float | None = None) -> pd.DataFrame:
        """Return a row per response and horizon with the columns of a Fit, and both named."""
        rows = []
        for label, key in zip(self.labels, self.keys, strict=True):
            for horizon, fit in zip(self.horizons, self.fits, strict=True):
                frame = fit.tidy(level=self.level if level is None else level)
                row = frame[frame["term"] == key].iloc[0].to_dict()
                named = f"h = {horizon}" if len(self.labels) == 1 else f"{label}, h = {horizon}"
                kind = f"Local projection, {self.response}, {fit.estimator}"
                row |= {"term": named, "estimator": kind}
                rows.append({"response": label, "horizon": horizon, **row})
        return pd.DataFrame(rows, columns=["response", "horizon", *TIDY])

    def difference(self) -> pd.DataFrame:
        """Return the difference of two states at each horizon, with its own error.

        Raises
        ------
        InputError
            When there are not two.
        """
        if len(self.keys) != 2:
            mend = "fit with state= a column of 0 and 1"
            raise InputError.one("local projection", "difference", "no two states", mend)
        rows = []
        for horizon, fit in zip(self.horizons, self.fits, strict=True):
            found = fit.linear_combination({self.keys[0]: 1.0, self.keys[1]: -1.0}, name="gap")
            row = found.tidy(level=self.level).iloc[0]
            wanted = ("estimate", "std_error", "statistic", "p_value", "low", "high")
            rows.append({"horizon": horizon, **{name: row[name] for name in wanted}})
        return pd.DataFrame(rows)

    def diagnostics_frame(self) -> pd.DataFrame:
        """Return the diagnostics of every horizon's fit."""
        frames = [
            fit.diagnostics_frame().assign(horizon=horizon)
            for horizon, fit in zip(self.horizons, self.fits, strict=True)
            if fit.diagnostics
        ]
        columns = ["horizon", "name", "statistic", "p_value", "df", "holds", "reason"]
        if not frames:
            return pd.DataFrame(columns=columns)
        return pd.concat(frames, ignore_index=True)[columns]
