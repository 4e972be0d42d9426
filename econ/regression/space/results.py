"""What a spatial regression returns: its fit, with direct, indirect and total effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import eye_array
from scipy.sparse.linalg import splu

from econ.errors import InputError
from econ.kernels.space.spatial_determinant import SpatialTraces, spatial_multiplier_traces
from econ.kernels.space.spatial_effects import average_effects, effects_of_draws
from econ.quantity.design import seed_faults
from econ.regression.results.diagnostic import draws_faults
from econ.regression.results.fit import Fit
from econ.regression.space.links import Links

__all__ = ["Roles", "SpatialFit", "with_effects"]

Array = npt.NDArray[np.float64]
KINDS: Final = ("direct", "indirect", "total")
# Nodes at which traces are taken exactly where eigenvalues are too many; they are analytic in rho.
NODES: Final = 12


@dataclass(frozen=True)
class Roles:
    """Which coefficient is a regressor's own, which its neighbours', and which the spatial one.

    Parameters
    ----------
    names : tuple of str, m
        Regressors, without the constant.
    own, lagged : tuple of int, m
        Places among the terms; -1 where there is none.
    spatial : int
        Place of rho, -1 where the model has no lag of the outcome.
    """

    names: tuple[str, ...]
    own: tuple[int, ...]
    lagged: tuple[int, ...]
    spatial: int

    def among(self, names: tuple[str, ...]) -> Roles:
        """Return the roles among the terms that were kept; the spatial one stays where it was."""

        def place(name: str) -> int:
            return names.index(name) if name in names else -1

        alive = tuple(n for n in self.names if n in names or f"W_{n}" in names)
        own = tuple(place(name) for name in alive)
        return Roles(alive, own, tuple(place(f"W_{name}") for name in alive), self.spatial)

    def parts(self, estimates: Array) -> Array:
        """Return rho, own and lagged coefficients, zero where there are none, shape (1 + 2 m,)."""
        padded = np.append(estimates, 0.0)
        return padded[[self.spatial, *self.own, *self.lagged]]

    def covariance(self, whole: Array) -> Array:
        """Return the covariance of `parts`."""
        places = [self.spatial, *self.own, *self.lagged]
        padded = np.pad(np.nan_to_num(whole), ((0, 1), (0, 1)))
        found: Array = padded[np.ix_(places, places)]
        return found


@dataclass(frozen=True)
class SpatialFit(Fit):
    """Estimates of a spatial regression, and what a regressor does here and elsewhere.

    With a lag of the outcome a coefficient is no effect: what moves one unit moves its neighbours,
    and comes back. `effects` has the averages, with errors by the delta method.

    Parameters
    ----------
    effects : Fit or None
        Terms ``x direct``, ``x indirect``, ``x total``.
    roles : Roles or None
    """

    effects: Fit | None = None
    roles: Roles | None = None

    def simulated_effects(self, W: Links, *, draws: int = 1000, seed: int = 0) -> Fit:
        """Return the effects with the covariance of simulated coefficients.

        Parameters
        ----------
        W : SpatialWeights
            Those of the estimator; a fit keeps no data.
        draws : int
            Of the coefficients, normal; those whose rho lies outside its bounds are left out.
        seed : int

        Raises
        ------
        InputError
            When the model has no effects, or draws are too few.

        References
        ----------
        [lesage_pace_2009], section 5.6.2.
        """
        if self.effects is None or self.roles is None:
            raise InputError.one("fit", "effects", "this model has none", "fit SLX, SAR or SDM")
        InputError.raise_if([*seed_faults(seed, "fit"), *draws_faults(draws, "fit", least=2)])
        point = self.roles.parts(self.estimates)
        spread = self.roles.covariance(self.covariance)
        rng = np.random.default_rng(seed)
        drawn = rng.multivariate_normal(point, spread, size=draws, method="svd")
        low, high = W.determinant.bounds
        drawn = drawn[(drawn[:, 0] > low) & (drawn[:, 0] < high)]
        found = effects_of_draws(drawn, _traces(W, drawn[:, 0]), len(W))
        return self.effects.replace(
            covariance=np.atleast_2d(np.cov(found, rowvar=False)),
            vcov=f"{len(drawn)} simulated draws, seed {seed}",
        )


def _traces(W: Links, rhos: Array) -> Array:
    """Return tr A, tr WA, 1'A1 and 1'WA1 at each rho, shape (d, 4)."""
    n = len(W)
    values = W.determinant.eigenvalues
    if not rhos.any():
        sums = float(W.matrix.sum())
        return np.tile([float(n), 0.0, float(n), sums], (len(rhos), 1))
    if values is None or not (W.standardised and not W.islands):
        nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
        low, high = float(rhos.min()), float(rhos.max())
        places = (low + high) / 2.0 + (high - low) / 2.0 * nodes
        exact = []
        for rho in places:
            if values is None:
                at = spatial_multiplier_traces(W.matrix, float(rho))
                exact.append([at.a, at.wa, at.sum_a, at.sum_wa])
            else:
                once = splu((eye_array(n) - rho * W.matrix).tocsc()).solve(np.ones(n))
                inverse = 1.0 / (1.0 - rho * values)
                parts = [inverse.sum().real, (values * inverse).sum().real]
                exact.append([*parts, once.sum(), (W.matrix @ once).sum()])
        poly = np.polynomial.chebyshev
        fitted = poly.chebfit(nodes, np.array(exact), NODES - 1)
        scaled = (2.0 * rhos - low - high) / max(high - low, np.finfo(np.float64).tiny)
        return np.asarray(poly.chebval(scaled, fitted).T, dtype=np.float64)
    inverse = 1.0 / (1.0 - rhos[:, None] * values)
    total = n / (1.0 - rhos)
    return np.column_stack(
        [inverse.sum(axis=1).real, (inverse * values).sum(axis=1).real, total, total]
    )


def _effects_of(fit: Fit, roles: Roles, W: Links, traces: SpatialTraces | None) -> Fit:
    """Return the average effects of a fit, errors by the delta method."""
    parts = roles.parts(fit.estimates)
    m = len(roles.names)
    found = average_effects(
        parts[1 : 1 + m],
        parts[1 + m :],
        roles.covariance(fit.covariance),
        traces or spatial_multiplier_traces(W.matrix, float(parts[0])),
        len(W),
    )
    terms = tuple(f"{name} {kind}" for kind in KINDS for name in roles.names)
    return Fit(
        estimator=f"{fit.estimator}, average effects",
        outcome=fit.outcome,
        terms=terms,
        estimates=np.concatenate([found.direct, found.indirect, found.total]),
        covariance=found.covariance,
        degrees_of_freedom=fit.degrees_of_freedom,
        nobs=fit.nobs,
        vcov=f"delta method on {fit.vcov}",
        clusters=fit.clusters,
        sample=fit.sample,
        level=fit.level,
        unit=fit.unit,
        provenance=fit.provenance,
        vintage=fit.vintage,
    )


def with_effects(
    fit: Fit, roles: Roles, W: Links, traces: SpatialTraces | None = None
) -> SpatialFit:
    """Return the fit with its average effects; traces at its rho need not be taken again."""
    effects = _effects_of(fit, roles, W, traces) if roles.names else None
    return SpatialFit(**vars(fit), effects=effects, roles=roles)
