"""Eurostat naio_10_cp1700: the symmetric input-output table, its imports, a single column.

The published table is wide: products and primary inputs down, products and final uses across, with
totals among both. We keep every published cell, long, and call a total a total.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from econ.data.codes import INTERMEDIATE
from econ.data.schema import Reading, Schema
from econ.errors import Fault, InputError

__all__ = ["read_column", "read_imports", "read_symmetric_table"]

TOTALS: Final = ("CPA_TOTAL", "P2_ADJ", "TOTAL", "TU", "B1G", "P1")
PRIMARY: Final = ("IMP", "D21X31", "D1", "D29X39", "B2A3G")
VALUE_ADDED: Final = ("D1", "D29X39", "B2A3G", "B1G", "P1")
ROUNDING: Final = 0.005  # half of the last published digit


def read_symmetric_table(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read the wide symmetric table, domestic flows at basic prices, and check its own totals."""
    long = _melted(text, file)

    def block(row: str, column: str) -> str:
        if row in TOTALS or column in TOTALS:
            return "total"
        return "primary" if row in PRIMARY else "domestic"

    long["block"] = [
        block(row, column) for row, column in zip(long["row"], long["column"], strict=True)
    ]
    reading = schema.typed(long[schema.names], file)
    return Reading(reading.frame, (*reading.faults, *_total_faults(text, file)))


def read_imports(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read imports by product and use; the use ``TOTAL`` is all intermediate use."""
    long = _melted(text.rename(columns={"TOTAL": INTERMEDIATE}), file)
    long["block"] = ["total" if column == "TU" else "imported" for column in long["column"]]
    return schema.typed(long[schema.names], file)


def read_column(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read the input column of a single product."""
    long = _melted(text, file)
    blocks = {**dict.fromkeys(TOTALS, "total"), **dict.fromkeys(PRIMARY, "primary")}
    long["block"] = [blocks.get(row, "domestic") for row in long["row"]]
    return schema.typed(long[schema.names], file)


def _melted(text: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return one line per cell of a wide table; a cell that is no number is named by its place."""
    if text.shape[1] < 2 or text.empty:
        raise InputError.one(
            file, "", "no table", "give a first column of labels and at least one more"
        )
    label = text.columns[0]
    labels = text[label]
    faults = [
        Fault(file, str(label), "duplicate label", "merge or rename", int(str(line)), name)
        for line, name in labels[labels.duplicated()].items()
    ]
    for column in text.columns[1:]:
        numbers = pd.to_numeric(text[column].where(text[column] != "", None), errors="coerce")
        wrong = text[column][~np.isfinite(numbers.astype("float64"))]
        mend = "write digits with a decimal point, or 0 where there is no flow"
        faults += [
            Fault(file, column, "no number", mend, int(str(line)), repr(cell))
            for line, cell in wrong.items()
        ]
    InputError.raise_if(faults)
    long = text.melt(id_vars=label, var_name="column", value_name="value", ignore_index=False)
    return long.rename(columns={label: "row"}).astype("str")


def _total_faults(text: pd.DataFrame, file: str) -> list[Fault]:
    """Return published totals that are not the sum of what they total."""
    wide = text.set_index(text.columns[0]).astype("float64")
    lines = dict(zip(wide.index, text.index, strict=True))
    products = [row for row in wide.index if row not in (*TOTALS, *PRIMARY)]
    uses = [column for column in wide.columns if column not in (*TOTALS, *products)]
    rounding = ROUNDING * (len(products) + len(uses) + 1)
    down = {
        "CPA_TOTAL": products,
        "B1G": ["D1", "D29X39", "B2A3G"],
        "P1": ["CPA_TOTAL", "IMP", "D21X31", "B1G"],
    }
    across = {"TOTAL": products, "TU": ["TOTAL", *uses]}
    spent = [row for row in wide.index if row not in VALUE_ADDED]
    faults = []
    for total, parts in down.items():
        if {total, *parts} <= set(wide.index):
            columns = [*products, "TOTAL"] if total in ("P1", "B1G") else list(wide.columns)
            gaps = (wide.loc[parts, columns].sum() - wide.loc[total, columns]).to_dict()
            faults += [
                _open(file, str(column), lines[total], f"the parts of {total} differ by {gap:.2f}")
                for column, gap in gaps.items()
                if abs(gap) > rounding
            ]
    for total, parts in across.items():
        if {total, *parts} <= set(wide.columns):
            rows = spent if total == "TU" else list(wide.index)
            gaps = (wide.loc[rows, parts].sum(axis=1) - wide.loc[rows, total]).to_dict()
            faults += [
                _open(file, total, lines[row], f"the row {row} differs by {gap:.2f}")
                for row, gap in gaps.items()
                if abs(gap) > rounding
            ]
    return faults


def _open(file: str, column: str, line: object, how: str) -> Fault:
    mend = f"{how}; correct a cell or the total"
    return Fault(file, column, "the table does not close", mend, int(str(line)))
