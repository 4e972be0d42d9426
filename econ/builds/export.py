"""The tables and figures of a build that stands, for a spreadsheet, a paper or a slide."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from econ.builds.manifest import check
from econ.builds.place import Place
from econ.errors import InputError
from econ.quantity.provenance import Provenance
from econ.report.exports import About, check_exports, write_exports
from econ.report.figures import FIGURES
from econ.report.tables import TABLES

__all__ = ["export"]


def export(build: str | Path, forms: str | Sequence[str], out: Path) -> list[str]:
    """Write the tables and figures of a build in other forms; nothing is computed again.

    Parameters
    ----------
    build : str or Path
        A folder or URL that `econ report build` wrote.
    forms : str or sequence of str
        Names of `econ.report.exports.EXPORTS`; with commas between them in one text.
    out : Path
        A folder for each form is made in it.

    Returns
    -------
    list of str
        The folders, one for each form.

    Raises
    ------
    InputError
        For a form that is not known, a file in place of a folder, or where there is no build.
    DamagedError
        When a file is not what the manifest says.
    """
    wanted = [form.strip() for form in forms.split(",")] if isinstance(forms, str) else list(forms)
    check_exports(wanted)
    if out.exists() and not out.is_dir():
        raise InputError.one(str(out), "out", "no folder", "name a folder to write into")
    place = Place.at(build)
    manifest = check(place, "")
    tables = {}
    for name in TABLES:
        kept = place.read(f"{name}.parquet") if f"{name}.parquet" in manifest.outputs else None
        if kept is not None:
            stored = pq.read_table(io.BytesIO(kept))
            frame = stored.to_pandas()
            held = Provenance.from_json(stored.schema.metadata[b"econ.provenance"].decode())
            frame.attrs["sources"] = tuple(sorted(held.sources))
            tables[name] = frame
    figures = {name: draw(tables) for name, draw in FIGURES.items()}
    unit = str(tables["pledges"]["unit"].iloc[0])
    about = About(manifest.study, manifest.study, unit, manifest.draws, manifest.seed)
    write_exports(about, tables, figures, wanted, out)
    return [str(out / form) for form in wanted]
