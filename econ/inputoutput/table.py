"""`InputOutputTable`: labelled, frozen, checked on entry against every law of accounting."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, UnitError
from econ.kernels.leontief import spectral_radius, technical_coefficients
from econ.quantity.axes import Axis
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit

__all__ = ["InputOutputTable"]

Array = npt.NDArray[np.float64]
PUBLISHED_ROUNDING = 0.005
INTERMEDIATE = "CPA_TOTAL"
# Residual uses (government) are published as differences of rounded figures.
IMPORT_SLACK = 2.0
ARRAYS = (
    "flows",
    "final",
    "imports",
    "taxes",
    "compensation",
    "other_taxes",
    "surplus",
    "output",
    "employment",
    "imported",
)


@dataclass(frozen=True)
class InputOutputTable:
    """A symmetric input-output table of one economy in one year, at basic prices.

    Parameters
    ----------
    products : Axis, n
    final_uses : Axis, u
    flows : ndarray, shape (n, n) [unit]
        Domestic intermediate flows Z, from row to column.
    final : ndarray, shape (n, u) [unit]
        Domestic final uses.
    imports : ndarray, shape (n + u,) [unit]
        Imports used by each product and each final use.
    taxes : ndarray, shape (n + u,) [unit]
        Taxes less subsidies on products, paid by each product and each final use.
    compensation, other_taxes, surplus : ndarray, shape (n,) [unit]
        D1, D29X39 and B2A3G; their sum is gross value added.
    output : ndarray, shape (n,) [unit]
    employment : ndarray, shape (n,) [persons]
    imported : ndarray, shape (n, 1 + u) [unit]
        Imports by product of origin: all intermediate use first, then each final use.
    unit : Unit
    region : str
    provenance : Provenance
    rounding : float [unit]
        Half of the last published digit; sums may differ by this much per cell.

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
    flows: Array
    final: Array
    imports: Array
    taxes: Array
    compensation: Array
    other_taxes: Array
    surplus: Array
    output: Array
    employment: Array
    imported: Array
    unit: Unit
    region: str
    provenance: Provenance = field(default_factory=Provenance)
    rounding: float = PUBLISHED_ROUNDING
    name: str = "table"

    def __post_init__(self) -> None:
        for name in ARRAYS:
            given = np.array(getattr(self, name), dtype=np.float64)
            given.flags.writeable = False
            object.__setattr__(self, name, given)
        if not 0.0 <= self.rounding < float("inf"):
            mend = "give half of the last published digit"
            raise InputError.one(self.name, "rounding", "no rounding", mend, value=self.rounding)
        if not self.unit.is_money or self.unit.price_year is None:
            mend = "name the currency and the year of the table"
            raise UnitError.not_comparable(self.unit, "money of a year", "build the table", mend)
        if self.unit.valuation != "basic":
            mend = "an input-output table for impacts is at basic prices"
            raise UnitError.not_comparable(self.unit, "basic prices", "build the table", mend)
        InputError.raise_if(
            self._shape_faults() or self._finite_faults() or self._accounting_faults()
        )

    @property
    def gva(self) -> Array:
        """Gross value added by product, shape (n,) [unit]."""
        return self.compensation + self.other_taxes + self.surplus

    @cached_property
    def coefficients(self) -> Array:
        """Domestic technical coefficients A, shape (n, n) [-]."""
        found = technical_coefficients(self.flows, self.output)
        found.flags.writeable = False
        return found

    @property
    def gdp_by_production(self) -> float:
        """Gross value added and all net taxes on products [unit]."""
        return float(self.gva.sum() + self.taxes.sum())

    @property
    def gdp_by_expenditure(self) -> float:
        """Final uses at purchasers' prices less imports [unit]."""
        n = len(self.products)
        spent = self.final.sum() + self.imports[n:].sum() + self.taxes[n:].sum()
        return float(spent - self.imports.sum())

    def per_output(self, row: Array) -> Array:
        """Return a row per unit of output, shape (n,); zero where there is no output."""
        ratio: Array = np.divide(row, self.output, out=np.zeros_like(row), where=self.output != 0)
        return ratio

    def import_share(self, use: str) -> Array:
        """Return the imported share of a use by product, shape (n,) [share].

        Parameters
        ----------
        use : str
            A final use, or ``CPA_TOTAL`` for all intermediate use.
        """
        if use == INTERMEDIATE:
            foreign, home = self.imported[:, 0], self.flows.sum(axis=1)
        else:
            column = self.final_uses.position(use)
            foreign, home = self.imported[:, 1 + column], self.final[:, column]
        supply = foreign + home
        share = np.divide(foreign, supply, out=np.zeros_like(foreign), where=supply > 0)
        clipped: Array = np.clip(share, 0.0, 1.0)
        return clipped

    def _fault(
        self, column: str, problem: str, mend: str, row: str = "", value: object = None
    ) -> Fault:
        return Fault(self.name, column, problem, mend, row or None, value)

    def _shape_faults(self) -> list[Fault]:
        n, u = len(self.products), len(self.final_uses)
        if n == 0 or u == 0:
            return [self._fault("products", "no products or no final uses", "give at least one")]
        shapes = {
            "flows": (n, n),
            "final": (n, u),
            "imports": (n + u,),
            "taxes": (n + u,),
            "compensation": (n,),
            "other_taxes": (n,),
            "surplus": (n,),
            "output": (n,),
            "employment": (n,),
            "imported": (n, 1 + u),
        }
        return [
            self._fault(name, f"shape {getattr(self, name).shape}", f"give shape {shape}")
            for name, shape in shapes.items()
            if getattr(self, name).shape != shape
        ]

    def _finite_faults(self) -> list[Fault]:
        labels = self.products.labels
        uses = self.final_uses.labels
        columns = {
            "flows": labels,
            "final": uses,
            "imported": (INTERMEDIATE, *uses),
        }
        mend = "write a number, or zero where there is no flow"
        faults = []
        for name, across in columns.items():
            for row, column in np.argwhere(~np.isfinite(getattr(self, name))):
                value = getattr(self, name)[row, column]
                faults.append(
                    self._fault(f"{name} {across[column]}", "not finite", mend, labels[row], value)
                )
        for name in ("imports", "taxes"):
            for (place,) in np.argwhere(~np.isfinite(getattr(self, name))):
                value = getattr(self, name)[place]
                faults.append(self._fault((labels + uses)[place], "not finite", mend, name, value))
        for name in ("compensation", "other_taxes", "surplus", "output", "employment"):
            for (place,) in np.argwhere(~np.isfinite(getattr(self, name))):
                value = getattr(self, name)[place]
                faults.append(self._fault(labels[place], "not finite", mend, name, value))
        return faults

    def _accounting_faults(self) -> list[Fault]:
        faults = self._sign_faults()
        n, u = self.final.shape
        labels = self.products.labels
        rows = self.flows.sum(axis=1) + self.final.sum(axis=1)
        columns = self.flows.sum(axis=0) + self.imports[:n] + self.taxes[:n] + self.gva
        for place, (row, column, output) in enumerate(zip(rows, columns, self.output, strict=True)):
            if abs(row - output) > self.rounding * (n + u + 1):
                mend = f"uses sum to {row:.2f}, output is {output:.2f}; mend the row or the output"
                faults.append(
                    self._fault(
                        "output", "the row does not close", mend, labels[place], row - output
                    )
                )
            if abs(column - output) > self.rounding * (n + 6):
                mend = (
                    f"inputs, imports, taxes and value added sum to {column:.2f}, output is "
                    f"{output:.2f} (ratio {column / output if output else np.inf:.3g}); "
                    "imports and product taxes are no value added"
                )
                faults.append(
                    self._fault(
                        labels[place], "the column does not close", mend, "P1", column - output
                    )
                )
        uses = (INTERMEDIATE, *self.final_uses.labels)
        by_use = np.concatenate([[self.imports[:n].sum()], self.imports[n:]])
        for use, gap in zip(uses, self.imported.sum(axis=0) - by_use, strict=True):
            if abs(gap) > self.rounding * (n + len(uses)) * IMPORT_SLACK:
                mend = "imports by product of origin must sum to imports by user"
                faults.append(self._fault(use, "imports do not close", mend, "imports", gap))
        return faults or self._productivity_faults()

    def _sign_faults(self) -> list[Fault]:
        labels = self.products.labels
        faults = []
        for row, column in np.argwhere(self.flows < 0):
            mend = "net off or explain it; a flow between products is not below zero"
            value = self.flows[row, column]
            faults.append(self._fault(labels[column], "negative flow", mend, labels[row], value))
        for name in ("output", "employment"):
            for (place,) in np.argwhere(getattr(self, name) < 0):
                value = getattr(self, name)[place]
                faults.append(
                    self._fault(name, "negative", "write it positive", labels[place], value)
                )
        for (place,) in np.argwhere((self.output == 0) & (self.flows != 0).any(axis=1)):
            mend = "it is used out of stocks; count it as imported or give its output"
            faults.append(self._fault("output", "used, but no output", mend, labels[place], 0))
        jobless = (self.output == 0) & (self.employment > 0)
        for (place,) in np.argwhere(jobless):
            mend = (
                "its jobs would vanish from every multiplier; merge the product or give its output"
            )
            value = self.employment[place]
            faults.append(
                self._fault(
                    "output", "jobs but no output", mend, labels[place], f"{value:.0f} jobs"
                )
            )
        return faults

    def _productivity_faults(self) -> list[Fault]:
        radius = spectral_radius(self.coefficients)
        if radius < 1.0:
            return []
        sums = self.coefficients.sum(axis=0)
        mend = "output is too small for its inputs; check its unit (thousands, millions)"
        worst = [int(place) for place in np.argsort(-sums) if sums[place] >= 1.0] or [
            int(np.argmax(sums))
        ]
        return [
            self._fault(
                self.products.labels[place],
                f"unproductive: spectral radius {radius:.3g}, inputs per output {sums[place]:.3g}",
                mend,
                "P1",
                self.output[place],
            )
            for place in worst
        ]

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
        frame = flows.frame
        domestic = frame[frame["block"] == "domestic"]
        across = list(dict.fromkeys(domestic["column"]))
        products = Axis("product", list(dict.fromkeys(domestic["row"])), flows.name)
        uses = Axis("final use", [label for label in across if label not in products], flows.name)
        wide = frame.pivot(index="row", columns="column", values="value")
        everyone = [*products.labels, *uses.labels]
        origin = imported.frame.pivot(index="row", columns="column", values="value")
        heads = employment.frame.query("satellite == 'persons'")
        if len(set(heads["year"])) > 1 or heads.empty:
            years = sorted(set(heads["year"]))
            mend = "give persons of one year"
            raise InputError.one(employment.name, "year", "not one year", mend, value=years)
        persons = heads.set_index("product")["value"]
        InputError.raise_if(
            [
                *_label_faults(imported.name, "row", list(origin.index), products),
                *_label_faults(employment.name, "product", list(persons.index), products),
            ]
        )
        unit = Unit.parse(flows.units["value"])
        jobs = Unit.parse(employment.units["value"])
        if jobs.base != "persons":
            mend = "give heads; full-time equivalents are fewer than persons"
            raise UnitError.not_comparable(jobs, "persons", "build the table", mend)

        def grid(rows: list[str], columns: list[str]) -> Array:
            return np.asarray(wide.reindex(index=rows, columns=columns), dtype=np.float64)

        def row(label: str, columns: list[str]) -> Array:
            values: Array = grid([label], columns)[0]
            return values

        names = list(products.labels)
        return cls(
            products=products,
            final_uses=uses,
            flows=grid(names, names),
            final=grid(names, list(uses.labels)),
            imports=row("IMP", everyone),
            taxes=row("D21X31", everyone),
            compensation=row("D1", names),
            other_taxes=row("D29X39", names),
            surplus=row("B2A3G", names),
            output=row("P1", names),
            employment=np.asarray(persons.reindex(names), dtype=np.float64) * jobs.scale,
            imported=_origin_grid(origin, names, [INTERMEDIATE, *uses.labels]),
            unit=unit,
            region=region,
            provenance=flows.provenance | imported.provenance | employment.provenance,
            name=flows.name,
        )


def _origin_grid(origin: pd.DataFrame, rows: list[str], columns: list[str]) -> Array:
    # A use that imports nothing (non-profit institutions) has no column in the import block.
    return np.asarray(origin.reindex(index=rows, columns=columns).fillna(0.0), dtype=np.float64)


def _label_faults(file: str, column: str, labels: list[str], products: Axis) -> list[Fault]:
    missing = [label for label in products.labels if label not in labels]
    extra = [label for label in labels if label not in products]
    return [
        *[Fault(file, column, "product missing", "add its row", value=label) for label in missing],
        *[
            Fault(file, column, "product the table does not have", "aggregate it", value=label)
            for label in extra
        ],
    ]
