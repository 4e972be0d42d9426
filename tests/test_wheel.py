"""The wheel carries its data: installed elsewhere, it finds the studies by name."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from econ.data.folder import data_folder

REPOSITORY = data_folder().parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(where)]
    subprocess.run([*build, str(REPOSITORY)], check=True, capture_output=True)
    (wheel,) = where.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(where / "site")
    return where / "site"


def test_the_wheel_holds_data_studies_and_templates(installed: Path) -> None:
    embedded = installed / "econ" / "data" / "embedded"
    assert (embedded / "catalogue.toml").is_file()
    assert (embedded / "studies" / "choose_france_2024.toml").is_file()
    assert (embedded / "templates" / "data_centre.toml").is_file()
    assert (installed / "econ" / "report" / "page" / "page.html.j2").is_file()


def test_the_wheel_runs_the_main_job_in_another_folder(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    code = "import econ; print(econ.__file__); from econ.cli import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "choose_france_2024", "--draws", "20"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(installed) in done.stdout
    assert (tmp_path / "build" / "choose_france_2024" / "report.html").is_file()
