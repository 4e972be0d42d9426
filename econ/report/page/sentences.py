"""What a report says of its doubt, in words that its tables justify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from econ.quantity.wording import rounding_step
from econ.report.contents import Contents
from econ.report.contents.doubt import Doubt
from econ.report.language import ENGLISH, Language, Written
from econ.scenario.steps_to_net import CROWDING

__all__ = ["Crowding", "Sentence", "crowding", "in_short", "sentences"]

SHOWN: Final = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence that numbers justify.

    Parameters
    ----------
    outcome : str
    text : str
    """

    outcome: str
    text: str


def sentences(contents: Contents, language: Language = ENGLISH) -> Sequence[Sentence]:
    """Return what the tables of doubt say, in words: drivers, chances and readings.

    Every number is taken from the tables; a table that is empty has no sentence.
    """
    doubt = contents.doubt
    found = []
    if not doubt.drivers.empty:
        outcome = str(doubt.drivers["outcome"].iloc[0])
        found.append(Sentence(outcome, _on_drivers(doubt.drivers, outcome, language)))
    if not doubt.chances.empty:
        outcome = str(doubt.chances["outcome"].iloc[0])
        found.append(Sentence(outcome, _on_chances(doubt.chances, outcome, language)))
    if not doubt.differences.empty:
        outcome = str(doubt.differences["outcome"].iloc[min(1, len(doubt.differences) - 1)])
        found.append(Sentence(outcome, _on_readings(doubt, outcome, language)))
    return found


def in_short(contents: Contents, headline: pd.DataFrame, language: Language = ENGLISH) -> str:
    """Return the answer in a sentence without a term: how many jobs, net, by when, of how many."""
    rows = headline[(headline["subject"] == "all") & (headline["measure"] == "employment")]
    found = rows.set_index("phase").to_dict("index")
    building, running = found["construction"], found["operation"]
    low, high = float(running["net_low"]), float(running["net_high"])
    step = rounding_step(low, high)
    facts = {
        "year": contents.last_year,
        "there": language.translate(f"in {contents.texts.economy}"),
        "low": language.number(abs(low), step),
        "high": language.number(abs(high), step),
    }
    if low < 0.0 < high:
        jobs = language.said(
            "In {year} there would be between {low} fewer and {high} more jobs {there} than "
            "without the pledges",
            **facts,
        )
    elif high <= 0.0:
        jobs = language.said(
            "In {year} there would be {high} to {low} fewer jobs {there} than without the pledges",
            **facts,
        )
    else:
        jobs = language.said(
            "In {year} there would be {low} to {high} more jobs {there} than without the pledges",
            **facts,
        )
    involved, left = (
        language.number(
            building[which], rounding_step(building[f"{which}_low"], building[f"{which}_high"])
        )
        for which in ("gross", "net")
    )
    gross = language.number(
        running["gross"], rounding_step(running["gross_low"], running["gross_high"])
    )
    return language.said(
        "{jobs}, where taking the announcement at its word would give {gross}. Building and "
        "equipping is {left} years of work more, not {involved}.",
        jobs=jobs,
        gross=gross,
        left=left,
        involved=involved,
    )


@dataclass(frozen=True)
class Crowding:
    """How crowding out grows, in words; both empty where it does not.

    Parameters
    ----------
    short, whole : str
    """

    short: str = ""
    whole: str = ""


def crowding(
    contents: Contents, bridge: pd.DataFrame, by_year: pd.DataFrame, language: Language = ENGLISH
) -> Crowding:
    """Return what crowding out takes at first, in the end and by the last year, and what follows.

    Numbers are those of the assumptions at their central values and of the tables; nothing is said
    where it is the same in every year, or the steps before it leave no job to take.
    """
    if contents.crowding is None:
        return Crowding()
    rows = bridge[(bridge["step"] == CROWDING) & (bridge["measure"] == "employment")]
    steps = rows.set_index("phase")[["left", "lost"]]
    if not (steps >= 0.0).all(axis=None) or not (steps.sum(axis=1) > 0.0).all():
        return Crowding()
    taken = {
        str(phase): language.percent(share)
        for phase, share in (steps["lost"] / steps.sum(axis=1)).items()
    }
    first, later, years = (contents.assumptions[name].value for name in contents.crowding)
    facts = {
        "first": language.percent(first),
        "last": language.percent(1.0 - (1.0 - first) * (1.0 - later)),
        "years": language.number(years),
        "year": contents.last_year,
        "running": taken["operation"],
        "building": taken["construction"],
    }
    short = language.said(
        "Crowding out grows: it is assumed to take {first} when a site opens, and by {year} it has "
        "taken {running} of the jobs that the other steps leave.",
        **facts,
    )
    whole = language.said(
        "At the central assumptions crowding out takes {first} when works begin or a site opens, "
        "and {last} after {years} years; so in {year} it takes {running} of the jobs in operation "
        "that the other steps leave, and over all years {building} of those in construction.",
        **facts,
    )
    return Crowding(short, Written(f"{whole} {_peak(contents, by_year, language)}".rstrip()))


def _peak(contents: Contents, by_year: pd.DataFrame, language: Language) -> str:
    """Return in which year net jobs in operation are highest, where it is not the last."""
    rows = by_year[(by_year["phase"] == "operation") & (by_year["measure"] == "employment")]
    records = rows.sort_values("year").to_dict("records")
    highest, last = max(records, key=lambda row: float(row["net"])), records[-1]
    if highest["year"] == last["year"]:
        return ""
    most, jobs = (
        language.number(row["net"], rounding_step(row["net_low"], row["net_high"], row["unit"]))
        for row in (highest, last)
    )
    return language.said(
        "Net jobs in operation are highest in {best} (about {most}); in {year} they are about "
        "{jobs}.",
        best=highest["year"],
        most=most,
        year=contents.last_year,
        jobs=jobs,
    )


def _on_drivers(table: pd.DataFrame, outcome: str, language: Language) -> str:
    rows = table[table["outcome"] == outcome].sort_values("total", ascending=False)
    first, second = rows.iloc[0], rows.iloc[1]
    return language.said(
        "Of the variance of {outcome} over the draws “{first}” explains {most}, with all it "
        "interacts with; next comes “{second}”, {next}. The table and the form of the model are "
        "not drawn, and are not in it.",
        outcome=language.translate(outcome),
        first=language.translate(first["label"]),
        most=language.percent(first["total"]),
        second=language.translate(second["label"]),
        next=language.percent(second["total"]),
    )


def _on_chances(table: pd.DataFrame, outcome: str, language: Language) -> str:
    rows = table[table["outcome"] == outcome]
    sign, *others = rows.to_dict("records")
    text = language.said(
        "That {outcome} are above zero is {likely} ({share} of draws)",
        outcome=language.translate(outcome),
        likely=language.translate(sign["words"]),
        share=language.percent(sign["share"]),
    )
    parts = [
        language.said(
            "that they exceed {threshold}, {why}, is {likely} ({share})",
            threshold=language.number(row["threshold"]),
            why=language.translate(row["why"]),
            likely=language.translate(row["words"]),
            share=language.percent(row["share"]),
        )
        for row in others
    ]
    return language.said("; ").join([text, *parts]) + "."


def _on_readings(doubt: Doubt, outcome: str, language: Language) -> str:
    row = doubt.differences[doubt.differences["outcome"] == outcome].iloc[-1]
    parts = doubt.readings
    parts = parts[(parts["outcome"] == outcome) & (parts["reading"] == row["reading"])]
    named = [
        language.said(
            "{share} is “{label}”",
            share=language.percent(part["share"]),
            label=language.translate(part["label"]),
        )
        for part in parts.head(SHOWN).to_dict("records")
    ]
    return language.said(
        "{reading}, {outcome} would be {times} times ours, {more} more: of the difference {parts}.",
        reading=language.translate(row["label"]),
        outcome=language.translate(outcome),
        times=language.number(row["other"] / row["one"], 1.0),
        more=language.ranged(row["difference"], row["low"], row["high"]),
        parts=", ".join(named),
    )
