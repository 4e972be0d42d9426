"""The table of public money: what the state pays and what it gets for each net job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.result import ImpactResult
from econ.report.contents import Contents
from econ.report.tables.purse import EVERYTHING
from econ.report.tables.ranges import ranged

__all__ = ["public_money"]

Array = npt.NDArray[np.float64]
Span = tuple[str, str, list[int] | None]

THOUSAND: Final = 1000.0  # of a million
GOT: Final = "what the purse gets per net job"


def public_money(contents: Contents) -> pd.DataFrame:
    """Return what the state pays or gets per net job, and what it pays per gross job.

    Columns label, phase, when, unit, per_job, per_job_low, per_job_high, without_jobs,
    per_gross_job, per_gross_job_low, per_gross_job_high, money, money_low, money_high, money_unit,
    pays. Where the study has a public purse, the first rows are what that gets per net job: more
    public money than that per job is not paid back. Then each sum of public money, as far as its
    pledges are carried out, over the jobs of these pledges, net of what the money costs where it
    is taken: per job-year of construction, per job of the last year, and per job-year of all
    years. Where some draws have no net jobs, a number per job has no upper end: `without_jobs` is
    the share of such draws, and the interval is that of the others; where they are the most, or
    there are none at the central value, there is no number.
    """
    first, last = contents.gross.years[0], contents.last_year
    building: Span = ("construction", f"total {first}-{last}", None)
    running: Span = ("operation", f"in {last}", [last])
    rows = []
    if contents.purse is not None:
        for phase, when, years in (building, running):
            got = contents.purse.net.draws(EVERYTHING, phase=phase, years=years)
            jobs = _jobs(contents.net, None, phase, years)
            rows.append(_head(contents, GOT, phase, when) | _per_job("per_job", got, jobs))
    for entry in contents.public_money:
        for phase, when, years in (building, running, ("both", f"total {first}-{last}", None)):
            gross, net = (
                _jobs(result, entry.supports, phase, years)
                for result in (contents.gross, contents.net)
            )
            if not gross.any():
                continue
            rows.append(
                _head(contents, contents.label(entry.pledge), phase, when)
                | _per_job("per_job", entry.paid, net)
                | _per_job("per_gross_job", entry.paid, gross)
                | ranged("money", entry.paid)
                | {"pays": True}
            )
    columns = ["label", "phase", "when", "unit", "per_job", "per_job_low", "per_job_high"]
    columns += ["without_jobs", "per_gross_job", "per_gross_job_low", "per_gross_job_high"]
    columns += ["money", "money_low", "money_high", "money_unit", "pays"]
    return pd.DataFrame(rows, columns=columns if rows else None)


def _head(contents: Contents, label: str, phase: str, when: str) -> dict[str, object]:
    """Return what a row is about; one of what the purse gets, where nothing more is said."""
    # What the purse gets is of one year; what the state pays is the whole sum, paid once.
    running = "job and year" if label == GOT else "job"
    job = running if phase == "operation" else "job-year"
    paid = [f"{name}{end}" for name in ("per_gross_job", "money") for end in ("", "_low", "_high")]
    return {
        "label": label,
        "phase": phase,
        "when": when,
        "unit": f"k{contents.unit.base} {contents.unit.price_year} per {job}",
        **dict.fromkeys(paid, np.nan),
        "money_unit": str(contents.unit),
        "pays": False,
    }


def _jobs(
    result: ImpactResult, pledges: Sequence[str] | None, phase: str, years: list[int] | None
) -> Array:
    chosen = None if phase == "both" else phase
    return result.draws("employment", pledges=pledges, phase=chosen, years=years)


def _per_job(name: str, money: Array, jobs: Array) -> dict[str, float]:
    """Return thousands per job with its interval, and for `per_job` the draws without jobs."""
    some = jobs[1:] > 0.0
    # Where most draws have no jobs there is no number, and no interval of the few that have some.
    if jobs[0] > 0.0 and some.mean() >= 1.0 / 2.0:
        central = THOUSAND * float(money[0] / jobs[0])
        low, high = np.quantile(THOUSAND * money[1:][some] / jobs[1:][some], [0.05, 0.95])
        ends = (min(float(low), central), max(float(high), central))
    else:
        central, ends = np.nan, (np.nan, np.nan)
    found = {name: central, f"{name}_low": ends[0], f"{name}_high": ends[1]}
    return found | ({"without_jobs": float(1.0 - some.mean())} if name == "per_job" else {})
