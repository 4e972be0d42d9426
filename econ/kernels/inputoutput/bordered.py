"""Operators built on another's factor: a few changed coefficients, or accounts made endogenous."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from econ.kernels.inputoutput.operator import LeontiefOperator

__all__ = ["BorderedOperator", "UpdatedOperator"]

Array = npt.NDArray[np.float64]


class UpdatedOperator:
    """``I - A - left right'``: a table with a few changed coefficients, on the factor of A.

    Parameters
    ----------
    base : LeontiefOperator
    left, right : ndarray, shape (n, k)
        A changed column j has the change on the left and the unit vector of j on the right.

    Raises
    ------
    ArithmeticError
        When the change makes ``I - A`` singular.

    References
    ----------
    [miller_blair_2009], section 12.3.1 (Sherman-Morrison-Woodbury).

    Examples
    --------
    A changed by 0.1 in its first cell:

    >>> base = LeontiefOperator(np.array([[0.15, 0.25], [0.20, 0.05]]))
    >>> cell = np.array([[0.1], [0.0]]), np.array([[1.0], [0.0]])
    >>> UpdatedOperator(base, *cell).solve(np.array([600.0, 1500.0])).round(1).tolist()
    [1426.4, 1879.2]
    """

    def __init__(self, base: LeontiefOperator, left: Array, right: Array) -> None:
        n = len(base)
        if left.ndim != 2 or left.shape != right.shape or left.shape[0] != n:
            raise ValueError(f"shapes {left.shape} and {right.shape}; give both as ({n}, k)")
        self._base, self._left, self._right = base, left, right
        self._after = base.solve(left)
        self._core = np.eye(left.shape[1]) - right.T @ self._after
        if np.linalg.cond(self._core) * np.finfo(np.float64).eps > base.report.tolerance:
            raise ArithmeticError("the change makes I - A singular")

    def solve(self, demand: Array) -> Array:
        """Return x with ``(I - A - left right') x = f``, of the shape (n,) or (n, k) given."""
        plain = self._base.solve(demand)
        changed: Array = plain + self._after @ np.linalg.solve(self._core, self._right.T @ plain)
        return changed

    def solve_transposed(self, coefficients: Array) -> Array:
        """Return m with ``(I - A - left right')' m = v``, of the shape (n,) or (n, k) given."""
        core = np.linalg.solve(self._core.T, self._after.T @ coefficients)
        changed: Array = self._base.solve_transposed(coefficients + self._right @ core)
        return changed


@dataclass(frozen=True)
class BorderedOperator:
    """``I - A`` with accounts made endogenous: households (Type II), groups of them, government.

    Solves the system of products x and accounts y ::

        (I - A) x -        C y = f
            - V x + (I - T) y = g

    by the complement of the open model, so the factor of the open model serves both.

    Parameters
    ----------
    base : LeontiefOperator
        Of the open model.
    income : ndarray, shape (k, n) [received by an account per unit of output]
        V.
    spending : ndarray, shape (n, k) [spent on home products per unit of income]
        C.
    transfers : ndarray, shape (k, k) [received per unit of the column account's income]
        T; zero for households alone.

    Raises
    ------
    ArithmeticError
        When the accounts spend more than they receive in every round.

    References
    ----------
    [miller_blair_2009], sections 2.5 (households), 6.4.2 (Miyazawa) and 11.4 (social accounts).

    Examples
    --------
    One product that spends 0.4 on itself; households earn 0.3 and spend half of it at home:

    >>> households = BorderedOperator(
    ...     LeontiefOperator(np.array([[0.4]])),
    ...     np.array([[0.3]]), np.array([[0.5]]), np.zeros((1, 1)),
    ... )
    >>> households.output_multipliers(np.array([1.0])).round(4).tolist()
    [2.2222]
    """

    base: LeontiefOperator
    income: Array
    spending: Array
    transfers: Array

    def __post_init__(self) -> None:
        n, k = len(self.base), self.transfers.shape[0]
        shapes = {"income": (k, n), "spending": (n, k), "transfers": (k, k)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}; give {shape}")
        growth = np.abs(np.linalg.eigvals(self.rounds + self.transfers)).max(initial=0.0)
        if not growth < 1.0:
            raise ArithmeticError(
                f"the endogenous accounts spend {growth:.3g} of each unit they receive on income "
                "of their own in every round; the closure needs less than one"
            )

    @cached_property
    def per_demand(self) -> Array:
        """Income of each account per unit of final demand in the open model, V L, shape (k, n)."""
        return np.ascontiguousarray(self.base.solve_transposed(self.income.T).T)

    @cached_property
    def rounds(self) -> Array:
        """Income created by one unit of income spent, V L C, shape (k, k) [-].

        For income groups this is Miyazawa's matrix of inter-income-group coefficients.
        """
        return np.asarray(self.per_demand @ self.spending)

    @cached_property
    def income_multiplier(self) -> Array:
        """Total income per unit of income received from outside, shape (k, k) [-].

        ``(I - T - V L C)^-1``: Miyazawa's interrelational income multiplier.
        """
        k = self.transfers.shape[0]
        return np.array(np.linalg.inv(np.eye(k) - self.transfers - self.rounds), dtype=np.float64)

    @cached_property
    def income_per_demand(self) -> Array:
        """Income of each account per unit of final demand, all rounds, shape (k, n) [-]."""
        return np.asarray(self.income_multiplier @ self.per_demand)

    def induced(self, multipliers: Array) -> Array:
        """Return what respending adds to multipliers of the open model.

        Parameters
        ----------
        multipliers : ndarray, shape (n,) or (m, n) [per unit of final demand]
            ``v'L`` of the open model.

        Returns
        -------
        ndarray, of the shape given [per unit of final demand]
        """
        added: Array = (multipliers @ self.spending) @ self.income_per_demand
        return added

    def output_multipliers(self, coefficients: Array) -> Array:
        """Return the multipliers of the closed model for a row of coefficients.

        Parameters
        ----------
        coefficients : ndarray, shape (n,) [per unit of output]

        Returns
        -------
        ndarray, shape (n,) [per unit of final demand]
        """
        plain = self.base.solve_transposed(coefficients)
        return plain + self.induced(plain)

    def solve(self, demand: Array, receipts: Array | None = None) -> tuple[Array, Array]:
        """Return output and income that follow from a demand and from outside receipts.

        Parameters
        ----------
        demand : ndarray, shape (n,) or (n, d) [money]
        receipts : ndarray, shape (k,) or (k, d) [money], optional
            Income from outside the accounts.

        Returns
        -------
        tuple of ndarray
            x of the shape of `demand`, and y, shape (k,) or (k, d).
        """
        earned = self.per_demand @ demand + (0.0 if receipts is None else receipts)
        income: Array = self.income_multiplier @ earned
        return self.base.solve(demand + self.spending @ income), income
