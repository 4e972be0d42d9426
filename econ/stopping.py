"""SIGINT and SIGTERM: a command that is told to stop ends soon and leaves nothing half made."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

__all__ = ["Stopped", "finishing", "go_on", "listen", "listening"]

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
DIED_OF_A_SIGNAL: Final = 128  # what a shell adds to its number


class Stopped(SystemExit):
    """The command was told to stop. No `Exception`: nothing takes it for a fault and goes on.

    Parameters
    ----------
    number : int
        Of the signal.

    Examples
    --------
    >>> stop = Stopped(signal.SIGTERM)
    >>> stop.code, stop.signal
    (143, 'SIGTERM')
    """

    def __init__(self, number: int) -> None:
        super().__init__(DIED_OF_A_SIGNAL + number)
        self.number = number

    def __reduce__(self) -> tuple[type[Stopped], tuple[int]]:
        return type(self), (self.number,)

    @property
    def signal(self) -> str:
        """Name of the signal."""
        return signal.Signals(self.number).name

    def __str__(self) -> str:
        return f"stopped by {self.signal}; what stood still stands; run it again to finish"


class _Heard:
    """The signal that was heard, and whether what it means must wait. A process has one of each."""

    def __init__(self) -> None:
        self.number = 0
        self.busy = False
        self.afterwards: Any = signal.SIG_DFL

    def __call__(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.number = number
        for one in SIGNALS:
            signal.signal(one, self.afterwards)
        if not self.busy:
            raise Stopped(number)


_HEARD: Final = _Heard()


def listen(*, once: bool = True) -> dict[signal.Signals, Any]:
    """Raise `Stopped` at the first signal to stop; what is ignored already is still ignored.

    Parameters
    ----------
    once : bool
        Whether a second signal ends the process at once, for a person who does not want to wait.
        Else it is ignored: its sender waits, and kills what takes too long.

    Returns
    -------
    dict of signal.Signals to object
        How the signals were handled before.
    """
    _HEARD.number, _HEARD.busy = 0, False
    _HEARD.afterwards = signal.SIG_DFL if once else signal.SIG_IGN
    before = {one: signal.getsignal(one) for one in SIGNALS}
    for one, how in before.items():
        if how != signal.SIG_IGN:
            signal.signal(one, _HEARD)
    return before


@contextmanager
def listening() -> Iterator[None]:
    """Listen to signals to stop for a while."""
    before = listen()
    try:
        yield
    finally:
        _HEARD.number = 0
        for one, how in before.items():
            signal.signal(one, how)


def go_on() -> None:
    """Raise `Stopped` where a signal was heard that a library swallowed."""
    if _HEARD.number:
        raise Stopped(_HEARD.number)


@contextmanager
def finishing() -> Iterator[None]:
    """Finish a short work on files before a signal to stop is heeded."""
    was, _HEARD.busy = _HEARD.busy, True
    try:
        yield
    finally:
        _HEARD.busy = was
    if not was:
        go_on()
