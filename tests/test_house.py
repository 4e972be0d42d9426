"""The rules of the house that no linter knows."""

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import econ

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"matplotlib", "pandas", "pyarrow", "scipy", "statsmodels"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

# In two pieces, so that this file keeps its own rules.
MACHINE_PATH = re.compile(rb"(?<![\w.%~)-])/(?:ho" + rb"me|wo" + rb"rk|ro" + rb"ot|Us" + rb"ers)/")
LOOSE_END = re.compile(rb"\bTO" + rb"DO\b(?!\s*\(?#\d)")

CITATION = re.compile(r"\[([a-z]\w*_(?:19|20)\d\d[a-z]?)\]")


def read_toml(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text("utf-8"))


def references() -> set[str]:
    return set(read_toml("econ/references.toml"))


def assumptions() -> dict[str, dict[str, Any]]:
    return read_toml("econ/quantity/assumptions.toml")


def modules(room: str = "econ") -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def repository_files() -> list[Path]:
    """Every file that is, or is about to be, part of the repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = (ROOT / name.decode() for name in listed.stdout.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def lines_with(pattern: re.Pattern[bytes]) -> list[str]:
    return [
        f"{where(path)}:{number}"
        for path in repository_files()
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1)
        if pattern.search(line)
    ]


# ---------------------------------------------------------------- who may import whom


def test_the_import_contracts_stand_and_nothing_is_exempt() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    assert {contract["type"] for contract in contracts} >= {"layers", "forbidden"}
    assert "ignore_imports" not in text


# ---------------------------------------------------------------- sources


def test_every_public_kernel_states_shape_and_source() -> None:
    known = references()
    faults = []
    for path in modules("econ/kernels"):
        for node in parse(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            text = ast.get_docstring(node) or ""
            if "shape" not in text and "(n" not in text:
                faults.append(f"{where(path)}: {node.name} states no shape")
            own = "Own definition:" in text
            if not own and not known & set(re.findall(r"\w+", text)):
                faults.append(f"{where(path)}: {node.name} cites no key of references.toml")
    assert faults == []


def test_every_source_cited_in_a_docstring_exists() -> None:
    known = references()
    cited = {
        f"{where(path)}: {key}"
        for path in modules()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for key in CITATION.findall(ast.get_docstring(node) or "")
        if key not in known
    }
    assert cited == set()


def sources_of_assumptions() -> Iterator[tuple[str, str]]:
    for name, entry in assumptions().items():
        for key in entry.get("source", []):
            yield f"assumptions.toml: {name}", key


def sources_of_rows() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "data").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                for key in (row.get("source") or "").split(";"):
                    if key.strip():
                        yield f"{where(path)}: row {number}", key.strip()


def sources_of_catalogue() -> Iterator[tuple[str, str]]:
    path = ROOT / "data/catalogue.toml"
    if not path.exists():
        return
    waiting: list[tuple[str, Any]] = [("catalogue.toml", tomllib.loads(path.read_text("utf-8")))]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(name, item) for item in value]
        elif isinstance(value, dict):
            waiting += [(f"{name}: {key}", item) for key, item in value.items() if key != "source"]
            keys = value.get("source", [])
            yield from ((name, key) for key in ([keys] if isinstance(keys, str) else keys))


def test_every_source_key_in_use_exists() -> None:
    known = references()
    used = [*sources_of_assumptions(), *sources_of_rows(), *sources_of_catalogue()]
    assert [f"{place}: {key}" for place, key in used if key not in known] == []


def test_every_assumption_is_used_by_a_study_or_shown_as_a_check() -> None:
    from econ.quantity.parameters import Assumptions
    from econ.study import Study
    from econ.study.parts.answer import used_parameters

    used: set[str] = set()
    for path in sorted((ROOT / "data" / "studies").glob("*.toml")):
        study = Study.load(path)
        used |= used_parameters(study)
        used |= {study.file.report.check.parameter} if study.file.report.check else set()
    assert [parameter.name for parameter in Assumptions.load() if parameter.name not in used] == []


# ---------------------------------------------------------------- the face


def test_the_face_exports_what_its_stub_lists_and_each_name_can_be_imported() -> None:
    stub = parse(ROOT / "econ/__init__.pyi")
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    shown = [alias for node in imports for alias in node.names]
    # Under its own name, as a type checker takes an import of a stub for an export.
    assert [one.name for one in shown if one.asname != one.name] == []
    assert sorted(one.name for one in shown) == list(econ.__all__) == sorted(set(econ.__all__))
    assert [name for name in econ.__all__ if not hasattr(econ, name)] == []


def test_importing_econ_loads_no_heavy_library() -> None:
    code = "import sys, econ; print(*{name.partition('.')[0] for name in sys.modules})"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert HEAVY & set(shown.stdout.split()) == set()


# ---------------------------------------------------------------- files


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {where(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring not counted."""
    first = function.body[0]
    described = isinstance(first, ast.Expr) and ast.get_docstring(function) is not None
    docstring = first.end_lineno - first.lineno + 1 if described and first.end_lineno else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_function_is_longer_than_a_page() -> None:
    lengths = {
        f"{where(path)}:{node.lineno} {node.name}": length(node)
        for path in modules()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_loose_end_is_left_without_an_issue() -> None:
    assert lines_with(LOOSE_END) == []
