"""What no column can say alone: rules between the cells of a row and between the rows of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from econ.errors import Fault, nearest

__all__ = [
    "Known",
    "commitment_rules",
    "evidence_rules",
    "exchange_rules",
    "pledge_rules",
    "price_rules",
    "source_rules",
]

RESERVED: Final = ("all", "_T")
_NUTS: Final = re.compile(r"^[A-Z]{2}[0-9A-Z]{0,3}$")


@dataclass(frozen=True)
class Known:
    """What a row may refer to: regions, currencies, publications, and the pledges of a file.

    Parameters
    ----------
    regions : frozenset of str
        NUTS codes of the countries we hold; codes of other countries need only be well formed.
    currencies : frozenset of str
    sources : frozenset of str
    pledges : frozenset of str or None
        None where commitments are read without their pledges.
    """

    regions: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    pledges: frozenset[str] | None = None


Row = dict[str, Any]


def _rows(frame: pd.DataFrame) -> Iterator[tuple[int, Row]]:
    for line, row in zip(frame.index, frame.to_dict("records"), strict=True):
        filled = {
            str(name): value for name, value in row.items() if not (pd.isna(value) or value == "")
        }
        yield int(line), filled


def source_rules(frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
    """Refuse a row with neither source nor judgement, and an unknown source."""
    faults = []
    for line, row in _rows(frame):
        keys = [key.strip() for key in str(row.get("source", "")).split(";") if key.strip()]
        if not keys and row.get("judgement") is not True:
            mend = "cite at least one key of references.toml"
            faults.append(Fault(file, "source", "no source", mend, line))
        faults += [
            Fault(file, "source", "unknown source", nearest(key, known.sources), line, key)
            for key in keys
            if key not in known.sources
        ]
    return faults


def _place_rules(row: Row, line: int, file: str, known: Known) -> list[Fault]:
    countries = {code[:2] for code in known.regions}
    faults = []
    for code in (part.strip() for part in str(row.get("nuts", "")).split(";") if part):
        formed = bool(_NUTS.match(code))
        if not formed or (code[:2] in countries and code not in known.regions):
            faults.append(
                Fault(
                    file, "nuts", "unknown NUTS 2021 code", nearest(code, known.regions), line, code
                )
            )
    return faults


def _date_rules(row: Row, line: int, file: str) -> list[Fault]:
    if "deadline" in row and "announced" in row and row["deadline"] < row["announced"]:
        value = f"{row['deadline']:%Y-%m-%d}"
        mend = f"it was announced on {row['announced']:%Y-%m-%d}; correct one of the two"
        return [Fault(file, "deadline", "deadline before its announcement", mend, line, value)]
    return []


def _range_rules(row: Row, line: int, file: str) -> list[Fault]:
    amount, low, high = (row.get(name) for name in ("amount", "amount_low", "amount_high"))
    given = [value for value in (low, amount, high) if value is not None]
    if given != sorted(given):
        shown = " <= ".join(str(value) for value in given)
        mend = "order them as low <= amount <= high"
        return [Fault(file, "amount", "the range does not hold the amount", mend, line, shown)]
    return []


def pledge_rules(frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
    """Check currency, place, dates, range, parents and the tree of a pledge file."""
    faults: list[Fault] = []
    ids = set(frame["pledge"].dropna())
    for line, row in _rows(frame):
        if row.get("pledge") in RESERVED:
            mend = "choose another id; this one means a total"
            faults.append(Fault(file, "pledge", "a reserved id", mend, line, row["pledge"]))
        faults += _place_rules(row, line, file, known)
        faults += _date_rules(row, line, file)
        faults += _range_rules(row, line, file)
        currency = row.get("currency")
        if currency is None and "amount" in row:
            mend = "write the currency as announced (ISO 4217)"
            faults.append(Fault(file, "currency", "an amount without its currency", mend, line))
        elif currency is not None and currency not in known.currencies:
            mend = nearest(currency, sorted(known.currencies))
            faults.append(Fault(file, "currency", "unknown currency", mend, line, currency))
        for column in ("parent", "same_as"):
            if column in row and row[column] not in ids:
                mend = nearest(row[column], sorted(ids))
                faults.append(Fault(file, column, "no such pledge", mend, line, row[column]))
    return faults + _circle_rules(frame, file)


def _circle_rules(frame: pd.DataFrame, file: str) -> list[Fault]:
    parents = {
        str(row.get("pledge")): str(row["parent"]) for _, row in _rows(frame) if "parent" in row
    }
    faults = []
    for line, row in _rows(frame):
        seen, name = set(), str(row.get("pledge"))
        while name in parents and name not in seen:
            seen.add(name)
            name = parents[name]
        if name in seen and name == row.get("pledge"):
            mend = "a pledge cannot contain itself; correct the parent"
            faults.append(Fault(file, "parent", "circle of parents", mend, line, row["parent"]))
    return faults


def commitment_rules(frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
    """Check place, dates, range, the pledge a commitment belongs to and the row it repeats."""
    faults: list[Fault] = []
    ids = set(frame["commitment"].dropna())
    for line, row in _rows(frame):
        faults += _place_rules(row, line, file, known)
        faults += _date_rules(row, line, file)
        faults += _range_rules(row, line, file)
        if "same_as" in row and row["same_as"] not in ids:
            mend = nearest(row["same_as"], sorted(ids))
            faults.append(Fault(file, "same_as", "no such commitment", mend, line, row["same_as"]))
        if known.pledges is not None and "pledge" in row and row["pledge"] not in known.pledges:
            mend = nearest(row["pledge"], sorted(known.pledges))
            faults.append(Fault(file, "pledge", "no such pledge", mend, line, row["pledge"]))
    return faults


def price_rules(frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
    """Refuse a price series with a year missing."""
    del known
    faults = []
    for (currency, series), rows in frame.groupby(["currency", "series"]):
        years = sorted(rows["year"])
        for before, after in pairwise(years):
            if after - before > 1:
                mend = f"write the years from {before + 1} to {after - 1}, or correct {after}"
                value = f"{before}, {after}"
                faults.append(
                    Fault(file, "year", f"{series} of {currency} has a gap", mend, value=value)
                )
    return faults


def exchange_rules(frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
    """Refuse a rate of zero, and a period that does not fit its frequency."""
    del known
    faults = []
    shapes = {"annual": r"^\d{4}$", "daily": r"^\d{4}-\d{2}-\d{2}$"}
    for line, row in _rows(frame):
        if row.get("rate") == 0:
            mend = "write units of the currency per euro"
            faults.append(Fault(file, "rate", "a rate of zero", mend, line, 0))
        shape = shapes.get(str(row.get("frequency")), r"")
        if not re.match(shape, str(row.get("period"))):
            mend = "write YYYY for annual and YYYY-MM-DD for daily"
            value = row.get("period")
            faults.append(Fault(file, "period", "period does not fit", mend, line, value))
    return faults


def evidence_rules(frame: pd.DataFrame, file: str, known: Known) -> list[Fault]:
    """Check range, source and use of rows of evidence."""
    faults = []
    for line, row in _rows(frame):
        given = [row[name] for name in ("reported_low", "reported", "reported_high") if name in row]
        if given != sorted(given):
            shown = " <= ".join(str(value) for value in given)
            mend = "order them as low <= reported <= high"
            problem = "the range does not hold the number"
            faults.append(Fault(file, "reported", problem, mend, line, shown))
        if "source" not in row and row.get("verified"):
            mend = "cite a key of references.toml, or set verified to false"
            faults.append(Fault(file, "source", "verified without a source", mend, line))
        if "source" in row and row["source"] not in known.sources:
            mend = nearest(row["source"], known.sources)
            faults.append(Fault(file, "source", "unknown source", mend, line, row["source"]))
        if row.get("use") and row.get("measure") == "not comparable":
            mend = "set use to false, or give it a measure"
            faults.append(Fault(file, "use", "no unit to pool it in", mend, line))
        if not row.get("use") and "why" not in row:
            mend = "say why the row is not pooled"
            faults.append(Fault(file, "why", "left out without a reason", mend, line))
    return faults
