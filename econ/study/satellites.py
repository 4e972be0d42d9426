"""What hangs on a study's impact: the public purse."""

from __future__ import annotations

import numpy as np

from econ.impact.fiscal import fiscal_account
from econ.impact.taxes import FiscalRules
from econ.quantity.parameters import Draws
from econ.report.satellites import PublicMoney, Purse
from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["fiscal_rules", "purse"]


def fiscal_rules(study: Study, draws: Draws) -> FiscalRules | None:
    """Return the study's fiscal rules for a set of draws, or None where it has none."""
    table = study.file.fiscal
    if table is None:
        return None
    wedge = study.file.households.model_dump()
    return table.rules(draws, wedge, study.table.production_tax_share, study.unit)


def purse(study: Study, evaluation: Evaluation) -> Purse | None:
    """Return what the public purse gets, gross and net, or None where the study does not say."""
    table, draws = study.file.fiscal, evaluation.scenario.draws
    found = fiscal_rules(study, draws)
    if table is None or found is None:
        return None
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
        gross=fiscal_account(evaluation.gross, found),
        net=fiscal_account(evaluation.net, found),
        of_economy={
            name: amount / accounts.gdp_by_production for name, amount in of_economy.items()
        },
        published=draws[table.published],
        published_of=table.published_of,
        why=table.why,
        public_money=tuple(
            PublicMoney(entry.label, tuple(entry.pledges), draws[entry.amount])
            for entry in table.public_money
        ),
    )
