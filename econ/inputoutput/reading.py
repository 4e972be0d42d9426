"""From labelled frames, datasets or Parquet to the arrays of a table; and back to Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.codes import INTERMEDIATE
from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, UnitError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.given import as_typed, column_of, labelled, row_of, units_by_label
from econ.inputoutput.levels import labels_of, level_faults
from econ.inputoutput.options import check_types, number, unit_of
from econ.inputoutput.roles import OF_FINAL_USES, ROLE_OF_CODE, roles_of
from econ.inputoutput.rounding import usual_rounding
from econ.inputoutput.totals import sum_faults, total_faults
from econ.quantity.axes import Axis
from econ.quantity.units import PERSONS, Unit

__all__ = [
    "RESIDUAL",
    "parts_from_arrays",
    "parts_from_datasets",
    "parts_from_frames",
]

Array = npt.NDArray[np.float64]
RESIDUAL: Final = "final demand"
UNITS: Final = "satellite_units={label: 'persons' | 'thousand persons' | 'FTE' | 't' ...}"


@dataclass(frozen=True)
class _Given:
    """The labelled frames of a table as they were given."""

    flows: pd.DataFrame
    final: pd.DataFrame | None
    primary: pd.DataFrame | None
    imported: pd.DataFrame | None
    satellites: pd.DataFrame | None
    output: pd.DataFrame | None

    @classmethod
    def typed(cls, name: str, **blocks: object) -> _Given:
        """Return the blocks with the labels that series and bare numbers lack."""
        frames = {what: as_typed(block) for what, block in blocks.items()}
        frames["flows"] = as_typed(labelled(blocks["flows"]))
        frames |= {what: as_typed(row_of(blocks[what])) for what in ("primary", "satellites")}
        if isinstance(frames["flows"], pd.DataFrame):
            rows = frames["flows"].index
            for what, label in (("final", RESIDUAL), ("output", "output")):
                frames[what] = as_typed(column_of(blocks[what], rows, label, what, name))
        made = frames["output"]
        if isinstance(made, pd.DataFrame) and made.shape[1] == 1:
            frames["output"] = made.set_axis(["output"], axis="columns")
        return cls(**frames)

    def types(self) -> dict[str, tuple[object, type]]:
        """Return what each block is and what it has to be."""
        return {block.name: (getattr(self, block.name), pd.DataFrame) for block in fields(self)}

    def labels_of_rows(self, block: str) -> list[str]:
        """Return the row labels of a block, none where it was not given."""
        frame = getattr(self, block)
        return [] if frame is None else labels_of(frame.index)[0]

    def final_labels(self) -> list[str]:
        """Return the final uses; what output leaves over is one."""
        return [RESIDUAL] if self.final is None else labels_of(self.final.columns)[0]

    def check_labels(self, name: str) -> None:
        """Refuse labels whose levels differ, and totals among the labels."""
        sides = {
            f"{what} {side}": getattr(frame, axis)
            for what, frame, side, axis in (
                ("flows", self.flows, "column", "columns"),
                ("final", self.final, "row", "index"),
                ("output", self.output, "row", "index"),
                ("primary", self.primary, "column", "columns"),
                ("imported", self.imported, "row", "index"),
                ("imported", self.imported, "column", "columns"),
                ("satellites", self.satellites, "column", "columns"),
            )
            if frame is not None
        }
        InputError.raise_if(level_faults(self.flows.index, sides, name))
        sides = {"flows row": self.flows.index, **sides}
        sides |= {} if self.final is None else {"final column": self.final.columns}
        labels = labels_of(self.flows.index)[0]
        alone, derived = labels if len(labels) == 1 else [], self.output is None
        faults = total_faults(name, sides, self.final_labels(), alone=alone, derived=derived)
        InputError.raise_if(faults)

    def amounts(
        self, products: list[str], uses: list[str], name: str
    ) -> tuple[dict[str, Array], list[Fault]]:
        """Return the cells of every block that was given, in the table's order."""
        everyone = products + uses
        paid_by_products = self.primary is not None and self.primary.shape[1] == len(products)
        blocks: dict[str, tuple[pd.DataFrame | None, list[str] | None, list[str]]] = {
            "flows": (self.flows, None, products),
            "final": (self.final, products, uses),
            "output": (self.output, products, ["output"]),
            "primary": (self.primary, None, products if paid_by_products else everyone),
            "imported": (self.imported, products, everyone),
            "satellites": (self.satellites, None, products),
        }
        cells: dict[str, Array] = {}
        faults: list[Fault] = []
        for block, (frame, rows, columns) in blocks.items():
            if frame is not None:
                cells[block], wrong = aligned(frame, rows, columns, block, name)
                faults += wrong
        return cells, faults


def parts_from_frames(
    *,
    flows: object,
    output: object,
    final: object,
    primary: object,
    roles: Mapping[str, str],
    imported: object,
    satellites: object,
    satellite_units: object,
    rounding: float | None,
    name: str,
) -> dict[str, Any]:
    """Return the fields of a table from labelled frames, see `InputOutputTable.from_frames`."""
    given = _Given.typed(
        name,
        **{"flows": flows, "final": final, "primary": primary, "output": output},
        **{"imported": imported, "satellites": satellites},
    )
    units = as_typed(units_by_label(satellite_units, given.satellites))
    named = {"roles": (roles, Mapping), "satellite_units": (units, Mapping)}
    optional = ("final", "primary", "imported", "satellites", "output")
    check_types(name, {**given.types(), **named}, optional)
    if rounding is not None:
        number(rounding, "rounding", name, least=0.0, mend="give half of the last published digit")
    given.check_labels(name)
    labels, regions = labels_of(given.flows.index)
    products = Axis("product", labels, name)
    uses = Axis("final use", given.final_labels(), name)
    # A shallow copy: pandas then copies on the caller's next write, not we a large table now.
    given = replace(given, flows=given.flows.copy(deep=False))
    cells, faults = given.amounts(list(products.labels), list(uses.labels), name)
    own, extra = given.labels_of_rows("primary"), given.labels_of_rows("satellites")
    faults += [
        Fault(name, "satellites", "no unit", UNITS, value=x) for x in extra if x not in units
    ]
    if output is None and final is None:
        mend = "give output, or final uses from which it follows"
        faults.append(Fault(name, "output", "neither output nor final uses", mend))
    InputError.raise_if(faults)
    made, sold, off = _output_and_final(cells, uses, rounding, name)
    n, u = len(products), len(uses)
    return {
        "products": products,
        "final_uses": uses,
        "primary_inputs": Axis("primary input", own, name),
        "roles": roles_of(own, roles, name),
        "flows": cells["flows"],
        "final": sold,
        "primary": _widened(cells.get("primary", np.zeros((0, n + u))), n, u),
        "output": made,
        "satellites": Axis("satellite", extra, name),
        "satellite_values": cells.get("satellites", np.zeros((0, n))),
        "satellite_units": tuple(unit_of(units[x], f"unit of {x}", name) for x in extra),
        "rounding": off,
        "regions": tuple(regions),
        "imported": cells.get("imported"),
        "held": given.flows,
    }


def _output_and_final(
    cells: Mapping[str, Array], uses: Axis, rounding: float | None, name: str
) -> tuple[Array, Array, float]:
    """Return both, and what a cell may be off; what was not given is what the rest leaves."""
    final = cells.get("final")
    output = cells["output"][:, 0] if "output" in cells else None
    if output is not None and final is not None:
        return output, final, usual_rounding(output) if rounding is None else rounding
    bought = cells["flows"] @ np.ones(cells["flows"].shape[1])
    made = output if final is None else bought + final.sum(axis=1)
    assert made is not None
    off = usual_rounding(made) if rounding is None else rounding
    if final is None:
        return made, (made - bought)[:, None], off
    InputError.raise_if(sum_faults(name, bought, final, uses.labels, off))
    return made, final, off


def _widened(primary: Array, n: int, u: int) -> Array:
    return (
        primary if primary.shape[1] == n + u else np.hstack([primary, np.zeros((len(primary), u))])
    )


# ---------------------------------------------------------------- from our datasets


def parts_from_datasets(flows: Dataset, imported: Dataset, employment: Dataset) -> dict[str, Any]:
    """Return the fields of a table from datasets, see `InputOutputTable.from_datasets`.

    Raises
    ------
    InputError
        When labels differ between the three.
    """
    frame = flows.frame
    domestic = frame[frame["block"] == "domestic"]
    across = list(dict.fromkeys(domestic["column"]))
    products = Axis("product", list(dict.fromkeys(domestic["row"])), flows.name)
    uses = Axis("final use", [label for label in across if label not in products], flows.name)
    wide = frame.pivot(index="row", columns="column", values="value")
    origin = imported.frame.pivot(index="row", columns="column", values="value")
    persons, jobs = _persons(employment)
    InputError.raise_if(
        [
            *_label_faults(imported.name, "row", list(origin.index), products),
            *_label_faults(employment.name, "product", list(persons.index), products),
        ]
    )
    names, everyone = list(products.labels), [*products.labels, *uses.labels]
    codes = ["IMP", "D21X31", "D1", "D29X39", "B2A3G"]

    def grid(rows: list[str], columns: list[str]) -> Array:
        return np.asarray(wide.reindex(index=rows, columns=columns), dtype=np.float64)

    primary = grid(codes, everyone).copy()
    primary[2:, len(names) :] = 0.0  # final uses earn no value added
    return {
        "products": products,
        "final_uses": uses,
        "primary_inputs": Axis("primary input", codes, flows.name),
        "roles": tuple(ROLE_OF_CODE[code] for code in codes),
        "flows": grid(names, names),
        "final": grid(names, list(uses.labels)),
        "primary": primary,
        "output": grid(["P1"], names)[0],
        "satellites": Axis("satellite", ["employment"]),
        "satellite_values": np.asarray(persons.reindex(names), dtype=np.float64)[None] * jobs.scale,
        "satellite_units": (PERSONS,),
        "imports_by_origin": _origin_grid(origin, names, [INTERMEDIATE, *uses.labels]),
        "unit": Unit.parse(flows.units["value"]),
        "provenance": flows.provenance | imported.provenance | employment.provenance,
        "name": flows.name,
    }


def _persons(employment: Dataset) -> tuple[pd.Series[float], Unit]:
    heads = employment.frame.query("satellite == 'persons'")
    if len(set(heads["year"])) > 1 or heads.empty:
        years = sorted(set(heads["year"]))
        mend = "give persons of one year"
        raise InputError.one(employment.name, "year", "not one year", mend, value=years)
    jobs = Unit.parse(employment.units["value"])
    if jobs.base != "persons":
        mend = "give heads; full-time equivalents are fewer than persons"
        raise UnitError.not_comparable(jobs, "persons", "build the table", mend)
    return heads.set_index("product")["value"], jobs


def _origin_grid(origin: pd.DataFrame, rows: list[str], columns: list[str]) -> Array:
    # A use that imports nothing (non-profit institutions) has no column in the import block.
    return np.asarray(origin.reindex(index=rows, columns=columns).fillna(0.0), dtype=np.float64)


def _label_faults(file: str, column: str, labels: list[str], products: Axis) -> list[Fault]:
    missing = [label for label in products.labels if label not in labels]
    extra = [label for label in labels if label not in products]
    return [
        *[Fault(file, column, "product missing", "add its row", value=label) for label in missing],
        *[
            Fault(file, column, "product the table does not have", "aggregate it", value=label)
            for label in extra
        ],
    ]


# ---------------------------------------------------------------- from arrays


def parts_from_arrays(
    products: Axis,
    final_uses: Axis,
    rows: Mapping[str, Array],
    blocks: Mapping[str, Any],
    name: str,
) -> dict[str, Any]:
    """Return the fields of a table whose primary inputs are given role by role.

    Parameters
    ----------
    products, final_uses : Axis, n and u
    rows : mapping of str to ndarray, shape (n + u,) or (n,)
        By role; imports and taxes on products with what final uses pay.
    blocks : mapping of str to object
        The other fields, for their shapes; with ``employment``, shape (n,) [persons].
    name : str

    Raises
    ------
    InputError
        When a row has another shape.
    """
    n, u = len(products), len(final_uses)
    wanted: dict[str, tuple[int, ...]] = {
        **{role: (n + u,) if role in OF_FINAL_USES else (n,) for role in rows},
        **{"employment": (n,), "flows": (n, n), "final": (n, u), "output": (n,)},
        "imports_by_origin": (n, 1 + u),
    }
    given = {**rows, **blocks}
    faults = [
        Fault(name, role, f"shape {np.shape(given[role])}", f"give shape {shape}")
        for role, shape in wanted.items()
        if role in given and np.shape(given[role]) != shape
    ]
    InputError.raise_if(faults)
    primary = np.zeros((len(rows), n + u))
    for place, row in enumerate(rows.values()):
        primary[place, : len(row)] = row
    return {
        "primary_inputs": Axis("primary input", list(rows), name),
        "roles": tuple(rows),
        "primary": primary,
        "satellites": Axis("satellite", ["employment"], name),
        "satellite_values": np.asarray(blocks["employment"], dtype=np.float64)[None],
        "satellite_units": (PERSONS,),
    }
