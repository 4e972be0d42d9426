"""Totals among what is added up: told by their names, or by being the sum of the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault
from econ.inputoutput.levels import BETWEEN, labels_of

__all__ = ["TOTAL", "is_total", "looks_like_total", "sum_faults", "total_faults"]

Array = npt.NDArray[np.float64]
TOTAL: Final = "looks like a total"
MEND: Final = "leave it out, sums are computed; or rename it, if it is none"
WORDS: Final = frozenset({"total", "totals", "subtotal"})
ENDINGS: Final = ("sum", "tu")
NEAR_THE_END: Final = 8
WHOLE: Final = frozenset({"total", "totals", "sum", "tu", "cpa total"})


def is_total(label: str) -> bool:
    """Say whether a label says total and nothing else.

    Examples
    --------
    >>> [is_total(label) for label in ("Total", "TU", "Total final demand")]
    [True, True, False]
    """
    return " ".join(_words(label)) in WHOLE


def looks_like_total(label: str) -> bool:
    """Say whether a label names a total of something.

    Examples
    --------
    >>> [looks_like_total(x) for x in ("CPA_TOTAL", "North | Total", "Total uses", "Totally new")]
    [True, True, True, False]
    """
    plain = str(label).casefold()
    # Thousands of labels are looked at; few hold any of these letters where they would count.
    if "total" not in plain and not any(end in plain[-NEAR_THE_END:] for end in ENDINGS):
        return False
    words = _words(label)
    return is_total(label) or bool(words and WORDS & {words[0], words[-1]})


def _words(label: str) -> list[str]:
    last = str(label).rpartition(BETWEEN)[2].casefold()
    return [word for word in re.split(r"[\W_]+", last) if word]


def total_faults(
    name: str,
    sides: Mapping[str, pd.Index],
    uses: Sequence[str],
    *,
    alone: Collection[str] = (),
    derived: bool,
) -> list[Fault]:
    """Return the labels that look like totals, wherever they stand.

    Parameters
    ----------
    name : str
        How errors call the table.
    sides : mapping of str to pandas.Index
        Sides that hold products, industries or final uses, by what errors call them.
    uses : sequence of str
        Labels of the final uses.
    alone : collection of str
        Labels that stand alone on their side, the product of a table of one say: no totals.
    derived : bool
        Whether output follows from them, so that no account tells a total.

    Returns
    -------
    list of Fault
        A final use that is the only one can be the total of final uses; one that may be all use,
        intermediate use too, only where output is given.
    """
    if len(uses) == 1:
        kept = {label for label in uses if not (derived and is_total(label))}
    else:
        kept = set() if derived else {label for label in uses if not is_total(label)}
    named = {what: labels_of(index)[0] for what, index in sides.items()}
    # Rows and columns mostly have the same labels: each is looked at once.
    every = {label for labels in named.values() for label in labels}
    suspects = {label for label in every if looks_like_total(label)} - {*kept, *alone}
    return [
        Fault(name, what, TOTAL, MEND, value=label)
        for what, labels in named.items()
        for label in (labels if suspects else ())
        if label in suspects
    ]


def sum_faults(
    name: str, flows: Array, final: Array, uses: Sequence[str], rounding: float
) -> list[Fault]:
    """Return final uses that are the sum of others, where output would follow from all of them.

    Parameters
    ----------
    name : str
        How errors call the table.
    flows : ndarray, shape (n,) [unit]
        Intermediate use of each product.
    final : ndarray, shape (n, u) [unit]
    uses : sequence of str, u
    rounding : float [unit]
        What each cell may be off.

    Returns
    -------
    list of Fault
        None for a single product, where a sum says nothing.

    References
    ----------
    [eurostat_manual_2008], chapter 11: total use is intermediate and final uses.

    Examples
    --------
    >>> C, X = np.array([30.0, 50.0]), np.array([20.0, 90.0])
    >>> final = np.column_stack([C, X, C + X])
    >>> print(*sum_faults("table", np.array([9.0, 8.0]), final, ["C", "X", "D"], 0.5))
    table, column final, value D: equals the sum of the other final uses; leave it out, or give \
output, which then must be met
    """
    n, u = final.shape
    if n == 1:
        return []
    mend = "leave it out, or give output, which then must be met"
    faults = []
    for place, label in enumerate(uses):
        column = final[:, place]
        others = np.delete(final, place, axis=1)
        rest = others.sum(axis=1)
        sums = {"of the flows": flows, "of the flows and the other final uses": flows + rest}
        if np.count_nonzero(others.any(axis=0)) > 1:
            sums = {"of the other final uses": rest, **sums}
        # Where all is rounding, everything equals everything.
        allowed = rounding * (u + 1)
        for what, whole in sums.items():
            if np.abs(whole).max() > 2.0 * allowed and (np.abs(column - whole) <= allowed).all():
                faults.append(Fault(name, "final", f"equals the sum {what}", mend, value=label))
                break
    return faults
