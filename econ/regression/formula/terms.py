"""The parts of a formula: expressions, their products, and fixed effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = [
    "INTERCEPT",
    "Call",
    "Column",
    "Effect",
    "Factor",
    "Node",
    "Number",
    "Operation",
    "Term",
    "columns_of",
    "name_of",
]


@dataclass(frozen=True)
class Column:
    """A column of the data."""

    name: str


@dataclass(frozen=True)
class Number:
    """A number written in the formula."""

    value: float


@dataclass(frozen=True)
class Call:
    """A whitelisted function; `lag` and `diff` are among them."""

    function: str
    argument: Node
    steps: int = 0


@dataclass(frozen=True)
class Operation:
    """Arithmetic on two expressions."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Factor:
    """A column taken as categories; `label` is how its levels are named."""

    name: str
    reference: str | None = None
    label: str = "C"


Node = Column | Number | Call | Operation | Factor


@dataclass(frozen=True)
class Term:
    """A product of expressions; the empty product is the intercept."""

    factors: tuple[Node, ...]
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """How the term is written."""
        return ":".join(self.names) or "Intercept"


@dataclass(frozen=True)
class Effect:
    """A fixed effect: one column, or the combinations of several; slopes on `slope` if given."""

    columns: tuple[str, ...]
    slope: str = ""

    @property
    def text(self) -> str:
        """How the effect is written."""
        return "^".join(self.columns) + (f"[{self.slope}]" if self.slope else "")


INTERCEPT: Final = Term((), ())


def columns_of(node: Node) -> Iterator[str]:
    """Yield the columns an expression names."""
    if isinstance(node, Column | Factor):
        yield node.name
    elif isinstance(node, Call):
        yield from columns_of(node.argument)
    elif isinstance(node, Operation):
        yield from columns_of(node.left)
        yield from columns_of(node.right)


def name_of(node: Node) -> str:
    """Return how an expression is written."""
    if isinstance(node, Column):
        return node.name
    if isinstance(node, Number):
        return f"{node.value:g}"
    if isinstance(node, Factor):
        return f"C({node.name})" if node.label == "C" else node.name
    if isinstance(node, Operation):
        return f"{name_of(node.left)}{node.sign}{name_of(node.right)}"
    if node.function in ("lag", "diff"):
        function = "lead" if node.steps < 0 else node.function
        return f"{function}({name_of(node.argument)}, {abs(node.steps)})"
    return f"{node.function}({name_of(node.argument)})"
