"""The study's own words for electricity: how much each site uses, its price and its carbon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, nearest
from econ.quantity.parameters import Assumptions, Draws, bare_name
from econ.scenario.bill_of_goods import Template
from econ.scenario.crosschecks import Quantity, QuantityTable

__all__ = [
    "CarbonTable",
    "EnergySiteTable",
    "EnergyTable",
    "can_be_metered",
    "electricity",
    "electricity_bill",
    "energy_faults",
]

Array = npt.NDArray[np.float64]
YEARLY: Final = "GWh per year"
CARBON: Final = "tCO2e per GWh"


class CarbonTable(Declared):
    """One ``[[energy.carbon]]``: a way to count the carbon of electricity."""

    label: NonEmpty
    method: Literal["location-based", "market-based", "marginal", "consequential"]
    factor: NonEmpty
    note: str = ""


class EnergySiteTable(Declared):
    """One ``[[energy.site]]``: the electricity of a pledge's site in a year of full operation."""

    pledge: NonEmpty
    electricity: QuantityTable
    within: str = ""
    price: NonEmpty
    reported: QuantityTable | None = None
    note: str = ""

    def sides(self) -> tuple[QuantityTable, ...]:
        """Return what is reckoned, and what is reported where there is a report."""
        return (self.electricity,) if self.reported is None else (self.electricity, self.reported)


class EnergyTable(Declared):
    """``[energy]`` of a study."""

    product: NonEmpty
    why: str = ""
    carbon: Annotated[list[CarbonTable], Field(min_length=1)]
    site: Annotated[list[EnergySiteTable], Field(min_length=1)]

    def parameters(self, money: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the parameters with the units their place takes; those of quantities, with any."""
        found: list[tuple[str, tuple[str, ...]]]
        found = [(entry.factor, (CARBON,)) for entry in self.carbon]
        return found + [(entry.price, (f"{money} per GWh",)) for entry in self.site]

    def named(self) -> list[str]:
        """Return every parameter of the section."""
        names = [name for name, _ in self.parameters("")]
        for site in self.site:
            for side in site.sides():
                names += [side.parameter, *map(bare_name, (*side.times, *side.per))]
        return [name for name in dict.fromkeys(names) if name]


def quantity(table: QuantityTable) -> Quantity:
    """Turn a side into its record."""
    return Quantity(
        table.words,
        table.commitment,
        tuple(table.pledges),
        table.parameter,
        tuple(table.times),
        tuple(table.per),
    )


def electricity(
    site: EnergySiteTable,
    draws: Draws,
    amounts: Mapping[str, Array],
    promised: Callable[[str], float],
) -> tuple[Array, Array | None]:
    """Return the electricity of a site, as reckoned and as reported [GWh per year].

    Parameters
    ----------
    site : EnergySiteTable
    draws : Draws
    amounts : mapping of str to ndarray, shape (c,)
        Investment of every pledge, and of its groups.
    promised : callable
        From a commitment to its number.
    """
    found = [quantity(side).values(draws, amounts, promised) for side in site.sides()]
    return found[0], found[1] if len(found) > 1 else None


def can_be_metered(table: EnergyTable | None, pledge: str, amounts: Mapping[str, Array]) -> bool:
    """Return whether the electricity of a site follows from money that is spent.

    It does not where another template was given to the pledge, without the group that it names.
    """
    sites = [] if table is None else [s for s in table.site if pledge in (s.pledge, s.within)]
    named = [name for site in sites for name in site.electricity.pledges]
    return pledge in {site.pledge for site in sites} and all(name in amounts for name in named)


def electricity_bill(
    table: EnergyTable,
    pledge: str,
    draws: Draws,
    amounts: Mapping[str, Array],
    promised: Callable[[str], float],
) -> Array:
    """Return the electricity a site buys in a year, less that of sites within it, at one price.

    Parameters
    ----------
    table : EnergyTable
    pledge : str
        One of its sites.
    draws, amounts, promised
        As of `electricity`.

    Returns
    -------
    ndarray, shape (c,) [money of the study per year]
        Nothing where those within it use more than the site is reckoned to. At the central price
        in every draw: a dearer kWh takes no more people to make.
    """
    (site,) = (entry for entry in table.site if entry.pledge == pledge)
    used = electricity(site, draws, amounts, promised)[0]
    for inner in table.site:
        if inner.within == pledge:
            used = used - electricity(inner, draws, amounts, promised)[0]
    bill: Array = np.maximum(used, 0.0) * draws[site.price][:1]
    return bill


def _nesting_faults(file: str, table: EnergyTable) -> list[Fault]:
    """Return sites that are named twice, and sites within one that is within another."""
    names = [site.pledge for site in table.site]
    faults = [
        Fault(file, "pledge", "named twice", "write its site once", f"energy {name}", name)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    apart = {site.pledge for site in table.site if not site.within}
    mend = "name a site that is within no other"
    return faults + [
        Fault(file, "within", "no site apart", mend, f"energy {site.pledge}", site.within)
        for site in table.site
        if site.within in names and site.within not in apart
    ]


def energy_faults(
    file: str,
    table: EnergyTable | None,
    assumptions: Assumptions,
    *,
    commitments: Mapping[str, str],
    templates: Mapping[str, Template],
    products: Iterable[str],
    money: str,
) -> list[Fault]:
    """Return names nobody knows, quantities that are no GWh a year, and sites within no site.

    Parameters
    ----------
    file : str
    table : EnergyTable or None
    assumptions : Assumptions
    commitments : mapping of str to str
        Unit of every commitment.
    templates : mapping of str to Template
        Of the investment of every modelled pledge.
    products : iterable of str
    money : str
    """
    if table is None:
        return []
    made = list(products)
    faults = _nesting_faults(file, table)
    if table.product not in made:
        mend = nearest(table.product, made)
        faults.append(Fault(file, "product", "unknown product", mend, "energy", table.product))
    names = [parameter.name for parameter in assumptions]
    told = {name for name, _ in table.parameters(money)}
    faults += [
        Fault(file, "energy", "unknown parameter", nearest(name, names), value=name)
        for name in table.named()
        if name not in assumptions and name not in told
    ]
    sites = [site.pledge for site in table.site]
    spent = [*templates, *(f"{pledge}.{g}" for pledge, t in templates.items() for g in t.groups)]
    for site in table.site:
        known = [("pledge", site.pledge, list(templates))]
        known += [("within", site.within, sites)] if site.within else []
        for side in site.sides():
            known += [("pledge", name, spent) for name in side.pledges]
            known += [("commitment", side.commitment, list(commitments))] if side.commitment else []
        wrong = [
            Fault(file, column, "unknown", nearest(value, there), f"energy {site.pledge}", value)
            for column, value, there in known
            if value not in there
        ]
        faults += wrong
        if wrong or any(name not in assumptions for name in table.named()):
            continue
        for side in site.sides():
            unit = quantity(side).unit(assumptions, commitments, money)
            if unit != YEARLY:
                mend = f"its parts make {unit}; change them"
                where = f"energy {site.pledge}"
                faults.append(Fault(file, "electricity", f"not {YEARLY}", mend, where, side.words))
    return faults
