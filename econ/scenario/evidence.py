"""The ``[evidence]`` of a study: what its jobs are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import Field

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, nearest

__all__ = ["EvidenceTable", "evidence_faults"]

SCHEMA: Final = "EVIDENCE"


class EvidenceTable(Declared):
    """``[evidence]``: the record of local multipliers, and which industries it speaks of.

    `own_for` is the row in whose place our own estimate, of French departements, is pooled as
    another way; it is of the same country and nearly the same years, so never beside it. `wider`
    are rows of a wider outcome, pooled beside the others as another way only.
    """

    data: NonEmpty
    exposed: Annotated[list[NonEmpty], Field(min_length=1)]
    sheltered: Annotated[list[NonEmpty], Field(min_length=1)]
    method: NonEmpty = "REML"
    own_for: str = ""
    wider: list[NonEmpty] = Field(default_factory=list)
    note: str = ""


def evidence_faults(
    file: str, table: EvidenceTable, schemas: Mapping[str, str], industries: Iterable[str]
) -> list[Fault]:
    """Return data that are no evidence, and industries that are unknown or on both sides.

    Parameters
    ----------
    file : str
    table : EvidenceTable
    schemas : mapping of str to str
        Name of the schema of each dataset.
    industries : iterable of str
        Groups of the classification of products.
    """
    known = sorted(set(industries))
    rows = [name for name, schema in schemas.items() if schema == SCHEMA]
    faults = [
        Fault(file, "evidence.data", "no such evidence", nearest(name, rows), value=name)
        for name in (table.data,)
        if name not in rows
    ]
    faults += [
        Fault(file, f"evidence.{role}", "unknown industry", nearest(name, known), value=name)
        for role, names in (("exposed", table.exposed), ("sheltered", table.sheltered))
        for name in names
        if name not in known
    ]
    return faults + [
        Fault(file, "evidence", "exposed and sheltered at once", "choose one", value=name)
        for name in sorted(set(table.exposed) & set(table.sheltered))
    ]
