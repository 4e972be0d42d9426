"""What a step of a build may read, each fact with its hash."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

from econ.builds.graph import digest
from econ.builds.state import program
from econ.quantity.parameters import WIDENING, Parameter
from econ.study.parts.answer import inputs
from econ.study.study import Study

__all__ = ["facts_of"]

WORDS: Final = ("label", "source", "group", "note", "verified", "file")
DRAWN_BY: Final = ("seed", "draws", "sampling")


def facts_of(study: Study) -> dict[str, str]:
    """Return the hash of everything a step may read, by name.

    ``data.x`` is a dataset, ``study.x`` a part of the study file, ``template.x`` a template,
    ``parameter.x`` the numbers of an assumption and how they are drawn, ``words.x`` all that is
    said of it, ``program`` the package's code and libraries.
    """
    found = {"program": program(), "study.name": digest(study.name)}
    for name, section in study.file.model_dump(mode="json").items():
        if name != "assumptions":  # what a study changes of them is in the parameters
            found[f"study.{name}"] = digest(json.dumps(section, sort_keys=True))
    for entry in study.data:
        found[f"data.{entry.name}"] = entry.sha256
    for name, path in inputs(study).items():
        if name.startswith("templates/"):
            found[f"template.{path.stem}"] = digest(path.read_bytes())
    for parameter in study.assumptions:
        found[f"parameter.{parameter.name}"] = digest(repr(_drawn(study, parameter)))
        found[f"words.{parameter.name}"] = digest(repr(parameter))
    found["sources"] = digest(repr(sorted(study.data.sources.items())))
    return found


def _drawn(study: Study, parameter: Parameter) -> tuple[Any, ...]:
    """Return everything that can move a parameter's draws."""
    held = {f.name: getattr(parameter, f.name) for f in fields(parameter)}
    numbers = sorted((name, repr(value)) for name, value in held.items() if name not in WORDS)
    how = tuple(getattr(study.file.study, name) for name in DRAWN_BY)
    wider = parameter.basis == "judgement" and WIDENING in study.assumptions
    widening = study.assumptions[WIDENING].value if wider else 1.0
    return (*numbers, how, widening, repr(study.file.correlation))
