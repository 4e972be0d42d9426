"""The interval around a central value: from the 5 % to the 95 % quantile of the draws."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["bounds", "interval"]

Array = npt.NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
# Size and timing are each rounded once, and so is their product.
SINGLE_PRECISION: Final = 4.0 * float(np.finfo(np.float32).eps)


def interval(draws: Array, low: float = LOW, high: float = HIGH) -> tuple[Array, Array, Array]:
    """Return central value and interval of arrays whose last axis is central value and draws.

    The interval runs from the 5 % to the 95 % quantile of the draws, and is widened to hold the
    central value where that lies outside of it. Quantiles are taken in single precision, which is
    several times faster and a thousand times finer than the error of two thousand draws.

    Examples
    --------
    >>> value, lower, upper = interval(np.array([2.0, 1.0, 2.0, 3.0]))
    >>> round(float(value), 6), round(float(lower), 6), round(float(upper), 6)
    (2.0, 1.1, 2.9)
    """
    value = draws[..., 0]
    if draws.shape[-1] == 1:
        return value, value, value
    lower, upper = bounds(draws[..., 1:].astype(np.float32), value, low, high)
    return value, lower, upper


def bounds(
    sample: npt.NDArray[np.float32], value: Array, low: float = LOW, high: float = HIGH
) -> tuple[Array, Array]:
    """Return the interval of a sample around a value; the sample is sorted in place.

    Parameters
    ----------
    sample : ndarray, shape (..., d)
    value : ndarray, shape (...)
        Held by the interval, and kept exactly where the sample never varies.
    """
    sample.sort(axis=-1)
    lower = np.minimum(_quantile(sample, low, value), value)
    return lower, np.maximum(_quantile(sample, high, value), value)


def _quantile(ordered: npt.NDArray[np.float32], probability: float, value: Array) -> Array:
    position = probability * (ordered.shape[-1] - 1)
    below = int(np.floor(position))
    above = min(below + 1, ordered.shape[-1] - 1)
    part = position - below
    found = ordered[..., below].astype(np.float64) * (1.0 - part) + ordered[..., above] * part
    # A value that never varies keeps its exact number.
    same = np.abs(found - value) <= SINGLE_PRECISION * np.abs(value)
    quantile: Array = np.where(same, value, found)
    return quantile
