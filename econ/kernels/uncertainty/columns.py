"""Products of matrices whose columns do not depend on how many of them there are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["column_product"]

Array = npt.NDArray[np.float64]


def column_product(left: Array, right: Array) -> Array:
    """Return ``left @ right``, added up in the order of the inner axis.

    A library of linear algebra adds in an order that depends on the shape and on the number of
    threads, so that draws computed in chunks would differ in their last digits from draws
    computed at once. Here every column comes out the same to the bit.

    Parameters
    ----------
    left : ndarray, shape (m, k) or (k,)
    right : ndarray, shape (k, c)

    Returns
    -------
    ndarray, shape (m, c) or (c,)
        Own definition: the sum over k of ``left[:, k] right[k]``, from the first k to the last.

    Examples
    --------
    >>> column_product(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [[1.0, 2.0]]
    """
    if right.shape[-1] == 1:
        # With one column einsum runs along the inner axis, in blocks that are added up at the end.
        return column_product(left, np.repeat(right, 2, axis=1))[..., :1]
    # Along the columns in memory, one inner product after the other: no order but one.
    found: Array = np.einsum("...k,kc->...c", left, np.ascontiguousarray(right))
    return found
