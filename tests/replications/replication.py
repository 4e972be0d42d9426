"""One printed result against ours, and the folder where the printed ones lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Absent", "Replication", "column_of", "published_folder", "replication_folder"]

REPOSITORY = Path(__file__).resolve().parents[2]
PLACE = "ECON_PUBLISHED"
REPLICATION_PLACE = "ECON_REPLICATION"


class Absent(Exception):  # noqa: N818
    """The publication is not at hand; the replication is skipped by name."""


@dataclass(frozen=True)
class Replication:
    """A printed result, ours, and how far they may lie apart.

    Parameters
    ----------
    name : str
    source : str
        Publication with table or page.
    published, ours : sequence of float
    tolerance : float
        Half of the last printed digit, or the reach of a file in double precision.
    """

    name: str
    source: str
    published: Sequence[float]
    ours: Sequence[float]
    tolerance: float

    @property
    def max_abs_diff(self) -> float:
        """Return the largest distance, infinite where the two do not have one length."""
        printed, found = (
            np.asarray(side, dtype=np.float64) for side in (self.published, self.ours)
        )
        if printed.shape != found.shape or not printed.size:
            return float("inf")
        return float(np.abs(printed - found).max())

    def record(self) -> dict[str, Any]:
        """Return what is written to build/replications.json."""
        return {
            "name": self.name,
            "source": self.source,
            "published": [float(value) for value in self.published],
            "ours": [float(value) for value in self.ours],
            "max_abs_diff": self.max_abs_diff,
            "tolerance": self.tolerance,
            "pass": bool(self.max_abs_diff <= self.tolerance),
        }


def published_folder(name: str) -> Path:
    """Return the folder of a publication, beside the project or where ECON_PUBLISHED says.

    Raises
    ------
    Absent
        When it is not there.
    """
    return _folder("published", PLACE, name)


def replication_folder(name: str) -> Path:
    """Return the folder of an econometric data set, or where ECON_REPLICATION says.

    Raises
    ------
    Absent
        When it is not there.
    """
    return _folder("replication", REPLICATION_PLACE, name)


def _folder(kind: str, place: str, name: str) -> Path:
    base = Path(os.environ.get(place) or REPOSITORY.parent / "shared" / kind)
    if not (base / name).is_dir():
        raise Absent(f"{name}: no folder of that name in shared/{kind} beside the project")
    return base / name


def column_of(frame: pd.DataFrame, column: str, **where: str) -> list[float]:
    """Return a column of the rows where the others have the values given."""
    chosen = frame
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    return list(chosen[column].astype(float))
