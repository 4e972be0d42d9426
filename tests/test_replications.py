"""Every printed result at hand is reproduced; what is not at hand is skipped by name."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parent / "replications"
PUBLICATIONS = (
    *("miller_blair", "germany_1995", "netherlands_2000"),
    *("uk_2010", "scotland_2016", "australia_1990"),
    *("prop99", "basque", "german_reunification"),
    *("grunfeld", "munnell_produc", "wooldridge"),
    *("mpdta", "card_krueger", "castle", "ehec_medicaid"),
    *("adh_akm", "adh_bhj", "gpss_adh", "columbus"),
    *("grunfeld", "munnell_produc", "wooldridge"),
    *("eight_schools", "bcg_trials"),
)
# Their data are in a package or in the project: no folder has to be beside it.
SHIPPED = {"bcg_trials", "eight_schools", "wooldridge"}


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location("replications_run", FOLDER / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PUBLICATIONS)
def test_a_publication_at_hand_is_reproduced(runner: ModuleType, name: str) -> None:
    assert set(runner.PUBLICATIONS) == set(PUBLICATIONS)
    try:
        found = list(runner.PUBLICATIONS[name]())
    except runner.Absent as reason:
        pytest.skip(str(reason))
    assert found
    assert [item.name for item in found if not item.record()["pass"]] == []


def test_what_is_absent_is_skipped_by_name_and_the_page_stays(
    runner: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ECON_PUBLISHED", str(tmp_path))
    monkeypatch.setenv("ECON_REPLICATION", str(tmp_path))
    page = runner.PAGE
    before = page.read_text("utf-8")
    assert runner.main(tmp_path / "build") == 0
    said = capsys.readouterr().out
    absent = [name for name in PUBLICATIONS if name not in SHIPPED]
    assert all(f"skipped {name}: no folder" in said for name in absent)
    assert page.read_text("utf-8") == before
    records = json.loads((tmp_path / "build" / "replications.json").read_text("utf-8"))
    assert {record["name"].partition(":")[0] for record in records} <= SHIPPED


def test_a_result_that_lies_too_far_apart_fails(runner: ModuleType) -> None:
    make: Callable[..., object] = runner.Replication
    near = make("a", "b", [1.0, 2.0], [1.0, 2.1], 0.05)
    assert not near.record()["pass"]  # type: ignore[attr-defined]
    assert not make("a", "b", [1.0], [1.0, 2.0], 9.0).record()["pass"]  # type: ignore[attr-defined]
    assert not make("a", "b", [1.0], [float("nan")], 9.0).record()["pass"]  # type: ignore[attr-defined]
