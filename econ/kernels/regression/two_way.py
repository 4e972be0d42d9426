"""Two fixed effects taken out of columns through the table of how often their levels meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

__all__ = ["TwoWay"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
SETTLED: Final = 1e-12
ROUNDING: Final = 4.0 * float(np.finfo(np.float64).eps)
MOST_STEPS: Final = 100
DENSE: Final = 4  # cells of the table for each row, up to which all are kept
FEW_STEPS: Final = 6  # from level to level, beyond which a search of the whole graph is cheaper


@dataclass(frozen=True)
class TwoWay:
    """Two effects on the level, and the table of the weights of the cells where they meet.

    What the first effect leaves of a column depends on the second alone, through a system with one
    row for each level of it. Where levels mix well, a few conjugate gradients solve it.

    Parameters
    ----------
    first, second : ndarray of int, shape (n,)
        Codes from 0 without holes.
    weights : ndarray of shape (n,), or None

    References
    ----------
    [somaini_wolak_2016], section 2; conjugate gradients as in [abowd_creecy_kramarz_2002].

    Examples
    --------
    >>> effects = TwoWay(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), None)
    >>> effects.residuals(np.array([[1.0], [2.0], [3.0], [8.0]])).round(9).ravel().tolist()
    [1.0, -1.0, -1.0, 1.0]
    """

    first: Codes
    second: Codes
    weights: Array | None

    @cached_property
    def table(self) -> Any:
        """Weights of the cells, dense or sparse, shape (levels of the first, of the second)."""
        shape = (int(self.first.max()) + 1, int(self.second.max()) + 1)
        cells = shape[0] * shape[1]
        if cells <= DENSE * len(self.first):
            cell = self.first * shape[1] + self.second
            held = np.bincount(cell, weights=self.weights, minlength=cells)
            return held.reshape(shape).astype(np.float64)
        ones = np.ones(len(self.first)) if self.weights is None else self.weights
        return sparse.coo_array((ones, (self.first, self.second)), shape=shape).tocsr()

    @cached_property
    def _of_levels(self) -> tuple[Array, Array]:
        """Weights of the levels of both."""
        of_first, of_second = (self.table.sum(axis=axis) for axis in (1, 0))
        return np.asarray(of_first, dtype=np.float64), np.asarray(of_second, dtype=np.float64)

    @property
    def parts(self) -> int:
        """Number of parts of the data that have no level in common."""
        table = self.table
        seen = np.zeros(table.shape[0])
        seen[0] = 1.0
        for _ in range(FEW_STEPS):
            met = table.T @ seen > 0.0
            seen = (table @ met.astype(np.float64) > 0.0).astype(np.float64)
            if seen.all() and met.all():
                return 1
        links = sparse.csr_array(table)
        graph = sparse.block_array([[None, links], [links.T, None]], format="csr")
        return int(connected_components(graph, directed=False, return_labels=False))

    def residuals(self, columns: Array) -> Array | None:
        """Return columns with both effects taken out, shape (n, m); None where steps run out."""
        table = self.table
        of_first, of_second = self._of_levels
        left = np.array(columns, order="F")
        squares = np.array([self._total(column * column) for column in left.T])
        for place in range(left.shape[1]):
            means = self._sums(left[:, place], self.first) / of_first
            left[:, place] -= means[self.first]
        target = np.stack([self._sums(column, self.second) for column in left.T], axis=1)
        found = _conjugate_gradients(table, of_first, of_second, target, ROUNDING**2 * squares)
        if found is None:
            return None
        through = (table @ found) / of_first[:, None]
        for place, (own, other) in enumerate(zip(found.T.copy(), through.T.copy(), strict=True)):
            left[:, place] -= own[self.second]
            left[:, place] += other[self.first]
        return left

    def fitted_products(self, left: tuple[Any, Any], right: tuple[Any, Any]) -> Array | None:
        """Return the products of what both effects fit of groups of rows; None where steps run out.

        Parameters
        ----------
        left, right : pair of sparse arrays, shapes (G, levels of the first), (G, of the second)
            Weighted sums of a column by group and level.

        Returns
        -------
        ndarray of shape (G, G), or None
            Of each group on the left with each on the right.
        """
        of_first, of_second = self._of_levels
        table, shares = self.table, sparse.diags_array(1.0 / of_first)
        means = [pair[0] @ shares for pair in (left, right)]
        beyond = [
            pair[1].toarray() - _dense(mean @ table)
            for pair, mean in zip((left, right), means, strict=True)
        ]
        target = beyond[0].T
        squares = np.einsum("ij,ij,i->j", target, target, 1.0 / of_second)
        floor = ROUNDING**2 * squares.max(keepdims=True)
        found = _conjugate_gradients(table, of_first, of_second, target, floor)
        if found is None:
            return None
        products: Array = _dense(means[0] @ right[0].T) + found.T @ beyond[1].T
        return products

    def _sums(self, column: Array, codes: Codes) -> Array:
        weighed = column if self.weights is None else column * self.weights
        return np.asarray(np.bincount(codes, weighed), dtype=np.float64)

    def _total(self, column: Array) -> float:
        return float(column.sum() if self.weights is None else column @ self.weights)


def _dense(array: Any) -> Array:
    return np.asarray(array.toarray() if sparse.issparse(array) else array, dtype=np.float64)


def _conjugate_gradients(
    table: Any, of_first: Array, of_second: Array, target: Array, rounding: Array
) -> Array | None:
    """Solve ``(D2 - T' D1^-1 T) v = b`` for each column of b, preconditioned by D2."""
    of_first, of_second = of_first[:, None], of_second[:, None]
    found = np.zeros_like(target)
    left = target.copy()
    scaled = left / of_second
    size = np.einsum("ij,ij->j", left, scaled)
    limit = np.maximum(SETTLED**2 * size, rounding)
    direction = scaled.copy()
    for _ in range(MOST_STEPS):
        going = size > limit
        if not going.any():
            return found
        image = of_second * direction - table.T @ ((table @ direction) / of_first)
        curve = np.einsum("ij,ij->j", direction, image)
        if (curve[going] <= 0.0).any():
            return None
        step = np.divide(size, curve, out=np.zeros_like(size), where=going)
        found += step * direction
        left -= step * image
        scaled = left / of_second
        before, size = size, np.einsum("ij,ij->j", left, scaled)
        direction *= np.divide(size, before, out=np.zeros_like(size), where=going)
        direction += scaled
    return None
