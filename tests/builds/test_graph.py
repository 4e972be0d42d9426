"""Steps run when something they read has changed, and only then."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.builds.graph import Graph, Ledger, Readings, Step
from econ.errors import EconError


def steps() -> list[Step]:
    """Two numbers, their sum, which is not kept, and what is written of it."""

    def number(name: str, read: Readings) -> bytes:
        read.fact(name)
        return read_fact[name].encode()

    def total(read: Readings) -> int:
        return int(read.result("a")) + int(read.result("b"))

    def page(read: Readings) -> bytes:
        read.fact("style")
        return f"{read_fact['style']} {read.result('total')}".encode()

    return [
        Step("a", lambda read: number("a", read), kept=True),
        Step("b", lambda read: number("b", read), kept=True),
        Step("total", total),
        Step("page", page, kept=True),
    ]


read_fact: dict[str, str] = {}


def run(folder: Path, **facts: str) -> tuple[bytes, list[str]]:
    read_fact.clear()
    read_fact.update(facts)
    graph = Graph(steps(), facts, Ledger(folder))
    made = graph.run(["page"])
    return made["page"], graph.ran


def test_what_reads_nothing_new_is_not_run_again(tmp_path: Path) -> None:
    assert run(tmp_path, a="1", b="2", style="sum") == (b"sum 3", ["a", "b", "total", "page"])
    assert run(tmp_path, a="1", b="2", style="sum") == (b"sum 3", [])
    assert run(tmp_path, a="1", b="5", style="sum") == (b"sum 6", ["b", "total", "page"])
    # The total stands but was not kept, so it is made again for the page that needs it.
    assert run(tmp_path, a="1", b="5", style="all") == (b"all 6", ["total", "page"])


def test_a_kept_result_that_was_touched_is_made_again(tmp_path: Path) -> None:
    run(tmp_path, a="1", b="2", style="sum")
    for path in tmp_path.iterdir():
        if path.name != "steps.json":
            path.write_bytes(b"9")
    assert run(tmp_path, a="1", b="2", style="sum")[0] == b"sum 3"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"page": 3}', '{"page": {"facts": {}}}'])
def test_a_ledger_that_cannot_be_understood_is_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "steps.json").write_text(text)
    assert run(tmp_path, a="1", b="2", style="sum")[0] == b"sum 3"


def test_steps_in_a_circle_are_named() -> None:
    circle = [
        Step("hen", lambda read: read.result("egg")),
        Step("egg", lambda read: read.result("hen")),
    ]
    with pytest.raises(EconError, match="hen → egg → hen"):
        Graph(circle, {}, Ledger(Path("nowhere"))).run(["hen"])


@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 3)), max_size=6))
def test_a_result_is_what_a_first_run_would_make(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    facts = {"a": "1", "b": "2", "style": "sum"}
    for change in [{}, *changes]:
        facts |= {name: str(value) for name, value in change.items()}
        assert run(folder, **facts)[0] == f"sum {int(facts['a']) + int(facts['b'])}".encode()
