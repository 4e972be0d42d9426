"""Whether anything a build rests on has changed, told from hashes before a library is loaded."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

__all__ = ["LIBRARIES", "program", "state_of", "versions"]

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


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that move a number."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def program() -> str:
    """Return the hash of this package's own code and of the libraries under it."""
    code = [p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".j2", ".po", ".toml")]
    own = [path for path in code if not path.is_relative_to(PACKAGE / "data" / "embedded")]
    return _digest({**_hashes(own, PACKAGE), **versions()})


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
    files = {**_hashes([study, *beside], study.parent), **_hashes(held, data)}
    return _digest({**files, **said, "program": program()})


def _hashes(paths: Iterable[Path], below: Path) -> dict[str, str]:
    """Return the hash of every file by where it stands below a folder, wherever that is."""
    return {
        f"{below.name}/{path.relative_to(below).as_posix()}": hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in paths
    }


def _digest(parts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
