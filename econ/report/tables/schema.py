"""The columns of every table of a report, kept over releases so that old vintages stay readable.

A release may add a table, or a column at the end of one. It takes none away and changes no type.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import pandas as pd

from econ.errors import EconError, InputError, nearest

__all__ = ["chosen", "conformed", "found_types", "schema_text", "schemas"]

TYPES: Final[Mapping[str, Any]] = {
    "text": "str",
    "number": "float64",
    "whole": "int64",
    "yes_no": "bool",
    "date": "datetime64[us]",
}


@cache
def schemas() -> Mapping[str, Mapping[str, str]]:
    """Return the type of every column of every table, in order."""
    text = resources.files("econ.report.tables").joinpath("schema.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def chosen(table: str) -> Mapping[str, Mapping[str, str]]:
    """Return the schema of one table; of all where none is named.

    Raises
    ------
    InputError
        When there is no such table.
    """
    known = schemas()
    if table and table not in known:
        raise InputError.one("report", "table", "no such table", nearest(table, known), value=table)
    return {table: known[table]} if table else known


def conformed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return a table with exactly the columns and types of its schema, in its order.

    Parameters
    ----------
    frame : pandas.DataFrame
        Without any column where the study has nothing for the table.
    table : str

    Raises
    ------
    EconError
        When a column is missing, unknown, or not of its type.
    """
    wanted = schemas().get(table)
    if wanted is None:
        raise EconError(f"no schema for the table {table}; add it to schema.toml")
    if not len(frame.columns):
        frame = pd.DataFrame(columns=list(wanted))
    apart = sorted(set(frame.columns) ^ set(wanted))
    if apart:
        raise EconError(f"the table {table} and its schema differ in {', '.join(apart)}")
    try:
        return frame[list(wanted)].astype({name: TYPES[kind] for name, kind in wanted.items()})
    except (ValueError, TypeError) as error:
        raise EconError(
            f"the table {table} does not have the types of its schema: {error}"
        ) from error


def found_types(frame: pd.DataFrame) -> dict[str, str]:
    """Return the type of every column of a frame in the words of the schema.

    Examples
    --------
    >>> found_types(pd.DataFrame({"year": [2024], "value": [1.0], "unit": ["persons"]}))
    {'year': 'whole', 'value': 'number', 'unit': 'text'}
    """
    kinds = {kind: name for name, kind in TYPES.items()}
    return {str(name): kinds.get(str(kind), "text") for name, kind in frame.dtypes.items()}


def schema_text(tables: Mapping[str, Mapping[str, str]]) -> str:
    """Return schemas as the text of ``schema.toml``."""
    parts = []
    for table, columns in tables.items():
        lines = [f'{name} = "{kind}"' for name, kind in columns.items()]
        parts.append("\n".join([f"[{table}]", *lines]))
    return "\n\n".join(parts) + "\n"
