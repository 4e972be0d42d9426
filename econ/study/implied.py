"""The unit that a formula implies for a coefficient: the outcome's per unit of the regressor."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from econ.regression.formula.terms import Call, Column, Factor, Node, Number, Operation, Term

__all__ = ["Dimension", "implied"]

SCALES: Final = {"thousand": 10**3, "million": 10**6}
PREFIXES: Final = {"": 1, "k": 10**3, "M": 10**6, "bn": 10**9}
MONEY: Final = re.compile(r"(k|M|bn)?([A-Z]{3})")
TRAILING: Final = re.compile(r"(?:1[89]|20|21)\d\d|basic|purchasers")
PEOPLE: Final = frozenset({"persons", "person", "jobs", "job", "people", "employees"})
PURE: Final = {"share": 1.0, "ratio": 1.0, "exponent": 1.0, "weight": 1.0, "percent": 0.01}
# What else a unit of this package counts; a word that is none of all these says nothing to us.
COUNTED: Final = frozenset(
    [
        "FTE",
        "FTE-year",
        "GPU",
        "GWh",
        "MW",
        "MWh",
        "firm",
        "hour",
        "household",
        "job-year",
        "km",
        "m2",
        "tCO2e",
        "year",
    ]
)
PLAIN: Final = ("lag", "diff", "abs")  # functions that leave a unit as it is
LOGARITHMS: Final = ("log", "log1p", "log2", "log10", "asinh")


@dataclass(frozen=True)
class Dimension:
    """What a number counts, and how many of it one is.

    Parameters
    ----------
    size : float
    powers : mapping of str to int
        By what is counted; nothing for a pure number.
    """

    size: float = 1.0
    powers: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, unit: str) -> Dimension | None:
        """Return the dimension of a unit; None where it is not known.

        Price years and valuations are left aside, and so are words before what is counted.

        Examples
        --------
        >>> Dimension.of("jobs per direct job")
        Dimension(size=1.0, powers={})
        >>> Dimension.of("persons per MEUR 2024")
        Dimension(size=1e-06, powers={'person': 1, 'EUR': -1})
        """
        found: Dimension | None = None
        for part in unit.split(" per "):
            one = _counted(part.split())
            if one is None:
                return None
            found = one if found is None else found.times(one, -1)
        return found

    def times(self, other: Dimension, power: int = 1) -> Dimension:
        """Return the dimension of a product with a power of another."""
        powers = Counter(self.powers)
        for what, count in other.powers.items():
            powers[what] += power * count
        return Dimension(
            self.size * other.size**power, {what: count for what, count in powers.items() if count}
        )

    def same_as(self, other: Dimension) -> bool:
        """Return whether a number may be in both."""
        return dict(self.powers) == dict(other.powers) and math.isclose(self.size, other.size)

    def __str__(self) -> str:
        over = [_power(what, count) for what, count in self.powers.items() if count > 0]
        under = [_power(what, -count) for what, count in self.powers.items() if count < 0]
        head = " ".join(over) or ("1" if under else "a pure number")
        size = "" if math.isclose(self.size, 1.0) else f"{self.size:g} "
        return size + " per ".join([head, *under])


def _power(what: str, count: int) -> str:
    return what if count == 1 else f"{what}^{count}"


def _counted(words: list[str]) -> Dimension | None:
    while len(words) > 1 and TRAILING.fullmatch(words[-1]):
        words = words[:-1]
    if not words:
        return None
    size = float(SCALES[words[0]]) if words[0] in SCALES else 1.0
    what = words[-1]
    if what in PURE:
        return Dimension(size * PURE[what])
    if what in PEOPLE:
        return Dimension(size, {"person": 1})
    money = MONEY.fullmatch(what)
    if money and what not in ("FTE", "GPU"):
        return Dimension(size * PREFIXES[money.group(1) or ""], {money.group(2): 1})
    one = what.removesuffix("s")
    return Dimension(size, {one: 1}) if one in COUNTED else None


def implied(outcome: Term, term: Term, units: Mapping[str, str]) -> Dimension | None:
    """Return the dimension of a term's coefficient; None where it cannot be known.

    Parameters
    ----------
    outcome, term : Term
    units : mapping of str to str
        By column.

    Examples
    --------
    >>> from econ.regression.formula.formula import Formula
    >>> units = {"jobs": "thousand persons", "money": "MEUR"}
    >>> formula = Formula.parse("diff(jobs) ~ money + log(money)")
    >>> str(implied(formula.outcome, formula.terms[1], units))
    '0.001 person per EUR'
    >>> str(implied(formula.outcome, formula.terms[2], units))
    '1000 person'
    """
    sides = [_product(side, units) for side in (outcome, term)]
    if sides[0] is None or sides[1] is None:
        return None
    return sides[0].times(sides[1], -1)


def _product(term: Term, units: Mapping[str, str]) -> Dimension | None:
    found: Dimension | None = Dimension()
    for node in term.factors:
        one = _of(node, units)
        found = found.times(one) if found is not None and one is not None else None
    return found


def _of(node: Node, units: Mapping[str, str]) -> Dimension | None:
    if isinstance(node, Column):
        return Dimension.of(units[node.name]) if node.name in units else None
    if isinstance(node, Factor | Number):
        return Dimension()
    if isinstance(node, Call):
        inner = _of(node.argument, units)
        if node.function in LOGARITHMS:
            return Dimension()
        return inner if node.function in PLAIN else None
    return _worked_out(node, units)


def _worked_out(node: Operation, units: Mapping[str, str]) -> Dimension | None:
    left, right = _of(node.left, units), _of(node.right, units)
    if node.sign in ("*", "/"):
        power = 1 if node.sign == "*" else -1
        if isinstance(node.right, Number) and left is not None and node.right.value > 0:
            return Dimension(left.size / node.right.value**power, left.powers)
        if isinstance(node.left, Number) and right is not None and node.left.value > 0:
            return Dimension(1 / node.left.value).times(right, power)
        return left.times(right, power) if left is not None and right is not None else None
    if node.sign in ("+", "-") and left is not None and right is not None:
        minus = isinstance(node.left, Number) and node.left.value == 0.0
        return right if minus or left.same_as(right) else None
    if node.sign in ("^", "**") and left is not None and isinstance(node.right, Number):
        power = int(node.right.value)
        return Dimension().times(left, power) if power == node.right.value else None
    return None
