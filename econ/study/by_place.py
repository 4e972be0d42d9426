"""From a study's ``[regions]`` to the model of its areas: which tables, seen by which draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.data.catalogue import Catalogue
from econ.errors import Fault, InputError, nearest
from econ.inputoutput.model import HouseholdClosure
from econ.inputoutput.regional.activity import RegionalActivity
from econ.inputoutput.regional.areas import Areas
from econ.inputoutput.regional.methods import QUOTIENTS, Regionalisation
from econ.inputoutput.regional.model import RegionalModel
from econ.inputoutput.regional.people import TRAVEL_DECAY, PeopleFlows
from econ.inputoutput.regional.states import RegionalState
from econ.inputoutput.regional.trade import RegionalTrade, regional_trade
from econ.inputoutput.table import InputOutputTable
from econ.quantity.parameters import Assumptions, Draws
from econ.scenario.events import Event
from econ.scenario.losers import Loser, Rival
from econ.scenario.regions import REMAINDER, RegionsTable

__all__ = ["Geography", "geography"]

Array = npt.NDArray[np.float64]
# What areas, activity and distances are read from: the same for every method.
GROUND: Final = ("classification", "employment", "places", "tiles", "year", "areas", "reach_km")
CENTRAL: Final = np.array([0], dtype=np.intp)


@dataclass(frozen=True)
class Geography:
    """The areas of a study, and what is needed to cut a table by them.

    Parameters
    ----------
    settings : RegionsTable
    activity : RegionalActivity
    distances, travel : ndarray, shape (r, r) [km]
        For trade, and for people within a day's reach.
    tiles : mapping of str to tuple of int
        Column and row of each region on the map of tiles.
    """

    settings: RegionsTable
    activity: RegionalActivity
    distances: Array
    travel: Array
    tiles: Mapping[str, tuple[int, int]]

    @property
    def areas(self) -> Areas:
        """The areas, r."""
        return self.activity.areas

    def area_of(self, code: str) -> str:
        """Return the area that holds a region of any level.

        Raises
        ------
        InputError
            When it is unknown or lies in several areas.
        """
        labels = self.areas.axis.labels
        if code in labels:
            return code
        held = [
            label
            for label, members in zip(labels, self.areas.members, strict=True)
            if any(member.startswith(code) for member in members)
        ]
        if len(held) != 1:
            mend = f"it lies in {', '.join(held)}; name one" if held else nearest(code, labels)
            raise InputError.one("study", "regions.sites", "no single area", mend, value=code)
        return held[0]

    def model(
        self,
        table: InputOutputTable,
        closure: HouseholdClosure,
        draws: Draws,
        jobs_factor: Array | None,
        *,
        losers: Mapping[str, Mapping[str, Array]] | None = None,
        states: Sequence[RegionalState] | None = None,
    ) -> RegionalModel:
        """Return the model by area; tables differ between draws as the parameters do.

        Parameters
        ----------
        states : sequence of RegionalState, optional
            Of more draws than these, seen by these; made of these where left out.
        losers : mapping of str to mapping of str to ndarray, shape (c,) [share], optional
            Areas of those who lose by a pledge, beside the areas of the sites.
        """
        return RegionalModel(
            table=table,
            closure=closure,
            states=self.states(table, draws) if states is None else states,
            places={**self.places(draws), **(losers or {})},
            jobs_factor=jobs_factor,
        )

    def displaced(self, draws: Draws, events: Iterable[Event]) -> dict[str, dict[str, Array]]:
        """Return where what an event displaces is lost, by parameter and pledge, shape (r, c)."""
        named = {event.pledge: {name for _, name in event.roles()} for event in events}
        places = self.places(draws)
        found: dict[str, dict[str, Array]] = {}
        for name, lost in self.settings.displaced.items():
            wide = self.activity.share_of(lost.industry)[:, None]
            local = draws[lost.local] if lost.local else np.zeros(draws.columns)
            found[name] = {}
            for pledge, shares in places.items():
                if name not in named.get(pledge, ()):
                    continue
                own = np.zeros((len(self.areas.axis), draws.columns))
                for area, share in shares.items():
                    own[self.areas.axis.position(area)] += share
                found[name][pledge] = local * own + (1.0 - local) * wide
        return found

    def losers(
        self,
        losers: Iterable[Loser],
        displaced: Mapping[str, Mapping[str, Array]],
        draws: Draws,
    ) -> dict[str, dict[str, Array]]:
        """Return the areas of those who lose, by their name in a shock; areas are in order.

        Those who would have had public money are wherever people work.
        """
        areas = self.areas.axis.labels
        everywhere = np.repeat(self.activity.size[:, None], draws.columns, axis=1)
        return {
            loser.name: dict(
                zip(
                    areas,
                    displaced[loser.parameter][loser.pledge]
                    if isinstance(loser, Rival)
                    else everywhere,
                    strict=True,
                )
            )
            for loser in losers
        }

    def central(self, table: InputOutputTable, assumptions: Assumptions) -> RegionalTrade:
        """Return who supplies whom at the central values."""
        names = self._names[:3]
        delta, cross_hauling, decay = (assumptions[n].value if n else 0.0 for n in names)
        return self.trade(table, delta, cross_hauling, decay)

    def trade(
        self, table: InputOutputTable, delta: float, cross_hauling: float, decay: float
    ) -> RegionalTrade:
        """Return who supplies whom for one value of each parameter of the method."""
        name, settings = self.settings.method, self.settings
        sized = name in QUOTIENTS and QUOTIENTS[name].sized
        method = Regionalisation(
            name,
            delta=delta if sized and settings.delta else None,
            cross_hauling=cross_hauling if name == "charm" and settings.cross_hauling else None,
            distance_decay=decay,
            sheltered=tuple(self.settings.sheltered),
        )
        spread = settings.spread
        return regional_trade(table, self.activity, method, distances=self.distances, spread=spread)

    def states(self, table: InputOutputTable, draws: Draws) -> tuple[RegionalState, ...]:
        """Return the central table, and one for each group of draws alike in the first parameter.

        A group takes all parameters of its middle draw, so that every parameter varies between
        tables as it does between draws. Where fewer values are drawn than tables asked for, each
        has its own.
        """
        seen = np.stack([self._drawn(draws, name) for name in self._names])
        states = [self._state(table, seen[:, 0], CENTRAL)]
        distinct, group = np.unique(seen[:, 1:], axis=1, return_inverse=True)
        if distinct.shape[1] <= self.settings.tables:
            groups = [np.flatnonzero(group == place) + 1 for place in range(distinct.shape[1])]
        else:
            order = 1 + np.argsort(seen[0, 1:], kind="stable")
            groups = list(np.array_split(order, self.settings.tables))
        states += [
            self._state(table, seen[:, columns[len(columns) // 2]], columns)
            for columns in groups
            if columns.size
        ]
        return tuple(states)

    @cached_property
    def _names(self) -> list[str]:
        settings = self.settings
        return [
            settings.delta,
            settings.cross_hauling,
            settings.distance_decay,
            settings.commuters.departement,
            settings.commuters.region,
            settings.shoppers.departement,
            settings.shoppers.region,
        ]

    @staticmethod
    def _drawn(draws: Draws, name: str) -> Array:
        return draws[name] if name else np.zeros(draws.columns)

    def _state(
        self, table: InputOutputTable, values: Array, columns: npt.NDArray[np.intp]
    ) -> RegionalState:
        delta, cross_hauling, decay, *travel = (float(value) for value in values)
        small = np.array([len(members) == 1 for members in self.areas.members])
        people = PeopleFlows.by_gravity(
            self.areas.axis,
            self.activity.size,
            self.travel,
            commuters=np.where(small, travel[0], travel[1]),
            shoppers=np.where(small, travel[2], travel[3]),
        )
        return RegionalState(self.trade(table, delta, cross_hauling, decay), people, columns)

    def places(self, draws: Draws) -> dict[str, dict[str, Array]]:
        """Return the areas of each pledge's sites with their parts of it, shape (c,) [share]."""
        found: dict[str, dict[str, Array]] = {}
        for pledge, shares in self.settings.sites.items():
            parts: dict[str, Array] = {}
            given = {code: draws[name] for code, name in shares.items() if name != REMAINDER}
            left = 1.0 - np.sum([np.zeros(draws.columns), *given.values()], axis=0)
            for code in shares:
                area = self.area_of(code)
                # Two sites in one area are one place.
                parts[area] = parts.get(area, np.zeros(draws.columns)) + given.get(code, left)
            found[pledge] = parts
        return found


def geography(data: Catalogue, settings: RegionsTable, products: str) -> Geography:
    """Read what a study's regions name.

    Parameters
    ----------
    data : Catalogue
    settings : RegionsTable
    products : str
        Dataset of the table's products, each with its industry.

    Raises
    ------
    InputError
        With everything that is missing or does not fit.
    """
    what = f"ground of {products}: {settings.model_dump_json(include=set(GROUND))}"
    ground = data.once(what, lambda: _ground(data, settings, products))
    found = replace(ground, settings=settings)
    activity = found.activity
    known = activity.industries.labels
    faults = [
        Fault(
            "study",
            f"regions.displaced {name}",
            "no such industry",
            nearest(lost.industry, known),
            value=lost.industry,
        )
        for name, lost in settings.displaced.items()
        if lost.industry not in known
    ]
    names = [*known, *activity.industry_of]
    faults += [
        Fault(
            "study", "regions.sheltered", "no such industry or product", nearest(n, names), value=n
        )
        for n in settings.sheltered
        if n not in names
    ]
    faults += _tile_faults(found)
    for shares in settings.sites.values():
        for code in shares:
            try:
                found.area_of(code)
            except InputError as error:
                faults += error.faults
    InputError.raise_if(faults)
    return found


def _ground(data: Catalogue, settings: RegionsTable, products: str) -> Geography:
    """Read areas, activity and distances, which are the same for every method."""
    classification = data.read(settings.classification)
    areas = Areas.of(classification, settings.areas)
    activity = RegionalActivity.from_dataset(
        data.read(settings.employment), areas, data.read(products), year=settings.year
    )
    weights = RegionalActivity.from_dataset(
        data.read(settings.employment), areas.apart(), data.read(products), year=settings.year
    ).values.sum(axis=1)
    tiles = data.read(settings.tiles).frame if settings.tiles else None
    return Geography(
        settings=settings,
        activity=activity,
        distances=areas.distances(data.read(settings.places), weights),
        travel=areas.distances(
            data.read(settings.places), weights, power=TRAVEL_DECAY, reach=settings.reach_km
        ),
        tiles={}
        if tiles is None
        else {
            str(region): (int(column), int(row))
            for region, column, row in tiles[["region", "column", "row"]].itertuples(index=False)
        },
    )


def _tile_faults(found: Geography) -> list[Fault]:
    """Return regions that are on no tile, and tiles that hold two."""
    if not found.tiles:
        return []
    regions = {r for r in found.areas.regions.values() if r != found.areas.country}
    mend = "give its column and row"
    faults = [
        Fault("tiles", "region", "on no tile", mend, value=region)
        for region in sorted(regions)
        if region not in found.tiles
    ]
    seen: dict[tuple[int, int], str] = {}
    for region, place in found.tiles.items():
        if place in seen:
            mend = f"it stands on the tile of {seen[place]}; move one of them"
            faults.append(Fault("tiles", "region", "a tile of two regions", mend, value=region))
        seen[place] = region
    return faults
