"""What moved between two builds, by how much, and what they rest on that changed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

import pandas as pd
import pyarrow.parquet as pq

from econ.builds.manifest import CODE, Manifest, check
from econ.builds.place import Place

__all__ = ["Difference", "difference"]

SAME: Final = 1e-9  # relative: what another order of additions can do to a sum of draws
NOTHING: Final = 1e-14  # of the largest figure of its kind: the rounding of a computer
COLUMNS: Final = ("table", "row", "figure", "old", "new", "change", "relative", "unit")
NOT_FIGURES: Final = ("assumptions", "sources")
WORDING: Final = ("label", "unit")
SHORT: Final = 12  # signs of a hash that are shown
TOLD: Final = (CODE, "parameter", "words", "sources", "language", "pages")


@dataclass(frozen=True)
class Difference:
    """What moved between two builds of a study.

    Parameters
    ----------
    moved : pandas.DataFrame
        A row a figure: table, row, figure, old, new, change, relative [share of old], unit. A
        figure that only one of the builds has is missing on the other side.
    inputs : pandas.DataFrame
        Files that changed: input, change (``added``, ``gone``, ``changed``).
    assumptions : pandas.DataFrame
        Assumptions that changed: parameter, column, old, new.
    versions : pandas.DataFrame
        Libraries and settings that changed: name, old, new.
    pages : pandas.DataFrame
        Pages that changed: page, change.
    causes : mapping of str to tuple of str
        By table that moved: what it rests on that changed.
    """

    moved: pd.DataFrame
    inputs: pd.DataFrame
    assumptions: pd.DataFrame
    versions: pd.DataFrame
    pages: pd.DataFrame
    causes: Mapping[str, tuple[str, ...]]

    @property
    def nothing(self) -> bool:
        """Whether no figure moved."""
        return self.moved.empty


def difference(old: tuple[Place, str], new: tuple[Place, str]) -> Difference:
    """Return what moved between two builds.

    Parameters
    ----------
    old, new : (Place, str)
        Each a place and the folder of a build in it.

    Raises
    ------
    InputError
        When one of them is no build.
    DamagedError
        When one of them is not what its manifest says.
    """
    before, after = check(*old), check(*new)
    tables = [name for name in {**after.outputs, **before.outputs} if name.endswith(".parquet")]
    frames = {
        name.removesuffix(".parquet"): (_table(*old, name), _table(*new, name))
        for name in dict.fromkeys(tables)
        if before.outputs.get(name) != after.outputs.get(name)
    }
    figures = [_moved(name, *pair) for name, pair in frames.items() if name not in NOT_FIGURES]
    moved = pd.concat(figures, ignore_index=True) if figures else pd.DataFrame(columns=COLUMNS)
    assumptions = _assumptions(*frames.get("assumptions", (pd.DataFrame(), pd.DataFrame())))
    inputs = _files(before.inputs, after.inputs)
    settings = [
        (name, str(getattr(before, name)), str(getattr(after, name)))
        for name in ("study", "draws", "seed")
    ]
    names = sorted(before.versions.keys() | after.versions.keys())
    settings += [(n, before.versions.get(n, ""), after.versions.get(n, "")) for n in names]
    settings.append((CODE, before.facts.get(CODE, "")[:SHORT], after.facts.get(CODE, "")[:SHORT]))
    versions = pd.DataFrame(
        [row for row in settings if row[1] != row[2]], columns=["name", "old", "new"]
    )
    changed = [f"parameter.{name}" for name in dict.fromkeys(assumptions.get("parameter", ()))]
    everywhere = [str(name) for name in versions["name"]]
    if before.facts and after.facts:
        changed += _facts(before, after, drawn_anew=bool({"draws", "seed"} & set(everywhere)))
    else:  # a build of an older release does not say so much
        everywhere += [str(name) for name in inputs["input"]]
    causes = {
        str(table): (*(n for n in changed if _rests(n, str(table), before, after)), *everywhere)
        for table in dict.fromkeys(moved["table"])
    }
    pages = _files(
        *({n: h for n, h in m.outputs.items() if n not in tables} for m in (before, after))
    )
    pages.columns = pd.Index(["page", "change"])
    return Difference(moved, inputs, assumptions, versions, pages, causes)


def _facts(old: Manifest, new: Manifest, *, drawn_anew: bool) -> list[str]:
    """Return facts besides assumptions that changed; words move no figure.

    With other draws or another seed the section that holds them is another; they name themselves.
    """
    names = [n for n in dict.fromkeys([*new.facts, *old.facts]) if n.split(".")[0] not in TOLD]
    changed = [name for name in names if old.facts.get(name) != new.facts.get(name)]
    return [name for name in changed if not (drawn_anew and name == "study.study")]


def _rests(changed: str, table: str, *manifests: Manifest) -> bool:
    """Return whether a table rests on what changed."""
    return any(changed in manifest.reads.get(f"{table}.parquet", ()) for manifest in manifests)


def _table(place: Place, folder: str, name: str) -> pd.DataFrame:
    content = place.read(f"{folder}/{name}".removeprefix("/"))
    return pd.DataFrame() if content is None else pq.read_table(io.BytesIO(content)).to_pandas()


def _files(old: Mapping[str, str], new: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            change = "added" if name not in old else "gone" if name not in new else "changed"
            rows.append((name, change))
    return pd.DataFrame(rows, columns=["input", "change"])


def _assumptions(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    columns = ["value", "low", "high", "distribution"]
    if "parameter" not in old or "parameter" not in new:
        return pd.DataFrame(columns=["parameter", "column", "old", "new"])
    both = old.set_index("parameter")[columns], new.set_index("parameter")[columns]
    rows = []
    for name in dict.fromkeys([*both[0].index, *both[1].index]):
        for column in columns:
            values = [side[column].get(name) for side in both]
            if values[0] != values[1]:
                rows.append((name, column, *values))
    return pd.DataFrame(rows, columns=["parameter", "column", "old", "new"]).astype("object")


def _moved(table: str, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of one table that differ, row by row; rows are matched by their words."""
    figures = [c for c in dict.fromkeys([*new.columns, *old.columns]) if _is_figure(c, old, new)]
    words = [c for c in new.columns if c in old.columns and c not in figures]
    if not figures or (len(old.columns) and len(new.columns) and not words):
        return pd.DataFrame(columns=COLUMNS)
    sides = [_long(side, words or list(_words(old, new)), figures) for side in (old, new)]
    merged = sides[0].merge(sides[1], on=["row", "figure"], how="outer", suffixes=("_old", "_new"))
    change = merged["value_new"] - merged["value_old"]
    scale = merged[["value_old", "value_new"]].abs().max(axis=1)
    # What is next to nothing beside its like may be nothing at all.
    like = scale.groupby([merged["figure"], merged["unit_new"].fillna("")]).transform("max")
    one_sided = merged["value_old"].isna() != merged["value_new"].isna()
    in_both = merged["unit_old"].notna() & merged["unit_new"].notna()
    other_unit = in_both & (merged["unit_old"] != merged["unit_new"])
    moved = (change.abs() > SAME * scale) & (change.abs() > NOTHING * like)
    rows = merged[one_sided | other_unit | moved]
    base = rows["value_old"].abs().where(rows["value_old"] != 0.0)
    return pd.DataFrame(
        {
            "table": table,
            "row": rows["row"],
            "figure": rows["figure"],
            "old": rows["value_old"],
            "new": rows["value_new"],
            "change": rows["value_new"] - rows["value_old"],
            "relative": (rows["value_new"] - rows["value_old"]) / base,
            "unit": _units(rows),
        }
    )


def _units(rows: pd.DataFrame) -> pd.Series:
    """Return the unit of each row; both where it is another one now."""
    new = rows["unit_new"].fillna(rows["unit_old"])
    old = rows["unit_old"].fillna(new)
    return new.where(old == new, old + " → " + new)


def _words(*frames: pd.DataFrame) -> Iterable[str]:
    return dict.fromkeys(
        str(name) for frame in frames for name in frame.columns if frame[name].dtype != "float64"
    )


def _is_figure(column: str, *frames: pd.DataFrame) -> bool:
    held = [frame[column].dtype == "float64" for frame in frames if column in frame]
    return bool(held) and all(held)


def _long(frame: pd.DataFrame, words: list[str], figures: list[str]) -> pd.DataFrame:
    if frame.empty:
        return pd.DataFrame(columns=["row", "figure", "value", "unit"]).astype({"value": "float64"})
    told = [frame[word].astype("str").fillna("") for word in words if word not in WORDING]
    row = reduce(lambda left, right: left + " · " + right, told, pd.Series("", index=frame.index))
    row = row.str.removeprefix(" · ")
    row = row + row.groupby(row).cumcount().map(lambda n: f" ({n + 1})" if n else "")
    unit = frame["unit"] if "unit" in frame else pd.Series("", index=frame.index)
    parts = [
        pd.DataFrame({"row": row, "figure": name, "value": frame[name], "unit": unit})
        for name in figures
        if name in frame
    ]
    return pd.concat(parts, ignore_index=True)
