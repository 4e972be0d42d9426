"""Several fits side by side: a table for a paper, in Markdown, HTML or LaTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.regression.results.fit import Fit

__all__ = ["Etable", "etable"]

STARS: Final = ((0.01, "***"), (0.05, "**"), (0.10, "*"))
BELOW: Final = ("std_error", "interval", "p_value", "none")
FOOT: Final = {
    "n": "Observations",
    "r2": "R-squared",
    "r2_within": "R-squared (within)",
    "r2_pseudo": "Pseudo R-squared",
    "vcov": "Standard errors",
    "estimator": "Estimator",
}
TEX: Final = str.maketrans(
    {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "^": r"\^{}", "~": r"\~{}"}
)


@dataclass(frozen=True)
class Etable:
    """A table of fits: head, body and foot as texts.

    Parameters
    ----------
    head, body, foot : tuple of tuple of str
        Rows; the first cell of each is its label.
    note : str
    """

    head: tuple[tuple[str, ...], ...]
    body: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...]
    note: str

    def frame(self) -> pd.DataFrame:
        """Return the table as texts."""
        rows = [*self.body, *self.foot]
        labels = [" ".join(cells) for cells in zip(*self.head, strict=True)]
        return pd.DataFrame(rows, columns=labels)

    def markdown(self) -> str:
        """Return the table in Markdown."""
        first, *more = self.head
        lines = [_piped(first), "|---" + "|---:" * (len(first) - 1) + "|"]
        lines += [_piped(row) for row in [*more, *self.body, *self.foot]]
        return "\n".join([*lines, "", self.note]) + "\n"

    def html(self) -> str:
        """Return the table in HTML."""

        def rows(held: Sequence[Sequence[str]], cell: str) -> str:
            return "".join(
                "<tr>" + "".join(f"<{cell}>{escape(text)}</{cell}>" for text in row) + "</tr>"
                for row in held
            )

        head, body = rows(self.head, "th"), rows([*self.body, *self.foot], "td")
        note = f"<caption>{escape(self.note)}</caption>"
        return f"<table>{note}<thead>{head}</thead><tbody>{body}</tbody></table>"

    def latex(self) -> str:
        """Return the table in LaTeX, for the package booktabs."""

        def row(cells: Sequence[str]) -> str:
            return " & ".join(cell.translate(TEX) for cell in cells) + r" \\"

        columns = "l" + "c" * (len(self.head[0]) - 1)
        lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *map(row, self.head)]
        lines += [r"\midrule", *map(row, self.body), r"\midrule", *map(row, self.foot)]
        under = (
            rf"\multicolumn{{{len(columns)}}}{{l}}{{\footnotesize {self.note.translate(TEX)}}} \\"
        )
        return "\n".join([*lines, r"\bottomrule", under, r"\end{tabular}"]) + "\n"

    def __str__(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        return self.html()


def etable(
    fits: Fit | Sequence[Fit] | Mapping[str, Fit],
    *,
    terms: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    below: str = "std_error",
    digits: int = 3,
    stars: bool = False,
) -> Etable:
    """Return several fits side by side.

    Parameters
    ----------
    fits : Fit, sequence of Fit, or mapping of str to Fit
        The names of a mapping head the columns.
    terms : sequence of str, optional
        Rows to show, in this order; all where left out.
    labels : mapping of str to str, optional
        What to write for a term or an outcome.
    below : {"std_error", "interval", "p_value", "none"}
        What stands in the row under an estimate.
    digits : int
    stars : bool
        Whether to mark p-values under 0.1, 0.05 and 0.01.

    Raises
    ------
    InputError
        When there is no fit, or a term is in none.

    Examples
    --------
    >>> fit = Fit("OLS", "jobs", ("inv",), np.array([2.0]), np.array([[0.25]]), np.inf, 9, "iid")
    >>> print(etable({"(a)": fit}).markdown().splitlines()[3])
    | inv | 2.000 |
    """
    named = _named(fits)
    known = tuple(dict.fromkeys(term for fit in named.values() for term in fit.terms))
    faults = [
        Fault("etable", "terms", "in no fit", nearest(term, known), value=term)
        for term in terms
        if term not in known
    ]
    if below not in BELOW:
        faults.append(Fault("etable", "below", "unknown", nearest(below, BELOW), value=below))
    InputError.raise_if(faults)
    words = labels or {}
    body: list[tuple[str, ...]] = []
    for term in terms or known:
        pairs = [_cells(fit, term, below, digits, stars) for fit in named.values()]
        body.append((words.get(term, term), *(upper for upper, _ in pairs)))
        if below != "none":
            body.append(("", *(lower for _, lower in pairs)))
    outcomes = tuple(words.get(fit.outcome, fit.outcome) for fit in named.values())
    foot = [
        (label, *cells)
        for key, label in FOOT.items()
        if any(cells := [_foot(fit, key, digits) for fit in named.values()])
    ]
    return Etable(
        (("", *named), ("", *outcomes)), tuple(body), tuple(foot), _note(named, below, stars)
    )


def _named(fits: Fit | Sequence[Fit] | Mapping[str, Fit]) -> dict[str, Fit]:
    if isinstance(fits, Fit):
        fits = [fits]
    named = (
        {str(name): fit for name, fit in fits.items()}
        if isinstance(fits, Mapping)
        else {f"({place})": fit for place, fit in enumerate(fits, start=1)}
    )
    if not named:
        raise InputError.one("etable", "fits", "no fits", "give at least one")
    return named


def _cells(fit: Fit, term: str, below: str, digits: int, stars: bool) -> tuple[str, str]:
    if term not in fit.terms:
        return "", ""
    row = fit.tidy().set_index("term").loc[term]
    marks = [mark for size, mark in STARS if stars and row["p_value"] < size]
    upper = f"{row['estimate']:.{digits}f}" + (marks[0] if marks else "")
    lower = {
        "std_error": f"({row['std_error']:.{digits}f})",
        "interval": f"[{row['low']:.{digits}f}, {row['high']:.{digits}f}]",
        "p_value": f"({row['p_value']:.{digits}f})",
        "none": "",
    }[below]
    return upper, lower


def _foot(fit: Fit, key: str, digits: int) -> str:
    if key == "n":
        return f"{fit.nobs:,}"
    if key in ("vcov", "estimator"):
        return str(getattr(fit, key))
    value = fit.statistics.get(key, np.nan)
    return "" if np.isnan(value) else f"{value:.{digits}f}"


def _note(named: Mapping[str, Fit], below: str, stars: bool) -> str:
    levels = ", ".join(sorted({f"{fit.level:.0%}" for fit in named.values()}))
    shown = {
        "std_error": "Standard errors in parentheses.",
        "interval": f"Intervals of {levels} in brackets.",
        "p_value": "P-values in parentheses.",
        "none": "",
    }[below]
    marks = " * p < 0.1, ** p < 0.05, *** p < 0.01." if stars else ""
    return (shown + marks).strip()


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
