"""`Areas`: a country cut into regions that do not overlap, and how far they are from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.kernels.inputoutput.trade import great_circle_distances
from econ.quantity.axes import Axis

__all__ = ["REST", "Areas"]

Array = npt.NDArray[np.float64]
REST: Final = "rest of "
LEVEL: Final = "NUTS"  # other groups (extra-regio) are no parts of the territory
# The mean distance within a disk from its centre is two thirds of its radius.
WITHIN_A_DISK: Final = 2.0 / 3.0


@dataclass(frozen=True)
class Areas:
    """A country cut into areas, each made of its smallest regions.

    Parameters
    ----------
    axis : Axis, r
        A region's code, or ``rest of`` and the code of what the areas named before leave of it.
    members : tuple of tuple of str, r
        Smallest regions (departements) of each area; together all of the country, none twice.
    country : str
        Code of the country.
    titles : mapping of str to str
        Words for every area and every region (NUTS 1).
    outside : tuple of str
        Codes that belong to the country and to no territory: embassies, extra-regio.

    Examples
    --------
    >>> from econ import catalogue
    >>> areas = Areas.of(catalogue().read("nuts_france"), ["FRF12", "FRF"])
    >>> areas.axis.labels
    ('FRF12', 'rest of FRF', 'rest of FR')
    >>> areas.titles["rest of FRF"], [len(group) for group in areas.members]
    ('rest of Grand Est', [1, 9, 91])
    """

    axis: Axis
    members: tuple[tuple[str, ...], ...]
    country: str
    titles: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    @property
    def smallest(self) -> tuple[str, ...]:
        """Smallest regions of all areas, in the order of the areas."""
        return tuple(code for group in self.members for code in group)

    @property
    def regions(self) -> dict[str, str]:
        """Region (NUTS 1) of each area; the country where an area lies in several."""
        found = {}
        for label, group in zip(self.axis.labels, self.members, strict=True):
            parents = {code[: len(self.country) + 1] for code in group}
            found[label] = parents.pop() if len(parents) == 1 else self.country
        return found

    @property
    def whole_regions(self) -> frozenset[str]:
        """Regions (NUTS 1) that lie in areas of their own."""
        split = {
            code[: len(self.country) + 1]
            for label, group in zip(self.axis.labels, self.members, strict=True)
            for code in group
            if self.regions[label] == self.country
        }
        return frozenset(set(self.regions.values()) - {self.country} - split)

    @property
    def rest(self) -> int | None:
        """Place of the rest of the country, where there is one."""
        label = REST + self.country
        return self.axis.position(label) if label in self.axis else None

    @classmethod
    def of(cls, classification: Dataset, codes: Sequence[str]) -> Areas:
        """Cut a country by codes; a code that holds earlier ones becomes the rest of itself.

        Parameters
        ----------
        classification : Dataset
            Of the schema CLASSIFICATION, with the level of each code as its group: ``NUTS0`` to
            ``NUTS3``. A code begins with the code it is part of.
        codes : sequence of str
            Of any level. What they leave of the country becomes one more area.

        Raises
        ------
        InputError
            With every code that is unknown (of another NUTS version, say), named twice, or named
            after a larger one that holds it.
        """
        frame = classification.frame
        territory = frame["group"].str.startswith(LEVEL)
        outside = tuple(frame.loc[~territory, "code"].tolist())
        frame = frame[territory]
        InputError.raise_if(_classification_faults(classification.name, frame))
        known = dict(zip(frame["code"], frame["label"], strict=True))
        levels = sorted(set(frame["group"]))
        smallest = frame.loc[frame["group"] == levels[-1], "code"].tolist()
        (country,) = frame.loc[frame["group"] == levels[0], "code"].tolist()
        if isinstance(codes, str) or not isinstance(codes, Sequence) or not codes:
            mend = "give a list of codes: ['FRF12', 'FRF']"
            raise InputError.one(classification.name, "code", "no regions", mend, value=codes)
        wanted = [str(code) for code in codes]
        faults = [
            Fault(classification.name, "code", "unknown region", _mend(code, known), value=code)
            for code in dict.fromkeys(wanted)
            if code not in known
        ]
        InputError.raise_if(faults)
        taken: dict[str, str] = {}
        labels, members, titles = [], [], {}
        for code in wanted:
            inside = [place for place in smallest if place.startswith(code)]
            free = [place for place in inside if place not in taken]
            if not free:
                mend = "name each region once, the smaller before the larger"
                holder = taken[inside[0]]
                problem = f"nothing left of it: already in {holder}"
                faults.append(Fault(classification.name, "code", problem, mend, value=code))
                continue
            whole = len(free) == len(inside)
            label = code if whole else REST + code
            taken |= dict.fromkeys(free, label)
            labels.append(label)
            members.append(tuple(free))
            titles[label] = known[code] if whole else REST + known[code]
        InputError.raise_if(faults)
        for code in smallest:
            parent = code[: len(country) + 1]
            titles.setdefault(parent, known.get(parent, parent))
        left = tuple(place for place in smallest if place not in taken)
        if left:
            labels.append(REST + country)
            members.append(left)
            titles[REST + country] = REST + known[country]
        axis = Axis("region", labels, classification.name)
        return cls(axis, tuple(members), country, titles, outside)

    def apart(self) -> Areas:
        """Return every smallest region as an area of its own, in the order of these areas."""
        axis = Axis("region", self.smallest)
        members = tuple((code,) for code in self.smallest)
        return Areas(axis, members, self.country, outside=self.outside)

    def sums(self, values: Array) -> Array:
        """Return sums over the members of each area.

        Parameters
        ----------
        values : ndarray, shape (m, ...)
            In the order of `smallest`.

        Returns
        -------
        ndarray, shape (r, ...)
        """
        starts = np.cumsum([0, *[len(group) for group in self.members[:-1]]])
        found: Array = np.add.reduceat(values, starts, axis=0)
        return found

    def distances(
        self, places: Dataset, weights: Array, *, power: float = 1.0, reach: float = np.inf
    ) -> Array:
        """Return effective distances between areas, and within them, over what is in their members.

        Between two departements it is the distance of their centres, within one two thirds of the
        radius of a disk of its area; between areas the power mean ``(sum w w d^-power)^(-1/power)``
        over their members, so that what is near counts most, as it does in trade.

        Parameters
        ----------
        places : Dataset
            Of the schema PLACES: centre and area of every smallest region.
        weights : ndarray, shape (m,)
            Employment of each smallest region, in the order of `smallest`.
        power : float [-]
            One for trade; two for people, who shun distance more.
        reach : float [km]
            Members farther apart count for nothing; areas without a pair within reach are
            infinitely far apart.

        Returns
        -------
        ndarray, shape (r, r) [km]

        Raises
        ------
        InputError
            With every smallest region that has no place, and areas that weigh nothing.

        References
        ----------
        [head_mayer_2002], section 3 (effective distance); [head_mayer_2000] (within a region).
        """
        found = places.frame.set_index("region")
        missing = [code for code in self.smallest if code not in found.index]
        mend = "add its centre and area"
        InputError.raise_if(
            [Fault(places.name, "region", "no place", mend, value=code) for code in missing]
        )
        ordered = found.loc[list(self.smallest)]
        between = great_circle_distances(
            _column(ordered, "longitude"), _column(ordered, "latitude")
        )
        np.fill_diagonal(between, WITHIN_A_DISK * np.sqrt(_column(ordered, "area_km2") / np.pi))
        if weights.shape != (len(self.smallest),) or not (
            np.isfinite(weights).all() and (weights >= 0.0).all()
        ):
            mend = (
                f"give {len(self.smallest)} numbers of zero or more, one for each smallest region"
            )
            raise InputError.one(places.name, "weights", "no weights", mend, value=weights.shape)
        size = self.sums(weights)
        if (size <= 0.0).any():
            label = self.axis.labels[int(np.flatnonzero(size <= 0.0)[0])]
            mend = "give weights above zero, employment say"
            raise InputError.one(places.name, "weights", "an area weighs nothing", mend, row=label)
        near = np.where(between <= reach, between**-power, 0.0)
        mean = self.sums(self.sums(weights[:, None] * near * weights).T).T / (size[:, None] * size)
        with np.errstate(divide="ignore"):
            effective: Array = mean ** (-1.0 / power)
        return effective


def _classification_faults(file: str, frame: pd.DataFrame) -> list[Fault]:
    """Return what hinders codes that begin with the code they are part of."""
    levels = sorted(set(frame["group"]))
    countries = frame.loc[frame["group"] == "NUTS0", "code"].tolist()
    if len(countries) != 1:
        mend = "give one code of the level NUTS0: one country"
        return [Fault(file, "group", f"{len(countries)} countries", mend, value=countries[:5])]
    faults = []
    length = 0
    for level in levels:
        lengths = set(frame.loc[frame["group"] == level, "code"].str.len())
        if len(lengths) != 1 or min(lengths) <= length:
            mend = "give codes of one length in each level, longer than the level above"
            faults.append(Fault(file, "code", f"codes of uneven length in {level}", mend))
        length = max(lengths)
    smallest = frame.loc[frame["group"] == levels[-1], "code"].tolist()
    faults += [
        Fault(
            file, "code", f"nothing of {levels[-1]} in it", "add its smallest regions", value=code
        )
        for code in frame.loc[frame["group"] != levels[-1], "code"]
        if not any(place.startswith(code) for place in smallest)
    ]
    return faults


def _column(frame: pd.DataFrame, name: str) -> Array:
    return frame[name].to_numpy(dtype=np.float64)


def _mend(code: str, known: Mapping[str, str]) -> str:
    digits = code[2:3].isdigit() and code[:2] in known and code[:3] not in known
    if digits:
        return "it looks like a code of an older NUTS version; look the region up by its name"
    return nearest(code, known)
