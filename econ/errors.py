"""What `econ` says when it refuses: errors built from facts, with the mend in the message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

__all__ = ["EconError", "Fault", "InputError", "SumError", "UnitError", "nearest"]


PRINTED: Final = 50  # faults a message lists; `faults` has them all
KINDS: Final = 5  # problems it names of those it does not list


def nearest(value: object, choices: Iterable[object], count: int = 3) -> str:
    """Say which of `choices` look most like `value`.

    Examples
    --------
    >>> nearest("FRF21", ["FRF12", "DE111"])
    'did you mean FRF12?'
    >>> nearest("zzz", ["FRF12"])
    'choose one of: FRF12'
    """
    unordered = isinstance(choices, (set, frozenset))
    names = [str(choice) for choice in (sorted(choices, key=str) if unordered else choices)]
    close = get_close_matches(str(value), names, n=count, cutoff=0.5)
    if close:
        return f"did you mean {', '.join(close)}?"
    shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return f"choose one of: {shown}" if shown else "there is nothing to choose from"


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one place, and how to mend it.

    Examples
    --------
    >>> print(Fault("pledges.csv", "amount", "negative amount", "write it as a positive number",
    ...             row=4, value=-3))
    pledges.csv, row 4, column amount, value -3: negative amount; write it as a positive number
    """

    file: str
    column: str
    problem: str
    mend: str
    row: int | str | None = None
    value: object = None

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        if self.value is not None:
            where.append(f"value {self.value}")
        return f"{', '.join(where)}: {self.problem}; {self.mend}"


class EconError(Exception):
    """Every refusal of this package."""


class InputError(EconError):
    """A file, table or study that is refused, with all of its faults at once.

    Parameters
    ----------
    faults : sequence of Fault
        At least one.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self._message())

    def _message(self) -> str:
        head = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        shown, rest = self.faults[:PRINTED], self.faults[PRINTED:]
        lines = [f"  {number}. {fault}" for number, fault in enumerate(shown, start=1)]
        if rest:
            kinds = list(dict.fromkeys(fault.problem for fault in rest))
            named = "; ".join(kinds[:KINDS]) + ("; ..." if len(kinds) > KINDS else "")
            lines.append(f"  and {len(rest)} more, in `faults`: {named}")
        return "\n".join([f"input refused, {head}:", *lines])

    @classmethod
    def raise_if(cls, faults: Sequence[Fault]) -> None:
        """Raise when there is at least one fault."""
        if faults:
            raise cls(faults)

    @classmethod
    def one(
        cls,
        file: str,
        column: str,
        problem: str,
        mend: str,
        *,
        row: int | str | None = None,
        value: object = None,
    ) -> InputError:
        """Build the error from a single fault."""
        return cls([Fault(file, column, problem, mend, row=row, value=value)])


class UnitError(EconError):
    """Two quantities whose units do not meet."""

    @classmethod
    def not_comparable(cls, left: object, right: object, doing: str, mend: str) -> UnitError:
        """Build the error from the two units that met."""
        return cls(f"cannot {doing}: '{left}' meets '{right}'; {mend}")


class SumError(EconError):
    """A sum that would count something twice, or add what does not add."""

    @classmethod
    def total_with_part(cls, total: str, part: str) -> SumError:
        """Build the error from a total and the part it contains."""
        return cls(
            f"cannot add '{part}' to '{total}': '{total}' already contains it; "
            "add the leaves of the tree (econ.leaves) or the total, not both"
        )

    @classmethod
    def mixed(cls, column: str, values: Iterable[object], mend: str) -> SumError:
        """Build the error from a column whose values may not be added up."""
        found = ", ".join(sorted(str(value) for value in values))
        return cls(f"cannot add over {column} = {found}; {mend}")
