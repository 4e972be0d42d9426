"""What the public purse gets of an impact: taxes, contributions and benefits saved, by level.

Value added is pay, taxes on production and surplus; product taxes on top of it make GDP. Every unit
of GDP goes to households (pay less what is levied on it), to firms (surplus less corporate tax) or
to a level of government, and these add up to GDP in every draw. Benefits saved are a transfer: they
are no part of GDP, and are kept apart from taxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, UnitError, nearest
from econ.impact.interval import interval
from econ.impact.result import EFFECTS, PHASES, ImpactResult, Response
from econ.impact.taxes import BENEFITS, ON_PAY, TAXES, FiscalRules
from econ.quantity.provenance import Provenance
from econ.quantity.units import PERSONS, Unit

__all__ = ["COLUMNS", "DIMENSIONS", "FiscalAccount", "FiscalEntry", "fiscal_account"]

Array = npt.NDArray[np.float64]

DIMENSIONS: Final = ("pledge", "phase", "effect", "region", "tax", "level", "year")
COLUMNS: Final = ("scenario", "model", *DIMENSIONS, "value", "low", "high", "unit")
NEEDED: Final = ("output", "gva", "gdp", "compensation", "employment", "taxes")


@dataclass(frozen=True)
class FiscalEntry:
    """What one part of an impact pays, and to whom what is left of its GDP goes.

    Parameters
    ----------
    pledge, phase, region : str
    effects : tuple of str
    values : mapping of str to ndarray, shape (e, c) [unit]
        By tax; benefits saved; net pay and surplus after tax. Already weighted.
    profile : ndarray, shape (y, c)
    """

    pledge: str
    phase: str
    region: str
    effects: tuple[str, ...]
    values: Mapping[str, Array]
    profile: Array


@dataclass(frozen=True)
class FiscalAccount:
    """What the public purse gets of an impact, by tax, level of government and year.

    Parameters
    ----------
    scenario, model : str
    years : tuple of int
    unit : Unit
    entries : tuple of FiscalEntry
    levels : mapping of str to mapping of str to ndarray, shape (c,) [share]
    provenance : Provenance
    """

    scenario: str
    model: str
    years: tuple[int, ...]
    unit: Unit
    entries: tuple[FiscalEntry, ...]
    levels: Mapping[str, Mapping[str, Array]]
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Levels of government."""
        return tuple(dict.fromkeys(name for shares in self.levels.values() for name in shares))

    def frame(self) -> pd.DataFrame:
        """Return the tidy frame with the columns of `COLUMNS`; all-zero rows are left out."""
        return self.by(*DIMENSIONS)

    def by(self, *dimensions: str) -> pd.DataFrame:
        """Sum over every dimension that is not named; a summed one reads ``_T``, a year 0.

        Parameters
        ----------
        *dimensions : str
            Some of ``pledge, phase, effect, region, tax, level, year``.

        Returns
        -------
        pandas.DataFrame
            With the columns of `COLUMNS`. The interval is that of the summed draws.
        """
        _check(dimensions, DIMENSIONS, "dimension")
        totals: dict[tuple[str | int, ...], Array] = {}
        for key, amount in self._amounts():
            kept = tuple(
                part if name in dimensions else (0 if name == "year" else "_T")
                for name, part in zip(DIMENSIONS, key, strict=True)
            )
            totals[kept] = totals[kept] + amount if kept in totals else amount
        rows = []
        for kept, amount in totals.items():
            value, low, high = (float(x) for x in interval(amount))
            if value or low or high:
                rows.append((self.scenario, self.model, *kept, value, low, high, str(self.unit)))
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def draws(
        self,
        taxes: Iterable[str] | None = None,
        *,
        level: str | None = None,
        pledges: Iterable[str] | None = None,
        phase: str | None = None,
        effect: str | None = None,
        years: Iterable[int] | None = None,
    ) -> Array:
        """Return a total, central value first and then every draw, shape (c,).

        Parameters
        ----------
        taxes : iterable of str, optional
            Some of `TAXES` and `BENEFITS`; all taxes, without benefits saved, where left out.
        level : str, optional
        pledges : iterable of str, optional
        phase, effect : str, optional
        years : iterable of int, optional
        """
        wanted = TAXES if taxes is None else tuple(taxes)
        _check(wanted, (*TAXES, BENEFITS), "tax")
        _check([] if level is None else [level], self.level_names, "level")
        return self._total(
            wanted, level=level, pledges=pledges, phase=phase, effect=effect, years=years
        )

    def incomes(
        self,
        *,
        pledges: Iterable[str] | None = None,
        phase: str | None = None,
        years: Iterable[int] | None = None,
    ) -> dict[str, Array]:
        """Return who gets the GDP: households, firms and each level of government.

        Returns
        -------
        dict of str to ndarray, shape (c,)
            The sum over all is GDP in every draw. Benefits saved are not in it.
        """
        chosen: dict[str, Any] = {
            "pledges": None if pledges is None else list(pledges),
            "phase": phase,
            "years": None if years is None else list(years),
        }
        found = {
            "households: pay after levies": self._total(["net pay"], **chosen),
            "firms: surplus after corporate tax": self._total(["surplus after tax"], **chosen),
        }
        for level in self.level_names:
            found[level] = self._total(TAXES, level=level, **chosen)
        return found

    def _total(
        self,
        names: Iterable[str],
        *,
        level: str | None = None,
        pledges: Iterable[str] | None = None,
        phase: str | None = None,
        effect: str | None = None,
        years: Iterable[int] | None = None,
    ) -> Array:
        chosen = None if pledges is None else list(pledges)
        wanted = self.years if years is None else tuple(years)
        for column, given, known in (
            ("pledge", chosen or [], [entry.pledge for entry in self.entries]),
            ("phase", [] if phase is None else [phase], PHASES),
            ("effect", [] if effect is None else [effect], EFFECTS),
            ("year", wanted, self.years),
        ):
            _check(given, known, column)
        rows = [index for index, year in enumerate(self.years) if year in wanted]
        total = np.zeros(self.entries[0].profile.shape[-1] if self.entries else 1)
        for entry in self.entries:
            if chosen is not None and entry.pledge not in chosen:
                continue
            if phase is not None and entry.phase != phase:
                continue
            picked = [i for i, name in enumerate(entry.effects) if effect in (None, name)]
            late = entry.profile[rows].sum(axis=0)
            for name in names:
                share = 1.0 if level is None else self.levels[name].get(level, 0.0)
                total = total + entry.values[name][picked].sum(axis=0) * share * late
        return total

    def _amounts(self) -> Iterator[tuple[tuple[str | int, ...], Array]]:
        for entry in self.entries:
            for tax, shares in self.levels.items():
                for level, share in shares.items():
                    for row, effect in enumerate(entry.effects):
                        size = entry.values[tax][row] * share
                        for index, year in enumerate(self.years):
                            key = (
                                entry.pledge,
                                entry.phase,
                                effect,
                                entry.region,
                                tax,
                                level,
                                year,
                            )
                            yield key, size * entry.profile[index]


def fiscal_account(result: ImpactResult, rules: FiscalRules) -> FiscalAccount:
    """Return what the public purse gets of an impact.

    Parameters
    ----------
    result : ImpactResult
        With output, value added, GDP, compensation, employment and product taxes; money in the
        rules' unit.
    rules : FiscalRules

    Returns
    -------
    FiscalAccount
        Additive over pledges; taxes and what is left of them are GDP in every draw.

    Raises
    ------
    InputError
        When the result lacks a measure, or its products are not those of the rules.
    UnitError
        When its money is not the rules' unit, or its jobs are not persons.

    Notes
    -----
    Value added beyond compensation is split by the table's share of net production taxes. A site
    whose value added is its pay alone therefore pays no taxes on production and has no surplus.

    Product taxes of the induced effect are of two kinds: those that makers pay on their inputs,
    which are output times the table's share, and the rest, which households pay.

    References
    ----------
    [esa_2010], chapter 8 (distribution of income).
    """
    faults = [
        Fault(
            "fiscal", "measure", "missing from the impact", "run a model that gives it", value=name
        )
        for name in NEEDED
        if name not in result.units
    ]
    mend = f"give one share for each of the {len(result.products)} products"
    faults += [
        Fault("fiscal", name, "other products", mend, value=len(shares))
        for name, shares in (
            ("production_taxes", rules.production_taxes),
            ("product_taxes", rules.product_taxes),
        )
        if len(shares) != len(result.products)
    ]
    InputError.raise_if(faults)
    rules.unit.check_same(result.units["compensation"], "reckon taxes")
    if result.units["employment"] != PERSONS:
        mend = "give heads; benefits are paid to persons"
        raise UnitError.not_comparable(
            result.units["employment"], PERSONS, "reckon benefits saved", mend
        )
    return FiscalAccount(
        scenario=result.scenario,
        model=result.model,
        years=result.years,
        unit=rules.unit,
        entries=tuple(_entry(response, rules) for response in result.responses),
        levels={tax: rules.levels[tax] for tax in (*TAXES, BENEFITS)},
        provenance=result.provenance.step("taxes, contributions and benefits"),
    )


def _entry(response: Response, rules: FiscalRules) -> FiscalEntry:
    of = response.values
    pay = of["compensation"].sum(axis=1)
    beyond = of["gva"] - of["compensation"]
    production = np.einsum("n,enc->ec", rules.production_taxes, beyond)
    surplus = beyond.sum(axis=1) - production
    on_products = of["taxes"].sum(axis=1)
    induced = np.array([[effect == "induced"] for effect in response.effects])
    of_makers = np.einsum("n,enc->ec", rules.product_taxes, of["output"])
    of_households = np.where(induced, on_products - of_makers, 0.0)
    vat = of_households * rules.vat_of_households
    vat += (on_products - of_households) * rules.vat_of_producers
    values = {name: pay * rules.on_pay[name] for name in ON_PAY}
    values["net pay"] = pay * (1.0 - np.asarray(sum(rules.on_pay.values())))
    values |= {
        "VAT": vat,
        "other product taxes": on_products - vat,
        "production taxes": production,
        "corporate tax": surplus * rules.corporate_tax,
        "surplus after tax": surplus * (1.0 - rules.corporate_tax),
        BENEFITS: of["employment"].sum(axis=1) * rules.benefits,
    }
    return FiscalEntry(
        response.pledge,
        response.phase,
        response.region,
        response.effects,
        {name: amount * response.weight for name, amount in values.items()},
        response.profile,
    )


def _check(given: Iterable[object], known: Iterable[object], column: str) -> None:
    there = list(dict.fromkeys(known))
    InputError.raise_if(
        [
            Fault(
                "fiscal", column, "no such choice", nearest(str(name), map(str, there)), value=name
            )
            for name in given
            if name not in there
        ]
    )
