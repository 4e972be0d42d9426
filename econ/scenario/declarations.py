"""A study file's tables: which keys each may have, and the records they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from econ.errors import Fault, InputError, nearest
from econ.scenario.bridge import Template
from econ.scenario.events import Event, Operation, Programme, Works

__all__ = [
    "Promise",
    "read_event",
    "read_programme",
    "read_promise",
    "read_templates",
    "structure_faults",
]

STUDY_KEYS: Final = (
    "title",
    "pledges",
    "commitments",
    "context",
    "corrections",
    "table",
    "imports",
    "employment",
    "products",
    "prices",
    "region",
    "years",
    "currency",
    "price_year",
    "seed",
    "draws",
)
SECTIONS: Final = (
    "study",
    "households",
    "additionality",
    "event",
    "programme",
    "promise",
    "excluded",
    "assumptions",
)
FIELDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "event": (("pledge", "amount", "template", "works", "realised"), ("operation", "net_of")),
    "programme": (("commitment", "label", "chain", "deadline"), ("at_most",)),
    "promise": (("commitment",), ("implied", "peak")),
    "excluded": (("pledge", "why"), ()),
}
PARTS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "works": (("start", "shares"), ("slip",)),
    "operation": (
        ("template", "product", "opening", "ramp", "jobs", "pay", "cost"),
        ("displacement", "realised"),
    ),
}
FEWEST_DRAWS: Final = 2


@dataclass(frozen=True)
class Promise:
    """A promised number of jobs, and how to find the number the euros imply.

    Parameters
    ----------
    implied : mapping of str to str
        Pledge to the parameter [persons per MEUR] that its investment is multiplied with.
    peak : mapping of str to str
        ``{"pledge": ..., "product": ...}``: direct jobs in the product in the busiest year.
    """

    commitment: str
    implied: Mapping[str, str]
    peak: Mapping[str, str]


def structure_faults(file: str, settings: Mapping[str, Any]) -> list[Fault]:
    """Return every key of a study file that is missing or unknown, and values of the wrong kind."""
    faults = _key_faults(file, "", settings, ("study", "additionality", "event"), SECTIONS)
    if faults:
        return faults
    study = settings["study"]
    faults += _key_faults(file, "study", study, STUDY_KEYS, STUDY_KEYS)
    rules = ("reference_case", "leakage", "crowding_out")
    faults += _key_faults(file, "additionality", settings["additionality"], rules, rules)
    for section, (needed, optional) in FIELDS.items():
        for number, entry in enumerate(settings.get(section, []), start=1):
            where = f"{section} {entry.get('pledge', entry.get('commitment', number))}"
            faults += _key_faults(file, where, entry, needed, (*needed, *optional))
            for part, (needs, may) in PARTS.items():
                if isinstance(entry.get(part), Mapping):
                    row = f"{where} {part}"
                    faults += _key_faults(file, row, entry[part], needs, (*needs, *may))
    return faults or _value_faults(file, study)


def _key_faults(
    file: str, where: str, table: Mapping[str, Any], needed: Sequence[str], known: Sequence[str]
) -> list[Fault]:
    row = where or None
    return [
        *[Fault(file, key, "missing", "write it", row) for key in needed if key not in table],
        *[
            Fault(file, key, "unknown", nearest(key, known), row)
            for key in table
            if key not in known
        ],
    ]


def _value_faults(file: str, study: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for key in ("seed", "draws", "price_year"):
        if isinstance(study[key], bool) or not isinstance(study[key], int) or study[key] < 0:
            mend = "write a whole number of zero or more"
            faults.append(Fault(file, key, "no whole number", mend, "study", study[key]))
    if not faults and study["draws"] < FEWEST_DRAWS:
        mend = "an interval needs draws; 2000 is usual"
        faults.append(Fault(file, "draws", "too few", mend, "study", study["draws"]))
    years = study["years"]
    if not (isinstance(years, list) and len(years) == 2 and years[0] < years[1]):
        mend = "write [first, last]"
        faults.append(Fault(file, "years", "no first and last year", mend, "study", years))
    return faults


def read_templates(
    settings: Mapping[str, Any], beside: Path, own: Path, faults: list[Fault]
) -> dict[str, Template]:
    """Read every template a study names: from beside the study first, then from our own folder.

    What is wrong with them is added to `faults`.
    """
    names = [entry["template"] for entry in settings["event"]]
    names += [entry["operation"]["template"] for entry in settings["event"] if "operation" in entry]
    found = {}
    for name in dict.fromkeys(names):
        near = beside / f"{name}.toml"
        try:
            found[name] = Template.load(near if near.is_file() else own / f"{name}.toml")
        except InputError as error:
            faults += error.faults
    return found


def read_event(entry: Mapping[str, Any], templates: Mapping[str, Template]) -> Event:
    """Turn an ``[[event]]`` table into its record."""
    works = entry["works"]
    site = entry.get("operation")
    return Event(
        pledge=entry["pledge"],
        amount=entry["amount"],
        template=templates[entry["template"]],
        works=Works(works["start"], tuple(works["shares"]), works.get("slip", "")),
        realised=entry["realised"],
        net_of=entry.get("net_of"),
        operation=None
        if site is None
        else Operation(
            template=templates[site["template"]],
            product=site["product"],
            opening=float(site["opening"]),
            ramp=site["ramp"],
            jobs=site["jobs"],
            pay=site["pay"],
            cost=site["cost"],
            displacement=tuple(site.get("displacement", ())),
            realised=site.get("realised", ""),
        ),
    )


def read_programme(entry: Mapping[str, Any]) -> Programme:
    """Turn a ``[[programme]]`` table into its record."""
    return Programme(
        commitment=entry["commitment"],
        label=entry["label"],
        chain=tuple(entry["chain"]),
        deadline=entry["deadline"],
        at_most=entry.get("at_most", ""),
    )


def read_promise(entry: Mapping[str, Any]) -> Promise:
    """Turn a ``[[promise]]`` table into its record."""
    return Promise(entry["commitment"], entry.get("implied", {}), entry.get("peak", {}))
