"""Build every Parquet from its text, and check that it still is what its text says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from econ.data.catalogue import Catalogue, catalogue
from econ.errors import Fault, InputError

__all__ = ["build_all", "check_all"]


def build_all(folder: Path, names: Sequence[str] | None = None) -> dict[str, bool]:
    """Build datasets from their text, in the catalogue's order, and record their hashes.

    Parameters
    ----------
    folder : Path
        With a ``catalogue.toml``.
    names : sequence of str, optional
        All datasets where left out.

    Returns
    -------
    dict of str to bool
        Whether each Parquet changed.

    Raises
    ------
    InputError
        With the faults of every text that is refused; those Parquet files stay as they were.
    """
    chosen = [Catalogue.load(folder).entry(name).name for name in names or ()]
    changed: dict[str, bool] = {}
    faults: list[Fault] = []
    for name in chosen or Catalogue.load(folder).build_order():
        now = Catalogue.load(folder)
        try:
            built = now.build(name)
        except InputError as error:
            faults += error.faults
            continue
        changed[name] = built.sha256 != now.entry(name).sha256
        now.record({name: built.sha256})
    catalogue.cache_clear()
    InputError.raise_if(list(dict.fromkeys(faults)))
    return changed


def check_all(data: Catalogue) -> int:
    """Check that every Parquet is what its text says, and return how many there are.

    Raises
    ------
    InputError
        With every dataset whose text is refused or whose Parquet says something else.
    """
    faults: list[Fault] = []
    for entry in data:
        try:
            stored = data.read(entry.name).frame
            fresh = data.fresh(entry.name).frame
        except InputError as error:
            faults += error.faults
            continue
        if not fresh.equals(stored):
            mend = "run `econ data build`, then review and commit the change"
            faults.append(Fault(entry.parquet.name, "", "is not what its text says", mend))
    InputError.raise_if(list(dict.fromkeys(faults)))
    return len(data.entries)
