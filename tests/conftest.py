"""Property tests: the same examples in every CI run, new ones at a desk. And what tests share."""

import os
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from econ.data.catalogue import Catalogue
from econ.data.folder import data_folder
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis
from econ.quantity.units import Unit
from econ.study import Evaluation, Study

# Programs of their own, run by `make replications` and `make bench`.
collect_ignore = ["bench", "replications"]

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def study() -> Study:
    """The main job, as committed."""
    return Study.load("choose_france_2024")


@pytest.fixture(scope="session")
def evaluation(study: Study) -> Evaluation:
    """The main job on few draws."""
    return study.with_draws(200).run()


@pytest.fixture(scope="session")
def without_regions(study: Study) -> Study:
    """The main job for the country alone, which is much faster to show."""
    return replace(study, file=study.file.model_copy(update={"regions": None}), variants=())


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A folder with the whole of ``data/``, to be broken."""
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    return folder


@pytest.fixture
def copied(data_copy: Path) -> Catalogue:
    """The catalogue of `data_copy`."""
    return Catalogue.load(data_copy)


@pytest.fixture(scope="session")
def golden() -> Callable[[str], dict[str, Any]]:
    """Read printed numbers by name."""
    folder = Path(__file__).parent / "golden"
    return lambda name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


def _table_parts(
    coefficients: Sequence[Sequence[float]],
    final: Sequence[Sequence[float]],
    *,
    labels: Sequence[str] | None = None,
    split: Sequence[float] = (0.3, 0.05, 0.4, 0.05, 0.2),
    jobs_per_output: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Give every field of a table that closes: A and final uses are chosen, the rest follows.

    What inputs leave of a column is split over imports, product taxes, compensation, other taxes
    and surplus; final users import a tenth and pay a twentieth on top of what they buy at home.
    """
    A = np.asarray(coefficients, dtype=np.float64)
    uses = np.asarray(final, dtype=np.float64)
    n, u = uses.shape
    output = np.linalg.solve(np.eye(n) - A, uses.sum(axis=1))
    flows = A * output
    rest = output - flows.sum(axis=0)
    imports, taxes, compensation, other, surplus = (share * rest for share in split)
    imported = np.zeros((n, 1 + u))
    imported[0, 0] = imports.sum()
    imported[:, 1:] = 0.1 * uses
    # Uneven, so that what is done by product cannot be taken for what is done by total.
    uneven = 10.0 * (1.0 + np.arange(n) % 3)
    jobs = uneven if jobs_per_output is None else np.asarray(jobs_per_output)
    return {
        "products": Axis("product", labels or [f"P{i}" for i in range(n)]),
        "final_uses": Axis("final use", ["P3_S14", "P51G", "P6"][:u]),
        "flows": flows,
        "final": uses,
        "imports": np.concatenate([imports, imported[:, 1:].sum(axis=0)]),
        "product_taxes": np.concatenate([taxes, 0.05 * uses.sum(axis=0)]),
        "compensation": compensation,
        "production_taxes": other,
        "surplus": surplus,
        "output": output,
        "employment": jobs * output,
        "imports_by_origin": imported,
        "unit": Unit.parse("MEUR 2022 basic"),
        "region": "XX",
    }


@pytest.fixture(scope="session")
def table_parts() -> Callable[..., dict[str, Any]]:
    """Every field of a small table that closes, from A and final uses."""
    return _table_parts


@pytest.fixture
def parts() -> dict[str, Any]:
    """Every field of a table of three products that closes, to be broken."""
    A = [[0.10, 0.20, 0.05], [0.15, 0.10, 0.20], [0.05, 0.10, 0.10]]
    return _table_parts(A, [[300.0, 100.0], [500.0, 200.0], [400.0, 50.0]], labels=["A", "C", "F"])


@pytest.fixture
def table(parts: dict[str, Any]) -> InputOutputTable:
    """A table of three products."""
    return InputOutputTable.from_arrays(**parts)
