"""Areas sum to the country, at every step from gross to net: checked in every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import EconError
from econ.impact.result import ImpactResult, Response

__all__ = ["check_sums"]

Array = npt.NDArray[np.float64]
# Sums over areas are the same additions in another order.
SAME: Final = 1e-9


def check_sums(
    regional: Mapping[str, ImpactResult],
    national: Mapping[str, ImpactResult],
    measures: Sequence[str] | None = None,
) -> None:
    """Refuse results by area that do not sum to the country's, at any step from gross to net.

    Every pledge, phase, stream, effect and measure is held to it in every draw, and happens when
    the country's does; so every year is, and every sum of them.

    Parameters
    ----------
    regional, national : mapping of str to ImpactResult
        By step.
    measures : sequence of str, optional
        All where left out.

    Raises
    ------
    EconError
        Naming step, pledge, phase and measure.
    """
    pairs = {step: (_by_stream(regional[step]), _by_stream(national[step])) for step in regional}
    wanted = tuple(next(iter(regional.values())).units) if measures is None else measures
    streams = dict.fromkeys(who for pair in pairs.values() for side in pair for who in side)
    # Pledge by pledge and measure by measure: what is of areas is made when it is asked for.
    for who in streams:
        met = {}
        for step, (areas, country) in pairs.items():
            here, there = areas.get(who, []), country.get(who, [])
            if here or there:
                _check_alike(f"{' '.join(who).strip()} after {step}", here, there)
                met[step] = (here, there)
        for measure in wanted:
            # A step that takes the same share everywhere leaves sums that held as they are.
            held: set[tuple[int, ...]] = set()
            for step, (here, there) in met.items():
                same = _alike([part.weight for part in (*there, *here)])
                values = tuple(id(part.values) for part in (*there, *here))
                if same and values in held:
                    continue
                whole = sum(part.totals(measure) for part in there)
                gap = np.abs(sum(part.totals(measure) for part in here) - whole).max()
                if not gap <= SAME * max(1.0, float(np.abs(whole).max())):
                    words = f"{measure} of {' '.join(who).strip()} after {step}"
                    problem = f"areas and country differ by {gap:.3g}; report this"
                    raise EconError(f"{words}: {problem}")
                if same:
                    held.add(values)


def _check_alike(words: str, here: Sequence[Response], there: Sequence[Response]) -> None:
    if not here or not there:
        raise EconError(f"{words}: only in {'areas' if here else 'the country'}; report this")
    if not _alike([part.profile for part in (*there, *here)]):
        raise EconError(f"{words}: not in the years of the country; report this")


def _by_stream(result: ImpactResult) -> dict[tuple[str, str, str], list[Response]]:
    found: dict[tuple[str, str, str], list[Response]] = {}
    for response in result.responses:
        who = (response.pledge, response.phase, response.stream)
        found.setdefault(who, []).append(response)
    return found


def _alike(arrays: Sequence[Array]) -> bool:
    """Return whether arrays are equal; those that are one object are looked at once."""
    first, *others = {id(array): array for array in arrays}.values()
    return all(np.array_equal(first, other) for other in others)
