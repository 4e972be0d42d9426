"""How a number is written: rounded to what its interval supports, with the interval beside it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from numbers import Real

from econ.errors import Fault, InputError

__all__ = [
    "in_words",
    "number",
    "percent",
    "ranged",
    "ranged_parts",
    "rounding_step",
    "visible",
]

MINUS = "\u2212"
WHOLE = ("persons", "job-years", "FTE", "FTE-years")


def rounding_step(low: float, high: float, unit: object = "") -> float:
    """Return the step to round to: two digits of half the interval's width, three of the number.

    People and their years are never parted.

    Examples
    --------
    >>> rounding_step(1600, 5600)
    100.0
    >>> rounding_step(0.217, 0.306)
    0.001
    >>> rounding_step(0.217, 8.306, "persons")
    1.0
    """
    half = (high - low) / 2.0
    if half <= 0:
        return 0.0
    largest = max(abs(low), abs(high))
    # Two digits of the doubt, and never more than three of the number.
    return float(
        max(
            10.0 ** (math.floor(math.log10(half)) - 1),
            10.0 ** (math.floor(math.log10(largest)) - 2),
            1.0 if str(unit) in WHOLE else 0.0,
        )
    )


def number(value: float, step: float = 0.0) -> str:
    """Write a number, rounded to a step, with commas between thousands.

    Examples
    --------
    >>> number(-1283.4, 100.0).replace(MINUS, "-")
    '-1,300'
    >>> number(0.2443, 0.001)
    '0.244'
    """
    rounded = round(value / step) * step if step > 0 else value
    digits = max(0, -math.floor(math.log10(step))) if 0 < step < 1 else 0
    text = f"{abs(rounded):,.{digits}f}"
    negative = rounded < 0 and float(text.replace(",", "")) != 0.0
    return f"{MINUS}{text}" if negative else text


def ranged(value: float, low: float, high: float, unit: object = "") -> str:
    """Write a number with its interval, all rounded alike.

    Raises
    ------
    InputError
        When one of the three is no finite number, or `low` lies above `high`.

    Examples
    --------
    >>> ranged(3338.3, 1584.9, 5612.9)
    '3,300 (1,600 to 5,600)'
    >>> ranged(3000.0, 3000.0, 3000.0)
    '3,000'
    """
    _check_range({"value": value, "low": low, "high": high})
    central, spread = ranged_parts(value, low, high, unit)
    return f"{central} {spread}".rstrip()


def _check_range(given: Mapping[str, object]) -> None:
    InputError.raise_if(
        [
            Fault("ranged", name, "not a finite number", "give a number", value=repr(number))
            for name, number in given.items()
            if isinstance(number, bool) or not isinstance(number, Real) or not math.isfinite(number)
        ]
    )
    low, high = given["low"], given["high"]
    if low > high:  # type: ignore[operator]
        mend = "give the lower end first"
        raise InputError.one("ranged", "low", "above the upper end", mend, value=f"{low} to {high}")


def ranged_parts(value: float, low: float, high: float, unit: object = "") -> tuple[str, str]:
    """Return the number and its interval in brackets, rounded alike; no interval, no brackets.

    Examples
    --------
    >>> ranged_parts(0.2443, 0.217, 0.306)
    ('0.244', '(0.217 to 0.306)')
    """
    step = rounding_step(low, high, unit)
    if step == 0.0:
        return number(value), ""
    return number(value, step), f"({number(low, step)} to {number(high, step)})"


def percent(value: float, low: float | None = None, high: float | None = None) -> str:
    """Write a share as a percentage, with its interval where there is one.

    Examples
    --------
    >>> percent(0.2443, 0.217, 0.306)
    '24 % (22 to 31 %)'
    """
    if low is None or high is None or round(100 * low) == round(100 * high):
        return f"{100 * value:.0f} %"
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"


def in_words(unit: object) -> str:
    """Return a unit as a reader says it; one that is no money stands as it is.

    Examples
    --------
    >>> in_words("MEUR 2024 basic")
    'EUR m at 2024 prices'
    >>> in_words("job-years")
    'job-years'
    """
    words = str(unit)
    if "MEUR" not in words:
        return words
    return f"{words} prices".replace("MEUR", "EUR m at").replace(" basic", "")


def visible(text: str) -> str:
    """Return a text whose marks of direction and of control are seen and change nothing.

    Examples
    --------
    >>> visible("Acme\u202egpj.exe")
    'Acme[U+202E]gpj.exe'
    >>> visible("Côte-d'Or, 3\u202f000")
    "Côte-d'Or, 3\u202f000"
    """
    return "".join(
        f"[U+{ord(letter):04X}]"
        if unicodedata.category(letter) in {"Cc", "Cf"} and letter not in "\n\t\u00ad"
        else letter
        for letter in text
    )
