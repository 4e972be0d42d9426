"""`Language`: the words, numbers, units and dates of a page in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from econ.errors import InputError
from econ.quantity.wording import in_words, visible
from econ.report.language.catalogues import OWN_WORDS, known, read
from econ.report.language.numbers import Numbers, Written
from econ.report.language.typography import TYPOGRAPHY

__all__ = ["ENGLISH", "Language", "Written"]

OWN: Final = "en"
SPELLING: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_.@].*)?", re.DOTALL)
MONEY: Final = re.compile(r"([kMG]?)([A-Z]{3}) (\d{4})(?: basic| purchasers)?")
ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
PLAIN: Final = re.compile(r"[-\u2212]?\d[\d,]*(?:\.\d+)?")
COUNTED: Final = re.compile(rf"({PLAIN.pattern}) (.+)")
BETWEEN_NAMES: Final = (
    " and ",
    ", after ",
    ", citing ",
    ", for ",
    ", on ",
    ", quoted on ",
    ", reported by ",
    ", reproduced by ",
)
HOLE: Final = "{}"
# So many letters of a form make it certain that a text is of it, whatever stands in its holes; of a
# form of fewer every part must be known, and of one without any, such as `{}: {}`, one part.
CERTAIN: Final = 4

Catalogue = Mapping[str, "str | tuple[str, ...]"]


@dataclass(frozen=True)
class Language(Numbers):
    """What a reader of one language sees: words by a catalogue, numbers and dates by its locale.

    Parameters
    ----------
    code : str
        Of ISO 639, such as ``fr``.
    catalogue : mapping of str to str or tuple of str
        By what is said in English; several for the plurals of a message. A key with holes, such as
        ``in {}``, stands for every text of this form, whose parts are translated by themselves.
    asked : str
        The language that was asked for; another than `code` where it has no catalogue.
    unknown : set of str
        Collects what was said and has no translation.
    """

    code: str = OWN
    catalogue: Catalogue = field(default_factory=dict)
    asked: str = OWN
    unknown: set[str] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def load(cls, asked: str, folders: Sequence[Path] = ()) -> Language:
        """Return a language by its code; English where there is no catalogue for it.

        Parameters
        ----------
        asked : str
            Such as ``fr`` or ``fr_FR``.
        folders : sequence of Path
            Where the texts of a study are translated, in files such as ``fr.po``. What a later
            folder says goes before an earlier one, and all before the package's own.

        Raises
        ------
        InputError
            When a catalogue cannot be read.

        Examples
        --------
        >>> Language.load("fr_FR").code, Language.load("tlh").code
        ('fr', 'en')
        """
        found = SPELLING.fullmatch(asked.strip())
        code = found.group(1).lower() if found else ""
        if code == OWN:
            return cls()
        if code not in known():
            return cls(asked=visible(asked))
        held: dict[str, str | tuple[str, ...]] = {}
        for folder in (OWN_WORDS, *folders):
            held |= read(folder / f"{code}.po", code)
        return cls(code, held, code)

    @classmethod
    def new(cls, code: str, folders: Sequence[Path] = ()) -> Language:
        """Return a language that is to be translated into, whether it has a catalogue or not.

        Raises
        ------
        InputError
            When it is no code of a language.
        """
        if SPELLING.fullmatch(code) is None or code == OWN:
            mend = "write a code of ISO 639, such as de"
            raise InputError.one(
                "report", "--lang", "no language to translate into", mend, value=code
            )
        found = cls.load(code, folders)
        return found if found.code == code else cls(code, {}, code)

    @property
    def fell_back(self) -> str:
        """What to say where the language asked for is not there; empty where it is."""
        if self.asked == self.code:
            return ""
        there = ", ".join(known())
        return f"No words for the language {self.asked[:40]!r}: this is English. There are {there}."

    # ---------------------------------------------------------------- words

    def translate(self, text: object) -> str:
        """Return what a table, a study or an assumption says, in this language.

        A proper name, or a text of a user's own study without a translation, stays as it is.
        """
        if isinstance(text, Written):
            return text
        words = str(text)
        if self.code == OWN:
            return Written(visible(words))
        found = self._found(words)
        if found is None:
            if words.strip():
                self.unknown.add(words)
            found = words
        return Written(visible(found))

    def _found(self, words: str) -> str | None:
        """Return the translation of a text, whole or by its parts; None where nothing is known."""
        exact = self.catalogue.get(words)
        if exact is not None:
            return exact if isinstance(exact, str) else exact[0]
        if PLAIN.fullmatch(words):
            return self._marked(words)
        if ISO.fullmatch(words):
            return self.date(words)
        money = MONEY.fullmatch(words)
        if money:
            scale, base, year = money.groups()
            sign = self._found(base) or base
            return self.said("{money} at {year} prices", money=f"{scale}{sign}", year=year)
        counted = COUNTED.fullmatch(words)
        unit = self._found(counted.group(2)) if counted else None
        if counted and unit is not None:
            return f"{self._found(counted.group(1))} {unit}"
        for pattern, letters, form in self._forms:
            match = pattern.fullmatch(words)
            if match:
                parts = [self._found(part) for part in match.groups()]
                heard = [part is not None for part in parts]
                if letters >= CERTAIN or (all(heard) if letters else any(heard)):
                    whole = zip(parts, match.groups(), strict=True)
                    return form.format(*[new or old for new, old in whole])
        return None

    @cached_property
    def _forms(self) -> list[tuple[re.Pattern[str], int, str]]:
        """The keys with holes, those that say most first."""
        forms = [(key, said) for key, said in self.catalogue.items() if HOLE in key]
        forms.sort(key=lambda form: -len(form[0]))
        found = []
        for key, said in forms:
            plain = key.split(HOLE)
            pattern = re.compile("(.+?)".join(map(re.escape, plain)), re.DOTALL)
            letters = sum(letter.isalpha() for part in plain for letter in part)
            found.append((pattern, letters, str(said)))
        return found

    def author(self, text: str) -> Written:
        """Return who wrote a source: names stay, what stands between them is translated.

        Examples
        --------
        >>> Language.load("fr").author("A. Smith and D. Ricardo, on vie-publique.fr")
        'A. Smith et D. Ricardo, sur vie-publique.fr'
        """
        for between in BETWEEN_NAMES:
            text = text.replace(between, self.gettext(between))
        return Written(visible(text))

    def said(self, message: str, **facts: object) -> Written:
        """Return a message of the package with what belongs in its holes.

        Examples
        --------
        >>> ENGLISH.said("{low} to {high}", low=1, high=2)
        '1 to 2'
        """
        return Written(self.gettext(message).format(**facts))

    def gettext(self, message: str) -> str:
        """Return a message as gettext does."""
        said = self.catalogue.get(message)
        if said is None and self.code != OWN:
            self.unknown.add(message)
        return said if isinstance(said, str) else message

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the form of a message for so many things, as gettext does."""
        said = self.catalogue.get(one)
        if isinstance(said, tuple):
            from babel import Locale  # noqa: PLC0415  (loaded when a message has plurals)

            return said[0 if Locale(self.code).plural_form(count) == "one" else -1]
        if self.code != OWN:
            self.unknown.add(one)
        return one if count == 1 else many

    # ---------------------------------------------------------------- units and dates

    def unit(self, unit: object) -> Written:
        """Return a unit as a reader says it.

        Examples
        --------
        >>> ENGLISH.unit("MEUR 2024 basic"), Language.load("fr").unit("MEUR 2024 basic")
        ('EUR m at 2024 prices', 'M€ aux prix de 2024')
        >>> Language.load("fr").unit("job-years")
        'emplois-années'
        """
        return Written(in_words(unit) if self.code == OWN else self.translate(unit))

    def _signed(self, base: str) -> bool:
        """Return whether a currency is written by its sign, as in M€, and not by its name."""
        return self.code == OWN or not self.translate(base)[:1].isalpha()

    def money(self, base: str) -> Written:
        """Return millions of a currency as a column's head."""
        name = self.translate(base)
        if self._signed(base):
            return self.said("{currency} m", currency=name)
        return self.said("million {currency}", currency=name)

    def millions(self, plain: str, base: str) -> Written:
        """Return a number of millions that is written already with its currency.

        Examples
        --------
        >>> ENGLISH.millions("200", "SEK"), Language.load("fr").millions("200", "SEK")
        ('SEK 200 m', '200 millions de couronnes suédoises')
        """
        name = self.translate(base)
        if self._signed(base):
            return self.said("{currency} {number} m", currency=name, number=plain)
        return self.said("{number} million {currency}", currency=name, number=plain)

    def amount(self, millions: float, base: str, step: float = 0.0) -> Written:
        """Write an amount of money, given in millions."""
        return self.millions(self.number(millions, step), base)

    def billions(self, amount: float, base: str) -> Written:
        """Write an amount of money, given in billions."""
        name, plain = self.translate(base), self.number(amount, 1.0)
        if self._signed(base):
            return self.said("{number} bn {currency}", currency=name, number=plain)
        return self.said("{number} billion {currency}", currency=name, number=plain)

    def date(self, day: str) -> Written:
        """Write a day given as in ISO 8601; in English it stays so.

        Examples
        --------
        >>> french = Language.load("fr")
        >>> french.date("2024-05-14"), french.date("2025-05-01")
        ('14 mai 2024', '1er mai 2025')
        """
        if self.code == OWN:
            return Written(day)
        from babel.dates import format_date  # noqa: PLC0415  (loaded when a date is written)

        plain = format_date(date.fromisoformat(day), "long", locale=self.code)
        return Written(TYPOGRAPHY.get(self.code, str)(plain))

    def listed(self, texts: str | Sequence[str], between: str = ", ") -> Written:
        """Return texts one after the other, each translated; one text is taken apart at ``;``."""
        parts = texts.split(";") if isinstance(texts, str) else texts
        return Written(between.join(self.translate(part.strip()) for part in parts))


ENGLISH: Final = Language()
