"""The report: what is written, that it is the same every time, and that its figures add up."""

import base64
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from econ.builds.steps import FILES
from econ.data.store import read_parquet, sha256
from econ.impact.result import COLUMNS
from econ.report.contents import Contents
from econ.report.tables import REPORT, TABLES
from econ.report.tables.schema import found_types


def test_the_folder_holds_tables_page_and_manifest_and_nothing_else(folder: Path) -> None:
    names = {table.file for table in REPORT.values()}
    names |= {"report.html", "report.fr.html", "manifest.json"}
    assert {path.name for path in folder.iterdir()} == names


def test_every_table_with_rows_can_be_downloaded_from_the_page(
    shown: Contents, folder: Path
) -> None:
    page = (folder / "report.html").read_text("utf-8")
    section = page[page.index('id="downloads"') : page.index('id="sources"')]
    links = set(re.findall(r'<a href="(\w+\.parquet)" download>', section))
    assert links == {f"{name}.parquet" for name, table in TABLES.items() if len(table(shown))}
    assert links <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("file", ["report.html", "report.fr.html"])
def test_a_page_that_is_sent_alone_carries_every_table(
    shown: Contents, folder: Path, file: str
) -> None:
    page = (folder / file).read_text("utf-8")
    found = re.search(r'href="data:application/zip;base64,([^"]+)" download="(\w+)\.zip"', page)
    assert found is not None
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(found[1]))) as held:
        tables = {name: table(shown) for name, table in TABLES.items()}
        names = {f"{name}.csv" for name, table in tables.items() if len(table)}
        assert set(held.namelist()) == {"read_me.csv", *names}
        read = pd.read_csv(io.BytesIO(held.read("headline.csv")))
    numbers = tables["headline"].select_dtypes("number")
    # Six digits are kept.
    pd.testing.assert_frame_equal(read[list(numbers)], numbers, rtol=1e-5, check_dtype=False)
    assert "Content-Security-Policy" in page


def test_the_manifest_names_every_byte_and_holds_the_only_time(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["seed"] == 20240513
    assert manifest["draws"] == 200
    for name, digest in manifest["outputs"].items():
        assert sha256(folder / name) == digest
    assert "data/pledges.parquet" in manifest["inputs"]
    for folder_of_words in ("econ/report/language/words", "data/languages"):
        assert f"{folder_of_words}/fr.po" in manifest["inputs"]
    # To the minute: the record of what has happened may know of this very day.
    written = manifest["written"][:16]
    assert written not in (folder / "report.html").read_text("utf-8")


def test_impacts_have_their_columns_and_a_unit_in_every_row(folder: Path) -> None:
    stored = read_parquet(folder / "impacts.parquet")
    assert list(stored.frame.columns) == list(COLUMNS)
    assert stored.frame.notna().all().all()
    assert set(stored.frame["unit"]) == {"MEUR 2024 basic", "MEUR 2024", "persons"}
    assert "eurostat_naio_10_cp1700" in stored.provenance.sources
    low, value, high = (stored.frame[name] for name in ("low", "value", "high"))
    assert ((low <= value) & (value <= high)).all()


def test_no_impact_row_stands_twice(folder: Path) -> None:
    frame = read_parquet(folder / "impacts.parquet").frame
    assert not frame.duplicated(list(COLUMNS[:9])).any()


def test_the_open_rows_are_what_the_open_model_gives(shown: Contents, folder: Path) -> None:
    frame = read_parquet(folder / "impacts.parquet").frame
    rows = frame[(frame["model"] == "leontief_open") & frame["scenario"].str.endswith(".gross")]
    pd.testing.assert_frame_equal(
        rows.reset_index(drop=True), shown.gross_open.frame().reset_index(drop=True)
    )


def test_the_headline_shows_gross_and_net_together_and_parts_sum_to_pledges(
    shown: Contents,
) -> None:
    headline = TABLES["headline"](shown)
    assert {"gross", "gross_low", "gross_high", "net", "net_low", "net_high"} <= set(headline)
    central = headline.set_index(["subject", "phase", "measure"])[["gross", "net"]]
    for subject, members in shown.subjects().items():
        parts = central.loc[list(members)].groupby(["phase", "measure"]).sum()
        # Central values are additive; only the order of additions differs.
        np.testing.assert_allclose(
            central.loc[subject].sort_index(), parts.sort_index(), rtol=1e-9, atol=1e-9
        )


def test_where_the_money_goes_sums_to_the_whole(shown: Contents) -> None:
    shares = TABLES["destinations"](shown).groupby("subject")["share"].sum()
    # The published table closes to 0.06 of 2,000 to 400,000 MEUR per column.
    np.testing.assert_allclose(shares, 1.0, atol=5e-5)


def test_promised_jobs_stand_beside_modelled_jobs_and_are_flagged(shown: Contents) -> None:
    promises = TABLES["promises"](shown).set_index("commitment")
    assert promises.loc["amazon_jobs_3000", "promised"] == 3000
    for _, row in promises.iterrows():
        assert row["flagged"] == (not 0.5 <= row["modelled"] / row["promised"] <= 2.0)


def test_training_and_start_ups_are_near_zero_with_a_fat_tail_and_in_no_total(
    shown: Contents,
) -> None:
    programmes = TABLES["programmes"](shown)
    assert (programmes["low"] == 0).all()
    assert (programmes["high"] > 2 * programmes["value"]).all()
    assert "programme" not in set(shown.net.frame()["model"])


def test_the_sensitivity_moves_each_assumption_and_knows_the_largest(shown: Contents) -> None:
    table = TABLES["sensitivity"](shown)
    first = table.groupby("outcome")["parameter"].first()
    assert first["net jobs in operation"] == "displacement_retail"
    assert first["net job-years of construction"] == "reference_case"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.external: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._open = tag == "h2"
        self.ids.add(found.get("id", ""))
        if tag in ("script", "link", "img", "iframe"):
            self.external.append(tag)
        if tag == "a" and found.get("href", "").startswith("#"):
            self.links.add(found["href"][1:])

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.headings.append(data.strip())
            self._open = False


def test_the_page_stands_alone_and_answers_in_order(folder: Path) -> None:
    page = _Page()
    text = (folder / "report.html").read_text("utf-8")
    page.feed(text)
    assert page.external == []
    assert page.headings == [
        "The answer by pledge",
        "How the jobs and GDP come about",
        "Where it happens",
        "By year",
        "Where the money goes",
        "By product",
        "What was pledged",
        "What the public purse gets",
        "Public money per net job",
        "Heads, full-time posts and hours",
        "Electricity and carbon",
        "Which assumptions matter",
        "What the model says, what the record says",
        "Estimates of this study",
        "The article against other sources",
        "Assumptions, with their ranges and sources",
        "How to cite",
        "Downloads",
        "Sources",
    ]
    assert page.links <= page.ids
    for word in ("nan", "None", "inf", "{{", "Undefined"):
        assert f">{word}<" not in text


@pytest.mark.parametrize("threads", ["1", "2"])
def test_another_process_writes_the_same_bytes(folder: Path, tmp_path: Path, threads: str) -> None:
    code = (
        "import sys; from pathlib import Path; from econ.study import Study; "
        "from econ.study.parts.answer import contents; from econ.report.write import write_report; "
        "study = Study.load('choose_france_2024').with_draws(200); "
        "write_report(contents(study), Path(sys.argv[1]), languages=('en', 'fr'))"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": threads * 2,
        "OPENBLAS_NUM_THREADS": threads,
        "OMP_NUM_THREADS": threads,
    }
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    for path in folder.iterdir():
        if path.name != "manifest.json":
            assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    ours, theirs = (
        {**json.loads((where / "manifest.json").read_text("utf-8")), "written": ""}
        for where in (folder, tmp_path)
    )
    assert ours == theirs


def test_a_run_and_a_build_write_the_same_tables(folder: Path) -> None:
    assert set(FILES.values()) == {table.file for table in REPORT.values()}
    for name, table in REPORT.items():
        stored = read_parquet(folder / table.file)
        assert found_types(stored.frame) == table.columns, name
        assert stored.schema == f"REPORT_{name.upper()}"
