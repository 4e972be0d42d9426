"""Two groups and two spans of time: difference in differences, and the triple difference."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.doubly_robust import METHODS
from econ.regression.design.design import Design
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.least_squares import OLS
from econ.regression.evaluation.differences.groups import groups_of_rows, groups_of_units
from econ.regression.formula.formula import Formula
from econ.regression.formula.terms import Column, Term
from econ.regression.panel.panel import Panel, frame_of, missing_columns
from econ.regression.results.fit import Fit
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["DifferenceInDifferences", "TripleDifference"]

SHOWN: Final = 5
WAYS: Final = ("regression", *METHODS)


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What differences in differences have in common.

    Parameters
    ----------
    unit : str
        Column of the unit, where the rows are a panel. Errors are then clustered by it;
        ``method`` other than "regression" needs it, with one row before and one after.
    method : {"regression", "dr", "imp", "reg", "ipw"}
        Least squares on group, time, their product and covariates; or changes by unit compared
        given covariates before: doubly robust, improved (``DRDID``'s default), by outcome
        regression, by inverse probabilities.
    panel : bool
        False for repeated cross-sections, where other units are seen before and after: rows are
        then compared given covariates of their own, as ``DRDID`` with ``panel = FALSE``, and
        `unit`, if given, clusters them.
    vcov : str or mapping, optional
        Of the regression; HC1 where left out and there is no unit.
    weights : str
        A column.
    level : float [share]
    small_sample : str
        Convention of the small-sample factor of the regression, see `econ.OLS`.
    """

    unit: str = ""
    method: str = "regression"
    panel: bool = True
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"

    kind: ClassVar[str] = ""
    named: ClassVar[tuple[str, ...]] = ()

    @property
    def factors(self) -> tuple[str, ...]:
        """The columns whose product is the effect, time last."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """The formula with its right-hand side."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """Of the estimator, as tables show it."""
        return self.kind if self.method == "regression" else f"{self.kind} ({self.method})"

    def fit(self, data: Panel | Dataset | pd.DataFrame) -> Fit:
        """Return the estimates, the effect first: the term of the joint product.

        Parameters
        ----------
        data : Panel, Dataset or DataFrame

        Raises
        ------
        InputError
            With every fault: columns that hold more than ones and zeros, an empty group, a
            treatment that switches off within a unit.
        """
        frame = frame_of(data)
        factors = self.factors
        if len(set(factors)) < len(factors) and all(isinstance(name, str) for name in factors):
            mend = "name a column of its own for each"
            raise InputError.one("estimator", ", ".join(factors), "one column twice", mend)
        faults = list(_faults(self, frame))
        formula = None
        try:
            formula = Formula.parse(self.text)
            faults += missing_columns(frame, formula.columns)
        except InputError as refused:
            faults += refused.faults
        InputError.raise_if(faults)
        assert formula is not None
        if self.method == "regression":
            return _by_regression(self, formula, data)
        return _compared(self, formula, frame)


@dataclass(frozen=True)
class DifferenceInDifferences(Differences):
    """The change of the treated group less the change of the other.

    Parameters
    ----------
    formula : str
        ``outcome ~ covariates``; ``~ 1`` may be left out.
    treated, post : str
        Columns of ones and zeros: the group that is treated, and the time from when it is.
    unit, method, panel, vcov, weights, level, small_sample
        By name; see `Differences`.

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

    kind = "Difference in differences"
    named = ("treated", "post")

    @property
    def factors(self) -> tuple[str, ...]:
        """Group and time."""
        return (self.treated, self.post)

    @property
    def text(self) -> str:
        """The formula with its right-hand side."""
        return _with_right(self.formula)


@dataclass(frozen=True)
class TripleDifference(Differences):
    """Difference in differences of one group less that of another that treatment cannot reach.

    Parameters
    ----------
    formula : str
        As for `DifferenceInDifferences`.
    treated : str
        Column of ones and zeros: places that are treated.
    eligible : str
        Column of ones and zeros: the group within a place that treatment reaches.
    post : str
        Column of ones and zeros: the time from when it does.
    unit, method, panel, vcov, weights, level, small_sample
        By name; see `Differences`.

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

    kind = "Triple difference"
    named = ("treated", "eligible", "post")

    @property
    def factors(self) -> tuple[str, ...]:
        """Place, group and time."""
        return (self.treated, self.eligible, self.post)

    @property
    def text(self) -> str:
        """The formula with its right-hand side."""
        return _with_right(self.formula)


def _with_right(formula: object) -> str:
    return str(formula) if "~" in str(formula) else f"{formula} ~ 1"


def _by_regression(model: Differences, formula: Formula, data: Any) -> Fit:
    """Return least squares on all products of the factors, the joint one first."""
    joint = ":".join(model.factors)
    parts = [":".join(one) for one in _subsets(model.factors)]
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
        return with_effects.fit(data).replace(estimator=model.name)
    found = OLS(f"{outcome} ~ {right}", **options).fit(data)
    order = sorted(range(len(found.terms)), key=lambda place: found.terms[place] != joint)
    return found.replace(
        estimator=model.name,
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


def _faults(model: Differences, frame: pd.DataFrame) -> list[Fault]:
    factors = model.factors
    faults = [
        Fault("estimator", name, "not named", "name the column", value=column)
        for name, column in (*zip(model.named, factors, strict=True), ("unit", model.unit))
        if not isinstance(column, str) or (not column and name != "unit")
    ]
    if not isinstance(model.panel, bool):
        mend = "write True for a panel, False for repeated cross-sections"
        faults.append(Fault("estimator", "panel", "neither", mend, value=model.panel))
    if faults:
        return faults
    faults = missing_columns(frame, tuple(name for name in (*factors, model.unit) if name))
    if model.method not in WAYS:
        mend = nearest(model.method, WAYS)
        faults.append(Fault("estimator", "method", "unknown", mend, value=model.method))
    elif model.method != "regression" and model.vcov is not None:
        mend = "leave it out: errors sum the influence of units, or of rows by unit"
        faults.append(Fault("estimator", "vcov", "not of this method", mend, value=str(model.vcov)))
    elif model.method != "regression" and model.panel and not model.unit:
        mend = "name the column, unit='...'; of repeated cross-sections write panel=False"
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
    if model.unit and model.panel:
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


def _compared(model: Differences, formula: Formula, frame: pd.DataFrame) -> Fit:
    """Compare changes of units, or rows, given covariates."""
    asked = Formula(
        formula.text,
        formula.outcome,
        (*formula.terms, *[Term((Column(name),), (name,)) for name in model.factors]),
    )
    needed = (model.unit,) if model.unit else ()
    design = Design.build(asked, frame, weights=model.weights, needed=needed)
    of = groups_of_units if model.panel else groups_of_rows
    found = of(design, model.factors, unit=model.unit, method=model.method)
    value, influence = found.total()
    sums = np.bincount(found.clusters, influence)
    return Fit(
        estimator=model.name,
        outcome=design.outcome,
        terms=(":".join(model.factors),),
        estimates=np.array([value]),
        covariance=np.array([[sums @ sums / len(influence) ** 2]]),
        degrees_of_freedom=float("inf"),
        nobs=found.rows,
        vcov=f"{found.words} ({len(sums)})",
        clusters=(len(sums),),
        sample=design.sample + found.note,
        level=model.level,
        provenance=design.provenance.step(f"{model.name}: {formula.text}"),
        vintage=design.vintage,
    )
