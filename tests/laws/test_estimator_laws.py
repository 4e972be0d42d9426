"""What holds for every estimator: a new one adds a line to `ESTIMATORS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import econ
from econ.errors import InputError
from econ.regression.results.fit import TIDY, Fit

UNIT, TIME = "dep", "year"
# The effects of an unbalanced panel are found by iteration, to a relative 1e-12 of the columns.
CLOSE = 1e-7


@dataclass(frozen=True)
class Law:
    """An estimator and what its laws need to know of it.

    Parameters
    ----------
    make : callable
        From options to the estimator.
    term : str
        The coefficient that is watched.
    scales : bool
        Whether the estimates follow the unit of the outcome and leave its origin alone.
    least_squares : bool
        Whether rows have a leverage and clusters can be left out in closed form.
    options : mapping
        Of the estimator.
    """

    make: Callable[..., Any]
    term: str = "inv"
    scales: bool = True
    least_squares: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)

    def fit(self, frame: pd.DataFrame, **more: Any) -> Fit:
        fit: Fit = self.make(**{**self.options, **more}).fit(econ.Panel(frame, UNIT, TIME))
        return fit


def formula(cls: Any, text: str) -> Callable[..., Any]:
    return lambda **options: cls(text, **options)


ESTIMATORS = {
    "OLS": Law(formula(econ.OLS, "jobs ~ inv + size")),
    "WLS": Law(formula(econ.WLS, "jobs ~ inv + size"), options={"weights": "people"}),
    "FixedEffects": Law(formula(econ.FixedEffects, "jobs ~ inv + size | dep")),
    "FixedEffects, two ways": Law(formula(econ.FixedEffects, "jobs ~ inv + size | dep + year")),
    "FixedEffects, weighted": Law(
        formula(econ.FixedEffects, "jobs ~ inv + size | dep + year"), options={"weights": "people"}
    ),
    "FirstDifferences": Law(formula(econ.FirstDifferences, "jobs ~ inv + size")),
    "LongDifferences": Law(
        formula(econ.LongDifferences, "jobs ~ inv + size"), options={"periods": 2}
    ),
    "RandomEffects": Law(formula(econ.RandomEffects, "jobs ~ inv + size")),
    "IV": Law(formula(econ.IV, "jobs ~ size | inv ~ price + z"), least_squares=False),
    "IV, fixed effects": Law(
        formula(econ.IV, "jobs ~ size | dep | inv ~ price + z"), least_squares=False
    ),
    "IV, LIML": Law(
        formula(econ.IV, "jobs ~ size | inv ~ price + z"),
        least_squares=False,
        options={"method": "liml"},
    ),
    "Poisson": Law(formula(econ.Poisson, "jobs ~ inv + size"), scales=False, least_squares=False),
    "Poisson, fixed effects": Law(
        formula(econ.Poisson, "jobs ~ inv + size | dep"), scales=False, least_squares=False
    ),
}
EVERY = pytest.mark.parametrize("law", ESTIMATORS.values(), ids=list(ESTIMATORS))
LINEAR = [name for name, law in ESTIMATORS.items() if law.scales]
EVERY_LINEAR = pytest.mark.parametrize("law", [ESTIMATORS[name] for name in LINEAR], ids=LINEAR)


def drawn(seed: int = 0, units: int = 36, periods: int = 6) -> pd.DataFrame:
    """An unbalanced panel whose outcome is positive."""
    rng = np.random.default_rng(seed)
    n = units * periods
    frame = pd.DataFrame(
        {
            UNIT: [f"d{place}" for place in range(units) for _ in range(periods)],
            TIME: list(range(2000, 2000 + periods)) * units,
        }
    )
    frame["size"], frame["price"], frame["z"], shock, noise = rng.normal(size=(5, n))
    effect = np.repeat(rng.normal(size=units), periods)
    frame["inv"] = 0.6 * frame["price"] + 0.4 * frame["z"] + 0.3 * effect + shock
    frame["people"] = rng.uniform(0.5, 2.0, n)
    index = 0.3 * frame["inv"] - 0.2 * frame["size"] + 0.3 * effect + 0.3 * shock + 0.3 * noise
    frame["jobs"] = np.exp(1.0 + index)
    return frame.sample(frac=0.93, random_state=seed).sort_index()


@EVERY
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(law: Law, seed: int) -> None:
    frame = drawn()
    plain = law.fit(frame)
    mixed = law.fit(frame.sample(frac=1.0, random_state=seed))
    np.testing.assert_allclose(
        mixed.params[list(plain.terms)], plain.params, rtol=CLOSE, atol=1e-12
    )
    np.testing.assert_allclose(mixed.covariance, plain.covariance, rtol=1e-5, atol=1e-12)


@EVERY
@settings(max_examples=3, deadline=None)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-50.0, 50.0))
def test_the_unit_and_origin_of_a_control_do_not_matter(
    law: Law, scale: float, shift: float
) -> None:
    frame = drawn()
    other = frame.assign(size=frame["size"] * scale + shift)
    plain, changed = law.fit(frame), law.fit(other)
    for held in ("params", "bse"):
        np.testing.assert_allclose(
            getattr(changed, held)[law.term], getattr(plain, held)[law.term], rtol=1e-6
        )


@EVERY_LINEAR
@settings(max_examples=3, deadline=None)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-50.0, 50.0))
def test_estimates_and_errors_follow_the_unit_of_the_outcome(
    law: Law, scale: float, shift: float
) -> None:
    frame = drawn()
    other = frame.assign(jobs=frame["jobs"] * scale + shift)
    plain, changed = law.fit(frame), law.fit(other)
    for held in ("params", "bse"):
        np.testing.assert_allclose(
            getattr(changed, held)[law.term], scale * getattr(plain, held)[law.term], rtol=1e-6
        )


@EVERY
def test_every_fit_is_tidy_and_says_what_it_rests_on(law: Law) -> None:
    fit = law.fit(drawn())
    tidy = fit.tidy()
    assert tuple(tidy.columns) == TIDY
    assert np.isfinite(tidy[["estimate", "std_error", "p_value", "low", "high"]]).all().all()
    assert fit.clusters == (36,)
    assert "rows" in fit.sample
    assert str(fit.nobs) == fit.sample.split(" of ")[0]
    assert str(fit.summary())


@EVERY
def test_missing_values_are_left_out_and_counted(law: Law) -> None:
    frame = drawn()
    holed = frame.copy()
    holed.iloc[[5, 50], frame.columns.get_loc("size")] = np.nan
    assert "without" in law.fit(holed).sample


@EVERY
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(jobs="many"), "no number"),
        (lambda frame: frame.assign(size="many"), "one category only"),
        (lambda frame: frame.assign(size=[*frame["size"].iloc[1:], "x"]), "value x: no number"),
        (lambda frame: frame.assign(size=frame["size"].astype(str)), "numbers written as texts"),
        (lambda frame: frame.assign(jobs=np.inf), "infinite"),
        (lambda frame: frame.drop(columns="size"), "column size: no such column"),
        (lambda frame: frame.assign(size=frame["inv"] * 2.0), "linear combination"),
        (lambda frame: frame.head(3), "rows|linear combination"),
    ],
)
def test_data_that_cannot_be_used_are_refused_by_name(
    law: Law, change: Callable[[pd.DataFrame], pd.DataFrame], words: str
) -> None:
    if words == "linear combination" and isinstance(law.make(**law.options), econ.IV):
        words = "identify too little"
    with pytest.raises(InputError, match=words):
        law.fit(change(drawn()))


@EVERY
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"vcov": "HC7"}, "vcov"),
        ({"weights": np.ones(5)}, "column weights, value ndarray: no column"),
        ({"level": 95}, "no level of confidence"),
        ({"small_sample": "stats"}, "did you mean stata"),
        ({"collinear": "ignore"}, "collinear"),
        ({"vcov": {"CRV1": "departement"}}, "no such column"),
    ],
)
def test_options_that_cannot_be_are_refused_by_name(
    law: Law, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        law.fit(drawn(), **options)


@EVERY
@pytest.mark.parametrize(
    "vcov",
    [
        *("iid", "HC0", "HC1", "HC2", "HC3"),
        *({"CRV1": UNIT}, {"CRV1": f"{UNIT} + {TIME}"}, {"CRV3": UNIT}),
        *({"DK": {"lag": 1}}, {"HAC": {"lag": 1}}),
        {"conley": {"km": 100, "lat": "lat", "lon": "lon", "time": TIME}},
    ],
    ids=str,
)
def test_every_covariance_is_positive_or_refused_where_it_has_no_meaning(
    law: Law, vcov: Any
) -> None:
    frame = drawn()
    place = frame[UNIT].str[1:].astype(float)
    frame = frame.assign(lat=45.0 + place / 10.0, lon=place % 7.0)
    kind = vcov if isinstance(vcov, str) else next(iter(vcov))
    if kind in ("HC2", "HC3", "CRV3") and not law.least_squares:
        with pytest.raises(InputError, match=f"{kind} is for least squares"):
            law.fit(frame, vcov=vcov)
        return
    matrix = np.asarray(law.fit(frame, vcov=vcov).covariance)
    np.testing.assert_allclose(matrix, matrix.T)
    assert (np.diag(matrix) > 0.0).all()
    # An eigenvalue of nothing is found to rounding, relative to the largest.
    assert np.linalg.eigvalsh(matrix).min() > -1e-12 * np.trace(matrix)


@EVERY
def test_few_clusters_are_a_row_of_the_diagnostics(law: Law) -> None:
    fit = law.fit(drawn(units=12))
    assert fit.diagnostic("few clusters").holds is False
