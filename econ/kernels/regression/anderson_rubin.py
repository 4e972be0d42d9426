"""Anderson and Rubin's set: the values of one coefficient that a test does not reject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigvals, solve_triangular
from scipy.optimize import brentq

__all__ = ["ReducedCoefficients"]

Array = npt.NDArray[np.float64]
HALF: Final = np.pi / 2.0
NEARLY_REAL: Final = 1e-4
SINGULAR: Final = 1e-10
DIRECTIONS: Final = 4096


@dataclass(frozen=True)
class ReducedCoefficients:
    """Coefficients of m instruments for an outcome and for one endogenous regressor.

    Whether the coefficient `b` of the regressor is rejected depends on the angle whose tangent is
    ``b / scale``, on a circle, so that infinity is a value like any other.

    Parameters
    ----------
    outcome, endogenous : ndarray, shape (m,)
    covariance : ndarray, shape (2 m, 2 m)
        Of the two one after the other.

    References
    ----------
    [anderson_rubin_1949].

    Examples
    --------
    >>> held = ReducedCoefficients(np.array([2.0]), np.array([1.0]), np.diag([1.0, 0.0]))
    >>> held.statistics(np.array([1.0, 0.0])).round(9).tolist()
    [1.0, 4.0]
    >>> np.round(held.not_rejected(1.0), 9).tolist()  # (2 - b)^2 <= 1
    [[1.0, 3.0]]
    """

    outcome: Array
    endogenous: Array
    covariance: Array

    @property
    def count(self) -> int:
        """Number of instruments, m."""
        return len(self.outcome)

    @property
    def scale(self) -> float:
        """Size of a coefficient."""
        return float(np.linalg.norm(self.outcome) / np.linalg.norm(self.endogenous)) or 1.0

    def statistics(self, values: Array) -> Array:
        """Return the F statistic of each value of the coefficient, shape (v,)."""
        return self._at(np.arctan2(values, self.scale))

    def not_rejected(self, critical: float) -> tuple[tuple[float, float], ...]:
        """Return the intervals on which the F statistic is not above `critical`."""
        if self._regular:
            ends = self._ends(critical)
        else:
            ends = _found_on_a_grid(lambda angles: self._at(angles) - critical)
        bounds = np.concatenate([[-HALF], ends, [HALF]])
        inside = self._at((bounds[:-1] + bounds[1:]) / 2.0) <= critical
        found: list[tuple[float, float]] = []
        low: float | None = None
        for place, held in enumerate(inside):
            if held and low is None:
                low = float(bounds[place])
            elif not held and low is not None:
                found.append((low, float(bounds[place])))
                low = None
        if low is not None:
            found.append((low, HALF))
        return tuple((self._value(low), self._value(high)) for low, high in found)

    def _value(self, angle: float) -> float:
        if abs(angle) >= HALF:
            return float(np.copysign(np.inf, angle))
        return self.scale * float(np.tan(angle))

    @cached_property
    def _blocks(self) -> tuple[Array, Array, Array]:
        """Covariance of ``outcome - t scale endogenous`` by powers of t."""
        m, scale = self.count, self.scale
        across = self.covariance[:m, m:]
        return (
            self.covariance[:m, :m],
            -scale * (across + across.T),
            scale**2 * self.covariance[m:, m:],
        )

    def _spread(self, cos: Array, sin: Array) -> Array:
        powers = np.stack([cos * cos, cos * sin, sin * sin], axis=-1)
        found: Array = np.tensordot(powers, np.stack(self._blocks), axes=1)
        return found

    @cached_property
    def _regular(self) -> bool:
        """Whether the covariance can be inverted at one generic value at least."""
        values = np.linalg.eigvalsh(self._spread(np.ones(2), np.array([1.0, -1.0])))
        return bool((values[:, 0] > SINGULAR * values[:, -1]).any())

    def _at(self, angles: Array) -> Array:
        cos, sin = np.cos(angles), np.sin(angles)
        away = cos[:, None] * self.outcome - (self.scale * sin)[:, None] * self.endogenous
        spread = self._spread(cos, sin)
        solved = self._solved(spread, away)
        found: Array = np.einsum("ai,ai->a", away, solved) / self.count
        return found

    def _solved(self, spread: Array, away: Array) -> Array:
        if self._regular:
            try:
                return np.asarray(np.linalg.solve(spread, away[:, :, None])[:, :, 0])
            except np.linalg.LinAlgError:  # singular at one of the values
                pass
        inverse = np.linalg.pinv(spread, hermitian=True)
        return np.asarray(np.einsum("aij,aj->ai", inverse, away))

    def _ends(self, critical: float) -> Array:
        """Return the angles at which the statistic may cross `critical`, in order.

        It is below where ``critical m V(t) - a(t) a(t)'`` is positive definite, for the
        covariance V and the coefficients a: a matrix of squares in t, whose determinant is zero at
        the eigenvalues of its companion.
        """
        m = self.count
        outcome, endogenous = self.outcome, self.scale * self.endogenous
        across = np.outer(outcome, endogenous)
        products = (
            np.outer(outcome, outcome),
            -across - across.T,
            np.outer(endogenous, endogenous),
        )
        root = np.linalg.cholesky(self._blocks[0] + self._blocks[2])
        constant, slope, square = (
            solve_triangular(
                root,
                solve_triangular(root, critical * m * spread - product, lower=True).T,
                lower=True,
            )
            for spread, product in zip(self._blocks, products, strict=True)
        )
        none, one = np.zeros((m, m)), np.eye(m)
        top, below = eigvals(
            np.block([[none, one], [-constant, -slope]]),
            np.block([[one, none], [none, square]]),
            homogeneous_eigvals=True,
        )
        size = np.hypot(np.abs(top), np.abs(below))
        real = np.abs(top.imag) <= NEARLY_REAL * size
        return np.unique(np.arctan2(top.real[real], below.real[real]))


def _found_on_a_grid(function: Callable[[Array], Array]) -> Array:
    """Return where a function of an angle changes its sign, found on a grid and refined."""
    grid = np.linspace(-HALF, HALF, DIRECTIONS + 1)
    inside = function(grid) <= 0.0
    return np.array(
        [
            brentq(lambda angle: function(np.array([angle]))[0], grid[place], grid[place + 1])
            for place in np.flatnonzero(inside[1:] != inside[:-1])
        ]
    )
