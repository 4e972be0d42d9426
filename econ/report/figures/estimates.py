"""Figures of estimates: terms side by side, and event times along an axis, as text of an SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from econ.errors import Fault, InputError, nearest
from econ.regression.results.fit import Fit
from econ.report.figures.drawing import chart

__all__ = ["coefficient_plot", "event_study_plot"]

COLOURS: Final = ("#0b5394", "#c0761c", "#8a94a6", "#6fa8dc", "#3c4654")
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?!.*\d)")


def coefficient_plot(
    fits: Fit | Sequence[Fit] | Mapping[str, Fit], *, terms: Sequence[str] = ()
) -> str:
    """Draw estimates with their intervals, one line per term and one colour per fit.

    Parameters
    ----------
    fits : Fit, sequence of Fit, or mapping of str to Fit
    terms : sequence of str, optional
        Which to draw, from top to bottom; all but the intercept where left out.

    Raises
    ------
    InputError
        When a term is in no fit.
    """
    named = _named(fits)
    known = list(dict.fromkeys(term for fit in named.values() for term in fit.terms))
    InputError.raise_if(
        [
            Fault("figure", "terms", "in no fit", nearest(term, known), value=term)
            for term in terms
            if term not in known
        ]
    )
    shown = list(terms) or [term for term in known if term != "Intercept"]

    def draw(axes: Any) -> None:
        step = 0.8 / len(named)
        for number, (name, fit) in enumerate(named.items()):
            rows = fit.tidy().set_index("term")
            held = [term for term in shown if term in rows.index]
            places = [shown.index(term) + (number - (len(named) - 1) / 2) * step for term in held]
            part = rows.loc[held]
            spread = [part["estimate"] - part["low"], part["high"] - part["estimate"]]
            colour = COLOURS[number % len(COLOURS)]
            axes.errorbar(
                part["estimate"], places, xerr=spread, fmt="o", color=colour, capsize=3, label=name
            )
        axes.axvline(0, color="#3c4654", linewidth=0.8)
        axes.set_yticks(range(len(shown)), shown)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(_axis(list(named.values())))
        if len(named) > 1:
            axes.figure.legend(loc="outside lower center", ncols=2)

    return chart(draw, 0.3 * len(shown) * (1.0 + 0.3 * (len(named) - 1)) + 1.3)


def event_study_plot(fit: Fit, *, reference: float | None = -1.0) -> str:
    """Draw estimates by event time, read from the numbers at the end of the terms.

    Parameters
    ----------
    fit : Fit
        Terms such as ``event::-2`` or ``-2``; others are left out.
    reference : float, optional
        Event time that is zero by definition; None where there is none.

    Raises
    ------
    InputError
        When no term ends in a number.
    """
    times = {term: NUMBER.search(term) for term in fit.terms}
    rows = fit.tidy()
    rows = rows[[times[term] is not None for term in rows["term"]]]
    if rows.empty:
        mend = "give a fit whose terms are event times"
        raise InputError.one("figure", "terms", "no event times", mend, value=", ".join(fit.terms))
    found = [times[term] for term in rows["term"]]
    rows = rows.assign(time=[float(match.group()) for match in found if match]).sort_values("time")

    def draw(axes: Any) -> None:
        spread = [rows["estimate"] - rows["low"], rows["high"] - rows["estimate"]]
        axes.errorbar(
            rows["time"], rows["estimate"], yerr=spread, fmt="o", color=COLOURS[0], capsize=3
        )
        if reference is not None and reference not in set(rows["time"]):
            axes.plot([reference], [0.0], "o", color=COLOURS[0], fillstyle="none")
        axes.axhline(0, color="#3c4654", linewidth=0.8)
        axes.axvline(-0.5, color="#8a94a6", linewidth=0.8, linestyle="--")
        axes.set_xlabel("periods since the event")
        axes.set_ylabel(_axis([fit]))

    return chart(draw, 3.2)


def _named(fits: Fit | Sequence[Fit] | Mapping[str, Fit]) -> dict[str, Fit]:
    if isinstance(fits, Fit):
        return {fits.estimator: fits}
    if isinstance(fits, Mapping):
        return dict(fits)
    return {f"({place}) {fit.estimator}": fit for place, fit in enumerate(fits, start=1)}


def _axis(fits: Sequence[Fit]) -> str:
    outcomes = ", ".join(dict.fromkeys(fit.outcome for fit in fits))
    levels = ", ".join(dict.fromkeys(f"{fit.level:.0%}" for fit in fits))
    return f"effect on {outcomes}, {levels} intervals"
