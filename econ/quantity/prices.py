"""The only place where money changes its unit: deflators, exchange rates, `convert`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from econ.errors import EconError, UnitError, nearest
from econ.quantity.units import Unit

__all__ = ["Deflator", "ExchangeRates", "Prices", "convert"]

Amount = TypeVar("Amount", float, npt.NDArray[np.float64])


@dataclass(frozen=True)
class Deflator:
    """A price index of one currency area, from its yearly changes.

    Parameters
    ----------
    currency : str
        ISO 4217.
    percent_change : mapping of int to float
        Year to per cent change on the year before.

    Examples
    --------
    >>> deflator = Deflator("EUR", {2023: 5.0, 2024: 2.0})
    >>> round(deflator.factor(2024, 2022), 6)
    0.933707
    """

    currency: str
    percent_change: Mapping[int, float]

    def factor(self, from_year: int, to_year: int) -> float:
        """Return what money of `from_year` is worth in prices of `to_year`.

        Raises
        ------
        EconError
            When a year between the two has no price change.
        """
        early, late = sorted((from_year, to_year))
        missing = [year for year in range(early + 1, late + 1) if year not in self.percent_change]
        if missing:
            raise EconError(
                f"no price change of {self.currency} for {missing}: known are "
                f"{min(self.percent_change)} to {max(self.percent_change)}; add the years"
            )
        growth = float(
            np.prod([1.0 + self.percent_change[year] / 100 for year in range(early + 1, late + 1)])
        )
        return growth if to_year >= from_year else 1.0 / growth


@dataclass(frozen=True)
class ExchangeRates:
    """Units of a currency for one euro: yearly means.

    Parameters
    ----------
    annual : mapping of (str, int) to float
        Currency and year to rate.

    Examples
    --------
    >>> ExchangeRates({("USD", 2022): 1.053}).per_euro("USD", 2022)
    1.053
    """

    annual: Mapping[tuple[str, int], float]

    @property
    def currencies(self) -> frozenset[str]:
        """Every currency with a rate, and the euro."""
        return frozenset(currency for currency, _ in self.annual) | {"EUR"}

    def per_euro(self, currency: str, year: int) -> float:
        """Return the mean rate of a year.

        Raises
        ------
        EconError
            When the currency or its year is not known.
        """
        if currency == "EUR":
            return 1.0
        if currency not in self.currencies:
            choices = nearest(currency, sorted(self.currencies))
            raise EconError(f"unknown currency {currency}: {choices}")
        if (currency, year) not in self.annual:
            years = sorted(known for name, known in self.annual if name == currency)
            raise EconError(
                f"no rate of {currency} for {year}: known are {years[0]} to {years[-1]}"
            )
        return self.annual[currency, year]


@dataclass(frozen=True)
class Prices:
    """Everything `convert` needs: one deflator per currency, and the exchange rates."""

    deflators: Mapping[str, Deflator]
    rates: ExchangeRates


def convert(amount: Amount, unit: Unit, to: Unit, prices: Prices) -> Amount:
    """Express money in another unit: deflate first, then exchange at the year's average rate.

    Parameters
    ----------
    amount : float or ndarray
        Money in `unit`.
    unit, to : Unit
        Both money, both with a price year; the same valuation.
    prices : Prices

    Returns
    -------
    float or ndarray
        Money in `to`.

    Raises
    ------
    UnitError
        When one unit is no money, names no price year, or the valuations differ.
    EconError
        When a deflator or rate is missing.

    Examples
    --------
    >>> prices = Prices({"EUR": Deflator("EUR", {2023: 5.0, 2024: 2.0})}, ExchangeRates({}))
    >>> round(convert(4.0, Unit.parse("bnEUR 2024"), Unit.parse("MEUR 2022"), prices), 3)
    3734.827
    """
    if not (unit.is_money and to.is_money) or unit.per is not None or to.per is not None:
        raise UnitError.not_comparable(unit, to, "convert", "both must be money")
    if unit.valuation != to.valuation:
        mend = "go through the bill of goods (margins and taxes) to change the valuation"
        raise UnitError.not_comparable(unit, to, "convert", mend)
    if unit.price_year is None or to.price_year is None:
        raise UnitError.not_comparable(unit, to, "convert", "name the price year of both")
    factor = unit.scale / to.scale
    if unit.price_year != to.price_year:
        if unit.base not in prices.deflators:
            raise EconError(
                f"no deflator for {unit.base}: exchange '{unit}' in its own year first, "
                f"then deflate; known are {', '.join(sorted(prices.deflators))}"
            )
        factor *= prices.deflators[unit.base].factor(unit.price_year, to.price_year)
    if unit.base != to.base:
        rates = prices.rates
        factor *= rates.per_euro(to.base, to.price_year) / rates.per_euro(unit.base, to.price_year)
    return amount * factor
