"""Where a language wants spaces that do not break: a translator types plain ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

__all__ = ["THIN", "TYPOGRAPHY", "french"]

THIN: Final = "\u202f"
HARD: Final = "\u00a0"
RULES: Final = (
    (re.compile("'"), "\u2019"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), THIN),
    (re.compile(r" (?=[;!?])"), THIN),
    # Per cent, doubled where a template's message has it so; never the start of a placeholder.
    (re.compile(r" (?=%(?!\())"), THIN),
    (re.compile(r" (?=:(?:\s|$|<))"), HARD),
    (re.compile(r"^1 (?=[a-zéû]+ \d{4}$)"), "1er "),
    (re.compile(r"(?<=«) | (?=»)"), HARD),
    (re.compile(r"(?<=\d) (?=[a-zA-Zµ]*€|k€|M€|Md€|GWh|MW|ha\b|m²)"), HARD),
    (re.compile(r"(?<=[})s]) (?=[kM]?d?(?:€|\{currency\}))"), HARD),
)


def french(text: str) -> str:
    """Return a French text with the spaces that a typesetter puts where one space was typed.

    References
    ----------
    The rules of the Imprimerie nationale: a thin space before ; ! ? and %, a full one before the
    colon and inside guillemets, none of which breaks.

    Examples
    --------
    >>> french("Net : 25 000 emplois, soit 12 % ?").replace(THIN, "~").replace(HARD, "_")
    'Net_: 25~000 emplois, soit 12~%~?'
    >>> french("%(share)s %(unit)s")
    '%(share)s %(unit)s'
    """
    for pattern, space in RULES:
        text = pattern.sub(space, text)
    return text


TYPOGRAPHY: Final[Mapping[str, Callable[[str], str]]] = {"fr": french}
