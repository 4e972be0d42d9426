"""A number with the ends of its interval, as the columns of a table hold it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from econ.impact.interval import interval

__all__ = ["FACTOR_OF_FLAG", "ends", "ranged", "ratio"]

Array = npt.NDArray[np.float64]
FACTOR_OF_FLAG: Final = 2.0  # two ways to a number that differ by more are said to be far apart


def ranged(name: str, draws: Array) -> dict[str, float]:
    """Return a number and its interval as columns ``name``, ``name_low`` and ``name_high``.

    Parameters
    ----------
    name : str
    draws : ndarray, shape (c,)
        Central value first.

    Examples
    --------
    >>> ranged("jobs", np.array([2.0, 2.0, 2.0]))
    {'jobs': 2.0, 'jobs_low': 2.0, 'jobs_high': 2.0}
    """
    value, low, high = interval(draws)
    return {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}


def ends(name: str, draws: Array) -> dict[str, float]:
    """Return the interval alone, as columns ``name_low`` and ``name_high``."""
    found = ranged(name, draws)
    return {column: found[column] for column in (f"{name}_low", f"{name}_high")}


def ratio(above: Array, below: Array | float) -> Array:
    """Return a ratio draw by draw, shape (c,); infinite where nothing stands below.

    Examples
    --------
    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist()
    [0.5, inf]
    """
    below = np.broadcast_to(np.asarray(below, dtype=np.float64), above.shape)
    found: Array = np.divide(above, below, out=np.full(above.shape, np.inf), where=below != 0.0)
    return found
