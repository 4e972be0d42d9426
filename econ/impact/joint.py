"""The joint draws of a result as Parquet: every draw of every cell, row group by row group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from econ.data.store import write_row_groups
from econ.quantity.provenance import Provenance

__all__ = ["Block", "write_joint_draws"]

Array = npt.NDArray[np.float64]
# A quarter of a million rows a group: some 20 MB while it is written.
ROWS: Final = 2**18
TEXTS: Final = (
    *("scenario", "model", "pledge", "phase", "measure", "effect", "region", "product"),
)
SCHEMA: Final = pa.schema(
    [
        pa.field("draw", pa.int32()),
        *[pa.field(name, pa.string()) for name in TEXTS],
        pa.field("year", pa.int64()),
        pa.field("value", pa.float64()),
        pa.field("unit", pa.string()),
    ]
)


@dataclass(frozen=True)
class Block:
    """Cells of a result that share pledge, phase, region and measure.

    Parameters
    ----------
    texts : mapping of str to str
        What all cells share, ``unit`` among it.
    effects, products : sequence of str, length m
        Of each cell.
    years : sequence of int, length y
    parts : sequence of (ndarray, ndarray)
        Size of each cell, shape (m, c), and timing, shape (y, c): their products, added up, are
        the values of the cells.
    """

    texts: Mapping[str, str]
    effects: Sequence[str]
    products: Sequence[str]
    years: Sequence[int]
    parts: Sequence[tuple[Array, Array]]

    def tables(self) -> Iterator[pa.Table]:
        """Return rows, draw by draw within a cell and year, a few cells at once."""
        years, columns = self.parts[0][1].shape
        at_once = max(1, ROWS // (years * columns))
        for begin in range(0, len(self.effects), at_once):
            cells = slice(begin, min(begin + at_once, len(self.effects)))
            values = sum(size[cells, None, :] * late[None, :, :] for size, late in self.parts)
            yield self._table(np.asarray(values), cells)

    def _table(self, values: Array, cells: slice) -> pa.Table:
        m, y, c = values.shape
        rows = values.size

        def spread(labels: Sequence[str]) -> pa.Array:
            codes = pa.array(np.repeat(np.arange(m, dtype=np.int32), y * c))
            made = pa.DictionaryArray.from_arrays(codes, pa.array(list(labels[cells]), pa.string()))
            return made.dictionary_decode()

        own = {
            "draw": np.tile(np.arange(c, dtype=np.int32), m * y),
            "effect": spread(self.effects),
            "product": spread(self.products),
            "year": np.tile(np.repeat(np.asarray(self.years, dtype=np.int64), c), m),
            "value": values.ravel(),
        }
        columns = [
            pa.array(own[name], field.type) if name in own else pa.repeat(self.texts[name], rows)
            for name, field in ((field.name, field) for field in SCHEMA)
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)


def write_joint_draws(path: Path, blocks: Iterator[Block], provenance: Provenance) -> None:
    """Write the draws of every block; draw 0 is the central value.

    Parameters
    ----------
    path : Path
    blocks : iterator of Block
    provenance : Provenance
    """
    tables = (table for block in blocks for table in block.tables())
    units = {"draw": "number", "year": "year", "value": "see column unit"}
    write_row_groups(tables, SCHEMA, path, units=units, provenance=provenance)
