"""`Pooled`: several estimates of one thing as one, with what they differ by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri
from scipy.stats import t

from econ.errors import InputError, nearest
from econ.kernels.regression.hierarchical import HierarchicalPosterior, mixture_quantile
from econ.quantity.provenance import Provenance

__all__ = ["Pooled", "prediction_freedom", "quantile"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pooled:
    """What several estimates say together, and how far a new one may lie from it.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    labels : tuple of str, k
    estimates, std_errors : ndarray, shape (k,) [unit]
    mean, std_error, low, high : float [unit]
        For ``bayes`` the posterior mean and standard deviation, and quantiles.
    degrees_of_freedom : float
        Of the t distribution of the mean; inf for the normal one.
    tau, tau_low, tau_high : float [unit]
        Standard deviation between studies; for ``bayes`` the posterior mean, and quantiles.
    q, q_p_value : float
        Cochran's Q and its p-value with k - 1 degrees of freedom.
    i_squared : float [share]
        Of the total variance, what is between studies.
    prediction_low, prediction_high : float [unit]
        Where the true effect in a new place lies, with probability `level`.
    weights : ndarray, shape (k,) [share]
    shrunken, shrunken_std_errors : ndarray, shape (k,) [unit]
        Each study's own effect once the others are known.
    level : float
    unit : str
    settings : mapping of str to object
        With which it was pooled.
    """

    method: str
    labels: tuple[str, ...]
    estimates: Array
    std_errors: Array
    mean: float
    std_error: float
    degrees_of_freedom: float
    low: float
    high: float
    tau: float
    tau_low: float
    tau_high: float
    q: float
    q_p_value: float
    i_squared: float
    prediction_low: float
    prediction_high: float
    weights: Array
    shrunken: Array
    shrunken_std_errors: Array
    level: float
    unit: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)
    posterior: HierarchicalPosterior | None = field(default=None, repr=False, compare=False)

    @property
    def k(self) -> int:
        """How many estimates were pooled."""
        return len(self.labels)

    def quantile(self, probability: Array, *, of: str = "new place") -> Array:
        """Return quantiles of the mean, or of the effect in a new place, shape (p,) [unit].

        Parameters
        ----------
        probability : ndarray, shape (p,)
        of : {"new place", "mean"}
        """
        if of not in ("new place", "mean"):
            mend = nearest(of, ("new place", "mean"))
            raise InputError.one("pool", "of", "unknown", mend, value=of)
        probability = np.atleast_1d(np.asarray(probability, dtype=np.float64))
        if self.posterior is not None:
            known = self.posterior
            spread = known.mean_sd
            if of == "new place":
                spread = np.sqrt(spread**2 + known.tau**2)
            return mixture_quantile(probability, known.weight, known.mean, spread)
        if of == "mean" or self.method == "fixed":
            centred = quantile(self.degrees_of_freedom, probability)
            return np.asarray(self.mean + centred * self.std_error)
        free = prediction_freedom(self.settings["prediction"], self.degrees_of_freedom, self.k)
        wide = np.sqrt(self.tau**2 + self.std_error**2)
        return np.asarray(self.mean + quantile(free, probability) * wide)

    def tidy(self) -> pd.DataFrame:
        """Return one row: the mean, what studies differ by, and the prediction interval."""
        row = {
            "method": self.method,
            "studies": self.k,
            "estimate": self.mean,
            "std_error": self.std_error,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "prediction_low": self.prediction_low,
            "prediction_high": self.prediction_high,
            "tau": self.tau,
            "tau_low": self.tau_low,
            "tau_high": self.tau_high,
            "i_squared": self.i_squared,
            "q": self.q,
            "q_p_value": self.q_p_value,
            "unit": self.unit,
        }
        return pd.DataFrame([row])

    def studies(self) -> pd.DataFrame:
        """Return one row per study: its estimate, weight, and what the others make of it."""
        half = ndtri((1.0 + self.level) / 2.0)
        return pd.DataFrame(
            {
                "study": list(self.labels),
                "estimate": self.estimates,
                "std_error": self.std_errors,
                "low": self.estimates - half * self.std_errors,
                "high": self.estimates + half * self.std_errors,
                "weight": self.weights,
                "shrunken": self.shrunken,
                "shrunken_std_error": self.shrunken_std_errors,
                "unit": self.unit,
            }
        )


def quantile(free: float, probability: Array) -> Array:
    """Return quantiles of t with `free` degrees of freedom, normal where infinite, shape (p,)."""
    if not free > 0.0:
        beyond = np.where(probability < 1.0 / 2.0, -np.inf, np.inf)
        return np.where(probability == 1.0 / 2.0, 0.0, beyond)
    return np.asarray(ndtri(probability) if np.isinf(free) else t.ppf(probability, free))


def prediction_freedom(prediction: str, free: float, k: int) -> float:
    """Return the degrees of freedom of a prediction interval of k studies."""
    return k - 2.0 if prediction == "HTS" else free
