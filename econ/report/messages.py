"""What a language still lacks: the page's own messages, and all that a study makes it say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Final

from econ.report.contents import Contents
from econ.report.figures import FIGURES
from econ.report.language import Language
from econ.report.page import page
from econ.report.tables import TABLES

__all__ = ["as_po", "own_messages", "untranslated"]

# What the functions that say something are called, in Python and in the template.
KEYWORDS: Final[dict[str, Any]] = {"said": None, "_": None, "gettext": None, "ngettext": (1, 2)}
WIDTH: Final = 0  # one line a message: what changed is seen in a diff

Message = str | tuple[str, ...]


def own_messages() -> list[Message]:
    """Return every message of the page and its figures, in the order in which they stand."""
    from babel.messages.extract import extract  # noqa: PLC0415  (loaded when asked for)

    package = Path(str(resources.files("econ.report")))
    readers: list[tuple[str, Any, dict[str, str]]] = [
        ("*.j2", "jinja2.ext:babel_extract", {"newstyle_gettext": "true", "trimmed": "true"}),
        ("*.py", "python", {}),
    ]
    found: dict[Message, None] = {}
    for pattern, reader, options in readers:
        for path in sorted(package.rglob(pattern)):
            with io.BytesIO(path.read_bytes()) as stream:
                for _, message, *_rest in _extracted(extract, reader, stream, options):
                    found.setdefault(
                        tuple(message) if isinstance(message, list | tuple) else message
                    )
    return list(found)


def _extracted(
    extract: Any, reader: Any, stream: io.BytesIO, options: dict[str, str]
) -> Iterator[Any]:
    if reader == "python":
        yield from extract("python", stream, KEYWORDS, (), options)
        return
    from jinja2.ext import babel_extract  # noqa: PLC0415

    yield from extract(babel_extract, stream, KEYWORDS, (), options)


def untranslated(contents: Contents, language: Language) -> list[Message]:
    """Return what a study's page and figures say that the language has no words for.

    Parameters
    ----------
    contents : Contents
    language : Language
        One with an empty catalogue gives all there is to translate.
    """
    tables = {name: table(contents) for name, table in TABLES.items()}
    figures = {name: figure(tables, language) for name, figure in FIGURES.items()}
    page(contents, tables, figures, language)
    own = own_messages()
    lacking = [m for m in own if (m if isinstance(m, str) else m[0]) not in language.catalogue]
    singular = {m if isinstance(m, str) else m[0] for m in own}
    return [*lacking, *sorted(language.unknown - singular)]


def as_po(messages: list[Message]) -> str:
    """Return messages as entries of a PO file that wait for their translation."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415  (loaded when asked for)
    from babel.messages.pofile import write_po  # noqa: PLC0415

    catalogue = Catalog()
    for message in messages:
        catalogue.add(message)
    stream = io.BytesIO()
    write_po(stream, catalogue, width=WIDTH, omit_header=True)
    return stream.getvalue().decode()
