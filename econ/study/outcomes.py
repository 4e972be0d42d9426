"""`Outcome`: one number of a study that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.result import EFFECTS, MEASURES, PHASES
from econ.study.evaluation import Evaluation

__all__ = ["OUTCOMES", "Outcome", "outcomes_of"]

Array = npt.NDArray[np.float64]
STAGES: Final = ("gross", "net")


@dataclass(frozen=True)
class Outcome:
    """One number of a study: a measure, summed over what is not named.

    Parameters
    ----------
    name : str
        In words.
    measure : str
    phase : str
        Both phases where empty.
    stage : {"net", "gross"}
    year : {"all", "last"}
        Summed over all years, or in the last one.
    effect : str
        All effects where empty.
    pledges, regions : tuple of str
        All pledges, and the whole country, where empty.

    Raises
    ------
    InputError
        When a measure, phase, stage, effect or year is none.

    Examples
    --------
    >>> Outcome("gross output of the works", "output", "construction", "gross").year
    'all'
    """

    name: str
    measure: str
    phase: str = ""
    stage: str = "net"
    year: str = "all"
    effect: str = ""
    pledges: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        choices: list[tuple[str, str, Sequence[str]]] = [
            ("measure", self.measure, MEASURES),
            ("phase", self.phase, ("", *PHASES)),
            ("stage", self.stage, STAGES),
            ("year", self.year, ("all", "last")),
            ("effect", self.effect, ("", *EFFECTS)),
        ]
        InputError.raise_if(
            [
                Fault("outcome", column, "unknown", nearest(value, known), self.name, value)
                for column, value, known in choices
                if value not in known
            ]
        )

    def draws(self, evaluation: Evaluation) -> Array:
        """Return the number, central value and draws, shape (c,).

        Raises
        ------
        InputError
            When a pledge or region is unknown, or the study has no regions.
        """
        source = evaluation.regional if self.regions else evaluation.steps
        if not source:
            mend = "add a table [regions] to the study, or ask for the country"
            raise InputError.one("outcome", "regions", "no regions", mend, row=self.name)
        steps = list(source.values())
        result = steps[0] if self.stage == "gross" else steps[-1]
        return result.draws(
            self.measure,
            pledges=self.pledges or None,
            phase=self.phase or None,
            effect=self.effect or None,
            regions=self.regions or None,
            years=[result.years[-1]] if self.year == "last" else None,
        )

    def unit(self, evaluation: Evaluation) -> str:
        """Return the unit: persons summed over years are job-years."""
        unit = evaluation.net.units[self.measure]
        return str(unit if self.year == "last" else unit.summed_over_years())


OUTCOMES: Final = (
    Outcome("net jobs in operation", "employment", "operation", year="last"),
    Outcome("net job-years of construction", "employment", "construction"),
    Outcome("net GDP of construction", "gdp", "construction"),
)


def outcomes_of(given: Sequence[Outcome | str] | None) -> tuple[Outcome, ...]:
    """Return outcomes by name or as they are given; ours where left out.

    Raises
    ------
    InputError
        When a name is none of ours, or two outcomes have one name.
    """
    if given is None:
        return OUTCOMES
    mend = "give outcomes in a list: econ.Outcome or one of our names"
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise InputError.one("outcomes", "name", "no list of outcomes", mend, value=given)
    wrong = [item for item in given if not isinstance(item, str | Outcome)]
    InputError.raise_if(
        [Fault("outcomes", "name", "no outcome", mend, value=repr(item)[:80]) for item in wrong]
    )
    ours = {outcome.name: outcome for outcome in OUTCOMES}
    chosen = [ours.get(item, item) if isinstance(item, str) else item for item in given]
    names = [item if isinstance(item, str) else item.name for item in chosen]
    faults = [
        Fault("outcomes", "name", "unknown outcome", nearest(item, ours), value=item)
        for item in chosen
        if isinstance(item, str)
    ]
    faults += [
        Fault("outcomes", "name", "two of one name", "give each its own", value=name)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if not chosen:
        faults.append(Fault("outcomes", "name", "none given", "give one, or leave it out"))
    InputError.raise_if(faults)
    return tuple(item for item in chosen if isinstance(item, Outcome))
