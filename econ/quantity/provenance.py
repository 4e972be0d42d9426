"""Provenance: which publications a number rests on, and what was done to it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

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
def sources_by_key() -> Mapping[str, Source]:
    """Return every publication of ``econ/references.toml`` by its key."""
    text = resources.files("econ").joinpath("references.toml").read_text(encoding="utf-8")
    fields = Source.__dataclass_fields__.keys() - {"key"}
    return {
        key: Source(key, **{name: value for name, value in entry.items() if name in fields})
        for key, entry in tomllib.loads(text).items()
    }


def bibliography(keys: Iterable[str]) -> list[Source]:
    """Return the publications behind `keys`, sorted by key.

    Raises
    ------
    InputError
        When a key is not in ``references.toml``; all unknown keys at once.
    """
    known = sources_by_key()
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
