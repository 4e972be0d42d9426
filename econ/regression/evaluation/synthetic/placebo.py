"""Placebos: what the method finds where nothing happened, and the p-values that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.kernels.evaluation.simplex import simplex_weights_of_each
from econ.regression.evaluation.synthetic.gaps import SyntheticFit
from econ.regression.evaluation.synthetic.pool import Pool
from econ.regression.evaluation.synthetic.weight_diagnostics import PERCENT

__all__ = [
    "LeaveOneOut",
    "PermutationP",
    "PlaceboDates",
    "Placebos",
    "gaps_of_each",
    "placebos_in_space",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PermutationP:
    """A p-value by rank, which cannot be without the smallest it could have been.

    Parameters
    ----------
    rank, units : int
        The site's rank among all units, the most extreme first.

    Examples
    --------
    >>> print(PermutationP(1, 39))
    p = 0.0256 (rank 1 of 39; no p-value below 0.0256 is possible)
    """

    rank: int
    units: int

    @property
    def value(self) -> float:
        """The share of units, the site among them, as extreme as the site [-]."""
        return self.rank / self.units

    @property
    def floor(self) -> float:
        """The smallest p-value there could be, 1/(J+1) [-]."""
        return 1.0 / self.units

    def __float__(self) -> float:
        """Return the p-value as a bare number, refused where few donors leave it no power.

        Raises
        ------
        InputError
            When not even rank one would be below 10 %.
        """
        if self.floor > PERCENT:
            problem = f"{self.units - 1} donors allow no p-value below {self.floor:.3g}"
            mend = "read .value beside .floor, or bring more donors"
            raise InputError.one("placebos", "p_value", problem, mend, value=f"{self.value:.3g}")
        return self.value

    def __str__(self) -> str:
        return (
            f"p = {self.value:.4f} (rank {self.rank} of {self.units}; "
            f"no p-value below {self.floor:.4f} is possible)"
        )


@dataclass(frozen=True)
class Placebos:
    """The same question asked of every donor, as if the event had been there.

    Parameters
    ----------
    outcome : str
    units : tuple of str, 1 + j
        The site first.
    periods : tuple, t
    before : int
    gaps : ndarray, shape (1 + j, t) [outcome]
    """

    outcome: str
    units: tuple[str, ...]
    periods: tuple[Any, ...]
    before: int
    gaps: Array

    @property
    def rmspe_before(self) -> Array:
        """Root mean squared gap before the event, shape (1 + j,) [outcome]."""
        found: Array = np.sqrt((self.gaps[:, : self.before] ** 2).mean(axis=1))
        return found

    @property
    def rmspe_after(self) -> Array:
        """Root mean squared gap after the event, shape (1 + j,) [outcome]."""
        found: Array = np.sqrt((self.gaps[:, self.before :] ** 2).mean(axis=1))
        return found

    @property
    def ratios(self) -> Array:
        """After over before, shape (1 + j,); infinite where the fit before is exact."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = self.rmspe_after / self.rmspe_before
        return np.where(np.isnan(found), 0.0, found)

    @property
    def effects(self) -> Array:
        """Mean gap after the event, shape (1 + j,) [outcome]."""
        found: Array = self.gaps[:, self.before :].mean(axis=1)
        return found

    @property
    def p_value(self) -> PermutationP:
        """Two-sided, by the rank of the site's RMSPE ratio."""
        return ranked(self.ratios)

    def p_value_of_effect(self, *, worst_fit: float = np.inf) -> PermutationP:
        """Return the p-value by the size of the mean gap, without units that fit badly before.

        Parameters
        ----------
        worst_fit : float
            Units whose mean squared gap before the event is more than this many times the
            site's are left out, as they could not have shown an effect either.
        """
        return ranked(np.abs(self.effects)[self._fitting(worst_fit)])

    def p_values_by_period(self, *, worst_fit: float = np.inf) -> pd.DataFrame:
        """Return the p-value of each period's gap, with the smallest possible beside it."""
        kept = self._fitting(worst_fit)
        rows = []
        for place in range(self.before, len(self.periods)):
            p = ranked(np.abs(self.gaps[kept, place]))
            row = {"period": self.periods[place], "gap": self.gaps[0, place]}
            rows.append(row | {"p_value": p.value, "floor": p.floor, "rank": p.rank})
        return pd.DataFrame(rows)

    def table(self) -> pd.DataFrame:
        """Return every unit with its fit, effect, RMSPE ratio and rank, the most extreme first."""
        columns = {
            "unit": list(self.units),
            "site": np.arange(len(self.units)) == 0,
            "effect": self.effects,
            "rmspe_before": self.rmspe_before,
            "rmspe_after": self.rmspe_after,
            "ratio": self.ratios,
        }
        table = pd.DataFrame(columns).sort_values("ratio", ascending=False, kind="stable")
        table["rank"] = np.arange(1, len(table) + 1)
        return table.reset_index(drop=True)

    def _fitting(self, worst_fit: float) -> npt.NDArray[np.bool_]:
        squared = self.rmspe_before**2
        return np.asarray(squared <= worst_fit * squared[0])

    def __str__(self) -> str:
        return (
            f"{self.units[0]}: RMSPE ratio {self.ratios[0]:.4g} of {self.outcome} against "
            f"{len(self.units) - 1} placebos: {self.p_value}"
        )


def ranked(sizes: Array) -> PermutationP:
    """Return the p-value of the first of several sizes; ties count against it."""
    return PermutationP(int((sizes >= sizes[0]).sum()), len(sizes))


def placebos_in_space(
    pool: Pool,
    first: Array,
    weights: Callable[[Pool], Array] | None,
    *,
    treated_as_donor: bool = False,
) -> Placebos:
    """Return the gaps of the site and of every donor in its place.

    Parameters
    ----------
    pool : Pool
    first : ndarray, shape (t,) [outcome]
        Gaps of the site.
    weights : callable, optional
        From a pool to the weights of its donors; the fit to the outcome alone where left out.
    treated_as_donor : bool
        Whether the site itself may be a donor of the placebos, as in
        [abadie_diamond_hainmueller_2010]; it carries the effect into them.

    Raises
    ------
    InputError
        When there is one donor only, which would have none itself.
    """
    j = len(pool.donors)
    if j < 2:
        problem = "one donor leaves none for the placebos"
        raise InputError.one("placebos", "donors", problem, "bring at least two donors")
    if weights is None:
        gaps = gaps_of_each(pool, treated_as_donor=treated_as_donor)
    else:
        gaps = np.empty((1 + j, len(pool.periods)))
        rows = np.arange(0 if treated_as_donor else 1, 1 + j)
        for row in range(1, 1 + j):
            placed = pool.only(rows[rows != row].tolist(), row)
            gaps[row] = placed.outcomes[0] - weights(placed) @ placed.outcomes[1:]
    gaps[0] = first
    return Placebos(pool.outcome, (pool.site, *pool.donors), pool.periods, pool.before, gaps)


def gaps_of_each(pool: Pool, *, treated_as_donor: bool) -> Array:
    """Return what the fit to the outcome alone leaves of every unit, shape (1 + j, t) [outcome]."""
    every = np.arange(len(pool.outcomes))
    donors = every >= (0 if treated_as_donor else 1)
    shares = simplex_weights_of_each(pool.outcomes[:, pool.fitted], every, donors)
    gaps: Array = pool.outcomes - shares @ pool.outcomes
    return gaps


@dataclass(frozen=True)
class PlaceboDates:
    """The site asked at dates when nothing happened.

    Parameters
    ----------
    fits : tuple of SyntheticFit
        One for each date, on the periods before the event only.
    """

    fits: tuple[SyntheticFit, ...]

    def table(self) -> pd.DataFrame:
        """Return the mean gap after each placebo date, and how it compares with before."""
        rows = [
            {
                "at": fit.periods[fit.before],
                "periods_after": len(fit.periods) - fit.before,
                "effect": fit.effect,
                "rmspe_before": fit.rmspe_before,
                "rmspe_after": fit.rmspe_after,
                "ratio": fit.rmspe_ratio,
            }
            for fit in self.fits
        ]
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class LeaveOneOut:
    """The site without each of the donors that carry weight.

    Parameters
    ----------
    full : SyntheticFit
    fits : tuple of SyntheticFit
    left_out : tuple of str
    """

    full: SyntheticFit
    fits: tuple[SyntheticFit, ...]
    left_out: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return the mean gap and the fit without each donor, all of them in the first row."""
        rows = [
            {"left_out": name, "effect": fit.effect, "rmspe_before": fit.rmspe_before}
            for name, fit in zip(("", *self.left_out), (self.full, *self.fits), strict=True)
        ]
        return pd.DataFrame(rows)

    def range(self) -> pd.DataFrame:
        """Return the smallest and largest gap of each period over all fits."""
        gaps = np.array([fit.observed - fit.synthetic for fit in (self.full, *self.fits)])
        columns = {"period": list(self.full.periods), "gap": gaps[0]}
        return pd.DataFrame(columns | {"low": gaps.min(axis=0), "high": gaps.max(axis=0)})
