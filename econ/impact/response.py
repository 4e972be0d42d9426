"""`Response`: what one part of a shock does, by effect, product and draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.impact.factored import totals

__all__ = ["EFFECTS", "MEASURES", "PHASES", "Response"]

Array = npt.NDArray[np.float64]

PHASES: Final = ("construction", "operation")
EFFECTS: Final = ("direct", "indirect", "induced")
MEASURES: Final = ("output", "gva", "gdp", "compensation", "employment", "taxes", "imports")


@dataclass(frozen=True)
class Response:
    """What one part of a shock does: per effect, product and draw, and when.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (e, n, c)
        By measure; e runs over `effects`. May be `Factored`: then an array is made when it is
        asked for, and `totals` is the quick way to sums over products.
    profile : ndarray, shape (y, c)
    weight : ndarray, shape (e, c)
        Share of each effect that counts: one for gross, less for net.
    stream : str
        Which of several parts of a phase it is.
    """

    pledge: str
    phase: str
    region: str
    effects: tuple[str, ...]
    values: Mapping[str, Array]
    profile: Array
    weight: Array
    stream: str = ""

    def totals(self, measure: str) -> Array:
        """Return what counts of a measure, summed over products, shape (e, c)."""
        return totals(self.values, measure) * self.weight
