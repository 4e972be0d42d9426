"""What may be wrong with what a study says of its doubt: idle parameters, variants, thresholds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from econ.data.catalogue import Catalogue
from econ.errors import Fault, nearest
from econ.scenario.declarations import StudyFile
from econ.scenario.evidence import evidence_faults
from econ.scenario.variants import Variant, variant_faults
from econ.study.outcomes import OUTCOMES

__all__ = ["doubt_faults"]


def doubt_faults(
    study: StudyFile,
    file: str,
    used: Collection[str],
    variants: Sequence[Variant],
    data: Catalogue,
) -> list[Fault]:
    """Return parameters that move no number, and faults of evidence, variants and thresholds.

    Parameters
    ----------
    study : StudyFile
    file : str
    used : collection of str
        Assumptions that the study names.
    variants : sequence of Variant
    data : Catalogue
    """
    mend = "it moves no number; name it where it counts, or leave it out"
    idle = "a parameter no model uses"
    faults = [
        Fault(file, "assumptions", idle, mend, value=name)
        for name in study.assumptions
        if name not in used
    ]
    faults += [
        Fault(file, "correlation", idle, mend, " and ".join(pair.between), name)
        for pair in study.correlation
        for name in pair.between
        if name not in used
    ]
    faults += variant_faults(file, variants, data.sources)
    if study.evidence is not None:
        schemas = {entry.name: entry.schema.name for entry in data}
        industries = data.read(study.study.products).frame["group"]
        faults += evidence_faults(file, study.evidence, schemas, industries)
    known = [outcome.name for outcome in OUTCOMES]
    return faults + [
        Fault(
            file, "threshold", "unknown outcome", nearest(entry.outcome, known), value=entry.outcome
        )
        for entry in study.threshold
        if entry.outcome not in known
    ]
