"""Reading a formula's tokens: names, whitelisted functions and arithmetic, never Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from econ.errors import Fault, InputError, nearest
from econ.regression.formula.terms import (
    Call,
    Column,
    Factor,
    Node,
    Number,
    Operation,
    Term,
    name_of,
)

__all__ = ["FACTORS", "FUNCTIONS", "Grammar", "Token"]

FUNCTIONS: Final = ("log", "log1p", "log2", "log10", "exp", "expm1", "sqrt", "abs", "asinh")
SHIFTS: Final = {"lag": 1, "l": 1, "L": 1, "lead": -1, "f": -1, "F": -1}
DIFFERENCES: Final = ("d", "D", "diff")
FACTORS: Final = ("C", "i", "factor")
MOST_LAGS: Final = 1000
KNOWN: Final = (*FUNCTIONS, "I", "Q", *SHIFTS, *DIFFERENCES, *FACTORS)
TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)|`(?P<quoted>[^`]+)`"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>\*\*|[~|+\-*/:^()\[\],=]))"
)


@dataclass(frozen=True)
class Token:
    """One word, number or sign of a formula."""

    kind: str
    text: str


def _tokens(formula: str) -> list[Token]:
    found, place = [], 0
    written = formula.rstrip()
    while place < len(written):
        match = TOKEN.match(written, place)
        if match is None:
            rest = written[place:].strip()
            mend = "write names, numbers, + - * / : ^ ( ) | ~; other names in backquotes"
            raise InputError.one("formula", "", "cannot be read here", mend, value=rest)
        kind = str(match.lastgroup)
        text = match.group(kind)
        found.append(Token("name", text) if kind == "quoted" else Token(kind, text))
        place = match.end()
    return found


class Grammar:
    """Recursive descent over the tokens of one formula: the level of expressions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0
        self.faults: list[Fault] = []

    # ------------------------------------------------------------ tokens

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a token ahead, empty past the end."""
        place = self.place + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def at_sign(self, *signs: str) -> bool:
        """Return whether one of these signs comes next."""
        here = self.place < len(self.tokens) and self.tokens[self.place].kind == "sign"
        return here and self.peek() in signs

    def take(self) -> Token:
        """Return the next token and go past it."""
        if self.place >= len(self.tokens):
            raise self.stop("ends too early", "write what is missing")
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, sign: str) -> None:
        """Go past a sign that must stand here."""
        if not self.at_sign(sign):
            raise self.stop(
                f"lacks '{sign}' before '{self.peek() or 'the end'}'", f"write '{sign}'"
            )
        self.place += 1

    def stop(self, problem: str, mend: str) -> InputError:
        """Return the error that ends the reading, with the faults found before it."""
        fault = Fault("formula", "", problem, mend, value=self.text)
        return InputError([*self.faults, fault])

    def blame(self, problem: str, mend: str, value: str) -> None:
        """Keep a fault that does not end the reading."""
        self.faults.append(Fault("formula", "", problem, mend, value=value))

    def written(self, start: int) -> str:
        """Return the source from token `start` to here, spaces made even."""
        text = "".join(token.text for token in self.tokens[start : self.place])
        return text.replace(",", ", ")

    # ------------------------------------------------------------ functions

    def call(self, name: str) -> list[Node]:
        """Read what follows a function's name; a range of lags gives several expressions."""
        function = name.removeprefix("np.")
        function = {"arcsinh": "asinh"}.get(function, function)
        if function not in KNOWN:
            self.blame("no such function in a formula", nearest(function, KNOWN), f"{name}()")
        self.expect("(")
        if function == "Q":
            quoted = self.take().text.strip("\"'")
            self.expect(")")
            return [Column(quoted)]
        inner = self.sum()
        if function in SHIFTS or function in DIFFERENCES:
            steps = self.steps()
            self.expect(")")
            if function in SHIFTS:
                return [Call("lag", inner, SHIFTS[function] * step) for step in steps]
            return [Call("diff", inner, step) for step in steps]
        self.expect(")")
        return [inner if function == "I" else Call(function, inner)]

    def steps(self) -> Sequence[int]:
        """Return the numbers of periods of a lag or difference."""
        if not self.at_sign(","):
            return [1]
        self.place += 1
        first = self.whole()
        if not self.at_sign(":"):
            return [first]
        self.place += 1
        last = self.whole()
        if last < first:
            raise self.stop(f"has the range {first}:{last}", f"write {last}:{first}")
        if last - first > MOST_LAGS:
            mend = f"write at most {MOST_LAGS} lags"
            raise self.stop(f"has the range {first}:{last}", mend)
        return range(first, last + 1)

    def whole(self) -> int:
        """Return a whole number, its sign included."""
        negative = self.at_sign("-")
        self.place += negative
        token = self.take()
        if not token.text.isdigit():
            raise self.stop(f"has '{token.text}' for a number of periods", "write 1, 2 or 1:3")
        return -int(token.text) if negative else int(token.text)

    def factor(self, function: str) -> Term:
        """Return a column taken as categories, times another where one is given."""
        self.expect("(")
        names: list[str] = []
        reference: str | None = None
        while True:
            token = self.take()
            if token.text in ("ref", "reference") and self.at_sign("="):
                self.place += 1
                reference = self.level()
            elif token.text == "Treatment" and self.at_sign("("):
                self.place += 1
                self.place += 2 * (self.peek(1) == "=")
                reference = self.level()
                self.expect(")")
            elif token.kind == "name" and not self.at_sign("("):
                names.append(token.text)
            else:
                raise self.stop(f"has '{token.text}' in {function}(...)", "write i(x, z, ref=1)")
            if not self.at_sign(","):
                break
            self.place += 1
        self.expect(")")
        if len(names) > 2 or not names or (len(names) == 2 and function != "i"):
            raise self.stop(f"has {len(names)} columns in {function}(...)", "write C(x) or i(x, z)")
        label = "i" if function == "i" else "C"
        first = Factor(names[0], reference, label)
        return Term((first, *map(Column, names[1:])), (name_of(first), *names[1:]))

    def level(self) -> str:
        """Return the label of a category."""
        sign = "-" if self.at_sign("-") else ""
        self.place += len(sign)
        return sign + self.take().text.strip("\"'")

    # ------------------------------------------------------------ arithmetic within a call

    def sum(self) -> Node:
        """Return a sum of ratios."""
        left = self.ratio()
        while self.at_sign("+", "-"):
            left = Operation(self.take().text, left, self.ratio())
        return left

    def ratio(self) -> Node:
        """Return a product or ratio."""
        left = self.signed()
        while self.at_sign("*", "/"):
            left = Operation(self.take().text, left, self.signed())
        return left

    def signed(self) -> Node:
        """Return a power with its sign."""
        if self.at_sign("-"):
            self.place += 1
            return Operation("-", Number(0.0), self.signed())
        return self.power()

    def power(self) -> Node:
        """Return an expression to a power."""
        base = self.atom()
        if self.at_sign("^", "**"):
            self.place += 1
            return Operation("**", base, self.signed())
        return base

    def atom(self) -> Node:
        """Return a number, a column, a call, or what stands in parentheses."""
        if self.at_sign("("):
            self.place += 1
            inner = self.sum()
            self.expect(")")
            return inner
        token = self.take()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind != "name":
            raise self.stop(f"has '{token.text}' where a column belongs", "write a column")
        if self.at_sign("("):
            nodes = self.call(token.text)
            if len(nodes) > 1:
                raise self.stop("has several lags in one expression", "write one lag")
            return nodes[0]
        return Column(token.text)
