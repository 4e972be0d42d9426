"""Whether anything a build rests on has changed, told from hashes before a library is loaded."""

from __future__ import annotations

import hashlib
import json
import platform
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

__all__ = ["LIBRARIES", "code", "program", "state_of", "versions"]

PACKAGE: Final = Path(__file__).parents[1]
# What computes or writes a number of a report; the rest of the lock cannot move one.
LIBRARIES: Final = (
    "babel",
    "econ-impact",
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "statsmodels",
)
DATA: Final = (".toml", ".parquet", ".csv", ".po")


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that move a number."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


@cache
def code() -> str:
    """Return the hash of this package's own code."""
    held = [p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".j2", ".po", ".toml")]
    own = [path for path in held if not path.is_relative_to(PACKAGE / "data" / "embedded")]
    return _digest(_hashes(own, PACKAGE))


def program() -> str:
    """Return the hash of this package's own code and of the libraries under it."""
    return _digest({"code": code(), **versions()})


def state_of(study: Path, data: Path, settings: Mapping[str, object]) -> str:
    """Return one hash over all that a build of a study may rest on.

    Parameters
    ----------
    study : Path
        Of its file; templates may stand beside it.
    data : Path
        Folder with the catalogue.
    settings : mapping of str to object
        What the command was told.
    """
    beside = sorted([*study.parent.glob("*.toml"), *study.parent.glob("languages/*.po")])
    held = [p for p in sorted(data.rglob("*")) if p.suffix in DATA and p.is_file()]
    said = {name: repr(value) for name, value in settings.items()}
    files = {
        **_hashes([study, *_not_of_others(beside)], study.parent),
        **_hashes(_not_of_others(held), data),
    }
    return _digest({**files, **said, "program": program()})


def _not_of_others(paths: Iterable[Path]) -> list[Path]:
    """Return files without other studies, whose change is no reason to build this one again."""
    return [path for path in paths if path.suffix != ".toml" or not _read(path).of_a_study]


def _hashes(paths: Iterable[Path], below: Path) -> dict[str, str]:
    """Return the hash of every file by where it stands below a folder, wherever that is."""
    return {
        f"{below.name}/{path.relative_to(below).as_posix()}": _read(path).sha256 for path in paths
    }


@dataclass(frozen=True)
class _File:
    """What one file holds: its hash, and whether it is a study."""

    sha256: str
    of_a_study: bool


def _read(path: Path) -> _File:
    """Return what a file holds, read once in a process as long as nobody writes it."""
    found = path.stat()
    return _held(path, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)


@cache
def _held(path: Path, *written: int) -> _File:
    del written
    content = path.read_bytes()
    return _File(hashlib.sha256(content).hexdigest(), path.suffix == ".toml" and _is_study(content))


def _is_study(content: bytes) -> bool:
    """Return whether a TOML file is a study; what cannot be read may be anything."""
    try:
        return "study" in tomllib.loads(content.decode("utf-8"))
    except ValueError:
        return False


def _digest(parts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
