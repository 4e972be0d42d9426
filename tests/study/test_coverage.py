"""A 90 % interval holds the truth nine times in ten: the small version of `make bench`."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


@pytest.fixture(scope="module")
def synthetic() -> ModuleType:
    path = Path(__file__).parents[1] / "bench" / "synthetic.py"
    spec = importlib.util.spec_from_file_location("synthetic_economies", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nominal_intervals_hold_the_truth_as_often_as_they_say(synthetic: ModuleType) -> None:
    economies = 300
    share = synthetic.coverage(economies, 200)
    # Three standard errors of a share of 0.9.
    assert share == pytest.approx(0.9, abs=3 * np.sqrt(0.9 * 0.1 / economies))
