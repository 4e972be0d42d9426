"""`regional_panel`: the departements and regions of France as a panel to regress on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Final, Literal

import pandas as pd

from econ.data.catalogue import Catalogue, catalogue
from econ.data.codes import ALL_INDUSTRIES
from econ.errors import Fault, InputError, nearest
from econ.quantity.provenance import Provenance
from econ.regression.panel.panel import Panel

__all__ = ["columns_of_accounts", "panel_of", "regional_panel"]

NAMED: Final = ("region", "name", "year")
OVERSEAS: Final = "FRY"
LEVELS: Final = ("NUTS1", "NUTS2", "NUTS3")


def regional_panel(
    *measures: str,
    level: str = "NUTS3",
    years: int | Iterable[int] | None = None,
    overseas: bool = True,
    data: Catalogue | None = None,
) -> Panel:
    """Return the French regional panel: a row per region and year, a column per measure.

    Parameters
    ----------
    *measures : str
        ``employment`` [thousand persons] (2008, 2010, 2013, 2016, 2018), ``gdp`` [MEUR]
        (2000-2021), ``gva`` [MEUR] (2018); ``employment`` where none is named. Totals are called
        as the measure, industries (A*10) have theirs beside it: ``employment_B_E``. Nominal euros.
    level : {"NUTS3", "NUTS2", "NUTS1"}
        Departements, former regions, regions; NUTS 2021.
    years : int or iterable of int, optional
        All that the first measure has where left out.
    overseas : bool
        Whether Guadeloupe, Martinique, Guyane, La Réunion and Mayotte are in it.
    data : Catalogue, optional

    Returns
    -------
    Panel
        Unit ``region``, time ``year``, with ``name``; departements have ``departement``,
        ``longitude`` and ``latitude`` too. A figure that was not published is empty. Where the
        years are uneven, as those of employment are, one lag is the figure before.

    Raises
    ------
    InputError
        When a measure, level or year is unknown, or measures rest on different base years: GDP is
        of the accounts of base 2014, value added of base 2020, and they do not stand side by side.

    Examples
    --------
    >>> panel = regional_panel("employment", overseas=False)
    >>> print(panel.report)
    480 rows, 96 units, 5 periods, balanced
    """
    wanted = measures or ("employment",)
    held = catalogue() if data is None else data
    stored = held.read("regional_panel")
    rows = stored.frame
    known = sorted(set(rows["measure"]))
    faults = [
        Fault("regional_panel", column, "unknown", nearest(value, choices), value=value)
        for column, value, choices in (
            *(("measure", m, known) for m in wanted),
            ("level", level, list(LEVELS)),
        )
        if value not in choices
    ]
    InputError.raise_if(faults)
    rows = rows[(rows["level"] == level) & rows["measure"].isin(wanted)]
    rows = rows[~rows["region"].str.contains("Z")]
    if not overseas:
        rows = rows[~rows["region"].str.startswith(OVERSEAS)]
    _one_base(rows)
    present = sorted(set(rows.loc[rows["measure"] == wanted[0], "year"].astype(int)))
    asked = (years,) if isinstance(years, int) else years
    chosen = present if asked is None else [int(year) for year in asked]
    InputError.raise_if(
        [
            Fault("regional_panel", "year", "no figures", nearest(year, present), value=year)
            for year in chosen
            if year not in present
        ]
    )
    rows = rows[rows["year"].isin(chosen)]
    frame = _named(_wide(rows), held, level)
    vintages = "; ".join(f"{m}: {', '.join(sorted(set(g['vintage'])))}" for m, g in _by(rows))
    provenance = Provenance(frozenset(rows["source"])).step(f"regional panel, {level}; {vintages}")
    return _panel(frame, chosen, provenance)


def panel_of(
    rows: pd.DataFrame, columns: Iterable[str], provenance: Provenance, where: str
) -> Panel:
    """Return rows of regional accounts as a panel with the columns that are asked for.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of the schema REGIONAL_ACCOUNTS or REGIONAL_PANEL, of one level.
    columns : iterable of str
        Measures, and measures of an industry: ``employment``, ``employment_B_E``. What is none of
        these, nor region or year, is refused.
    provenance : Provenance
    where : str
        For the message.

    Raises
    ------
    InputError
        With every column that is unknown, or when the accounts have different base years.
    """
    names = columns_of_accounts(rows)
    known = [*dict.fromkeys(names), "region", "year"]
    wanted = list(dict.fromkeys(columns))
    InputError.raise_if(
        [
            Fault(where, "formula", "no such column", nearest(name, known), value=name)
            for name in wanted
            if name not in known
        ]
    )
    chosen = rows[names.isin(wanted)]
    frame = _wide(chosen)
    if "base" in chosen:  # rows that each have a source and a vintage of their own
        _one_base(chosen)
        provenance = replace(provenance, sources=frozenset(chosen["source"]))
        frame["vintage"] = "; ".join(sorted(set(chosen["vintage"])))
    return _panel(frame, set(chosen["year"]), provenance)


def _one_base(rows: pd.DataFrame) -> None:
    bases = rows.loc[rows["base"] > 0].groupby("base")["measure"].agg(lambda m: sorted(set(m)))
    if len(bases) > 1:
        shown = "; ".join(f"{', '.join(names)} of base {base}" for base, names in bases.items())
        mend = "ask for them one at a time; `catalogue().read('regional_panel')` has all rows"
        raise InputError.one(
            "regional_panel", "base", "accounts of different base years", mend, value=shown
        )


def columns_of_accounts(rows: pd.DataFrame) -> pd.Series:
    """Return the column of each row: its measure, and its industry where it is not the total."""
    return rows["measure"].where(
        rows["industry"] == ALL_INDUSTRIES,
        rows["measure"] + "_" + rows["industry"].str.replace(r"\W", "_", regex=True),
    )


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    names = columns_of_accounts(rows)
    wide = rows.assign(column=names).pivot(
        index=["region", "year"], columns="column", values="value"
    )
    frame = wide[list(dict.fromkeys(names))].reset_index()
    frame.columns.name = None
    return frame


def _panel(frame: pd.DataFrame, years: Iterable[int], provenance: Provenance) -> Panel:
    steps = {after - before for before, after in pairwise(sorted(years))}
    spacing: Literal["calendar", "order"] = "calendar" if len(steps) == 1 else "order"
    return Panel(frame, unit="region", time="year", spacing=spacing, provenance=provenance)


def _by(rows: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    return rows.groupby("measure", sort=False)


def _named(wide: pd.DataFrame, held: Catalogue, level: str) -> pd.DataFrame:
    """Return the rows with the names of their regions, and places of departements."""
    labels = held.read("nuts_france").frame.set_index("code")["label"]
    wide.insert(1, "name", wide["region"].map(labels))
    if level == "NUTS3":
        places = held.read("places_france").frame.set_index("region")
        for place, column in enumerate(("departement", "longitude", "latitude"), start=2):
            wide.insert(place, column, wide["region"].map(places[column]))
    return wide
