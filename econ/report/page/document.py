"""One self-contained HTML page from the tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from typing import Final

import numpy as np
import pandas as pd

from econ.quantity.likelihood import likelihood
from econ.quantity.parameters import Parameter
from econ.quantity.wording import (
    in_words,
    number,
    percent,
    ranged,
    ranged_parts,
    rounding_step,
    visible,
)
from econ.report.contents import Contents
from econ.report.page.sentences import sentences

__all__ = ["page"]

# States of a pledge in its data that are no promise any more.
DONE: Final = ("executed", "past")


def page(contents: Contents, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, str]) -> str:
    """Return the page.

    Parameters
    ----------
    contents : Contents
    tables : mapping of str to pandas.DataFrame
        Every table of `econ.report.tables.TABLES`.
    figures : mapping of str to str
        Every figure of `econ.report.figures.FIGURES`, as SVG.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  (for a page)

    environment = Environment(
        loader=PackageLoader("econ.report", "page"),
        autoescape=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {"in_words": in_words}
    environment.globals.update(
        ranged=ranged,
        ranged_parts=ranged_parts,
        rounding_step=rounding_step,
        percent=percent,
        likelihood=likelihood,
        number=number,
        exact=lambda value: np.format_float_positional(value, trim="-"),
        drawn=lambda name, words: _drawn(figures[name], words),
        quote=lambda headline, fact, draws, judged: _quote(contents, headline, fact, draws, judged),
    )
    template = environment.get_template("page.html.j2")
    rows = {name: table.to_dict("records") for name, table in tables.items()}
    return template.render(
        contents=contents,
        figures=figures,
        tables=rows,
        grouped=_by_group(tables["assumptions"]),
        headline=_headline(tables["headline"]),
        context=contents.context.fillna("").to_dict("records"),
        corrections=contents.corrections.fillna("").to_dict("records"),
        fact=_destination(tables["destinations"], _pledged(contents)),
        authors=dict(zip(tables["sources"]["key"], tables["sources"]["author"], strict=True)),
        version=version("econ-impact"),
        draws=contents.shock.columns - 1,
        below_zero=_below_zero(tables["by_region"]),
        judged=_judged(tables["assumptions"], contents.decisive),
        check=_check(contents),
        sentences=sentences(contents),
    )


def _quote(
    contents: Contents,
    headline: Mapping[str, Mapping[str, float]],
    fact: Mapping[str, Mapping[str, float]],
    draws: int,
    judged: tuple[int, int],
) -> str:
    """Return a paragraph that can be quoted alone and is true alone."""
    building, running = (
        headline[f"all {phase} employment"] for phase in ("construction", "operation")
    )
    pledged = float(sum(contents.amounts[name][0] for name in _pledged(contents)))
    net = running["net_low"], running["net_high"]
    step = rounding_step(*net)
    between = f"between {number(net[0], step)} and {number(net[1], step)}"
    still_open = net[0] < 0.0 < net[1]
    verdict = (
        f"and that there are more jobs than without is {likelihood(running['net_above_zero'])}"
        if still_open
        else f"with {number(running['net'], step)} as the central value"
    )
    gross = ranged(building["gross"], building["gross_low"], building["gross_high"])
    kept = ranged(building["net"], building["net_low"], building["net_high"])
    full = ranged(running["gross"], running["gross_low"], running["gross_high"])
    base = contents.unit.base
    return (
        f"Of {base} {number(pledged, 10.0)} m that were pledged, "
        f"{number(100 * fact['imported']['pledged'])} of every 100 pay for imports. If everything "
        f"is built as announced, the works occupy {gross} job-years in all, a job-year being one "
        f"job for one year; {kept} are left once what will not be built, would have come anyway or "
        f"is lost elsewhere is taken off. In {contents.last_year} the sites, their suppliers and "
        f"those who live on the pay would be {full} jobs; after the same deductions {between} are "
        f"left, {verdict}. These are results of a model with ranges of 90 % of {number(draws)} "
        f"draws; {judged[0]} of the {judged[1]} assumptions "
        "behind them are judgement. They do not say what the state, or the announcement, caused."
    )


def _shown(value: object) -> object:
    """Return what stands for a value: a text from data cannot turn the text around it."""
    return visible(value) if type(value) is str else value


def _drawn(figure: str, words: str) -> str:
    """Return a figure that is named for who cannot see it; the words are text, never markup."""
    return figure.replace("<svg", f'<svg role="img" aria-label="{escape(words)}"', 1)


def _below_zero(by_region: pd.DataFrame) -> bool:
    """Return whether any area has fewer jobs in operation than without the pledges."""
    if by_region.empty:
        return False
    rows = by_region[(by_region["subject"] == "all") & (by_region["phase"] == "operation")]
    return bool((rows.loc[rows["measure"] == "employment", "net"] < 0.0).any())


def _check(contents: Contents) -> Parameter | None:
    held = contents.texts.check
    return None if held is None else contents.assumptions[held.parameter]


def _judged(assumptions: pd.DataFrame, decisive: frozenset[str]) -> tuple[int, int]:
    """Return how many assumptions of the national figures are judgement, and how many there are."""
    rows = assumptions[assumptions["parameter"].isin(decisive)]
    return int((rows["basis"] == "judgement").sum()), len(rows)


def _headline(headline: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the rows of the headline by ``subject phase measure``."""
    keys = headline["subject"] + " " + headline["phase"] + " " + headline["measure"]
    rows = [{str(k): v for k, v in row.items()} for row in headline.to_dict("records")]
    return dict(zip(keys, rows, strict=True))


def _pledged(contents: Contents) -> list[str]:
    """Return what is modelled and was still a pledge: not what its record calls done."""
    done = contents.pledges["pledge"][contents.pledges["status"].isin(DONE)]
    return [name for name in contents.amounts if name not in set(done)]


def _destination(destinations: pd.DataFrame, pledged: list[str]) -> dict[str, dict[str, float]]:
    """Return imported and value-added shares of every subject and of what was pledged."""
    groups = {
        "imported": ("imported directly", "imported by suppliers"),
        "value_added": ("value added of contractors", "value added of their suppliers"),
    }
    found: dict[str, dict[str, float]] = {}
    for name, parts in groups.items():
        rows = destinations[destinations["destination"].isin(parts)]
        shares = rows.groupby("subject")["share"].sum()
        found[name] = {str(subject): float(share) for subject, share in shares.items()}
        amount = destinations[destinations["subject"].isin(pledged)]["amount"].sum()
        of_it = rows[rows["subject"].isin(pledged)]["amount"].sum()
        found[name]["pledged"] = float(of_it / amount) if amount else 0.0
    return found


def _by_group(assumptions: pd.DataFrame) -> dict[str, list[dict[str, object]]]:
    groups: dict[str, list[dict[str, object]]] = {}
    for row in assumptions.to_dict("records"):
        groups.setdefault(str(row["group"]), []).append({str(k): v for k, v in row.items()})
    return groups
