"""What part of its needs a region covers itself: location quotients and cross-hauling.

A quotient compares a region with its country and is known where employment or output by industry
is known. ``q[i, j]`` is for the purchases of i by j; a region covers ``min(q, 1)`` of what the
country covers at home.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "CrossHauling",
    "augmented_flegg_quotient",
    "cross_hauling",
    "cross_hauling_potential",
    "cross_industry_quotient",
    "flegg_quotient",
    "limited",
    "round_quotient",
    "simple_quotient",
    "size_factor",
]

Array = npt.NDArray[np.float64]


def simple_quotient(activity: Array, national: Array) -> Array:
    """Return the simple location quotient SLQ: an industry's share of the region over the country.

    Parameters
    ----------
    activity : ndarray, shape (n,) or (r, n)
        Employment or output of the region, or of r regions, by industry.
    national : ndarray, shape (n,)
        The same of the country.

    Returns
    -------
    ndarray, of the shape of `activity` [-]
        Zero for an industry that the country does not have.

    References
    ----------
    [miller_blair_2009], section 8.2.1.

    Examples
    --------
    >>> simple_quotient(np.array([30.0, 10.0]), np.array([100.0, 100.0])).tolist()
    [1.5, 0.5]
    """
    of_region = activity / activity.sum(axis=-1, keepdims=True)
    of_country = national / national.sum()
    found: Array = np.divide(
        of_region, of_country, out=np.zeros_like(of_region), where=of_country > 0.0
    )
    return found


def cross_industry_quotient(slq: Array) -> Array:
    """Return the cross-industry quotient CILQ: the seller's quotient over the buyer's.

    Parameters
    ----------
    slq : ndarray, shape (n,) or (r, n) [-]

    Returns
    -------
    ndarray, shape (n, n) or (r, n, n) [-]
        On the diagonal the simple quotient, for the ratio of an industry to itself says nothing of
        it. An industry that is not there buys nothing: its column is zero.

    References
    ----------
    [miller_blair_2009], section 8.2.3; [smith_morrison_1974] (the diagonal).

    Examples
    --------
    >>> cross_industry_quotient(np.array([1.5, 0.5])).tolist()
    [[1.5, 3.0], [0.3333333333333333, 0.5]]
    """
    seller, buyer = slq[..., :, None], slq[..., None, :]
    found = _ratio(seller, buyer)
    return _with_diagonal(found, slq)


def round_quotient(slq: Array) -> Array:
    """Return Round's semi-logarithmic quotient RLQ: ``SLQ_i / log2(1 + SLQ_j)``.

    Parameters
    ----------
    slq : ndarray, shape (n,) or (r, n) [-]

    Returns
    -------
    ndarray, shape (n, n) or (r, n, n) [-]

    References
    ----------
    [round_1978]; [miller_blair_2009], section 8.2.4.

    Examples
    --------
    >>> round_quotient(np.array([1.0, 3.0])).tolist()
    [[1.0, 0.5], [3.0, 1.5]]
    """
    return _ratio(slq[..., :, None], np.log2(1.0 + slq)[..., None, :])


def size_factor(share: Array | float, delta: float) -> Array:
    """Return Flegg and Webber's lambda, ``log2(1 + share) ** delta``: small regions import more.

    Parameters
    ----------
    share : ndarray, shape (r,), or float [share]
        The region's part of the country's employment.
    delta : float [-]
        Zero leaves size out.

    Returns
    -------
    ndarray, of the shape of `share` [-]

    References
    ----------
    [flegg_webber_1997].

    Examples
    --------
    >>> float(size_factor(1.0, 0.3)), float(size_factor(0.2, 0.0))
    (1.0, 1.0)
    """
    found: Array = np.log2(1.0 + np.asarray(share, dtype=np.float64)) ** delta
    return found


def flegg_quotient(slq: Array, share: Array | float, delta: float) -> Array:
    """Return Flegg's quotient FLQ: the cross-industry quotient times the size factor.

    Parameters
    ----------
    slq : ndarray, shape (n,) or (r, n) [-]
    share : float or ndarray, shape (r,) [share]
        The region's part of the country's employment.
    delta : float [-]

    Returns
    -------
    ndarray, shape (n, n) or (r, n, n) [-]

    References
    ----------
    [flegg_webber_1997]; [jahn_2017] (for several regions at once).

    Examples
    --------
    At delta zero it is the cross-industry quotient:

    >>> slq = np.array([1.5, 0.5])
    >>> bool((flegg_quotient(slq, 0.2, 0.0) == cross_industry_quotient(slq)).all())
    True
    """
    return size_factor(share, delta)[..., None, None] * cross_industry_quotient(slq)


def augmented_flegg_quotient(slq: Array, share: Array | float, delta: float) -> Array:
    """Return the augmented quotient AFLQ, already limited: FLQ up to one, times specialisation.

    An industry in which the region is specialised (SLQ above one) draws its suppliers near: its
    column is multiplied with ``log2(1 + SLQ_j)``, so that a coefficient may exceed the country's.

    Parameters
    ----------
    slq : ndarray, shape (n,) or (r, n) [-]
    share : float or ndarray, shape (r,) [share]
    delta : float [-]

    Returns
    -------
    ndarray, shape (n, n) or (r, n, n) [-]

    References
    ----------
    [flegg_webber_2000].

    Examples
    --------
    >>> augmented_flegg_quotient(np.array([3.0, 1.0]), 1.0, 0.3).tolist()
    [[2.0, 1.0], [0.6666666666666666, 1.0]]
    """
    specialised = np.where(slq > 1.0, np.log2(1.0 + slq), 1.0)
    return limited(flegg_quotient(slq, share, delta)) * specialised[..., None, :]


def limited(quotient: Array) -> Array:
    """Return a quotient limited to one: no region covers more of its needs than all of them.

    Parameters
    ----------
    quotient : ndarray, of any shape [-]

    Returns
    -------
    ndarray, of the shape given [-]

    References
    ----------
    [miller_blair_2009], section 8.2.1.

    Examples
    --------
    >>> limited(np.array([0.5, 1.5])).tolist()
    [0.5, 1.0]
    """
    found: Array = np.minimum(quotient, 1.0)
    return found


@dataclass(frozen=True)
class CrossHauling:
    """Trade of regions in both directions at once.

    Parameters
    ----------
    exports, imports : ndarray, shape (r, n) [money]
    own : ndarray, shape (r, n) [money]
        What a region buys from itself.
    """

    exports: Array
    imports: Array
    own: Array


def cross_hauling_potential(exports: Array, imports: Array, turnover: Array) -> Array:
    """Return CHARM's h: trade in both directions at once, per turnover of the country.

    Parameters
    ----------
    exports, imports : ndarray, shape (n,) [money]
        Of the country, by product.
    turnover : ndarray, shape (n,) [money]
        Output, intermediate use and domestic final use, added up.

    Returns
    -------
    ndarray, shape (n,) [-]

    References
    ----------
    [kronenberg_2009].

    Examples
    --------
    >>> one = np.array([10.0])
    >>> cross_hauling_potential(3.0 * one, one, 10.0 * one).tolist()
    [0.2]
    """
    both = exports + imports - np.abs(exports - imports)
    found: Array = np.divide(both, turnover, out=np.zeros_like(both), where=turnover > 0.0)
    return found


def cross_hauling(output: Array, use: Array, potential: Array) -> CrossHauling:
    """Return what regions send and receive when part of it crosses on the way: CHARM.

    The balance ``output - use`` is traded in any case; on top of it each region sends and receives
    half of ``potential * (output + use)``, as far as its output and its use reach.

    Parameters
    ----------
    output, use : ndarray, shape (r, n) [money]
        Home output for home use, and use of home output, by region and product.
    potential : ndarray, shape (n,) [-]

    Returns
    -------
    CrossHauling

    References
    ----------
    [kronenberg_2009]; [tobben_kronenberg_2015] (limits by output and use).

    Examples
    --------
    >>> found = cross_hauling(np.array([[60.0]]), np.array([[40.0]]), np.array([0.2]))
    >>> found.exports.tolist(), found.imports.tolist(), found.own.tolist()
    ([[30.0]], [[10.0]], [[30.0]])
    """
    balance = output - use
    both = np.minimum(potential * (output + use), 2.0 * np.minimum(output, use))
    exports = (np.abs(balance) + both + balance) / 2.0
    imports = exports - balance
    return CrossHauling(exports, imports, output - exports)


def _ratio(seller: Array, buyer: Array) -> Array:
    seller, buyer = np.broadcast_arrays(seller, buyer)
    found: Array = np.divide(seller, buyer, out=np.zeros(seller.shape), where=buyer > 0.0)
    return found


def _with_diagonal(matrix: Array, diagonal: Array) -> Array:
    n = diagonal.shape[-1]
    matrix[..., np.arange(n), np.arange(n)] = diagonal
    return matrix
