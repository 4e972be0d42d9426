"""Multipliers and effects of every product: Types I, II and SAM, in one labelled frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.inputoutput.closure import Closure
from econ.inputoutput.options import check_types, names_of
from econ.inputoutput.table import InputOutputTable

__all__ = ["multipliers"]

Array = npt.NDArray[np.float64]
OPEN = "open"


def multipliers(
    table: InputOutputTable,
    measures: str | Iterable[str] | None = None,
    *,
    closure: Closure | None = None,
) -> pd.DataFrame:
    """Return multipliers and effects by product, measure and type.

    One row for each product, measure and type. Of a unit of final demand for the product:
    ``direct`` is what its own production holds (the coefficient), ``first_round`` what its
    suppliers add, ``indirect`` what the whole supply chain adds (the first round included),
    ``induced`` what respending adds (zero in Type I), ``effect`` their sum. The ``multiplier`` is
    the effect per unit of direct effect. National statistical offices call the two so; Miller and
    Blair call the effect a simple (Type I) or total (Type II) multiplier, and the ratio a Type I
    or Type II multiplier.

    Parameters
    ----------
    table : InputOutputTable
    measures : str or iterable of str, optional
        From ``table.measures``; by default all of them.
    closure : Closure, optional
        Adds rows of its type; without one, Type I alone.

    Returns
    -------
    pandas.DataFrame
        Columns region, product, measure, type, closure, direct, first_round, indirect, induced,
        effect, multiplier (missing where the direct effect is zero), unit.

    Raises
    ------
    InputError
        When the table has no such measure, or the closure is of another table.

    References
    ----------
    [miller_blair_2009], chapter 6; [scottish_government_2016], methodology.

    Examples
    --------
    >>> two = ["Agriculture", "Manufacturing"]
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], index=two, columns=two),
    ...     output=pd.Series([1000.0, 2000.0], index=two), unit="MUSD 2000 basic",
    ... )
    >>> multipliers(table, ["output"])["effect"].round(3).tolist()
    [1.518, 1.452]
    """
    check_types("multipliers", {"table": (table, InputOutputTable)})
    check_types(table.name, {"closure": (closure, Closure)}, ("closure",))
    given = [measures] if isinstance(measures, str) else measures
    asked = names_of(table.measures if given is None else given, "measures", table.name, twice=True)
    wanted = tuple(dict.fromkeys(asked))
    rows, units = [], []
    for name in wanted:
        values, unit = table.measure(name)
        rows.append(np.ones(len(table.products)) if name == "output" else table.per_output(values))
        units.append(f"{unit} per {table.unit}")
    direct = np.array(rows)
    first = table.operator.apply_transposed(direct.T).T
    # The chain beyond the product itself: (I - A)'(m - v) = A'v, one pass over the table fewer.
    simple = direct + table.operator.solve_transposed(first.T).T
    none = np.zeros_like(simple)
    names = dict(zip(wanted, units, strict=True))
    blocks = [_block(table, names, "I", OPEN, _Rows(direct, first, simple, none))]
    if closure is not None:
        induced = closure.on(table).induced(simple)
        whole = _Rows(direct, first, simple, induced)
        blocks.append(_block(table, names, closure.kind, closure.statement, whole))
    return pd.concat(blocks, ignore_index=True)


@dataclass(frozen=True)
class _Rows:
    """Parts of the effect of each measure, shape (m, n) each."""

    direct: Array
    first_round: Array
    simple: Array
    induced: Array


def _block(
    table: InputOutputTable, names: dict[str, str], kind: str, closure: str, rows: _Rows
) -> pd.DataFrame:
    measures, units = tuple(names), list(names.values())
    direct, effect = rows.direct, rows.simple + rows.induced
    n, m = len(table.products), len(measures)
    ratio = np.divide(effect, direct, out=np.full_like(effect, np.nan), where=direct != 0.0)
    return pd.DataFrame(
        {
            "region": np.tile(np.array(table.regions, dtype=object), m),
            "product": np.tile(np.array(table.products.labels, dtype=object), m),
            "measure": np.repeat(np.array(measures, dtype=object), n),
            "type": kind,
            "closure": closure,
            "direct": direct.ravel(),
            "first_round": rows.first_round.ravel(),
            "indirect": (rows.simple - direct).ravel(),
            "induced": rows.induced.ravel(),
            "effect": effect.ravel(),
            "multiplier": ratio.ravel(),
            "unit": np.repeat(np.array(units, dtype=object), n),
        }
    )
