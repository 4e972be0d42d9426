"""By how much an induced effect must change for a model to say what the record says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["induced_factor"]

Array = npt.NDArray[np.float64]


def induced_factor(wanted: Array, indirect: Array, induced: Array) -> Array:
    """Return the factor at which ``indirect + factor induced`` is what is wanted, never below zero.

    Parameters
    ----------
    wanted, indirect, induced : ndarray, shape (c,) [per direct job]

    Returns
    -------
    ndarray, shape (c,) [-]
        Zero where suppliers alone make more than is wanted.

    Notes
    -----
    Own definition: of the two effects the induced one is open, for it rests on how households
    spend; what firms buy stands in the table.

    Examples
    --------
    >>> induced_factor(np.array([0.5, 0.1]), np.array([0.25, 0.2]), np.array([0.125, 0.2])).tolist()
    [2.0, 0.0]
    """
    left = np.maximum(wanted - indirect, 0.0)
    return np.divide(left, induced, out=np.ones_like(left), where=induced != 0.0)
