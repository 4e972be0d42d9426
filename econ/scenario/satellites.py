"""What a study declares beside its pledges: the public purse."""

from __future__ import annotations

from collections.abc import Iterable

from econ.errors import Fault
from econ.quantity.parameters import Assumptions
from econ.scenario.declarations import StudyFile
from econ.scenario.purse import fiscal_faults

__all__ = ["satellite_faults", "satellite_parameters"]


def satellite_parameters(file: StudyFile, money: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return every parameter that only satellites use, with the units its place takes.

    Parameters
    ----------
    file : StudyFile
    money : str
        The study's unit of money.
    """
    return file.fiscal.parameters(money) if file.fiscal is not None else []


def satellite_faults(
    name: str, file: StudyFile, assumptions: Assumptions, pledges: Iterable[str]
) -> list[Fault]:
    """Return what is wrong between a study's satellites and what they name."""
    return fiscal_faults(name, file.fiscal, assumptions, list(pledges))
