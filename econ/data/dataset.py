"""`Dataset`: a frame that keeps its schema; read from reviewable text or from Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from econ.data.rules import Known
from econ.data.schema import Schema
from econ.data.sources import READERS
from econ.errors import InputError
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
        InputError.raise_if(self.schema.faults(self.frame, self.name, self.known))


@dataclass(frozen=True)
class Entry:
    """What ``catalogue.toml`` says of one dataset.

    Parameters
    ----------
    text, parquet : Path
        The reviewable text and the Parquet that is built from it.
    reader : str
        Which of `econ.data.sources.READERS` turns the text into the schema.
    sha256 : str
        Of the Parquet.
    source : tuple of str
        Keys of ``references.toml``.
    unit : str
        Of the numbers as published, where the reader needs it.
    """

    name: str
    title: str
    text: Path
    parquet: Path
    schema: Schema
    reader: str
    sha256: str
    source: tuple[str, ...]
    licence: str
    vintage: str
    unit: str = ""


def dataset_from_text(entry: Entry, known: Known) -> Dataset:
    """Read the text of an entry into its schema.

    Raises
    ------
    InputError
        With every fault of the text.
    """
    text = read_text(entry.text)
    read = READERS[entry.reader]
    frame = read(text, entry.text.name, entry.schema)
    step = f"read {entry.text.name} with {entry.reader}"
    units = {**entry.schema.units}
    if entry.unit:
        units["value"] = entry.unit
    provenance = Provenance(frozenset(entry.source) | _row_sources(frame), (step,))
    return Dataset(entry.text.name, frame, entry.schema, provenance, units, known)


def read_text(path: Path) -> pd.DataFrame:
    """Read a CSV as texts, cell by cell as written.

    Raises
    ------
    InputError
        When the file is missing, empty, not UTF-8, or a line has too many cells.
    """
    if not path.is_file():
        raise InputError.one(str(path), "", "no such file", "check the path")
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError.one(path.name, "", "not UTF-8 text", "save it as UTF-8") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        mend = "give every line the same number of cells"
        raise InputError.one(path.name, "", f"no CSV table: {error}", mend) from error


def _row_sources(frame: pd.DataFrame) -> frozenset[str]:
    if "source" not in frame.columns:
        return frozenset()
    keys = {key.strip() for cell in frame["source"].dropna() for key in str(cell).split(";")}
    return frozenset(keys) - {""}
