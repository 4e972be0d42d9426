"""`Contents`: everything a report shows, computed by a study and free of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.result import ImpactResult
from econ.impact.shock import DemandShock
from econ.impact.steps import Steps
from econ.quantity.axes import Classification
from econ.quantity.parameters import Assumptions
from econ.quantity.provenance import Provenance, Source
from econ.quantity.units import Unit
from econ.report.contents.against_record import AgainstRecord
from econ.report.contents.doubt import Doubt
from econ.report.contents.places import Places
from econ.report.contents.regressions import Regression
from econ.report.contents.satellites import Energy, People, PublicMoney, Purse
from econ.scenario.benchmarks import Benchmark
from econ.scenario.bill_of_goods import Bill
from econ.scenario.crosschecks import CrossCheck
from econ.scenario.declarations import Promise, ReportTable
from econ.scenario.pledges import lineage

__all__ = ["Contents", "subjects_of", "words_of"]

Array = npt.NDArray[np.float64]

# States of a pledge in its data that are no promise any more.
DONE: Final = ("executed", "past")


@dataclass(frozen=True, repr=False)
class Contents(Steps):
    """A study's answer, ready to be shown.

    Parameters
    ----------
    name, title : str
    unit : Unit
        Money of every figure, in prices of one year.
    seed : int
    shock : DemandShock
        In the table's money.
    gross_open, net_open : ImpactResult
        Open model.
    steps : mapping of str to ImpactResult
        Closed model, from gross to net.
    programmes : ImpactResult
    places : Places, optional
    amounts : mapping of str to ndarray, shape (c,) [unit]
        Investment per modelled pledge.
    bills : mapping of str to Bill
        Bill of goods of each investment, in `unit`.
    jobs_implied : mapping of str to ndarray, shape (c,) [persons]
        By commitment: the jobs that the euros imply.
    sensitivity : pandas.DataFrame
        Columns ``outcome, parameter, label, low, central, high, unit, outcome_low, outcome_high``:
        the last two are the outcome's own interval.
    pledges, commitments, context, corrections, record : pandas.DataFrame
    benchmarks : sequence of (Benchmark, Benchmark)
        Each as it is printed, and at the study's prices.
    crosschecks : sequence of (CrossCheck, ndarray, ndarray)
        Each with its two sides, shape (c,).
    promises : tuple of Promise
    excluded : mapping of str to str
    products : Classification
    assumptions : Assumptions
    used : frozenset of str
        Names of the parameters that the study uses.
    decisive : frozenset of str
        Those of them that the national figures rest on.
    employment : ndarray, shape (n,) [persons]
        Of the table, by product.
    table_facts : mapping of str to float
        What the page says of the table.
    texts : ReportTable
        What the page says of this study and no other.
    sources : mapping of str to Source
        Every publication that may be cited.
    inputs : mapping of str to Path
        Every file the answer rests on, for the manifest.
    provenance : Provenance
    purse : Purse, optional
        What the public purse gets.
    public_money : tuple of PublicMoney
        What the state pays.
    people : People, optional
    energy : Energy, optional
    doubt : Doubt
        What drives the answer, how likely outcomes are, and other readings.
    attributed : ImpactResult, optional
        What policy caused.
    discount_rate : ndarray, shape (c,) [share per year], optional
    against_record : AgainstRecord, optional
        What the record of such investments says of the model.
    catalogues : tuple of Path
        Folders where the study's texts may be translated, in files such as ``fr.po``.
    regressions : sequence of Regression
        Estimates that the study file asks for.
    crowding : tuple of str, optional
        Parameters of crowding out that grows: at first [share], what the labour market takes later
        of what is left [share], and until when [years].
    """

    name: str
    title: str
    unit: Unit
    seed: int
    shock: DemandShock
    gross_open: ImpactResult
    net_open: ImpactResult
    steps: Mapping[str, ImpactResult]
    programmes: ImpactResult
    places: Places | None
    amounts: Mapping[str, Array]
    bills: Mapping[str, Bill]
    jobs_implied: Mapping[str, Array]
    sensitivity: pd.DataFrame
    pledges: pd.DataFrame
    commitments: pd.DataFrame
    context: pd.DataFrame
    corrections: pd.DataFrame
    record: pd.DataFrame
    benchmarks: Sequence[tuple[Benchmark, Benchmark]]
    crosschecks: Sequence[tuple[CrossCheck, Array, Array]]
    promises: tuple[Promise, ...]
    excluded: Mapping[str, str]
    products: Classification
    assumptions: Assumptions
    used: frozenset[str]
    decisive: frozenset[str]
    employment: Array
    table_facts: Mapping[str, float]
    texts: ReportTable
    sources: Mapping[str, Source]
    inputs: Mapping[str, Path]
    provenance: Provenance
    purse: Purse | None = None
    public_money: tuple[PublicMoney, ...] = ()
    people: People | None = None
    energy: Energy | None = None
    doubt: Doubt = field(default_factory=Doubt)
    attributed: ImpactResult | None = None
    discount_rate: Array | None = None
    against_record: AgainstRecord | None = None
    catalogues: tuple[Path, ...] = ()
    regressions: Sequence[Regression] = ()
    crowding: tuple[str, str, str] | None = None

    @property
    def last_year(self) -> int:
        """The year in which every site is in full operation: the last of the study."""
        return self.gross.years[-1]

    @property
    def still_pledged(self) -> list[str]:
        """What is modelled and was still a pledge: not what its record calls done."""
        done = set(self.pledges["pledge"][self.pledges["status"].isin(DONE)])
        return [name for name in self.amounts if name not in done]

    def subjects(self) -> dict[str, tuple[str, ...]]:
        """Return what figures are given for, each with its modelled pledges."""
        return subjects_of(list(self.amounts), self.pledges)

    def label(self, subject: str) -> str:
        """Return the words for a subject, pledge, commitment or product."""
        found = self._words.get(subject)
        return self.products.title(subject) if found is None else found

    @cached_property
    def _words(self) -> dict[str, str]:
        return words_of(self.pledges, self.commitments)


def subjects_of(modelled: Sequence[str], pledges: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return what figures are given for: all pledges, each announced one, and each part.

    The parts of a subject are the modelled pledges it contains; no part is in two subjects of one
    level.

    Parameters
    ----------
    modelled : sequence of str
        Pledges, in the order of the study.
    pledges : pandas.DataFrame
        Rows of the schema PLEDGES.
    """
    above = lineage(pledges, modelled)
    article = set(pledges.loc[pledges["record"] == "article", "pledge"])
    groups: dict[str, tuple[str, ...]] = {"all": tuple(modelled)}
    for name in modelled:
        parents = [parent for parent in above[name] if parent in article]
        if parents and parents[0] not in groups:
            inside = tuple(other for other in modelled if parents[0] in above[other])
            groups[parents[0]] = inside
    groups |= {name: (name,) for name in modelled}
    return groups


def words_of(pledges: pd.DataFrame, commitments: pd.DataFrame) -> dict[str, str]:
    """Return the words for every pledge and commitment, and for all pledges together."""
    found: dict[str, str] = {}
    for frame, column in ((commitments, "commitment"), (pledges, "pledge")):
        names, actors, labels = (frame[c].tolist() for c in (column, "actor", "label"))
        rows = zip(names, actors, labels, strict=True)
        found |= {name: f"{actor}: {label}" for name, actor, label in rows}
    return found | {"all": "All pledges of the study"}
