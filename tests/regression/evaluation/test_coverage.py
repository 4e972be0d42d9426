"""A few draws of the designs that `make bench` draws by the thousand."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_coverage", FOLDER / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_coverage"] = module  # dataclasses look their module up
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))  # other designs lie in files beside it
        spec.loader.exec_module(module)
    return module


def test_each_estimator_covers_in_its_own_design_and_fails_where_it_is_broken(
    bench: ModuleType,
) -> None:
    draws = 20
    for design in bench.designs():
        found = design.coverage(draws, seed=1)
        # 20 draws at 95 per cent: 15 or fewer hits have a chance below three per thousand.
        assert found >= 16 / draws if design.holds else found <= 0.9, design.name
