"""Regional files as they are published: their bytes, their layout and their cells."""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd

from econ.errors import Fault, InputError

__all__ = ["RegionalText", "number_of", "read_bytes", "regional_text"]

GZIP: Final = b"\x1f\x8b"
PATIENCE: Final = 60  # seconds without a byte
SEPARATORS: Final = (";", "\t", ",")
YEAR: Final = re.compile(r"^\s*(?:X|A|Y)?((?:18|19|20)\d{2})\s*$")
SDMX: Final = ("TIME_PERIOD", "OBS_VALUE")
# What Eurostat writes beside a number, and the sign of a number that is not there.
FLAGS: Final = frozenset("bcdefinprsuz")
MISSING: Final = frozenset({"", ":", "-", "..", "...", "n.d.", "nd", "na", "n/a", "nan", "s", "c"})
CELL: Final = re.compile(r"^(?P<number>[^a-z]*?)\s*(?P<flag>[a-z]*)$")
POINTED: Final = re.compile(r"^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$|^[+-]?\.\d+$")
GROUPED: Final = re.compile(r"^[+-]?\d{1,3}\.\d{3}$")
COMMA: Final = re.compile(r"^[+-]?\d+(,\d+)?$")


@dataclass(frozen=True)
class RegionalText:
    """A file turned into one row per region and year, still as texts.

    Parameters
    ----------
    layout : {"Eurostat TSV", "SDMX-CSV", "wide", "long"}
    frame : pandas.DataFrame
        Columns of the file's dimensions, then ``region``, ``year``, ``cell``; the index is the
        line of the file.
    flags : pandas.Series or None
        Flags that stand in a column of their own.
    decimal : {".", ","}
    encoding : str
    """

    layout: str
    frame: pd.DataFrame
    decimal: str
    encoding: str
    flags: pd.Series | None = field(default=None, repr=False)


def read_bytes(source: str | Path) -> tuple[bytes, str]:
    """Return the bytes of a file or of an address, unpacked, and the file's name.

    Raises
    ------
    InputError
        When there is no such file, or the address does not answer.
    """
    text = str(source)
    if text.startswith(("http://", "https://")):
        name = text.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1] or text
        try:
            with urlopen(text, timeout=PATIENCE) as answer:
                raw = answer.read()
        except (URLError, OSError, ValueError) as error:
            mend = "check the address and the network, or save the file and give its path"
            raise InputError.one(text, "", f"no answer: {error}", mend) from error
    else:
        path, name = Path(text), Path(text).name
        if not path.is_file():
            raise InputError.one(text, "", "no such file", "check the path")
        raw = path.read_bytes()
    if raw.startswith(GZIP):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError) as error:
            raise InputError.one(name, "", "broken gzip", "fetch it again") from error
    if not raw.strip():
        raise InputError.one(name, "", "the file is empty", "fetch it again")
    return raw, name


def regional_text(raw: bytes, name: str, columns: Mapping[str, str]) -> RegionalText:
    """Turn the bytes of a regional file into texts by region and year.

    Parameters
    ----------
    raw : bytes
        UTF-8, with or without a mark, or Latin-1.
    name : str
        For messages.
    columns : mapping of str to str
        The file's column of ``region``, ``year`` and ``value``, where it has its own names.

    Raises
    ------
    InputError
        With every line that does not fit the header and every column that is missing.
    """
    try:
        text, encoding = raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        text, encoding = raw.decode("latin-1"), "Latin-1"
    header = text.split("\n", 1)[0]
    tsv = "\\" in header.split("\t")[0] and "\t" in header
    separator = "\t" if tsv else max(SEPARATORS, key=header.count)
    if separator not in header:
        mend = "give a table with columns set apart by ; , or tabs"
        raise InputError.one(name, "", "no table: the header is one column", mend)
    frame = _rows(text, separator, name)
    decimal = "," if separator == ";" else "."
    if tsv:
        return RegionalText("Eurostat TSV", _melted_tsv(frame, name), decimal, encoding)
    if {*SDMX} <= set(frame.columns):
        found = {"region": "geo", "year": SDMX[0], "value": SDMX[1], **columns}
        if found["region"] not in frame.columns and "GEO" in frame.columns:
            found["region"] = "GEO"
        return _long(frame, found, name, layout="SDMX-CSV", decimal=decimal, encoding=encoding)
    if columns.get("year"):
        return _long(frame, columns, name, layout="long", decimal=decimal, encoding=encoding)
    return _wide(frame, dict(columns), name, decimal, encoding)


def _rows(text: str, separator: str, name: str) -> pd.DataFrame:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    lines: list[int] = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append([cell.strip() for cell in cells])
            lines.append(reader.line_num)
    header, *body = rows
    faults = [
        Fault(name, label, "column stands twice", "keep one of the two")
        for label in sorted({label for label in header if header.count(label) > 1})
    ]
    faults += [
        Fault(name, "", f"{len(cells)} cells, the header has {len(header)}", "mend the line", line)
        for line, cells in zip(lines[1:], body, strict=True)
        if len(cells) != len(header)
    ]
    if not body:
        faults.append(Fault(name, "", "no rows", "fetch it again"))
    InputError.raise_if(faults)
    return pd.DataFrame(body, columns=header, index=lines[1:], dtype="str")


def _melted_tsv(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a Eurostat TSV long; its first column holds the dimensions, set apart by commas."""
    first = frame.columns[0]
    labels, _, _ = first.partition("\\")
    names = [label.strip() for label in labels.split(",")]
    parts = frame[first].str.split(",")
    wrong = parts[parts.map(len) != len(names)]
    InputError.raise_if(
        [
            Fault(name, first, "not one code per dimension", f"write {first}", int(line), cells)
            for line, cells in frame.loc[wrong.index, first].items()
        ]
    )
    split = pd.DataFrame(parts.tolist(), index=frame.index, columns=names)
    split = split.apply(lambda column: column.str.strip())
    years = {c: m.group(1) for c in frame.columns[1:] if (m := YEAR.match(c))}
    others = [c for c in frame.columns[1:] if c not in years]
    if others:
        mend = "choose yearly data"
        raise InputError.one(name, others[0], "no year", mend, value=others[0])
    wide = pd.concat([split, frame[list(years)].rename(columns=years)], axis=1)
    if "geo" not in names:
        mend = f"it has {', '.join(names)}; give regional data"
        raise InputError.one(name, "geo", "column missing", mend)
    wide = wide.rename(columns={"geo": "region"})
    dimensions = [n for n in names if n != "geo"]
    long: pd.DataFrame = wide.melt(
        id_vars=[*dimensions, "region"], var_name="year", value_name="cell", ignore_index=False
    )
    return long


def _long(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    name: str,
    *,
    layout: str,
    decimal: str,
    encoding: str,
) -> RegionalText:
    InputError.raise_if(_missing(frame, columns, ("region", "year", "value"), name))
    renamed = {columns["region"]: "region", columns["year"]: "year", columns["value"]: "cell"}
    long = frame.rename(columns=renamed)
    flags = long["OBS_FLAG"] if "OBS_FLAG" in long.columns else None
    return RegionalText(
        layout, long.drop(columns="OBS_FLAG", errors="ignore"), decimal, encoding, flags
    )


def _wide(
    frame: pd.DataFrame, columns: dict[str, str], name: str, decimal: str, encoding: str
) -> RegionalText:
    faults = _missing(frame, columns, ("region",), name)
    years = {c: m.group(1) for c in frame.columns if (m := YEAR.match(c))}
    if not years:
        mend = "its columns are no years; say which column holds the year and which the value"
        faults.append(Fault(name, "year", "no years", f"{mend}: {', '.join(frame.columns)}"))
    InputError.raise_if(faults)
    renamed = frame.rename(columns={columns["region"]: "region", **years})
    others = [c for c in renamed.columns if c not in years.values()]
    long = renamed.melt(id_vars=others, var_name="year", value_name="cell", ignore_index=False)
    return RegionalText("wide", long, decimal, encoding)


def _missing(
    frame: pd.DataFrame, columns: Mapping[str, str], roles: tuple[str, ...], name: str
) -> list[Fault]:
    shown = ", ".join(frame.columns)
    faults = []
    for role in roles:
        given = columns.get(role, "")
        if given not in frame.columns:
            problem = f"no such column for the {role}" if given else f"no column for the {role}"
            faults.append(Fault(name, role, problem, f"name one of: {shown}", value=given or None))
    return faults


def number_of(cell: str, decimal: str) -> tuple[float, str, str]:
    """Return the number in a cell, the flags beside it, and what is wrong with it if anything.

    Parameters
    ----------
    cell : str
        As published: ``12.3 p``, ``:``, ``: c``, ``12,3``.
    decimal : {".", ","}

    Examples
    --------
    >>> number_of("12.3 bp", ".")
    (12.3, 'bp', '')
    >>> number_of(": c", ".")
    (nan, 'c', '')
    >>> number_of("1 234,5", ",")
    (1234.5, '', '')
    >>> number_of("1,234", ".")[2]
    'a comma that may stand for thousands or for a decimal point'
    >>> number_of("1.500", ",")[2]
    "a point that may stand for thousands; say decimal='.' if it is the decimal sign"
    >>> number_of("inf", ".")[2]
    'no number'
    """
    text = cell.strip()
    if text.lower() in MISSING:
        return float("nan"), "", ""
    missing = float("nan")
    if POINTED.match(text):
        digits, flag = text, ""
    else:
        found = CELL.match(text)
        if found is None or not set(found["flag"]) <= FLAGS:
            return missing, "", "no number"
        digits, flag = found["number"].strip(), found["flag"]
        if not digits:  # letters alone: flags stand beside a number or a colon
            return missing, "", "no number"
    if digits in MISSING:
        return missing, flag, ""
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", digits)
    if decimal == "," and GROUPED.match(plain):
        wrong = "a point that may stand for thousands; say decimal='.' if it is the decimal sign"
        return missing, flag, wrong
    if decimal == "," and COMMA.match(plain):
        plain = plain.replace(",", ".")
    if POINTED.match(plain):
        number = float(plain)
        return (number, flag, "") if math.isfinite(number) else (missing, flag, "no finite number")
    if COMMA.match(plain):
        return missing, flag, "a comma that may stand for thousands or for a decimal point"
    return missing, flag, "no number"
