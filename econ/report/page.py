"""One self-contained HTML page from the tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from importlib.metadata import version

import pandas as pd

from econ.quantity.parameters import Parameter
from econ.quantity.units import Unit
from econ.report.contents import Contents
from econ.report.doubt_tables import sentences
from econ.report.wording import number, percent, ranged, ranged_parts, rounding_step

__all__ = ["page"]


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
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  (loaded when a page is made)

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "in_words": lambda unit: (
            f"{unit} prices".replace("MEUR", "EUR m at").replace(" basic", "")
            if "MEUR" in str(unit)
            else str(unit)
        )
    }
    environment.globals.update(
        ranged=ranged,
        ranged_parts=ranged_parts,
        rounding_step=rounding_step,
        percent=percent,
        number=number,
    )
    template = environment.from_string(
        resources.files("econ.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    )
    rows = {name: table.to_dict("records") for name, table in tables.items()}
    return template.render(
        contents=contents,
        figures=figures,
        tables=rows,
        grouped=_by_group(tables["assumptions"]),
        headline=_headline(tables["headline"]),
        context=contents.context.fillna("").to_dict("records"),
        corrections=contents.corrections.fillna("").to_dict("records"),
        fact=_destination(tables["destinations"]),
        authors=dict(zip(tables["sources"]["key"], tables["sources"]["author"], strict=True)),
        version=version("econ-impact"),
        draws=contents.shock.columns - 1,
        below_zero=_below_zero(tables["by_region"]),
        judged=_judged(tables["assumptions"], contents.decisive),
        check=_check(contents),
        sentences=sentences(contents),
    )


def _in_words(text: str) -> str:
    """Return a unit as a reader says it.

    Examples
    --------
    >>> _in_words("MEUR 2024 basic")
    'EUR m at 2024 prices'
    """
    unit = Unit.parse(str(text))
    scales = {1: "", 10**3: " thousand", 10**6: " m", 10**9: " bn"}
    return (
        f"{unit.base}{scales[unit.scale]} at {unit.price_year} prices"
        if unit.is_money
        else str(unit)
    )


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


def _destination(destinations: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return imported and value-added shares of every subject, summed over their parts."""
    groups = {
        "imported": ("imported directly", "imported by suppliers"),
        "value_added": ("value added of contractors", "value added of their suppliers"),
    }
    found: dict[str, dict[str, float]] = {}
    for name, parts in groups.items():
        rows = destinations[destinations["destination"].isin(parts)]
        shares = rows.groupby("subject")["share"].sum()
        found[name] = {str(subject): float(share) for subject, share in shares.items()}
    return found


def _by_group(assumptions: pd.DataFrame) -> dict[str, list[dict[str, object]]]:
    groups: dict[str, list[dict[str, object]]] = {}
    for row in assumptions.to_dict("records"):
        groups.setdefault(str(row["group"]), []).append({str(k): v for k, v in row.items()})
    return groups
