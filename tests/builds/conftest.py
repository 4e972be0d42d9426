"""A small whole study in a folder of its own, and orders to build it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from econ.builds.build import build
from econ.builds.order import Order, orders
from econ.data.build import build_all

HERE = Path(__file__).parents[1] / "second_country"


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("pristine") / "data"
    shutil.copytree(HERE, where)
    build_all(where)
    return where


@pytest.fixture
def data(pristine: Path, tmp_path: Path) -> Path:
    """The second country's data, to be changed."""
    where = tmp_path / "data"
    shutil.copytree(pristine, where)
    return where


@pytest.fixture(scope="session")
def yesterdays(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``out`` and ``work`` after one build, to be copied."""
    where = tmp_path_factory.mktemp("yesterday")
    (one,) = orders(["acme"], out=where / "out", work=where / "work", data=pristine, draws=20)
    build(replace(one, vintage="2026-01"))
    return where


@pytest.fixture
def built(yesterdays: Path, order: Callable[..., Order]) -> Order:
    """An order whose place holds the build of yesterday, 2026-01."""
    one = order()
    shutil.copytree(yesterdays / "out", one.out.path, symlinks=True)
    shutil.copytree(yesterdays / "work", one.work)
    return one


@pytest.fixture
def order(data: Path, tmp_path: Path) -> Callable[..., Order]:
    """Return an order for the study of the second country."""

    def make(**changes: Any) -> Order:
        told = {"out": tmp_path / "out", "work": tmp_path / "work", "data": data, "draws": 20}
        (one,) = orders(["acme"], **{**told, **changes})
        return one

    return make
