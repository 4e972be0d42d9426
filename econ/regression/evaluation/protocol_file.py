"""The file of a registered evaluation: its shape, its hash, and whether it was changed since."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from econ.data.catalogue import Catalogue
from econ.declared import Declared, is_file, read_toml
from econ.errors import Fault, InputError, nearest

__all__ = ["ProtocolFile", "Registration", "find_protocol", "protocol_names"]

FOLDER: Final = "protocols"
REGISTER: Final = "registered.toml"
Design = Literal["did", "outcome", "augmented", "sdid"]


class Head(Declared):
    """What is asked, and what was announced."""

    title: str
    site: str
    unit: str
    registered: str
    commitment: str
    announced: float = Field(gt=0.0)
    jobs_low: float = Field(gt=0.0)
    jobs_high: float = Field(gt=0.0)
    source: tuple[str, ...] = Field(strict=False, min_length=1)
    note: str = ""


class OutcomeOf(Declared):
    """The figure that is looked at."""

    measure: str
    level: str
    overseas: bool
    jobs_per_unit: float = Field(gt=0.0)
    base: str


class Dates(Declared):
    """Periods: fitted, neither, evaluated; and when the answer is read."""

    first: int
    fit_last: int
    event: int
    looks: tuple[int, ...] = Field(strict=False, min_length=1)
    note: str = ""


class Donors(Declared):
    """Who may stand in for the site."""

    neighbours: tuple[str, ...] = Field(strict=False)
    similar: tuple[float, float] = Field(strict=False)
    exclude: dict[str, str]
    note: str = ""


class EstimatorOf(Declared):
    """How the question is answered; the others are shown and do not decide."""

    method: Design
    beside: tuple[Design, ...] = Field(default=(), strict=False)
    size: float = Field(gt=0.0, lt=1.0)
    power: float = Field(gt=0.0, lt=1.0)
    note: str = ""


class DryRunOf(Declared):
    """Placebo dates in the record there is."""

    dates: tuple[int, ...] = Field(strict=False, min_length=1)
    after: int = Field(ge=1)


class ProtocolFile(Declared):
    """A whole file."""

    protocol: Head
    outcome: OutcomeOf
    dates: Dates
    donors: Donors
    estimator: EstimatorOf
    dry_run: DryRunOf

    def faults(self, file: str, data: Catalogue) -> list[Fault]:
        """Return what does not agree within the file or with the data."""
        head, when = self.protocol, self.dates

        def fault(column: str, problem: str, mend: str, value: object) -> Fault:
            return Fault(file, column, problem, mend, value=value)

        found = []
        try:
            date.fromisoformat(head.registered)
        except ValueError:
            mend = "write year-month-day"
            found.append(fault("registered", "no date", mend, head.registered))
        if not head.jobs_low <= head.announced <= head.jobs_high:
            shown = f"{head.jobs_low:g} to {head.jobs_high:g}"
            mend = "write low <= announced <= high"
            found.append(fault("announced", "not within its range", mend, shown))
        commitments = data.read("commitments").frame.set_index("commitment")["amount"]
        if head.commitment not in commitments.index:
            mend = nearest(head.commitment, list(commitments.index))
            found.append(fault("commitment", "no such commitment", mend, head.commitment))
        elif float(commitments[head.commitment]) != head.announced:
            shown = f"{float(commitments[head.commitment]):g}"
            mend = "write the amount of the commitment"
            found.append(fault("announced", "is not what the commitment says", mend, shown))
        found += [
            fault("source", "no such source", nearest(key, data.sources), key)
            for key in head.source
            if key not in data.sources
        ]
        units = set(data.read("nuts_france").frame["code"])
        named = [("unit", head.unit), *(("neighbours", name) for name in self.donors.neighbours)]
        named += [("exclude", name) for name in self.donors.exclude]
        found += [
            fault(column, "no such region", nearest(name, units), name)
            for column, name in named
            if name not in units
        ]
        if head.unit in (*self.donors.neighbours, *self.donors.exclude):
            mend = "leave the site out of its donors' lists"
            found.append(fault("donors", "names the site", mend, head.unit))
        if not when.first < when.fit_last < when.event:
            shown = f"{when.first}, {when.fit_last}, {when.event}"
            found.append(fault("dates", "not in order", "write first < fit_last < event", shown))
        found += [
            fault("looks", "before the event", f"look in {when.event} or later", look)
            for look in when.looks
            if look < when.event
        ]
        found += [
            fault("dates", "a placebo date after the announcement", "choose dates fitted", placebo)
            for placebo in self.dry_run.dates
            if not when.first < placebo <= when.fit_last
        ]
        if self.estimator.method in self.estimator.beside:
            mend = "name the others only"
            found.append(fault("beside", "names the method", mend, self.estimator.method))
        return found


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a text, whatever its ends of line."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


class Entry(Declared):
    """One line of the register."""

    registered: str
    sha256: str


class Registration:
    """Whether a file is the one that was registered.

    Parameters
    ----------
    name : str
    path : Path
    """

    def __init__(self, name: str, path: Path) -> None:
        self.sha256 = fingerprint(path)
        register = path.parent / REGISTER
        held = read_toml(register) if is_file(register) else {}
        entry = Entry.model_validate(held[name]) if name in held else None
        self.date = entry.registered if entry else ""
        self.known = entry is not None
        self.unchanged = entry is not None and entry.sha256 == self.sha256

    def __str__(self) -> str:
        if not self.known:
            return "not registered"
        if self.unchanged:
            return f"as registered on {self.date}"
        return f"CHANGED since it was registered on {self.date}"


def protocol_names(data: Catalogue) -> list[str]:
    """Return the names of the protocols in the folder of the data."""
    found = (data.folder / FOLDER).glob("*.toml")
    return sorted(path.stem for path in found if path.name != REGISTER)


def find_protocol(name: str | Path, data: Catalogue) -> Path:
    """Return the path of a protocol.

    Raises
    ------
    InputError
        When there is no such protocol.
    """
    if not isinstance(name, str | Path):
        mend = nearest("", protocol_names(data))
        raise InputError.one("protocol", "name", "no name", mend, value=name)
    path = Path(name)
    if path.suffix == ".toml":
        if not is_file(path):
            raise InputError.one(path.name[:80], "protocol", "no such file", "check the path")
        return path
    found = data.folder / FOLDER / f"{name}.toml"
    if not is_file(found):
        mend = nearest(str(name)[:80], protocol_names(data))
        raise InputError.one(str(name)[:80], "protocol", "no such protocol", mend)
    return found
