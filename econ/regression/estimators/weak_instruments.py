"""How strong instruments are, and what can be said whatever their strength."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from econ.kernels.regression.anderson_rubin import ReducedCoefficients
from econ.regression.design.absorption import Absorption
from econ.regression.design.design import Design
from econ.regression.results.diagnostic import SIZE
from econ.regression.results.fit import Diagnostic
from econ.regression.standard_errors.covariance import Covariance, Solved, covariance_of
from econ.regression.standard_errors.vcov import Vcov

__all__ = ["AndersonRubin", "ReducedForm"]

Array = npt.NDArray[np.float64]
BIAS: Final = 0.10  # worst bias over that of least squares, Montiel Olea and Pflueger's tau


@dataclass(frozen=True)
class AndersonRubin:
    """A test of a coefficient that holds whatever the strength of the instruments.

    Parameters
    ----------
    null, statistic, p_value : float
        The hypothesis, its F statistic and its p-value.
    df : tuple of float
        Of the F distribution.
    level : float [-]
    intervals : tuple of (float, float)
        The values not rejected at `level`: none, one or several intervals, which may be infinite.
    """

    null: float
    statistic: float
    p_value: float
    df: tuple[float, float]
    level: float
    intervals: tuple[tuple[float, float], ...]

    @property
    def bounded(self) -> bool:
        """Whether the set has ends on both sides."""
        return all(np.isfinite(interval).all() for interval in self.intervals)

    def __str__(self) -> str:
        if not self.intervals:
            return "empty"
        return " and ".join(f"[{low:.4g}, {high:.4g}]" for low, high in self.intervals)


@dataclass(frozen=True)
class ReducedForm:
    """Outcome and endogenous regressors on orthonormal instruments, all else taken out.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    endogenous : ndarray, shape (n, g)
    instruments : ndarray, shape (n, m)
        Orthonormal.
    names : tuple of str
        Of the endogenous regressors.
    exogenous : int
        Number of regressors taken out.
    """

    outcome: Array
    endogenous: Array
    instruments: Array
    names: tuple[str, ...]
    exogenous: int
    absorption: Absorption | None
    design: Design
    vcov: Vcov
    small_sample: str

    @cached_property
    def coefficients(self) -> Array:
        """Coefficients of outcome and endogenous regressors, shape (m, 1 + g)."""
        found: Array = self.instruments.T @ np.column_stack([self.outcome, self.endogenous])
        return found

    @cached_property
    def residuals(self) -> Array:
        """What the instruments leave, shape (n, 1 + g)."""
        both = np.column_stack([self.outcome, self.endogenous])
        left: Array = both - self.instruments @ self.coefficients
        return left

    @property
    def count(self) -> int:
        """Number of instruments, m."""
        return int(self.instruments.shape[1])

    @cached_property
    def _joint(self) -> Covariance:
        """Covariance of all coefficients, equation by equation."""
        width = self.residuals.shape[1]
        scores = np.concatenate(
            [self.instruments * self.residuals[:, [one]] for one in range(width)], axis=1
        )
        solved = Solved(
            self.coefficients.T.ravel(),
            np.eye(width * self.count),
            self.instruments,
            self.residuals[:, 0],
            self.absorption,
            linear=False,
            stacked=scores,
            count=self.count + self.exogenous,
        )
        if self.vcov.kind == "iid":
            rows = solved.nobs - (0 if self.small_sample == "none" else solved.parameters)
            spread = self.residuals.T @ self.residuals / rows
            df = np.inf if self.small_sample == "none" else float(solved.nobs - solved.parameters)
            joint: Array = np.kron(spread, np.eye(self.count)).astype(np.float64)
            return Covariance(joint, df, "iid")
        return covariance_of(self.vcov, solved, self.design, self.small_sample)

    def _block(self, left: int, right: int) -> Array:
        m = self.count
        return self._joint.matrix[left * m : (left + 1) * m, right * m : (right + 1) * m]

    # ------------------------------------------------------------ strength

    def strength(self) -> list[Diagnostic]:
        """Return first-stage F of each endogenous regressor, and tests of all together."""
        rows = [self._first_stage(place, name) for place, name in enumerate(self.names, start=1)]
        if len(self.names) == 1:
            rows.append(self._effective())
        return [*rows, self._cragg_donald(), self._kleibergen_paap()]

    def _first_stage(self, place: int, name: str) -> Diagnostic:
        pi, m = self.coefficients[:, place], self.count
        f = float(pi @ np.linalg.pinv(self._block(place, place), hermitian=True) @ pi) / m
        df = self._joint.degrees_of_freedom
        reason = f"the instruments move {name}, by errors {self._joint.words}"
        return Diagnostic(
            f"first-stage F: {name}", f, _f_tail(f, m, df), (float(m), df), None, reason
        )

    def _effective(self) -> Diagnostic:
        """Return the effective F with the critical value for a bias of a tenth."""
        pi, spread = self.coefficients[:, 1], self._block(1, 1)
        size = float(np.abs(pi).max()) or 1.0  # squares of squares stay within double precision
        pi, spread = pi / size, spread / size / size
        trace = float(np.trace(spread))
        f = float(pi @ pi) / trace
        worst = 1.0 / BIAS
        largest = float(np.linalg.eigvalsh(spread).max())
        squares = float((spread**2).sum())
        k = trace**2 * (1.0 + 2.0 * worst) / (squares + 2.0 * worst * trace * largest)
        critical = float(stats.ncx2.ppf(1.0 - SIZE, k, k * worst)) / k
        reason = (
            f"strong where above {critical:.1f}, for a bias of at most {BIAS:.0%} of the worst; "
            "where weak, read the Anderson-Rubin set"
        )
        return Diagnostic("effective F", f, np.nan, (k,), f > critical, reason)

    def _cragg_donald(self) -> Diagnostic:
        """Return the smallest root of the first stages, as an F."""
        pi = self.coefficients[:, 1:]
        left = self.residuals[:, 1:]
        rows = len(left) - self._degrees
        roots = np.linalg.eigvals(np.linalg.solve(left.T @ left / rows, pi.T @ pi)).real
        f = float(roots.min()) / self.count
        reason = "for errors iid; its critical values are Stock and Yogo's"
        return Diagnostic("Cragg-Donald F", f, np.nan, (float(self.count),), None, reason)

    @property
    def _degrees(self) -> int:
        absorbed = self.absorption.degrees if self.absorption is not None else 0
        return self.count + self.exogenous + absorbed

    def _kleibergen_paap(self) -> Diagnostic:
        """Return the rank test of the first stages, as an F by the errors asked for."""
        g, m = len(self.names), self.count
        root = np.linalg.inv(np.linalg.cholesky(self.endogenous.T @ self.endogenous).T)
        theta = self.coefficients[:, 1:] @ root
        left, _, right = np.linalg.svd(theta, full_matrices=True)
        outside, last = left[:, g - 1 :], right[g - 1, :]
        spread = np.zeros((m, m))
        mix = root @ last
        for one in range(g):
            for other in range(g):
                spread += mix[one] * mix[other] * self._block(1 + one, 1 + other)
        away = outside.T @ theta @ last
        chi2 = float(away @ np.linalg.pinv(outside.T @ spread @ outside, hermitian=True) @ away)
        df = float(m - g + 1)
        reason = f"the first stages have full rank, by errors {self._joint.words}"
        p = float(stats.chi2.sf(chi2, df))
        return Diagnostic("Kleibergen-Paap F", chi2 / m, p, (df,), p < SIZE, reason)

    # ------------------------------------------------------------ whatever the strength

    def anderson_rubin(self, null: float, level: float) -> AndersonRubin:
        """Return the Anderson-Rubin test of one coefficient, and all values it does not reject."""
        df, m = self._joint.degrees_of_freedom, self.count
        held = ReducedCoefficients(
            self.coefficients[:, 0], self.coefficients[:, 1], self._joint.matrix
        )
        intervals = held.not_rejected(_f_quantile(level, m, df))
        found = float(held.statistics(np.array([null]))[0])
        return AndersonRubin(null, found, _f_tail(found, m, df), (float(m), df), level, intervals)

    def all_zero(self) -> tuple[float, float, tuple[float, float]]:
        """Return F, p and df of the instruments in the reduced form of the outcome."""
        f0, m, df = self.coefficients[:, 0], self.count, self._joint.degrees_of_freedom
        f = float(f0 @ np.linalg.pinv(self._block(0, 0), hermitian=True) @ f0) / m
        return f, _f_tail(f, m, df), (float(m), df)


def _f_tail(f: float, m: int, df: float) -> float:
    return float(stats.f.sf(f, m, df) if np.isfinite(df) else stats.chi2.sf(m * f, m))


def _f_quantile(level: float, m: int, df: float) -> float:
    return float(stats.f.ppf(level, m, df) if np.isfinite(df) else stats.chi2.ppf(level, m) / m)
