"""`regional_trade`: what areas make and use of every product, and who supplies whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.codes import ALL_INDUSTRIES
from econ.errors import Fault, InputError, nearest
from econ.inputoutput.regional.activity import RegionalActivity
from econ.inputoutput.regional.methods import Regionalisation
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.quotients import cross_hauling, cross_hauling_potential
from econ.kernels.inputoutput.trade import (
    attainable_own_use,
    gravity_prior,
    trade_around,
)
from econ.quantity.axes import Axis

__all__ = [
    "AT_ORIGIN",
    "SPREAD",
    "RegionalTrade",
    "asked_of_anyone",
    "regional_trade",
    "sheltered_products",
]

Array = npt.NDArray[np.float64]

AT_ORIGIN: Final = "at origin"
HALF: Final = 0.5
LARGEST_GAP: Final = 1e-7
# Where a final use of the ESA is: with an industry, with all jobs, or where the product is made.
SPREAD: Final[Mapping[str, str]] = {
    "P3_S13": "O-Q",
    "P3_S14": ALL_INDUSTRIES,
    "P3_S15": ALL_INDUSTRIES,
    "P51G": ALL_INDUSTRIES,
    "P52": AT_ORIGIN,
    "P53": ALL_INDUSTRIES,
    "P6": AT_ORIGIN,
}


@dataclass(frozen=True)
class RegionalTrade:
    """Who supplies whom: trade of every product between areas, and what it was made from.

    Parameters
    ----------
    regions : Axis, r
    products : Axis, n
    shares : ndarray, shape (r, n) [share]
        Each area's part of every product's output.
    use_shares : ndarray, shape (r, u) [share]
        Each area's part of every final use that is not at its origin.
    coefficients : ndarray, shape (n, r, r) [share]
        Of what the column area uses of a product made at home, what comes from the row area.
    wanted : ndarray, shape (r, n) [share]
        What the method says an area covers itself; not a number where trade decides.
    final_uses : Axis, u
    output : ndarray, shape (n,) [money]
        Of the table it was made from; another is refused.
    at_origin : ndarray of bool, shape (u,)
    statement : str
    gap : float [share]
        Largest gap between a region's output and what trade takes of it.
    titles : mapping of str to str
    """

    regions: Axis
    products: Axis
    shares: Array
    use_shares: Array
    coefficients: Array
    wanted: Array
    final_uses: Axis
    output: Array
    at_origin: npt.NDArray[np.bool_]
    statement: str
    gap: float
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> Array:
        """What each area covers itself of every product it uses, shape (r, n) [share]."""
        found: Array = np.diagonal(self.coefficients, axis1=1, axis2=2).T
        return found

    def frame(self) -> pd.DataFrame:
        """Return what each area covers itself, beside what the method asked for.

        Returns
        -------
        pandas.DataFrame
            Columns region, product, output_share, own_share, wanted_share (missing where trade
            decides).
        """
        r, n = self.shares.shape
        return pd.DataFrame(
            {
                "region": np.repeat(np.array(self.regions.labels, dtype=object), n),
                "product": np.tile(np.array(self.products.labels, dtype=object), r),
                "output_share": self.shares.ravel(),
                "own_share": self.own.ravel(),
                "wanted_share": self.wanted.ravel(),
            }
        )


def regional_trade(
    table: InputOutputTable,
    activity: RegionalActivity,
    method: Regionalisation,
    *,
    distances: Array | None = None,
    spread: Mapping[str, str] | None = None,
) -> RegionalTrade:
    """Return who supplies whom: the method says what stays, supply and demand what is traded.

    Areas make and use products as the country does (its technology, its product mix of each final
    use). What an area buys from itself is what the method says, as near as supply and demand
    allow; the rest comes from the others in proportion to what they have left, and to a power of
    distance. Every user of a product in an area has the same suppliers: quotients of single cells
    are averaged over users (AFLQ capped at one), and final users, for whom no quotient was made,
    take the simple one times the size factor. CHARM's potential is that of the country's trade
    with the world, times the factor given: its authors had no trade both ways between regions.

    Parameters
    ----------
    table : InputOutputTable
        Of one country.
    activity : RegionalActivity
    method : Regionalisation
    distances : ndarray, shape (r, r) [km], optional
        Needed where the method has a distance decay, see `Areas.distances`.
    spread : mapping of str to str, optional
        Where each final use is: an industry, ``TOTAL``, or ``at origin``; of the ESA's uses,
        `SPREAD` is known.

    Returns
    -------
    RegionalTrade

    Raises
    ------
    InputError
        When the table has regions already, a final use has no place, or distances are missing.

    References
    ----------
    [miller_blair_2009], sections 3.4 (the multiregional model) and 8.2 to 8.6.
    """
    _check(table, activity, method, distances)
    shares = activity.shares(table.products)
    use_shares, at_origin = _use_shares(table, activity, {**SPREAD, **(spread or {})})
    final = asked_of_anyone(table, at_origin) @ use_shares.T  # (n, r)
    demand = (table.flows @ shares.T + final).T
    # Published rows close to their rounding only; what is used is what is made for use at home.
    supply = shares * demand.sum(axis=0)
    wanted = _wanted(table, activity, method, _Market(supply, demand, final))
    nearness = np.ones((len(shares),) * 2)
    if distances is not None and method.distance_decay is not None:
        nearness = np.asarray(distances, dtype=np.float64)
    own = attainable_own_use(wanted, supply, demand)
    left = np.where(np.isfinite(own), own, 0.0)
    prior = gravity_prior(supply - left, demand - left, nearness, method.distance_decay or 0.0)
    found = trade_around(own, prior, supply, demand)
    if found.gap > LARGEST_GAP:
        mend = "take a smaller distance decay, or fewer sheltered products"
        problem = "trade does not meet supply"
        raise InputError.one(table.name, method.statement, problem, mend, value=found.gap)
    totals, used = found.trade.sum(axis=1)[:, None, :], demand > 0.0
    # A product that nobody uses in an area comes from there.
    nowhere = np.repeat(np.eye(len(shares))[None], len(table.products), axis=0)
    return RegionalTrade(
        regions=activity.areas.axis,
        products=table.products,
        shares=shares,
        use_shares=use_shares,
        coefficients=np.divide(found.trade, totals, out=nowhere, where=totals > 0.0),
        wanted=np.divide(wanted, demand, out=np.where(np.isnan(wanted), wanted, 1.0), where=used),
        final_uses=table.final_uses,
        output=table.output,
        at_origin=at_origin,
        statement=method.statement,
        gap=found.gap,
        titles=activity.areas.titles,
    )


def _check(
    table: InputOutputTable,
    activity: RegionalActivity,
    method: Regionalisation,
    distances: Array | None,
) -> None:
    faults = []
    if len(set(table.regions)) > 1:
        mend = "give the national table; its regions are made from it"
        faults.append(Fault(table.name, "regions", "more than one region already", mend))
    if method.distance_decay and distances is None:
        mend = "give distances between the areas, or a distance decay of zero"
        faults.append(Fault("regionalisation", "distances", "missing", mend))
    r = len(activity.areas.axis)
    if distances is not None and (
        np.shape(distances) != (r, r)
        or not (np.isfinite(distances).all() and (np.asarray(distances) > 0.0).all())
    ):
        mend = f"give finite kilometres above zero, shape {(r, r)}, within areas too"
        problem = f"shape {np.shape(distances)}, or not all finite and above zero"
        faults.append(Fault("regionalisation", "distances", problem, mend))
    known = [*activity.industries.labels, *table.products.labels]
    problem = "no such industry or product"
    faults += [
        Fault("regionalisation", "sheltered", problem, nearest(name, known), value=name)
        for name in method.sheltered
        if name not in known
    ]
    InputError.raise_if(faults)


def asked_of_anyone(table: InputOutputTable, at_origin: npt.NDArray[np.bool_]) -> Array:
    """Return final uses that ask for products from anywhere in the country, shape (n, u).

    Exports and stocks are where the product is made, and so is what is below zero: stocks that
    are drawn down and second-hand goods ask nobody for anything.

    Parameters
    ----------
    table : InputOutputTable
    at_origin : ndarray of bool, shape (u,)
    """
    found: Array = np.where(at_origin, 0.0, np.maximum(table.final, 0.0))
    return found


def _residual(activity: RegionalActivity) -> int | None:
    """Return the area that decides nothing itself: of two the larger, or the rest of the country.

    What it buys from itself follows from what the others do; a quotient of its own would
    contradict theirs.
    """
    largest = int(np.argmax(activity.size))
    r = len(activity.size)
    if r == 2 or (r > 2 and largest == activity.areas.rest and activity.size[largest] > HALF):
        return largest
    return None


def _use_shares(
    table: InputOutputTable, activity: RegionalActivity, spread: Mapping[str, str]
) -> tuple[Array, npt.NDArray[np.bool_]]:
    known = (ALL_INDUSTRIES, AT_ORIGIN, *activity.industries.labels)
    mend = f"say where it is: spread={{use: one of {', '.join(known)}}}"
    faults = [
        Fault(table.name, "final", "a final use without a place", mend, value=use)
        for use in table.final_uses.labels
        if spread.get(use) not in known
    ]
    InputError.raise_if(faults)
    at_origin = np.array([spread[use] == AT_ORIGIN for use in table.final_uses.labels])
    shares = np.stack(
        [
            activity.size if spread[use] == AT_ORIGIN else activity.share_of(spread[use])
            for use in table.final_uses.labels
        ],
        axis=1,
    )
    return shares, at_origin


@dataclass(frozen=True)
class _Market:
    """Supply and demand (r, n), and final demand (n, r), of products made at home."""

    supply: Array
    demand: Array
    final: Array


def _wanted(
    table: InputOutputTable, activity: RegionalActivity, method: Regionalisation, market: _Market
) -> Array:
    """Return what each area would buy from itself, shape (r, n) [money]."""
    supply, demand, final = market.supply, market.demand, market.final
    if method.method == "gravity":
        wanted = np.full_like(supply, np.nan)
    elif method.method == "charm":
        wanted = cross_hauling(supply, demand, _potential(table, method)).own
    else:
        slq = activity.quotients(table.products)
        between, of_final = method.covered(slq, activity.size)
        shares = activity.shares(table.products)
        wanted = np.stack(
            [
                (part * table.flows) @ share
                for part, share in zip(np.minimum(between, 1.0), shares, strict=True)
            ]
        )
        wanted = wanted + of_final * final.T
    here = sheltered_products(table, activity, method)
    found: Array = np.where(here, np.minimum(supply, demand), wanted)
    residual = _residual(activity)
    if residual is not None:
        found[residual] = np.nan
    return found


def sheltered_products(
    table: InputOutputTable, activity: RegionalActivity, method: Regionalisation
) -> npt.NDArray[np.bool_]:
    """Return which products an area covers itself as far as it can, shape (n,).

    Parameters
    ----------
    table : InputOutputTable
    activity : RegionalActivity
    method : Regionalisation
    """
    named = set(method.sheltered)
    return np.array([bool({activity.industry_of[x], x} & named) for x in table.products.labels])


def _potential(table: InputOutputTable, method: Regionalisation) -> Array:
    exports = table.final[:, list(_exports(table))].sum(axis=1)
    if table.imports_by_origin is None and table.imported is None:
        mend = "give imports by product of origin, or use another method"
        raise InputError.one(table.name, "imports", "not known by product of origin", mend)
    origin = table.imports_by_origin if table.imports_by_origin is not None else table.imported
    # Goods that only pass through are no use at home; exports at basic prices leave them out too.
    u, abroad = len(table.final_uses), list(_exports(table))
    passing = np.asarray(origin)[:, -u:][:, abroad].sum(axis=1)
    imports = np.asarray(origin).sum(axis=1) - passing
    home = table.final.sum(axis=1) - exports + table.flows.sum(axis=1)
    turnover = table.output + home + imports
    own = cross_hauling_potential(exports, imports, turnover)
    return own * float(method.cross_hauling or 0.0)


def _exports(table: InputOutputTable) -> tuple[int, ...]:
    names = [
        use for use in table.final_uses.labels if use.startswith("P6") or "export" in use.lower()
    ]
    if not names:
        mend = "call the final use P6 or exports, or use another method"
        raise InputError.one(table.name, "final", "no exports, which CHARM needs", mend)
    return table.final_uses.positions(names)
