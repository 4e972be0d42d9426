"""Write the pages that repeat what the package's TOML files say, so that they cannot differ."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]

ASSUMPTIONS_HEAD = """\
# Assumptions

Every number that `econ` does not compute, with its range and where it comes from. A value in
**bold** is a judgement: no publication says it. This page is written from
`econ/quantity/assumptions.toml`.
"""

SOURCES_HEAD = """\
# Sources

Every publication that a number, a formula or a statement rests on, by the key that code, data and
these pages cite. "Not seen" means that the figure was not checked on the page itself. This page is
written from `econ/references.toml`.
"""


def write_pages(root: Path) -> None:
    """Write ``docs/reference/assumptions.md`` and ``docs/reference/sources.md``."""
    assumptions = tomllib.loads((root / "econ/quantity/assumptions.toml").read_text("utf-8"))
    references = tomllib.loads((root / "econ/references.toml").read_text("utf-8"))
    reference = root / "docs" / "reference"
    reference.mkdir(exist_ok=True)
    _write(reference / "assumptions.md", assumptions_page(assumptions))
    _write(reference / "sources.md", sources_page(references, assumptions))


def assumptions_page(assumptions: Mapping[str, Entry]) -> str:
    """Return the page of assumptions: one table for each group, in the order of the file."""
    groups: dict[str, list[str]] = {}
    for name, entry in assumptions.items():
        groups.setdefault(entry.get("group") or "Other", []).append(_assumption_row(name, entry))
    parts = [ASSUMPTIONS_HEAD]
    for group, rows in groups.items():
        head = _row("Assumption", "Value", "Range", "Unit", "Sources", "Note")
        parts.append("\n".join([f"## {plain(group)}", "", head, "|---" * 6 + "|", *rows]) + "\n")
    return "\n".join(parts)


def sources_page(references: Mapping[str, Entry], assumptions: Mapping[str, Entry]) -> str:
    """Return the bibliography, sorted by key; ``#source-KEY`` is the anchor of each entry."""
    used_by: dict[str, list[str]] = {}
    for name, entry in assumptions.items():
        for key in entry.get("source", []):
            used_by.setdefault(key, []).append(name)
    parts = [SOURCES_HEAD]
    for key, entry in sorted(references.items()):
        lines = [f"({anchor('source', key)})=", f"`{key}`", f": {_citation(entry)}"]
        if key in used_by:
            names = (f"[`{name}`](#{anchor('assumption', name)})" for name in used_by[key])
            lines += ["", f"  Used for {', '.join(names)}."]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def anchor(kind: str, key: str) -> str:
    """Return the name by which pages link to an entry."""
    return f"{kind}-{key}".lower()


def plain(value: object) -> str:
    r"""Return a text in which no character means anything to Markdown.

    Examples
    --------
    >>> print(plain("a | b_c"))
    a \| b\_c
    """
    return re.sub(r"([\\*_\[\]<>|#$`{}])", r"\\\1", " ".join(str(value).split()))


def _assumption_row(name: str, entry: Entry) -> str:
    keys = entry.get("source", [])
    links = [f"[{plain(key)}](#{anchor('source', key)})" for key in keys]
    unseen = " (not seen)" if links and not entry.get("verified", True) else ""
    value = _number(entry["value"])
    return _row(
        f"[]{{#{anchor('assumption', name)}}}{plain(entry['label'])}, `{name}`",
        f"**{value}**" if entry["basis"] == "judgement" else value,
        _range(entry),
        plain(entry["unit"]),
        ", ".join(links) + unseen,
        plain(entry.get("note", "")),
    )


def _range(entry: Entry) -> str:
    if "low" not in entry and "high" not in entry:
        return "fixed"
    low, high = (_number(entry.get(end, entry["value"])) for end in ("low", "high"))
    return f"{low} to {high}, {plain(entry.get('distribution', 'triangular').replace('_', ' '))}"


def _citation(entry: Entry) -> str:
    words = [f"{plain(entry['author'])} ({entry['year']}). *{plain(entry['title'])}*."]
    if entry.get("doi"):
        words.append(f"<https://doi.org/{entry['doi']}>.")
    elif entry.get("url"):
        words.append(f"<{entry['url']}>.")
    if entry.get("licence"):
        words.append(f"Licence: {plain(entry['licence'])}.")
    if entry.get("verified") is False:
        words.append("Not seen.")
    if entry.get("evidence"):
        words.append(f"Evidence: {', '.join(map(plain, _listed(entry['evidence'])))}.")
    return " ".join(words)


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _number(value: object) -> str:
    if isinstance(value, int | float) and abs(value) >= 10_000:
        return f"{value:,}".replace(",", "\u00a0")
    return plain(value)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
