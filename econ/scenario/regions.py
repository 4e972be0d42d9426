"""The ``[regions]`` of a study: where its sites are, and how the table is cut by place."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty

__all__ = ["REMAINDER", "RegionsTable"]

REMAINDER = "remainder"


class LevelsTable(Declared):
    """A parameter for areas of one departement each, and one for larger areas."""

    departement: NonEmpty
    region: NonEmpty


class DisplacedTable(Declared):
    """Where displaced activity is lost: an industry, and a share of it in the site's own areas."""

    industry: NonEmpty
    local: str = ""


class RegionsTable(Declared):
    """``[regions]``: where it happens, and how the table is cut by place."""

    classification: NonEmpty
    employment: NonEmpty
    places: NonEmpty
    tiles: str = ""
    year: Annotated[int, Field(ge=1800, le=2200)]
    areas: Annotated[list[NonEmpty], Field(min_length=1)]
    method: NonEmpty
    delta: str = ""
    cross_hauling: str = ""
    distance_decay: NonEmpty
    sheltered: list[str] = Field(default=[])
    commuters: LevelsTable
    shoppers: LevelsTable
    reach_km: Annotated[float, Field(gt=0)]
    tables: Annotated[int, Field(ge=1, le=1000)]
    others: list[NonEmpty] = Field(default=[])
    tables_of_others: Annotated[int, Field(ge=1, le=1000)] = 1
    sites: dict[str, dict[str, NonEmpty]]
    displaced: dict[str, DisplacedTable] = Field(default={})
    spread: dict[str, NonEmpty] = Field(default={})
    note: str = ""

    @model_validator(mode="after")
    def _one_remainder(self) -> Self:
        for pledge, shares in self.sites.items():
            rest = [area for area, share in shares.items() if share == REMAINDER]
            if len(rest) != 1:
                raise ValueError(
                    f"shares of {pledge} do not sum to one; write {REMAINDER} for one of its areas "
                    "and a parameter for every other"
                )
        return self

    def datasets(self) -> list[str]:
        """Return the datasets named here."""
        named = [self.classification, self.employment, self.places, self.tiles]
        return [name for name in named if name]

    def parameters(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the parameters named here, each with the units its place takes."""
        named = [(self.delta, ("exponent",)), (self.distance_decay, ("exponent",))]
        named += [(self.cross_hauling, ("ratio",))]
        shares = [*self.commuters.model_dump().values(), *self.shoppers.model_dump().values()]
        shares += [share for areas in self.sites.values() for share in areas.values()]
        shares += [lost.local for lost in self.displaced.values()]
        named += [(name, ("share",)) for name in shares if name != REMAINDER]
        return [(name, units) for name, units in named if name]
