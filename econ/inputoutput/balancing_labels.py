"""What every balancing asks by label: its totals, how long it may search, how it says no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault
from econ.inputoutput.alignment import aligned
from econ.inputoutput.options import count, number
from econ.kernels.inputoutput.balancing import NotBalancedError
from econ.kernels.inputoutput.feasibility import BalancingFault

__all__ = ["check_search", "duplicate_labels", "told", "totals_by_label", "unmet"]

Array = npt.NDArray[np.float64]
# What is a hundredth off is not balanced.
COARSEST_TOLERANCE: Final = 0.01
MEND: Final = "mend the total, or let cells be other than zero"


def check_search(tolerance: float, most_iterations: int, name: str) -> None:
    """Refuse a tolerance or a number of iterations that no search can keep to."""
    mend = "give a share above zero and below 0.01, such as 1e-10"
    number(tolerance, "tolerance", name, above=0.0, below=COARSEST_TOLERANCE, mend=mend)
    count(most_iterations, "most_iterations", name)


def totals_by_label(
    given: pd.Series[float], labels: list[str], what: str, name: str
) -> tuple[Array, list[Fault]]:
    """Return totals in the order of the labels, and what does not match."""
    cells, faults = aligned(given.to_frame("total"), labels, ["total"], what, name)
    return (np.zeros(0) if faults else cells[:, 0]), faults


def duplicate_labels(labels: list[str], axis: str, name: str) -> list[Fault]:
    """Return every label of an axis that stands there twice."""
    # Labels in the order asked for are not looked at again by `aligned`.
    count = Counter(labels)
    return [
        Fault(name, axis, "duplicate label", "merge or rename it", value=label)
        for label, times in count.items()
        if times > 1
    ]


def told(fault: BalancingFault, labels: Mapping[str, list[str]], name: str) -> Fault:
    """Return what the kernel found wrong, by label."""
    value = f"{_label(fault.axis, fault.position, labels)} {fault.value:.6g}".strip()
    return Fault(name, fault.axis, fault.problem, MEND, value=value)


def unmet(error: NotBalancedError, labels: Mapping[str, list[str]], name: str) -> Fault:
    """Return the total that was not met, by label."""
    value = _label(error.axis, error.position, labels)
    problem = f"{error.gap:.3g} of its sum off after {error.iterations} iterations"
    mend = "let cells be other than zero, mend the totals, or allow more iterations"
    return Fault(name, error.axis, problem, mend, value=value or None)


def _label(axis: str, position: int, labels: Mapping[str, list[str]]) -> str:
    return labels[axis][position] if axis in labels and position >= 0 else ""
