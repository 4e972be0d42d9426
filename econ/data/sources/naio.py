"""Eurostat naio_10_cp1700: the symmetric input-output table, its imports, a single column.

The published table is wide: products and primary inputs down, products and final uses across, with
totals among both. We keep every published cell, long, and call a total a total.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from econ.data.schema import Schema
from econ.errors import Fault, InputError

__all__ = ["read_column", "read_imports", "read_symmetric_table"]

TOTALS: Final = ("CPA_TOTAL", "P2_ADJ", "TOTAL", "TU", "B1G", "P1")
PRIMARY: Final = ("IMP", "D21X31", "D1", "D29X39", "B2A3G")
INTERMEDIATE: Final = "CPA_TOTAL"


def read_symmetric_table(text: pd.DataFrame, file: str, schema: Schema) -> pd.DataFrame:
    """Read the wide symmetric table, domestic flows at basic prices."""
    rows = text.iloc[:, 0]
    long = _melted(text, file)

    def block(row: str, column: str) -> str:
        if row in TOTALS or column in TOTALS:
            return "total"
        return "primary" if row in PRIMARY else "domestic"

    long["block"] = [
        block(row, column) for row, column in zip(long["row"], long["column"], strict=True)
    ]
    duplicated = rows[rows.duplicated()]
    InputError.raise_if(
        [
            Fault(
                file,
                str(text.columns[0]),
                "duplicate label",
                "merge or rename",
                int(index) + 2,
                row,
            )
            for index, row in duplicated.items()
            if isinstance(index, int)
        ]
    )
    return schema.typed(long[schema.names], file)


def read_imports(text: pd.DataFrame, file: str, schema: Schema) -> pd.DataFrame:
    """Read imports by product and use; the use ``TOTAL`` is all intermediate use."""
    uses = {"TOTAL": INTERMEDIATE, "P3_S13_residual": "P3_S13"}
    long = _melted(text.rename(columns=uses), file)
    long["block"] = ["total" if column == "TU" else "imported" for column in long["column"]]
    return schema.typed(long[schema.names], file)


def read_column(text: pd.DataFrame, file: str, schema: Schema) -> pd.DataFrame:
    """Read the input column of a single product."""
    long = _melted(text, file)
    blocks = {**dict.fromkeys(TOTALS, "total"), **dict.fromkeys(PRIMARY, "primary")}
    long["block"] = [blocks.get(row, "domestic") for row in long["row"]]
    return schema.typed(long[schema.names], file)


def _melted(text: pd.DataFrame, file: str) -> pd.DataFrame:
    if text.shape[1] < 2 or text.empty:
        raise InputError.one(
            file, "", "no table", "give a first column of labels and at least one more"
        )
    label = text.columns[0]
    long = text.melt(id_vars=label, var_name="column", value_name="value")
    return long.rename(columns={label: "row"}).astype("str")
