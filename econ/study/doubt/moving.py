"""What of a study moves its jobs and GDP: the parts that do, and the assumptions that can."""

from __future__ import annotations

from dataclasses import replace

from econ.scenario.satellites import satellites_left_out
from econ.study.study import Study

__all__ = ["all_moving", "moving", "national"]


def national(study: Study) -> Study:
    """Return the study without what moves no job or GDP: regions, satellites, other questions."""
    settings = study.file.study.model_copy(update={"discount_rate": ""})
    rules = study.file.additionality.model_copy(update={"attribution": ""})
    left = {"regions": None, "study": settings, "additionality": rules}
    file = satellites_left_out(study.file).model_copy(update=left)
    return replace(study, file=file, crosschecks=())


def moving(study: Study) -> list[str]:
    """Return the assumptions with a range that the study's national figures rest on, sorted."""
    return all_moving(national(study))


def all_moving(study: Study) -> list[str]:
    """Return every assumption that is read when a study is run and has a range."""
    seen: set[str] = set()
    study.evaluate(study.assumptions.draws(study.seed, 1).recording(seen))
    return sorted(n for n in seen if study.assumptions[n].distribution != "fixed")
