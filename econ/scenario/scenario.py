"""`Scenario`: pledges, parameters, years and a seed; `.shock(table)` turns them into demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError, nearest
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import Activity, DemandShock, ProductionTable, ShockPart
from econ.kernels.phasing import operating_profile, shifted_profile
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions, Draws
from econ.quantity.prices import Prices, convert
from econ.quantity.provenance import Provenance
from econ.quantity.units import PERSONS, Unit
from econ.scenario.additionality import Additionality
from econ.scenario.bridge import Bill, bill_of_goods
from econ.scenario.events import Event, Operation, Programme
from econ.scenario.pledges import pledge_row

__all__ = ["Scenario"]

Array = npt.NDArray[np.float64]
NOTHING = "_T"


@dataclass(frozen=True)
class Scenario:
    """What is assumed to happen.

    Parameters
    ----------
    name : str
    pledges, commitments : pandas.DataFrame
        Rows of the schemas PLEDGES and COMMITMENTS.
    events : tuple of Event
    assumptions : Assumptions
    years : tuple of int
    unit : Unit
        Money of the pledges and of the parameters: currency and price year, purchasers' prices.
    prices : Prices
    region : str
    draws : Draws
    """

    name: str
    pledges: pd.DataFrame
    commitments: pd.DataFrame
    events: tuple[Event, ...]
    assumptions: Assumptions
    years: tuple[int, ...]
    unit: Unit
    prices: Prices
    region: str
    draws: Draws
    provenance: Provenance = field(default_factory=Provenance)

    @cached_property
    def amounts(self) -> dict[str, Array]:
        """Investment of every event, shape (c,) [unit of the scenario, purchasers' prices].

        A share or parameter that would leave less than nothing for the remainder is cut, so that
        the parts always are their parent.
        """
        found: dict[str, Array] = {}
        left: dict[str, Array] = {}
        remainders = []
        for event in self.events:
            row = pledge_row(self.pledges, event.pledge)
            if "own" in event.amount:
                found[event.pledge] = self._announced(event.pledge, int(event.amount["own"]))
                continue
            parent = str(row["parent"])
            whole = self._announced(parent)
            left.setdefault(parent, whole)
            if event.amount.get("remainder"):
                remainders.append((event.pledge, parent))
                continue
            if "share" in event.amount:
                wanted = whole * self.draws[event.amount["share"]]
            else:
                wanted = self.draws[event.amount["parameter"]]
            found[event.pledge] = np.minimum(wanted, left[parent])
            left[parent] = left[parent] - found[event.pledge]
        found |= {pledge: left[parent] for pledge, parent in remainders}
        return {event.pledge: found[event.pledge] for event in self.events}

    @property
    def _price_year(self) -> int:
        if self.unit.price_year is None:
            raise InputError.one("study", "price_year", "missing", "name the year of the prices")
        return self.unit.price_year

    def _announced(self, pledge: str, year: int | None = None) -> Array:
        """Return an announced amount, which is money of the year it was announced in."""
        row = pledge_row(self.pledges, pledge)
        if year is None:
            day = row["announced"]
            year = self._price_year if pd.isna(day) else pd.Timestamp(day).year
        money = Unit(str(row["currency"]), 10**6, year)
        in_currency = convert(float(row["amount"]), money, self._plain(year), self.prices)
        amount = convert(in_currency, self._plain(year), self._plain(self._price_year), self.prices)
        return np.full(self.draws.columns, amount)

    def _plain(self, year: int) -> Unit:
        return Unit(self.unit.base, self.unit.scale, year)

    def jobs(self, event: Event) -> Array:
        """Return the permanent jobs of an event's site as announced, shape (c,) [persons]."""
        site = event.operation
        if site is None:
            return np.zeros(self.draws.columns)
        if "per_million" in site.jobs:
            return self.amounts[event.pledge] * self.draws[site.jobs["per_million"]]
        return np.full(self.draws.columns, self.promised(site.jobs["commitment"]))

    def promised(self, commitment: str) -> float:
        """Return the number a commitment names."""
        rows = self.commitments[self.commitments["commitment"] == commitment]
        if rows.empty or pd.isna(rows["amount"].iloc[0]):
            mend = nearest(commitment, self.commitments["commitment"])
            raise InputError.one(
                "commitments", "commitment", "no such number", mend, value=commitment
            )
        return float(rows["amount"].iloc[0])

    def bill(self, event: Event, table: ProductionTable) -> Bill:
        """Return the bill of goods of an event's investment, in the table's money."""
        amount = self._in_table_money(self.amounts[event.pledge], table)
        return bill_of_goods(event.template, amount, self.draws, table, self._shares(event))

    def _shares(self, event: Event) -> dict[str, Array]:
        # The share speaks of the whole parent pledge: what a sibling spends on the same group alone
        # is taken out of it before it is applied to the rest.
        if event.net_of is None:
            return {}
        group = event.net_of["group"]
        siblings = [e for e in self.events if e.net_of == event.net_of]
        rest = sum((self.amounts[e.pledge] for e in siblings), np.zeros(self.draws.columns))
        apart = self.amounts[event.net_of["pledge"]]
        wanted = (rest + apart) * self.draws[event.template.groups[group]] - apart
        share = np.divide(wanted, rest, out=np.zeros_like(rest), where=rest > 0)
        return {group: np.clip(share, 0.0, 1.0)}

    def _in_table_money(self, amount: Array, table: ProductionTable) -> Array:
        plain = Unit(table.unit.base, table.unit.scale, table.unit.price_year)
        return convert(amount, self._plain(self._price_year), plain, self.prices)

    def shock(self, table: ProductionTable) -> DemandShock:
        """Turn the pledges into final demand on a table, as announced: all of it, on time.

        Parameters
        ----------
        table : ProductionTable
            Its products, unit and import shares are used; its flows are not.

        Returns
        -------
        DemandShock
            In the table's unit. One part per event and phase; every euro of an event is in it.
        """
        profiles = self.profiles(late=False)
        parts = []
        for event in self.events:
            bill = self.bill(event, table)
            amount = self._in_table_money(self.amounts[event.pledge], table)
            when = profiles[event.pledge, "construction"]
            parts.append(self._part(event.pledge, "construction", amount, bill, when))
            if event.operation is not None:
                parts.append(
                    self._operation(
                        event, event.operation, profiles[event.pledge, "operation"], table
                    )
                )
        return DemandShock(
            products=table.products,
            years=self.years,
            unit=table.unit,
            parts=tuple(parts),
            provenance=self.provenance.step(f"shock of {self.name}"),
        )

    def _part(
        self, pledge: str, phase: str, amount: Array, bill: Bill, profile: Array
    ) -> ShockPart:
        return ShockPart(
            pledge=pledge,
            phase=phase,
            region=self.region,
            amount=amount,
            domestic=bill.domestic,
            imported=bill.imported,
            margins=bill.margins,
            taxes=bill.taxes,
            existing_assets=bill.existing_assets,
            profile=profile,
        )

    def _operation(
        self, event: Event, site: Operation, profile: Array, table: ProductionTable
    ) -> ShockPart:
        jobs = self.jobs(event)
        pay = self._in_table_money(jobs * self.draws[site.pay], table)
        if "per_job" in site.cost:
            bought = self._in_table_money(jobs * self.draws[site.cost["per_job"]], table)
        else:
            cost = self.amounts[event.pledge] * self.draws[site.cost["per_capital"]]
            bought = np.maximum(self._in_table_money(cost, table) - pay, 0.0)
        bill = bill_of_goods(site.template, bought, self.draws, table)
        part = self._part(event.pledge, "operation", pay + bought, bill, profile)
        activity = Activity(site.product, pay + bought, pay, jobs)
        return ShockPart(**{**part.__dict__, "activity": activity})

    def profiles(self, *, late: bool) -> dict[tuple[str, str], Array]:
        """Return when each event happens, by pledge and phase, shape (y, c).

        Parameters
        ----------
        late : bool
            With the delay the parameters draw, or as announced.
        """
        found = {}
        years = np.asarray(self.years, dtype=np.float64)
        for event in self.events:
            works = event.works
            slip = self.draws[works.slip] if late and works.slip else np.zeros(self.draws.columns)
            weights = np.stack([self._weight(share) for share in works.shares])
            shares = np.zeros((len(self.years), self.draws.columns))
            first = works.start - self.years[0]
            shares[first : first + len(weights)] = weights / weights.sum(axis=0)
            try:
                found[event.pledge, "construction"] = shifted_profile(shares, slip)
            except ValueError as error:
                mend = f"lengthen the years, or narrow {works.slip}"
                raise InputError.one(
                    "study",
                    "years",
                    f"works outside the years in some draws: {error}",
                    mend,
                    value=event.pledge,
                ) from error
            site = event.operation
            if site is not None:
                found[event.pledge, "operation"] = operating_profile(
                    years, site.opening + slip, self.draws[site.ramp]
                )
        return found

    def _weight(self, share: float | str) -> Array:
        if isinstance(share, str):
            return self.draws[share]
        return np.full(self.draws.columns, float(share))

    def additionality(self, reference_case: str, leakage: str, crowding_out: str) -> Additionality:
        """Return the rules of the way from gross to net for these events."""
        events = {event.pledge: event for event in self.events}
        return Additionality(
            reference_case, leakage, crowding_out, events, self.profiles(late=True)
        )

    def programmes(self, programmes: tuple[Programme, ...], name: str) -> ImpactResult:
        """Return the jobs of training and support programmes; they have no demand shock.

        Parameters
        ----------
        programmes : tuple of Programme
        name : str
            Scenario name of the result.

        Returns
        -------
        ImpactResult
            Model ``programme``, measure ``employment``: near zero, with a fat tail.
        """
        responses = []
        for programme in programmes:
            heads = np.full(self.draws.columns, self.promised(programme.commitment))
            if programme.at_most:
                heads = np.minimum(heads, self.draws[programme.at_most])
            heads = heads * self.draws.product(programme.chain)
            running = (np.asarray(self.years) > programme.deadline).astype(np.float64)
            profile = np.repeat(running[:, None], self.draws.columns, axis=1)
            values = {"employment": heads[None, None, :]}
            weight = np.ones((1, self.draws.columns))
            responses.append(
                Response(
                    programme.commitment,
                    "operation",
                    self.region,
                    ("direct",),
                    values,
                    profile,
                    weight,
                )
            )
        return ImpactResult(
            scenario=name,
            model="programme",
            products=Axis("product", [NOTHING]),
            years=self.years,
            units={"employment": PERSONS},
            responses=tuple(responses),
            provenance=self.provenance.step("programmes"),
        )
