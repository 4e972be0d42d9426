"""A parameter as people write it in TOML."""

from __future__ import annotations

from math import inf
from typing import Annotated, Any, Final

from pydantic import Field

from econ.declared import Declared

__all__ = ["NEEDED", "ParameterTable", "as_entry"]

NEEDED: Final = frozenset({"label", "value", "unit", "basis"})


class ParameterTable(Declared):
    """One entry of ``assumptions.toml``."""

    label: Annotated[str, Field(min_length=1)]
    value: float
    unit: Annotated[str, Field(min_length=1)]
    basis: str
    low: float | None = None
    high: float | None = None
    distribution: str | None = None
    source: list[str] = Field(default=[])
    group: str = ""
    note: str = ""
    verified: bool = True
    zero: float = 0.0
    least: float | None = None
    most: float | None = None


def as_entry(old: Any, file: str, cited: bool) -> dict[str, Any]:
    """Return a parameter as an entry that a change is laid over.

    Where the change cites no source, the number is a judgement, and its note says what it was.
    """
    entry = {name: getattr(old, name) for name in ParameterTable.model_fields}
    # A limit that is not there is left out, as people write it.
    entry = {name: None if item in (inf, -inf) else item for name, item in entry.items()}
    if cited:
        return entry
    was = f"{old.value:g} ({old.low:g} to {old.high:g})"
    note = f"Changed by {file}; was {was}."
    return {**entry, "source": [], "basis": "judgement", "note": note}
