"""Which sectors pull, push or hold the economy together: linkages and hypothetical extraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.inputoutput.options import check_types, choice, flag, names_of, number
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.extraction import Cut, group_extraction, sector_extraction
from econ.kernels.inputoutput.linkages import coefficients_of_variation, key_sectors, normalised

__all__ = ["extraction", "linkages"]

Array = npt.NDArray[np.float64]
Kind = Literal["complete", "backward", "forward"]


def linkages(table: InputOutputTable, *, variation: bool = True) -> pd.DataFrame:
    """Return backward, forward and normalised linkages, and the key sectors.

    Parameters
    ----------
    table : InputOutputTable
    variation : bool
        Also the coefficients of variation, which need all of the inverse.

    Returns
    -------
    pandas.DataFrame
        One row per product: region, product, backward_direct (inputs per output),
        forward_direct (intermediate sales per output), backward (``i'L``), forward_leontief
        (``L i``), forward_ghosh (``G i``), backward_normalised, forward_normalised (Ghosh),
        backward_variation, forward_variation, sector (``key``, ``backward``, ``forward``,
        ``weak``). All are ratios.

    References
    ----------
    [miller_blair_2009], section 12.2.

    Examples
    --------
    >>> two = ["Agriculture", "Manufacturing"]
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], index=two, columns=two),
    ...     output=pd.Series([1000.0, 2000.0], index=two), unit="MUSD 2000 basic",
    ... )
    >>> linkages(table)[["product", "backward", "forward_ghosh", "sector"]].round(3)
             product  backward  forward_ghosh sector
    0    Agriculture     1.518          1.914    key
    1  Manufacturing     1.452          1.254   weak
    """
    check_types("linkages", {"table": (table, InputOutputTable)})
    variation = flag(variation, "variation", table.name)
    n, x = len(table.products), table.output
    operator = table.operator
    ones = np.ones(n)
    inverse = operator.inverse() if variation else None
    backward = operator.solve_transposed(ones)
    frame = pd.DataFrame(
        {
            "region": np.array(table.regions, dtype=object),
            "product": np.array(table.products.labels, dtype=object),
            "backward_direct": operator.apply_transposed(ones),
            "forward_direct": table.per_output(table.flows @ ones),
            "backward": backward,
            "forward_leontief": operator.solve(ones),
            "forward_ghosh": table.per_output(operator.solve(x)),
        }
    )
    frame["backward_normalised"] = normalised(backward)
    frame["forward_normalised"] = normalised(frame["forward_ghosh"].to_numpy())
    if inverse is not None:
        ghosh = inverse * x
        ghosh = np.divide(ghosh, x[:, None], out=np.eye(n), where=x[:, None] != 0.0)
        frame["backward_variation"] = coefficients_of_variation(inverse, "columns")
        frame["forward_variation"] = coefficients_of_variation(ghosh, "rows")
    frame["sector"] = key_sectors(
        frame["backward_normalised"].to_numpy(), frame["forward_normalised"].to_numpy()
    )
    return frame


def extraction(
    table: InputOutputTable,
    measures: str | Iterable[str] = "output",
    *,
    kind: Kind = "complete",
    share: float = 1.0,
    groups: Mapping[str, Sequence[str]] | Literal["region"] | None = None,
) -> pd.DataFrame:
    """Return what the economy would lose without each product, each group, or each region.

    Parameters
    ----------
    table : InputOutputTable
    measures : str or iterable of str
        From ``table.measures``.
    kind : {"complete", "backward", "forward"}
        ``complete``: its production, purchases, sales and final demand are gone. ``backward``: it
        buys nothing at home from others. ``forward``: it sells nothing to other industries at
        home. Partial extractions keep its own use and its final demand.
    share : float [share]
        How much of the purchases or sales a partial extraction takes.
    groups : mapping of str to sequence of str, or "region", optional
        Products extracted together; a partial extraction then keeps what the group trades within.

    Returns
    -------
    pandas.DataFrame
        Columns extracted, measure, kind, loss, share_of_total, unit; the loss holds the extracted
        products' own.

    Raises
    ------
    InputError
        When a kind, label or measure is unknown, a group is none, or the share does not fit.

    References
    ----------
    [dietzenbacher_lahr_2013]; [miller_blair_2009], section 12.2.6.

    Examples
    --------
    >>> two = ["Agriculture", "Manufacturing"]
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], index=two, columns=two),
    ...     output=pd.Series([1000.0, 2000.0], index=two), unit="MUSD 2000 basic",
    ... )
    >>> extraction(table)["loss"].round(1).tolist()
    [1210.5, 2588.2]
    """
    check_types("extraction", {"table": (table, InputOutputTable)})
    given = [measures] if isinstance(measures, str) else measures
    names = list(dict.fromkeys(names_of(given, "measures", table.name, twice=True)))
    rows = [table.measure(name) for name in names]
    direct = np.array([table.per_output(values) for values, _ in rows])
    totals = np.array([values.sum() for values, _ in rows])
    cut = _cut(table, kind, share)
    if groups is None:
        labels: Sequence[str] = table.products.labels
        lost = _by_product(table, direct, cut)
    else:
        chosen = _groups(table, groups)
        labels = list(chosen)
        lost = np.array([direct @ _of_group(table, g, cut) for g in chosen.values()]).T
    k = len(labels)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = lost / totals[:, None]
    return pd.DataFrame(
        {
            "extracted": np.tile(np.array(labels, dtype=object), len(names)),
            "measure": np.repeat(np.array(names, dtype=object), k),
            "kind": kind,
            "loss": lost.ravel(),
            "share_of_total": part.ravel(),
            "unit": np.repeat(np.array([str(unit) for _, unit in rows], dtype=object), k),
        }
    )


def _cut(table: InputOutputTable, kind: Kind, share: float) -> Cut:
    choice(kind, get_args(Kind), "kind", table.name)
    number(share, "share", table.name, mend="give a share above zero and at most one")
    if kind == "complete":
        if share != 1.0:
            mend = "extract a share of the purchases (backward) or sales (forward)"
            problem = "a share of a complete extraction"
            raise InputError.one(table.name, "share", problem, mend, value=share)
        return Cut()
    try:
        return Cut(
            purchases=kind == "backward",
            sales=kind == "forward",
            within=False,
            final_demand=False,
            share=share,
        )
    except ValueError as error:
        mend = "give a share above zero and at most one"
        raise InputError.one(table.name, "share", str(error), mend, value=share) from error


def _by_product(table: InputOutputTable, direct: Array, cut: Cut) -> Array:
    inverse = table.operator.inverse()
    return sector_extraction(
        direct @ inverse,
        direct,
        diagonal=np.diagonal(inverse),
        own=table.per_output(np.diagonal(table.flows).copy()),
        output=table.output,
        final_demand=table.final.sum(axis=1),
        cut=cut,
    )


def _of_group(table: InputOutputTable, members: list[str], cut: Cut) -> Array:
    places = list(table.products.positions(members))
    columns = np.zeros((len(table.products), len(places)))
    columns[places, range(len(places))] = 1.0
    return group_extraction(
        table.operator.solve(columns),
        places,
        within=table.flows[np.ix_(places, places)]
        / np.where(table.output == 0, 1, table.output)[places],
        output=table.output,
        final_demand=table.final.sum(axis=1),
        cut=cut,
    )


def _groups(
    table: InputOutputTable, groups: Mapping[str, Sequence[str]] | str
) -> dict[str, list[str]]:
    if isinstance(groups, str) and groups == "region":
        return _regions(table)
    if not isinstance(groups, Mapping) or not groups:
        mend = "write 'region', or give a mapping from a name to its products"
        raise InputError.one(table.name, "groups", "no groups", mend, value=repr(groups))
    names_of(list(groups), "groups", table.name)
    return {name: names_of(labels, f"group {name}", table.name) for name, labels in groups.items()}


def _regions(table: InputOutputTable) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for region, label in zip(table.regions, table.products.labels, strict=True):
        found.setdefault(region, []).append(label)
    return found
