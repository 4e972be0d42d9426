"""`SupplyUseTable`: who makes what and who uses it; checked on entry, made symmetric on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, UnitError
from econ.inputoutput.frames import shown
from econ.inputoutput.given import Block
from econ.inputoutput.options import choice, number, unit_of
from econ.inputoutput.rounding import ROUNDING_OF_WHOLE_NUMBERS
from econ.inputoutput.supply_use_accounting import faults_of_supply_use
from econ.inputoutput.supply_use_reading import parts_of_supply_use
from econ.inputoutput.table import InputOutputTable
from econ.inputoutput.transformation import flows_above_zero, model_faults
from econ.kernels.inputoutput.supplyuse import Model, SymmetricTable, symmetric_table
from econ.quantity.axes import Axis
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit

__all__ = ["SupplyUseTable"]

Array = npt.NDArray[np.float64]
Negatives = Literal["refuse", "keep", "balance", "almon"]
ARRAYS: Final = ("supply", "use", "final", "primary", "satellite_values", "imported")
NAMES: Final = {"A": "product technology", "B": "industry technology"} | {
    "C": "fixed industry sales",
    "D": "fixed product sales",
}


@dataclass(frozen=True, eq=False, repr=False)
class SupplyUseTable:
    """Supply and use of one economy in one year, at basic prices.

    Parameters
    ----------
    products : Axis, p
    industries : Axis, i
    final_uses : Axis, u
    primary_inputs : Axis, w
    roles : tuple of str, w
        See `InputOutputTable`.
    supply : ndarray, shape (p, i) [unit]
        Domestic output, product by industry.
    use : ndarray, shape (p, i) [unit]
        Intermediate use of home products.
    final : ndarray, shape (p, u) [unit]
    primary : ndarray, shape (w, i + u) [unit]
        Imports, taxes and value added of industries, then of final uses.
    unit : Unit
    region : str
    satellites : Axis, s
    satellite_values : ndarray, shape (s, i) [satellite_units]
    satellite_units : tuple of Unit, s
    imported : ndarray, shape (p, i + u) [unit], optional
        Imported intermediate use, then imported final uses, by product; its column sums are the row
        of imports.
    provenance : Provenance
    rounding, statistical_discrepancy : float [unit]
    name : str

    Raises
    ------
    InputError
        With every product whose supply is not its use, and every industry whose output is not its
        inputs and value added.

    References
    ----------
    [eurostat_manual_2008], chapters 4 to 6 and 11.
    """

    products: Axis
    industries: Axis
    final_uses: Axis
    primary_inputs: Axis
    roles: tuple[str, ...]
    supply: Array
    use: Array
    final: Array
    primary: Array
    unit: Unit
    region: str = ""
    satellites: Axis = field(default_factory=lambda: Axis("satellite", ()))
    satellite_values: Array = field(default_factory=lambda: np.zeros((0, 0)))
    satellite_units: tuple[Unit, ...] = ()
    imported: Array | None = None
    provenance: Provenance = field(default_factory=Provenance)
    rounding: float = ROUNDING_OF_WHOLE_NUMBERS
    statistical_discrepancy: float = 0.0
    name: str = "supply_use"

    def __post_init__(self) -> None:
        if len(self.satellites) == 0:
            object.__setattr__(self, "satellite_values", np.zeros((0, len(self.industries))))
        for name in ARRAYS:
            if getattr(self, name) is None:
                continue
            given = np.array(getattr(self, name), dtype=np.float64)
            given.flags.writeable = False
            object.__setattr__(self, name, given)
        mend = "give half of the last published digit"
        for name in ("rounding", "statistical_discrepancy"):
            number(getattr(self, name), name, self.name, least=0.0, mend=mend)
        if self.unit.valuation != "basic":
            door = "econ.kernels.inputoutput.supplyuse.basic_from_purchasers"
            mend = f"take margins and taxes off first ({door})"
            raise UnitError.not_comparable(self.unit, "basic prices", "build the table", mend)
        InputError.raise_if(faults_of_supply_use(self))

    def __repr__(self) -> str:
        sides = {
            **{"products": self.products.labels, "industries": self.industries.labels},
            **{"final uses": self.final_uses.labels},
            **{"primary rows": self.primary_inputs.labels, "satellites": self.satellites.labels},
        }
        return shown(self, sides)

    @property
    def industry_output(self) -> Array:
        """Output by industry g, shape (i,) [unit]."""
        return np.asarray(self.supply.sum(axis=0))

    @classmethod
    def from_frames(
        cls,
        supply: Block,
        use: Block,
        *,
        final: Block,
        primary: pd.DataFrame | pd.Series | None = None,
        roles: Mapping[str, str] | None = None,
        imported: pd.DataFrame | None = None,
        satellites: pd.DataFrame | pd.Series | None = None,
        satellite_units: Mapping[str, str] | pd.Series | str | None = None,
        unit: str | Unit,
        name: str = "supply_use",
        **others: Any,
    ) -> SupplyUseTable:
        """Build the table from labelled frames; labels are aligned to `use`, never re-sorted.

        Parameters
        ----------
        supply, use : pandas.DataFrame, shape (p, i) [unit]
            Products down, industries across; the make matrix V of many books is the transpose.
        final : pandas.DataFrame, shape (p, u) [unit]
        primary : pandas.DataFrame, shape (w, i) or (w, i + u) [unit], optional
        imported : pandas.DataFrame, shape (p, i + u) [unit], optional
        satellites : pandas.DataFrame, shape (s, i), optional
        roles, satellite_units, unit
            As in `InputOutputTable.from_frames`, which says how each block may be typed.
        name : str
        **others
            ``region``, ``provenance``, ``rounding``, ``statistical_discrepancy``.

        Returns
        -------
        SupplyUseTable

        Raises
        ------
        InputError
            With every label that does not match and every account that does not close.

        Examples
        --------
        >>> made = pd.DataFrame([[100.0, 10.0], [0.0, 90.0]], ["p", "q"], ["P", "Q"])
        >>> used = pd.DataFrame([[20.0, 30.0], [40.0, 20.0]], ["p", "q"], ["P", "Q"])
        >>> table = SupplyUseTable.from_frames(
        ...     made, used, final=pd.DataFrame({"f": [60.0, 30.0]}, ["p", "q"]),
        ...     primary=pd.DataFrame([[40.0, 50.0]], ["B1G"], ["P", "Q"]), unit="MEUR 2022 basic",
        ... )
        >>> table.symmetric("D").flows.round(2).tolist()
        [[18.18, 27.27], [41.82, 22.73]]
        """
        parts = parts_of_supply_use(
            {"supply": supply, "use": use, "final": final}
            | {"primary": primary, "imported": imported, "satellites": satellites},
            roles={} if roles is None else roles,
            satellite_units={} if satellite_units is None else satellite_units,
            name=name,
        )
        return cls(**{**parts, **others}, unit=unit_of(unit, "unit", name), name=name)

    def symmetric(self, model: Model, *, negatives: Negatives = "refuse") -> InputOutputTable:
        """Return the symmetric table of one of the models A to D.

        Parameters
        ----------
        model : {"A", "B", "C", "D"}
            A product technology and B industry technology (product by product); C fixed industry
            sales and D fixed product sales (industry by industry).
        negatives : {"refuse", "keep", "balance", "almon"}
            What to do with flows below zero, which A and C can give: refuse them by name; keep
            them; set them to zero and balance the flows to their row and column sums (RAS); or, for
            A, balance the flows of Almon's method, which takes no more of an input than there is.

        Returns
        -------
        InputOutputTable
            Imported use is transformed alike: in C and D, as if foreign industries sold a product
            in the shares of the home ones.

        Raises
        ------
        InputError
            When the model cannot be used, or a flow is below zero and refused.

        References
        ----------
        [eurostat_manual_2008], chapter 11, models A to D; [almon_2000].
        """
        choice(model, get_args(Model), "model", self.name)
        known = isinstance(negatives, str) and negatives in get_args(Negatives)
        if not known or (negatives == "almon" and model != "A"):
            mend = "choose refuse, keep or balance; almon with model A"
            raise InputError.one(self.name, "negatives", "not known", mend, value=negatives)
        InputError.raise_if(model_faults(self, model))
        i, w = len(self.industries), len(self.primary_inputs)
        below = np.vstack([self.primary[:, :i], self.satellite_values])
        found = self._by_model(self.use, self.final, below, model)
        axis = self.products if model in ("A", "B") else self.industries
        how: dict[str, Any] = {"axis": axis, "model": model, "negatives": negatives}
        imported = None
        if self.imported is not None:
            abroad = self._by_model(self.imported[:, :i], self.imported[:, i:], below, model)
            used = self._settled("imported", self.imported[:, :i], abroad, **how)
            imported = np.hstack([used, abroad.final])
        step = f"make symmetric by model {model} ({NAMES[model]}), negatives: {negatives}"
        return InputOutputTable(
            products=axis,
            final_uses=self.final_uses,
            primary_inputs=self.primary_inputs,
            roles=self.roles,
            flows=self._settled("flows", self.use, found, **how),
            final=found.final,
            primary=np.hstack([found.primary[:w], self.primary[:, i:]]),
            output=found.output,
            imported=imported,
            unit=self.unit,
            region=self.region,
            satellites=self.satellites,
            satellite_values=found.primary[w:],
            satellite_units=self.satellite_units,
            provenance=self.provenance.step(step),
            rounding=self.rounding * max(1.0, self.supply.shape[1] / self.supply.shape[0]),
            statistical_discrepancy=self.statistical_discrepancy * self.supply.shape[0],
            keep_negative_flows=negatives == "keep",
            name=self.name,
        )

    def _by_model(self, use: Array, final: Array, below: Array, model: Model) -> SymmetricTable:
        try:
            return symmetric_table(self.supply, use, final, below, model)
        except ValueError as error:
            mend = "use model B or D, or aggregate products and industries to match"
            raise InputError.one(self.name, "model", str(error), mend, value=model) from error

    def _settled(
        self,
        block: str,
        use: Array,
        found: SymmetricTable,
        *,
        axis: Axis,
        model: str,
        negatives: Negatives,
    ) -> Array:
        flows = found.flows
        clear = np.maximum(flows, 0.0)
        if negatives == "keep":
            return flows
        if not len(found.negatives):
            # What is left below zero is rounding of the solve.
            return clear
        if negatives in ("balance", "almon"):
            return flows_above_zero(self, use, flows, axis.labels, block=block, how=negatives)
        mend = "use model B or D; or negatives='balance', 'keep' or, for A, 'almon'"
        problem = f"below zero in model {model}"
        prefix = "" if block == "flows" else f"{block} "
        raise InputError(
            [
                Fault(self.name, f"{prefix}{axis.labels[c]}", problem, mend, axis.labels[r], value)
                for r, c in found.negatives
                for value in (flows[r, c],)
            ]
        )
