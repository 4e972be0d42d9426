"""Tables as a spreadsheet reads them: text that stays text, and all of them in one archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from econ.quantity.wording import visible
from econ.report.contents import Contents
from econ.report.language import ENGLISH, Language

__all__ = ["FORMULA", "About", "archive", "csv_text", "plain", "read_me"]

# What a spreadsheet takes for the beginning of a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# The first day an archive can name: the same input gives the same bytes.
NO_DAY: Final = (1980, 1, 1, 0, 0, 0)
DIGITS: Final = 6


@dataclass(frozen=True)
class About:
    """What a workbook says of the study it is of.

    Parameters
    ----------
    name, title : str
    unit : str
        Of money.
    draws, seed : int
    language : Language
        Of what is said of the tables; their names and columns have one name in every language.
    """

    name: str
    title: str
    unit: str
    draws: int
    seed: int
    language: Language = ENGLISH

    @classmethod
    def of(cls, contents: Contents, language: Language = ENGLISH) -> About:
        """Return what is said of a study's answer."""
        draws, unit = contents.shock.columns - 1, str(contents.unit)
        return cls(contents.name, contents.title, unit, draws, contents.seed, language)


def read_me(about: About) -> pd.DataFrame:
    """Return what a reader of the tables must know, as a table of its own."""
    language = about.language
    return pd.DataFrame(
        [
            ("study", about.name),
            ("title", language.translate(about.title)),
            ("money", language.unit(about.unit)),
            ("draws", str(about.draws)),
            ("seed", str(about.seed)),
            ("unit", language.said("of a row: its column unit")),
            ("low, high", language.said("5 % and 95 % quantile of the draws")),
            ("gross", language.said("kept in full and on time")),
            ("net", language.said("beyond what would have happened without the pledges")),
            ("source", language.said("keys of the table sources")),
        ],
        columns=["what", "is"],
    )


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose marks of direction and of control are seen."""
    texts = table.select_dtypes(exclude=["number", "bool"]).columns
    return table.assign(**{str(name): table[name].map(_seen) for name in texts})


def _seen(cell: Any) -> Any:
    if isinstance(cell, str):
        return visible(cell)
    return None if cell is None or cell is pd.NA or cell is pd.NaT else cell


def csv_text(table: pd.DataFrame, digits: int | None = None) -> str:
    """Return a table as CSV in which no text begins a formula.

    Parameters
    ----------
    table : pandas.DataFrame
    digits : int, optional
        Of numbers; all that they have where left out.
    """
    texts = table.select_dtypes(exclude=["number", "bool"]).columns
    guarded = table.assign(**{str(text): table[text].map(_guarded) for text in texts})
    form = None if digits is None else f"%.{digits}g"
    return guarded.to_csv(index=False, lineterminator="\n", float_format=form)


def archive(about: About, tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return a zip of every table that has rows as CSV, the same bytes for the same input.

    Numbers have six digits, more than any interval here bears; the Parquet files have all.
    """
    held = {"read_me": read_me(about)} | {
        name: table for name, table in tables.items() if len(table)
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, table in held.items():
            # The mark in front lets spreadsheets read the letters as UTF-8.
            text = csv_text(plain(table), DIGITS).encode("utf-8-sig")
            packed.writestr(zipfile.ZipInfo(f"{name}.csv", NO_DAY), text, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def _guarded(cell: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
