"""The study's own words for taxes: which parameter is which rate, and who gets each tax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, InputError, nearest
from econ.impact.taxes import BENEFITS, TAXES, FiscalRules
from econ.quantity.parameters import Draws
from econ.quantity.units import Unit

__all__ = ["FiscalTable", "fiscal_faults"]

Array = npt.NDArray[np.float64]
REMAINDER: Final = "remainder"


class FiscalTable(Declared):
    """``[fiscal]`` of a study: parameters of the rates, and ``[fiscal.levels]`` for each tax."""

    social_levies: NonEmpty
    vat_of_households: NonEmpty
    vat_of_producers: NonEmpty
    corporate_tax: NonEmpty
    benefits: NonEmpty
    published: NonEmpty
    published_of: NonEmpty
    why: str = ""
    levels: dict[str, dict[str, NonEmpty]]

    def parameters(self, money: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return every parameter with the units its place takes."""
        share = ("share",)
        rates = ("social_levies", "vat_of_households", "vat_of_producers", "corporate_tax")
        found: list[tuple[str, tuple[str, ...]]]
        found = [(getattr(self, name), share) for name in (*rates, "published")]
        found.append((self.benefits, (f"{money} per person",)))
        named = [name for shares in self.levels.values() for name in shares.values()]
        return found + [(name, share) for name in named if name != REMAINDER]

    def rules(
        self,
        draws: Draws,
        wedge: Mapping[str, str],
        production_taxes: Array,
        product_taxes: Array,
        unit: Unit,
    ) -> FiscalRules:
        """Return the rules for a set of draws.

        Parameters
        ----------
        draws : Draws
        wedge : mapping of str to str
            Parameter of each of ``employer_contributions``, ``employee_contributions`` and
            ``income_tax`` (with the social levies), as households pay them.
        production_taxes : ndarray, shape (n,) [share of value added beyond compensation]
        product_taxes : ndarray, shape (n,) [share of output]
        unit : Unit
            Money of the study.

        Raises
        ------
        InputError
            When social levies exceed the levies they are part of, or shares do not add up.
        """
        social, levied = draws[self.social_levies], draws[wedge["income_tax"]]
        if (social > levied).any():
            mend = f"lower it, or raise {wedge['income_tax']}, which contains it"
            problem = "social levies exceed all levies on pay in some draws"
            value = self.social_levies
            raise InputError.one("study", "fiscal", problem, mend, value=value)
        return FiscalRules(
            on_pay={
                "employer contributions": draws[wedge["employer_contributions"]],
                "employee contributions": draws[wedge["employee_contributions"]],
                "social levies on pay": social,
                "income tax on pay": levied - social,
            },
            vat_of_households=draws[self.vat_of_households],
            vat_of_producers=draws[self.vat_of_producers],
            corporate_tax=draws[self.corporate_tax],
            benefits=draws[self.benefits],
            production_taxes=production_taxes,
            product_taxes=product_taxes,
            levels={tax: _split(shares, draws) for tax, shares in self.levels.items()},
            unit=unit,
        )


def _split(shares: Mapping[str, str], draws: Draws) -> dict[str, Array]:
    given = {level: draws[name] for level, name in shares.items() if name != REMAINDER}
    rest = np.ones(draws.columns) - sum(given.values(), np.zeros(draws.columns))
    return {level: given.get(level, rest) for level in shares}


def fiscal_faults(file: str, table: FiscalTable | None) -> list[Fault]:
    """Return taxes without a receiver, and shares without a remainder."""
    if table is None:
        return []
    known = (*TAXES, BENEFITS)
    faults = [
        Fault(file, "levels", "nobody gets it", 'name a level: {State = "remainder"}', tax, tax)
        for tax in known
        if tax not in table.levels
    ]
    for tax, shares in table.levels.items():
        if tax not in known:
            faults.append(Fault(file, "levels", "no such tax", nearest(tax, known), "fiscal", tax))
        if list(shares.values()).count(REMAINDER) != 1:
            mend = 'give exactly one level "remainder", so that the shares sum to one'
            faults.append(Fault(file, "levels", "shares do not sum to one", mend, "fiscal", tax))
    return faults
