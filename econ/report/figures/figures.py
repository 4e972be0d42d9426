"""Every figure of the report; `FIGURES` finds what draws it from the tables, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

import pandas as pd

from econ.report.figures.bridge import gross_to_net
from econ.report.figures.doubt import tornado
from econ.report.figures.flows import from_pledge_to_effect
from econ.report.figures.maps import jobs_by_region
from econ.report.figures.money import where_the_money_goes
from econ.report.figures.products import jobs_by_product
from econ.report.figures.promises import promised_and_modelled
from econ.report.figures.record import model_and_record
from econ.report.figures.years import over_the_years
from econ.report.language import ENGLISH, Language

__all__ = ["FIGURES"]

Tables = Mapping[str, pd.DataFrame]


class Figure(Protocol):
    """Draws from the tables of a report, in a language."""

    def __call__(self, tables: Tables, said: Language = ENGLISH) -> str:
        """Return the text of an SVG; empty where the study has nothing to draw."""


def _announced_only(tables: Tables) -> pd.DataFrame:
    """Return destinations of the announced pledges, without their sum and their parts."""
    pledges, rows = tables["pledges"], tables["destinations"]
    announced = pledges.loc[pledges["level"] == "announced", "pledge"]
    return rows[rows["subject"].isin(announced)]


FIGURES: Final[Mapping[str, Figure]] = {
    "bridge_construction": lambda tables, said=ENGLISH: gross_to_net(
        tables["bridge"], "construction", "employment", said
    ),
    "bridge_operation": lambda tables, said=ENGLISH: gross_to_net(
        tables["bridge"], "operation", "employment", said
    ),
    "map_construction_gross": lambda tables, said=ENGLISH: jobs_by_region(
        tables["tile_values"], "construction", "gross", said
    ),
    "map_construction_net": lambda tables, said=ENGLISH: jobs_by_region(
        tables["tile_values"], "construction", "net", said
    ),
    "map_operation_gross": lambda tables, said=ENGLISH: jobs_by_region(
        tables["tile_values"], "operation", "gross", said
    ),
    "map_operation_net": lambda tables, said=ENGLISH: jobs_by_region(
        tables["tile_values"], "operation", "net", said
    ),
    "jobs_by_year": lambda tables, said=ENGLISH: over_the_years(
        tables["by_year"], "employment", said
    ),
    "gdp_by_year": lambda tables, said=ENGLISH: over_the_years(tables["by_year"], "gdp", said),
    "flows": lambda tables, said=ENGLISH: from_pledge_to_effect(
        tables["flows"], tables["flow_nodes"], said
    ),
    "where_the_money_goes": lambda tables, said=ENGLISH: where_the_money_goes(
        _announced_only(tables), said
    ),
    "products_construction": lambda tables, said=ENGLISH: jobs_by_product(
        tables["by_product"], "construction", said
    ),
    "products_operation": lambda tables, said=ENGLISH: jobs_by_product(
        tables["by_product"], "operation", said
    ),
    "relative_construction": lambda tables, said=ENGLISH: jobs_by_product(
        tables["by_product"], "construction", said, relative=True
    ),
    "relative_operation": lambda tables, said=ENGLISH: jobs_by_product(
        tables["by_product"], "operation", said, relative=True
    ),
    "promises": lambda tables, said=ENGLISH: promised_and_modelled(tables["promises"], said),
    "tornado_operation": lambda tables, said=ENGLISH: tornado(
        tables["sensitivity"], "net jobs in operation", said
    ),
    "tornado_construction": lambda tables, said=ENGLISH: tornado(
        tables["sensitivity"], "net job-years of construction", said
    ),
    "model_and_record": lambda tables, said=ENGLISH: model_and_record(
        tables["model_and_record"], said
    ),
}
