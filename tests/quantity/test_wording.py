"""A number in words with its interval, or the reason why there is none."""

from typing import Any

import pytest

from econ import InputError, ranged


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("a", 1, 2), "column value, value 'a': not a finite number"),
        ((1, None, 2), "column low, value None: not a finite number"),
        ((1, 0, float("nan")), "column high, value nan: not a finite number"),
        ((True, 0, 2), "column value, value True: not a finite number"),
        ((1, 2, 0), "column low, value 2 to 0: above the upper end; give the lower end first"),
    ],
)
def test_what_is_no_range_is_refused_by_name(given: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        ranged(*given)
    assert said in str(caught.value)


def test_a_range_is_written_with_the_digits_that_its_doubt_leaves() -> None:
    assert ranged(1283, 900, 1700) == "1,280 (900 to 1,700)"
