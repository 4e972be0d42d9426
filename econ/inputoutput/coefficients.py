"""From technical coefficients and a final demand to the flows of the economy that meets it."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.given import column_of, labelled
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types
from econ.inputoutput.reading import RESIDUAL
from econ.kernels.inputoutput.leontief import is_productive
from econ.kernels.inputoutput.operator import LeontiefOperator

__all__ = ["flows_of"]


def flows_of(coefficients: object, final: object, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the flows of the economy that meets a final demand, and the demand as a frame.

    Parameters
    ----------
    coefficients, final : object
        See `InputOutputTable.from_coefficients`.
    name : str
        How errors call the table.

    Raises
    ------
    InputError
        When labels do not match, a coefficient is no finite number, or no output meets the demand.
    """
    square = labelled(coefficients)
    check_types(name, {"coefficients": (square, pd.DataFrame)})
    A = cast("pd.DataFrame", square)
    column = column_of(final, A.index, RESIDUAL, "final", name)
    check_types(name, {"final": (column, pd.DataFrame)})
    demand = cast("pd.DataFrame", column)
    names = labels_of(A.index)[0]
    if not names:
        mend = "give a row and a column for each product"
        raise InputError.one(name, "coefficients", "no products", mend)
    cells, faults = aligned(A, names, names, "coefficients", name)
    asked, wrong = aligned(demand, names, None, "final", name)
    faults += wrong
    faults += [
        Fault(name, what, "not finite", "write a number, or zero", names[row])
        for what, block in (("coefficients", cells), ("final", asked))
        for row in np.flatnonzero(~np.isfinite(block).all(axis=1))
    ]
    InputError.raise_if(faults)
    ones, sums = np.ones(len(names)), cells.sum(axis=0)
    if not is_productive(cells, ones, sums, negative=bool((cells < 0.0).any())):
        mend = "give inputs per unit of output, rows into columns; the spectral radius is below one"
        raise InputError.one(name, "coefficients", "no output meets any demand", mend)
    x = LeontiefOperator(cells).solve(asked.sum(axis=1))
    return pd.DataFrame(cells * x, A.index, A.index), demand
