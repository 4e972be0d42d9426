"""How numbers are written: marks of the locale, digits that an interval supports."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import numpy as np

from econ.quantity.wording import MINUS, number, rounding_step

__all__ = ["Numbers", "Written"]


class Written(str):
    """Text that is ready to be read, in its language: no catalogue is asked for it again."""

    __slots__ = ()


class Numbers:
    """The numbers of a language, by its code and what it says between two of them."""

    code: str

    def said(self, message: str, **facts: object) -> Written:
        """Return a message with what belongs in its holes."""
        raise NotImplementedError

    @cached_property
    def mark(self) -> str:
        """The decimal mark of the locale."""
        from babel.numbers import get_decimal_symbol  # noqa: PLC0415  (loaded when first used)

        return get_decimal_symbol(self.code, numbering_system="latn")

    @cached_property
    def between(self) -> str:
        """What stands between thousands in the locale, such as a comma or a thin space."""
        from babel.numbers import get_group_symbol  # noqa: PLC0415  (loaded when first used)

        return get_group_symbol(self.code, numbering_system="latn")

    def _marked(self, plain: str) -> Written:
        """Return a number that is written as in English with the marks of the locale."""
        return Written(plain.translate(str.maketrans(",.", self.between + self.mark)))

    def number(self, value: float, step: float = 0.0) -> Written:
        """Write a number rounded to a step, thousands apart as the locale has them.

        Examples
        --------
        >>> from econ.report.language import ENGLISH
        >>> ENGLISH.number(1234.5, 0.1)
        '1,234.5'
        >>> from econ.report.language import Language
        >>> Language.load("fr").number(1234.5, 0.1).replace("\u202f", " ")
        '1 234,5'
        """
        return self._marked(number(value, step))

    def written(self, value: float, form: str) -> Written:
        """Write a number in a form of Python's, such as ``.2f``."""
        return Written(format(value, form).replace(".", self.mark).replace("-", "\u2212"))

    def grouped(self, plain: str) -> Written:
        """Write a number given as plain text, with all the digits it has.

        Examples
        --------
        >>> from econ.report.language import Language
        >>> Language.load("fr").grouped("-12000.5").replace("\u202f", " ").replace("\u2212", "-")
        '-12 000,5'
        """
        decimals = len(plain.partition(".")[2])
        return self.number(float(plain), 10.0**-decimals)

    def exact(self, value: float) -> Written:
        """Write a number with all its digits."""
        plain = np.format_float_positional(value, trim="-")
        return self._marked(f"{Decimal(plain):,f}".replace("-", MINUS))

    def span(self, low: float, high: float, unit: object = "") -> Written:
        """Write an interval, both ends rounded to what its width supports."""
        step = rounding_step(low, high, unit)
        return self.said(
            "{low} to {high}", low=self.number(low, step), high=self.number(high, step)
        )

    def ranged(self, value: float, low: float, high: float, unit: object = "") -> Written:
        """Write a number with its interval, all rounded alike.

        Examples
        --------
        >>> from econ.report.language import ENGLISH
        >>> ENGLISH.ranged(3338.3, 1584.9, 5612.9)
        '3,300 (1,600 to 5,600)'
        >>> from econ.report.language import Language
        >>> Language.load("fr").ranged(3338.3, 1584.9, 5612.9).replace("\u202f", " ")
        '3 300 (1 600 à 5 600)'
        """
        central, spread = self.ranged_parts(value, low, high, unit)
        return Written(f"{central} {spread}".rstrip())

    def ranged_parts(
        self, value: float, low: float, high: float, unit: object = ""
    ) -> tuple[Written, Written]:
        """Return a number and its interval in brackets; no interval, no brackets.

        Examples
        --------
        >>> from econ.report.language import ENGLISH
        >>> ENGLISH.ranged_parts(0.2443, 0.217, 0.306)
        ('0.244', '(0.217 to 0.306)')
        """
        step = rounding_step(low, high, unit)
        if step == 0.0:
            return self.number(value), Written("")
        return self.number(value, step), Written(f"({self.span(low, high, unit)})")

    def stepped(self, value: float, low: float, high: float, step: float) -> Written:
        """Write a number with its interval, all rounded to a step that is stated.

        Examples
        --------
        >>> from econ.report.language import ENGLISH
        >>> ENGLISH.stepped(0.826, 0.213, 1.439, 0.1)
        '0.8 (0.2 to 1.4)'
        """
        ends = self.said(
            "{low} to {high}", low=self.number(low, step), high=self.number(high, step)
        )
        return Written(f"{self.number(value, step)} ({ends})")

    def unless_open(self, value: float, low: float, high: float, unit: object = "") -> Written:
        """Write a number with its interval, or the interval alone where it holds zero.

        Examples
        --------
        >>> from econ.report.language import ENGLISH
        >>> ENGLISH.unless_open(120.0, -310.0, 450.0).replace("\u2212", "-")
        '-310 to 450'
        """
        if low < 0.0 < high:
            return self.span(low, high, unit)
        return self.ranged(value, low, high, unit)

    def percent(self, value: float, low: float | None = None, high: float | None = None) -> Written:
        """Write a share as a percentage, with its interval where there is one.

        Examples
        --------
        >>> from econ.report.language import ENGLISH
        >>> ENGLISH.percent(0.2443, 0.217, 0.306)
        '24 % (22 to 31 %)'
        """
        plain = self.said("{number} %", number=self.number(100 * value, 1.0))
        if low is None or high is None or round(100 * low) == round(100 * high):
            return plain
        ends = self.said(
            "{low} to {high} %",
            low=self.number(100 * low, 1.0),
            high=self.number(100 * high, 1.0),
        )
        return Written(f"{plain} ({ends})")
