"""Tables and figures for a spreadsheet, a paper or a slide; `EXPORTS` finds each form by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.report.figures.drawing import Drawing
from econ.report.tables.spreadsheet import FORMULA, About, csv_text, plain, read_me
from econ.stopping import finishing

__all__ = ["EXPORTS", "About", "check_exports", "write_exports"]

DIGITS: Final = 4
DOTS_PER_INCH: Final = 200
WIDEST: Final = 60
MARKED: Final = "\\`*_[]<>|#"

Tables = Mapping[str, pd.DataFrame]
Figures = Mapping[str, str]


def check_exports(forms: Sequence[str]) -> None:
    """Refuse forms that are not known or cannot be written here.

    Raises
    ------
    InputError
        Naming every form that cannot be written.
    """
    faults = [
        Fault("exports", "form", "no such form", nearest(form, EXPORTS), value=form)
        for form in forms
        if form not in EXPORTS
    ]
    if "xlsx" in forms and find_spec("openpyxl") is None:
        mend = "pip install 'econ-impact[excel]'"
        faults.append(Fault("exports", "form", "needs openpyxl", mend, value="xlsx"))
    InputError.raise_if(faults)


def write_exports(
    about: About, tables: Tables, figures: Figures, forms: Sequence[str], out: Path
) -> None:
    """Write every table and figure in each form, into a folder for each.

    Parameters
    ----------
    about : About
        For the title sheet of the workbook.
    tables : mapping of str to pandas.DataFrame
        Empty ones are left out.
    figures : mapping of str to str
        Empty ones are left out.
    forms : sequence of str
        Names of `EXPORTS`.
    out : Path
        Made where it does not exist.

    Raises
    ------
    InputError
        For a form that is not known, or a workbook where openpyxl is missing.
    """
    check_exports(forms)
    if not forms:
        return
    shown = {name: plain(table) for name, table in tables.items() if len(table)}
    drawn = {name: figure for name, figure in figures.items() if figure}
    for form in forms:
        folder = out / form
        folder.mkdir(parents=True, exist_ok=True)
        # Made beside those of an earlier run and moved in: no file is ever half of one.
        with TemporaryDirectory(dir=folder, prefix=".new-") as fresh:
            EXPORTS[form](about, shown, drawn, Path(fresh))
            with finishing():
                for path in sorted(Path(fresh).iterdir()):
                    path.replace(folder / path.name)


def _workbook(about: About, tables: Tables, figures: Figures, folder: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415  (an extra, loaded when a workbook is written)
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    del figures
    book = Workbook()
    book.remove(book.active)
    for name, table in {"read_me": read_me(about), **tables}.items():
        sheet = book.create_sheet(name)
        rows = [list(table.columns), *table.itertuples(index=False)]
        widths = [0] * len(table.columns)
        for i, row in enumerate(rows, start=1):
            for j, value in enumerate(row, start=1):
                cell = sheet.cell(i, j)
                if isinstance(value, float) and not math.isfinite(value):
                    continue
                cell.value = value.item() if hasattr(value, "item") else value
                if isinstance(value, str):
                    # Text stays text, whatever it begins with, also when it is edited.
                    cell.data_type = "s"
                    cell.quotePrefix = value.startswith(FORMULA)
                widths[j - 1] = min(WIDEST, max(widths[j - 1], len(str(value)) + 1))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for j, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(j)].width = width
        sheet.freeze_panes = "A2"
    book.save(folder / f"{about.name}.xlsx")


def _csv(about: About, tables: Tables, figures: Figures, folder: Path) -> None:
    del about, figures
    for name, table in tables.items():
        (folder / f"{name}.csv").write_text(csv_text(table), encoding="utf-8")


def _latex(about: About, tables: Tables, figures: Figures, folder: Path) -> None:
    del about, figures
    for name, table in tables.items():
        text = _rounded(table).to_latex(index=False, escape=True, longtable=True)
        (folder / f"{name}.tex").write_text(text, encoding="utf-8")


def _markdown(about: About, tables: Tables, figures: Figures, folder: Path) -> None:
    del about, figures
    for name, table in tables.items():
        text = _rounded(table)
        rule = ["---:" if kind == "number" else "---" for kind in _kinds(table)]
        rows = [list(text.columns), rule, *text.itertuples(index=False)]
        lines = [
            "| " + " | ".join(rule if row is rule else [_unmarked(cell) for cell in row]) + " |"
            for row in rows
        ]
        (folder / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _unmarked(cell: object) -> str:
    text = " ".join(str(cell).split())
    return "".join(f"\\{letter}" if letter in MARKED else letter for letter in text)


def _kinds(table: pd.DataFrame) -> list[str]:
    return ["number" if kind.kind in "iuf" else "text" for kind in table.dtypes]


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as text, its numbers with so many digits as a reader takes in."""
    return table.map(
        lambda cell: (
            ("" if math.isnan(cell) else f"{cell:.{DIGITS}g}" if abs(cell) < 1 else _digits(cell))
            if isinstance(cell, float)
            else ""
            if cell is None
            else str(cell)
        )
    )


def _digits(cell: float) -> str:
    """Return four digits of a number, all of those before the point.

    Examples
    --------
    >>> _digits(18652.31), _digits(3.14159)
    ('18652', '3.142')
    """
    before = len(f"{abs(cell):.0f}")
    return f"{cell:.{max(0, DIGITS - before)}f}"


def _svg(about: About, tables: Tables, figures: Figures, folder: Path) -> None:
    del about, tables
    for name, figure in figures.items():
        (folder / f"{name}.svg").write_text(figure, encoding="utf-8")


def _png(about: About, tables: Tables, figures: Figures, folder: Path) -> None:
    del about, tables
    for name, figure in figures.items():
        if isinstance(figure, Drawing):
            (folder / f"{name}.png").write_bytes(figure.png(DOTS_PER_INCH))


EXPORTS: Final[Mapping[str, Callable[[About, Tables, Figures, Path], None]]] = {
    "xlsx": _workbook,
    "csv": _csv,
    "latex": _latex,
    "markdown": _markdown,
    "svg": _svg,
    "png": _png,
}
