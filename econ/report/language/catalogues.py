"""Catalogues of words: one PO file per language, as gettext has them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from econ.errors import InputError
from econ.report.language.typography import TYPOGRAPHY

__all__ = ["OWN_WORDS", "known", "read"]

# What the package itself says; the texts of a study are translated beside its data.
OWN_WORDS: Final = Path(__file__).with_name("words")


def known() -> tuple[str, ...]:
    """Return the languages that the page can be written in.

    Examples
    --------
    >>> known()
    ('en', 'fr')
    """
    return tuple(sorted({"en", *(path.stem for path in OWN_WORDS.glob("*.po"))}))


def read(path: Path, code: str) -> dict[str, str | tuple[str, ...]]:
    """Return what a catalogue says, by what it says it of; nothing where there is no file.

    Raises
    ------
    InputError
        When it is no PO file.
    """
    if not path.is_file():
        return {}
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415  (loaded when used)

    set_type = TYPOGRAPHY.get(code, str)
    try:
        with path.open("rb") as stream:
            messages = read_po(stream, locale=code, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        mend = "write it as gettext does: msgid and msgstr, each in quotes"
        raise InputError.one(path.name, "", f"no catalogue: {error}", mend) from error
    found: dict[str, str | tuple[str, ...]] = {}
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        said = message.string
        if isinstance(message.id, str):
            if said:
                found[message.id] = set_type(str(said))
        elif isinstance(said, tuple | list) and all(said):
            found[message.id[0]] = tuple(set_type(form) for form in said)
    return found
