"""From one version of NUTS to another: recoded, merged and split regions, and no guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from econ.data.nuts import Nuts, Step, level_of
from econ.errors import Fault, InputError

__all__ = ["RATES", "map_nuts"]

RATES: Final = ("unemployment_rate",)
KEYS: Final = ("level", "year", "industry", "measure", "unit")
FEW: Final = 20


def map_nuts(
    frame: pd.DataFrame, nuts: Nuts, old: int, new: int, *, apportion: bool = False, file: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return rows of REGIONAL_ACCOUNTS in the regions of another version.

    A region that only changed its code is renamed, regions that were merged are added up where all
    of them are there, and a region that was split is refused, or apportioned by residents where
    that is asked for.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns region, level, year, industry, measure, value, unit, flag.
    nuts : Nuts
    old, new : int
        Versions.
    apportion : bool
        Whether a split region is divided by residents; then its flag is ``e``, estimated.
    file : str
        For messages.

    Returns
    -------
    (pandas.DataFrame, tuple of str)
        The rows, and what was done, in sentences.

    Raises
    ------
    InputError
        With every region that was split and every rate whose regions were merged.
    """
    steps: list[str] = []
    for version, step in nuts.steps(old, new):
        whole = _sources(step, nuts.of(version))
        frame, said = _stepped(frame, step, whole, apportion=apportion, file=file)
        steps += said
    return frame, tuple(dict.fromkeys(steps))


def _stepped(
    frame: pd.DataFrame,
    step: Step,
    whole: Mapping[str, set[str]],
    *,
    apportion: bool,
    file: str,
) -> tuple[pd.DataFrame, list[str]]:
    present = set(frame["region"])
    split = sorted(present & set(step.split))
    backwards = [c for c in split if np.isnan(step.split[c][0][1])]
    if split and (not apportion or backwards):
        InputError.raise_if([_split_fault(code, step, file, backwards) for code in split[:FEW]])
    divided = frame[frame["region"].isin(split)]
    InputError.raise_if(
        [
            Fault(file, "region", "a rate of a split region", "rates are not divided", code, code)
            for code in sorted(set(divided.loc[divided["measure"].isin(RATES), "region"]))
        ]
    )
    parts = pd.DataFrame(
        [(code, to, share) for code in sorted(present) for to, share in step.parts(code)],
        columns=["region", "to", "share"],
    )
    moved = frame.merge(parts, on="region", how="left")
    moved["value"] = moved["value"] * moved["share"]
    moved.loc[moved["share"] < 1.0, "flag"] = "e"
    several = moved.groupby([*KEYS, "to"])["region"].transform("nunique") > 1
    merged = sorted(set(moved.loc[several, "to"]))
    rates = moved[several & moved["measure"].isin(RATES)]
    InputError.raise_if(
        [
            Fault(
                file,
                "region",
                f"a rate of a merged region, {code}",
                "leave these regions out; rates do not add up",
                ", ".join(sorted(set(group["region"]))),
            )
            for code, group in rates.groupby("to")
        ]
    )
    kept = moved[~several].drop(columns=["region", "share"]).rename(columns={"to": "region"})
    added = _added(moved[several])
    together = pd.concat([kept, added], ignore_index=True)
    there = {str(to): set(found) for to, found in moved.groupby("to")["region"]}
    lacking = sorted(to for to, found in there.items() if whole[to] - found)
    if lacking:
        gone = together["region"].isin(lacking)
        together.loc[gone, "value"] = np.nan
    together["level"] = [level_of(code) for code in together["region"]]
    renamed = sorted(code for code in present if step.relabelled.get(code, code) != code)
    said = [f"{len(renamed)} regions renamed"] if renamed else []
    said += [f"added up: {', '.join(merged)}"] if merged else []
    said += [f"split by residents: {', '.join(split)}"] if split else []
    said += [f"left empty, a part is missing: {', '.join(lacking)}"] if lacking else []
    return together[frame.columns.tolist()], said


def _split_fault(code: str, step: Step, file: str, backwards: list[str]) -> Fault:
    targets = ", ".join(to for to, _ in step.split[code])
    if code in backwards:
        mend = "leave it out; what it was made of is not known part by part"
        return Fault(file, "region", f"made of parts of {targets}", mend, code, code)
    mend = "leave it out, or say apportion=True to divide it by residents"
    if level_of(code) == "NUTS1":
        mend = "take NUTS 2 and add it up, or say apportion=True to divide it by residents"
    return Fault(file, "region", f"split into {targets}", mend, code, code)


def _sources(step: Step, codes: Iterable[str]) -> dict[str, set[str]]:
    """Return, for every new code, the old ones that make it up."""
    made: dict[str, set[str]] = {}
    for code in codes:
        for to, _ in step.parts(code):
            made.setdefault(to, set()).add(code)
    return made


def _added(several: pd.DataFrame) -> pd.DataFrame:
    """Return sums over the parts of new regions; empty where a part is."""
    if several.empty:
        return several.drop(columns=["region", "share"]).rename(columns={"to": "region"})
    grouped = several.groupby([*KEYS, "to"], as_index=False, sort=False)
    added = grouped.agg(
        value=("value", lambda cells: cells.sum(skipna=False)),
        flag=("flag", lambda cells: "".join(sorted(set("".join(cells.fillna("")))))),
    )
    return added.rename(columns={"to": "region"})
