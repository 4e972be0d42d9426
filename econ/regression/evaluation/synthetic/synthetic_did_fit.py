"""`SyntheticDiDFit`: the effect on the treated, with the weights it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.regression.evaluation.synthetic.placebo import PermutationP, ranked
from econ.regression.evaluation.synthetic.synthetic_cohorts import FILE
from econ.regression.results.fit import Fit

__all__ = ["SyntheticDiDFit"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SyntheticDiDFit:
    """The effect on the treated, with the weights it rests on and the draws of its error.

    Parameters
    ----------
    att : Fit
        One term, ``ATT``.
    donors : tuple of str, j
    cohorts : tuple
        Date of each cohort.
    donor_weights : ndarray, shape (c, j) [share]
    period_weights : tuple of pandas.Series
        Of the periods before the event, for each cohort.
    curve : pandas.Series
        Effect by number of periods since the event, over the cohorts that have it.
    draws : ndarray, shape (d,) [outcome]
        Estimates of the placebos, or of the resamples.
    """

    att: Fit
    donors: tuple[str, ...]
    cohorts: tuple[Any, ...]
    donor_weights: Array
    period_weights: tuple[pd.Series[float], ...]
    curve: pd.Series[float]
    draws: Array
    placebo: bool = False

    @property
    def effect(self) -> float:
        """The average effect on the treated [outcome]."""
        return float(self.att.estimates[0])

    @property
    def std_error(self) -> float:
        """Its standard error [outcome]; NaN where none was asked for."""
        return float(self.att.std_errors[0])

    @property
    def weights(self) -> pd.Series[float]:
        """Weight of each donor, averaged over cohorts."""
        mean = self.donor_weights.mean(axis=0)
        return pd.Series(mean, index=list(self.donors), name="weight")

    @property
    def p_value(self) -> PermutationP:
        """By rank among the placebos, with the smallest possible beside it.

        Raises
        ------
        InputError
            When the error was not by placebos.
        """
        if not self.placebo:
            mend = 'fit with standard_error="placebo"'
            raise InputError.one(FILE, "p_value", "no placebos were drawn", mend)
        return ranked(np.abs(np.append(self.effect, self.draws)))

    def tidy(self, *, level: float | None = None) -> pd.DataFrame:
        """Return the estimate as a row with the columns of a Fit."""
        return self.att.tidy(level=level)

    def __str__(self) -> str:
        return str(self.att)
