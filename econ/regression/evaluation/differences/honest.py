"""How far trends may stray from parallel before an effect can no longer be told from zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from econ.errors import Fault, InputError, nearest
from econ.kernels.evaluation.fixed_length import fixed_length_interval
from econ.kernels.evaluation.honest_bounds import (
    Moments,
    hybrid_accepts,
    hybrid_interval,
    least_favourable_value,
    relative_moments,
)
from econ.quantity.design import seed_faults
from econ.regression.evaluation.differences.violations import Bounds, Violations, Weights
from econ.regression.results.diagnostic import count_faults, draws_faults, level_faults

__all__ = ["RESTRICTIONS", "HonestBounds", "honest_bounds", "honest_did"]

Array = npt.NDArray[np.float64]

RESTRICTIONS: Final = ("RM", "SD", "SDRM")
ALIASES: Final = {
    "rm": "RM",
    "deltarm": "RM",
    "relative_magnitude": "RM",
    "relative_magnitudes": "RM",
    "sd": "SD",
    "deltasd": "SD",
    "smoothness": "SD",
    "sdrm": "SDRM",
    "deltasdrm": "SDRM",
}
MEANING: Final = {
    "RM": "from one period to the next the trend moves at most Mbar times its largest move before",
    "SD": "the slope of the trend changes by at most M from one period to the next",
    "SDRM": "the slope changes by at most Mbar times its largest change before",
}
MBAR: Final = (0.5, 1.0, 1.5, 2.0)  # HonestDiD's example
STEPS: Final = 10  # of M, from none to what the periods before cannot exclude: HonestDiD's
FIRST_STAGE: Final = 0.1  # of the test's size: Andrews, Roth and Pakes
DRAWS: Final = 20_000
HALVINGS: Final = 30
FARTHEST: Final = 2.0**10


@dataclass(frozen=True)
class HonestBounds:
    """Intervals for one effect, each valid as long as the trend keeps to a bound.

    Parameters
    ----------
    restriction : {"RM", "SD", "SDRM"}
    effect : str
        In words.
    l_vec : ndarray, shape (q,)
    estimate, low, high : float
        With parallel trends taken for granted.
    rows : pandas.DataFrame
        ``bound, low, high, holds``: whether the interval leaves out zero.
    breakdown : float
        The bound up to which the effect differs from none: zero where it never does.
    level : float [share]
    method : str
    """

    restriction: str
    effect: str
    l_vec: Array
    estimate: float
    low: float
    high: float
    rows: pd.DataFrame
    breakdown: float
    level: float
    method: str

    def tidy(self) -> pd.DataFrame:
        """Return one row per bound, the interval under parallel trends first."""
        usual = {"bound": np.nan, "low": self.low, "high": self.high}
        usual["holds"] = not self.low <= 0.0 <= self.high
        found = pd.concat([pd.DataFrame([usual]), self.rows], ignore_index=True)
        found.insert(0, "restriction", ["parallel trends", *[self.restriction] * len(self.rows)])
        found.insert(2, "estimate", [self.estimate, *[np.nan] * len(self.rows)])
        return found.assign(level=self.level, effect=self.effect, method=self.method)

    def __str__(self) -> str:
        share = f"{100.0 * self.level:g} %"
        name = "M" if self.restriction == "SD" else "Mbar"
        lines = [
            f"{self.effect}: {self.estimate:.4g}, {share} [{self.low:.4g}, {self.high:.4g}] "
            "if trends are parallel",
            f"if {MEANING[self.restriction]}:",
        ]
        lines += [
            f"  {name} = {bound:.4g}: [{low:.4g}, {high:.4g}]"
            for bound, low, high in self.rows[["bound", "low", "high"]].itertuples(index=False)
        ]
        told = f"told from zero up to {name} = {self.breakdown:.3g}"
        lines.append(
            told if self.breakdown > 0.0 else f"at no {name} can the effect be told from zero"
        )
        return "\n".join(lines)


def honest_bounds(
    study: Violations,
    restriction: str,
    *,
    l_vec: Weights | None,
    bounds: Bounds = None,
    level: float = 0.95,
    seed: int = 0,
    draws: int = DRAWS,
) -> HonestBounds:
    """Return intervals for an effect under bounds on how far trends stray from parallel.

    Parameters
    ----------
    study : Violations
    restriction : {"RM", "SD", "SDRM"}
        Relative magnitudes, smoothness, or smoothness relative to the periods before.
    l_vec : str, float, mapping or sequence of float
        The effect: "first", "average", an event time, weights by event time, or one weight for
        each period after. There is no default: HonestDiD's, the first period, is often taken
        for the average.
    bounds : float or sequence of float
        Mbar (RM, SDRM; 0.5 to 2 where left out) or M (SD; up to what the periods before do not
        exclude where left out).
    level : float [share]
    seed, draws : int
        Of the critical value of the first stage of the hybrid test.

    Raises
    ------
    InputError
        With every fault.

    References
    ----------
    [rambachan_roth_2023]; the test is that of [andrews_roth_pakes_2023]. SD takes the optimal
    fixed-length interval, RM and SDRM the conditional least-favourable hybrid test, as in
    HonestDiD [honestdid_readme].

    Examples
    --------
    >>> study = Violations(np.array([0.1, 2.0]), 0.01 * np.eye(2), (-2.0,), (0.0,))
    >>> found = honest_bounds(study, "SD", l_vec="first", bounds=[0.0, 1.0])
    >>> found.rows.round(2).to_numpy().tolist()
    [[0.0, 1.82, 2.38, True], [1.0, 0.87, 3.33, True]]
    """
    chosen = ALIASES.get(str(restriction).lower(), "")
    given, faults = _given_bounds(bounds, chosen, restriction, study)
    faults += [*level_faults(level, "honest"), *seed_faults(seed, "honest")]
    faults += draws_faults(draws, "honest")
    if chosen == "SDRM" and len(study.before) < 2:
        mend = "SDRM needs two periods before beside the reference: take SD or RM"
        faults.append(Fault("honest", "restriction", "too few periods before", mend))
    weights = np.zeros(0)
    words = ""
    try:
        weights, words = study.weights(l_vec)
    except InputError as refused:
        faults += refused.faults
    InputError.raise_if(faults)
    normal = np.random.default_rng(seed).standard_normal((draws, len(study.estimates)))

    sweep = _Sweep(study, chosen, weights, level, normal)
    rows = pd.DataFrame(
        [(bound, *sweep.interval(bound)) for bound in given], columns=["bound", "low", "high"]
    )
    rows["holds"] = ~((rows["low"] <= 0.0) & (rows["high"] >= 0.0))
    p = len(study.before)
    centre = float(weights @ study.estimates[p:])
    error = float(np.sqrt(weights @ study.covariance[p:, p:] @ weights))
    reach = float(stats.norm.ppf((1.0 + level) / 2.0)) * error
    method = "FLCI" if chosen == "SD" else f"C-LF, {draws} draws, seed {seed}"
    return HonestBounds(
        restriction=chosen,
        effect=words,
        l_vec=weights,
        estimate=centre,
        low=centre - reach,
        high=centre + reach,
        rows=rows,
        breakdown=sweep.breakdown(max([*given, error])),
        level=level,
        method=method,
    )


def _given_bounds(
    bounds: Bounds, chosen: str, restriction: object, study: Violations
) -> tuple[list[float], list[Fault]]:
    """Return the bounds that are asked for, and what is no bound or no restriction."""
    faults, given = [], list[float]()
    try:
        given = _bounds(bounds, chosen, study)
    except (TypeError, ValueError):
        mend = "give numbers from zero up"
        faults.append(Fault("honest", "Mbar or M", "no bound", mend, value=bounds))
    if not chosen:
        mend = nearest(restriction, RESTRICTIONS)
        faults.append(Fault("honest", "restriction", "unknown", mend, value=restriction))
    wrong = [value for value in given if not 0.0 <= value < np.inf]
    faults += [
        Fault("honest", "Mbar or M", "no bound", "give numbers from zero up", value=value)
        for value in wrong
    ]
    return given, faults


def honest_did(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    pre: int,
    post: int,
    l_vec: Weights | None = None,
    restriction: str = "RM",
    Mbar: Bounds = None,
    M: Bounds = None,
    level: float = 0.95,
    seed: int = 0,
) -> HonestBounds:
    """Return honest intervals of an event study of anyone: its coefficients and covariance.

    Parameters
    ----------
    estimates : array_like, shape (pre + post,)
        Without the reference period, earliest first: HonestDiD's ``betahat``.
    covariance : array_like, shape (pre + post, pre + post)
        HonestDiD's ``sigma``.
    pre, post : int
        Number of coefficients before and after: ``numPrePeriods``, ``numPostPeriods``. Event
        times are counted from zero, the reference is -1.
    l_vec, restriction, Mbar, M, level, seed
        See `Aggregation.honest`.

    Raises
    ------
    InputError
        With every fault.

    References
    ----------
    [rambachan_roth_2023]

    Examples
    --------
    >>> found = honest_did([0.1, 2.0], [[0.01, 0.0], [0.0, 0.01]], pre=1, post=1, l_vec="first",
    ...                    restriction="SD", M=1.0)
    >>> found.rows[["low", "high"]].round(2).to_numpy().tolist()
    [[0.87, 3.33]]
    """
    mend = "count the coefficients on each side of the reference period: 1 or more"
    faults = [
        fault
        for name, count in (("pre", pre), ("post", post))
        for fault in count_faults(count, "honest", name, "no number of periods", mend, least=1)
    ]
    arrays = []
    for name, given in (("estimates", estimates), ("covariance", covariance)):
        try:
            arrays.append(np.asarray(given, dtype=np.float64))
        except (TypeError, ValueError):
            mend = "give an array of numbers"
            faults.append(Fault("honest", name, "no numbers", mend, value=type(given).__name__))
    InputError.raise_if(faults)
    study = Violations(
        arrays[0].ravel(),
        np.atleast_2d(arrays[1]),
        tuple(float(time) for time in range(-pre - 1, -1)),
        tuple(float(time) for time in range(post)),
    )
    bounds = bounds_of(restriction, Mbar, M)
    return honest_bounds(study, restriction, l_vec=l_vec, bounds=bounds, level=level, seed=seed)


def bounds_of(restriction: str, Mbar: Bounds, M: Bounds) -> Bounds:
    """Return the bounds that go with a restriction.

    Raises
    ------
    InputError
        When those of another are given.
    """
    smooth = ALIASES.get(str(restriction).lower()) == "SD"
    if (Mbar is not None and smooth) or (M is not None and not smooth):
        name, other = ("Mbar", "M") if smooth else ("M", "Mbar")
        mend = f"{restriction} is bounded by {other}="
        raise InputError.one("honest", name, "bounds another restriction", mend)
    return M if smooth else Mbar


def _bounds(bounds: Bounds, restriction: str, study: Violations) -> list[float]:
    if bounds is None:
        if restriction != "SD":
            return list(MBAR)
        return [float(value) for value in np.linspace(0.0, study.largest_bend(), STEPS)]
    return [float(value) for value in np.atleast_1d(np.asarray(bounds, dtype=np.float64))]


@dataclass(frozen=True)
class _Sweep:
    """One effect under bound after bound."""

    study: Violations
    restriction: str
    weights: Array
    level: float
    normal: Array

    def _moments(self, bound: float) -> list[Moments]:
        order = 1 if self.restriction == "RM" else 2
        before = len(self.study.before)
        return relative_moments(self.study.covariance, before, self.weights, bound, order=order)

    def interval(self, bound: float) -> tuple[float, float]:
        study, before = self.study, len(self.study.before)
        if self.restriction == "SD":
            found = fixed_length_interval(
                study.estimates,
                study.covariance,
                before,
                self.weights,
                bound=bound,
                level=self.level,
            )
            return found.low, found.high
        return hybrid_interval(
            study.estimates,
            study.covariance,
            before,
            self.weights,
            moments=self._moments(bound),
            draws=self.normal,
            level=self.level,
            first=FIRST_STAGE * (1.0 - self.level),
        )

    def holds(self, bound: float) -> bool:
        """Return whether no effect is rejected."""
        if self.restriction == "SD":
            low, high = self.interval(bound)
            return not low <= 0.0 <= high
        moments, size = self._moments(bound), 1.0 - self.level
        first = FIRST_STAGE * size
        largest = [
            least_favourable_value(one, self.study.covariance, first, self.normal)
            for one in moments
        ]
        return not hybrid_accepts(
            self.study.estimates,
            self.study.covariance,
            moments,
            np.zeros(1),
            largest,
            size=size,
            first=first,
        )[0]

    def breakdown(self, scale: float) -> float:
        """Return the largest bound under which no effect is rejected, by halving."""
        if not self.holds(0.0):
            return 0.0
        low, high = 0.0, scale
        while self.holds(high):
            low, high = high, 2.0 * high
            if high > FARTHEST * scale:
                return float("inf")
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.holds(middle) else (low, middle)
            if high - low <= scale / FARTHEST:
                break
        return (low + high) / 2.0
