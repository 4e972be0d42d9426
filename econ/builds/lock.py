"""One build of a study at a time; the lock goes with the process that holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from econ.builds.trouble import BusyError, StorageError

__all__ = ["held"]

PAUSE = 0.1


@contextmanager
def held(path: Path, study: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of a study while its build runs.

    The operating system keeps the lock: it is released when the process ends, however it ends. The
    file stays; what it says of its holder is for people.

    Parameters
    ----------
    path : Path
        Of the lock file.
    study : str
    wait : float [s]
        How long to wait for another build.

    Raises
    ------
    BusyError
        When another build holds it for longer.
    StorageError
        When the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError.cannot("write", str(path.parent), error) from error
    try:
        end = time.monotonic() + wait
        while not _taken(handle):
            if time.monotonic() >= end:
                raise BusyError.held(study, _holder(handle))
            time.sleep(PAUSE)
        _sign(handle)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sign(handle: int) -> None:
    said = json.dumps({"process": os.getpid(), "machine": socket.gethostname()})
    with suppress(OSError):  # a full disk is for the build to say
        os.lseek(handle, 0, os.SEEK_SET)
        os.ftruncate(handle, 0)
        os.write(handle, said.encode())


def _holder(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        said = json.loads(os.read(handle, 4096))
        return f"process {int(said['process'])} on {str(said['machine'])[:80]}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
