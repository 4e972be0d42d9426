"""Every number of the page is a cell of a table that is kept as Parquet, rounded and no more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from econ.builds.steps import FILES
from econ.quantity.likelihood import likelihood
from econ.quantity.wording import MINUS, number
from econ.report.contents import Contents
from econ.report.language import Language
from econ.report.page.sentences import Crowding, crowding
from econ.report.tables import TABLES

# The decimal mark of each page, and what stands between thousands.
MARKS = {"report.html": ".", "report.fr.html": ","}
THOUSANDS = {".": ",", ",": "\u202f"}
# As it stands, as per cent, and as per cent of two standard errors.
SCALES = (1.0, 100.0, 200.0)
AS_TEXT = r"-?\d+(?:\.\d+)?"
# Rows of the page that hold several of a table, by what these have in common.
TOGETHER = {"by_year": ["year", "phase"]}


def _numbers(text: str, mark: str) -> list[str]:
    """Return the numbers of a text, with a point and nothing between thousands."""
    between = THOUSANDS[mark]
    whole = rf"\d{{1,3}}(?:{between}\d{{3}})+(?!\d)|\d+"
    found = re.findall(rf"(?<![\w.]){MINUS}?(?:{whole})(?:{re.escape(mark)}\d+)?", text)
    return [number.replace(between, "").replace(mark, ".") for number in found]


@dataclass
class _Rows(HTMLParser):
    """The numbers in the cells of each row of each table; small print in words is left out."""

    mark: str
    rows: list[list[str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._cell, self._apart = False, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "tr":
            self.rows.append([])
            self.words.append("")
        if tag == "td":
            self._cell = found.get("class") == "n"
        aside = (tag, found.get("class")) in {("small", "way"), ("span", "soft")}
        self._apart += bool(aside or (self._apart and tag in {"small", "span"}))

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._cell = False
        if tag in {"small", "span"} and self._apart:
            self._apart -= 1

    def handle_data(self, data: str) -> None:
        if not self.rows:
            return
        self.words[-1] += data.replace("\n", " ")
        if self._cell and not self._apart:
            plain = re.sub(r"(per|pour) 1[,\u202f]000 promis(ed)?", "", data)
            self.rows[-1] += _numbers(plain, self.mark)


@pytest.fixture(scope="module")
def tables(shown: Contents) -> dict[str, pd.DataFrame]:
    return {name: table(shown) for name, table in TABLES.items()}


def _values(tables: Mapping[str, pd.DataFrame]) -> list[np.ndarray]:
    """Return a matrix of numbers for every table; those kept as text with a unit count."""
    found = []
    for name, table in tables.items():
        values = table.apply(_figures).to_numpy(dtype=float)
        if name in TOGETHER and len(table):
            groups = table.groupby(TOGETHER[name], sort=False).indices.values()
            most = max(map(len, groups))
            wide = np.full((len(groups), most * values.shape[1]), np.nan)
            for i, rows in enumerate(groups):
                wide[i, : len(rows) * values.shape[1]] = values[rows].ravel()
            values = wide
        found.append(values)
    return found


def _figures(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float)
    return column.astype(str).str.extract(rf"^({AS_TEXT})(?: \S+)?$")[0].astype(float)


def _step(text: str) -> float:
    """Return what a number was rounded to, as far as its digits say; zero of a zero."""
    plain = text.replace(",", "").replace(MINUS, "")
    _, _, decimals = plain.partition(".")
    if not plain.strip("0."):
        return 0.0
    zeros = len(plain) - len(plain.rstrip("0")) if not decimals else 0
    return 10.0**zeros * 10.0 ** -len(decimals)


def _rounds_to(values: np.ndarray, text: str, beside: tuple[str, ...] = ()) -> np.ndarray:
    """Return which rows hold a value that is written so; a zero is as coarse as what is beside."""
    plain = text.replace(",", "").replace(MINUS, "-")
    step = _step(text) or max(filter(None, map(_step, beside)), default=1.0)
    # Half a step, and what binary fractions lack at the tie.
    within = 0.5 * step * (1.0 + 1e-9)
    near = [np.abs(values * scale - float(plain)) <= within for scale in SCALES]
    return np.any(near, axis=(0, 2))


def _holds(values: np.ndarray, numbers: list[str]) -> bool:
    """Return whether one row of a table holds all these numbers."""
    found = [
        _rounds_to(values, text, tuple(numbers[max(0, place - 1) : place + 2]))
        for place, text in enumerate(numbers)
    ]
    return bool(np.all(found, axis=0).any())


@pytest.mark.parametrize("name", MARKS)
def test_every_row_of_the_page_is_a_row_of_a_table(
    folder: Path, tables: dict[str, pd.DataFrame], name: str
) -> None:
    page = _Rows(MARKS[name])
    page.feed((folder / name).read_text("utf-8"))
    values = [matrix for matrix in _values(tables) if matrix.size]
    lost = [
        (words, numbers)
        for words, numbers in zip(page.words, page.rows, strict=True)
        if numbers and not any(_holds(matrix, numbers) for matrix in values)
    ]
    assert lost == []
    assert sum(map(len, page.rows)) > 4000


def test_a_number_that_no_table_holds_is_found(tables: dict[str, pd.DataFrame]) -> None:
    row = tables["headline"].iloc[0]
    values = _values({"headline": tables["headline"]})[0]
    assert _rounds_to(values, number(row["net"], 100.0))[0]
    assert not _rounds_to(values, number(row["net"] + 53.0, 1.0)).any()


@pytest.mark.parametrize(("name", "code"), [("report.html", "en"), ("report.fr.html", "fr")])
def test_the_first_screen_and_the_quote_say_what_the_tables_say(
    shown: Contents, folder: Path, tables: dict[str, pd.DataFrame], name: str, code: str
) -> None:
    text = (folder / name).read_text("utf-8")
    cards = re.findall(
        r'<div class="card"><b>(.*?)</b>.*?<span>(?:gross|brut).*?: (.*?)</span>', text
    )
    assert len(cards) == 4
    headline = tables["headline"][tables["headline"]["subject"] == "all"]
    values = _values({"headline": headline})[0]
    for card in cards:
        numbers = _numbers(" ".join(card), MARKS[name])
        assert np.all([_rounds_to(values, found) for found in numbers], axis=0).any(), card
    running = headline.set_index(["phase", "measure"]).loc[("operation", "employment")]
    assumptions = tables["assumptions"]
    decisive = assumptions[assumptions["parameter"].isin(shown.decisive)]
    kept = tables["kept_at_home"].set_index("subject").loc["pledged"]
    imported = [100 * kept[f"imported{end}"] for end in ("", "_low", "_high")]
    language = Language.load(code)
    sure = text[text.index(f"<b>{language.gettext('How sure.')}</b>") :].split("</p>", 1)[0]
    said = {
        "Each range holds 90 %% of %(draws)s draws: runs of the model, each with all assumptions "
        "drawn at random from their ranges. %(judged)s of the %(all)s assumptions are judgement, "
        "not measurement.": {
            "draws": language.number(shown.shock.columns - 1),
            "judged": int((decisive["basis"] == "judgement").sum()),
            "all": len(decisive),
        },
        "That there will be more jobs in %(last_year)s than without the pledges is %(likely)s, as "
        "far as the assumed ranges go: %(share)s of the draws say so": {
            "last_year": shown.last_year,
            "likely": language.translate(likelihood(running["net_above_zero"])),
            "share": language.percent(running["net_above_zero"]),
        },
    }
    for message, facts in said.items():
        assert language.gettext(message) % facts in sure
    paid = {"en": "pay for imports", "fr": "paient des importations"}[code]
    assert f"{language.stepped(*imported, 1.0)} {paid}" in sure


@pytest.mark.parametrize(("name", "code"), [("report.html", "en"), ("report.fr.html", "fr")])
def test_how_crowding_out_grows_is_what_assumptions_steps_and_years_say(
    shown: Contents, folder: Path, tables: dict[str, pd.DataFrame], name: str, code: str
) -> None:
    text, language = (folder / name).read_text("utf-8"), Language.load(code)
    values = tables["assumptions"].set_index("parameter")["value"]
    first, later, years = values[["crowding_out", "crowding_out_later", "crowding_out_years"]]
    steps = tables["bridge"][tables["bridge"]["measure"] == "employment"]
    jobs = steps.set_index(["phase", "step"])
    # Of what the step before left.
    running, building = (
        language.percent(
            jobs.loc[(phase, "crowding out"), "lost"] / jobs.loc[(phase, "leakage"), "left"]
        )
        for phase in ("operation", "construction")
    )
    years_of = tables["by_year"].set_index(["measure", "phase"]).sort_index()
    net = years_of.loc[("employment", "operation")].set_index("year")["net"]
    best = int(net.idxmax())
    said = language.said(
        "At the central assumptions crowding out takes {first} when works begin or a site opens, "
        "and {last} after {years} years; so in {year} it takes {running} of the jobs in operation "
        "that the other steps leave, and over all years {building} of those in construction.",
        first=language.percent(first),
        last=language.percent(first + later * (1.0 - first)),
        years=language.number(years),
        year=shown.last_year,
        running=running,
        building=building,
    )
    assert f"<p>{said} " in text
    peak = text.split(f"<p>{said} ", 1)[1].split("</p>", 1)[0]
    assert best < shown.last_year
    year, most, last, after = _numbers(peak, MARKS[name])
    assert (int(year), int(last)) == (best, shown.last_year)
    assert _rounds_to(np.array([[net[best]]]), most)[0]
    assert _rounds_to(np.array([[net[shown.last_year]]]), after)[0]
    # Above the steps' table and on the first screen, in fewer words.
    short = language.said(
        "Crowding out grows: it is assumed to take {first} when a site opens, and by {year} it has "
        "taken {running} of the jobs that the other steps leave.",
        first=language.percent(first),
        year=shown.last_year,
        running=running,
    )
    assert text.count(short) == 2


def test_crowding_out_that_does_not_grow_is_not_said_to(
    shown: Contents, tables: dict[str, pd.DataFrame]
) -> None:
    same = replace(shown, crowding=None)
    assert crowding(same, tables["bridge"], tables["by_year"]) == Crowding()


def test_every_table_behind_the_page_is_kept_as_parquet() -> None:
    assert {f"tables/{name}" for name in TABLES} <= FILES.keys()


def test_a_judgement_shows_the_range_it_is_drawn_from_beside_the_one_it_states(
    shown: Contents, tables: dict[str, pd.DataFrame]
) -> None:
    rows = tables["assumptions"].set_index("parameter")
    judged, seen = rows.loc["reference_case"], rows.loc["weight_shell"]
    # 0.6 (0.3 to 0.9), one and a half times as far: 0.15 and, at most, one.
    assert (judged["drawn_low"], judged["drawn_high"]) == (0.15, 1.0)
    assert seen["basis"] == "evidence"
    assert (seen["drawn_low"], seen["drawn_high"]) == (seen["low"], seen["high"])
    # No draw lies outside, but of what has a tail.
    draws = shown.assumptions.draws(shown.seed, 50)
    ended = rows[rows["distribution"].isin(["beta", "triangular"])]
    for name, row in ended.iterrows():
        assert draws[str(name)].min() >= row["drawn_low"] - 1e-6
        assert draws[str(name)].max() <= row["drawn_high"] + 1e-6
