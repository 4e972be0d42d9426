"""Provenance: which publications a number rests on, and what was done to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from econ.declared import Declared, declared_faults, read_toml
from econ.errors import Fault, InputError, nearest

__all__ = ["Provenance", "Source", "bibliography", "sources_by_key"]


@dataclass(frozen=True)
class Source:
    """One publication of ``econ/references.toml``.

    Parameters
    ----------
    key : str
        By which code, data and documentation cite it.
    title, author : str
    year : int
    url : str
        Empty where there is none.
    verified : bool
        Whether the figure taken from it was seen on the cited page.
    """

    key: str
    title: str
    author: str
    year: int
    url: str = ""
    doi: str = ""
    licence: str = ""
    verified: bool = True

    def __str__(self) -> str:
        where = f"https://doi.org/{self.doi}" if self.doi else self.url
        words = [f"{self.author} ({self.year}). {self.title}."]
        words += [f"{where}."] if where else []
        words += [f"Licence: {self.licence}."] if self.licence else []
        words += [] if self.verified else ["[from memory or judgement, not seen]"]
        return " ".join(words)


@cache
def sources_by_key(folder: Path | None = None) -> Mapping[str, Source]:
    """Return every publication of ``econ/references.toml`` by its key.

    Parameters
    ----------
    folder : Path, optional
        Where a ``references.toml`` of its own adds to ours.

    Raises
    ------
    InputError
        With every fault of the folder's file.
    """
    found = _read_sources(Path(__file__).parents[1] / "references.toml")
    own = folder / "references.toml" if folder is not None else None
    if own is not None and own.is_file():
        found |= _read_sources(own)
    return found


class SourceTable(Declared):
    """One publication of ``references.toml``."""

    title: Annotated[str, Field(min_length=1)]
    author: Annotated[str, Field(min_length=1)]
    year: int
    url: str = ""
    doi: str = ""
    licence: str = ""
    verified: bool = True
    evidence: list[str] = Field(default=[])


def _read_sources(file: Path) -> dict[str, Source]:
    tables = read_toml(file)
    InputError.raise_if(
        [
            fault
            for key, table in tables.items()
            for fault in declared_faults(SourceTable, table, file.name, key)
        ]
    )
    held = {key: SourceTable.model_validate(table) for key, table in tables.items()}
    return {
        key: Source(key, **table.model_dump(exclude={"evidence"})) for key, table in held.items()
    }


def bibliography(keys: Iterable[str], known: Mapping[str, Source] | None = None) -> list[Source]:
    """Return the publications behind `keys`, sorted by key.

    Parameters
    ----------
    keys : iterable of str
    known : mapping of str to Source, optional
        Ours where left out.

    Raises
    ------
    InputError
        When a key is not known; all unknown keys at once.
    """
    known = sources_by_key() if known is None else known
    wanted = sorted(set(keys))
    InputError.raise_if(
        [
            Fault("references.toml", "key", "unknown source", nearest(key, known), value=key)
            for key in wanted
            if key not in known
        ]
    )
    return [known[key] for key in wanted]


@dataclass(frozen=True)
class Provenance:
    """The sources of a number and the steps it went through, in order.

    Examples
    --------
    >>> flows = Provenance(frozenset({"eurostat_naio_10_cp1700"}), ("read",))
    >>> (flows | Provenance(frozenset({"ecb_reference_rates"}))).step("convert").steps
    ('read', 'convert')
    """

    sources: frozenset[str] = frozenset()
    steps: tuple[str, ...] = ()

    def __or__(self, other: Provenance) -> Provenance:
        new_steps = tuple(step for step in other.steps if step not in self.steps)
        return Provenance(self.sources | other.sources, self.steps + new_steps)

    def step(self, what: str) -> Provenance:
        """Return this provenance with one more step."""
        return Provenance(self.sources, (*self.steps, what))

    def to_json(self) -> str:
        """Return the text that is stored in Parquet metadata."""
        return json.dumps({"sources": sorted(self.sources), "steps": list(self.steps)})

    @classmethod
    def from_json(cls, text: str) -> Provenance:
        """Read what `to_json` wrote."""
        stored = json.loads(text)
        return cls(frozenset(stored["sources"]), tuple(stored["steps"]))
