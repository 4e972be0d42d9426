"""How much a published cell may be off: half of its last digit, said or taken for granted."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["COARSEST_ROUNDING", "ROUNDING_OF_WHOLE_NUMBERS", "usual_rounding"]

Array = npt.NDArray[np.float64]
# A rounding of more than this share of mean output would let every account close.
COARSEST_ROUNDING: Final = 0.01
ROUNDING_OF_WHOLE_NUMBERS: Final = 0.5
# Of mean output, where figures are so small that whole numbers can only be meant exactly.
ROUNDING_OF_SMALL_FIGURES: Final = 0.001


def usual_rounding(output: Array) -> float:
    """Return what cells may be off where nothing is said: half a unit, or less of small figures.

    Parameters
    ----------
    output : ndarray, shape (n,) [unit]

    Examples
    --------
    >>> usual_rounding(np.array([1000.0, 2000.0])), usual_rounding(np.array([6.0, 4.0]))
    (0.5, 0.005)
    """
    size = np.abs(output[np.isfinite(output)])
    mean = float(size.mean()) if size.size else 0.0
    whole = mean == 0.0 or ROUNDING_OF_WHOLE_NUMBERS <= COARSEST_ROUNDING * mean
    return ROUNDING_OF_WHOLE_NUMBERS if whole else ROUNDING_OF_SMALL_FIGURES * mean
