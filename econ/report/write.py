"""Write a report: tables as Parquet, one page, and a manifest that names every byte."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from econ.data.store import sha256, write_bytes, write_text
from econ.report.contents import Contents
from econ.report.exports import About, check_exports, write_exports
from econ.report.figures import FIGURES
from econ.report.language.catalogues import catalogue_files
from econ.report.page import OTHER_PAGES, PAGE, page, pages_in
from econ.report.tables import REPORT, TABLES, impacts
from econ.stopping import finishing

__all__ = ["write_report"]

LIBRARIES: Final = ("econ-impact", "numpy", "pandas", "scipy", "pyarrow", "matplotlib", "jinja2")


def write_report(
    contents: Contents,
    out: Path,
    exports: Sequence[str] = (),
    languages: Sequence[str] = ("en",),
) -> Path:
    """Write everything a reader gets into a folder.

    Parameters
    ----------
    contents : Contents
    out : Path
        Made where it does not exist. Each file is replaced as a whole; the manifest comes last.
    exports : sequence of str
        Names of `econ.report.exports.EXPORTS`: every table and figure once more in these forms, in
        ``exports/`` beside the page. The manifest does not name them.
    languages : sequence of str
        Of the page, such as ``("fr",)`` or ``("en", "fr")``: ``report.html`` is in the first, and
        every further one has a page of its own, such as ``report.fr.html``. Where there is no
        catalogue for a language its page is in English and says so.

    Returns
    -------
    Path
        Of ``report.html``.

    Raises
    ------
    InputError
        For an export that is not known, or a workbook where openpyxl is missing.
    """
    check_exports(exports)
    out.mkdir(parents=True, exist_ok=True)
    tables = {name: table(contents) for name, table in TABLES.items()}
    pages = pages_in(languages, contents.catalogues)
    drawn = {
        file: {name: figure(tables, language) for name, figure in FIGURES.items()}
        for file, language in pages.items()
    }
    frames = {"impacts": impacts(contents), **tables}
    # Everything is made beside the earlier report and moved in at the end, the manifest last.
    with TemporaryDirectory(dir=out, prefix=".new-") as fresh:
        new = Path(fresh)
        for name, frame in frames.items():
            write_bytes(REPORT[name].parquet(frame, contents), new / REPORT[name].file)
        for file, language in pages.items():
            beside = {other: said for other, said in pages.items() if other != file}
            write_text(page(contents, tables, drawn[file], language, beside), new / file)
        written = [*[REPORT[name].file for name in frames], *pages]
        spoken = catalogue_files([said.code for said in pages.values()], contents.catalogues)
        read = {**contents.inputs, **spoken}
        write_text(manifest(contents, read, new, written), new / "manifest.json")
        with finishing():
            for name in [*written, "manifest.json"]:
                (new / name).replace(out / name)
            for earlier in set(out.glob(OTHER_PAGES)) - {out / file for file in pages}:
                earlier.unlink()
    write_exports(About.of(contents, pages[PAGE]), tables, drawn[PAGE], exports, out / "exports")
    return out / PAGE


def manifest(contents: Contents, inputs: Mapping[str, Path], out: Path, written: list[str]) -> str:
    """Return the manifest: hashes of every input and output, versions, seed, and the only time."""
    record = {
        "study": contents.name,
        "seed": contents.seed,
        "draws": contents.shock.columns - 1,
        "inputs": {name: sha256(path) for name, path in sorted(inputs.items())},
        "outputs": {name: sha256(out / name) for name in sorted(written)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"
