"""How much of what moved between two builds each changed assumption moved."""

from __future__ import annotations

import pandas as pd

from econ.builds.difference import Difference
from econ.errors import InputError
from econ.study.doubt.comparison import Comparison, compare
from econ.study.study import Study

__all__ = ["causes", "shown"]


def causes(found: Difference, study: Study) -> Comparison:
    """Run a study as it is and with the assumptions of the older build, and share out the gap.

    Parameters
    ----------
    found : Difference
        Between a build and the last one.
    study : Study
        As the last build had it.

    Returns
    -------
    Comparison
        Its parts add up to the difference of the central values.

    Raises
    ------
    InputError
        When no assumption changed, or one that did is no longer in the study.
    """
    changed = found.assumptions
    if changed.empty:
        mend = "the figures moved with files or versions, which cannot be run apart"
        raise InputError.one("report", "--study", "no assumption changed", mend)
    if (found.versions["name"] == "draws").any():
        mend = "leave --study out; the two builds have other numbers of draws"
        raise InputError.one("report", "--study", "no like with like", mend)
    old = {
        str(name): {str(row.column): _typed(row.old) for row in rows.itertuples()}
        for name, rows in changed.groupby("parameter", sort=False)
    }
    before = study.with_("before", **old)
    return compare(before, study)


def _typed(value: object) -> object:
    return float(value) if isinstance(value, int | float) else str(value)


def shown(found: Comparison) -> str:
    """Return the parts of a difference as text."""
    columns = ["outcome", "change", "before", "after", "part", "share", "unit"]
    table: pd.DataFrame = found.parts[columns]
    return f"{table.to_string(index=False)}\n{found.how}"
