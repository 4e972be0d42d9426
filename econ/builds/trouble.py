"""What can go wrong with a build besides its input, each with an exit code that cron can tell."""

from __future__ import annotations

import errno
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from econ.errors import EconError

__all__ = ["BusyError", "DamagedError", "LostError", "StorageError", "is_loss", "of_a_store"]

# Libraries under fsspec whose errors are no OSError.
STORES: Final = ("aiobotocore", "aiohttp", "botocore", "fsspec", "gcsfs", "s3fs")
ADVICE: Final = {
    errno.ENOSPC: "free some space, or write elsewhere (--out, --work)",
    errno.EDQUOT: "free some of the quota, or write elsewhere (--out, --work)",
    errno.EFBIG: "raise the limit on the size of files, or write elsewhere (--out, --work)",
    errno.EROFS: "write to a folder that can be written to (--out, --work)",
    errno.EACCES: "give this user the right to write there, or write elsewhere (--out, --work)",
    errno.EPERM: "give this user the right to write there, or write elsewhere (--out, --work)",
    errno.ENOTEMPTY: "move away what stands where the build belongs, or name another (--vintage)",
    errno.ENOENT: "see that the folder is there, for example that the disk is mounted",
}


class BusyError(EconError):
    """Another build of the same study is at work."""

    exit_code: Final = 3

    @classmethod
    def held(cls, study: str, holder: str) -> BusyError:
        """Build the error from the study and what its holder says of itself."""
        mend = "wait for it, or let this one wait with --wait SECONDS"
        return cls(f"{study} is being built by {holder}; {mend}")


class StorageError(EconError):
    """A folder or store that could not be read or written; what stood there still stands."""

    exit_code: Final = 4

    @classmethod
    def cannot(cls, doing: str, where: str, error: OSError) -> StorageError:
        """Build the error from what was tried, where, and what the system said."""
        mend = ADVICE.get(error.errno or 0, "see that the folder can be read and written")
        said = error.strerror or str(error)
        return cls(f"cannot {doing} {where}: {said}; {mend}. The reports there are as they were")

    @classmethod
    def reached(cls, where: str, error: Exception) -> StorageError:
        """Build the error from a store and what its own library said."""
        said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        mend = "see that its name, the credentials and the network are right"
        return cls(
            f"cannot reach {where}: {said[:300]}; {mend}. The reports there are as they were"
        )


class LostError(EconError):
    """Who should do the work and is not there, or no longer: a process, a Dask scheduler."""

    exit_code: Final = 4

    @classmethod
    def in_the_middle(cls, study: str, error: BaseException) -> LostError:
        """Build the error from the study and what was heard of the process."""
        mend = "run it again, with fewer --jobs where memory is short"
        return cls(f"{study}: a process was lost: {error}; {mend}")

    @classmethod
    def no_scheduler(cls, address: str, error: BaseException) -> LostError:
        """Build the error from an address and what was heard there."""
        said = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        mend = "start it, or write its address as it prints it, such as tcp://host:8786"
        return cls(f"no Dask scheduler answers at {address}: {said}; {mend}")


def is_loss(error: BaseException) -> bool:
    """Return whether an error says that a process or a cluster is gone; some are no `Exception`."""
    return isinstance(error, BrokenProcessPool) or type(error).__module__.startswith("distributed")


def of_a_store(error: Exception) -> bool:
    """Return whether an error is of a library that speaks to a store, and no fault of ours."""
    return type(error).__module__.split(".")[0] in STORES


class DamagedError(EconError):
    """A build that is not what its manifest says."""

    exit_code: Final = 5

    @classmethod
    def found(cls, build: str, faults: list[str]) -> DamagedError:
        """Build the error from the files that are missing, changed or not named."""
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        mend = "build it again, or go back to an older one"
        return cls(f"{build} is not what its manifest says; {mend}:\n{lines}")
