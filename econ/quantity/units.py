"""Units: currency and scale, price year, valuation; or persons, FTE, job-years and ratios."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from econ.errors import UnitError

__all__ = ["PERSONS", "Unit"]

_PREFIX_SCALE: Final = {"": 1, "k": 10**3, "M": 10**6, "bn": 10**9}
_SCALE_PREFIX: Final = {scale: prefix for prefix, scale in _PREFIX_SCALE.items()}
_COUNT_SCALE: Final = {"thousand": 10**3, "million": 10**6}
_SCALE_COUNT: Final = {scale: word for word, scale in _COUNT_SCALE.items()}
_VALUATIONS: Final = ("basic", "purchasers")
_FLOW_OF_STOCK: Final = {"persons": "job-years", "FTE": "FTE-years"}
_MONEY: Final = re.compile(r"^(k|M|bn)?([A-Z]{3})$")
_NAME: Final = re.compile(r"^[A-Za-z%][^\s]*$")
_COUNTED: Final = frozenset({"FTE", "GPU"})
_YEAR: Final = re.compile(r"^(1[89]|20|21)\d\d$")


@dataclass(frozen=True)
class Unit:
    """What one unit of a number stands for.

    Parameters
    ----------
    base : str
        A currency (ISO 4217) or a countable thing (``persons``, ``job-years``, ``share`` ...).
    scale : int
        How many of `base` one unit is: 1, 1000, 1 000 000 or, for money, 1 000 000 000.
    price_year : int or None
        The year in whose prices money is counted; None for money as announced or for counts.
    valuation : {"basic", "purchasers"} or None
        Price concept of the SNA.
    per : Unit or None
        Denominator of a ratio.

    Examples
    --------
    >>> Unit.parse("MEUR 2022 basic")
    Unit(base='EUR', scale=1000000, price_year=2022, valuation='basic', per=None)
    >>> str(Unit.parse("persons per MEUR 2024"))
    'persons per MEUR 2024'
    """

    base: str
    scale: int = 1
    price_year: int | None = None
    valuation: str | None = None
    per: Unit | None = None

    def __post_init__(self) -> None:
        scales = _SCALE_PREFIX if self.is_money else {1: "", **_SCALE_COUNT}
        named = bool(_NAME.match(self.base))
        if not named or self.scale not in scales or self.valuation not in (None, *_VALUATIONS):
            raise UnitError(
                f"{self!r} is no unit; write for example 'MEUR 2022 basic' or 'persons'"
            )

    @property
    def is_money(self) -> bool:
        """Whether the numerator is a currency."""
        return bool(re.fullmatch(r"[A-Z]{3}", self.base)) and self.base not in _COUNTED

    def __str__(self) -> str:
        words = [self._head()]
        if self.price_year is not None:
            words.append(str(self.price_year))
        if self.valuation is not None:
            words.append(self.valuation)
        if self.per is not None:
            words += ["per", str(self.per)]
        return " ".join(words)

    def _head(self) -> str:
        if self.is_money:
            return f"{_SCALE_PREFIX[self.scale]}{self.base}"
        return (
            f"{_SCALE_COUNT[self.scale]} {self.base}" if self.scale in _SCALE_COUNT else self.base
        )

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Read a unit from its text; ``Unit.parse(str(unit)) == unit``.

        Raises
        ------
        UnitError
            When the text is no unit.
        """
        numerator, _, denominator = text.strip().partition(" per ")
        words = numerator.split()
        if not words:
            raise UnitError(
                f"'{text}' is no unit; write for example 'MEUR 2022 basic' or 'persons'"
            )
        valuation = words.pop() if words[-1] in _VALUATIONS else None
        price_year = int(words.pop()) if len(words) > 1 and _YEAR.match(words[-1]) else None
        base, scale = _parse_head(words, text)
        per = cls.parse(denominator) if denominator else None
        return cls(base, scale, price_year, valuation, per)

    def summed_over_years(self) -> Unit:
        """Return the unit of a sum over years: persons become job-years; money stays money.

        Raises
        ------
        UnitError
            When the unit already is a sum over years.

        Examples
        --------
        >>> str(PERSONS.summed_over_years())
        'job-years'
        """
        if self.base in _FLOW_OF_STOCK.values():
            raise UnitError.not_comparable(
                self, "years", "sum over years", "job-years are a sum over years already"
            )
        return replace(self, base=_FLOW_OF_STOCK.get(self.base, self.base))

    def check_same(self, other: Unit, doing: str) -> None:
        """Raise unless the two units are equal."""
        if self != other:
            mend = "convert one of them first (econ.convert), or keep them apart"
            if {self.base, other.base} <= {"persons", "job-years", "FTE", "FTE-years"}:
                mend = (
                    "jobs in a year are persons, their sum over years is job-years; keep them apart"
                )
            raise UnitError.not_comparable(self, other, doing, mend)


def _parse_head(words: list[str], text: str) -> tuple[str, int]:
    if len(words) == 2 and words[0] in _COUNT_SCALE:
        return words[1], _COUNT_SCALE[words[0]]
    if len(words) != 1:
        raise UnitError(f"'{text}' is no unit; write for example 'MEUR 2022 basic' or 'persons'")
    if words[0] == "FTE":
        return "FTE", 1
    money = _MONEY.match(words[0])
    if money:
        return money.group(2), _PREFIX_SCALE[money.group(1) or ""]
    return words[0], 1


PERSONS: Final = Unit("persons")
