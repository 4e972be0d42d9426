"""The manifest of a build: a hash for every file it holds and for every file it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from econ.builds.place import MANIFEST, Place
from econ.builds.trouble import DamagedError
from econ.errors import InputError

__all__ = ["CODE", "Manifest", "check"]

CODE: Final = "code"  # the fact of a manifest that stands for the package itself


@dataclass(frozen=True)
class Manifest:
    """What a build holds and what it rests on. No clock is in it: same inputs, same bytes.

    Parameters
    ----------
    study, vintage : str
    draws, seed : int
    inputs, outputs : mapping of str to str
        SHA-256 by name.
    reads : mapping of str to list of str
        By table: the assumptions and other facts its numbers rest on.
    versions : mapping of str to str
        Of Python and of the libraries that compute and write.
    facts : mapping of str to str
        SHA-256 of what `reads` names, and of the package's ``code``.
    """

    study: str
    vintage: str
    draws: int
    seed: int
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    reads: Mapping[str, list[str]]
    versions: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the manifest as it is written."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def read(cls, place: Place, folder: str = "") -> Manifest:
        """Read the manifest of a build.

        Raises
        ------
        InputError
            When there is none, or it cannot be understood.
        """
        name = f"{folder}/{MANIFEST}".removeprefix("/")
        content = place.read(name)
        where = f"{place.root}/{folder}".rstrip("/")
        if content is None:
            mend = "name a folder that `econ report build` wrote, such as OUT/study=X/vintage=Y"
            raise InputError.one(where, "", "no build", mend)
        mend = "build it again with this version"
        try:
            held: dict[str, Any] = json.loads(content)
            if "vintage" not in held and "outputs" in held:
                mend = "write it with `econ report build`, or use `econ run STUDY --export`"
            return cls(**held)
        except (ValueError, TypeError) as error:
            raise InputError.one(where, MANIFEST, "not that of a build", mend) from error


def check(place: Place, folder: str) -> Manifest:
    """Check every file of a build against its manifest.

    Parameters
    ----------
    place : Place
    folder : str
        Of the build, below the place.

    Raises
    ------
    DamagedError
        With every file that is missing, changed or not named.
    """
    manifest = Manifest.read(place, folder)
    faults = []
    for name, sha256 in manifest.outputs.items():
        content = place.read(f"{folder}/{name}".removeprefix("/"))
        if content is None:
            faults.append(f"{name} is missing")
        elif hashlib.sha256(content).hexdigest() != sha256:
            faults.append(f"{name} is not what was written ({len(content)} bytes)")
    known = {*manifest.outputs, MANIFEST}
    faults += [f"{name} is not named" for name in place.files(folder) if name not in known]
    if faults:
        raise DamagedError.found(f"{place.root}/{folder}", faults)
    return manifest
