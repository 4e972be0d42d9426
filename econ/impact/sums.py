"""Sums of impact rows that refuse to count anything twice."""

from __future__ import annotations

import pandas as pd

from econ.errors import InputError, SumError, nearest
from econ.quantity.units import Unit

__all__ = ["add_up"]


def add_up(frame: pd.DataFrame, measure: str) -> tuple[float, str]:
    """Add up rows of an impact frame that may be added, and say in which unit.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with the columns of `COLUMNS`.
    measure : str

    Returns
    -------
    (float, str)
        The sum and its unit: persons over several years become job-years.

    Raises
    ------
    InputError
        When there are no rows of the measure.
    SumError
        When rows of several scenarios or models, of totals with parts, or of several units meet.
    """
    rows = frame[frame["measure"] == measure]
    if rows.empty:
        known = sorted(set(frame["measure"]))
        raise InputError.one(
            "impacts", "measure", "no such rows", nearest(measure, known), value=measure
        )
    for column in ("scenario", "model", "unit"):
        found = set(rows[column])
        if len(found) > 1:
            raise SumError.mixed(column, found, f"choose one {column} first")
    for column in ("pledge", "phase", "effect", "product", "region", "year"):
        found = set(rows[column])
        total = {0} if column == "year" else {"_T"}
        if found & total and found - total:
            raise SumError.mixed(
                column, found, "a total stands among its parts; choose one of them"
            )
    keys = ["scenario", "model", "pledge", "phase", "effect", "region", "product", "year"]
    twice = rows[rows.duplicated(keys)]
    if len(twice) or rows["value"].isna().any():
        mend = "drop the repeated or empty rows"
        raise SumError.mixed("rows", [f"{len(twice)} repeated or empty"], mend)
    unit = Unit.parse(str(rows["unit"].iloc[0]))
    if len(set(rows["year"])) > 1:
        unit = unit.summed_over_years()
    return float(rows["value"].sum()), str(unit)
