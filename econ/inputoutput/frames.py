"""A table back in pandas, and in one line: its arrays with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.codes import INTERMEDIATE
from econ.errors import InputError, nearest
from econ.inputoutput.accounting import TableArrays
from econ.inputoutput.levels import BETWEEN
from econ.inputoutput.options import check_types
from econ.quantity.axes import Axis

__all__ = ["frame_of", "product_index", "shown", "sides_of"]

Array = npt.NDArray[np.float64]
COEFFICIENTS: Final = "coefficients"
ALLOCATION: Final = "allocation"
# As many labels as a line holds.
SHOWN: Final = 6
SINGULAR: Final = {"industries": "industry"}


class Labelled(Protocol):
    """Whose sides have labels."""

    @property
    def products(self) -> Axis: ...
    @property
    def final_uses(self) -> Axis: ...
    @property
    def primary_inputs(self) -> Axis: ...
    @property
    def satellites(self) -> Axis: ...


def sides_of(table: Labelled) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """Return the labels of the rows and columns of each array of a table.

    Parameters
    ----------
    table : InputOutputTable
    """
    names, uses = table.products.labels, table.final_uses.labels
    return {
        "flows": (names, names),
        "final": (names, uses),
        "primary": (table.primary_inputs.labels, names + uses),
        "output": (["output"], names),
        "satellite_values": (table.satellites.labels, names),
        "imports_by_origin": (names, (INTERMEDIATE, *uses)),
        "imported": (names, names + uses),
    }


def frame_of(table: TableArrays, block: str) -> pd.DataFrame:
    """Return an array of a table with its labels, see `InputOutputTable.frame`.

    Raises
    ------
    InputError
        When the table has no such array.
    """
    check_types(table.name, {"block": (block, str)})
    sides = sides_of(table)
    square = sides["flows"]
    sides = {"flows": square, COEFFICIENTS: square, ALLOCATION: square, **sides}
    known = [name for name in sides if getattr(table, name) is not None]
    if block not in known:
        inverses = "econ.leontief_inverse, econ.ghosh_inverse"
        mend = inverses if "inverse" in block else nearest(block, known)
        raise InputError.one(table.name, "block", "the table has no such array", mend, value=block)
    down, across = (_index(table, labels) for labels in sides[block])
    cells = np.array(getattr(table, block), dtype=np.float64).reshape(len(down), len(across))
    return pd.DataFrame(cells, down, across)


def _index(table: TableArrays, labels: Sequence[str]) -> pd.Index:
    return product_index(table) if labels is table.products.labels else pd.Index(list(labels))


def product_index(table: TableArrays) -> pd.Index:
    """Return the labels of the products, with the region as a level where the table has regions.

    Parameters
    ----------
    table : InputOutputTable
    """
    labels = table.products.labels
    index: pd.Index = pd.Index(list(labels))
    pairs = list(zip(table.regions, labels, strict=True))
    if not all(label.startswith(f"{region}{BETWEEN}") for region, label in pairs):
        return index.rename("product")
    return pd.MultiIndex.from_tuples(
        [(region, label.removeprefix(f"{region}{BETWEEN}")) for region, label in pairs],
        names=["region", "product"],
    )


def shown(table: Any, sides: Mapping[str, Sequence[str]]) -> str:
    """Return a table in one line.

    Parameters
    ----------
    table : InputOutputTable or SupplyUseTable
    sides : mapping of str to sequence of str
        Labels by what they are.
    """
    said = [word for word in (table.region, str(table.unit)) if word]
    for what, labels in sides.items():
        more = ", ..." if len(labels) > SHOWN else ""
        listed = f" ({', '.join(labels[:SHOWN])}{more})" if labels else ""
        counted = SINGULAR.get(what, what[:-1]) if len(labels) == 1 else what
        said.append(f"{len(labels)} {counted}{listed}")
    return f"{type(table).__name__} '{table.name}': {', '.join(said)}"
