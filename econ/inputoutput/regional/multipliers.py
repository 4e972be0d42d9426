"""Multipliers of one region by every method, beside the country's, and against surveyed tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.inputoutput.regional.activity import RegionalActivity
from econ.inputoutput.regional.methods import QUOTIENTS, Regionalisation
from econ.inputoutput.regional.trade import regional_trade, sheltered_products
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.operator import LeontiefOperator
from econ.kernels.inputoutput.quotients import simple_quotient

__all__ = ["compare_with_survey", "regional_coefficients", "regional_multipliers"]

Array = npt.NDArray[np.float64]
NATIONAL = "national"


def regional_coefficients(
    table: InputOutputTable,
    activity: RegionalActivity,
    method: Regionalisation,
    *,
    distances: Array | None = None,
    spread: Mapping[str, str] | None = None,
) -> dict[str, Array]:
    """Return what each area's producers buy from producers of the area itself, per output.

    A location quotient is applied cell by cell, as its authors do; other methods say what an area
    covers of each product, for all users alike.

    Parameters
    ----------
    table : InputOutputTable
        Of the country.
    activity : RegionalActivity
    method : Regionalisation
        Sheltered industries are covered as far as supply and demand allow.
    distances, spread
        As in `regional_trade`.

    Returns
    -------
    dict of str to ndarray, shape (n, n) [-]
        By area.

    References
    ----------
    [miller_blair_2009], section 8.2; [flegg_webber_1997].
    """
    areas = activity.areas.axis.labels
    quotient = method.method in QUOTIENTS
    if quotient:
        between, _ = method.covered(activity.quotients(table.products), activity.size)
    if not quotient or method.sheltered:
        trade = regional_trade(table, activity, method, distances=distances, spread=spread)
        covered = np.repeat(trade.own[:, :, None], len(table.products), axis=2)
        if quotient:
            here = sheltered_products(table, activity, method)
            between = np.where(here[None, :, None], covered, between)
        else:
            between = covered
    return {area: part * table.coefficients for area, part in zip(areas, between, strict=True)}


def regional_multipliers(
    table: InputOutputTable,
    activity: RegionalActivity,
    methods: Iterable[Regionalisation],
    *,
    areas: Sequence[str],
    products: Sequence[str] | None = None,
    measures: Sequence[str] = ("output", "employment"),
    distances: Array | None = None,
    spread: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return Type I effects within an area by every method, beside those of the country.

    Parameters
    ----------
    table : InputOutputTable
        Of the country.
    activity : RegionalActivity
    methods : iterable of Regionalisation
    areas : sequence of str
    products : sequence of str, optional
        All of them where left out.
    measures : sequence of str
    distances, spread
        As in `regional_trade`.

    Returns
    -------
    pandas.DataFrame
        Columns region, title, product, measure, method, effect (per unit of final demand for the
        area's product, in the area alone; ``national`` in the whole country), share_of_national,
        unit.

    Raises
    ------
    InputError
        With every area, product or measure that is unknown.

    References
    ----------
    [miller_blair_2009], sections 6.3 and 8.2.
    """
    chosen = activity.areas.axis.positions(areas)
    labels = list(products or table.products.labels)
    places = list(table.products.positions(labels))
    values, units = [], []
    for measure in measures:
        row, unit = table.measure(measure)
        values.append(table.per_output(row))
        units.append(f"{unit} per {table.unit}")
    direct = np.array(values).T
    national = table.operator.solve_transposed(direct)
    rows = []

    def add(area: str, method: str, effect: Array) -> None:
        for column, (measure, unit) in enumerate(zip(measures, units, strict=True)):
            for label, place in zip(labels, places, strict=True):
                found, whole = float(effect[place, column]), float(national[place, column])
                title = activity.areas.titles.get(area, area)
                part = found / whole if whole else np.nan
                rows.append((area, title, label, measure, method, found, part, unit))

    wanted = [activity.areas.axis.labels[place] for place in chosen]
    for area in wanted:
        add(area, NATIONAL, national)
    for method in _methods(methods):
        own = regional_coefficients(table, activity, method, distances=distances, spread=spread)
        for area in wanted:
            add(area, method.statement, _solved(own[area], direct, area, method))
    columns = ["region", "title", "product", "measure", "method", "effect"]
    return pd.DataFrame(rows, columns=[*columns, "share_of_national", "unit"])


def compare_with_survey(
    national: InputOutputTable,
    surveyed: Mapping[str, InputOutputTable],
    methods: Iterable[Regionalisation],
    *,
    by: str = "output",
) -> pd.DataFrame:
    """Hold the location quotients against regional tables that were surveyed.

    Parameters
    ----------
    national : InputOutputTable
        Domestic flows of the country.
    surveyed : mapping of str to InputOutputTable
        Tables of regions on the products of the national one: flows between producers of the
        region, and output.
    methods : iterable of Regionalisation
        Location quotients only; sheltered industries are not used. For the best delta, give one
        method for each.
    by : str
        What the quotients are made of: ``output``, or a measure that all tables have
        (``employment``).

    Returns
    -------
    pandas.DataFrame
        One row per method, and per region and all of them (``_T``): method, delta, region,
        mean_absolute_error, mean_absolute_percentage_error and weighted_percentage_error (by
        output) of output multipliers, mean_percentage_error (above zero: overstated) and
        coefficients_weighted_percentage_error, best (smallest weighted error of multipliers over
        all regions).

    Raises
    ------
    InputError
        When a region's products are not the country's, or a method is no location quotient.

    References
    ----------
    [flegg_tohmo_2013], section 4 (the measures of error); [jahn_flegg_tohmo_2020].
    """
    _check_surveyed(national, surveyed)
    activity = np.array([table.measure(by)[0] for table in surveyed.values()])
    whole = national.measure(by)[0]
    slq, size = simple_quotient(activity, whole), activity.sum(axis=1) / whole.sum()
    ones = np.ones(len(national.products))
    truth = [(table.operator.solve_transposed(ones), table) for table in surveyed.values()]
    rows = []
    for method in _methods(methods):
        between, _ = method.covered(slq, size)
        errors = []
        for part, (multipliers, table) in zip(between, truth, strict=True):
            own = part * national.coefficients
            estimate = _solved(own, ones, table.name, method)
            errors.append(_errors(estimate, multipliers, own, table))
        for region, found in zip(surveyed, errors, strict=True):
            rows.append({"method": method.method, "delta": method.delta, "region": region, **found})
        together = {name: float(np.mean([e[name] for e in errors])) for name in errors[0]}
        rows.append({"method": method.method, "delta": method.delta, "region": "_T", **together})
    frame = pd.DataFrame(rows)
    total = frame["region"] == "_T"
    best = frame.loc[total, "weighted_percentage_error"].idxmin()
    return frame.assign(best=frame.index == best)


def _solved(own: Array, sides: Array, area: str, method: Regionalisation) -> Array:
    try:
        return LeontiefOperator(own).solve_transposed(sides)
    except ArithmeticError as error:
        mend = "the area is so specialised that its coefficients exceed the country's; take flq"
        raise InputError.one(area, method.statement, "unproductive by this method", mend) from error


def _methods(given: Iterable[Regionalisation] | Regionalisation) -> list[Regionalisation]:
    methods = [given] if isinstance(given, Regionalisation) else list(given)
    if not methods or not all(isinstance(method, Regionalisation) for method in methods):
        mend = "give one or more econ.Regionalisation"
        raise InputError.one("regionalisation", "methods", "no methods", mend, value=given)
    return methods


def _check_surveyed(national: InputOutputTable, surveyed: Mapping[str, InputOutputTable]) -> None:
    if not surveyed:
        raise InputError.one("survey", "surveyed", "no regions", "give at least one table")
    faults: list[Fault] = []
    for region, table in surveyed.items():
        wrong = [label for label in table.products.labels if label not in national.products]
        missing = [label for label in national.products.labels if label not in table.products]
        mend = "map one of the two tables to the products of the other"
        faults += [
            Fault(
                region,
                "product",
                "not the country's",
                nearest(label, national.products.labels),
                value=label,
            )
            for label in wrong
        ]
        faults += [Fault(region, "product", "product missing", mend, value=x) for x in missing]
        if not wrong and not missing and table.products.labels != national.products.labels:
            faults.append(Fault(region, "product", "in another order", "give the national order"))
        if table.unit != national.unit:
            mend = "convert one of the two"
            faults.append(
                Fault(region, "unit", f"not {national.unit}", mend, value=str(table.unit))
            )
    InputError.raise_if(faults)


def _errors(
    estimate: Array, truth: Array, coefficients: Array, table: InputOutputTable
) -> dict[str, float]:
    made = table.output > 0.0
    gap, true, weight = (estimate - truth)[made], truth[made], table.output[made]
    surveyed = table.coefficients * table.output
    cells = np.abs(coefficients * table.output - surveyed).sum()
    size = surveyed.sum()
    return {
        "mean_absolute_error": float(np.abs(gap).mean()),
        "mean_absolute_percentage_error": float(100.0 * (np.abs(gap) / true).mean()),
        "weighted_percentage_error": float(
            100.0 * (weight * np.abs(gap)).sum() / (weight * true).sum()
        ),
        "mean_percentage_error": float(100.0 * (gap / true).mean()),
        "coefficients_weighted_percentage_error": float(100.0 * cells / size) if size else np.nan,
    }
