"""`Treatment`: which places were treated, from when, by how much, and who stood beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.kernels.inputoutput.trade import great_circle_distances
from econ.regression.evaluation.dates import calendar_of, date_of, is_later, plain
from econ.regression.panel.panel import frame_of, integer_periods, missing_columns

__all__ = ["DATES", "Treatment"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
DateKind = Literal["announcement", "works", "opening"]

DATES: Final = ("announcement", "works", "opening")
# Where a pledge says it, when a column of the kind's own name is missing.
COLUMNS: Final = {"announcement": "announced", "works": "works_start", "opening": "deadline"}
SHOWN: Final = 5


@dataclass(frozen=True)
class Treatment:
    """Places, the dates of what happened to them, and how much.

    Parameters
    ----------
    units : tuple of str
        Names as in the panel, one each.
    dates : tuple
        When each is first treated: a period as the panel writes it, or a date.
    kind : {"announcement", "works", "opening"}
        What the dates are.
    announced : tuple, optional
        When each was announced; from then on it may already show.
    dose : tuple of float, optional
        Jobs or money of each.
    dose_unit : str
        ``persons``, ``MEUR``.
    neighbours : tuple of str
        Units partly treated: no estimator takes them as treated or as control.

    Raises
    ------
    InputError
        When a unit stands twice, a date is missing or cannot be read, or an announcement comes
        after its date.

    Examples
    --------
    >>> site = Treatment(("FRF12",), (2027,), announced=(2024,), dose=(200.0,), dose_unit="persons")
    >>> site.ahead(pd.Series([2022, 2023]))
    3
    """

    units: tuple[str, ...]
    dates: tuple[Any, ...]
    kind: DateKind = "opening"
    announced: tuple[Any, ...] = ()
    dose: tuple[float, ...] = ()
    dose_unit: str = ""
    neighbours: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("units", "neighbours", "dates", "announced", "dose"):
            object.__setattr__(self, name, _listed(getattr(self, name)))
        for name in ("units", "neighbours"):
            object.__setattr__(self, name, tuple(str(unit) for unit in getattr(self, name)))
        faults = [
            Fault("treatment", "dose", f"no dose of {unit}", "give a number", value=amount)
            for unit, amount in zip(self.units, self.dose, strict=False)
            if isinstance(amount, bool) or not isinstance(amount, Real) or not np.isfinite(amount)
        ]
        if not self.units:
            faults.append(Fault("treatment", "units", "nobody is treated", "name the units"))
        if self.kind not in DATES:
            mend = nearest(self.kind, DATES)
            faults.append(Fault("treatment", "kind", "unknown", mend, value=self.kind))
        for name in ("dates", "announced", "dose"):
            held = getattr(self, name)
            if len(held) != len(self.units) and (held or name == "dates"):
                mend = f"give one for each of the {len(self.units)} units"
                faults.append(Fault("treatment", name, f"has {len(held)} values", mend))
        faults += [
            Fault("treatment", "units", "stands twice", "give each unit once", value=name)
            for name in dict.fromkeys(self.units)
            if self.units.count(name) > 1
        ]
        faults += [
            Fault("treatment", "neighbours", "is treated itself", "leave it out", value=name)
            for name in self.neighbours
            if name in self.units
        ]
        for name in ("dates", "announced"):
            faults += [
                Fault("treatment", name, f"no date of {unit}", "give a period or a date", value=at)
                for unit, at in zip(self.units, getattr(self, name), strict=False)
                if (name == "dates" and pd.isna(at)) or (not pd.isna(at) and date_of(at) is None)
            ]
        if not faults and self.announced:
            faults += [
                Fault(
                    "treatment",
                    "announced",
                    f"{unit} was announced after its {self.kind}",
                    "exchange the two dates, or leave the announcement out",
                    value=said,
                )
                for unit, said, at in zip(self.units, self.announced, self.dates, strict=True)
                if not pd.isna(said) and is_later(said, at)
            ]
        InputError.raise_if(faults)

    # ------------------------------------------------------------ where it comes from

    @classmethod
    def from_pledges(
        cls,
        pledges: Any,
        *,
        unit: str,
        date: str = "opening",
        announced: str = "announced",
        dose: str = "amount",
    ) -> Treatment:
        """Read pledges or commitments: one row for each treated place.

        Parameters
        ----------
        pledges : Dataset or DataFrame
            Rows of PLEDGES or COMMITMENTS, or of your own; choose the rows first: rows of one
            place often state one promise twice, and are not added up.
        unit : str
            Column that names the unit as the panel does, ``nuts``.
        date : {"announcement", "works", "opening"} or str
            What counts as the start. A column of that name is read; else ``announced``,
            ``works_start`` or ``deadline`` (what is promised to be open by then).
        announced, dose : str
            Columns; left aside where there is none. The unit of the dose is what the columns
            ``unit`` or ``currency`` say.

        Raises
        ------
        InputError
            With every fault.

        Examples
        --------
        >>> rows = pd.DataFrame({"nuts": ["FRF12"], "announced": ["2024-05-13"], "amount": [200.0],
        ...                      "deadline": ["2027-12-31"], "unit": ["persons"]})
        >>> site = Treatment.from_pledges(rows, unit="nuts")
        >>> site.units, site.dates, site.dose, site.dose_unit
        (('FRF12',), ('2027-12-31',), (200.0,), 'persons')
        """
        frame = frame_of(pledges)
        column = date if date in frame.columns else COLUMNS.get(date, date)
        InputError.raise_if(missing_columns(frame, (unit, column)))
        faults = [
            Fault("pledges", name, f"no {name}", mend, row)
            for name, mend in (
                (unit, "say where: a pledge without a place cannot be evaluated"),
                (column, "say when, or choose another date="),
            )
            for row in frame.index[frame[name].isna()][:SHOWN]
        ]
        names = frame[unit].astype(str)
        faults += [
            Fault(
                "pledges",
                unit,
                f"{names.value_counts()[name]} rows for one place",
                "choose one, or add them up first: rows of a place often say one thing twice",
                value=name,
            )
            for name in dict.fromkeys(names[names.duplicated() & frame[unit].notna()])
        ]
        stated = [name for name in ("unit", "currency") if name in frame.columns and name != unit]
        units = sorted({str(one) for name in stated[:1] for one in frame[name].dropna()})
        if dose in frame.columns and len(units) > 1:
            mend = "a dose has one unit: evaluate jobs and money apart"
            faults.append(Fault("pledges", stated[0], "mixed units", mend, value=", ".join(units)))
        InputError.raise_if(faults)
        known: DateKind = "opening"
        for kind in DATES:
            if date in (kind, COLUMNS[kind]):
                known = kind
        held = announced in frame.columns and known != "announcement"
        amounts: tuple[float, ...] = ()
        if dose in frame.columns:
            read = pd.to_numeric(frame[dose], errors="coerce")
            InputError.raise_if(
                [
                    Fault("pledges", dose, "no number", "write its jobs or its money", row, value)
                    for row, value in frame[dose][~np.isfinite(read)].head(SHOWN).items()
                ]
            )
            amounts = tuple(read.astype(float))
        return cls(
            units=tuple(names),
            dates=tuple(plain(at) for at in frame[column]),
            kind=known,
            announced=tuple(plain(at) for at in frame[announced]) if held else (),
            dose=amounts,
            dose_unit=units[0] if units and amounts else "",
        )

    def with_neighbours(self, units: Iterable[str]) -> Treatment:
        """Return the treatment with more units that are partly treated."""
        more = [str(unit) for unit in units if str(unit) not in self.units]
        return replace(self, neighbours=tuple(dict.fromkeys([*self.neighbours, *more])))

    def near(
        self,
        places: Any,
        *,
        km: float,
        unit: str = "region",
        latitude: str = "latitude",
        longitude: str = "longitude",
    ) -> Treatment:
        """Return the treatment with every place closer than a distance as partly treated.

        Parameters
        ----------
        places : Dataset or DataFrame
            Centres of the units, in degrees; `places_france` of the catalogue.
        km : float [km]
        unit, latitude, longitude : str
            Columns.

        Raises
        ------
        InputError
            When a treated unit has no place.
        """
        distance = self._distances(places, km, unit, latitude, longitude)
        return self.with_neighbours(distance.index[distance.min(axis=1) < km])

    def exposure(
        self,
        places: Any,
        *,
        km: float,
        unit: str = "region",
        latitude: str = "latitude",
        longitude: str = "longitude",
    ) -> pd.Series[float]:
        """Return how far each unit is exposed: the dose around it, falling to none at a distance.

        Parameters
        ----------
        places : Dataset or DataFrame
        km : float [km]
            Where the weight, one less the distance over `km`, has fallen to none.
        unit, latitude, longitude : str
            Columns.

        Returns
        -------
        pandas.Series [unit of the dose]
            By unit; what a treated unit does to itself is not counted.
        """
        distance = self._distances(places, km, unit, latitude, longitude)
        weight = (1.0 - distance / km).clip(lower=0.0)
        for name in self.units:
            weight.loc[name, name] = 0.0
        dose = np.array(self.dose) if self.dose else np.ones(len(self.units))
        found: pd.Series[float] = (weight * dose).sum(axis=1).rename("exposure")
        return found

    def _distances(
        self, places: Any, km: float, unit: str, latitude: str, longitude: str
    ) -> pd.DataFrame:
        frame = frame_of(places)
        InputError.raise_if(missing_columns(frame, (unit, latitude, longitude)))
        names = frame[unit].astype(str)
        degrees = frame[[longitude, latitude]].apply(pd.to_numeric, errors="coerce")
        faults = [
            Fault("places", f"{longitude}, {latitude}", "no coordinate", "write degrees", row=name)
            for name in names[~np.isfinite(degrees).all(axis=1)].head(SHOWN)
        ]
        if isinstance(km, bool) or not isinstance(km, Real) or not 0.0 < km < np.inf:
            faults.append(Fault("places", "km", "no distance", "write kilometres", value=km))
        faults += [
            Fault("places", unit, "a treated unit has no place", nearest(name, names), value=name)
            for name in self.units
            if name not in set(names)
        ]
        faults += [
            Fault("places", unit, "stands twice", "give each unit one place", value=name)
            for name in dict.fromkeys(names[names.duplicated()])
        ]
        InputError.raise_if(faults)
        where = degrees.to_numpy(dtype=np.float64)
        apart = great_circle_distances(where[:, 0], where[:, 1])
        return pd.DataFrame(apart, index=list(names), columns=list(names))[list(self.units)]

    # ------------------------------------------------------------ on a panel

    def periods(self, times: pd.Series[Any], name: str) -> tuple[Array, Array]:
        """Return the calendar of a panel's rows, and the first treated period of each unit.

        Parameters
        ----------
        times : pandas.Series, shape (n,)
        name : str
            Of the column.

        Returns
        -------
        tuple of ndarray, shapes (n,) and (units,) [period]
        """
        calendar = integer_periods(times, name)
        return calendar.astype(np.float64), self._on(self.dates, times, calendar)

    def ahead(self, times: pd.Series[Any], name: str = "time") -> int:
        """Return how many periods before its date the earliest announcement lies.

        Parameters
        ----------
        times : pandas.Series, shape (n,)
            Of the panel.

        Returns
        -------
        int [period]
            Zero where nothing was announced: what to give as ``anticipation``.
        """
        if not self.announced:
            return 0
        calendar, starts = self.periods(times, name)
        known = [not pd.isna(said) for said in self.announced]
        said = tuple(at for at, there in zip(self.announced, known, strict=True) if there)
        before = starts[known] - self._on(said, times, calendar.astype(np.int64))
        return int(max(before.max(initial=0.0), 0.0))

    def attach(self, frame: Any, *, unit: str, time: str) -> pd.DataFrame:
        """Return a panel with ``first_treated`` (empty for never), ``dose`` and ``neighbour``."""
        panel = frame_of(frame)
        InputError.raise_if(missing_columns(panel, (unit, time)))
        _, starts = self.periods(panel[time], time)
        labels = panel[unit].astype(str)
        dose = self.dose or (1.0,) * len(self.units)
        return panel.assign(
            first_treated=labels.map(dict(zip(self.units, starts, strict=True))).astype(float),
            dose=labels.map(dict(zip(self.units, dose, strict=True))).fillna(0.0),
            neighbour=labels.isin(self.neighbours),
        )

    def _on(self, dates: Sequence[Any], times: pd.Series[Any], calendar: Codes) -> Array:
        counted = calendar_of(times, calendar)
        return np.array([counted(at) for at in dates], dtype=np.float64)


def _listed(values: Any) -> tuple[Any, ...]:
    """Return one value, or several, as a tuple; nothing for none."""
    if values is None:
        return ()
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (values,)
    return tuple(values)
