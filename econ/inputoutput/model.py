"""`LeontiefModel`: the labelled open model, and the model closed to households."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import EconError, InputError, UnitError, nearest
from econ.impact.by_product import filled
from econ.impact.factored import Factored
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import Activity, DemandShock, ShockPart
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.leontief import household_income
from econ.kernels.inputoutput.operator import LeontiefOperator
from econ.quantity.parameters import Draws
from econ.quantity.units import PERSONS, Unit

__all__ = ["CLOSED_MODEL", "OPEN_MODEL", "HouseholdClosure", "LeontiefModel"]

Array = npt.NDArray[np.float64]

OPEN_MODEL: Final = "leontief_open"
CLOSED_MODEL: Final = "leontief_closed_households"
WEDGE: Final = ("employer_contributions", "employee_contributions", "income_tax")


@dataclass(frozen=True)
class HouseholdClosure:
    """What households do with one unit of compensation of employees.

    Parameters
    ----------
    consumption : ndarray, shape (c,) [per unit of compensation, purchasers' prices]
        What is left after contributions, tax and saving.
    taxed, imported : ndarray, shape (c,) [share of consumption]
        Product taxes in it, and what is bought abroad.
    basket_use : str
        Final use whose product mix households follow.
    without : tuple of str
        Products a wage does not buy (imputed rents).
    take_home : ndarray, shape (c,) [per unit of compensation], optional
        What is left after contributions and tax; all of it where left out.
    """

    consumption: Array
    taxed: Array
    imported: Array
    basket_use: str
    without: tuple[str, ...] = ()
    take_home: Array | None = None

    @classmethod
    def from_parameters(
        cls,
        draws: Draws,
        names: Mapping[str, str],
        basket: str,
        without: tuple[str, ...] = (),
    ) -> HouseholdClosure:
        """Build the closure from named parameters.

        Compensation less employers' and employees' contributions and income tax is net pay; the
        propensity to consume says how much of it is spent.

        Parameters
        ----------
        draws : Draws
        names : mapping of str to str
            Parameter of each of ``employer_contributions``, ``employee_contributions``,
            ``income_tax``, ``propensity_to_consume``, ``product_taxes``, ``import_share``.
        basket : str
            Final use whose product mix households follow.
        without : tuple of str
            Products a wage does not buy.
        """
        wedge = sum(
            (draws[names[part]] for part in WEDGE), np.zeros(draws.columns, dtype=np.float64)
        )
        leaves = draws[names["product_taxes"]] + draws[names["import_share"]]
        for words, total in (
            ("contributions and tax", wedge),
            ("product taxes and imports", leaves),
        ):
            if (total > 1.0).any():
                mend = "lower one of them; together they are a share"
                problem = f"{words} exceed one in some draws"
                raise InputError.one("study", "households", problem, mend, value=float(total.max()))
        return cls(
            consumption=(1.0 - wedge) * draws[names["propensity_to_consume"]],
            taxed=draws[names["product_taxes"]],
            imported=draws[names["import_share"]],
            basket_use=basket,
            without=without,
            take_home=1.0 - wedge,
        )

    def earned(self, income: Array) -> Array:
        """Return the compensation that leaves as much to spend as an income without work."""
        return income if self.take_home is None else income / self.take_home

    @property
    def domestic(self) -> Array:
        """Consumption of home products per unit of compensation, shape (c,) [basic prices]."""
        return self.consumption * (1.0 - self.taxed - self.imported)


@dataclass(frozen=True)
class LeontiefModel:
    """The Leontief quantity model on one table, open or closed to households.

    Parameters
    ----------
    table : InputOutputTable
    closure : HouseholdClosure, optional
        None for the open model, which has no induced effect.
    jobs_factor : ndarray, shape (c,) or None
        Jobs per unit of output in the project's years over those of the table.

    References
    ----------
    [miller_blair_2009], sections 2.2 (open) and 2.5 (closed).
    """

    table: InputOutputTable
    closure: HouseholdClosure | None = None
    jobs_factor: Array | None = None

    @property
    def name(self) -> str:
        """How the model is called in an impact frame."""
        return OPEN_MODEL if self.closure is None else CLOSED_MODEL

    @property
    def factor(self) -> LeontiefOperator:
        """``I - A`` of the table, solved and never inverted."""
        return self.table.operator

    @cached_property
    def basket(self) -> Array:
        """Product mix of household spending on home products, shape (n,), sum one."""
        if self.closure is None:
            raise EconError("the open model has no household basket; give a closure")
        mix = self.table.final[:, self.table.final_uses.position(self.closure.basket_use)].copy()
        mix[list(self.table.products.positions(self.closure.without))] = 0.0
        basket: Array = mix / mix.sum()
        return basket

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Unit of each measure in one year."""
        money = self.table.unit
        plain = Unit(money.base, money.scale, money.price_year)
        return {
            "output": money,
            "gva": money,
            "gdp": plain,
            "compensation": plain,
            "employment": PERSONS,
            "taxes": plain,
            "imports": plain,
        }

    def run(self, shock: DemandShock, scenario: str) -> ImpactResult:
        """Return what the shock does to output, value added, jobs, taxes and imports.

        Parameters
        ----------
        shock : DemandShock
            On this table's products and in its unit.
        scenario : str
            Name to carry into the result.

        Raises
        ------
        UnitError
            When the shock is in another unit: other price year, currency or valuation.
        InputError
            When its products are not the table's, or it asks for a product the table does not make.
        """
        if shock.unit != self.table.unit:
            mend = "convert the shock to the table's currency and price year first"
            raise UnitError.not_comparable(shock.unit, self.table.unit, "run the model", mend)
        if shock.products.labels != self.table.products.labels:
            unknown = [p for p in shock.products.labels if p not in self.table.products]
            value = ", ".join(unknown) or "same products in another order"
            mend = nearest(unknown[0], self.table.products.labels) if unknown else "align by label"
            raise InputError.one("shock", "product", "not the table's products", mend, value=value)
        self._check_supply(shock)
        sectors = sorted({int(row) for part in shock.parts for row in part.demand()[0]})
        columns = np.zeros((len(self.table.products), len(sectors)))
        columns[sectors, range(len(sectors))] = 1.0
        requirements = self.factor.solve(columns)
        responses = tuple(self._respond(part, sectors, requirements) for part in shock.parts)
        return ImpactResult(
            scenario=scenario,
            model=self.name,
            products=self.table.products,
            years=shock.years,
            units=self.units,
            responses=responses,
            provenance=(self.table.provenance | shock.provenance).step(f"run {self.name}"),
        )

    def _check_supply(self, shock: DemandShock) -> None:
        for part in shock.parts:
            missing = [row for row in part.demand()[0] if self.table.output[row] == 0]
            if missing:
                labels = [self.table.products.labels[int(row)] for row in missing]
                mend = "the table makes none of it at home; count it as imported"
                raise InputError.one(
                    part.pledge,
                    "product",
                    "demand for a product without output",
                    mend,
                    value=labels,
                )

    def _respond(self, part: ShockPart, sectors: list[int], requirements: Array) -> Response:
        asked, demand = part.demand()
        places = [sectors.index(int(row)) for row in asked]
        first, chain = _unit(len(self.table.products), asked), requirements[:, places]
        if part.activity is None:
            layers = [self._measures(first, demand), self._measures(chain - first, demand)]
        else:
            layers = [self._own(part.activity), self._measures(chain, demand)]
        for measure, bought in (("imports", part.imported), ("taxes", part.taxes)):
            rows, amounts = filled(bought)
            layers[0][measure] += [(_unit(len(self.table.products), rows), amounts)]
        effects: tuple[str, ...] = ("direct", "indirect")
        if self.closure is not None:
            earned = Factored(tuple(layers)).totals("compensation").sum(axis=0)
            if part.income is not None:
                earned = earned + self.closure.earned(part.income)
            layers.append(self._induced(earned))
            effects = (*effects, "induced")
        for layer in layers:
            layer["gdp"] = layer["gva"] + layer["taxes"]
        values = Factored(tuple({name: layer[name] for name in self.units} for layer in layers))
        weight = np.ones((len(effects), part.amount.shape[0]))
        return Response(
            part.pledge,
            part.phase,
            part.region,
            effects,
            values,
            part.profile,
            weight,
            part.stream,
        )

    def _measures(self, output: Array, amounts: Array) -> dict[str, list[tuple[Array, Array]]]:
        """Return every measure of an output by product, (n, k) times (k, c)."""
        per, factor = self._per_output, self.jobs_factor
        jobs = amounts if factor is None else amounts * factor
        return {
            measure: [(each[:, None] * output, jobs if measure == "employment" else amounts)]
            for measure, each in per.items()
        }

    @cached_property
    def _per_output(self) -> dict[str, Array]:
        """Every measure per unit of output, shape (n,)."""
        table, n = self.table, len(self.table.products)
        return {
            "output": np.ones(n),
            "gva": table.per_output(table.gva),
            "compensation": table.per_output(table.compensation),
            "employment": table.per_output(table.employment),
            "taxes": table.per_output(table.product_taxes[:n]),
            "imports": table.per_output(table.imports[:n]),
        }

    def _own(self, activity: Activity) -> dict[str, list[tuple[Array, Array]]]:
        """Return what a site makes, pays and employs itself; it buys what the chain counts."""
        row = np.array([self.table.products.position(activity.product)])
        here = _unit(len(self.table.products), row)
        own = {
            "output": activity.output,
            "gva": activity.compensation,
            "compensation": activity.compensation,
            "employment": activity.employment,
        }
        return {
            measure: [(here, own[measure][None, :])] if measure in own else []
            for measure in self._per_output
        }

    @cached_property
    def _per_basket(self) -> Array:
        """Output that one unit of household spending on home products asks for, shape (n,)."""
        found: Array = self.factor.solve(self.basket)
        return found

    def _induced(self, earned: Array) -> dict[str, list[tuple[Array, Array]]]:
        closure = self.closure
        if closure is None:
            raise EconError("the open model has no induced effect; give a closure")
        per_basket = self._per_basket
        pay = self.table.per_output(self.table.compensation)
        respending = closure.domestic * float(pay @ per_basket)
        if (respending >= 1.0).any():
            raise EconError(
                "households spend more than they earn in every round "
                f"({respending.max():.3g} of each unit); lower the share that is spent"
            )
        income = household_income(earned, respending)
        layer = self._measures(per_basket[:, None], (closure.domestic * income)[None, :])
        spent, basket = closure.consumption * income, self.basket[:, None]
        layer["taxes"] += [(basket, (spent * closure.taxed)[None, :])]
        layer["imports"] += [(basket, (spent * closure.imported)[None, :])]
        return layer


def _unit(products: int, rows: npt.NDArray[np.intp]) -> Array:
    """Return one unit of each of some products, shape (n, k)."""
    unit = np.zeros((products, len(rows)))
    unit[rows, np.arange(len(rows))] = 1.0
    return unit
