"""Named steps, each keyed by what it read: what reads nothing new is not run again.

A step says of every fact it read what its hash was, and of every step before it what came out.
While all of these stand, so does its result. Facts are read when a step runs, not declared, so a
step that never asks for an assumption does not depend on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from econ.data.store import write_bytes
from econ.errors import EconError
from econ.stopping import go_on

__all__ = ["Graph", "Ledger", "Readings", "Step", "digest"]


def digest(value: bytes | str) -> str:
    """Return the SHA-256 of bytes or text as hexadecimal text."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


class Readings:
    """What a step may read, and what it has read: facts by name, and steps before it.

    Parameters
    ----------
    graph : Graph
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.facts: dict[str, str] = {}
        self.steps: dict[str, str] = {}

    def fact(self, *names: str) -> None:
        """Note that the step depends on these facts."""
        self.facts |= {name: self._graph.facts.get(name, "") for name in names}

    def facts_of(self, *kinds: str) -> list[str]:
        """Return the facts there are of some kinds: what stands before the first dot."""
        return [name for name in self._graph.facts if name.split(".", 1)[0] in kinds]

    def after(self, step: str) -> None:
        """Note that the step comes after another, whose result it does not need."""
        self.steps[step] = self._graph.outcome(step)

    def result(self, step: str) -> Any:
        """Return what a step before this one made."""
        self.after(step)
        return self._graph.result(step)


@dataclass(frozen=True)
class Step:
    """One step of a build.

    Parameters
    ----------
    name : str
    make : callable
        From `Readings` to a result; bytes where the step is kept.
    kept : bool
        Whether the result is kept on disk. What is not is made again when a step after it needs it,
        and known by the key of what it read.
    identity : callable, optional
        From a result that is not kept to what identifies it; then steps after it stand as long as
        the result is the same, whatever it was made of.
    """

    name: str
    make: Callable[[Readings], Any]
    kept: bool = False
    identity: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Ledger:
    """What every step read and made when it last ran, in a folder of this machine.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    def load(self) -> dict[str, dict[str, Any]]:
        """Return the entries; none where there are none, or where they cannot be understood."""
        try:
            held = json.loads((self.folder / "steps.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return {}
        if not isinstance(held, dict):
            return {}
        return {name: entry for name, entry in held.items() if _understood(entry)}

    def save(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep the entries."""
        text = json.dumps(entries, indent=1, sort_keys=True)
        write_bytes(text.encode(), self.folder / "steps.json")

    def keep(self, step: str, content: bytes) -> None:
        """Keep the result of a step."""
        write_bytes(content, self._file(step))

    def kept(self, step: str, sha256: str) -> bytes | None:
        """Return the result of a step; None where it is gone or no longer what it was."""
        try:
            content = self._file(step).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return content if digest(content) == sha256 else None

    def _file(self, step: str) -> Path:
        return self.folder / digest(step)[:32]


def _understood(entry: Any) -> bool:
    wanted = {"facts": dict, "steps": dict, "outcome": str}
    return isinstance(entry, dict) and all(
        isinstance(entry.get(name), kind) for name, kind in wanted.items()
    )


@dataclass
class Graph:
    """The steps of one build and what is known of them.

    Parameters
    ----------
    steps : iterable of Step
    facts : mapping of str to str
        Hash of every fact that a step may read.
    ledger : Ledger
    tell : callable
        Told the name of every step that has run.

    Examples
    --------
    >>> import tempfile
    >>> double = Step("double", lambda read: (read.fact("n"), b"42")[1], kept=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = Graph([double], {"n": "21"}, Ledger(Path(folder)))
    ...     _ = first.run(["double"])
    ...     again = Graph([double], {"n": "21"}, Ledger(Path(folder)))
    ...     _ = again.run(["double"])
    ...     first.ran, again.ran
    (['double'], [])
    """

    steps: Iterable[Step]
    facts: Mapping[str, str]
    ledger: Ledger
    tell: Callable[[str], None] = lambda name: None
    ran: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._steps = {step.name: step for step in self.steps}
        self._entries = self.ledger.load()
        self._results: dict[str, Any] = {}
        self._outcomes: dict[str, str] = {}
        self._running: dict[str, Readings] = {}

    def run(self, goals: Iterable[str]) -> dict[str, Any]:
        """Return the results of the steps asked for; what they need and is not there is made."""
        return {goal: self.result(goal) for goal in goals}

    def note(self, fact: str) -> None:
        """Note a fact with the step that is running."""
        if self._running:
            self._running[next(reversed(self._running))].fact(fact)

    def rests(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Return by step the facts that it and the steps before it read."""
        return {name: sorted(self._facts_under(name)) for name in names}

    def _facts_under(self, name: str) -> set[str]:
        entry = self._entries.get(name, {"facts": {}, "steps": {}})
        below = [self._facts_under(step) for step in entry["steps"]]
        return set(entry["facts"]).union(*below)

    def outcome(self, name: str) -> str:
        """Return what identifies a step's result, running it only where that is not known."""
        if name not in self._outcomes:
            entry = self._entries.get(name)
            if entry is None or name not in self._steps or not self._stands(name, entry):
                self._run(name)
            else:
                self._outcomes[name] = str(entry["outcome"])
        return self._outcomes[name]

    def _stands(self, name: str, entry: Mapping[str, Any]) -> bool:
        if any(self.facts.get(fact, "") != was for fact, was in entry["facts"].items()):
            return False
        if any(
            step not in self._steps or self.outcome(step) != was
            for step, was in entry["steps"].items()
        ):
            return False
        if not self._steps[name].kept:
            return True
        content = self.ledger.kept(name, str(entry["outcome"]))
        if content is None:
            return False
        self._results[name] = content
        return True

    def result(self, name: str) -> Any:
        """Return the result of a step, made again only where it does not stand or was not kept."""
        self.outcome(name)
        if name not in self._results:  # it stands, and was not kept
            self._run(name)
        return self._results[name]

    def _run(self, name: str) -> None:
        if name in self._running:
            circle = " → ".join([*self._running, name])
            raise EconError(f"steps of a build go in a circle: {circle}")
        go_on()
        step = self._steps[name]
        readings = self._running[name] = Readings(self)
        made = step.make(readings)
        del self._running[name]
        entry: dict[str, Any] = {"facts": readings.facts, "steps": readings.steps}
        if step.kept:
            entry["outcome"] = digest(made)
        elif step.identity is not None:
            entry["outcome"] = step.identity(made)
        else:
            entry["outcome"] = digest(json.dumps(entry, sort_keys=True))
        if step.kept:
            self.ledger.keep(name, made)
        self._results[name] = made
        self._outcomes[name] = str(entry["outcome"])
        self._entries[name] = entry
        self.ledger.save(self._entries)
        self.ran.append(name)
        self.tell(name)
