"""Laws of time: no money is lost, and a site runs as long as it runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.kernels.phasing import operating_profile, shifted_profile

weights = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda w: sum(w) > 0.01)


def spent(shares: list[float], room: int) -> np.ndarray:
    return np.concatenate([np.array(shares) / sum(shares), np.zeros(room)])[:, None]


@given(shares=weights, slip=st.floats(0.0, 4.0))
def test_slip_keeps_the_money_and_moves_its_mean_year_by_the_slip(
    shares: list[float], slip: float
) -> None:
    before = spent(shares, room=5)
    after = shifted_profile(before, np.array([slip]))
    years = np.arange(len(before))
    assert after.sum() == pytest.approx(1.0, abs=1e-12)
    assert (after >= 0.0).all()
    assert years @ after[:, 0] == pytest.approx(years @ before[:, 0] + slip, abs=1e-9)


@given(shares=weights, slip=st.integers(0, 4))
def test_a_slip_of_whole_years_is_a_shift(shares: list[float], slip: int) -> None:
    before = spent(shares, room=4)
    after = shifted_profile(before, np.array([float(slip)]))
    np.testing.assert_array_equal(after[slip:, 0], before[: len(before) - slip, 0])
    assert (after[:slip] == 0.0).all()


def test_no_slip_is_no_change() -> None:
    before = spent([1.0, 2.0, 3.0], room=0)
    np.testing.assert_array_equal(shifted_profile(before, np.zeros(1)), before)


def test_every_draw_slips_by_itself() -> None:
    before = np.repeat(spent([1.0, 1.0], room=3), 3, axis=1)
    together = shifted_profile(before, np.array([0.0, 0.5, 2.25]))
    for column, slip in enumerate((0.0, 0.5, 2.25)):
        alone = shifted_profile(before[:, :1], np.array([slip]))
        np.testing.assert_array_equal(together[:, [column]], alone)


def test_money_moved_beyond_the_last_year_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the last year"):
        shifted_profile(spent([1.0, 1.0], room=1), np.array([1.5]))


def test_money_moved_before_the_first_year_is_refused_too() -> None:
    with pytest.raises(ValueError, match="slip"):
        shifted_profile(spent([1.0, 1.0], room=1), np.array([-0.5]))


@given(opening=st.floats(2024.0, 2030.0), ramp=st.floats(0.0, 4.0))
def test_a_site_rises_to_full_operation_and_stays(opening: float, ramp: float) -> None:
    years = np.arange(2020.0, 2041.0)
    profile = operating_profile(years, np.array([opening]), np.array([ramp]))[:, 0]
    assert (profile[years + 1 <= opening] == 0.0).all()
    np.testing.assert_allclose(profile[years >= opening + ramp], 1.0, atol=1e-9)
    assert (np.diff(profile) >= -1e-12).all()
    # A ramp costs half of its length in full years, however it falls on the calendar.
    assert profile.sum() == pytest.approx(2041.0 - opening - ramp / 2, abs=1e-9)
