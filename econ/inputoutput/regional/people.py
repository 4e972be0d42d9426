"""Where people who work in one area live, and where those who live in one area buy."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.closure import Closure
from econ.inputoutput.regional.table import BETWEEN
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis
from econ.quantity.units import Unit

__all__ = ["TRAVEL_DECAY", "PeopleFlows", "regional_households"]

Array = npt.NDArray[np.float64]
SHARE_ROUNDING: Final = 1e-9
# Own assumption; Reilly's law has it for shopping between towns.
TRAVEL_DECAY: Final = 2.0


@dataclass(frozen=True)
class PeopleFlows:
    """Commuting and shopping between areas.

    Parameters
    ----------
    areas : Axis, r
    residence : ndarray, shape (r, r) [share]
        Of pay earned in the row area, the part of those who live in the column area.
    purchases : ndarray, shape (r, r) [share]
        Of what residents of the row area spend, the part spent in the column area.

    Raises
    ------
    InputError
        With every row that does not sum to one or holds a negative share.

    Examples
    --------
    >>> flows = PeopleFlows.none(Axis("region", ["FRF12", "rest of FR"]))
    >>> flows.place_of_spending.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """

    areas: Axis
    residence: Array
    purchases: Array

    def __post_init__(self) -> None:
        r = len(self.areas)
        faults = []
        for name in ("residence", "purchases"):
            given = np.array(getattr(self, name), dtype=np.float64)
            given.flags.writeable = False
            object.__setattr__(self, name, given)
            if given.shape != (r, r):
                shape = f"shape {given.shape}"
                faults.append(Fault("people", name, shape, f"give shape {(r, r)}"))
                continue
            mend = "give shares of zero to one that sum to one over where people live or buy"
            faults += [
                Fault("people", name, "shares do not sum to one", mend, area, float(row.sum()))
                for area, row in zip(self.areas.labels, given, strict=True)
                if not ((row >= 0.0).all() and abs(row.sum() - 1.0) <= SHARE_ROUNDING)
            ]
        InputError.raise_if(faults)

    @property
    def place_of_spending(self) -> Array:
        """Of pay earned in the row area, the part spent in the column area, shape (r, r)."""
        found: Array = self.residence @ self.purchases
        return found

    @classmethod
    def none(cls, areas: Axis) -> PeopleFlows:
        """Everyone lives and buys where they work."""
        return cls(areas, np.eye(len(areas)), np.eye(len(areas)))

    @classmethod
    def from_frames(
        cls, areas: Axis, residence: pd.DataFrame, purchases: pd.DataFrame | None = None
    ) -> PeopleFlows:
        """Take surveyed flows: a census of commuters, a survey of shopping.

        Parameters
        ----------
        areas : Axis, r
        residence, purchases : pandas.DataFrame, shape (r, r)
            Persons, pay or shares, from row to column; rows are divided by their sums.

        Raises
        ------
        InputError
            When labels differ from the areas', or a row is empty.
        """
        labels = list(areas.labels)
        found = []
        faults: list[Fault] = []
        for what, frame in (("residence", residence), ("purchases", purchases)):
            if frame is None:
                found.append(np.eye(len(labels)))
                continue
            cells, wrong = aligned(frame, labels, labels, what, "people")
            faults += wrong
            if not wrong:
                sums = cells.sum(axis=1, keepdims=True)
                faults += [
                    Fault("people", what, "nobody in this row", "give its flows", labels[place])
                    for place in np.flatnonzero(~(sums[:, 0] > 0.0))
                ]
                found.append(cells / np.where(sums > 0.0, sums, 1.0))
        InputError.raise_if(faults)
        return cls(areas, found[0], found[1])

    @classmethod
    def by_gravity(
        cls, areas: Axis, size: Array, distances: Array, *, commuters: Array, shoppers: Array
    ) -> PeopleFlows:
        """Spread those who leave their area over the others, by size and distance squared.

        Between two areas as many go one way as the other, namely those of the smaller one: a large
        area's share would flood a small one.

        Parameters
        ----------
        areas : Axis, r
        size : ndarray, shape (r,) [share]
            Employment of each area.
        distances : ndarray, shape (r, r) [km]
            `Areas.distances` with power two and a reach of a day's travel, say 150 km. Nobody
            travels where it is infinite, and those who reach no other area stay.
        commuters : ndarray, shape (r,) [share]
            Pay earned in an area by residents of others, as far as they are larger.
        shoppers : ndarray, shape (r,) [share]
            Spending of residents of an area in others, as far as they are larger.

        Raises
        ------
        InputError
            When an area's smaller neighbours alone would take more than all there is.

        References
        ----------
        [reilly_1931] (shopping: attraction by size over distance squared). For commuters it is an
        assumption; a census of flows is better, see `from_frames`.
        """
        r = len(areas)
        shapes = {"size": (r,), "distances": (r, r), "commuters": (r,), "shoppers": (r,)}
        given = {"size": size, "distances": distances, "commuters": commuters, "shoppers": shoppers}
        faults = [
            Fault("people", name, "not what is asked for", f"give numbers, shape {shape}")
            for name, shape in shapes.items()
            if np.shape(given[name]) != shape
            or np.isnan(given[name]).any()
            or (np.asarray(given[name]) < 0.0).any()
            or (name != "distances" and not np.isfinite(given[name]).all())
        ]
        InputError.raise_if(faults)
        pull = size / np.asarray(distances) ** TRAVEL_DECAY
        np.fill_diagonal(pull, 0.0)
        total = pull.sum(axis=1, keepdims=True)
        away = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0.0)

        smaller = size[:, None] <= size

        def leaving(share: Array) -> Array:
            sent = (share * size)[:, None] * away
            flow = np.where(smaller, sent, sent.T) / size[:, None]
            np.fill_diagonal(flow, 0.0)
            found: Array = flow + np.diag(1.0 - flow.sum(axis=1))
            return found

        return cls(areas, leaving(commuters), leaving(shoppers))


def regional_households(
    table: InputOutputTable,
    *,
    spends: str,
    flows: PeopleFlows,
    income: str = "compensation",
    total: float | str = "income",
) -> Closure:
    """Close a multi-regional table to the households of every region: regional Type II.

    Parameters
    ----------
    table : InputOutputTable
        With regions, as `regionalise` makes it.
    spends : str
        Household consumption, without the region: ``P3_S14``.
    flows : PeopleFlows
        Between the table's regions.
    income : str
        What production pays households.
    total : float or {"income"} [unit of the table]
        What all household spending in the country is divided by.

    Returns
    -------
    Closure
        One account for each region's shops: of a unit of pay, what is spent in the region.

    Raises
    ------
    InputError
        When the regions of the flows are not the table's, or nobody spends.

    References
    ----------
    [miller_blair_2009], sections 2.5 and 3.3 (feedback between regions).
    """
    regions = list(dict.fromkeys(table.regions))
    if list(flows.areas.labels) != regions:
        mend = f"make the flows for the regions of the table: {', '.join(regions)}"
        value = ", ".join(flows.areas.labels)
        raise InputError.one(table.name, "flows", "flows of other regions", mend, value=value)
    earned, _ = table.measure(income)
    uses = table.final_uses.positions(BETWEEN.join((region, spends)) for region in regions)
    spent = table.final[:, list(uses)]
    known = total == "income" or (isinstance(total, Real) and not isinstance(total, bool))
    divisor = float(earned.sum()) if total == "income" else total if known else "unknown"
    if (
        isinstance(divisor, str)
        or not 0.0 < divisor < np.inf
        or not (spent.sum(axis=0) > 0.0).all()
    ):
        mend = "give 'income' or an amount above zero, and a final use that is spent everywhere"
        raise InputError.one(table.name, "total", "no total", mend, value=total)
    here = np.array([[region == own for own in table.regions] for region in regions], dtype=float)
    pay = here * table.per_output(earned)
    # The same propensity everywhere: what all households spend over the divisor.
    mix = spent / spent.sum(axis=0) * (spent.sum() / divisor)
    unit = Unit(table.unit.base, table.unit.scale)
    return Closure(
        kind="II",
        accounts=Axis("account", [f"households in {region}" for region in regions]),
        income=flows.place_of_spending.T @ pay,
        spending=mix,
        statement=f"households by region: spending divided by {divisor:,.0f} {unit}",
        products=table.products.labels,
    )
