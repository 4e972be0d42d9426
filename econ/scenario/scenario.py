"""`Scenario`: pledges, parameters, years and a seed; `.shock(table)` turns them into demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError, nearest
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import DemandShock, ProductionTable, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions, Draws
from econ.quantity.prices import Prices, convert
from econ.quantity.provenance import Provenance
from econ.quantity.units import PERSONS, Unit
from econ.scenario.additionality import Additionality, Clearing, Slack
from econ.scenario.bill_of_goods import line_shares
from econ.scenario.energy import EnergyTable
from econ.scenario.events import CapitalExpenditure, Event, Programme
from econ.scenario.events.event import shock_part
from econ.scenario.events.size import jobs_of, money_of
from econ.scenario.losers import losers_of
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
    energy : EnergyTable, optional
        What the study says of electricity, which sites may buy by.
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
    energy: EnergyTable | None = None

    def with_(self, name: str | None = None, **values: float) -> Scenario:
        """Return the scenario with some assumptions held at one value in every draw.

        Parameters
        ----------
        name : str, optional
            How the new scenario is called; the old name where left out.
        **values : float [unit of the assumption]
            An assumption by its name. What changes more than a value is another study:
            `Study.with_`.

        Raises
        ------
        InputError
            Naming every assumption that is unknown, and every value that it cannot take.
        """
        fixed = {
            key: {"value": value, "low": value, "high": value, "distribution": "fixed"}
            for key, value in values.items()
        }
        assumptions = self.assumptions.override(fixed, "with_")
        held = {key: np.full(self.draws.columns, float(value)) for key, value in values.items()}
        return replace(
            self,
            name=self.name if name is None else name,
            assumptions=assumptions,
            draws=replace(self.draws, values={**self.draws.values, **held}),
        )

    @cached_property
    def amounts(self) -> dict[str, Array]:
        """Investment of every event, shape (c,) [unit of the scenario, purchasers' prices].

        Public money that goes to other pledges is in theirs, and is no amount of its own.

        A share or parameter that would leave less than nothing for the remainder is cut, so that
        the parts always are their parent.
        """
        found: dict[str, Array] = {}
        left: dict[str, Array] = {}
        remainders = []
        spending = [event for event in self.events if not event.supports]
        for event in spending:
            size = event.money
            if not size:
                found[event.pledge] = np.zeros(self.draws.columns)
                continue
            if "own" in size:
                found[event.pledge] = self._announced(event.pledge, int(size["own"]))
                continue
            parent = self._row(event.pledge)["parent"]
            if not isinstance(parent, str):
                found[event.pledge] = money_of(size, self)
                continue
            whole = self._announced(parent)
            left.setdefault(parent, whole)
            if size.get("remainder"):
                remainders.append((event.pledge, parent))
                continue
            share = size.get("share")
            wanted = whole * self.draws[share] if share else money_of(size, self)
            found[event.pledge] = np.minimum(wanted, left[parent])
            left[parent] = left[parent] - found[event.pledge]
        found |= {pledge: left[parent] for pledge, parent in remainders}
        return {event.pledge: found[event.pledge] for event in spending}

    @cached_property
    def public_money(self) -> dict[tuple[str, str], Array]:
        """What the state pays as announced, by the event that pays and the pledge that gets it.

        Support of several pledges is shared out as their amounts are, or evenly where they have
        none; shape (c,) [unit of the scenario].
        """
        found: dict[tuple[str, str], Array] = {}
        for event in self.events:
            if event.public and not event.supports:
                found[event.pledge, event.pledge] = self.amounts[event.pledge]
            elif event.supports:
                (size,) = event.sizes()
                own = size.given.get("own")
                whole = (
                    money_of(size.given, self)
                    if own is None
                    else self._announced(event.pledge, int(own))
                )
                supported = np.stack([self.amounts[name] for name in event.supports])
                even = np.full_like(supported, 1.0 / len(supported))
                together = supported.sum(axis=0)
                parts = np.divide(supported, together, out=even, where=together > 0.0)
                for name, part in zip(event.supports, parts, strict=True):
                    found[event.pledge, name] = whole * part
        return found

    @property
    def _price_year(self) -> int:
        if self.unit.price_year is None:
            raise InputError.one("study", "price_year", "missing", "name the year of the prices")
        return self.unit.price_year

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the pledges, by name: a frame is slow to ask a thousand times."""
        columns = ["pledge", "parent", "amount", "announced", "currency"]
        lists = (self.pledges[column].tolist() for column in columns)
        return {row[0]: dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)}

    def _row(self, pledge: str) -> dict[str, Any]:
        if pledge not in self._rows:
            pledge_row(self.pledges, pledge)  # refuses it
        return self._rows[pledge]

    def _announced(self, pledge: str, year: int | None = None) -> Array:
        """Return an announced amount, which is money of the year it was announced in."""
        row = self._row(pledge)
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
        site = getattr(event, "operation", None)
        if site is None:
            return np.zeros(self.draws.columns)
        return jobs_of(site.jobs, event.pledge, self)

    def promised(self, commitment: str) -> float:
        """Return the number a commitment names."""
        rows = self.commitments[self.commitments["commitment"] == commitment]
        if rows.empty or pd.isna(rows["amount"].iloc[0]):
            mend = nearest(commitment, self.commitments["commitment"])
            raise InputError.one(
                "commitments", "commitment", "no such number", mend, value=commitment
            )
        return float(rows["amount"].iloc[0])

    @cached_property
    def spent(self) -> dict[str, Array]:
        """Investment of every event, and as ``pledge.group`` on each group of its template [unit].

        Groups of a pledge sum to it; what its siblings spend on a group is taken out of that group.
        """
        found = dict(self.amounts)
        for event in self.events:
            template = event.spends_by
            if template is None:
                continue
            shares = line_shares(template, self.draws, self.group_shares(event))
            for group in template.groups:
                found[f"{event.pledge}.{group}"] = np.zeros(self.draws.columns)
            for line, share in zip(template.lines, shares, strict=True):
                name = f"{event.pledge}.{line.group}"
                found[name] = found[name] + self.amounts[event.pledge] * share
        return found

    def group_shares(self, event: Event) -> dict[str, Array]:
        """Return the group shares of an event that its siblings change, each of shape (c,).

        The share speaks of the whole parent pledge: what a sibling spends on the same group alone
        is taken out of it before it is applied to the rest.
        """
        if not isinstance(event, CapitalExpenditure) or event.net_of is None:
            return {}
        group = event.net_of["group"]
        siblings = [e for e in self.events if getattr(e, "net_of", None) == event.net_of]
        siblings = [e for e in siblings if group in getattr(e.spends_by, "groups", ())]
        if event not in siblings:  # another template was given to the pledge, without the group
            return {}
        rest = sum((self.amounts[e.pledge] for e in siblings), np.zeros(self.draws.columns))
        apart = self.amounts[event.net_of["pledge"]]
        wanted = (rest + apart) * self.draws[event.template.groups[group]] - apart
        share = np.divide(wanted, rest, out=np.zeros_like(rest), where=rest > 0)
        return {group: np.clip(share, 0.0, 1.0)}

    def in_table_money(self, amount: Array, table: ProductionTable) -> Array:
        """Return money of the scenario in that of a table, price year and all."""
        plain = Unit(table.unit.base, table.unit.scale, table.unit.price_year)
        return convert(amount, self._plain(self._price_year), plain, self.prices)

    def shock(self, table: ProductionTable, events: Sequence[Event] | None = None) -> DemandShock:
        """Turn the pledges into final demand on a table, as announced: all of it, on time.

        Parameters
        ----------
        table : ProductionTable
            Its products, unit and import shares are used; its flows are not.
        events : sequence of Event, optional
            Some of the scenario's; all where left out.

        Returns
        -------
        DemandShock
            In the table's unit. One part per event, phase and stream; every euro of an event is in
            it.
        """
        chosen = self.events if events is None else events
        parts = [part for event in chosen for part in event.parts(self, table)]
        return self._shock(table, parts, f"shock of {self.name}")

    def losers(self, table: ProductionTable, events: Sequence[Event] | None = None) -> DemandShock:
        """Return a unit of demand of all who lose by an event.

        How much of it is lost is decided on the way to net; its name is that of its `Rival` or
        `Payer`.
        """
        never = np.zeros((len(self.years), self.draws.columns))
        parts = []
        for loser in losers_of(self.events if events is None else events):
            unit = loser.unit(self, table)
            parts.append(
                shock_part(
                    loser.name,
                    loser.phase,
                    self,
                    unit.pop("amount"),
                    products=len(table.products),
                    profile=never,
                    stream=loser.stream,
                    **unit,
                )
            )
        return self._shock(table, parts, f"what others lose by {self.name}")

    def _shock(self, table: ProductionTable, parts: list[ShockPart], step: str) -> DemandShock:
        return DemandShock(
            products=table.products,
            years=self.years,
            unit=table.unit,
            parts=tuple(parts),
            provenance=self.provenance.step(step),
        )

    def profiles(
        self, *, late: bool, events: Sequence[Event] | None = None
    ) -> dict[tuple[str, str, str], Array]:
        """Return when each event happens, by pledge, phase and stream, shape (y, c).

        Parameters
        ----------
        late : bool
            With the delay the parameters draw, or as announced.
        events : sequence of Event, optional
            Some of the scenario's; all where left out.
        """
        if late and events is None:
            return self._late
        return self._timed(self.events if events is None else events, late=late)

    @cached_property
    def _late(self) -> dict[tuple[str, str, str], Array]:
        """When all events happen with delay: the same for the country and by area."""
        return self._timed(self.events, late=True)

    def _timed(self, events: Sequence[Event], *, late: bool) -> dict[tuple[str, str, str], Array]:
        return {
            (event.pledge, phase, stream): profile
            for event in events
            for (phase, stream), profile in event.profiles(self, late=late).items()
        }

    def additionality(
        self,
        reference_case: str,
        leakage: str,
        crowding_out: str,
        slack: Slack | None = None,
        attribution: str = "",
        *,
        clearing: Clearing | None = None,
        events: Sequence[Event] | None = None,
    ) -> Additionality:
        """Return the rules of the way from gross to net for some events, all where left out."""
        chosen = self.events if events is None else events
        return Additionality(
            reference_case=reference_case,
            leakage=leakage,
            crowding_out=crowding_out,
            events={event.pledge: event for event in chosen},
            late=self.profiles(late=True, events=events),
            slack=slack,
            clearing=clearing,
            attribution=attribution,
            public_money=self.public_money,
        )

    def programmes(
        self, programmes: tuple[Programme, ...], name: str, table: ProductionTable
    ) -> ImpactResult:
        """Return the jobs of training and support programmes; they have no demand shock.

        Parameters
        ----------
        programmes : tuple of Programme
        name : str
            Scenario name of the result.
        table : ProductionTable
            For the GDP of a job.

        Returns
        -------
        ImpactResult
            Model ``programme``, measures ``employment`` and ``gdp``: near zero, with a fat tail.
            GDP is that of what people make more of, not of the jobs.
        """
        plain = Unit(table.unit.base, table.unit.scale, table.unit.price_year)
        units = {"employment": PERSONS, "gdp": plain}
        responses = []
        for programme in programmes:
            nothing = np.zeros(self.draws.columns)
            yearly = programme.yearly(self, table)
            values = {m: yearly.get(m, nothing)[None, None, :] for m in units}
            profile = np.repeat(programme.profile(self)[:, None], self.draws.columns, axis=1)
            weight = np.ones((1, self.draws.columns))
            who = programme.commitment, "operation", self.region, ("direct",)
            responses.append(Response(*who, values, profile, weight))
        return ImpactResult(
            scenario=name,
            model="programme",
            products=Axis("product", [NOTHING]),
            years=self.years,
            units=units,
            responses=tuple(responses),
            provenance=self.provenance.step("programmes"),
        )
