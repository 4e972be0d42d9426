"""From a formula, data and spatial weights to arrays: one row for each unit, none lost."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.space.spatial_determinant import LogDeterminant
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import refuse_parts
from econ.regression.formula.formula import Formula
from econ.regression.panel.panel import Panel, frame_of, missing_columns
from econ.regression.space.links import Links
from econ.regression.space.results import Roles

__all__ = ["Data", "SpatialDesign"]

Array = npt.NDArray[np.float64]
Data = Panel | Dataset | pd.DataFrame
INTERCEPT = "Intercept"


@dataclass(frozen=True)
class SpatialDesign:
    """Arrays over all units, periods one after the other, fixed effects taken out.

    Parameters
    ----------
    design : Design
    order : ndarray of int, shape (n t,)
        Rows of the design, sorted by period and by unit as in the weights.
    y : ndarray, shape (n t,)
    names : tuple of str, k
    regressors : ndarray, shape (n t, k)
    weights : Links
        Of one period, in the order of its rows.
    periods : int, t
    absorbed : Absorption or None
        The fixed effects.
    corrected : bool
        Whether the likelihood is that of what the effects leave, or of all rows.
    """

    design: Design
    order: npt.NDArray[np.intp]
    y: Array
    names: tuple[str, ...]
    regressors: Array
    weights: Links
    periods: int
    absorbed: Absorption | None
    corrected: bool = True

    @property
    def matrix(self) -> Any:
        """Weights between all rows: none across periods."""
        if self.periods == 1:
            return self.weights.matrix
        whole = sparse.kron(sparse.eye_array(self.periods), self.weights.matrix)
        return sparse.csr_array(whole)

    @property
    def determinant(self) -> LogDeterminant:
        """That of one period, as often as the fixed effects leave periods."""
        one = self.weights.determinant
        n, t = len(self.weights), self.periods
        effects = self.absorbed.effects if self.absorbed is not None and self.corrected else ()
        levels = [int(codes.max()) + 1 for codes in effects]
        copies = t - 1 if t > 1 and n in levels else t
        regular = self.weights.standardised and not self.weights.islands
        without_mean = t > 1 and t in levels and n != t and regular
        return LogDeterminant(one.weights, one.eigenvalues, copies, without_mean)

    @classmethod
    def build(
        cls,
        formula: str,
        W: Links,
        data: Data,
        unit: str,
        *,
        effects: bool = False,
        needed: tuple[str, ...] = (),
    ) -> SpatialDesign:
        """Return the design of a formula on data.

        Raises
        ------
        InputError
            With every unit that weights and data do not share, every row that lacks a value, and
            every term that others contain.
        """
        if not isinstance(W, Links):
            mend = "give W=econ.SpatialWeights..."
            raise InputError.one("estimator", "W", "no weights", mend, value=type(W).__name__)
        parsed = Formula.parse(formula)
        refuse_parts(parsed, effects=effects, instruments=False)
        frame = frame_of(data)
        design = Design.build(parsed, data, needed=needed)
        labels = _labels(data, frame, unit, W)
        lost = sorted(set(range(len(frame))) - set(design.kept.tolist()))
        mend = "fill it, or take it out of data and weights: W.subset(units)"
        why = "; ".join(design.dropped)
        InputError.raise_if(
            [Fault("data", "", f"no row may be lost: {why}", mend, str(labels[i])) for i in lost]
        )
        panel = data if isinstance(data, Panel) else None
        several = panel is not None and len(np.unique(panel.periods)) > 1
        if several and panel is not None:
            order, weights, periods = _stacked(panel, W)
        else:
            order, weights, periods = np.arange(len(frame)), W.aligned(labels), 1
        columns = np.column_stack([design.y, design.exogenous.values])[order]
        absorbed = None
        if design.effects:
            absorbed = Absorption(
                tuple(codes[order] for codes in design.effects), design.slopes, None
            )
            columns = absorbed.residuals(columns)
        return cls(
            design=design,
            order=order,
            y=columns[:, 0],
            names=design.exogenous.names,
            regressors=columns[:, 1:],
            weights=weights,
            periods=periods,
            absorbed=absorbed,
        )

    def with_lags(
        self, lagged: tuple[str, ...] | str | None
    ) -> tuple[tuple[str, ...], Array, Roles]:
        """Return names, regressors and roles with spatial lags of some regressors, or of all.

        Raises
        ------
        InputError
            With every name that is no regressor.
        """
        named = tuple(name for name in self.names if name != INTERCEPT)
        chosen = (lagged,) if isinstance(lagged, str) else named if lagged is None else lagged
        InputError.raise_if(
            [
                Fault("estimator", "lagged", "no such regressor", nearest(name, named), value=name)
                for name in chosen
                if name not in named
            ]
        )
        places = [self.names.index(name) for name in chosen]
        columns = np.column_stack([self.regressors, self.matrix @ self.regressors[:, places]])
        names = (*self.names, *(f"W_{name}" for name in chosen))
        own = tuple(self.names.index(name) for name in named)
        lags = tuple(names.index(f"W_{n}") if n in chosen else -1 for n in named)
        return names, columns, Roles(named, own, lags, -1)


def _labels(data: Data, frame: pd.DataFrame, unit: str, W: Links) -> list[Hashable]:
    if isinstance(data, Panel):
        return list(frame[data.unit])
    if unit:
        InputError.raise_if(missing_columns(frame, (unit,)))
        return list(frame[unit])
    plain = data.frame if isinstance(data, Dataset) else data
    labels = list(plain.index)
    if set(labels) != set(W.units):
        wanted = set(W.units)
        fitting = [str(name) for name in frame.columns if set(frame[name]) == wanted]
        if fitting:
            mend = f"say unit='{fitting[0]}'"
            raise InputError.one("data", "unit", "the index is not that of the weights", mend)
    return labels


def _stacked(panel: Panel, W: Links) -> tuple[npt.NDArray[np.intp], Links, int]:
    """Return the order by period and unit, the weights of a period, and the number of periods."""
    frame, times = panel.frame, panel.periods
    present = np.unique(times)
    units = list(W.units)
    place = {unit: i for i, unit in enumerate(units)}
    unknown = dict.fromkeys(unit for unit in frame[panel.unit] if unit not in place)
    faults = [
        Fault("data", panel.unit, "no weights for this unit", nearest(u, units), value=u)
        for u in unknown
    ]
    for now in present:
        held = set(frame[panel.unit].to_numpy()[times == now])
        mend = "give every unit every period: a spatial panel is balanced"
        faults += [
            Fault("data", panel.unit, f"missing in period {int(now)} of the panel", mend, value=u)
            for u in units
            if u not in held
        ][:8]
    InputError.raise_if(faults)
    rank = np.array([place[unit] for unit in frame[panel.unit]])
    return np.lexsort((rank, times)), W, len(present)
