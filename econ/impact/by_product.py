"""`ByProduct`: amounts of which most products have none; only the others are held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin

__all__ = ["Amounts", "ByProduct", "filled"]

Array = npt.NDArray[np.float64]


class ByProduct(NDArrayOperatorsMixin):
    """Amounts by product and draw, shape (n, c), to be read like an array.

    An investment buys a dozen of a table's products. Held whole, nine tenths of its bill of goods
    are zeros that are summed, checked and kept for every draw.

    Parameters
    ----------
    shape : (int, int)
        Products and columns, (n, c).
    rows : mapping of int to ndarray, shape (c,)
        Amounts of the products that have any.

    Examples
    --------
    >>> bought = ByProduct((3, 2), {1: np.array([5.0, 7.0])})
    >>> bought.sum(axis=0).tolist(), (2.0 * bought)[1].tolist(), np.asarray(bought).shape
    ([5.0, 7.0], [10.0, 14.0], (3, 2))
    """

    def __init__(self, shape: tuple[int, int], rows: Mapping[int, Array]) -> None:
        self.shape = shape
        self.rows = dict(sorted(rows.items()))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Return all of it, zeros included."""
        found = np.zeros(self.shape, dtype=dtype or np.float64)
        for place, amounts in self.rows.items():
            found[place] = amounts
        return found

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Do with it what is done with arrays; times a number, it stays as it is."""
        plain = method == "__call__" and not kwargs
        if plain and ufunc is np.multiply and any(isinstance(x, float) for x in inputs):
            factor = next(x for x in inputs if isinstance(x, float))
            return ByProduct(self.shape, {k: factor * row for k, row in self.rows.items()})
        whole = [np.asarray(x) if isinstance(x, ByProduct) else x for x in inputs]
        return getattr(ufunc, method)(*whole, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        """Return what an array has there; a row that is all zero is made."""
        if isinstance(key, int | np.integer):
            place = range(self.shape[0])[key]
            return self.rows.get(place, np.zeros(self.shape[1]))
        return np.asarray(self)[key]

    def any(self, axis: int | None = None) -> Any:
        """Return where anything is not zero."""
        if axis != 1:
            return np.asarray(self).any(axis=axis)
        found = np.zeros(self.shape[0], dtype=np.bool_)
        for place, amounts in self.rows.items():
            found[place] = amounts.any()
        return found

    def sum(self, axis: int | None = None) -> Any:
        """Return sums, added up in the order in which those of an array are."""
        if axis != 0 or self.shape[1] == 1:
            return np.asarray(self).sum(axis=axis)
        found = np.zeros(self.shape[1])
        for amounts in self.rows.values():
            found += amounts
        return found


Amounts = Array | ByProduct


def filled(*given: Amounts) -> tuple[npt.NDArray[np.intp], Array]:
    """Return the products that anything is asked of, shape (k,), and the sums there, shape (k, c).

    Examples
    --------
    >>> rows, amounts = filled(np.array([[0.0], [1.0]]), ByProduct((2, 1), {1: np.array([2.0])}))
    >>> rows.tolist(), amounts.tolist()
    ([1], [[3.0]])
    """
    if not all(isinstance(amounts, ByProduct) for amounts in given):
        whole = np.asarray(given[0])
        for amounts in given[1:]:
            whole = whole + np.asarray(amounts)
        asked = np.flatnonzero(whole.any(axis=1))
        return asked, whole[asked]
    sums: dict[int, Array] = {}
    for amounts in given:
        for place, row in amounts.rows.items() if isinstance(amounts, ByProduct) else ():
            sums[place] = sums[place] + row if place in sums else row
    moving = sorted(place for place, row in sums.items() if row.any())
    columns = given[0].shape[1]
    held = np.stack([sums[place] for place in moving]) if moving else np.zeros((0, columns))
    return np.array(moving, dtype=np.intp), held
