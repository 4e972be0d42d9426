"""Atomic, bit-stable Parquet: same rows, same bytes; units and sources in the metadata."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from econ.declared import is_file
from econ.errors import InputError
from econ.quantity.provenance import Provenance

__all__ = [
    "Stored",
    "parquet_bytes",
    "read_parquet",
    "sha256",
    "sha256_of_parts",
    "sha256_of_text",
    "write_bytes",
    "write_parquet",
    "write_row_groups",
    "write_text",
]

BLOCK: Final = 2**20  # bytes of a file that are in memory at once


@dataclass(frozen=True)
class Stored:
    """A frame read from Parquet with what its metadata say.

    Parameters
    ----------
    frame : pandas.DataFrame
    schema : str
        Name of the schema, empty for a report table.
    units : mapping of str to str
        Unit by column.
    provenance : Provenance
    """

    frame: pd.DataFrame
    schema: str
    units: Mapping[str, str]
    provenance: Provenance


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    return sha256_of_parts([path])


def sha256_of_parts(paths: Iterable[Path]) -> str:
    """Return the SHA-256 over the bytes of several files, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()


def sha256_of_text(path: Path) -> str:
    """Return the SHA-256 of what a text says, however it was saved: marks and line ends apart."""
    said = path.read_bytes().removeprefix(BOM_UTF8).replace(b"\r\n", b"\n").rstrip(b"\n")
    return hashlib.sha256(said).hexdigest()


def write_text(text: str, path: Path) -> None:
    """Write a text file so that a reader sees the old one or the new one, never half of it."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    with _replacing(path) as stream:
        stream.write(content)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose content takes the place of a file when all of it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_parquet(
    frame: pd.DataFrame,
    path: Path,
    *,
    units: Mapping[str, str],
    provenance: Provenance,
    schema: str = "",
) -> None:
    """Write a frame with its units and sources in the file's metadata.

    Parameters
    ----------
    frame : pandas.DataFrame
        Written in the row order given, without its index.
    path : Path
    units : mapping of str to str
        Unit by column, for every column of numbers.
    provenance : Provenance
    schema : str
        Name of the schema, where there is one.
    """
    content = parquet_bytes(frame, units=units, provenance=provenance, schema=schema)
    write_bytes(content, path)


def parquet_bytes(
    frame: pd.DataFrame, *, units: Mapping[str, str], provenance: Provenance, schema: str = ""
) -> bytes:
    """Return the bytes of a Parquet file of a frame, as `write_parquet` writes them."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.cast(_described(table.schema, units, provenance, schema))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", use_dictionary=True, store_schema=True)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _described(
    schema: pa.Schema, units: Mapping[str, str], provenance: Provenance, name: str = ""
) -> pa.Schema:
    """Return a schema with units and sources in its metadata."""
    metadata = {
        "econ.schema": name,
        "econ.units": json.dumps(dict(sorted(units.items()))),
        "econ.provenance": provenance.to_json(),
    }
    fields = [
        field.with_metadata({"unit": units[field.name]}) if field.name in units else field
        for field in schema
    ]
    return pa.schema(fields, metadata=metadata)


def write_row_groups(
    tables: Iterable[pa.Table],
    schema: pa.Schema,
    path: Path,
    *,
    units: Mapping[str, str],
    provenance: Provenance,
) -> None:
    """Write tables one after the other into one file, a row group each.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
        All of one schema; none needs to be there before it is written.
    schema : pyarrow.Schema
    path : Path
    units : mapping of str to str
        Unit by column, for every column of numbers.
    provenance : Provenance
    """
    described = _described(schema, units, provenance)
    with (
        _replacing(path) as stream,
        pq.ParquetWriter(stream, described, compression="zstd", use_dictionary=True) as writer,
    ):
        for table in tables:
            writer.write_table(table.cast(described), row_group_size=max(1, table.num_rows))


def read_parquet(path: Path) -> Stored:
    """Read a Parquet file that this package wrote.

    Raises
    ------
    InputError
        When the file is missing, is no Parquet, or carries no units and sources of ours.
    """
    if not is_file(path):
        raise InputError.one(str(path)[:200], "", "no such file", "check the path")
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        mend = "give a Parquet file; text goes through a reader first"
        raise InputError.one(str(path), "", "not a Parquet file", mend) from error
    metadata = table.schema.metadata or {}
    try:
        return Stored(
            frame=table.to_pandas(),
            schema=metadata.get(b"econ.schema", b"").decode(),
            units=dict(json.loads(metadata.get(b"econ.units", b"{}"))),
            provenance=Provenance.from_json(metadata[b"econ.provenance"].decode()),
        )
    except (KeyError, TypeError, ValueError) as error:
        mend = "write it with econ.write_parquet, which stores units and sources"
        problem = "no provenance in the file's metadata"
        raise InputError.one(str(path), "", problem, mend) from error
