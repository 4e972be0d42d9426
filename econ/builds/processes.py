"""Processes of this machine that work at the same time, and end with the one that began them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from time import monotonic
from typing import Final, TypeVar

from econ.stopping import Stopped, listen

__all__ = ["called", "processes"]

Given = TypeVar("Given")
Made = TypeVar("Made")
PATIENCE: Final = 10.0  # seconds that a process has to leave nothing half made


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of so many processes.

    When this process is told to stop, so are they; when it dies, they end by themselves.

    Parameters
    ----------
    count : int
    """
    # Spawned, for threads of the linear algebra do not survive a fork.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


def called(task: Callable[[Given], Made], given: Given) -> Made:
    """Do a task in a process of the pool, which ends, and takes no other, where told to stop."""
    try:
        return task(given)
    except Stopped as stop:
        os._exit(int(stop.code or 0))


def _begin() -> None:
    listen(once=False)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    pool.shutdown(wait=False, cancel_futures=True)
    children = active_children()
    for child in children:
        child.terminate()
    end = monotonic() + PATIENCE
    for child in children:
        child.join(max(end - monotonic(), 0.0))
        child.kill()
