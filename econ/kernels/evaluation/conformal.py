"""Conformal inference: whether residuals after an event are like those before it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["conformal_p_value"]

Array = npt.NDArray[np.float64]


def conformal_p_value(
    residuals: Array,
    after: int,
    *,
    scheme: Literal["moving block", "iid"] = "moving block",
    power: float = 1.0,
    draws: int = 0,
    rng: np.random.Generator | None = None,
) -> float:
    """Return the share of rearrangements of periods whose last residuals are as large as these.

    Parameters
    ----------
    residuals : ndarray, shape (t,) [outcome]
        Under the hypothesis, of a model fitted to all t periods; those after the event last.
    after : int
        Number of periods after the event.
    scheme : {"moving block", "iid"}
        The t cyclic shifts, which allow residuals to depend on their neighbours, or `draws` random
        orders beside the one observed.
    power : float
        q of the statistic ``(sum |u|^q / sqrt(after))^(1/q)``.
    draws : int
        For iid.
    rng : numpy.random.Generator, optional
        For iid.

    Returns
    -------
    float [-]
        Never below one over the number of rearrangements.

    References
    ----------
    [chernozhukov_wuthrich_zhu_2021], section 2.2, equations 4 and 5.

    Examples
    --------
    >>> conformal_p_value(np.array([0.1, -0.2, 0.1, 5.0]), 1)
    0.25
    """
    t = len(residuals)
    sizes = np.abs(residuals) ** power
    if scheme == "moving block":
        orders = (np.arange(t)[:, None] + np.arange(t - after, t)) % t
        statistics = sizes[orders].sum(axis=1)
    else:
        chance = rng or np.random.default_rng(0)
        keys = chance.random((draws, t))
        orders = np.argpartition(keys, after - 1, axis=1)[:, :after]
        statistics = np.append(sizes[-after:].sum(), sizes[orders].sum(axis=1))
    observed = sizes[-after:].sum()
    return float(np.mean(statistics >= observed * (1.0 - np.finfo(np.float64).eps * t)))
