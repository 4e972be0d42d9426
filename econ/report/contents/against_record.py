"""`AgainstRecord`: what a study's model says and what the record says, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from econ.impact.result import ImpactResult
from econ.regression.record.evidence import Evidence
from econ.regression.record.pooled import Pooled
from econ.regression.record.triangulation import Calibration

__all__ = ["AgainstRecord"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AgainstRecord:
    """A model and the record, asked the same question; and what follows for the study.

    Parameters
    ----------
    evidence : Evidence
    pooled : mapping of str to Pooled
        The record as it is used first, then other ways to pool it, by what is said of them.
    answers, wider : mapping of str to ndarray, shape (c,)
        The model's answers to the record's question, by what is said of them; and those that count
        more than the record does.
    calibrations : mapping of str to Calibration
        Of each answer, by what is said of it: sheltered jobs per job of its own.
    response : ImpactResult
        What the record makes of the study's own sites.
    exposed, sheltered : mapping of str to str
        Products with their words: what the direct job is in, and what the jobs beyond it are in.
    outside : mapping of str to str
        Pledges whose own jobs are in no exposed industry, with the product.
    note : str
    """

    evidence: Evidence
    pooled: Mapping[str, Pooled]
    answers: Mapping[str, Array]
    wider: Mapping[str, Array]
    calibrations: Mapping[str, Calibration]
    response: ImpactResult
    exposed: Mapping[str, str]
    sheltered: Mapping[str, str]
    outside: Mapping[str, str]
    note: str

    @property
    def record(self) -> Pooled:
        """The record as it is used."""
        return next(iter(self.pooled.values()))
