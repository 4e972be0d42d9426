"""The normal hierarchical model of studies: its posterior, by a grid over the spread alone.

Given the standard deviation tau between studies everything is normal and known in closed form; the
posterior of tau itself is one-dimensional. So nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

__all__ = ["HierarchicalPosterior", "hierarchical_posterior", "mixture_quantile"]

Array = npt.NDArray[np.float64]
NODES: Final = 1200
HALVINGS: Final = 80
FAR: Final = 40.0  # standard deviations: the whole of a normal distribution in 64 bits


@dataclass(frozen=True)
class HierarchicalPosterior:
    """Posterior of the spread, and of mean and studies given the spread, on g nodes.

    Parameters
    ----------
    tau, weight : ndarray, shape (g,)
        Nodes and their probability, sum one.
    mean, mean_sd : ndarray, shape (g,)
        Of the mean of all studies, given tau.
    study, study_sd : ndarray, shape (g, k)
        Of each study's own effect, given tau.
    """

    tau: Array
    weight: Array
    mean: Array
    mean_sd: Array
    study: Array
    study_sd: Array

    def moments(self, centre: Array, spread: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of a mixture over tau, of shape (g,) or (g, k)."""
        average = np.tensordot(self.weight, centre, axes=1)
        square = np.tensordot(self.weight, spread**2 + centre**2, axes=1)
        return average, np.sqrt(square - average**2)


def hierarchical_posterior(
    estimates: Array, variances: Array, log_prior: Callable[[Array], Array], scale: float
) -> HierarchicalPosterior:
    """Return the posterior of ``y_j ~ N(theta_j, variance_j)``, ``theta_j ~ N(mu, tau^2)``.

    The prior of mu is flat.

    Parameters
    ----------
    estimates, variances : ndarray, shape (k,)
    log_prior : callable
        Log density of tau, up to a constant; nodes of shape (g,) in and out.
    scale : float
        Where half of the nodes lie below: of the order of the spread that is expected. The nodes
        are those of Gauss and Legendre for ``tau / (tau + scale)``, so that none is left out.

    References
    ----------
    [gelman_et_al_2013], section 5.4, equations 5.20 and 5.21.

    Examples
    --------
    >>> flat = lambda tau: np.zeros_like(tau)
    >>> y, s = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)
    >>> found = hierarchical_posterior(y, s, flat, 1.0)
    >>> round(float(found.weight @ found.mean), 9)
    2.5
    """
    nodes, weights = _nodes(NODES)
    part = (nodes + 1.0) / 2.0
    tau = scale * part / (1.0 - part)
    precision = 1.0 / (variances + tau[:, None] ** 2)
    whole = precision.sum(axis=1)
    mean = precision @ estimates / whole
    q = (precision * (estimates - mean[:, None]) ** 2).sum(axis=1)
    log_density = log_prior(tau) + (np.log(precision).sum(axis=1) - np.log(whole) - q) / 2.0
    # d tau = scale d part / (1 - part)^2
    log_mass = log_density + np.log(weights) - 2.0 * np.log1p(-part)
    mass = np.exp(log_mass - log_mass.max())
    own = variances / (variances + tau[:, None] ** 2)
    study = own * mean[:, None] + (1.0 - own) * estimates
    spread = np.sqrt(tau[:, None] ** 2 * own + own**2 / whole[:, None])
    return HierarchicalPosterior(tau, mass / mass.sum(), mean, 1.0 / np.sqrt(whole), study, spread)


@cache
def _nodes(count: int) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def mixture_quantile(probability: Array, weight: Array, centre: Array, spread: Array) -> Array:
    """Return quantiles of a mixture of normal distributions, by halving.

    Parameters
    ----------
    probability : ndarray, shape (p,)
    weight, centre, spread : ndarray, shape (g,)
        Weights sum to one.

    Returns
    -------
    ndarray, shape (p,)

    Notes
    -----
    Own definition: the root of the mixture's distribution function.

    Examples
    --------
    >>> one = np.ones(1)
    >>> mixture_quantile(np.array([0.5, 0.95]), one, 2.0 * one, one).round(6).tolist()
    [2.0, 3.644854]
    """
    middle: Array
    kept = weight > 0.0
    weight, centre, spread = weight[kept], centre[kept], spread[kept]
    low = np.full(probability.shape, float((centre - FAR * spread).min()))
    high = np.full(probability.shape, float((centre + FAR * spread).max()))
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        below = ndtr((middle[:, None] - centre) / spread) @ weight < probability
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    middle = (low + high) / 2.0
    return middle
