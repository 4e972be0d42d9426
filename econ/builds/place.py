"""Where reports are kept: a folder, or any store that fsspec reaches (``s3://bucket/reports``)."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from econ.builds.trouble import StorageError
from econ.errors import InputError

__all__ = ["Place", "fresh_folder", "settle"]

FRESH = ".new-"
LATEST = "latest"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Place:
    """A folder for reports, on this machine or in an object store.

    On a file system a folder appears by one rename, whole or not at all. An object store has no
    rename: there the manifest is put last, and what has no manifest does not count.

    Parameters
    ----------
    root : str
        A path, or a URL with a protocol of fsspec.

    Examples
    --------
    >>> Place.at("build/reports").local
    True
    >>> Place.at("s3://bucket/reports").local
    False
    """

    root: str
    options: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def at(cls, root: str | Path, **options: Any) -> Place:
        """Return the place a path or URL names.

        Parameters
        ----------
        root : str or Path
        **options
            For the file system of fsspec, such as ``endpoint_url``.

        Raises
        ------
        InputError
            When the path is a file, or fsspec does not know the protocol.
        """
        text = str(root)
        if not text.strip() or "\0" in text:
            raise InputError.one("report", "--out", "no folder", "name a folder", value=text)
        place = cls(text.rstrip("/") or "/", tuple(sorted(options.items())))
        if place.local and Path(text).exists() and not Path(text).is_dir():
            mend = "name a folder to write into"
            raise InputError.one("report", "--out", "a file stands there", mend, value=text)
        if not place.local:
            place._remote()
        return place

    @property
    def local(self) -> bool:
        """Whether this is a folder of this machine."""
        return "://" not in self.root

    @property
    def path(self) -> Path:
        """The folder, where it is one of this machine."""
        return Path(self.root)

    def _remote(self) -> Any:
        import fsspec  # noqa: PLC0415  (loaded for stores other than folders only)

        protocol = self.root.split("://", 1)[0]
        try:
            return fsspec.filesystem(protocol, **dict(self.options))
        except (ImportError, ValueError) as error:
            mend = "use a protocol that fsspec knows, and install what it needs (econ-impact[s3])"
            raise InputError.one("report", "--out", str(error), mend, value=self.root) from error

    def read(self, name: str) -> bytes | None:
        """Return the content of a file below the place; None where there is none."""
        try:
            if self.local:
                return (self.path / name).read_bytes()
            return bytes(self._remote().cat_file(f"{self.root}/{name}"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StorageError.cannot("read", f"{self.root}/{name}", error) from error

    def folders(self, below: str, prefix: str) -> list[str]:
        """Return the names of whole folders below a path that begin with `prefix`, in order.

        Whole is what holds a manifest.
        """
        return [name for name in self.names(below, prefix) if self.holds(f"{below}/{name}")]

    def holds(self, folder: str) -> bool:
        """Return whether a folder is there, whole."""
        name = f"{folder}/{MANIFEST}".removeprefix("/")
        if self.local:
            return (self.path / name).is_file()
        return bool(self._remote().exists(f"{self.root}/{name}"))

    def names(self, below: str, prefix: str) -> list[str]:
        """Return the names below a path that begin with `prefix`, in order."""
        if self.local:
            folder = self.path / below
            found = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        else:
            store = self._remote()
            store.invalidate_cache()
            try:
                found = [str(name).rsplit("/", 1)[-1] for name in store.ls(self._at(below), False)]
            except FileNotFoundError:
                found = []
        return sorted(name for name in found if name.startswith(prefix))

    def _at(self, below: str) -> str:
        return f"{self.root}/{below}".rstrip("/")

    def files(self, folder: str) -> list[str]:
        """Return the names of all files in a folder, links among them."""
        if self.local:
            top = self.path / folder
            found = [path for path in top.rglob("*") if path.is_symlink() or not path.is_dir()]
            return sorted(path.relative_to(top).as_posix() for path in found)
        store, top_name = self._remote(), self._at(folder).split("://", 1)[1]
        names = (str(name) for name in store.find(self._at(folder)))
        return sorted(name.split(f"{top_name}/", 1)[-1] for name in names)

    def publish(self, made: Path, below: str) -> None:
        """Move a finished folder in, so that nobody ever sees a part of it.

        Parameters
        ----------
        made : Path
            The folder, with its manifest; on the same file system where the place is a folder.
        below : str
            Where it shall stand. Nothing may stand there yet.
        """
        if self.local:
            target = self.path / below
            target.parent.mkdir(parents=True, exist_ok=True)
            made.rename(target)
            settle(target.parent)
            return
        store = self._remote()
        files = sorted(path for path in made.rglob("*") if path.is_file())
        for path in sorted(files, key=lambda path: path.name == MANIFEST):
            name = path.relative_to(made).as_posix()
            store.pipe_file(f"{self._at(below)}/{name}", path.read_bytes())

    def point(self, below: str, target: str) -> None:
        """Let ``latest`` below a path stand for one of the folders there."""
        if not self.local:
            self._remote().pipe_file(f"{self._at(below)}/{LATEST}", target.encode())
            return
        link = self.path / below / LATEST
        if link.is_symlink() and os.readlink(link) == target:
            return
        fresh = link.with_name(f".{LATEST}-{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(link)
        settle(link.parent)

    def pointed(self, below: str) -> str:
        """Return the folder that ``latest`` stands for; empty where there is none."""
        if self.local:
            link = self.path / below / LATEST
            return os.readlink(link) if link.is_symlink() else ""
        return (self.read(f"{below}/{LATEST}") or b"").decode()

    def remove(self, folder: str) -> None:
        """Remove a folder: its manifest first, so that what is half gone does not count."""
        if not self.local:
            store = self._remote()
            store.rm(f"{self._at(folder)}/{MANIFEST}")
            store.rm(self._at(folder), recursive=True)
            return
        old = self.path / folder
        gone = old.with_name(f"{FRESH}gone-{old.name}")
        old.rename(gone)
        _remove(gone)

    def sweep(self, below: str) -> None:
        """Remove what builds that died left below a path.

        Raises
        ------
        InputError
            When something else stands where the link to the latest build belongs.
        """
        if not self.local or not (self.path / below).is_dir():
            return
        link = self.path / below / LATEST
        if link.exists() and not link.is_symlink():
            mend = "move it away: the name is for the link to the latest build"
            raise InputError.one(str(link), "", "no link of ours", mend)
        for left in (self.path / below).iterdir():
            if left.name.startswith(FRESH):
                with suppress(OSError):
                    _remove(left)
            elif left.name.startswith(f".{LATEST}-"):
                left.unlink(missing_ok=True)


@contextmanager
def fresh_folder(parent: Path, name: str) -> Iterator[Path]:
    """Make a folder to fill beside the finished ones; it is gone afterwards unless moved."""
    folder = parent / f"{FRESH}{name}"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        yield folder
    except OSError as error:
        raise StorageError.cannot("write", str(parent), error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Remove a folder with what it holds; of one that is a link into an archive, the link only."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder)


def settle(folder: Path) -> None:
    """Ask the system to write a folder's entries to the disk, where it can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):
            raise
    finally:
        os.close(handle)
