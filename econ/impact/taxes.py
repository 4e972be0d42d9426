"""Rates of taxes and contributions, and the levels of government that get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.quantity.units import Unit

__all__ = ["BENEFITS", "ON_PAY", "TAXES", "FiscalRules"]

Array = npt.NDArray[np.float64]

ON_PAY: Final = (
    "employer contributions",
    "employee contributions",
    "social levies on pay",
    "income tax on pay",
)
TAXES: Final = (*ON_PAY, "VAT", "other product taxes", "production taxes", "corporate tax")
BENEFITS: Final = "benefits saved"
WHOLE: Final = 1e-9  # shares that sum to one, as floating-point numbers


@dataclass(frozen=True)
class FiscalRules:
    """Rates of taxes and contributions, and who gets them.

    Parameters
    ----------
    on_pay : mapping of str to ndarray, shape (c,) [share of compensation of employees]
        One for each of `ON_PAY`.
    vat_of_households, vat_of_producers : ndarray, shape (c,) [share of product taxes]
        VAT in the product taxes on what households buy, and in all others.
    corporate_tax : ndarray, shape (c,) [share of gross operating surplus]
    benefits : ndarray, shape (c,) [unit per person and year]
        Benefits that end when a job is filled.
    production_taxes : ndarray, shape (n,) [share of value added beyond compensation]
        Other net taxes on production of each product, from the table.
    product_taxes : ndarray, shape (n,) [share of output]
        Net taxes on the inputs of each product's makers, from the table.
    levels : mapping of str to mapping of str to ndarray, shape (c,) [share]
        Who gets each of `TAXES` and `BENEFITS`; the shares of each sum to one.
    unit : Unit
        Money of `benefits`, and of every impact these rules are used on.

    Raises
    ------
    InputError
        With everything that is missing, is no share, or does not sum to one.
    """

    on_pay: Mapping[str, Array]
    vat_of_households: Array
    vat_of_producers: Array
    corporate_tax: Array
    benefits: Array
    production_taxes: Array
    product_taxes: Array
    levels: Mapping[str, Mapping[str, Array]]
    unit: Unit

    def __post_init__(self) -> None:
        InputError.raise_if([*_names(self), *_shares(self)])

    @property
    def level_names(self) -> tuple[str, ...]:
        """Levels of government, in the order in which they first appear."""
        return tuple(dict.fromkeys(name for shares in self.levels.values() for name in shares))


def _names(rules: FiscalRules) -> list[Fault]:
    faults = []
    for column, given, known in (
        ("on_pay", rules.on_pay, ON_PAY),
        ("levels", rules.levels, (*TAXES, BENEFITS)),
    ):
        mend = "give one for each tax"
        faults += [
            Fault("fiscal", column, "missing", mend, value=name)
            for name in known
            if name not in given
        ]
        faults += [
            Fault("fiscal", column, "no such tax", nearest(name, known), value=name)
            for name in given
            if name not in known
        ]
    return faults


def _shares(rules: FiscalRules) -> list[Fault]:
    named = {
        **rules.on_pay,
        "vat_of_households": rules.vat_of_households,
        "vat_of_producers": rules.vat_of_producers,
        "corporate_tax": rules.corporate_tax,
    }
    named |= {f"{tax} to {who}": x for tax, of in rules.levels.items() for who, x in of.items()}
    mend = "write a number between 0 and 1"
    faults = [
        Fault(
            "fiscal", name, "no share", mend, value=float(np.min(x) if np.min(x) < 0 else x.max())
        )
        for name, x in named.items()
        if not (np.isfinite(x).all() and (x >= 0.0).all() and (x <= 1.0 + WHOLE).all())
    ]
    faults += [
        Fault("fiscal", name, "not finite", "write a plain number")
        for name, x in (
            ("benefits", rules.benefits),
            ("production_taxes", rules.production_taxes),
            ("product_taxes", rules.product_taxes),
        )
        if not np.isfinite(x).all()
    ]
    wholes = {"pay": (sum(rules.on_pay.values()), "at most one")}
    wholes |= {tax: (sum(of.values()), "one") for tax, of in rules.levels.items()}
    for name, (total, wanted) in wholes.items():
        found = np.asarray(total)
        short = wanted == "one" and (found < 1.0 - WHOLE).any()
        if short or (found > 1.0 + WHOLE).any():
            worst = float(found.min() if short else found.max())
            mend = f"together they are {wanted}"
            faults.append(Fault("fiscal", name, "shares do not add up", mend, value=worst))
    return faults
