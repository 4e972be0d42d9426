"""A table on other products: aggregated, split by shares, or both."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from econ.errors import InputError, nearest
from econ.inputoutput.options import check_types
from econ.inputoutput.storage import StoredTable
from econ.quantity.axes import Concordance

__all__ = ["mapped_parts"]

Array = npt.NDArray[np.float64]


def mapped_parts(table: StoredTable, concordance: Concordance) -> dict[str, Any]:
    """Return the fields of a table on other products, see `InputOutputTable.map`.

    Raises
    ------
    InputError
        When the concordance is not from the table's products.
    """
    check_types(table.name, {"concordance": (concordance, Concordance)})
    if concordance.source.labels != table.products.labels:
        wrong = [label for label in concordance.source.labels if label not in table.products]
        mend = nearest(wrong[0], table.products.labels) if wrong else "align the labels"
        problem = "the concordance is not from the table's products"
        raise InputError.one(table.name, "products", problem, mend, value=wrong or None)
    S = concordance.weights
    both = _bordered(S, len(table.final_uses))
    regions = np.array(table.regions, dtype=object)
    joined = [tuple(dict.fromkeys(regions[column > 0])) for column in S.T]
    return {
        "products": concordance.target,
        "final_uses": table.final_uses,
        "primary_inputs": table.primary_inputs,
        "roles": table.roles,
        "flows": S.T @ table.flows @ S,
        "final": S.T @ table.final,
        "primary": table.primary @ both,
        "output": table.output @ S,
        "unit": table.unit,
        "region": table.region,
        "satellites": table.satellites,
        "satellite_values": table.satellite_values @ S,
        "satellite_units": table.satellite_units,
        "regions": tuple(" + ".join(map(str, names)) for names in joined),
        "imports_by_origin": None
        if table.imports_by_origin is None
        else S.T @ table.imports_by_origin,
        "imported": None if table.imported is None else S.T @ table.imported @ both,
        "provenance": table.provenance.step(f"map products to {concordance.name}"),
        "rounding": table.rounding * len(table.products) / min(len(table.products), S.shape[1]),
        "statistical_discrepancy": table.statistical_discrepancy * float(S.sum(axis=0).max()),
        "keep_negative_flows": table.keep_negative_flows,
        "name": table.name,
    }


def _bordered(S: Array, uses: int) -> Array:
    n, m = S.shape
    both = np.zeros((n + uses, m + uses))
    both[:n, :m] = S
    both[n:, m:] = np.eye(uses)
    return both
