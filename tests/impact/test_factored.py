"""Values in factored form are the values, whatever is asked of them."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from econ.impact.factored import Factored, scaled, selected, totals
from econ.kernels.uncertainty.columns import column_product

Array = npt.NDArray[np.float64]
numbers = st.floats(-1e6, 1e6)


@given(arrays(float, (3, 4), elements=numbers), arrays(float, (4, 9), elements=numbers))
def test_a_column_does_not_depend_on_the_columns_beside_it(left: Array, right: Array) -> None:
    whole = column_product(left, right)
    parts = [column_product(left, right[:, [place]]) for place in range(right.shape[1])]
    np.testing.assert_array_equal(whole, np.hstack(parts))
    # Four products of numbers up to 1e6.
    np.testing.assert_allclose(whole, left @ right, atol=1e-3)


@given(
    arrays(float, (5, 2), elements=numbers),
    arrays(float, (2, 6), elements=numbers),
    st.floats(0.1, 10.0),
)
def test_sums_scales_and_choices_of_factored_values_are_those_of_the_arrays(
    left: Array, right: Array, factor: float
) -> None:
    made = Factored(({"output": [(left, right)]}, {"output": [(2 * left, right), (left, right)]}))
    plain = {"output": made["output"]}
    close = {"rtol": 1e-9, "atol": 1e-3}  # ten products of numbers up to 1e6
    np.testing.assert_allclose(totals(made, "output"), totals(plain, "output"), **close)
    bigger, big = scaled(made, {"output": factor}), scaled(plain, {"output": factor})
    np.testing.assert_allclose(bigger["output"], big["output"], **close)
    np.testing.assert_array_equal(selected(made, [1])["output"], selected(plain, [1])["output"])
