"""Two studies side by side: how far apart they are, and which change makes how much of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import EconError, Fault, InputError
from econ.impact.interval import interval
from econ.kernels.uncertainty.sensitivity import ordered_parts, random_orders, shapley_values
from econ.quantity.design import seed_faults
from econ.quantity.draws import Draws
from econ.quantity.notebook import cell, open_cell, shown
from econ.quantity.wording import percent
from econ.study.evaluation import Evaluation
from econ.study.outcomes import Outcome, outcomes_of
from econ.study.study import Study

__all__ = ["Comparison", "compare"]

Array = npt.NDArray[np.float64]

# With more changes than this not every set of them is tried, for 2**12 are as many columns as are
# worked out at once elsewhere: orders are drawn instead.
MOST_SETS: Final = 12
# Pairs of an order and its reverse. Judgement: parts add up exactly whatever their number, and by
# pairs two changes that interact share what they make together exactly.
ORDERS: Final = 32
# Of a difference, for a few thousand additions of 64-bit numbers.
ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Comparison:
    """How far two studies are apart, and what explains it.

    Parameters
    ----------
    differences : pandas.DataFrame
        A row for each outcome: outcome, one, other, difference, low, high, unit. The interval is
        that of the difference draw by draw, with the same seed on both sides; empty where the
        studies have other numbers of draws.
    parts : pandas.DataFrame
        A row for each outcome and change, largest first: outcome, change, label, before, after,
        part, share, unit. Parts of an outcome add up to its difference.
    how : str
        How the parts were found, in words, and why there is no interval where there is none.
    """

    differences: pd.DataFrame
    parts: pd.DataFrame
    how: str

    def _repr_html_(self) -> str:
        """Return the differences and their parts, as a notebook shows them."""
        apart = [
            (
                row["outcome"],
                *(cell(row[x], row[x], row[x]) for x in ("one", "other")),
                _difference(row),
                row["unit"],
            )
            for row in self.differences.to_dict("records")
        ]
        parts = [
            (
                row["outcome"],
                row["label"],
                row["before"],
                row["after"],
                cell(row["part"], row["part"], row["part"]),
                percent(row["share"]),
                row["unit"],
            )
            for row in self.parts.to_dict("records")
        ]
        how = f"Parts are {self.how}, at the central values."
        head = ("Outcome", "One", "Other", "Difference", "Unit")
        return shown("How far apart", head, apart) + shown(
            "What explains it",
            ("Outcome", "Change", "Before", "After", "Part", "Share", "Unit"),
            parts,
            [how],
        )


def _difference(row: Mapping[Any, Any]) -> str:
    """Return a difference with its interval, or without one where the draws do not pair."""
    value, low, high = (float(row[name]) for name in ("difference", "low", "high"))
    if np.isnan(low) or np.isnan(high):
        low = high = value
    return open_cell(value, low, high, row["unit"])


@dataclass(frozen=True)
class _Change:
    """One thing in which two studies differ."""

    name: str
    label: str
    before: str
    after: str
    apply: Callable[[Study], Study] | None = None


def compare(
    one: Study,
    other: Study,
    *,
    outcomes: Sequence[Outcome | str] | None = None,
    seed: int | None = None,
    runs: tuple[Evaluation, Evaluation] | None = None,
) -> Comparison:
    """Return how far two studies are apart, and which change makes how much of it.

    A change's part is the mean over all orders of making the changes, one after the other (its
    Shapley value), at the central values: parts add up to the difference exactly, and no change is
    favoured by its place in a list. Where the model is linear in every change, a part is what the
    change makes alone. With more than twelve changes the mean is over 64 orders, drawn from the
    seed and each with its reverse; parts still add up exactly.

    Parameters
    ----------
    one, other : Study
        They may differ in assumptions, model, method of regionalisation, events, and draws.
    outcomes : sequence of Outcome or str, optional
        What is compared; jobs in operation, job-years and GDP of construction where left out.
    seed : int, optional
        For orders; the first study's own where left out.
    runs : tuple of Evaluation, optional
        Of both studies, where they are there already and hold the outcomes.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        When a side is no study, the seed is no whole number of zero or more, or the studies differ
        in what no change explains: data, years, currency, price year.

    References
    ----------
    [shapley_1953]; [shorrocks_2013].

    Examples
    --------
    >>> study = Study.load("choose_france_2024").with_draws(50)
    >>> found = compare(study, study.with_(realisation=1.0))
    >>> row = found.parts.iloc[0]
    >>> row["change"], bool(np.isclose(row["part"], found.differences["difference"].iloc[0]))
    ('realisation', True)
    """
    asked = outcomes_of(outcomes)
    InputError.raise_if(_misgiven(one, other, seed))
    InputError.raise_if(_incomparable(one, other))
    one, other = _together(one, other), _together(other, one)
    one, other = (_lean(study, asked) for study in (one, other))
    changes = [*_structural(one, other), *_assumed(one, other)]
    begun, ended = (one.run(), other.run()) if runs is None else runs
    rows = []
    for outcome in asked:
        first, last = outcome.draws(begun), outcome.draws(ended)
        value, low, high = (
            interval(last - first)
            if first.shape == last.shape
            else (
                last[0] - first[0],
                np.nan,
                np.nan,
            )
        )
        rows.append(
            {
                "outcome": outcome.name,
                "one": float(first[0]),
                "other": float(last[0]),
                "difference": float(value),
                "low": float(low),
                "high": float(high),
                "unit": outcome.unit(begun),
            }
        )
    differences = pd.DataFrame(rows)
    k = len(changes)
    evaluate = _Sets(one, other, changes, asked)
    if k <= MOST_SETS:
        parts = shapley_values(evaluate(list(range(2**k))))
        how = f"the mean over all orders of making the {k} changes (Shapley value)"
    else:
        rng = np.random.default_rng(one.seed if seed is None else seed)
        orders = random_orders(k, ORDERS, rng)
        along = [[sum(1 << c for c in order[:made]) for made in range(k + 1)] for order in orders]
        worth = evaluate([state for states in along for state in states])
        parts = ordered_parts(worth.reshape(len(orders), k + 1, len(asked)), orders)
        how = f"the mean over {len(orders)} orders of making the {k} changes, each with its reverse"
    _check_sum(parts, differences)
    counts = one.file.study.draws, other.file.study.draws
    if counts[0] != counts[1]:
        how += f"; no interval: {counts[0]} and {counts[1]} draws do not pair, use with_draws()"
    return Comparison(differences, _parts_frame(parts, changes, differences), how)


def _lean(study: Study, outcomes: Sequence[Outcome]) -> Study:
    """Return the study without its regions where no outcome is of one."""
    if any(outcome.regions for outcome in outcomes):
        return study
    return replace(study, file=study.file.model_copy(update={"regions": None}), crosschecks=())


def _together(study: Study, other: Study) -> Study:
    """Return the study with what only the other one assumes, of which it makes no use."""
    both = {**other.assumptions.parameters, **study.assumptions.parameters}
    return replace(study, assumptions=replace(study.assumptions, parameters=both))


def _misgiven(one: object, other: object, seed: object) -> list[Fault]:
    """Return sides that are no studies, and a seed that is none."""
    faults = [
        Fault("compare", side, "no study", "give what Study.load returns", value=repr(given))
        for side, given in (("one", one), ("other", other))
        if not isinstance(given, Study)
    ]
    faults += [] if seed is None else seed_faults(seed, "compare")
    return faults


def _incomparable(one: Study, other: Study) -> list[Fault]:
    """Return what no change explains."""
    faults = []
    for key in ("pledges", "commitments", "table", "imports", "employment", "prices", "rates",
                "years", "currency", "price_year", "region", "jobs_factor"):  # fmt: skip
        first, last = (getattr(study.file.study, key) for study in (one, other))
        if first != last:
            mend = "compare studies that differ in assumptions, model, method or events only"
            faults.append(Fault("compare", key, "differs", mend, value=f"{first} and {last}"))
    sides = [
        (key, getattr(one.file, key), getattr(other.file, key))
        for key in ("additionality", "households")
    ]
    for key, first, last in (*sides, ("programmes", one.programmes, other.programmes)):
        if first != last:
            mend = "name the same parameters on both sides, and change their values"
            faults.append(Fault("compare", key, "differs", mend))
    if [e.pledge for e in one.events] != [e.pledge for e in other.events]:
        mend = "give both studies the same pledges, in one order"
        faults.append(Fault("compare", "event", "other pledges", mend))
    return faults


def _structural(one: Study, other: Study) -> list[_Change]:
    """Return the changes that need another model: model, method, and each event."""
    found = []
    if one.file.study.model != other.file.study.model:
        model = other.file.study.model
        found.append(
            _Change(
                "model",
                "Model, open or closed to households",
                one.file.study.model,
                model,
                lambda study: study.with_(model=model),
            )
        )
    here, there = one.file.regions, other.file.regions
    if here is not None and there is not None and here != there:
        found.append(
            _Change(
                "regions",
                "How the table is cut by place",
                here.method,
                there.method,
                lambda study: replace(study, file=study.file.model_copy(update={"regions": there})),
            )
        )
    for place, (first, last) in enumerate(zip(one.events, other.events, strict=True)):
        if first != last:
            found.append(
                _Change(
                    f"event {first.pledge}",
                    f"What becomes of {first.pledge}",
                    _described(first),
                    _described(last),
                    _with_event(place, last),
                )
            )
    return found


def _with_event(place: int, event: Any) -> Callable[[Study], Study]:
    return lambda study: replace(
        study, events=(*study.events[:place], event, *study.events[place + 1 :])
    )


def _described(event: Any) -> str:
    template = getattr(event, "template", None)
    return str(getattr(template, "name", type(event).__name__))


def _assumed(one: Study, other: Study) -> list[_Change]:
    """Return the assumptions whose central value differs, of those that the study names."""
    used = one.used_names() | other.used_names()
    return [
        _Change(p.name, p.label, f"{p.value:g} {p.unit}", f"{q.value:g} {q.unit}")
        for p in one.assumptions
        if p.name in used and p.value != (q := other.assumptions[p.name]).value
    ]


class _Sets:
    """Outcomes with any set of the changes made, at the central values of both studies."""

    def __init__(
        self, one: Study, other: Study, changes: Sequence[_Change], outcomes: Sequence[Outcome]
    ) -> None:
        self.one, self.other = one, other
        self.changes, self.outcomes = changes, outcomes

    def __call__(self, sets: Sequence[int]) -> Array:
        """Return outcomes for sets of changes given as bits, shape (sets, outcomes)."""
        deep = [place for place, change in enumerate(self.changes) if change.apply is not None]
        mask = sum(1 << place for place in deep)
        found = np.zeros((len(sets), len(self.outcomes)))
        for made in sorted({state & mask for state in sets}):
            study = self.one
            for place in deep:
                apply = self.changes[place].apply
                if made >> place & 1 and apply is not None:
                    study = apply(study)
            rows = [row for row, state in enumerate(sets) if state & mask == made]
            evaluation = study.evaluate(self._central([sets[row] for row in rows]))
            found[rows] = np.stack(
                [outcome.draws(evaluation)[1:] for outcome in self.outcomes], axis=1
            )
        return found

    def _central(self, sets: Sequence[int]) -> Draws:
        """Return central values, a column for each set; the first column is the first study."""
        values: dict[str, Array] = {
            p.name: np.full(1 + len(sets), p.value) for p in self.one.assumptions
        }
        for place, change in enumerate(self.changes):
            if change.apply is None:
                after = self.other.assumptions[change.name].value
                here = np.array([state >> place & 1 for state in sets], dtype=bool)
                values[change.name][1:][here] = after
        return Draws(values)


def _check_sum(parts: Array, differences: pd.DataFrame) -> None:
    gap = np.abs(parts.sum(axis=0) - differences["difference"].to_numpy()).max()
    size = float(differences[["one", "other"]].abs().to_numpy().max())
    if gap > ROUNDING * max(1.0, size):
        raise EconError(
            f"the studies differ by {gap:.3g} more than their changes explain; report this"
        )


def _parts_frame(
    parts: Array, changes: Sequence[_Change], differences: pd.DataFrame
) -> pd.DataFrame:
    rows: list[Mapping[str, object]] = []
    for column, row in enumerate(differences.to_dict("records")):
        whole = row["difference"]
        for place in np.argsort(-np.abs(parts[:, column]), kind="stable"):
            change = changes[place]
            rows.append(
                {
                    "outcome": row["outcome"],
                    "change": change.name,
                    "label": change.label,
                    "before": change.before,
                    "after": change.after,
                    "part": float(parts[place, column]),
                    "share": float(parts[place, column] / whole) if whole else 0.0,
                    "unit": row["unit"],
                }
            )
    names = ["outcome", "change", "label", "before", "after", "part", "share", "unit"]
    return pd.DataFrame(rows, columns=names)
