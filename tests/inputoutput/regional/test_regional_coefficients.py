"""Regional coefficients by quotients of jobs that are typed in."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ

JOBS = pd.DataFrame({"farms": [30, 70], "plants": [120, 80]}, ["North", "South"])
A = np.array([[0.15, 0.25], [0.20, 0.05]])
SLQ = {"North": np.array([0.6, 1.2]), "South": np.array([1.4, 0.8])}


def table() -> econ.InputOutputTable:
    """Miller and Blair (2009), table 2.3."""
    two = list(JOBS)
    flows = pd.DataFrame([[150, 500], [200, 100]], two, two)
    return econ.InputOutputTable.from_frames(flows, final=[350, 1700], unit="MUSD 2000 basic")


def test_totals_the_country_and_nothing_at_all_are_no_regions() -> None:
    with pytest.raises(econ.InputError) as refused:
        econ.RegionalActivity.from_frame(
            pd.DataFrame({"farms": [30, 70, 100], "Total": 1}, ["North", "France", "Total"]),
            country="France",
        )
    assert [fault.value for fault in refused.value.faults] == ["France", "Total", "Total"]
    with pytest.raises(econ.InputError, match="no figures"):
        econ.RegionalActivity.from_frame(pd.DataFrame())
    with pytest.raises(econ.InputError, match="industry_of"):
        econ.RegionalActivity.from_frame(JOBS, industry_of=["farms", "plants"])
    with pytest.raises(econ.InputError, match="no products"):
        econ.InputOutputTable.from_coefficients(pd.DataFrame(), final=[], unit="MUSD 2000 basic")


@pytest.mark.parametrize("region", SLQ)
def test_each_quotient_is_its_textbook_s_formula(region: str) -> None:
    activity, slq = econ.RegionalActivity.from_frame(JOBS), SLQ[region]
    size = JOBS.loc[region].sum() / JOBS.sum().sum()
    # CILQ is the seller's over the buyer's, and SLQ where both are one industry.
    cilq = np.where(np.eye(2) == 1, slq[:, None], slq[:, None] / slq)
    quotients = {
        "slq": np.minimum(np.repeat(slq[:, None], 2, axis=1), 1.0),
        "cilq": np.minimum(cilq, 1.0),
        "rlq": np.minimum(slq[:, None] / np.log2(1.0 + slq), 1.0),
        "flq": np.minimum(cilq * np.log2(1.0 + size) ** 0.3, 1.0),
    }
    for method, quotient in quotients.items():
        chosen = econ.Regionalisation(method, delta=0.3 if method == "flq" else None)
        found = econ.regional_coefficients(table(), activity, chosen, region)
        np.testing.assert_allclose(found, A * quotient, rtol=1e-12)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (JOBS.to_numpy(), "column values, value ndarray: of another type"),
        (JOBS.astype(float).replace(30.0, -1.0), "row North, column farms, value -1.0"),
        (JOBS.rename(index={"South": "North"}), "North"),
        (JOBS.replace(30, "n/a"), "value n/a: not a number"),
    ],
)
def test_figures_that_are_none_are_refused_by_name(values: Any, words: str) -> None:
    with pytest.raises(econ.InputError) as caught:
        econ.RegionalActivity.from_frame(values)
    assert words in str(caught.value)


def test_a_region_or_an_industry_that_is_unknown_is_named() -> None:
    activity = econ.RegionalActivity.from_frame(JOBS)
    slq = econ.Regionalisation("slq")
    with pytest.raises(econ.InputError, match="East"):
        econ.regional_coefficients(table(), activity, slq, "East")
    other = econ.RegionalActivity.from_frame(JOBS.rename(columns={"plants": "mills"}))
    with pytest.raises(econ.InputError, match="value plants: no industry; name its industry"):
        econ.regional_coefficients(table(), other, slq, "North")
