"""The command `econ`: parses, calls, prints; no economics."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from econ.cli.report import reports
from econ.cli.terminal import Folder, Spoken, bar, err, languages, out
from econ.errors import EconError, InputError
from econ.stopping import Stopped, listening

__all__ = ["app", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From an announced investment to an honest estimate of jobs and GDP.",
)
datasets = typer.Typer(no_args_is_help=True, help="The datasets: list, show, build, check.")
app.add_typer(datasets, name="data")
app.add_typer(reports, name="report")


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
    spoken = languages(lang)
    with bar(steps=3) as begin:
        begin(f"reading {study}")
        question = Study.load(study, catalogue(data))
        if draws is not None:
            question = question.with_draws(draws)
        begin(f"running {question.name}")
        answer = contents(question)
        begin("writing the report")
        out_folder = folder or Path("build") / question.name
        page = write_report(answer, out_folder, forms, spoken)
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

    with bar(steps=1) as begin:
        begin("building")
        built = build_all(catalogue(data).folder, names)
    for name, changed in built.items():
        out.print(f"{name}: {'changed' if changed else 'same'}", highlight=False)


@datasets.command()
def check(data: Folder = None) -> None:
    """Check every dataset: its text, its Parquet and its hash."""
    from econ.data.build import check_all
    from econ.data.catalogue import catalogue

    with bar(steps=1) as begin:
        begin("checking")
        count = check_all(catalogue(data))
    out.print(f"{count} datasets are what their text says", highlight=False)


@app.command()
def evaluate(
    protocol: Annotated[str, typer.Argument(help="Name of a protocol, or path of its TOML file.")],
    data: Folder = None,
) -> None:
    """Say what a registered evaluation of a site could see in the record there is."""
    from econ.data.catalogue import catalogue
    from econ.regression.evaluation.protocol import Protocol

    with bar(steps=1) as begin:
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
    """Run the command; what is refused is one message and exit code 1, wrong usage is 2.

    A signal to stop is one message too, and exit code 128 and its number: 130 or 143.
    """
    try:
        with listening():
            app()
    except Stopped as stop:
        err.print(str(stop), markup=False, soft_wrap=True)
        sys.exit(stop.code)
    except (EconError, OSError) as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(getattr(error, "exit_code", 1))
