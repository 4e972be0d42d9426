"""Which parameters move together: pairs with a source, and whether all pairs can hold at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field

from econ.declared import Declared
from econ.errors import Fault, nearest
from econ.kernels.uncertainty.copula import nearest_correlation, smallest_eigenvalue

__all__ = ["Correlation", "CorrelationTable", "clusters", "correlation_faults", "matrix"]

Array = npt.NDArray[np.float64]
# Below this a matrix is singular to the rounding of its own entries.
LEAST: Final = 1e-8


class CorrelationTable(Declared):
    """One ``[[correlation]]`` of a study."""

    between: Annotated[list[str], Field(min_length=2, max_length=2)]
    value: float
    basis: str
    source: list[str] = Field(default=[])
    note: str = ""


@dataclass(frozen=True)
class Correlation:
    """Two parameters that move together.

    Parameters
    ----------
    between : tuple of str
        Names of two parameters.
    value : float [-]
        Correlation of their normal scores, between -1 and 1. What is left of it in the parameters
        themselves is a little less where their distributions are skewed.
    basis : {"evidence", "judgement"}
    source : tuple of str
        Keys of ``references.toml``; may be empty for a judgement only.
    """

    between: tuple[str, str]
    value: float
    basis: str
    source: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, table: CorrelationTable) -> Correlation:
        """Turn a ``[[correlation]]`` table into its record."""
        one, other = table.between
        return cls((one, other), table.value, table.basis, tuple(table.source), table.note)

    def __str__(self) -> str:
        return f"{self.between[0]} and {self.between[1]} ({self.value:g})"


def clusters(correlations: Iterable[Correlation]) -> list[tuple[str, ...]]:
    """Return the parameters that hang together, directly or through others, each cluster sorted.

    Examples
    --------
    >>> pair = Correlation(("b", "a"), 0.5, "judgement")
    >>> clusters([pair, Correlation(("b", "c"), 0.2, "judgement")])
    [('a', 'b', 'c')]
    """
    found: list[set[str]] = []
    for pair in correlations:
        touched = [group for group in found if group & set(pair.between)]
        found = [group for group in found if group not in touched]
        found.append(set(pair.between).union(*touched))
    return sorted(tuple(sorted(group)) for group in found)


def matrix(names: Sequence[str], correlations: Iterable[Correlation]) -> Array:
    """Return the correlation matrix of some parameters, shape (k, k); zero where nothing is said.

    Examples
    --------
    >>> matrix(["a", "b"], [Correlation(("a", "b"), 0.5, "judgement")]).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    found = np.eye(len(names))
    for pair in correlations:
        if set(pair.between) <= set(names):
            one, other = (names.index(name) for name in pair.between)
            found[one, other] = found[other, one] = pair.value
    return found


def correlation_faults(
    file: str,
    correlations: Sequence[Correlation],
    parameters: Mapping[str, str],
    sources: Collection[str],
) -> list[Fault]:
    """Return pairs that are not understood, and clusters whose pairs cannot hold all at once.

    Parameters
    ----------
    file : str
    correlations : sequence of Correlation
    parameters : mapping of str to str
        Distribution of every known parameter.
    sources : collection of str
        Keys of publications that may be cited.
    """
    faults = _no_pairs(file, correlations)
    if faults:
        return faults

    def fault(pair: Correlation, column: str, value: object, problem: str, mend: str) -> None:
        faults.append(Fault(file, column, problem, mend, " and ".join(pair.between), value))

    seen: set[frozenset[str]] = set()
    for pair in correlations:
        for name in pair.between:
            if name not in parameters:
                fault(pair, "between", name, "unknown parameter", nearest(name, parameters))
            elif parameters[name] == "fixed":
                mend = "give it a range, or leave the pair out"
                fault(pair, "between", name, "a fixed value moves with nothing", mend)
        if len(set(pair.between)) == 1:
            mend = "name two parameters"
            fault(pair, "between", pair.between[0], "a parameter with itself", mend)
        if frozenset(pair.between) in seen:
            fault(pair, "between", None, "named twice", "keep one of the two")
        seen.add(frozenset(pair.between))
        if not -1.0 < pair.value < 1.0:
            mend = "write a number between -1 and 1, both left out"
            fault(pair, "value", pair.value, "no correlation", mend)
        if pair.basis not in ("evidence", "judgement"):
            mend = nearest(pair.basis, ("evidence", "judgement"))
            fault(pair, "basis", pair.basis, "unknown basis", mend)
        if pair.basis == "evidence" and not pair.source:
            mend = "cite a key of references.toml, or call it a judgement"
            fault(pair, "source", "", "no correlation without a source", mend)
        for key in pair.source:
            if key not in sources:
                fault(pair, "source", key, "unknown source", nearest(key, sources))
    return faults or [
        fault
        for names in clusters(correlations)
        for fault in _indefinite(file, names, correlations)
    ]


def _no_pairs(file: str, correlations: object) -> list[Fault]:
    """Return what is no pair of two names with a number."""
    mend = 'give Correlation(("a", "b"), 0.5, "judgement") for each pair, in a list'
    if not isinstance(correlations, Sequence) or isinstance(correlations, str):
        return [Fault(file, "correlation", "no list of pairs", mend, value=repr(correlations)[:80])]
    return [
        Fault(file, "correlation", "no pair of two names and a number", mend, value=repr(pair)[:80])
        for pair in correlations
        if not isinstance(pair, Correlation)
        or isinstance(pair.between, str)
        or len(pair.between) != 2
        or not all(isinstance(name, str) for name in pair.between)
        or not isinstance(pair.value, Real)
        or isinstance(pair.value, bool)
    ]


def _indefinite(
    file: str, names: Sequence[str], correlations: Sequence[Correlation]
) -> list[Fault]:
    given = matrix(names, correlations)
    if smallest_eigenvalue(given) > LEAST:
        return []
    pairs = [pair for pair in correlations if set(pair.between) <= set(names)]
    possible = nearest_correlation(given, 0.01)
    weaker = ", ".join(
        f"{a} and {b} {possible[names.index(a), names.index(b)]:.2f}"
        for a, b in (pair.between for pair in pairs)
    )
    problem = "the correlation matrix is not positive definite: these pairs cannot hold at once"
    mend = f"weaken one, or add the pairs left at zero; near them and possible are {weaker}"
    return [Fault(file, "correlation", problem, mend, value=", ".join(map(str, pairs)))]
