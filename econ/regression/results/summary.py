"""The summary of a fit: the table statsmodels' users know, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import Any, Final

import numpy as np

from econ.quantity.notebook import sources_note
from econ.quantity.wording import visible

__all__ = ["Summary", "summary_of"]

WIDTH: Final = 88
SHOWN: Final = (
    ("r2", "R-squared"),
    ("r2_adj", "Adj. R-squared"),
    ("r2_within", "R-squared (within)"),
    ("r2_between", "R-squared (between)"),
    ("r2_pseudo", "Pseudo R-squared"),
    ("f", "Wald statistic"),
    ("f_p", "Prob (Wald)"),
    ("loglik", "Log-likelihood"),
    ("aic", "AIC"),
    ("bic", "BIC"),
    ("sigma", "Residual std. error"),
    ("theta", "Theta"),
    ("rho", "Rho"),
)


@dataclass(frozen=True)
class Summary:
    """A summary that prints as text and shows as HTML in a notebook."""

    text: str
    html: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def summary_of(fit: Any) -> Summary:
    """Return the summary of a `Fit`, which itself calls this."""
    head = [("Dep. variable", fit.outcome), ("Estimator", fit.estimator)]
    head += [("Observations", f"{fit.nobs:,}"), ("Standard errors", fit.vcov)]
    head += [(label, f"{fit.statistics[key]:.4g}") for key, label in SHOWN if key in fit.statistics]
    low, high = f"{(1 - fit.level) / 2:.3g}", f"{(1 + fit.level) / 2:.3g}"
    letter = "t" if fit.degrees_of_freedom < float("inf") else "z"
    columns = ("", "coef", "std err", letter, f"P>|{letter}|", f"[{low}", f"{high}]")
    rows = [
        (
            str(row["term"]),
            *(f"{row[name]:.4f}" for name in ("estimate", "std_error")),
            f"{row['statistic']:.3f}",
            f"{row['p_value']:.3f}",
            *(f"{row[name]:.4f}" for name in ("low", "high")),
        )
        for row in fit.tidy().to_dict("records")
    ]
    notes = [fit.sample] if fit.sample else []
    notes += [_note(row) for row in fit.diagnostics]
    told = [*notes, *([f"Unit: {fit.unit}."] if fit.unit else [])]
    told.append(sources_note(fit.provenance.sources))
    return Summary(_text(head, columns, rows, notes), _html(head, columns, rows, told))


def _note(row: Any) -> str:
    said = {True: "holds", False: "fails", None: "see"}[row.holds]
    words = [said] if np.isnan(row.statistic) else [f"{row.statistic:.4g}", said]
    words += [] if np.isnan(row.p_value) else [f"p = {row.p_value:.3g}"]
    return f"{row.name}: {', '.join(words)}; {row.reason}"


def _text(
    head: list[tuple[str, str]],
    columns: tuple[str, ...],
    rows: list[tuple[str, ...]],
    notes: list[str],
) -> str:
    first = max([12, *(len(row[0]) for row in rows)])
    facts = [_fact(*fact) for fact in head]
    half = (len(facts) + 1) // 2
    left = max([46, *(len(fact) + 1 for fact in facts[:half])])
    above = [
        f"{one:<{left}}{two}" for one, two in zip_longest(facts[:half], facts[half:], fillvalue="")
    ]
    # A blank stays between two figures, however large they are.
    cell = max([11, *(len(figure) for row in rows for figure in row[1:])]) + 1
    named = f"{'':<{first}}" + "".join(f"{name:>{cell}}" for name in columns[1:])
    below = [f"{row[0]:<{first}}" + "".join(f"{one:>{cell}}" for one in row[1:]) for row in rows]
    wide = max(WIDTH, *(len(line.rstrip()) for line in [*above, named, *below]))
    lines = ["=" * wide, *above, "=" * wide, named, "-" * wide, *below, "=" * wide]
    return "\n".join(line.rstrip() for line in [*lines, *notes])


def _fact(name: str, value: str) -> str:
    return f"{name + ':':<22}{value} " if name else ""


def _html(
    head: list[tuple[str, str]],
    columns: tuple[str, ...],
    rows: list[tuple[str, ...]],
    notes: list[str],
) -> str:
    top = "".join(
        f"<tr><th>{escape(visible(name))}</th><td>{escape(visible(value))}</td></tr>"
        for name, value in head
    )
    names = "".join(f"<th>{escape(visible(name))}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(visible(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    under = "".join(f"<p>{escape(visible(note))}</p>" for note in notes)
    return f"<table>{top}</table><table><tr>{names}</tr>{body}</table>{under}"
