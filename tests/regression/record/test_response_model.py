"""The record as a model: its impact, its calibration, and what is refused."""

import numpy as np
import pytest

from econ.errors import InputError
from econ.impact.result import COLUMNS
from econ.impact.shock import Activity, DemandShock, ShockPart
from econ.quantity.axes import Axis
from econ.quantity.parameters import Parameter
from econ.quantity.units import Unit
from econ.regression.record.pooled import Pooled
from econ.regression.record.pooling import pool
from econ.regression.record.response import ResponseModel, drawn
from econ.regression.record.triangulation import calibrate, triangulate
from econ.regression.results.fit import Fit

JOBS = "jobs per direct job"
MONEY = "EUR of GVA per EUR"


def record(unit: str = JOBS) -> Pooled:
    return pool([0.8, 0.5, 0.5, 0.6], [0.2, 0.15, 0.2, 0.1], unit=unit)


def shock(columns: int = 1) -> DemandShock:
    """A site of 100 jobs that buys for 6 (of them 2 from trade), built for 9, half of it abroad."""
    one = np.ones(columns)

    def part(phase: str, bought: list[float], margins: list[float], imported: float) -> ShockPart:
        staff = Activity("B", 0 * one, 4 * one, 100 * one) if phase == "operation" else None
        domestic, trade = np.outer(bought, one), np.outer(margins, one)
        abroad = np.outer([0.0, imported], one)
        pay = 4 * one if staff else 0 * one
        amount = domestic.sum(axis=0) + trade.sum(axis=0) + abroad.sum(axis=0) + pay
        profile = np.outer([0.5, 0.5] if phase == "construction" else [0.0, 1.0], one)
        nothing = np.zeros_like(domestic)
        return ShockPart(
            "plant", phase, "FR", amount, domestic, abroad, trade, nothing, 0 * one, profile, staff
        )

    parts = (part("construction", [4.5, 0], [0, 0], 4.5), part("operation", [4, 0], [2, 0], 0))
    unit = Unit.parse("MEUR 2022 basic")
    return DemandShock(Axis("product", ["A", "B"]), (2024, 2025), unit, parts)


def fit(**changes: object) -> Fit:
    settled = {
        "estimator": "IV",
        "outcome": "sheltered",
        "terms": ("exposed",),
        "estimates": np.array([0.9]),
        "covariance": np.array([[0.04]]),
        "degrees_of_freedom": 95.0,
        "nobs": 96,
        "vcov": "HC1",
        "unit": JOBS,
    }
    return Fit(**{**settled, **changes})  # type: ignore[arg-type]


# ---------------------------------------------------------------- a shock, answered


def test_jobs_of_a_site_are_multiplied_and_nothing_else_is() -> None:
    found = ResponseModel(record()).run(shock(), "plant.gross")
    frame = found.frame()
    assert list(frame.columns) == list(COLUMNS)
    assert set(frame["phase"]) == {"operation"}
    rows = frame.set_index(["effect", "year"])["value"]
    assert rows["direct", 2025] == 100
    assert rows["induced", 2025] == pytest.approx(100 * record().mean)
    assert 2024 not in frame["year"].to_numpy()
    assert (
        "no direct jobs, so no answer in jobs: plant (construction)" in found.provenance.steps[-1]
    )


def test_money_spent_at_home_is_multiplied_and_imports_are_not() -> None:
    found = ResponseModel(record(MONEY)).run(shock(), "plant.gross")
    assert found.draws("gva", phase="construction")[0] == pytest.approx(4.5 * record().mean)
    assert found.draws("gva", phase="operation")[0] == pytest.approx(6 * record().mean)
    assert str(found.units["gva"]) == "MEUR 2022 basic"


def test_one_model_answers_in_both_measures() -> None:
    both = ResponseModel([record(), record(MONEY)])
    assert both.measures == ("employment", "gva")
    assert set(both.run(shock(), "x").units) == {"employment", "gva"}


@pytest.mark.parametrize(
    "estimate",
    [
        fit(),
        Parameter("m", "Multiplier", 0.9, 0.5, 1.3, JOBS, "triangular", "judgement"),
        record(),
    ],
)
def test_fit_parameter_and_pool_all_become_a_model(estimate: Fit | Parameter | Pooled) -> None:
    found = ResponseModel(estimate).run(shock(401), "x")
    draws = found.draws("employment", effect="induced", years=[2025])
    assert draws.shape == (401,)
    assert draws[1:].std() > 0
    assert np.median(draws[1:]) == pytest.approx(draws[0], rel=0.1)


def test_draws_of_a_fit_have_its_sampling_distribution() -> None:
    draws = drawn(fit(), 4001)[1:]
    assert draws.mean() == pytest.approx(
        0.9, abs=0.002
    )  # stratified, so far below 0.2 / sqrt(4000)
    assert draws.std() == pytest.approx(0.2 * np.sqrt(95 / 93), rel=0.01)


def test_draws_of_a_pool_reach_as_far_as_its_prediction_interval() -> None:
    draws = drawn(record(), 4001)[1:]
    ends = np.quantile(draws, [0.05, 0.95])
    np.testing.assert_allclose(ends, [record().prediction_low, record().prediction_high], rtol=0.02)
    narrow = np.quantile(drawn(record(), 4001, of="mean")[1:], [0.05, 0.95])
    np.testing.assert_allclose(narrow, [record().low, record().high], rtol=0.02)


def test_the_same_seed_gives_the_same_draws_and_another_gives_others() -> None:
    np.testing.assert_array_equal(drawn(record(), 50, seed=3), drawn(record(), 50, seed=3))
    assert (drawn(record(), 50, seed=3)[1:] != drawn(record(), 50, seed=4)[1:]).any()


# ---------------------------------------------------------------- triangulation, calibration


def test_a_calibrated_model_says_what_the_record_says() -> None:
    found = calibrate(record(), np.full(200, 0.2), np.full(200, 0.15))
    np.testing.assert_allclose(found.after, np.maximum(found.wanted, 0.2))
    assert found.before[0] == pytest.approx(0.35)
    assert found.factor[0] == pytest.approx((record().mean - 0.2) / 0.15)


def test_where_suppliers_alone_make_more_the_induced_effect_is_gone() -> None:
    found = calibrate(record(), np.array([3.0]), np.array([0.2]))
    assert found.factor[0] == 0.0
    assert found.after[0] == 3.0


def test_models_studies_and_record_stand_in_one_table() -> None:
    table = triangulate(record(), {"low": [0.1], "close": [0.6, 0.5, 0.7], "high": [3.0]})
    kinds = ["model"] * 3 + ["study"] * 4 + ["pooled", "new place"]
    assert table["kind"].tolist() == kinds
    assert table["verdict"].tolist()[:3] == [
        "below the record",
        "inside the record's interval",
        "above the record",
    ]
    assert table["weight"].sum() == pytest.approx(1.0)
    assert set(table["unit"]) == {JOBS}


# ---------------------------------------------------------------- refusals


def refused(build: object) -> str:
    with pytest.raises(InputError) as caught:
        build()  # type: ignore[operator]
    return str(caught.value)


def test_an_estimate_of_another_kind_is_refused() -> None:
    assert "Convert an elasticity" in refused(lambda: ResponseModel(fit(unit="elasticity")))
    assert "no such response" in refused(lambda: ResponseModel(fit(unit="")))
    assert ResponseModel(fit(unit=""), unit=JOBS).measures == ("employment",)


def test_a_fit_with_several_terms_must_name_one() -> None:
    two = fit(terms=("a", "b"), estimates=np.array([1.0, 2.0]), covariance=np.eye(2))
    assert "name the term: a, b" in refused(lambda: ResponseModel(two))
    assert "did you mean" in refused(lambda: ResponseModel(two, term="aa"))
    assert ResponseModel(two, term="b").run(shock(), "x").draws("employment", effect="induced")[
        0
    ] == pytest.approx(200.0)


def test_two_estimates_of_one_measure_are_to_be_pooled_first() -> None:
    assert "pool them" in refused(lambda: ResponseModel([record(), fit()]))
    assert "none" in refused(lambda: ResponseModel([]))


def test_a_shock_without_staff_has_no_answer_in_jobs() -> None:
    built = shock()
    bare = DemandShock(built.products, built.years, built.unit, built.parts[:1])
    assert "no direct jobs" in refused(lambda: ResponseModel(record()).run(bare, "x"))


def test_effects_below_zero_or_of_two_runs_are_not_calibrated() -> None:
    said = refused(lambda: calibrate(record(), np.array([-1.0]), np.array([np.nan])))
    assert "2 faults" in said
    assert "shapes differ" in refused(lambda: calibrate(record(), np.ones(3), np.ones(4)))
    assert "no finite number" in refused(lambda: triangulate(record(), {"model": [np.nan]}))
