"""Sphinx settings. A warning is an error: the build is called with ``-W``."""

import sys
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

from _generate import write_pages  # noqa: E402  (it lies beside this file)

PROJECT = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]

project = "econ"
author = "the econ authors"
copyright = "2026, the econ authors"
release = version = PROJECT["version"]

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]
nitpicky = True

myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "econ"
html_copy_source = False


def setup(app: Sphinx) -> None:
    """Write the pages made from the package's own tables before Sphinx looks for pages."""
    app.connect("builder-inited", lambda _: write_pages(DOCS.parent))
