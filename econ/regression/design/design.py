"""From a formula and a frame to arrays: `Design`, and what was dropped on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.quantity.provenance import Provenance
from econ.regression.design.expressions import Columns
from econ.regression.formula.formula import Formula
from econ.regression.formula.terms import INTERCEPT, Column, Factor, Node, Term
from econ.regression.panel.panel import Panel, frame_of, integer_periods, missing_columns

__all__ = ["Block", "Design", "refuse_beyond_squares"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
VINTAGE: Final = "vintage"
# The squares of as many rows as fit into memory then add up to a number still.
LARGEST: Final = 1e150


@dataclass(frozen=True)
class Block:
    """Columns of a design: their names and values, shape (n, k)."""

    names: tuple[str, ...]
    values: Array


@dataclass(frozen=True)
class Design:
    """What an estimator works on: arrays over the rows that are kept.

    Parameters
    ----------
    formula : Formula
    y : ndarray, shape (n,)
    exogenous, endogenous, instruments : Block
    effects : tuple of ndarray of int, shape (n,)
        Codes of the fixed effects, each from 0 without holes.
    slopes : tuple of ndarray or None
        What each effect's slope runs along, None for an effect on the level.
    weights : ndarray of shape (n,), or None
    kept : ndarray of int, shape (n,)
        Positions of the rows in the frame.
    dropped : mapping of str to int
        Rows left out, by reason.
    columns : Columns
        Of the whole frame.
    """

    formula: Formula
    y: Array
    exogenous: Block
    endogenous: Block
    instruments: Block
    effects: tuple[Codes, ...]
    slopes: tuple[Array | None, ...]
    weights: Array | None
    kept: Codes
    dropped: Mapping[str, int]
    columns: Columns
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def nobs(self) -> int:
        """Number of rows kept, n."""
        return len(self.kept)

    @property
    def outcome(self) -> str:
        """Name of the outcome."""
        return self.formula.outcome.text

    @property
    def panel(self) -> Panel | None:
        """The panel the rows are of, if they came as one."""
        return self.columns.panel

    @classmethod
    def build(
        cls,
        formula: Formula,
        data: Panel | Dataset | pd.DataFrame,
        *,
        weights: str = "",
        needed: Iterable[str] = (),
        drop_singletons: bool = False,
        least: int | None = None,
    ) -> Design:
        """Return the design of a formula on data.

        Parameters
        ----------
        formula : Formula
        data : Panel, Dataset or DataFrame
        weights : str
            A column.
        needed : iterable of str
            Columns the inference needs: clusters, places, periods.
        drop_singletons : bool
            Leave out rows that are alone in a fixed effect, until none is.
        least : int, optional
            Fewest rows; one more than there are regressors where left out.

        Raises
        ------
        InputError
            With every fault: unknown columns, texts for numbers, logarithms of zero, no rows left.
        """
        if not isinstance(weights, str):
            mend = "name a column of the data"
            given = type(weights).__name__
            raise InputError.one("estimator", "weights", "no column", mend, value=given)
        frame = frame_of(data)
        panel = data if isinstance(data, Panel) else None
        others = [part for name in needed for part in _parts(name, frame)]
        others += [weights] if weights else []
        InputError.raise_if(missing_columns(frame, (*formula.columns, *others)))
        columns = Columns(frame, panel)
        formula = _with_factors(formula, columns)
        missing, weighted = _missing(formula, columns, weights, others)
        kept = _none_of(missing.values(), len(frame))
        dropped = _first_cause(missing)
        if drop_singletons:
            kept, alone = _without_singletons(formula, columns, kept)
            dropped |= alone
        terms = formula.terms
        least = least if least is not None else len(terms) + len(formula.endogenous) + 1
        if len(kept) < least:
            why = "; ".join(f"{count} {reason}" for reason, count in dropped.items())
            problem = f"{len(kept)} rows left of {len(frame)}" + (f" ({why})" if why else "")
            mend = "give more rows, or a shorter formula"
            raise InputError.one("data", "", problem, mend)
        y = _in_rows(columns.evaluate(formula.outcome.factors[0]), kept)
        parts = (terms, formula.endogenous, formula.instruments)
        blocks = [_block(part, formula, columns, kept) for part in parts]
        refuse_beyond_squares(Block((formula.outcome.text,), y[:, None]), *blocks)
        return cls(
            formula=formula,
            y=y,
            exogenous=blocks[0],
            endogenous=blocks[1],
            instruments=blocks[2],
            effects=tuple(columns.codes("^".join(e.columns), kept) for e in formula.effects),
            slopes=tuple(
                _in_rows(columns.numbers(e.slope), kept) if e.slope else None
                for e in formula.effects
            ),
            weights=None if weighted is None else _in_rows(weighted, kept),
            kept=kept,
            dropped=dropped,
            columns=columns,
            provenance=data.provenance if isinstance(data, Dataset | Panel) else Provenance(),
        )

    def codes(self, name: str) -> Codes:
        """Return the codes of a column, or of several joined by ``^``, in the rows kept."""
        return self.columns.codes(name, self.kept)

    def labels(self, name: str) -> tuple[str, ...]:
        """Return the labels that go with `codes`."""
        return self.columns.labels(name, self.kept)

    def numbers(self, name: str) -> Array:
        """Return a column of numbers in the rows kept, shape (n,)."""
        found = self.columns.numbers(name)[self.kept]
        InputError.raise_if(self.columns.faults)
        return found

    def periods(self, name: str) -> Codes:
        """Return a column as whole periods in the rows kept, shape (n,)."""
        if self.panel is not None and name == self.panel.time:
            return self.panel.periods[self.kept]
        return integer_periods(self.columns.frame[name].iloc[self.kept], name)

    @property
    def sample(self) -> str:
        """Rows kept, dropped and why, in a sentence."""
        words = [f"{self.nobs} of {len(self.columns.frame)} rows"]
        words += [f"dropped {count} {reason}" for reason, count in self.dropped.items()]
        if self.panel is not None:
            times = self.columns.frame[self.panel.time].iloc[self.kept]
            order = self.panel.periods[self.kept]
            units = len(np.unique(self.panel.units[self.kept]))
            first, last = times.iloc[int(order.argmin())], times.iloc[int(order.argmax())]
            words.append(f"{units} units, {first} to {last}")
        return "; ".join(words)

    @property
    def vintage(self) -> str:
        """What the column ``vintage`` says of the rows kept, where there is one."""
        if VINTAGE not in self.columns.frame.columns:
            return ""
        held = self.columns.frame[VINTAGE].iloc[self.kept].dropna().astype(str)
        return ", ".join(sorted(set(held)))


def refuse_beyond_squares(*blocks: Block) -> None:
    """Refuse columns whose squares are beyond what double precision holds."""
    problem, mend = "its squares are beyond double precision", "write it in another unit"
    faults = []
    for block in blocks:
        high = block.values.max(axis=0, initial=0.0)
        sizes = np.maximum(high, -block.values.min(axis=0, initial=0.0))
        for name, size in zip(block.names, sizes, strict=True):
            if size > LARGEST or 0.0 < size < 1.0 / LARGEST:
                faults.append(Fault("data", name, problem, mend, value=float(size)))
    InputError.raise_if(tuple(dict.fromkeys(faults)))


def _parts(name: str, frame: pd.DataFrame) -> Sequence[str]:
    return [name] if name in frame.columns else name.split("^")


def _with_factors(formula: Formula, columns: Columns) -> Formula:
    """Take columns of texts as categories wherever a term is one of them or a product with one."""

    def mended(term: Term) -> Term:
        nodes: list[Node] = [
            Factor(node.name, None, "")
            if isinstance(node, Column) and not columns.is_numeric(node.name)
            else node
            for node in term.factors
        ]
        return Term(tuple(nodes), term.names)

    parts = (formula.terms, formula.endogenous, formula.instruments)
    terms, endogenous, instruments = (tuple(map(mended, part)) for part in parts)
    return replace(formula, terms=terms, endogenous=endogenous, instruments=instruments)


def _missing(
    formula: Formula, columns: Columns, weights: str, others: Sequence[str]
) -> tuple[dict[str, Mask], Array | None]:
    """Return which rows lack a value, by what lacks it, and the weights."""
    missing: dict[str, Mask] = {}

    def note(reason: str, rows: Mask) -> None:
        if rows.any():
            missing[reason] = missing[reason] | rows if reason in missing else rows

    if any(isinstance(node, Factor) for node in formula.outcome.factors) or (
        len(formula.outcome.factors) != 1
    ):
        mend = "give one outcome that is a number"
        raise InputError.one("formula", "", "no outcome", mend, value=formula.outcome.text)
    for term in (formula.outcome, *formula.terms, *formula.endogenous, *formula.instruments):
        for node in term.factors:
            if isinstance(node, Factor):
                note(f"without {node.name}", columns.missing(node.name))
            else:
                note(f"without {term.text}", np.isnan(columns.evaluate(node)))
    for effect in formula.effects:
        for name in effect.columns:
            note(f"without {name}", columns.missing(name))
        if effect.slope:
            note(f"without {effect.slope}", np.isnan(columns.numbers(effect.slope)))
    for name in others:
        if f"without {name}" not in missing:
            note(f"without {name}", columns.missing(name))
    weighted = None
    if weights:
        weighted = columns.numbers(weights)
        negative = np.flatnonzero(weighted < 0.0)
        columns.faults += [
            Fault("data", weights, "negative weight", "give weights above zero", str(row), value)
            for row, value in ((columns.frame.index[row], weighted[row]) for row in negative[:1])
        ]
        note("of weight zero", weighted == 0.0)
    raw = {name: columns.missing(name) for name in (*formula.columns, *others)}
    complete = _none_of(raw.values(), len(columns.frame))
    InputError.raise_if([*columns.faults, *columns.outside_faults(complete)])
    return missing, weighted


def _none_of(masks: Iterable[Mask], rows: int) -> Codes:
    """Return the rows that no mask marks."""
    marked = [mask for mask in masks if mask.any()]
    if not marked:
        return np.arange(rows)
    return np.flatnonzero(~np.logical_or.reduce(marked))


def _in_rows(values: Array, kept: Codes) -> Array:
    """Return values, shape (n,), in the rows kept; a view where these are all."""
    return values if len(kept) == len(values) else values[kept]


def _first_cause(missing: Mapping[str, Mask]) -> dict[str, int]:
    counted: dict[str, int] = {}
    gone: Mask | None = None
    for reason, mask in missing.items():
        new = mask if gone is None else mask & ~gone
        gone = mask if gone is None else gone | mask
        if new.any():
            counted[reason] = int(new.sum())
    return counted


def _without_singletons(
    formula: Formula, columns: Columns, kept: Codes
) -> tuple[Codes, dict[str, int]]:
    counted: dict[str, int] = {}
    effects = [effect for effect in formula.effects if not effect.slope]
    while True:
        before = len(kept)
        for effect in effects:
            codes = columns.codes("^".join(effect.columns), kept)
            count = np.bincount(codes)
            if len(codes) and count.min() == 1:
                alone = count[codes] == 1
                reason = f"alone in {effect.text}"
                counted[reason] = counted.get(reason, 0) + int(alone.sum())
                kept = kept[~alone]
        if len(kept) == before or not len(kept):
            return kept, counted


def _block(terms: Sequence[Term], formula: Formula, columns: Columns, kept: Codes) -> Block:
    """Return the columns of some terms, categories expanded."""
    blocks = [_expanded(term, formula, columns, kept) for term in terms]
    names = tuple(name for block in blocks for name in block.names)
    values = np.empty((len(kept), len(names)), order="F")
    if blocks:
        np.concatenate([block.values for block in blocks], axis=1, out=values)
    return Block(names, values)


def _expanded(term: Term, formula: Formula, columns: Columns, kept: Codes) -> Block:
    if len(term.factors) == 1 and not isinstance(term.factors[0], Factor):
        held = _in_rows(columns.evaluate(term.factors[0]), kept)
        return Block((term.names[0],), held[:, None])
    names = [""]
    values = np.ones((len(kept), 1))
    for place, (node, written) in enumerate(zip(term.factors, term.names, strict=True)):
        if isinstance(node, Factor):
            full = node.reference is None and not _margin_in(term, place, formula)
            block = _dummies(node, columns, kept, full)
        else:
            block = Block((written,), _in_rows(columns.evaluate(node), kept)[:, None])
        names = [f"{left}:{right}" if left else right for left in names for right in block.names]
        values = (values[:, :, None] * block.values[:, None, :]).reshape(len(kept), -1)
    return Block(tuple(names) if term.factors else ("Intercept",), values)


def _margin_in(term: Term, place: int, formula: Formula) -> bool:
    """Return whether the term without one of its factors is in the model as well."""
    rest = (*term.factors[:place], *term.factors[place + 1 :])
    if not rest:
        return formula.intercept or any(not effect.slope for effect in formula.effects)
    held = [set(other.factors) for other in (*formula.terms, *formula.endogenous)]
    return set(rest) in held or rest == INTERCEPT.factors


def _dummies(factor: Factor, columns: Columns, kept: Codes, full: bool) -> Block:
    codes, labels = columns.codes(factor.name, kept), columns.labels(factor.name, kept)
    if len(labels) == 1:
        mend = "leave it out: it is the same in every row"
        raise InputError.one("data", factor.name, "one category only", mend, value=labels[0])
    if not factor.label and _all_numbers(labels):
        mend = f"turn it into numbers, or write C({factor.name}) for categories"
        raise InputError.one("data", factor.name, "numbers written as texts", mend, value=labels[0])
    left = -1 if full else 0
    if factor.reference is not None:
        if factor.reference not in labels:
            mend = nearest(factor.reference, labels)
            problem = "no such category"
            raise InputError.one("data", factor.name, problem, mend, value=factor.reference)
        left = labels.index(factor.reference)
    shown = [place for place in range(len(labels)) if place != left]
    form = {"C": "C({0})[{2}{1}]", "i": "{0}::{1}", "": "{0}[{2}{1}]"}[factor.label]
    treated = "" if full else "T."
    names = tuple(form.format(factor.name, labels[place], treated) for place in shown)
    values = np.zeros((len(kept), len(labels)))
    values[np.arange(len(kept)), codes] = 1.0
    return Block(names, values[:, shown])


def _all_numbers(labels: Sequence[str]) -> bool:
    return not pd.to_numeric(pd.Series(labels, dtype="str"), errors="coerce").isna().any()
