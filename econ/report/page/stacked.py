"""Wide tables on a phone: one cell below the other, each with the head of its column before it."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

__all__ = ["stacked"]

WIDE: Final = 5  # columns that a phone does not hold side by side
TABLE: Final = re.compile(r"<table(?P<stack> class=\"stack\")?>.*?</table>", re.DOTALL)
HEAD: Final = re.compile(r"<thead>.*?</thead>", re.DOTALL)
COLUMN: Final = re.compile(r"<th scope=\"col\"[^>]*>(.*?)</th>", re.DOTALL)
ROW: Final = re.compile(r"<tr[ >].*?</tr>", re.DOTALL)
CELL: Final = re.compile(r"<(t[dh])((?: [^>]*)?)>")
SPAN: Final = re.compile(r"colspan=\"(\d+)\"")
TAG: Final = re.compile(r"<[^>]*>")


def stacked(page: str, colon: str = ": ") -> str:
    """Return a page whose wide tables can be read on a phone without moving them sideways.

    A table of many columns, or one that asks for it, gets the class ``stack`` and in each cell the
    head of its column; the style sheet shows them below one another where the screen is narrow.

    Parameters
    ----------
    page : str
    colon : str
        What stands between a head and a cell.

    Examples
    --------
    >>> table = '<thead><tr><th scope="col">Who</th><th scope="col">What</th></tr></thead>'
    >>> table = f'<table class="stack">{table}<tr><th scope="row">a</th><td>b</td></tr></table>'
    >>> stacked(table)[-68:]
    '<tr><th scope="row">a</th><td data-head="What: ">b</td></tr></table>'
    """
    return TABLE.sub(lambda table: _table(table, colon), page)


def _table(table: re.Match[str], colon: str) -> str:
    head = HEAD.search(table[0])
    columns = [] if head is None else COLUMN.findall(head[0])
    if head is None or not (table["stack"] or len(columns) >= WIDE):
        return table[0]
    names = [escape(unescape(TAG.sub("", column)).strip() + colon) for column in columns]
    text = table[0] if table["stack"] else table[0].replace("<table>", '<table class="stack">', 1)
    before, after = text.split("</thead>", 1)
    return f"{before}</thead>{ROW.sub(lambda row: _row(row[0], names), after)}"


def _row(row: str, names: list[str]) -> str:
    place = 0

    def cell(found: re.Match[str]) -> str:
        nonlocal place
        kind, attributes = found.groups()
        name = names[place] if place < len(names) else ""
        span = SPAN.search(attributes)
        place += int(span[1]) if span else 1
        return f'<{kind}{attributes} data-head="{name}">' if kind == "td" and name else found[0]

    return CELL.sub(cell, row)
