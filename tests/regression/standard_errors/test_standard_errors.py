"""The grammar of standard errors held against statsmodels and against sums written out."""

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.kernels.regression.conley import EARTH_RADIUS_KM, conley_meat
from econ.regression.standard_errors.vcov import Vcov


def regions(units: int = 30, periods: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        [(f"r{unit:02d}", 1990 + period) for unit in range(units) for period in range(periods)],
        columns=["region", "year"],
    )
    common = np.tile(rng.normal(size=periods).cumsum(), units)
    frame["x"] = rng.normal(size=len(frame)) + common
    frame["y"] = 0.5 * frame["x"] + rng.normal(size=len(frame)) + 0.5 * common
    frame["lat"] = np.repeat(rng.uniform(43.0, 50.0, units), periods)
    frame["lon"] = np.repeat(rng.uniform(-3.0, 8.0, units), periods)
    return frame


def meat_and_bread(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    columns = np.column_stack([np.ones(len(frame)), frame["x"]])
    beta = np.linalg.lstsq(columns, frame["y"], rcond=None)[0]
    return columns * (frame["y"].to_numpy() - columns @ beta)[:, None], np.linalg.inv(
        columns.T @ columns
    )


def test_driscoll_kraay_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm

    frame = regions().sort_values("year")
    periods = frame["year"].to_numpy() - 1990
    theirs = sm.OLS(frame["y"], sm.add_constant(frame["x"])).fit(
        cov_type="hac-groupsum",
        cov_kwds={"time": periods, "maxlags": 3, "use_correction": False},
    )
    spec = {"DK": {"lag": 3, "time": "year"}}
    ours = econ.OLS("y ~ x", vcov=spec, small_sample="none").fit(frame)
    np.testing.assert_allclose(ours.bse, theirs.bse, rtol=1e-9)
    assert ours.degrees_of_freedom == np.inf


def test_newey_west_of_one_series_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm

    frame = regions(1, 80)
    theirs = sm.OLS(frame["y"], sm.add_constant(frame["x"])).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True}
    )
    ours = econ.OLS("y ~ x", vcov={"HAC": {"maxlags": 4}}).fit(frame)
    np.testing.assert_allclose(ours.bse, theirs.bse, rtol=1e-9)
    shuffled = frame.sample(frac=1.0, random_state=0)
    by_time = econ.OLS("y ~ x", vcov={"NW": {"lag": 4, "time": "year"}}).fit(shuffled)
    np.testing.assert_allclose(by_time.bse, theirs.bse, rtol=1e-9)


def test_newey_west_of_a_panel_stays_within_units_and_sees_holes() -> None:
    frame = regions(6, 10).drop(index=[3, 17, 44])
    scores, bread = meat_and_bread(frame)
    meat = np.zeros((2, 2))
    unit, year = frame["region"].to_numpy(), frame["year"].to_numpy()
    for i in range(len(frame)):
        for j in range(len(frame)):
            apart = abs(year[i] - year[j])
            if unit[i] == unit[j] and apart <= 2:
                meat += (1.0 - apart / 3.0) * np.outer(scores[i], scores[j])
    panel = econ.Panel(frame, "region", "year")
    ours = econ.OLS("y ~ x", vcov={"NW": 2}, small_sample="none").fit(panel)
    np.testing.assert_allclose(ours.covariance, bread @ meat @ bread, rtol=1e-9)


def kilometres(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """By the haversine formula, on a sphere of the mean radius of the Earth."""
    north, east = np.radians(lat), np.radians(lon)
    rise = np.sin((north[:, None] - north) / 2.0) ** 2
    turn = np.sin((east[:, None] - east) / 2.0) ** 2
    both = rise + np.cos(north)[:, None] * np.cos(north) * turn
    return 2.0 * 6371.0088 * np.arcsin(np.sqrt(np.minimum(both, 1.0)))


@pytest.mark.parametrize("kernel", ["uniform", "bartlett"])
@pytest.mark.parametrize("km", [500.0, 12_000.0, 19_000.0, 30_000.0])
def test_conley_finds_the_near_ones_over_poles_and_date_line(kernel: str, km: float) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=700), "y": rng.normal(size=700)})
    frame["lat"], frame["lon"] = rng.uniform(-90.0, 90.0, 700), rng.uniform(-180.0, 360.0, 700)
    scores, bread = meat_and_bread(frame)
    distance = kilometres(frame["lat"].to_numpy(), frame["lon"].to_numpy())
    weight = (distance < km) * (1.0 if kernel == "uniform" else 1.0 - distance / km)
    expected = bread @ scores.T @ weight @ scores @ bread
    found = conley_meat(
        scores @ bread,
        frame[["lat", "lon"]].to_numpy(),
        np.zeros(700, dtype=np.int64),
        km=km,
        uniform=kernel == "uniform",
    )
    # Where all places are near, scores cancel to their sum, which is zero.
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12 * np.abs(bread).max())


@pytest.mark.parametrize("degrees", [0.1, 0.3, 1.0, 7.0])
def test_places_exactly_as_far_apart_as_the_reach_are_near_whatever_the_rounding(
    degrees: float,
) -> None:
    """A grid along a meridian: each place beside the one before and the one after it."""
    scores = np.random.default_rng(2).normal(size=(12, 1))
    places = np.column_stack([np.arange(12) * degrees, np.zeros(12)])
    km = float(np.radians(degrees) * EARTH_RADIUS_KM)
    found = conley_meat(scores, places, np.zeros(12, dtype=np.int64), km=km, uniform=True)
    beside = np.convolve(scores[:, 0], np.ones(3), mode="same")
    np.testing.assert_allclose(found, [[scores[:, 0] @ beside]], rtol=1e-12)


@pytest.mark.parametrize("kernel", ["uniform", "bartlett"])
@pytest.mark.parametrize("time", ["year", ""])
def test_conley_is_the_sum_over_pairs_on_the_calendar(kernel: str, time: str) -> None:
    """Pairs of one year only, and not, as diff-diff has it, of one value of a dummy."""
    frame = regions(12, 5)
    scores, bread = meat_and_bread(frame)
    distance = kilometres(frame["lat"].to_numpy(), frame["lon"].to_numpy())
    weight = (distance < 300.0) * (1.0 if kernel == "uniform" else 1.0 - distance / 300.0)
    if time:
        weight = weight * (frame["year"].to_numpy()[:, None] == frame["year"].to_numpy()[None, :])
    meat = scores.T @ weight @ scores
    spec = {"conley": {"km": 300, "lat": "lat", "lon": "lon", "time": time, "kernel": kernel}}
    ours = econ.OLS("y ~ x", vcov=spec, small_sample="none").fit(frame)
    expected = bread @ ((meat + meat.T) / 2.0) @ bread
    if np.linalg.eigvalsh(expected).min() > 0.0:
        np.testing.assert_allclose(ours.covariance, expected, rtol=1e-9)
    else:
        assert ours.diagnostic("positive covariance").holds is False


def test_conventions_are_reached_by_name() -> None:
    """With 48 states over 17 years: fixest's factor against none, G/(G-1) (n-1)/(n-K)."""
    frame = regions(30, 12)
    bare, fixest, demeaned, plm = (
        econ.FixedEffects("y ~ x | region + year", small_sample=name).fit(frame)
        for name in ("none", "fixest", "demeaned", "plm")
    )
    n, groups, years = 360, 30, 12
    factor = groups / (groups - 1) * (n - 1) / (n - 1 - years)
    assert fixest.bse["x"] == pytest.approx(bare.bse["x"] * np.sqrt(factor), rel=1e-12)
    factor = groups / (groups - 1) * (n - 1) / (n - 2)
    assert demeaned.bse["x"] == pytest.approx(bare.bse["x"] * np.sqrt(factor), rel=1e-12)
    assert plm.bse["x"] == bare.bse["x"]
    assert (fixest.degrees_of_freedom, plm.degrees_of_freedom) == (29, n - 1 - 30 - 12 + 1)
    assert bare.degrees_of_freedom == np.inf


def test_few_clusters_are_a_row_with_a_reason() -> None:
    fit = econ.FixedEffects("y ~ x | region").fit(regions(8))
    row = fit.diagnostic("few clusters")
    assert (row.holds, row.statistic) == (False, 8.0)
    assert "wild_cluster_bootstrap" in row.reason
    assert "few clusters" not in [
        row.name for row in econ.FixedEffects("y ~ x | region").fit(regions(30)).diagnostics
    ]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("HC9", "value HC9: unknown; did you mean HC"),
        ({"CRV1": ""}, "no clusters"),
        ({"CRV2": "region"}, "value CRV2: unknown; did you mean"),
        ({"CRV1": "regoin"}, "column regoin: no such column; did you mean region"),
        ({"DK": {"lag": -1}}, "no lag"),
        ({"DK": {"leg": 1}}, "did you mean lag"),
        ({"DK": {"lag": 3}}, "Driscoll-Kraay without periods"),
        ({"DK": {"lag": 30, "time": "year"}}, "a lag as long as the data"),
        ({"conley": {"km": 0}}, "no distance"),
        ({"conley": {"km": 10}}, "name the column of lat"),
        ({"NW": {"lag": 1, "time": "year"}}, "a period stands twice"),
        ("AKM", "needs exposure shares"),
        (["HC1"], "cannot be read"),
        ({"CRV1": "one"}, "a single cluster"),
    ],
)
def test_standard_errors_that_cannot_be_are_refused_by_name(spec: object, words: str) -> None:
    frame = regions(5, 6).assign(one=1)
    with pytest.raises(InputError) as caught:
        econ.OLS("y ~ x", vcov=spec).fit(frame)  # type: ignore[arg-type]
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("alias", "kind"),
    [
        ("nonrobust", "iid"),
        ("robust", "HC1"),
        ("~ region", "CRV1"),
        ({"cluster": "region"}, "CRV1"),
        ({"hac-groupsum": {"maxlags": 2}}, "DK"),
        ({"hac-panel": {"maxlags": 2}}, "HAC"),
    ],
)
def test_other_packages_names_are_understood(alias: object, kind: str) -> None:
    found = Vcov.parse(alias)  # type: ignore[arg-type]
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("vcov", ["HC1", "HC3", {"CRV1": "region"}])
def test_a_large_and_nearly_constant_regressor_keeps_its_robust_error(vcov: object) -> None:
    frame = regions().assign(k=lambda rows: 1e8 + rows["x"])
    small = econ.OLS("y ~ x", vcov=vcov).fit(frame)
    large = econ.OLS("y ~ k", vcov=vcov).fit(frame)
    # 1e8 takes eight of sixteen digits of k away, and the leverage of HC3 four more.
    assert large.bse["k"] == pytest.approx(small.bse["x"], rel=1e-4)
