"""The steps from gross to net, in order: what each is called, whose it is, and what it takes off.

Every other module takes the name of a step from here. A new step is a `Step` of this table, a
branch of `Additionality.factor` or of what others lose, and its parameter in a role of an event or
of the study.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ABANDONMENT",
    "ATTRIBUTION",
    "CROWDING",
    "DISPLACEMENT",
    "FUNDING",
    "GROSS",
    "LEAKAGE",
    "PLAIN_WORDS",
    "REALISATION",
    "REFERENCE",
    "STEPS",
    "SUBSTITUTION",
    "TABLE",
    "TRANSFER",
    "Step",
    "taken",
]

GROSS: Final = "gross"
REALISATION: Final = "realisation and delay"
REFERENCE: Final = "reference case"
TRANSFER: Final = "intra-firm transfer"
DISPLACEMENT: Final = "displacement"
SUBSTITUTION: Final = "substitution"
LEAKAGE: Final = "leakage"
FUNDING: Final = "funding offset"
CROWDING: Final = "crowding out"

# Beside the path: a chance within realisation, and another question in place of the reference case.
ABANDONMENT: Final = "abandonment"
ATTRIBUTION: Final = "policy attribution"


@dataclass(frozen=True)
class Step:
    """One step from gross to net.

    Parameters
    ----------
    name : str
        As tables, charts and messages call it.
    needs : {"nothing", "event", "public money"}
        What a study must have for the step to be taken: nothing, for the steps of every study; an
        event that names a parameter for it; or an event that spends public money.
    takes : str
        A sentence in plain words: what it takes off.
    """

    name: str
    needs: Literal["nothing", "event", "public money"]
    takes: str


TABLE: Final = (
    Step(GROSS, "nothing", ""),
    Step(
        REALISATION,
        "nothing",
        "Realisation and delay: what is not built, or later than announced.",
    ),
    Step(REFERENCE, "nothing", "Reference case: what would have come anyway."),
    Step(TRANSFER, "event", "Intra-firm transfer: what only moves within the firm."),
    Step(DISPLACEMENT, "event", "Displacement: what other producers sell less."),
    Step(SUBSTITUTION, "event", "Substitution: what the firm would have done in another way."),
    Step(LEAKAGE, "nothing", "Leakage: pay that goes to people who live abroad."),
    Step(FUNDING, "public money", "Funding offset: what public money costs where it is taken."),
    Step(CROWDING, "nothing", "Crowding out: workers taken from other jobs."),
)
STEPS: Final = tuple(step.name for step in TABLE)
PLAIN_WORDS: Final = {step.name: step.takes for step in TABLE if step.takes}


def taken(named: set[str], *, public: bool) -> tuple[str, ...]:
    """Return the steps a study takes, in order.

    Parameters
    ----------
    named : set of str
        Steps that some event names a parameter for.
    public : bool
        Whether some event spends public money.

    Examples
    --------
    >>> taken({"displacement"}, public=False)[3:]
    ('displacement', 'leakage', 'crowding out')
    """
    has = {"nothing": True, "public money": public}
    return tuple(step.name for step in TABLE if step.name in named or has.get(step.needs, False))
