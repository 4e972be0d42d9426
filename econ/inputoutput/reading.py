"""From labelled frames, datasets or Parquet to the arrays of a table; and back to Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, UnitError, nearest
from econ.inputoutput.accounting import INTERMEDIATE
from econ.inputoutput.levels import labels_of, level_faults
from econ.inputoutput.options import check_types, number, unit_of
from econ.inputoutput.roles import OF_FINAL_USES, ROLE_OF_CODE, roles_of
from econ.inputoutput.totals import TOTAL, looks_like_total, sum_faults, total_faults
from econ.quantity.axes import Axis
from econ.quantity.units import PERSONS, Unit

__all__ = [
    "ROUNDING_OF_WHOLE_NUMBERS",
    "aligned",
    "labels_of",
    "parts_from_arrays",
    "parts_from_datasets",
    "parts_from_frames",
]

Array = npt.NDArray[np.float64]
ROUNDING_OF_WHOLE_NUMBERS: Final = 0.5
# Booleans, dates, spans of time and complex numbers would pass for amounts.
NEVER_NUMBERS: Final = "bMmc"
RESIDUAL: Final = "final demand"


def aligned(
    frame: pd.DataFrame,
    rows: Sequence[str] | None,
    columns: Sequence[str] | None,
    what: str,
    name: str,
) -> tuple[Array, list[Fault]]:
    """Return the cells of a frame in the order asked for, and what does not match.

    Parameters
    ----------
    frame : pandas.DataFrame
    rows, columns : sequence of str or None
        Labels wanted; None takes the frame's own.
    what : str
        How errors call the block.
    name : str
        How errors call the table.

    Returns
    -------
    tuple of ndarray and list of Fault
        Without copying where the labels stand in order already.
    """
    faults: list[Fault] = []
    places: list[list[int] | None] = []
    for side, wanted, index in (
        ("row", rows, frame.index),
        ("column", columns, frame.columns),
    ):
        have, _ = labels_of(index)
        if wanted is None or have == list(wanted):
            places.append(None)
            continue
        position = {label: place for place, label in enumerate(have)}
        faults += [
            Fault(name, f"{what} {side}", "duplicate label", "merge or rename it", value=label)
            for label in dict.fromkeys(x for x in have if have.count(x) > 1)
        ]
        faults += [
            Fault(name, f"{what} {side}", "label missing", "add it", value=label)
            for label in wanted
            if label not in position
        ]
        known = set(wanted)
        faults += [
            Fault(name, f"{what} {side}", TOTAL, "leave it out, sums are computed", value=label)
            if looks_like_total(label)
            else Fault(name, f"{what} {side}", "unknown label", nearest(label, wanted), value=label)
            for label in have
            if label not in known
        ]
        places.append([position.get(label, 0) for label in wanted])
    cells, wrong = _numbers(frame, what, name)
    if faults or wrong:
        return np.zeros((0, 0)), faults + wrong
    down, across = places
    if down is not None:
        cells = cells[down]
    if across is not None:
        cells = cells[:, across]
    return cells, []


def _numbers(frame: pd.DataFrame, what: str, name: str) -> tuple[Array, list[Fault]]:
    text = [place for place, kind in enumerate(frame.dtypes) if kind.kind not in "fiu"]
    faults = []
    for place in text:
        column = frame.iloc[:, place]
        if column.dtype.kind in NEVER_NUMBERS:
            problem, mend = "not a column of numbers", "give amounts"
            label = str(frame.columns[place])
            faults.append(Fault(name, f"{what} {label}", problem, mend, value=str(column.dtype)))
            continue
        numbers = pd.to_numeric(column, errors="coerce")
        flags = column.map(lambda cell: isinstance(cell, bool | np.bool_)).to_numpy(dtype=bool)
        for row in np.flatnonzero((numbers.isna() & column.notna()).to_numpy() | flags):
            label, value = labels_of(frame.index[[int(row)]])[0][0], column.iloc[row]
            problem, mend = "not a number", "write it with a decimal point, without separators"
            faults.append(
                Fault(name, f"{what} {frame.columns[place]}", problem, mend, label, value)
            )
    if faults:
        return np.zeros((0, 0)), faults
    if text:
        frame = frame.apply(pd.to_numeric)
    cells: Array = frame.to_numpy(dtype=np.float64)
    return cells, []


def parts_from_frames(
    *,
    flows: pd.DataFrame,
    output: pd.Series | None,
    final: pd.DataFrame | None,
    primary: pd.DataFrame | None,
    roles: Mapping[str, str],
    imported: pd.DataFrame | None,
    satellites: pd.DataFrame | None,
    satellite_units: Mapping[str, str],
    rounding: float,
    name: str,
) -> dict[str, Any]:
    """Return the fields of a table from labelled frames, see `InputOutputTable.from_frames`."""
    kinds: dict[str, tuple[object, type]] = {
        "flows": (flows, pd.DataFrame),
        "final": (final, pd.DataFrame),
        "primary": (primary, pd.DataFrame),
        "imported": (imported, pd.DataFrame),
        "satellites": (satellites, pd.DataFrame),
        "output": (output, pd.Series),
        "roles": (roles, Mapping),
        "satellite_units": (satellite_units, Mapping),
    }
    check_types(name, kinds, ("final", "primary", "imported", "satellites", "output"))
    number(rounding, "rounding", name, least=0.0, mend="give half of the last published digit")
    sides = {
        f"{what} {side}": getattr(frame, axis)
        for what, frame, side, axis in (
            ("flows", flows, "column", "columns"),
            ("final", final, "row", "index"),
            ("output", output, "row", "index"),
            ("primary", primary, "column", "columns"),
            ("imported", imported, "row", "index"),
            ("imported", imported, "column", "columns"),
            ("satellites", satellites, "column", "columns"),
        )
        if frame is not None
    }
    InputError.raise_if(level_faults(flows.index, sides, name))
    final_labels = [RESIDUAL] if final is None else labels_of(final.columns)[0]
    sides = {"flows row": flows.index, **sides}
    sides |= {} if final is None else {"final column": final.columns}
    labels, regions = labels_of(flows.index)
    alone, derived = labels if len(labels) == 1 else [], output is None
    InputError.raise_if(total_faults(name, sides, final_labels, alone=alone, derived=derived))
    products = Axis("product", labels, name)
    names = list(products.labels)
    uses = Axis("final use", final_labels, name)
    # A shallow copy: pandas then copies on the caller's next write, not we a large table now.
    held = flows.copy(deep=False)
    Z, faults = aligned(held, None, names, "flows", name)
    n, u = len(names), len(uses)

    def grid(
        frame: pd.DataFrame | None, rows: list[str] | None, columns: list[str], what: str
    ) -> Array | None:
        if frame is None:
            return None
        cells, wrong = aligned(frame, rows, columns, what, name)
        faults.extend(wrong)
        return cells

    everyone = names + list(uses.labels)
    Y = grid(final, names, list(uses.labels), "final")
    column = None if output is None else pd.DataFrame({"output": output})
    x = grid(column, names, ["output"], "output")
    across = names if primary is not None and primary.shape[1] == n else everyone
    V = grid(primary, None, across, "primary")
    M = grid(imported, names, everyone, "imported")
    E = grid(satellites, None, names, "satellites")
    own = [] if primary is None else labels_of(primary.index)[0]
    extra = [] if satellites is None else labels_of(satellites.index)[0]
    mend = "satellite_units={label: 'persons' | 'thousand persons' | 'FTE' | 't' ...}"
    faults += [
        Fault(name, "satellites", "no unit", mend, value=label)
        for label in extra
        if label not in satellite_units
    ]
    if x is None and Y is None:
        mend = "give output, or final uses from which it follows"
        faults.append(Fault(name, "output", "neither output nor final uses", mend))
    InputError.raise_if(faults)
    sums = Z @ np.ones(n) if x is None or Y is None else np.zeros(n)
    if x is None and Y is not None:
        InputError.raise_if(sum_faults(name, sums, Y, uses.labels, rounding))
    total = x[:, 0] if x is not None else sums + np.asarray(Y).sum(axis=1)
    return {
        "products": products,
        "final_uses": uses,
        "primary_inputs": Axis("primary input", own, name),
        "roles": roles_of(own, roles, name),
        "flows": Z,
        "final": (total - sums)[:, None] if Y is None else Y,
        "primary": np.zeros((0, n + u)) if V is None else _widened(V, n, u),
        "output": total,
        "satellites": Axis("satellite", extra, name),
        "satellite_values": np.zeros((0, n)) if E is None else E,
        "satellite_units": tuple(unit_of(satellite_units[x], f"unit of {x}", name) for x in extra),
        "regions": tuple(regions),
        "imported": M,
        "held": held,
    }


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
