"""Neighbour lists, GAL files and coordinates as they come: the border of spatial weights."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from econ.errors import Fault, InputError, nearest
from econ.kernels.earth import EARTH_RADIUS_KM
from econ.kernels.space.spatial_weights import points_on_sphere

__all__ = ["PLACE", "edges_from", "edges_of_gal", "great_circle", "points_from"]

Array = npt.NDArray[np.float64]
PLACE: Final = "places"
LIST: Final = "neighbours"


def edges_from(
    neighbours: Mapping[Any, Any] | pd.DataFrame,
    units: Iterable[Hashable] | None,
    *,
    symmetric: bool,
) -> tuple[list[Hashable], Any]:
    """Return units and raw weights, shape (n, n), of a neighbour list."""
    if isinstance(neighbours, pd.DataFrame):
        if neighbours.shape[1] not in (2, 3):
            mend = "give from, to and, if links are weighted, the weight"
            found = ", ".join(map(str, neighbours.columns))
            raise InputError.one(LIST, "", "not two or three columns", mend, value=found)
        cells = [neighbours[column].tolist() for column in neighbours.columns]
        heads, tails = cells[0], cells[1]
        sizes = cells[2] if len(cells) > 2 else [1.0] * len(heads)
        known = list(dict.fromkeys([*heads, *tails]))
    elif isinstance(neighbours, Mapping):
        heads, tails, sizes = [], [], []
        for unit, near in neighbours.items():
            if isinstance(near, str) or not isinstance(near, Iterable):
                mend = "give a list of neighbours, or a mapping of neighbours to weights"
                raise InputError.one(LIST, "", "no list", mend, row=str(unit), value=near)
            for other in near:
                heads.append(unit)
                tails.append(other)
                sizes.append(near[other] if isinstance(near, Mapping) else 1.0)
        known = list(neighbours)
    else:
        mend = "give a mapping of unit to neighbours, or a frame of from and to"
        raise InputError.one(LIST, "", "no list", mend, value=type(neighbours).__name__)
    known = known if units is None else list(units)
    place = {unit: i for i, unit in enumerate(known)}
    links = list(zip(heads, tails, strict=True))
    faults = [
        Fault(LIST, "", "no such unit", nearest(end, known), f"{a} to {b}", end)
        for a, b in links
        for end in (a, b)
        if end not in place
    ]
    given = set(links)
    if len(given) < len(links):
        seen: set[tuple[Any, Any]] = set()
        for a, b in links:
            if (a, b) in seen:
                faults.append(Fault(LIST, "", "link stands twice", "keep one", f"{a} to {b}"))
            seen.add((a, b))
    if symmetric:
        mend = "add the way back, or say symmetric=False"
        faults += [
            Fault(LIST, "", "link without its way back", mend, f"{a} to {b}")
            for a, b in links
            if (b, a) not in given and a != b
        ]
    InputError.raise_if(faults)
    rows, columns = [place[a] for a in heads], [place[b] for b in tails]
    weights = np.asarray(sizes, dtype=np.float64)
    return known, sparse.csr_array((weights, (rows, columns)), shape=(len(known),) * 2)


def edges_of_gal(path: Path) -> tuple[list[Hashable], Any]:
    """Return units and raw weights of a GAL file."""
    if not path.is_file():
        raise InputError.one(path.name, "", "no such file", "give the path of a GAL file")
    try:
        header, *lines = path.read_text("utf-8").splitlines() or [""]
    except UnicodeDecodeError:
        mend = "give a text file in UTF-8"
        raise InputError.one(path.name, "", "no GAL file", mend) from None
    words = header.split()
    count = words[1] if len(words) > 1 and words[0] == "0" else (words or [""])[0]
    if not count.isdigit():
        mend = "the first line of a GAL file holds the number of units"
        raise InputError.one(path.name, "", "no GAL file", mend, row=1, value=header)

    def label(word: str) -> Hashable:
        return int(word) if word.isdigit() else word

    found: dict[Hashable, list[Hashable]] = {}
    place = 0
    while place < len(lines):
        head = lines[place].split()
        if not head:
            place += 1
            continue
        if len(head) != 2 or not head[1].isdigit():
            mend = "write a unit and the number of its neighbours"
            raise InputError.one(
                path.name, "", "no GAL file", mend, row=place + 2, value=lines[place]
            )
        wanted = int(head[1])
        near: list[Hashable] = []
        place += 1
        while len(near) < wanted and place < len(lines):
            near += [label(word) for word in lines[place].split()]
            place += 1
        if wanted == 0 and place < len(lines) and not lines[place].split():
            place += 1
        if len(near) != wanted:
            mend = f"list {wanted} neighbours"
            raise InputError.one(path.name, "", "neighbours missing", mend, row=head[0])
        found[label(head[0])] = near
    if len(found) != int(count):
        mend = f"the header says {count} units"
        raise InputError.one(path.name, "", "units missing", mend, value=len(found))
    return edges_from(found, None, symmetric=False)


def points_from(
    places: pd.DataFrame, unit: str, columns: Mapping[str, str], *, apart: bool = True
) -> tuple[Array, list[Hashable], bool]:
    """Return points, labels and whether they lie on the globe; `apart` refuses two in one place."""
    if not isinstance(places, pd.DataFrame) or not len(places):
        mend = "give a frame with one row for each unit"
        raise InputError.one(PLACE, "", "no places", mend, value=type(places).__name__)
    globe = bool(columns["lat"] or columns["lon"])
    pair = ("lon", "lat") if globe else ("x", "y")
    wanted = [*(columns[name] for name in pair), *([unit] if unit else [])]
    if not all(columns[name] for name in pair) or (globe and (columns["x"] or columns["y"])):
        mend = "name the columns: lat= and lon= in degrees, or x= and y= of a plane"
        raise InputError.one(PLACE, "", "which coordinates", mend)
    InputError.raise_if(
        [
            Fault(PLACE, name, "column missing", nearest(name, places.columns))
            for name in wanted
            if name not in places.columns
        ]
    )
    labels = list(places[unit]) if unit else list(places.index)
    values = places[[columns[name] for name in pair]].apply(pd.to_numeric, errors="coerce")
    given = values.to_numpy(dtype=np.float64)
    faults = [
        Fault(PLACE, columns[pair[j]], "not a number", "give its coordinate", str(labels[i]))
        for i, j in np.argwhere(~np.isfinite(given))
    ]
    if globe:
        for j, most in ((0, 180.0), (1, 90.0)):
            faults += [
                Fault(
                    PLACE,
                    columns[pair[j]],
                    "no degrees",
                    f"give -{most:g} to {most:g}",
                    str(labels[i]),
                    given[i, j],
                )
                for i in np.flatnonzero(np.abs(given[:, j]) > most)
            ]
    same = pd.DataFrame(given).duplicated().to_numpy() & np.isfinite(given).all(axis=1) & apart
    faults += [
        Fault(PLACE, "", "stands where another unit stands", "move one of them", str(labels[i]))
        for i in np.flatnonzero(same)
    ]
    InputError.raise_if(faults)
    points = points_on_sphere(given[:, 0], given[:, 1]) if globe else given
    return points, labels, globe


def great_circle(chord: Array) -> Array:
    """Return the distance on the ground of a straight line through the globe [km]."""
    found: Array = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2.0 / EARTH_RADIUS_KM, 1.0))
    return found
