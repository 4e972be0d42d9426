"""Where a study file is: by its path, or by its name in the catalogue's folder."""

from __future__ import annotations

from pathlib import Path

from econ.data.catalogue import Catalogue
from econ.declared import is_file
from econ.errors import InputError, nearest

__all__ = ["find_study"]


def find_study(name: str | Path, data: Catalogue) -> Path:
    """Return the path of a study file.

    Raises
    ------
    InputError
        When there is no such study, or what is given is no name.
    """
    if not isinstance(name, str | Path):
        mend = 'give the name of a study, such as "choose_france_2024", or the path of its file'
        raise InputError.one("Study.load", "name", "no name", mend, value=str(name)[:80])
    path = Path(name)
    if path.suffix == ".toml":
        if not is_file(path):
            raise InputError.one(str(path), "study", "no such file", "check the path")
        return path
    studies = data.folder / "studies"
    found = studies / f"{name}.toml"
    if not is_file(found):
        mend = nearest(str(name)[:80], sorted(known.stem for known in studies.glob("*.toml")))
        raise InputError.one(str(name), "study", "no such study", mend)
    return found
