"""Estimates of one thing, as they come to be pooled: labelled, in one unit, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError
from econ.quantity.provenance import Provenance

__all__ = ["JOBS", "MONEY", "PlainStudies", "Studies", "same_unit", "studies_of"]

Array = npt.NDArray[np.float64]

JOBS: Final = "jobs per direct job"
MONEY: Final = "EUR of GVA per EUR"
# Cubes of variances are numbers still.
LARGEST: Final = 1e50
# Below this share of the largest size a variance is lost in rounding beside the largest.
ALONE: Final = float(np.sqrt(np.finfo(np.float64).eps))
BEYOND: Final = "its squares are beyond double precision"
ALIASES: Final = {"jobs per job": JOBS, "persons per person": JOBS}


def same_unit(unit: str) -> str:
    """Return a unit as evidence has it: jobs per job are jobs per direct job.

    Examples
    --------
    >>> same_unit("jobs per job"), same_unit("elasticity")
    ('jobs per direct job', 'elasticity')
    """
    return ALIASES.get(unit, unit)


class Studies(Protocol):
    """What can be pooled: labelled estimates of one thing in one unit."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One per estimate."""
        ...

    @property
    def estimates(self) -> Array:
        """Shape (k,) [unit]."""
        ...

    @property
    def std_errors(self) -> Array:
        """Shape (k,) [unit]."""
        ...

    @property
    def unit(self) -> str:
        """Of every estimate."""
        ...

    @property
    def provenance(self) -> Provenance:
        """What they rest on."""
        ...


@dataclass(frozen=True)
class PlainStudies:
    """Estimates as they are pooled, checked.

    Parameters
    ----------
    labels : tuple of str, k
    estimates, std_errors : ndarray, shape (k,) [unit]
    unit : str
    provenance : Provenance
    """

    labels: tuple[str, ...]
    estimates: Array
    std_errors: Array
    unit: str
    provenance: Provenance = field(default_factory=Provenance)


def studies_of(
    estimates: Studies | npt.ArrayLike,
    std_errors: npt.ArrayLike | None,
    variances: npt.ArrayLike | None,
    labels: Sequence[str] | None,
    unit: str,
) -> PlainStudies:
    """Return what is to be pooled as arrays, or refuse it by name.

    Parameters
    ----------
    estimates : Studies or array_like, shape (k,)
    std_errors, variances : array_like, shape (k,), optional
        One of the two, for plain numbers.
    labels : sequence of str, optional
    unit : str

    Raises
    ------
    InputError
        With every estimate that is no number, every standard error that is not above zero, and
        every label that stands twice.
    """
    if hasattr(estimates, "std_errors"):
        studies: Any = estimates
        held = PlainStudies(
            tuple(studies.labels if hasattr(studies, "labels") else studies.terms),
            _numbers(studies.estimates, "estimates"),
            _numbers(studies.std_errors, "std_errors"),
            studies.unit,
            studies.provenance,
        )
    else:
        if (std_errors is None) == (variances is None):
            mend = "give std_errors or variances, one of the two"
            raise InputError.one("pool", "std_errors", "how sure the estimates are is open", mend)
        values = _numbers(estimates, "estimates")
        if std_errors is None:
            squares = _numbers(variances, "variances")
            errors = np.sqrt(np.where(squares > 0.0, squares, np.nan))
        else:
            errors = _numbers(std_errors, "std_errors")
        names = tuple(str(n) for n in labels) if labels is not None else _counted(len(values))
        held = PlainStudies(names, values, errors, unit)
    sizes = {len(held.labels), len(held.estimates), len(held.std_errors)}
    if len(sizes) > 1:
        mend = "give one label and one standard error for each estimate"
        shown = f"{len(held.estimates)} estimates, {len(held.std_errors)} standard errors, "
        shown += f"{len(held.labels)} labels"
        raise InputError.one("pool", "std_errors", "lengths differ", mend, value=shown)
    faults = []
    for row, (label, value, error) in enumerate(
        zip(held.labels, held.estimates, held.std_errors, strict=True), start=1
    ):
        if held.labels.count(label) > 1 and held.labels.index(label) != row - 1:
            mend = "one study, one label; drop the second or name it apart"
            faults.append(Fault("pool", "labels", "stands twice", mend, row, label))
        if not np.isfinite(value):
            mend = "leave the study out or give its number"
            faults.append(Fault("pool", "estimates", "no number", mend, label, value))
        if not (np.isfinite(error) and error > 0.0):
            mend = "give its standard error, above zero and finite"
            faults.append(Fault("pool", "std_errors", "no standard error", mend, label, error))
    InputError.raise_if(faults or _size_faults(held))
    return held


def _size_faults(held: PlainStudies) -> list[Fault]:
    """Return a fault where squares, alone or side by side, are beyond double precision."""
    errors = held.std_errors
    sizes = np.maximum(np.abs(held.estimates), errors)
    largest, least = float(sizes.max(initial=0.0)), float(errors.min(initial=np.inf))
    faults = []
    if largest > LARGEST or least < 1.0 / LARGEST:
        mend = "write the estimates in another unit"
        value = largest if largest > LARGEST else least
        faults.append(Fault("pool", "estimates", BEYOND, mend, value=value))
    elif least < ALONE * largest:
        mend = "this study alone decides, or its error is in another unit"
        row = held.labels[int(errors.argmin())]
        problem = "too small beside the largest size for double precision"
        faults.append(Fault("pool", "std_errors", problem, mend, row, least))
    return faults


def _numbers(values: Any, what: str) -> Array:
    try:
        found = np.asarray(values, dtype=np.float64)
    except (OverflowError, TypeError, ValueError):
        mend = "give plain numbers"
        raise InputError.one("pool", what, "no numbers", mend, value=repr(values)[:80]) from None
    if found.ndim != 1:
        shape = f"shape {found.shape}"
        raise InputError.one("pool", what, "not one number per study", "give a list", value=shape)
    return found


def _counted(count: int) -> tuple[str, ...]:
    return tuple(f"study {number}" for number in range(1, count + 1))
