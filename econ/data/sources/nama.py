"""Eurostat national and regional accounts: employment by product, and NUTS 0 to 3 figures."""

from __future__ import annotations

import pandas as pd

from econ.data.nuts import LEVELS
from econ.data.schema import Reading, Schema
from econ.errors import Fault, InputError

__all__ = [
    "read_employment",
    "read_regional_employment",
    "read_regional_gdp",
    "read_regional_gva",
]


def read_employment(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read employment by product and year: persons and any other column, each a satellite."""
    missing = [name for name in ("product", "year") if name not in text]
    InputError.raise_if([Fault(file, name, "column missing", "add it") for name in missing])
    long = text.melt(
        id_vars=["product", "year"], var_name="satellite", value_name="value", ignore_index=False
    )
    return schema.typed(long[schema.names], file)


def read_regional_employment(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read employment by region, year and industry (A*10), in thousand persons."""
    columns = {"geo": "region", "nace_r2": "industry", "ths_persons": "value"}
    return _regional(text.rename(columns=columns), "employment", "thousand persons", file, schema)


def read_regional_gva(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read gross value added by region and industry (A*10), in MEUR of the year."""
    columns = {"geo": "region", "nace_r2": "industry", "meur": "value"}
    return _regional(text.rename(columns=columns), "gva", "MEUR basic", file, schema)


def read_regional_gdp(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read GDP by region and year, in MEUR of the year."""
    long = text.melt(id_vars="geo", var_name="year", value_name="value", ignore_index=False)
    long = long.rename(columns={"geo": "region"})
    long["level"] = [LEVELS.get(len(code), "") for code in long["region"]]
    long["industry"] = "TOTAL"
    return _regional(long, "gdp", "MEUR", file, schema)


def _regional(long: pd.DataFrame, measure: str, unit: str, file: str, schema: Schema) -> Reading:
    filled = long.assign(measure=measure, unit=unit, flag="")
    return schema.typed(filled[schema.names], file)
