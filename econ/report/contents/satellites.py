"""What the report gets beside jobs and GDP: the public purse and money, people, electricity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.fiscal import FiscalAccount

__all__ = ["Carbon", "Energy", "EnergySite", "People", "PublicMoney", "Purse"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PublicMoney:
    """Money the state pays, and the pledges that it makes or supports.

    Parameters
    ----------
    pledge : str
        The money itself.
    supports : tuple of str
        Whose net jobs it is held against.
    paid : ndarray, shape (c,) [unit of the study]
        As far as these are carried out.
    """

    pledge: str
    supports: tuple[str, ...]
    paid: Array


@dataclass(frozen=True)
class Purse:
    """What the public purse gets, gross and net, and what the rates make of the whole economy.

    Parameters
    ----------
    gross, net : FiscalAccount
    of_economy : mapping of str to ndarray, shape (c,) [share of GDP]
        The study's rates laid on the whole table, by kind.
    published : ndarray, shape (c,) [share of GDP]
        Taxes and contributions as published, to hold the sum against.
    published_of : str
        Of which economy and year.
    why : str
        What explains the gap.
    """

    gross: FiscalAccount
    net: FiscalAccount
    of_economy: Mapping[str, Array]
    published: Array
    published_of: str
    why: str


@dataclass(frozen=True)
class People:
    """How heads become full-time posts and hours.

    Parameters
    ----------
    full_time : ndarray, shape (c,) [FTE per person]
    hours : ndarray, shape (c,) [hours per person and year]
    note : str
    pay : pandas.DataFrame
        Compensation per person employed by product, of the table: product, persons, pay, unit.
    """

    full_time: Array
    hours: Array
    note: str
    pay: pd.DataFrame


@dataclass(frozen=True)
class EnergySite:
    """Electricity of one site in a year of full operation.

    Parameters
    ----------
    pledge, words, note : str
    within : str
        The pledge whose site holds it; such a site is part of that one's and in no total.
    gross, net : ndarray, shape (c,) [GWh per year]
        As pledged; and as built by the last year of the study, beyond the reference case.
    bill, bought : ndarray, shape (c,) [unit of the study per year]
        Its electricity at a price, and what its share of running cost would spend on it, with the
        sites within it. In the model a metered site buys the first, any other the second.
    reported : ndarray, shape (c,), or None [GWh per year]
    reported_words : str
    """

    pledge: str
    words: str
    within: str
    gross: Array
    net: Array
    bill: Array
    bought: Array
    reported: Array | None
    reported_words: str
    note: str


@dataclass(frozen=True)
class Carbon:
    """A way to count the carbon of electricity.

    Parameters
    ----------
    label : str
    method : {"location-based", "market-based", "marginal", "consequential"}
    factor : ndarray, shape (c,) [tCO2e per GWh]
    note : str
    """

    label: str
    method: str
    factor: Array
    note: str


@dataclass(frozen=True)
class Energy:
    """Electricity of the sites, what it emits, and the table's own demand for energy.

    Parameters
    ----------
    product : str
        The table's product of electricity and gas.
    per_unit_sold : float [-]
        Its own output per unit of it that is sold to a final user.
    sites : tuple of EnergySite
    carbon : tuple of Carbon
    why : str
    """

    product: str
    per_unit_sold: float
    sites: tuple[EnergySite, ...]
    carbon: tuple[Carbon, ...]
    why: str
