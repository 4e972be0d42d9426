"""`Accounts`: the rows under a table, read by what they are: imports, taxes, value added, jobs."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.codes import INTERMEDIATE
from econ.errors import Fault, InputError, UnitError, nearest
from econ.inputoutput.frames import frame_of, shown
from econ.inputoutput.options import check_types
from econ.inputoutput.roles import (
    CLOSING,
    ROLE_OF_MEASURE,
    measured_roles,
    value_added_roles,
)
from econ.quantity.axes import Axis
from econ.quantity.units import Unit

__all__ = ["Accounts", "frozen"]

Array = npt.NDArray[np.float64]
INTERMEDIATE_NAMES: Final = (INTERMEDIATE, "intermediate")


class Accounts:
    """What a table and its satellites say, by role and by measure; see `InputOutputTable`."""

    products: Axis
    primary_inputs: Axis
    final_uses: Axis
    roles: tuple[str, ...]
    regions: tuple[str, ...]
    region: str
    flows: Array
    final: Array
    primary: Array
    output: Array
    satellites: Axis
    satellite_values: Array
    satellite_units: tuple[Unit, ...]
    imports_by_origin: Array | None
    imported: Array | None
    rounding: float
    statistical_discrepancy: float
    keep_negative_flows: bool
    unit: Unit
    name: str

    def _primary(self, role: str) -> Array:
        rows = [place for place, given in enumerate(self.roles) if given == role]
        found: Array = self.primary[rows].sum(axis=0)
        return found

    @property
    def imports(self) -> Array:
        """Imports used by each product and each final use, shape (n + u,) [unit]."""
        return self._primary("imports")

    @property
    def product_taxes(self) -> Array:
        """Taxes less subsidies on products, by product and final use, shape (n + u,) [unit]."""
        return self._primary("product_taxes")

    @property
    def compensation(self) -> Array:
        """Compensation of employees by product, shape (n,) [unit]."""
        return self._primary("compensation")[: len(self.products)]

    @property
    def production_taxes(self) -> Array:
        """Other taxes less subsidies on production, shape (n,) [unit]."""
        return self._primary("production_taxes")[: len(self.products)]

    @property
    def surplus(self) -> Array:
        """Operating surplus and mixed income, gross, shape (n,) [unit]."""
        return self._primary("surplus")[: len(self.products)]

    @property
    def production_tax_share(self) -> Array:
        """Other net taxes on production, shape (n,) [share of value added beyond compensation].

        Raises
        ------
        InputError
            When a product pays such taxes and has no value added beyond compensation.
        """
        beyond = self.gva - self.compensation
        mend = "give its operating surplus"
        InputError.raise_if(
            [
                Fault(self.name, "production_taxes", "taxes on no value added", mend, value=label)
                for label, tax, base in zip(
                    self.products.labels, self.production_taxes, beyond, strict=True
                )
                if tax != 0.0 and base == 0.0
            ]
        )
        share: Array = np.divide(
            self.production_taxes, beyond, out=np.zeros_like(beyond), where=beyond != 0.0
        )
        return share

    @property
    def other_inputs(self) -> Array:
        """Inputs that are neither imports, taxes nor value added (second-hand goods) [unit]."""
        return self._primary("other")

    @property
    def gva(self) -> Array:
        """Gross value added by product, shape (n,) [unit].

        Raises
        ------
        InputError
            When the table has neither value added nor a surplus: it is not all there.
        """
        if not CLOSING & set(self.roles):
            mend = "give value added, or its parts with the surplus"
            raise InputError.one(self.name, "primary", "no value added in the table", mend)
        parts = value_added_roles(self.roles)
        rows = [place for place, role in enumerate(self.roles) if role in parts]
        found: Array = self.primary[rows, : len(self.products)].sum(axis=0)
        return found

    @property
    def employment(self) -> Array:
        """Persons employed by product, shape (n,) [persons].

        Raises
        ------
        InputError
            When the table has no satellite ``employment``.
        UnitError
            When it counts full-time equivalents or something else.
        """
        values, unit = self.measure("employment")
        if unit.base != "persons":
            mend = "give heads; full-time equivalents are fewer than persons"
            raise UnitError.not_comparable(unit, "persons", "count jobs", mend)
        return values if unit.scale == 1 else values * unit.scale

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """What multipliers can be asked of: the table's own measures, then its satellites."""
        return ("output", *measured_roles(self.roles), *self.satellites.labels)

    def measure(self, name: str) -> tuple[Array, Unit]:
        """Return a row of the table, shape (n,), with its unit.

        Parameters
        ----------
        name : str
            One of `measures`, ``income`` (compensation), or the label of a primary input.

        Raises
        ------
        InputError
            When the table has no such row.
        """
        check_types(self.name, {"measure": (name, str)})
        n = len(self.products)
        plain = Unit(self.unit.base, self.unit.scale, self.unit.price_year)
        if name == "output":
            return self.output, self.unit
        role = ROLE_OF_MEASURE.get(name)
        if role == "value_added" and CLOSING & set(self.roles):
            return self.gva, self.unit
        if role is not None and role in self.roles:
            return self._primary(role)[:n], plain
        if name in self.satellites:
            place = self.satellites.position(name)
            return self.satellite_values[place], self.satellite_units[place]
        if name in self.primary_inputs:
            return self.primary[self.primary_inputs.position(name), :n], plain
        mend = nearest(name, (*self.measures, *self.primary_inputs.labels))
        raise InputError.one(self.name, "measure", "the table has no such row", mend, value=name)

    @property
    def gdp_by_production(self) -> float:
        """Gross value added and all net taxes on products [unit]."""
        return float(self.gva.sum() + self.product_taxes.sum())

    @property
    def gdp_by_expenditure(self) -> float:
        """Final uses at purchasers' prices less imports [unit]."""
        n = len(self.products)
        spent = self.final.sum() + self.imports[n:].sum() + self.product_taxes[n:].sum()
        return float(spent - self.imports.sum())

    @property
    def allocation(self) -> Array:
        """Allocation coefficients B, sales per output of the seller, shape (n, n) [-]."""
        x = self.output[:, None]
        found: Array = np.divide(self.flows, x, out=np.zeros_like(self.flows), where=x != 0.0)
        return found

    def per_output(self, row: Array) -> Array:
        """Return a row per unit of output, shape (n,); zero where there is no output."""
        ratio: Array = np.divide(row, self.output, out=np.zeros_like(row), where=self.output != 0)
        return ratio

    @property
    def pay_per_job(self) -> Array:
        """Compensation per job by product, shape (n,) [unit per person]; zero without jobs."""
        jobs = self.employment
        ratio: Array = np.divide(
            self.compensation, jobs, out=np.zeros_like(self.output), where=jobs != 0
        )
        return ratio

    @property
    def gdp_per_job(self) -> float:
        """GDP per job of the whole economy [unit per person]."""
        return self.gdp_by_production / float(self.employment.sum())

    # ------------------------------------------------------------ imports by product of origin

    def import_share(self, use: str) -> Array:
        """Return the imported share of a use by product, shape (n,) [share].

        Parameters
        ----------
        use : str
            A final use, or ``intermediate`` (``CPA_TOTAL``) for all intermediate use.

        Raises
        ------
        InputError
            When the table has no imports by product of origin.
        """
        foreign, home = self._by_origin(use)
        supply = foreign + home
        share = np.divide(foreign, supply, out=np.zeros_like(foreign), where=supply > 0)
        clipped: Array = np.clip(share, 0.0, 1.0)
        return clipped

    def _by_origin(self, use: str) -> tuple[Array, Array]:
        n = len(self.products)
        whole = isinstance(use, str) and use in INTERMEDIATE_NAMES and use not in self.final_uses
        place = None if whole else self.final_uses.position(use)
        home = self.flows.sum(axis=1) if place is None else self.final[:, place]
        if self.imports_by_origin is not None:
            return self.imports_by_origin[:, 0 if place is None else 1 + place], home
        if self.imported is not None:
            foreign = self.imported[:, :n].sum(axis=1) if place is None else None
            return self.imported[:, n + (place or 0)] if foreign is None else foreign, home
        mend = "give imports by product of origin (imported=)"
        raise InputError.one(self.name, "imports", "not known by product of origin", mend)

    # ------------------------------------------------------------ back in pandas

    def frame(self, block: str) -> pd.DataFrame:
        """Return an array of the table as a labelled frame, a copy.

        Parameters
        ----------
        block : str
            ``flows``, ``coefficients``, ``allocation``, ``final``, ``primary``, ``output``,
            ``satellite_values``, ``imports_by_origin``, ``imported``. Products of a multi-regional
            table get their two levels back; beside final uses they stay one label,
            ``region | product``.

        Raises
        ------
        InputError
            When the table has no such array.
        """
        return frame_of(self, block)

    def __repr__(self) -> str:
        sides = {
            "products": self.products.labels,
            "final uses": self.final_uses.labels,
            "primary rows": self.primary_inputs.labels,
            "satellites": self.satellites.labels,
        }
        return shown(self, sides)


def frozen(given: Any) -> Array:
    """Return an array of floats that nobody can change.

    Examples
    --------
    >>> frozen([1, 2]).flags.writeable
    False
    """
    # A read-only array is shared: nobody can change it through us, and copying a large one is dear.
    if isinstance(given, np.ndarray) and given.dtype == np.float64 and not given.flags.writeable:
        return given
    copied = np.array(given, dtype=np.float64)
    copied.flags.writeable = False
    return copied
