"""`pool`: several estimates of one thing as one, with what they differ by shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from econ.errors import Fault, InputError, nearest
from econ.kernels.regression.hierarchical import (
    hierarchical_posterior,
    mixture_quantile,
)
from econ.kernels.regression.pooling import (
    BETWEEN_STUDIES,
    between_variance_interval,
    heterogeneity,
    pooled_mean,
)
from econ.regression.record.pooled import Pooled, prediction_freedom, quantile
from econ.regression.record.studies import PlainStudies, Studies, studies_of
from econ.regression.results.diagnostic import level_faults

__all__ = ["METHODS", "leave_one_out", "pool"]

Array = npt.NDArray[np.float64]

METHODS: Final = ("fixed", *BETWEEN_STUDIES, "bayes")
TESTS: Final = ("z", "t", "knha", "adhoc")
KNAPP: Final = ("knha", "adhoc")
PREDICTIONS: Final = ("HTS", "test")
PRIORS: Final = ("uniform", "half_normal", "half_cauchy")
ALIASES: Final = {"fe": "fixed", "ee": "fixed", "common": "fixed", "eb": "PM", "bayesian": "bayes"}
FEWEST: Final = 2
FEWEST_UNIFORM: Final = 3  # with fewer the posterior under a flat prior of tau has no finite mass


def pool(
    estimates: Studies | npt.ArrayLike,
    std_errors: npt.ArrayLike | None = None,
    *,
    variances: npt.ArrayLike | None = None,
    method: str = "REML",
    test: str | None = None,
    prediction: str = "HTS",
    prior: str = "uniform",
    prior_scale: float | None = None,
    level: float = 0.90,
    labels: Sequence[str] | None = None,
    unit: str = "",
) -> Pooled:
    """Pool estimates of one thing.

    Parameters
    ----------
    estimates : Studies or array_like, shape (k,)
        `Evidence`, or numbers with `std_errors` or `variances`.
    method : {"REML", "DL", "PM", "ML", "HE", "SJ", "fixed", "bayes"}
        How the variance between studies is found: restricted likelihood, DerSimonian and Laird,
        Paule and Mandel, likelihood, Hedges and Olkin, Sidik and Jonkman; none; or a posterior of
        the normal hierarchical model.
    test : {"adhoc", "knha", "t", "z"}, optional
        Standard error and distribution of the mean: Hartung and Knapp's with t (k - 1), as it is
        (``knha``) or at least the plain one (``adhoc``); the plain one with t (k - 1) or normal.
        ``adhoc`` where left out, ``z`` for the fixed effect. The names are metafor's.
    prediction : {"HTS", "test"}
        The prediction interval by t with k - 2 degrees of freedom (Higgins, Thompson and
        Spiegelhalter), or by the distribution of `test`, as metafor does.
    prior : {"uniform", "half_normal", "half_cauchy"}
        Of tau, for ``bayes``; the prior of the mean is flat.
    prior_scale : float, optional
        Of a half-normal or half-Cauchy prior [unit].
    level : float
        Of every interval.
    labels : sequence of str, optional
    unit : str

    Returns
    -------
    Pooled

    Raises
    ------
    InputError
        With every estimate that is no number, every standard error that is not above zero, a label
        that stands twice, and every setting that is unknown.

    References
    ----------
    [viechtbauer_2005]; [hartung_knapp_2001]; [roever_knapp_friede_2015];
    [higgins_thompson_spiegelhalter_2009], equation 12; [gelman_et_al_2013], section 5.4.

    Examples
    --------
    >>> pool([1.0, 3.0, 2.0], [0.5, 0.5, 0.5], method="fixed").mean
    2.0
    """
    name = ALIASES.get(str(method).lower(), str(method))
    found = next((m for m in METHODS if m.lower() == name.lower()), name)
    given = studies_of(estimates, std_errors, variances, labels, unit)
    test = ("z" if found == "fixed" else "adhoc") if test is None else test
    faults = _setting_faults(
        {"method": (found, METHODS), "test": (test, TESTS), "prior": (prior, PRIORS)}
        | {"prediction": (prediction, PREDICTIONS)}
    )
    faults += level_faults(level)
    k = len(given.estimates)
    fewest = FEWEST_UNIFORM if (found, prior) == ("bayes", "uniform") else FEWEST
    if not faults and k < fewest:
        mend = f"give at least {fewest} estimates"
        if found == "bayes":
            mend += ", or a half-normal prior with its scale"
        faults.append(Fault("pool", "estimates", "too few to pool", mend, value=k))
    sized = isinstance(prior_scale, int | float) and 0.0 < prior_scale < np.inf
    if found == "bayes" and prior != "uniform" and not sized:
        mend = "give prior_scale above zero, in the unit of the estimates"
        faults.append(Fault("pool", "prior_scale", "no scale", mend, value=prior_scale))
    InputError.raise_if(faults)
    chosen = {"method": found, "test": test, "prediction": prediction, "level": level}
    if found == "bayes":
        chosen |= {"prior": prior, "prior_scale": prior_scale}
        return _bayes(given, level, chosen)
    return _frequentist(given, level, chosen)


def leave_one_out(estimates: Studies, **settings: Any) -> pd.DataFrame:
    """Pool again without each estimate in turn.

    Parameters
    ----------
    estimates : Studies
    **settings
        Of `pool`.

    Returns
    -------
    pandas.DataFrame
        Column ``without``, then those of `Pooled.tidy`; the first row leaves none out.
    """
    frames = [pool(estimates, **settings).tidy().assign(without="")]
    for index, label in enumerate(estimates.labels):
        kept = [place for place in range(len(estimates.labels)) if place != index]
        part = PlainStudies(
            tuple(estimates.labels[place] for place in kept),
            estimates.estimates[kept],
            estimates.std_errors[kept],
            estimates.unit,
            estimates.provenance,
        )
        frames.append(pool(part, **settings).tidy().assign(without=label))
    together = pd.concat(frames, ignore_index=True)
    return together[["without", *[c for c in together.columns if c != "without"]]]


def _setting_faults(settings: Mapping[str, tuple[str, Sequence[str]]]) -> list[Fault]:
    return [
        Fault("pool", column, "unknown", nearest(value, known), value=value)
        for column, (value, known) in settings.items()
        if value not in known
    ]


def _frequentist(given: PlainStudies, level: float, settings: dict[str, Any]) -> Pooled:
    estimates, variances = given.estimates, given.std_errors**2
    method = str(settings["method"])
    fixed = method == "fixed"
    between = 0.0 if fixed else BETWEEN_STUDIES[method](estimates, variances)
    spread = heterogeneity(estimates, variances)
    low_tau, high_tau = (0.0, 0.0)
    if not fixed:
        low_tau, high_tau = between_variance_interval(estimates, variances, level)
    test = settings["test"]
    mean = pooled_mean(estimates, variances, between, knapp=test in KNAPP, floored=test == "adhoc")
    free = np.inf if test == "z" else len(estimates) - 1.0
    half = float(quantile(free, np.array([(1.0 + level) / 2.0]))[0]) * mean.std_error
    own = variances / (variances + between)
    wide = half
    if not fixed:
        beyond = prediction_freedom(settings["prediction"], free, len(estimates))
        reach = float(quantile(beyond, np.array([(1.0 + level) / 2.0]))[0])
        wide = reach * float(np.sqrt(between + mean.std_error**2))
    return Pooled(
        method=method,
        labels=given.labels,
        estimates=estimates,
        std_errors=given.std_errors,
        mean=mean.mean,
        std_error=mean.std_error,
        degrees_of_freedom=float(free),
        low=mean.mean - half,
        high=mean.mean + half,
        tau=float(np.sqrt(between)),
        tau_low=float(np.sqrt(low_tau)),
        tau_high=float(np.sqrt(high_tau)),
        q=spread.q,
        q_p_value=spread.p_value,
        i_squared=spread.i_squared(between),
        prediction_low=mean.mean - wide,
        prediction_high=mean.mean + wide,
        weights=mean.weights,
        shrunken=own * mean.mean + (1.0 - own) * estimates,
        shrunken_std_errors=np.sqrt((1.0 - own) * variances + (own * mean.std_error) ** 2),
        level=level,
        unit=given.unit,
        settings=settings,
        provenance=given.provenance.step(f"pooled by {method}"),
    )


def _bayes(given: PlainStudies, level: float, settings: dict[str, Any]) -> Pooled:
    estimates, variances = given.estimates, given.std_errors**2
    prior, scale = settings["prior"], settings["prior_scale"]

    def log_prior(tau: Array) -> Array:
        if prior == "uniform":
            return np.zeros_like(tau)
        if prior == "half_normal":
            return np.asarray(norm.logpdf(tau, scale=scale))
        return np.asarray(-np.log1p((tau / scale) ** 2))

    width = float(np.sqrt(variances.mean() + estimates.var()))
    known = hierarchical_posterior(estimates, variances, log_prior, width)
    mean, deviation = known.moments(known.mean, known.mean_sd)
    shrunken, shrunken_sd = known.moments(known.study, known.study_sd)
    ends = np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    low, high = mixture_quantile(ends, known.weight, known.mean, known.mean_sd)
    new = np.sqrt(known.mean_sd**2 + known.tau**2)
    beyond = mixture_quantile(ends, known.weight, known.mean, new)
    tau_low, tau_high = np.interp(ends, np.cumsum(known.weight) - known.weight / 2.0, known.tau)
    tau = float(known.weight @ known.tau)
    spread = heterogeneity(estimates, variances)
    precision = 1.0 / (variances + known.tau[:, None] ** 2)
    weights = known.weight @ (precision / precision.sum(axis=1, keepdims=True))
    return Pooled(
        method="bayes",
        labels=given.labels,
        estimates=estimates,
        std_errors=given.std_errors,
        mean=float(mean),
        std_error=float(deviation),
        degrees_of_freedom=float("inf"),
        low=float(low),
        high=float(high),
        tau=tau,
        tau_low=float(tau_low),
        tau_high=float(tau_high),
        q=spread.q,
        q_p_value=spread.p_value,
        i_squared=float(known.weight @ (known.tau**2 / (known.tau**2 + spread.typical_variance))),
        prediction_low=float(beyond[0]),
        prediction_high=float(beyond[1]),
        weights=weights,
        shrunken=shrunken,
        shrunken_std_errors=shrunken_sd,
        level=level,
        unit=given.unit,
        settings=settings,
        provenance=given.provenance.step(f"pooled by a hierarchical model, {prior} prior of tau"),
        posterior=known,
    )
