"""The rows of a shift-share regression, after their controls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError
from econ.kernels.regression.least_squares import collinear_columns
from econ.kernels.regression.shift_share import partialled_out
from econ.quantity.provenance import Provenance
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.formula.formula import Formula
from econ.regression.panel.panel import Panel, frame_of, missing_columns
from econ.regression.shift_share.exposure import Exposure

__all__ = ["ShiftShareSample", "sample_of", "with_instrument"]

Array = npt.NDArray[np.float64]
Data = Panel | Dataset | pd.DataFrame
RowInstrument = Callable[[Array, Sequence[Hashable], Sequence[Hashable] | None], Array]
SUM: Final = "sum_of_shares"
# What rounding leaves of a column that the controls span.
NOTHING: Final = 1e-8


@dataclass(frozen=True)
class ShiftShareSample:
    """Arrays over the rows kept, controls and fixed effects taken out.

    Parameters
    ----------
    outcome, regressor, instrument : ndarray, shape (n,)
    shares : ndarray, shape (n, k)
        As they are, not after the controls.
    weights : ndarray, shape (n,)
    raw_sums : ndarray, shape (n,)
        Sums of shares.
    incomplete : bool
        Whether shares do not sum to one and the controls do not hold their sum fixed.
    incomplete_by_period : bool
        Whether the controls do not hold it fixed in each period.
    periods : tuple, n, or None
        Of each row, where shares or shocks have some.
    also : mapping of str to ndarray, shape (n,)
        Other columns, after the controls.
    collinear : tuple of str
        Controls that others contain; the sum of shares may be one by design and is not named.
    outcome_name, term, sample, vintage : str
    provenance : Provenance
    """

    outcome: Array
    regressor: Array
    instrument: Array
    shares: Array
    weights: Array
    raw_sums: Array
    incomplete: bool
    incomplete_by_period: bool
    periods: tuple[Hashable, ...] | None
    also: Mapping[str, Array]
    collinear: tuple[str, ...]
    outcome_name: str
    term: str
    reduced: bool
    sample: str
    vintage: str
    provenance: Provenance

    @property
    def nobs(self) -> int:
        """Number of rows, n."""
        return len(self.outcome)


def _keys(
    data: Data, frame: pd.DataFrame, exposure: Exposure, unit: str, period: str
) -> tuple[list[Hashable], list[Hashable] | None]:
    """Return the unit and period of each row of the data."""
    if isinstance(data, Panel):
        unit, period = unit or data.unit, period or data.time
    needed = exposure.by_period or exposure.dated
    InputError.raise_if(missing_columns(frame, tuple(name for name in (unit,) if name)))
    if needed and not period:
        mend = "say period= with the name of its column in the data"
        raise InputError.one("shift share", "period", "shares or shocks differ by period", mend)
    if needed:
        InputError.raise_if(missing_columns(frame, (period,)))
    units = list(frame[unit]) if unit else list(_plain(data).index)
    return units, list(frame[period]) if needed else None


def _plain(data: Data) -> pd.DataFrame:
    return data.frame if isinstance(data, Dataset | Panel) else data


def with_instrument(
    data: Data,
    exposure: Exposure,
    *,
    formula: str,
    name: str,
    instrument: RowInstrument,
    unit: str,
    period: str,
    control_sum_of_shares: bool,
) -> tuple[Data, str]:
    """Return the data with the instrument and, if asked, the sum of shares as columns.

    Raises
    ------
    InputError
        When a unit has no shares, or the data hold a column of the instrument's name.
    """
    frame = frame_of(data)
    units, periods = _keys(data, frame, exposure, unit, period)
    shares = exposure.at(units, periods)
    added: dict[str, Array] = {}
    if name in Formula.parse(formula).columns:
        if name in frame.columns:
            mend = "rename that column, or leave out the shocks to use it as the instrument"
            raise InputError.one("data", name, "the data have a column of this name", mend)
        added[name] = instrument(shares, units, periods)
    text = formula
    if control_sum_of_shares:
        sums = _sums_by_period(shares, exposure)
        names = [SUM] if sums.shape[1] == 1 else [f"{SUM}_{i + 1}" for i in range(sums.shape[1])]
        added |= dict(zip(names, sums.T, strict=True))
        head, bar, tail = formula.partition("|")
        text = f"{head.rstrip()} + {' + '.join(names)} {bar}{tail}".rstrip()
    whole = frame.assign(**added)
    if isinstance(data, Panel):
        return Panel(whole, data.unit, data.time, data.spacing, data.provenance), text
    return whole, text


def _sums_by_period(shares: Array, exposure: Exposure) -> Array:
    periods = list(dict.fromkeys(now for _, now in exposure.cells))
    return np.column_stack(
        [
            shares[:, [j for j, cell in enumerate(exposure.cells) if cell[1] == now]].sum(axis=1)
            for now in periods
        ]
    )


def sample_of(
    data: Data,
    exposure: Exposure,
    *,
    formula: str,
    name: str,
    instrument: RowInstrument,
    unit: str,
    period: str,
    weights: str,
    control_sum_of_shares: bool,
    also: tuple[str, ...] = (),
) -> ShiftShareSample:
    """Return the sample of a formula on data; parameters as of `ShiftShare`.

    Raises
    ------
    InputError
        When the formula has not one regressor and one instrument, and as `with_instrument`.
    """
    _refuse_no_formula(formula, name)
    whole, text = with_instrument(
        data,
        exposure,
        formula=formula,
        name=name,
        instrument=instrument,
        unit=unit,
        period=period,
        control_sum_of_shares=control_sum_of_shares,
    )
    parsed = Formula.parse(text)
    frame = frame_of(whole)
    inside = tuple(column for column in also if column in frame.columns)
    design = Design.build(parsed, whole, weights=weights, needed=inside)
    units, periods = _keys(data, frame, exposure, unit, period)
    shares = exposure.at(units, periods)[design.kept]
    controls, regressor, instrumented, term = _roles(design, name)
    sizes = design.weights if design.weights is not None else np.ones(design.nobs)
    sums = _sums_by_period(shares, exposure)
    others = [design.numbers(column) for column in inside]
    columns = np.column_stack([design.y, regressor, instrumented, sums, *others])
    left, controls = _after_controls(design, columns, controls, sizes)
    _refuse_nothing_left(
        {name: instrumented, term: regressor}, {name: left[:, 2], term: left[:, 1]}
    )
    of_sums, rest = np.split(left[:, 3:], [sums.shape[1]], axis=1)
    return ShiftShareSample(
        outcome=left[:, 0],
        regressor=left[:, 1],
        instrument=left[:, 2],
        shares=shares,
        weights=sizes,
        raw_sums=shares.sum(axis=1),
        incomplete=bool(np.abs(of_sums.sum(axis=1)).max() > NOTHING),
        incomplete_by_period=bool(np.abs(of_sums).max() > NOTHING),
        periods=None if periods is None else tuple(periods[i] for i in design.kept),
        also=_to_be_balanced(inside, others, rest),
        collinear=_contained(design, term, controls, sizes),
        outcome_name=design.outcome,
        term=term,
        reduced=not parsed.endogenous,
        sample=design.sample,
        vintage=design.vintage,
        provenance=design.provenance,
    )


def _refuse_no_formula(formula: str, name: str) -> None:
    if not formula:
        mend = f'give formula="outcome ~ controls | regressor ~ {name}"'
        raise InputError.one("shift share", "formula", "no formula", mend)


def _after_controls(
    design: Design, columns: Array, controls: Array, sizes: Array
) -> tuple[Array, Array]:
    """Return columns less fixed effects and controls, and the controls less fixed effects."""
    if design.effects:
        absorbed = Absorption(design.effects, design.slopes, design.weights)
        both = absorbed.residuals(np.column_stack([columns, controls]))
        columns, controls = both[:, : columns.shape[1]], both[:, columns.shape[1] :]
    return partialled_out(columns, controls, sizes), controls


def _refuse_nothing_left(before: Mapping[str, Array], after: Mapping[str, Array]) -> None:
    """Refuse an instrument, the first, or a regressor, the last, that the controls span."""
    mends = (
        "leave a control out, or give shocks that differ",
        "leave a control out, or take one that varies",
    )
    InputError.raise_if(
        [
            Fault("shift share", name, "the controls leave nothing of it", mend)
            for name, mend in zip(before, mends, strict=False)
            if np.abs(after[name]).max() <= NOTHING * np.abs(before[name]).max()
        ]
    )


def _to_be_balanced(
    names: Sequence[str], before: Sequence[Array], after: Array
) -> dict[str, Array]:
    """Return other columns after the controls; of a control nothing is left to be balanced."""
    found = {}
    for name, whole, left in zip(names, before, after.T, strict=True):
        spanned = np.abs(left).max(initial=0.0) <= NOTHING * np.abs(whole).max(initial=0.0)
        found[name] = np.full_like(left, np.nan) if spanned else left
    return found


def _contained(design: Design, term: str, controls: Array, sizes: Array) -> tuple[str, ...]:
    """Return the controls that those before them contain."""
    names = [name for name in design.exogenous.names if name != term]
    weighted = controls * np.sqrt(sizes)[:, None]
    before = np.linalg.norm(
        np.delete(design.exogenous.values, _places(design, term), axis=1) * np.sqrt(sizes)[:, None],
        axis=0,
    )
    gone = collinear_columns(weighted, before, NOTHING)
    return tuple(names[place] for place in gone if not names[place].startswith(SUM))


def _places(design: Design, term: str) -> list[int]:
    return [place for place, name in enumerate(design.exogenous.names) if name == term]


def _roles(design: Design, name: str) -> tuple[Array, Array, Array, str]:
    """Return controls, regressor, instrument and the regressor's name."""
    exogenous = design.exogenous
    if design.endogenous.names:
        counts = len(design.endogenous.names), len(design.instruments.names)
        if counts != (1, 1):
            mend = f"write one regressor and one instrument: ... | regressor ~ {name}"
            problem = f"{counts[0]} regressors and {counts[1]} instruments"
            raise InputError.one("formula", "", problem, mend, value=design.formula.text)
        regressor, instrument = design.endogenous.values[:, 0], design.instruments.values[:, 0]
        return exogenous.values, regressor, instrument, design.endogenous.names[0]
    if name not in exogenous.names:
        mend = f"write '| regressor ~ {name}' at its end, or {name} among the regressors"
        problem = f"without {name}"
        raise InputError.one("formula", "", problem, mend, value=design.formula.text)
    place = exogenous.names.index(name)
    controls = np.delete(exogenous.values, place, axis=1)
    values = exogenous.values[:, place]
    return controls, values, values, name
