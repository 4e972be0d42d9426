"""The fit of a local multiplier, and the jobs it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from econ.regression.results.fit import Fit
from econ.regression.shift_share.results import ShiftShareFit

__all__ = ["UNIT", "LocalMultiplierFit"]

UNIT: Final = "jobs per job"


@dataclass(frozen=True)
class LocalMultiplierFit(ShiftShareFit):
    """Estimates of a local multiplier, and what turns them into jobs.

    Parameters
    ----------
    groups : tuple of str
        Terms that are groups of traded jobs.
    ratios : tuple of float
        Jobs per job of one unit of each of these coefficients: one where both sides are shares of
        initial employment, non-traded over traded jobs at the start where they are logarithms.
    """

    groups: tuple[str, ...] = ()
    ratios: tuple[float, ...] = ()

    @classmethod
    def of(cls, fit: Fit, groups: tuple[str, ...], ratios: tuple[float, ...]) -> LocalMultiplierFit:
        """Add to a fit what turns its coefficients into jobs."""
        return cls(**vars(fit), groups=groups, ratios=ratios)

    def jobs_per_job(self) -> LocalMultiplierFit:
        """Return additional non-traded jobs per traded job, with their errors.

        An elasticity times the ratio of jobs; the ratio is a count of all jobs, not a sample, so
        the delta method leaves the error times that ratio.

        References
        ----------
        [moretti_2010], table 1.

        Examples
        --------
        >>> fit = Fit("IV", "non_traded", ("traded",), np.array([0.334]),
        ...           np.array([[0.055 ** 2]]), np.inf, 439, "clustered")
        >>> jobs = LocalMultiplierFit.of(fit, ("traded",), (4.76,)).jobs_per_job()
        >>> jobs.params.round(2).tolist(), jobs.bse.round(2).tolist()
        ([1.59], [0.26])
        """
        places = [self.index(group) for group in self.groups]
        scale = np.array(self.ratios)
        return self.replace(
            terms=self.groups,
            estimates=scale * self.estimates[places],
            covariance=scale[:, None] * self.covariance[np.ix_(places, places)] * scale,
            akm=None if self.akm is None else self.akm.times(float(scale[0])),
            ratios=tuple(1.0 for _ in scale),
            unit=UNIT,
        )
