"""`LocalMultiplier`: non-traded jobs on traded jobs, with shift-share instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.instrumental import IV
from econ.regression.estimators.least_squares import OLS
from econ.regression.local_multiplier.jobs import Change, changes_of, spans_of
from econ.regression.local_multiplier.leaving_out import Estimate, just_identified, without_each
from econ.regression.local_multiplier.results import UNIT, LocalMultiplierFit
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit
from econ.regression.shift_share.design import ShiftShare
from econ.regression.standard_errors.vcov import Vcov, VcovSpec

__all__ = ["EXPOSED", "SHELTERED", "LocalMultiplier"]

# Own reading of A*10, after Frocrain and Giraud: sold to other places, or used where it is made.
EXPOSED: Final = ("B-E", "J", "K", "M_N")
SHELTERED: Final = ("F", "G-I", "L", "R-U")
FORMS: Final = ("share", "log")
INSTRUMENTS: Final = ("leave_one_out", "national", "none")
OUTCOME, TRADED, SKILLED, OTHER = "non_traded", "traded", "skilled", "other_traded"
SUM: Final = "share_of_traded"
JOBS: Final = "jobs"


@dataclass(frozen=True)
class LocalMultiplier:
    """Non-traded jobs on traded jobs across places, in long differences.

    Parameters
    ----------
    traded, non_traded : tuple of str
        Sectors. A sector is a column of the panel, or the part of its name after that of
        `measure`: ``"B-E"`` is ``employment_B_E``. The sectors of A*10 where left out.
    skilled : tuple of str
        Those of `traded` that are a group of their own.
    shocked : tuple of str
        Those of `traded` whose shocks make the instrument; all where left out.
    measure : str
        Column of all jobs.
    start, end : optional
        Times; the panel's first and last where left out.
    stacked : bool
        Whether all changes between neighbouring times are stacked, with effects of the period,
        in place of the one long difference.
    form : {"share", "log"}
        Changes over all jobs at the start, whose coefficient is jobs per job; or changes of
        logarithms, whose coefficient is Moretti's elasticity.
    instrument : {"leave_one_out", "national", "none"}
        Shares of traded sectors at the start times their growth in all other places, or in all
        places; or least squares.
    control_sum_of_shares : bool
        Whether the share of traded jobs at the start, to which shocks of all traded sectors
        apply, is among the controls.
    controls, effects : str
        Further terms and fixed effects, as in a formula; columns of the panel at the start.
    vcov : str or mapping, optional
        ``"AKM"``, ``"AKM0"``, or the common grammar. HC1 where left out, clustered by unit where
        stacked.
    weights : str
        A column, ``"jobs"`` for all jobs at the start.
    level : float [-]
    small_sample : {"fixest", "stata", "cgm", "plm", "none"}

    References
    ----------
    [moretti_2010]; [van_dijk_2014]; [frocrain_giraud_2018].

    Examples
    --------
    >>> from econ.regression.panel.regional_panel import regional_panel
    >>> fit = LocalMultiplier(instrument="none").fit(regional_panel(overseas=False))
    >>> fit.jobs_per_job().params.round(2).to_dict()
    {'traded': 0.65}
    """

    traded: tuple[str, ...] = EXPOSED
    non_traded: tuple[str, ...] = SHELTERED
    skilled: tuple[str, ...] = ()
    shocked: tuple[str, ...] = ()
    measure: str = "employment"
    start: Any = None
    end: Any = None
    stacked: bool = False
    form: str = "share"
    instrument: str = "leave_one_out"
    control_sum_of_shares: bool = True
    controls: str = ""
    effects: str = ""
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"

    def __post_init__(self) -> None:
        for name in ("traded", "non_traded", "skilled", "shocked"):
            value = getattr(self, name)
            object.__setattr__(self, name, (value,) if isinstance(value, str) else tuple(value))
        faults = [
            Fault("local multiplier", column, "unknown", nearest(value, known), value=value)
            for column, value, known in (
                ("form", self.form, FORMS),
                ("instrument", self.instrument, INSTRUMENTS),
            )
            if value not in known
        ]
        faults += [
            Fault("local multiplier", name, "no sectors", "name at least one")
            for name in ("traded", "non_traded")
            if not getattr(self, name)
        ]
        mend = "keep it in one of the two"
        faults += [
            Fault("local multiplier", "traded", "traded and non-traded", mend, value=sector)
            for sector in self.traded
            if sector in self.non_traded
        ]
        faults += [
            Fault("local multiplier", name, "not among the traded", "add it there", value=sector)
            for name in ("skilled", "shocked")
            for sector in getattr(self, name)
            if sector not in self.traded
        ]
        if self.skilled and set(self.skilled) == set(self.traded):
            mend = "leave some traded sectors to the other group"
            faults.append(Fault("local multiplier", "skilled", "all traded are skilled", mend))
        InputError.raise_if(faults)

    # ------------------------------------------------------------ what is regressed on what

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Sectors of each regressor."""
        if not self.skilled:
            return {TRADED: self.traded}
        rest = tuple(sector for sector in self.traded if sector not in self.skilled)
        return {SKILLED: self.skilled, OTHER: rest}

    def formula(self, panel: Panel) -> str:
        """Return the formula that is fitted to `frame`."""
        terms = [*([self.controls] if self.controls else [])]
        # Shares of traded jobs sum to one where changes are logarithms.
        incomplete = self.form == "share" and self.instrument != "none"
        if self.control_sum_of_shares and incomplete:
            terms.append(f"i({panel.time}, {SUM})" if self.stacked else SUM)
        effects = [*([self.effects] if self.effects else [])]
        effects += [panel.time] if self.stacked else []
        names = list(self.groups)
        if self.instrument == "none":
            terms = [*names, *terms]
        text = f"{OUTCOME} ~ {' + '.join(terms) or '1'}"
        text += f" | {' + '.join(effects)}" if effects else ""
        if self.instrument == "none":
            return text
        shocks = " + ".join(_instrument_of(name) for name in names)
        return f"{text} | {' + '.join(names)} ~ {shocks}"

    def frame(self, panel: Panel) -> pd.DataFrame:
        """Return the data: a row for each unit and period, with changes, shares and instruments.

        Raises
        ------
        InputError
            With every unknown sector and time, and every unit without figures.
        """
        _check(panel)
        return pd.concat([self._rows(panel, change) for change in self._changes(panel)])

    def _changes(self, panel: Panel) -> list[Change]:
        spans = spans_of(panel, self.start, self.end, stacked=self.stacked)
        return changes_of(panel, (*self.traded, *self.non_traded), self.measure, spans)

    def _rows(self, panel: Panel, change: Change) -> pd.DataFrame:
        def moved(name: str, sectors: Sequence[str]) -> Any:
            before = change.matrix(sectors).sum(axis=1)
            after = change.matrix(sectors, after=True).sum(axis=1)
            if self.form == "share":
                return (after - before) / change.total
            if (before <= 0.0).any() or (after <= 0.0).any():
                unit = change.units[int(np.argmin(np.minimum(before, after)))]
                mend = "leave the unit out, or choose form='share'"
                raise InputError.one("panel", name, "no jobs, no logarithm", mend, row=str(unit))
            return np.log(after) - np.log(before)

        columns: dict[str, Any] = {panel.unit: list(change.units), panel.time: change.start}
        columns[OUTCOME] = moved(OUTCOME, self.non_traded)
        for name, sectors in self.groups.items():
            columns[name] = moved(name, sectors)
            if self.instrument != "none":
                moving = self._shocked(sectors)
                shares = self._shares(change, moving)
                growth = (
                    change.growth_elsewhere(moving)
                    if self.instrument == "leave_one_out"
                    else change.growth(moving)
                )
                columns[_instrument_of(name)] = (shares * growth).sum(axis=1)
        columns[SUM] = self._shares(change, self._shocked(self.traded)).sum(axis=1)
        columns[JOBS] = change.total
        made = pd.DataFrame(columns)
        others = change.others.drop(columns=[c for c in made if c in change.others.columns])
        return pd.concat([made, others.reset_index(drop=True)], axis=1)

    def _shocked(self, sectors: Sequence[str]) -> tuple[str, ...]:
        return tuple(s for s in sectors if not self.shocked or s in self.shocked)

    def _shares(self, change: Change, sectors: Sequence[str]) -> Any:
        """Return initial jobs over all jobs, or over traded jobs where changes are logarithms."""
        held = change.matrix(sectors)
        return held / (change.total if self.form == "share" else held.sum(axis=1))[:, None]

    def shift_share(self, panel: Panel) -> ShiftShare:
        """Return the shift-share design: for Rotemberg weights, shock level, AKM.

        It is fitted to `frame`.

        Raises
        ------
        InputError
            When there are several groups of traded jobs, or no instrument.
        """
        if self.skilled or self.instrument == "none":
            mend = "leave out skilled= and take an instrument"
            raise InputError.one("local multiplier", "skilled", "no one shift-share", mend)
        shares, shocks, own = [], [], []
        sectors = list(self._shocked(self.traded))
        changes = self._changes(panel)
        for change in changes:
            index = pd.MultiIndex.from_product(
                [change.units, [change.start]], names=[panel.unit, panel.time]
            )
            table = partial(pd.DataFrame, index=index, columns=sectors)
            shares.append(table(self._shares(change, sectors)))
            own.append(table(change.growth_elsewhere(sectors)))
            shocks.append(pd.Series(change.growth(sectors), index=sectors))
        starts = [change.start for change in changes]
        whole = pd.concat(shocks, keys=starts, names=[panel.time, "sector"])
        return ShiftShare(
            pd.concat(shares),
            whole,
            self.formula(panel),
            unit=panel.unit,
            period=panel.time,
            vcov=self.vcov if self._by_shocks else "AKM",
            weights=self.weights,
            unit_shocks=pd.concat(own) if self.instrument == "leave_one_out" else None,
            level=self.level,
        )

    # ------------------------------------------------------------ estimates

    @property
    def _by_shocks(self) -> bool:
        asked = Vcov.parse(self.vcov)
        return asked is not None and asked.kind in ("AKM", "AKM0")

    def fit(self, panel: Panel) -> LocalMultiplierFit:
        """Return the estimates; `LocalMultiplierFit.jobs_per_job` turns them into jobs.

        Raises
        ------
        InputError
            With every fault of configuration or panel.
        """
        frame = self.frame(panel)
        formula = self.formula(panel)
        fit: Fit
        if self._by_shocks:
            fit = self.shift_share(panel).fit(frame)
        else:
            policy: VcovSpec = {"CRV1": panel.unit} if self.stacked else "HC1"
            chosen = IV if self.instrument != "none" else FixedEffects if "|" in formula else OLS
            fit = chosen(
                formula,
                vcov=policy if self.vcov is None else self.vcov,
                weights=self.weights,
                level=self.level,
                small_sample=self.small_sample,
            ).fit(frame)
            if self.instrument != "none" and not self.skilled:
                beside = self.shift_share(panel).fit(frame).diagnostics
                known = {row.name for row in fit.diagnostics}
                added = [row for row in beside if row.name not in known]
                fit = fit.replace(diagnostics=(*fit.diagnostics, *added))
        spans = spans_of(panel, self.start, self.end, stacked=self.stacked)
        words = ", ".join(f"{start} to {end}" for start, end in spans)
        return LocalMultiplierFit.of(
            fit.replace(
                estimator=f"Local multiplier, {fit.estimator}",
                sample=f"changes {words}; {fit.sample}",
                unit=UNIT if self.form == "share" else "elasticity",
                provenance=panel.provenance.step(f"local multiplier: {formula}"),
            ),
            tuple(self.groups),
            self._ratios(panel),
        )

    def _ratios(self, panel: Panel) -> tuple[float, ...]:
        if self.form == "share":
            return tuple(1.0 for _ in self.groups)
        changes = self._changes(panel)
        jobs = sum(float(change.matrix(self.non_traded).sum()) for change in changes)
        return tuple(
            jobs / sum(float(change.matrix(sectors).sum()) for change in changes)
            for sectors in self.groups.values()
        )

    # ------------------------------------------------------------ what it rests on

    def leaving_out_units(self, panel: Panel) -> pd.DataFrame:
        """Return the estimate of the first group without each unit in turn.

        Columns `left_out`, `estimate`, `std_error` (HC1), `change` [jobs per job] and
        `first_stage_F`, the largest change first. The instrument of the units that stay is as it
        was.
        """
        frame = self.frame(panel)
        rows = [
            (unit, self._estimate(panel, frame[frame[panel.unit] != unit]))
            for unit in dict.fromkeys(frame[panel.unit])
        ]
        return without_each(rows, self._estimate(panel, frame), self._ratios(panel)[0])

    def leaving_out_sectors(self, panel: Panel) -> pd.DataFrame:
        """Return the estimate with each sector's shock left out of the instrument in turn.

        Columns as of `leaving_out_units`. The regressor stays: what changes is what moves it, and
        with it the sum of shares that is held fixed.

        Raises
        ------
        InputError
            When fewer than two sectors make the instrument, or there are several groups.
        """
        sectors = self._shocked(self.traded)
        if len(sectors) < 2 or self.skilled or self.instrument == "none":
            mend = "take an instrument of at least two sectors, in one group"
            raise InputError.one("local multiplier", "traded", "none can be left out", mend)
        rows = []
        for sector in sectors:
            fewer = replace(self, shocked=tuple(other for other in sectors if other != sector))
            rows.append((sector, fewer._estimate(panel, fewer.frame(panel))))
        whole = self._estimate(panel, self.frame(panel))
        return without_each(rows, whole, self._ratios(panel)[0])

    def _estimate(self, panel: Panel, frame: pd.DataFrame) -> Estimate:
        return just_identified(self.formula(panel), frame, tuple(self.groups), self.weights)


def _instrument_of(name: str) -> str:
    return f"shift_share_{name}"


def _check(panel: Panel) -> None:
    if not isinstance(panel, Panel):
        mend = "give an econ.Panel, such as econ.regional_panel(overseas=False)"
        raise InputError.one("local multiplier", "", "no panel", mend, value=type(panel).__name__)
