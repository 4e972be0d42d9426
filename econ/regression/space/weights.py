"""Spatial weights: who is whose neighbour, and how much each counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from econ.errors import InputError
from econ.kernels.space.spatial_weights import (
    great_circle_chord,
    nearest_neighbours,
    within_distance,
)
from econ.regression.space.links import Links
from econ.regression.space.reading import (
    PLACE,
    edges_from,
    edges_of_gal,
    great_circle,
    points_from,
)

__all__ = ["SpatialWeights"]


@dataclass(frozen=True, eq=False, repr=False)
class SpatialWeights(Links):
    """Who is whose neighbour: a matrix whose rows and columns know their units.

    Made by `from_neighbours`, `read_gal`, `from_matrix`, `distance_band`, `k_nearest` or
    `inverse_distance`. Rows sum to one unless ``standardise=False``; a unit without a neighbour
    is refused by name unless ``islands="keep"``.

    Examples
    --------
    >>> line = SpatialWeights.from_neighbours({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    >>> line
    SpatialWeights(3 units, 4 links, rows sum to one: neighbour list)
    >>> line.lag(pd.Series({"a": 1.0, "b": 2.0, "c": 5.0})).tolist()
    [2.0, 3.0, 2.0]
    """

    @classmethod
    def from_neighbours(
        cls,
        neighbours: Mapping[Any, Any] | pd.DataFrame,
        *,
        units: Iterable[Hashable] | None = None,
        symmetric: bool = True,
        standardise: bool = True,
        islands: str = "refuse",
    ) -> Self:
        """Take contiguity, or any links, from a list.

        Parameters
        ----------
        neighbours : mapping or pandas.DataFrame
            Unit to its neighbours, or to a mapping of neighbours to weights; or a frame of two
            columns, from and to, and if there is a third the weight.
        units : iterable, optional
            All units in the order wanted; otherwise as they come.
        symmetric : bool
            Refuse a link without its way back.

        Raises
        ------
        InputError
            With every link to an unknown unit, one-way link, repeated link and island.
        """
        known, raw = edges_from(neighbours, units, symmetric=symmetric)
        return cls.made(known, raw, "neighbour list", standardise=standardise, islands=islands)

    @classmethod
    def read_gal(
        cls, path: str | Path, *, standardise: bool = True, islands: str = "refuse"
    ) -> Self:
        """Read a GAL file of GeoDa, libpysal or spdep; labels that are whole numbers become so.

        Raises
        ------
        InputError
            When the file is no GAL file, or as in `from_neighbours`.
        """
        known, raw = edges_of_gal(Path(path))
        return cls.made(
            known, raw, f"contiguity of {Path(path).name}", standardise=standardise, islands=islands
        )

    @classmethod
    def from_matrix(
        cls,
        matrix: pd.DataFrame | npt.ArrayLike | Any,
        *,
        units: Iterable[Hashable] | None = None,
        standardise: bool = True,
        islands: str = "refuse",
    ) -> Self:
        """Take a square matrix: a frame labelled alike on both sides, or an array.

        Parameters
        ----------
        matrix : DataFrame, array or sparse array, shape (n, n) [-]
        units : iterable, optional
            Of an array; 0, 1, 2 ... where left out.

        Raises
        ------
        InputError
            When it is not square, or rows and columns have other labels.
        """
        if isinstance(matrix, pd.DataFrame):
            if list(matrix.index) != list(matrix.columns):
                mend = "give rows and columns the same labels in the same order"
                raise InputError.one("spatial weights", "", "labels differ", mend)
            known: list[Hashable] = list(matrix.index)
            raw = sparse.csr_array(matrix.to_numpy(dtype=np.float64))
        else:
            try:
                raw = sparse.csr_array(matrix, dtype=np.float64)
            except (TypeError, ValueError) as error:
                mend = "give a frame, a square array or a sparse array"
                value = type(matrix).__name__
                raise InputError.one(
                    "spatial weights", "", "no matrix", mend, value=value
                ) from error
            known = list(range(raw.shape[0])) if units is None else list(units)
        if raw.shape != (len(known), len(known)):
            mend = f"give {len(known)} rows and columns, one for each unit"
            raise InputError.one("spatial weights", "", "shape", mend, value=str(raw.shape))
        return cls.made(known, raw, "given matrix", standardise=standardise, islands=islands)

    @classmethod
    def distance_band(
        cls,
        places: pd.DataFrame,
        within: float,
        *,
        unit: str = "",
        lat: str = "",
        lon: str = "",
        x: str = "",
        y: str = "",
        standardise: bool = True,
        islands: str = "refuse",
    ) -> Self:
        """Make neighbours of all units within a distance.

        Parameters
        ----------
        places : pandas.DataFrame
            One row for each unit.
        within : float [km, or the unit of `x` and `y`]
        unit : str
            Column of the labels; the index where left out.
        lat, lon : str
            Columns [degrees], for distances on the globe; or
        x, y : str
            Columns of a plane.

        Raises
        ------
        InputError
            When a column is missing or not a number, or a unit has nobody within reach.
        """
        points, known, km = points_from(
            places, unit, {"lat": lat, "lon": lon, "x": x, "y": y}, apart=False
        )
        reach = _reach(within, km)
        rows, columns, _ = within_distance(points, reach)
        raw = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(known),) * 2)
        what = f"within {within:g}{' km' if km else ''}"
        return cls.made(known, raw, what, standardise=standardise, islands=islands)

    @classmethod
    def k_nearest(
        cls,
        places: pd.DataFrame,
        k: int,
        *,
        unit: str = "",
        lat: str = "",
        lon: str = "",
        x: str = "",
        y: str = "",
        standardise: bool = True,
    ) -> Self:
        """Make neighbours of the k nearest units; parameters as in `distance_band`.

        Raises
        ------
        InputError
            When k is not from 1 to n - 1, or two units stand in one place.
        """
        points, known, _ = points_from(places, unit, {"lat": lat, "lon": lon, "x": x, "y": y})
        if not isinstance(k, int | np.integer) or not 1 <= k < len(known):
            mend = f"give a whole number from 1 to {len(known) - 1}"
            raise InputError.one(PLACE, "k", "no such number of neighbours", mend, value=k)
        rows, columns, _ = nearest_neighbours(points, int(k))
        raw = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(known),) * 2)
        return cls.made(known, raw, f"{k} nearest", standardise=standardise, islands="refuse")

    @classmethod
    def inverse_distance(
        cls,
        places: pd.DataFrame,
        *,
        power: float = 1.0,
        within: float = np.inf,
        unit: str = "",
        lat: str = "",
        lon: str = "",
        x: str = "",
        y: str = "",
        standardise: bool = True,
        islands: str = "refuse",
    ) -> Self:
        """Let neighbours count by one over distance to a power; parameters as in `distance_band`.

        Raises
        ------
        InputError
            As `distance_band`, and when two units stand in one place or power is not above zero.
        """
        points, known, km = points_from(places, unit, {"lat": lat, "lon": lon, "x": x, "y": y})
        if not isinstance(power, int | float) or not 0.0 < power < np.inf:
            mend = "give a number above zero; 1 and 2 are usual"
            raise InputError.one(PLACE, "power", "no such power", mend, value=power)
        reach = (
            2.0 * float(np.ptp(points, axis=0).sum()) if within == np.inf else _reach(within, km)
        )
        rows, columns, apart = within_distance(points, reach)
        far = great_circle(apart) if km else apart
        raw = sparse.csr_array((far**-power, (rows, columns)), shape=(len(known),) * 2)
        what = f"inverse distance to the power {power:g}"
        what += "" if within == np.inf else f" within {within:g}{' km' if km else ''}"
        return cls.made(known, raw, what, standardise=standardise, islands=islands)


def _reach(within: float, km: bool) -> float:
    if not isinstance(within, int | float) or not 0.0 < within < np.inf:
        mend = "give a distance above zero"
        raise InputError.one(PLACE, "within", "no such distance", mend, value=within)
    return float(great_circle_chord(np.array(within))) if km else float(within)
