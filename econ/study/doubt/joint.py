"""Joint draws of some outcomes of a study, in the memory of a few of its draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.inputoutput.regional.states import RegionalState
from econ.study.outcomes import Outcome, outcomes_of
from econ.study.study import Study, check_study

__all__ = ["joint_draws"]

Places = npt.NDArray[np.intp]
# Enough for a draw to cost next to nothing of its own, and little to hold: some 300 MB with areas.
AT_ONCE: Final = 2000


def joint_draws(
    study: Study, outcomes: Sequence[Outcome | str] | None = None, *, at_once: int = AT_ONCE
) -> pd.DataFrame:
    """Return some outcomes in every draw of a study, worked out a few draws at a time.

    The same numbers to the bit as those of one go, whatever is worked out at once: how regions hang
    together is settled with all draws in view, and draws that see one state of them stay together.

    Parameters
    ----------
    study : Study
        With as many draws as are wanted: ``study.with_draws(100_000)``.
    outcomes : sequence of Outcome or str, optional
        Jobs in operation, job-years and GDP of construction where left out.
    at_once : int
        Draws worked out at once, about; with outcomes of areas at least those of one table of them.

    Returns
    -------
    pandas.DataFrame
        A column for each outcome and a row for each draw; row 0 is the central value.

    Raises
    ------
    InputError
        When an outcome is unknown or speaks of a region the study does not have, or nothing is to
        be worked out at once.

    Examples
    --------
    >>> study = Study.load("choose_france_2024").with_draws(10)
    >>> joint_draws(study, ["net jobs in operation"], at_once=4).shape
    (11, 1)
    """
    check_study("joint_draws", study)
    asked = outcomes_of(outcomes)
    whole = isinstance(at_once, int) and not isinstance(at_once, bool) and at_once > 0
    if not whole:
        mend = "write a whole number above zero; 2000 is usual"
        raise InputError.one("joint_draws", "at_once", "not that many", mend, value=at_once)
    draws = study.draws()
    by_area = study.geography is not None and any(outcome.regions for outcome in asked)
    states = study.geography.states(study.table, draws) if study.geography and by_area else ()
    measures = list(dict.fromkeys(outcome.measure for outcome in asked if outcome.regions))
    found = np.empty((draws.columns, len(asked)))
    for places in _chunks(states, draws.columns - 1, at_once):
        evaluation = study.nationally(draws.part(places))
        if by_area:
            seen = [state.among(places) for state in states]
            evaluation = study.by_area(evaluation, measures, [s for s in seen if s is not None])
        for column, outcome in enumerate(asked):
            drawn = outcome.draws(evaluation)
            found[0, column], found[1 + places, column] = drawn[0], drawn[1:]
    return pd.DataFrame(found, columns=[outcome.name for outcome in asked])


def _chunks(states: Sequence[RegionalState], count: int, at_once: int) -> Iterator[Places]:
    """Return draws that are worked out together, each group in rising order."""
    if not states:
        for begin in range(0, count, at_once):
            yield np.arange(begin, min(begin + at_once, count), dtype=np.intp)
        return
    held: list[Places] = []
    for state in states:
        own = state.columns[state.columns > 0] - 1
        if held and sum(map(len, held)) + len(own) > at_once:
            yield np.sort(np.concatenate(held))
            held = []
        held += [own] if len(own) else []
    if held:
        yield np.sort(np.concatenate(held))
