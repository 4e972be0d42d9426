"""What the report gets beside jobs and GDP, and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from econ.impact.fiscal import FiscalAccount

__all__ = ["PublicMoney", "Purse"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PublicMoney:
    """Money the state pays for some pledges.

    Parameters
    ----------
    label : str
    pledges : tuple of str
    amount : ndarray, shape (c,) [unit of the study]
    """

    label: str
    pledges: tuple[str, ...]
    amount: Array


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
    public_money : tuple of PublicMoney
    """

    gross: FiscalAccount
    net: FiscalAccount
    of_economy: Mapping[str, Array]
    published: Array
    published_of: str
    why: str
    public_money: tuple[PublicMoney, ...]
