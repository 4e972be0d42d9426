"""Catalogues of words: one PO file per language, as gettext has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from econ.errors import Fault, InputError
from econ.report.language.typography import TYPOGRAPHY

__all__ = ["OWN_WORDS", "catalogue_files", "known", "read"]

# What the package itself says; the texts of a study are translated beside its data.
OWN_WORDS: Final = Path(__file__).with_name("words")
# What a manifest calls the folders that hold catalogues: ours, the data's, the study's.
HOMES: Final = ("econ/report/language/words", "data/languages", "studies/languages")
HOLES: Final = re.compile(r"%\(\w+\)s|\{\w*\}")
ENTRY: Final = re.compile(
    r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s*)?".*"\s*)?'
)


def known() -> tuple[str, ...]:
    """Return the languages that the page can be written in.

    Examples
    --------
    >>> known()
    ('en', 'fr')
    """
    return tuple(sorted({"en", *(path.stem for path in OWN_WORDS.glob("*.po"))}))


def catalogue_files(codes: Iterable[str], folders: Sequence[Path]) -> dict[str, Path]:
    """Return the catalogues that pages in some languages read, by their names in a manifest.

    Parameters
    ----------
    codes : iterable of str
        Of ISO 639.
    folders : sequence of Path
        Where the texts of a study are translated: the data's, then the study's own.

    Examples
    --------
    >>> list(catalogue_files(["en", "fr"], []))
    ['econ/report/language/words/fr.po']
    """
    homes = list(zip(HOMES, (OWN_WORDS, *folders), strict=False))
    found = {f"{home}/{code}.po": folder / f"{code}.po" for code in codes for home, folder in homes}
    return {name: path for name, path in found.items() if path.is_file()}


def read(path: Path, code: str) -> dict[str, str | tuple[str, ...]]:
    """Return what a catalogue says, by what it says it of; nothing where there is no file.

    Raises
    ------
    InputError
        When it is no PO file, or a translation lacks what stands in the holes of its message.
    """
    if not path.is_file():
        return {}
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415  (loaded when used)

    mend = 'write it as gettext does: msgid "..." and msgstr "...", in UTF-8'
    try:
        text = path.read_text(encoding="utf-8-sig")
        messages = read_po(StringIO(text), locale=code, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise InputError.one(path.name, "", f"no catalogue: {error}", mend) from error
    InputError.raise_if(
        [
            Fault(path.name, "", "no catalogue", mend, row=row, value=line[:80])
            for row, line in enumerate(text.splitlines(), start=1)
            if not ENTRY.fullmatch(line)
        ]
    )
    set_type = TYPOGRAPHY.get(code, str)
    found: dict[str, tuple[str, ...]] = {}
    faults = []
    for message in messages:
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        said = (message.string,) if isinstance(message.string, str) else message.string
        forms = tuple(map(str, said or ()))
        if not ids[0] or message.fuzzy or not forms or not all(forms):
            continue
        faults += [_unfilled(path, ids, form) for form in forms if not _fits(ids, form)]
        found[ids[0]] = tuple(set_type(form) for form in forms)
    InputError.raise_if(faults)
    return {one: forms if len(forms) > 1 else forms[0] for one, forms in found.items()}


def _fits(ids: Sequence[str], form: str) -> bool:
    """Return whether a translation has no hole but those of its message, and every unnamed one."""
    named = {hole for one in ids for hole in HOLES.findall(one)}
    return set(HOLES.findall(form)) <= named and form.count("{}") == ids[0].count("{}")


def _unfilled(path: Path, ids: Sequence[str], form: str) -> Fault:
    holes = ", ".join(HOLES.findall(ids[0])) or "none"
    mend = f"keep what stands in the holes of the message: {holes}"
    return Fault(path.name, "msgstr", "other holes than its message", mend, ids[0][:80], form[:80])
