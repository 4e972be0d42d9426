"""`DemandShock`: a change of final demand by product, region, year, phase and draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import EconError, UnitError
from econ.impact.by_product import Amounts, filled
from econ.quantity.axes import Axis
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit

__all__ = ["Activity", "DemandShock", "ProductionTable", "ShockPart"]

Array = npt.NDArray[np.float64]

CENT: Final = 0.01
OTHERS: Final = ("existing_assets", "pay", "income")
FLOATING: Final = 1e-12  # a few thousand additions of 64-bit numbers


class ProductionTable(Protocol):
    """What a scenario may know of a table: its products, unit and import shares."""

    @property
    def products(self) -> Axis:
        """Products of the table, n."""
        ...

    @property
    def unit(self) -> Unit:
        """Unit of the flows."""
        ...

    def import_share(self, use: str) -> Array:
        """Return the imported share of a use by product, shape (n,) [share]."""
        ...

    @property
    def pay_per_job(self) -> Array:
        """Compensation per job by product, shape (n,) [money of the table]; no jobs, nothing."""
        ...

    @property
    def gdp_per_job(self) -> float:
        """GDP per job of the whole economy [money of the table]."""
        ...


@dataclass(frozen=True)
class Activity:
    """What a site does itself in a year of full operation: its own staff and production.

    Parameters
    ----------
    product : str
        The product it makes.
    output, compensation : ndarray, shape (c,) [money of the table, basic prices]
        Output is counted at cost; there is no operating surplus in it.
    employment : ndarray, shape (c,) [persons]
    """

    product: str
    output: Array
    compensation: Array
    employment: Array


@dataclass(frozen=True)
class ShockPart:
    """Where the money of one pledge goes in one phase: per full year of it, or in all.

    Column 0 of every array is the central value, the other columns are draws.

    Parameters
    ----------
    pledge, phase, region : str
    amount : ndarray, shape (c,) [money, purchasers' prices]
        Total of the phase (construction) or of a full year (operation).
    domestic, imported, margins, taxes : ndarray or ByProduct, shape (n, c) [money, basic prices]
        Demand for home products, for imports, for trade as a margin, and product taxes, by product.
    existing_assets : ndarray, shape (c,) [money]
        Land, existing assets and financial claims: a change of owner, no production.
    profile : ndarray, shape (y, c)
        Share of the total (construction) or of full operation (operation) by year.
    activity : Activity or None
        The site's own production; its pay is part of `amount`.
    income : ndarray, shape (c,) [money], or None
        Disposable income that households get without producing for it.
    stream : str
        Which of several parts of a phase it is: the renewal of machines beside the operation.
    """

    pledge: str
    phase: str
    region: str
    amount: Array
    domestic: Amounts
    imported: Amounts
    margins: Amounts
    taxes: Amounts
    existing_assets: Array
    profile: Array
    activity: Activity | None = None
    income: Array | None = None
    stream: str = ""

    def demand(self) -> tuple[npt.NDArray[np.intp], Array]:
        """Return the products that are asked of home makers, (k,), and how much of each, (k, c)."""
        return filled(self.domestic, self.margins)

    def destinations(self) -> dict[str, Array]:
        """Return where the amount goes, each of shape (c,); the sum is the amount."""
        nothing = np.zeros_like(self.amount)
        return {
            "domestic": self.domestic.sum(axis=0),
            "imported": self.imported.sum(axis=0),
            "margins": self.margins.sum(axis=0),
            "taxes": self.taxes.sum(axis=0),
            "existing_assets": self.existing_assets,
            "pay": nothing if self.activity is None else self.activity.compensation,
            "income": nothing if self.income is None else self.income,
        }


@dataclass(frozen=True)
class DemandShock:
    """A change of final demand by product, region, year, phase and draw, at basic prices.

    Parameters
    ----------
    products : Axis
        The table's products, n.
    years : tuple of int
        Calendar years, y.
    unit : Unit
        Money at basic prices of one year.
    parts : tuple of ShockPart
    provenance : Provenance

    Raises
    ------
    EconError
        When a part does not add up to its amount to the cent, or the unit is not at basic prices.
    """

    products: Axis
    years: tuple[int, ...]
    unit: Unit
    parts: tuple[ShockPart, ...]
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if self.unit.valuation != "basic" or self.unit.price_year is None:
            mend = "take margins and taxes off with a bill of goods, and name the price year"
            raise UnitError.not_comparable(self.unit, "a demand shock at basic prices", "use", mend)
        for part in self.parts:
            going = part.destinations()
            arrays = [*going.values(), part.profile]
            if not all(np.isfinite(array).all() for array in arrays):
                raise EconError(f"the shock of {part.pledge} ({part.phase}) is not finite")
            gap = np.abs(sum(going.values()) - part.amount).max()
            rounding = FLOATING * float(np.abs(part.amount).max())
            if gap > CENT / self.unit.scale + rounding:
                raise EconError(
                    f"the shock of {part.pledge} ({part.phase}) loses {gap:.9f} {self.unit}: "
                    "all destinations together must be the amount"
                )

    @property
    def columns(self) -> int:
        """Central value and draws, c."""
        return self.parts[0].amount.shape[0] if self.parts else 1

    def frame(self) -> pd.DataFrame:
        """Return the central values, long: where the money of each pledge and phase goes."""
        rows = []
        for part in self.parts:
            by_product = {
                "domestic": part.domestic,
                "imported": part.imported,
                "margins": part.margins,
                "taxes": part.taxes,
            }
            for destination, amounts in by_product.items():
                rows += [
                    (part.pledge, part.phase, part.stream, destination, product, float(value))
                    for product, value in zip(self.products.labels, amounts[:, 0], strict=True)
                    if value != 0.0
                ]
            rest = {name: part.destinations()[name] for name in OTHERS}
            rows += [
                (part.pledge, part.phase, part.stream, name, "_T", float(value[0]))
                for name, value in rest.items()
                if value[0] != 0.0
            ]
        names = ["pledge", "phase", "stream", "destination", "product", "value"]
        return pd.DataFrame(rows, columns=names).assign(unit=str(self.unit))
