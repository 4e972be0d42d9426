"""Whether neighbours are alike: Moran's I and the tests of least-squares residuals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from econ.errors import Fault, InputError, nearest
from econ.kernels.space.spatial_autocorrelation import (
    Moran,
    lagrange_multipliers,
    moran_of_residuals,
    permuted_moran,
)
from econ.kernels.space.spatial_autocorrelation import moran as moran_of
from econ.quantity.design import seed_faults
from econ.regression.results.diagnostic import count_faults
from econ.regression.results.fit import Diagnostic
from econ.regression.space.design import Data, SpatialDesign
from econ.regression.space.links import Links

__all__ = ["MoranTest", "SpatialTests", "moran", "spatial_tests"]

ALTERNATIVES: Final[dict[str, Callable[[float], float]]] = {
    "greater": lambda z: float(stats.norm.sf(z)),
    "less": lambda z: float(stats.norm.cdf(z)),
    "two-sided": lambda z: float(2.0 * stats.norm.sf(abs(z))),
}


@dataclass(frozen=True)
class MoranTest:
    """Moran's I with its expectation and variance where neighbours have nothing in common.

    Parameters
    ----------
    statistic, expectation, variance, z : float [-]
    p_value : float [-]
        Of the normal distribution.
    p_permuted : float [-]
        Share of permutations at least as extreme, the data among them; not a number without
        permutations.
    alternative : str
    """

    statistic: float
    expectation: float
    variance: float
    z: float
    p_value: float
    p_permuted: float = np.nan
    alternative: str = "greater"

    @classmethod
    def made(cls, found: Moran, alternative: str) -> MoranTest:
        """Add the p-value."""
        if alternative not in ALTERNATIVES:
            mend = nearest(alternative, ALTERNATIVES)
            raise InputError.one("moran", "alternative", "unknown", mend, value=alternative)
        p = ALTERNATIVES[alternative](found.z)
        return cls(
            found.statistic,
            found.expectation,
            found.variance,
            found.z,
            p,
            alternative=alternative,
        )


def moran(
    values: pd.Series[Any],
    W: Links,
    *,
    alternative: str = "greater",
    normal: bool = False,
    permutations: int = 0,
    seed: int = 0,
) -> MoranTest:
    """Return Moran's I of a variable.

    Parameters
    ----------
    values : pandas.Series
        Indexed by unit, in any order.
    W : SpatialWeights
    alternative : {"greater", "less", "two-sided"}
        Greater: neighbours are alike.
    normal : bool
        Variance of normal values; of values dealt out at random otherwise.
    permutations : int
        How often they are dealt out, for a p-value that rests on no normal approximation.
    seed : int

    Raises
    ------
    InputError
        With every unit without value, every value without unit, and a variable that never varies.

    References
    ----------
    [cliff_ord_1981], chapter 2.

    Examples
    --------
    >>> from econ.regression.space.weights import SpatialWeights
    >>> line = SpatialWeights.from_neighbours({0: [1], 1: [0, 2], 2: [1, 3], 3: [2]})
    >>> round(moran(pd.Series([1.0, 2.0, 3.0, 4.0]), line).statistic, 6)
    0.4
    """
    if not isinstance(values, pd.Series):
        mend = "give a pandas Series indexed by unit"
        raise InputError.one("moran", "values", "no series", mend, value=type(values).__name__)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    mend = "give its value, or take it out of both: W.subset(units)"
    InputError.raise_if(
        [
            Fault(
                "moran", str(values.name or "values"), "no number", mend, str(values.index[int(i)])
            )
            for i in np.flatnonzero(~np.isfinite(numbers))
        ]
    )
    mend = "give 0, or a number such as 999"
    faults = count_faults(permutations, "moran", "permutations", "no number", mend)
    InputError.raise_if([*seed_faults(seed, "moran"), *faults])
    if not isinstance(W, Links):
        mend = "give W=econ.SpatialWeights..."
        raise InputError.one("moran", "W", "no weights", mend, value=type(W).__name__)
    own = W.aligned(list(values.index), "values")
    if np.ptp(numbers) == 0.0:
        raise InputError.one(
            "moran", "values", "every unit has the same", "choose another variable"
        )
    found = MoranTest.made(moran_of(numbers, own.matrix, normal=normal), alternative)
    if not permutations:
        return found
    draws = permuted_moran(numbers, own.matrix, permutations, np.random.default_rng(seed))
    beyond = {
        "greater": draws >= found.statistic,
        "less": draws <= found.statistic,
        "two-sided": np.abs(draws - draws.mean()) >= abs(found.statistic - draws.mean()),
    }[alternative]
    p = (1.0 + float(beyond.sum())) / (1.0 + permutations)
    return MoranTest(**{**vars(found), "p_permuted": p})


@dataclass(frozen=True)
class SpatialTests:
    """What the residuals of a least-squares regression say of the space it leaves out.

    Parameters
    ----------
    moran : MoranTest
        Of the residuals, with the expectation and variance that the regression gives them.
    tests : tuple of Diagnostic
        ``LM error``, ``LM lag``, ``robust LM error``, ``robust LM lag``, ``LM lag and error``.
    """

    moran: MoranTest
    tests: tuple[Diagnostic, ...]

    def __getitem__(self, name: str) -> Diagnostic:
        held = {row.name: row for row in self.tests}
        if name not in held:
            mend = nearest(name, held)
            raise InputError.one("spatial tests", "test", "no such test", mend, value=name)
        return held[name]

    def tidy(self) -> pd.DataFrame:
        """Return a row for each test: name, statistic, df, p_value."""
        rows = [("Moran's I of residuals", self.moran.statistic, np.nan, self.moran.p_value)]
        rows += [(row.name, row.statistic, row.df[0], row.p_value) for row in self.tests]
        return pd.DataFrame(rows, columns=["test", "statistic", "df", "p_value"])


def spatial_tests(
    formula: str, data: Data, W: Links, *, unit: str = "", alternative: str = "greater"
) -> SpatialTests:
    """Return Moran's I of least-squares residuals, and Lagrange multiplier tests.

    Where both plain tests reject, the robust ones say which model to fit: `SAR` where the robust
    lag test is the larger, `SEM` where the robust error test is.

    Parameters
    ----------
    formula : str
        ``outcome ~ regressors``.
    data : Panel, Dataset or DataFrame
    W : SpatialWeights
    unit : str
        Column that names the unit; the index where left out.
    alternative : {"greater", "less", "two-sided"}
        Of Moran's I.

    Raises
    ------
    InputError
        With every unit that weights and data do not share, and every row that lacks a value.

    References
    ----------
    [anselin_1996]; [cliff_ord_1981], chapter 8.
    """
    held = SpatialDesign.build(formula, W, data, unit)
    x, y, matrix = held.regressors, held.y, held.matrix
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    found = MoranTest.made(moran_of_residuals(y - fitted, x, matrix), alternative)
    lm = lagrange_multipliers(y, x, matrix)
    rows = (
        ("LM error", lm.error, 1, "errors of neighbours are correlated"),
        ("LM lag", lm.lag, 1, "the outcome of neighbours is left out"),
        ("robust LM error", lm.robust_error, 1, "errors, whatever the lag"),
        ("robust LM lag", lm.robust_lag, 1, "the lag, whatever the errors"),
        ("LM lag and error", lm.both, 2, "either"),
    )
    return SpatialTests(
        found,
        tuple(
            Diagnostic(name, value, float(stats.chi2.sf(value, df)), (float(df),), None, reason)
            for name, value, df, reason in rows
        ),
    )
