"""The Leontief system with its labels: its inverse, and the output that a final demand asks for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.inputoutput.amounts import by_product
from econ.inputoutput.closure import Closure
from econ.inputoutput.frames import product_index
from econ.inputoutput.options import check_types
from econ.inputoutput.table import InputOutputTable

__all__ = ["demand_effects", "ghosh_inverse", "leontief_inverse"]

Array = npt.NDArray[np.float64]


def leontief_inverse(table: InputOutputTable, *, closure: Closure | None = None) -> pd.DataFrame:
    """Return the Leontief inverse with its labels: output per unit of final demand.

    All else here solves and never inverts; this is for reading, and for tables of some thousand
    products at most.

    Parameters
    ----------
    table : InputOutputTable
    closure : Closure, optional
        Adds its accounts as last rows (income per unit of final demand) and last columns (per unit
        of income that comes from outside).

    Returns
    -------
    pandas.DataFrame, shape (n, n) or (n + k, n + k) [-]

    Raises
    ------
    InputError
        When the closure is of another table.

    References
    ----------
    [miller_blair_2009], sections 2.2 and 2.5.

    Examples
    --------
    >>> table = InputOutputTable.from_frames(
    ...     [[150, 500], [200, 100]], final=[350, 1700], unit="MUSD 2000 basic"
    ... )
    >>> leontief_inverse(table).round(4).values.tolist()
    [[1.2541, 0.33], [0.264, 1.1221]]
    """
    check_types("leontief_inverse", {"table": (table, InputOutputTable)})
    check_types(table.name, {"closure": (closure, Closure)}, ("closure",))
    index = product_index(table)
    if closure is None:
        return pd.DataFrame(table.operator.inverse(), index, index)
    whole, n, k = closure.on(table), len(table.products), len(closure.accounts)
    made = whole.solve(np.eye(n), np.zeros((k, n)))
    earned = whole.solve(np.zeros((n, k)), np.eye(k))
    cells = np.block([[made[0], earned[0]], [made[1], earned[1]]])
    # Beside accounts, products of a multi-regional table stay one label.
    labels = [*table.products.labels, *closure.accounts.labels]
    return pd.DataFrame(cells, labels, labels)


def ghosh_inverse(table: InputOutputTable) -> pd.DataFrame:
    """Return the Ghosh inverse with its labels: output per unit of primary inputs of the row.

    Parameters
    ----------
    table : InputOutputTable

    Returns
    -------
    pandas.DataFrame, shape (n, n) [-]
        ``(I - B)^-1`` of the allocation coefficients B (``table.frame("allocation")``); the row of
        a product without output is that of the identity.

    References
    ----------
    [miller_blair_2009], section 12.1.

    Examples
    --------
    >>> table = InputOutputTable.from_frames(
    ...     [[150, 500], [200, 100]], final=[350, 1700], unit="MUSD 2000 basic"
    ... )
    >>> ghosh_inverse(table).round(3).values.tolist()
    [[1.254, 0.66], [0.132, 1.122]]
    """
    check_types("ghosh_inverse", {"table": (table, InputOutputTable)})
    x, index = table.output, product_index(table)
    cells = table.operator.inverse() * x
    scaled = np.divide(cells, x[:, None], out=np.eye(len(x)), where=x[:, None] != 0.0)
    return pd.DataFrame(scaled, index, index)


def demand_effects(
    table: InputOutputTable,
    demand: pd.Series[float] | Mapping[str, float],
    measure: str = "output",
    *,
    closure: Closure | None = None,
) -> pd.Series[float]:
    """Return what a final demand asks of every product: output, value added, jobs, emissions.

    Parameters
    ----------
    table : InputOutputTable
    demand : pandas.Series or mapping [unit of the table]
        Final demand, or a change of it, by product; products left out have none.
    measure : str
        From ``table.measures``.
    closure : Closure, optional
        Adds what respending asks for: Type II.

    Returns
    -------
    pandas.Series
        By product, in the unit of the measure: where the effect falls.

    Raises
    ------
    InputError
        When a label or the measure is unknown, a value is not finite, or the closure is of another
        table.

    References
    ----------
    [miller_blair_2009], sections 2.3 and 2.5.

    Examples
    --------
    >>> two = ["Agriculture", "Manufacturing"]
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[150, 500], [200, 100]], two, two), final=[350, 1700],
    ...     unit="MUSD 2000 basic",
    ... )
    >>> new = {"Agriculture": 600, "Manufacturing": 1500}
    >>> demand_effects(table, new).round(1).to_dict()
    {'Agriculture': 1247.5, 'Manufacturing': 1841.6}
    """
    check_types("demand_effects", {"table": (table, InputOutputTable)})
    check_types(table.name, {"closure": (closure, Closure)}, ("closure",))
    asked = by_product(table.products, demand, "demand", table.name)
    values, _ = table.measure(measure)
    if closure is None:
        output = table.operator.solve(asked)
    else:
        nothing = np.zeros((len(closure.accounts), 1))
        output = closure.on(table).solve(asked[:, None], nothing)[0][:, 0]
    found = output if measure == "output" else table.per_output(values) * output
    return pd.Series(found, index=product_index(table), name=measure)
