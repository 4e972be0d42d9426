"""Weights between units that know their names: what they say and what they do."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from econ.errors import Fault, InputError, nearest
from econ.kernels.space.spatial_determinant import LogDeterminant
from econ.kernels.space.spatial_weights import (
    connected_parts,
    row_standardised,
    row_sums,
    weights_eigenvalues,
)

__all__ = ["Links"]

Array = npt.NDArray[np.float64]
# Up to here eigenvalues take a second or two; above it the determinant is factored as it is asked.
MANY: Final = 2000
SHOWN: Final = 8


@dataclass(frozen=True, eq=False)
class Links:
    """A weights matrix whose rows and columns know their units.

    Parameters
    ----------
    units : tuple of labels, n
    matrix : sparse array, shape (n, n) [-]
        From row unit to its neighbours.
    scale : ndarray, shape (n,) [-]
        Row sums before standardisation.
    statement : str
        What they are, in words.

    Raises
    ------
    InputError
        With every unit that stands twice, neighbours itself, or has a weight below zero.
    """

    units: tuple[Hashable, ...]
    matrix: Any
    scale: Array = field(repr=False)
    statement: str = ""

    def __post_init__(self) -> None:
        faults = [
            Fault("spatial weights", "", "unit stands twice", "name each unit once", str(unit))
            for unit in _twice(self.units)
        ]
        n = len(self.units)
        if self.matrix.shape != (n, n):
            mend = f"give {n} rows and columns, one for each unit"
            shape = str(self.matrix.shape)
            raise InputError([*faults, Fault("spatial weights", "", "shape", mend, value=shape)])
        InputError.raise_if([*faults, *_faults_of(self.matrix, self.units)])

    def __len__(self) -> int:
        return len(self.units)

    def __repr__(self) -> str:
        links = f"{len(self)} units, {self.matrix.nnz} links"
        how = "rows sum to one" if self.standardised else "not standardised"
        return f"{type(self).__name__}({links}, {how}: {self.statement})"

    @classmethod
    def made(
        cls,
        units: Sequence[Hashable],
        raw: Any,
        statement: str,
        *,
        standardise: bool,
        islands: str,
    ) -> Self:
        """Standardise raw weights, and refuse islands by name."""
        if islands not in ("refuse", "keep"):
            mend = nearest(islands, ("refuse", "keep"))
            raise InputError.one("spatial weights", "islands", "unknown", mend, value=islands)
        if not len(units):
            raise InputError.one("spatial weights", "", "no units", "give at least two")
        raw = sparse.csr_array(raw, dtype=np.float64)
        # Before they are divided by their sums: two negative numbers make a positive one.
        InputError.raise_if(_faults_of(raw, units))
        raw.eliminate_zeros()
        sums = row_sums(raw)
        if islands == "refuse":
            mend = "give it a neighbour, leave it out, or say islands='keep'"
            InputError.raise_if(
                [
                    Fault("spatial weights", "", "island: no neighbour", mend, str(units[int(i)]))
                    for i in np.flatnonzero(sums == 0.0)
                ]
            )
        matrix, scale = (row_standardised(raw), sums) if standardise else (raw, np.ones(len(sums)))
        return cls(tuple(units), matrix, scale, statement)

    # ------------------------------------------------------------ what they say

    @property
    def standardised(self) -> bool:
        """Whether the rows sum to one, but for islands."""
        sums = row_sums(self.matrix)
        return bool(np.allclose(sums[sums != 0.0], 1.0))

    @property
    def islands(self) -> tuple[Hashable, ...]:
        """Units without a neighbour."""
        return tuple(self.units[i] for i in np.flatnonzero(row_sums(self.matrix) == 0.0))

    @property
    def parts(self) -> int:
        """Number of parts between which there is no link."""
        return int(connected_parts(self.matrix).max(initial=-1)) + 1

    def neighbours(self, unit: Hashable) -> dict[Hashable, float]:
        """Return the neighbours of a unit with their weights."""
        if unit not in self.units:
            mend = nearest(unit, self.units)
            raise InputError.one("spatial weights", "unit", "no such unit", mend, value=unit)
        row = self.matrix[[self.units.index(unit)]].tocoo()
        return {self.units[j]: float(w) for j, w in zip(row.col, row.data, strict=True)}

    @cached_property
    def determinant(self) -> LogDeterminant:
        """``ln |I - rho W|``: by eigenvalues, or factored where units are many."""
        if len(self) <= MANY:
            return LogDeterminant(self.matrix, weights_eigenvalues(self.matrix, self.scale))
        return LogDeterminant(self.matrix)

    # ------------------------------------------------------------ what they do

    def aligned(self, labels: Sequence[Hashable], source: str = "data") -> Self:
        """Return the same weights in the order of `labels`.

        Raises
        ------
        InputError
            With every label that has no weights, stands twice, or is missing from `labels`.
        """
        if tuple(labels) == self.units:
            return self
        place = {unit: i for i, unit in enumerate(self.units)}
        faults = [
            Fault(
                source, "unit", "no weights for this unit", nearest(label, self.units), value=label
            )
            for label in dict.fromkeys(labels)
            if label not in place
        ][:SHOWN]
        faults += [
            Fault(source, "unit", "unit stands twice", "keep one row for each unit", value=label)
            for label in _twice(labels)
        ]
        held = set(labels)
        mend = "add its row, or take the weights of the units at hand: W.subset(units)"
        faults += [
            Fault(source, "unit", "in the weights but not in the data", mend, value=unit)
            for unit in self.units
            if unit not in held
        ][:SHOWN]
        InputError.raise_if(faults)
        order = np.array([place[label] for label in labels])
        matrix = sparse.csr_array(self.matrix[order][:, order])
        return type(self)(tuple(labels), matrix, self.scale[order], self.statement)

    def subset(self, units: Iterable[Hashable], *, islands: str = "refuse") -> Self:
        """Return the weights among some units, standardised anew where these are.

        Raises
        ------
        InputError
            With every unknown unit, and every island that this makes.
        """
        wanted = list(units)
        place = {unit: i for i, unit in enumerate(self.units)}
        InputError.raise_if(
            [
                Fault("spatial weights", "unit", "no such unit", nearest(u, self.units), value=u)
                for u in wanted
                if u not in place
            ]
        )
        order = np.array([place[unit] for unit in wanted], dtype=np.intp)
        raw = sparse.diags_array(np.where(self.scale > 0.0, self.scale, 1.0)) @ self.matrix
        return self.made(
            wanted,
            sparse.csr_array(raw)[order][:, order],
            self.statement,
            standardise=self.standardised,
            islands=islands,
        )

    def lag(self, values: pd.Series) -> pd.Series:
        """Return what neighbours have: the weighted sum, or average, of a variable over them.

        Parameters
        ----------
        values : pandas.Series
            Indexed by unit, in any order.

        Returns
        -------
        pandas.Series
            In the order of `values`.
        """
        own = self.aligned(list(values.index), "values")
        lagged = own.matrix @ values.to_numpy(dtype=np.float64)
        return pd.Series(lagged, index=values.index, name=f"W {values.name or ''}".strip())

    def to_frame(self) -> pd.DataFrame:
        """Return the links: from, to, weight."""
        links = self.matrix.tocoo()
        labels = np.array(self.units, dtype=object)
        return pd.DataFrame(
            {"from": labels[links.row], "to": labels[links.col], "weight": links.data}
        )


def _twice(labels: Iterable[Hashable]) -> list[Hashable]:
    seen: dict[Hashable, int] = {}
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
    return [label for label, count in seen.items() if count > 1]


def _faults_of(matrix: Any, units: Sequence[Hashable]) -> list[Fault]:
    links = sparse.coo_array(matrix)
    faults = []
    for problem, mend, wrong in (
        ("not a finite weight", "give numbers", ~np.isfinite(links.data)),
        ("weight below zero", "give weights of zero or more", links.data < 0.0),
        (
            "a unit is its own neighbour",
            "leave out the diagonal",
            (links.row == links.col) & (links.data != 0.0),
        ),
    ):
        for i in np.flatnonzero(wrong)[:SHOWN]:
            where = f"{units[links.row[i]]} to {units[links.col[i]]}"
            faults.append(Fault("spatial weights", "", problem, mend, where, links.data[i]))
    return faults
