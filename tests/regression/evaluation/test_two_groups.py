"""Two groups and two times, and the triple difference."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

SAME = 1e-9


def places(seed: int = 0, units: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    near, industry = rng.integers(0, 2, units), rng.integers(0, 2, units)
    size = rng.normal(size=units) + near
    rows = [
        {
            "site": i,
            "near": near[i],
            "industry": industry[i],
            "size": size[i],
            "after": after,
            "jobs": 5.0
            + near[i]
            + after * (0.5 * size[i] + near[i] * (1.0 + 2.0 * industry[i]))
            + rng.normal(scale=0.3),
        }
        for i in range(units)
        for after in (0, 1)
    ]
    return pd.DataFrame(rows)


def test_the_effect_is_the_difference_of_two_differences_of_means() -> None:
    frame = places()
    means = frame.groupby(["near", "after"])["jobs"].mean()
    by_hand = (means[1, 1] - means[1, 0]) - (means[0, 1] - means[0, 0])
    asked: dict[str, Any] = {"treated": "near", "post": "after"}
    plain = econ.DifferenceInDifferences("jobs", **asked).fit(frame)
    assert plain.terms[0] == "near:after"
    assert plain.estimates[0] == pytest.approx(by_hand, abs=SAME)
    for method in ("dr", "reg", "ipw"):
        model = econ.DifferenceInDifferences("jobs", unit="site", method=method, **asked)
        assert model.fit(frame).estimates[0] == pytest.approx(by_hand, abs=SAME)
    within = econ.DifferenceInDifferences("jobs ~ 1 | site + after", **asked).fit(frame)
    assert within.params["near:after"] == pytest.approx(by_hand, abs=SAME)


def test_covariates_before_mend_trends_that_differ_by_size() -> None:
    frame = places(units=2_000)
    asked: dict[str, Any] = {"treated": "near", "post": "after", "unit": "site"}
    truth = 1.0 + 2.0 * frame.loc[frame["near"] == 1, "industry"].mean()
    naive = econ.DifferenceInDifferences("jobs", **asked).fit(frame)
    doubly = econ.DifferenceInDifferences("jobs ~ size", method="dr", **asked).fit(frame)
    assert naive.estimates[0] - truth > 0.4
    # Two of its own standard errors.
    assert abs(doubly.estimates[0] - truth) < 2.0 * doubly.std_errors[0]


def test_the_triple_difference_is_the_difference_of_two_differences_in_differences() -> None:
    frame = places()
    asked: dict[str, Any] = {"treated": "near", "post": "after"}
    parts = [
        econ.DifferenceInDifferences("jobs", **asked).fit(part).estimates[0]
        for _, part in frame.groupby("industry")
    ]
    for method in ("regression", "dr"):
        model = econ.TripleDifference(
            "jobs", eligible="industry", method=method, unit="site", **asked
        )
        fit = model.fit(frame)
        assert fit.terms[0] == "near:industry:after"
        assert fit.estimates[0] == pytest.approx(parts[1] - parts[0], abs=SAME)


def test_one_error_names_every_fault() -> None:
    frame = places()
    frame.loc[3, "near"] = 2
    with pytest.raises(InputError) as refused:
        econ.DifferenceInDifferences(
            "jobz ~ size", treated="near", post="after", method="double"
        ).fit(frame)
    said = str(refused.value)
    for words in ("value double", "did you mean jobs"):
        assert words in said
    with pytest.raises(InputError, match="row 3, column near, value 2: neither one nor zero"):
        econ.DifferenceInDifferences("jobs", treated="near", post="after").fit(frame)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f[f["near"] == 1], "no rows of this group"),
        (
            lambda f: f.assign(near=f["near"].where(f.index != 4, 1 - f["near"])),
            "changes its group",
        ),
        (lambda f: pd.concat([f, f.head(1)]), "several rows at one time"),
    ],
)
def test_groups_that_are_none_are_refused(change: Any, words: str) -> None:
    model = econ.DifferenceInDifferences(
        "jobs", treated="near", post="after", unit="site", method="dr"
    )
    with pytest.raises(InputError, match=words):
        model.fit(change(places()))


def test_changes_need_units() -> None:
    model = econ.DifferenceInDifferences("jobs", treated="near", post="after", method="dr")
    with pytest.raises(InputError, match="changes need units"):
        model.fit(places())
