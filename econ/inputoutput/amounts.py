"""Amounts given for some of the products, put in the order of the table by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.inputoutput.alignment import aligned
from econ.inputoutput.given import NUMBERS, as_typed, column_of
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types
from econ.quantity.axes import Axis

__all__ = ["by_product"]

Array = npt.NDArray[np.float64]


def by_product(
    products: Axis,
    given: object,
    what: str,
    name: str,
    *,
    otherwise: float = 0.0,
) -> Array:
    """Return amounts by product where only some products have one.

    Parameters
    ----------
    products : Axis, n
    given : pandas.Series, mapping, or sequence of n numbers
        By product, in any order; of regions, by region and product. Numbers without labels are in
        the order of the products.
    what, name : str
        How errors call the amounts and the table.
    otherwise : float
        For products left out.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InputError
        With every label that is unknown or stands twice, and every amount that is no finite number.
    """
    amounts = pd.Series(dict(given), dtype=object) if isinstance(given, Mapping) else given
    if isinstance(given, NUMBERS):
        typed = as_typed(column_of(given, pd.Index(products.labels), what, what, name))
        amounts = typed.iloc[:, 0] if typed.shape[1] == 1 else given
    check_types(name, {what: (amounts, pd.Series)})
    frame = pd.DataFrame({what: amounts})
    labels, _ = labels_of(frame.index)
    cells, faults = aligned(frame, labels, None, what, name)
    faults += [
        Fault(name, what, "unknown label", nearest(label, products.labels), value=label)
        for label in labels
        if label not in products
    ]
    faults += [
        Fault(name, what, "duplicate label", "merge the two", value=label)
        for label, times in Counter(labels).items()
        if times > 1
    ]
    values = cells[:, 0] if cells.size else np.zeros(0)
    mend = "write a number, or leave the product out"
    faults += [
        Fault(name, what, "not finite", mend, label, value)
        for label, value in zip(labels, values, strict=False)
        if not np.isfinite(value)
    ]
    InputError.raise_if(faults)
    found = np.full(len(products), otherwise)
    found[list(products.positions(labels))] = values
    return found
