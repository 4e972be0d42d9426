"""`Fit`: what an estimator returns, whatever the estimator; and the diagnostics it carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.special import chdtrc, fdtrc

from econ.errors import Fault, InputError, nearest
from econ.quantity.parameters import Parameter
from econ.quantity.provenance import Provenance
from econ.regression.results.diagnostic import Diagnostic, Test, level_faults
from econ.regression.results.summary import Summary, summary_of

__all__ = ["TIDY", "Diagnostic", "Estimator", "Fit", "Test", "level_faults"]

Array = npt.NDArray[np.float64]
# A single colon joins factors; two of them join a column and its category.
PRODUCT = re.compile(r"(?<!:):(?!:)")
TIDY = (
    "term",
    "estimate",
    "std_error",
    "statistic",
    "p_value",
    "low",
    "high",
    "level",
    "n",
    "clusters",
    "sample",
    "estimator",
    "vcov",
    "outcome",
    "vintage",
    "unit",
)


class Estimator(Protocol):
    """A frozen configuration that is fitted to data: the same in every module."""

    @property
    def formula(self) -> str:
        """What is regressed on what."""
        ...

    def fit(self, data: Any) -> Fit:
        """Return the estimates."""
        ...


@dataclass(frozen=True)
class Fit:
    """Estimates with their covariance; keeps neither the data nor the estimator.

    Parameters
    ----------
    estimator, outcome : str
    terms : tuple of str
        Named as in the formula.
    estimates : ndarray, shape (k,) [outcome per regressor]
    covariance : ndarray, shape (k, k)
    degrees_of_freedom : float
        Of the t distribution; infinite for the normal.
    nobs : int
    vcov : str
        In words.
    clusters : tuple of int
        Number of clusters of each way.
    sample : str
        Rows kept, dropped and why.
    statistics : mapping of str to float
    diagnostics : tuple of Diagnostic
    level : float [-]
        Of the intervals.
    unit : str
        Of the estimates, where one unit holds for all.
    provenance : Provenance
    vintage : str

    Examples
    --------
    >>> fit = Fit("OLS", "jobs", ("inv",), np.array([2.0]), np.array([[0.25]]), np.inf, 100, "iid")
    >>> fit.conf_int(level=0.95).round(2).loc["inv"].tolist()
    [1.02, 2.98]
    """

    estimator: str
    outcome: str
    terms: tuple[str, ...]
    estimates: Array
    covariance: Array
    degrees_of_freedom: float
    nobs: int
    vcov: str
    clusters: tuple[int, ...] = ()
    sample: str = ""
    statistics: Mapping[str, float] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    level: float = 0.90
    unit: str = ""
    provenance: Provenance = field(default_factory=Provenance)
    vintage: str = ""

    def __post_init__(self) -> None:
        k = len(self.terms)
        found = (np.shape(self.estimates), np.shape(self.covariance))
        if found != ((k,), (k, k)):
            mend = "give as many estimates as terms and a square covariance of them"
            raise InputError.one("fit", "terms", f"shapes {found} for {k} terms", mend)
        twice = [term for term in self.terms if self.terms.count(term) > 1]
        if twice:
            raise InputError.one("fit", "terms", "stands twice", "name terms apart", value=twice[0])
        InputError.raise_if(level_faults(self.level))

    # ------------------------------------------------------------ statsmodels' names

    @property
    def params(self) -> pd.Series[float]:
        """Estimates by term."""
        return pd.Series(self.estimates, index=list(self.terms), name="estimate")

    @property
    def std_errors(self) -> Array:
        """Standard errors, shape (k,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    @property
    def bse(self) -> pd.Series[float]:
        """Standard errors by term."""
        return pd.Series(self.std_errors, index=list(self.terms), name="std_error")

    @property
    def tvalues(self) -> pd.Series[float]:
        """Estimates over their standard errors."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.estimates / self.std_errors
        return pd.Series(ratio, index=list(self.terms), name="statistic")

    @property
    def pvalues(self) -> pd.Series[float]:
        """Two-sided p-values of each estimate being zero."""
        tail = 2.0 * stats.t.sf(np.abs(self.tvalues.to_numpy()), self._df)
        return pd.Series(tail, index=list(self.terms), name="p_value")

    @property
    def _df(self) -> float:
        return self.degrees_of_freedom if np.isfinite(self.degrees_of_freedom) else np.inf

    def conf_int(self, *, level: float | None = None) -> pd.DataFrame:
        """Return the interval of each term at a level, the fit's own where left out."""
        chosen = self.level if level is None else level
        InputError.raise_if(level_faults(chosen))
        width = stats.t.ppf((1.0 + chosen) / 2.0, self._df) * self.std_errors
        bounds = {"low": self.estimates - width, "high": self.estimates + width}
        return pd.DataFrame(bounds, index=list(self.terms))

    def cov_params(self) -> pd.DataFrame:
        """Return the covariance of the estimates, labelled."""
        return pd.DataFrame(self.covariance, index=list(self.terms), columns=list(self.terms))

    @property
    def rsquared(self) -> float:
        """Share of the outcome's variance explained; NaN where the estimator has none."""
        return self.statistics.get("r2", np.nan)

    @property
    def df_resid(self) -> float:
        """Degrees of freedom of the residuals; NaN where the estimator has none."""
        return self.statistics.get("df_resid", np.nan)

    def summary(self) -> Summary:
        """Return the table that statsmodels' users know, as text and HTML."""
        return summary_of(self)

    def __str__(self) -> str:
        return str(self.summary())

    def _repr_html_(self) -> str:
        return self.summary().html

    # ------------------------------------------------------------ beyond them

    def tidy(self, *, level: float | None = None) -> pd.DataFrame:
        """Return one row per term with the columns of `TIDY`."""
        bounds = self.conf_int(level=level)
        columns = {
            "term": list(self.terms),
            "estimate": self.estimates,
            "std_error": self.std_errors,
            "statistic": self.tvalues.to_numpy(),
            "p_value": self.pvalues.to_numpy(),
            "low": bounds["low"].to_numpy(),
            "high": bounds["high"].to_numpy(),
            "level": self.level if level is None else level,
            "n": self.nobs,
            "clusters": " x ".join(str(count) for count in self.clusters),
            "sample": self.sample,
            "estimator": self.estimator,
            "vcov": self.vcov,
            "outcome": self.outcome,
            "vintage": self.vintage,
            "unit": self.unit,
        }
        return pd.DataFrame(columns, columns=list(TIDY))

    def diagnostic(self, name: str) -> Diagnostic:
        """Return a diagnostic by name."""
        held = {row.name: row for row in self.diagnostics}
        if name not in held:
            problem = "no such diagnostic"
            raise InputError.one("fit", "diagnostic", problem, nearest(name, held), value=name)
        return held[name]

    def diagnostics_frame(self) -> pd.DataFrame:
        """Return the diagnostics, a row each."""
        names = ("name", "statistic", "p_value", "df", "holds", "reason")
        rows = [{name: getattr(row, name) for name in names} for row in self.diagnostics]
        return pd.DataFrame(rows, columns=list(names))

    def index(self, term: str) -> int:
        """Return the place of a term; spaces and the order within a product do not matter."""
        plain = [_written(known) for known in self.terms]
        wanted = _written(term)
        if wanted not in plain:
            problem = "no such term"
            raise InputError.one("fit", "term", problem, nearest(term, self.terms), value=term)
        return plain.index(wanted)

    def linear_combination(self, weights: Mapping[str, float], *, name: str = "") -> Fit:
        """Return a fit of one term, the weighted sum of estimates.

        Examples
        --------
        >>> fit = Fit("OLS", "y", ("a", "b"), np.array([1.0, 2.0]), np.eye(2), np.inf, 9, "iid")
        >>> fit.linear_combination({"a": 1, "b": 1}).params.tolist()
        [3.0]
        """
        row = np.zeros(len(self.terms))
        for term, weight in weights.items():
            row[self.index(term)] += weight
        words = " + ".join(f"{weight:g} {term}" for term, weight in weights.items())
        covariance = np.array([[row @ self.covariance @ row]])
        estimate = np.array([row @ self.estimates])
        return self.replace(terms=(name or words,), estimates=estimate, covariance=covariance)

    def wald(
        self, restrictions: Iterable[str] | npt.ArrayLike, values: npt.ArrayLike = 0.0
    ) -> Test:
        """Test that terms, or the rows of a matrix times the estimates, equal `values`.

        Parameters
        ----------
        restrictions : iterable of str, or array of shape (q, k)
        values : array of shape (q,) or float
        """
        wanted = [restrictions] if isinstance(restrictions, str) else list(restrictions)  # type: ignore[arg-type]
        if wanted and all(isinstance(item, str) for item in wanted):
            matrix = np.eye(len(self.terms))[[self.index(str(term)) for term in wanted]]
        else:
            matrix = np.atleast_2d(np.asarray(wanted, dtype=np.float64))
        if matrix.size == 0 or matrix.shape[1] != len(self.terms):
            mend = f"name terms, or give a matrix with {len(self.terms)} columns"
            raise InputError.one("fit", "wald", "no restrictions on these terms", mend)
        away = matrix @ self.estimates - np.asarray(values, dtype=np.float64)
        spread = matrix @ self.covariance @ matrix.T
        values, vectors = np.linalg.eigh((spread + spread.T) / 2.0)
        size = np.abs(values)
        held = size > size.max() * len(size) * np.finfo(np.float64).eps
        q = int(held.sum())
        chi2 = float(((vectors[:, held].T @ away) ** 2 / values[held]).sum())
        if np.isfinite(self.degrees_of_freedom):
            p = float(fdtrc(q, self.degrees_of_freedom, chi2 / q)) if q else np.nan
            return Test(chi2 / q if q else np.nan, q, self.degrees_of_freedom, p)
        return Test(chi2, q, np.inf, float(chdtrc(q, chi2)))

    def parameter(
        self,
        term: str,
        *,
        name: str,
        label: str = "",
        unit: str = "",
        source: Sequence[str] = (),
    ) -> Parameter:
        """Return an estimate as a sourced assumption with its sampling distribution.

        Parameters
        ----------
        term, name : str
        label : str, optional
        unit : str, optional
            The fit's where left out.
        source : sequence of str, optional
            Keys of publications; those of the data where left out.

        Raises
        ------
        InputError
            When the data have no source and none is given, or there is no unit.
        """
        place = self.index(term)
        keys = tuple(source) or tuple(sorted(self.provenance.sources))
        faults = []
        if not keys:
            mend = "fit an econ.Dataset, or give source=[key of references.toml]"
            faults.append(Fault("fit", "source", "no number without a source", mend, value=name))
        if not (unit or self.unit):
            mend = "give unit=, as in persons per person"
            faults.append(Fault("fit", "unit", "no number without a unit", mend, value=name))
        InputError.raise_if(faults)
        bounds = self.conf_int(level=0.90).iloc[place]
        return Parameter(
            name=name,
            label=label or f"{self.terms[place]} on {self.outcome}",
            value=float(self.estimates[place]),
            low=float(bounds["low"]),
            high=float(bounds["high"]),
            unit=unit or self.unit,
            distribution="normal",
            basis="evidence",
            source=keys,
            note=f"{self.estimator}, {self.vcov}, n = {self.nobs}. {self.sample}".strip(),
            file="fit",
        )

    # ------------------------------------------------------------ what maketables asks for

    @property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        columns = {"estimate": "b", "std_error": "se", "statistic": "t", "p_value": "p"}
        return self.tidy().set_index("term")[list(columns)].rename(columns=columns)

    @property
    def __maketables_depvar__(self) -> str:
        return self.outcome

    @property
    def __maketables_vcov_info__(self) -> dict[str, str]:
        return {"vcov_type": self.vcov}

    def __maketables_stat__(self, key: str) -> float | str | None:
        if key == "se_type":
            return self.vcov
        if key == "N":
            return self.nobs
        return self.statistics.get("r2_adj" if key == "adj_r2" else key)

    def replace(self, **changes: Any) -> Self:
        """Return the fit with some of its fields changed."""
        return replaced(self, **changes)


def _written(term: object) -> str:
    """Return a term without spaces, the factors of a product in one order."""
    return ":".join(sorted(PRODUCT.split("".join(str(term).split()))))
