"""Krylov solves with a matrix that is only read: GMRES and BiCGSTAB, column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import LinearOperator, bicgstab, gmres

__all__ = ["KrylovSolution", "krylov_solution"]

Array = npt.NDArray[np.float64]
RESTART: Final = 40
MOST_ITERATIONS: Final = 1000


@dataclass(frozen=True)
class KrylovSolution:
    """Solutions, their images under the matrix, and how often the matrix was read.

    Parameters
    ----------
    solution, image : ndarray, shape (n, k)
    passes : int
    """

    solution: Array
    image: Array
    passes: int


def krylov_solution(
    matrix: Callable[[Array], Array], sides: Array, *, stabilised: bool, aim: float
) -> KrylovSolution:
    """Return x with ``M x = b`` for every column b, to a relative residual of `aim` where it can.

    Parameters
    ----------
    matrix : callable
        From a vector, shape (n,), to its product with M.
    sides : ndarray, shape (n, k)
    stabilised : bool
        BiCGSTAB, which keeps few vectors; GMRES otherwise, which reads M less often.
    aim : float [-]

    Returns
    -------
    KrylovSolution

    References
    ----------
    [saad_2003], sections 6.5 (GMRES) and 7.4 (BiCGSTAB).

    Examples
    --------
    >>> found = krylov_solution(
    ...     lambda x: 0.5 * x, np.array([[1.0]]), stabilised=False, aim=1e-12
    ... )
    >>> found.solution.round(9).tolist()
    [[2.0]]
    """
    n, passes = len(sides), 0
    last = (np.empty(0), np.empty(0))

    def product(vector: Array) -> Array:
        nonlocal passes, last
        passes += 1
        image = matrix(vector.reshape(n))
        last = (vector.reshape(n).copy(), image.copy())
        return image

    system = LinearOperator((n, n), matvec=product, dtype=np.float64)
    found, images = np.empty_like(sides), np.empty_like(sides)
    bounds: dict[str, Any] = {"rtol": aim, "atol": 0.0}
    for column in range(sides.shape[1]):
        side = np.ascontiguousarray(sides[:, column])
        if stabilised:
            solution, _ = bicgstab(system, side, maxiter=MOST_ITERATIONS, **bounds)
        else:
            cycles = MOST_ITERATIONS // RESTART
            solution, _ = gmres(system, side, restart=min(RESTART, n), maxiter=cycles, **bounds)
        found[:, column] = solution
        # The solver looks at its own residual last; the matrix is not read again for ours.
        images[:, column] = last[1] if np.array_equal(last[0], solution) else matrix(solution)
    return KrylovSolution(found, images, passes)
