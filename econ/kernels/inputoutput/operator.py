"""`LeontiefOperator`: solve with ``I - A`` and never invert it; the path is chosen and reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import lu_solve
from scipy.linalg.lapack import dgetri, dgetri_lwork

from econ.kernels.inputoutput.factors import dense_factor, half_of_memory, sparse_factor
from econ.kernels.inputoutput.krylov import krylov_solution
from econ.kernels.inputoutput.solutions import Plan, SolveReport, unproductive_at

__all__ = ["TOLERANCE", "LeontiefOperator", "Method", "Plan", "SolveReport"]

Array = npt.NDArray[np.float64]
Method = Literal["auto", "lu", "mixed", "gmres", "bicgstab", "sparse"]

# Largest residual of a solution, relative to its right-hand side.
TOLERANCE: Final = 1e-10
# An iterative solve aims below the tolerance, so that the final check is no coin toss.
AIM: Final = 0.5
# One factorisation of n rows costs about as much as n / PASSES_PER_ROW passes over the matrix,
# a Krylov solve a dozen of them: measured, see `make bench`.
ROWS_PER_KRYLOV_SOLVE: Final = 400
SMALLEST_KRYLOV: Final = 1000
SPARSE_BELOW: Final = 0.05
SAMPLED_ROWS: Final = 64
MOST_REFINEMENTS: Final = 50
PROBES: Final = 4
EXACT_CHECK_UP_TO: Final = 300


@dataclass(frozen=True)
class _Solution:
    """Outputs, what finding them took, and ``(I - A) x`` where a path has it, (n, k) each."""

    output: Array
    iterations: int = 0
    image: Array | None = None


class LeontiefOperator:
    """The matrix ``I - A`` of a table, ready to be solved with as often as asked.

    Nothing is factorised before the first solve that needs it; a factor is kept. A is never
    formed: flows are scaled by output as they are read, so a memory-mapped or borrowed array is
    not copied by the iterative paths.

    Parameters
    ----------
    flows : ndarray or scipy.sparse matrix, shape (n, n) [money]
        Z, or A itself when `output` is None.
    output : ndarray, shape (n,) [money], optional
        x; a product without output has no inputs.
    method : {"auto", "lu", "mixed", "gmres", "bicgstab", "sparse"}
        ``lu``: dense factor. ``mixed``: factor in single precision, refined to double, half the
        memory. ``gmres``, ``bicgstab``: Krylov, for a handful of right-hand sides. ``sparse``:
        sparse factor. ``auto`` chooses by size, density, memory and number of right-hand sides.
    tolerance : float [-]
        Largest relative residual of a solution.
    memory : int, optional [bytes]
        What a factor may take; by default half of the machine's.

    Raises
    ------
    ValueError
        When shapes do not fit or the method is unknown.

    References
    ----------
    [miller_blair_2009], section 2.2; [saad_2003], sections 6.5 (GMRES) and 7.4 (BiCGSTAB);
    [higham_2002], chapter 12 (refinement).

    Examples
    --------
    >>> operator = LeontiefOperator(np.array([[0.15, 0.25], [0.20, 0.05]]))
    >>> operator.solve(np.array([600.0, 1500.0])).round(1).tolist()
    [1247.5, 1841.6]
    >>> operator.report.method
    'lu'
    """

    def __init__(
        self,
        flows: Array | Any,
        output: Array | None = None,
        *,
        method: Method = "auto",
        tolerance: float = TOLERANCE,
        memory: int | None = None,
    ) -> None:
        n = flows.shape[0]
        if len(flows.shape) != 2 or flows.shape[1] != n:
            raise ValueError(f"a Leontief operator is square; the flows have shape {flows.shape}")
        if output is not None and output.shape != (n,):
            raise ValueError(f"output has shape {output.shape}; give one number per column, {n}")
        if method not in get_args(Method):
            raise ValueError(f"no solver '{method}'; choose one of {', '.join(get_args(Method))}")
        self._flows: Any = sparse.csr_array(flows) if sparse.issparse(flows) else flows
        self._scale = np.ones(n) if output is None else _reciprocal(output)
        self._method: Method = method
        self._tolerance = tolerance
        self._memory = half_of_memory() if memory is None else memory
        self._factors: dict[str, Any] = {}
        self._thin: bool | None = None
        self._report: SolveReport | None = None

    def __len__(self) -> int:
        return int(self._scale.size)

    @property
    def report(self) -> SolveReport:
        """What the last solve did.

        Raises
        ------
        ValueError
            When nothing has been solved yet.
        """
        if self._report is None:
            raise ValueError("nothing has been solved yet")
        return self._report

    @property
    def coefficients(self) -> Array:
        """Technical coefficients A, shape (n, n) [-]; made anew at every call."""
        scaled: Any = self._flows * self._scale
        return np.asarray(scaled.toarray() if sparse.issparse(scaled) else scaled)

    def apply(self, output: Array) -> Array:
        """Return ``A x``, of the shape (n,) or (n, k) given [money]."""
        return np.asarray(self._flows @ _rows_times(self._scale, output))

    def apply_transposed(self, values: Array) -> Array:
        """Return ``A' m``, of the shape (n,) or (n, k) given."""
        return _rows_times(self._scale, np.asarray(self._flows.T @ values))

    def plan(self, columns: int) -> Plan:
        """Say which way a solve for so many right-hand sides would go, and why.

        Parameters
        ----------
        columns : int

        Returns
        -------
        Plan
        """
        n = len(self)
        if self._method != "auto":
            return Plan(self._method, "as asked")
        for made in ("lu", "mixed", "sparse"):
            if made in self._factors:
                return Plan(made, "the factor is there already")
        if self._is_thin():
            return Plan("sparse", f"less than {SPARSE_BELOW:.0%} of the cells are filled")
        if n >= SMALLEST_KRYLOV and columns * ROWS_PER_KRYLOV_SOLVE <= n:
            return Plan("gmres", f"{columns} right-hand sides cost less than a factor of {n} rows")
        if n * n * np.dtype(np.float64).itemsize > self._memory:
            return Plan("mixed", "a factor in double precision would take too much memory")
        return Plan("lu", f"{columns} right-hand sides on {n} rows")

    def factorise(self) -> LeontiefOperator:
        """Make the factor now, so that every later solve finds it; return the operator."""
        plan = self.plan(len(self))
        if plan.method in ("lu", "mixed", "sparse"):
            self._factor(plan.method)
        return self

    def solve(self, demand: Array) -> Array:
        """Return the output x with ``(I - A) x = f``.

        Parameters
        ----------
        demand : ndarray, shape (n,) or (n, k) [money]

        Returns
        -------
        ndarray, of the shape given [money]

        Raises
        ------
        ArithmeticError
            When the residual stays above the tolerance, ``I - A`` is singular, or a solution below
            zero of flows and a demand that are not proves that A is unproductive.
        """
        return self._solve(demand, transposed=False)

    def solve_transposed(self, coefficients: Array) -> Array:
        """Return the multipliers m with ``(I - A)' m = v``.

        Parameters
        ----------
        coefficients : ndarray, shape (n,) or (n, k) [per unit of output]

        Returns
        -------
        ndarray, of the shape given [per unit of final demand]

        Raises
        ------
        ArithmeticError
            When the residual stays above the tolerance, or ``I - A`` is singular.
        """
        return self._solve(coefficients, transposed=True)

    def inverse(self) -> Array:
        """Return the Leontief inverse L, shape (n, n) [-], for whoever needs all of it."""
        n = len(self)
        plan = self.plan(n)
        if plan.method != "lu":
            return self.solve(np.eye(n))
        # Without a workspace of the right size LAPACK inverts column by column.
        transposed, _ = dgetri(*self._factor("lu"), lwork=int(dgetri_lwork(n)[0]))
        found: Array = transposed.T
        # (I - A) L r is r again, for any r: the whole inverse is not multiplied to see it.
        probe = np.random.default_rng(0).standard_normal((n, PROBES))
        residual = _relative(probe - self._left(found @ probe, transposed=False), probe)
        self._judge(plan, n, 0, residual)
        self._refuse_unproductive(found, None, transposed=False)
        return found

    # ------------------------------------------------------------ one solve

    def _solve(self, given: Array, *, transposed: bool) -> Array:
        sides = np.asarray(given, dtype=np.float64)
        n = len(self)
        if sides.ndim not in (1, 2) or sides.shape[0] != n:
            raise ValueError(f"shape {sides.shape}; give ({n},) or ({n}, k)")
        if not np.isfinite(sides).all():
            raise ValueError("the right-hand side is not finite")
        wide = sides if sides.ndim == 2 else sides[:, None]
        plan = self.plan(wide.shape[1])
        ways: dict[str, Callable[[Array, bool], _Solution]] = {
            "lu": self._direct,
            "sparse": self._sparse,
            "mixed": self._refined,
            "gmres": self._krylov,
            "bicgstab": self._krylov,
        }
        made = ways[plan.method](wide, transposed)
        residual = self._residual(wide, made, transposed, plan.method)
        self._judge(plan, wide.shape[1], made.iterations, residual)
        self._refuse_unproductive(made.output, wide, transposed=transposed)
        return made.output if sides.ndim == 2 else made.output[:, 0]

    def _judge(self, plan: Plan, columns: int, iterations: int, residual: float) -> None:
        self._report = SolveReport(
            plan.method, plan.reason, len(self), columns, iterations, residual, self._tolerance
        )
        if not residual <= self._tolerance:
            raise ArithmeticError(
                f"{plan.method} left a residual of {residual:.3g}, above {self._tolerance:.3g}, "
                f"after {iterations} iterations; the table is close to singular, or the method "
                "does not suit it: force another one"
            )

    def _refuse_unproductive(self, found: Array, sides: Array | None, *, transposed: bool) -> None:
        def smallest() -> float:
            return float(min(self._flows.min(), self._scale.min()))

        place = unproductive_at(
            found, sides, smallest, self.apply_transposed if transposed else self.apply
        )
        if place is not None:
            raise ArithmeticError(
                f"the solution of right-hand side {place[1]} falls to {found[place]:.3g} at "
                f"position {place[0]}, though nothing asked for is below zero: the matrix is "
                "unproductive, its spectral radius is one or more; outputs are too small for their "
                "inputs, check their units (thousands, millions)"
            )

    def _factor(self, method: str) -> Any:
        if method not in self._factors:
            if method == "sparse":
                made: Any = sparse_factor(self._flows, self._scale)
            else:
                made = dense_factor(self._flows, self._scale, single=method == "mixed")
            self._factors[method] = made
        return self._factors[method]

    def _direct(self, sides: Array, transposed: bool) -> _Solution:
        found: Array = lu_solve(
            self._factor("lu"), sides, trans=0 if transposed else 1, check_finite=False
        )
        return _Solution(found)

    def _sparse(self, sides: Array, transposed: bool) -> _Solution:
        found: Array = self._factor("sparse").solve(sides, trans="T" if transposed else "N")
        return _Solution(found)

    def _refined(self, sides: Array, transposed: bool) -> _Solution:
        factor, trans = self._factor("mixed"), 0 if transposed else 1

        def correction(gap: Array) -> Array:
            # Scaled to one, so that single precision neither overflows nor underflows.
            size = np.abs(gap).max(axis=0)
            size[size == 0.0] = 1.0
            small = (gap / size).astype(np.float32)
            step: Array = lu_solve(factor, small, trans=trans, check_finite=False) * size
            return step

        found = correction(sides)
        for refinement in range(1, MOST_REFINEMENTS + 1):
            gap = sides - self._left(found, transposed)
            if _relative(gap, sides) <= AIM * self._tolerance:
                return _Solution(found, refinement)
            found = found + correction(gap)
        return _Solution(found, MOST_REFINEMENTS)

    def _krylov(self, sides: Array, transposed: bool) -> _Solution:
        found = krylov_solution(
            lambda vector: self._left(vector, transposed),
            sides,
            stabilised=self._method == "bicgstab",
            aim=AIM * self._tolerance,
        )
        return _Solution(found.solution, found.passes, found.image)

    # ------------------------------------------------------------ checks

    def _left(self, vectors: Array, transposed: bool) -> Array:
        return vectors - (self.apply_transposed(vectors) if transposed else self.apply(vectors))

    def _residual(self, sides: Array, made: _Solution, transposed: bool, method: str) -> float:
        found = made.output
        if made.image is not None:
            return _relative(sides - made.image, sides)
        few = sides.shape[1] * ROWS_PER_KRYLOV_SOLVE <= len(self) or len(self) <= EXACT_CHECK_UP_TO
        if method == "mixed" or (few and len(self) <= SMALLEST_KRYLOV):
            return _relative(sides - self._left(found, transposed), sides)
        # A large factor is used for the sake of speed: random projections of the residual, made
        # ready once, cost n operations where the residual itself costs n squared.
        probe, image = self._probes(transposed)
        gap = probe @ sides - image @ found
        return _relative(gap / np.sqrt(PROBES), sides)

    def _probes(self, transposed: bool) -> tuple[Array, Array]:
        name = f"probes {transposed}"
        if name not in self._factors:
            probe = np.random.default_rng(0).standard_normal((len(self), PROBES))
            # The transposed system is checked from its other side.
            image = self._left(probe, not transposed)
            self._factors[name] = (np.ascontiguousarray(probe.T), np.ascontiguousarray(image.T))
        made: tuple[Array, Array] = self._factors[name]
        return made

    def _is_thin(self) -> bool:
        if self._thin is None:
            self._thin = len(self) >= SMALLEST_KRYLOV and self._density() < SPARSE_BELOW
        return self._thin

    def _density(self) -> float:
        n = len(self)
        if sparse.issparse(self._flows):
            return float(self._flows.nnz / n / n)
        rows = np.unique(np.linspace(0, n - 1, min(n, SAMPLED_ROWS)).astype(np.intp))
        return float(np.count_nonzero(self._flows[rows]) / rows.size / n)


def _reciprocal(output: Array) -> Array:
    found: Array = np.divide(1.0, output, out=np.zeros_like(output), where=output != 0.0)
    return found


def _rows_times(scale: Array, values: Array) -> Array:
    found: Array = scale * values if values.ndim == 1 else scale[:, None] * values
    return found


def _relative(gap: Array, sides: Array) -> float:
    size = np.linalg.norm(sides, axis=0)
    left = np.linalg.norm(gap, axis=0)
    return float(np.max(np.divide(left, size, out=left.copy(), where=size > 0.0), initial=0.0))
