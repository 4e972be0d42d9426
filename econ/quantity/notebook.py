"""How results look in a notebook: a table with intervals, units and sources, as on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from econ.quantity.wording import number, ranged_parts, rounding_step, visible

__all__ = ["MOST_SOURCES", "cell", "open_cell", "shown", "sources_note"]

MOST_SOURCES: Final = 8
NUMBER: Final = ' style="text-align: right; white-space: nowrap"'
WORDS: Final = ' style="text-align: left"'


class _Cell(str):
    """Markup of a cell of numbers."""

    __slots__ = ()


def cell(value: float, low: float, high: float, unit: object = "") -> str:
    """Return a cell that holds a number with its interval, rounded alike.

    Examples
    --------
    >>> cell(3338.3, 1584.9, 5612.9)
    '3,300 <small>(1,600 to 5,600)</small>'
    """
    central, spread = ranged_parts(float(value), float(low), float(high), unit)
    return _Cell(f"{central} <small>{spread}</small>" if spread else central)


def open_cell(value: float, low: float, high: float, unit: object = "") -> str:
    """Return a cell as `cell` does, or the interval alone where it holds zero."""
    if not low < 0.0 < high:
        return cell(value, low, high, unit)
    step = rounding_step(low, high, unit)
    return _Cell(f"{number(low, step)} to {number(high, step)}")


def shown(
    title: str, head: Sequence[str], rows: Iterable[Sequence[object]], notes: Sequence[str] = ()
) -> str:
    """Return a table as HTML; whatever is no cell of numbers is text, never markup.

    Parameters
    ----------
    title : str
    head : sequence of str
    rows : iterable of sequence of object
        Text, or what `cell` returned.
    notes : sequence of str
        Under the table: what the intervals hold, sources.

    Examples
    --------
    >>> shown("<b>", ["Who"], [["a\u202eb"]]).count("&lt;b&gt;")
    1
    """
    top = "".join(f'<th scope="col"{WORDS}>{_text(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(_written(x) for x in row) + "</tr>" for row in rows)
    under = "".join(f"<p><small>{_text(note)}</small></p>" for note in notes if note)
    return (
        f"<table><caption>{_text(title)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table>{under}"
    )


def sources_note(sources: Iterable[str]) -> str:
    """Return the keys of sources as a note; the first ones where they are many.

    Examples
    --------
    >>> sources_note(["b_2020", "a_2019"])
    'Sources: a_2019, b_2020.'
    """
    keys = sorted(sources)
    if not keys:
        return "No source is named."
    more = len(keys) - MOST_SOURCES
    rest = f" and {more} more" if more > 0 else ""
    return f"Sources: {', '.join(keys[:MOST_SOURCES])}{rest}."


def _text(value: object) -> str:
    return escape(visible(str(value)))


def _written(value: object) -> str:
    if isinstance(value, _Cell):
        return f"<td{NUMBER}>{value}</td>"
    return f"<td{WORDS}>{_text(value)}</td>"
