"""Versions of NUTS: which codes each has, and what became of a region from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import pandas as pd

from econ.errors import Fault, nearest

__all__ = ["LEVELS", "SAME", "Nuts", "Step", "level_of"]

LEVELS: Final = {2: "NUTS0", 3: "NUTS1", 4: "NUTS2", 5: "NUTS3"}
SAME: Final = 0.995  # of the residents: a few villages moved, the region is the same


def level_of(code: str) -> str:
    """Return the level of a NUTS code by its length; empty where it has none.

    Examples
    --------
    >>> level_of("FRF12"), level_of("FR"), level_of("EU27_2020")
    ('NUTS3', 'NUTS0', '')
    """
    return LEVELS.get(len(code), "")


@dataclass(frozen=True)
class Step:
    """What becomes of the regions of one version in the next.

    Parameters
    ----------
    relabelled : mapping of str to str
        Old code to new one, where the region stays whole; several may go to one (merged).
    split : mapping of str to tuple of (str, float)
        Old code to new ones, with the share of its residents.
    """

    relabelled: Mapping[str, str]
    split: Mapping[str, tuple[tuple[str, float], ...]]

    def parts(self, code: str) -> tuple[tuple[str, float], ...]:
        """Return where a region went and with what share of its residents."""
        if code in self.split:
            return self.split[code]
        return ((self.relabelled.get(code, code), 1.0),)


@dataclass(frozen=True)
class Nuts:
    """Codes and changes of the versions we hold.

    Parameters
    ----------
    codes : pandas.DataFrame
        Schema NUTS_CODES: code, level, since, until.
    changes : pandas.DataFrame
        Schema NUTS_CHANGES: from_version, from_code, to_version, to_code, share, source.
    """

    codes: pd.DataFrame
    changes: pd.DataFrame = field(repr=False)

    @cached_property
    def versions(self) -> tuple[int, ...]:
        """Versions, oldest first."""
        found = {int(v) for column in ("since", "until") for v in self.codes[column]}
        return tuple(sorted(found))

    def of(self, version: int) -> frozenset[str]:
        """Return the codes of a version."""
        held = (self.codes["since"] <= version) & (self.codes["until"] >= version)
        return frozenset(self.codes.loc[held, "code"])

    def version_faults(self, version: object, column: str, file: str) -> list[Fault]:
        """Return the fault of a version we do not hold."""
        if version in self.versions:
            return []
        mend = nearest(version, self.versions)
        return [Fault(file, column, "no such version of NUTS here", mend, value=version)]

    def code_faults(self, code: str, version: int, file: str, row: int | str) -> list[Fault]:
        """Return why a code is none of a version: of another one, or unknown.

        Parameters
        ----------
        code : str
        version : int
        file : str
        row : int or str
            For the message.
        """
        known = self.of(version)
        if code in known:
            return []
        elsewhere = [str(v) for v in self.versions if code in self.of(v)]
        if elsewhere:
            mend = f"it is one of NUTS {', '.join(elsewhere)}; say nuts={elsewhere[-1]}"
            problem = f"no code of NUTS {version}"
            return [Fault(file, "region", problem, mend, row, code)]
        level, country = level_of(code), code[:2]
        held = {c for c in known if level_of(c) == level and c[:2] == country}
        if level and not held:
            mend = f"choose countries or levels that leave it out; we hold no {level} of {country}"
            return [Fault(file, "region", "a code we cannot check", mend, row, code)]
        mend = nearest(code, sorted(held or known))
        return [Fault(file, "region", "unknown code in every version of NUTS", mend, row, code)]

    def steps(self, old: int, new: int) -> list[tuple[int, Step]]:
        """Return the steps from one version to another, each with the version it starts from."""
        first, last = min(old, new), max(old, new)
        path = [v for v in self.versions if first <= v <= last]
        path = path if old <= new else path[::-1]
        return [(before, self._step(before, after)) for before, after in pairwise(path)]

    def _step(self, old: int, new: int) -> Step:
        starts = self.changes["from_version"] == min(old, new)
        rows = self.changes[starts & (self.changes["to_version"] == max(old, new))]
        if old > new:
            return self._backwards(rows)
        relabelled: dict[str, str] = {}
        split: dict[str, tuple[tuple[str, float], ...]] = {}
        for code, group in rows.groupby("from_code"):
            targets = list(zip(group["to_code"], group["share"].astype(float), strict=True))
            most = max(targets, key=lambda pair: pair[1])
            if most[1] >= SAME:
                relabelled[str(code)] = str(most[0])
            else:
                split[str(code)] = tuple((str(to), share) for to, share in targets)
        return Step(relabelled, split)

    def _backwards(self, rows: pd.DataFrame) -> Step:
        """Return the step back: what was made of parts of several regions cannot be undone."""
        sources: dict[str, dict[str, float]] = {}
        targets: dict[str, set[str]] = {}
        for source, to, share in zip(
            rows["from_code"], rows["to_code"], rows["share"].astype(float), strict=True
        ):
            sources.setdefault(str(to), {})[str(source)] = share
            targets.setdefault(str(source), set()).add(str(to))
        before = self.of(int(rows["from_version"].iloc[0])) if len(rows) else frozenset()
        for to, found in sources.items():
            if to in before and to not in targets:
                found[to] = 1.0
        relabelled: dict[str, str] = {}
        split: dict[str, tuple[tuple[str, float], ...]] = {}
        for to, found in sources.items():
            whole = [source for source, share in found.items() if share >= SAME]
            small = all(
                share < 1.0 - SAME for source, share in found.items() if source not in whole
            )
            only = len(found) == 1 and all(
                set(sources[other]) == set(found) for source in found for other in targets[source]
            )
            if len(whole) == 1 and small:
                relabelled[to] = whole[0]
            elif only:
                relabelled[to] = next(iter(found))
            else:
                split[to] = tuple((source, float("nan")) for source in found)
        return Step(relabelled, split)
