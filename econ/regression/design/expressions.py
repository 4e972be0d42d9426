"""The columns of a frame as numbers and categories, and expressions of a formula over them."""

from __future__ import annotations

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
SHOWN: Final = 5
DENSE: Final = 4
POSITIVE: Final = ("log", "log2", "log10")
NUMERIC: Final = (*POSITIVE, "log1p", "exp", "expm1", "sqrt", "abs")
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
        self.outside: dict[str, tuple[npt.NDArray[np.bool_], Array]] = {}
        self._numbers: dict[str, Array] = {}
        self._codes: dict[str, tuple[Codes, tuple[Codes, tuple[str, ...]]]] = {}

    def is_numeric(self, name: str) -> bool:
        """Return whether a column holds numbers; one that holds texts beside them is meant to."""
        series = self.frame[name]
        if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            return True
        if series.dtype != object:
            return False
        held = series.dropna()
        return bool(len(held)) and not held.map(lambda value: isinstance(value, str)).all()

    def missing(self, name: str) -> npt.NDArray[np.bool_]:
        """Return which rows have no value in a column, shape (n,)."""
        return np.asarray(self.frame[name].isna(), dtype=bool)

    def numbers(self, name: str) -> Array:
        """Return a column as float64, shape (n,), NaN where it has no value."""
        if name not in self._numbers:
            self._numbers[name] = self._read(name)
        return self._numbers[name]

    def _read(self, name: str) -> Array:
        series = self.frame[name]
        if pd.api.types.is_datetime64_any_dtype(series) or pd.api.types.is_complex_dtype(series):
            mend = "use it as a fixed effect or as C(...), or turn it into a number"
            self.faults.append(Fault("data", name, f"holds {series.dtype}, no number", mend))
            return np.full(len(series), np.nan)
        try:
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError):
            held = series.dropna()
            wrong = held[pd.to_numeric(held, errors="coerce").isna()]
            first = wrong.index[0] if len(wrong) else held.index[0]
            mend = "write plain numbers, or use C(...) for categories"
            self.faults.append(Fault("data", name, "no number", mend, str(first), series[first]))
            return np.full(len(series), np.nan)
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

    def _checked(
        self, name: str, found: Array, known: npt.NDArray[np.bool_], inner: Array
    ) -> Array:
        """Keep aside the rows where an expression of known values has none, as log(0) has none."""
        wrong = known & ~np.isfinite(found)
        if wrong.any():
            self.outside[name] = (wrong, inner)
            return np.where(wrong, np.nan, found)
        return found

    def outside_faults(self, complete: npt.NDArray[np.bool_]) -> list[Fault]:
        """Return a fault for each expression that has no value in a row that is complete."""
        found = []
        for name, (wrong, inner) in self.outside.items():
            rows = np.flatnonzero(wrong & complete)
            for row in rows[:1]:
                problem = f"{name} has no value in {len(rows)} rows"
                mend = "leave these rows out, or choose asinh(...) or another form"
                place = str(self.frame.index[row])
                found.append(Fault("data", "", problem, mend, place, float(inner[row])))
        return found

    def codes(self, name: str, rows: Codes) -> tuple[Codes, tuple[str, ...]]:
        """Return the categories of a column in some rows, and their labels in order.

        Parameters
        ----------
        name : str
            A column, or several joined by ``^``.
        rows : ndarray of int, shape (m,)

        Returns
        -------
        (ndarray of int, tuple of str)
            Codes of shape (m,), each of them in use.
        """
        rows_before, found = self._codes.get(name, (None, None))
        if found is None or rows_before is not rows:
            found = self._joined(name, rows)
            self._codes[name] = (rows, found)
        return found

    def _joined(self, name: str, rows: Codes) -> tuple[Codes, tuple[str, ...]]:
        columns = [name] if name in self.frame.columns else name.split("^")
        series = [self.frame[column].iloc[rows] for column in columns]
        if len(series) == 1:
            return _codes(series[0])
        parts = [_codes(part) for part in series]
        joint = parts[0][0]
        labels = np.array(parts[0][1], dtype=object)
        for codes, names in parts[1:]:
            pairs, joint = np.unique(joint * len(names) + codes, return_inverse=True)
            held = [
                f"{labels[pair // len(names)]}^{names[pair % len(names)]}"
                for pair in pairs.tolist()
            ]
            labels = np.array(held, dtype=object)
        return np.asarray(joint, dtype=np.int64), tuple(labels)


def _codes(series: pd.Series[Any]) -> tuple[Codes, tuple[str, ...]]:
    if isinstance(series.dtype, pd.CategoricalDtype):
        used = series.cat.remove_unused_categories()
        codes = used.cat.codes.to_numpy().astype(np.int64)
        return codes, tuple(_label(value) for value in used.cat.categories)
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu":
        dense = _dense_codes(series.to_numpy())
        if dense is not None:
            return dense
    try:
        codes, values = pd.factorize(series, sort=True)
    except TypeError:
        codes, values = pd.factorize(series.astype(str), sort=True)
    return np.asarray(codes, dtype=np.int64), tuple(_label(value) for value in values)


def _dense_codes(values: Codes) -> tuple[Codes, tuple[str, ...]] | None:
    """Return codes by counting, where whole numbers lie close together."""
    first = int(values.min()) if len(values) else 0
    span = int(values.max()) - first + 1 if len(values) else 0
    if span > DENSE * len(values):
        return None
    shifted = values.astype(np.int64) - first
    present = np.flatnonzero(np.bincount(shifted, minlength=span))
    place = np.zeros(span, dtype=np.int64)
    place[present] = np.arange(len(present))
    return place[shifted], tuple(map(str, (present + first).tolist()))


def _label(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    return str(value)
