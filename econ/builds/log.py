"""What a build says while it runs: one JSON object a line, for machines that watch it at night."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from econ.builds.trouble import StorageError

__all__ = ["Log", "lines_to", "silent"]

Log = Callable[..., None]


def silent(event: str, **facts: Any) -> None:
    """Say nothing."""
    del event, facts


@contextmanager
def lines_to(where: Path | None) -> Iterator[Log]:
    """Write every event as a line of JSON: to the end of a file, or to the standard error output.

    Parameters
    ----------
    where : Path, optional
    """
    if where is None:
        # Cron may close the stream; what nobody hears is no reason to stop.
        yield silent if sys.stderr is None else _heard(_writer(sys.stderr))
        return
    try:
        if not where.is_absolute():  # a folder elsewhere that is not there is a slip of the pen
            where.parent.mkdir(parents=True, exist_ok=True)
        with where.open("a", encoding="utf-8", buffering=1) as stream:
            yield _writer(stream)
    except OSError as error:
        raise StorageError.cannot("write", str(where), error) from error


def _heard(write: Log) -> Log:
    """Return what writes where it can, and says nothing where the stream is gone."""

    def attempt(event: str, **facts: Any) -> None:
        with suppress(OSError, ValueError):
            write(event, **facts)

    return attempt


def _writer(stream: TextIO) -> Log:
    def write(event: str, **facts: Any) -> None:
        said = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        stream.write(json.dumps(said | facts, ensure_ascii=True, default=str) + "\n")

    return write
