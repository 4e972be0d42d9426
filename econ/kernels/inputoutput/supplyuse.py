"""From supply and use to symmetric tables: models A to D; and from purchasers' to basic prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

__all__ = [
    "BasicUse",
    "Model",
    "SymmetricTable",
    "basic_at_rates",
    "basic_from_purchasers",
    "margin_matrix",
    "purchasers_from_basic",
    "symmetric_table",
]

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Model = Literal["A", "B", "C", "D"]

# Margins are published rounded; their column sum is a sum of rounded cells.
MARGIN_ROUNDING: Final = 1e-3
# Digits lost to a badly conditioned supply table: half of double precision.
SINGULAR: Final = 1e-8
# Shares given to three decimals sum to one this nearly.
SHARE_ROUNDING: Final = 1e-3


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
    negatives: Places


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
    if model in ("A", "C"):
        _check_invertible(supply)
    idle = np.flatnonzero((industries == 0.0) & (primary != 0.0).any(axis=0))
    if model == "B" and idle.size:
        raise ValueError(
            f"industries {idle.tolist()} have jobs or primary inputs but no output, which would "
            "vanish; merge them or give their output"
        )
    if model in ("A", "B"):
        columns = (
            np.asarray(np.linalg.solve(supply, np.diag(products)), dtype=np.float64)
            if model == "A"
            else _over(supply.T, industries[:, None])
        )
        flows, added = use @ columns, primary @ columns
        negatives = _negatives(flows, use)
        return SymmetricTable(flows, final, added, products, none, columns, negatives)
    if model == "C":
        rows = np.asarray(np.linalg.solve(supply.T, np.diag(industries)).T, dtype=np.float64)
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
    _check_valuation(purchasers, margins, taxes)
    return BasicUse(purchasers - margins - taxes, taxes.sum(axis=0))


def purchasers_from_basic(basic: Array, margins: Array, taxes: Array) -> Array:
    """Return a use table at purchasers' prices from one at basic prices: the way back.

    Parameters
    ----------
    basic : ndarray, shape (p, c) [money, basic prices]
        Product by user.
    margins, taxes : ndarray, shape (p, c) [money]
        As for `basic_from_purchasers`.

    Returns
    -------
    ndarray, shape (p, c) [money, purchasers' prices]

    Raises
    ------
    ValueError
        When the margins of a user do not sum to zero, naming the column.

    References
    ----------
    [eurostat_manual_2008], chapter 6 (valuation matrices).

    Examples
    --------
    >>> purchasers_from_basic(
    ...     np.array([[100.0], [15.0]]), np.array([[15.0], [-15.0]]), np.array([[5.0], [0.0]])
    ... ).tolist()
    [[120.0], [0.0]]
    """
    _check_valuation(basic, margins, taxes)
    return np.asarray(basic + margins + taxes)


def margin_matrix(on_goods: Array, services: Places, shares: Array) -> Array:
    """Return margins whose columns sum to zero, from the margins on goods.

    Parameters
    ----------
    on_goods : ndarray, shape (p, c) or (p,) [money]
        Margins in what users pay for each product; zero in the rows of the services.
    services : ndarray of int, shape (k,)
        Rows of trade and transport, which earn the margins.
    shares : ndarray, shape (k,) [share]
        Of all margins of a user, what each service earns; sum to one.

    Returns
    -------
    ndarray, shape (p, c) or (p,) [money]
        Below zero in the rows of the services.

    Raises
    ------
    ValueError
        When the shares do not sum to one or there is a margin on a service.

    References
    ----------
    [eurostat_manual_2008], chapter 6 (valuation matrices).

    Examples
    --------
    >>> margin_matrix(np.array([12.0, 8.0, 0.0]), np.array([2]), np.array([1.0])).tolist()
    [12.0, 8.0, -20.0]
    """
    if shares.shape != services.shape or abs(shares.sum() - 1.0) > SHARE_ROUNDING:
        raise ValueError(
            f"shares {shares.tolist()} of services {services.tolist()}; give one each, "
            "summing to one"
        )
    own = services[np.asarray(on_goods[services] != 0.0).reshape(len(services), -1).any(axis=1)]
    if own.size:
        raise ValueError(f"margins on the services {own.tolist()}, which earn them; write zero")
    found = np.array(on_goods, dtype=np.float64)
    found[services] = -np.multiply.outer(shares / shares.sum(), on_goods.sum(axis=0))
    return found


def basic_at_rates(
    purchasers: Array, margin_rates: Array, tax_rates: Array, services: Places, shares: Array
) -> BasicUse:
    """Return spending at basic prices from spending at purchasers' prices and known rates.

    Parameters
    ----------
    purchasers : ndarray, shape (p, c) or (p,) [money, purchasers' prices]
        Product by user, or of one user.
    margin_rates, tax_rates : ndarray, shape (p,) [share]
        Trade and transport margins, and taxes less subsidies on products, in the purchasers' value.
    services, shares
        As for `margin_matrix`.

    Returns
    -------
    BasicUse
        ``use`` of the shape of `purchasers`; ``taxes`` of shape (c,) or (1,).

    Raises
    ------
    ValueError
        When margins and taxes take more than a product costs, a margin is below zero or on a
        service, or the shares do not sum to one.

    References
    ----------
    [eurostat_manual_2008], chapter 6 (valuation matrices).

    Examples
    --------
    >>> found = basic_at_rates(
    ...     np.array([120.0, 0.0]), np.array([0.125, 0.0]), np.array([0.0625, 0.0]),
    ...     np.array([1]), np.array([1.0]),
    ... )
    >>> found.use.tolist(), found.taxes.tolist()
    ([97.5, 15.0], [7.5])
    """
    off = np.flatnonzero(~((margin_rates >= 0.0) & (margin_rates + tax_rates <= 1.0)))
    if off.size:
        raise ValueError(
            f"products {off.tolist()} have margin rates {margin_rates[off].tolist()} and tax rates "
            f"{tax_rates[off].tolist()}; give shares of the purchasers' value"
        )
    margins = margin_matrix((purchasers.T * margin_rates).T, services, shares)
    paid = (purchasers.T * tax_rates).T
    return BasicUse(purchasers - margins - paid, np.atleast_1d(paid.sum(axis=0)))


def _check_valuation(use: Array, margins: Array, taxes: Array) -> None:
    for name, matrix in (("margins", margins), ("taxes", taxes)):
        if matrix.shape != use.shape:
            raise ValueError(f"{name} have shape {matrix.shape}; give {use.shape}")
    left = margins.sum(axis=0)
    off = np.flatnonzero(np.abs(left) > MARGIN_ROUNDING * np.maximum(1.0, np.abs(margins).sum(0)))
    if off.size:
        raise ValueError(
            f"margins of columns {off.tolist()} sum to {left[off].tolist()}, not to zero; enter "
            "them below zero in the rows of trade and transport"
        )


def _check_invertible(supply: Array) -> None:
    if supply.shape[0] != supply.shape[1]:
        raise ValueError(f"models A and C need as many products as industries, not {supply.shape}")
    for what, axis in (("products", 1), ("industries", 0)):
        empty = np.flatnonzero(~supply.any(axis=axis))
        if empty.size:
            raise ValueError(f"{what} {empty.tolist()} have no supply; leave them out")
    # Scaled, for a small industry beside a large one makes no singular table.
    scale = np.sqrt(np.outer(np.abs(supply).sum(axis=1), np.abs(supply).sum(axis=0)))
    if not np.linalg.cond(supply / scale) * np.finfo(np.float64).eps < SINGULAR:
        raise ValueError("the supply table is singular: two industries make the same mix")


def _over(values: Array, totals: Array) -> Array:
    whole = np.broadcast_to(totals, values.shape)
    found: Array = np.divide(values, whole, out=np.zeros(values.shape), where=whole != 0.0)
    return found


def _negatives(flows: Array, use: Array) -> Places:
    if (use < 0).any():
        # A use table with negatives of its own hands them on; those are reported too.
        return np.argwhere(flows < 0)
    size = np.abs(flows).max(initial=0.0)
    return np.argwhere(flows < -np.finfo(np.float64).eps * len(flows) * size)
