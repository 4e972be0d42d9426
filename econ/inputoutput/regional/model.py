"""`RegionalModel`: what a national shock does area by area, with the tables' doubt in the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from econ.errors import EconError, InputError, UnitError
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import DemandShock, ShockPart
from econ.inputoutput.model import HouseholdClosure
from econ.inputoutput.regional.states import RegionalState, check_states, placement_faults
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.operator import LeontiefOperator
from econ.kernels.uncertainty.columns import column_product
from econ.quantity.axes import Axis
from econ.quantity.units import PERSONS, Unit

__all__ = ["RegionalModel"]

Array = npt.NDArray[np.float64]

NAME: Final = "leontief_regional_closed"
ALL_PRODUCTS: Final = "_T"
MEASURES: Final = ("output", "gva", "gdp", "compensation", "employment")


@dataclass(frozen=True)
class RegionalModel:
    """The multiregional Leontief model, closed to the households of every area.

    Areas share the country's technology, so that the sum over areas is the national model's
    result to the last digit; what differs is where it falls.

    Parameters
    ----------
    table : InputOutputTable
        Of the country.
    closure : HouseholdClosure
    states : sequence of RegionalState
        Together they see every column once.
    places : mapping of str to mapping of str to ndarray, shape (c,) [share]
        By pledge: the areas of its sites, with their parts of it.
    jobs_factor : ndarray, shape (c,), optional
        As in `LeontiefModel`.

    References
    ----------
    [miller_blair_2009], sections 3.4 (multiregional) and 2.5 (closed).
    """

    table: InputOutputTable
    closure: HouseholdClosure
    states: Sequence[RegionalState]
    places: Mapping[str, Mapping[str, Array]]
    jobs_factor: Array | None = None

    @property
    def name(self) -> str:
        """How the model is called in an impact frame."""
        return NAME

    @property
    def areas(self) -> Axis:
        """The areas, r."""
        return self.states[0].trade.regions

    @property
    def units(self) -> dict[str, Unit]:
        """Unit of each measure in one year."""
        money = self.table.unit
        plain = Unit(money.base, money.scale, money.price_year)
        kinds = {"output": money, "gva": money, "employment": PERSONS}
        return {measure: kinds.get(measure, plain) for measure in MEASURES}

    def run(self, shock: DemandShock, scenario: str) -> ImpactResult:
        """Return what the shock does in each area.

        Parameters
        ----------
        shock : DemandShock
            On the national table's products and in its unit.
        scenario : str

        Returns
        -------
        ImpactResult
            Responses by area; products summed.

        Raises
        ------
        UnitError
            When the shock is in another unit.
        InputError
            When its products are not the table's, a pledge has no place or an unknown one, the
            shares of its places do not sum to one, or a site makes what its area does not.
        """
        if shock.unit != self.table.unit:
            mend = "convert the shock to the table's currency and price year first"
            raise UnitError.not_comparable(shock.unit, self.table.unit, "run the model", mend)
        if shock.products.labels != self.table.products.labels:
            mend = "give a shock on the national table's products"
            raise InputError.one("shock", "product", "not the table's products", mend)
        check_states(self.states, shock.columns)
        InputError.raise_if(placement_faults(self.places, shock, self.states[0].trade))
        # Draws side by side as their states see them: a state reads and writes one slice.
        order = np.concatenate([state.columns for state in self.states])
        asked = [
            _Asked.of(part, self.places[part.pledge], order, self.closure) for part in shock.parts
        ]
        shape = (len(shock.parts), 3, len(self.areas), shock.columns)
        # Memory that nothing is written to is not taken: a site's own staff is in one area.
        found = {measure: np.zeros(shape) for measure in MEASURES}
        # One thread: a factor made by two differs in its last digits from one made by one, and a
        # report is the same to the byte wherever it is made. Not tables side by side, either: the
        # linear algebra of the wheels corrupts its memory when several threads call it at once.
        with threadpool_limits(limits=1, user_api="blas"):
            begin = 0
            for state in self.states:
                columns = slice(begin, begin + len(state.columns))
                _Solved(self, state, asked, order[columns], columns).fill(found)
                begin = columns.stop
        back = np.argsort(order)
        for filled in found.values():
            for row_of_draws in filled.reshape(-1, shock.columns):
                if row_of_draws.any():
                    row_of_draws[:] = row_of_draws[back]
        responses = []
        weight = np.ones((3, shock.columns))
        for place, part in enumerate(shock.parts):
            for row, area in enumerate(self.areas.labels):
                values = {m: found[m][place, :, row, None, :] for m in MEASURES}
                responses.append(
                    Response(
                        part.pledge,
                        part.phase,
                        area,
                        ("direct", "indirect", "induced"),
                        values,
                        part.profile,
                        weight,
                        part.stream,
                    )
                )
        return ImpactResult(
            scenario=scenario,
            model=self.name,
            products=Axis("product", [ALL_PRODUCTS]),
            years=shock.years,
            units=self.units,
            responses=tuple(responses),
            provenance=(self.table.provenance | shock.provenance).step(f"run {self.name}"),
        )


@dataclass(frozen=True)
class _Asked:
    """What one part of a shock asks for, its draws in the order of the states.

    Parameters
    ----------
    products : ndarray of int, shape (k,)
    demand : ndarray, shape (k, c)
    taxes : ndarray, shape (c,)
        Product taxes of the purchases.
    weights : mapping of str to ndarray, shape (c,) [share]
        By area.
    own : mapping of str to ndarray, shape (c,)
        By measure what the site does itself; empty where others do everything.
    income : ndarray, shape (c,), or None
        The pay that leaves as much to spend as income without work.
    """

    products: npt.NDArray[np.intp]
    demand: Array
    taxes: Array
    weights: Mapping[str, Array]
    own: Mapping[str, Array]
    income: Array | None = None

    @classmethod
    def of(
        cls,
        part: ShockPart,
        places: Mapping[str, Array],
        order: npt.NDArray[np.intp],
        closure: HouseholdClosure,
    ) -> _Asked:
        demand = part.domestic + part.margins
        products = np.flatnonzero(demand.any(axis=1))
        own: dict[str, Array] = {}
        if part.activity is not None:
            pay = part.activity.compensation[order]
            own = {
                "output": part.activity.output[order],
                "gva": pay,
                "gdp": pay,
                "compensation": pay,
                "employment": part.activity.employment[order],
            }
        return cls(
            products=products,
            demand=demand[products][:, order],
            taxes=part.taxes.sum(axis=0)[order],
            weights={area: share[order] for area, share in places.items()},
            own=own,
            income=None if part.income is None else closure.earned(part.income)[order],
        )


class _Solved:
    """One state of a model, solved for everything a shock asks: demand by area, and households."""

    def __init__(
        self,
        model: RegionalModel,
        state: RegionalState,
        asked: Sequence[_Asked],
        columns: npt.NDArray[np.intp],
        here: slice,
    ) -> None:
        self.model, self.state, self.asked = model, state, asked
        table, trade = model.table, state.trade
        self.n, self.r = len(table.products), len(trade.regions)
        self.columns, self.here = columns, here
        flows = np.einsum("irs,ij->risj", trade.coefficients, table.coefficients)
        self.operator = LeontiefOperator(flows.reshape(self.r * self.n, -1))
        n = self.n
        self.per_output = {
            "output": np.ones(n),
            "gva": table.per_output(table.gva),
            "compensation": table.per_output(table.compensation),
            "employment": table.per_output(table.employment),
            "gdp": table.per_output(table.gva + table.product_taxes[:n]),
        }
        self.pairs = self._pairs()
        self.first, self.whole = self._requirements()

    def fill(self, found: Mapping[str, Array]) -> None:
        """Write the effects of every part, area and draw of this state into `found`."""
        households = self._households()
        for place, part in enumerate(self.asked):
            direct, chain, extra = self._part(part)
            layers = [direct, chain]
            earned = layers[0]["compensation"] + layers[1]["compensation"] + self._income(part)
            layers.append(self._induced(earned, households))
            for measure, values in found.items():
                for effect, layer in enumerate(layers):
                    rows = np.flatnonzero(layer[measure].any(axis=1))
                    values[place, effect][rows, self.here] = layer[measure][rows]
            found["gdp"][place, 0][:, self.here] += extra

    def _part(self, part: _Asked) -> tuple[dict[str, Array], dict[str, Array], Array]:
        """Return direct and indirect effects by area, and product taxes of the purchases."""
        weights = {
            self.model.areas.position(area): share[self.here]
            for area, share in part.weights.items()
        }
        demand = part.demand[:, self.here]
        direct, chain = self._nothing(), self._nothing()
        for area, share in weights.items():
            places = [self.pairs[area, int(product)] for product in part.products]
            here = demand * share
            for measure in MEASURES:
                first, whole = self.first[measure][:, places], self.whole[measure][:, places]
                if not part.own:
                    direct[measure] += column_product(first, here)
                    whole = whole - first
                chain[measure] += column_product(whole, here)
        for area, share in weights.items():
            for measure, amount in part.own.items():
                direct[measure][area] += amount[self.here] * share
        self._with_jobs_factor(chain)
        if not part.own:
            self._with_jobs_factor(direct)
        extra = np.zeros((self.r, len(self.columns)))
        for area, share in weights.items():
            extra[area] += part.taxes[self.here] * share
        return direct, chain, extra

    def _pairs(self) -> dict[tuple[int, int], int]:
        """Return the place of every area and product that anything is asked of."""
        found: dict[tuple[int, int], int] = {}
        for part in self.asked:
            for area in part.weights:
                for product in part.products:
                    key = (self.model.areas.position(area), int(product))
                    found.setdefault(key, len(found))
        return found

    def _requirements(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return what a unit asked in an area does by area, at its suppliers and in all, (r, k)."""
        trade, k = self.state.trade, len(self.pairs)
        areas = np.array([area for area, _ in self.pairs], dtype=np.intp)
        products = np.array([product for _, product in self.pairs], dtype=np.intp)
        supplied = trade.coefficients[products, :, areas].T
        sides = np.zeros((self.r, self.n, k))
        sides[:, products, np.arange(k)] = supplied
        required = self.operator.solve(sides.reshape(self.r * self.n, k))
        required = required.reshape(self.r, self.n, k)
        first = {measure: supplied * per[products] for measure, per in self.per_output.items()}
        return first, {m: self._summed(per, required) for m, per in self.per_output.items()}

    @staticmethod
    def _summed(per_output: Array, required: Array) -> Array:
        return np.asarray(np.tensordot(per_output, required, axes=(0, 1)))

    def _income(self, part: _Asked) -> Array:
        """Return income without work as the pay that leaves as much to spend, (r, c)."""
        found = np.zeros((self.r, len(self.columns)))
        if part.income is None:
            return found
        for area, share in part.weights.items():
            found[self.model.areas.position(area)] += (part.income * share)[self.here]
        return found

    def _with_jobs_factor(self, layer: dict[str, Array]) -> None:
        if self.model.jobs_factor is not None:
            layer["employment"] *= self.model.jobs_factor[self.columns]

    def _nothing(self) -> dict[str, Array]:
        return {measure: np.zeros((self.r, len(self.columns))) for measure in MEASURES}

    def _households(self) -> _Households:
        model, trade = self.model, self.state.trade
        basket = _basket(model)
        bought = np.einsum("irs,i->ris", trade.coefficients, basket)
        required = self.operator.solve(bought.reshape(self.r * self.n, self.r))
        required = required.reshape(self.r, self.n, self.r)
        per = {m: self._summed(values, required) for m, values in self.per_output.items()}
        spending_place = self.state.people.place_of_spending.T
        domestic = model.closure.domestic[self.columns]
        respending = domestic * float(
            self.per_output["compensation"] @ model.table.operator.solve(basket)
        )
        if (respending >= 1.0).any():
            raise EconError("households spend more than they earn; lower the share that is spent")
        loop = spending_place @ per["compensation"]
        systems = np.eye(self.r) - domestic[:, None, None] * loop
        return _Households(per, spending_place, np.asarray(np.linalg.inv(systems)), domestic)

    def _induced(self, earned: Array, households: _Households) -> dict[str, Array]:
        closure = self.model.closure
        # Income spent in each area, all rounds.
        first = column_product(households.spending_place, earned)
        income = sum(
            (households.rounds[:, :, area].T * spent for area, spent in enumerate(first)),
            np.zeros_like(first),
        )
        spent = income * households.domestic
        layer = {measure: column_product(per, spent) for measure, per in households.per.items()}
        taxed = (closure.consumption * closure.taxed)[self.columns]
        layer["gdp"] = layer["gdp"] + income * taxed
        self._with_jobs_factor(layer)
        return layer


@dataclass(frozen=True)
class _Households:
    """What a unit of spending in each area does, and how pay comes back to be spent.

    Parameters
    ----------
    per : mapping of str to ndarray, shape (r, r)
        By measure: in the row area, per unit spent in the column area.
    spending_place : ndarray, shape (r, r)
        Where pay earned in the column area is spent.
    rounds : ndarray, shape (c, r, r)
        Income spent by area, all rounds, per unit of the first.
    domestic : ndarray, shape (c,)
    """

    per: Mapping[str, Array]
    spending_place: Array
    rounds: Array
    domestic: Array


def _basket(model: RegionalModel) -> Array:
    """Return the product mix of household spending on home products, shape (n,), sum one."""
    table, closure = model.table, model.closure
    mix = table.final[:, table.final_uses.position(closure.basket_use)].copy()
    mix[list(table.products.positions(closure.without))] = 0.0
    found: Array = mix / mix.sum()
    return found
