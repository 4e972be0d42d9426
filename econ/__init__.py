"""From an announced investment to an honest estimate of jobs and GDP.

>>> import econ
>>> str(econ.Unit.parse("MEUR 2022 basic"))
'MEUR 2022 basic'
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import Any


def _homes() -> dict[str, str]:
    """Return the module of every public name, as the stub beside this file lists them."""
    stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text("utf-8"))
    imports = (node for node in stub.body if isinstance(node, ast.ImportFrom))
    return dict(sorted((one.name, str(node.module)) for node in imports for one in node.names))


_HOME = _homes()
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'econ' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
