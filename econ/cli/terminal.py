"""What every command shares: options, the two streams, a bar, the languages that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

__all__ = ["Folder", "Spoken", "bar", "err", "languages", "out"]

Spoken = Annotated[str, typer.Option("--lang", help="Language, such as fr; en,fr: a page in each.")]
Folder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder with a catalogue.toml of your own, instead of ours."),
]

out = Console()
err = Console(stderr=True, highlight=False)


def languages(lang: str) -> list[str]:
    """Return the languages that were asked for, and say which of them are not there."""
    from econ.report.language import Language

    asked = [code.strip() for code in lang.split(",") if code.strip()] or ["en"]
    for code in asked:
        fell_back = Language.load(code).fell_back
        if fell_back:
            err.print(fell_back, markup=False, soft_wrap=True)
    return asked


@contextmanager
def bar(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar of so many steps, on a terminal only; call it to begin the next step."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=steps)
        begun = 0

        def begin(what: str) -> None:
            nonlocal begun
            progress.update(task, completed=begun, description=what)
            begun += 1

        yield begin
