"""Every output that a page of the documentation shows is what its code prints."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from econ.data.folder import data_folder

REPOSITORY = data_folder().parent
PAGES = sorted((REPOSITORY / "docs").rglob("*.md"))


def examples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("examples", REPOSITORY / "docs" / "_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [*PAGES, REPOSITORY / "README.md"], ids=lambda path: path.name)
def test_a_page_shows_what_its_code_prints(page: Path) -> None:
    text = page.read_text("utf-8")
    assert examples().refreshed(text) == text, "run `python docs/_examples.py`"
