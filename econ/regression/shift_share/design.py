"""Shift-share designs: regional exposure to the shocks of sectors."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.shift_share import akm_errors, rotemberg_weights
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.instrumental import IV
from econ.regression.estimators.least_squares import OLS
from econ.regression.formula.formula import Formula
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit, level_faults
from econ.regression.shift_share.exposure import Exposure
from econ.regression.shift_share.results import Rotemberg, ShiftShareFit, ShockLevel
from econ.regression.shift_share.sample import ShiftShareSample, sample_of, with_instrument
from econ.regression.shift_share.shock_level import shock_level_of
from econ.regression.standard_errors.vcov import Vcov, VcovSpec, small_sample_faults

__all__ = ["ShiftShare"]

Array = npt.NDArray[np.float64]
Data = Panel | Dataset | pd.DataFrame


@dataclass(frozen=True, eq=False)
class ShiftShare:
    """A shift-share (Bartik) design: what units are exposed to, and the shocks of sectors.

    Parameters
    ----------
    shares : pandas.DataFrame
        Long: columns `unit`, `sector`, `share` and perhaps `period`; absent rows are zero.
        Wide: one row for each unit, or unit and period, in the index or in columns of these
        names; one column for each sector, or for each pair of sector and period.
    shocks : pandas.Series, mapping or DataFrame, optional
        By sector, or by sector and period. A frame has columns `sector`, `shock`, perhaps
        `period`, and others that may cluster or balance. Left out where the data hold the
        instrument itself; AKM errors need the shares alone.
    formula : str
        ``outcome ~ controls | fixed effects | regressor ~ shift_share`` for two stages,
        ``outcome ~ shift_share + controls`` for the reduced form. A column of the data may stand
        for `shift_share`.
    unit, sector, period, share, shock : str
        Names of columns; `unit` and `period` also in the data. Without `unit`, the index of the
        data is the unit.
    clusters : str, mapping or sequence
        Of sectors, whose shocks are correlated: a column of the shocks, ``"sector"`` for a
        sector's shocks of all periods, ``"cell"`` for none, a mapping from sector, or a sequence
        in the order of sectors. By sector where left out.
    vcov : str or mapping
        ``"AKM"``, ``"AKM0"``, or any of the common grammar, which then clusters units.
    weights : str
        A column of the data.
    unit_shocks : pandas.DataFrame, optional
        Shocks that differ from unit to unit, as those that leave the unit out: rows as in wide
        shares, columns as the sectors. They make the instrument in place of `shocks`.
    control_sum_of_shares : bool
        Whether the sum of shares, by period where there are some, is among the controls. Where
        shares do not sum to one it should be: otherwise units are compared by how much they are
        exposed at all.
    level : float [-]
        Of the intervals.
    small_sample : {"fixest", "stata", "cgm", "plm", "none"}
        Of errors by the common grammar; AKM errors have none.

    References
    ----------
    [goldsmith_pinkham_2020]; [borusyak_hull_jaravel_2022]; [adao_kolesar_morales_2019].

    Examples
    --------
    >>> shares = pd.DataFrame({"a": [0.75, 0.25], "b": [0.25, 0.75]}, index=["north", "south"])
    >>> ShiftShare(shares, {"a": 4.0, "b": 0.0}).instrument().tolist()
    [3.0, 1.0]
    """

    shares: pd.DataFrame
    shocks: pd.Series[Any] | pd.DataFrame | Mapping[Any, float] | None = None
    formula: str = ""
    unit: str = ""
    sector: str = ""
    period: str = ""
    share: str = ""
    shock: str = ""
    clusters: str | Mapping[Any, Hashable] | Sequence[Hashable] = ""
    vcov: VcovSpec = "AKM"
    weights: str = ""
    unit_shocks: pd.DataFrame | None = None
    control_sum_of_shares: bool = False
    level: float = 0.90
    small_sample: str = "fixest"
    name: str = field(default="shift_share")

    @cached_property
    def exposure(self) -> Exposure:
        """Shares and shocks in one matrix."""
        return Exposure.read(
            self.shares,
            self.shocks,
            unit=self.unit,
            sector=self.sector,
            period=self.period,
            share=self.share,
            shock=self.shock,
        )

    def instrument(self) -> pd.Series[float]:
        """Return exposure times shocks, summed over sectors, by unit and period."""
        held = self.exposure
        if held.by_period and not held.dated:
            # Shares of a base period meet the shocks of every period.
            periods = list(dict.fromkeys(now for _, now in held.cells))
            units = [row[0] for row in held.rows]
            n = len(units)
            parts = []
            for now in periods:
                own = held.at(units, [now] * n)
                values = self._row_instrument(own, units, [now] * n)
                parts.append(pd.Series(values, index=units))
            found = pd.concat(parts, keys=periods).swaplevel()
            return found.rename_axis([self.unit or None, self.period or None]).rename(self.name)
        units = [row[0] for row in held.rows]
        times = [row[1] for row in held.rows] if held.dated else None
        values = self._row_instrument(held.shares, units, times)
        index: pd.Index[Any] = pd.Index(units, name=self.unit or None)
        if held.dated:
            names = [self.unit or None, self.period or None]
            index = pd.MultiIndex.from_tuples(held.rows, names=names)
        return pd.Series(values, index=index, name=self.name)

    def sum_of_shares(self) -> pd.Series[float]:
        """Return the sum of each unit's shares: one where they are complete."""
        held = self.exposure
        labels = [row[0] if row[1] is None else row for row in held.rows]
        return pd.Series(held.shares.sum(axis=1), index=labels, name="sum_of_shares")

    def _product(self, shares: Array) -> Array:
        found: Array = shares @ self._known_shocks()
        return found

    def _known_shocks(self) -> Array:
        if self.exposure.shocks is None:
            mend = "give shocks="
            raise InputError.one("shift share", "shocks", "no shocks", mend)
        return self.exposure.shocks

    # ------------------------------------------------------------ estimates

    def fit(self, data: Data) -> Fit:
        """Return the coefficient of the regressor, controls partialled out.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every unit without shares, sector without shock, unknown column.
        """
        asked = Vcov.parse(self.vcov)
        kind = "AKM" if asked is None else asked.kind
        if kind not in ("AKM", "AKM0"):
            return self._by_units(data)
        sample = self._sample(data)
        codes, words = self.cluster_codes()
        errors = akm_errors(
            sample.outcome,
            sample.regressor,
            sample.instrument,
            sample.shares,
            sample.weights,
            clusters=codes,
        )
        first = akm_errors(
            sample.regressor,
            sample.instrument,
            sample.instrument,
            sample.shares,
            sample.weights,
            clusters=codes,
        )
        return ShiftShareFit.made(
            sample, errors, first, codes, f"{kind}{words}", null=kind == "AKM0", level=self.level
        )

    def rotemberg(self, data: Data) -> Rotemberg:
        """Return Rotemberg weights and the estimate that each share alone would give.

        Raises
        ------
        InputError
            As `fit`, and when there are no shocks.
        """
        shocks = self._known_shocks()
        sample = self._sample(data)
        found = rotemberg_weights(
            sample.outcome, sample.regressor, sample.shares, shocks, sample.weights
        )
        return Rotemberg.made(self.exposure.cells, shocks, found)

    def shock_level(
        self,
        data: Data,
        *,
        controls: str | Sequence[str] = (),
        balance: str | Sequence[str] = (),
        small_sample: str = "fixest",
    ) -> ShockLevel:
        """Return the same estimate from a regression across shocks, with exposure-robust errors.

        Sectors that have no shock, because shares do not sum to one, enter as one more shock of
        zero in each period, unless the sum of shares is controlled for.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame
        controls : str or sequence of str
            Columns of the shocks; numbers as they are, others as categories. The coefficient then
            differs from `fit` unless their exposure is among the controls of the formula.
        balance : str or sequence of str
            Columns of the data or of the shocks that the shocks should not predict.
        small_sample : {"fixest", "none"}

        References
        ----------
        [borusyak_hull_jaravel_2022], propositions 1 and 5.

        Raises
        ------
        InputError
            As `fit`, and when there are no shocks or a column is unknown.
        """
        shocks = self._known_shocks()
        controls, balance = (
            (names,) if isinstance(names, str) else tuple(names) for names in (controls, balance)
        )
        sample = self._sample(data, also=balance)
        codes, _ = self.cluster_codes()
        return shock_level_of(
            sample,
            self.exposure,
            shocks,
            codes,
            controls=controls,
            balance=balance,
            small_sample=small_sample,
            level=self.level,
        )

    # ------------------------------------------------------------ how

    def _sample(self, data: Data, also: Sequence[str] = ()) -> ShiftShareSample:
        Vcov.parse(self.vcov)
        InputError.raise_if([*level_faults(self.level), *small_sample_faults(self.small_sample)])
        return sample_of(
            data,
            self.exposure,
            formula=self.formula,
            name=self.name,
            instrument=self._row_instrument,
            unit=self.unit,
            period=self.period,
            weights=self.weights,
            control_sum_of_shares=self.control_sum_of_shares,
            also=tuple(also),
        )

    def _row_instrument(
        self, shares: Array, units: Sequence[Hashable], periods: Sequence[Hashable] | None
    ) -> Array:
        """Return the instrument of the rows of a data set whose shares are known."""
        if self.unit_shocks is None:
            return self._product(shares)
        own = Exposure.read_unit_shocks(self.unit_shocks, self.exposure.cells, units, periods)
        found: Array = (shares * own).sum(axis=1)
        return found

    def _by_units(self, data: Data) -> Fit:
        """Return the same estimate with errors of the common grammar."""
        whole, formula = with_instrument(
            data,
            self.exposure,
            formula=self.formula,
            name=self.name,
            instrument=self._row_instrument,
            unit=self.unit,
            period=self.period,
            control_sum_of_shares=self.control_sum_of_shares,
        )
        parsed = Formula.parse(formula)
        estimator = IV if parsed.endogenous else FixedEffects if parsed.effects else OLS
        return estimator(
            formula,
            vcov=self.vcov,
            weights=self.weights,
            level=self.level,
            small_sample=self.small_sample,
        ).fit(whole)

    def cluster_codes(self) -> tuple[npt.NDArray[np.intp], str]:
        """Return the cluster of each shock, shape (k,), and what they are in words."""
        cells = self.exposure.cells
        if isinstance(self.clusters, str):
            if self.clusters == "cell":
                labels: list[Hashable] = list(cells)
            elif self.clusters in self.exposure.columns:
                labels = list(self.exposure.columns[self.clusters])
            elif self.clusters in ("", "sector", self.sector):
                labels = [sector for sector, _ in cells]
            else:
                mend = nearest(self.clusters, ("sector", "cell", *self.exposure.columns))
                problem = "no such column of the shocks"
                raise InputError.one("shift share", "clusters", problem, mend, value=self.clusters)
        elif isinstance(self.clusters, Mapping):
            lost = [sector for sector, _ in cells if sector not in self.clusters]
            InputError.raise_if(
                [
                    Fault("shift share", "clusters", "sector without cluster", "add it", value=name)
                    for name in dict.fromkeys(lost)
                ]
            )
            labels = [self.clusters[sector] for sector, _ in cells]
        else:
            labels = list(self.clusters)
            if len(labels) != len(cells):
                mend = f"give {len(cells)}, one for each sector in their order"
                problem = f"{len(labels)} clusters"
                raise InputError.one("shift share", "clusters", problem, mend)
        codes, names = pd.factorize(pd.Series(labels, dtype=object))
        if len(names) < 2:
            mend = "give shocks of several sectors, or clusters that tell sectors apart"
            raise InputError.one("shift share", "clusters", "a single cluster", mend)
        words = "" if len(names) == len(cells) else f", shocks clustered ({len(names)})"
        return np.asarray(codes, dtype=np.intp), words
