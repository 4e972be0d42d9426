"""What hangs on a study's impact: the public purse, public money, people and electricity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.fiscal import fiscal_account
from econ.impact.taxes import FiscalRules
from econ.quantity.parameters import Draws
from econ.quantity.prices import convert
from econ.quantity.units import Unit
from econ.report.contents.satellites import Carbon, Energy, EnergySite, People, PublicMoney, Purse
from econ.scenario.energy import EnergySiteTable, EnergyTable, electricity
from econ.scenario.steps_to_net import REFERENCE
from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["energy", "fiscal_rules", "people", "public_money", "purse"]

Array = npt.NDArray[np.float64]


def fiscal_rules(study: Study, draws: Draws) -> FiscalRules | None:
    """Return the study's fiscal rules for a set of draws, or None where it has none."""
    table = study.file.fiscal
    if table is None:
        return None
    wedge = study.file.households.model_dump()
    accounts = study.table
    on_inputs = accounts.per_output(accounts.product_taxes[: len(accounts.products)])
    return table.rules(draws, wedge, accounts.production_tax_share, on_inputs, study.unit)


def purse(study: Study, evaluation: Evaluation) -> Purse | None:
    """Return what the public purse gets, gross and net, or None where the study does not say."""
    table, draws = study.file.fiscal, evaluation.scenario.draws
    found = fiscal_rules(study, draws)
    if table is None or found is None:
        return None
    # Gross holds people who had work already, and no benefit ends when they change it.
    nobody_jobless = replace(found, benefits=np.zeros_like(found.benefits))
    accounts = study.table
    market = [p not in study.file.households.without for p in accounts.products.labels]
    of_economy = {
        "contributions and levies on pay": accounts.compensation.sum()
        * np.asarray(sum(found.on_pay.values())),
        "taxes on products, less subsidies": np.full(draws.columns, accounts.product_taxes.sum()),
        "taxes on production, less subsidies": np.full(
            draws.columns, accounts.production_taxes.sum()
        ),
        "corporate tax": accounts.surplus[market].sum() * found.corporate_tax,
    }
    return Purse(
        gross=fiscal_account(evaluation.gross, nobody_jobless),
        net=fiscal_account(evaluation.net, found),
        of_economy={
            name: amount / accounts.gdp_by_production for name, amount in of_economy.items()
        },
        published=draws[table.published],
        published_of=table.published_of,
        why=table.why,
    )


def public_money(study: Study, evaluation: Evaluation) -> tuple[PublicMoney, ...]:
    """Return what the state pays for the study's pledges, as far as they are carried out."""
    scenario = evaluation.scenario
    events = {event.pledge: event for event in study.events}
    found: dict[str, dict[str, Array]] = {}
    for (funding, pledge), announced in scenario.public_money.items():
        goal = events[pledge]
        paid = announced * goal.carried_out(goal.phase, scenario.draws)
        found.setdefault(funding, {})[pledge] = paid
    return tuple(
        PublicMoney(funding, tuple(paid), np.sum(list(paid.values()), axis=0))
        for funding, paid in found.items()
    )


def people(study: Study) -> People | None:
    """Return how heads become full-time posts and hours, or None where the study does not say."""
    table = study.file.people
    if table is None:
        return None
    draws = study.draws()
    return People(draws[table.full_time], draws[table.hours], table.note, _pay(study))


def _pay(study: Study) -> pd.DataFrame:
    accounts = study.table
    jobs = accounts.employment
    paid = accounts.compensation * _factor(study)
    rows = [
        {
            "product": product,
            "persons": float(heads),
            "pay": float(money / heads) * study.unit.scale,
        }
        for product, heads, money in zip(accounts.products.labels, jobs, paid, strict=True)
        if heads > 0.0
    ]
    unit = f"{study.unit.base} {study.unit.price_year} per person"
    return pd.DataFrame(rows).assign(unit=unit)


def _factor(study: Study) -> float:
    """Return what money of the table is in the study's."""
    money, settings = study.table.unit, study.file.study
    plain = Unit(money.base, money.scale, money.price_year)
    prices = study.data.prices(settings.prices, settings.rates)
    return float(convert(1.0, plain, study.unit, prices))


def energy(study: Study, evaluation: Evaluation) -> Energy | None:
    """Return the electricity of the sites, gross and net, or None where the study does not say."""
    table = study.file.energy
    if table is None:
        return None
    draws = evaluation.scenario.draws
    return Energy(
        product=table.product,
        per_unit_sold=_per_unit_sold(study, table.product),
        sites=tuple(_site(study, evaluation, site, table) for site in table.site),
        carbon=tuple(
            Carbon(entry.label, entry.method, draws[entry.factor], entry.note)
            for entry in table.carbon
        ),
        why=table.why,
    )


def _per_unit_sold(study: Study, product: str) -> float:
    """Return the output of a product per unit of it sold to a final user."""
    row = study.table.products.position(product)
    demand = np.zeros(len(study.table.products))
    demand[row] = 1.0
    return float(study.table.operator.solve(demand)[row])


def _site(
    study: Study, evaluation: Evaluation, site: EnergySiteTable, table: EnergyTable
) -> EnergySite:
    scenario = evaluation.scenario
    draws = scenario.draws
    gross, reported = electricity(site, draws, scenario.spent, scenario.promised)
    here = {site.pledge, *(other.pledge for other in table.site if other.within == site.pledge)}
    bought = _bought(study, evaluation, here, table.product)
    return EnergySite(
        pledge=site.pledge,
        words=site.electricity.words,
        within=site.within,
        gross=gross,
        net=gross * _kept(evaluation, site.within or site.pledge),
        bill=gross * draws[site.price],
        bought=bought,
        reported=reported,
        reported_words="" if site.reported is None else site.reported.words,
        note=site.note,
    )


def _bought(study: Study, evaluation: Evaluation, pledges: set[str], product: str) -> Array:
    """Return what the rule of cost has sites spend on electricity in a year, metered or not."""
    scenario, factor = evaluation.scenario, _factor(study)
    row = study.table.products.position(product)
    found = np.zeros(scenario.draws.columns)
    metered = set()
    for event in study.events:
        site = getattr(event, "operation", None)
        if event.pledge in pledges and site is not None and site.metered:
            metered.add(event.pledge)
            found = found + site.by_share(event, scenario)
    for part in evaluation.shock.parts:
        if part.pledge in pledges - metered and part.phase == "operation":
            found = found + factor * (part.domestic[row] + part.imported[row] + part.taxes[row])
    return found


def _kept(evaluation: Evaluation, pledge: str) -> Array:
    """Return what is left of a site in the last year after the reference case, shape (c,)."""
    last = evaluation.gross.years[-1:]
    left, whole = (
        evaluation.steps[step].draws(
            "output", pledges=[pledge], phase="operation", effect="direct", years=last
        )
        for step in (REFERENCE, next(iter(evaluation.steps)))
    )
    return np.divide(left, whole, out=np.zeros_like(whole), where=whole != 0.0)
