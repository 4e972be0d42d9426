"""A Dask cluster that is there: a client of its scheduler."""

from __future__ import annotations

from typing import Any

from econ.errors import InputError

__all__ = ["client_of"]


def client_of(address: str) -> Any:
    """Return a client of a running Dask scheduler, to be used as a context.

    Raises
    ------
    InputError
        When Dask is missing, or there is no scheduler at the address.
    """
    try:
        from distributed import Client  # noqa: PLC0415  (an extra)
    except ImportError as error:
        mend = "install econ-impact[distributed]"
        raise InputError.one("report", "--scheduler", "Dask is missing", mend) from error
    try:
        return Client(address, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        mend = "write local, or the address of a running scheduler such as tcp://host:8786"
        raise InputError.one("report", "--scheduler", str(error), mend, value=address) from error
