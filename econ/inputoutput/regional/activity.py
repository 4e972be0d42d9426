"""`RegionalActivity`: which part of each product of a table is made in which area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.codes import ALL_INDUSTRIES
from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.inputoutput.alignment import aligned
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types
from econ.inputoutput.regional.areas import Areas
from econ.inputoutput.totals import TOTAL, looks_like_total
from econ.kernels.inputoutput.quotients import simple_quotient
from econ.quantity.axes import Axis
from econ.quantity.provenance import Provenance

__all__ = ["RegionalActivity"]

Array = npt.NDArray[np.float64]
# Eurostat prints manufacturing beside the industry it is part of; what is left has no name there.
PART_OF: Final[Mapping[str, str]] = {"C": "B-E"}
LEFT: Final[Mapping[str, str]] = {"B-E": "B_D_E"}
PUBLISHED_ROUNDING: Final = 0.05  # half of the last digit of thousands of persons, or of MEUR


@dataclass(frozen=True)
class RegionalActivity:
    """Employment (or value added) of areas by industry, and what it says of a table's products.

    Every product of an industry is spread over the areas as the industry is: that is the
    assumption, and all that figures by industry can carry.

    Parameters
    ----------
    areas : Areas, r
    industries : Axis, k
    values : ndarray, shape (r, k)
    industry_of : mapping of str to str
        Industry of each product of the table.
    measure : str
    year : int
    provenance : Provenance
    """

    areas: Areas
    industries: Axis
    values: Array
    industry_of: Mapping[str, str]
    measure: str
    year: int
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        shape = (len(self.areas.axis), len(self.industries))
        if values.shape != shape:
            mend = f"give shape {shape}: areas by industries"
            raise InputError.one("activity", "values", f"shape {values.shape}", mend)
        faults = [
            Fault("activity", industry, "not a number of zero or more", "mend it", area, value)
            for area, row in zip(self.areas.axis.labels, values, strict=True)
            for industry, value in zip(self.industries.labels, row, strict=True)
            if not (np.isfinite(value) and value >= 0.0)
        ]
        faults += [
            Fault("activity", "industry", "unknown", nearest(name, self.industries.labels), product)
            for product, name in self.industry_of.items()
            if name not in self.industries
        ]
        faults += [
            Fault("activity", "region", "nobody works there", "leave it out", area)
            for area, total in zip(self.areas.axis.labels, values.sum(axis=1), strict=True)
            if total == 0.0
        ]
        faults += [
            Fault("activity", industry, "nobody works in it anywhere", "leave it out")
            for industry, total in zip(self.industries.labels, values.sum(axis=0), strict=True)
            if total <= 0.0
        ]
        InputError.raise_if(faults)

    @classmethod
    def from_frame(
        cls,
        values: pd.DataFrame,
        *,
        industry_of: Mapping[str, str] | None = None,
        country: str = "country",
        measure: str = "employment",
        year: int = 0,
    ) -> RegionalActivity:
        """Take jobs, output or value added by region and industry, as a textbook prints them.

        Parameters
        ----------
        values : pandas.DataFrame, shape (r, k)
            Regions down, industries across; together the regions are the country.
        industry_of : mapping of str to str, optional
            Industry of each product of the table; by default they have the same names.
        country, measure : str
        year : int
            Zero where it is not said.

        Raises
        ------
        InputError
            With every label that stands twice, is the country or a total, and every figure that is
            none.

        Examples
        --------
        >>> jobs = pd.DataFrame({"farms": [30, 70], "plants": [120, 80]}, ["North", "South"])
        >>> activity = RegionalActivity.from_frame(jobs)
        >>> activity.quotients(Axis("product", ["farms", "plants"])).round(2).tolist()
        [[0.6, 1.2], [1.4, 0.8]]
        """
        check_types("activity", {"values": (values, pd.DataFrame)})
        if industry_of is not None:
            check_types("activity", {"industry_of": (industry_of, Mapping)})
        regions, names = labels_of(values.index)[0], labels_of(values.columns)[0]
        cells, faults = aligned(values, None, names, "values", "activity")
        faults += [
            Fault("activity", side, TOTAL, "leave it out, sums are computed", value=label)
            for side, labels in (("region", regions), ("industry", names))
            for label in labels
            if looks_like_total(label) or (side == "region" and label == country)
        ]
        if not cells.size:
            mend = "give a row for each region and a column for each industry"
            faults.append(Fault("activity", "values", "no figures", mend))
        InputError.raise_if(faults)
        axis = Axis("region", regions, "activity")
        return cls(
            areas=Areas(axis, tuple((label,) for label in axis.labels), country),
            industries=Axis("industry", names, "activity"),
            values=cells,
            industry_of=dict(zip(names, names, strict=True))
            if industry_of is None
            else industry_of,
            measure=measure,
            year=year,
        )

    @classmethod
    def from_dataset(
        cls,
        regional: Dataset,
        areas: Areas,
        products: Dataset,
        *,
        year: int,
        measure: str = "employment",
    ) -> RegionalActivity:
        """Read employment by area and industry from regional accounts.

        Parameters
        ----------
        regional : Dataset
            Of the schema REGIONAL_ACCOUNTS, with the country and its smallest regions.
        areas : Areas
        products : Dataset
            Of the schema CLASSIFICATION: products of the table, each with its industry as group.
        year : int
        measure : str

        Raises
        ------
        InputError
            With every region that is missing, every industry a region is missing, and every
            industry whose regions do not sum to the country beyond rounding.
        """
        frame = regional.frame
        chosen = frame[(frame["year"] == year) & (frame["measure"] == measure)]
        if chosen.empty:
            years = sorted({int(y) for y in frame.loc[frame["measure"] == measure, "year"]})
            mend = f"choose one of {years}" if years else nearest(measure, set(frame["measure"]))
            value = f"{measure} {year}"
            raise InputError.one(regional.name, "year", "no such figures", mend, value=value)
        wide = chosen.pivot(index="region", columns="industry", values="value")
        totals = wide.get(ALL_INDUSTRIES)
        wide = wide.drop(columns=ALL_INDUSTRIES, errors="ignore")
        # What belongs to no territory is in the country's total and in no area.
        beyond = [code for code in areas.outside if code in wide.index]
        smallest_beyond = [c for c in beyond if len(c) == max(map(len, beyond))]
        if areas.country in wide.index and beyond:
            wide.loc[areas.country] -= wide.loc[smallest_beyond].sum()
        wide = wide.drop(index=beyond)
        _check_regions(regional.name, wide, areas)
        wide = _apart(wide, regional.name)
        _check_sums(regional.name, wide, areas, totals)
        groups = dict(zip(products.frame["code"], products.frame["group"], strict=True))
        unknown = {group for group in groups.values() if group not in wide.columns}
        InputError.raise_if(
            [
                Fault(products.name, "group", "no such industry", nearest(g, wide.columns), value=g)
                for g in sorted(unknown)
            ]
        )
        smallest = wide.loc[list(areas.smallest)].to_numpy(dtype=np.float64)
        return cls(
            areas=areas,
            industries=Axis("industry", [str(column) for column in wide.columns], regional.name),
            values=areas.sums(np.maximum(smallest, 0.0)),
            industry_of=groups,
            measure=measure,
            year=year,
            provenance=(regional.provenance | products.provenance).step(
                f"{measure} {year} by area"
            ),
        )

    @property
    def size(self) -> Array:
        """Each area's part of the country, shape (r,) [share]."""
        found: Array = self.values.sum(axis=1) / self.values.sum()
        return found

    @property
    def industry_shares(self) -> Array:
        """Each area's part of each industry, shape (r, k) [share]; columns sum to one."""
        found: Array = self.values / self.values.sum(axis=0)
        return found

    def shares(self, products: Axis) -> Array:
        """Return each area's part of each product, shape (r, n) [share]; columns sum to one.

        Raises
        ------
        InputError
            With every product whose industry is not known.
        """
        return self.industry_shares[:, self._columns(products)]

    def quotients(self, products: Axis) -> Array:
        """Return the simple location quotient of each product, shape (r, n) [-]."""
        slq = simple_quotient(self.values, self.values.sum(axis=0))
        found: Array = slq[:, self._columns(products)]
        return found

    def share_of(self, industry: str) -> Array:
        """Return each area's part of one industry, or of ``TOTAL``, shape (r,) [share]."""
        if industry == ALL_INDUSTRIES:
            return self.size
        found: Array = self.industry_shares[:, self.industries.position(industry)]
        return found

    def _columns(self, products: Axis) -> list[int]:
        missing = [label for label in products.labels if label not in self.industry_of]
        mend = "name its industry"
        InputError.raise_if(
            [Fault("activity", "product", "no industry", mend, value=label) for label in missing]
        )
        return list(self.industries.positions(self.industry_of[x] for x in products.labels))


def _check_regions(file: str, wide: pd.DataFrame, areas: Areas) -> None:
    mend = "add its row; figures of another NUTS version do not fit"
    faults = [
        Fault(file, "region", "region missing", mend, value=code)
        for code in (*areas.smallest, areas.country)
        if code not in wide.index
    ]
    known = {areas.country, *areas.smallest}
    levels = {code[:length] for code in areas.smallest for length in range(2, len(code))}
    faults += [
        Fault(
            file, "region", "a region of another classification", nearest(code, known), value=code
        )
        for code in wide.index
        if code not in known and code not in levels
    ]
    present = wide.reindex([code for code in areas.smallest if code in wide.index])
    faults += [
        Fault(file, "value", "industry missing", "write a number, or zero", str(code), industry)
        for code, row in present.iterrows()
        for industry, value in row.items()
        if not np.isfinite(value)
    ]
    InputError.raise_if(faults)


def _apart(wide: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the industries without overlap: what manufacturing leaves of B to E is B, D and E."""
    for part, whole in PART_OF.items():
        if part in wide.columns and whole in wide.columns:
            left = wide[whole] - wide[part]
            wrong = left[left < -2.0 * PUBLISHED_ROUNDING]
            mend = f"{part} is part of {whole}; correct one of the two"
            InputError.raise_if(
                [
                    Fault(file, part, f"more than all of {whole}", mend, str(code), value)
                    for code, value in wrong.items()
                ]
            )
            wide = wide.drop(columns=whole).assign(**{LEFT[whole]: left.clip(lower=0.0)})
    return wide


def _check_sums(
    file: str, wide: pd.DataFrame, areas: Areas, totals: pd.Series[float] | None
) -> None:
    """Refuse parts that do not sum to what holds them: regions of any level, and industries."""
    faults = []
    for code in wide.index:
        members = [place for place in areas.smallest if place.startswith(str(code))]
        whole = wide.loc[code].to_numpy(dtype=np.float64)
        if members == [code] or (str(code) != areas.country and not np.isfinite(whole).all()):
            continue
        gaps = wide.loc[members].to_numpy(dtype=np.float64).sum(axis=0) - whole
        # Rounding errors are independent: three times their standard deviation.
        allowed = PUBLISHED_ROUNDING * np.sqrt(3.0 * (len(members) + 1))
        what = "the country" if str(code) == areas.country else "the larger region"
        mend = "mend a row, or name what is missing"
        faults += [
            Fault(file, str(industry), f"regions do not sum to {what}", mend, str(code), float(gap))
            for industry, gap in zip(wide.columns, gaps, strict=True)
            if not abs(gap) <= allowed
        ]
    if totals is not None:
        gaps = wide.sum(axis=1) - totals.reindex(wide.index)
        allowed = PUBLISHED_ROUNDING * np.sqrt(3.0 * (wide.shape[1] + 2))
        faults += [
            Fault(
                file,
                ALL_INDUSTRIES,
                "industries do not sum to the total",
                "mend one",
                str(code),
                float(g),
            )
            for code, g in gaps.items()
            if code in areas.smallest and abs(g) > allowed
        ]
    InputError.raise_if(faults)
