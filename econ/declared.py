"""TOML as people write it: read, held to a declared shape, refused with all faults at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from econ.errors import Fault, InputError, nearest

__all__ = ["Declared", "NonEmpty", "declared", "declared_faults", "is_file", "read_toml"]

NonEmpty = Annotated[str, Field(min_length=1)]

NAMES: Final = ("pledge", "commitment", "asset", "name")
MENDS: Final[Mapping[str, str]] = {
    "missing": "write it",
    "string_type": "write a text in quotes",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "finite_number": "write a plain number",
    "bool_type": "write true or false",
    "list_type": "write a list in [ ]",
    "dict_type": "write a table of names and values",
    "model_type": "write a table of names and values",
    "model_attributes_type": "write a table of names and values",
}


class Declared(BaseModel):
    """A table of a TOML file: every key known, every value of its kind, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


Table = TypeVar("Table", bound=Declared)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    InputError
        When the file is missing, no UTF-8, or no TOML.
    """
    if not is_file(path):
        raise InputError.one(path.name[:80], "", "no such file", "check the path")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError.one(path.name, "", "not UTF-8 text", "save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError.one(path.name, "", f"no TOML: {error}", "mend the line") from error


def is_file(path: Path) -> bool:
    """Return whether a path is a file; a name that no file system takes is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def declared(shape: type[Table], table: Any, file: str, where: str = "") -> Table:
    """Return a table held to its shape.

    Parameters
    ----------
    shape : type of Declared
    table : mapping
        As read from TOML.
    file : str
        For the message.
    where : str
        Place in the file, for the message.

    Raises
    ------
    InputError
        With every fault of the table.
    """
    try:
        return shape.model_validate(table)
    except ValidationError as error:
        raise InputError(_faults(shape, error, table, file, where)) from None


def declared_faults(shape: type[Table], table: Any, file: str, where: str = "") -> list[Fault]:
    """Return every fault of a table against its shape."""
    try:
        declared(shape, table, file, where)
    except InputError as error:
        return list(error.faults)
    return []


def _faults(
    shape: type[Declared], error: ValidationError, table: Any, file: str, where: str
) -> list[Fault]:
    faults = []
    for found in error.errors(include_url=False):
        place = tuple(part for part in found["loc"] if part not in ("float", "str", "int"))
        column = str(place[-1]) if place else ""
        row = " ".join([where, *_named(place[:-1], table)]).strip() or None
        if isinstance(place[-1] if place else "", int) and len(place) > 1:
            column = f"{place[-2]} {place[-1] + 1}" if isinstance(place[-1], int) else column
        if found["type"] == "extra_forbidden":
            mend = nearest(column, _fields(shape, place))
            faults.append(Fault(file, column, "unknown", mend, row))
        elif found["type"] == "missing":
            faults.append(Fault(file, column, "missing", "write it", row))
        elif found["type"] == "value_error":
            problem, _, mend = found["msg"].removeprefix("Value error, ").partition("; ")
            faults.append(Fault(file, column, problem, mend, row, _shown(found["input"])))
        else:
            problem = found["msg"][0].lower() + found["msg"][1:]
            mend = MENDS.get(found["type"], "correct the value")
            faults.append(Fault(file, column, problem, mend, row, _shown(found["input"])))
    return list(dict.fromkeys(faults))


def _shown(value: object, most: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}..."


def _named(place: Sequence[Any], table: Any) -> list[str]:
    """Return the words for a place, with an entry of a list called by its name where it has one."""
    words, inside = [], table
    for part in place:
        try:
            inside = inside[part]
        except (KeyError, IndexError, TypeError):
            inside = None
        name = next((inside[n] for n in NAMES if isinstance(inside, dict) and n in inside), None)
        words.append(str(name if isinstance(part, int) and name else _ordinal(part)))
    return words


def _ordinal(part: Any) -> str:
    return str(part + 1) if isinstance(part, int) else str(part)


def _fields(shape: type[Declared], place: Sequence[Any]) -> list[str]:
    inside: type[Declared] = shape
    for part in place[:-1]:
        if isinstance(part, str) and part in inside.model_fields:
            inside = _innermost(inside.model_fields[part].annotation) or inside
    return [field.alias or name for name, field in inside.model_fields.items()]


def _innermost(annotation: Any) -> type[Declared] | None:
    if isinstance(annotation, type) and issubclass(annotation, Declared):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _innermost(arg))), None)
