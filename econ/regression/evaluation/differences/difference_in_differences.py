"""Two groups and two spans of time: difference in differences, and the triple difference."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.doubly_robust import METHODS, effect_on_changes
from econ.regression.design.design import Design
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.least_squares import OLS
from econ.regression.formula.formula import Formula
from econ.regression.formula.terms import Column, Term
from econ.regression.panel.panel import Panel, frame_of, missing_columns
from econ.regression.results.fit import Fit
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["DifferenceInDifferences", "TripleDifference"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
SHOWN: Final = 5
WAYS: Final = ("regression", *METHODS)


@dataclass(frozen=True)
class DifferenceInDifferences:
    """The change of the treated group less the change of the other.

    Parameters
    ----------
    formula : str
        ``outcome ~ covariates``; ``~ 1`` may be left out.
    treated, post : str
        Columns of ones and zeros: the group that is treated, and the time from when it is.
    unit : str
        Column of the unit, where the rows are a panel. Errors are then clustered by it;
        ``method`` other than "regression" needs it, with one row before and one after.
    method : {"regression", "dr", "imp", "reg", "ipw"}
        Least squares on group, time, their product and covariates; or changes by unit compared
        given covariates before: doubly robust, improved (``DRDID``'s default), by outcome
        regression, by inverse probabilities.
    vcov : str or mapping, optional
        Of the regression; HC1 where left out and there is no unit.
    weights : str
        A column.
    level : float [share]
    small_sample : str
        Convention of the small-sample factor of the regression, see `econ.OLS`.

    References
    ----------
    [card_krueger_1994]; [santanna_zhao_2020] for "dr".

    Examples
    --------
    >>> frame = pd.DataFrame({"nj": [1, 1, 0, 0] * 2, "d": [0] * 4 + [1] * 4,
    ...                       "jobs": [4.0, 6, 7, 9, 9, 7, 8, 6]})
    >>> model = DifferenceInDifferences("jobs", treated="nj", post="d", vcov="iid")
    >>> model.fit(frame).params.round(6).to_dict()
    {'nj:d': 4.0, 'Intercept': 8.0, 'nj': -3.0, 'd': -1.0}
    """

    formula: str
    treated: str
    post: str
    unit: str = ""
    method: str = "regression"
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates, the effect first: term ``treated:post``.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault: columns that hold more than ones and zeros, an empty group, a
            treatment that switches off within a unit.
        """
        return _differences(self, (self.treated, self.post), data)


@dataclass(frozen=True)
class TripleDifference:
    """Difference in differences of one group less that of another that treatment cannot reach.

    Parameters
    ----------
    formula, post, unit, method, vcov, weights, level, small_sample
        As for `DifferenceInDifferences`.
    treated : str
        Column of ones and zeros: places that are treated.
    eligible : str
        Column of ones and zeros: the group within a place that treatment reaches.

    Notes
    -----
    With covariates, ``method="dr"`` compares the treated and eligible with each of the three other
    groups, given the covariates of the treated, instead of adding covariates to one regression.

    References
    ----------
    [olden_moen_2022]

    Examples
    --------
    >>> rows = [(p, e, t, 1.0 * p + e + t + 2 * p * e * t) for p in (0, 1) for e in (0, 1)
    ...         for t in (0, 1)]
    >>> frame = pd.DataFrame(rows * 2, columns=["place", "industry", "after", "jobs"])
    >>> model = TripleDifference("jobs", treated="place", eligible="industry", post="after")
    >>> round(model.fit(frame).params["place:industry:after"], 6)
    np.float64(2.0)
    """

    formula: str
    treated: str
    eligible: str
    post: str
    unit: str = ""
    method: str = "regression"
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates, the effect first: term ``treated:eligible:post``.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault, as `DifferenceInDifferences.fit`.
        """
        return _differences(self, (self.treated, self.eligible, self.post), data)


Configured = DifferenceInDifferences | TripleDifference


def _differences(model: Configured, factors: tuple[str, ...], data: Any) -> Fit:
    frame = frame_of(data)
    text = model.formula if "~" in str(model.formula) else f"{model.formula} ~ 1"
    if len(set(factors)) < len(factors):
        mend = "name a column of its own for each"
        raise InputError.one("estimator", ", ".join(factors), "one column twice", mend)
    faults = list(_faults(model, factors, frame))
    formula = None
    try:
        formula = Formula.parse(text)
        faults += missing_columns(frame, formula.columns)
    except InputError as refused:
        faults += refused.faults
    InputError.raise_if(faults)
    assert formula is not None
    if model.method != "regression":
        return _by_units(model, factors, formula, frame)
    joint = ":".join(factors)
    parts = [":".join(one) for one in _subsets(factors)]
    covariates = [term.text for term in formula.terms if term.factors and term.text not in parts]
    right = " + ".join([joint, *[part for part in parts if part != joint], *covariates])
    options: dict[str, Any] = {
        "vcov": {"CRV1": model.unit} if model.vcov is None and model.unit else model.vcov,
        "weights": model.weights,
        "level": model.level,
        "small_sample": model.small_sample,
    }
    outcome = formula.outcome.text
    if formula.effects:
        held = " + ".join(effect.text for effect in formula.effects)
        with_effects = FixedEffects(f"{outcome} ~ {right} | {held}", collinear="drop", **options)
        return with_effects.fit(data).replace(estimator=_name(model))
    found = OLS(f"{outcome} ~ {right}", **options).fit(data)
    order = sorted(range(len(found.terms)), key=lambda place: found.terms[place] != joint)
    return found.replace(
        estimator=_name(model),
        terms=tuple(found.terms[place] for place in order),
        estimates=found.estimates[order],
        covariance=found.covariance[np.ix_(order, order)],
    )


def _subsets(factors: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return all products of factors, single ones first."""
    chosen = [
        tuple(name for name, used in zip(factors, mask, strict=True) if used)
        for mask in product((True, False), repeat=len(factors))
        if any(mask)
    ]
    return sorted(chosen, key=len)


def _name(model: Configured) -> str:
    kind = (
        "Triple difference" if isinstance(model, TripleDifference) else "Difference in differences"
    )
    return kind if model.method == "regression" else f"{kind} ({model.method})"


def _faults(model: Configured, factors: tuple[str, ...], frame: pd.DataFrame) -> list[Fault]:
    faults = missing_columns(frame, tuple(name for name in (*factors, model.unit) if name))
    if model.method not in WAYS:
        mend = nearest(model.method, WAYS)
        faults.append(Fault("estimator", "method", "unknown", mend, value=model.method))
    elif model.method != "regression" and not model.unit:
        mend = "name the column: unit='...', or take method='regression'"
        faults.append(Fault("estimator", "unit", "changes need units", mend))
    if faults:
        return faults
    values = frame[list(factors)].apply(pd.to_numeric, errors="coerce")
    for name in factors:
        wrong = values[name].notna() & ~values[name].isin((0, 1)) | (
            frame[name].notna() & values[name].isna()
        )
        faults += [
            Fault("data", name, "neither one nor zero", "give 1 and 0", row, frame[name].loc[row])
            for row in frame.index[wrong][:SHOWN]
        ]
    if faults:
        return faults
    present = set(values.dropna().itertuples(index=False, name=None))
    faults += [
        Fault("data", ", ".join(factors), "no rows of this group", "give all of them", value=cell)
        for cell in product((0, 1), repeat=len(factors))
        if cell not in present
    ]
    if model.unit:
        fixed = list(factors[:-1])
        moved = values[fixed].groupby(frame[model.unit]).nunique().max(axis=1)
        faults += [
            Fault(
                "data",
                ", ".join(fixed),
                f"{model.unit} {name} changes its group",
                "a group is for good: give each unit one, or leave it out",
            )
            for name in moved.index[moved > 1][:SHOWN]
        ]
    return faults


def _by_units(
    model: Configured, factors: tuple[str, ...], formula: Formula, frame: pd.DataFrame
) -> Fit:
    """Compare changes of units, given the covariates they had before."""
    groups, post = factors[:-1], factors[-1]
    asked = Formula(
        formula.text,
        formula.outcome,
        (*formula.terms, *[Term((Column(name),), (name,)) for name in factors]),
    )
    design = Design.build(asked, frame, weights=model.weights, needed=(model.unit,))
    after = design.numbers(post) > 0.0
    unit = design.codes(model.unit)
    labels = design.labels(model.unit)
    faults = [
        Fault("data", model.unit, "several rows at one time", "average them", value=labels[code])
        for side in (after, ~after)
        for code in np.flatnonzero(np.bincount(unit[side]) > 1)[:SHOWN]
    ]
    InputError.raise_if(faults)
    both = np.intersect1d(unit[after], unit[~after])
    if not both.size:
        mend = "give a row before and one after, or take method='regression'"
        raise InputError.one("data", model.unit, "no unit is seen before and after", mend)
    place = np.zeros((2, len(labels)), dtype=np.int64)
    for side, mask in enumerate((~after, after)):
        place[side, unit[mask]] = np.flatnonzero(mask)
    before, later = place[0, both], place[1, both]
    change = design.y[later] - design.y[before]
    block = design.exogenous
    used = [n for n, name in enumerate(block.names) if name not in factors]
    covariates = block.values[before][:, used]
    weights = np.ones(both.size) if design.weights is None else design.weights[before]
    member = np.column_stack([design.numbers(name)[before] for name in groups])
    value, influence = _compared(change, member, covariates, weights, model.method)
    n = both.size
    lost = len(labels) - n
    return Fit(
        estimator=_name(model),
        outcome=design.outcome,
        terms=(":".join(factors),),
        estimates=np.array([value]),
        covariance=np.array([[influence @ influence / n**2]]),
        degrees_of_freedom=float("inf"),
        nobs=2 * n,
        vcov=f"influence of units ({n})",
        clusters=(n,),
        sample=design.sample + (f"; {lost} units seen once left out" if lost else ""),
        level=model.level,
        provenance=design.provenance.step(f"{_name(model)}: {formula.text}"),
        vintage=design.vintage,
    )


def _compared(
    change: Array, member: Array, covariates: Array, weights: Array, method: Any
) -> tuple[float, Array]:
    """Return the effect on the group of all ones, from each comparison it takes."""
    own = np.asarray(member.all(axis=1), dtype=bool)
    total, influence = 0.0, np.zeros(len(change))
    for cell in product((0.0, 1.0), repeat=member.shape[1]):
        if all(cell):
            continue
        other = np.asarray((member == np.array(cell)).all(axis=1), dtype=bool)
        # One group apart adds, two groups apart take away: (11-10) + (11-01) - (11-00).
        sign = 1.0 if member.shape[1] - sum(cell) == 1 else -1.0
        inside = own | other
        found = effect_on_changes(
            change[inside], own[inside].astype(float), covariates[inside], weights[inside], method
        )
        if not np.isfinite(found.value):
            mend = "give more units or fewer covariates"
            raise InputError.one("data", "", "covariates tell treated and controls apart", mend)
        total += sign * found.value
        influence[inside] += sign * found.influence * (len(change) / inside.sum())
    return total, influence
