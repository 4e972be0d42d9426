"""From supply and use to symmetric tables: models A to D; and from purchasers' to basic prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

__all__ = ["BasicUse", "Model", "SymmetricTable", "basic_from_purchasers", "symmetric_table"]

Array = npt.NDArray[np.float64]
Model = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class SymmetricTable:
    """A symmetric table and what is below zero in it.

    Parameters
    ----------
    flows : ndarray, shape (k, k) [money]
        k products in A and B, k industries in C and D.
    final : ndarray, shape (k, u) [money]
    primary : ndarray, shape (w, k) [money]
    output : ndarray, shape (k,) [money]
    rows : ndarray, shape (k, p) or empty
        What turns products into rows (C and D): other blocks of product rows are multiplied by it.
    columns : ndarray, shape (i, k) or empty
        What turns industries into columns (A and B).
    negatives : ndarray of int, shape (m, 2)
        Row and column of flows below zero that were not so in the use table.
    """

    flows: Array
    final: Array
    primary: Array
    output: Array
    rows: Array
    columns: Array
    negatives: npt.NDArray[np.intp]


def symmetric_table(
    supply: Array, use: Array, final: Array, primary: Array, model: Model
) -> SymmetricTable:
    """Return the symmetric table of one of the four basic transformation models.

    With S the supply, q its row sums and g its column sums:

    - A, product technology, product by product: ``U S^-1 diag(q)``; can turn negative
    - B, industry technology, product by product: ``U diag(g)^-1 S'``
    - C, fixed industry sales, industry by industry: ``diag(g) S^-1 U``; can turn negative
    - D, fixed product sales, industry by industry: ``S' diag(q)^-1 U``

    Parameters
    ----------
    supply : ndarray, shape (p, i) [money]
        Domestic supply at basic prices, product by industry.
    use : ndarray, shape (p, i) [money]
        Intermediate use of home products at basic prices.
    final : ndarray, shape (p, u) [money]
    primary : ndarray, shape (w, i) [money]
        Imports, taxes and value added of industries; satellites alike.
    model : {"A", "B", "C", "D"}

    Returns
    -------
    SymmetricTable

    Raises
    ------
    ValueError
        When the model is unknown, or A or C meets a supply table that is not square or singular.

    References
    ----------
    [eurostat_manual_2008], chapter 11, models A to D; [miller_blair_2009], chapter 5.

    Examples
    --------
    Industry 2 makes 10 of product 1 beside its own 90:

    >>> supply = np.array([[100.0, 10.0], [0.0, 90.0]])
    >>> use = np.array([[20.0, 30.0], [40.0, 20.0]])
    >>> final, primary = np.array([[60.0], [30.0]]), np.array([[40.0, 50.0]])
    >>> symmetric_table(supply, use, final, primary, "D").flows.round(2).tolist()
    [[18.18, 27.27], [41.82, 22.73]]
    >>> symmetric_table(supply, use, final, primary, "A").output.tolist()
    [110.0, 90.0]
    """
    if model not in get_args(Model):
        raise ValueError(f"no model '{model}'; choose one of {', '.join(get_args(Model))}")
    products, industries = supply.sum(axis=1), supply.sum(axis=0)
    none = np.zeros((0, 0))
    if model in ("A", "B"):
        columns = (
            _solved(supply, np.diag(products))
            if model == "A"
            else _over(supply.T, industries[:, None])
        )
        flows, added = use @ columns, primary @ columns
        negatives = _negatives(flows, use)
        return SymmetricTable(flows, final, added, products, none, columns, negatives)
    if model == "C":
        rows = _solved(supply.T, np.diag(industries)).T
    else:
        rows = _over(supply.T, products[None, :])
    flows = rows @ use
    negatives = _negatives(flows, use)
    return SymmetricTable(flows, rows @ final, primary, industries, rows, none, negatives)


@dataclass(frozen=True)
class BasicUse:
    """A use table at basic prices, with what left it.

    Parameters
    ----------
    use : ndarray, shape (p, c) [money, basic prices]
    taxes : ndarray, shape (c,) [money]
        Taxes less subsidies on products paid by each user.
    """

    use: Array
    taxes: Array


def basic_from_purchasers(purchasers: Array, margins: Array, taxes: Array) -> BasicUse:
    """Return a use table at basic prices from one at purchasers' prices.

    ``basic = purchasers - margins - taxes``: margins leave the goods and, being negative there,
    arrive in the rows of trade and transport; taxes leave to a row of their own. The way back is
    the sum.

    Parameters
    ----------
    purchasers : ndarray, shape (p, c) [money, purchasers' prices]
        Product by user.
    margins : ndarray, shape (p, c) [money]
        Trade and transport margins; each column sums to zero.
    taxes : ndarray, shape (p, c) [money]
        Taxes less subsidies on products.

    Returns
    -------
    BasicUse

    Raises
    ------
    ValueError
        When the margins of a user do not sum to zero, naming the column.

    References
    ----------
    [eurostat_manual_2008], chapter 6 (valuation matrices).

    Examples
    --------
    A good bought at 120, of which 15 for the trader and 5 of tax:

    >>> found = basic_from_purchasers(
    ...     np.array([[120.0], [0.0]]), np.array([[15.0], [-15.0]]), np.array([[5.0], [0.0]])
    ... )
    >>> found.use.tolist(), found.taxes.tolist()
    ([[100.0], [15.0]], [5.0])
    """
    for name, matrix in (("margins", margins), ("taxes", taxes)):
        if matrix.shape != purchasers.shape:
            raise ValueError(f"{name} have shape {matrix.shape}; give {purchasers.shape}")
    left = margins.sum(axis=0)
    off = np.flatnonzero(np.abs(left) > MARGIN_ROUNDING * np.maximum(1.0, np.abs(margins).sum(0)))
    if off.size:
        raise ValueError(
            f"margins of columns {off.tolist()} sum to {left[off].tolist()}, not to zero; enter "
            "them below zero in the rows of trade and transport"
        )
    return BasicUse(purchasers - margins - taxes, taxes.sum(axis=0))


# Margins are published rounded; their column sum is a sum of rounded cells.
MARGIN_ROUNDING = 1e-3


def _solved(matrix: Array, sides: Array) -> Array:
    """Return ``matrix^-1 sides`` or say why there is no inverse."""
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"models A and C need as many products as industries, not {matrix.shape}")
    empty = np.flatnonzero(~matrix.any(axis=1) | ~matrix.any(axis=0))
    if empty.size:
        raise ValueError(f"products or industries {empty.tolist()} have no supply; leave them out")
    condition = np.linalg.cond(matrix)
    if not condition * np.finfo(np.float64).eps < SINGULAR:
        raise ValueError("the supply table is singular: two industries make the same mix")
    return np.asarray(np.linalg.solve(matrix, sides))


# Digits lost to a badly conditioned supply table: half of double precision.
SINGULAR = 1e-8


def _over(values: Array, totals: Array) -> Array:
    whole = np.broadcast_to(totals, values.shape)
    found: Array = np.divide(values, whole, out=np.zeros(values.shape), where=whole != 0.0)
    return found


def _negatives(flows: Array, use: Array) -> npt.NDArray[np.intp]:
    if (use < 0).any():
        # A use table with negatives of its own hands them on; those are reported too.
        return np.argwhere(flows < 0)
    size = np.abs(flows).max(initial=0.0)
    return np.argwhere(flows < -np.finfo(np.float64).eps * len(flows) * size)
