"""The steps from a study's files to its page: data, country, areas, tables, figures, page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pandas as pd
import pyarrow.parquet as pq

from econ.builds.facts import facts_of
from econ.builds.graph import Graph, Ledger, Readings, Step, digest
from econ.report.contents import Contents
from econ.report.figures import FIGURES
from econ.report.language import Language
from econ.report.page import page, pages_in
from econ.report.tables import REPORT, TABLES
from econ.scenario.bill_of_goods import Bill
from econ.study.evaluation import Evaluation
from econ.study.parts.answer import PARTS, Stages, bills, catalogues
from econ.study.study import Study

__all__ = ["FILES", "files", "study_graph"]

FILES: Final = {f"tables/{name}": table.file for name, table in REPORT.items()}

# What the country's evaluation does not read of a study file. A part of it that is not named here,
# such as one that a later release adds, counts as read.
NOT_OF_THE_COUNTRY: Final = frozenset(
    f"study.{name}"
    for name in (
        "benchmark",
        "crosscheck",
        "energy",
        "excluded",
        "fiscal",
        "people",
        "promise",
        "regions",
        "regression",
        "report",
        "threshold",
        "variant",
    )
)
# Parts that rest on the steps they ask for and on these parts of the file, and on nothing else.
# A part that is not named here may read everything.
PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "name": (),
    "title": ("study.study",),
    "unit": ("study.study",),
    "seed": ("study.study",),
    "shock": (),
    "gross_open": (),
    "net_open": (),
    "steps": (),
    "programmes": (),
    "amounts": (),
    "bills": (),
    "jobs_implied": ("study.promise",),
    "crosschecks": ("study.crosscheck",),
    "promises": ("study.promise",),
    "benchmarks": ("study.benchmark",),
    "excluded": ("study.excluded",),
    "texts": ("study.report",),
    "used": (),
    "decisive": (),
    "provenance": ("study.benchmark",),
    "energy": ("study.energy",),
    "regressions": ("study.regression",),
    "attributed": (),
    "crowding": ("study.additionality",),
}
# Parts that are datasets of the study as they are, or its table: no assumption is in them.
OF_THE_DATA: Final = frozenset(
    (
        "pledges",
        "commitments",
        "context",
        "corrections",
        "record",
        "products",
        "employment",
        "table_facts",
    )
)


def files(languages: Sequence[str]) -> dict[str, str]:
    """Return the file of every step that a build keeps, for pages in these languages.

    Examples
    --------
    >>> [file for step, file in files(["en", "fr"]).items() if step not in FILES]
    ['report.html', 'report.fr.html']
    """
    return {**FILES, **{file: file for file in pages_in(languages)}}


# Parts that are known by what they are: figures name their sources, whatever these were made of.
KNOWN_BY: Final[Mapping[str, Callable[[Any], str]]] = {
    "provenance": lambda provenance: digest(provenance.to_json()),
}


def study_graph(
    study: Study, ledger: Ledger, tell: Callable[[str], None], languages: Sequence[str] = ("en",)
) -> Graph:
    """Return the steps of a study's report, ready to run.

    Parameters
    ----------
    study : Study
    ledger : Ledger
    tell : callable
        Told the name of every step that has run.
    languages : sequence of str
        Of the pages.
    """
    making = _Making(study, pages_in(languages, catalogues(study)))
    spoken = {language.code: digest(repr(language)) for language in making.pages.values()}
    facts = facts_of(study) | {f"language.{code}": said for code, said in spoken.items()}
    facts["pages"] = digest(" ".join(making.pages))
    graph = Graph(making.steps(), facts, ledger, tell)
    making.asked.note = graph.note
    return graph


class _Asked(set[str]):
    """Notes every assumption that is asked for with the step that is running."""

    note: Callable[[str], None]

    def add(self, name: str) -> None:
        self.note(f"parameter.{name}")


@dataclass(frozen=True)
class _ReadStages(Stages):
    """The stages of an answer, read from the steps of a build."""

    read: Readings

    @property
    def used(self) -> frozenset[str]:
        return frozenset(self.read.result("assumptions used"))

    @property
    def decisive(self) -> frozenset[str]:
        return frozenset(self.read.result("assumptions decisive"))

    @property
    def nationally(self) -> Evaluation:
        found: Evaluation = self.read.result("country")
        return found

    @property
    def by_area(self) -> Evaluation:
        found: Evaluation = self.read.result("areas")
        return found

    @property
    def bills(self) -> dict[str, Bill]:
        found: dict[str, Bill] = self.read.result("bills")
        return found


class _ReadContents(Contents):
    """What a report shows, each part made when a table or the page first asks for it."""

    def __init__(self, read: Readings) -> None:
        object.__setattr__(self, "_read", read)

    def __getattribute__(self, name: str) -> Any:
        # Before the class is asked: it holds the defaults of parts that a study may lack.
        if name in PARTS:
            return object.__getattribute__(self, "_read").result(f"part/{name}")
        return object.__getattribute__(self, name)


class _Tables(Mapping[str, pd.DataFrame]):
    """The tables as they were kept; those that are asked for are read."""

    def __init__(self, read: Readings) -> None:
        self._read = read

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise KeyError(name)
        kept: bytes = self._read.result(f"tables/{name}")
        table: pd.DataFrame = pq.read_table(io.BytesIO(kept)).to_pandas()
        table.attrs["sources"] = tuple(sorted(self._read.result("part/provenance").sources))
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


class _Making:
    """What every step of one study does."""

    def __init__(self, study: Study, pages: Mapping[str, Language]) -> None:
        self.study = study
        self.pages = pages
        self.asked = _Asked()

    def steps(self) -> list[Step]:
        """Return the steps, each after those it reads."""
        return [
            Step("data check", self._data_check),
            Step("assumptions used", partial(self._names, "used"), identity=_text),
            Step("assumptions decisive", partial(self._names, "decisive"), identity=_text),
            Step("country", self._country),
            Step("areas", self._areas),
            Step("bills", self._bills),
            *[
                Step(f"part/{name}", partial(self._part, name), identity=KNOWN_BY.get(name))
                for name in PARTS
            ],
            *[Step(f"tables/{name}", partial(self._table, name), kept=True) for name in REPORT],
            *[
                Step(_drawn(name, language), partial(_figure, name, language), kept=True)
                for language in self.pages.values()
                for name in FIGURES
            ],
            *[Step(file, partial(self._page, file), kept=True) for file in self.pages],
        ]

    def _data_check(self, read: Readings) -> None:
        """Read every dataset of the study, which holds it against its schema and hash."""
        names = self.study.dataset_names()
        read.fact("program", *[f"data.{name}" for name in names])
        for name in names:
            self.study.data.read(name)

    def _names(self, which: str, read: Readings) -> list[str]:
        read.fact(*read.facts_of("program", "study", "template", "parameter", "data"))
        return sorted(getattr(Stages(self.study), which))

    def _country(self, read: Readings) -> Evaluation:
        """Run the scenario, its shock, the model and the way from gross to net for the country."""
        read.after("data check")
        sections = set(read.facts_of("study")) - NOT_OF_THE_COUNTRY
        roles = [str(getattr(self.study.file.study, role)) for role in self.study.roles]
        read.fact("program", *sorted(sections), *read.facts_of("template"))
        read.fact(*[f"data.{name}" for name in roles])
        return self.study.nationally(self.study.draws().recording(self.asked))

    def _areas(self, read: Readings) -> Evaluation:
        """Run the same by area."""
        read.fact("program", "study.regions")
        return self.study.by_area(read.result("country"))

    def _bills(self, read: Readings) -> dict[str, Bill]:
        """Say what every event buys."""
        read.fact("program")
        return bills(self.study, read.result("country"))

    def _part(self, name: str, read: Readings) -> Any:
        if name in PLAIN:
            read.fact("program", *PLAIN[name])
            if name == "regressions":
                read.fact(*[f"data.{entry.data}" for entry in self.study.file.regression])
        elif name in OF_THE_DATA:
            read.fact("program", "study.study", *read.facts_of("data"))
        else:
            kinds = ("program", "study", "template", "parameter", "words", "data", "sources")
            read.fact(*read.facts_of(*kinds))
        return PARTS[name](_ReadStages(self.study, read))

    def _table(self, name: str, read: Readings) -> bytes:
        read.fact("program", "study.name")
        answer = _ReadContents(read)
        table = REPORT[name]
        return table.parquet(table.make(answer), answer)

    def _page(self, file: str, read: Readings) -> bytes:
        language = self.pages[file]
        read.fact("program", "pages")
        read.fact(*[f"language.{said.code}" for said in self.pages.values()])
        figures = {name: read.result(_drawn(name, language)).decode() for name in FIGURES}
        beside = {other: said for other, said in self.pages.items() if other != file}
        return page(_ReadContents(read), _Tables(read), figures, language, beside).encode()


def _text(names: list[str]) -> str:
    return digest(" ".join(names))


def _drawn(figure: str, language: Language) -> str:
    """Return the step of a figure; in English it has the figure's plain name."""
    return f"figures/{figure}" if language.code == "en" else f"figures.{language.code}/{figure}"


def _figure(name: str, language: Language, read: Readings) -> bytes:
    read.fact("program", f"language.{language.code}")
    return FIGURES[name](_Tables(read), language).encode()
