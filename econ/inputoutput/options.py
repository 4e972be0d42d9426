"""What a labelled function is given, looked at before it is used; refused by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from numbers import Integral, Real

import numpy as np

from econ.errors import Fault, InputError
from econ.quantity.units import Unit

__all__ = ["check_types", "choice", "count", "flag", "names_of", "number", "unit_of"]


def check_types(
    name: str, given: Mapping[str, tuple[object, type]], optional: Sequence[str] = ()
) -> None:
    """Refuse all that is of another type than asked for, at once.

    Parameters
    ----------
    name : str
        How errors call the table.
    given : mapping of str to tuple of object and type
        By the name of the argument.
    optional : sequence of str
        Arguments that may be None.

    Raises
    ------
    InputError
    """
    InputError.raise_if(
        [
            Fault(name, what, "of another type", f"give {_a(kind)}", value=type(value).__name__)
            for what, (value, kind) in given.items()
            if not (isinstance(value, kind) or (value is None and what in optional))
        ]
    )


def choice(given: object, choices: Sequence[str], what: str, name: str) -> str:
    """Return a word that is one of `choices`, or refuse it."""
    if not isinstance(given, str) or given not in choices:
        mend = f"write {' or '.join(repr(word) for word in choices)}"
        raise InputError.one(name, what, f"no {what}", mend, value=given)
    return given


def flag(given: object, what: str, name: str) -> bool:
    """Return a truth value, or refuse what only looks like one."""
    if not isinstance(given, bool | np.bool_):
        mend = "write True or False"
        raise InputError.one(name, what, "neither true nor false", mend, value=repr(given))
    return bool(given)


def number(
    given: object,
    what: str,
    name: str,
    *,
    above: float = -inf,
    least: float = -inf,
    below: float = inf,
    mend: str,
) -> float:
    """Return a finite number within its bounds, or refuse it."""
    try:
        value = nan if isinstance(given, bool) or not isinstance(given, Real) else float(given)
    except OverflowError:
        value = inf
    if not isfinite(value):
        raise InputError.one(name, what, "not a finite number", mend, value=repr(given))
    if not (above < value < below and value >= least):
        raise InputError.one(name, what, f"no {what}", mend, value=value)
    return value


def count(given: object, what: str, name: str) -> int:
    """Return a whole number of one or more, or refuse it."""
    if not isinstance(given, Integral) or isinstance(given, bool) or int(given) < 1:
        mend = "give a whole number of one or more"
        raise InputError.one(name, what, "no count", mend, value=repr(given))
    return int(given)


def unit_of(given: object, what: str, name: str) -> Unit:
    """Return a unit given as such or in words, or refuse it."""
    if not isinstance(given, str | Unit):
        mend = "write for example 'MEUR 2022 basic' or 'persons'"
        raise InputError.one(name, what, "no unit", mend, value=repr(given))
    return Unit.parse(given) if isinstance(given, str) else given


def names_of(given: object, what: str, name: str, *, twice: bool = False) -> list[str]:
    """Return a list of names, each of which stands once.

    Parameters
    ----------
    given : iterable of str
        A single string is refused: it would be read letter by letter.
    what, name : str
        How errors call the argument and the table.
    twice : bool
        Whether a name may stand twice.

    Raises
    ------
    InputError
        When it is no list, or empty, or holds what is no name.
    """
    mend = "give a list of names"
    if isinstance(given, str | bytes | Mapping) or not np.iterable(given):
        raise InputError.one(name, what, "no list of names", mend, value=repr(given))
    found = list(given)
    if not found:
        raise InputError.one(name, what, "none asked for", mend)
    faults = [
        Fault(name, what, "no name", "write it as a string", row=place, value=repr(label))
        for place, label in enumerate(found, start=1)
        if not isinstance(label, str)
    ]
    InputError.raise_if(faults)
    InputError.raise_if(
        [
            Fault(name, what, "counted twice", "name it once", value=label)
            for label, times in Counter(found).items()
            if times > 1 and not twice
        ]
    )
    return found


def _a(kind: type) -> str:
    room = kind.__module__.partition(".")[0]
    whole = f"{room}.{kind.__name__}" if room in ("pandas", "econ") else kind.__name__.lower()
    return f"an {whole}" if whole[0] in "aeio" else f"a {whole}"
