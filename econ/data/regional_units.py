"""Whether the unit somebody states is the unit that a regional file states of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from econ.errors import Fault

__all__ = ["unit_faults"]

SCALES: Final = {
    **dict.fromkeys(("thousand", "thousands", "ths", "1000", "keur"), "thousand"),
    **dict.fromkeys(("million", "millions", "mio", "m", "meur"), "million"),
    **dict.fromkeys(("billion", "billions", "bn", "mrd", "beur"), "billion"),
}
KINDS: Final = {
    **dict.fromkeys(("eur", "euro", "euros", "keur", "meur", "beur"), "euros"),
    **dict.fromkeys(("persons", "person", "people", "employees", "workers", "PER"), "persons"),
    **dict.fromkeys(("hours", "hour", "hw", "hrs"), "hours"),
    **dict.fromkeys(("percent", "pc", "pct"), "percent"),
    "pps": "purchasing power standards",
    "usd": "dollars",
}
COUNTS: Final = ("nr", "number", "count")
RATES: Final = ("hab", "per")


def unit_faults(stated: Iterable[str], unit: str, name: str) -> list[Fault]:
    """Return units of the file that contradict the unit somebody says it has.

    A unit is read as a scale (thousand, million), a kind (persons, euros, percent) and whether it
    is a rate (per inhabitant). Eurostat's codes and plain words are read the same way. What either
    side leaves open, as ``THS`` leaves open what is counted, contradicts nothing.

    Examples
    --------
    >>> unit_faults(["THS"], "thousand persons", "a.tsv"), unit_faults(["MIO_EUR"], "MEUR", "a")
    ([], [])
    >>> print(unit_faults(["THS"], "persons", "a.tsv")[0])
    a.tsv, column unit, value persons: the file says THS; leave unit= out, or correct it
    """
    return [
        Fault(
            name,
            "unit",
            f"the file says {own}",
            "leave unit= out, or correct it",
            value=unit,
        )
        for own in dict.fromkeys(stated)
        if _contradict(_read(own), _read(unit))
    ]


def _contradict(own: tuple[str, str, bool] | None, said: tuple[str, str, bool] | None) -> bool:
    if own is None or said is None:
        return False
    (scale, kind, rate), (other_scale, other_kind, other_rate) = own, said
    return (
        scale != other_scale
        or rate != other_rate
        or bool(kind and other_kind and kind != other_kind)
    )


def _read(unit: str) -> tuple[str, str, bool] | None:
    """Return scale, kind and whether it is a rate; nothing where no word of it is known."""
    text = unit.replace("%", " percent ").replace("per cent", "percent").replace("1 000", "1000")
    if re.search(r"HAB_EU", text):  # Eurostat's code of a percentage of the Union's mean
        return "", "percent", False
    scale = kind = ""
    rate = known = False
    for word in re.split(r"[^A-Za-z0-9]+", text):
        low = word if word == "PER" else word.lower()
        if low in RATES:
            rate = known = True
            break
        known |= low in SCALES or low in KINDS or low in COUNTS
        scale = scale or SCALES.get(low, "")
        kind = kind or KINDS.get(low, "")
    if not known:
        return None
    return scale, kind, rate and kind != "percent"
