"""Which units may stand in for a site: donors chosen by stated rules, each exclusion with why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.space.spatial_weights import great_circle_chord, points_on_sphere, within_distance
from econ.regression.panel.panel import frame_of, missing_columns

__all__ = ["DonorRule", "neighbours_within"]

Array = npt.NDArray[np.float64]
BEFORE = "donors"


@dataclass(frozen=True)
class DonorRule:
    """The rules by which donors are chosen, before any outcome after the event is looked at.

    Parameters
    ----------
    only : sequence of str, optional
        The candidates; every other unit of the panel where left out.
    exclude : mapping of str to str
        Units that are left out, each with the reason: hit by the same or another event, overseas,
        another statistical series. A sequence of names takes the reason "named".
    neighbours : mapping of str to sequence of str, optional
        Of each site, the units that border it or lie near: they may be partly treated. See
        `neighbours_within`.
    allow_neighbours : bool
        Leave to use them nevertheless.
    similar : tuple of float, optional
        Least and most of a donor's mean outcome before the event over that of the site: (0.5, 2)
        takes units of half to twice its size.
    incomplete : {"refuse", "drop"}
        What becomes of a donor that lacks an outcome or a predictor.

    Examples
    --------
    >>> rule = DonorRule(exclude={"FRY10": "overseas"}, neighbours={"FRF12": ["FRF11"]})
    >>> kept, dropped, faults = rule.candidates(["FRF12"], ["FRF11", "FRF12", "FRF21", "FRY10"])
    >>> kept, dropped
    (['FRF21'], {'FRF11': 'neighbours FRF12', 'FRY10': 'overseas'})
    """

    only: tuple[str, ...] | None = None
    exclude: Mapping[str, str] = field(default_factory=dict)
    neighbours: Mapping[str, Sequence[str]] | None = None
    allow_neighbours: bool = False
    similar: tuple[float, float] | None = None
    incomplete: Literal["refuse", "drop"] = "refuse"

    def __post_init__(self) -> None:
        if isinstance(self.only, str):
            object.__setattr__(self, "only", (self.only,))
        if self.only is not None:
            object.__setattr__(self, "only", tuple(str(name) for name in self.only))
        if not isinstance(self.exclude, Mapping):
            named = [self.exclude] if isinstance(self.exclude, str) else self.exclude
            object.__setattr__(self, "exclude", {str(name): "named" for name in named})
        faults = []
        if self.only is not None and not self.only:
            mend = "name the donors, or leave it out for every other unit"
            faults.append(Fault(BEFORE, "only", "no donors", mend))
        if self.incomplete not in ("refuse", "drop"):
            mend = nearest(self.incomplete, ("refuse", "drop"))
            faults.append(Fault(BEFORE, "incomplete", "unknown", mend, value=self.incomplete))
        if self.similar is not None:
            least, most = self.similar
            if not 0.0 <= least < most:
                mend = "write least and most, as in (0.5, 2.0)"
                faults.append(Fault(BEFORE, "similar", "no range", mend, value=self.similar))
        InputError.raise_if(faults)

    @classmethod
    def of(cls, donors: DonorRule | Iterable[str] | None) -> DonorRule:
        """Return the rule itself, one that names the donors, or one without any restriction."""
        if isinstance(donors, DonorRule):
            return donors
        if donors is None:
            return cls()
        if not isinstance(donors, Iterable):
            mend = "write a list of names, or a DonorRule"
            raise InputError.one(BEFORE, "donors", "no names", mend, value=donors)
        return cls(only=(donors,) if isinstance(donors, str) else tuple(donors))

    def without(self, names: Iterable[str], reason: str) -> DonorRule:
        """Return the rule with more units excluded."""
        return replace(self, exclude={**self.exclude, **dict.fromkeys(names, reason)})

    def candidates(
        self, sites: Sequence[str], units: Sequence[str]
    ) -> tuple[list[str], dict[str, str], list[Fault]]:
        """Return who may be a donor by name, who not and why, and what is wrong with the rule.

        Parameters
        ----------
        sites, units : sequence of str
            The treated, and all of the panel.
        """
        near = {name: site for site in sites for name in (self.neighbours or {}).get(site, ())}
        named = self.only or ()
        faults = [
            Fault(BEFORE, column, "not in the panel", nearest(name, units), value=name)
            for column, names in (("only", named), ("exclude", tuple(self.exclude)))
            for name in names
            if name not in units
        ]
        for name in named:
            if name in sites:
                mend = "a site is no donor of its own: leave it out"
                faults.append(Fault(BEFORE, "only", "is treated", mend, value=name))
            elif name in near and not self.allow_neighbours:
                mend = "leave it out, or write allow_neighbours=True and say why"
                problem = f"neighbours the site {near[name]} and may be partly treated"
                faults.append(Fault(BEFORE, "only", problem, mend, value=name))
        kept, dropped = [], {}
        for name in units:
            if name in sites:
                continue
            if name in self.exclude:
                dropped[name] = self.exclude[name]
            elif named and name not in named:
                continue
            elif name in near and not self.allow_neighbours:
                dropped[name] = f"neighbours {near[name]}"
            else:
                kept.append(name)
        return kept, dropped, faults

    def unlike(self, names: Sequence[str], sizes: Array, site: float) -> dict[str, str]:
        """Return which donors are too small or too large, with why.

        Parameters
        ----------
        names : sequence of str
        sizes : ndarray, shape (j,) [outcome]
            Mean outcome before the event.
        site : float [outcome]
        """
        if self.similar is None:
            return {}
        least, most = self.similar
        return {
            name: f"{size / site:.2g} times the site's size, not {least:g} to {most:g}"
            for name, size in zip(names, sizes, strict=True)
            if not least <= size / site <= most
        }


def neighbours_within(
    places: Any,
    km: float,
    *,
    unit: str = "region",
    longitude: str = "longitude",
    latitude: str = "latitude",
) -> dict[str, list[str]]:
    """Return, of each unit, the units whose centres lie within a distance.

    Parameters
    ----------
    places : pandas.DataFrame or Dataset
        A row per unit; the data set ``places_france`` has the departements.
    km : float [km]
    unit, longitude, latitude : str
        Columns; degrees.

    Raises
    ------
    InputError
        When a column is missing or a coordinate is none.

    Examples
    --------
    >>> frame = pd.DataFrame({"region": ["a", "b", "c"], "longitude": [0.0, 1.0, 9.0],
    ...                       "latitude": [0.0, 0.0, 0.0]})
    >>> neighbours_within(frame, 120.0)
    {'a': ['b'], 'b': ['a'], 'c': []}
    """
    frame = frame_of(places)
    InputError.raise_if(missing_columns(frame, (unit, longitude, latitude)))
    degrees = frame[[longitude, latitude]].to_numpy(dtype=np.float64)
    names = [str(name) for name in frame[unit]]
    mend = "write degrees, east and north positive"
    InputError.raise_if(
        [
            Fault("places", f"{longitude}, {latitude}", "no coordinate", mend, row=name)
            for name, row in zip(names, degrees, strict=True)
            if not np.isfinite(row).all()
        ]
    )
    if not km > 0.0:
        raise InputError.one("places", "km", "no distance", "write kilometres", value=km)
    points = points_on_sphere(degrees[:, 0], degrees[:, 1])
    reach = float(great_circle_chord(np.array([km]))[0])
    rows, columns, _ = within_distance(points, reach)
    near: dict[str, list[str]] = {name: [] for name in names}
    for row, column in zip(rows, columns, strict=True):
        if row != column:
            near[names[row]].append(names[column])
    return {name: sorted(others) for name, others in near.items()}


def donors_table(kept: Sequence[str], dropped: Mapping[str, str]) -> pd.DataFrame:
    """Return every candidate with whether it is a donor, and why not."""
    rows = [{"unit": name, "donor": True, "reason": ""} for name in kept]
    rows += [{"unit": name, "donor": False, "reason": why} for name, why in dropped.items()]
    return pd.DataFrame(rows, columns=["unit", "donor", "reason"])
