"""Runs the command `econ` in children of one warm process, some of which die where they are told.

Reads a line of JSON per command: its words, and after how many operations on files to die (0 for
never). Answers with the child's process number, then with how it ended and how many operations it
began.
"""

import json
import os
import signal
import sys
from typing import Any

import econ.builds.command
import econ.builds.steps
import econ.cli

CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}


class Counting:
    """Counts what changes files, and kills its own process before the one it is told."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.begun = 0

    def __call__(self, event: str, told: tuple[Any, ...]) -> None:
        writes = (
            event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if event in CHANGES or writes:
            self.begun += 1
            if self.begun == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def child(words: list[str], last: int, answer: int) -> None:
    counting = Counting(last)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.argv = ["econ", *words]
    sys.addaudithook(counting)
    code = 0
    try:
        econ.cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    os.write(answer, str(counting.begun).encode())
    os._exit(code)


def main() -> None:
    for line in sys.stdin:
        told = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            child(told["words"], told["last"], writing)
        os.close(writing)
        print(json.dumps({"pid": pid}), flush=True)
        with os.fdopen(reading, "rb") as stream:
            begun = int(stream.read() or b"0")
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "operations": begun}), flush=True)


if __name__ == "__main__":
    main()
