"""Each measure is its own row of the table per unit of output, and no other."""

import numpy as np
import pytest

from econ.study import Evaluation, Study


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("gva", ("compensation", "production_taxes", "surplus")),
        ("compensation", ("compensation",)),
        ("taxes", ("product_taxes",)),
        ("imports", ("imports",)),
        ("gdp", ("compensation", "production_taxes", "surplus", "product_taxes")),
    ],
)
def test_an_indirect_effect_is_the_row_per_output_times_the_output(
    study: Study, evaluation: Evaluation, measure: str, rows: tuple[str, ...]
) -> None:
    table = study.table
    n = len(table.products)
    row = sum(getattr(table, name)[:n] for name in rows)
    for response in evaluation.gross_open.responses:
        indirect = response.effects.index("indirect")
        expected = table.per_output(row)[:, None] * response.values["output"][indirect]
        np.testing.assert_allclose(response.values[measure][indirect], expected, atol=1e-9)


def test_indirect_jobs_are_persons_per_output_times_the_output(
    study: Study, evaluation: Evaluation
) -> None:
    table = study.table
    factor = evaluation.scenario.draws["jobs_factor"]
    # Output is in money of the report here, the table's in 2022: one price factor between them.
    prices = study.data.prices("france_prices", "exchange_rates").deflators["EUR"]
    for response in evaluation.gross_open.responses:
        indirect = response.effects.index("indirect")
        output = response.values["output"][indirect] * prices.factor(2024, 2022)
        expected = table.per_output(table.employment)[:, None] * output * factor
        np.testing.assert_allclose(response.values["employment"][indirect], expected, atol=1e-6)
