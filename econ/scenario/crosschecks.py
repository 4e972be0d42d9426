"""Do the figures of a pledge fit each other: euros, equipment, power, floor space and jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, InputError, nearest
from econ.quantity.parameters import Assumptions, Draws, bare_name

__all__ = ["CrossCheck", "CrossCheckTable", "Quantity", "crosscheck_faults"]

Array = npt.NDArray[np.float64]
PURE: Final = ("share", "ratio")


class QuantityTable(Declared):
    """One side of a cross-check: where it starts, and what it is multiplied with or divided by."""

    words: NonEmpty
    commitment: str = ""
    pledges: list[NonEmpty] = Field(default=[])
    parameter: str = ""
    times: list[NonEmpty] = Field(default=[])
    per: list[NonEmpty] = Field(default=[])

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        given = [name for name in (self.commitment, self.pledges, self.parameter) if name]
        if len(given) != 1:
            raise ValueError("not understood; give one of commitment, pledges, parameter")
        return self


class CrossCheckTable(Declared):
    """One ``[[crosscheck]]`` of a study."""

    label: NonEmpty
    unit: NonEmpty
    relation: Literal["equal", "at most"] = "equal"
    left: QuantityTable
    right: QuantityTable
    note: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number that follows from a pledge, a commitment or a parameter.

    Parameters
    ----------
    words : str
        How it is reckoned, for the reader.
    commitment, parameter : str
    pledges : tuple of str
        Where it starts; two of the three are empty. Pledges are added up; ``pledge.group`` is what
        a pledge spends on one group of its template.
    times, per : tuple of str
        Parameters to multiply with and to divide by; ``not x`` stands for one minus x.
    """

    words: str
    commitment: str = ""
    pledges: tuple[str, ...] = ()
    parameter: str = ""
    times: tuple[str, ...] = ()
    per: tuple[str, ...] = ()

    def values(
        self, draws: Draws, amounts: Mapping[str, Array], promised: Callable[[str], float]
    ) -> Array:
        """Return the number, central value and draws, shape (c,).

        Parameters
        ----------
        draws : Draws
        amounts : mapping of str to ndarray, shape (c,)
            Of every modelled pledge, and of its groups.
        promised : callable
            From a commitment to its number.

        Raises
        ------
        InputError
            When no such money is spent: another template was given to a pledge, without the group.
        """
        mend = "give the pledge a template with that group"
        InputError.raise_if(
            [
                Fault(self.words, "pledges", "no such money is spent", mend, value=name)
                for name in self.pledges
                if name not in amounts
            ]
        )
        if self.commitment:
            start = np.full(draws.columns, promised(self.commitment))
        elif self.pledges:
            start = np.sum([amounts[name] for name in self.pledges], axis=0)
        else:
            start = draws[self.parameter]
        found: Array = start * draws.product(self.times) / draws.product(self.per)
        return found

    def unit(self, assumptions: Assumptions, units: Mapping[str, str], money: str) -> str:
        """Return the unit that follows from the units of all parts.

        Examples
        --------
        A number of GPUs times the power of one:

        >>> power = Quantity("", commitment="gpus", times=("gpu_power",))
        >>> power.unit(Assumptions.load(), {"gpus": "GPU"}, "MEUR 2024")
        'MW'
        """
        atoms: Counter[str] = Counter()
        start = self.parameter and assumptions[self.parameter].unit
        _add(atoms, units.get(self.commitment, "") or start or money, 1)
        for names, sign in ((self.times, 1), (self.per, -1)):
            for name in names:
                _add(atoms, assumptions[bare_name(name)].unit, sign)
        above = [atom for atom, power in atoms.items() for _ in range(power)]
        below = [atom for atom, power in atoms.items() for _ in range(-power)]
        return " per ".join([" ".join(above) or "ratio", *below])


@dataclass(frozen=True)
class CrossCheck:
    """Two ways to the same number that should agree.

    Parameters
    ----------
    label, unit : str
    left, right : Quantity
    relation : {"equal", "at most"}
        What the left side should be of the right one.
    note : str
        What explains a gap.
    """

    label: str
    unit: str
    left: Quantity
    right: Quantity
    relation: str = "equal"
    note: str = ""

    @classmethod
    def of(cls, table: CrossCheckTable) -> CrossCheck:
        """Turn a ``[[crosscheck]]`` table into its record."""

        def side(given: QuantityTable) -> Quantity:
            return Quantity(
                given.words,
                given.commitment,
                tuple(given.pledges),
                given.parameter,
                tuple(given.times),
                tuple(given.per),
            )

        sides = side(table.left), side(table.right)
        return cls(table.label, table.unit, *sides, table.relation, table.note)

    @property
    def sides(self) -> tuple[Quantity, Quantity]:
        """Left and right."""
        return self.left, self.right

    def parameters(self) -> list[str]:
        """Return the parameters of both sides."""
        named = [
            name
            for side in self.sides
            for name in (side.parameter, *map(bare_name, (*side.times, *side.per)))
        ]
        return [name for name in dict.fromkeys(named) if name]


def crosscheck_faults(
    file: str,
    checks: Iterable[CrossCheck],
    assumptions: Assumptions,
    *,
    commitments: Mapping[str, str],
    pledges: Iterable[str],
    money: str,
) -> list[Fault]:
    """Return names nobody knows, and sides whose unit is not that of the check.

    Parameters
    ----------
    file : str
    checks : iterable of CrossCheck
    assumptions : Assumptions
    commitments : mapping of str to str
        Unit of every commitment.
    pledges : iterable of str
        Modelled pledges, and their groups.
    money : str
        Unit of their amounts.
    """
    faults, modelled = [], list(pledges)
    names = [parameter.name for parameter in assumptions]
    for check in checks:
        unknown = [
            ("commitment", side.commitment, list(commitments))
            for side in check.sides
            if side.commitment and side.commitment not in commitments
        ]
        unknown += [
            ("pledge", name, modelled)
            for side in check.sides
            for name in side.pledges
            if name not in modelled
        ]
        unknown += [
            ("parameter", name, names) for name in check.parameters() if name not in assumptions
        ]
        faults += [
            Fault(file, column, f"unknown {column}", nearest(value, known), check.label, value)
            for column, value, known in unknown
        ]
        if unknown:
            continue
        for name, side in (("left", check.left), ("right", check.right)):
            found = side.unit(assumptions, commitments, money)
            if found != check.unit:
                mend = f"its parts make {found}; change the unit or the parts"
                faults.append(
                    Fault(file, name, "not the check's unit", mend, check.label, check.unit)
                )
    return faults


def _add(atoms: Counter[str], unit: str, sign: int) -> None:
    above, *below = unit.split(" per ")
    for atom, power in ((above, sign), *((part, -sign) for part in below)):
        if atom not in PURE:
            atoms[atom] += power
