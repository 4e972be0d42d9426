"""`Diagnostic` and `Test`: values that say whether an assumption or a hypothesis holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from econ.errors import Fault

__all__ = ["Diagnostic", "Test", "level_faults", "perfect_fit", "seed_faults"]

# What rounding leaves of the squares of an outcome that is explained whole.
PERFECT: Final = 1e-20


@dataclass(frozen=True)
class Test:
    """A test of restrictions on the estimates.

    Parameters
    ----------
    statistic : float [-]
        F where `df_denominator` is finite, else chi-squared.
    df : float
        Number of restrictions.
    df_denominator : float
    p_value : float [-]
    """

    statistic: float
    df: float
    df_denominator: float
    p_value: float

    __test__ = False


@dataclass(frozen=True)
class Diagnostic:
    """One assumption looked at: what was found, whether it holds, and why it matters.

    Parameters
    ----------
    name : str
    statistic, p_value : float [-]
        NaN where the diagnostic is a statement, not a test.
    df : tuple of float
        Degrees of freedom.
    holds : bool or None
        None where the figure speaks for itself.
    reason : str
        In a sentence.
    """

    name: str
    statistic: float = np.nan
    p_value: float = np.nan
    df: tuple[float, ...] = ()
    holds: bool | None = None
    reason: str = ""


def perfect_fit(left: float, whole: float) -> tuple[Diagnostic, ...]:
    """Return the row that says so when nothing is left of the squares of the outcome.

    Examples
    --------
    >>> perfect_fit(0.0, 2.0)[0].name, perfect_fit(0.1, 2.0)
    ('perfect fit', ())
    """
    if not left <= PERFECT * whole:
        return ()
    reason = "the regressors explain the outcome to the last digit; errors mean nothing here"
    return (Diagnostic("perfect fit", left, holds=False, reason=reason),)


def level_faults(level: float) -> list[Fault]:
    """Return a fault when a level of confidence does not lie between 0 and 1."""
    if isinstance(level, int | float) and 0.0 < level < 1.0:
        return []
    mend = "write a share such as 0.90"
    return [Fault("fit", "level", "no level of confidence", mend, value=level)]


def seed_faults(seed: object, file: str) -> list[Fault]:
    """Return the fault of a seed that is no whole number from zero on."""
    if isinstance(seed, int | np.integer) and not isinstance(seed, bool) and seed >= 0:
        return []
    mend = "write a whole number, 0 or more"
    return [Fault(file, "seed", "no seed", mend, value=seed)]
