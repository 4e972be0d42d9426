"""What templates bring with them: assumptions of their own, and the sources of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from econ.errors import Fault, nearest
from econ.quantity.parameters import Assumptions
from econ.quantity.provenance import Source
from econ.scenario.bill_of_goods import Template

__all__ = ["with_templates"]


def with_templates(
    assumptions: Assumptions,
    templates: Iterable[Template],
    known: Mapping[str, Source],
    faults: list[Fault],
) -> Assumptions:
    """Return the assumptions with those that templates declare themselves.

    Parameters
    ----------
    assumptions : Assumptions
    templates : iterable of Template
    known : mapping of str to Source
        Publications that lines and assumptions may cite.
    faults : list of Fault
        What is wrong is added: a name that is taken, a source nobody knows.
    """
    declared: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for template in templates:
        file = template.path.name
        faults += [
            Fault(file, "source", "unknown source", nearest(key, known), number, key)
            for number, line in enumerate(template.lines, start=1)
            for key in line.source
            if key not in known
        ]
        for name, entry in template.assumptions.items():
            owner, there = declared.get(name, ("assumptions.toml", {}))
            if name in assumptions or (name in declared and there != entry):
                mend = f"{owner} has it already; choose another name"
                faults.append(Fault(file, "assumptions", "a name that is taken", mend, value=name))
            declared.setdefault(name, (file, entry))
    for name, (file, entry) in declared.items():
        if name in assumptions:
            continue
        assumptions = assumptions.override({name: entry}, file, known, faults)
    return assumptions
