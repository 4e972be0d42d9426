"""`InputOutputTable`: labelled, frozen, checked on entry against every law of accounting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import InputError, UnitError
from econ.inputoutput.accounting import faults_of
from econ.inputoutput.accounts import Accounts, frozen
from econ.inputoutput.coefficients import flows_of
from econ.inputoutput.given import Block
from econ.inputoutput.mapping import mapped_parts
from econ.inputoutput.options import flag, number, unit_of
from econ.inputoutput.reading import (
    parts_from_arrays,
    parts_from_datasets,
    parts_from_frames,
)
from econ.inputoutput.storage import parts_from_parquet, write_parts
from econ.kernels.inputoutput.leontief import technical_coefficients
from econ.kernels.inputoutput.operator import LeontiefOperator
from econ.quantity.axes import Axis, Concordance
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit

__all__ = ["InputOutputTable"]

Array = npt.NDArray[np.float64]
PUBLISHED_ROUNDING: Final = 0.005
ARRAYS: Final = (
    "flows",
    "final",
    "primary",
    "output",
    "satellite_values",
    "imports_by_origin",
    "imported",
)


# Not compared by fields: arrays have no single truth.
@dataclass(frozen=True, eq=False, repr=False)
class InputOutputTable(Accounts):
    """A symmetric input-output table at basic prices, of one economy or of several regions.

    Made by `from_frames`, `from_datasets` or `read`.

    Parameters
    ----------
    products : Axis, n
        Products or industries; in a multi-regional table region and product.
    final_uses : Axis, u
    primary_inputs : Axis, p
    roles : tuple of str, p
        What each primary row is, see `from_frames`.
    flows : ndarray, shape (n, n) [unit]
        Domestic intermediate flows Z, from row to column.
    final : ndarray, shape (n, u) [unit]
        Domestic final uses.
    primary : ndarray, shape (p, n + u) [unit]
        Primary inputs of products, then of final uses.
    output : ndarray, shape (n,) [unit]
    unit : Unit
    region : str
    satellites : Axis, s
    satellite_values : ndarray, shape (s, n) [satellite_units]
    satellite_units : tuple of Unit, s
    regions : tuple of str, n
        Region of each product; empty when all are `region`.
    imports_by_origin : ndarray, shape (n, 1 + u) [unit], optional
        Imports by product of origin: all intermediate use first, then each final use.
    imported : ndarray, shape (n, n + u) [unit], optional
        Imported flows by product of origin and user.
    provenance : Provenance
    rounding : float [unit]
        Half of the last published digit; sums may differ by this much per cell.
    statistical_discrepancy : float [unit]
        Largest gap of a row or column that the publication itself leaves.
    keep_negative_flows : bool
        Take flows below zero (tables of the product-technology model) instead of refusing them.
    name : str
    held : object
        What the arrays are views of, so that it is not changed behind their back.

    Raises
    ------
    InputError
        With everything that does not close, is not finite, or cannot be produced.

    References
    ----------
    [eurostat_manual_2008], chapter 11; [miller_blair_2009], section 2.2.
    """

    products: Axis
    final_uses: Axis
    primary_inputs: Axis
    roles: tuple[str, ...]
    flows: Array
    final: Array
    primary: Array
    output: Array
    unit: Unit
    region: str
    satellites: Axis = field(default_factory=lambda: Axis("satellite", ()))
    satellite_values: Array = field(default_factory=lambda: np.zeros((0, 0)))
    satellite_units: tuple[Unit, ...] = ()
    regions: tuple[str, ...] = ()
    imports_by_origin: Array | None = None
    imported: Array | None = None
    provenance: Provenance = field(default_factory=Provenance)
    rounding: float = PUBLISHED_ROUNDING
    statistical_discrepancy: float = 0.0
    keep_negative_flows: bool = False
    name: str = "table"
    held: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.satellites) == 0:
            object.__setattr__(self, "satellite_values", np.zeros((0, len(self.products))))
        for name in ARRAYS:
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, frozen(given))
        object.__setattr__(self, "roles", tuple(self.roles))
        regions = tuple(self.regions) or (self.region,) * len(self.products)
        object.__setattr__(self, "regions", regions)
        flag(self.keep_negative_flows, "keep_negative_flows", self.name)
        for name in ("rounding", "statistical_discrepancy"):
            mend = "give half of the last published digit"
            number(getattr(self, name), name, self.name, least=0.0, mend=mend)
        if not self.unit.is_money or self.unit.price_year is None:
            mend = "name currency, scale, year and valuation, such as 'MEUR 2022 basic'"
            raise UnitError.not_comparable(self.unit, "money of a year", "build the table", mend)
        if self.unit.valuation != "basic":
            mend = "an input-output table for impacts is at basic prices: 'MEUR 2022 basic'"
            raise UnitError.not_comparable(self.unit, "basic prices", "build the table", mend)
        InputError.raise_if(faults_of(self))

    # ------------------------------------------------------------ what follows from it

    @cached_property
    def coefficients(self) -> Array:
        """Domestic technical coefficients A, shape (n, n) [-]."""
        found = technical_coefficients(self.flows, self.output)
        found.flags.writeable = False
        return found

    @cached_property
    def operator(self) -> LeontiefOperator:
        """``I - A``, solved and never inverted; its factor is kept."""
        return LeontiefOperator(self.flows, self.output)

    def map(self, concordance: Concordance | Mapping[str, str]) -> InputOutputTable:
        """Return the table on other products: aggregated, split by shares, or both.

        Parameters
        ----------
        concordance : Concordance or mapping
            From this table's products. The parts of a split product share its inputs and buyers.

        Raises
        ------
        InputError
            When the concordance is not from this table's products.

        References
        ----------
        [miller_blair_2009], section 4.9 (aggregation); a split by shares adds no information.
        """
        if isinstance(concordance, Mapping):
            concordance = Concordance.from_pairs(self.products, concordance.items())
        return InputOutputTable(**mapped_parts(self, concordance))

    # ------------------------------------------------------------ in and out

    @classmethod
    def from_frames(
        cls,
        flows: Block,
        *,
        output: Block | None = None,
        final: Block | None = None,
        primary: pd.DataFrame | pd.Series | None = None,
        roles: Mapping[str, str] | None = None,
        imported: pd.DataFrame | None = None,
        satellites: pd.DataFrame | pd.Series | None = None,
        satellite_units: Mapping[str, str] | pd.Series | str | None = None,
        unit: str | Unit,
        region: str = "",
        provenance: Provenance | None = None,
        rounding: float | None = None,
        statistical_discrepancy: float = 0.0,
        keep_negative_flows: bool = False,
        name: str = "table",
    ) -> InputOutputTable:
        """Build a table from labelled frames; labels are aligned and never re-sorted.

        Parameters
        ----------
        flows : pandas.DataFrame, shape (n, n) [unit]
            From row to column. With two index levels, region and product: a multi-regional table.
            Products of an array or of lists are called 1 to n.
        output : pandas.Series, shape (n,) [unit], optional
            By default what the rows sum to; then `final` must be given. Numbers without labels,
            here and in `final`, are in the order of the products.
        final : pandas.DataFrame, shape (n, u) [unit], or pandas.Series, shape (n,), optional
            By default one final use: what the row of flows leaves of output.
        primary : pandas.DataFrame, shape (p, n) or (p, n + u) [unit], optional
            Imports, taxes, value added; one row each. A series with a name is one row.
        roles : mapping of str to str, optional
            What each primary row is, where its label does not say so by an ESA code or the name
            the accounts give it ("Gross value added"): ``imports`` (``P7``, ``IMP``),
            ``product_taxes`` less subsidies (``D21X31``), ``compensation`` (``D1``),
            ``production_taxes`` (``D29X39``), ``surplus`` (``B2A3G``), ``value_added`` (``B1G``;
            rows of its parts are then "of which") or ``other`` (second-hand goods).
        imported : pandas.DataFrame, shape (n, n + u) [unit], optional
            Imported flows by product of origin and user.
        satellites : pandas.DataFrame, shape (s, n), optional
            Jobs, emissions: one row each. Call jobs ``employment``.
        satellite_units : mapping of str to str, pandas.Series, or str
            Unit of each satellite, or of all: ``persons``, ``FTE``, ``thousand persons``, ``t``.
        unit : str or Unit
            Currency, scale, year and valuation: ``MEUR 2022 basic``.
        region : str
        provenance : Provenance, optional
        rounding : float [unit]
            Half of the last published digit: where left out 0.5, of a table in whole numbers; or a
            thousandth of mean output, where that would be too coarse.
        statistical_discrepancy : float [unit]
            Largest gap that the publication itself leaves in a row or column.
        keep_negative_flows : bool
        name : str
            How errors call the table.

        Returns
        -------
        InputOutputTable

        Raises
        ------
        InputError
            With every label that does not match and every law that is broken.

        Examples
        --------
        Miller and Blair's two sectors (tables 2.3 and 2.4):

        >>> two = ["Agriculture", "Manufacturing"]
        >>> table = InputOutputTable.from_frames(
        ...     pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], index=two, columns=two),
        ...     output=pd.Series([1000.0, 2000.0], index=two),
        ...     unit="MUSD 2000 basic",
        ... )
        >>> table.operator.solve(np.array([600.0, 1500.0])).round(1).tolist()
        [1247.5, 1841.6]
        """
        parts = parts_from_frames(
            flows=flows,
            output=output,
            final=final,
            primary=primary,
            roles={} if roles is None else roles,
            imported=imported,
            satellites=satellites,
            satellite_units={} if satellite_units is None else satellite_units,
            rounding=rounding,
            name=name,
        )
        return cls(
            **parts,
            unit=unit_of(unit, "unit", name),
            region=region,
            provenance=provenance or Provenance(),
            statistical_discrepancy=statistical_discrepancy,
            keep_negative_flows=keep_negative_flows,
            name=name,
        )

    @classmethod
    def from_coefficients(
        cls, coefficients: Block, *, final: Block, unit: str | Unit, **others: Any
    ) -> InputOutputTable:
        """Build the table whose output meets a final demand, from its technical coefficients A.

        Parameters
        ----------
        coefficients : pandas.DataFrame, shape (n, n) [-]
            Inputs of the row per unit of output of the column.
        final, unit, **others
            As in `from_frames`, all in amounts.

        Raises
        ------
        InputError
            When no output meets the demand, or as `from_frames`.

        Examples
        --------
        >>> InputOutputTable.from_coefficients(
        ...     [[0.15, 0.25], [0.2, 0.05]], final=[350, 1700], unit="MUSD 2000 basic"
        ... ).output.round(6).tolist()
        [1000.0, 2000.0]
        """
        flows, demand = flows_of(coefficients, final, others.get("name", "table"))
        # Floating sums, not rounded figures, must close.
        return cls.from_frames(flows, final=demand, unit=unit, **{"rounding": 0.0, **others})

    @classmethod
    def from_arrays(
        cls,
        *,
        products: Axis,
        final_uses: Axis,
        imports: Array,
        product_taxes: Array,
        compensation: Array,
        production_taxes: Array,
        surplus: Array,
        employment: Array,
        name: str = "table",
        **others: Any,
    ) -> InputOutputTable:
        """Build a table from arrays in the rows of the European transmission programme.

        Parameters
        ----------
        products, final_uses : Axis, n and u
        imports, product_taxes : ndarray, shape (n + u,) [unit]
        compensation, production_taxes, surplus : ndarray, shape (n,) [unit]
            D1, D29X39 and B2A3G; their sum is gross value added.
        employment : ndarray, shape (n,) [persons]
        **others
            Further fields of the class: ``flows``, ``final``, ``output``, ``unit``, ``region`` ...

        Raises
        ------
        InputError
            When a shape is wrong or the table breaks a law of accounting.
        """
        rows = {
            "imports": imports,
            "product_taxes": product_taxes,
            "compensation": compensation,
            "production_taxes": production_taxes,
            "surplus": surplus,
        }
        blocks = {**others, "employment": employment}
        parts = parts_from_arrays(products, final_uses, rows, blocks, name)
        return cls(products=products, final_uses=final_uses, name=name, **parts, **others)

    @classmethod
    def from_datasets(
        cls, flows: Dataset, imported: Dataset, employment: Dataset, *, region: str
    ) -> InputOutputTable:
        """Build the table from datasets of the schemas FLOWS, FLOWS and SATELLITES.

        Parameters
        ----------
        flows : Dataset
            Domestic flows, final uses and primary inputs.
        imported : Dataset
            Imports by product of origin and use.
        employment : Dataset
            With a satellite ``persons``.
        region : str
            Which economy it is.

        Raises
        ------
        InputError
            When labels differ between the three or the table breaks a law of accounting.
        """
        return cls(**parts_from_datasets(flows, imported, employment), region=region)

    @classmethod
    def read(cls, path: Path | str) -> InputOutputTable:
        """Read a table that `write` has written, with its units and sources.

        Raises
        ------
        InputError
            When the file is missing or holds no table.
        """
        return cls(**parts_from_parquet(Path(path)))

    def write(self, path: Path | str) -> None:
        """Write the table to one Parquet file, one row per cell, with its units and sources."""
        write_parts(self, Path(path))
