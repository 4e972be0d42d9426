"""A table as one Parquet file: one row per cell, its facts beside its units and sources."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.store import read_parquet, write_parquet
from econ.errors import InputError
from econ.inputoutput.accounting import TableArrays
from econ.inputoutput.frames import sides_of
from econ.quantity.axes import Axis
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit

__all__ = ["parts_from_parquet", "write_parts"]

Array = npt.NDArray[np.float64]
SCHEMA: Final = "INPUT_OUTPUT_TABLE"


class StoredTable(TableArrays, Protocol):
    """What is written of a table."""

    @property
    def unit(self) -> Unit: ...
    @property
    def region(self) -> str: ...
    @property
    def satellite_units(self) -> tuple[Unit, ...]: ...
    @property
    def provenance(self) -> Provenance: ...


def write_parts(table: StoredTable, path: Path) -> None:
    """Write a table to one Parquet file: block, row, column, value; its facts in the schema name.

    Parameters
    ----------
    table : InputOutputTable
    path : Path
    """
    frames = []
    for block, (rows, columns) in sides_of(table).items():
        cells = getattr(table, block)
        if cells is None:
            continue
        frames.append(
            pd.DataFrame(
                {
                    "block": block,
                    "row": np.repeat(np.array(rows, dtype=object), len(columns)),
                    "column": np.tile(np.array(columns, dtype=object), len(rows)),
                    "value": np.ravel(cells),
                }
            )
        )
    facts = {
        "products": table.products.labels,
        "final_uses": table.final_uses.labels,
        "primary_inputs": table.primary_inputs.labels,
        "roles": table.roles,
        "satellites": table.satellites.labels,
        "satellite_units": [str(unit) for unit in table.satellite_units],
        "regions": table.regions,
        "region": table.region,
        "rounding": table.rounding,
        "statistical_discrepancy": table.statistical_discrepancy,
        "keep_negative_flows": table.keep_negative_flows,
        "name": table.name,
    }
    write_parquet(
        pd.concat(frames, ignore_index=True),
        path,
        units={"value": str(table.unit)},
        provenance=table.provenance,
        schema=f"{SCHEMA} {json.dumps(facts)}",
    )


def parts_from_parquet(path: Path) -> dict[str, Any]:
    """Return the fields of a table from a file that `write_parts` wrote.

    Raises
    ------
    InputError
        When the file is missing, or holds something else.
    """
    stored = read_parquet(path)
    kind, _, text = stored.schema.partition(" ")
    if kind != SCHEMA:
        mend = "write it with InputOutputTable.write, or read a frame and use from_frames"
        raise InputError.one(str(path), "", "no input-output table", mend, value=kind or None)
    facts = json.loads(text)
    axes = {
        "products": Axis("product", facts["products"]),
        "final_uses": Axis("final use", facts["final_uses"]),
        "primary_inputs": Axis("primary input", facts["primary_inputs"]),
        "satellites": Axis("satellite", facts["satellites"]),
    }
    n, u = len(axes["products"]), len(axes["final_uses"])
    shapes: dict[str, tuple[int, ...]] = {
        "flows": (n, n),
        "final": (n, u),
        "primary": (len(axes["primary_inputs"]), n + u),
        "output": (n,),
        "satellite_values": (len(axes["satellites"]), n),
        "imports_by_origin": (n, 1 + u),
        "imported": (n, n + u),
    }
    expected = sides_of(SimpleNamespace(**axes))
    for block, cells in stored.frame.groupby("block", sort=False):
        down, across = expected[str(block)]
        wanted = [(row, column) for row in down for column in across]
        if list(zip(cells["row"], cells["column"], strict=True)) != wanted:
            mend = "write the table anew; its rows were moved or cut"
            raise InputError.one(str(path), str(block), "cells missing or out of order", mend)
    empty: dict[str, Array] = {
        block: np.zeros(shapes[block]) for block in ("primary", "satellite_values")
    }
    arrays = {
        str(block): values.to_numpy(dtype=np.float64).reshape(shapes[str(block)])
        for block, values in stored.frame.groupby("block", sort=False)["value"]
    }
    return {
        **axes,
        **empty,
        **arrays,
        "roles": tuple(facts["roles"]),
        "regions": tuple(facts["regions"]),
        "region": facts["region"],
        "satellite_units": tuple(Unit.parse(unit) for unit in facts["satellite_units"]),
        "unit": Unit.parse(stored.units["value"]),
        "provenance": stored.provenance,
        "rounding": facts["rounding"],
        "statistical_discrepancy": facts["statistical_discrepancy"],
        "keep_negative_flows": facts["keep_negative_flows"],
        "name": facts["name"],
    }
