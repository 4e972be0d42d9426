"""The ways in which regions may hang together, where sites are, and whether they fit a shock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.shock import DemandShock
from econ.inputoutput.regional.people import PeopleFlows
from econ.inputoutput.regional.trade import RegionalTrade

__all__ = ["RegionalState", "check_states", "placement_faults"]

Array = npt.NDArray[np.float64]
ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class RegionalState:
    """One way the regions may hang together, and the draws in which they do.

    Parameters
    ----------
    trade : RegionalTrade
    people : PeopleFlows
    columns : ndarray of int
        Columns of the shock (0 is the central value) that see this state.
    """

    trade: RegionalTrade
    people: PeopleFlows
    columns: npt.NDArray[np.intp]

    def among(self, draws: npt.NDArray[np.intp]) -> RegionalState | None:
        """Return the state as some of all draws see it, or nothing where none of them does.

        Parameters
        ----------
        draws : ndarray of int
            In rising order; 0 is the first draw, and the central values go with any.
        """
        own = self.columns[self.columns > 0] - 1
        place = 1 + np.searchsorted(draws, own[np.isin(own, draws)])
        columns = np.concatenate([self.columns[self.columns == 0], place])
        return replace(self, columns=columns) if columns.size else None


def check_states(states: Sequence[RegionalState], columns: int) -> None:
    """Refuse states of different areas, and draws that no state or several see.

    Raises
    ------
    InputError
    """
    if not states:
        raise InputError.one("states", "states", "none", "give at least one RegionalState")
    axes = [state.trade.regions.labels for state in states]
    axes += [state.people.areas.labels for state in states]
    if len(set(axes)) != 1:
        mend = "make trade and people of every state for the same areas, in one order"
        raise InputError.one("states", "areas", "not the same in every state", mend)
    seen = np.sort(np.concatenate([state.columns for state in states]))
    if not np.array_equal(seen, np.arange(columns)):
        mend = "give every draw to one state, and to no other"
        raise InputError.one("states", "columns", "do not see every draw once", mend)


def placement_faults(
    places: Mapping[str, Mapping[str, Array]], shock: DemandShock, trade: RegionalTrade
) -> list[Fault]:
    """Return pledges without a place, and places that are unknown, impossible or idle.

    Parameters
    ----------
    places : mapping of str to mapping of str to ndarray, shape (c,) [share]
    shock : DemandShock
    trade : RegionalTrade
    """
    faults: list[Fault] = []
    for part in shock.parts:
        given = places.get(part.pledge)
        if not given:
            mend = "name the area of its site"
            faults.append(Fault("places", "pledge", "no place", mend, value=part.pledge))
            continue
        faults += _share_faults(part.pledge, given, shock.columns)
        known = trade.regions.labels
        unknown = [area for area in given if area not in trade.regions]
        faults += [
            Fault("places", "area", "unknown area", nearest(area, known), part.pledge, area)
            for area in unknown
        ]
        if part.activity is None or unknown:
            continue
        product = trade.products.position(part.activity.product)
        mend = "no such activity is known there; check the place or the product"
        faults += [
            Fault(area, "product", "made there by nobody", mend, part.pledge, part.activity.product)
            for area in given
            if trade.shares[trade.regions.position(area), product] * trade.output[product] == 0.0
        ]
    return list(dict.fromkeys(faults))


def _share_faults(pledge: str, given: Mapping[str, Array], columns: int) -> list[Fault]:
    if any(np.shape(share) != (columns,) for share in given.values()):
        mend = f"give a share for each of {columns} columns"
        return [Fault("places", "share", "not one for each draw", mend, pledge)]
    mend = "choose parameters whose sum stays between zero and one in every draw"
    faults = [
        Fault("places", pledge, "a share below zero or above one", mend, value=area)
        for area, share in given.items()
        if not ((share >= -ROUNDING) & (share <= 1.0 + ROUNDING)).all()
    ]
    if not np.allclose(sum(given.values()), 1.0, rtol=0.0, atol=ROUNDING):
        mend = "give the parts of a pledge by area so that they sum to one"
        faults.append(Fault("places", "share", "shares do not sum to one", mend, pledge))
    return faults
