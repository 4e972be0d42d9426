"""What the pages of studies say that a language has no words for.

``python -m econ.study.untranslated fr my/acme.toml`` prints it as entries of a PO file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from econ.data.catalogue import catalogue
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


if __name__ == "__main__":
    sys.stdout.write(lacking(sys.argv[2:], sys.argv[1]))
