"""Tables of what the model says and what the record says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.regression.record.triangulation import triangulate
from econ.report.contents import Contents
from econ.report.tables.ranges import ranged

__all__ = ["calibration", "model_and_record", "pooled", "regressions", "two_answers"]

Array = npt.NDArray[np.float64]
WIDER: Final = "counts more than the record does"


def model_and_record(contents: Contents) -> pd.DataFrame:
    """Return models, studies and the pooled record in one unit, jobs beyond a direct one.

    Columns kind, label, estimate, low, high, weight, ratio, verdict, unit, row, geography,
    verified, basis, why. Studies stand with the range they were reported with; those that are not
    pooled have the kind ``not pooled`` and say why.
    """
    held = contents.against_record
    if held is None:
        return pd.DataFrame()
    table = triangulate(held.record, {**held.answers, **held.wider})
    table.loc[table["label"].isin(list(held.wider)), "verdict"] = WIDER
    facts = held.evidence.frame
    columns = ["row", "geography", "verified", "basis", "why"]
    named = facts.set_index("study")[columns]
    table = table.join(named, on="label")
    ranges = facts.set_index("study")[["low", "high"]]
    studies = table["kind"] == "study"
    table.loc[studies, ["low", "high"]] = ranges.loc[table.loc[studies, "label"]].to_numpy()
    rest = facts[~facts["use"]].rename(columns={"study": "label"})
    kept = ["label", "estimate", "low", "high", *columns]
    others = rest[kept].assign(kind="not pooled", unit=held.record.unit, verdict="")
    others["ratio"] = others["estimate"] / held.record.mean
    together = pd.concat([table, others.dropna(axis=1, how="all")], ignore_index=True)
    together["verified"] = [value is not False for value in together["verified"]]
    texts = ["row", "geography", "basis", "why", "verdict"]
    return together.fillna(dict.fromkeys(texts, ""))


def pooled(contents: Contents) -> pd.DataFrame:
    """Return the record pooled in several ways, each with its prediction interval."""
    held = contents.against_record
    if held is None:
        return pd.DataFrame()
    frames = [found.tidy().assign(how=how) for how, found in held.pooled.items()]
    return pd.concat(frames, ignore_index=True)


def two_answers(contents: Contents) -> pd.DataFrame:
    """Return jobs in operation by both halves: input-output, and the record, of one shock.

    Columns subject, label, model, direct, beyond and total with their intervals, unit, speaks. The
    record counts sheltered jobs, so input-output stands there twice: with all industries, and with
    the sheltered ones. The record does not speak of pledges whose own jobs are in no exposed
    industry.
    """
    held = contents.against_record
    if held is None:
        return pd.DataFrame()
    present, outside = set(held.response.pledges), set(held.outside)
    subjects = {
        name: [pledge for pledge in pledges if pledge in present]
        for name, pledges in contents.subjects().items()
    }
    inside = [pledge for pledge in subjects.get("all", []) if pledge not in outside]
    subjects = {"exposed": inside, **{name: p for name, p in subjects.items() if name != "all"}}
    last = {"phase": "operation", "years": [contents.last_year]}
    unit = str(contents.gross.units["employment"])
    rows: list[dict[str, Any]] = []
    for subject, pledges in subjects.items():
        if not pledges:
            continue
        label = "All exposed sites" if subject == "exposed" else contents.label(subject)
        chosen: dict[str, Any] = {"pledges": pledges, **last}
        own = contents.gross.draws("employment", effect="direct", **chosen)
        answers = {
            "input-output, all industries": contents.gross.draws("employment", **chosen) - own,
            "input-output, sheltered industries": _sheltered(contents, pledges),
            "the record": held.response.draws("employment", effect="induced", **chosen),
        }
        rows += [
            {
                "subject": subject,
                "label": label,
                "model": name,
                **ranged("direct", own),
                **ranged("beyond", beyond),
                **ranged("total", own + beyond),
                "unit": unit,
                "speaks": not set(pledges) & outside,
            }
            for name, beyond in answers.items()
        ]
    return pd.DataFrame(rows)


def _sheltered(contents: Contents, pledges: Sequence[str]) -> Array:
    """Return gross jobs beyond the direct ones in sheltered products, last year, shape (c,)."""
    held, gross = contents.against_record, contents.gross
    products = held.sheltered if held is not None else {}
    rows = list(gross.products.positions(list(products)))
    found = np.zeros(contents.shock.columns)
    for response in gross.responses:
        if response.pledge in pledges and response.phase == "operation":
            jobs = response.values["employment"][:, rows].sum(axis=1) * response.weight
            beyond = [i for i, effect in enumerate(response.effects) if effect != "direct"]
            found += jobs[beyond].sum(axis=0) * response.profile[-1]
    return found


def calibration(contents: Contents) -> pd.DataFrame:
    """Return sheltered jobs per own job before and after the induced effect is set by the record.

    Columns question, when, unit, before (indirect and induced), suppliers (indirect alone), record,
    factor and after, each with its interval, and cut: the share of draws in which suppliers alone
    make more than the record says, so that the factor is zero. Gross, in operation, and only of
    exposed jobs: the record speaks of nothing else.
    """
    held = contents.against_record
    if held is None:
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "question": question,
                "when": f"in {contents.last_year}",
                "unit": held.record.unit,
                **ranged("before", found.before),
                **ranged("suppliers", found.indirect),
                **ranged("record", found.wanted),
                **ranged("factor", found.factor),
                **ranged("after", found.after),
                "cut": found.cut,
            }
            for question, found in held.calibrations.items()
        ]
    )


def regressions(contents: Contents) -> pd.DataFrame:
    """Return the estimates that the study file asks for, a row each, with where they come from.

    Columns name, label, term, estimate, low, high, std_error, level, unit, n, outcome, formula,
    estimator, vcov, data, vintage, source, sample, assumption, note. `assumption` is the one whose
    place the estimate takes in the model; empty where it is only shown.
    """
    rows = []
    for held in contents.regressions:
        asked, found = held.asked, held.fit.tidy()
        row = found.iloc[held.fit.index(asked.term)]
        rows.append(
            {
                "name": asked.name,
                "label": asked.label,
                "term": str(row["term"]),
                **{name: float(row[name]) for name in ("estimate", "low", "high", "std_error")},
                "level": float(row["level"]),
                "unit": asked.unit,
                "n": int(row["n"]),
                "outcome": str(row["outcome"]),
                "formula": asked.formula,
                "estimator": str(row["estimator"]),
                "vcov": str(row["vcov"]),
                "data": asked.data,
                "vintage": held.vintage,
                "source": "; ".join(held.source),
                "sample": str(row["sample"]),
                "assumption": asked.assumption,
                "note": asked.note,
            }
        )
    return pd.DataFrame(rows)
