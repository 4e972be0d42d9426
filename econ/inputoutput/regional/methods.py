"""The methods that say what part of its needs an area covers itself, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.inputoutput.quotients import (
    augmented_flegg_quotient,
    cross_industry_quotient,
    flegg_quotient,
    limited,
    round_quotient,
    size_factor,
)

__all__ = ["METHODS", "QUOTIENTS", "Regionalisation"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Quotient:
    """One location quotient: of purchases of i by j, and of what final users buy.

    Parameters
    ----------
    sized : bool
        Whether it needs a delta.
    between : callable
        From SLQ (r, n), size (r,) and delta to the part covered of each purchase (r, n, n).
    final : callable
        The same for final users, who have no quotient of their own: (r, n).
    """

    sized: bool
    between: Callable[[Array, Array, float], Array]
    final: Callable[[Array, Array, float], Array]


def _simple(slq: Array, size: Array, delta: float) -> Array:
    return limited(np.repeat(slq[:, :, None], slq.shape[1], axis=2))


def _of_final(slq: Array, size: Array, delta: float) -> Array:
    return limited(slq)


def _of_final_by_size(slq: Array, size: Array, delta: float) -> Array:
    return limited(size_factor(size, delta)[:, None] * slq)


QUOTIENTS: Final[Mapping[str, Quotient]] = {
    "slq": Quotient(False, _simple, _of_final),
    "cilq": Quotient(False, lambda q, s, d: limited(cross_industry_quotient(q)), _of_final),
    "rlq": Quotient(False, lambda q, s, d: limited(round_quotient(q)), _of_final),
    "flq": Quotient(True, lambda q, s, d: limited(flegg_quotient(q, s, d)), _of_final_by_size),
    "aflq": Quotient(True, augmented_flegg_quotient, _of_final_by_size),
}
METHODS: Final = (*QUOTIENTS, "charm", "gravity")


@dataclass(frozen=True)
class Regionalisation:
    """How a national table is regionalised: nothing that a method needs has a default.

    Parameters
    ----------
    method : {"slq", "cilq", "rlq", "flq", "aflq", "charm", "gravity"}
    delta : float [-], optional
        Of FLQ and AFLQ, from zero (size does not matter) to below one.
    cross_hauling : float [-], optional
        Of CHARM: trade in both directions between regions over that of the country with the
        world, per turnover. One takes the country's own.
    distance_decay : float [-], optional
        Trade between areas falls with distance to this power; zero where distance is left out.
    sheltered : tuple of str
        Industries or products that are used where they are made (building, shops, schools): an
        area covers all it can of them itself.

    Raises
    ------
    InputError
        With everything that is missing, not needed, or outside its range.

    Examples
    --------
    >>> Regionalisation("flq", delta=0.25, distance_decay=1.0).statement
    'FLQ with delta 0.25, trade falling with distance to the power 1'
    """

    method: str
    delta: float | None = None
    cross_hauling: float | None = None
    distance_decay: float | None = None
    sheltered: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            mend = nearest(self.method, METHODS)
            raise InputError.one("regionalisation", "method", "unknown", mend, value=self.method)
        quotient = QUOTIENTS.get(self.method)
        sized = quotient is not None and quotient.sized
        faults = [
            *self._range("delta", sized, 1.0, "from 0 to below 1; 0.1 to 0.4 in the literature"),
            *self._range("cross_hauling", self.method == "charm", np.inf, "zero or more"),
        ]
        if self.method == "gravity" or self.distance_decay is not None:
            faults += self._range(
                "distance_decay", True, 10.0, "from 0 to below 10; about 1 is usual"
            )
        if isinstance(self.sheltered, str) or not all(isinstance(x, str) for x in self.sheltered):
            mend = "give a list of industries or products"
            faults.append(
                Fault("regionalisation", "sheltered", "no list", mend, value=self.sheltered)
            )
        InputError.raise_if(faults)
        object.__setattr__(self, "sheltered", tuple(self.sheltered))

    def _range(self, name: str, needed: bool, most: float, mend: str) -> list[Fault]:
        value = getattr(self, name)
        if not needed:
            if value is None:
                return []
            problem = f"{self.method} has none"
            return [Fault("regionalisation", name, problem, "leave it out", value=value)]
        if value is None:
            problem = f"{self.method} needs it and has no default"
            return [Fault("regionalisation", name, problem, f"give {mend}")]
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not number or not 0.0 <= value < most:
            return [
                Fault("regionalisation", name, "outside its range", f"give {mend}", value=value)
            ]
        return []

    @property
    def statement(self) -> str:
        """The method in words, with its numbers."""
        words = [self.method.upper() if self.method != "gravity" else "gravity"]
        if self.delta is not None:
            words[0] += f" with delta {self.delta:g}"
        if self.cross_hauling is not None:
            words[0] += f" with cross-hauling {self.cross_hauling:g}"
        if self.distance_decay is not None:
            words.append(f"trade falling with distance to the power {self.distance_decay:g}")
        if self.sheltered:
            words.append(f"sheltered: {', '.join(self.sheltered)}")
        return ", ".join(words)

    def covered(self, slq: Array, size: Array) -> tuple[Array, Array]:
        """Return what part of purchases an area covers itself, by the quotient of the method.

        Parameters
        ----------
        slq : ndarray, shape (r, n) [-]
        size : ndarray, shape (r,) [share]

        Returns
        -------
        tuple of ndarray
            Of purchases of i by j, shape (r, n, n), and of final users, shape (r, n) [share].
            Only the augmented quotient exceeds one.

        Raises
        ------
        InputError
            When the method is no quotient.
        """
        if self.method not in QUOTIENTS:
            mend = f"choose one of {', '.join(QUOTIENTS)}"
            raise InputError.one(
                "regionalisation", "method", "no location quotient", mend, value=self.method
            )
        quotient = QUOTIENTS[self.method]
        delta = 0.0 if self.delta is None else float(self.delta)
        return quotient.between(slq, size, delta), quotient.final(slq, size, delta)
