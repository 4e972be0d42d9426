"""One rule for seeds and numbers of draws, wherever something is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.quantity.design import uniforms
from econ.regression.evaluation.power import Power
from econ.regression.evaluation.synthetic.conformal import Conformal
from econ.regression.evaluation.synthetic.stacked import StackedSyntheticControl

ESTIMATES, COVARIANCE = [0.1, 2.0], [[0.01, 0.0], [0.0, 0.01]]


def honest(**options: Any) -> Any:
    asked: dict[str, Any] = {"pre": 1, "post": 1, "l_vec": "first", "Mbar": 1.0} | options
    return econ.honest_did(ESTIMATES, COVARIANCE, **asked)


def bands(**options: Any) -> Any:
    frame = pd.DataFrame(
        {
            "dep": [*"aaabbbcccddd"],
            "year": [1, 2, 3] * 4,
            "since": [3] * 6 + [0] * 6,
            "y": [0.0, 1, 3, 0, 0, 5, 0, 0, 1, 0, 1, 2],
        }
    )
    fit = econ.CallawaySantAnna("y", unit="dep", time="year", cohort="since").fit(frame)
    return fit.aggregate("event").bands(**options)


LINE = econ.SpatialWeights.from_neighbours({0: [1], 1: [0, 2], 2: [1, 3], 3: [2]})
RECORD = econ.pool([0.6, 0.7, 0.6], [0.1, 0.1, 0.1], unit="jobs per direct job")

DRAWN: dict[str, Callable[..., Any]] = {
    "moran": lambda **o: econ.moran(pd.Series([1.0, 2.0, 3.0, 4.0]), LINE, permutations=9, **o),
    "calibration": lambda **o: econ.calibrate(RECORD, np.ones(3), np.ones(3), **o),
    "compared studies": lambda **o: econ.Study.load("choose_france_2024").with_(**o),
    "draws": lambda **o: uniforms(["a"], [], count=2, **o),
    "synthetic control": lambda **o: econ.SyntheticControl("y", "a", at=3, **o),
    "synthetic did": lambda **o: econ.SyntheticDiD("y", "a", at=3, **o),
    "stacked": lambda **o: StackedSyntheticControl("y", {"a": 3}, **o),
    "conformal": Conformal,
    "power": lambda **o: Power("y", dates=[3], **o),
    "honest": honest,
    "bands": bands,
}
COUNTED = ("synthetic did", "stacked", "conformal", "bands")


@pytest.mark.parametrize("seed", [-1, 1.0, None, True, "7", 2**70, float("nan")])
@pytest.mark.parametrize("what", DRAWN)
def test_what_is_no_seed_is_refused_by_name(what: str, seed: Any) -> None:
    with pytest.raises(InputError, match=r"column seed.*no seed.*whole number of zero or more"):
        DRAWN[what](seed=seed)


@pytest.mark.parametrize("seed", [0, 7, np.int64(7), 2**63 - 1])
@pytest.mark.parametrize("what", DRAWN)
def test_every_whole_number_a_file_can_hold_is_a_seed(what: str, seed: Any) -> None:
    DRAWN[what](seed=seed)


@pytest.mark.parametrize("draws", [0, -1, 10.0, None, True, "10"])
@pytest.mark.parametrize("what", COUNTED)
def test_what_is_no_number_of_draws_is_refused_by_name(what: str, draws: Any) -> None:
    with pytest.raises(InputError, match="no number of draws"):
        DRAWN[what](draws=draws)


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        ([[0.01, 0.002], [0.0, 0.01]], "value 0.002 and 0: not symmetric at row 1, column 2"),
        ([[0.01, 0.05], [0.05, 0.01]], "indefinite"),
        ([[0.01, 0.01], [0.01, 0.01]], "not positive definite"),
        ([[0.01, np.nan], [np.nan, 0.01]], "not finite"),
        ([0.01, 0.01], "shapes"),
        ([["a", "b"], ["c", "d"]], "no numbers"),
    ],
)
def test_a_covariance_that_is_none_is_refused_by_name(covariance: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        econ.honest_did(
            ESTIMATES, covariance, pre=1, post=1, l_vec="first", M=1.0, restriction="SD"
        )


def test_a_covariance_printed_with_its_rounding_is_taken() -> None:
    printed = [[0.01, 0.002000000001], [0.002, 0.01]]
    econ.honest_did(ESTIMATES, printed, pre=1, post=1, l_vec="first", M=1.0, restriction="SD")


@pytest.mark.parametrize("change", [{"pre": 0}, {"post": 1.0}, {"pre": True}, {"level": 1.0}])
def test_counts_and_levels_of_a_bound_are_refused_by_name(change: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"no number of periods|no level of confidence"):
        honest(**change)
