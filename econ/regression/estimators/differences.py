"""First and long differences of a panel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError
from econ.regression.design.design import Design
from econ.regression.estimators.estimation import (
    Configured,
    Options,
    fit_least_squares,
    refuse_parts,
)
from econ.regression.formula.formula import Formula
from econ.regression.formula.terms import Call, Column, Factor, Node, Operation, Term
from econ.regression.panel.panel import Panel
from econ.regression.results.fit import Fit
from econ.regression.standard_errors.vcov import VcovSpec

__all__ = ["FirstDifferences", "LongDifferences", "differenced", "steps_of"]


@dataclass(frozen=True)
class FirstDifferences:
    """Least squares on changes from one period of a `Panel` to the next.

    Parameters
    ----------
    formula : str
        In levels: ``outcome ~ regressors``; every numeric term is differenced. The intercept is the
        mean change and goes with ``- 1``. Categories, periods for instance, are not differenced:
        they are effects on the change.
    vcov : str or mapping, optional
        Standard errors; clustered by unit where left out.
    weights : str
        A column of weights, read at the later period.
    level : float [-]
        Of the intervals.
    small_sample : {"fixest", "stata", "cgm", "demeaned", "plm", "none"}
    collinear : {"refuse", "drop"}

    References
    ----------
    [wooldridge_2010], section 10.6.

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": list("aabb"), "year": [1, 2, 1, 2]})
    >>> frame["jobs"], frame["inv"] = [1.0, 3.0, 5.0, 9.0], [0.0, 1.0, 0.0, 2.0]
    >>> panel = Panel(frame, unit="dep", time="year")
    >>> FirstDifferences("jobs ~ inv - 1", vcov="iid").fit(panel).params.round(9).to_dict()
    {'inv': 2.0}
    """

    formula: str
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Panel) -> Fit:
        """Return the estimates.

        Raises
        ------
        InputError
            With every fault; when the data are no `Panel`.
        """
        return _fit("First differences", self, data, steps_of(self, data))


@dataclass(frozen=True)
class LongDifferences:
    """Least squares on changes over several periods of a `Panel`.

    Parameters
    ----------
    formula : str
        In levels, as for `FirstDifferences`.
    periods : int, optional
        Length of the change, in steps of the panel; from the first to the last period where left
        out, one row for each unit then.
    vcov, weights, level, small_sample, collinear
        As for `FirstDifferences`.

    References
    ----------
    [wooldridge_2010], section 10.6.

    Examples
    --------
    >>> frame = pd.DataFrame({"dep": list("aabb"), "year": [2008, 2018] * 2})
    >>> frame["jobs"], frame["inv"] = [1.0, 3.0, 5.0, 9.0], [0.0, 1.0, 0.0, 2.0]
    >>> panel = Panel(frame, unit="dep", time="year")
    >>> LongDifferences("jobs ~ inv - 1", vcov="iid").fit(panel).params.round(9).to_dict()
    {'inv': 2.0}
    """

    formula: str
    periods: int | None = None
    vcov: VcovSpec = None
    weights: str = ""
    level: float = 0.90
    small_sample: str = "fixest"
    collinear: str = "refuse"

    def fit(self, data: Panel) -> Fit:
        """Return the estimates.

        Raises
        ------
        InputError
            With every fault; when the data are no `Panel`.
        """
        steps = steps_of(self, data)
        return _fit(f"Long differences ({steps} periods)", self, data, steps)


def steps_of(estimator: FirstDifferences | LongDifferences, data: object) -> int:
    """Return over how many periods an estimator takes its changes.

    Raises
    ------
    InputError
        When the data are no `Panel`, or have too few periods.
    """
    panel = _panel(data)
    if isinstance(estimator, FirstDifferences):
        return 1
    steps = int(panel.periods.max()) if estimator.periods is None else estimator.periods
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        mend = "give 1, 2, ... periods, and a panel of at least two"
        raise InputError.one("estimator", "periods", "no length of a change", mend, value=steps)
    return steps


def _panel(data: object) -> Panel:
    if not isinstance(data, Panel):
        mend = "fit econ.Panel(frame, unit=..., time=...)"
        raise InputError.one("data", "", "no panel", mend, value=type(data).__name__)
    return data


def _fit(name: str, estimator: Configured, data: Panel, steps: int) -> Fit:
    options = Options.read(estimator)
    refuse_parts(options.formula, effects=False, instruments=False)
    formula = differenced(options.formula, steps, data.frame)
    design = Design.build(formula, data, weights=estimator.weights, needed=options.needed)
    return fit_least_squares(name, design, options)


def differenced(formula: Formula, steps: int, frame: pd.DataFrame) -> Formula:
    """Return the formula with every numeric term in differences, its names as they were.

    Parameters
    ----------
    formula : Formula
    steps : int [period]
    frame : pandas.DataFrame
        Tells texts, which are categories, from numbers.

    Raises
    ------
    InputError
        When a category stands in a product, whose change has no one meaning.
    """
    faults: list[Fault] = []

    def changed(term: Term) -> Term:
        categories = [node for node in term.factors if _is_category(node, frame)]
        if not term.factors or (categories and len(term.factors) == 1):
            return term
        if categories:
            mend = "write the product as a column of its own"
            faults.append(Fault("formula", "", "a product with categories", mend, value=term.text))
            return term
        product: Node = term.factors[0]
        for node in term.factors[1:]:
            product = Operation("*", product, node)
        return Term((Call("diff", product, steps),), (term.text,))

    outcome = changed(formula.outcome)
    terms = tuple(changed(term) for term in formula.terms)
    InputError.raise_if(faults)
    return replace(formula, outcome=outcome, terms=terms)


def _is_category(node: Node, frame: pd.DataFrame) -> bool:
    if isinstance(node, Factor):
        return True
    if not isinstance(node, Column) or node.name not in frame.columns:
        return False
    dtype = frame[node.name].dtype
    return not (pd.api.types.is_numeric_dtype(dtype) or dtype == np.dtype(object))
