"""SUT-RAS: supply and use tables made to meet the totals of industries and uses together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from econ.kernels.balancing import MOST_ITERATIONS, TOLERANCE, gras

__all__ = ["BalancedSupplyUse", "sut_ras"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BalancedSupplyUse:
    """Supply and use tables balanced together.

    Parameters
    ----------
    supply : ndarray, shape (p, i) [money]
    use : ndarray, shape (p, i + u) [money]
    products : ndarray, shape (p,) [money]
        Output by product that came out: supply and use of each agree.
    iterations : int
    gap : float [-]
        Largest gap to a total or between supply and use, relative to the largest total.
    """

    supply: Array
    use: Array
    products: Array
    iterations: int
    gap: float


def sut_ras(
    supply: Array,
    use: Array,
    industry_output: Array,
    use_totals: Array,
    *,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
) -> BalancedSupplyUse:
    """Return supply and use tables that meet industries' totals, without known product totals.

    The domestic version at basic prices: outputs of industries and totals of each column of use
    are given, the output of products comes out of the balancing: supply and use of every product
    share one multiplier r, the supply table by its inverse.

    Parameters
    ----------
    supply : ndarray, shape (p, i) [money]
        Product by industry.
    use : ndarray, shape (p, i + u) [money]
        Domestic use, intermediate and final, at basic prices.
    industry_output : ndarray, shape (i,) [money]
        Column totals of supply.
    use_totals : ndarray, shape (i + u,) [money]
        Column totals of use.
    tolerance : float [-]
    most_iterations : int

    Returns
    -------
    BalancedSupplyUse

    Raises
    ------
    ValueError
        When the totals cannot be met, or are not within the iterations given.

    References
    ----------
    [temurshoev_timmer_2011], section 2 (basic prices).

    Examples
    --------
    >>> found = sut_ras(np.diag([10.0, 10.0]), np.array([[4.0, 6.0], [6.0, 4.0]]),
    ...                 np.array([12.0, 12.0]), np.array([12.0, 12.0]))
    >>> found.products.round(8).tolist()
    [12.0, 12.0]
    """
    # Supply enters with its sign turned: product balance is then a row that sums to zero.
    stacked = np.hstack([use, -supply])
    totals = np.concatenate([use_totals, -industry_output])
    rows = np.zeros(supply.shape[0])
    try:
        found = gras(stacked, rows, totals, tolerance=tolerance, most_iterations=most_iterations)
    except ValueError as error:
        text = "row: product; column: use first, then supply with its sign turned"
        raise ValueError(f"{error} ({text})") from error
    width = use.shape[1]
    used, made = found.matrix[:, :width], -found.matrix[:, width:]
    return BalancedSupplyUse(
        supply=made + 0.0,
        use=used,
        products=made.sum(axis=1),
        iterations=found.iterations,
        gap=max(found.row_gap, found.column_gap),
    )
