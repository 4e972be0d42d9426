"""P-values of one term over a family of outcomes, adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError, nearest
from econ.kernels.regression.wild_bootstrap import bootstrap_t
from econ.quantity.design import seed_faults
from econ.regression.inference.bootstrap import cluster_totals, draw_weights
from econ.regression.inference.partialled import partialled
from econ.regression.results.diagnostic import draws_faults
from econ.regression.results.fit import Fit

__all__ = ["adjust_p_values", "romano_wolf"]

Array = npt.NDArray[np.float64]
METHODS: Final = {
    "holm": "holm",
    "benjamini-hochberg": "fdr_bh",
    "bonferroni": "bonferroni",
}
EQUAL: Final = 1e-9


def adjust_p_values(fits: Sequence[Fit], term: str, *, method: str = "holm") -> pd.DataFrame:
    """Return the p-values of one term in several fits, adjusted for their number.

    Parameters
    ----------
    fits : sequence of Fit
    term : str
    method : {"holm", "benjamini-hochberg", "bonferroni"}
        Holm's keeps the chance of any false rejection, Benjamini and Hochberg's the share of false
        rejections among all.

    Returns
    -------
    pandas.DataFrame
        One row per fit: outcome, term, estimate, std_error, p_value, p_adjusted, method.

    Raises
    ------
    InputError
        When the method or the term is unknown.

    References
    ----------
    [holm_1979]; [benjamini_hochberg_1995].

    Examples
    --------
    >>> fits = [
    ...     Fit("OLS", name, ("d",), np.array([t]), np.eye(1), np.inf, 9, "iid")
    ...     for name, t in (("jobs", 2.5), ("wages", 2.0))]
    >>> adjust_p_values(fits, "d")["p_adjusted"].round(4).tolist()
    [0.0248, 0.0455]
    """
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415  (heavy)

    if method not in METHODS:
        mend = nearest(method, METHODS)
        raise InputError.one("multiple testing", "method", "unknown", mend, value=method)
    if not fits:
        raise InputError.one("multiple testing", "fits", "no fits", "give at least one")
    places = [fit.index(term) for fit in fits]
    p = np.array([fit.pvalues.iloc[place] for fit, place in zip(fits, places, strict=True)])
    adjusted = multipletests(p, method=METHODS[method])[1]
    return pd.DataFrame(
        {
            "outcome": [fit.outcome for fit in fits],
            "term": term,
            "estimate": [fit.estimates[place] for fit, place in zip(fits, places, strict=True)],
            "std_error": [fit.std_errors[place] for fit, place in zip(fits, places, strict=True)],
            "p_value": p,
            "p_adjusted": adjusted,
            "method": method,
        }
    )


def romano_wolf(
    estimators: Sequence[Any],
    data: Any,
    term: str,
    *,
    cluster: str = "",
    draws: int = 9999,
    weights: str = "rademacher",
    seed: int = 0,
) -> pd.DataFrame:
    """Return the p-values of one term over several outcomes, adjusted by Romano and Wolf.

    The outcomes share the draws of a wild cluster bootstrap, so that the adjustment knows how they
    go together; it is never larger than Holm's by more than the draws' noise.

    Parameters
    ----------
    estimators : sequence of OLS, WLS, FixedEffects, FirstDifferences or LongDifferences
        One for each outcome.
    data : Panel, Dataset or DataFrame
    term : str
    cluster : str, optional
        Column of the clusters; the first fixed effect or the panel's unit where left out.
    draws, seed : int
    weights : {"rademacher", "webb"}

    Returns
    -------
    pandas.DataFrame
        One row per outcome: outcome, term, estimate, statistic, p_value, p_adjusted, draws, seed.

    Raises
    ------
    InputError
        With every fault; when the estimators do not share their clusters.

    References
    ----------
    [romano_wolf_2005], section 4 (the studentised stepdown).
    """
    InputError.raise_if(
        [*seed_faults(seed, "multiple testing"), *draws_faults(draws, "multiple testing")]
    )
    if not estimators:
        raise InputError.one("multiple testing", "estimators", "none", "give at least one")
    found, star, labels = [], [], None
    drawn: Array | None = None
    for estimator in estimators:
        model = partialled(estimator, data, term, needed=(cluster,) if cluster else ())
        codes = model.clusters(cluster)
        totals = cluster_totals(model, codes)
        groups = len(totals.cross)
        if drawn is None:
            labels = groups
            drawn = draw_weights(weights, np.random.default_rng(seed), draws, groups)
        if groups != labels:
            problem = f"{model.design.outcome} has {groups} clusters, others {labels}"
            mend = "drop the clusters that lack an outcome"
            raise InputError.one("data", "", problem, mend)
        beta, error = totals.statistic()
        star.append(np.abs(bootstrap_t(totals, drawn, 0.0)))
        found.append((model.design.outcome, beta, beta / error))
    t = np.array([row[2] for row in found])
    p, adjusted = _stepdown(np.abs(t), np.stack(star))
    return pd.DataFrame(
        {
            "outcome": [row[0] for row in found],
            "term": term,
            "estimate": [row[1] for row in found],
            "statistic": t,
            "p_value": p,
            "p_adjusted": adjusted,
            "draws": star[0].shape[0],
            "seed": seed,
        }
    )


def _stepdown(t: Array, star: Array) -> tuple[Array, Array]:
    """Return plain and stepdown p-values of statistics against their joint draws, shape (s, b)."""
    plain = np.mean(star >= t[:, None] * (1.0 - EQUAL), axis=1)
    order = np.argsort(-t, kind="stable")
    largest = np.maximum.accumulate(star[order][::-1], axis=0)[::-1]
    steps = np.mean(largest >= t[order, None] * (1.0 - EQUAL), axis=1)
    adjusted = np.empty(len(t))
    adjusted[order] = np.maximum.accumulate(steps)
    return plain, adjusted
