"""Linkages: the manual's printed figures, the definitions, and the closed forms of extraction."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from econ.kernels.inputoutput.linkages import coefficients_of_variation, key_sectors, normalised

FOUR_DECIMALS = 0.5e-4 + 1e-12
Golden = Callable[[str], dict[str, Any]]

# Eurostat manual (2008), pp. 506-507: forward linkages of Germany 1995, as quoted in the tests of
# the R package iotables; the page itself was not seen. Manufacturing is left out: 1.6691 is quoted,
# 1.6910 follows from table 15.4, and neither the 46 by which its row misses its output nor rounded
# coefficients explain it (iotables lets it pass, with a tolerance of one per cent).
FORWARD = {0: 2.1126, 2: 1.3558, 3: 1.5848, 4: 2.1037, 5: 1.2106}
# The first column of the Ghosh inverse, quoted in the same place.
GHOSH_COLUMN = [1.0339, 0.0118, 0.0037, 0.0103, 0.0117, 0.0043]


def germany(golden: Golden) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    book = golden("germany_1995")
    flows, output = np.array(book["flows"], float), np.array(book["output"], float)
    inverse = np.linalg.inv(np.eye(6) - flows / output)
    ghosh = np.linalg.inv(np.eye(6) - flows / output[:, None])
    return inverse, ghosh, output


def test_the_eurostat_manual_s_forward_linkages_of_germany_1995_are_reproduced_but_for_one(
    golden: Golden,
) -> None:
    _, ghosh, _ = germany(golden)
    np.testing.assert_allclose(ghosh[:, 0], GHOSH_COLUMN, rtol=0.0, atol=FOUR_DECIMALS)
    found = ghosh.sum(axis=1)
    np.testing.assert_allclose(
        [found[k] for k in FORWARD], list(FORWARD.values()), rtol=0.0, atol=FOUR_DECIMALS
    )
    assert found[1] == pytest.approx(1.6910, abs=FOUR_DECIMALS)  # ours, not the 1.6691 quoted


def test_rasmussen_s_indices_are_those_of_his_definition(golden: Golden) -> None:
    inverse, _, _ = germany(golden)
    dispersion = (inverse.sum(axis=0) / 6) / (inverse.sum() / 36)
    np.testing.assert_allclose(normalised(inverse.sum(axis=0)), dispersion, rtol=1e-14)
    means = inverse.mean(axis=0)
    spread = np.sqrt(((inverse - means) ** 2).sum(axis=0) / 5) / means
    found = coefficients_of_variation(inverse, "columns")
    np.testing.assert_allclose(found, spread, rtol=1e-14)
    turned = coefficients_of_variation(inverse.T, "rows")
    np.testing.assert_allclose(found, turned, rtol=1e-14)


def test_a_weighted_linkage_has_the_weighted_mean_one(golden: Golden) -> None:
    inverse, _, output = germany(golden)
    demand = np.linalg.solve(inverse, output)
    found = normalised(inverse.sum(axis=0), demand)
    assert np.average(found, weights=demand) == pytest.approx(1.0, rel=1e-14)
    # Weighted by final demand the mean backward linkage is output per unit of final demand.
    linkage = inverse.sum(axis=0) / found
    np.testing.assert_allclose(linkage, output.sum() / demand.sum(), rtol=1e-12)


def test_sectors_on_the_line_are_not_key() -> None:
    backward, forward = np.array([1.0, 1.5, 1.0, 1.5, 0.2]), np.array([1.0, 1.5, 1.5, 1.0, 0.2])
    assert key_sectors(backward, forward).tolist() == ["weak", "key", "forward", "backward", "weak"]
