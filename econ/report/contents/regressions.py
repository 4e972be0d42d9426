"""`Regression`: an estimate that a study file asks for, ready to be shown beside the model."""

from __future__ import annotations

from dataclasses import dataclass

from econ.regression.results.fit import Fit
from econ.scenario.regressions import RegressionTable

__all__ = ["Regression"]


@dataclass(frozen=True)
class Regression:
    """A formula on a dataset, what it asks for, and what was found.

    Parameters
    ----------
    asked : RegressionTable
    fit : Fit
    vintage : str
        Of the dataset.
    source : tuple of str
        Keys of the publications behind it.
    """

    asked: RegressionTable
    fit: Fit
    vintage: str
    source: tuple[str, ...]
