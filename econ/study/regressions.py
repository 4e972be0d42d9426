"""From a study's ``[[regression]]`` to estimates: parsed, held to its data, never evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import pandas as pd

from econ.data.catalogue import Catalogue
from econ.data.dataset import Dataset
from econ.errors import Fault, InputError, nearest
from econ.quantity.parameters import Assumptions
from econ.regression.estimators.fixed_effects import FixedEffects
from econ.regression.estimators.instrumental import IV
from econ.regression.estimators.least_squares import OLS, WLS
from econ.regression.formula.formula import Formula
from econ.regression.formula.terms import Factor
from econ.regression.panel.panel import Panel
from econ.regression.panel.regional_panel import columns_of_accounts, panel_of
from econ.regression.results.fit import Fit
from econ.regression.standard_errors.vcov import Vcov
from econ.report.contents.regressions import Regression
from econ.scenario.regressions import RegressionTable
from econ.study.implied import Dimension, implied

__all__ = ["ESTIMATORS", "regression_faults", "regressions_of", "with_estimates"]

ESTIMATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "OLS": OLS,
    "WLS": WLS,
    "FixedEffects": FixedEffects,
    "IV": IV,
}
REGIONAL: Final = ("REGIONAL_ACCOUNTS", "REGIONAL_PANEL")
Read = TypeVar("Read")
# All that says which rows and columns a regression runs on.
OF_ROWS: Final = {"data", "level", "years", "without", "formula", "weights", "cluster"}
SUMS: Final = "Z"  # a code of Eurostat that is no region: what cannot be placed


def regression_faults(
    file: str, asked: Sequence[RegressionTable], data: Catalogue, used: Sequence[str]
) -> list[Fault]:
    """Return everything that is wrong with the regressions of a study before they are run.

    Parameters
    ----------
    file : str
    asked : sequence of RegressionTable
    data : Catalogue
    used : sequence of str
        Assumptions that the study's numbers rest on.
    """
    faults: list[Fault] = []
    names = [entry.name for entry in asked]
    held = [entry.assumption for entry in asked if entry.assumption]
    for entry in asked:
        where = f"regression {entry.name[:80]}"
        found = [
            *_choices(entry, data),
            *([("name", "named twice", "name each once", "")] * (names.count(entry.name) > 1)),
        ]
        if entry.assumption and entry.assumption not in used:
            mend = nearest(entry.assumption, used)
            found.append(("assumption", "a parameter no model uses", mend, entry.assumption))
        if held.count(entry.assumption) > 1:
            mend = "let one regression give it"
            found.append(("assumption", "given twice", mend, entry.assumption))
        found += _mismatched(entry)
        faults += [Fault(file, *words[:3], where, words[3] or None) for words in found]
        placed = not {"data", "level"} & {column for column, *_ in found}
        faults += [
            replace(fault, file=file, column=fault.column or "formula", row=where)
            for fault in _inner_faults(entry, data if placed else None)
        ]
    return list(dict.fromkeys(faults))


def _choices(entry: RegressionTable, data: Catalogue) -> list[tuple[str, str, str, str]]:
    """Return names of an entry that nobody knows: column, problem, mend and value."""
    found = []
    if entry.data not in data:
        known = [held.name for held in data]
        found.append(("data", "no such dataset", nearest(entry.data, known), entry.data))
    if entry.estimator not in ESTIMATORS:
        mend = nearest(entry.estimator, ESTIMATORS)
        found.append(("estimator", "no such estimator", mend, entry.estimator))
    if entry.data in data:
        regional = data.entry(entry.data).schema.name in REGIONAL
        levels = sorted(set(data.read(entry.data).frame["level"])) if regional else []
        if regional and entry.level not in levels:
            found.append(("level", "no such level", nearest(entry.level, levels), entry.level))
        if not regional and (entry.level or entry.years or entry.without):
            mend = "leave level, years and without out: its rows are of no region and year"
            found.append(("level", "no regional accounts", mend, entry.data))
    return found


def _mismatched(entry: RegressionTable) -> list[tuple[str, str, str, str]]:
    """Return what an estimator needs and the entry lacks, or has and the estimator does not use."""
    found = []
    if entry.estimator == "WLS" and not entry.weights:
        found.append(("weights", "WLS without weights", "name their column, or use OLS", ""))
    if entry.estimator == "OLS" and entry.weights:
        found.append(("weights", "OLS has no weights", "use WLS", entry.weights))
    if entry.vcov and entry.cluster:
        mend = "give one of them"
        found.append(("vcov", "vcov and cluster at once", mend, f"{entry.vcov}, {entry.cluster}"))
    return found


def _inner_faults(entry: RegressionTable, data: Catalogue | None) -> list[Fault]:
    """Return faults of the formula and the errors, and of columns and term where rows are known."""
    faults: list[Fault] = []
    formula = _tried(faults, partial(Formula.parse, entry.formula))
    _tried(faults, lambda: Vcov.parse(_vcov(entry)))
    if formula is None:
        return faults
    faults += _absent_terms(entry, formula)
    if entry.estimator == "IV" and not formula.instruments:
        mend = "write the instruments as a last part: | endogenous ~ instrument"
        faults.append(Fault("", "estimator", "IV without instruments", mend, value=entry.formula))
    rows = None if data is None else _tried(faults, partial(_rows, entry, data))
    if rows is None:
        return faults
    if entry.estimator == "FixedEffects" and not (formula.effects or isinstance(rows, Panel)):
        mend = "write them behind a bar, | region + year, or use OLS"
        faults.append(Fault("", "estimator", "no fixed effects", mend, value=entry.formula))
    faults += _other_unit(entry, formula, data)
    named = [*formula.columns, *filter(None, (entry.weights, entry.cluster))]
    return faults + [
        Fault("", "formula", "no such column", nearest(name, list(rows.frame.columns)), value=name)
        for name in dict.fromkeys(named)
        if name not in rows.frame.columns
    ]


def _absent_terms(entry: RegressionTable, formula: Formula) -> list[Fault]:
    """Return the term that is asked where the formula has no such; levels are known by the fit."""
    terms = (*formula.terms, *formula.endogenous)
    plain = {"".join(term.text.split()) for term in terms}
    by_level = any(isinstance(node, Factor) for term in terms for node in term.factors)
    if by_level or "".join(entry.term.split()) in plain:
        return []
    mend = nearest(entry.term, [term.text for term in terms])
    return [Fault("", "term", "not in the formula", mend, value=entry.term)]


def _other_unit(entry: RegressionTable, formula: Formula, data: Catalogue | None) -> list[Fault]:
    """Return the unit of the estimate where it is not what columns and formula make it."""
    sought = "".join(entry.term.split())
    terms = [
        term
        for term in (*formula.terms, *formula.endogenous)
        if "".join(term.text.split()) == sought
    ]
    said = Dimension.of(entry.unit)
    if data is None or not terms or said is None:
        return []
    meant = implied(formula.outcome, terms[0], _units(entry, data))
    if meant is None or meant.same_as(said):
        return []
    mend = f"the formula gives {meant}: write the unit, or the formula, so that they agree"
    return [Fault("", "unit", "another than its formula's", mend, value=entry.unit)]


def _units(entry: RegressionTable, data: Catalogue) -> dict[str, str]:
    """Return the unit of each column of the rows that a regression runs on, where it has one."""
    return data.once(f"units: {entry.data} {entry.level}", partial(_read_units, entry, data))


def _read_units(entry: RegressionTable, data: Catalogue) -> dict[str, str]:
    dataset = data.read(entry.data)
    if dataset.schema.name not in REGIONAL:
        return dict(dataset.units)
    rows = dataset.frame[dataset.frame["level"] == entry.level]
    named = zip(columns_of_accounts(rows), rows["unit"], strict=True)
    pairs = {(str(name), str(unit)) for name, unit in named}
    several = Counter(name for name, _ in pairs)
    return {name: unit for name, unit in pairs if several[name] == 1}


def _tried(faults: list[Fault], reading: Callable[[], Read]) -> Read | None:
    """Return what is read; where it is refused, nothing, and the faults are kept."""
    try:
        return reading()
    except InputError as error:
        faults += error.faults
        return None


def _vcov(entry: RegressionTable) -> Any:
    return {"CRV1": entry.cluster} if entry.cluster else (entry.vcov or None)


def _rows(entry: RegressionTable, data: Catalogue) -> Dataset | Panel:
    """Return the rows a regression runs on, with the columns that its formula names."""
    asked = entry.model_dump_json(include=OF_ROWS)
    return data.once(f"rows: {asked}", partial(_read_rows, entry, data))


def _read_rows(entry: RegressionTable, data: Catalogue) -> Dataset | Panel:
    dataset = data.read(entry.data)
    if dataset.schema.name not in REGIONAL:
        return dataset
    rows: pd.DataFrame = dataset.frame
    rows = rows[(rows["level"] == entry.level) & ~rows["region"].str.contains(SUMS)]
    rows = rows[~rows["region"].str.startswith(tuple(entry.without))]
    known = sorted(set(rows["year"].astype(int)))
    InputError.raise_if(
        [
            Fault("", "years", "no figures", nearest(year, known), value=year)
            for year in entry.years
            if year not in known
        ]
    )
    if entry.years:
        rows = rows[rows["year"].isin(entry.years)]
    named = [*Formula.parse(entry.formula).columns, *filter(None, (entry.weights, entry.cluster))]
    provenance = dataset.provenance.step(f"panel of {entry.data}, {entry.level}")
    return panel_of(rows, named, provenance, entry.data)


@contextmanager
def _named(file: str, where: str) -> Iterator[None]:
    """Let what is refused inside name the study's file and the regression."""
    try:
        yield
    except InputError as error:
        raise InputError(
            [replace(fault, file=file, column=fault.column or "formula", row=where)
             for fault in error.faults]
        ) from error  # fmt: skip


def regressions_of(
    asked: Sequence[RegressionTable], data: Catalogue, file: str
) -> tuple[Regression, ...]:
    """Run the regressions of a study, each once.

    Raises
    ------
    InputError
        Naming the regression: a logarithm of zero, terms that say the same, too few rows.
    """
    return tuple(
        data.once(f"regression: {entry.model_dump_json()}", partial(_run, entry, data, file))
        for entry in asked
    )


def _run(entry: RegressionTable, data: Catalogue, file: str) -> Regression:
    with _named(file, f"regression {entry.name[:80]}"):
        rows = _rows(entry, data)
        estimator = ESTIMATORS[entry.estimator](
            entry.formula, vcov=_vcov(entry), weights=entry.weights
        )
        fit: Fit = estimator.fit(rows)
        fit.index(entry.term)  # refuses a term that is not in the fit
    sources = tuple(sorted(fit.provenance.sources))
    return Regression(entry, fit, fit.vintage or data.entry(entry.data).vintage, sources)


def with_estimates(
    assumptions: Assumptions, asked: Sequence[RegressionTable], data: Catalogue, file: str
) -> Assumptions:
    """Return assumptions with estimates in the place of those that regressions name.

    An estimate is drawn from its sampling distribution: normal, by its 90 % interval.

    Raises
    ------
    InputError
        When an assumption is in another unit, or is a share, which no normal distribution holds.
    """
    found = assumptions
    for held in regressions_of([e for e in asked if e.assumption], data, file):
        entry = held.asked
        with _named(file, f"regression {entry.name[:80]}"):
            estimate = held.fit.parameter(
                entry.term, name=entry.assumption, unit=entry.unit, source=held.source
            )
            change = {
                "value": estimate.value,
                "low": estimate.low,
                "high": estimate.high,
                "unit": entry.unit,
                "distribution": estimate.distribution,
                "basis": estimate.basis,
                "source": list(held.source),
                "note": f"{entry.label}: {entry.formula}, {entry.data}, {held.vintage}. "
                f"{estimate.note}",
            }
            found = found.override({entry.assumption: change}, file, data.sources)
    return found
