"""What moved between two builds and why, in words for the one who has to explain it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten
from typing import Final

import numpy as np
import pandas as pd

from econ.builds.difference import Difference
from econ.builds.manifest import CODE

__all__ = ["account"]

HEADLINE: Final = "headline"
LONGEST: Final = 100  # signs of a row's words
CENTRAL: Final = ("gross", "net")
# What stands before the dot of a cause, and how it is said.
SAID: Final[Mapping[str, str]] = {
    "parameter": "assumption {}",
    "study": "[{}] of the study file",
    "data": "dataset {}",
    "template": "template {}",
}


def account(found: Difference, rows: int) -> str:
    """Return what moved and why: the headline, what moved furthest elsewhere, and what changed.

    Parameters
    ----------
    found : Difference
    rows : int
        Figures to show.
    """
    parts = ["no figure moved"] if found.nothing else _moved(found.moved, rows)
    if found.causes:
        parts += ["", "what changed beneath, as far as each table rests on it:", *_causes(found)]
    for title, frame in (
        ("assumptions that changed", found.assumptions),
        ("files that changed", found.inputs),
        ("pages that changed", found.pages),
        ("versions and settings that changed", found.versions),
    ):
        if not frame.empty:
            parts += ["", f"{title}:", frame.to_string(index=False)]
    return "\n".join(parts)


def _moved(moved: pd.DataFrame, rows: int) -> list[str]:
    """Return the headline's figures and the furthest elsewhere; what has one side is counted."""
    both = moved[moved["old"].notna() & moved["new"].notna()]
    head = both[both["table"] == HEADLINE]
    central = head["figure"].isin(CENTRAL)
    first = pd.concat([head[central], head[~central]]).head((rows + 1) // 2)
    rest = _furthest(both[both["table"] != HEADLINE]).head(rows - len(first))
    tables = moved["table"].nunique()
    parts = [f"{len(moved):,} figures moved, in {tables} table{'s' if tables > 1 else ''}"]
    if len(first):
        parts += ["", "of the headline:", _shown(first.drop(columns="table"))]
    if len(rest):
        parts += ["", "elsewhere, the furthest of each table:", _shown(rest)]
    for side, other in (("new", "old"), ("old", "new")):
        parts += _alone(moved[moved[other].isna() & moved[side].notna()], side)
    return parts


def _furthest(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figure of each table that moved furthest, as a share of the largest of its kind.

    A share of itself would put first what was next to nothing.
    """
    sizes = figures[["old", "new"]].abs().max(axis=1)
    kinds = [figures[name] for name in ("table", "figure", "unit")]
    shares = (figures["change"].abs() / sizes.groupby(kinds).transform("max")).fillna(0.0)
    ordered = figures.loc[shares.sort_values(ascending=False, kind="stable").index]
    return ordered.drop_duplicates("table")


def _alone(ones: pd.DataFrame, side: str) -> list[str]:
    """Return how many figures only one build has, where, and of whom in the headline."""
    if ones.empty:
        return []
    where = ", ".join(f"{t} {n:,}" for t, n in ones.groupby("table", sort=False).size().items())
    heads = ones.loc[ones["table"] == HEADLINE, "row"]
    names = dict.fromkeys(str(row).split(" · ", maxsplit=1)[0] for row in heads)
    told = [f"  of the headline: {', '.join(names)}"] if names else []
    return ["", f"only in the {side} build, {len(ones):,} figures: {where}", *told]


def _shown(figures: pd.DataFrame) -> str:
    told = figures.assign(
        row=figures["row"].map(lambda row: shorten(str(row), LONGEST, placeholder=" …")),
        **{name: figures[name].map("{:,.6g}".format) for name in ("old", "new", "change")},
        relative=figures["relative"].map(lambda share: "" if np.isnan(share) else f"{share:+.1%}"),
    )
    return str(told.to_string(index=False))


def _causes(found: Difference) -> list[str]:
    """Return the tables by what changed beneath them, the largest group first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for table, causes in found.causes.items():
        groups.setdefault(causes, []).append(table)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [f"  {', '.join(map(_said, causes)) or 'nothing that is recorded'}: {', '.join(tables)}"
            for causes, tables in ordered]  # fmt: skip


def _said(cause: str) -> str:
    kind, _, name = cause.partition(".")
    if cause == CODE:
        return "the package's own code"
    return SAID[kind].format(name) if kind in SAID and name else cause
