"""One self-contained HTML page from the tables and figures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from econ.quantity.likelihood import likelihood
from econ.quantity.parameters import Parameter
from econ.quantity.provenance import Source
from econ.quantity.wording import rounding_step, visible
from econ.report.contents import Contents
from econ.report.language import ENGLISH, Language, Written
from econ.report.page.sentences import crowding, in_short, sentences
from econ.report.page.stacked import stacked
from econ.report.tables.spreadsheet import About, archive
from econ.scenario.steps_to_net import PLAIN_WORDS

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["OTHER_PAGES", "PAGE", "page", "pages_in"]

PAGE: Final = "report.html"
OTHER_PAGES: Final = "report.*.html"


def pages_in(asked: Sequence[str], folders: Sequence[Path] = ()) -> dict[str, Language]:
    """Return the languages of a report by the file of each page, the first one asked for first.

    Parameters
    ----------
    asked : sequence of str
        Codes of languages; none is English. A language that is named twice has one page.
    folders : sequence of Path
        Where the texts of a study are translated.

    Examples
    --------
    >>> [(file, language.code) for file, language in pages_in(["fr", "en"]).items()]
    [('report.html', 'fr'), ('report.en.html', 'en')]
    """
    spoken: dict[str, Language] = {}
    for code in asked or ("en",):
        language = Language.load(code, folders)
        spoken.setdefault(language.code, language)
    first = next(iter(spoken))
    return {
        PAGE if code == first else OTHER_PAGES.replace("*", code): language
        for code, language in spoken.items()
    }


def page(
    contents: Contents,
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, str],
    language: Language = ENGLISH,
    beside: Mapping[str, Language] | None = None,
) -> str:
    """Return the page.

    Parameters
    ----------
    contents : Contents
    tables : mapping of str to pandas.DataFrame
        Every table of `econ.report.tables.TABLES`.
    figures : mapping of str to str
        Every figure of `econ.report.figures.FIGURES`, as SVG, in the same language.
    language : Language
    beside : mapping of str to Language, optional
        The same page in other languages, by the name of its file.
    """
    environment = _environment(contents, tables, figures, language)
    template = environment.get_template("page.html.j2")
    rows = {name: table.to_dict("records") for name, table in tables.items()}
    text = template.render(
        contents=contents,
        language=language,
        others=[
            tuple(map(Written, (other.code, name, other.gettext("This page in English"))))
            for name, other in (beside or {}).items()
        ],
        figures=figures,
        tables=rows,
        grouped=_by_group(tables["assumptions"]),
        headline=_headline(tables["headline"]),
        in_short=in_short(contents, tables["headline"], language),
        context=contents.context.fillna("").to_dict("records"),
        article=_article(contents),
        crowding=crowding(contents, tables["bridge"], tables["by_year"], language),
        corrections=contents.corrections.fillna("").to_dict("records"),
        archive=Written(_carried(archive(About.of(contents, language), tables))),
        kept={str(row["subject"]): row for row in rows["kept_at_home"]},
        authors=dict(zip(tables["sources"]["key"], tables["sources"]["author"], strict=True)),
        version=version("econ-impact"),
        draws=contents.shock.columns - 1,
        unsure=_unsure(tables["model_and_record"]),
        below_zero=_below_zero(tables["by_region"]),
        judged=_judged(tables["assumptions"], contents.decisive),
        check=_check(contents),
        sentences=sentences(contents, language),
        taken_off=[PLAIN_WORDS[step] for step in contents.steps if step in PLAIN_WORDS],
    )
    return stacked(text, language.gettext(": "))


def _environment(
    contents: Contents,
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, str],
    language: Language,
) -> Environment:
    """Return the words, numbers and figures that the templates may use."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  (for a page)

    environment = Environment(
        loader=PackageLoader("econ.report", "page"),
        autoescape=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        # All that a table or a study says is looked up; what is written already is not.
        finalize=lambda value: language.translate(value) if type(value) is str else value,
    )
    environment.policies["ext.i18n.trimmed"] = True
    i18n: Any = environment
    i18n.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)
    environment.filters |= {
        "unit": language.unit,
        "t": language.translate,
        "name": lambda text: Written(visible(str(text))),
        "listed": language.listed,
        "author": language.author,
        "sentence": lambda text: Written(text[:1].upper() + text[1:]),
        "lower": lambda text: Written(text.lower()),
    }
    environment.globals.update(
        t=language.translate,
        ranged=language.ranged,
        ranged_parts=language.ranged_parts,
        stepped=language.stepped,
        rounding_step=rounding_step,
        told_apart=_told_apart,
        percent=language.percent,
        likelihood=likelihood,
        number=language.number,
        span=language.span,
        written=language.written,
        amount=language.amount,
        billions=language.billions,
        money_of=language.money,
        in_money=lambda plain: language.millions(plain, contents.unit.base),
        listed=language.listed,
        exact=language.exact,
        drawn=lambda name, words: _drawn(figures[name], words),
        quote=lambda judged: _quote(contents, tables, judged, language),
    )
    return environment


def _quote(
    contents: Contents,
    tables: Mapping[str, pd.DataFrame],
    judged: tuple[int, int],
    language: Language,
) -> str:
    """Return a paragraph that can be quoted alone and is true alone.

    Nothing where the jobs of the study are those of investments of the past as well: it says what
    is pledged and what that does, and the two would not be the same.
    """
    past = [name for name in contents.amounts if name not in contents.still_pledged]
    if past and contents.gross.draws("employment", pledges=past).any():
        return ""
    headline = _headline(tables["headline"])
    building, running = (
        headline[f"all {phase} employment"] for phase in ("construction", "operation")
    )
    low, high = running["net_low"], running["net_high"]
    step = rounding_step(low, high)
    if low < 0.0 < high:
        likely = language.translate(likelihood(running["net_above_zero"]))
        verdict = language.said(
            "and in this model it is {likely} that there are more jobs than without", likely=likely
        )
    else:
        central = language.number(running["net"], step)
        verdict = language.said("with {central} as the central value", central=central)
    pledged = float(sum(contents.amounts[name][0] for name in contents.still_pledged))
    kept_at_home = tables["kept_at_home"].set_index("subject")
    imports = kept_at_home.loc["pledged", ["imported", "imported_low", "imported_high"]]
    imported, least, most = 100.0 * imports.to_numpy(dtype=float)
    gross, kept, full = (
        language.ranged(row[which], row[f"{which}_low"], row[f"{which}_high"])
        for row, which in ((building, "gross"), (building, "net"), (running, "gross"))
    )
    return language.said(
        "In this model, of {pledged} pledged by {actors}, {imported} of every 100 pay for imports. "
        "If everything is carried out as announced, building and equipping the sites would be "
        "{gross} job-years at contractors, their suppliers and where the pay is spent, a job-year "
        "being one job for one year; {kept} are left once what will not be built, would have come "
        "anyway or is lost elsewhere is taken off. In {last_year} the sites, their suppliers and "
        "those who live on the pay would be {full} jobs {there}; after the same deductions "
        "between {low} and {high} are left, {verdict}. These are results of a model with ranges of "
        "90 % of {draws} draws; {judged} of the {all} assumptions behind them are judgement. They "
        "do not say what the state, or the announcement, caused.",
        actors=_together(_actors(contents), language),
        there=language.translate(f"in {contents.texts.economy}"),
        pledged=language.amount(pledged, contents.unit.base, 10.0),
        imported=language.stepped(imported, least, most, 1.0),
        gross=gross,
        kept=kept,
        last_year=contents.last_year,
        full=full,
        low=language.number(low, step),
        high=language.number(high, step),
        verdict=verdict,
        draws=language.number(contents.shock.columns - 1),
        judged=judged[0],
        all=judged[1],
    )


def _actors(contents: Contents) -> list[str]:
    """Return who pledged what is still a pledge, each once."""
    actors = dict(zip(contents.pledges["pledge"], contents.pledges["actor"], strict=True))
    return list(dict.fromkeys(str(actors[name]) for name in contents.still_pledged))


def _together(names: list[str], language: Language) -> str:
    """Return names as a sentence has them: one and another."""
    *some, last = [visible(name) for name in names] or [""]
    if not some:
        return last
    return language.said("{first} and {last}", first=", ".join(some), last=last)


def _drawn(figure: str, words: str) -> str:
    """Return a figure that is named for who cannot see it; the words are text, never markup."""
    return figure.replace("<svg", f'<svg role="img" aria-label="{escape(words)}"', 1)


def _told_apart(row: Mapping[str, Any]) -> float:
    """Return the step of a sensitivity: a tenth of that of its outcome, people never parted."""
    step = rounding_step(row["outcome_low"], row["outcome_high"], row["unit"])
    return max(step / 10.0, rounding_step(0.0, row["swing"], row["unit"]))


def _unsure(record: pd.DataFrame) -> tuple[int, int]:
    """Return how many pooled studies were not seen on a page, and how many rest on judgement."""
    if record.empty:
        return 0, 0
    studies = record[record["kind"] == "study"]
    return int((~studies["verified"].astype(bool)).sum()), int(
        (studies["basis"] != "published").sum()
    )


def _carried(content: bytes) -> str:
    """Return an archive as an address that holds it, so that it goes where the page goes."""
    return f"data:application/zip;base64,{b64encode(content).decode()}"


def _below_zero(by_region: pd.DataFrame) -> bool:
    """Return whether any area has fewer jobs in operation than without the pledges."""
    if by_region.empty:
        return False
    rows = by_region[(by_region["subject"] == "all") & (by_region["phase"] == "operation")]
    return bool((rows.loc[rows["measure"] == "employment", "net"] < 0.0).any())


def _article(contents: Contents) -> Source | None:
    """Return the publication that the pledges were first read in, where there is one."""
    rows = contents.pledges[contents.pledges["record"] == "article"]
    keys = [key.strip() for keys in rows["source"] for key in str(keys).split(";")]
    return next((contents.sources[key] for key in keys if key in contents.sources), None)


def _check(contents: Contents) -> Parameter | None:
    held = contents.texts.check
    return None if held is None else contents.assumptions[held.parameter]


def _judged(assumptions: pd.DataFrame, decisive: frozenset[str]) -> tuple[int, int]:
    """Return how many assumptions of the national figures are judgement, and how many there are."""
    rows = assumptions[assumptions["parameter"].isin(decisive)]
    return int((rows["basis"] == "judgement").sum()), len(rows)


def _headline(headline: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the rows of the headline by ``subject phase measure``."""
    keys = headline["subject"] + " " + headline["phase"] + " " + headline["measure"]
    rows = [{str(k): v for k, v in row.items()} for row in headline.to_dict("records")]
    return dict(zip(keys, rows, strict=True))


def _by_group(assumptions: pd.DataFrame) -> dict[str, list[dict[str, object]]]:
    groups: dict[str, list[dict[str, object]]] = {}
    for row in assumptions.to_dict("records"):
        groups.setdefault(str(row["group"]), []).append({str(k): v for k, v in row.items()})
    return groups
