"""`Block`: the cells of a result that share pledge, phase, region and measure, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from econ.impact.interval import bounds
from econ.impact.response import EFFECTS, Response

__all__ = ["Block", "factors_of"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Cells that share pledge, phase, region and measure.

    Parameters
    ----------
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

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the cells with their intervals, a row each; all-zero rows are left out."""
        parts, m, y = self.parts, len(self.effects), len(self.years)
        value = _combined([(size[:, :1], late[:, :1]) for size, late in parts])[..., 0]
        low = high = value
        if parts[0][0].shape[-1] > 1:
            single = [(s[:, 1:].astype(np.float32), t[:, 1:].astype(np.float32)) for s, t in parts]
            low, high = bounds(_combined(single), value)
        moving = ((low != 0) | (value != 0) | (high != 0)).ravel()
        rows = int(moving.sum())
        return {
            **{name: np.full(rows, text, dtype=object) for name, text in self.texts.items()},
            "effect": np.repeat(np.array(self.effects, dtype=object), y)[moving],
            "product": np.repeat(np.array(self.products, dtype=object), y)[moving],
            "year": np.tile(np.array(self.years, dtype=np.int64), m)[moving],
            "value": value.ravel()[moving],
            "low": low.ravel()[moving],
            "high": high.ravel()[moving],
        }


def factors_of(response: Response, measure: str, dimensions: Sequence[str]) -> tuple[Array, Array]:
    """Return size (effect, product, column) and timing (year, column); a summed axis keeps one."""
    if "product" in dimensions:
        values = response.values[measure] * response.weight[:, None, :]
    else:
        values = response.totals(measure)[:, None, :]
    if response.effects != EFFECTS:
        spread = np.zeros((len(EFFECTS), *values.shape[1:]))
        spread[[EFFECTS.index(effect) for effect in response.effects]] = values
        values = spread
    if "effect" not in dimensions:
        values = values.sum(axis=0, keepdims=True)
    late = response.profile
    return values, late if "year" in dimensions else late.sum(axis=0, keepdims=True)


def _combined(parts: Sequence[tuple[npt.NDArray[Any], npt.NDArray[Any]]]) -> npt.NDArray[Any]:
    """Return the sum over parts of size times timing, shape (cell, year, column)."""
    total: npt.NDArray[Any] = parts[0][0][:, None, :] * parts[0][1][None, :, :]
    for size, late in parts[1:]:
        total += size[:, None, :] * late[None, :, :]
    return total
