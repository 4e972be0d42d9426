"""Printed differences in differences on data that other packages ship, where these are at hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

import econ

Printed = tuple[float, float]


def shipped(package: str, path: str) -> Path:
    """Return a file of data that a package ships, without importing it; skip where it is not."""
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or []) if found else []:
        if (Path(folder) / path).is_file():
            return Path(folder) / path
    pytest.skip(f"{package} is not installed; it ships {path}")


CONTROLS = "re ~ age + educ + black + married + nodegree + hisp + re74"


# Stata drdid (Rios-Avila, Sant'Anna and Naqvi), log of its test on Lalonde's experimental controls
# against a survey: the effect is none. As cross-sections, "dr" has another error there: ours is the
# derivative of the estimate in every row, see tests/kernels/evaluation/test_cross_sections.py.
@pytest.mark.parametrize(
    ("method", "panel", "printed"),
    [
        ("dr", True, (-871.3272, 396.0211)),
        ("imp", True, (-901.2703, 393.6127)),
        ("reg", True, (-1300.645, 349.8259)),
        ("ipw", True, (-1021.609, 397.5201)),
        ("imp", False, (-901.2703, 408.3107)),
        ("reg", False, (-1300.645, 418.5023)),
        ("ipw", False, (-1021.609, 495.464)),
    ],
)
def test_every_estimator_of_drdid_is_found_on_lalonde(
    method: str, panel: bool, printed: Printed
) -> None:
    frame = pd.read_pickle(shipped("moderndid", "core/datasets/nsw_long.pkl.gz"))
    chosen = frame[(frame["treated"] == 0) | (frame["sample"] == 2)]
    fit = econ.DifferenceInDifferences(
        CONTROLS,
        treated="experimental",
        post="post",
        unit="id" if panel else "",
        panel=panel,
        method=method,
    ).fit(chosen.assign(post=(chosen["year"] == 1978).astype(int)))
    # Half of the last printed digit.
    assert fit.estimates[0] == pytest.approx(printed[0], abs=5e-4)
    assert fit.std_errors[0] == pytest.approx(printed[1], abs=5e-4)


# Wooldridge, Introductory Econometrics, table 13.2 and example 13.3.
@pytest.mark.parametrize(
    ("formula", "printed", "tolerance"),
    [
        ("rprice", (-11_863.90, 7_456.65), 0.005),
        ("rprice ~ age + agesq", (-21_920.27, 6_359.75), 0.005),
        (
            "rprice ~ age + agesq + intst + land + area + rooms + baths",
            (-14_177.93, 4_987.27),
            0.005,
        ),
        ("log(rprice)", (-0.063, 0.083), 0.0005),
    ],
)
def test_the_incinerator_lowers_prices_as_in_the_textbook(
    formula: str, printed: Printed, tolerance: float
) -> None:
    homes = pd.read_csv(shipped("wooldridge", "datasets/kielmc.csv.bz2"))
    model = econ.DifferenceInDifferences(formula, treated="nearinc", post="y81", vcov="iid")
    fit = model.fit(homes)
    assert fit.estimates[0] == pytest.approx(printed[0], abs=tolerance)
    assert fit.std_errors[0] == pytest.approx(printed[1], abs=tolerance)


# Example 13.4, after Meyer, Viscusi and Durbin (1995).
@pytest.mark.parametrize(("state", "printed"), [("ky", (0.191, 0.069)), ("mi", (0.192, 0.154))])
def test_injured_workers_stay_away_longer_as_in_the_textbook(state: str, printed: Printed) -> None:
    spells = pd.read_csv(shipped("wooldridge", "datasets/injury.csv.bz2"))
    model = econ.DifferenceInDifferences(
        "log(durat)", treated="highearn", post="afchnge", vcov="iid"
    )
    fit = model.fit(spells[spells[state] == 1])
    assert fit.estimates[0] == pytest.approx(printed[0], abs=5e-4)
    assert fit.std_errors[0] == pytest.approx(printed[1], abs=5e-4)


# Huntington-Klein, The Effect, chapter 18; Kessler and Roth (2014).
def test_asking_for_organ_donors_actively_lowers_their_share() -> None:
    rates = pd.read_csv(shipped("causaldata", "organ_donations/organ_donation.csv"))
    late = rates["Quarter"].isin(["Q32011", "Q42011", "Q12012"])
    rates["asked"] = ((rates["State"] == "California") & late).astype(int)
    fit = econ.TwoWayFixedEffects("Rate", unit="State", time="Quarter", treatment="asked").fit(
        rates
    )
    assert fit.estimates[0] == pytest.approx(-0.022, abs=5e-4)
    assert fit.std_errors[0] == pytest.approx(0.006, abs=5e-4)
