"""The tidy frame, the interval behind each number, and the shock as a table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import InputError
from econ.impact.interval import interval
from econ.impact.result import COLUMNS
from econ.quantity.prices import convert
from econ.quantity.units import Unit
from econ.study import Evaluation, Study


@given(
    value=st.floats(-1e6, 1e6),
    draws=st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=300),
)
def test_an_interval_is_numpy_s_quantiles_widened_to_hold_the_value(
    value: float, draws: list[float]
) -> None:
    middle, low, high = interval(np.array([value, *draws]))
    wanted = np.quantile(draws, [0.05, 0.95])
    scale = max(abs(value), *(abs(draw) for draw in draws))
    single = 4 * float(np.finfo(np.float32).eps) * scale + 1e-300
    assert middle == value
    assert low == pytest.approx(min(wanted[0], value), abs=single)
    assert high == pytest.approx(max(wanted[1], value), abs=single)
    assert low <= middle <= high


def test_a_number_without_draws_has_no_interval() -> None:
    assert interval(np.array([3.0])) == (3.0, 3.0, 3.0)


@given(value=st.floats(-1e12, 1e12).map(lambda x: round(x, 12)), count=st.integers(2, 300))
def test_a_number_that_never_varies_is_its_own_interval(value: float, count: int) -> None:
    middle, low, high = interval(np.full(count, value))
    assert (low, high) == (middle, middle)


def test_unknown_dimensions_and_measures_are_refused_with_the_nearest(
    evaluation: Evaluation,
) -> None:
    with pytest.raises(InputError, match="value prodcut: unknown; did you mean product"):
        evaluation.gross.by("prodcut")
    with pytest.raises(InputError, match="value jobs: no such measure"):
        evaluation.gross.by("year", measures=["jobs"])
    with pytest.raises(InputError, match="did you mean employment"):
        evaluation.gross.draws("employement")


def test_money_moves_to_other_prices_and_jobs_stay(study: Study, evaluation: Evaluation) -> None:
    prices = study.data.prices("france_prices", "exchange_rates")
    there = Unit("USD", 10**9, 2022)
    moved = evaluation.gross.to_prices(there, prices)
    factor = convert(1.0, Unit("EUR", 10**6, 2024), there, prices)
    for measure in ("gdp", "output", "imports"):
        np.testing.assert_allclose(
            moved.draws(measure), factor * evaluation.gross.draws(measure), rtol=1e-12
        )
    np.testing.assert_array_equal(moved.draws("employment"), evaluation.gross.draws("employment"))
    assert set(moved.by(measures=["gdp"])["unit"]) == {"bnUSD 2022"}
    assert set(moved.by(measures=["output"])["unit"]) == {"bnUSD 2022 basic"}
    assert set(evaluation.gross.by(measures=["gdp"])["unit"]) == {"MEUR 2024"}


def test_every_result_says_where_it_comes_from(study: Study, evaluation: Evaluation) -> None:
    for result in (evaluation.gross, evaluation.net):
        assert result.provenance.sources >= study.dataset("table").provenance.sources
        assert result.provenance.sources >= study.dataset("pledges").provenance.sources
        assert any("run leontief" in step for step in result.provenance.steps)


def test_the_shock_as_a_table_adds_up_to_the_amounts(evaluation: Evaluation) -> None:
    frame = evaluation.shock.frame()
    sums = frame.groupby(["pledge", "phase", "stream"])["value"].sum()
    for part in evaluation.shock.parts:
        assert sums[part.pledge, part.phase, part.stream] == pytest.approx(part.amount[0], abs=1e-8)
    assert set(frame["unit"]) == {"MEUR 2022 basic"}


def test_a_choice_of_pledge_phase_effect_and_year_is_the_frame_s(evaluation: Evaluation) -> None:
    frame = evaluation.net.frame()
    assert tuple(frame.columns) == COLUMNS
    chosen = frame[
        (frame["measure"] == "gva")
        & (frame["pledge"] == "amazon_logistics")
        & (frame["phase"] == "operation")
        & (frame["effect"] == "induced")
        & (frame["year"].isin([2030, 2031]))
    ]
    drawn = evaluation.net.draws(
        "gva",
        pledges=["amazon_logistics"],
        phase="operation",
        effect="induced",
        years=[2030, 2031],
    )
    assert drawn[0] == pytest.approx(chosen["value"].sum(), rel=1e-12)
