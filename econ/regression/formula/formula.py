"""The formula of a regression, parsed and never evaluated as Python.

``outcome ~ regressors | fixed effects | endogenous ~ instruments``; see `Formula.parse`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

from econ.errors import InputError
from econ.regression.formula.grammar import FACTORS, Grammar, Token
from econ.regression.formula.terms import (
    INTERCEPT,
    Column,
    Effect,
    Node,
    Number,
    Operation,
    Term,
    columns_of,
    name_of,
)

__all__ = ["MOST_TERMS", "Formula"]

MOST_TERMS: Final = 1000  # a formula's, each counted before it is written out
LONGEST: Final = 100_000  # characters of a formula, counted before it is read


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Parameters
    ----------
    text : str
    outcome : Term
    terms : tuple of Term
        Exogenous regressors; the intercept, if any, is the empty term at the front.
    effects : tuple of Effect
    endogenous, instruments : tuple of Term
    """

    text: str
    outcome: Term
    terms: tuple[Term, ...]
    effects: tuple[Effect, ...] = ()
    endogenous: tuple[Term, ...] = ()
    instruments: tuple[Term, ...] = ()

    @property
    def intercept(self) -> bool:
        """Whether the formula has an intercept; fixed effects take its place."""
        return INTERCEPT in self.terms

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the formula names, in the order of the formula."""
        parts = (self.outcome, *self.terms, *self.endogenous, *self.instruments)
        found = [name for term in parts for node in term.factors for name in columns_of(node)]
        for effect in self.effects:
            found += [*effect.columns, *([effect.slope] if effect.slope else [])]
        return tuple(dict.fromkeys(found))

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Read ``outcome ~ regressors | fixed effects | endogenous ~ instruments``.

        Regressors are joined by ``+``; ``a:b`` is a product, ``a*b`` is ``a + b + a:b``,
        ``(a + b + c)^2`` all of them and their products by two, ``-1`` or ``+0`` leaves out the
        intercept. A part has at most 1000 terms. Whitelisted functions: ``log log1p log2
        log10 exp expm1 sqrt abs asinh``, arithmetic within ``I(...)``, ``x^2``; ``lag(x, 1)``,
        ``lead(x, 1)`` and ``diff(x)`` on a `Panel`; ``C(x)`` and ``i(x, z, ref=...)`` for
        categories.
        Fixed effects: ``firm + year``, combinations ``region^year``, slopes ``firm[trend]``.
        Names that are no words stand in backquotes.

        Raises
        ------
        InputError
            With every fault of the formula.

        Examples
        --------
        >>> formula = Formula.parse("log(emp) ~ log(inv) + unemp | dep + year | price ~ cost")
        >>> [term.text for term in formula.terms], [e.text for e in formula.effects]
        (['log(inv)', 'unemp'], ['dep', 'year'])
        >>> formula.endogenous[0].text, formula.instruments[0].text
        ('price', 'cost')
        """
        if not isinstance(text, str):
            mend = 'write it as a text: "y ~ x | unit + time"'
            raise InputError.one("formula", "", "not a text", mend, value=type(text).__name__)
        if len(text) > LONGEST:
            mend = f"write at most {LONGEST:,} characters; a fixed effect stands after '|'"
            raise InputError.one("formula", "", f"has {len(text):,} characters", mend)
        try:
            return _Parser(text).formula()
        except RecursionError:
            mend = "write fewer parentheses within each other"
            raise InputError.one("formula", "", "is nested too deep", mend) from None


class _Parser(Grammar):
    """The level of terms and parts."""

    def formula(self) -> Formula:
        if "~" not in [token.text for token in self.tokens]:
            raise self.stop("has no '~'", "write outcome ~ regressors")
        outcome = self.terms()
        self.expect("~")
        if len(outcome) != 1 or not outcome[0].factors:
            raise self.stop("has not one outcome", "write one outcome before '~'")
        terms, removed = self.signed_terms()
        effects: tuple[Effect, ...] = ()
        endogenous: tuple[Term, ...] = ()
        instruments: tuple[Term, ...] = ()
        parts = 0
        while self.at_sign("|"):
            self.place += 1
            parts += 1
            if "~" in self._part():
                endogenous = self.terms()
                self.expect("~")
                instruments = self.terms()
                break
            if parts > 1:
                raise self.stop("has fixed effects twice", "join them by '+' in one part")
            effects = self.effects()
        if self.place < len(self.tokens):
            mend = "write outcome ~ regressors | fixed effects | endogenous ~ instruments"
            raise self.stop(f"goes on after its end, at '{self.peek()}'", mend)
        wanted = INTERCEPT not in removed and not any(not effect.slope for effect in effects)
        body = tuple(term for term in terms if term != INTERCEPT and term not in removed)
        instruments = tuple(term for term in instruments if term != INTERCEPT)
        for name, held in (("endogenous", endogenous), ("instruments", instruments)):
            twice = [term.text for term in held if term in body]
            twice += [term.text for term in held if name == "instruments" and term in endogenous]
            for text in twice:
                self.blame(
                    f"stands among the {name} and among the regressors", "leave out one", text
                )
        if outcome[0] in (*body, *endogenous):
            self.blame("is outcome and regressor", "leave out one of the two", outcome[0].text)
        InputError.raise_if(tuple(dict.fromkeys(self.faults)))
        front = (INTERCEPT,) if wanted else ()
        return Formula(self.text, outcome[0], (*front, *body), effects, endogenous, instruments)

    def _part(self) -> list[str]:
        rest = [token.text for token in self.tokens[self.place :] if token.kind == "sign"]
        return rest[: rest.index("|")] if "|" in rest else rest

    def terms(self) -> tuple[Term, ...]:
        return tuple(term for term in self.signed_terms()[0])

    def signed_terms(self) -> tuple[tuple[Term, ...], set[Term]]:
        """Return the terms added, and those taken out again."""
        added: list[Term] = []
        removed: set[Term] = set()
        sign = "+"
        if self.at_sign("+", "-"):
            sign = self.take().text
        while True:
            start = self.place
            group = self.crossing()
            self.few(len(added) + len(group))
            zero = self.written(start) == "0"
            if (sign == "-") != zero:
                removed |= {INTERCEPT} if zero else set(group)
            else:
                added += group
            if not self.at_sign("+", "-"):
                return tuple(dict.fromkeys(added)), removed
            sign = self.take().text

    def crossing(self) -> list[Term]:
        left = self.product()
        while self.at_sign("*"):
            self.place += 1
            right = self.product()
            self.few(len(left) + len(right) + len(left) * len(right))
            left = [*left, *right, *_products(left, right)]
        return left

    def product(self) -> list[Term]:
        left = self.single()
        while self.at_sign(":"):
            self.place += 1
            right = self.single()
            self.few(len(left) * len(right))
            left = _products(left, right)
        return left

    def few(self, count: int) -> None:
        """Refuse more terms than anybody estimates, before they are written out."""
        if count > MOST_TERMS:
            mend = f"write at most {MOST_TERMS} terms; a fixed effect stands after '|'"
            raise self.stop("expands to too many terms", mend)

    def single(self) -> list[Term]:
        if self.at_sign("("):
            self.place += 1
            inner = list(self.terms())
            self.expect(")")
            return self.to_power(inner)
        if self.at_sign("["):
            raise self.stop("has brackets among the regressors", "write | endogenous ~ instruments")
        start = self.place
        token = self.take()
        if token.kind == "number":
            if float(token.text) not in (0.0, 1.0):
                self.blame("a number is no regressor", "write 0 or 1, or I(...)", token.text)
            return [INTERCEPT]
        if token.kind != "name":
            raise self.stop(f"lacks a name before '{token.text}'", "write a column")
        if token.text in FACTORS and self.at_sign("("):
            return [self.factor(token.text)]
        nodes: list[Node] = [Column(token.text)]
        if self.at_sign("("):
            nodes = self.call(token.text)
        if self.at_sign("^", "**"):
            self.place += 1
            power = self.take()
            if power.kind != "number":
                raise self.stop("has a power that is no number", "write x^2")
            nodes = [Operation("**", node, Number(float(power.text))) for node in nodes]
        if len(nodes) == 1:
            return [Term((nodes[0],), (self.written(start),))]
        return [Term((node,), (name_of(node),)) for node in nodes]

    def to_power(self, inner: list[Term]) -> list[Term]:
        """Return the terms, and where a power follows their products up to that many."""
        if not self.at_sign("^", "**"):
            return inner
        self.place += 1
        power = self.take().text
        if not power.isdecimal() or not 1 <= int(power) <= len(inner):
            mend = f"write (a + b)^2; here at most {len(inner)}"
            raise self.stop(f"has the power {power} of {len(inner)} terms", mend)
        count = 0
        for size in range(1, int(power) + 1):
            count += comb(len(inner), size)
            self.few(count)
        found = list(inner)
        for size in range(2, int(power) + 1):
            for chosen in combinations(inner, size):
                product = [chosen[0]]
                for term in chosen[1:]:
                    product = _products(product, [term])
                found += product
        return found

    # ------------------------------------------------------------ fixed effects

    def effects(self) -> tuple[Effect, ...]:
        found: list[Effect] = []
        if self.at_sign("|"):
            # y ~ x | | endogenous ~ instruments: the part may be left empty.
            return ()
        while True:
            token = self.take()
            if token.text not in ("0", "1"):
                found.append(self.effect(token))
            if not self.at_sign("+"):
                return tuple(dict.fromkeys(found))
            self.place += 1

    def effect(self, token: Token) -> Effect:
        if token.text in FACTORS and self.at_sign("("):
            self.place += 1
            token = self.take()
            self.expect(")")
        columns = [token]
        while self.at_sign("^", ":"):
            self.place += 1
            columns.append(self.take())
        slope = ""
        if self.at_sign("["):
            self.place += 1
            slope = self.take().text
            self.expect("]")
        wrong = [column.text for column in columns if column.kind != "name"]
        if wrong:
            raise self.stop(f"has '{wrong[0]}' among the fixed effects", "write columns")
        return Effect(tuple(column.text for column in columns), slope)


def _products(left: Sequence[Term], right: Sequence[Term]) -> list[Term]:
    return [
        Term((*a.factors, *b.factors), (*a.names, *b.names)) if a.factors != b.factors else a
        for a in left
        for b in right
    ]
