"""The command: what it prints, where it writes, and how it leaves."""

import subprocess
import sys
from pathlib import Path

import pytest

from econ.data.folder import data_folder

STUDY = data_folder() / "studies" / "choose_france_2024.toml"


def econ(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "econ.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("somewhere")
    done = econ("run", "choose_france_2024", "--draws", "50", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "build/choose_france_2024/report.html"
    return folder / "build" / "choose_france_2024"


def test_a_run_prints_the_page_and_nothing_else(reported: Path) -> None:
    assert (reported / "report.html").is_file()


def test_cite_prints_the_bibliography_of_a_written_file(reported: Path) -> None:
    done = econ("cite", "headline.parquet", folder=reported)
    assert done.returncode == 0
    assert "[eurostat_naio_10_cp1700] Eurostat" in done.stdout
    assert "Licence: CC BY 4.0" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "chose_france_2024"), "did you mean choose_france_2024?"),
        (("run", "missing.toml"), "no such file"),
        (("cite", "missing.parquet"), "no such file"),
        (("data", "show", "pledgs"), "did you mean pledges"),
        (("data", "build", "pledgs"), "did you mean pledges"),
    ],
)
def test_a_refused_input_is_one_message_and_exit_code_1(
    words: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    done = econ(*words, folder=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("run",), ("runn",), ("run", "x", "--draws", "one")])
def test_wrong_usage_is_exit_code_2(words: tuple[str, ...], tmp_path: Path) -> None:
    assert econ(*words, folder=tmp_path).returncode == 2


def test_a_refused_study_leaves_earlier_output_untouched(reported: Path) -> None:
    before = {path.name: path.read_bytes() for path in reported.iterdir()}
    broken = reported.parent / "choose_france_2024.toml"
    text = STUDY.read_text("utf-8").replace('"slip_warehouse"', '"slip_werehouse"')
    broken.write_text(text.replace('currency = "EUR"', 'curency = "EUR"'), "utf-8")
    done = econ("run", str(broken), "--out", str(reported), folder=reported.parent)
    assert done.returncode == 1
    assert "column curency: unknown; did you mean currency?" in done.stderr
    assert {path.name: path.read_bytes() for path in reported.iterdir()} == before


def test_the_data_are_what_their_text_says(tmp_path: Path) -> None:
    done = econ("data", "check", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    listed = econ("data", "list", folder=tmp_path).stdout
    assert "france_siot_2022" in listed
