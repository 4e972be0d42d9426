"""What a build is told: which study, where to, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from econ.builds.place import LATEST, Place
from econ.builds.vintages import SPELLING
from econ.errors import Fault, InputError, nearest

__all__ = ["Built", "Order", "orders"]

IN_A_NAME: Final = frozenset("._- ")  # besides letters and digits of any language
LONGEST_NAME: Final = 200  # a folder's name is at most 255 bytes on common file systems


@dataclass(frozen=True)
class Order:
    """One build that somebody asked for.

    Parameters
    ----------
    study : Path
        Of the study file.
    data : Path
        Folder with the catalogue.
    out : Place
    work : Path
        Folder of this machine where finished steps rest between builds.
    draws : int, optional
        Instead of the study's own number.
    vintage : str
        Name of the build; the time where empty.
    wait : float [s]
        How long to wait for another build of the same study.
    keep : int, optional
        How many vintages to keep; all where left out.
    languages : tuple of str
        Of the pages; the first is that of ``report.html``.
    """

    study: Path
    data: Path
    out: Place
    work: Path
    draws: int | None = None
    vintage: str = ""
    wait: float = 0.0
    keep: int | None = None
    languages: tuple[str, ...] = ("en",)

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.study.stem


@dataclass(frozen=True)
class Built:
    """What came of an order.

    Parameters
    ----------
    study, vintage : str
    folder : str
        Below the place.
    new : bool
        Whether a vintage was written; not where nothing changed.
    ran : tuple of str
        Steps that ran.
    """

    study: str
    vintage: str
    folder: str
    new: bool
    ran: tuple[str, ...] = ()


def orders(
    studies: Sequence[str],
    *,
    out: str | Path,
    work: Path,
    data: Path | None = None,
    draws: int | None = None,
    vintage: str = "",
    wait: float = 0.0,
    keep: int | None = None,
    languages: Sequence[str] = ("en",),
) -> list[Order]:
    """Return an order for each study.

    Parameters
    ----------
    studies : sequence of str
        Names of studies in the data folder, or paths of study files.
    out : str or Path
        A folder, or a URL that fsspec understands.
    work : Path
    data : Path, optional
        The package's own where left out.

    Raises
    ------
    InputError
        With every study that is not there, is named twice, or whose name would not do for a folder.
    """
    folder = (data or _own_data()).absolute()
    paths = {name: _path(name, folder) for name in studies}
    stems = [path.stem for path in paths.values()]
    faults = [fault for name, path in paths.items() for fault in _faults(name, path, stems)]
    if len(paths) < len(studies):
        twice = next(name for name in studies if list(studies).count(name) > 1)
        faults.append(Fault("report", "study", "named twice", "name it once", value=twice[:80]))
    if vintage and (vintage == LATEST or not SPELLING.fullmatch(vintage)):
        mend = "write letters, digits, dots and dashes, such as 2026-11-26"
        faults.append(Fault("report", "--vintage", "no name", mend, value=vintage[:80]))
    InputError.raise_if(faults)
    place = Place.at(out)
    return [
        Order(
            path.absolute(),
            folder,
            place,
            work.absolute(),
            draws,
            vintage,
            wait,
            keep,
            tuple(languages),
        )
        for path in paths.values()
    ]


def _own_data() -> Path:
    from econ.data.folder import data_folder  # noqa: PLC0415

    return data_folder()


def _path(name: str, data: Path) -> Path:
    return Path(name) if name.endswith(".toml") else data / "studies" / f"{name}.toml"


def _faults(name: str, path: Path, stems: list[str]) -> list[Fault]:
    shown = name[:80]
    stem = path.stem
    plain = all(sign.isalnum() or sign in IN_A_NAME for sign in stem)
    if not plain or not stem[:1].isalnum() or len(stem.encode()) > LONGEST_NAME:
        mend = "give the study file a short name of letters, digits, dots and dashes"
        return [Fault("report", "study", "no name for a folder", mend, value=shown)]
    if not _is_file(path):
        mend = "check the path" if name.endswith(".toml") else _nearest_study(shown, path.parent)
        return [Fault("report", "study", "no such study", mend, value=shown)]
    if stems.count(path.stem) > 1:
        mend = "two files of one name would share a folder; rename one"
        return [Fault("report", "study", "a name that another file has", mend, value=shown)]
    return []


def _nearest_study(name: str, studies: Path) -> str:
    return nearest(name, sorted(known.stem for known in studies.glob("*.toml")))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
