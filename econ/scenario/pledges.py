"""Verbs on pledge rows: the tree of what contains what, its leaves, and sums that count once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from econ.errors import InputError, SumError, nearest

__all__ = ["ancestors", "children", "leaves", "lineage", "pledge_row", "root", "total"]


def pledge_row(pledges: pd.DataFrame, name: str) -> pd.Series:
    """Return the row of one pledge; refuse an unknown one with its nearest neighbours."""
    rows = pledges[pledges["pledge"] == name]
    if rows.empty:
        mend = nearest(name, pledges["pledge"])
        raise InputError.one("pledges", "pledge", "no such pledge", mend, value=name)
    return rows.iloc[0]


def ancestors(pledges: pd.DataFrame, name: str) -> tuple[str, ...]:
    """Return what contains a pledge, from its parent up.

    Examples
    --------
    >>> tree = pd.DataFrame({"pledge": ["total", "part"], "parent": [None, "total"]})
    >>> ancestors(tree, "part")
    ('total',)
    """
    return lineage(pledges, [name])[name]


def lineage(pledges: pd.DataFrame, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what contains each of some pledges, from its parent up.

    Examples
    --------
    >>> tree = pd.DataFrame({"pledge": ["total", "part"], "parent": [None, "total"]})
    >>> lineage(tree, ["part", "total"])
    {'part': ('total',), 'total': ()}
    """
    # As lists: a column of texts hands its cells out one by one, slowly.
    parents = dict(zip(pledges["pledge"].tolist(), pledges["parent"].tolist(), strict=True))
    above: dict[str, tuple[str, ...]] = {}
    for name in names:
        found: list[str] = []
        inside = name
        while True:
            if inside not in parents:
                pledge_row(pledges, inside)  # refuses it
            parent = parents[inside]
            if not isinstance(parent, str) or not parent or parent in found:
                break
            found.append(parent)
            inside = parent
        above[name] = tuple(found)
    return above


def root(pledges: pd.DataFrame, name: str) -> str:
    """Return the topmost pledge that contains a pledge, or the pledge itself."""
    above = ancestors(pledges, name)
    return above[-1] if above else name


def children(pledges: pd.DataFrame, name: str) -> tuple[str, ...]:
    """Return what a pledge contains directly; other sources' words on it are no part of it."""
    below = pledges[pledges["parent"] == name]
    repeats = (
        below["same_as"].notna() if "same_as" in below else pd.Series(data=False, index=below.index)
    )
    return tuple(below.loc[~repeats, "pledge"])


def leaves(pledges: pd.DataFrame, name: str) -> tuple[str, ...]:
    """Return the parts of a pledge that contain no further part.

    Examples
    --------
    >>> tree = pd.DataFrame({"pledge": ["a", "b", "c"], "parent": [None, "a", "a"]})
    >>> leaves(tree, "a")
    ('b', 'c')
    """
    below = children(pledges, name)
    if not below:
        return (name,)
    return tuple(leaf for child in below for leaf in leaves(pledges, child))


def total(pledges: pd.DataFrame, names: Sequence[str]) -> float:
    """Add up announced amounts, refusing to count anything twice.

    Parameters
    ----------
    pledges : pandas.DataFrame
        Rows of the schema PLEDGES.
    names : sequence of str
        Pledges to add; amounts in millions of one currency.

    Raises
    ------
    SumError
        When one of them contains another, one stands twice, two rows speak of the same pledge, or
        the currencies differ.
    InputError
        When a pledge has no amount of its own.
    """
    chosen = [pledge_row(pledges, name) for name in names]
    repeated = [name for name in names if list(names).count(name) > 1]
    if repeated:
        raise SumError.total_with_part(repeated[0], repeated[0])
    meant: dict[str, str] = {}
    for name, row in zip(names, chosen, strict=True):
        subject = row["same_as"] if isinstance(row["same_as"], str) and row["same_as"] else name
        if subject in meant:
            raise SumError(
                f"cannot add '{name}' to '{meant[subject]}': both speak of '{subject}'; keep one"
            )
        meant[subject] = name
    for subject, name in meant.items():
        for above in ancestors(pledges, subject):
            if above in meant:
                raise SumError.total_with_part(meant[above], name)
    currencies = {str(row["currency"]) for row in chosen}
    if len(currencies) > 1:
        raise SumError.mixed(
            "currency", currencies, "convert them to one currency and price year first"
        )
    announced = [row.get("announced") for row in chosen]
    years = {pd.Timestamp(day).year for day in announced if day is not None and not pd.isna(day)}
    if len(years) > 1:
        mend = "euros of different years are not the same money; deflate them first (econ.convert)"
        raise SumError.mixed("year announced", years, mend)
    for name, row in zip(names, chosen, strict=True):
        if pd.isna(row["amount"]):
            mend = "it has no amount of its own; use its parent's, or the parameter that splits it"
            raise InputError.one("pledges", "amount", "no amount", mend, value=name)
    return float(sum(row["amount"] for row in chosen))
