"""From what an estimator solved to the covariance of its estimates, by the one grammar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError
from econ.kernels.regression.conley import conley_meat
from econ.kernels.regression.sandwich import (
    driscoll_kraay_meat,
    jackknife_covariance,
    joint_codes,
    multiway_meat,
    newey_west_meat,
    positive_semidefinite,
)
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.results.fit import Diagnostic
from econ.regression.standard_errors.vcov import Vcov

__all__ = ["Covariance", "Solved", "covariance_of", "default_lag"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
FEW_CLUSTERS: Final = 30
MOST_DUMMY_CELLS: Final = 50_000_000


@dataclass(frozen=True)
class Solved:
    """What an estimator hands over: the pieces of its sandwich.

    Parameters
    ----------
    estimates : ndarray, shape (k,)
    bread : ndarray, shape (k, k)
        Inverse of the second moments of the regressors.
    regressors : ndarray, shape (n, k)
        After effects, instruments and the square roots of weights.
    residuals : ndarray, shape (n,)
        Times the square roots of weights.
    absorption : Absorption or None
    scale : float or None
        Variance of the residuals where it is known, as in Poisson; estimated where None.
    linear : bool
        Whether the estimates are least squares of `regressors`; only then has a row a leverage, and
        can a cluster be left out in closed form.
    stacked : ndarray of shape (n, k), or None
        Scores of several equations side by side, where they are no product of one residual.
    count : int or None
        Number of regressors, where it is not that of the estimates.
    """

    estimates: Array
    bread: Array
    regressors: Array
    residuals: Array
    absorption: Absorption | None = None
    scale: float | None = None
    linear: bool = True
    stacked: Array | None = None
    count: int | None = None

    @cached_property
    def scores(self) -> Array:
        """Regressors times residuals, shape (n, k)."""
        if self.stacked is not None:
            return self.stacked
        return self.regressors * self.residuals[:, None]

    @cached_property
    def influence(self) -> Array:
        """What each row moves the estimates by, shape (n, k): its score times the bread.

        Covariances are sums of its products: the bread taken in row by row keeps the digits that
        bread times meat times bread loses where a regressor is large and varies little.
        """
        return self.scores @ self.bread.T

    @property
    def nobs(self) -> int:
        """Number of rows, n."""
        return len(self.residuals)

    @property
    def parameters(self) -> int:
        """Regressors and fixed effects, K."""
        absorbed = self.absorption.degrees if self.absorption is not None else 0
        return self.own + absorbed

    @property
    def own(self) -> int:
        """Number of regressors without the fixed effects, k."""
        return len(self.estimates) if self.count is None else self.count

    def parameters_beside(self, clusters: Sequence[Codes], small_sample: str) -> int:
        """Return K with the effects that are nested in a cluster counted as one."""
        if self.absorption is None:
            return self.own
        if small_sample == "demeaned":
            return self.own + 1
        return self.own + self.absorption.degrees_not_nested(clusters)


@dataclass(frozen=True)
class Covariance:
    """The covariance of estimates, the degrees of freedom that go with it, and both in words."""

    matrix: Array
    degrees_of_freedom: float
    words: str
    clusters: tuple[int, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def covariance_of(vcov: Vcov, solved: Solved, design: Design, small_sample: str) -> Covariance:
    """Return the covariance that was asked for.

    Parameters
    ----------
    vcov : Vcov
    solved : Solved
    design : Design
    small_sample : str
        One of `econ.regression.standard_errors.vcov.SMALL_SAMPLES`.

    Raises
    ------
    InputError
        When the data or the estimator cannot give it.
    """
    n = solved.nobs
    if n <= solved.parameters:
        problem = f"{n} rows for {solved.parameters} parameters"
        raise InputError.one("data", "", problem, "give more rows, or a shorter formula")
    if vcov.kind == "iid":
        found = _iid(solved, small_sample)
    elif vcov.kind.startswith("HC"):
        found = _robust(vcov, solved, small_sample)
    elif vcov.kind == "CRV1":
        found = _clustered(vcov, solved, design, small_sample)
    elif vcov.kind == "CRV3":
        found = _jackknife(vcov, solved, design)
    elif vcov.kind in ("DK", "HAC"):
        found = _over_time(vcov, solved, design, small_sample)
    elif vcov.kind == "conley":
        found = _over_space(vcov, solved, design, small_sample)
    else:
        mend = "use econ.ShiftShare, or cluster"
        raise InputError.one("estimator", "vcov", "needs exposure shares", mend, value=vcov.kind)
    if small_sample == "none":
        found = replace(found, degrees_of_freedom=np.inf)
    even = (found.matrix + found.matrix.T) / 2.0
    matrix, mended = positive_semidefinite(even)
    if not mended:
        return replace(found, matrix=even)
    reason = "negative eigenvalues were set to zero; more clusters or another kernel avoid it"
    row = Diagnostic("positive covariance", holds=False, reason=reason)
    return replace(found, matrix=matrix, diagnostics=(*found.diagnostics, row))


def _residual_df(solved: Solved) -> float:
    return float(solved.nobs - solved.parameters)


def _iid(solved: Solved, small_sample: str) -> Covariance:
    rows = solved.nobs if small_sample == "none" else solved.nobs - solved.parameters
    variance = solved.scale
    if variance is None:
        variance = float(solved.residuals @ solved.residuals) / rows
    df = _residual_df(solved) if solved.scale is None else np.inf
    return Covariance(variance * solved.bread, df, "iid")


def _per_row(solved: Solved, small_sample: str) -> float:
    """Return n / (n - K), or 1 where the convention has no factor."""
    if small_sample in ("plm", "none"):
        return 1.0
    return solved.nobs / (solved.nobs - solved.parameters)


def _robust(vcov: Vcov, solved: Solved, small_sample: str) -> Covariance:
    influence = solved.influence
    factor = 1.0
    if vcov.kind == "HC1":
        factor = solved.nobs / (solved.nobs - solved.parameters)
    elif vcov.kind in ("HC2", "HC3"):
        if not solved.linear:
            mend = "choose HC1 or cluster"
            problem = f"{vcov.kind} is for least squares"
            raise InputError.one("estimator", "vcov", problem, mend, value=vcov.kind)
        left = 1.0 - _leverage(solved)
        if (left < np.finfo(np.float64).eps * solved.nobs).any():
            row = int(np.argmin(left))
            mend = "leave that row out, or choose HC1"
            raise InputError.one("data", "", "a row fits itself", mend, row=row)
        influence = influence / (np.sqrt(left) if vcov.kind == "HC2" else left)[:, None]
    words = f"heteroskedasticity-robust ({vcov.kind})"
    return Covariance(factor * (influence.T @ influence), _residual_df(solved), words)


def _leverage(solved: Solved) -> Array:
    """Return the leverage of each row, that of the fixed effects included."""
    own: Array = ((solved.regressors @ solved.bread) * solved.regressors).sum(axis=1)
    absorbed = solved.absorption
    if absorbed is None:
        return own
    weights = np.ones(solved.nobs) if absorbed.weights is None else absorbed.weights
    if len(absorbed.effects) == 1 and absorbed.slopes[0] is None:
        codes = absorbed.effects[0]
        own += weights / np.bincount(codes, weights=weights)[codes]
        return own
    if solved.nobs * sum(absorbed.levels) > MOST_DUMMY_CELLS:
        mend = "choose HC1 or cluster"
        raise InputError.one("estimator", "vcov", "too many fixed effects for leverage", mend)
    dummies = absorbed.dummies(range(len(absorbed.effects))) * np.sqrt(weights)[:, None]
    left, singular, _ = np.linalg.svd(dummies, full_matrices=False)
    rank = singular > singular[0] * solved.nobs * np.finfo(np.float64).eps
    own += np.einsum("ij,ij->i", left[:, rank], left[:, rank])
    return own


def _way_codes(vcov: Vcov, design: Design) -> list[Codes]:
    ways = [design.codes(way) for way in vcov.ways]
    InputError.raise_if(
        [
            Fault("data", way, "a single cluster", "cluster by a column with several values")
            for way, codes in zip(vcov.ways, ways, strict=True)
            if codes.max() == 0
        ]
    )
    return ways


def _cluster_factor(groups: int, n: int, parameters: int, small_sample: str) -> float:
    if small_sample in ("plm", "none"):
        return 1.0
    return groups / (groups - 1) * (n - 1) / (n - parameters)


def _clustered(vcov: Vcov, solved: Solved, design: Design, small_sample: str) -> Covariance:
    ways = _way_codes(vcov, design)
    groups = tuple(int(codes.max()) + 1 for codes in ways)
    parameters = solved.parameters_beside(ways, small_sample)
    factors = []
    for size in range(1, len(ways) + 1):
        for subset in combinations(range(len(ways)), size):
            own = min(groups)
            if small_sample == "cgm":
                own = int(joint_codes([ways[way] for way in subset]).max()) + 1
            factors.append(_cluster_factor(own, solved.nobs, parameters, small_sample))
    matrix = multiway_meat(solved.influence, ways, factors)
    shown = " and ".join(f"{way} ({count})" for way, count in zip(vcov.ways, groups, strict=True))
    df = _residual_df(solved) if small_sample == "plm" else float(min(groups) - 1)
    return Covariance(matrix, df, f"clustered by {shown}", groups, _few(groups))


def _few(groups: tuple[int, ...]) -> tuple[Diagnostic, ...]:
    count = min(groups)
    if count >= FEW_CLUSTERS:
        return ()
    reason = (
        f"{count} clusters: with fewer than {FEW_CLUSTERS} the t test rejects too often; "
        "use econ.wild_cluster_bootstrap"
    )
    return (Diagnostic("few clusters", float(count), holds=False, reason=reason),)


def _jackknife(vcov: Vcov, solved: Solved, design: Design) -> Covariance:
    if not solved.linear or len(vcov.ways) > 1:
        mend = 'write {"CRV1": ...}'
        raise InputError.one(
            "estimator", "vcov", "CRV3 is for least squares and one way", mend, value=vcov.ways
        )
    codes = _way_codes(vcov, design)[0]
    groups = int(codes.max()) + 1
    outcome = solved.residuals + solved.regressors @ solved.estimates
    columns = _with_crossing_effects(solved, codes)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    moments = [(columns[rows].T @ columns[rows], columns[rows].T @ outcome[rows]) for rows in parts]
    square = sum((one for one, _ in moments), np.zeros((columns.shape[1],) * 2))
    cross = sum((other for _, other in moments), np.zeros(columns.shape[1]))
    k = len(solved.estimates)
    without = np.stack(
        [np.linalg.lstsq(square - a, cross - b, rcond=None)[0][:k] for a, b in moments]
    )
    matrix = jackknife_covariance(without, solved.estimates)
    words = f"cluster jackknife (CRV3) by {vcov.ways[0]} ({groups})"
    return Covariance(matrix, float(groups - 1), words, (groups,), _few((groups,)))


def _with_crossing_effects(solved: Solved, codes: Codes) -> Array:
    """Return the regressors, and as columns of their own the effects that cross the clusters.

    Nested effects vanish with their cluster; the others are estimated anew without it.
    """
    absorbed = solved.absorption
    crossing = () if absorbed is None else absorbed.not_nested(codes)
    if absorbed is None or not crossing:
        return solved.regressors
    if solved.nobs * sum(absorbed.levels[place] for place in crossing) > MOST_DUMMY_CELLS:
        mend = 'write {"CRV1": ...}'
        raise InputError.one("estimator", "vcov", "too many effects cross the clusters", mend)
    inside = [place for place in range(len(absorbed.effects)) if place not in crossing]
    dummies = absorbed.only(inside).residuals(absorbed.dummies(crossing))
    if absorbed.weights is not None:
        dummies = dummies * np.sqrt(absorbed.weights)[:, None]
    return np.concatenate([solved.regressors, dummies], axis=1)


def default_lag(periods: int) -> int:
    """Return ``4 (T / 100)^(2/9)`` cut to a whole number, for T periods.

    References
    ----------
    [newey_west_1994], table II, as [hoechle_2007] takes it.

    Examples
    --------
    >>> default_lag(20), default_lag(100)
    (2, 4)
    """
    return int(4.0 * (periods / 100.0) ** (2.0 / 9.0))


def _over_time(vcov: Vcov, solved: Solved, design: Design, small_sample: str) -> Covariance:
    panel = design.panel
    time = vcov.time or (panel.time if panel is not None else "")
    if vcov.kind == "DK" and not time:
        mend = 'write {"DK": {"lag": 3, "time": "year"}}, or fit an econ.Panel'
        raise InputError.one("estimator", "vcov", "Driscoll-Kraay without periods", mend)
    periods = design.periods(time) if time else np.arange(solved.nobs)
    count = len(np.unique(periods))
    lag = default_lag(count) if vcov.lag is None else vcov.lag
    if lag >= count:
        mend = f"give a lag below {count}, the number of periods"
        raise InputError.one("estimator", "vcov", "a lag as long as the data", mend, value=lag)
    if vcov.kind == "DK":
        matrix = driscoll_kraay_meat(solved.influence, periods, lag)
        words = f"Driscoll-Kraay (lag {lag}, {count} periods)"
    else:
        unit = vcov.unit or (panel.unit if panel is not None else "")
        units = design.codes(unit) if unit else np.zeros(solved.nobs, dtype=np.int64)
        _refuse_twice(units, periods, time)
        matrix = newey_west_meat(solved.influence, units, periods, lag)
        words = f"Newey-West (lag {lag}, {count} periods)"
    parameters = solved.parameters_beside((), small_sample)
    factor = _cluster_factor(count, solved.nobs, parameters, small_sample)
    df = _residual_df(solved) if small_sample == "plm" or count == solved.nobs else count - 1
    return Covariance(factor * matrix, float(df), words)


def _refuse_twice(units: Codes, periods: Codes, time: str) -> None:
    if int(np.bincount(joint_codes([units, periods - periods.min()])).max()) > 1:
        mend = 'name the unit: {"HAC": {"lag": 3, "time": "year", "unit": "dep"}}'
        raise InputError.one("data", time, "a period stands twice", mend)


def _over_space(vcov: Vcov, solved: Solved, design: Design, small_sample: str) -> Covariance:
    lat, lon = design.numbers(vcov.lat), design.numbers(vcov.lon)
    faults = [
        Fault("data", name, "no degrees", "give degrees", value=float(np.abs(values).max()))
        for name, values, most in ((vcov.lat, lat, 90.0), (vcov.lon, lon, 360.0))
        if np.abs(values).max() > most
    ]
    InputError.raise_if(faults)
    panel = design.panel
    time = vcov.time or (panel.time if panel is not None else "")
    periods = design.periods(time) if time else np.zeros(solved.nobs, dtype=np.int64)
    uniform = vcov.kernel == "uniform"
    places = np.column_stack([lat, lon])
    matrix = conley_meat(solved.influence, places, periods, km=vcov.km, uniform=uniform)
    words = f"Conley ({vcov.km:g} km, {vcov.kernel}"
    words += f", within {time}" if time else ""
    if vcov.lag:
        unit = vcov.unit or (panel.unit if panel is not None else "")
        if not (unit and time):
            mend = 'name "unit" and "time" beside "lag"'
            raise InputError.one("estimator", "vcov", "a lag without units and periods", mend)
        units = design.codes(unit)
        serial = newey_west_meat(solved.influence, units, periods, vcov.lag)
        matrix = matrix + serial - newey_west_meat(solved.influence, units, periods, 0)
        words += f", lag {vcov.lag}"
    matrix = matrix * _per_row(solved, small_sample)
    return Covariance(matrix, _residual_df(solved), words + ")")
