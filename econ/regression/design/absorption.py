"""Fixed effects taken out of columns, and how many degrees of freedom they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

from econ.errors import EconError
from econ.kernels.regression.sandwich import group_sums
from econ.kernels.regression.two_way import TwoWay

__all__ = ["Absorption"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
TOLERANCE: Final = 1e-12
MOST_STEPS: Final = 10_000


@dataclass(frozen=True)
class Absorption:
    """The fixed effects of a design.

    Parameters
    ----------
    effects : tuple of ndarray of int, shape (n,)
        Codes from 0 without holes.
    slopes : tuple of ndarray of shape (n,), or None
        What each effect multiplies; None for an effect on the level.
    weights : ndarray of shape (n,), or None

    Examples
    --------
    >>> absorbed = Absorption((np.array([0, 0, 1, 1]),), (None,), None)
    >>> absorbed.residuals(np.array([[1.0], [3.0], [5.0], [5.0]])).ravel().tolist()
    [-1.0, 1.0, 0.0, 0.0]
    """

    effects: tuple[Codes, ...]
    slopes: tuple[Array | None, ...]
    weights: Array | None

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Number of levels of each effect."""
        return tuple(int(codes.max()) + 1 for codes in self.effects)

    @cached_property
    def redundant(self) -> int:
        """Levels that others already span: one per connected part, for each pair of effects."""
        plain = [place for place, slope in enumerate(self.slopes) if slope is None]
        return sum(
            max(self._parts(plain[earlier], plain[place]) for earlier in range(place))
            for place in range(1, len(plain))
        )

    def _parts(self, left: int, right: int) -> int:
        if self._is_balanced:
            return 1
        return self._pairs(left, right).parts

    def _pairs(self, left: int, right: int) -> TwoWay:
        if (left, right) == (0, 1):
            return self._first_pair
        return TwoWay(self.effects[left], self.effects[right], self.weights)

    @cached_property
    def _first_pair(self) -> TwoWay:
        return TwoWay(self.effects[0], self.effects[1], self.weights)

    @property
    def degrees(self) -> int:
        """Degrees of freedom of all effects, the constant among them."""
        return sum(self.levels) - self.redundant

    def degrees_not_nested(self, clusters: Sequence[Codes]) -> int:
        """Return the degrees of freedom, of each effect nested in a cluster no more than one."""
        nested = [
            level - 1
            for codes, level, slope in zip(self.effects, self.levels, self.slopes, strict=True)
            if slope is None and any(_is_nested(codes, level, cluster) for cluster in clusters)
        ]
        return self.degrees - sum(nested)

    def not_nested(self, clusters: Codes) -> tuple[int, ...]:
        """Return the places of the effects whose levels cross the clusters."""
        return tuple(
            place
            for place, (codes, level) in enumerate(zip(self.effects, self.levels, strict=True))
            if not _is_nested(codes, level, clusters)
        )

    def dummies(self, places: Sequence[int]) -> Array:
        """Return the columns of some effects with all their levels, shape (n, m)."""
        blocks = [np.empty((len(self.effects[0]), 0))]
        for place in places:
            codes, slope = self.effects[place], self.slopes[place]
            block = np.zeros((len(codes), self.levels[place]))
            block[np.arange(len(codes)), codes] = 1.0 if slope is None else slope
            blocks.append(block)
        return np.concatenate(blocks, axis=1)

    def only(self, places: Sequence[int]) -> Absorption:
        """Return some of the effects."""
        return Absorption(
            tuple(self.effects[place] for place in places),
            tuple(self.slopes[place] for place in places),
            self.weights,
        )

    def residuals(self, columns: Array) -> Array:
        """Return columns with the effects taken out, shape (n, m).

        Raises
        ------
        EconError
            When the iteration does not converge.
        """
        if not self.effects:
            return columns
        if len(self.effects) == 1 and self.slopes[0] is None:
            left: Array = columns - self._means(columns, 0)[self.effects[0]]
            return left
        if self._is_balanced:
            first, second = (self._means(columns, way) for way in (0, 1))
            centred: Array = columns - first[self.effects[0]] - second[self.effects[1]]
            centred += columns.mean(axis=0)
            return centred
        if len(self.effects) == 2 and all(slope is None for slope in self.slopes):
            crossed = self._first_pair.residuals(columns)
            if crossed is not None:
                return crossed
        return self._solved(columns)

    def fitted_products(self, left: Array, right: Array, groups: Codes) -> Array | None:
        """Return the products of what the effects fit of two columns, group by group of rows.

        Parameters
        ----------
        left, right : ndarray, shape (n,)
            Times the roots of weights.
        groups : ndarray of int, shape (n,)

        Returns
        -------
        ndarray of shape (G, G), or None
            Of each group's rows of the left alone with each one's of the right; None where there
            is no short way.
        """
        if any(slope is not None for slope in self.slopes) or len(self.effects) > 2:
            return None
        roots = 1.0 if self.weights is None else np.sqrt(self.weights)
        count = int(groups.max()) + 1

        def sums(column: Array, way: int) -> Any:
            cells = (column * roots, (groups, self.effects[way]))
            return csr_array(cells, shape=(count, self.levels[way]))

        if len(self.effects) == 1:
            shares = diags_array(1.0 / np.bincount(self.effects[0], weights=self.weights))
            found: Array = (sums(left, 0) @ shares @ sums(right, 0).T).toarray()
            return found
        return self._first_pair.fitted_products(
            (sums(left, 0), sums(left, 1)), (sums(right, 0), sums(right, 1))
        )

    def _means(self, columns: Array, way: int) -> Array:
        codes = self.effects[way]
        if self.weights is None:
            return group_sums(columns, codes) / np.bincount(codes)[:, None]
        total = np.bincount(codes, weights=self.weights)
        return group_sums(columns * self.weights[:, None], codes) / total[:, None]

    @cached_property
    def _is_balanced(self) -> bool:
        sloped = any(slope is not None for slope in self.slopes)
        if len(self.effects) != 2 or sloped or self.weights is not None:
            return False
        first, second = self.levels
        if first * second != len(self.effects[0]):
            return False
        return int(np.bincount(self.effects[0] * second + self.effects[1]).max()) == 1

    def _solved(self, columns: Array) -> Array:
        import within  # noqa: PLC0415  (heavy: loaded when effects cross)

        options = within.LsmrOptions(tol=TOLERANCE, maxiter=MOST_STEPS)
        found = self._solver.solve_batch(np.asfortranarray(columns), options)
        if not all(found.converged):
            raise EconError(
                "the fixed effects did not converge: their levels hardly meet; "
                "drop the rows that connect them alone, or fewer effects"
            )
        return np.asarray(found.demeaned, dtype=np.float64)

    @cached_property
    def _solver(self) -> Any:
        import within  # noqa: PLC0415  (heavy: loaded when effects cross)

        terms = [
            within.Effect(np.asarray(codes, dtype=np.uint32), slope is None, _listed(slope))
            for codes, slope in zip(self.effects, self.slopes, strict=True)
        ]
        return within.Solver(terms, weights=self.weights)


def _listed(slope: Array | None) -> list[Array] | None:
    return None if slope is None else [np.ascontiguousarray(slope)]


def _is_nested(codes: Codes, levels: int, clusters: Codes) -> bool:
    """Return whether every level lies within one cluster."""
    last = np.empty(levels, dtype=np.int64)
    last[codes] = clusters
    return bool((last[codes] == clusters).all())
