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
from econ.impact.shock import DemandShock
from econ.inputoutput.model import HouseholdClosure
from econ.inputoutput.regional.effects import EFFECTS, Asked, OfArea, RegionalEffects, StateEffects
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
        self._check(shock)
        effects = self._solve(shock)
        weight = np.ones((len(EFFECTS), shock.columns))
        responses = [
            Response(
                part.pledge,
                part.phase,
                area,
                EFFECTS,
                OfArea(effects, place, row, MEASURES),
                part.profile,
                weight,
                part.stream,
            )
            for place, part in enumerate(shock.parts)
            for row, area in enumerate(self.areas.labels)
        ]
        return ImpactResult(
            scenario=scenario,
            model=self.name,
            products=Axis("product", [ALL_PRODUCTS]),
            years=shock.years,
            units=self.units,
            responses=tuple(responses),
            provenance=(self.table.provenance | shock.provenance).step(f"run {self.name}"),
        )

    def _check(self, shock: DemandShock) -> None:
        if shock.unit != self.table.unit:
            mend = "convert the shock to the table's currency and price year first"
            raise UnitError.not_comparable(shock.unit, self.table.unit, "run the model", mend)
        if shock.products.labels != self.table.products.labels:
            mend = "give a shock on the national table's products"
            raise InputError.one("shock", "product", "not the table's products", mend)
        check_states(self.states, shock.columns)
        InputError.raise_if(placement_faults(self.places, shock, self.states[0].trade))

    def _solve(self, shock: DemandShock) -> RegionalEffects:
        """Return what each area makes, state by state."""
        # Draws side by side as their states see them: a state reads and writes one slice.
        order = np.concatenate([state.columns for state in self.states])
        closure = self.closure
        asked = [
            Asked.of(part, self.places[part.pledge], order, closure, self.areas)
            for part in shock.parts
        ]
        income = [np.zeros((len(self.areas), shock.columns)) for _ in asked]
        seen = []
        # One thread: a factor made by two differs in its last digits from one made by one, and a
        # report is the same to the byte wherever it is made. Not tables side by side, either: the
        # linear algebra of the wheels corrupts its memory when several threads call it at once.
        with threadpool_limits(limits=1, user_api="blas"):
            begin = 0
            for state in self.states:
                here = slice(begin, begin + len(state.columns))
                solved = _Solved(self, state, asked, here)
                for part, earned in zip(asked, income, strict=True):
                    earned[:, here] = solved.income(part)
                seen.append(solved.effects)
                begin = here.stop
        return RegionalEffects(
            parts=asked,
            states=seen,
            income=income,
            domestic=closure.domestic[order],
            taxed=(closure.consumption * closure.taxed)[order],
            jobs_factor=None if self.jobs_factor is None else self.jobs_factor[order],
            order=order,
        )


class _Solved:
    """One state of a model, solved for everything a shock asks: demand by area, and households."""

    def __init__(
        self, model: RegionalModel, state: RegionalState, asked: Sequence[Asked], here: slice
    ) -> None:
        self.model, self.state, self.here = model, state, here
        table, trade = model.table, state.trade
        self.n, self.r = len(table.products), len(trade.regions)
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
        pairs = _pairs(asked)
        first, whole = self._requirements(pairs)
        per = self._spending()
        self.effects = StateEffects(here, pairs, first, whole, per)
        self.spending_place = state.people.place_of_spending.T
        self.rounds = self._rounds(per["compensation"])

    def income(self, part: Asked) -> Array:
        """Return what households earn by a part in each area, all rounds, shape (r, c)."""
        earned = self.effects.earned(part) + self._without_work(part)
        first = column_product(self.spending_place, earned)
        return sum(
            (self.rounds[:, :, area].T * spent for area, spent in enumerate(first)),
            np.zeros_like(first),
        )

    def _requirements(
        self, pairs: Mapping[tuple[int, int], int]
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return what a unit asked in an area does by area, at its suppliers and in all, (r, k)."""
        trade, k = self.state.trade, len(pairs)
        areas = np.array([area for area, _ in pairs], dtype=np.intp)
        products = np.array([product for _, product in pairs], dtype=np.intp)
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

    def _without_work(self, part: Asked) -> Array:
        """Return income without work as the pay that leaves as much to spend, (r, c)."""
        found = np.zeros((self.r, self.here.stop - self.here.start))
        if part.income is None:
            return found
        for area, share in part.weights.items():
            found[area] += (part.income * share)[self.here]
        return found

    def _spending(self) -> dict[str, Array]:
        """Return what a unit spent by households in each area does, by measure, shape (r, r)."""
        bought = np.einsum("irs,i->ris", self.state.trade.coefficients, _basket(self.model))
        required = self.operator.solve(bought.reshape(self.r * self.n, self.r))
        required = required.reshape(self.r, self.n, self.r)
        return {m: self._summed(values, required) for m, values in self.per_output.items()}

    def _rounds(self, pay: Array) -> Array:
        """Return income spent by area, all rounds, per unit of the first, shape (c, r, r)."""
        model = self.model
        domestic = model.closure.domestic[self.state.columns]
        respending = domestic * float(
            self.per_output["compensation"] @ model.table.operator.solve(_basket(model))
        )
        if (respending >= 1.0).any():
            raise EconError("households spend more than they earn; lower the share that is spent")
        systems = np.eye(self.r) - domestic[:, None, None] * (self.spending_place @ pay)
        return np.asarray(np.linalg.inv(systems))


def _pairs(asked: Sequence[Asked]) -> dict[tuple[int, int], int]:
    """Return the place of every area and product that anything is asked of."""
    found: dict[tuple[int, int], int] = {}
    for part in asked:
        for area in part.weights:
            for product in part.products:
                found.setdefault((area, int(product)), len(found))
    return found


def _basket(model: RegionalModel) -> Array:
    """Return the product mix of household spending on home products, shape (n,), sum one."""
    table, closure = model.table, model.closure
    mix = table.final[:, table.final_uses.position(closure.basket_use)].copy()
    mix[list(table.products.positions(closure.without))] = 0.0
    found: Array = mix / mix.sum()
    return found
