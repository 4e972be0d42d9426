"""Numbers that are too large or too small to be squared: refused before they overflow."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault

__all__ = ["size_faults"]

LARGEST: Final = 1e150  # its square is the largest a double holds, with room for sums


def size_faults(name: str, values: npt.NDArray[np.float64]) -> list[Fault]:
    """Return the fault of a column whose squares would overflow, or vanish.

    Parameters
    ----------
    name : str
        Of the column.
    values : ndarray, shape (n,)
    """
    sizes = np.abs(values)
    size = float(sizes.max(where=np.isfinite(sizes), initial=0.0))
    if size <= LARGEST and (size == 0.0 or size >= 1.0 / LARGEST):
        return []
    problem = f"too {'large' if size > 1.0 else 'small'} to be squared"
    return [Fault("data", name, problem, "write it in another unit", value=f"{size:.3g}")]
