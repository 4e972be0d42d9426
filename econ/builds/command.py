"""Build many studies: in this process, in several, or on a Dask cluster; with one exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import format_exception

from econ.builds.build import build
from econ.builds.cluster import client_of
from econ.builds.log import lines_to, silent
from econ.builds.manifest import check
from econ.builds.order import Built, Order
from econ.builds.processes import called, processes
from econ.builds.trouble import is_loss
from econ.builds.vintages import latest, vintage_folder
from econ.errors import EconError, InputError
from econ.stopping import Stopped, go_on

__all__ = ["Outcome", "build_all", "check_all"]

REFUSED = 1
UNREACHED = 4
AHEAD = 2  # orders that one process may have begun or be about to begin
FAULTY = 70  # as sysexits.h has it for a fault of the program


@dataclass(frozen=True)
class Outcome:
    """What came of one order: a build, or what stood in its way.

    Parameters
    ----------
    study : str
    built : Built, optional
    message : str
        Of the error, where there is no build.
    exit_code : int
        0 built or unchanged, 1 input refused, 3 another build at work, 4 storage, 5 damaged, 70 a
        fault of this package.
    """

    study: str
    built: Built | None
    message: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        if self.built is None:
            return f"{self.study}: {self.message}"
        return f"{self.built.folder}{'' if self.built.new else ' (unchanged)'}"


def build_all(
    orders: Sequence[Order],
    *,
    jobs: int = 1,
    scheduler: str = "local",
    log: Path | None = None,
    logged: bool = False,
) -> Iterator[Outcome]:
    """Build every order, and give what came of each as soon as it is known.

    An order that fails leaves the others alone.

    Parameters
    ----------
    orders : sequence of Order
    jobs : int
        Processes at once, where `scheduler` is ``local``.
    scheduler : str
        ``local``, or the address of a Dask scheduler whose workers reach the place.
    log : Path, optional
        File for a line of JSON per event.
    logged : bool
        Without a file: write these lines to the standard error output.
    """
    one = partial(_outcome, log=log, logged=logged)
    if scheduler != "local":
        yield from _on_dask(one, orders, scheduler)
    elif jobs == 1 or len(orders) == 1:
        yield from map(one, orders)
    else:
        yield from _in_processes(one, orders, jobs)


def _in_processes(
    one: Callable[[Order], Outcome], orders: Sequence[Order], jobs: int
) -> Iterator[Outcome]:
    """Build in processes; one that dies, perhaps for want of memory, takes one order with it.

    Nobody knows at which order it died: those that may have been at work then are tried again,
    each in a process of its own, and the rest together as before.
    """
    left = list(orders)
    while left:
        lost = []
        with processes(min(jobs, len(left))) as pool:
            futures = [pool.submit(called, one, order) for order in left]
            for order, future in zip(left, futures, strict=True):
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(order)
                else:
                    yield future.result()
        suspects = lost[: AHEAD * jobs]
        yield from (_alone(one, order) for order in suspects)
        left = lost[len(suspects) :]


def _alone(one: Callable[[Order], Outcome], order: Order) -> Outcome:
    with processes(1) as pool:
        future = pool.submit(called, one, order)
        lost = future.exception()
    return _lost(order, lost) if lost is not None else future.result()


def _outcome(order: Order, *, log: Path | None, logged: bool) -> Outcome:
    go_on()
    try:
        if log is None and not logged:
            return Outcome(order.name, build(order, silent))
        with lines_to(log) as write:
            try:
                return Outcome(order.name, build(order, write))
            except EconError as error:
                write("failed", study=order.name, exit_code=_code(error), message=str(error))
                raise
            except Stopped as stop:
                write("stopped", study=order.name, exit_code=stop.code, signal=stop.signal)
                raise
    except EconError as error:
        return Outcome(order.name, None, str(error), _code(error))
    except Exception as error:
        said = "".join(format_exception(error)).strip()
        return Outcome(
            order.name, None, f"a fault of econ's own, please report it:\n{said}", FAULTY
        )


def _code(error: EconError) -> int:
    return int(getattr(error, "exit_code", REFUSED))


def _on_dask(
    one: Callable[[Order], Outcome], orders: Sequence[Order], address: str
) -> Iterator[Outcome]:
    with client_of(address) as client:
        # A worker that dies hands its study to another one.
        futures = [client.submit(one, order, pure=False, retries=2) for order in orders]
        for order, future in zip(orders, futures, strict=True):
            try:
                yield future.result()
            except BaseException as error:
                if not is_loss(error):
                    raise
                yield _lost(order, error)


def _lost(order: Order, error: BaseException) -> Outcome:
    return Outcome(order.name, None, f"its process was lost: {error}; build it again", UNREACHED)


def check_all(orders: Sequence[Order]) -> Iterator[Outcome]:
    """Check the last build of every study against its manifest."""
    for order in orders:
        try:
            vintage = latest(order.out, order.name)
            if not vintage:
                mend = "build it first, without --check"
                raise InputError.one(order.name, "", f"no build in {order.out.root}", mend)
            folder = vintage_folder(order.name, vintage)
            check(order.out, folder)
            yield Outcome(order.name, Built(order.name, vintage, folder, new=True))
        except EconError as error:
            yield Outcome(order.name, None, str(error), _code(error))
