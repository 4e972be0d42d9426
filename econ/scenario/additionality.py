"""From gross to net: realisation, reference case, displacement, leakage, crowding out, in order.

Each step multiplies what the step before it left, so no euro and no job is taken off twice:
realisation asks whether the money is spent at all, the reference case whether it would have been
spent here anyway, displacement what other French producers lose, leakage what pay is spent abroad,
crowding out which workers come from other jobs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.result import ImpactResult, Response
from econ.quantity.parameters import Draws
from econ.scenario.events import Event

__all__ = ["STEPS", "Additionality", "gross_to_net"]

Array = npt.NDArray[np.float64]

STEPS = (
    "gross",
    "realisation and delay",
    "reference case",
    "displacement",
    "leakage",
    "crowding out",
)


@dataclass(frozen=True)
class Additionality:
    """The parameters of the way from gross to net.

    Parameters
    ----------
    reference_case, leakage, crowding_out : str
        Parameter names. An event may have a reference case of its own. Leakage applies to the
        induced effect, crowding out to every effect.
    events : mapping of str to Event
        By pledge: each has its own realisation and displacement.
    late : mapping of (str, str) to ndarray, shape (y, c)
        By pledge and phase: when it happens with delay.

    References
    ----------
    [hca_2014], chapter 2; [hm_treasury_green_book_2022], annex on place-based analysis.
    """

    reference_case: str
    leakage: str
    crowding_out: str
    events: Mapping[str, Event]
    late: Mapping[tuple[str, str], Array]

    def factor(self, step: str, response: Response, draws: Draws) -> Array:
        """Return what a step leaves of each effect, shape (e, c)."""
        event = self.events[response.pledge]
        site = event.operation if response.phase == "operation" else None
        keep = np.ones_like(response.weight)
        if step == "realisation and delay":
            realised = site.realised if site is not None and site.realised else event.realised
            return keep * draws[realised]
        if step == "reference case":
            return keep * (1.0 - draws[event.reference_case or self.reference_case])
        if step == "displacement":
            for name in site.displacement if site is not None else ():
                keep = keep * (1.0 - draws[name])
            return keep
        if step == "crowding out":
            return keep * (1.0 - draws[self.crowding_out])
        for row, effect in enumerate(response.effects):
            if effect == "induced":
                keep[row] = 1.0 - draws[self.leakage]
        return keep


def gross_to_net(
    gross: ImpactResult,
    rules: Additionality,
    draws: Draws,
    net: str,
    *,
    steps: Sequence[str] = STEPS,
    displaced: Mapping[str, Mapping[str, Array]] | None = None,
) -> dict[str, ImpactResult]:
    """Walk from gross to net and keep what is left after each step.

    Parameters
    ----------
    gross : ImpactResult
        As announced: everything is built, on time, and nothing would have come anyway.
    rules : Additionality
    draws : Draws
    net : str
        Scenario name of the results after the first step.
    steps : sequence of str
    displaced : mapping of str to mapping of str to ndarray, shape (r, c) [share], optional
        Of a result by region: where the activity is lost that a displacement parameter takes, by
        parameter and pledge, in the order of the result's regions. Where left out, at the site.

    Returns
    -------
    dict of str to ImpactResult
        By step, in order; the first is `gross` and the last is net. With the realisation step the
        profile over the years becomes the late one.
    """
    InputError.raise_if(
        [
            Fault("gross_to_net", "step", "unknown step", nearest(step, STEPS), value=step)
            for step in steps
            if step not in STEPS
        ]
    )
    results = {steps[0]: gross}
    current = gross
    for step in steps[1:]:
        responses = []
        elsewhere = step == "displacement" and displaced is not None
        before = _displaced_by_place(current, rules, draws, displaced or {}) if elsewhere else None
        # Every area of a pledge keeps the same share: it is worked out once, and held once.
        weights: dict[tuple[object, ...], Array] = {}
        for response in before or current.responses:
            key = (response.pledge, response.phase, response.effects, id(response.weight))
            if not elsewhere and key not in weights:
                weights[key] = response.weight * rules.factor(step, response, draws)
            weight = response.weight if elsewhere else weights[key]
            profile = response.profile
            if step == "realisation and delay":
                profile = rules.late[response.pledge, response.phase]
            responses.append(replace(response, weight=weight, profile=profile))
        provenance = current.provenance.step(f"after {step}")
        current = replace(current, scenario=net, responses=tuple(responses), provenance=provenance)
        results[step] = current
    return results


def _displaced_by_place(
    result: ImpactResult,
    rules: Additionality,
    draws: Draws,
    displaced: Mapping[str, Mapping[str, Array]],
) -> tuple[Response, ...]:
    """Return the responses of every region less what is displaced there, whole or not at all.

    What a site displaces is as much as its share of the effects of all regions together; it is
    taken off where that activity is, so that the sum over regions is what it is nationally.
    """
    regions = result.regions
    found = []
    for pledge, phase in dict.fromkeys((r.pledge, r.phase) for r in result.responses):
        parts = [r for r in result.responses if (r.pledge, r.phase) == (pledge, phase)]
        site = rules.events[pledge].operation if phase == "operation" else None
        for name in site.displacement if site is not None else ():
            if name not in displaced:
                mend = nearest(name, displaced)
                raise InputError.one("study", "regions.displaced", "no place", mend, value=name)
            shares = dict(zip(regions, displaced[name][pledge], strict=True))
            whole = {m: sum(part.values[m] for part in parts) for m in result.units}
            parts = [
                replace(
                    part,
                    values={
                        m: part.values[m] - shares[part.region] * draws[name] * whole[m]
                        for m in result.units
                    },
                )
                for part in parts
            ]
        found += parts
    return tuple(found)
