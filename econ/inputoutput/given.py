"""Blocks of a table as they are typed: frames, series, or numbers in the order of the products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.inputoutput.levels import labels_of

__all__ = [
    "NUMBERS",
    "Block",
    "amounts_of",
    "as_typed",
    "column_of",
    "labelled",
    "row_of",
    "units_by_label",
]

Block = pd.DataFrame | pd.Series | npt.NDArray[np.float64] | Sequence[object]
NUMBERS = (list, tuple, np.ndarray)


def as_typed(given: object) -> Any:
    """Return what was given, of whatever type: it is checked after it is labelled."""
    return given


def labelled(given: object) -> object:
    """Return rows of numbers with labels from 1 on both sides; anything else as it is.

    Parameters
    ----------
    given : object

    Examples
    --------
    >>> labelled([[150, 500], [200, 100]])
         1    2
    1  150  500
    2  200  100
    """
    if not isinstance(given, NUMBERS):
        return given
    cells = _numbers(given)
    if cells.ndim != 2:
        return given
    rows, columns = ([str(place) for place in range(1, size + 1)] for size in cells.shape)
    return pd.DataFrame(cells, rows, columns)


def column_of(given: object, products: pd.Index, label: str, what: str, name: str) -> object:
    """Return amounts by product as a frame: one column, or those of an array.

    Parameters
    ----------
    given : object
        A series or mapping by product; or numbers, in the order of the products.
    products : pandas.Index, n
    label : str
        Of a column that has no name of its own.
    what, name : str
        How errors call the block and the table.

    Returns
    -------
    object
        A frame; or what was given, where it is none of these.

    Raises
    ------
    InputError
        When there is not one number for each product.

    Examples
    --------
    >>> column_of([350, 1700], pd.Index(["A", "M"]), "final demand", "final", "table")
       final demand
    A           350
    M          1700
    """
    if isinstance(given, Mapping):
        given = pd.Series(given)
    if isinstance(given, pd.Series):
        return given.to_frame(label if given.name is None else str(given.name))
    if not isinstance(given, NUMBERS):
        return given
    cells = _numbers(given)
    if cells.ndim not in (1, 2) or len(cells) != len(products):
        problem = f"shape {cells.shape}, and the table has {len(products)} products"
        mend = "give one row for each product, or a pandas object with their labels"
        raise InputError.one(name, what, problem, mend)
    if cells.ndim == 1 or cells.shape[1] == 1:
        return pd.DataFrame({label: cells.ravel()}, index=products)
    names = [f"{label} {place}" for place in range(1, cells.shape[1] + 1)]
    return pd.DataFrame(cells, products, names)


def amounts_of(given: object, products: pd.Index, what: str, name: str) -> object:
    """Return one amount for each label as a series; anything else as it is.

    Parameters
    ----------
    given : object
        A series or mapping by label, or numbers in the order of the labels.
    products : pandas.Index, n
    what, name : str
        How errors call the amounts and the table.

    Examples
    --------
    >>> amounts_of([3, 1], pd.Index(["a", "b"]), "row totals", "table").to_dict()
    {'a': 3, 'b': 1}
    """
    if isinstance(given, pd.Series) or not isinstance(given, (*NUMBERS, Mapping)):
        return given
    found = column_of(given, products, what, what, name)
    one = isinstance(found, pd.DataFrame) and found.shape[1] == 1
    return found.iloc[:, 0] if isinstance(found, pd.DataFrame) and one else given


def row_of(given: object) -> object:
    """Return a series by product as a frame of one row, named as it is; anything else as it is.

    Parameters
    ----------
    given : object

    Examples
    --------
    >>> row_of(pd.Series({"A": 650, "M": 1400}, name="value added"))
                   A     M
    value added  650  1400
    """
    named = isinstance(given, pd.Series) and given.name is not None
    return given.to_frame().T if named and isinstance(given, pd.Series) else given


def units_by_label(given: object, satellites: object) -> object:
    """Return the unit of each satellite by its label, which joins the levels of an index.

    Parameters
    ----------
    given : object
        A mapping or series by label, or one unit for all.
    satellites : object
        The frame whose rows they are of.

    Examples
    --------
    >>> air = pd.MultiIndex.from_tuples([("co2", "air"), ("ch4", "air")])
    >>> units_by_label("kg", pd.DataFrame({"A": [1.0, 2.0]}, air))
    {'co2 | air': 'kg', 'ch4 | air': 'kg'}
    >>> units_by_label(pd.Series(["kg", "t"], air), None)
    {'co2 | air': 'kg', 'ch4 | air': 't'}
    """
    if isinstance(given, str) and isinstance(satellites, pd.DataFrame):
        return dict.fromkeys(labels_of(satellites.index)[0], given)
    if isinstance(given, pd.Series):
        return dict(zip(labels_of(given.index)[0], given, strict=True))
    return given


def _numbers(given: object) -> npt.NDArray[np.float64]:
    try:
        return np.asarray(given)
    except ValueError:
        # Rows of different lengths.
        return np.empty((0, 0, 0))
