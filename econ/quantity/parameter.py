"""`Parameter`: a value with its range, distribution, unit and source."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.uncertainty.sampling import (
    lognormal_quantile,
    normal_quantile,
    pert_quantile,
    triangular_quantile,
    zero_inflated_quantile,
)

__all__ = ["Parameter"]

Array = npt.NDArray[np.float64]
ENDED: Final = ("fixed", "uniform", "triangular", "beta")
LARGEST: Final = 2.0**53  # beyond it a whole number is no longer told from the next
DISTRIBUTIONS: Final = (*ENDED, "lognormal", "normal", "zero_inflated")


@dataclass(frozen=True)
class Parameter:
    """One assumption: a number that knows its range, its unit and where it comes from.

    Parameters
    ----------
    name : str
    label : str
        In words a reader of the report understands.
    value, low, high : float [unit]
        ``low <= value <= high``.
    unit : str
    distribution : str
        ``triangular`` and ``beta`` (PERT) end at `low` and `high`, the 5 % and 95 % quantiles of
        ``lognormal`` and ``normal``; ``zero_inflated`` is zero with probability `zero`, else
        lognormal, with `high` the 95 % quantile of the whole.
    least, most : float [unit]
        Limits that are known, which a judgement drawn wider does not pass.
    basis : {"evidence", "judgement"}
    source : tuple of str
        Keys of ``references.toml``; may be empty for a judgement only.

    Raises
    ------
    InputError
        When the range does not hold the value, or a number has neither source nor judgement.

    Examples
    --------
    >>> share = Parameter("it_share", "IT share", 0.58, 0.45, 0.70, "share", "beta", "judgement")
    >>> share.at(np.array([0.5])).round(3).tolist()
    [0.579]
    """

    name: str
    label: str
    value: float
    low: float
    high: float
    unit: str
    distribution: str
    basis: str
    source: tuple[str, ...] = ()
    group: str = ""
    note: str = ""
    verified: bool = True
    zero: float = 0.0
    least: float = -np.inf
    most: float = np.inf
    file: str = field(default="assumptions.toml", compare=False)

    def __post_init__(self) -> None:
        InputError.raise_if(self._faults())

    def _faults(self) -> list[Fault]:
        def fault(column: str, value: object, problem: str, mend: str) -> Fault:
            return Fault(self.file, column, problem, mend, self.name, value)

        found = [
            fault(column, given, "not a number", "write a plain number")
            for column in ("low", "value", "high", "zero", "least", "most")
            if not _is_number(given := getattr(self, column))
        ]
        found += [
            fault(column, given, "not a text", "write it in quotes")
            for column in ("label", "unit", "distribution", "basis")
            if not isinstance(given := getattr(self, column), str)
        ]
        if found:
            return found
        if not np.isfinite([self.low, self.value, self.high]).all():
            found.append(fault("value", self.value, "not a finite number", "write plain numbers"))
        elif max(-self.low, self.high) > LARGEST:
            found.append(fault("high", self.high, "too large", "write it in a larger unit"))
        elif not self.low <= self.value <= self.high:
            shown = f"{self.low} <= {self.value} <= {self.high}"
            mend = "widen the range"
            found.append(fault("value", shown, "the range does not hold the value", mend))
        most = 1.0 if self.unit.startswith("share") else np.inf
        shown = f"{self.low} to {self.high}"
        if (self.low < 0.0 and self.distribution != "normal") or self.high > most:
            mend = "a share lies between 0 and 1" if most == 1.0 else "write a range above zero"
            found.append(fault("low", shown, f"no range of a {self.unit}", mend))
        if not (self.least <= self.low and self.high <= self.most):
            mend = f"it lies between {self.least:g} and {self.most:g}"
            found.append(fault("low", shown, "beyond the known limits", mend))
        if self.distribution not in DISTRIBUTIONS:
            mend = nearest(self.distribution, DISTRIBUTIONS)
            found.append(fault("distribution", self.distribution, "unknown distribution", mend))
        if most == 1.0 and self.distribution not in ENDED:
            mend = "draws may exceed one; choose beta or triangular"
            found.append(
                fault("distribution", self.distribution, "no distribution of a share", mend)
            )
        if self.distribution == "lognormal" and not self.low > 0:
            found.append(
                fault("low", self.low, "a lognormal is positive", "choose another distribution")
            )
        if self.distribution == "zero_inflated" and not (
            0 < self.zero < 0.95 and 0 < self.value < self.high
        ):
            mend = "give zero between 0 and 0.95 and 0 < value < high"
            found.append(fault("zero", self.zero, "no such zero-inflated distribution", mend))
        if self.distribution == "fixed" and not self.low == self.value == self.high:
            mend = "leave out low and high, or choose a distribution"
            found.append(fault("distribution", "fixed", "a fixed value has no range", mend))
        if self.basis not in ("evidence", "judgement"):
            mend = nearest(self.basis, ("evidence", "judgement"))
            found.append(fault("basis", self.basis, "unknown basis", mend))
        if self.basis == "evidence" and not self.source:
            mend = "cite a key of references.toml, or call it a judgement"
            found.append(fault("source", "", "no number without a source", mend))
        return found

    def wider(self, factor: float) -> Parameter:
        """Return the parameter with both sides of its range stretched away from the value.

        On a scale of ratios for a lognormal, else on that of the numbers. No end passes a limit
        that is known (`least`, `most`), zero or, for a share, one. A zero-inflated distribution
        stays as it is: its tail already runs far beyond `high`.

        Examples
        --------
        >>> judged = Parameter("tax", "Tax", 0.5, 0.25, 0.75, "share", "beta", "judgement")
        >>> stretched = judged.wider(1.5)
        >>> stretched.low, stretched.high
        (0.125, 0.875)
        """
        if self.distribution in ("fixed", "zero_inflated"):
            return self
        if self.distribution == "lognormal":
            low = self.value * (self.low / self.value) ** factor
            high = self.value * (self.high / self.value) ** factor
        else:
            low = self.value - factor * (self.value - self.low)
            high = self.value + factor * (self.high - self.value)
        least = max(self.least, 0.0 if self.low >= 0.0 else -np.inf)
        most = min(self.most, 1.0 if self.unit.startswith("share") else np.inf)
        return replace(self, low=max(low, least), high=min(high, most))

    def at(self, u: Array) -> Array:
        """Return the quantiles at probabilities `u`, shape (d,)."""
        if self.distribution == "fixed":
            return np.full_like(u, self.value)
        if self.distribution == "uniform":
            return self.low + u * (self.high - self.low)
        if self.distribution == "triangular":
            return triangular_quantile(u, self.low, self.value, self.high)
        if self.distribution == "beta":
            return pert_quantile(u, self.low, self.value, self.high)
        if self.distribution == "lognormal":
            return lognormal_quantile(u, self.low, self.value, self.high)
        if self.distribution == "normal":
            return normal_quantile(u, self.low, self.value, self.high)
        return zero_inflated_quantile(u, self.zero, self.value, self.high)


def _is_number(given: object) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool) and not np.isnan(float(given))
