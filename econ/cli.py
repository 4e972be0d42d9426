"""The command `econ`: parses, calls, prints; no economics."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from econ.errors import EconError, InputError

__all__ = ["app", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From an announced investment to an honest estimate of jobs and GDP.",
)
datasets = typer.Typer(no_args_is_help=True, help="The datasets: list, show, build, check.")
app.add_typer(datasets, name="data")
reports = typer.Typer(no_args_is_help=True, help="Reports on a schedule: build, check, compare.")
app.add_typer(reports, name="report")

Spoken = Annotated[str, typer.Option("--lang", help="Language, such as fr; en,fr: a page in each.")]
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=1000, help="Processes at once.")]
Scheduler = Annotated[
    str, typer.Option("--scheduler", help="local for processes, or a Dask address.")
]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for another build.")]
Folder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder with a catalogue.toml of your own, instead of ours."),
]

out = Console()
err = Console(stderr=True, highlight=False)


def _version(asked: bool) -> None:
    if asked:
        out.print(version("econ-impact"), highlight=False)
        raise typer.Exit


@app.callback()
def common(
    asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """From an announced investment to an honest estimate of jobs and GDP."""
    del asked


def _languages(lang: str) -> list[str]:
    """Return the languages that were asked for, and say which of them are not there."""
    from econ.report.language import Language

    asked = [code.strip() for code in lang.split(",") if code.strip()] or ["en"]
    for code in asked:
        fell_back = Language.load(code).fell_back
        if fell_back:
            err.print(fell_back, markup=False, soft_wrap=True)
    return asked


@contextmanager
def _bar(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar of so many steps, on a terminal only; call it to begin the next step."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=steps)
        begun = 0

        def begin(what: str) -> None:
            nonlocal begun
            progress.update(task, completed=begun, description=what)
            begun += 1

        yield begin


@app.command()
def run(
    study: Annotated[str, typer.Argument(help="Name of a study, or path of its TOML file.")],
    folder: Annotated[
        Path | None, typer.Option("--out", help="Where to write; build/STUDY where left out.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws", min=2, max=100_000, help="Number of draws, instead of the study's."
        ),
    ] = None,
    export: Annotated[
        str, typer.Option("--export", help="Write these too: xlsx,csv,latex,markdown,svg,png.")
    ] = "",
    lang: Spoken = "en",
    data: Folder = None,
) -> None:
    """Run a study and write its report."""
    from econ.data.catalogue import catalogue
    from econ.report.exports import check_exports
    from econ.report.write import write_report
    from econ.study.parts.answer import contents
    from econ.study.study import Study

    if folder is not None and (folder == Path() or (folder.exists() and not folder.is_dir())):
        raise InputError.one(str(folder), "--out", "no folder", "name a folder to write into")
    forms = [form.strip() for form in export.split(",") if form.strip()]
    check_exports(forms)
    languages = _languages(lang)
    with _bar(steps=3) as begin:
        begin(f"reading {study}")
        question = Study.load(study, catalogue(data))
        if draws is not None:
            question = question.with_draws(draws)
        begin(f"running {question.name}")
        answer = contents(question)
        begin("writing the report")
        out_folder = folder or Path("build") / question.name
        page = write_report(answer, out_folder, forms, languages)
    out.print(f"{page}", soft_wrap=True, highlight=False)


@datasets.command("list")
def list_datasets(data: Folder = None) -> None:
    """List every dataset with its vintage."""
    from econ.data.catalogue import catalogue

    table = Table("name", "what", "vintage", box=None)
    for entry in catalogue(data):
        table.add_row(entry.name, entry.title, entry.vintage)
    out.print(table)


@datasets.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a dataset.")],
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many rows to show.")] = 10,
    data: Folder = None,
) -> None:
    """Show a dataset: what it is, its units and sources, its first rows."""
    from econ.data.catalogue import catalogue

    entry = catalogue(data).entry(name)
    dataset = catalogue(data).read(name)
    for what, value in (
        ("title", entry.title),
        ("schema", entry.schema.name),
        ("rows", str(len(dataset.frame))),
        ("vintage", entry.vintage),
        ("licence", entry.licence),
        ("text", str(entry.text or f"none: {entry.reader} from {', '.join(entry.parts)}")),
        ("units", ", ".join(f"{c}: {u}" for c, u in dataset.units.items()) or "none"),
        ("sources", ", ".join(sorted(dataset.provenance.sources))),
    ):
        out.print(f"{what:8} {value}", highlight=False, markup=False, soft_wrap=True)
    out.print(dataset.frame.head(rows).to_string(), highlight=False, markup=False, soft_wrap=True)
    if len(dataset.frame) > rows:
        out.print(f"... {len(dataset.frame) - rows} more: --rows {len(dataset.frame)} shows all")


@datasets.command()
def build(
    names: Annotated[list[str] | None, typer.Argument(help="Datasets; all where left out.")] = None,
    data: Folder = None,
) -> None:
    """Build Parquet from the reviewable text and record the hashes in the catalogue."""
    from econ.data.build import build_all
    from econ.data.catalogue import catalogue

    with _bar(steps=1) as begin:
        begin("building")
        built = build_all(catalogue(data).folder, names)
    for name, changed in built.items():
        out.print(f"{name}: {'changed' if changed else 'same'}", highlight=False)


@datasets.command()
def check(data: Folder = None) -> None:
    """Check every dataset: its text, its Parquet and its hash."""
    from econ.data.build import check_all
    from econ.data.catalogue import catalogue

    with _bar(steps=1) as begin:
        begin("checking")
        count = check_all(catalogue(data))
    out.print(f"{count} datasets are what their text says", highlight=False)


@reports.command("build")
def build_reports(
    studies: Annotated[list[str], typer.Argument(help="Names of studies, or their TOML files.")],
    folder: Annotated[
        str, typer.Option("--out", help="A folder, or a URL such as s3://bucket/reports.")
    ] = "build/reports",
    jobs: Jobs = 1,
    scheduler: Scheduler = "local",
    draws: Annotated[
        int | None,
        typer.Option("--draws", min=2, max=100_000, help="Number of draws, not the study's."),
    ] = None,
    vintage: Annotated[
        str, typer.Option("--vintage", help="Name of this build; the time where left out.")
    ] = "",
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Keep so many vintages, drop older ones.")
    ] = None,
    wait: Wait = 0.0,
    check_only: Annotated[
        bool, typer.Option("--check", help="Build nothing; check the last build's files.")
    ] = False,
    work: Annotated[
        Path, typer.Option("--work", help="Where finished steps rest between builds.")
    ] = Path("build/steps"),
    log: Annotated[
        Path | None, typer.Option("--log", help="Write a line of JSON per event to this file.")
    ] = None,
    lang: Spoken = "en",
    data: Folder = None,
) -> None:
    """Build reports that are whole or not there; unchanged ones are left as they are."""
    from econ.builds.command import build_all, check_all
    from econ.builds.order import orders

    asked = orders(
        studies,
        out=folder,
        work=work,
        data=data,
        draws=draws,
        vintage=vintage,
        wait=wait,
        keep=keep,
        languages=_languages(lang),
    )
    code = 0
    outcomes = (
        check_all(asked)
        if check_only
        else build_all(asked, jobs=jobs, scheduler=scheduler, log=log, logged=not err.is_terminal)
    )
    for outcome in outcomes:
        code = max(code, outcome.exit_code)
        where = out if outcome.built else err
        where.print(str(outcome), highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(code)


@reports.command("draws")
def draw_study(
    study: Annotated[str, typer.Argument(help="Name of a study, or path of its TOML file.")],
    draws: Annotated[int, typer.Option("--draws", min=2, max=100_000_000, help="How many draws.")],
    folder: Annotated[
        str, typer.Option("--out", help="A folder, or a URL such as s3://bucket/draws.")
    ] = "build/draws",
    jobs: Jobs = 1,
    scheduler: Scheduler = "local",
    chunk: Annotated[
        int | None,
        typer.Option("--chunk", min=1, help="Draws that are worked out at once; memory grows so."),
    ] = None,
    vintage: Annotated[
        str, typer.Option("--vintage", help="Name of these draws; the time where left out.")
    ] = "",
    wait: Wait = 0.0,
    work: Annotated[
        Path, typer.Option("--work", help="Where columns of numbers lie meanwhile.")
    ] = Path("build/steps"),
    data: Folder = None,
) -> None:
    """Draw a study very many times: every draw of its headline, and intervals of all of them."""
    from econ.builds.many_draws import CHUNK, draw
    from econ.builds.order import orders

    (order,) = orders(
        [study], out=folder, work=work, data=data, draws=draws, vintage=vintage, wait=wait
    )
    at_once = chunk or CHUNK
    with _bar(steps=3 + draws // at_once) as begin:
        tell = lambda event, **_: begin(event)  # noqa: E731
        built = draw(order, chunk=at_once, jobs=jobs, scheduler=scheduler, log=tell)
    out.print(built.folder, highlight=False, markup=False, soft_wrap=True)


@reports.command("list")
def list_reports(
    folder: Annotated[str, typer.Argument(help="Where reports are kept.")] = "build/reports",
) -> None:
    """List every vintage of every study, the latest with a star."""
    from econ.builds.place import Place
    from econ.builds.vintages import latest, studies, vintages

    place = Place.at(folder)
    for study in studies(place):
        newest = latest(place, study)
        for vintage in vintages(place, study):
            star = " *" if vintage == newest else ""
            out.print(f"{study} {vintage}{star}", highlight=False, markup=False, soft_wrap=True)


@reports.command("diff")
def diff_reports(
    old: Annotated[str, typer.Argument(help="Folder or URL of a build.")],
    new: Annotated[str, typer.Argument(help="Folder or URL of another build of the study.")],
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many figures to show.")] = 20,
    file: Annotated[
        Path | None, typer.Option("--write", help="Write every figure that moved as CSV.")
    ] = None,
    study: Annotated[
        str, typer.Option("--study", help="Run this study to share the gap out by assumption.")
    ] = "",
    data: Folder = None,
) -> None:
    """Say which figures moved between two builds, by how much, and what they rest on that did."""
    from econ.builds.difference import difference
    from econ.builds.place import Place
    from econ.data.store import write_text

    found = difference((Place.at(old), ""), (Place.at(new), ""))
    out.print(found.text(rows), highlight=False, markup=False, soft_wrap=True)
    if file is not None:
        write_text(found.moved.to_csv(index=False), file)
    if study:
        from econ.builds.causes import causes, shown
        from econ.data.catalogue import catalogue
        from econ.study.study import Study

        parts = causes(found, Study.load(study, catalogue(data)))
        out.print(f"\n{shown(parts)}", highlight=False, markup=False, soft_wrap=True)


@reports.command("export")
def export_report(
    build: Annotated[str, typer.Argument(help="Folder or URL of a build.")],
    forms: Annotated[str, typer.Option("--form", help="As --export of econ run.")] = "xlsx",
    folder: Annotated[Path, typer.Option("--out")] = Path("build/exports"),
) -> None:
    """Write tables and figures of a build that stands for a spreadsheet, paper or slide."""
    from econ.builds.export import export

    for written in export(build, forms, folder):
        out.print(written, soft_wrap=True, highlight=False)


@reports.command("schema")
def report_schema(
    table: Annotated[str, typer.Argument(help="A table; all where left out.")] = "",
) -> None:
    """Print the columns and types of the tables of a report, which stay over releases."""
    from econ.report.tables.schema import chosen, schema_text

    out.print(schema_text(chosen(table)), highlight=False, markup=False, soft_wrap=True)


@app.command()
def evaluate(
    protocol: Annotated[str, typer.Argument(help="Name of a protocol, or path of its TOML file.")],
    data: Folder = None,
) -> None:
    """Say what a registered evaluation of a site could see in the record there is."""
    from econ.data.catalogue import catalogue
    from econ.regression.evaluation.protocol import Protocol

    with _bar(steps=1) as begin:
        begin(f"reading {protocol}")
        found = Protocol.load(protocol, catalogue(data)).dry_run()
    out.print(str(found), markup=False, highlight=False, soft_wrap=True)


@app.command()
def cite(
    file: Annotated[Path, typer.Argument(help="A Parquet file that econ wrote.")],
    data: Folder = None,
) -> None:
    """Print the bibliography of a Parquet file."""
    from econ.data.store import read_parquet
    from econ.quantity.provenance import bibliography, sources_by_key

    for source in bibliography(read_parquet(file).provenance.sources, sources_by_key(data)):
        out.print(f"[{source.key}] {source}", highlight=False, markup=False, soft_wrap=True)


def main() -> None:
    """Run the command; what is refused is one message and exit code 1, wrong usage is 2."""
    try:
        app()
    except (EconError, OSError) as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(getattr(error, "exit_code", 1))


if __name__ == "__main__":
    main()
