"""What the pages of studies say that a language has no words for.

``python -m econ.study.untranslated fr my/studies/acme.toml --data my`` prints it as entries of a PO
file.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from econ.data.catalogue import catalogue
from econ.errors import EconError
from econ.report.language import Language
from econ.report.messages import as_po, untranslated
from econ.study.parts.answer import contents
from econ.study.study import Study

__all__ = ["lacking"]

FEW = 2  # draws: the words of a page do not depend on their number


def lacking(studies: Sequence[str], lang: str, data: Path | None = None) -> str:
    """Return what has no translation yet, as entries of a PO file to fill in.

    Parameters
    ----------
    studies : sequence of str
        Names, or paths of study files.
    lang : str
        Code of the language.
    data : Path, optional
        Folder of the catalogue; the package's own where left out.
    """
    found: dict[str | tuple[str, ...], None] = {}
    for name in studies:
        answer = contents(Study.load(name, catalogue(data)).with_draws(FEW))
        found |= dict.fromkeys(untranslated(answer, Language.new(lang, answer.catalogues)))
    return as_po(list(found))


def main() -> None:
    """Print what is lacking; what is refused is one message and exit code 1."""
    told = ArgumentParser(
        prog="python -m econ.study.untranslated",
        description="What a language has no words for, as entries of a PO file.",
    )
    told.add_argument("lang", help="code of the language, such as fr")
    told.add_argument("studies", nargs="+", help="names of studies, or paths of their files")
    told.add_argument("--data", type=Path, help="folder with a catalogue.toml of your own")
    asked = told.parse_args()
    try:
        sys.stdout.write(lacking(asked.studies, asked.lang, asked.data))
    except EconError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
