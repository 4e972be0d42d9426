"""`Diagnostic` and `Test`: values that say whether an assumption or a hypothesis holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from econ.errors import Fault
from econ.quantity.design import is_whole

__all__ = [
    "SIZE",
    "Diagnostic",
    "Test",
    "count_faults",
    "draws_faults",
    "level_faults",
    "perfect_fit",
]

SIZE: Final = 0.05  # of the tests that decide whether a diagnostic holds
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


def level_faults(level: float, file: str = "fit") -> list[Fault]:
    """Return a fault when a level of confidence does not lie between 0 and 1."""
    if isinstance(level, int | float | np.floating) and 0.0 < level < 1.0:
        return []
    mend = "write a share such as 0.90"
    return [Fault(file, "level", "no level of confidence", mend, value=level)]


def draws_faults(draws: object, file: str, least: int = 1) -> list[Fault]:
    """Return the fault of a number of draws that is none, or too small for its use."""
    mend = f"write a whole number, {least} or more; 1,000 are usual"
    problem = "no number of draws"
    return count_faults(draws, file, "draws", problem, mend, least=least)


def count_faults(
    count: object, file: str, column: str, problem: str, mend: str, *, least: int = 0
) -> list[Fault]:
    """Return the fault of a count that is no whole number, or too small."""
    if is_whole(count) and int(count) >= least:  # type: ignore[call-overload]
        return []
    return [Fault(file, column, problem, mend, value=count)]
