"""Which products the jobs are in: most of all, and most for the size of the industry."""

from __future__ import annotations

from typing import Final

import pandas as pd

from econ.report.figures.drawable import drawable
from econ.report.figures.drawing import Drawing
from econ.report.figures.looks import GROSS, NET
from econ.report.figures.rows import Line, Mark, Row, row_chart
from econ.report.language import ENGLISH, Language

__all__ = ["jobs_by_product"]

TOP: Final = 10
SHARES: Final = {
    "construction": "per cent of the product's own job-years of the same years",
    "operation": "per cent of the product's own jobs",
}
TITLES: Final = {
    "construction": "Construction, all years together",
    "operation": "Operation, one year",
}


def jobs_by_product(
    by_product: pd.DataFrame, phase: str, language: Language = ENGLISH, *, relative: bool = False
) -> Drawing | str:
    """Draw the products with most jobs, gross and net, each with its interval.

    Parameters
    ----------
    by_product : pandas.DataFrame
    phase : str
    relative : bool
        Whether most is for the size of the product: over its own jobs in the same years.
    """
    rows = by_product[(by_product["phase"] == phase) & (by_product["measure"] == "employment")]
    names = ("gross_share", "net_share") if relative else ("gross", "net")
    rows = rows[rows[names[0]].notna()].nlargest(TOP, names[0])
    if rows.empty:
        return ""
    unit = drawable(rows, "by_product", names, unit=SHARES[phase] if relative else "unit")
    scale = 100.0 if relative else 1.0
    drawn = []
    for row in rows.to_dict("records"):
        lines = []
        for name, look in zip(names, (GROSS, NET), strict=True):
            found = [scale * row[column] for column in (name, f"{name}_low", f"{name}_high")]
            value, low, high = found
            words = (language.ranged if look is GROSS else language.unless_open)(
                value, low, high, unit
            )
            lines.append(Line((Mark(look, value, low, high),), words))
        drawn.append(Row(language.translate(row["label"]), tuple(lines)))
    title = language.translate(TITLES[phase])
    return row_chart(drawn, language.unit(unit), (GROSS, NET), language, title=title)
