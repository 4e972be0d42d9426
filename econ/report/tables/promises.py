"""Tables of what was promised: against the money, against each other, and against what happened."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from econ.impact.interval import interval
from econ.quantity.units import Unit
from econ.report.contents import Contents
from econ.report.tables.ranges import FACTOR_OF_FLAG, ends, ranged, ratio

__all__ = ["benchmarks", "crosschecks", "programmes", "promises", "record"]

VERDICTS: Final = ("far apart", "doubtful", "fits")


def promises(contents: Contents) -> pd.DataFrame:
    """Return promised jobs beside the jobs that the euros imply, flagged beyond a factor of two."""
    rows = []
    facts = contents.commitments.set_index("commitment")
    for promise in contents.promises:
        promised = float(facts["amount"][promise.commitment])
        implied = contents.jobs_implied[promise.commitment]
        share = float(implied[0]) / promised
        rows.append(
            {
                "commitment": promise.commitment,
                "label": contents.label(promise.commitment),
                "bound": facts.loc[promise.commitment, "bound"],
                "promised": promised,
                **ranged("modelled", implied),
                "others": _others(contents, promise.commitment),
                "ratio": share,
                "flagged": not 1.0 / FACTOR_OF_FLAG <= share <= FACTOR_OF_FLAG,
                "unit": "persons",
                **ends("ratio", implied / promised),
            }
        )
    return pd.DataFrame(rows)


def _others(contents: Contents, commitment: str) -> str:
    """Return what other sources say of the same promise."""
    rows = contents.commitments
    same = rows[(rows["same_as"] == commitment) & rows["amount"].notna()]
    words = [
        f"{'' if bound == 'exactly' else f'{bound} '}{amount:,.0f} ({actor})"
        for bound, amount, actor in zip(same["bound"], same["amount"], same["actor"], strict=True)
    ]
    return "; ".join(dict.fromkeys(words))


def crosschecks(contents: Contents) -> pd.DataFrame:
    """Return two ways to the same number, and whether they fit.

    Columns label, unit, relation, left_words, left, left_low, left_high, right_words, right,
    right_low, right_high, ratio (left over right), verdict, note, ratio_low, ratio_high. The
    verdict is ``fits`` where the intervals meet and the numbers differ by less than a factor of
    two (or the part is no larger than the whole), ``far apart`` where neither holds, ``doubtful``
    between.
    """
    rows = []
    for check, left, right in contents.crosschecks:
        (one, low, high), (other, below, above) = interval(left), interval(right)
        share = ratio(left, right)
        bounded = check.relation == "at most"
        meet = bool(low <= above and (bounded or below <= high))
        near = share[0] <= FACTOR_OF_FLAG and (bounded or share[0] >= 1.0 / FACTOR_OF_FLAG)
        rows.append(
            {
                "label": check.label,
                "unit": check.unit,
                "relation": check.relation,
                "left_words": check.left.words,
                "left": float(one),
                "left_low": float(low),
                "left_high": float(high),
                "right_words": check.right.words,
                "right": float(other),
                "right_low": float(below),
                "right_high": float(above),
                "ratio": float(share[0]),
                "verdict": VERDICTS[int(meet) + int(near)],
                "note": check.note,
                **ends("ratio", share),
            }
        )
    return pd.DataFrame(rows)


def benchmarks(contents: Contents) -> pd.DataFrame:
    """Return what others reported, per million of money or in all, beside the study's own.

    Columns label, unit, reported, reported_low, reported_high (at the study's prices), gross,
    gross_low, gross_high, net, net_low, net_high, ratio (reported over gross), source, why,
    ratio_low, ratio_high, stated and stated_unit (as it is printed, at the report's prices).
    """
    rows = []
    for stated, mark in contents.benchmarks:
        whole = mark.per == "total"
        spent = np.sum([contents.amounts[name] for name in mark.pledges], axis=0)
        amount = np.ones_like(spent) if whole else spent
        years = [contents.last_year] if mark.years == "last" else None
        phase = None if mark.phase == "both" else mark.phase
        single = contents.gross.units[mark.measure]
        unit = str(single.summed_over_years() if years is None else single)
        theirs = _of_year(unit, contents.unit, stated.price_year)
        money = _of_year(str(contents.unit), contents.unit, stated.price_year)
        row: dict[str, object] = {
            "label": mark.label,
            "unit": unit if whole else f"{unit} per {contents.unit}",
            "reported": mark.reported,
            "reported_low": mark.low,
            "reported_high": mark.high,
        }
        found = {}
        for name, result in (("gross", contents.gross), ("net", contents.net)):
            effect = result.draws(mark.measure, pledges=mark.pledges, phase=phase, years=years)
            found[name] = effect / amount
            row |= ranged(name, found[name])
        share = ratio(np.full_like(amount, mark.reported), found["gross"])
        row |= {"ratio": float(share[0]), "source": mark.source, "why": mark.why}
        row |= ends("ratio", share)
        told = theirs if whole else f"{theirs} per {money}"
        rows.append({**row, "stated": stated.reported, "stated_unit": told})
    return pd.DataFrame(rows)


def _of_year(unit: str, ours: Unit, year: int | None) -> str:
    """Return the name of a unit of our prices as it is at those of another year."""
    return unit if year is None else unit.replace(f"{ours.price_year}", f"{year}")


def record(contents: Contents) -> pd.DataFrame:
    """Return what is known of promises kept, as of the day it was known.

    Columns commitment, label, promised, unit, deadline, as_of, state, done (missing where nothing
    is known), share_done, share_elapsed (of the time from announcement to deadline; missing
    without a deadline), source, note.
    """
    facts = contents.commitments.set_index("commitment")
    rows = []
    for known in contents.record.to_dict("records"):
        promise = facts.loc[known["commitment"]]
        day, start, end = known["as_of"], promise["announced"], promise["deadline"]
        elapsed = np.nan
        if pd.notna(end) and pd.notna(start) and end > start:
            elapsed = float(np.clip((day - start) / (end - start), 0.0, 1.0))
        rows.append(
            {
                "commitment": known["commitment"],
                "label": contents.label(str(known["commitment"])),
                "promised": float(promise["amount"]),
                "unit": known["unit"],
                "deadline": "" if pd.isna(end) else f"{end:%Y-%m-%d}",
                "as_of": f"{day:%Y-%m-%d}",
                "state": known["state"],
                "done": float(known["amount"]),
                "share_done": float(known["amount"]) / float(promise["amount"]),
                "share_elapsed": elapsed,
                "source": known["source"],
                "note": known["note"] if isinstance(known["note"], str) else "",
            }
        )
    return pd.DataFrame(rows)


def programmes(contents: Contents) -> pd.DataFrame:
    """Return what training and start-up support may add: near zero, with a fat tail."""
    rows = []
    result = contents.programmes
    facts = contents.commitments.set_index("commitment")["amount"]
    for name in result.pledges:
        promised = float(facts[name])
        draws = result.draws("employment", pledges=[name], years=[contents.last_year])
        value, low, high = interval(draws)
        rows.append(
            {
                "commitment": name,
                "label": contents.label(name),
                "value": float(value),
                "low": float(low),
                "high": float(high),
                "median": float(np.median(draws[1:])),
                "mean": float(draws[1:].mean()),
                "per_thousand": float(draws[1:].mean()) / promised * 1000,
                "none": float((draws[1:] == 0.0).mean()),
                "unit": str(result.units["employment"]),
            }
        )
    return pd.DataFrame(rows)
