"""What a schema is: columns of a kind and unit, a key, and rules; enforced by pandera.

Every failure comes back as a `Fault` that names file, row, column, value and mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pandas as pd

from econ.data.rules import Known
from econ.errors import Fault, InputError, nearest

__all__ = ["Column", "Reading", "Schema", "once_per_cell"]

Rule = Callable[[pd.DataFrame, str, Known], list[Fault]]
DTYPES: Final = {
    "text": "str",
    "number": "float64",
    "integer": "int64",
    "date": "datetime64[ms]",
    "flag": "bool",
}


# Above it a 64-bit float skips whole numbers.
LARGEST_WHOLE: Final = 2**53
LARGEST_NUMBER: Final = 1e15


@dataclass(frozen=True)
class Column:
    """One column of a schema.

    Parameters
    ----------
    kind : {"text", "number", "integer", "date", "flag"}
    unit : str
        Unit of the numbers in it, or empty.
    empty : bool
        Whether a cell may be left empty.
    choices : tuple of str
        The only texts allowed, where there are any.
    positive : bool
        Whether numbers below zero are refused.
    """

    name: str
    kind: str = "text"
    unit: str = ""
    empty: bool = False
    choices: tuple[str, ...] = ()
    positive: bool = False


@dataclass(frozen=True)
class Schema:
    """The columns of a dataset, the columns that make a row unique, and rules between cells."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def names(self) -> list[str]:
        """Column names in their order."""
        return [column.name for column in self.columns]

    @property
    def units(self) -> Mapping[str, str]:
        """Units by column, where a column has one."""
        return {column.name: column.unit for column in self.columns if column.unit}

    def typed(self, text: pd.DataFrame, file: str) -> Reading:
        """Turn a frame of texts, indexed by the lines of its file, into the schema's kinds.

        Returns
        -------
        Reading
            Cells that could not be turned are empty in its frame and named in its faults.

        Raises
        ------
        InputError
            With every column that is missing or unknown.
        """
        InputError.raise_if(_column_faults(self, list(text.columns), file))
        typed, faults = {}, []
        for column in self.columns:
            typed[column.name], wrong = _cast(text[column.name].str.strip(), column, file)
            faults += wrong
        return Reading(pd.DataFrame(typed), tuple(faults))

    def faults(self, frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
        """Return everything wrong with a typed frame."""
        found = _column_faults(self, list(frame.columns), file)
        if found:
            return found
        if frame.empty:
            return [Fault(file, "", "no rows", "write at least one row")]
        found += _pandera_faults(self, frame, file)
        for rule in self.rules:
            found += rule(frame, file, known)
        return found


@dataclass(frozen=True)
class Reading:
    """A text read into a schema: the frame, indexed by the lines of the file, and its faults."""

    frame: pd.DataFrame
    faults: tuple[Fault, ...] = ()


def once_per_cell(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults with the first of several on the same cell and value."""
    first: dict[tuple[object, ...], Fault] = {}
    for fault in faults:
        first.setdefault((fault.file, fault.row, fault.column, fault.value), fault)
    return list(first.values())


def _column_faults(schema: Schema, columns: list[str], file: str) -> list[Fault]:
    missing = [name for name in schema.names if name not in columns]
    extra = [name for name in columns if name not in schema.names]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    return [
        *[Fault(file, name, "column missing", f"add it ({schema.name})") for name in missing],
        *[Fault(file, name, "unknown column", nearest(name, schema.names)) for name in extra],
        *[Fault(file, name, "column stands twice", "keep one of the two") for name in twice],
    ]


def line_of(index: object) -> int:
    """Return the line of a text file, or the row of a Parquet file, behind an index label."""
    return int(str(index))


def _cast(cells: pd.Series[Any], column: Column, file: str) -> tuple[pd.Series[Any], list[Fault]]:
    filled = cells != ""
    faults: list[Fault] = []
    if column.kind == "text":
        return cells.where(filled, None).astype("str"), faults
    if column.kind == "flag":
        known = cells.isin(["true", "false"])
        faults = _cast_faults(cells[~known], column, file, "no flag", "write true or false")
        return cells == "true", faults
    if column.kind == "date":
        days = pd.to_datetime(cells.where(filled, None), format="%Y-%m-%d", errors="coerce")
        undated = cells[filled & days.isna()]
        faults = _cast_faults(undated, column, file, "no date", "write it as YYYY-MM-DD")
        return days.astype("datetime64[ms]"), faults
    cast = pd.to_numeric(cells.where(filled, None), errors="coerce").astype("float64")
    wrong = cells[filled & cast.isna()]
    faults = _cast_faults(wrong, column, file, "no number", "write digits with a decimal point")
    if column.kind == "integer":
        whole = cast.notna() & (cast == cast.round()) & (cast.abs() < LARGEST_WHOLE)
        mend = "write a whole number"
        faults += _cast_faults(
            cells[~whole].drop(wrong.index), column, file, "no whole number", mend
        )
        return cast.where(whole, 0).astype("int64"), faults
    return cast, faults


def _cast_faults(
    cells: pd.Series[Any], column: Column, file: str, problem: str, mend: str
) -> list[Fault]:
    return [
        Fault(file, column.name, problem, mend, line_of(index), repr(value))
        for index, value in cells.items()
    ]


@cache
def _pandera_schema(schema: Schema) -> Any:
    import pandera.pandas as pa  # noqa: PLC0415  (heavy: loaded when a dataset is checked)

    def column(spec: Column) -> Any:
        checks = []
        if spec.choices:
            mend = f"not one of the choices; choose one of: {', '.join(spec.choices)}"
            checks.append(pa.Check.isin(list(spec.choices), error=mend))
        if spec.positive:
            mend = "negative; write a positive number, or leave the row out"
            checks.append(pa.Check.ge(0, error=mend))
        if spec.kind == "number":
            large = "too large; check the unit the column is in"
            checks.append(
                pa.Check(
                    lambda s: s.abs().lt(LARGEST_NUMBER) | s.isna() | s.abs().eq(float("inf")),
                    error=large,
                )
            )
            finite = "not finite; write a plain number or leave the cell empty"
            checks.append(pa.Check(lambda s: s.abs() != float("inf"), error=finite))
        return pa.Column(DTYPES[spec.kind], nullable=spec.empty, checks=checks)

    return pa.DataFrameSchema(
        {spec.name: column(spec) for spec in schema.columns},
        unique=list(schema.key),
        report_duplicates="exclude_first",
        name=schema.name,
    )


def _pandera_faults(schema: Schema, frame: pd.DataFrame, file: str) -> list[Fault]:
    import pandera.errors as pandera_errors  # noqa: PLC0415

    try:
        _pandera_schema(schema).validate(frame, lazy=True)
    except pandera_errors.SchemaErrors as error:
        cases = error.failure_cases
        faults = [_case_fault(schema, file, case) for case in cases.to_dict("records")]
        return list(dict.fromkeys(faults))
    return []


def _case_fault(schema: Schema, file: str, case: Mapping[str, Any]) -> Fault:
    check = str(case["check"])
    row = None if pd.isna(case["index"]) else line_of(case["index"])
    column = str(case["column"])
    if check == "multiple_fields_uniqueness":
        mend = f"({', '.join(schema.key)}) stands above already; give it another id or delete one"
        return Fault(file, column, "duplicate row", mend, row, case["failure_case"])
    if check == "not_nullable":
        return Fault(file, column, "empty", "fill in the cell", row)
    problem, _, mend = check.partition("; ")
    if not mend:
        problem, mend = f"fails {check}", f"see the schema {schema.name}"
    return Fault(file, column, problem, mend, row, case["failure_case"])
