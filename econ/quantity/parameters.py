"""Parameters: a value with its range, distribution, unit and source; and the draws of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field

from econ.declared import Declared, declared, read_toml
from econ.errors import Fault, InputError, nearest
from econ.kernels.sampling import (
    latin_hypercube,
    lognormal_quantile,
    pert_quantile,
    triangular_quantile,
    zero_inflated_quantile,
)
from econ.quantity.provenance import Source, sources_by_key

__all__ = ["Assumptions", "Draws", "Parameter", "bare_name"]

Array = npt.NDArray[np.float64]
NEEDED: Final = frozenset({"label", "value", "unit", "basis"})
DISTRIBUTIONS: Final = ("fixed", "uniform", "triangular", "beta", "lognormal", "zero_inflated")


@dataclass(frozen=True)
class Parameter:
    """One assumption: a number that knows its range, its unit and where it comes from.

    Parameters
    ----------
    name : str
    label : str
        In words a reader of the report understands.
    value, low, high : float [unit]
        ``low <= value <= high``.
    unit : str
    distribution : {"fixed", "uniform", "triangular", "beta", "lognormal", "zero_inflated"}
        ``triangular`` and ``beta`` (PERT) end at `low` and `high`; for ``lognormal`` these are the
        5 % and 95 % quantiles; ``zero_inflated`` is zero with probability `zero`, else lognormal,
        with `high` the 95 % quantile of the whole.
    basis : {"evidence", "judgement"}
    source : tuple of str
        Keys of ``references.toml``; may be empty for a judgement only.

    Raises
    ------
    InputError
        When the range does not hold the value, or a number has neither source nor judgement.

    Examples
    --------
    >>> share = Parameter("it_share", "IT share", 0.58, 0.45, 0.70, "share", "beta", "judgement")
    >>> share.at(np.array([0.5])).round(3).tolist()
    [0.579]
    """

    name: str
    label: str
    value: float
    low: float
    high: float
    unit: str
    distribution: str
    basis: str
    source: tuple[str, ...] = ()
    group: str = ""
    note: str = ""
    verified: bool = True
    zero: float = 0.0
    file: str = field(default="assumptions.toml", compare=False)

    def __post_init__(self) -> None:
        InputError.raise_if(self._faults())

    def _faults(self) -> list[Fault]:
        def fault(column: str, value: object, problem: str, mend: str) -> Fault:
            return Fault(self.file, column, problem, mend, self.name, value)

        found = []
        if not np.isfinite([self.low, self.value, self.high]).all():
            found.append(fault("value", self.value, "not a finite number", "write plain numbers"))
        elif not self.low <= self.value <= self.high:
            shown = f"{self.low} <= {self.value} <= {self.high}"
            found.append(
                fault("value", shown, "the range does not hold the value", "widen the range")
            )
        most = 1.0 if self.unit.startswith("share") else np.inf
        if self.low < 0.0 or self.high > most:
            shown = f"{self.low} to {self.high}"
            mend = "a share lies between 0 and 1" if most == 1.0 else "write a range above zero"
            found.append(fault("low", shown, f"no range of a {self.unit}", mend))
        if self.distribution not in DISTRIBUTIONS:
            mend = nearest(self.distribution, DISTRIBUTIONS)
            found.append(fault("distribution", self.distribution, "unknown distribution", mend))
        if most == 1.0 and self.distribution in ("lognormal", "zero_inflated"):
            mend = "draws may exceed one; choose beta or triangular"
            found.append(
                fault("distribution", self.distribution, "no distribution of a share", mend)
            )
        if self.distribution == "lognormal" and not self.low > 0:
            found.append(
                fault("low", self.low, "a lognormal is positive", "choose another distribution")
            )
        if self.distribution == "zero_inflated" and not (
            0 < self.zero < 0.95 and 0 < self.value < self.high
        ):
            mend = "give zero between 0 and 0.95 and 0 < value < high"
            found.append(fault("zero", self.zero, "no such zero-inflated distribution", mend))
        if self.distribution == "fixed" and not self.low == self.value == self.high:
            mend = "leave out low and high, or choose a distribution"
            found.append(fault("distribution", "fixed", "a fixed value has no range", mend))
        if self.basis not in ("evidence", "judgement"):
            mend = nearest(self.basis, ("evidence", "judgement"))
            found.append(fault("basis", self.basis, "unknown basis", mend))
        if self.basis == "evidence" and not self.source:
            mend = "cite a key of references.toml, or call it a judgement"
            found.append(fault("source", "", "no number without a source", mend))
        return found

    def at(self, u: Array) -> Array:
        """Return the quantiles at probabilities `u`, shape (d,)."""
        if self.distribution == "fixed":
            return np.full_like(u, self.value)
        if self.distribution == "uniform":
            return self.low + u * (self.high - self.low)
        if self.distribution == "triangular":
            return triangular_quantile(u, self.low, self.value, self.high)
        if self.distribution == "beta":
            return pert_quantile(u, self.low, self.value, self.high)
        if self.distribution == "lognormal":
            return lognormal_quantile(u, self.low, self.value, self.high)
        return zero_inflated_quantile(u, self.zero, self.value, self.high)


def bare_name(name: str) -> str:
    """Return the parameter that ``x`` or ``not x`` speaks of.

    Examples
    --------
    >>> bare_name("not it_share")
    'it_share'
    """
    return name.removeprefix("not ")


@dataclass(frozen=True)
class Draws:
    """The values of every parameter; column 0 is the central value, the rest are draws.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (1 + d,)
    """

    values: Mapping[str, Array]
    asked: set[str] | None = field(default=None, compare=False)

    def __getitem__(self, name: str) -> Array:
        if self.asked is not None:
            self.asked.add(name)
        if name not in self.values:
            problem = "no such parameter"
            raise InputError.one(
                "assumptions.toml", "name", problem, nearest(name, self.values), value=name
            )
        return self.values[name]

    def product(self, names: Iterable[str]) -> Array:
        """Return the product of parameters, shape (c,); ``not x`` stands for one minus x."""
        result = np.ones(self.columns)
        for name in names:
            bare = bare_name(name)
            result = result * (1.0 - self[bare] if bare != name else self[bare])
        return result

    def recording(self, asked: set[str]) -> Draws:
        """Return these draws so that every parameter that is asked for is added to `asked`."""
        return Draws(self.values, asked)

    @property
    def columns(self) -> int:
        """Number of columns: one central value and d draws."""
        return len(next(iter(self.values.values())))


@dataclass(frozen=True)
class Assumptions:
    """All parameters of a study, by name.

    Examples
    --------
    >>> fixed = Parameter("tax", "Tax", 0.1, 0.1, 0.1, "share", "fixed", "judgement")
    >>> Assumptions({"tax": fixed}).draws(seed=1, count=2)["tax"].tolist()
    [0.1, 0.1, 0.1]
    """

    parameters: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> Parameter:
        if name not in self.parameters:
            problem = "no such parameter"
            raise InputError.one(
                "assumptions.toml", "name", problem, nearest(name, self.parameters), value=name
            )
        return self.parameters[name]

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters.values())

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    @classmethod
    def load(cls, path: Path | None = None) -> Assumptions:
        """Read ``assumptions.toml``: the package's own, or the one at `path`.

        Raises
        ------
        InputError
            With every fault of every parameter.
        """
        path = path or Path(__file__).with_name("assumptions.toml")
        return cls.parse(read_toml(path), path.name)

    @classmethod
    def parse(
        cls,
        tables: Mapping[str, Mapping[str, Any]],
        file: str,
        known: Mapping[str, Source] | None = None,
    ) -> Assumptions:
        """Build parameters from TOML tables, collecting the faults of all of them."""
        parameters: dict[str, Parameter] = {}
        faults: list[Fault] = []
        for name, entry in tables.items():
            try:
                parameters[name] = _parameter(name, entry, file, known)
            except InputError as error:
                faults += error.faults
        InputError.raise_if(faults)
        return cls(parameters)

    def override(
        self,
        tables: Mapping[str, Mapping[str, Any]],
        file: str,
        known: Mapping[str, Source] | None = None,
    ) -> Assumptions:
        """Return these assumptions with some entries changed or added.

        A changed number no longer is what its source says: unless the change cites a source, it is
        a judgement, and its note says what it was. A new entry needs label, value, unit and basis.

        Parameters
        ----------
        tables : mapping of str to mapping
        file : str
            For messages and notes.
        known : mapping of str to Source, optional
            Publications an entry may cite; ours where left out.

        Raises
        ------
        InputError
            When an entry is neither a change nor a whole new one, or is at fault.
        """
        changed = dict(self.parameters)
        faults: list[Fault] = []
        for name, entry in tables.items():
            whole: Any = entry
            if isinstance(entry, Mapping) and name in self.parameters:
                old = self.parameters[name].unit
                if entry.get("unit", old) != old:
                    mend = f"it stays in {old}; add a parameter of another name"
                    faults.append(Fault(file, "unit", "a changed unit", mend, name, entry["unit"]))
                    continue
                whole = {**_as_entry(self.parameters[name], file, "source" in entry), **entry}
            elif isinstance(entry, Mapping) and not entry.keys() >= NEEDED:
                mend = f"{nearest(name, changed)} To add it, write {', '.join(sorted(NEEDED))}"
                faults.append(Fault(file, "assumptions", "unknown parameter", mend, value=name))
                continue
            try:
                changed[name] = _parameter(name, whole, file, known)
            except InputError as error:
                faults += error.faults
        InputError.raise_if(faults)
        return replace(self, parameters=changed)

    def draws(self, seed: int, count: int) -> Draws:
        """Draw every parameter `count` times; the order of names does not matter.

        Each parameter gets its own stream from the seed and its name, so that adding one parameter
        leaves the draws of the others as they were.

        Parameters
        ----------
        seed : int
        count : int
            Number of draws, d.
        """
        values = {}
        for parameter in self:
            key = [seed, *parameter.name.encode()]
            u = latin_hypercube(np.random.default_rng(key), count, 1)[0]
            values[parameter.name] = np.concatenate([[parameter.value], parameter.at(u)])
        return Draws(values)

    def swings(self, names: Sequence[str] | None = None) -> Draws:
        """Return a design that moves one parameter at a time: central, then low and high of each.

        Column ``1 + 2 i`` has parameter i at its 5 % quantile, column ``2 + 2 i`` at 95 %.
        """
        moved = list(names) if names is not None else list(self.parameters)
        columns = 1 + 2 * len(moved)
        values = {p.name: np.full(columns, p.value) for p in self}
        for index, name in enumerate(moved):
            values[name][1 + 2 * index : 3 + 2 * index] = self[name].at(np.array([0.05, 0.95]))
        return Draws(values)


class ParameterTable(Declared):
    """One entry of ``assumptions.toml``."""

    label: Annotated[str, Field(min_length=1)]
    value: float
    unit: Annotated[str, Field(min_length=1)]
    basis: str
    low: float | None = None
    high: float | None = None
    distribution: str | None = None
    source: list[str] = Field(default=[])
    group: str = ""
    note: str = ""
    verified: bool = True
    zero: float = 0.0


def _as_entry(old: Parameter, file: str, cited: bool) -> dict[str, Any]:
    entry = {name: getattr(old, name) for name in ParameterTable.model_fields}
    if cited:
        return entry
    was = f"{old.value:g} ({old.low:g} to {old.high:g})"
    note = f"Changed by {file}; was {was}."
    return {**entry, "source": [], "basis": "judgement", "note": note}


def _parameter(
    name: str, entry: Any, file: str, known: Mapping[str, Source] | None = None
) -> Parameter:
    table = declared(ParameterTable, entry, file, name)
    sources = sources_by_key() if known is None else known
    InputError.raise_if(
        [
            Fault(file, "source", "unknown source", nearest(key, sources), name, key)
            for key in table.source
            if key not in sources
        ]
    )
    ranged = table.low is not None or table.high is not None
    return Parameter(
        name=name,
        label=table.label,
        value=table.value,
        low=table.value if table.low is None else table.low,
        high=table.value if table.high is None else table.high,
        unit=table.unit,
        distribution=table.distribution or ("triangular" if ranged else "fixed"),
        basis=table.basis,
        source=tuple(table.source),
        group=table.group,
        note=table.note,
        verified=table.verified,
        zero=table.zero,
        file=file,
    )
