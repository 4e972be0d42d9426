"""The vintages of a report: named by the time they were built, in an order no clock can turn."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from econ.builds.place import Place
from econ.errors import InputError

__all__ = [
    "SPELLING",
    "drop_old",
    "latest",
    "next_vintage",
    "studies",
    "study_folder",
    "vintage_folder",
    "vintages",
]

SPELLING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
FORM: Final = "%Y-%m-%dT%H%M%SZ"
PREFIX: Final = "vintage="
STUDY: Final = "study="


def study_folder(study: str) -> str:
    """Return the folder of a study's builds below the place they are kept."""
    return f"{STUDY}{study}"


def vintage_folder(study: str, vintage: str) -> str:
    """Return the folder of one build below the place it is kept.

    Examples
    --------
    >>> vintage_folder("choose_france_2024", "2026-11-26")
    'study=choose_france_2024/vintage=2026-11-26'
    """
    return f"{study_folder(study)}/{PREFIX}{vintage}"


def studies(place: Place) -> list[str]:
    """Return the studies that have builds in a place."""
    return [name.removeprefix(STUDY) for name in place.names("", STUDY)]


def vintages(place: Place, study: str) -> list[str]:
    """Return the whole vintages of a study, in the order of their names."""
    found = place.folders(study_folder(study), PREFIX)
    return [name.removeprefix(PREFIX) for name in found]


def latest(place: Place, study: str) -> str:
    """Return the vintage that ``latest`` stands for; empty where none was built."""
    named = place.pointed(study_folder(study)).removeprefix(PREFIX)
    found = vintages(place, study)
    return named if named in found else (found[-1] if found else "")


def next_vintage(place: Place, study: str, wanted: str, now: datetime | None = None) -> str:
    """Return the name of the vintage to build: the one wanted, or the time.

    Where the clock stands before the last vintage, the name is a second after that one, so that
    the order of names stays the order of builds.

    Raises
    ------
    InputError
        When the name is taken.
    """
    taken = vintages(place, study)
    if wanted:
        if wanted in taken:
            mend = "old vintages are kept as they are; name another, or leave it out"
            raise InputError.one("report", "--vintage", "built already", mend, value=wanted)
        return wanted
    moment = now or datetime.now(UTC)
    name = moment.strftime(FORM)
    timed = [found for found in taken if _time(found) is not None]
    if timed and name <= timed[-1]:
        last = _time(timed[-1])
        name = (last + timedelta(seconds=1)).strftime(FORM) if last is not None else name
    return name


def _time(vintage: str) -> datetime | None:
    try:
        return datetime.strptime(vintage, FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def drop_old(place: Place, study: str, keep: int) -> list[str]:
    """Remove all but the newest vintages; the one that ``latest`` stands for always stays.

    Parameters
    ----------
    place : Place
    study : str
    keep : int
        How many to keep, at least one.

    Returns
    -------
    list of str
        Those removed.
    """
    found, current = vintages(place, study), latest(place, study)
    old = [name for name in found[: max(len(found) - keep, 0)] if name != current]
    for name in old:
        place.remove(vintage_folder(study, name))
    return old
