"""`Assumptions`: all parameters of a study, and the draws of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.declared import declared, read_toml
from econ.errors import Fault, InputError, nearest
from econ.quantity.correlations import Correlation, correlation_faults
from econ.quantity.design import uniforms
from econ.quantity.draws import Drawn, Draws, bare_name
from econ.quantity.entries import NEEDED, ParameterTable, as_entry
from econ.quantity.parameter import Parameter
from econ.quantity.provenance import Source, sources_by_key

__all__ = ["WIDENING", "Assumptions", "Draws", "Parameter", "bare_name"]

Array = npt.NDArray[np.float64]
# How much wider a judgement is drawn than it says; in assumptions.toml with its sources.
WIDENING: Final = "judgement_widening"


@dataclass(frozen=True)
class Assumptions:
    """All parameters of a study, by name, and which of them move together.

    Parameters
    ----------
    parameters : mapping of str to Parameter
    correlations : tuple of Correlation
        Pairs; between all others there is none.

    Examples
    --------
    >>> fixed = Parameter("tax", "Tax", 0.1, 0.1, 0.1, "share", "fixed", "judgement")
    >>> Assumptions({"tax": fixed}).draws(seed=1, count=2)["tax"].tolist()
    [0.1, 0.1, 0.1]
    """

    parameters: Mapping[str, Parameter]
    correlations: tuple[Correlation, ...] = ()

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
        faults: list[Fault] | None = None,
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
        faults : list of Fault, optional
            What is wrong is added to it, and such an entry is as if it were not there; raised
            where left out.

        Raises
        ------
        InputError
            When an entry is neither a change nor a whole new one, or is at fault.
        """
        if not isinstance(tables, Mapping):
            mend = 'give a mapping: {"realisation": {"value": 0.5}}'
            problem = "no mapping of assumptions"
            raise InputError.one(file, "assumptions", problem, mend, value=repr(tables)[:80])
        changed = dict(self.parameters)
        found: list[Fault] = []
        for name, entry in tables.items():
            whole: Any = entry
            if isinstance(entry, Mapping) and name in self.parameters:
                old = self.parameters[name].unit
                if entry.get("unit", old) != old:
                    mend = f"it stays in {old}; add a parameter of another name"
                    found.append(Fault(file, "unit", "a changed unit", mend, name, entry["unit"]))
                    continue
                whole = {**as_entry(self.parameters[name], file, "source" in entry), **entry}
            elif isinstance(entry, Mapping) and not entry.keys() >= NEEDED:
                mend = f"{nearest(name, changed)} To add it, write {', '.join(sorted(NEEDED))}"
                found.append(Fault(file, "assumptions", "unknown parameter", mend, value=name))
                continue
            try:
                changed[name] = _parameter(name, whole, file, known)
            except InputError as error:
                found += error.faults
        if faults is None:
            InputError.raise_if(found)
        else:
            faults += found
        return replace(self, parameters=changed)

    def correlated(
        self,
        correlations: Sequence[Correlation],
        file: str = "hand",
        known: Mapping[str, Source] | None = None,
    ) -> Assumptions:
        """Return these assumptions with pairs of parameters that move together.

        Parameters
        ----------
        correlations : sequence of Correlation
        file : str
            For messages.
        known : mapping of str to Source, optional
            Publications an entry may cite; ours where left out.

        Raises
        ------
        InputError
            With every fault of every pair; where the matrix is not positive definite, naming the
            pairs that cannot hold at once.
        """
        kinds = {parameter.name: parameter.distribution for parameter in self}
        sources = sources_by_key() if known is None else known
        InputError.raise_if(correlation_faults(file, correlations, kinds, sources))
        return replace(self, correlations=tuple(correlations))

    def drawn(self, name: str) -> Parameter:
        """Return a parameter as it is drawn: judgement wider than it says, evidence as it is.

        References
        ----------
        [speirs_bridge_2010] and [mcbride_2012]: intervals from judgement hold the truth less often
        than they say.
        """
        parameter = self[name]
        if parameter.basis != "judgement" or WIDENING not in self.parameters:
            return parameter
        return parameter.wider(self.parameters[WIDENING].value)

    def draws(self, seed: int, count: int, scheme: str = "latin_hypercube") -> Draws:
        """Draw every parameter `count` times; the order of names does not matter.

        Parameters
        ----------
        seed : int
        count : int
            Number of draws, d.
        scheme : {"latin_hypercube", "sobol"}
            Of a Latin hypercube adding one parameter leaves the draws of the others as they were;
            a scrambled Sobol sequence fills all dimensions evenly at once, and a parameter more
            changes all of them.

        Raises
        ------
        InputError
            When the seed is left out or is no whole number, or the scheme is unknown.
        """
        u = uniforms(list(self.parameters), self.correlations, seed, count, scheme)
        return Draws(Drawn({p.name: p.value for p in self}, u, self.drawn), seed=seed)

    def swings(self, names: Sequence[str] | None = None) -> Draws:
        """Return a design that moves one parameter at a time: central, then low and high of each.

        Column ``1 + 2 i`` has parameter i at its 5 % quantile, column ``2 + 2 i`` at 95 %.
        """
        moved = list(names) if names is not None else list(self.parameters)
        columns = 1 + 2 * len(moved)
        values = {p.name: np.full(columns, p.value) for p in self}
        for index, name in enumerate(moved):
            values[name][1 + 2 * index : 3 + 2 * index] = self.drawn(name).at(
                np.array([0.05, 0.95])
            )
        return Draws(values)


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
        least=-np.inf if table.least is None else table.least,
        most=np.inf if table.most is None else table.most,
        file=file,
    )
