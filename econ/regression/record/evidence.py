"""`Evidence`: our own estimates and those of others, in one unit, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from econ.data.catalogue import catalogue
from econ.data.dataset import Dataset
from econ.data.schemas import EVIDENCE_UNITS
from econ.errors import Fault, InputError, nearest
from econ.quantity.provenance import Provenance
from econ.regression.record.pooled import Pooled
from econ.regression.record.pooling import pool
from econ.regression.record.studies import same_unit

__all__ = ["Evidence", "Fitted"]

Array = npt.NDArray[np.float64]

LITERATURE: Final = "evidence_multipliers"
RANGE_LEVEL: Final = 0.90  # ranges of this package run from the 5 % to the 95 % quantile
COLUMNS: Final = (
    "row",
    "study",
    "estimate",
    "std_error",
    "low",
    "high",
    "kind",
    "geography",
    "year",
    "basis",
    "verified",
    "use",
    "why",
    "source",
)


class Fitted(Protocol):
    """What is asked of an estimate to be collected: `Fit` is one."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the estimates, k."""
        ...

    @property
    def estimates(self) -> Array:
        """Shape (k,) [unit]."""
        ...

    @property
    def covariance(self) -> Array:
        """Shape (k, k) [unit squared]."""
        ...

    @property
    def estimator(self) -> str:
        """In words."""
        ...

    @property
    def unit(self) -> str:
        """Of the estimates, or empty."""
        ...

    @property
    def vintage(self) -> str:
        """Of the data."""
        ...

    @property
    def provenance(self) -> Provenance:
        """What the estimate rests on."""
        ...


@dataclass(frozen=True)
class Evidence:
    """Estimates of one thing in one unit; those in use are what `pool` pools.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns row, study, estimate, std_error, low, high [unit], kind, geography, year, basis,
        verified, use, why, source.
    unit : str
        ``jobs per direct job``: jobs beside the direct one. ``EUR of GVA per EUR`` spent.
    provenance : Provenance

    Examples
    --------
    >>> found = Evidence.literature("jobs per direct job")
    >>> sorted(found.frame.loc[found.frame["use"], "row"])
    ['d04', 'd06', 'd09', 'd11']
    """

    frame: pd.DataFrame
    unit: str
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if not isinstance(self.frame, pd.DataFrame):
            mend = "give a pandas.DataFrame, or call Evidence.literature(unit)"
            shown = type(self.frame).__name__
            raise InputError.one("evidence", "frame", "no table", mend, value=shown)

    @property
    def used(self) -> pd.DataFrame:
        """Rows that are pooled."""
        return self.frame[self.frame["use"]].reset_index(drop=True)

    @property
    def labels(self) -> tuple[str, ...]:
        """Studies in use."""
        return tuple(self.used["study"])

    @property
    def estimates(self) -> Array:
        """Of the studies in use, shape (k,) [unit]."""
        return self.used["estimate"].to_numpy(dtype=np.float64)

    @property
    def std_errors(self) -> Array:
        """Of the studies in use, shape (k,) [unit]."""
        return self.used["std_error"].to_numpy(dtype=np.float64)

    @classmethod
    def literature(cls, unit: str, data: Dataset | None = None) -> Evidence:
        """Return what others found, in one unit.

        A total that counts the direct job itself loses that one. Where no standard error was seen
        the width of the range is read as that of one of 90 %, as everywhere in this package: the
        estimate stays, wherever in its range it lies. `low` and `high` are the range as it is;
        `basis` says whose it is.

        Parameters
        ----------
        unit : {"jobs per direct job", "EUR of GVA per EUR"}
        data : Dataset, optional
            Of the schema EVIDENCE; ours where left out.
        """
        if unit not in EVIDENCE_UNITS:
            mend = nearest(unit, EVIDENCE_UNITS)
            raise InputError.one("evidence", "unit", "unknown", mend, value=unit)
        held = catalogue().read(LITERATURE) if data is None else data
        if held.schema.name != "EVIDENCE":
            mend = "give a dataset of the schema EVIDENCE"
            raise InputError.one(held.name, "", "not evidence", mend, value=held.schema.name)
        rows = held.frame[held.frame["measure"] == unit].reset_index(drop=True)
        direct = rows["counts_direct"].astype("float64")
        wide = (rows["reported_high"] - rows["reported_low"]) / (
            2.0 * ndtri((1.0 + RANGE_LEVEL) / 2.0)
        )
        sources = catalogue().sources
        names = [
            f"{sources[key].author} {year}" if key in sources else claim
            for key, year, claim in zip(rows["source"], rows["year"], rows["claim"], strict=True)
        ]
        frame = pd.DataFrame(
            {
                "row": rows["row"],
                "study": [f"{n} ({r})" for n, r in zip(names, rows["row"], strict=True)],
                "estimate": rows["reported"] - direct,
                "std_error": rows["std_error"].fillna(wide),
                "low": rows["reported_low"] - direct,
                "high": rows["reported_high"] - direct,
                "kind": rows["kind"],
                "geography": rows["geography"],
                "year": rows["year"],
                "basis": rows["range_basis"],
                "verified": rows["verified"],
                "use": rows["use"],
                "why": rows["why"].fillna(""),
                "source": rows["source"].fillna(""),
            }
        )
        keys = frozenset(str(key) for key in frame["source"] if key)
        return cls(frame, unit, Provenance(keys, (f"read {held.name}",)))

    @classmethod
    def collect(
        cls,
        fits: Fitted | Mapping[str, Fitted] | Sequence[Fitted],
        *,
        term: str = "",
        unit: str = EVIDENCE_UNITS[0],
        literature: bool | Dataset = True,
        geography: str = "",
    ) -> Evidence:
        """Put our own estimates beside those of others.

        Parameters
        ----------
        fits : Fitted, sequence or mapping of str to Fitted
            Estimates, with names where given.
        term : str
            Which estimate of a fit that has several.
        unit : str
            Of all of them. A fit that names another unit is refused; nothing is converted.
        literature : bool or Dataset
            Whether the rows of others stand beside them: ours, or those of a dataset.
        geography : str
            Where our own estimates are from.

        Raises
        ------
        InputError
            With every fit that lacks the term, has another unit or no finite standard error.
        """
        named = _named(fits)
        faults: list[Fault] = []
        rows = []
        provenance = Provenance()
        for label, fit in named.items():
            place, wrong = _place_of(fit, term, label)
            if fit.unit and same_unit(fit.unit) != unit:
                mend = f"convert it to {unit} first, or pool in its own unit"
                wrong.append(Fault("evidence", "unit", "another unit", mend, label, fit.unit))
            faults += wrong
            if wrong:
                continue
            value = float(fit.estimates[place])
            error = float(np.sqrt(fit.covariance[place, place]))
            rows.append(_own_row(label, value, error, vintage=fit.vintage, geography=geography))
            provenance = provenance | fit.provenance
        InputError.raise_if(faults)
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        if literature is not False:
            others = cls.literature(unit, None if literature is True else literature)
            frame = pd.concat([frame, others.frame], ignore_index=True) if rows else others.frame
            provenance = provenance | others.provenance
        return cls(frame, unit, provenance)

    def using(self, rows: Sequence[str]) -> Evidence:
        """Return the same evidence with only these rows in use (by `row`)."""
        known = list(self.frame["row"])
        InputError.raise_if(
            [
                Fault("evidence", "row", "no such row", nearest(row, known), value=row)
                for row in rows
                if row not in known
            ]
        )
        chosen = self.frame["row"].isin(list(rows))
        return replace(self, frame=self.frame.assign(use=chosen))

    def only_verified(self) -> Evidence:
        """Return the same evidence without rows whose number was not seen on a page."""
        return replace(
            self, frame=self.frame.assign(use=self.frame["use"] & self.frame["verified"])
        )

    def pool(self, **settings: Any) -> Pooled:
        """Pool the rows in use; see `econ.pool`."""
        return pool(self, **settings)


def _named(fits: Fitted | Mapping[str, Fitted] | Sequence[Fitted]) -> dict[str, Fitted]:
    if isinstance(fits, Mapping):
        return dict(fits)
    several = list(fits) if isinstance(fits, Sequence) else [fits]
    names = [fit.estimator for fit in several]
    return {
        name if names.count(name) == 1 else f"{name} {place}": fit
        for place, (name, fit) in enumerate(zip(names, several, strict=True), start=1)
    }


def _place_of(fit: Fitted, term: str, label: str) -> tuple[int, list[Fault]]:
    if term and term not in fit.terms:
        return 0, [Fault("evidence", "term", "no such term", nearest(term, fit.terms), label, term)]
    if not term and len(fit.terms) != 1:
        mend = f"name the term: {', '.join(fit.terms)}"
        return 0, [Fault("evidence", "term", "several estimates", mend, label)]
    place = fit.terms.index(term) if term else 0
    variance = float(fit.covariance[place, place])
    if not (np.isfinite(fit.estimates[place]) and np.isfinite(variance) and variance > 0.0):
        mend = "give a fit with a finite estimate and a standard error above zero"
        shown = f"{float(fit.estimates[place])} with variance {variance}"
        return 0, [Fault("evidence", "std_error", "no standard error", mend, label, shown)]
    return place, []


def _own_row(
    label: str, value: float, error: float, *, vintage: str, geography: str
) -> dict[str, Any]:
    half = float(ndtri((1.0 + RANGE_LEVEL) / 2.0)) * error
    return {
        "row": label,
        "study": label,
        "estimate": value,
        "std_error": error,
        "low": value - half,
        "high": value + half,
        "kind": "own estimate",
        "geography": geography,
        "year": 0,
        "basis": f"estimated; data {vintage}" if vintage else "estimated",
        "verified": True,
        "use": True,
        "why": "",
        "source": "",
    }
