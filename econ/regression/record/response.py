"""`ResponseModel`: what the record makes of a shock, as an impact like any other model's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.result import ImpactResult, Response
from econ.impact.shock import DemandShock, ShockPart
from econ.kernels.uncertainty.sampling import latin_hypercube
from econ.quantity.axes import Axis
from econ.quantity.design import seed_faults
from econ.quantity.parameters import Parameter
from econ.quantity.provenance import Provenance
from econ.quantity.units import PERSONS, Unit
from econ.regression.record.pooled import Pooled, quantile
from econ.regression.record.studies import JOBS, MONEY, same_unit
from econ.regression.results.fit import Fit

__all__ = ["EFFECTS", "RECORD_MODEL", "ResponseModel", "drawn"]

Array = npt.NDArray[np.float64]
Estimate = Fit | Pooled | Parameter

RECORD_MODEL: Final = "record"
EFFECTS: Final = ("direct", "induced")
MEASURES: Final = {JOBS: "employment", MONEY: "gva"}
WHOLE: Final = "_T"  # an estimate does not say in which products


@dataclass(frozen=True)
class ResponseModel:
    """What estimates, our own or pooled ones, make of a demand shock.

    Jobs per direct job multiply the staff of a site, euros of value added per euro what is spent on
    home products. An estimate does not part suppliers from households: everything beyond the direct
    jobs stands under ``induced``, and for value added everything. It does not say in which products
    either. So compare totals, and what is beyond the direct effect.

    Parameters
    ----------
    estimates : Fit, Pooled, Parameter or a sequence of them
        One per measure, each in one of the two units.
    term : str
        Which estimate of a fit that has several.
    of : {"new place", "mean"}
        Of a pooled estimate: whether the doubt holds what places differ by.
    seed : int
        Of the draws; the shock says how many.
    unit : str
        Of a fit or parameter that names none.

    Raises
    ------
    InputError
        When an estimate has another unit or lacks the term, or two are of one measure.

    References
    ----------
    [moretti_2010]; [chodorow_reich_2019].

    Examples
    --------
    >>> from econ.regression.record.pooling import pool
    >>> record = pool([0.8, 0.5, 0.5], [0.2, 0.1, 0.2], unit="jobs per direct job")
    >>> ResponseModel(record).measures
    ('employment',)
    """

    estimates: Estimate | Sequence[Estimate]
    term: str = ""
    of: str = "new place"
    seed: int = 0
    unit: str = ""
    name: str = RECORD_MODEL

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        for estimate in self._several:
            unit = self._unit_of(estimate)
            if unit not in MEASURES:
                mend = f"{nearest(unit, MEASURES)} Convert an elasticity to jobs per job first"
                faults.append(Fault("ResponseModel", "unit", "no such response", mend, value=unit))
            if isinstance(estimate, Fit):
                faults += _term_faults(estimate, self.term)
        units = [self._unit_of(estimate) for estimate in self._several]
        faults += [
            Fault("ResponseModel", "unit", "two estimates of one measure", "pool them", value=unit)
            for unit in sorted({unit for unit in units if units.count(unit) > 1})
        ]
        if not units:
            faults.append(Fault("ResponseModel", "estimates", "none", "give at least one"))
        InputError.raise_if(faults)

    @property
    def _several(self) -> tuple[Estimate, ...]:
        if isinstance(self.estimates, Fit | Pooled | Parameter):
            return (self.estimates,)
        return tuple(self.estimates)

    def _unit_of(self, estimate: Estimate) -> str:
        return same_unit(estimate.unit or self.unit)

    @property
    def measures(self) -> tuple[str, ...]:
        """What it answers."""
        return tuple(MEASURES[self._unit_of(estimate)] for estimate in self._several)

    def run(self, shock: DemandShock, scenario: str) -> ImpactResult:
        """Return what the record makes of a shock: jobs of sites, value added of spending.

        Parameters
        ----------
        shock : DemandShock
        scenario : str

        Raises
        ------
        InputError
            When no part of the shock has staff of its own and only jobs are asked for.
        """
        columns = shock.columns
        found = {
            MEASURES[self._unit_of(estimate)]: drawn(
                estimate, columns, seed=self.seed, term=self.term, of=self.of
            )
            for estimate in self._several
        }
        parts = [part for part in shock.parts if "gva" in found or part.activity is not None]
        if not parts:
            mend = "give a shock with sites in operation, or an estimate per euro"
            raise InputError.one("shock", "activity", "no direct jobs to respond to", mend)
        money = Unit(shock.unit.base, shock.unit.scale, shock.unit.price_year, "basic")
        units = {"employment": PERSONS, "gva": money}
        provenance = shock.provenance
        for estimate in self._several:
            provenance = provenance | _provenance(estimate)
        silent = [p for p in shock.parts if p.activity is None] if "employment" in found else []
        step = f"run {self.name}"
        if silent:
            names = ", ".join(dict.fromkeys(f"{p.pledge} ({p.phase})" for p in silent))
            step += f"; no direct jobs, so no answer in jobs: {names}"
        return ImpactResult(
            scenario=scenario,
            model=self.name,
            products=Axis("product", [WHOLE]),
            years=shock.years,
            units={measure: units[measure] for measure in found},
            responses=tuple(_respond(part, found) for part in parts),
            provenance=provenance.step(step),
        )


def drawn(
    estimate: Estimate, columns: int, *, seed: int = 0, term: str = "", of: str = "new place"
) -> Array:
    """Return an estimate and draws from its sampling distribution, shape (c,) [unit].

    Parameters
    ----------
    estimate : Fit, Pooled or Parameter
    columns : int
        One central value and the draws, c.
    seed : int
    term : str
        Of a fit.
    of : {"new place", "mean"}
        Of a pooled estimate.
    """
    InputError.raise_if(seed_faults(seed, "draws"))
    central, at = _distribution(estimate, term, of)
    if columns == 1:
        return np.array([central])
    u = latin_hypercube(np.random.default_rng([seed, *b"record"]), columns - 1, 1)[0]
    return np.concatenate([[central], at(u)])


def _distribution(estimate: Estimate, term: str, of: str) -> tuple[float, Callable[[Array], Array]]:
    if isinstance(estimate, Pooled):
        return estimate.mean, lambda u: estimate.quantile(u, of=of)
    if isinstance(estimate, Parameter):
        return estimate.value, estimate.at
    InputError.raise_if(_term_faults(estimate, term))
    place = estimate.index(term) if term else 0
    central = float(estimate.estimates[place])
    error = float(np.sqrt(estimate.covariance[place, place]))
    return central, lambda u: central + error * quantile(estimate.degrees_of_freedom, u)


def _term_faults(fit: Fit, term: str) -> list[Fault]:
    if term and term not in fit.terms:
        return [
            Fault("ResponseModel", "term", "no such term", nearest(term, fit.terms), value=term)
        ]
    if not term and len(fit.terms) != 1:
        mend = f"name the term: {', '.join(fit.terms)}"
        return [Fault("ResponseModel", "term", "a fit with several estimates", mend)]
    return []


def _provenance(estimate: Estimate) -> Provenance:
    if isinstance(estimate, Parameter):
        return Provenance(frozenset(estimate.source))
    return estimate.provenance


def _respond(part: ShockPart, found: dict[str, Array]) -> Response:
    nothing = np.zeros_like(part.amount)
    values = {}
    if "employment" in found:
        direct = nothing if part.activity is None else part.activity.employment
        values["employment"] = np.stack([direct, direct * found["employment"]])[:, None, :]
    if "gva" in found:
        spent = (part.domestic + part.margins).sum(axis=0)
        values["gva"] = np.stack([nothing, spent * found["gva"]])[:, None, :]
    weight = np.ones((len(EFFECTS), part.amount.shape[0]))
    return Response(part.pledge, part.phase, part.region, EFFECTS, values, part.profile, weight)
