"""The figures of a study's headline for some of its draws: what many draws are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.impact.result import ImpactResult
from econ.quantity.parameters import Draws
from econ.report.contents.contents import subjects_of, words_of
from econ.study.study import Study

__all__ = ["SIDES", "Figure", "Headline"]

Array = npt.NDArray[np.float64]
SIDES: Final = ("gross", "net")
MEASURES: Final = ("employment", "gdp")
# Pledges of a study that are worked out at once; it decides the order in which they are added up.
AT_ONCE: Final = 16


@dataclass(frozen=True)
class Figure:
    """One row of the headline.

    Parameters
    ----------
    subject, label, phase, measure, when, unit : str
        As in the headline of a report.
    year : int
        Of the figure; 0 for the sum over all years.
    """

    subject: str
    label: str
    phase: str
    measure: str
    when: str
    unit: str
    year: int


@dataclass(frozen=True)
class Headline:
    """The figures of a study's headline, worked out for any part of its draws.

    Parameters
    ----------
    study : Study

    Notes
    -----
    Every draw comes out the same to the bit, whatever other draws it is worked out with.
    """

    study: Study

    @cached_property
    def _tried(self) -> tuple[ImpactResult, frozenset[str]]:
        """A result on the central values, and the assumptions that were asked for on the way."""
        asked: set[str] = set()
        draws = self.study.assumptions.draws(self.study.seed, 1).recording(asked)
        results = [gross for gross, _ in self.study.in_parts(draws, AT_ONCE)]
        return results[0], frozenset(asked)

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._tried[0].model

    @property
    def used(self) -> frozenset[str]:
        """Assumptions that the figures rest on."""
        return self._tried[1]

    @cached_property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """What figures are given for, each with its modelled pledges."""
        return subjects_of(self.study.modelled, self.study.pledges)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The rows of the headline, f, in its order."""
        result, study = self._tried[0], self.study
        first, last = study.years[0], study.years[-1]
        words = words_of(study.pledges, study.commitments)
        spans = {"construction": (f"total {first}-{last}", 0), "operation": (f"in {last}", last)}
        found = []
        for subject in self.subjects:
            for phase, (when, year) in spans.items():
                for measure in MEASURES:
                    unit = result.units[measure]
                    unit = unit if year else unit.summed_over_years()
                    found.append(
                        Figure(subject, words[subject], phase, measure, when, str(unit), year)
                    )
        return tuple(found)

    def drawn(self, draws: Draws) -> Array:
        """Return every figure in some draws, gross and net, shape (f, 2, c)."""
        rows: dict[str, list[int]] = {}
        for place, subject in enumerate(self.subjects):
            for pledge in self.subjects[subject]:
                rows.setdefault(pledge, []).append(place)
        shape = (len(self.subjects), len(_cells()), len(SIDES), draws.columns)
        found = np.zeros(shape)
        for results in self.study.in_parts(draws, AT_ONCE):
            for side, result in enumerate(results):
                for pledge, cell, part in _parts(result):
                    for place in rows[pledge]:
                        found[place, cell, side] += part
        return found.reshape(len(self.figures), len(SIDES), draws.columns)


def _cells() -> list[tuple[str, str]]:
    return [(phase, measure) for phase in ("construction", "operation") for measure in MEASURES]


def _parts(result: ImpactResult) -> Iterator[tuple[str, int, Array]]:
    """Yield what each response adds to a figure of its pledge, effect by effect, shape (c,)."""
    cells = {cell: place for place, cell in enumerate(_cells())}
    for response in result.responses:
        whole = response.phase == "construction"
        late = response.profile.sum(axis=0) if whole else response.profile[-1]
        for measure in MEASURES:
            for size in response.totals(measure):
                yield response.pledge, cells[response.phase, measure], size * late
