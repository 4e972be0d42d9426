"""An event study, ready to ask how far its trends may stray from parallel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from econ.errors import Fault, InputError

__all__ = ["Bounds", "Violations", "Weights"]

Array = npt.NDArray[np.float64]
Weights = str | float | Sequence[float] | Mapping[float, float]
Bounds = float | Sequence[float] | None

ASYMMETRY: Final = 1e-8  # of the larger variance: beyond what rounding and printing leave
L_VEC: Final = (
    "name the effect: l_vec='first', 'average', an event time, {event time: weight}, or one "
    "weight for each period after"
)


@dataclass(frozen=True)
class Violations:
    """An event study, ready to ask how much its trends may stray.

    Parameters
    ----------
    estimates : ndarray, shape (p + q,)
        Without the reference, which lies between before and after and is zero.
    covariance : ndarray, shape (p + q, p + q)
    before, after : tuple of float
        Event times, ascending.
    """

    estimates: Array
    covariance: Array
    before: tuple[float, ...]
    after: tuple[float, ...]

    def __post_init__(self) -> None:
        k = len(self.before) + len(self.after)
        faults = []
        shapes = (np.shape(self.estimates), np.shape(self.covariance))
        if shapes != ((k,), (k, k)):
            mend = f"give {k} estimates and their covariance, without the reference period"
            faults.append(Fault("event study", "", f"shapes {shapes}", mend))
        elif not (np.isfinite(self.estimates).all() and np.isfinite(self.covariance).all()):
            faults.append(Fault("event study", "", "not finite", "leave out what has no estimate"))
        elif k:
            faults += _covariance_faults(self.covariance)
        for name, times in (("before", self.before), ("after", self.after)):
            if not times:
                mend = "an honest bound needs a period before, beside the reference, and one after"
                faults.append(Fault("event study", name, f"no period {name}", mend))
        whole = [*self.before, *self.after]
        gaps = np.diff(np.insert(np.array(whole), len(self.before), self._reference))
        if not faults and not np.allclose(gaps, gaps[0]):
            mend = "bounds compare one period with the next: give event times without gaps"
            shown = ", ".join(f"{time:g}" for time in whole)
            faults.append(Fault("event study", "event time", "uneven steps", mend, value=shown))
        InputError.raise_if(faults)

    @property
    def _reference(self) -> float:
        return (self.before[-1] + self.after[0]) / 2.0 if self.before and self.after else 0.0

    def weights(self, l_vec: Any) -> tuple[Array, str]:
        """Return the weights of the effect asked for, shape (q,), and its name."""
        q = len(self.after)
        named = [f"{time:g}" for time in self.after]
        if isinstance(l_vec, str) and l_vec in ("first", "average"):
            if l_vec == "first":
                return np.eye(q)[0], f"effect at event time {named[0]}"
            return np.full(q, 1.0 / q), f"average effect, event times {named[0]} to {named[-1]}"
        if isinstance(l_vec, int | float) and not isinstance(l_vec, bool):
            l_vec = {l_vec: 1.0}
        if isinstance(l_vec, Mapping):
            unknown = [time for time in l_vec if time not in self.after]
            if unknown or not l_vec:
                mend = f"choose from event times {', '.join(named)}"
                value = ", ".join(str(time) for time in unknown) or None
                raise InputError.one("honest", "l_vec", "no such period after", mend, value=value)
            found = np.array([float(l_vec.get(time, 0.0)) for time in self.after])
        else:
            try:
                found = np.asarray(l_vec, dtype=np.float64).ravel()
            except (TypeError, ValueError):
                found = np.zeros(0)
        if found.shape != (q,) or not np.isfinite(found).all() or not found.any():
            value = "nothing" if l_vec is None else l_vec
            raise InputError.one(
                "honest", "l_vec", f"no weights of {q} periods", L_VEC, value=value
            )
        words = " + ".join(f"{w:g} x {n}" for w, n in zip(found, named, strict=True) if w)
        return found, f"effect at event times {words}"

    def largest_bend(self, level: float = 0.95) -> float:
        """Return the largest M that the periods before do not exclude, the default of a sweep."""
        p = len(self.before)
        moves = np.diff(np.vstack([np.eye(p), np.zeros(p)]), n=2, axis=0)
        if p == 1:
            return float(np.sqrt(self.covariance[0, 0]))
        part = self.covariance[:p, :p]
        errors = np.sqrt(np.einsum("ij,jk,ik->i", moves, part, moves))
        seen = np.abs(moves @ self.estimates[:p])
        return float((seen + stats.norm.ppf(level) * errors).max())


def _covariance_faults(covariance: Array) -> list[Fault]:
    """Return why a square of numbers is no covariance."""
    apart = np.abs(covariance - covariance.T)
    row, column = np.unravel_index(int(apart.argmax()), apart.shape)
    if apart.max() > ASYMMETRY * np.abs(np.diag(covariance)).max():
        shown = f"{covariance[row, column]:g} and {covariance[column, row]:g}"
        mend = "give the whole matrix, both triangles alike, not one triangle or the errors"
        place = f"row {int(row) + 1}, column {int(column) + 1}"
        return [Fault("event study", "covariance", f"not symmetric at {place}", mend, value=shown)]
    values = np.linalg.eigvalsh(covariance)
    if values[0] < -ASYMMETRY * values[-1]:
        mend = "some combination of effects has a negative variance: check what was put together"
        shown = f"eigenvalue {values[0]:.3g}"
        return [Fault("event study", "covariance", "indefinite", mend, value=shown)]
    if values[0] <= np.finfo(np.float64).eps * len(values) * values[-1]:
        mend = "there are fewer clusters than event times: shorten the window"
        return [Fault("event study", "covariance", "not positive definite", mend)]
    return []
