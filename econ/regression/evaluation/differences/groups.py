"""Groups of ones and zeros as they are compared: changes of units, or rows of cross-sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError
from econ.kernels.evaluation.cross_sections import effect_on_levels
from econ.kernels.evaluation.doubly_robust import Effect, effect_on_changes
from econ.regression.design.design import Design

__all__ = ["Groups", "groups_of_rows", "groups_of_units"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SHOWN: Final = 5


@dataclass(frozen=True)
class Groups:
    """Rows or changes of units, ready to be compared.

    Parameters
    ----------
    effect : callable
        From those inside a comparison and the treated among them to the effect.
    member : ndarray, shape (n, f)
        Ones and zeros of the factors but time.
    clusters : ndarray of int, shape (n,)
    words : str
        What errors rest on.
    rows : int
    note : str
    """

    effect: Callable[[Flags, Array], Effect]
    member: Array
    clusters: Codes
    words: str
    rows: int
    note: str = ""

    def total(self) -> tuple[float, Array]:
        """Return the effect on the group of all ones, from each comparison it takes."""
        own = np.asarray(self.member.all(axis=1), dtype=bool)
        total, influence = 0.0, np.zeros(len(own))
        for cell in product((0.0, 1.0), repeat=self.member.shape[1]):
            if all(cell):
                continue
            other = np.asarray((self.member == np.array(cell)).all(axis=1), dtype=bool)
            # One group apart adds, two groups apart take away: (11-10) + (11-01) - (11-00).
            sign = 1.0 if self.member.shape[1] - sum(cell) == 1 else -1.0
            inside = own | other
            found = self.effect(inside, own[inside].astype(float)).among(inside)
            if not np.isfinite(found.value):
                mend = "give more units or fewer covariates"
                raise InputError.one("data", "", "covariates tell treated and controls apart", mend)
            total += sign * found.value
            influence += sign * found.influence
        return total, influence


def _covariates(design: Design, factors: Sequence[str]) -> Array:
    block = design.exogenous
    used = [place for place, name in enumerate(block.names) if name not in factors]
    return block.values[:, used]


def groups_of_rows(design: Design, factors: Sequence[str], *, unit: str, method: Any) -> Groups:
    """Take every row as it is: repeated cross-sections; a unit that is named clusters them."""
    covariates = _covariates(design, factors)
    weights = np.ones(design.nobs) if design.weights is None else design.weights
    after = (design.numbers(factors[-1]) > 0.0).astype(np.float64)

    def effect(inside: Flags, own: Array) -> Effect:
        return effect_on_levels(
            design.y[inside],
            own,
            after[inside],
            covariates[inside],
            weights=weights[inside],
            method=method,
        )

    return Groups(
        effect,
        np.column_stack([design.numbers(name) for name in factors[:-1]]),
        design.codes(unit) if unit else np.arange(design.nobs),
        f"clustered by {unit}" if unit else "influence of rows",
        design.nobs,
        "; rows compared, not changes of units: samples of one population",
    )


def groups_of_units(design: Design, factors: Sequence[str], *, unit: str, method: Any) -> Groups:
    """Take changes of units, given the covariates they had before.

    Raises
    ------
    InputError
        When a unit has several rows at one time, or none is seen before and after.
    """
    after = design.numbers(factors[-1]) > 0.0
    of, labels = design.codes(unit), design.labels(unit)
    faults = [
        Fault("data", unit, "several rows at one time", "average them", value=labels[code])
        for side in (after, ~after)
        for code in np.flatnonzero(np.bincount(of[side]) > 1)[:SHOWN]
    ]
    InputError.raise_if(faults)
    both = np.intersect1d(of[after], of[~after])
    if not both.size:
        mend = "give a row before and one after, or compare rows: panel=False"
        raise InputError.one("data", unit, "no unit is seen before and after", mend)
    place = np.zeros((2, len(labels)), dtype=np.int64)
    for side, mask in enumerate((~after, after)):
        place[side, of[mask]] = np.flatnonzero(mask)
    before, later = place[0, both], place[1, both]
    change = design.y[later] - design.y[before]
    covariates = _covariates(design, factors)[before]
    weights = np.ones(both.size) if design.weights is None else design.weights[before]

    def effect(inside: Flags, own: Array) -> Effect:
        return effect_on_changes(change[inside], own, covariates[inside], weights[inside], method)

    lost = len(labels) - both.size
    return Groups(
        effect,
        np.column_stack([design.numbers(name)[before] for name in factors[:-1]]),
        np.arange(both.size),
        "influence of units",
        2 * both.size,
        f"; {lost} units seen once left out" if lost else "",
    )
