"""Exports: spreadsheet, paper and slide get what the tables say, and text stays text."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from econ.errors import InputError
from econ.quantity.wording import visible
from econ.report.contents import Contents
from econ.report.exports import EXPORTS, About, check_exports, write_exports
from econ.report.figures import FIGURES
from econ.report.tables import TABLES

HOSTILE = '=HYPERLINK("http://x";"y") <b>|\u202e_'


@pytest.fixture(scope="module")
def tables(shown: Contents) -> dict[str, pd.DataFrame]:
    return {name: TABLES[name](shown) for name in ("headline", "bridge", "sources", "by_year")}


@pytest.fixture(scope="module")
def written(
    shown: Contents, tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("exports")
    hostile = {**tables, "empty": pd.DataFrame(), "names": pd.DataFrame({"label": [HOSTILE]})}
    figures = {name: FIGURES[name](tables) for name in ("bridge_operation", "jobs_by_year")}
    write_exports(replace(About.of(shown), title=HOSTILE), hostile, figures, list(EXPORTS), out)
    return out


def test_the_workbook_holds_every_number_with_its_unit_and_no_formula(
    written: Path, tables: dict[str, pd.DataFrame]
) -> None:
    from openpyxl import load_workbook

    book = load_workbook(written / "xlsx" / "choose_france_2024.xlsx")
    assert book.sheetnames == ["read_me", *tables, "names"]
    assert "f" not in {cell.data_type for sheet in book for row in sheet for cell in row}
    assert book["names"]["A2"].value == visible(HOSTILE)
    for name, table in tables.items():
        head, *rows = book[name].values
        read = pd.DataFrame(rows, columns=list(head))
        assert list(read.columns) == list(table.columns)
        for column in table.select_dtypes("number"):
            # A workbook keeps 16 digits; whole numbers come back as such.
            pd.testing.assert_series_equal(
                read[column].astype(float), table[column].astype(float), rtol=1e-15, atol=0.0
            )
        if name != "sources":
            assert read["unit"].tolist() == table["unit"].tolist()


def test_a_csv_reads_back_as_the_table_and_begins_no_formula(
    written: Path, tables: dict[str, pd.DataFrame]
) -> None:
    for name, table in tables.items():
        read = pd.read_csv(written / "csv" / f"{name}.csv")
        numbers = list(table.select_dtypes("number"))
        pd.testing.assert_frame_equal(read[numbers], table[numbers], check_dtype=False)
    assert (written / "csv" / "names.csv").read_text("utf-8").splitlines()[1].startswith("\"'=")


def test_latex_and_markdown_show_markup_as_text(written: Path) -> None:
    latex = (written / "latex" / "names.tex").read_text("utf-8")
    markdown = (written / "markdown" / "names.md").read_text("utf-8")
    assert r"\_" in latex
    assert r"\begin{longtable}" in latex
    assert "\\<b\\>\\|" in markdown
    for text in (latex, markdown):
        assert "\u202e" not in text
        assert "U+202E" in text
    rows = (written / "markdown" / "bridge.md").read_text("utf-8").splitlines()
    assert len({row.count(" | ") for row in rows}) == 1


def test_figures_come_as_drawings_and_as_pictures(written: Path) -> None:
    for name in ("bridge_operation", "jobs_by_year"):
        assert (written / "svg" / f"{name}.svg").read_text("utf-8").startswith("<svg")
        assert (written / "png" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_form_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"xslx.*xlsx"):
        check_exports(["csv", "xslx"])
    command = [sys.executable, "-m", "econ.cli", "run", "nothing", "--export", "csv,pdf"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pdf" in done.stderr


def test_marks_that_turn_text_around_are_seen_on_the_page(shown: Contents) -> None:
    from econ.report.page import page

    hostile = replace(shown, title=f"{HOSTILE} <script>alert(1)</script>")
    tables = {name: table(shown) for name, table in TABLES.items()}
    text = page(hostile, tables, dict.fromkeys(FIGURES, "<svg></svg>"))
    assert "\u202e" not in text
    assert "<script" not in text
    assert "[U+202E]" in text
