"""The catalogue: every dataset by name, with text, Parquet, hash, schema, source and vintage."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from econ.data.dataset import Dataset, Entry, dataset_from_text
from econ.data.derived import DERIVED, derived
from econ.data.folder import data_folder
from econ.data.rules import Known
from econ.data.schemas import SCHEMAS
from econ.data.sources import READERS
from econ.data.store import read_parquet, sha256, sha256_of_text, write_parquet, write_text
from econ.declared import Declared, declared_faults, is_file, read_toml
from econ.errors import Fault, InputError, nearest
from econ.quantity.prices import Deflator, ExchangeRates, Prices
from econ.quantity.provenance import Source, sources_by_key

__all__ = ["Catalogue", "catalogue"]

Made = TypeVar("Made")
UNIT_NAMED: Final = ("FLOWS", "SATELLITES")


@cache
def catalogue(folder: Path | None = None) -> Catalogue:
    """Return the package's own catalogue, or the one in `folder`."""
    return Catalogue.load(folder or data_folder())


@dataclass(frozen=True)
class Catalogue:
    """Every dataset of a folder.

    Examples
    --------
    >>> "pledges" in catalogue()
    True
    """

    folder: Path
    entries: Mapping[str, Entry]
    _read: dict[str, Dataset] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def once(self, what: str, make: Callable[[], Made]) -> Made:
        """Return what was made of the datasets before, or make it: datasets are read once too.

        Parameters
        ----------
        what : str
            Everything that it depends on, besides the datasets.
        make : callable
        """
        if what not in self._made:
            self._made[what] = make()
        found: Made = self._made[what]
        return found

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read ``catalogue.toml`` of a folder.

        Raises
        ------
        InputError
            With every fault of every entry.
        """
        if not is_file(folder / "catalogue.toml"):
            raise InputError.one(
                str(folder), "", "no catalogue.toml in this folder", "check the path"
            )
        tables = read_toml(folder / "catalogue.toml")
        faults: list[Fault] = []
        entries = {}
        for name, table in tables.items():
            wrong = declared_faults(EntryTable, table, "catalogue.toml", name)
            faults += wrong
            if not wrong:
                entries[name] = _entry(folder, name, table)
        places = [entry.parquet for entry in entries.values()]
        faults += [
            Fault(
                "catalogue.toml",
                "parquet",
                "named twice",
                "one file each",
                name,
                str(entry.parquet),
            )
            for name, entry in entries.items()
            if places.count(entry.parquet) > 1
        ]
        known = sources_by_key(folder)
        faults += [
            Fault("catalogue.toml", "source", "unknown source", nearest(key, known), name, key)
            for name, entry in entries.items()
            for key in entry.source
            if key not in known
        ]
        faults += [
            Fault("catalogue.toml", role, "no such dataset", nearest(other, entries), name, other)
            for name, entry in entries.items()
            for role, other in entry.refers_to.items()
            if other not in entries
        ]
        faults += [
            Fault(
                "catalogue.toml", "parts", "no such dataset", nearest(other, entries), name, other
            )
            for name, entry in entries.items()
            for other in entry.parts
            if other not in entries
        ]
        InputError.raise_if(faults)
        return cls(folder, entries)

    def build_order(self) -> list[str]:
        """Return the names of all datasets, each after those it refers to."""
        placed: list[str] = []

        def place(name: str, seen: tuple[str, ...] = ()) -> None:
            for other in (*self.entries[name].refers_to.values(), *self.entries[name].parts):
                if other not in (*placed, *seen, name):
                    place(other, (*seen, name))
            if name not in placed:
                placed.append(name)

        for name in self.entries:
            place(name)
        return placed

    @property
    def sources(self) -> Mapping[str, Source]:
        """Publications its rows may cite: ours, and those of its own ``references.toml``."""
        return sources_by_key(self.folder)

    def entry(self, name: str) -> Entry:
        """Return one entry; refuse an unknown name with its nearest neighbours."""
        if name not in self.entries:
            problem, mend = "no such dataset", nearest(name, self.entries)
            raise InputError.one("catalogue.toml", "dataset", problem, mend, value=name)
        return self.entries[name]

    def read(self, name: str) -> Dataset:
        """Read a dataset from its Parquet, and check it the first time.

        Raises
        ------
        InputError
            When the file's hash is not the catalogue's, or the frame breaks its schema.
        """
        if name not in self._read:
            self._read[name] = self._checked(name)
        found = self._read[name]
        # A shallow copy: pandas copies on write, so nobody can change what the next reader gets.
        fresh = object.__new__(Dataset)
        fresh.__dict__.update(found.__dict__, frame=found.frame.copy(deep=False))
        return fresh

    def _checked(self, name: str) -> Dataset:
        entry = self.entry(name)
        if entry.parquet.is_file() and sha256(entry.parquet) != entry.sha256:
            mend = "run `econ data build`, then review and commit the change"
            problem = "the Parquet is not the one the catalogue knows"
            raise InputError.one(entry.parquet.name, "sha256", problem, mend)
        if entry.text_changed():
            mend = "run `econ data build`, then review and commit the change"
            problem = f"is not what {entry.parquet.name} was built from"
            raise InputError.one(str(entry.text), "", problem, mend)
        stored = read_parquet(entry.parquet)
        return Dataset(
            name, stored.frame, entry.schema, stored.provenance, stored.units, self.known(entry)
        )

    def known(self, entry: Entry) -> Known:
        """Return what the rows of a dataset may refer to: the datasets its entry names."""
        refers = entry.refers_to
        known = Known(sources=frozenset(self.sources))
        if "regions" in refers:
            regions = frozenset(self.read(refers["regions"]).frame["code"])
            known = replace(known, regions=regions)
        if "rates" in refers:
            currencies = frozenset(self.read(refers["rates"]).frame["currency"]) | {"EUR"}
            known = replace(known, currencies=currencies)
        if "pledges" in refers:
            pledges = frozenset(self.read(refers["pledges"]).frame["pledge"])
            known = replace(known, pledges=pledges)
        return known

    def prices(self, prices: str, rates: str) -> Prices:
        """Return the GDP deflators of one dataset, by currency, and the rates of another."""
        changes = self.read(prices).frame.query("series == 'gdp_deflator'")
        deflators = {
            str(currency): Deflator(
                str(currency), dict(zip(rows["year"], rows["percent_change"], strict=True))
            )
            for currency, rows in changes.groupby("currency")
        }
        fixed = self.read(rates).frame
        annual = fixed[fixed["frequency"] == "annual"]
        by_year = zip(annual["currency"], annual["period"].astype(int), strict=True)
        return Prices(deflators, ExchangeRates(dict(zip(by_year, annual["rate"], strict=True))))

    def fresh(self, name: str) -> Dataset:
        """Read a dataset from its text, or make it of its parts, past its Parquet.

        Raises
        ------
        InputError
            With every fault of the text, or of what is made.
        """
        entry = self.entry(name)
        if not entry.parts:
            return dataset_from_text(entry, self.known(entry))
        return derived(entry, [(self.entry(part), self.read(part)) for part in entry.parts])

    def build(self, name: str) -> Entry:
        """Build one Parquet from its text and return the entry with its new hash.

        Raises
        ------
        InputError
            With every fault of the text; the Parquet stays as it was.
        """
        entry = self.entry(name)
        dataset = self.fresh(name)
        write_parquet(
            dataset.frame,
            entry.parquet,
            units=dataset.units,
            provenance=dataset.provenance,
            schema=entry.schema.name,
        )
        return replace(entry, sha256=sha256(entry.parquet))

    def record(self, entries: Mapping[str, str]) -> None:
        """Write new hashes into ``catalogue.toml``, leaving every other line as it is.

        Beside the hash of a Parquet goes that of the text it was built from, so that a text which
        changes without a build is noticed.
        """
        file = self.folder / "catalogue.toml"
        section = ""
        lines: list[str] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            header = re.match(r"\s*\[\s*\"?([A-Za-z0-9_-]+)\"?\s*\]", line)
            section = header.group(1) if header else section
            said = re.match(r"\s*\"?(text_)?sha256\"?\s*=", line) if section in entries else None
            if said is None:
                lines.append(line)
            elif not said.group(1):
                lines.append(f'sha256 = "{entries[section]}"')
                text = self.entry(section).text
                lines += [f'text_sha256 = "{sha256_of_text(text)}"'] if text else []
        said_now = "\n".join(lines) + "\n"
        held = tomllib.loads(said_now)
        mend = 'write [name] and sha256 = "" on lines of their own, then build again'
        InputError.raise_if(
            [
                Fault("catalogue.toml", "sha256", "cannot be recorded", mend, name)
                for name, sha256_now in entries.items()
                if held.get(name, {}).get("sha256") != sha256_now
            ]
        )
        write_text(said_now, file)


def _one_of(choices: Iterable[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"unknown; {nearest(value, choices)}")
        return value

    return check


class RefersTable(Declared):
    """The datasets that the rows of another may refer to."""

    pledges: str = ""
    regions: str = ""
    rates: str = ""


class EntryTable(Declared):
    """One dataset of ``catalogue.toml``."""

    title: Annotated[str, Field(min_length=1)]
    text: str = ""
    parquet: Annotated[str, Field(min_length=1)]
    schema_name: Annotated[str, AfterValidator(_one_of(SCHEMAS)), Field(alias="schema")]
    reader: Annotated[str, AfterValidator(_one_of((*READERS, *DERIVED)))]
    sha256: str
    text_sha256: str = ""
    source: Annotated[list[str], Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)]
    vintage: Annotated[str, Field(min_length=1)]
    unit: str = ""
    region: str = ""
    refers_to: RefersTable = RefersTable()
    parts: Annotated[list[str], Field(default=[])]
    base: int = 0

    @model_validator(mode="after")
    def _text_or_parts(self) -> Self:
        if bool(self.text) == bool(self.parts) or bool(self.parts) != (self.reader in DERIVED):
            raise ValueError("no text; name its text and its reader, or its parts and how")
        return self

    @model_validator(mode="after")
    def _paths_inside(self) -> Self:
        text = [(self.text, ".csv")] if self.text else []
        for path, ending in (*text, (self.parquet, ".parquet")):
            if Path(path).is_absolute() or ".." in Path(path).parts or not path.endswith(ending):
                raise ValueError(
                    f"no {ending} inside the folder: {path}; write it below the folder"
                )
        return self

    @model_validator(mode="after")
    def _unit_where_needed(self) -> Self:
        if self.schema_name in UNIT_NAMED and not self.unit:
            raise ValueError(
                "no unit; name it, for example 'MEUR 2022 basic' or 'thousand persons'"
            )
        return self


def _entry(folder: Path, name: str, table: Mapping[str, Any]) -> Entry:
    held = EntryTable.model_validate(table)
    return Entry(
        name=name,
        title=held.title,
        text=folder / held.text if held.text else None,
        parquet=folder / held.parquet,
        schema=SCHEMAS[held.schema_name],
        reader=held.reader,
        sha256=held.sha256,
        text_sha256=held.text_sha256,
        source=tuple(held.source),
        licence=held.licence,
        vintage=held.vintage,
        unit=held.unit,
        region=held.region,
        refers_to={role: n for role, n in held.refers_to.model_dump().items() if n},
        parts=tuple(held.parts),
        base=held.base,
    )
