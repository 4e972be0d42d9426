"""The joint draws of a result as Parquet: every draw of every cell, row group by row group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from econ.data.store import write_row_groups
from econ.impact.factored import cells
from econ.impact.response import EFFECTS, Response
from econ.quantity.provenance import Provenance

__all__ = ["ROWS", "Group", "write_joint_draws"]

Array = npt.NDArray[np.float64]
# A quarter of a million rows a group: some 40 MB while it is written.
ROWS: Final = 2**18
ALL: Final = "_T"
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
class Group:
    """Responses that share pledge, phase and region, in one measure.

    What is there at once is a few numbers for each member and draw, and the rows of one row group:
    neither grows with the number of products, effects and years.

    Parameters
    ----------
    texts : mapping of str to str
        What all rows share, ``measure`` and ``unit`` among it.
    members : sequence of Response
    products : sequence of str
        Labels of the products, or ``_T`` alone where they are summed.
    years : sequence of int
        Calendar years, or year 0 alone where they are summed.
    by_effect : bool
        Effects apart, or summed.
    """

    texts: Mapping[str, str]
    members: Sequence[Response]
    products: Sequence[str]
    years: Sequence[int]
    by_effect: bool

    def tables(self) -> Iterator[pa.Table]:
        """Return the rows of all cells in which anything happens, draw by draw within a year."""
        columns = self.members[0].weight.shape[-1]
        when = [
            year
            for year in range(len(self.years))
            if any(self._late(member, year).any() for member in self.members)
        ]
        years = max(1, min(len(when), ROWS // columns))
        at_once = max(1, ROWS // (years * columns))
        for effect in EFFECTS if self.by_effect else (ALL,):
            for begin in range(0, len(self.products), at_once):
                some = slice(begin, min(begin + at_once, len(self.products)))
                for early in range(0, len(when), years):
                    then = when[early : early + years]
                    values, moving = self._values(effect, some, then)
                    if moving.any():
                        found = np.flatnonzero(moving).tolist()
                        labels = [self.products[begin + place] for place in found]
                        at = [self.years[year] for year in then]
                        yield self._table(values[moving], effect, labels, at)

    def _values(
        self, effect: str, some: slice, when: Sequence[int]
    ) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Return cells, shape (m, years, c), and in which of them anything happens."""
        columns = self.members[0].weight.shape[-1]
        values = np.zeros((some.stop - some.start, len(when), columns))
        moving = np.zeros(len(values), dtype=np.bool_)
        # One member after the other: only their sum is kept.
        for member in self.members:
            size = self._size(member, effect, some)
            moving |= size.any(axis=-1)
            for row, year in enumerate(when):
                values[:, row] += size * self._late(member, year)
        return values, moving

    def _late(self, member: Response, year: int) -> Array:
        """Return how much of a member happens in a year, or in all of them, shape (c,)."""
        summed = tuple(self.years) == (0,)
        found: Array = member.profile.sum(axis=0) if summed else member.profile[year]
        return found

    def _size(self, member: Response, effect: str, some: slice) -> Array:
        """Return what counts of a member by product, shape (m, c)."""
        measure = self.texts["measure"]
        found = np.zeros((some.stop - some.start, member.weight.shape[-1]))
        sums = member.totals(measure) if tuple(self.products) == (ALL,) else None
        for place, name in enumerate(member.effects):
            if effect in (ALL, name):
                if sums is not None:
                    found += sums[place]
                else:
                    found += cells(member.values, measure, place, some) * member.weight[place]
        return found

    def _table(
        self, values: Array, effect: str, products: Sequence[str], years: Sequence[int]
    ) -> pa.Table:
        m, y, c = values.shape
        codes = pa.array(np.repeat(np.arange(m, dtype=np.int32), y * c))
        named = pa.DictionaryArray.from_arrays(codes, pa.array(list(products), pa.string()))
        own = {
            "draw": np.tile(np.arange(c, dtype=np.int32), m * y),
            "product": named.dictionary_decode(),
            "year": np.tile(np.repeat(np.asarray(years, dtype=np.int64), c), m),
            "value": values.ravel(),
        }
        texts = {**self.texts, "effect": effect}
        columns = [
            pa.array(own[name], field.type) if name in own else pa.repeat(texts[name], values.size)
            for name, field in ((field.name, field) for field in SCHEMA)
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)


def write_joint_draws(path: Path, groups: Iterable[Group], provenance: Provenance) -> None:
    """Write the draws of every group; draw 0 is the central value.

    Parameters
    ----------
    path : Path
    groups : iterable of Group
    provenance : Provenance
    """
    tables = (table for group in groups for table in group.tables())
    units = {"draw": "number", "year": "year", "value": "see column unit"}
    write_row_groups(tables, SCHEMA, path, units=units, provenance=provenance)
