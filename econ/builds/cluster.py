"""A Dask cluster that is there: a client of its scheduler."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from econ.builds.trouble import LostError
from econ.errors import InputError

__all__ = ["client_of"]

PATIENCE: Final = 5.0  # seconds that a scheduler which is there needs at the very most


def client_of(address: str) -> Any:
    """Return a client of a running Dask scheduler, to be used as a context.

    Raises
    ------
    InputError
        When Dask is missing, or the address is none.
    LostError
        When no Dask scheduler answers there within some seconds.
    """
    try:
        from distributed import Client  # noqa: PLC0415  (an extra)
        from distributed.comm.addressing import parse_address  # noqa: PLC0415
    except ImportError as error:
        mend = "install econ-impact[distributed]"
        raise InputError.one("report", "--scheduler", "Dask is missing", mend) from error
    try:
        parse_address(address, strict=True)
        asyncio.run(_greet(address))
    except ValueError as error:
        mend = "write local, or the address of a running scheduler such as tcp://host:8786"
        raise InputError.one("report", "--scheduler", str(error), mend, value=address) from error
    except Exception as error:  # whatever answers there may say anything
        raise LostError.no_scheduler(address, error) from error
    return Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]


async def _greet(address: str) -> None:
    """Shake hands as every client does, before a client has to be taken apart again."""
    from distributed.comm.core import connect  # noqa: PLC0415  (an extra)

    # A timeout of our own, for a server that says nothing is waited for without end.
    async with asyncio.timeout(PATIENCE):
        comm = await connect(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
        await comm.close()
