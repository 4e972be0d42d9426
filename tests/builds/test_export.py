"""Tables and figures of a build that stands are written anew, and nothing is computed."""

from pathlib import Path

import pandas as pd
import pytest

from econ.builds.build import build
from econ.builds.export import export
from econ.builds.order import orders
from econ.errors import EconError, InputError
from econ.report.exports import EXPORTS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("built")
    (order,) = orders(["choose_france_2024"], out=room / "out", work=room / "work", draws=10)
    return room / "out" / build(order).folder


def test_a_build_is_written_in_every_form(built: Path, tmp_path: Path) -> None:
    folders = export(built, list(EXPORTS), tmp_path)
    assert [Path(folder).name for folder in folders] == list(EXPORTS)
    read = pd.read_csv(tmp_path / "csv" / "headline.csv")
    kept = pd.read_parquet(built / "headline.parquet")
    pd.testing.assert_series_equal(read["net"], kept["net"])
    assert (tmp_path / "svg" / "flows.svg").read_text("utf-8").startswith("<svg")
    assert (tmp_path / "png" / "bridge_operation.png").read_bytes().startswith(b"\x89PNG")
    assert list((tmp_path / "xlsx").iterdir())


def test_what_is_no_build_no_form_or_damaged_is_refused(built: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no build"):
        export(tmp_path, ["csv"], tmp_path / "x")
    taken = tmp_path / "a file"
    taken.write_text("kept", "utf-8")
    with pytest.raises(InputError, match="no folder; name a folder to write into"):
        export(built, ["csv"], taken)
    assert taken.read_text("utf-8") == "kept"
    with pytest.raises(InputError, match="no such form"):
        export(built, ["pdf"], tmp_path / "x")
    table = built / "by_year.parquet"
    whole = table.read_bytes()
    table.write_bytes(whole[:-1])
    with pytest.raises(EconError, match="by_year"):
        export(built, ["csv"], tmp_path / "x")
    table.write_bytes(whole)
