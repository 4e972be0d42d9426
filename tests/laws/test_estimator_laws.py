"""What holds for every estimator: a new one is one entry of `ESTIMATORS`."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import econ
from econ.errors import InputError
from econ.regression.results.fit import TIDY

UNIT, TIME = "dep", "year"
UNITS, YEARS = 36, range(2000, 2008)
SECTORS = [f"s{number:02d}" for number in range(40)]
TRADED, SHELTERED = ("t1", "t2", "t3", "t4"), ("l1", "l2")
JOBS = tuple(f"employment{name}" for name in ("", *(f"_{s}" for s in (*TRADED, *SHELTERED))))
SINCE = 2004
FEW_UNITS = "few treated or control units"
# The effects of an unbalanced panel are found by iteration, to a relative 1e-12 of the columns,
# and a maximum of likelihood to a relative 1e-8 of its place.
CLOSE = 1e-6
SCALES = st.integers(-8, 8).map(lambda power: 10.0**power)


def panel(frame: pd.DataFrame) -> econ.Panel:
    return econ.Panel(frame, UNIT, TIME)


def one_year(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame[TIME] == SINCE] if TIME in frame.columns else frame


def explained(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(jobs=2.0 * frame["inv"] + frame["size"])


def counts_follow(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(jobs=np.exp(1.0 + 0.3 * frame["inv"] - 0.2 * frame["size"]))


def cohorts_explain(frame: pd.DataFrame) -> pd.DataFrame:
    """One effect from the year of treatment on, the same for both cohorts."""
    on = (frame["since"] > 0) & (frame[TIME] >= frame["since"])
    return frame.assign(jobs=2.0 * on + (frame[TIME] - SINCE))


def treatment_explains(frame: pd.DataFrame) -> pd.DataFrame:
    moved = frame["group"] * (1.0 + frame["other"]) * frame["post"]
    return frame.assign(jobs=moved + frame["size"] + frame["group"] + frame["post"])


def one_effect(frame: pd.DataFrame) -> pd.DataFrame:
    moved = frame["group"] * frame["post"]
    return frame.assign(jobs=moved + frame["size"] + frame["group"] + frame["post"])


def jobs_follow(frame: pd.DataFrame) -> pd.DataFrame:
    """Sheltered jobs that gain two where the traded ones of the same place gain one."""
    traded = frame[[f"employment_{name}" for name in TRADED]].sum(axis=1)
    there = 50.0 + frame[UNIT].str[1:].astype(float)
    sheltered = there + 2.0 * traded
    return frame.assign(
        employment_l1=sheltered / 4.0,
        employment_l2=sheltered * 3.0 / 4.0,
        employment=traded + sheltered,
    )


@dataclass(frozen=True)
class Law:
    """An estimator and what its laws need to know of it.

    Parameters
    ----------
    make : callable
        From options to the estimator.
    data : callable
        From a frame to what it is fitted to.
    term : str
        The estimate that is watched; the first where empty.
    outcome : tuple of str
        Columns that share the unit of the outcome.
    follows : float
        Power of the unit of the outcome that estimates have.
    origin : bool
        Whether a constant added to the outcome changes nothing.
    regressor, control : str
        Columns whose unit divides the estimate, and leaves it alone.
    balanced : bool
        Whether every unit has to have every period; it is then refused by name.
    least_squares : bool
        Whether rows have a leverage and clusters can be left out in closed form.
    grammar : bool
        Whether `vcov`, `weights`, `collinear` and `small_sample` are those of the linear
        estimators.
    effects : bool
        Whether a unit of one row is left out, and counted.
    few, weak, perfect : str
        Names of the rows that tell of few clusters, weak instruments and a perfect fit.
    repeats : bool
        Whether rows of one unit may stand twice.
    exact : callable
        From a frame to one that is explained without a rest.
    options, few_options : mapping
        Of the estimator, and those that make its clusters few.
    """

    make: Callable[..., Any]
    data: Callable[[pd.DataFrame], Any] = panel
    term: str = "inv"
    outcome: tuple[str, ...] = ("jobs",)
    follows: float = 1.0
    origin: bool = True
    regressor: str = "inv"
    control: str = "size"
    balanced: bool = False
    least_squares: bool = True
    grammar: bool = False
    effects: bool = False
    few: str = ""
    weak: str = ""
    perfect: str = ""
    repeats: bool = False
    exact: Callable[[pd.DataFrame], pd.DataFrame] = explained
    options: Mapping[str, Any] = field(default_factory=dict)
    few_options: Mapping[str, Any] = field(default_factory=dict)

    def fit(self, frame: pd.DataFrame, **more: Any) -> Any:
        return self.make(**{**self.options, **more}).fit(self.data(frame))

    def sample(self, **options: Any) -> pd.DataFrame:
        return drawn(whole=self.balanced, **options)

    @cached_property
    def found(self) -> np.ndarray[Any, Any]:
        """The numbers of the sample as it is, which most laws compare with: fitted once."""
        return self.numbers(self.sample())

    def row(self, fit: Any) -> pd.Series:
        tidy = fit.tidy()
        return tidy[tidy["term"] == self.term].iloc[0] if self.term else tidy.iloc[0]

    def numbers(self, frame: pd.DataFrame, **more: Any) -> np.ndarray[Any, Any]:
        """Estimate and error, NaN where the estimator has none."""
        row = self.row(self.fit(frame, **more))
        return row[["estimate", "std_error"]].to_numpy(dtype=np.float64)


def formula(cls: Any, text: str) -> Callable[..., Any]:
    return lambda **options: cls(text, **options)


@cache
def ring() -> econ.SpatialWeights:
    """Each unit beside the two before and the two after it."""
    names = [f"d{place:02d}" for place in range(UNITS)]
    near = {
        name: [names[(place + step) % UNITS] for step in (-2, -1, 1, 2)]
        for place, name in enumerate(names)
    }
    return econ.SpatialWeights.from_neighbours(near)


def exposure() -> dict[str, Any]:
    """Shares of forty sectors in each unit, and their shocks."""
    rng = np.random.default_rng(5)
    names = [f"d{place:02d}" for place in range(UNITS)]
    shares = pd.DataFrame(rng.dirichlet(np.full(40, 0.5), UNITS), index=names, columns=SECTORS)
    shocks = pd.Series(rng.normal(size=40), index=SECTORS)
    return {"shares": shares.rename_axis(UNIT), "shocks": shocks, "unit": UNIT}


def shock_level(text: str) -> Callable[..., Any]:
    class ShockLevel:
        """Its errors are its own: it has no `vcov`."""

        def __init__(self, level: Any = 0.90, **options: Any) -> None:
            if "vcov" in options:
                raise TypeError
            self.design = econ.ShiftShare(formula=text, **exposure(), level=level, **options)

        def fit(self, data: Any) -> Any:
            return self.design.shock_level(data).fit

    return ShockLevel


def linear(make: Callable[..., Any], **more: Any) -> Law:
    return Law(make, grammar=True, **{"few": "few clusters", "perfect": "perfect fit", **more})


def instrumented(text: str, **more: Any) -> Law:
    return linear(formula(econ.IV, text), least_squares=False, weak="effective F", **more)


def spatial(make: Callable[..., Any], **more: Any) -> Law:
    return Law(make, data=one_year, balanced=True, perfect="perfect fit", **more)


def bartik(**more: Any) -> Law:
    text = "jobs ~ size | inv ~ shift_share"
    held: dict[str, Any] = {
        "make": lambda **options: econ.ShiftShare(formula=text, **exposure(), **options),
        **{"few": "many shocks", "weak": "strong instrument", "perfect": "perfect fit", **more},
    }
    few = {"clusters": {name: place % 5 for place, name in enumerate(SECTORS)}}
    return Law(data=one_year, repeats=True, few_options=few, **held)


def treated(cls: Any, **more: Any) -> Law:
    text = more.pop("text", "jobs ~ size")
    asked = {"unit": UNIT, "time": TIME, "cohort": "since"}
    return Law(
        lambda **options: cls(text, **asked, **options),
        **{"data": lambda frame: frame, "term": "", "regressor": ""},
        **{"perfect": "perfect fit", "exact": cohorts_explain},
    )


def synthetic(make: Callable[..., Any], **more: Any) -> Law:
    return Law(make, **{"term": "", "regressor": "", "control": "", "balanced": True})


SITE = {"outcome": "jobs", "treated": "d00", "at": SINCE}
ESTIMATORS = {
    "OLS": linear(formula(econ.OLS, "jobs ~ inv + size")),
    "WLS": linear(formula(econ.WLS, "jobs ~ inv + size"), options={"weights": "people"}),
    "FixedEffects": linear(formula(econ.FixedEffects, "jobs ~ inv + size | dep"), effects=True),
    "FixedEffects, two ways": linear(
        formula(econ.FixedEffects, "jobs ~ inv + size | dep + year"), effects=True
    ),
    "FixedEffects, weighted": linear(
        formula(econ.FixedEffects, "jobs ~ inv + size | dep + year"),
        effects=True,
        options={"weights": "people"},
    ),
    "FirstDifferences": linear(formula(econ.FirstDifferences, "jobs ~ inv + size")),
    "LongDifferences": linear(
        formula(econ.LongDifferences, "jobs ~ inv + size"), options={"periods": 2}
    ),
    "RandomEffects": linear(formula(econ.RandomEffects, "jobs ~ inv + size")),
    "IV": instrumented("jobs ~ size | inv ~ price + z"),
    "IV, fixed effects": instrumented("jobs ~ size | dep | inv ~ price + z", effects=True),
    "IV, LIML": instrumented("jobs ~ size | inv ~ price + z", options={"method": "liml"}),
    "Poisson": linear(
        formula(econ.Poisson, "jobs ~ inv + size"),
        **{"follows": 0.0, "origin": False, "least_squares": False, "exact": counts_follow},
    ),
    "Poisson, fixed effects": linear(
        formula(econ.Poisson, "jobs ~ inv + size | dep"),
        **{"follows": 0.0, "origin": False, "least_squares": False, "effects": True},
        exact=counts_follow,
    ),
    "SLX": spatial(lambda **options: econ.SLX("jobs ~ inv + size", ring(), UNIT, **options)),
    "SAR": spatial(lambda **options: econ.SAR("jobs ~ inv + size", ring(), UNIT, **options)),
    "SAR, two stages": spatial(
        lambda **options: econ.SAR("jobs ~ inv + size", ring(), UNIT, "2sls", **options)
    ),
    "SEM": spatial(lambda **options: econ.SEM("jobs ~ inv + size", ring(), UNIT, **options)),
    "SEM, moments": spatial(
        lambda **options: econ.SEM("jobs ~ inv + size", ring(), UNIT, "gm", **options)
    ),
    "SDM": spatial(lambda **options: econ.SDM("jobs ~ inv + size", ring(), UNIT, **options)),
    "SAR, panel": Law(
        lambda **options: econ.SAR("jobs ~ inv + size | dep + year", ring(), **options),
        balanced=True,
        perfect="perfect fit",
    ),
    "ShiftShare, AKM": bartik(),
    "ShiftShare, AKM0": bartik(options={"vcov": "AKM0"}),
    "ShiftShare, by units": bartik(options={"vcov": "HC1"}, few="", weak="effective F"),
    "ShiftShare, shock level": bartik(make=shock_level("jobs ~ size | inv ~ shift_share")),
    "LocalMultiplier": Law(
        lambda **options: econ.LocalMultiplier(TRADED, SHELTERED, controls="size", **options),
        **{"term": "traded", "outcome": JOBS, "follows": 0.0, "origin": False, "regressor": ""},
        **{"balanced": True, "weak": "effective F", "perfect": "perfect fit", "exact": jobs_follow},
    ),
    "DifferenceInDifferences": Law(
        lambda **options: econ.DifferenceInDifferences(
            "jobs ~ size", treated="group", post="post", unit=UNIT, **options
        ),
        **{"term": "group:post", "regressor": "", "few": "few clusters", "perfect": "perfect fit"},
        exact=one_effect,
    ),
    "TripleDifference": Law(
        lambda **options: econ.TripleDifference(
            "jobs ~ size", treated="group", eligible="other", post="post", unit=UNIT, **options
        ),
        term="group:other:post",
        **{"regressor": "", "few": "few clusters", "perfect": "perfect fit"},
        exact=treatment_explains,
    ),
    "TwoWayFixedEffects": treated(econ.TwoWayFixedEffects),
    "EventStudy": treated(econ.EventStudy),
    "CallawaySantAnna": treated(econ.CallawaySantAnna),
    "SunAbraham": treated(econ.SunAbraham),
    "BorusyakJaravelSpiess": treated(econ.BorusyakJaravelSpiess),
    "SyntheticControl": synthetic(lambda **options: econ.SyntheticControl(**SITE, **options)),
    "SyntheticControl, nested": synthetic(
        lambda **options: econ.SyntheticControl(
            **SITE, predictors=("jobs", "size"), starts=2, searches=1, **options
        ),
        control="size",
    ),
    "SyntheticControl, augmented": synthetic(
        lambda **options: econ.SyntheticControl(**SITE, method="augmented", **options)
    ),
    "SyntheticDiD": synthetic(lambda **options: econ.SyntheticDiD(**SITE, draws=10, **options)),
    "StackedSyntheticControl": synthetic(
        lambda **options: econ.StackedSyntheticControl(
            "jobs", {"d00": SINCE, "d01": SINCE + 1}, draws=10, **options
        )
    ),
    "LocalProjection": Law(
        lambda **options: econ.LocalProjection(
            "jobs", "inv", horizons=2, lags=1, controls="size", **options
        ),
        **{"term": "h = 1", "few": "few clusters"},
    ),
    "CumulativeMultiplier": Law(
        lambda **options: econ.CumulativeMultiplier(
            "jobs", "inv", ("price",), horizons=1, lags=1, controls="size", **options
        ),
        **{"term": "h = 1", "few": "few clusters", "weak": "effective F"},
    ),
    "DistributedLag": Law(
        lambda **options: econ.DistributedLag("jobs", "inv", lags=1, controls=("size",), **options),
        **{"few": "few clusters", "perfect": "perfect fit"},
    ),
}


def over(wanted: Callable[[Law], Any] = lambda law: True) -> pytest.MarkDecorator:
    chosen = {name: law for name, law in ESTIMATORS.items() if wanted(law)}
    return pytest.mark.parametrize("law", chosen.values(), ids=list(chosen))


def drawn(units: int = UNITS, whole: bool = False) -> pd.DataFrame:
    """A panel whose outcome is positive; one row in fifteen is missing unless it is whole."""
    return drawn_once(units, whole).copy()


@cache
def drawn_once(units: int, whole: bool) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    periods = len(YEARS)
    n = units * periods
    names = [f"d{place:02d}" for place in range(units)]
    frame = pd.DataFrame({UNIT: np.repeat(names, periods), TIME: np.tile(YEARS, units)})
    place = np.repeat(np.arange(units), periods)
    frame["size"], frame["price"], frame["z"], shock, noise = rng.normal(size=(5, n))
    effect = np.repeat(rng.normal(size=units), periods)
    held = exposure()
    bartik = held["shares"].to_numpy() @ held["shocks"].to_numpy()
    frame["inv"] = 0.6 * frame["price"] + 0.4 * frame["z"] + 0.3 * effect + shock
    frame["inv"] += 4.0 * bartik[place % UNITS]
    frame["people"] = rng.uniform(0.5, 2.0, n)
    index = 0.3 * frame["inv"] - 0.2 * frame["size"] + 0.3 * effect + 0.3 * shock + 0.3 * noise
    frame["jobs"] = np.exp(1.0 + index)
    frame["group"], frame["other"] = place % 2, place // 2 % 2
    frame["post"] = (frame[TIME] >= SINCE).astype(int)
    frame["since"] = np.array([0, 2003, 2005])[place % 3]
    growth = 1.0 + np.cumsum(rng.normal(0.02, 0.05, (units, periods, len(JOBS) - 1)), axis=1)
    levels = rng.uniform(5.0, 50.0, (units, 1, len(JOBS) - 1)) * np.maximum(growth, 0.2)
    for number, name in enumerate(JOBS[1:]):
        frame[name] = levels[:, :, number].ravel()
    frame[JOBS[0]] = frame[list(JOBS[1:])].sum(axis=1)
    return frame if whole else frame.sample(frac=0.93, random_state=0).sort_index()


def test_every_estimator_of_the_package_is_in_the_table() -> None:
    known = {name.split(",")[0] for name in ESTIMATORS}
    public = {
        name
        for name in econ.__all__
        if inspect.isclass(getattr(econ, name)) and hasattr(getattr(econ, name), "fit")
    }
    assert public - known == {"BaconDecomposition", "EstimatorComparison"}  # they fit the others


# ---------------------------------------------------------------- what should change nothing


@over()
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(law: Law, seed: int) -> None:
    frame = law.sample()
    mixed = frame.sample(frac=1.0, random_state=seed)
    np.testing.assert_allclose(law.numbers(mixed), law.found, rtol=CLOSE)


@over(lambda law: law.control)
@settings(max_examples=2, deadline=None)
@given(scale=SCALES, shift=st.floats(-50.0, 50.0))
def test_the_unit_and_origin_of_a_control_do_not_matter(
    law: Law, scale: float, shift: float
) -> None:
    frame = law.sample()
    other = frame.assign(**{law.control: (frame[law.control] + shift) * scale})
    np.testing.assert_allclose(law.numbers(other), law.found, rtol=CLOSE)


@over(lambda law: law.regressor)
@settings(max_examples=2, deadline=None)
@given(scale=SCALES)
def test_an_estimate_is_per_unit_of_its_regressor(law: Law, scale: float) -> None:
    frame = law.sample()
    other = frame.assign(**{law.regressor: frame[law.regressor] * scale})
    np.testing.assert_allclose(law.numbers(other) * scale, law.found, rtol=CLOSE)


@over()
@settings(max_examples=2, deadline=None)
@given(scale=SCALES, shift=st.floats(-50.0, 50.0))
def test_estimates_and_errors_follow_the_unit_of_the_outcome(
    law: Law, scale: float, shift: float
) -> None:
    frame = law.sample()
    moved = {name: (frame[name] + shift * law.origin) * scale for name in law.outcome}
    found = law.numbers(frame.assign(**moved)) / scale**law.follows
    np.testing.assert_allclose(found, law.found, rtol=CLOSE)


EXTREME = pytest.mark.parametrize("scale", [1e-100, 1e100])


@EXTREME
@over(lambda law: law.control)
def test_a_control_in_an_extreme_unit_changes_nothing_or_is_refused(law: Law, scale: float) -> None:
    frame = law.sample()
    same_or_refused(law, frame.assign(**{law.control: frame[law.control] * scale}), 1.0)


@EXTREME
@over(lambda law: law.regressor)
def test_a_regressor_in_an_extreme_unit_keeps_the_law_or_is_refused(law: Law, scale: float) -> None:
    frame = law.sample()
    same_or_refused(law, frame.assign(**{law.regressor: frame[law.regressor] * scale}), scale)


@EXTREME
@over()
def test_an_outcome_in_an_extreme_unit_keeps_the_law_or_is_refused(law: Law, scale: float) -> None:
    frame = law.sample()
    moved = {name: frame[name] * scale for name in law.outcome}
    same_or_refused(law, frame.assign(**moved), scale**-law.follows)


def same_or_refused(law: Law, changed: pd.DataFrame, scale: float) -> None:
    try:
        found = law.numbers(changed)
    except InputError:
        return
    np.testing.assert_allclose(found * scale, law.found, rtol=CLOSE)


# ---------------------------------------------------------------- what is said of the sample


def said(law: Law, frame: pd.DataFrame, **more: Any) -> str:
    """All a fit says of its sample and of what fails; or the refusal."""
    try:
        fit = law.fit(frame, **more)
    except InputError as refused:
        return str(refused)
    rows = diagnostics(fit)
    failed = rows[rows["holds"].eq(False)]
    return "; ".join([str(law.row(fit)["sample"]), *failed["name"], *failed["reason"]])


def diagnostics(fit: Any) -> pd.DataFrame:
    """Return the diagnostics of any fit, a row each."""
    if hasattr(fit, "diagnostics_frame"):
        return fit.diagnostics_frame()
    held = fit.fit if hasattr(fit, "fit") else fit
    rows = held.diagnostics if hasattr(held, "diagnostics") else fit.fits[0].diagnostics
    return pd.DataFrame(
        [(row.name, row.holds, row.reason) for row in rows], columns=["name", "holds", "reason"]
    )


def fails(law: Law, frame: pd.DataFrame, name: str, **more: Any) -> bool:
    """Return whether a diagnostic of this name stands in the fit and does not hold."""
    rows = diagnostics(law.fit(frame, **more))
    return bool(rows["holds"][rows["name"] == name].eq(False).any())


@over()
def test_every_fit_is_tidy_and_says_what_it_rests_on(law: Law) -> None:
    fit = law.fit(law.sample())
    tidy = fit.tidy()
    assert set(TIDY) <= set(tidy.columns)
    assert np.isfinite(law.row(fit)["estimate"])
    assert law.row(fit)["n"] > 0
    assert law.row(fit)["sample"]
    assert str(fit.summary() if hasattr(fit, "summary") else fit)


@over()
def test_missing_values_are_left_out_and_counted_or_refused_by_name(law: Law) -> None:
    frame = law.sample()
    column = law.control or law.outcome[0]
    holed = frame.copy()
    hole = (frame[UNIT] == "d07") & frame[TIME].isin([2000, SINCE])
    holed[column] = frame[column].mask(hole)
    assert column in said(law, holed)


@over()
def test_an_unbalanced_panel_is_estimated_or_refused_by_unit(law: Law) -> None:
    frame = drawn()
    if law.balanced:
        words = said(law, frame)
        assert any(name in words for name in frame[UNIT].unique())
    else:
        assert np.isfinite(law.row(law.fit(frame))["estimate"])


@over(lambda law: law.few)
def test_few_clusters_are_a_row_of_the_diagnostics(law: Law) -> None:
    frame = law.sample() if law.few_options else law.sample(units=12)
    assert fails(law, frame, law.few, **law.few_options)


@over(lambda law: law.weak)
def test_weak_instruments_are_a_row_of_the_diagnostics(law: Law) -> None:
    frame = law.sample()
    noise = np.random.default_rng(1).normal(size=len(frame))
    assert fails(law, frame.assign(inv=noise), law.weak)


@over(lambda law: law.perfect)
def test_a_perfect_fit_is_reported_as_such(law: Law) -> None:
    assert fails(law, law.exact(drawn(whole=True)), law.perfect)


@over(lambda law: law.control)
def test_a_control_that_is_constant_is_refused_by_name(law: Law) -> None:
    assert law.control in said(law, law.sample().assign(**{law.control: 1.0}))


@over(lambda law: law.effects)
def test_a_unit_of_one_row_is_left_out_and_counted(law: Law) -> None:
    frame = drawn(whole=True)
    alone = frame[(frame[UNIT] != "d05") | (frame[TIME] == frame[TIME].max())]
    assert "1 alone in dep" in said(law, alone)


@over()
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda law, frame: frame.assign(**{law.outcome[0]: "many"}), "{outcome}"),
        (lambda law, frame: frame.assign(**{law.outcome[0]: np.inf}), "{outcome}.*(infinite|no)"),
        (lambda law, frame: frame.drop(columns=law.outcome[0]), "{outcome}.*no such column"),
        (lambda law, frame: frame.head(0), "no rows"),
        (lambda law, frame: frame.head(1), "."),
        (lambda law, frame: pd.concat([frame, frame]), "twice"),
        (lambda law, frame: frame.set_axis(["x"] * len(frame.columns), axis=1), "."),
    ],
    ids=["texts", "infinite", "missing", "empty", "one row", "rows twice", "columns twice"],
)
def test_data_that_cannot_be_used_are_refused_by_name(
    law: Law, change: Callable[[Law, pd.DataFrame], pd.DataFrame], words: str
) -> None:
    if words == "twice" and law.repeats:
        return
    with pytest.raises(InputError, match=words.format(outcome=law.outcome[0])):
        law.fit(change(law, law.sample()))


@over()
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": 95}, "level"),
        ({"level": "0.9"}, "level"),
        ({"vcov": "HC7"}, "vcov"),
        ({"vcov": {"CRV1": "departement"}}, "no such column|not for|vcov"),
        ({"small_sample": "stats"}, "small_sample|did you mean stata"),
        ({"weights": np.ones(5)}, "weights"),
        ({"weights": "peopel"}, "did you mean people|not for"),
        ({"collinear": "ignore"}, "collinear"),
        ({"method": "mle"}, "method"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_refused_by_name(
    law: Law, options: dict[str, Any], words: str
) -> None:
    try:
        law.make(**law.options)
        law.make(**{**law.options, **options})
    except InputError:
        pass
    except TypeError:
        return  # has no such option, or the law sets it
    with pytest.raises(InputError, match=words):
        law.fit(law.sample(), **options)


# ---------------------------------------------------------------- the linear estimators


@over(lambda law: law.grammar)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(jobs="many"), "no number"),
        (lambda frame: frame.assign(size="many"), "one category only"),
        (lambda frame: frame.assign(size=[*frame["size"].iloc[1:], "x"]), "value x: no number"),
        (lambda frame: frame.assign(size=frame["size"].astype(str)), "numbers written as texts"),
        (lambda frame: frame.assign(size=frame["inv"] * 2.0), "linear combination"),
        (lambda frame: frame.head(3), "rows|linear combination"),
    ],
)
def test_data_that_say_too_little_are_refused_by_name(
    law: Law, change: Callable[[pd.DataFrame], pd.DataFrame], words: str
) -> None:
    if words == "linear combination" and law.weak:
        words = "identify too little"
    with pytest.raises(InputError, match=words):
        law.fit(change(law.sample()))


@over(lambda law: law.grammar)
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
    frame = law.sample()
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
