"""The commands `econ report`: build on a schedule, check, compare, hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from econ.cli.terminal import Folder, Spoken, bar, err, languages, out

__all__ = ["reports"]

reports = typer.Typer(no_args_is_help=True, help="Reports on a schedule: build, check, compare.")

Jobs = Annotated[int, typer.Option("--jobs", min=1, max=1000, help="Processes at once.")]
Scheduler = Annotated[
    str, typer.Option("--scheduler", help="local for processes, or a Dask address.")
]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for another build.")]


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
        languages=languages(lang),
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
    with bar(steps=3 + draws // at_once) as begin:
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
    from econ.errors import InputError

    place = Place.at(folder)
    found = studies(place)
    if not found:
        mend = "name the folder that --out of `econ report build` named"
        raise InputError.one(folder, "", "no report is kept here", mend)
    for study in found:
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
    from econ.builds.account import account
    from econ.builds.difference import difference
    from econ.builds.place import Place
    from econ.data.store import write_text

    found = difference((Place.at(old), ""), (Place.at(new), ""))
    out.print(account(found, rows), highlight=False, markup=False, soft_wrap=True)
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
