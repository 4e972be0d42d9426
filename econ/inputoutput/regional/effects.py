"""What a shock does area by area, made measure by measure when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.impact.response import EFFECTS
from econ.impact.shock import ShockPart
from econ.inputoutput.model import HouseholdClosure
from econ.kernels.uncertainty.columns import column_product
from econ.quantity.axes import Axis

__all__ = ["EFFECTS", "Asked", "OfArea", "RegionalEffects", "StateEffects"]

Array = npt.NDArray[np.float64]
PAY: Final = "compensation"
# What was made last is kept up to so many bytes; what is beyond is made again when it is asked for
# again. Jobs and GDP of 10,000 draws of twenty parts in seventeen areas, or all of 2,000 draws.
KEPT: Final = 5 * 2**25


@dataclass(frozen=True)
class Asked:
    """What one part of a shock asks for, its draws in the order of the states.

    Parameters
    ----------
    products : ndarray of int, shape (k,)
    demand : ndarray, shape (k, c)
    taxes : ndarray, shape (c,)
        Product taxes of the purchases.
    weights : mapping of int to ndarray, shape (c,) [share]
        By place of the area.
    own : mapping of str to ndarray, shape (c,)
        By measure what the site does itself; empty where others do everything.
    income : ndarray, shape (c,), or None
        The pay that leaves as much to spend as income without work.
    """

    products: npt.NDArray[np.intp]
    demand: Array
    taxes: Array
    weights: Mapping[int, Array]
    own: Mapping[str, Array]
    income: Array | None = None

    @classmethod
    def of(
        cls,
        part: ShockPart,
        places: Mapping[str, Array],
        order: npt.NDArray[np.intp],
        closure: HouseholdClosure,
        areas: Axis,
    ) -> Asked:
        """Return what a part asks for, put in the order of the states."""
        products, demand = part.demand()
        own: dict[str, Array] = {}
        if part.activity is not None:
            pay = part.activity.compensation[order]
            own = {
                "output": part.activity.output[order],
                "gva": pay,
                "gdp": pay,
                "compensation": pay,
                "employment": part.activity.employment[order],
            }
        return cls(
            products=products,
            demand=demand[:, order],
            taxes=part.taxes.sum(axis=0)[order],
            weights={areas.position(area): share[order] for area, share in places.items()},
            own=own,
            income=None if part.income is None else closure.earned(part.income)[order],
        )


@dataclass(frozen=True)
class StateEffects:
    """What a unit does while regions hang together in one way.

    Parameters
    ----------
    here : slice
        The draws that see this state, in the order of the states.
    pairs : mapping of (int, int) to int
        Column of every area and product that anything is asked of, k of them.
    first, whole : mapping of str to ndarray, shape (r, k)
        By measure and area: at the suppliers, and in all.
    per : mapping of str to ndarray, shape (r, r)
        By measure: in the row area, per unit that households spend in the column area.
    """

    here: slice
    pairs: Mapping[tuple[int, int], int]
    first: Mapping[str, Array]
    whole: Mapping[str, Array]
    per: Mapping[str, Array]

    def of_firms(self, part: Asked, measure: str) -> tuple[Array | None, Array]:
        """Return direct and indirect effects of a part in one measure, each of shape (r, c).

        Where the site does itself what is direct, there is no direct effect of firms.
        """
        demand = part.demand[:, self.here]
        direct, chain = None, None
        for area, share in part.weights.items():
            places = [self.pairs[area, int(product)] for product in part.products]
            asked = demand * share[self.here]
            first, whole = self.first[measure][:, places], self.whole[measure][:, places]
            if not part.own:
                here = column_product(first, asked)
                direct = here if direct is None else direct + here
                whole = whole - first
            here = column_product(whole, asked)
            chain = here if chain is None else chain + here
        return direct, chain if chain is not None else np.zeros((len(self.per[measure]), 0))

    def earned(self, part: Asked) -> Array:
        """Return what a part pays in each area before households spend, shape (r, c)."""
        direct, chain = self.of_firms(part, PAY)
        if direct is None:
            direct = np.zeros_like(chain)
            for area, share in part.weights.items():
                direct[area] += part.own[PAY][self.here] * share[self.here]
        return direct + chain


@dataclass(frozen=True)
class RegionalEffects:
    """What every part of a shock does in every area.

    By area nothing can be factored: who supplies whom differs between draws. Five measures of three
    effects are fifteen numbers for each part, area and draw; what all of them follow from is the
    income of households, one number, and the demand of the parts.

    Parameters
    ----------
    parts : sequence of Asked
    states : sequence of StateEffects
    income : sequence of ndarray, shape (r, c)
        Of each part: what households earn in each area, all rounds.
    domestic, taxed : ndarray, shape (c,)
        Of that income: spent on home products, and paid as product taxes.
    jobs_factor : ndarray, shape (c,), optional
    order : ndarray of int, shape (c,)
        Draws as the states see them; everything above is in this order.
    """

    parts: Sequence[Asked]
    states: Sequence[StateEffects]
    income: Sequence[Array]
    domestic: Array
    taxed: Array
    jobs_factor: Array | None
    order: npt.NDArray[np.intp]
    _made: dict[tuple[int, str], Array] = field(default_factory=dict, repr=False, compare=False)

    def of(self, place: int, measure: str) -> Array:
        """Return a measure of a part by effect and area, shape (3, r, c), draws in their order."""
        found = self._made.pop((place, measure), None)
        if found is None:
            size = len(EFFECTS) * self.income[place].nbytes
            while self._made and (len(self._made) + 1) * size > KEPT:
                del self._made[next(iter(self._made))]
            found = self._part(self.parts[place], self.income[place], measure)
        self._made[place, measure] = found
        return found

    def _part(self, part: Asked, income: Array, measure: str) -> Array:
        found = np.zeros((len(EFFECTS), *income.shape))
        spent = income * self.domestic
        for state in self.states:
            here = state.here
            direct, found[1][:, here] = state.of_firms(part, measure)
            if direct is not None:
                found[0][:, here] = direct
            found[2][:, here] = column_product(state.per[measure], spent[:, here])
        # Memory that nothing is written to is not taken: own staff is in one area.
        written = [*found[1], *found[2], *(found[0] if not part.own else ())]
        if measure == "employment" and self.jobs_factor is not None:
            for row in written:
                np.multiply(row, self.jobs_factor, out=row)
        if measure == "gdp":
            found[2] += income * self.taxed
        for area, share in part.weights.items():
            if part.own:
                found[0][area] += part.own[measure] * share
                written.append(found[0][area])
            if measure == "gdp":
                found[0][area] += part.taxes * share
        for row in written:
            row[self.order] = row.copy()
        return found

    def __getstate__(self) -> dict[str, object]:
        """Leave out what can be made again."""
        return {**self.__dict__, "_made": {}}


@dataclass(frozen=True)
class OfArea(Mapping[str, Array]):
    """What one part of a shock does in one area, by measure, shape (3, 1, c).

    Parameters
    ----------
    effects : RegionalEffects
    part, area : int
        Places.
    measures : tuple of str
    """

    effects: RegionalEffects
    part: int
    area: int
    measures: tuple[str, ...]

    def __getitem__(self, measure: str) -> Array:
        if measure not in self.measures:
            raise KeyError(measure)
        return self.effects.of(self.part, measure)[:, self.area, None, :]

    def __iter__(self) -> Iterator[str]:
        return iter(self.measures)

    def __len__(self) -> int:
        return len(self.measures)
