"""From gross to net: what is built, what would have come anyway, and what others lose, in order.

Each step multiplies what the step before it left, or takes off a loss that is sized by it, so no
euro and no job is taken off twice: realisation asks whether the money is spent at all, the
reference case whether it would have been spent here anyway, the transfer what only moves within the
firm, displacement what others lose, substitution what the firm would have done in another way,
leakage what pay is spent abroad, the funding offset what public money costs where it is taken,
crowding out which workers come from other jobs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.factored import Lessened, Summed
from econ.impact.result import ImpactResult, Response
from econ.quantity.parameters import Draws
from econ.scenario.events import Event
from econ.scenario.losers import lost_by_payers, lost_by_rivals
from econ.scenario.steps_to_net import (
    ATTRIBUTION,
    CROWDING,
    DISPLACEMENT,
    FUNDING,
    LEAKAGE,
    REALISATION,
    REFERENCE,
    STEPS,
    SUBSTITUTION,
    TRANSFER,
    taken,
)

__all__ = ["Additionality", "Clearing", "Slack", "gross_to_net"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slack:
    """How crowding out follows the slack of the labour market around a site.

    Parameters
    ----------
    response : str
        Parameter [ratio]: how much crowding out rises where the rate of unemployment is lower, in
        share per share.
    unemployment : str
        Parameter [share]: the rate at which crowding out is what the study says.
    """

    response: str
    unemployment: str


@dataclass(frozen=True)
class Clearing:
    """How crowding out grows with the years that a site is built or runs.

    Parameters
    ----------
    share : str
        Parameter [share]: what the labour market takes in the long run of what crowding out leaves
        at first.
    years : str
        Parameter [years]: until then, in a straight line.
    """

    share: str
    years: str


@dataclass(frozen=True)
class Additionality:
    """The parameters of the way from gross to net.

    Parameters
    ----------
    reference_case, leakage, crowding_out : str
        Parameter names. An event may have a reference case of its own. Leakage applies to the
        induced effect, crowding out to every effect.
    events : mapping of str to Event
        By pledge: each has its own realisation, displacement and labour market.
    late : mapping of (str, str, str) to ndarray, shape (y, c)
        By pledge, phase and stream: when it happens with delay.
    slack : Slack, optional
        Without it crowding out is the same everywhere.
    clearing : Clearing, optional
        Without it crowding out is the same in every year.
    attribution : str
        Parameter: the share of what is carried out that policy caused. It answers another question
        than the reference case and takes its place in steps that ask for it.
    public_money : mapping of (str, str) to ndarray, shape (c,) [money of the study]
        What the state pays, as announced: by the event that pays and the pledge that gets it.

    References
    ----------
    [hca_2014], chapter 2; [hm_treasury_green_book_2022], annex on place-based analysis.
    """

    reference_case: str
    leakage: str
    crowding_out: str
    events: Mapping[str, Event]
    late: Mapping[tuple[str, str, str], Array]
    slack: Slack | None = None
    attribution: str = ""
    public_money: Mapping[tuple[str, str], Array] = field(default_factory=dict)
    clearing: Clearing | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """Steps that some event or the study has a parameter for."""
        named = {step for event in self.events.values() for step, _ in event.roles()}
        return taken(named, public=any(event.public for event in self.events.values()))

    @property
    def policy_steps(self) -> tuple[str, ...]:
        """The same with what policy caused in place of the reference case."""
        return tuple(ATTRIBUTION if step == REFERENCE else step for step in self.steps)

    def factor(self, step: str, response: Response, draws: Draws) -> Array:
        """Return what a step leaves of each effect, shape (e, c)."""
        event = self.events[response.pledge]
        if step == CROWDING:
            return self._crowded(event, response, draws)
        if step == LEAKAGE:
            keep = np.ones_like(response.weight)
            for row, effect in enumerate(response.effects):
                if effect == "induced":
                    keep[row] = 1.0 - draws[self.leakage]
            return keep
        left: Array = np.ones_like(response.weight) * self._left(step, event, response.phase, draws)
        return left

    def _left(self, step: str, event: Event, phase: str, draws: Draws) -> Array:
        """Return what a step leaves of a phase, the same of every effect, shape (c,)."""
        names = shares(step, event, phase)
        if step == REALISATION:
            return event.carried_out(phase, draws)
        if step == REFERENCE:
            names = (event.reference_case or self.reference_case,)
        if step == ATTRIBUTION:
            return draws[self.attribution] if self.attribution else np.ones(draws.columns)
        if step == FUNDING:
            return 1.0 - event.offsets(draws)
        left = np.ones(draws.columns)
        for name in names:
            left = left * (1.0 - draws[name])
        return left

    def _crowded(self, event: Event, response: Response, draws: Draws) -> Array:
        """Return what crowding out leaves, shape (e, c): at the site by its own labour market."""
        everywhere = draws[self.crowding_out]
        keep = np.ones_like(response.weight) * (1.0 - everywhere)
        if self.slack is not None and event.unemployment:
            gap = draws[self.slack.unemployment] - draws[event.unemployment]
            here = np.clip(everywhere + draws[self.slack.response] * gap, 0.0, 1.0)
            for row, effect in enumerate(response.effects):
                if effect == "direct" and not response.stream:
                    keep[row] = 1.0 - here
        return keep

    def cleared(self, response: Response, draws: Draws) -> Array | float:
        """Return what is left in each year as the labour market clears, shape (y, c).

        The clock of a phase starts in the first year in which any of it happens; what others lose
        by it goes by the same clock.
        """
        if self.clearing is None:
            return 1.0
        key = response.pledge, response.phase
        begun = [profile for name, profile in self.late.items() if name[:2] == key]
        happens = np.sum(begun or [response.profile], axis=0) > 0.0
        first = np.where(happens.any(axis=0), happens.argmax(axis=0), len(happens))
        age = np.maximum(np.arange(len(happens))[:, None] - first, 0)
        span = np.broadcast_to(draws[self.clearing.years], age.shape)
        # Where no years are needed, all of it is taken at once.
        done = np.divide(age, span, out=np.ones(age.shape), where=age < span)
        left: Array = 1.0 - draws[self.clearing.share] * done
        return left


def shares(step: str, event: Event, phase: str) -> tuple[str, ...]:
    """Return the parameters by which a step takes off a share of an event's own activity."""
    if step == DISPLACEMENT:
        return tuple(lost.parameter for lost in event.displacement_in(phase) if not lost.product)
    one = {TRANSFER: event.transfer_in(phase), SUBSTITUTION: event.substitution_in(phase)}
    return (one[step],) if one.get(step) else ()


def gross_to_net(
    gross: ImpactResult,
    rules: Additionality,
    draws: Draws,
    net: str,
    *,
    steps: Sequence[str] | None = None,
    displaced: Mapping[str, Mapping[str, Array]] | None = None,
    losers: Sequence[Response] = (),
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
    steps : sequence of str, optional
        Those that the rules have parameters for, where left out.
    displaced : mapping of str to mapping of str to ndarray, shape (r, c) [share], optional
        Of a result by region: where the activity is lost that a share of transfer or displacement
        takes, by parameter and pledge, in the order of the result's regions. Where left out, at the
        site.
    losers : sequence of Response
        What a unit of demand does of those who lose by a pledge, each under the name of its
        `Rival` or `Payer`. Losses in a product are the step's jobs ratio times the direct jobs of
        the event that are left, with everything that hangs on them; losses of payers are the
        money that is taken, with everything that hangs on it.

    Returns
    -------
    dict of str to ImpactResult
        By step, in order; the first is `gross` and the last is net. With the realisation step the
        profile over the years becomes the late one.

    Raises
    ------
    InputError
        When a step is unknown, or others would lose jobs in a product that has none.
    """
    asked = rules.steps if steps is None else tuple(steps)
    known = (*STEPS, ATTRIBUTION)
    InputError.raise_if(
        [
            Fault("gross_to_net", "step", "unknown step", nearest(step, known), value=step)
            for step in asked
            if step not in known
        ]
    )
    results = {asked[0]: gross}
    current = gross
    for step in asked[1:]:
        lost = _lost(step, current, rules, draws, losers)
        elsewhere = step in (TRANSFER, DISPLACEMENT) and displaced is not None
        before = (
            _displaced_by_place(current, rules, draws, step, displaced or {})
            if elsewhere
            else current.responses
        )
        responses = []
        # Every area of a pledge keeps the same share: it is worked out once, and held once.
        weights: dict[tuple[object, ...], Array] = {}
        profiles: dict[tuple[object, ...], Array] = {}
        for response in before:
            who = (response.pledge, response.phase, response.stream, response.effects)
            key = (*who, id(response.weight))
            if not elsewhere and key not in weights:
                weights[key] = response.weight * rules.factor(step, response, draws)
            weight = response.weight if elsewhere else weights[key]
            profile = response.profile
            if step == REALISATION:
                profile = rules.late[response.pledge, response.phase, response.stream]
            if step == CROWDING and rules.clearing is not None:
                when = (response.pledge, response.phase, id(profile))
                if when not in profiles:
                    profiles[when] = profile * rules.cleared(response, draws)
                profile = profiles[when]
            responses.append(replace(response, weight=weight, profile=profile))
        provenance = current.provenance.step(f"after {step}")
        current = replace(
            current, scenario=net, responses=(*responses, *lost), provenance=provenance
        )
        results[step] = current
    return results


def _lost(
    step: str, result: ImpactResult, rules: Additionality, draws: Draws, losers: Sequence[Response]
) -> list[Response]:
    """Return what a step has others lose: below zero, in responses of their own."""
    if step == DISPLACEMENT:
        return lost_by_rivals(result, rules.events, draws, losers)
    if step == FUNDING:
        return lost_by_payers(rules.events, rules.public_money, rules.late, draws, losers)
    return []


def _displaced_by_place(
    result: ImpactResult,
    rules: Additionality,
    draws: Draws,
    step: str,
    displaced: Mapping[str, Mapping[str, Array]],
) -> tuple[Response, ...]:
    """Return the responses of every region less what a step takes there, whole or not at all.

    What a site displaces is as much as its share of the effects of all regions together; it is
    taken off where that activity is, so that the sum over regions is what it is nationally.
    """
    regions = result.regions
    found = []
    for key in dict.fromkeys((r.pledge, r.phase, r.stream) for r in result.responses):
        pledge, phase, _ = key
        parts = [r for r in result.responses if (r.pledge, r.phase, r.stream) == key]
        for name in shares(step, rules.events[pledge], phase):
            if name not in displaced:
                mend = nearest(name, displaced)
                raise InputError.one("study", "regions.displaced", "no place", mend, value=name)
            by_place = dict(zip(regions, displaced[name][pledge] * draws[name], strict=True))
            whole = Summed(tuple(part.values for part in parts))
            parts = [
                replace(part, values=Lessened(part.values, whole, by_place[part.region]))
                for part in parts
            ]
        found += parts
    return tuple(found)
