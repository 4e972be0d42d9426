"""The columns of a frame as numbers and categories, and expressions of a formula over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.regression.formula.terms import Call, Column, Factor, Node, Number, Operation, name_of
from econ.regression.panel.panel import Panel

__all__ = ["Columns"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
SHOWN: Final = 5
DENSE: Final = 4
POSITIVE: Final = ("log", "log2", "log10")
MEND_PANEL: Final = "lags need periods: fit econ.Panel(frame, unit=..., time=...)"


class Columns:
    """Columns of a frame, each turned once into float64 or into codes with labels.

    Parameters
    ----------
    frame : pandas.DataFrame
    panel : Panel or None
        Whose units and periods lags run along.
    """

    def __init__(self, frame: pd.DataFrame, panel: Panel | None) -> None:
        self.frame = frame
        self.panel = panel
        self.faults: list[Fault] = []
        self.outside: dict[str, tuple[Mask, Array]] = {}
        self._series: dict[str, pd.Series[Any]] = {}
        self._numbers: dict[str, Array] = {}
        self._missing: dict[str, Mask] = {}
        self._values: dict[Node, Array] = {}
        self._categories: dict[str, tuple[Codes, Categories]] = {}

    def series(self, name: str) -> pd.Series[Any]:
        """Return a column as it came."""
        if name not in self._series:
            self._series[name] = self.frame[name]
        return self._series[name]

    def is_numeric(self, name: str) -> bool:
        """Return whether a column holds numbers; one that holds texts beside them is meant to."""
        series = self.series(name)
        if _is_plain(series.dtype):
            return True
        if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            return True
        if series.dtype != object:
            return False
        held = series.dropna()
        return bool(len(held)) and not held.map(lambda value: isinstance(value, str)).all()

    def missing(self, name: str) -> Mask:
        """Return which rows have no value in a column, shape (n,)."""
        if name not in self._missing:
            series = self.series(name)
            if not _is_plain(series.dtype):
                found = np.asarray(series.isna(), dtype=bool)
            elif series.dtype.kind == "f":
                found = np.isnan(series.to_numpy())
            else:
                found = np.zeros(len(series), dtype=bool)
            self._missing[name] = found
        return self._missing[name]

    def numbers(self, name: str) -> Array:
        """Return a column as float64, shape (n,), NaN where it has no value."""
        if name not in self._numbers:
            self._numbers[name] = self._read(name)
        return self._numbers[name]

    def _read(self, name: str) -> Array:
        series = self.series(name)
        if _is_plain(series.dtype):
            return self._without_infinite(name, series.to_numpy(dtype=np.float64))
        types = pd.api.types
        if (
            types.is_datetime64_any_dtype(series)
            or types.is_timedelta64_dtype(series)
            or types.is_complex_dtype(series)
        ):
            mend = "use it as a fixed effect or as C(...), or turn it into a number"
            self.faults.append(Fault("data", name, f"holds {series.dtype}, no number", mend))
            return np.full(len(series), np.nan)
        try:
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        except (OverflowError, TypeError, ValueError):
            held = series.dropna()
            wrong = held[[not _is_number(value) for value in held]]
            first = wrong.index[0] if len(wrong) else held.index[0]
            mend = "write plain numbers, or use C(...) for categories"
            self.faults.append(Fault("data", name, "no number", mend, str(first), series[first]))
            return np.full(len(series), np.nan)
        return self._without_infinite(name, values)

    def _without_infinite(self, name: str, values: Array) -> Array:
        if np.isfinite(values).all():
            return values
        for row in np.flatnonzero(np.isinf(values))[:SHOWN]:
            mend = "mend or empty it"
            self.faults.append(
                Fault("data", name, "infinite", mend, str(self.frame.index[row]), values[row])
            )
        return values

    def evaluate(self, node: Node) -> Array:
        """Return an expression over all rows, shape (n,), NaN where it has no value."""
        if isinstance(node, Column):
            return self.numbers(node.name)
        if node not in self._values:
            self._values[node] = self._evaluated(node)
        return self._values[node]

    def _evaluated(self, node: Number | Factor | Operation | Call) -> Array:
        if isinstance(node, Number):
            return np.full(len(self.frame), node.value)
        if isinstance(node, Factor):
            raise InputError.one("formula", "", "categories inside an expression", "use C(x):z")
        if isinstance(node, Operation):
            return self._operation(node)
        return self._call(node)

    def _operation(self, node: Operation) -> Array:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        with np.errstate(all="ignore"):
            found: Array = {
                "+": np.add,
                "-": np.subtract,
                "*": np.multiply,
                "/": np.divide,
                "**": np.power,
                "^": np.power,
            }[node.sign](left, right)
        known = ~np.isnan(left) & ~np.isnan(right)
        return self._checked(name_of(node), found, known, right if node.sign == "/" else left)

    def _call(self, node: Call) -> Array:
        inner = self.evaluate(node.argument)
        if node.function in ("lag", "diff"):
            if self.panel is None:
                fault = Fault("formula", "", "lag without periods", MEND_PANEL, value=name_of(node))
                self.faults.append(fault)
                return np.full(len(inner), np.nan)
            before = self.panel.shifted(inner, node.steps)
            if node.function == "lag":
                return before
            with np.errstate(invalid="ignore"):  # an infinite value is a fault of its column
                return inner - before
        function = "arcsinh" if node.function == "asinh" else node.function
        with np.errstate(all="ignore"):
            found: Array = getattr(np, function)(inner)
        return self._checked(name_of(node), found, ~np.isnan(inner), inner)

    def _checked(self, name: str, found: Array, known: Mask, inner: Array) -> Array:
        """Keep aside the rows where an expression of known values has none, as log(0) has none."""
        wrong = known & ~np.isfinite(found)
        if wrong.any():
            self.outside[name] = (wrong, inner)
            return np.where(wrong, np.nan, found)
        return found

    def outside_faults(self, complete: Codes) -> list[Fault]:
        """Return a fault for each expression that has no value in a row that is complete."""
        found = []
        for name, (wrong, inner) in self.outside.items():
            rows = complete[wrong[complete]]
            for row in rows[:1]:
                problem = f"{name} has no value in {len(rows)} rows"
                mend = "leave these rows out, or choose asinh(...) or another form"
                place = str(self.frame.index[row])
                found.append(Fault("data", "", problem, mend, place, float(inner[row])))
        return found

    def codes(self, name: str, rows: Codes) -> Codes:
        """Return the categories of a column in some rows as codes, shape (m,), each in use.

        Parameters
        ----------
        name : str
            A column, or several joined by ``^``.
        rows : ndarray of int, shape (m,)
        """
        return self._read_categories(name, rows).codes

    def labels(self, name: str, rows: Codes) -> tuple[str, ...]:
        """Return the labels of the categories of a column in some rows, by code."""
        return self._read_categories(name, rows).labels

    def _read_categories(self, name: str, rows: Codes) -> Categories:
        rows_before, found = self._categories.get(name, (None, None))
        if found is None or rows_before is not rows:
            found = self._joined(name, rows)
            self._categories[name] = (rows, found)
        return found

    def _joined(self, name: str, rows: Codes) -> Categories:
        columns = [name] if name in self.frame.columns else name.split("^")
        parts = [_categories(self._in_rows(column, rows)) for column in columns]
        joint = parts[0]
        for part in parts[1:]:
            joint = _crossed(joint, part)
        return joint

    def _in_rows(self, name: str, rows: Codes) -> pd.Series[Any]:
        series = self.series(name)
        return series if len(rows) == len(series) else series.iloc[rows]


@dataclass(frozen=True)
class Categories:
    """Codes of rows, each in use, and what they stand for, in order."""

    codes: Codes
    named: Callable[[], Iterable[str]]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Label of each code."""
        return tuple(self.named())


def _crossed(left: Categories, right: Categories) -> Categories:
    """Return the pairs of categories that occur."""
    width = int(right.codes.max()) + 1 if len(right.codes) else 1
    keys = left.codes * width + right.codes
    codes, pairs = _counted(keys) or np.unique(keys, return_inverse=True)[::-1]

    def named() -> Iterable[str]:
        for pair in pairs.tolist():
            yield f"{left.labels[pair // width]}^{right.labels[pair % width]}"

    return Categories(np.asarray(codes, dtype=np.int64), named)


def _categories(series: pd.Series[Any]) -> Categories:
    if isinstance(series.dtype, pd.CategoricalDtype):
        used = series.cat.remove_unused_categories()
        codes = used.cat.codes.to_numpy().astype(np.int64)
        return Categories(codes, partial(map, _label, used.cat.categories))
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu":
        counted = _counted(series.to_numpy())
        if counted is not None:
            codes, present = counted
            return Categories(codes, lambda: map(str, present.tolist()))
    try:
        codes, values = pd.factorize(series, sort=True)
    except TypeError:
        codes, values = pd.factorize(series.astype(str), sort=True)
    return Categories(np.asarray(codes, dtype=np.int64), partial(map, _label, values))


def _counted(values: Codes) -> tuple[Codes, Codes] | None:
    """Return codes and what they stand for by counting, where whole numbers lie close together."""
    first = int(values.min()) if len(values) else 0
    span = int(values.max()) - first + 1 if len(values) else 0
    if span > DENSE * len(values):
        return None
    shifted = values.astype(np.int64) - first
    present = np.flatnonzero(np.bincount(shifted, minlength=span))
    if len(present) == span:
        return shifted, present + first
    place = np.zeros(span, dtype=np.int64)
    place[present] = np.arange(len(present))
    return place[shifted], present + first


def _is_plain(dtype: Any) -> bool:
    """Return whether a column is an array of numbers or truth values."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iufb"


def _label(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    return str(value)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (OverflowError, TypeError, ValueError):
        return False
    return True
