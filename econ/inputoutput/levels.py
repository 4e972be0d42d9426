"""Labels of one level, or of region and product; the same levels in the same order on all sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from econ.errors import Fault

__all__ = ["BETWEEN", "labels_of", "level_faults"]

BETWEEN: Final = " | "  # region | product


def labels_of(index: pd.Index) -> tuple[list[str], list[str]]:
    """Return the labels of an index and the region of each, empty where there is one level.

    Parameters
    ----------
    index : pandas.Index
        Of one level, or of region and product.

    Returns
    -------
    tuple of list of str
    """
    if isinstance(index, pd.MultiIndex):
        pairs = [tuple(map(str, pair)) for pair in index]
        return [BETWEEN.join(pair) for pair in pairs], [pair[0] for pair in pairs]
    return list(map(str, index.tolist())), []


def level_faults(
    rows: pd.Index, others: Mapping[str, pd.Index], name: str, block: str = "flows"
) -> list[Fault]:
    """Return which sides have other levels than the rows, or have them in another order.

    Parameters
    ----------
    rows : pandas.Index
        What the other sides are held against.
    others : mapping of str to pandas.Index
        Other sides that hold the same products, perhaps among others; by what errors call them.
    name : str
        How errors call the table.
    block : str
        Whose rows they are.

    Returns
    -------
    list of Fault
        One for each side, where a fault of each label would hide what is wrong.
    """
    faults = []
    if "region" in [str(level).lower() for level in rows.names[1:]]:
        problem = f"levels {_said(rows)}; the region comes first"
        mend = "reorder the levels of every side: frame.reorder_levels"
        faults.append(Fault(name, block, problem, mend))
    for what, other in others.items():
        problem = _problem(rows, other, block)
        if problem:
            mend = "give both sides the same levels, region first: frame.reorder_levels"
            faults.append(Fault(name, what, problem, mend))
    return faults


def _problem(rows: pd.Index, other: pd.Index, block: str) -> str:
    if rows.nlevels == other.nlevels == 1:
        return ""
    known, theirs = set(labels_of(rows)[0]), labels_of(other)[0]
    if rows.nlevels != other.nlevels:
        # Labels that are joined already stand for both levels.
        if known & set(theirs):
            return ""
        return f"{other.nlevels} level(s), where the {block} have {rows.nlevels}"
    own, names = list(rows.names), list(other.names)
    # Where the names tell, labels that stand in both levels cannot hide the order.
    turned = own != names and None not in own and sorted(map(str, own)) == sorted(map(str, names))
    backwards = {BETWEEN.join(map(str, reversed(pair))) for pair in other}
    if turned or (not known & set(theirs) and known & backwards):
        return f"levels {_said(other)} in another order than the {block}, {_said(rows)}"
    return ""


def _said(index: pd.Index) -> str:
    if None in list(index.names):
        return f"as in {', '.join(map(str, index[0]))}" if len(index) else "without names"
    return f"({', '.join(map(str, index.names))})"
