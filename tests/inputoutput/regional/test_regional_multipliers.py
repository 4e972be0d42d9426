"""Multipliers by method, and methods against surveyed tables whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ import (
    InputOutputTable,
    Regionalisation,
    compare_with_survey,
    multipliers,
    regional_multipliers,
)
from econ.kernels.inputoutput.quotients import flegg_quotient, limited, simple_quotient

PRODUCTS = ["F", "C27", "J62_63", "H52"]
DELTAS = [0.0, 0.1, 0.2, 0.3, 0.4]


def surveyed(table: InputOutputTable, activity: Any, delta: float) -> dict[str, InputOutputTable]:
    """Return tables of regions that follow Flegg exactly, as a survey would find them."""
    labels = list(table.products.labels)
    outputs = activity.shares(table.products) * table.output
    slq = simple_quotient(outputs, table.output)
    size = outputs.sum(axis=1) / table.output.sum()
    parts = limited(flegg_quotient(slq, size, delta))
    return {
        region: InputOutputTable.from_frames(
            pd.DataFrame(part * table.coefficients * output, index=labels, columns=labels),
            output=pd.Series(output, index=labels),
            unit=table.unit,
            rounding=table.rounding,
        )
        for region, part, output in zip(activity.areas.axis.labels, parts, outputs, strict=True)
    }


def test_the_comparison_finds_the_delta_the_regions_were_made_with(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    activity = cut(["FRF", "FRK", "FR1"]).activity
    methods = [Regionalisation("flq", delta=delta) for delta in DELTAS]
    regions = surveyed(france, activity, 0.3)
    found = compare_with_survey(france, regions, [*methods, Regionalisation("slq")])
    best = found[found["best"]]
    assert best[["method", "delta", "region"]].to_numpy().tolist() == [["flq", 0.3, "_T"]]
    # The truth is met to the rounding of the table's own coefficients.
    assert best["weighted_percentage_error"].item() == pytest.approx(0.0, abs=1e-9)
    assert best["coefficients_weighted_percentage_error"].item() == pytest.approx(0.0, abs=1e-9)
    errors = found[(found["region"] == "_T") & (found["method"] == "flq")]
    by_delta = errors.set_index("delta")["weighted_percentage_error"]
    assert by_delta[0.0] > by_delta[0.2] > by_delta[0.3] < by_delta[0.4]
    # Simple quotients say that more is bought at home than regions of this truth buy.
    simple = found[(found["region"] == "_T") & (found["method"] == "slq")]
    assert simple["mean_percentage_error"].item() > 10.0


def test_the_errors_of_one_multiplier_by_hand(small: Any) -> None:
    table, _ = small
    labels = ["farms", "plants"]
    # The whole country as its own region, with half of every input bought from elsewhere.
    region = InputOutputTable.from_frames(
        pd.DataFrame(table.flows / 2.0, index=labels, columns=labels),
        output=pd.Series(table.output, index=labels),
        unit=table.unit,
    )
    found = compare_with_survey(table, {"all": region}, [Regionalisation("slq")]).iloc[0]
    own = np.linalg.inv(np.eye(2) - table.coefficients).sum(axis=0)
    true = np.linalg.inv(np.eye(2) - table.coefficients / 2.0).sum(axis=0)
    gap = own - true
    assert found["mean_absolute_error"] == pytest.approx(gap.mean())
    assert found["mean_absolute_percentage_error"] == pytest.approx(100.0 * (gap / true).mean())
    weighted = 100.0 * (table.output @ gap) / (table.output @ true)
    assert found["weighted_percentage_error"] == pytest.approx(weighted)
    assert found["coefficients_weighted_percentage_error"] == pytest.approx(100.0)


def test_every_method_beside_the_country_for_grand_est_and_haut_rhin(
    france: InputOutputTable, cut: Callable[..., Any]
) -> None:
    methods = [
        *(Regionalisation(name) for name in ("slq", "cilq", "rlq")),
        *(Regionalisation("flq", delta=delta) for delta in (0.1, 0.25, 0.4)),
        Regionalisation("aflq", delta=0.25),
        Regionalisation("charm", cross_hauling=1.0, distance_decay=0.9),
        Regionalisation("gravity", distance_decay=0.9),
    ]
    for codes in (["FRF"], ["FRF12"]):
        made = cut(codes)
        found = regional_multipliers(
            france,
            made.activity,
            methods,
            areas=codes,
            products=PRODUCTS,
            distances=made.distances,
        )
        assert len(found) == (1 + len(methods)) * len(PRODUCTS) * 2
        whole = multipliers(france, ["output"]).set_index("product")["effect"]
        national = found[(found["method"] == "national") & (found["measure"] == "output")]
        for label in PRODUCTS:
            row = national[national["product"] == label]["effect"]
            assert row.item() == pytest.approx(whole[label], rel=1e-9)
        regional = found[found["method"] != "national"]
        # No method but the augmented quotient may exceed the country; here none does.
        assert (regional["share_of_national"] <= 1.0 + 1e-12).all()
        by_delta = [
            regional[regional["method"] == f"FLQ with delta {delta}"]["effect"].to_numpy()
            for delta in ("0.1", "0.25", "0.4")
        ]
        assert (by_delta[0] >= by_delta[1]).all()
        assert (by_delta[1] >= by_delta[2]).all()


def test_the_larger_region_keeps_more(france: InputOutputTable, cut: Callable[..., Any]) -> None:
    methods = [Regionalisation("flq", delta=0.25)]
    effect = {}
    for code in ("FRF12", "FRF", "FR1"):
        activity = cut([code]).activity
        found = regional_multipliers(france, activity, methods, areas=[code], products=["F"])
        effect[code] = found[found["method"] != "national"]["share_of_national"].iloc[0]
    assert effect["FRF12"] < effect["FRF"] < effect["FR1"] < 1.0
