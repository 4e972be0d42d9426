"""Local projections: what follows an impulse, one regression for each horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.regression.design.expressions import Columns
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.instrumental import IV
from econ.regression.estimators.least_squares import OLS
from econ.regression.evaluation.dynamics.responses import ImpulseResponse
from econ.regression.formula.formula import Formula
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit, level_faults
from econ.regression.standard_errors.covariance import default_lag
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["CumulativeMultiplier", "LocalProjection"]

Array = npt.NDArray[np.float64]
RESPONSES: Final = ("level", "difference", "cumulative")
FILE: Final = "local projection"
RESPONSE, IMPULSE, OTHER = "response_at_horizon", "impulse_to_horizon", "other_state"


@dataclass(frozen=True)
class LocalProjection:
    """The response of an outcome at each horizon after an impulse.

    Parameters
    ----------
    outcome, shock : str
        Columns, or expressions of a formula such as ``log(gdp)``.
    horizons : int
        The last one; the first is 0, the period of the impulse.
    lags : int
        Lags of outcome and shock among the controls. With one time series they also make plain
        heteroskedasticity-robust errors valid.
    controls : str or sequence of str
        Further terms of a formula, taken as they are: ``"lag(unemp, 1)"``.
    effects : str
        Fixed effects, as in ``"dep + year"``.
    instruments : sequence of str
        Of the shock.
    response : {"level", "difference", "cumulative"}
        The outcome at the horizon, its change since the period before the impulse, or its sum from
        the impulse on.
    state : str
        A column of 0 and 1, known before the impulse: every term is interacted with it, and each
        state has a response of its own.
    vcov : str or mapping, optional
        Any of the grammar. Where left out: by unit in a panel; for one series HC1 with lags, and
        Newey-West over the horizon without.
    common_sample : bool
        Use at every horizon the rows that the last one has.
    level : float [-]
    small_sample : str

    References
    ----------
    [jorda_2005], section I; [montiel_olea_plagborg_moller_2021] on errors with lags.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"place": "a", "t": range(9), "x": [0.0, 1, 0, 0, 2, 0, 0, 1, 0]})
    >>> frame["y"] = 3.0 * frame["x"] + 1.5 * frame["x"].shift(1, fill_value=0.0)
    >>> found = LocalProjection("y", "x", horizons=1, lags=0).fit(Panel(frame, "place", "t"))
    >>> found.horizons, found.estimates.shape
    ((0, 1), (2, 1))
    """

    outcome: str
    shock: str
    horizons: int = 8
    lags: int = 2
    controls: str | Sequence[str] = ()
    effects: str = ""
    instruments: Sequence[str] = ()
    response: Literal["level", "difference", "cumulative"] = "level"
    state: str = ""
    vcov: VcovSpec = None
    common_sample: bool = False
    level: float = 0.90
    small_sample: str = "fixest"

    def __post_init__(self) -> None:
        faults = [*level_faults(self.level), *_count_faults(self.horizons, self.lags)]
        if self.response not in RESPONSES:
            mend = nearest(self.response, RESPONSES)
            faults.append(Fault(FILE, "response", "unknown", mend, value=self.response))
        InputError.raise_if(faults)

    @property
    def formula(self) -> str:
        """The regression of one horizon."""
        return _formula(self, self.shock, self.instruments)

    def fit(self, data: Panel) -> ImpulseResponse:
        """Return the responses.

        Raises
        ------
        InputError
            With every fault of configuration or panel; a horizon without enough rows is named.
        """
        return _fitted(self, data, self.shock, self.instruments, total_impulse=False)


@dataclass(frozen=True)
class CumulativeMultiplier:
    """The sum of an outcome over that of an impulse, both from the shock to each horizon.

    Parameters
    ----------
    outcome, impulse : str
        Say GDP and public spending, in the same unit.
    instruments : sequence of str
        The shock, known before: it moves the impulse and nothing else.
    horizons, lags, controls, effects, state, vcov, common_sample, level, small_sample
        As for `LocalProjection`; lags are of outcome, impulse and instruments. Errors of one series
        are Newey-West, over the horizon or longer.

    References
    ----------
    [ramey_zubairy_2018], equation 3 (and 4 for states).

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"t": range(200), "news": rng.normal(size=200), "place": "a"})
    >>> frame["g"] = frame["news"] + 0.5 * frame["news"].shift(1, fill_value=0.0)
    >>> frame["y"] = 0.8 * frame["g"]
    >>> panel = Panel(frame, unit="place", time="t")
    >>> found = CumulativeMultiplier("y", "g", ["news"], horizons=2, lags=0).fit(panel)
    >>> found.estimates.round(6).ravel().tolist()
    [0.8, 0.8, 0.8]
    """

    outcome: str
    impulse: str
    instruments: Sequence[str]
    horizons: int = 20
    lags: int = 4
    controls: str | Sequence[str] = ()
    effects: str = ""
    state: str = ""
    vcov: VcovSpec = None
    common_sample: bool = False
    level: float = 0.90
    small_sample: str = "fixest"
    response: Literal["cumulative"] = "cumulative"

    def __post_init__(self) -> None:
        if isinstance(self.instruments, str):
            object.__setattr__(self, "instruments", (self.instruments,))
        faults = [*level_faults(self.level), *_count_faults(self.horizons, self.lags)]
        if not len(self.instruments):
            mend = "name the shock, as in instruments=['news']"
            faults.append(Fault(FILE, "instruments", "a multiplier needs an instrument", mend))
        InputError.raise_if(faults)

    @property
    def formula(self) -> str:
        """The regression of one horizon."""
        return _formula(self, IMPULSE, self.instruments)

    def fit(self, data: Panel) -> ImpulseResponse:
        """Return the multipliers.

        Raises
        ------
        InputError
            With every fault of configuration or panel.
        """
        return _fitted(self, data, self.impulse, self.instruments, total_impulse=True)


Configuration = LocalProjection | CumulativeMultiplier


def _count_faults(horizons: Any, lags: Any) -> list[Fault]:
    return [
        Fault(FILE, name, "no number of periods", "write 0 or more", value=value)
        for name, value in (("horizons", horizons), ("lags", lags))
        if isinstance(value, bool) or not isinstance(value, int) or value < 0
    ]


def _formula(rule: Configuration, shock: str, instruments: Sequence[str]) -> str:
    """Return the formula of any horizon, over the columns that `_fitted` adds."""
    lagged = [rule.outcome]
    total = isinstance(rule, CumulativeMultiplier)
    lagged += [rule.impulse] if isinstance(rule, CumulativeMultiplier) else [shock]
    lagged += list(instruments) if total else []
    terms = [
        f"lag({name}, {lag})" for name in dict.fromkeys(lagged) for lag in range(1, rule.lags + 1)
    ]
    terms += [rule.controls] if isinstance(rule.controls, str) else list(rule.controls)
    states = [rule.state, OTHER] if rule.state else []

    def each(name: str) -> list[str]:
        return [f"{state}:{name}" for state in states] or [name]

    controls = [term for name in terms for term in each(name)]
    controls += [rule.state] if rule.state else []
    effects = f" | {rule.effects}" if rule.effects else ""
    if instruments:
        first = " + ".join(each(shock))
        second = " + ".join(term for name in instruments for term in each(name))
        return f"{RESPONSE} ~ {' + '.join(controls) or '1'}{effects} | {first} ~ {second}"
    return f"{RESPONSE} ~ {' + '.join([*each(shock), *controls])}{effects}"


def _fitted(
    rule: Configuration,
    data: Any,
    shock: str,
    instruments: Sequence[str],
    *,
    total_impulse: bool,
) -> ImpulseResponse:
    panel = _panel_of(data)
    _refuse_taken(panel, rule.state)
    outcome, impulse = (_evaluated(panel, text) for text in (rule.outcome, shock))
    added = panel.frame.copy()
    if rule.state:
        added[OTHER] = 1.0 - added[rule.state].to_numpy(dtype=np.float64)
    name = IMPULSE if total_impulse else shock
    formula = _formula(rule, name, instruments)
    states = (f"{rule.state} = 1", f"{rule.state} = 0") if rule.state else ("",)
    labels = tuple(label or (shock if not total_impulse else f"sum of {shock}") for label in states)
    fits, faults = [], []
    longest = _moved(panel, outcome, rule.response, rule.horizons)
    for horizon in range(rule.horizons + 1):
        moved = _moved(panel, outcome, rule.response, horizon)
        if rule.common_sample:
            moved = np.where(np.isnan(longest), np.nan, moved)
        added[RESPONSE] = moved
        if total_impulse:
            added[IMPULSE] = _moved(panel, impulse, "cumulative", horizon)
        here = Panel(added, panel.unit, panel.time, panel.spacing, panel.provenance)
        try:
            fits.append(_estimator(rule, formula, here, horizon).fit(here))
        except InputError as error:
            faults += [_at(fault, horizon) for fault in error.faults]
            if len(faults) > SHOWN:
                break
    InputError.raise_if(faults)
    keys = _keys(fits[0], name, rule.state)
    return ImpulseResponse(
        outcome=rule.outcome,
        response=rule.response,
        horizons=tuple(range(rule.horizons + 1)),
        labels=labels,
        keys=keys,
        fits=tuple(fit.replace(outcome=rule.outcome) for fit in fits),
        level=rule.level,
    )


SHOWN: Final = 4


def _at(fault: Fault, horizon: int) -> Fault:
    problem = f"{fault.problem} (at horizon {horizon})"
    return Fault(fault.file, fault.column, problem, fault.mend, fault.row, fault.value)


def _keys(fit: Fit, name: str, state: str) -> tuple[str, ...]:
    """Return the terms of the impulse as the fits call them."""
    if not state:
        return (fit.terms[fit.index(name)],)
    held = {"".join(term.split()): term for term in fit.terms}
    texts = [(f"{label}:{name}", f"{name}:{label}") for label in (state, OTHER)]
    plain = [tuple("".join(text.split()) for text in both) for both in texts]
    return tuple(held[one] if one in held else held[other] for one, other in plain)


def _panel_of(data: Any) -> Panel:
    if isinstance(data, Panel):
        return data
    mend = 'write Panel(frame, unit="...", time="..."); one series is a panel of one unit'
    raise InputError.one("data", "", "periods are not named", mend, value=type(data).__name__)


def _refuse_taken(panel: Panel, state: str) -> None:
    faults = [
        Fault("data", name, "a name this estimator needs", "rename the column")
        for name in (RESPONSE, IMPULSE, OTHER)
        if name in panel.frame
    ]
    if state and state not in panel.frame:
        faults.append(Fault("data", state, "no such column", nearest(state, panel.frame.columns)))
    elif state:
        held = panel.frame[state].dropna().unique()
        if not set(np.asarray(held, dtype=np.float64)) <= {0.0, 1.0}:
            faults.append(Fault("data", state, "no state of 0 and 1", "write 0 or 1 in every row"))
    InputError.raise_if(faults)


def _evaluated(panel: Panel, text: str) -> Array:
    """Return a column or an expression in every row, shape (n,)."""
    formula = Formula.parse(f"{text} ~ 1")
    missing = [
        Fault("data", name, "no such column", nearest(name, panel.frame.columns))
        for name in formula.columns
        if name not in panel.frame
    ]
    InputError.raise_if(missing)
    columns = Columns(panel.frame, panel)
    values = columns.evaluate(formula.outcome.factors[0])
    InputError.raise_if(columns.faults)
    return np.asarray(values, dtype=np.float64)


def _moved(panel: Panel, values: Array, response: str, horizon: int) -> Array:
    """Return the response at a horizon in the row of the impulse, NaN where it is not observed."""
    if response == "cumulative":
        total = values.copy()
        for step in range(1, horizon + 1):
            total = total + panel.shifted(values, -step)
        return total
    ahead = panel.shifted(values, -horizon) if horizon else values
    return ahead - panel.shifted(values, 1) if response == "difference" else ahead


def _estimator(rule: Configuration, formula: str, panel: Panel, horizon: int) -> Any:
    options: dict[str, Any] = {
        "vcov": _vcov(rule, panel, horizon),
        "level": rule.level,
        "small_sample": rule.small_sample,
    }
    if rule.instruments:
        return IV(formula, **options)
    return FixedEffects(formula, **options) if rule.effects else OLS(formula, **options)


def _vcov(rule: Configuration, panel: Panel, horizon: int) -> VcovSpec:
    """Return the errors asked for, or the policy of the class."""
    if rule.vcov is not None:
        return rule.vcov
    if len(panel.labels) > 1:
        return {"CRV1": panel.unit}
    multiplier = isinstance(rule, CumulativeMultiplier)
    if rule.lags and not multiplier and rule.response != "cumulative":
        return "HC1"
    usual = default_lag(len(panel.frame))
    return {"HAC": {"lag": max(horizon, usual if multiplier else horizon)}}
