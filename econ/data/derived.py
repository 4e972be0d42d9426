"""Datasets made of other datasets: `DERIVED` finds how by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from econ.data.dataset import Dataset, Entry
from econ.kernels.inputoutput.trade import great_circle_distances

__all__ = ["DERIVED", "derived"]

Part = tuple[Entry, Dataset]


def stacked(parts: Sequence[Part]) -> pd.DataFrame:
    """Return the rows of all parts, each with its base year, vintage and source."""
    frames = [
        dataset.frame.assign(
            base=entry.base, vintage=entry.vintage, source="; ".join(sorted(entry.source))
        )
        for entry, dataset in parts
    ]
    return pd.concat(frames, ignore_index=True).astype({"base": "int64"})


def distances(parts: Sequence[Part]) -> pd.DataFrame:
    """Return the distance of every two places in kilometres, with the rank of the neighbour.

    These are distances of centres, not borders that touch: none of our sources lists borders.
    """
    ((_, dataset),) = parts
    places = dataset.frame
    km = great_circle_distances(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    codes = places["region"].to_numpy()
    order = np.argsort(np.where(np.eye(len(codes), dtype=bool), -1.0, km), axis=1, kind="stable")
    rows = np.repeat(np.arange(len(codes)), len(codes) - 1)
    columns = order[:, 1:].ravel()
    return pd.DataFrame(
        {
            "region": codes[rows],
            "neighbour": codes[columns],
            "rank": np.tile(np.arange(1, len(codes)), len(codes)),
            "km": km[rows, columns].round(1),
        }
    )


DERIVED: Final[Mapping[str, Callable[[Sequence[Part]], pd.DataFrame]]] = {
    "stacked": stacked,
    "distances": distances,
}


def derived(entry: Entry, parts: Sequence[Part]) -> Dataset:
    """Make a dataset of its parts.

    Raises
    ------
    InputError
        With everything in the result that breaks its schema.
    """
    frame = DERIVED[entry.reader](parts)[entry.schema.names]
    provenance = parts[0][1].provenance
    for _, dataset in parts[1:]:
        provenance = provenance | dataset.provenance
    names = ", ".join(part.name for part, _ in parts)
    units = {**entry.schema.units, **({"value": entry.unit} if entry.unit else {})}
    step = f"{entry.reader} from {names}"
    return Dataset(entry.name, frame, entry.schema, provenance.step(step), units)
