"""The laws of accounting that a symmetric table must keep, and the words for each breach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from econ.data.codes import INTERMEDIATE
from econ.errors import Fault
from econ.inputoutput.roles import CLOSING, PARTS, label_faults
from econ.inputoutput.rounding import COARSEST_ROUNDING
from econ.kernels.inputoutput.leontief import TableSums, is_productive, spectral_radius, table_sums
from econ.quantity.axes import Axis

__all__ = ["TableArrays", "cell_mend", "faults_of", "gaps_of", "part_faults"]

Array = npt.NDArray[np.float64]

# Residual uses (government) are published as differences of rounded figures.
IMPORT_SLACK: Final = 2.0
LARGEST_EIGENPROBLEM: Final = 2000


class TableArrays(Protocol):
    """What the laws look at; see `InputOutputTable` for what each is."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def products(self) -> Axis: ...  # noqa: D102
    @property
    def final_uses(self) -> Axis: ...  # noqa: D102
    @property
    def primary_inputs(self) -> Axis: ...  # noqa: D102
    @property
    def satellites(self) -> Axis: ...  # noqa: D102
    @property
    def roles(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def regions(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def flows(self) -> Array: ...  # noqa: D102
    @property
    def final(self) -> Array: ...  # noqa: D102
    @property
    def primary(self) -> Array: ...  # noqa: D102
    @property
    def output(self) -> Array: ...  # noqa: D102
    @property
    def satellite_values(self) -> Array: ...  # noqa: D102
    @property
    def imports(self) -> Array: ...  # noqa: D102
    @property
    def product_taxes(self) -> Array: ...  # noqa: D102
    @property
    def other_inputs(self) -> Array: ...  # noqa: D102
    @property
    def gva(self) -> Array: ...  # noqa: D102
    @property
    def imports_by_origin(self) -> Array | None: ...  # noqa: D102
    @property
    def imported(self) -> Array | None: ...  # noqa: D102
    @property
    def rounding(self) -> float: ...  # noqa: D102
    @property
    def statistical_discrepancy(self) -> float: ...  # noqa: D102
    @property
    def keep_negative_flows(self) -> bool: ...  # noqa: D102


def faults_of(table: TableArrays) -> list[Fault]:
    """Return what is wrong with a table, shapes before cells and cells before sums.

    Parameters
    ----------
    table : TableArrays

    Returns
    -------
    list of Fault
        Empty when the table keeps every law.

    References
    ----------
    [eurostat_manual_2008], chapter 11; [miller_blair_2009], section 2.2 and appendix 2.2.
    """
    faults = _shape_faults(table)
    if faults:
        return faults
    sums = table_sums(table.flows)
    faults = _declared_faults(table)
    if faults:
        return faults
    return (
        _finite_faults(table, sums)
        or [*_sign_faults(table, sums), *_closing_faults(table, sums)]
        or _productivity_faults(table, sums)
    )


def _fault(table: TableArrays, column: str, problem: str, mend: str, *where: object) -> Fault:
    row, value = (*where, None, None)[:2]
    return Fault(table.name, column, problem, mend, str(row) if row else None, value)


def _shape_faults(table: TableArrays) -> list[Fault]:
    n, u, p, s = (
        len(axis)
        for axis in (table.products, table.final_uses, table.primary_inputs, table.satellites)
    )
    if n == 0 or u == 0:
        return [_fault(table, "products", "no products or no final uses", "give at least one")]
    shapes: dict[str, tuple[int, ...]] = {
        "flows": (n, n),
        "final": (n, u),
        "primary": (p, n + u),
        "output": (n,),
        "satellite_values": (s, n),
        "imports_by_origin": (n, 1 + u),
        "imported": (n, n + u),
    }
    faults = []
    for name, shape in shapes.items():
        array = getattr(table, name)
        if array is not None and array.shape != shape:
            faults.append(_fault(table, name, f"shape {array.shape}", f"give shape {shape}"))
    if len(table.roles) != p:
        faults.append(_fault(table, "roles", f"{len(table.roles)} roles", f"give {p}, one per row"))
    if len(table.regions) != n:
        problem = f"{len(table.regions)} regions"
        faults.append(_fault(table, "regions", problem, f"give {n}, one per product"))
    rows, satellites = table.primary_inputs.labels, table.satellites.labels
    return faults + label_faults(table.name, rows, table.roles, satellites)


def _declared_faults(table: TableArrays) -> list[Fault]:
    faults = []
    size = np.abs(table.output)
    mean = float(size[np.isfinite(size)].mean()) if np.isfinite(size).any() else 0.0
    if mean > 0.0 and table.rounding > COARSEST_ROUNDING * mean:
        mend = f"mean output is {mean:.3g}; give half of the last published digit (rounding=)"
        problem = "too coarse to check the accounts"
        faults.append(_fault(table, "rounding", problem, mend, "", table.rounding))
    return faults


def _finite_faults(table: TableArrays, sums: TableSums) -> list[Fault]:
    labels, uses = table.products.labels, table.final_uses.labels
    everyone = labels + uses
    # A sum that is finite has finite parts: a large table is searched only when it must be.
    flows = None if np.isfinite(sums.rows).all() else table.flows
    grids: list[tuple[str, Array | None, Sequence[str], Sequence[str]]] = [
        ("flows", flows, labels, labels),
        ("final", table.final, labels, uses),
        ("", table.primary, table.primary_inputs.labels, everyone),
        ("", table.satellite_values, table.satellites.labels, labels),
        ("imports", table.imports_by_origin, labels, (INTERMEDIATE, *uses)),
        ("imported", table.imported, labels, everyone),
    ]
    mend = "write a number, or zero where there is no flow"
    faults = [
        _fault(table, f"{name} {across[column]}".strip(), "not finite", mend, down[row], value)
        for name, grid, down, across in grids
        if grid is not None
        for row, column, value in _not_finite(grid)
    ]
    for (place,) in np.argwhere(~np.isfinite(table.output)):
        value = table.output[place]
        faults.append(_fault(table, labels[place], "not finite", mend, "output", value))
    return faults


def _not_finite(grid: Array) -> Iterator[tuple[int, int, float]]:
    for row, column in np.argwhere(~np.isfinite(grid)):
        yield int(row), int(column), float(grid[row, column])


def _sign_faults(table: TableArrays, sums: TableSums) -> list[Fault]:
    labels = table.products.labels
    faults = []
    if not table.keep_negative_flows and sums.smallest < 0:
        for row, column in np.argwhere(table.flows < 0):
            mend = (
                "net off or explain it; a flow between products is not below zero "
                "(or keep it: keep_negative_flows=True)"
            )
            value = table.flows[row, column]
            faults.append(_fault(table, labels[column], "negative flow", mend, labels[row], value))
    for (place,) in np.argwhere(table.output < 0):
        value = table.output[place]
        faults.append(
            _fault(table, "output", "negative", "write it positive", labels[place], value)
        )
    idle = np.flatnonzero(table.output == 0)
    for place in idle[(table.flows[idle] != 0).any(axis=1)]:
        mend = "it is used out of stocks; count it as imported or give its output"
        faults.append(_fault(table, "output", "used, but no output", mend, labels[place], 0))
    for place in idle[(table.flows[:, idle] != 0).any(axis=0)]:
        mend = "its inputs would vanish from every multiplier; give its output"
        faults.append(_fault(table, "output", "inputs but no output", mend, labels[place], 0))
    for satellite, row in zip(table.satellites.labels, table.satellite_values, strict=True):
        jobs = satellite == "employment"
        if jobs:
            for (place,) in np.argwhere(row < 0):
                mend = "write it positive"
                faults.append(_fault(table, satellite, "negative", mend, labels[place], row[place]))
        what = "jobs" if jobs else satellite
        for place in idle[row[idle] > 0]:
            mend = (
                f"its {what} would vanish from every multiplier; merge the product or give its "
                "output"
            )
            value = f"{row[place]:.0f} {what}"
            problem = f"{what} but no output"
            faults.append(_fault(table, "output", problem, mend, labels[place], value))
    return faults


def _closing_faults(table: TableArrays, sums: TableSums) -> list[Fault]:
    n, u = table.final.shape
    labels, output, slack = table.products.labels, table.output, table.statistical_discrepancy
    closing = bool(CLOSING & set(table.roles))
    used, paid = sums.rows + table.final.sum(axis=1), output
    if closing:
        paid = sums.columns + table.imports[:n] + table.product_taxes[:n]
        paid = paid + table.other_inputs[:n] + table.gva
    allowed = table.rounding * (n + u + 1) + slack
    rows = gaps_of(used - output, labels, allowed)
    columns = gaps_of(paid - output, labels, table.rounding * (n + len(table.roles) + 1) + slack)
    cell = cell_mend(rows, columns, allowed, square=True)
    faults = []
    for label, gap in rows.items():
        place = table.products.position(label)
        mend = cell or "mend the row or the output"
        mend = f"uses sum to {used[place]:.2f}, output is {output[place]:.2f}; {mend}"
        problem = "the row does not close"
        faults.append(_fault(table, "output", problem, mend, label, gap))
    for label, gap in columns.items():
        place = table.products.position(label)
        mend = cell or "imports and product taxes are no value added"
        ratio = paid[place] / output[place] if output[place] else np.inf
        mend = (
            f"inputs, imports, taxes and value added sum to {paid[place]:.2f}, output (P1) is "
            f"{output[place]:.2f}: a gap of {gap:.2f} (ratio {ratio:.3g}); {mend}"
        )
        faults.append(_fault(table, label, "the column does not close", mend, "P1", gap))
    if closing:
        allowed = table.rounding * (1 + len(table.roles)) + slack
        value_added = table.primary[:, : len(labels)]
        faults += part_faults(table.name, labels, table.roles, value_added, allowed)
    return [*faults, *_import_faults(table)]


def gaps_of(gaps: Array, labels: Sequence[str], allowed: float) -> dict[str, float]:
    """Return the gaps that are more than rounding, by label.

    Examples
    --------
    >>> gaps_of(np.array([0.4, -9.0]), ["A", "C"], 0.5)
    {'C': -9.0}
    """
    return {labels[int(k)]: float(gaps[k]) for k in np.flatnonzero(np.abs(gaps) > allowed)}


def cell_mend(
    rows: Mapping[str, float], columns: Mapping[str, float], allowed: float, *, square: bool = False
) -> str:
    """Return where a single wrong cell is to be looked for, empty where the gaps do not say.

    Parameters
    ----------
    rows, columns : mapping of str to float [unit]
        Gaps by label.
    allowed : float [unit]
        What two gaps of one error may differ by.
    square : bool
        Whether rows and columns are the same products, whose output may follow from the rows: a
        wrong flow then shows in two columns, that of its seller with the other sign.

    Examples
    --------
    >>> cell_mend({"A": 810.0}, {"C": 810.0}, 1.0)
    'row A and column C have the same gap: look at the cell where they cross'
    """
    if len(rows) == len(columns) == 1:
        (row, one), (column, other) = *rows.items(), *columns.items()
        if abs(one - other) <= allowed:
            where = "look at the cell where they cross"
            return f"row {row} and column {column} have the same gap: {where}"
    if square and not rows and len(columns) == 2:
        (first, one), (second, other) = columns.items()
        if abs(one + other) <= allowed:
            return (
                f"the gaps of {first} and {second} are equal and opposite: look at the two cells "
                f"{first} to {second} and {second} to {first}"
            )
    return ""


def part_faults(
    name: str, labels: Sequence[str], roles: Sequence[str], primary: Array, allowed: float
) -> list[Fault]:
    """Return where the parts of value added are more than all of it.

    Parameters
    ----------
    name : str
        How errors call the table.
    labels : sequence of str, n
        Of the products or industries.
    roles : sequence of str, w
    primary : ndarray, shape (w, n) [unit]
    allowed : float [unit]
        What the sums may be off by rounding.

    Returns
    -------
    list of Fault
        None for a column with a part below zero: a loss leaves the others more than the whole.
    """
    parts = [place for place, role in enumerate(roles) if role in PARTS]
    whole = [place for place, role in enumerate(roles) if role == "value_added"]
    if not parts or not whole:
        return []
    of_which, total = primary[parts], primary[whole].sum(axis=0)
    gap = of_which.sum(axis=0) - total
    said = " and ".join(dict.fromkeys(roles[place] for place in parts))
    loss = "" if "surplus" in roles else ", or give the surplus below zero as a row of its own"
    faults = []
    for place in np.flatnonzero((gap > allowed) & (of_which >= 0.0).all(axis=0)):
        problem = f"parts of value added ({said}) exceed it"
        mend = f"they sum to {total[place] + gap[place]:.2f} of {total[place]:.2f}; mend one{loss}"
        label = labels[int(place)]
        faults.append(Fault(name, label, problem, mend, "value_added", gap[place]))
    return faults


def _import_faults(table: TableArrays) -> list[Fault]:
    n = len(table.products)
    uses = (INTERMEDIATE, *table.final_uses.labels)
    slack = table.statistical_discrepancy
    faults = []
    if table.imports_by_origin is not None:
        by_use = np.concatenate([[table.imports[:n].sum()], table.imports[n:]])
        allowed = table.rounding * (n + len(uses)) * IMPORT_SLACK + slack
        for use, gap in zip(uses, table.imports_by_origin.sum(axis=0) - by_use, strict=True):
            if abs(gap) > allowed:
                mend = "imports by product of origin must sum to imports by user"
                faults.append(_fault(table, use, "imports do not close", mend, "imports", gap))
    if table.imported is None:
        return faults
    if "imports" not in table.roles:
        # Without value added nothing says what a column lacks; with it, imports are part of it.
        if CLOSING & set(table.roles) and table.imported.any():
            mend = "give primary a row of imports: the column sums of imported"
            faults.append(_fault(table, "primary", "imported flows, but no row of imports", mend))
    else:
        everyone = table.products.labels + table.final_uses.labels
        gaps = table.imported.sum(axis=0) - table.imports
        for place in np.flatnonzero(np.abs(gaps) > table.rounding * (n + 1) + slack):
            mend = "imported flows must sum to the row of imports"
            problem, gap = "imports do not close", gaps[place]
            faults.append(_fault(table, everyone[place], problem, mend, "imports", gap))
    return faults


def _productivity_faults(table: TableArrays, sums: TableSums) -> list[Fault]:
    negative = sums.smallest < 0.0
    if is_productive(table.flows, table.output, sums.columns, negative=negative):
        return []
    n = len(table.products)
    size = np.where(table.output == 0.0, 1.0, table.output)
    share = sums.columns / size
    small = n <= LARGEST_EIGENPROBLEM
    radius = f"{spectral_radius(table.flows / size):.3g}" if small else "one or more"
    mend = "output is too small for its inputs; check its unit (thousands, millions)"
    worst = [int(place) for place in np.argsort(-share) if share[place] >= 1.0]
    return [
        _fault(
            table,
            table.products.labels[place],
            f"unproductive: spectral radius {radius}, inputs per output {share[place]:.3g}",
            mend,
            "P1",
            table.output[place],
        )
        for place in worst or [int(np.argmax(share))]
    ]
