"""From labelled frames to the arrays of a supply and use table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.given import as_typed, column_of, labelled, row_of, units_by_label
from econ.inputoutput.levels import labels_of, level_faults
from econ.inputoutput.options import check_types, unit_of
from econ.inputoutput.reading import RESIDUAL
from econ.inputoutput.roles import roles_of
from econ.inputoutput.rounding import usual_rounding
from econ.inputoutput.totals import total_faults
from econ.quantity.axes import Axis

__all__ = ["parts_of_supply_use"]

Array = npt.NDArray[np.float64]


def parts_of_supply_use(
    blocks: Mapping[str, object],
    *,
    roles: Mapping[str, str],
    satellite_units: object,
    name: str,
) -> dict[str, Any]:
    """Return the fields of a table from labelled frames, see `SupplyUseTable.from_frames`.

    Parameters
    ----------
    blocks : mapping of str to object
        Supply, use and final; primary, imported and satellites, which may be None.
    roles : mapping of str to str
    satellite_units : object
    name : str

    Raises
    ------
    InputError
        With every label that does not match.
    """
    frames = _typed(blocks, name)
    types = {what: (frame, pd.DataFrame) for what, frame in frames.items()}
    check_types(name, types, ("primary", "imported", "satellites"))
    given = {what: frame for what, frame in frames.items() if frame is not None}
    _check_labels(given, name)
    units = as_typed(units_by_label(satellite_units, frames["satellites"]))
    check_types(name, {"satellite_units": (units, Mapping)})
    use = given["use"]
    products = Axis("product", labels_of(use.index)[0], name)
    industries = Axis("industry", labels_of(use.columns)[0], name)
    uses = Axis("final use", labels_of(given["final"].columns)[0], name)
    cells = _amounts(given, products, industries, uses, name)
    inputs, extra = (
        labels_of(given[block].index)[0] if block in given else []
        for block in ("primary", "satellites")
    )
    width = len(industries) + len(uses)
    paid = cells.get("primary", np.zeros((0, width)))
    primary = np.zeros((len(inputs), width))
    primary[:, : paid.shape[1]] = paid
    mend = "satellite_units={label: 'persons' | 't' ...}"
    InputError.raise_if(
        [
            Fault(name, "satellites", "no unit", mend, value=label)
            for label in extra
            if label not in units
        ]
    )
    return {
        "products": products,
        "industries": industries,
        "final_uses": uses,
        "primary_inputs": Axis("primary input", inputs, name),
        "roles": roles_of(inputs, roles, name),
        **cells,
        "primary": primary,
        "satellites": Axis("satellite", extra, name),
        "satellite_units": tuple(unit_of(units[x], f"unit of {x}", name) for x in extra),
        "rounding": usual_rounding(cells["supply"].sum(axis=1)),
    }


def _typed(blocks: Mapping[str, object], name: str) -> dict[str, Any]:
    """Return the blocks with the labels that series and bare numbers lack."""
    frames = {what: as_typed(block) for what, block in blocks.items()}
    frames |= {what: as_typed(labelled(blocks[what])) for what in ("supply", "use")}
    frames |= {what: as_typed(row_of(blocks[what])) for what in ("primary", "satellites")}
    if isinstance(frames["use"], pd.DataFrame):
        rows = frames["use"].index
        frames["final"] = as_typed(column_of(blocks["final"], rows, RESIDUAL, "final", name))
    return frames


def _check_labels(given: Mapping[str, pd.DataFrame], name: str) -> None:
    """Refuse labels whose levels differ from those of use, and totals among the labels."""
    supply, use, final = given["supply"], given["use"], given["final"]
    rows = {
        f"{what} row": given[what].index
        for what in ("supply", "final", "imported")
        if what in given
    }
    InputError.raise_if(
        [
            *level_faults(use.index, rows, name, "use"),
            *level_faults(use.columns, {"supply column": supply.columns}, name, "use"),
        ]
    )
    labelled = {
        **{"supply row": supply.index, "supply column": supply.columns},
        **{"use row": use.index, "use column": use.columns},
        **{"final row": final.index, "final column": final.columns},
    }
    uses = labels_of(final.columns)[0]
    alone = [x for side in use.axes if len(side) == 1 for x in labels_of(side)[0]]
    InputError.raise_if(total_faults(name, labelled, uses, alone=alone, derived=False))


def _amounts(
    given: Mapping[str, pd.DataFrame], products: Axis, industries: Axis, uses: Axis, name: str
) -> dict[str, Array]:
    """Return the cells of every block that was given, in the table's order."""
    rows, columns = list(products.labels), list(industries.labels)
    everyone = [*columns, *uses.labels]
    sides: dict[str, tuple[list[str] | None, list[str]]] = {
        "supply": (rows, columns),
        "use": (rows, columns),
        "final": (rows, list(uses.labels)),
        "primary": (None, everyone),
        "imported": (rows, everyone),
        "satellites": (None, columns),
    }
    if "primary" in given and given["primary"].shape[1] == len(columns):
        sides["primary"] = (None, columns)
    cells: dict[str, Array] = {}
    faults: list[Fault] = []
    for block, (down, across) in sides.items():
        if block in given:
            field = "satellite_values" if block == "satellites" else block
            cells[field], wrong = aligned(given[block], down, across, field, name)
            faults += wrong
    InputError.raise_if(faults)
    return cells
