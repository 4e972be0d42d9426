"""`Dataset`: a frame that keeps its schema; read from reviewable text or from Parquet."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from econ.data.rules import Known
from econ.data.schema import Schema, once_per_cell
from econ.data.sources import READERS
from econ.data.store import sha256_of_text
from econ.errors import Fault, InputError
from econ.quantity.provenance import Provenance

__all__ = ["Dataset", "Entry", "dataset_from_text"]


@dataclass(frozen=True)
class Dataset:
    """A frame that keeps its schema, with units and sources; it cannot exist in breach of it.

    Parameters
    ----------
    name : str
    frame : pandas.DataFrame
    schema : Schema
    provenance : Provenance
    units : mapping of str to str
        Unit by column.
    known : Known
        What its rows may refer to.

    Raises
    ------
    InputError
        With every fault of the frame.
    """

    name: str
    frame: pd.DataFrame
    schema: Schema
    provenance: Provenance
    units: Mapping[str, str]
    known: Known = field(default_factory=Known)

    def __post_init__(self) -> None:
        counted = self.frame.set_axis(range(1, len(self.frame) + 1))
        InputError.raise_if(self.schema.faults(counted, self.name, self.known))


@dataclass(frozen=True)
class Entry:
    """What ``catalogue.toml`` says of one dataset.

    Parameters
    ----------
    text : Path or None
        The reviewable text; None for a dataset that is made of others.
    parquet : Path
        Built from the text, or from the parts.
    reader : str
        Which of `econ.data.sources.READERS` turns the text into the schema, or which of
        `econ.data.derived.DERIVED` makes it of the parts.
    sha256 : str
        Of the Parquet.
    source : tuple of str
        Keys of ``references.toml``.
    unit : str
        Of the numbers as published, where the schema leaves it open.
    region : str
        The economy a table is of, where it is one.
    refers_to : mapping of str to str
        Datasets its rows refer to, by role: ``pledges``, ``regions``, ``rates``.
    parts : tuple of str
        Datasets it is made of.
    base : int
        Base year of the national accounts behind the figures; zero where none is stated.
    text_sha256 : str
        Of the text that the Parquet was built from; empty before the first build.
    """

    name: str
    title: str
    text: Path | None
    parquet: Path
    schema: Schema
    reader: str
    sha256: str
    source: tuple[str, ...]
    licence: str
    vintage: str
    unit: str = ""
    region: str = ""
    refers_to: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    base: int = 0
    text_sha256: str = ""

    def text_changed(self) -> bool:
        """Return whether the text is there and is not known to be what the Parquet was built from.

        A catalogue whose Parquet was built before texts had a hash is built once more.
        """
        if self.text is None or not self.sha256 or not self.text.is_file():
            return False
        return sha256_of_text(self.text) != self.text_sha256


def dataset_from_text(entry: Entry, known: Known) -> Dataset:
    """Read the text of an entry into its schema.

    Raises
    ------
    InputError
        With every fault of the text.
    """
    if entry.text is None:
        mend = "build it from its parts"
        raise InputError.one("catalogue.toml", "text", "no text", mend, value=entry.name)
    file = entry.text.name
    own = entry.reader == "own_text"
    text = read_text(entry.text, entry.schema.names if own else ())
    reading = READERS[entry.reader](text, file, entry.schema)
    found = [*reading.faults, *entry.schema.faults(reading.frame, file, known)]
    unread = {(fault.row, fault.column) for fault in reading.faults}
    InputError.raise_if(
        once_per_cell(
            fault
            for fault in found
            if fault in reading.faults or (fault.row, fault.column) not in unread
        )
    )
    frame = reading.frame.reset_index(drop=True)
    units = {**entry.schema.units}
    if entry.unit and "value" in frame:
        units["value"] = entry.unit
    step = f"read {file} with {entry.reader}"
    provenance = Provenance(frozenset(entry.source) | _row_sources(frame), (step,))
    return Dataset(file, frame, entry.schema, provenance, units, known)


def read_text(path: Path, expected: Sequence[str] = ()) -> pd.DataFrame:
    """Read a CSV as texts, cell by cell as written, indexed by the lines of the file.

    Parameters
    ----------
    path : Path
    expected : sequence of str
        Columns to name where the header lacks them and the lines do not fit it.

    Raises
    ------
    InputError
        When the file is missing, empty, not UTF-8 or no CSV; with every line whose number of cells
        is not the header's and every column that stands twice.
    """
    if not path.is_file():
        raise InputError.one(str(path), "", "no such file", "check the path")
    mend = "give every line the same number of cells"
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for cells in reader:
                if cells:
                    rows.append(cells)
                    lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise InputError.one(path.name, "", "not UTF-8 text", "save it as UTF-8") from error
    except csv.Error as error:
        raise InputError.one(path.name, "", f"no CSV table: {error}", mend) from error
    if not rows:
        raise InputError.one(path.name, "", "no CSV table: the file is empty", "write a header")
    header, *body = rows
    faults = [
        Fault(path.name, name, "column stands twice", "keep one of the two")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    faults += [
        Fault(
            path.name,
            "",
            f"no CSV table: {len(cells)} cells, the header has {len(header)}",
            mend,
            line,
        )
        for line, cells in zip(lines[1:], body, strict=True)
        if len(cells) != len(header)
    ]
    if faults:
        faults += [
            Fault(path.name, name, "column missing", "add it to the header")
            for name in expected
            if name not in header
        ]
    InputError.raise_if(faults)
    return pd.DataFrame(body, columns=header, index=lines[1:], dtype="str")


def _row_sources(frame: pd.DataFrame) -> frozenset[str]:
    if "source" not in frame.columns:
        return frozenset()
    keys = {key.strip() for cell in frame["source"].dropna() for key in str(cell).split(";")}
    return frozenset(keys) - {""}
