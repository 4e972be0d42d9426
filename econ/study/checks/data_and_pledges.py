"""What may be wrong between a study file and the data, assumptions and templates it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from econ.data.catalogue import Catalogue
from econ.errors import Fault, nearest
from econ.inputoutput.regional.methods import METHODS, QUOTIENTS
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions
from econ.scenario.declarations import HouseholdsTable, Promise, StudyTable
from econ.scenario.events import Event, Programme
from econ.scenario.pledges import lineage
from econ.scenario.regions import RegionsTable

__all__ = [
    "commitment_faults",
    "dataset_faults",
    "household_faults",
    "parameter_faults",
    "pledge_faults",
    "promise_faults",
    "record_faults",
    "region_faults",
    "unit_faults",
]


def dataset_faults(
    file: str,
    study: StudyTable,
    roles: Mapping[str, str],
    data: Catalogue,
    optional: Sequence[str] = (),
) -> list[Fault]:
    """Return every role whose dataset the catalogue does not hold, or holds in another schema."""
    faults = []
    for role, schema in roles.items():
        name = getattr(study, role)
        if not name and role in optional:
            continue
        fitting = [entry.name for entry in data if entry.schema.name == schema]
        if name not in data:
            mend = nearest(name, data.entries)
            faults.append(Fault(file, role, "no such dataset", mend, "study", name))
        elif name not in fitting:
            problem = f"a dataset of the schema {data.entry(name).schema.name}, not {schema}"
            faults.append(Fault(file, role, problem, nearest(name, fitting), "study", name))
    home = data.entry(study.table).region if study.table in data else ""
    if home and study.region != home:
        mend = f"the table is of {home}; name its areas under [regions]"
        faults.append(Fault(file, "region", "not the table's", mend, "study", study.region))
    return faults


def record_faults(file: str, record: pd.DataFrame | None, commitments: pd.DataFrame) -> list[Fault]:
    """Return rows of the realisation record whose commitment or unit is not known."""
    if record is None:
        return []
    units = dict(zip(commitments["commitment"], commitments["unit"], strict=True))
    faults = []
    for name, unit in zip(record["commitment"], record["unit"], strict=True):
        if name not in units:
            mend = nearest(name, units)
            faults.append(Fault(file, "record", "no such commitment", mend, value=name))
        elif unit != units[name]:
            mend = f"the commitment counts {units[name]}"
            faults.append(Fault(file, "record", "another unit", mend, name, unit))
    return faults


SIZED: Final = tuple(name for name, quotient in QUOTIENTS.items() if quotient.sized)
REGIONAL_ROLES: Final[Mapping[str, str]] = {
    "classification": "CLASSIFICATION",
    "employment": "REGIONAL_ACCOUNTS",
    "places": "PLACES",
    "tiles": "TILES",
}


def region_faults(
    file: str, settings: RegionsTable | None, events: Sequence[Event], data: Catalogue
) -> list[Fault]:
    """Return datasets of a study's regions that are missing, and pledges without a place."""
    if settings is None:
        return []
    faults = []
    for role, schema in REGIONAL_ROLES.items():
        name = getattr(settings, role)
        fitting = [entry.name for entry in data if entry.schema.name == schema]
        if name not in fitting and (name or role != "tiles"):
            problem = f"no such dataset of the schema {schema}"
            faults.append(Fault(file, role, problem, nearest(name, fitting), "regions", name))
    for name in dict.fromkeys((settings.method, *settings.others)):
        needed = "delta" if name in SIZED else "cross_hauling" if name == "charm" else ""
        if name not in METHODS:
            mend = nearest(name, METHODS)
            faults.append(Fault(file, "method", "no such method", mend, "regions", name))
        elif needed and not getattr(settings, needed):
            mend = f"name a parameter: {needed} = ..."
            faults.append(Fault(file, needed, f"{name} has no default for it", mend, "regions"))
    # Public money that others spend is where they are.
    pledges = [event.pledge for event in events if not event.supports]
    for name in pledges:
        if name not in settings.sites:
            mend = 'name the areas of its sites: {area = "remainder"}'
            faults.append(Fault(file, "sites", "a pledge without a place", mend, "regions", name))
    for name in settings.sites:
        if name not in pledges:
            mend = nearest(name, pledges)
            faults.append(Fault(file, "sites", "no such event", mend, "regions", name))
    taken = [event.transfer_in("operation") for event in events]
    taken += [lost.parameter for event in events for lost in event.displacement_in("operation")]
    for name in dict.fromkeys(name for name in taken if name):
        if name not in settings.displaced:
            mend = "name the industry that loses it"
            problem = "displacement without a place"
            faults.append(Fault(file, "displaced", problem, mend, "regions", name))
    return faults


def unit_faults(
    file: str, wanted: Iterable[tuple[str, tuple[str, ...]]], assumptions: Assumptions
) -> list[Fault]:
    """Return parameters whose unit does not fit their place: years for a share, other money.

    Parameters
    ----------
    wanted : iterable of (str, tuple of str)
        Each parameter with the units its place takes; none for any unit.
    """
    faults = []
    for name, units in dict.fromkeys(wanted):
        if units and name in assumptions and assumptions[name].unit not in units:
            found = assumptions[name].unit
            mend = f"this place takes {' or '.join(units)}"
            faults.append(Fault(file, "unit", f"{name} is in {found}", mend, value=name))
    return faults


def parameter_faults(
    file: str, named: Sequence[str], promises: Sequence[Promise], assumptions: Assumptions
) -> list[Fault]:
    """Return every parameter that is named outside of the events and that nobody knows."""
    names = list(named)
    names += [name for promise in promises for name in promise.implied.values()]
    known = [parameter.name for parameter in assumptions]
    return [
        Fault(file, "parameter", "unknown parameter", nearest(name, known), value=name)
        for name in dict.fromkeys(names)
        if name not in assumptions
    ]


def pledge_faults(
    file: str, pledges: pd.DataFrame, events: Sequence[Event], excluded: Mapping[str, str]
) -> list[Fault]:
    """Return pledges that do not exist, count twice, are forgotten, or have no amount."""
    ids = list(pledges["pledge"])
    modelled = [event.pledge for event in events]
    unknown = [
        Fault(file, "pledge", "no such pledge", nearest(name, ids), value=name)
        for name in [*modelled, *excluded]
        if name not in ids
    ]
    found = unknown or [
        *_counted_twice(file, pledges, modelled),
        *_forgotten(file, pledges, modelled, excluded),
        *_amount_faults(file, pledges, events),
    ]
    return list(dict.fromkeys(found))


def _counted_twice(file: str, pledges: pd.DataFrame, modelled: Sequence[str]) -> list[Fault]:
    same = dict(zip(pledges["pledge"].tolist(), pledges["same_as"].tolist(), strict=True))
    meant = {name: same[name] if isinstance(same[name], str) else name for name in modelled}
    lines = lineage(pledges, meant.values())
    above = {name: lines[subject] for name, subject in meant.items()}
    times = Counter(modelled)
    speaking: dict[str, list[str]] = {}  # who speaks of a pledge, and who is inside of it
    inside: dict[str, list[str]] = {}
    for name in dict.fromkeys(modelled):
        speaking.setdefault(meant[name], []).append(name)
        for whole in above[name]:
            inside.setdefault(whole, []).append(name)
    faults = []
    for name in modelled:
        if times[name] > 1:
            mend = "a pledge is an event once; delete one"
            faults.append(Fault(file, "pledge", "counted twice", mend, value=name))
        others = [other for other in speaking[meant[name]] if other != name]
        mends = [f"it speaks of the same as '{other}'; keep one of the two" for other in others]
        wholes = [other for whole in above[name] for other in speaking.get(whole, ())]
        mends += [
            f"'{other}' contains '{name}': model the whole or its parts, not both"
            for other in wholes
        ]
        if meant[name] != name:
            mends += [
                f"it speaks of '{meant[name]}', which contains '{other}'; keep one"
                for other in inside.get(meant[name], ())
                if other not in wholes
            ]
        faults += [Fault(file, "pledge", "counted twice", mend, value=name) for mend in mends]
    return faults


def _forgotten(
    file: str, pledges: pd.DataFrame, modelled: Sequence[str], excluded: Mapping[str, str]
) -> list[Fault]:
    both = [
        Fault(file, "pledge", "modelled and excluded", "delete one of the two", value=name)
        for name in modelled
        if name in excluded
    ]
    containing = {above for line in lineage(pledges, modelled).values() for above in line}
    both += [
        Fault(file, "pledge", "excluded, but its parts are modelled", "delete one", value=name)
        for name in sorted(containing & set(excluded))
    ]
    known = containing | set(modelled) | set(excluded)
    announced = pledges.loc[pledges["record"] == "article", "pledge"].tolist()
    lines = lineage(pledges, [*modelled, *announced])
    roots = {name: line[-1] if line else name for name, line in lines.items()}
    trees = {roots[name] for name in modelled}
    mend = "make it an [[event]], or an [[excluded]] with why"
    return both + [
        Fault(file, "pledge", "neither modelled nor excluded", mend, value=name)
        for name in announced
        if name not in known and roots[name] in trees
    ]


def _amount_faults(file: str, pledges: pd.DataFrame, events: Sequence[Event]) -> list[Fault]:
    """Return parts of nothing, wholes without an amount, and parts that do not add up."""
    rows = pledges.set_index("pledge")
    faults = []
    remainders: dict[str, int] = {}
    for event in events:
        found = [size.given for size in event.sizes() if size.column == "amount"]
        if not found:
            continue
        money = found[0]
        whole = event.pledge if "own" in money else rows["parent"][event.pledge]
        alone = not {"own", "share", "remainder"} & set(money)
        if alone and (event.supports or not isinstance(whole, str)):
            continue
        if not isinstance(whole, str) or not whole:
            mend = "give it { own = YEAR }, or a parent in the pledge file"
            faults.append(Fault(file, "amount", "a part of no parent", mend, value=event.pledge))
        elif pd.isna(rows["amount"][whole]):
            mend = "choose a pledge or parent with an amount"
            faults.append(Fault(file, "amount", "no amount announced", mend, value=whole))
        elif "own" not in money:
            remainders[whole] = remainders.get(whole, 0) + bool(money.get("remainder"))
    for whole, count in remainders.items():
        if count != 1:
            mend = "give exactly one of its parts { remainder = true }"
            problem = "its parts do not add up" if count == 0 else "its remainder counts twice"
            faults.append(Fault(file, "amount", problem, mend, value=whole))
    return faults


def promise_faults(
    file: str, promises: Sequence[Promise], modelled: Sequence[str], products: Axis
) -> list[Fault]:
    """Return pledges and products that a promise is compared with and that are not modelled."""
    faults = []
    for promise in promises:
        named = [*promise.implied, *([promise.peak["pledge"]] if promise.peak else [])]
        faults += [
            Fault(file, "pledge", "not modelled", nearest(name, modelled), promise.commitment, name)
            for name in named
            if name not in modelled
        ]
        product = promise.peak.get("product", products.labels[0])
        if product not in products:
            mend = nearest(product, products.labels)
            faults.append(
                Fault(file, "product", "unknown product", mend, promise.commitment, product)
            )
    return faults


def household_faults(
    file: str, households: HouseholdsTable, products: Axis, final_uses: Axis
) -> list[Fault]:
    """Return the basket and the products left out that the table does not have."""
    named = [("basket", households.basket, final_uses)]
    named += [("without", name, products) for name in households.without]
    return [
        Fault(file, column, f"unknown {axis.name}", nearest(n, axis.labels), "households", n)
        for column, n, axis in named
        if n not in axis
    ]


def commitment_faults(
    file: str,
    commitments: pd.DataFrame,
    events: Sequence[Event],
    programmes: Sequence[Programme],
    promises: Sequence[Promise],
) -> list[Fault]:
    """Return commitments that do not exist, are of another kind, have no number, or count twice.

    A promised number is used once in every column: as jobs, as money, as money a year.
    """
    promised = ("jobs_permanent", "jobs_construction")
    # By use: each commitment with the kinds its place takes, none for any.
    uses: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for event in events:
        for size in event.sizes():
            if size.commitment:
                uses.setdefault(size.column, []).append((size.commitment, size.kinds))
    for promise in promises:
        uses.setdefault("promise", []).append((promise.commitment, promised))
    for programme in programmes:
        uses.setdefault(programme.kind, []).append((programme.commitment, (programme.takes,)))
    rows = commitments.set_index("commitment")
    faults: list[Fault] = []
    for use, entries in uses.items():
        names = [name for name, _ in entries]
        for name, kinds in dict.fromkeys(entries):
            if name not in rows.index:
                mend = nearest(name, rows.index)
                faults.append(Fault(file, "commitment", "no such commitment", mend, use, name))
                continue
            kind, amount = rows["kind"][name], rows["amount"][name]
            if kinds and kind not in kinds:
                mend = f"this place takes {' or '.join(kinds)}"
                faults.append(Fault(file, "commitment", f"of the kind {kind}", mend, use, name))
            if pd.isna(amount) or amount == 0:
                mend = "choose a commitment with a number above zero"
                faults.append(Fault(file, "commitment", "no number", mend, use, name))
            if names.count(name) > 1:
                mend = "name it once"
                faults.append(Fault(file, "commitment", "counted twice", mend, use, name))
    return list(dict.fromkeys(faults))
